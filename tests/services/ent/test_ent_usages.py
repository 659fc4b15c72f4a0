"""What lives on accounts and groups: mistakes of SIECLE, doublons, guests, messagerie, Médiacentre, group names."""

from __future__ import annotations

import html
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from services.ent.use_cases import cycle, projets
from shared.formats.aaf.valeurs import DansStructure
from shared.horloge.horloge import HorlogeFixe

from .jeu_ent import (
    ANGLAIS,
    MATHS,
    STRUCTURE,
    UAI,
    Ecole,
    complet,
    comptes,
    delta,
    ecole_type,
    enseignant,
    importer,
    lien,
    ouvrir_projet,
    responsable,
)

J1, J2, J3 = date(2021, 9, 6), date(2021, 9, 7), date(2021, 9, 11)
P = f"/{UAI}/2021"
ICI = f"/api/etablissements/{UAI}"
HTML = {"accept": "text/html"}
ILONA, THEO, JEAN, AURORE, DOUBLE = 7100001, 7100002, 7100003, 7200001, 7200009


def avec_doublon(ecole: Ecole) -> Ecole:
    """Théo's mother typed a second time, for him alone (BEE-42)."""
    ilona, theo, jean = ecole.eleves
    aurore, guy = ecole.responsables
    double = responsable(9, "VALBRUNE", "Aurore", [theo])
    return ecole.avec(
        eleves=(ilona, replace(theo, liens=(lien(double),)), jean),
        responsables=(replace(aurore, eleves=(ilona.jointure,)), guy, double),
    )


def deposer(bac: Any, dossier: Path, ecole: Ecole, jour: date, numero: int) -> None:
    assert importer(bac, complet(dossier, ecole, jour), numero)["etat"] == "applique"


def poster(bac: Any, suite: str, statut: int = 201, **corps: Any) -> Any:
    reponse = bac["ent"].post(ICI + suite, json=corps)
    assert reponse.status_code == statut, reponse.text
    return reponse.json()


def boite(bac: Any, aaf_id: int, statut: int = 200) -> Any:
    reponse = bac["ent"].get(f"{ICI}/comptes/{aaf_id}/messages")
    assert reponse.status_code == statut, reponse.text
    return reponse.json()


def page(bac: Any, suite: str, statut: int = 200) -> str:
    reponse = bac["ent"].get(P + suite, headers=HTML)
    assert reponse.status_code == statut, reponse.text[:2000]
    return html.unescape(reponse.text)


def purger(bac: Any, jours: int) -> None:
    """The night's deletion of accounts, so many days later."""
    fabrique = bac.installation.applications["ent"].state.noyau.fabrique
    with fabrique.ouvrir(bac.nom, ecriture=True, nuit=True) as u:
        u.horloge = HorlogeFixe(u.maintenant + timedelta(days=jours), u.horloge.fuseau)
        assert cycle.purger(u, projets.projet(u, "essai")) == 1


@pytest.fixture
def ent(bac: Any, tmp_path: Path) -> Any:
    """The typical school, its ENT fed once; Théo's mother is there twice."""
    ouvrir_projet(bac)
    deposer(bac, tmp_path, avec_doublon(ecole_type()), J1, 1)
    return bac


@pytest.mark.procedure("ENT-02")
def test_what_is_created_in_siecle_is_created_in_the_ent(ent: Any) -> None:
    """« Si un compte est créé dans SIECLE alors il est créé dans l'ENT »: the doublon, and two people in one fiche."""
    lus = comptes(ent, profil="responsable")
    assert {i: (c["prenom"], c["login"]) for i, c in lus.items()} == {
        AURORE: ("Aurore", "aurore.valbrune"),
        7200002: ("Guy Et Yvette", "guy_et_yvette.ostrel"),
        DOUBLE: ("Aurore", "aurore.valbrune2"),
    }
    assert {c["etat"] for c in lus.values()} == {"a_activer"}


