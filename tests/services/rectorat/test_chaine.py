"""What the académie does, followed to where its consequence appears: STS-Web, SIECLE, EDT."""

from __future__ import annotations

from datetime import date, datetime
from html import unescape
from typing import Any

import pytest

from tests.services.rectorat.academie import UAI, Academie, agent, place
from tests.services.siecle_bee.ecole import SIXIEME, dossier, peupler, preparer
from tests.services.siecle_bee.ecole import Ecole as EcoleBee
from tests.services.sts_web.conftest import Ecole as EcoleSts
from tests.services.sts_web.conftest import document, reprendre

AJOUT = "10010012199"
ABSENTE, PREMIER, SECOND = 40102, 50003, 50004
PROJET = "ENT2DVA-REC"


def sts(bac: Any, annee: int = 2021) -> EcoleSts:
    """The school in STS-Web."""
    reponse = reprendre(bac, document(annee, UAI))
    assert reponse.status_code == 201, reponse.text
    ecole = EcoleSts(bac, annee)
    ecole.uai = UAI
    return ecole


def page_sts(ecole: EcoleSts, suite: str) -> str:
    """A page of STS-Web, one space between words."""
    reponse = ecole.bac["sts_web"].get(f"/{UAI}/{ecole.annee}{suite}", headers={"Accept": "text/html"})
    assert reponse.status_code == 200, reponse.text
    return " ".join(unescape(reponse.text).split())


@pytest.mark.procedure("REC-05")
def test_two_suppleants_one_after_the_other(nouveau_bac: Any) -> None:
    """Two SUP of EPP for one absent teacher: two lines in Saisie rapide; in the ENT each has the group in his dates."""
    bac = nouveau_bac(depart=datetime.fromisoformat("2022-04-04T08:00:00+02:00"))
    academie, ecole = Academie(bac), sts(bac)
    preparer(EcoleBee(bac, UAI))
    projet = {"code": PROJET, "libelle": "ENT d'essai", "uais": [UAI]}
    for service, autres in (("aaf", {"grammaire": "6.4"}), ("ent", {"aaf_projet": PROJET})):
        assert bac[service].post("/api/projets", json=projet | autres).status_code == 201
    academie.agents(agent(ABSENTE, "TALBOUR", place()), agent(PREMIER, "MARCELIN"), agent(SECOND, "ROCHEFEUIL"))
    for ident, debut, fin in ((PREMIER, "2022-03-17", "2022-04-06"), (SECOND, "2022-04-07", "2022-06-30")):
        vue = academie.poster(
            f"/agents/{ABSENTE}/remplacement",
            rang=0,
            remplacant=ident,
            nature="SUP",
            debut=debut,
            fin=fin,
            heures="3.00",
        )
        assert "Remplacement enregistré" in vue
    assert "Enregistrement(s)" not in page_sts(ecole, "/services-suppleants/saisie-rapide")
    bac.avancer("nuit")
    page = page_sts(ecole, "/services-suppleants/saisie-rapide")
    for vu in ("MARCELIN", "17/03/2022 - 06/04/2022", "ROCHEFEUIL", "07/04/2022 - 30/06/2022"):
        assert vu in page
    assert "Enregistrement(s) 1 à 2, sur 2 trouvé(s)" in page
    lignes = ecole.lire("/suppleances")
    assert [(x["nom"], x["supplee_id"], x["heures"]) for x in lignes] == [
        ("MARCELIN", ABSENTE, 3.0),
        ("ROCHEFEUIL", ABSENTE, 3.0),
    ]
    choisies = [x["cle"] for x in lignes]
    bac["sts_web"].post(f"/{UAI}/2021/services-suppleants/saisie-rapide", data={"suppleances": choisies})
    assert [x["nb_services"] for x in ecole.lire("/suppleances")] == [1, 1]
    ecole.demander("POST", "/exports/structure")
    ecole.demander("POST", "/exports/services", json={"destination": "sconet"})

    def groupes(jour: str) -> dict[str, list[str]]:
        bac.avancer("instant", datetime.fromisoformat(f"{jour}T08:00:00+02:00"))
        vus = {}
        for nom in ("MARCELIN", "ROCHEFEUIL"):
            comptes = bac["ent"].get(f"/api/projets/{PROJET}/comptes", params={"q": nom}).json()
            vus[nom] = [g for c in comptes if c["etat"] == "a_activer" for g in c["groupes"]]
        return vus

    assert groupes("2022-04-07") == {"MARCELIN": ["6ALL1"], "ROCHEFEUIL": []}
    assert groupes("2022-04-09") == {"MARCELIN": [], "ROCHEFEUIL": ["6ALL1"]}


