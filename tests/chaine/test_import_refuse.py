"""A night's import refused whole: told of somebody new and of somebody already there, mended, over when promised."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.chaine.ecran import Ecran
from tests.services.siecle_bee.ecole import SIXIEME, UAI, Ecole, dossier, peupler, preparer

MINUTE = timedelta(minutes=1)


def suivre(ecole: Ecole, q: str) -> dict[str, Any]:
    """The only dossier of a name, of a pupil."""
    lus = ecole.bac["pilotage"].get("/api/suivre", params={"q": q}).json()
    assert lus["muets"] == {}
    (dossier,) = [d for d in lus["dossiers"] if d["objet"] == "eleve"]
    trouve: dict[str, Any] = dossier
    return trouve


def comptes(ecole: Ecole) -> set[str]:
    """Who has an account."""
    lus = ecole.bac["ent"].get("/api/projets/ESSAI/comptes", params={"profil": "eleve"}).json()
    return {c["nom"] for c in lus if c["etat"] in ("a_activer", "actif")}


def inscrire(ecole: Ecole, rang: int) -> str:
    """A pupil more, typed by hand: her name."""
    fiche = dossier(rang)
    cree = ecole.bac["siecle_bee"].post(f"{ecole.base}/eleves", json=fiche.valeurs()).json()
    ligne = {"eleve_id": cree["eleve_id"], "mef": SIXIEME, "division": "6A", "regime": "2"}
    assert ecole.appeler("POST", "/saisie-en-masse", json=[ligne])["modifies"] == 1
    return fiche.nom


def changer_de_projet(ecole: Ecole, adresse: str, code: str) -> None:
    """ENT, Projets: the code of the project in the AAF."""
    clients = {s: ecole.bac[s] for s in ("ent", "pilotage")}
    page = Ecran.ouvrir(clients, adresse)
    assert "Projets d'ENT" in page.menus()
    page.cliquer("ESSAI").valider("/projets/ESSAI", aaf_projet=code)


@pytest.mark.procedure("DIAG-01")
def test_an_import_refused_whole(nouveau_bac: Any) -> None:
    """Badly set once fed: who is new and who is there are told the same stop; the night after the mend has all."""
    ecole = preparer(Ecole(nouveau_bac(depart=datetime.fromisoformat("2021-08-23T08:00:00+02:00"))))
    projet = {"code": "ESSAI", "libelle": "ENT des essais", "uais": [UAI]}
    assert ecole.bac["aaf"].post("/api/projets", json=projet | {"grammaire": "6.4"}).status_code == 201
    assert ecole.bac["ent"].post("/api/projets", json=projet | {"aaf_projet": "ESSAI"}).status_code == 201
    peupler(ecole, 1)
    ecole.bac.avancer("48h")
    (ancien,) = comptes(ecole)
    changer_de_projet(ecole, f"{ecole.bac['ent'].base_url}projets", "ESSAY")
    nouveau = inscrire(ecole, 9)
    ecole.bac.avancer("48h")
    assert comptes(ecole) == {ancien}
    for nom, etat in ((nouveau, "bloque"), (ancien, "reserve")):
        dit = suivre(ecole, nom)
        assert (dit["etat"], dit["code"], dit["application"], dit["menu"]) == (
            etat,
            "IMPORT_REFUSE",
            "ent",
            "Projets d'ENT",
        )
        assert (dit["ou"], dit["qui"]) == ("ent", "L'administrateur de l'ENT")
        assert "refusé en entier" in dit["pourquoi"]
        assert dit["remede"].startswith("Corrigez le code du projet dans l'AAF")
    dit = suivre(ecole, nouveau)
    changer_de_projet(ecole, dit["lien"], "ESSAI")
    promis = datetime.fromisoformat(dit["echeance"])
    ecole.bac.avancer("instant", promis - MINUTE)
    assert comptes(ecole) == {ancien}
    ecole.bac.avancer("instant", promis)
    assert comptes(ecole) == {ancien, nouveau}
    assert [suivre(ecole, nom)["etat"] for nom in (nouveau, ancien)] == ["arrive", "arrive"]