@pytest.mark.procedure("ENT-03")
def test_a_guest_account_stays_beside_the_real_one(ent: Any, tmp_path: Path) -> None:
    """Made while waiting, it is not taken up by the real one: two accounts for one person, whom EDT cannot match."""
    invite = poster(ent, "/invites", nom="RELAIS", prenom="Paule")
    assert (invite["profil"], invite["login"]) == ("invite", "paule.relais")
    ecole = avec_doublon(ecole_type())
    venue = ecole.avec(personnels=(*ecole.personnels, enseignant(8, "RELAIS", "PAULE", [("6B", ANGLAIS)])))
    deposer(ent, tmp_path, venue, J3, 2)
    lus = comptes(ent, q="relais")
    assert {c["profil"]: (c["login"], c["etat"]) for c in lus.values()} == {
        "invite": ("paule.relais", "a_activer"),
        "enseignant": ("paule.relais2", "a_activer"),
    }
    qui = [{"genre": "enseignant", "nom": "RELAIS", "prenom": "Paule"}]
    (dit,) = ent["ent"].post(f"{ICI}/rapprochement", json=qui).json()
    assert (dit["login"], dit["code"]) == (None, "COMPTE_EN_DOUBLE")
    assert "paule.relais2" in ent["ent"].get(f"{P}/comptes/identifiants.csv").text
    assert "n'a pas besoin de compte invité" in page(ent, "/comptes")
    assert poster(ent, "/invites", 422, nom=" ", prenom="Paule")["code"] == "IDENTITE_INCOMPLETE"
    suivi = ent["ent"].post(f"{P}/comptes/invites", data={"nom": "RELAIS", "prenom": "Paule"}, headers=HTML)
    assert suivi.status_code in (200, 303)
    assert len(comptes(ent, q="relais")) == 3


@pytest.mark.procedure("ENT-11")
@pytest.mark.procedure("DIAG-16")
def test_a_parent_typed_twice_receives_each_notification_twice(ent: Any) -> None:
    """To the whole school she is written to twice, once per account; each account sees one of her children."""
    envoi = poster(ent, "/messages", genre="profil", public="responsables", objet="Réunion de rentrée")
    assert envoi["destinataires"] == 3
    assert [[m["objet"] for m in boite(ent, i)] for i in (AURORE, DOUBLE)] == [["Réunion de rentrée"]] * 2
    poster(ent, "/messages", genre="division", nom="6B", public="responsables", objet="Sortie")
    assert ([m["objet"] for m in boite(ent, DOUBLE)], len(boite(ent, AURORE))) == (["Sortie", "Réunion de rentrée"], 1)
    enfants = {
        i: [x["aaf_id"] for x in ent["ent"].get(f"/api/projets/essai/comptes/{i}").json()["liens"]]
        for i in (AURORE, DOUBLE)
    }
    assert enfants == {AURORE: [ILONA], DOUBLE: [THEO]}
    assert "autant de fois qu'il a de comptes" in page(ent, "/messagerie")


@pytest.mark.procedure("ENT-15")
def test_a_late_merge_takes_the_account_in_use_with_it(ent: Any, tmp_path: Path) -> None:
    """Deleted with its fiche, the account she used refuses; its messages are lost, the other account is the one."""
    code = comptes(ent)[DOUBLE]["code_activation"]
    activation = {"login": "aurore.valbrune2", "code": code}
    assert ent["ent"].post("/api/projets/essai/activation", json=activation).json()["etat"] == "actif"
    poster(ent, "/messages", genre="division", nom="6B", public="responsables", objet="Sortie")
    assert len(boite(ent, DOUBLE)) == 1
    deposer(ent, tmp_path, ecole_type(), J3, 2)
    refus = boite(ent, DOUBLE, 409)
    assert (refus["code"], refus["title"], refus["regle"]) == ("COMPTE_DESACTIVE", "Ce compte est désactivé.", "ENT-15")
    assert ent["ent"].post("/api/projets/essai/activation", json=activation).json()["code"] == "COMPTE_DESACTIVE"
    assert boite(ent, AURORE) == []
    assert comptes(ent)[AURORE]["etat"] == "a_activer"
    poster(ent, "/messages", genre="division", nom="6B", public="responsables", objet="Retour")
    assert [m["objet"] for m in boite(ent, AURORE)] == ["Retour"]
    assert "COMPTE_DESACTIVE" in page(ent, f"/messagerie/boite/{DOUBLE}", 409)
    purger(ent, 60)
    deposer(ent, tmp_path, avec_doublon(ecole_type()), date(2021, 9, 18), 3)
    assert boite(ent, DOUBLE) == []