@pytest.mark.procedure("REC-17", "NOM-04")
def test_a_missing_nomenclature_is_asked_for_and_added(bac: Any) -> None:
    """Asked for by mail, added by the académie, it is in the next réception, and usable once profiled again."""
    academie, bee = Academie(bac), EcoleBee(bac, UAI)
    academie.api("POST", "/bascules-bee", 201, json={"uai": UAI, "millesime": 2021})
    academie.poster("/nomenclatures")
    bac.avancer("nuit")
    for acte in ("reception", "selection", "profilage"):
        corps = {"json": {"mefs": [SIXIEME]}} if acte == "selection" else {}
        bee.appeler("POST", f"/nomenclatures/{acte}", **corps)
    selection = {"mefs": [SIXIEME, AJOUT]}
    refus = bee.appeler("POST", "/nomenclatures/selection", 422, json=selection)
    assert refus["code"] == "NOMENCLATURE_MANQUANTE"
    assert "par courriel" in refus["remede"]
    reponse = bac["siecle_bee"].post(
        f"/{UAI}/2021/nomenclatures/demande",
        data={"genre": "mef", "code": AJOUT, "texte": "Sixième bilangue ouverte à la rentrée."},
    )
    assert reponse.status_code == 303, reponse.text
    assert "Sixième bilangue ouverte à la rentrée." in academie.page("/nomenclatures?demande=1")
    ajout = {"code": AJOUT, "modele": SIXIEME, "libelle": "6ème bilangue", "demande": 1}
    assert "MEF 10010012199 : ajout fait dans la version 2" in academie.poster("/nomenclatures/mefs", **ajout)
    (demande,) = academie.api("GET", "/nomenclatures/demandes")
    assert (demande["etat"], demande["uai"]) == ("traitee", UAI)
    assert AJOUT in demande["reponse"]
    assert bee.appeler("POST", "/nomenclatures/reception")["version"] == 1
    bac.avancer("nuit")
    assert bee.appeler("GET", "/tableau-de-bord")["nouvelles_nomenclatures"] is True
    assert bee.appeler("POST", "/nomenclatures/reception")["version"] == 2
    bee.appeler("POST", "/nomenclatures/selection", json=selection)
    profil = bee.appeler("POST", "/nomenclatures/profilage")
    profiles = {m["code"]: m["libelle"] for m in bee.appeler("GET", "/nomenclatures")["mefs"]}
    assert set(profiles) == {SIXIEME, AJOUT}
    assert profiles[AJOUT] == "6ÈME BILANGUE"
    assert profil["programmes"] > 0


