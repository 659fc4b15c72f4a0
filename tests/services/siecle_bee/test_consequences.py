"""What is typed in BEE as far as the ENT and the timetable software: one story, lived over a week."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from rentree.demo import etapes
from shared.contracts.echanges import Affectations
from shared.formats.elegroupe.liens import GroupeLien
from tests.chaine.histoires import Histoire, histoire

from .ecole import AUTRE_UAI, SIXIEME, UAI, Ecole, deposer, dossier, peupler
from .test_pages import PAGE, envoyer, lisible, page

ENT = "/api/projets/ENT-RENTREE"
ADRESSE = {"lignes": ["1 rue Inventée"], "code_postal": "06000", "commune": "NICE"}


def comptes(h: Histoire) -> dict[int, dict[str, Any]]:
    """The accounts of the ENT, responsables and pupils, by what identifies them in BEE: name, first name, ELEVE_ID."""
    lus: list[dict[str, Any]] = h.r.clients["ent"].lire(f"{ENT}/comptes", uai=h.r.uai, limite=5000)
    return {c["aaf_id"]: c for c in lus}


def nommes(h: Histoire, nom: str, prenom: str) -> list[dict[str, Any]]:
    """The accounts of that name, oldest first."""
    trouves = [c for c in comptes(h).values() if (c["nom"], c["prenom"]) == (nom, prenom)]
    return sorted(trouves, key=lambda c: c["aaf_id"])


def fiche(h: Histoire, eleve_id: int) -> dict[str, Any]:
    """A fiche of BEE."""
    lue: dict[str, Any] = h.r.clients["siecle_bee"].lire(f"{h.bee}/eleves/{eleve_id}")
    return lue


@pytest.fixture(scope="module")
def semaine(installation: Any) -> Iterator[Histoire]:
    """Tuesday 24 August: the rentrée is typed, with mistakes; Thursday; Saturday, after the complete feed."""
    with histoire(installation, "bee_consequences", "nice-2021", "2021-08-24") as h:
        h.jouer(
            "academie",
            "bascules",
            "nomenclatures",
            "structure",
            "dossiers",
            "scolarites",
            "emploi_du_temps",
            "import",
            "exports",
            "groupes",
        )
        bee = h.r.clients["siecle_bee"]
        groupes = bee.lire(f"{h.bee}/structures")["groupes"]
        legaux: list[tuple[int, dict[str, Any]]] = []
        pris: set[int] = set()
        for e in bee.lire(f"{h.bee}/eleves", etat="complet"):
            f = fiche(h, e["eleve_id"])
            libres = [
                r for r in f["responsables"] if r["niveau"] == 1 and not r["nom_usage"] and r["personne_id"] not in pris
            ]
            if f["remonte"] and libres:
                pris.add(libres[0]["personne_id"])
                legaux.append((e["eleve_id"], libres[0]))
            if len(legaux) == 4:
                break
        (eleve, _), (_, parente), (_, surtape), (enfant, double) = legaux
        h.dits |= {"eleve": eleve, "parente": parente, "surtape": surtape, "enfant": enfant, "double": double}
        h.dits["avant"] = fiche(h, eleve)
        groupe = next(g["code"] for g in groupes if h.dits["avant"]["mef"] in g["mefs"])
        h.dits["groupe"] = groupe
        bee.poster(f"{h.bee}/eleves/{eleve}/groupes", {"groupe": groupe})
        modifier(h, parente["personne_id"], {"prenom": f"{parente['prenom']} grand-mère"})
        h.dits["contact"] = creer(h, eleve, "CONTACTE", "Ida", "3")
        h.dits["doublon"] = creer(h, enfant, double["nom"], double["prenom"], "2", double["civilite"])
        assert h.r.maintenant() == h.local("2021-08-24T08:00")  # the INE came in the night
        h.r.aller(h.local("2021-08-26T08:00"))
        h.dits["a_48h"] = copy.deepcopy(comptes(h))
        h.dits["groupe_ent"] = membres(h, groupe)
        code = nommes(h, double["nom"], double["prenom"])[0]
        h.dits["compte_actif"] = h.r.clients["ent"].poster(
            f"{ENT}/activation", {"login": code["login"], "code": code["code_activation"]}
        )
        modifier(h, surtape["personne_id"], {"civilite": "M.", "nom": "AUTREPERSONNE", "prenom": "Basile"})
        bee.poster(
            f"{h.bee}/doublons-responsables",
            {"supprimer": double["personne_id"], "remplacer": h.dits["doublon"]},
        )
        bee.demander("PATCH", f"{h.bee}/eleves/{eleve}", json={"prenom": "Corrigée"})
        h.dits["edt_avant"] = eleves_edt(h)
        etapes.deposer_liens(h.r)
        h.r.aller(h.local("2021-08-27T08:00"))
        h.dits["vendredi"] = fiche(h, eleve)
        envois = []
        for export in etapes.JEU_SIECLE:
            reponse = bee.demander("POST", f"{h.bee}/exports-xml/{export}")
            envois.append(("fichiers", (f"ExportXML_{export}.zip", reponse.content, "application/zip")))
        h.r.clients["edt"].demander("POST", f"{h.r.edt}/imports/siecle", files=envois)
        h.dits["edt_apres"] = eleves_edt(h)
        h.r.aller(h.local("2021-08-28T08:00"))
        yield h


def modifier(h: Histoire, personne_id: int, changements: dict[str, Any]) -> None:
    """« MAJ Responsable »."""
    h.r.clients["siecle_bee"].demander("PATCH", f"{h.bee}/responsables/{personne_id}", json=changements)


def creer(h: Histoire, eleve: int, nom: str, prenom: str, niveau: str, civilite: str = "MME") -> int:
    """« Créer un nouveau responsable », linked to a pupil; the PERSONNE_ID."""
    bee = h.r.clients["siecle_bee"]
    corps = {"cle": "", "civilite": civilite, "nom": nom, "prenom": prenom, "adresse": ADRESSE}
    personne_id: int = bee.poster(f"{h.bee}/responsables", corps)["personne_id"]
    lien = {"parente": "10", "niveau": niveau}
    bee.demander("PUT", f"{h.bee}/eleves/{eleve}/responsables/{personne_id}", json=lien)
    return personne_id


def membres(h: Histoire, groupe: str) -> list[int]:
    """The pupils of a group in the ENT, by ELEVE_ID."""
    lus = comptes(h).values()
    return sorted(c["eleve_id"] for c in lus if c["eleve_id"] and groupe in c["groupes"])


def eleves_edt(h: Histoire) -> str:
    """The pupils of the timetable software who bear the name of ours."""
    nom = h.dits["avant"]["nom"]
    reponse = h.bac["edt"].get(f"/{h.r.uai}/{h.r.annee}/eleves", params={"nom": nom}, headers=PAGE)
    assert reponse.status_code == 200
    return lisible(reponse.text)


@pytest.mark.procedure("BEE-25")
def test_a_group_typed_in_bee_lasts_until_the_next_import(semaine: Histoire) -> None:
    """Put in a group by hand, the pupil is in it in the ENT at T+48 h; the next import of links takes her out."""
    d = semaine.dits
    assert d["eleve"] in d["groupe_ent"]
    assert d["groupe"] not in [g["code"] for g in d["vendredi"]["groupes"]]
    assert d["eleve"] not in membres(semaine, d["groupe"])


@pytest.mark.procedure("BEE-27")
def test_data_change_in_bee_and_an_export_follows(semaine: Histoire) -> None:
    """The private software knows nothing of a change made in BEE before the next export of BEE is imported there."""
    d = semaine.dits
    assert "Corrigée" not in d["edt_avant"]
    assert "Corrigée" in d["edt_apres"]
    assert d["edt_apres"].count("<tr>") == d["edt_avant"].count("<tr>")  # the pupil was changed, not added


@pytest.mark.procedure("BEE-43")
def test_a_fiche_typed_over_passes_its_account_on(semaine: Histoire) -> None:
    """The new person inherits the account and the login of the one whose fiche was typed over."""
    d = semaine.dits
    ancien = d["surtape"]
    (avant,) = [c for c in d["a_48h"].values() if (c["nom"], c["prenom"]) == (ancien["nom"], ancien["prenom"])]
    (apres,) = nommes(semaine, "AUTREPERSONNE", "Basile")
    assert apres["aaf_id"] == avant["aaf_id"]
    assert apres["login"] == avant["login"]
    assert "basile" not in apres["login"]
    assert nommes(semaine, ancien["nom"], ancien["prenom"]) == []


@pytest.mark.procedure("BEE-45")
def test_a_kinship_in_the_first_name_goes_as_far_as_the_ent(semaine: Histoire) -> None:
    """A remark typed in the prénom is part of the displayed name and of the login."""
    parente = semaine.dits["parente"]
    (compte,) = [c for c in comptes(semaine).values() if "grand-mère" in c["prenom"].lower()]
    assert compte["nom"] == parente["nom"]
    assert "grand-mere" in compte["login"]


@pytest.mark.procedure("BEE-53")
def test_a_contact_has_an_account_too(semaine: Histoire) -> None:
    """A contact follows the rules of a responsable: an account in the ENT at T+48 h."""
    (compte,) = [c for c in semaine.dits["a_48h"].values() if c["nom"] == "CONTACTE"]
    assert (compte["profil"], compte["etat"]) == ("responsable", "a_activer")


@pytest.mark.procedure("BEE-51")
def test_a_late_merge_takes_the_account_in_use(semaine: Histoire) -> None:
    """The doublon whose account the parent uses is deleted: at the complete feed, the account in use is closed."""
    d = semaine.dits
    double = d["double"]
    actif = d["compte_actif"]["aaf_id"]
    assert d["compte_actif"]["etat"] == "actif"
    assert len([c for c in d["a_48h"].values() if (c["nom"], c["prenom"]) == (double["nom"], double["prenom"])]) == 2
    etats = {c["aaf_id"]: c["etat"] for c in nommes(semaine, double["nom"], double["prenom"])}
    assert etats.pop(actif) == "desactive"
    assert list(etats.values()) == ["a_activer"]
    restants = [r["personne_id"] for r in fiche(semaine, d["enfant"])["responsables"]]
    assert d["doublon"] in restants
    assert double["personne_id"] not in restants


@pytest.mark.procedure("BEE-32")
def test_exchanges_before_affectation_make_a_doublon(ecole: Ecole, nouvelle_ecole: Any) -> None:
    """The same pupil comes twice, from her school and by affectation: in the wrong order she has two fiches."""
    autre = nouvelle_ecole(ecole.bac, AUTRE_UAI)
    ids = peupler(autre, 2)
    corps = {"eleve_ids": ids, "vers": UAI, "date_sortie": "2021-08-23"}
    autre.appeler("POST", "/exportations/dossiers-eple", json=corps)
    ecole.recevoir(
        "affectations", Affectations(uai=UAI, millesime=2021, dossiers=(dossier(1, cle="A1"), dossier(2, cle="A2")))
    )
    assert "Réceptionnez d'abord les dossiers d'affectation." in page(ecole, "importations/autre-eple")
    attente = {d["nom"]: d["cle"] for d in ecole.appeler("GET", "/importations/autre-eple")}
    # In the right order the second dossier finds the fiche…
    envoyer(ecole, "importations/affectation", data={"cle": "A1", "acte": "importer"})
    html = envoyer(ecole, "importations/autre-eple", data={"cle": attente["FICTIF001"], "acte": "importer"})
    assert "0 fiche créée. 1 élève est déjà dans la base." in html
    assert len(ecole.appeler("GET", "/eleves", params={"nom": "FICTIF001"})) == 1
    # … in the wrong one it does not: two fiches of one INE, which the académie will signal once in divisions.
    envoyer(ecole, "importations/autre-eple", data={"cle": attente["FICTIF002"], "acte": "importer"})
    assert "1 fiche créée." in envoyer(ecole, "importations/affectation", data={"cle": "A2", "acte": "importer"})
    fiches = ecole.appeler("GET", "/eleves", params={"nom": "FICTIF002"})
    assert len(fiches) == 2
    assert len({f["ine"] for f in fiches}) == 1
    lignes = [{"eleve_id": f["eleve_id"], "mef": SIXIEME, "division": "6A", "regime": "2"} for f in fiches]
    ecole.appeler("POST", "/saisie-en-masse", json=lignes)
    ecole.bac.avancer("nuit")
    signales = ecole.appeler("GET", "/tableau-de-bord")["signalements"]["multi_inscription"]
    assert {s["eleve_id"] for s in signales} == {f["eleve_id"] for f in fiches}
    # Suppression of one of the two settles it.
    ecole.appeler("POST", "/suppression", json={"eleve_ids": [max(f["eleve_id"] for f in fiches)]})
    ecole.bac.avancer("nuit")
    assert ecole.appeler("GET", "/tableau-de-bord")["signalements"]["multi_inscription"] == []


@pytest.mark.procedure("ACC-13")
def test_the_detail_of_an_anomaly_opens_without_a_pop_up(ecole: Ecole) -> None:
    """The detail is a page of its own, whose address is a mere link; a word says why nothing may have opened."""
    (eleve,) = peupler(ecole, 1)
    depot = deposer(ecole, {eleve: [GroupeLien("INCONNU")]})["depot"]
    ecole.bac.avancer("nuit")
    html = page(ecole, f"suivi/liens-eleve-groupe/{depot}")
    assert "fenêtres popup" in html
    lien = re.search(r'<a href="([^"]+)" target="_blank"[^>]*détail des anomalies \(nouvelle fenêtre\)"', html)
    assert lien is not None
    suite = lien[1]
    detail = ecole.bac["siecle_bee"].get(suite.removeprefix(f"/b/{ecole.bac.nom}"), headers=PAGE)
    assert detail.status_code == 200
    assert "Détail des anomalies" in lisible(detail.text)
    assert "GROUPE_A_01" in detail.text
    assert "RETOUR" in detail.text