@pytest.mark.procedure("ENT-20")
def test_a_manuel_is_refused_to_pupils_outside_the_group(ent: Any, tmp_path: Path) -> None:
    """Without her link in SIECLE a pupil cannot open the manuel of her group; once it came she can."""
    sans = avec_doublon(ecole_type())
    ilona = replace(sans.eleves[0], groupes=())
    deposer(ent, tmp_path, sans.avec(eleves=(ilona, *sans.eleves[1:])), J2, 2)
    manuel = poster(ent, "/manuels", titre="Lettres latines 6e", genre="groupe", nom="6LATIN")["id"]

    def ouvrir(aaf_id: int, statut: int) -> Any:
        reponse = ent["ent"].get(f"{ICI}/manuels/{manuel}/ouverture", params={"aaf_id": aaf_id})
        assert reponse.status_code == statut, reponse.text
        return reponse.json()

    refus = ouvrir(ILONA, 403)
    assert (refus["code"], refus["regle"]) == ("MANUEL_REFUSE", "ENT-20")
    assert "liens élève-groupe" in refus["remede"]
    assert ouvrir(THEO, 200)["ouvert"] is True
    assert "refusé" in page(ent, f"/vue/{ILONA}")
    assert "Lettres latines 6e" in page(ent, "/ressources")
    deposer(ent, tmp_path, sans, J3, 3)
    assert ouvrir(ILONA, 200)["titre"] == "Lettres latines 6e"
    assert ouvrir(JEAN, 403)["code"] == "MANUEL_REFUSE"
    assert poster(ent, "/manuels", 404, titre="X", genre="groupe", nom="6GREC")["code"] == "ENSEMBLE_INCONNU"
    assert poster(ent, "/manuels", 422, titre=" ", genre="groupe", nom="6LATIN")["code"] == "MANUEL_SANS_TITRE"
    data = {"titre": "Anglais 6e", "liste": "division:6A"}
    ent["ent"].post(f"{P}/ressources", data=data, headers=HTML)
    assert [m["titre"] for m in ent["ent"].get(f"{ICI}/manuels").json()] == ["Anglais 6e", "Lettres latines 6e"]


@pytest.mark.procedure("ENT-21")
@pytest.mark.procedure("ENT-22")
def test_one_remontee_without_the_other_leaves_half_a_group(ent: Any, tmp_path: Path) -> None:
    """Links without services: pupils, no teacher; services without links: the contrary. Names stay as they are."""
    avant = avec_doublon(ecole_type())
    autre = DansStructure(STRUCTURE, "6 G-X_1")
    jean = replace(avant.eleves[2], groupes=(*avant.eleves[2].groupes, autre))
    apres = avant.avec(
        groupes=(*avant.groupes, ("6 G-X_1", ("6A",)), ("6MATGR2", ("6B",))),
        eleves=(*avant.eleves[:2], jean),
        personnels=(*avant.personnels, enseignant(9, "SERVAN", "ODILE", [], [("6MATGR2", MATHS)])),
    )
    assert importer(ent, delta(tmp_path, avant, apres, J2), 2)["etat"] == "applique"
    listes = ent["ent"].get("/api/projets/essai/destinataires", params={"uai": UAI}).json()
    vus = {g["nom"]: (g["nb_eleves"], g["nb_enseignants"]) for g in listes["groupes"]}
    assert (vus["6 G-X_1"], vus["6MATGR2"], vus["6ANG1"]) == ((1, 0), (0, 1), (2, 1))
    refus = poster(ent, "/messages", 409, genre="groupe", nom="6MATGR2", public="eleves", objet="Devoir")
    assert (refus["code"], refus["regle"]) == ("LISTE_VIDE", "ENT-19")
    envoi = poster(ent, "/messages", genre="groupe", nom="6 G-X_1", public="eleves", objet="Devoir")
    assert envoi["liste"] == "élèves de 6 G-X_1"
    for suite in ("/messagerie", "/groupes", f"/vue/{JEAN}"):
        assert "6 G-X_1" in page(ent, suite), suite
    lu = page(ent, "/messagerie")
    assert "aucun enseignant" in lu[lu.index("6 G-X_1") :].split("</tr>")[0]
    assert "aucun élève" in lu[lu.index("nom=6MATGR2") :].split("</tr>")[0]