@pytest.mark.procedure("REC-18")
def test_the_date_butoir_of_the_vs(nouveau_bac: Any) -> None:
    """STS-Web shows the date as soon as the académie fixes it; past it, both exports are still sent and arrive."""
    bac = nouveau_bac(depart=datetime.fromisoformat("2021-09-13T08:00:00+02:00"))
    academie, ecole = Academie(bac), sts(bac)
    bee = preparer(EcoleBee(bac, UAI))
    refus = academie.api("POST", "/remontee-vs", 422, json={"annee": 2021, "date_butoir": "2020-10-15"})
    assert refus["code"] == "DATE_HORS_ANNEE"
    assert ecole.lire("/campagne")["date_butoir_vs"] is None
    vue = academie.poster("/remontee-vs", annee=2021, date_butoir="2021-09-15")
    assert "Date butoir 2021-2022 fixée : STS-Web l'affiche." in vue
    assert ecole.lire("/campagne")["date_butoir_vs"] == "2021-09-15"
    assert "15/09/2021" in page_sts(ecole, "/campagne")
    academie.api("POST", "/remontee-vs", 201, json={"annee": 2021, "date_butoir": "2021-09-14"})
    assert ecole.lire("/campagne")["date_butoir_vs"] == "2021-09-14"
    bac.avancer("instant", datetime.fromisoformat("2021-09-16T08:00:00+02:00"))
    assert "passée" in academie.page("/remontee-vs")
    structure = ecole.demander("POST", "/exports/structure")
    services = ecole.demander("POST", "/exports/services", json={"destination": "sconet"})
    assert structure["message"] == "La structure a été envoyée à SCONET via un service Web."
    assert services["message"] == "Les services ont été envoyés à SCONET via un service Web."
    assert [d["code"] for d in bee.appeler("GET", "/structures")["divisions"]] == ["6A", "6B"]


@pytest.fixture
def base(bac: Any) -> tuple[Academie, EcoleBee, list[int]]:
    """The académie, a base of BEE with three pupils of 6e, the third of them without régime, their ELEVE_ID."""
    academie, bee = Academie(bac), preparer(EcoleBee(bac, UAI))
    ids = peupler(bee, 3)
    bee.appeler("PATCH", f"/eleves/{ids[2]}", json={"regime": ""})
    return academie, bee, ids


@pytest.mark.procedure("REC-14")
def test_only_complete_fiches_are_in_sysca(base: tuple[Academie, EcoleBee, list[int]]) -> None:
    """The page shows the two fiches that went up, and what holds the third; completed, it goes up the next night."""
    academie, bee, ids = base
    assert academie.api("GET", f"/etablissements/{UAI}/sysca/2021", 404)["code"] == "SYSCA_SANS_REMONTEE"
    academie.bac.avancer("nuit")
    (ligne,) = academie.api("GET", "/sysca")
    assert (ligne["eleves"], ligne["responsables"], ligne["retenues"]) == (2, 2, 1)
    page = academie.page(f"/sysca/{UAI}/2021")
    assert "Remontées : 2 fiches complètes" in page
    assert f"n° {ids[2]}" in page
    assert "La fiche est à compléter" in page
    assert "FICTIF003" not in page
    bee.appeler("PATCH", f"/eleves/{ids[2]}", json={"regime": "2"})
    academie.bac.avancer("nuit")
    recues = academie.api("GET", f"/etablissements/{UAI}/sysca/2021")
    assert [e["eleve_id"] for e in recues["eleves"]] == ids
    assert recues["retenues"] == []
    academie.bac.avancer("nuit")
    assert len(bee.envois("remontee_sysca")) == 2


