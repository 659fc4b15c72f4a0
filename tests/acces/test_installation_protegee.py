"""With RENTREE_JETON: nobody is the trainer without it, schools come in by a code or a token."""

from __future__ import annotations

from pathlib import Path

import httpx

from rentree.installation.locale import InstallationLocale
from shared.contracts.echanges import EtablissementMsg
from shared.horloge.profils import profil

from .conftest import UAI

SECRET = "un-jeton-d-essai-assez-long"


def test_a_protected_installation(tmp_path: Path) -> None:
    """Pages and APIs want the token; the portal wants a code, which *Accès* tells; a school's token is enough."""
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(parent.stat().st_mode | 0o055)
    with InstallationLocale(tmp_path, jeton=SECRET, ouvrier=False) as installation:
        choisi = profil("nice-2021")
        installation.gestion.creer("protege", profil=choisi, graine=1, depart=choisi.debut)
        adresses = {s: f"{a}/b/protege" for s, a in installation.implantation.adresses.items()}
        formateur = {"Authorization": f"Bearer {SECRET}"}
        with httpx.Client(timeout=30, trust_env=False) as http:

            def refus(reponse: httpx.Response) -> tuple[int, str]:
                return reponse.status_code, reponse.json()["code"]

            for service in ("pilotage", "sts_web", "rectorat"):
                assert refus(http.get(adresses[service] + "/")) == (401, "JETON_REQUIS")
            ecole = EtablissementMsg(uai=UAI, nom="ECOLE", academie_code="99").valeurs()
            assert (
                http.post(adresses["rectorat"] + "/api/etablissements", json=[ecole], headers=formateur).status_code
                == 201
            )

            connexion = adresses["rectorat"] + "/arena/connexion"
            assert http.get(connexion).status_code == 200
            compte = f"chef.{UAI.lower()}"
            sans = http.post(connexion, data={"compte": compte, "code": "00000000"})
            assert sans.status_code == 401
            assert "CODE_REFUSE" in sans.text
            assert not http.cookies
            comptes = http.get(adresses["rectorat"] + "/api/comptes", params={"uai": UAI}, headers=formateur).json()
            code = next(c["code"] for c in comptes if c["compte"] == compte)
            assert code in http.get(adresses["pilotage"] + "/acces", headers=formateur).text
            assert http.post(connexion, data={"compte": compte, "code": code}).status_code == 303
            assert http.get(adresses["sts_web"] + "/").status_code == 200
            assert refus(http.get(adresses["pilotage"] + "/")) == (403, "DROIT_MANQUANT")
            assert refus(http.get(adresses["rectorat"] + "/api/comptes")) == (403, "DROIT_MANQUANT")
            http.cookies.clear()

            corps = {"uai": UAI, "profil": "chef", "libelle": "essai"}
            jeton = http.post(adresses["pilotage"] + "/api/jetons", json=corps, headers=formateur).json()["jeton"]
            porteur = {"Authorization": f"Bearer {jeton}"}
            assert http.get(adresses["sts_web"] + "/api/etablissements", headers=porteur).status_code == 200