@pytest.mark.procedure("ENT-23")
def test_every_service_shows_the_same_classes_and_groups(ent: Any) -> None:
    """Cahier de textes, messagerie, rubriques, Médiacentre, espaces and annuaire speak of the same ones."""
    for suite in ("/cahier-de-textes", "/messagerie", "/classes", "/ressources", f"/vue/{ILONA}", "/comptes"):
        assert "6A" in page(ent, suite), suite
    for suite in ("/messagerie", "/groupes", "/ressources", f"/vue/{ILONA}", "/comptes"):
        assert "6LATIN" in page(ent, suite), suite


def test_a_message_by_page(ent: Any) -> None:
    """The form writes to a list; an empty one comes back with what was typed."""
    vide = {"liste": "groupe:6LATIN", "public": "enseignants", "objet": "Thème", "corps": "Page 12"}
    refus = ent["ent"].post(f"{P}/messagerie", data=vide, headers=HTML)
    assert (refus.status_code, "LISTE_VIDE" in refus.text, "Page 12" in refus.text) == (409, True, True)
    bon = vide | {"public": "eleves"}
    suite = ent["ent"].post(f"{P}/messagerie", data=bon, headers=HTML, follow_redirects=True)
    assert "Message envoyé aux élèves de 6LATIN : 2 destinataires." in html.unescape(suite.text)
    assert [m["corps"] for m in boite(ent, THEO)] == ["Page 12"]
    assert "Page 12" in page(ent, f"/messagerie/boite/{THEO}")


def test_numbers_that_nobody_has_and_signs_that_no_text_holds_are_refused(ent: Any) -> None:
    """A number beyond the database's, or a NUL, is a refusal with a remedy, never an error of the service."""
    for nombre in (-1, 2**31, 2**63, 10**30):
        for chemin in (
            f"/comptes/{nombre}/messages",
            f"/manuels/{nombre}/ouverture?aaf_id={nombre}",
            f"/emploi-du-temps/imports/{nombre}",
            f"/emploi-du-temps/cours?aaf_id={nombre}",
        ):
            reponse = ent["ent"].get(ICI + chemin)
            assert (reponse.status_code, bool(reponse.json()["remede"])) == (404, True), chemin
    for chemin in ("/emploi-du-temps/ensembles/groupe/a%00b", "/emploi-du-temps/seances?genre=groupe&nom=a%00b"):
        assert ent["ent"].get(ICI + chemin).status_code in (200, 404, 422), chemin
    message = {"genre": "groupe", "nom": "a\0b", "public": "eleves", "objet": "a\0b"}
    assert ent["ent"].post(f"{ICI}/messages", json=message).status_code in (404, 422)
    assert ent["ent"].get("/api/depots-edt/a%00b").status_code in (404, 422)


def test_messages_written_together_all_arrive(ent: Any) -> None:
    """Trainees who write at the same moment each have their message, under a number of its own."""
    corps = {"genre": "profil", "public": "eleves", "objet": "Ensemble"}
    with ThreadPoolExecutor(6) as gens:
        reponses = list(gens.map(lambda _: ent["ent"].post(f"{ICI}/messages", json=corps), range(6)))
    assert [r.status_code for r in reponses] == [201] * 6, [r.text for r in reponses]
    assert sorted(r.json()["id"] for r in reponses) == [1, 2, 3, 4, 5, 6]
    assert len(boite(ent, ILONA)) == 6
