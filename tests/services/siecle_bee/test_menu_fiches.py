"""Tableau de bord and the entries of « Fiches élèves »: recherche avancée, suppression, impacts, doublons."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.contracts.echanges import NomenclaturesMsg

from .ecole import CINQUIEME, SIXIEME, Ecole, dossier, jeu_de_nomenclatures, peupler, preparer, responsable
from .test_pages import envoyer, page

COMPTEURS = (
    "Effectifs constatés",
    "Élèves scolarisés dans l'établissement",
    "Élèves scolarisés hors de l'établissement",
    "Élèves non scolarisés",
    "Motif(s) de sortie imprécis",
    "Redoublants",
    "Boursiers",
    "Parcours personnalisés",
)


def compteurs(ecole: Ecole) -> dict[str, tuple[int, str]]:
    """The counters of the tableau de bord: number and address of the list, by label."""
    html = page(ecole, "tableau-de-bord")
    tableau = html[html.index('<table id="effectifs"') :]
    tableau = tableau[: tableau.index("</table>")]
    trouves = re.findall(
        r'<a href="/b/[^/]+/[^/]+/\d+/([^"]+)">([^<]+)</a></th><td class="nombre">(?:<span[^>]*>)?(\d+)', tableau
    )
    return {libelle: (int(nombre), suite.replace("&amp;", "&")) for suite, libelle, nombre in trouves}


def trouves(ecole: Ecole, suite: str) -> int:
    """How many lines the list of pupils holds at this address."""
    html = page(ecole, suite)
    return len(re.findall(r"<tr><td><a href", html.replace("\n", "")))


@pytest.mark.procedure("BEE-01", "ACC-12")
def test_every_page_is_headed_and_footed(ecole: Ecole, nouveau_bac: Any) -> None:
    """Ministry, « SIECLE | Base élèves » and the modules at the head, the version of 2018 and HAUT DE PAGE below."""
    html = page(ecole, "tableau-de-bord")
    assert "Ministère de l'Éducation nationale" in html
    assert "SIECLE | Base élèves" in html
    modules = html[html.index('aria-label="Modules de SIECLE"') : html.index("</header>")]
    for libelle in ("Base élèves", "Vie étab.", "Cahier textes", "Vie scolaire", "Évaluation", "Bourses"):
        assert f">{libelle}<" in modules
    assert modules.count("<a ") == 1  # the first one alone opens something
    assert "▲ HAUT DE PAGE" in html
    ancienne = preparer(Ecole(nouveau_bac(profil="noumea-2018"), millesime=2017))
    html = page(ancienne, "tableau-de-bord")
    assert "MENESR V18.1.2.0" in html
    modules = html[html.index('aria-label="Modules de SIECLE"') : html.index("</header>")]
    assert re.findall(r">([A-ZÉÈ ]{8,})<", modules) == ["BASE ÉLÈVES", "VIE SCOLAIRE", "ÉVALUATION"]


@pytest.mark.procedure("BEE-01")
@pytest.mark.parametrize(
    ("suite", "colonne", "premier", "dernier"),
    [
        ("eleves?scolarise=oui", "Nom", "FICTIF001", "FICTIF003"),
        ("recherche-avancee?scolarise=oui", "Né(e) le", "FICTIF001", "FICTIF003"),
        ("suppression?scolarise=oui", "Nom", "FICTIF001", "FICTIF003"),
        ("teleservices", "Nom", "FICTIF001", "FICTIF003"),
        ("communs/vacances", "Reprise", "Vacances de la Toussaint", "Pont de l'Ascension"),
    ],
)
def test_a_list_sorts_both_ways(ecole: Ecole, suite: str, colonne: str, premier: str, dernier: str) -> None:
    """A click on a title sorts, a second one reverses; the list says so in the words of the application."""
    peupler(ecole, 3)
    html = page(ecole, suite)
    consigne = "Cliquer sur le titre de la colonne pour trier. Cliquer à nouveau pour inverser le sens du tri."
    assert consigne in html
    racine = suite.partition("?")[0]
    for attendus in ((premier, dernier), (dernier, premier)):
        lien = re.search(rf'<a class="tri" href="(\?[^"]+)">{re.escape(colonne)} <', html)
        assert lien is not None
        parametres = lien[1].replace("&amp;", "&")
        if attendus == (premier, dernier):  # the list opens sorted by that column or by another: ask for ascending
            parametres = parametres.replace("sens=desc", "sens=asc")
        html = page(ecole, racine + parametres)
        corps = html[html.index("<tbody>") : html.index("</tbody>")]
        assert corps.index(attendus[0]) < corps.index(attendus[1])


@pytest.mark.procedure("BEE-08", "BEE-09")
def test_counters_follow_the_fiches_and_lead_to_their_lists(ecole: Ecole) -> None:
    """Each counter is a link to its list, of the same length; the number of the menu is the sum of the sections."""
    ids = peupler(ecole, 5)
    ecole.appeler("PATCH", f"/eleves/{ids[0]}", json={"date_sortie": "2021-08-20", "motif_sortie": "99"})
    ecole.appeler("PATCH", f"/eleves/{ids[1]}", json={"redoublant": True, "boursier": True, "regime": "0"})
    ecole.appeler("PATCH", f"/eleves/{ids[2]}", json={"boursier": True, "division": ""})
    ecole.appeler("POST", f"/eleves/{ids[3]}/complexe", 201, json={"genre": "CNED", "debut": "2021-08-01"})
    ecole.appeler("POST", f"/eleves/{ids[4]}/complexe", 201, json={"genre": "PAFI", "debut": "2021-08-01"})
    ecole.appeler("POST", f"/eleves/{ids[4]}/complexe", 201, json={"genre": "SOINS", "debut": "2021-10-01"})
    lus = compteurs(ecole)
    assert [lus[c][0] for c in COMPTEURS] == [3, 3, 1, 2, 1, 1, 1, 1]
    for libelle in COMPTEURS:
        assert trouves(ecole, lus[libelle][1]) == lus[libelle][0], libelle
    tableau = ecole.appeler("GET", "/tableau-de-bord")
    assert (tableau["repartition"], tableau["total"]) == (2, 2)  # one fiche bloquante, one imprecise exit
    html = page(ecole, "tableau-de-bord")
    assert re.search(r'Tableau de bord.{0,120}<span class="pastille">2</span>', html, re.S)
    assert "Extérieur libre" in html[html.index("Par régime") :]
    assert "DP dans l'établissement" in html[html.index("Par régime") :]
    # The number follows: the motif made precise, the division given back, nothing calls any more.
    ecole.appeler("PATCH", f"/eleves/{ids[0]}", json={"date_sortie": "2021-08-20", "motif_sortie": "10"})
    ecole.appeler("PATCH", f"/eleves/{ids[2]}", json={"division": "6A"})
    assert ecole.appeler("GET", "/tableau-de-bord")["total"] == 0
    assert '<span class="pastille">' not in page(ecole, "tableau-de-bord")


@pytest.mark.procedure("BEE-54", "BEE-55", "BEE-56", "BEE-57")
@pytest.mark.parametrize(
    ("reglage", "conseil"),
    [
        ("avant_bascule", "Supprimez les doublons responsables avant la bascule faite par le rectorat (mai)."),
        (
            "juin-juillet",
            "Supprimez les doublons responsables en juin-juillet, avant l'affectation dans les divisions.",
        ),
        (
            "septembre",
            "Supprimez les doublons responsables en septembre au plus tard, jamais en cours d'année.",
        ),
    ],
)
def test_when_to_merge_doublons(nouveau_bac: Any, reglage: str, conseil: str) -> None:
    """The dashboard reminds to control the base, and when to merge, as the profil académique says."""
    ecole = preparer(Ecole(nouveau_bac(bee_doublons_conseil=reglage)))
    for suite in ("tableau-de-bord", "doublons-responsables"):
        html = page(ecole, suite)
        assert "Contrôlez régulièrement la base : à l'ajout d'un élève, à la réception des fiches depuis" in html
        assert conseil in html


def test_recherche_avancee_combines_criteria_and_refuses_bad_dates(ecole: Ecole) -> None:
    """Criteria add up, by page and by API; a date that is not one and a period upside down are refused."""
    ids = peupler(ecole, 4)
    ecole.appeler("PATCH", f"/eleves/{ids[1]}", json={"boursier": True, "division": ""})
    ecole.appeler("POST", f"/eleves/{ids[2]}/groupes", 201, json={"groupe": "6LATIN"})
    sans_ine = dossier(9, None, nom="SANSINE").valeurs() | {"regime": ""}
    (autre,) = [ecole.appeler("POST", "/eleves", 201, json=sans_ine)["eleve_id"]]

    def chercher(**criteres: Any) -> list[int]:
        return sorted(f["eleve_id"] for f in ecole.appeler("GET", "/recherche-avancee", params=criteres))

    assert chercher(boursier=True, mef=SIXIEME) == [ids[1]]
    assert chercher(groupe="6LATIN") == [ids[2]]
    assert chercher(manque="DIVISION") == [ids[1], autre]
    assert chercher(ine=False, sorti=False) == [autre]
    assert chercher(origine="creation") == [autre]
    assert chercher(division="6A", code_postal="25") == [ids[0], ids[2], ids[3]]
    assert chercher(ne_du="2010-03-01", ne_au="2010-04-30", mef=SIXIEME) == [ids[1], ids[2]]
    assert "1 élève trouvé." in page(ecole, f"recherche-avancee?boursier=oui&mef={SIXIEME}")
    assert "Aucun élève trouvé. Modifier vos critères de recherche." in page(ecole, "recherche-avancee?option=999999")
    assert "DATE_INVALIDE" in page(ecole, "recherche-avancee?ne_du=31%2F12%2F2010", 422)
    assert "PERIODE_INVERSEE" in page(ecole, "recherche-avancee?ne_du=2011-01-01&ne_au=2010-01-01", 422)
    ecole.appeler("GET", "/recherche-avancee", 422, params={"ne_du": "hier"})
    ecole.appeler("GET", "/recherche-avancee", 422, params={"sexe": "9"})


def test_suppression_asks_then_deletes_all_or_nothing(ecole: Ecole) -> None:
    """Fiches ticked are deleted once confirmed; nothing ticked, or one that does not exist: nothing is deleted."""
    ids = peupler(ecole, 3)
    html = page(ecole, "suppression?nom=fictif")
    assert "3 élèves trouvés." in html
    assert "AUCUN_ELEVE" in envoyer(ecole, "suppression?nom=fictif", 422, data={"confirme": "oui"})
    choix = {"eleve": [str(ids[0]), str(ids[1])]}
    html = envoyer(ecole, "suppression?nom=fictif", 409, data=choix)
    assert "SUPPRESSION_A_CONFIRMER" in html
    assert html.count(" checked") == 2  # what was ticked stays so
    assert len(ecole.appeler("GET", "/eleves")) == 3
    envoyer(ecole, "suppression", 404, data={"eleve": [str(ids[0]), "1"], "confirme": "oui"})
    assert len(ecole.appeler("GET", "/eleves")) == 3
    assert "2 fiches supprimées." in envoyer(ecole, "suppression", data=choix | {"confirme": "oui"})
    assert [e["eleve_id"] for e in ecole.appeler("GET", "/eleves")] == [ids[2]]
    ecole.appeler("POST", "/suppression", 422, json={"eleve_ids": []})
    ecole.appeler("POST", "/suppression", 404, json={"eleve_ids": [ids[0]]})
    assert ecole.appeler("POST", "/suppression", json={"eleve_ids": [ids[2]]}) == {"supprimees": 1}


@pytest.mark.procedure("NOM-07")
def test_impact_of_a_closing_mef(ecole: Ecole) -> None:
    """Pupils of a MEF that the nomenclatures received no longer hold are listed, and moved before profiling."""
    ids = peupler(ecole, 2)
    assert ecole.appeler("GET", "/impact-fermeture-mef") == []
    complet = jeu_de_nomenclatures(2)
    sans = NomenclaturesMsg(
        version=2,
        mefs=tuple(m for m in complet.mefs if m.code != SIXIEME),
        matieres=complet.matieres,
        programmes=tuple(p for p in complet.programmes if p.mef != SIXIEME),
    )
    ecole.recevoir("nomenclatures", sans)
    assert ecole.appeler("GET", "/impact-fermeture-mef") == []  # loaded, not received yet
    ecole.appeler("POST", "/nomenclatures/reception")
    touches = ecole.appeler("GET", "/impact-fermeture-mef")
    assert [(t["eleve_id"], t["mef"], t["raison"]) for t in touches] == [
        (i, SIXIEME, "Absent des nomenclatures reçues (version 2).") for i in ids
    ]
    assert ecole.appeler("GET", "/fiches-bloquantes") == []  # not yet: that is what the page is for
    html = page(ecole, "impact-fermeture-mef")
    assert "2 élèves trouvés." in html
    assert "IMPACT_INCOMPLET" in envoyer(ecole, "impact-fermeture-mef", 422, data={"eleve": [str(ids[0])]})
    choix = {"eleve": [str(i) for i in ids], "mef": CINQUIEME}
    assert "DIVISION_HORS_MEF" in envoyer(ecole, "impact-fermeture-mef", 422, data=choix)
    html = envoyer(ecole, "impact-fermeture-mef", data=choix | {"division": "5A"})
    assert "2 élèves mis à jour." in html
    assert "Aucun élève n'est dans un MEF qui ferme." in html
    assert {e["mef"] for e in ecole.appeler("GET", "/eleves")} == {CINQUIEME}


@pytest.mark.procedure("NOM-07")
def test_impact_of_a_commune_that_changed(ecole: Ecole) -> None:
    """An address in a commune that merged is listed, by INSEE code or by name, and brought up to date."""
    ids = peupler(ecole, 2)
    assert ecole.appeler("GET", "/impact-communes") == []
    par_code = {
        "lignes": ["2 rue Inventée"],
        "code_postal": "74600",
        "commune": "SEYNOD",
        "code_commune_insee": "74268",
    }
    par_nom = {"lignes": ["3 rue Inventée"], "code_postal": "50100", "commune": "La Glacerie"}
    ailleurs = {"lignes": ["4 rue Inventée"], "code_postal": "25000", "commune": "La Glacerie"}
    for eleve, adresse in ((ids[0], par_code), (ids[1], par_nom)):
        ecole.appeler("PATCH", f"/eleves/{eleve}", json={"adresse": adresse})
    lues = ecole.appeler("GET", "/impact-communes")
    assert [(a["commune"], a["commune_actuelle"], a["code_actuel"]) for a in lues] == [
        ("SEYNOD", "ANNECY", "74010"),
        ("La Glacerie", "CHERBOURG EN COTENTIN", "50129"),
    ]
    assert "2 adresses trouvées." in page(ecole, "impact-communes")
    assert "AUCUNE_ADRESSE" in envoyer(ecole, "impact-communes", 422, data={})
    assert "1 adresse mise à jour." in envoyer(ecole, "impact-communes", data={"adresse": [str(lues[0]["adresse_id"])]})
    assert ecole.appeler("GET", f"/eleves/{ids[0]}")["adresse"]["commune"] == "ANNECY"
    ecole.appeler("PATCH", f"/eleves/{ids[1]}", json={"adresse": ailleurs})  # the same name in another département
    restantes = ecole.appeler("GET", "/impact-communes")
    assert all(a["code_postal"] != "25000" for a in restantes)


@pytest.mark.procedure("BEE-47", "BEE-50", "BEE-52")
def test_a_merged_doublon_gets_a_new_account(ecole: Ecole) -> None:
    """The pair shows its pupils and accounts; merged, the account is made again with the next digit."""
    for n, cle in enumerate("AB", 1):
        d = dossier(n, responsables=(responsable(cle, "CLONE"),))
        ecole.appeler("POST", "/eleves", 201, json=d.valeurs())
    seul = responsable("C", "CLONE").valeurs()
    orpheline = ecole.appeler("POST", "/responsables", 201, json=seul)["personne_id"]
    assert "La famille a ouvert son compte : i.clone1." in envoyer(ecole, "teleservices/400001/activation", data={})
    envoyer(ecole, "teleservices/400001/activation", 409, data={})
    html = page(ecole, "doublons-responsables?groupe=0")
    lignes = re.findall(r"<tr><td>.*?</tr>", html[html.index('<table id="doublons"') :], re.S)
    assert len(lignes) == 3
    assert "<summary>Détail</summary>" in lignes[0]
    assert "FICTIF001" in lignes[0]
    assert "Utilisé" in lignes[0]
    assert "Aucun élève" in lignes[2]
    assert "Aucun</td>" in lignes[2]
    assert "3 responsables trouvés." in html
    assert "il sera supprimé et un nouveau compte sera créé" in html
    html = envoyer(ecole, "doublons-responsables", 422, data={"supprimer": "400001", "remplacer": "400001"})
    assert "PAS_UN_DOUBLON" in html
    envoyer(ecole, "doublons-responsables", data={"supprimer": "400001", "remplacer": "400002"})
    ecole.appeler("POST", "/teleservices/connexion", 404, json={"identifiant": "i.clone1"})
    assert ecole.appeler("POST", "/teleservices/connexion", json={"identifiant": "I.Clone2"}) == {"personne_id": 400002}
    html = page(ecole, "teleservices")
    assert "<code>i.clone2</code>" in html
    recrees = html[html.index('<table id="recrees"') :]
    assert re.findall(r'<td class="nombre">(\d)</td>', recrees[: recrees.index("</table>")]) == ["1", "2"]
    fusion = {"supprimer": orpheline, "remplacer": 400002}
    bilan = ecole.appeler("POST", "/doublons-responsables", json=fusion)
    assert bilan == {"liens_transferes": 0, "compte_ts": 2}  # its account was never used: nothing to make again
    assert ecole.appeler("GET", "/doublons-responsables") == []