@pytest.mark.procedure("REC-19")
def test_accounts_are_in_educonnect_from_the_same_fiches(base: tuple[Academie, EcoleBee, list[int]]) -> None:
    """Pupils and legal responsables of complete fiches have an account, the same each night; the others have none."""
    academie, bee, ids = base
    chemin = f"/etablissements/{UAI}/educonnect/2021"
    contact = dossier(9).responsables[0].avec(cle="R0009", nom="VOISIN", niveau="3")
    legal = dossier(9).responsables[0]
    incomplet = legal.avec(cle="R0010", nom="SANSCIVILITE", civilite="")
    fiche = dossier(9, responsables=(legal, contact, incomplet)).valeurs()
    quatrieme = bee.appeler("POST", "/eleves", 201, json=fiche)["eleve_id"]
    bee.appeler("PATCH", f"/eleves/{quatrieme}", json={"mef": SIXIEME, "division": "6A"})
    assert "aucun compte" in academie.page("/educonnect")
    academie.bac.avancer("nuit")
    comptes = academie.api("GET", chemin)
    assert [(c["profil"], c["nom"]) for c in comptes] == [
        ("eleve", "FICTIF001"),
        ("eleve", "FICTIF002"),
        ("eleve", "FICTIF009"),
        ("responsable", "FICTIF001"),
        ("responsable", "FICTIF002"),
        ("responsable", "FICTIF009"),
    ]
    assert [c["eleves"] for c in comptes[3:]] == [[ids[0]], [ids[1]], [quatrieme]]
    assert len({c["identifiant"] for c in comptes}) == 6
    assert set(comptes[0]) == {"identifiant", "profil", "fiche", "nom", "prenom", "eleves"}
    page = academie.page(f"/educonnect?uai={UAI}&q=fictif001")
    assert comptes[0]["identifiant"] in page
    assert comptes[1]["identifiant"] not in page
    bee.appeler("PATCH", f"/eleves/{ids[2]}", json={"regime": "2"})
    academie.bac.avancer("nuit")
    apres = {c["fiche"]: c["identifiant"] for c in academie.api("GET", chemin) if c["profil"] == "eleve"}
    assert apres[ids[0]] == comptes[0]["identifiant"]
    assert ids[2] in apres


@pytest.mark.procedure("REC-20")
def test_the_dsi_delivers_the_certificate(nouveau_bac: Any) -> None:
    """Asked for in EDT, it waits at the DSI's; delivered by hand it is in EDT at once, else with the next diffusion."""
    bac = nouveau_bac("toulouse-2023", depart=datetime.fromisoformat("2023-09-04T08:00:00+02:00"))
    academie = Academie(bac)
    edt = bac["edt"]

    def certificat(annee: int, methode: str = "GET") -> str:
        suite = "/certificat" if methode == "POST" else ""
        reponse = edt.request(methode, f"/api/etablissements/{UAI}/bases/{annee}/netsynchro{suite}")
        assert reponse.status_code == 200, reponse.text
        return str(reponse.json()["certificat"])

    for annee in (2023, 2024):
        assert edt.post(f"/api/etablissements/{UAI}/bases/{annee}").status_code == 201
    refus = academie.api("POST", f"/certificats/{UAI}/2023/delivrance", 404)
    assert refus["code"] == "CERTIFICAT_NON_DEMANDE"
    assert [certificat(annee, "POST") for annee in (2023, 2024)] == ["demande", "demande"]
    assert "en attente" in academie.page("/certificats")
    assert f"Certificat délivré à {UAI}." in academie.poster("/certificats", uai=UAI, annee=2023)
    assert "CERTIFICAT_NON_DEMANDE" in academie.poster("/certificats", 404, uai=UAI, annee=2030)
    assert (certificat(2023), certificat(2024)) == ("installe", "demande")
    assert academie.api("POST", f"/certificats/{UAI}/2023/delivrance", 409)["code"] == "CERTIFICAT_DELIVRE"
    bac.avancer("nuit")
    assert certificat(2024) == "installe"
    assert all(c["delivre_le"] for c in academie.api("GET", "/certificats"))


def test_a_dossier_administratif_reaches_sts_the_next_night(bac: Any) -> None:
    """Typed on the page with its quotité, the appointment is in Ressources in the morning; moved, it leaves."""
    academie, ecole = Academie(bac), sts(bac)
    academie.agents(agent(50001, "ALBAREDE"))
    academie.poster("/agents/50001/affectations", uai=UAI, discipline="L0202", support="1234", quotite=50, heures=9)
    page = academie.page("/agents/50001")
    assert "50 %" in page
    assert "ALBAREDE" not in page_sts(ecole, "/ressources")
    bac.avancer("nuit")
    assert "ALBAREDE" in page_sts(ecole, "/ressources")
    academie.poster("/agents/50001/affectations/0/suppression")
    bac.avancer("nuit")
    assert "ALBAREDE" not in page_sts(ecole, "/ressources")
    assert date(2021, 8, 25) == bac.maintenant.date()
