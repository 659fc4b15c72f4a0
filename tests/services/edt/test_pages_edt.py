"""The pages of EDT and PRONOTE: what a trainee reads on them, and where the menus lead."""

from __future__ import annotations

import html
import importlib.util
import re
from typing import Any

import pytest

HTML = {"Accept": "text/html"}
PLACES: dict[int, str | None] = {1001: "6A", 1002: "6A", 1003: "6B"}
FICHIERS = (
    "Depuis l'export SIECLE Eleves, Responsables, Structures, Nomenclatures, Commun, Etablissements, Geographique"
)


def _lisible(texte: str) -> str:
    return html.unescape(texte).replace("\N{NO-BREAK SPACE}", " ")


def page_de(ecole: Any, suite: str = "", statut: int = 200) -> str:
    """A page of the base, readable."""
    reponse = ecole.bac["edt"].get(f"/{ecole.uai}/{ecole.annee}{suite}", headers=HTML)
    assert reponse.status_code == statut, reponse.text[:2000]
    return _lisible(reponse.text)


def envoyer(ecole: Any, suite: str, statut: int = 200, **options: Any) -> str:
    """Post a form of the base; the page that follows."""
    reponse = ecole.bac["edt"].post(
        f"/{ecole.uai}/{ecole.annee}{suite}", headers=HTML, follow_redirects=True, **options
    )
    assert reponse.status_code == statut, reponse.text[:2000]
    return _lisible(reponse.text)


def _menu(texte: str) -> list[str]:
    """The labels of the menu bar, in order."""
    return [x.strip() for x in re.findall(r">([^<>]+)<", _barre(texte)) if x.strip()]


def _barre(texte: str) -> str:
    barre = texte[texte.index('id="menu-liste"') :]
    return barre[: barre.index("</nav>")]


def _se_suivent(libelles: list[str], *attendus: str) -> None:
    debut = libelles.index(attendus[0])
    assert tuple(x for x in libelles[debut:] if x in attendus)[: len(attendus)] == attendus


@pytest.mark.procedure("EDT-01")
@pytest.mark.parametrize(
    ("habillage", "version"),
    [("2013", "EDT VS 2013 0.5.8"), ("2018", "EDT 2017 0.2.10 (64 bits)"), ("2023", "EDT 2022 0.3.1 (64bit)")],
)
def test_the_title_bar_bears_the_version(nouvelle_ecole: Any, habillage: str, version: str) -> None:
    """The client of the guide is named in the title bar, in the list of bases and in a base."""
    e = nouvelle_ecole(habillage=habillage)
    assert f'<p class="barre-titre">{version} - ' in page_de(e)
    assert f'<p class="barre-titre">{version} - ' in e.bac["edt"].get("/", headers=HTML).text


@pytest.mark.procedure("EDT-03")
@pytest.mark.procedure("EDT-04")
def test_the_bar_of_2017(nouvelle_ecole: Any) -> None:
    """The bar, « Fichier » and « Avec STSWEB » hold the entries of the guide, in its order."""
    libelles = _menu(page_de(nouvelle_ecole(habillage="2018")))
    _se_suivent(libelles, "Fichier", "Éditer", "Extraire", "Verrous", "Placement", "Résoluteur", "Optimiser")
    _se_suivent(libelles, "Optimiser", "Mes préférences", "Paramètres", "Internet", "Assistance")
    _se_suivent(libelles, "Ouvrir une base", "Rouvrir une base", "Récupérer une base compactée", "Nouvelle base")
    _se_suivent(libelles, "Enregistrer", "Enregistrer sous", "Créer une copie de la base")
    _se_suivent(
        libelles, "Archiver et compacter une base", "Avec STSWEB", "Avec SIECLE", "Avec PRONOTE", "Avec PRONOTE HEBERGE"
    )
    _se_suivent(
        libelles,
        "Construire une base",
        "Importer les données d'un autre établissement",
        "Récupérer les données",
        "Établir les correspondances",
    )
    assert "Imports/Exports" not in libelles


@pytest.mark.procedure("EDT-05")
@pytest.mark.procedure("EDT-06")
def test_the_bar_of_pronote(ecole: Any) -> None:
    """PRONOTE has its own bar and tabs; each entry of « SIECLE » opens the school; those of the chain act alone."""
    texte = page_de(ecole, "/pronote")
    assert "PRONOTE 2017 0.2.10 NC (64 bits)" in texte
    libelles = _menu(texte)
    _se_suivent(libelles, "Fichier", "Éditer", "Extraire", "Paramètres", "Serveur", "Assistance")
    _se_suivent(libelles, "Initialiser la base", "Créer une copie de la base", "Archiver et compacter la base")
    _se_suivent(libelles, "Préparer l'année suivante", "Consulter une base enregistrée sur ce poste", "SIECLE", "EDT")
    _se_suivent(libelles, "Autres EDT", "HYPERPLANNING", "PRONOTE hébergé", "LSL/LSU/ONDE", "CYCLADES")
    siecle = [
        "Récupérer les données des élèves",
        "Récupérer les attestations ASSR",
        "Mettre à jour les codifications",
        "Récupérer les identifiants des élèves (pour les exports vers LSU/LSL)",
        "Exporter les élèves",
        "Exporter les liens élèves/groupes",
        "Exporter les absences pour l'enquête ministérielle",
        "Exporter la vie de l'établissement (NetSynchro)",
        "Gestion du certificat NetSynchro",
    ]
    _se_suivent(libelles, *siecle)
    assert [libelles[libelles.index(x) + 1] for x in siecle] == [ecole.uai] * len(siecle)
    for onglet in ("Ressources", "Cahier de textes", "QCM", "Notes"):
        assert onglet in texte
    liens = re.findall(rf'href="[^"]*/{ecole.uai}/2021([^"]*)"', _barre(texte))
    assert liens == [
        "/imports/preparation",
        "/copie",
        "/exports/preparation",
        "/imports/siecle",
        "/imports/codifications",
        "/exports/liens",
        "/netsynchro",
        "",
        "/pronote/hebergement",
    ]
    assert "Avec PRONOTE" in _menu(page_de(ecole))


@pytest.mark.procedure("EDT-08")
def test_a_base_is_built_for_the_coming_year(nouvelle_ecole: Any) -> None:
    """Built by the page, the base asks for STSWEB's data; without a class there, no correspondance can be made."""
    e = nouvelle_ecole()
    e.demander("DELETE", statut=204)
    reponse = e.bac["edt"].post(
        "/bases", data={"uai": e.uai.lower(), "annee": "2021"}, headers=HTML, follow_redirects=True
    )
    assert "La base est construite : récupérez les données de STSWEB." in _lisible(reponse.text)
    assert "Récupérer les données de STSWEB" in _lisible(reponse.text)
    vide = {"fichier": ("sts_emp.xml", e.sts_emp(classes=()))}
    texte = envoyer(e, "/imports/sts", files=vide, data={"structures": "oui"})
    assert "0 classe ou groupe, 0 service" in texte
    assert "Rien dans la base." in page_de(e, "/correspondances?onglet=classe")
    texte = envoyer(e, "/imports/sts", files={"fichier": ("sts_emp.xml", e.sts_emp())}, data={"structures": "oui"})
    assert "2 classes ou groupes, 2 services" in texte
    assert "DIVISION 6A" in page_de(e, "/correspondances?onglet=classe")


@pytest.mark.procedure("EDT-22")
def test_the_two_methods_of_siecle(nouvelle_ecole: Any) -> None:
    """Both methods are shown under their names; the files import, NetSynchro is refused with what it lacks."""
    for netsynchro, code, mot in (
        ("non", "NETSYNCHRO_NON_OUVERT", "NetSynchro"),
        ("oui", "CERTIFICAT_ABSENT", "certificat"),
    ):
        e = nouvelle_ecole(netsynchro=netsynchro)
        e.importer_sts()
        texte = page_de(e, "/imports/siecle")
        assert FICHIERS in texte
        assert "Depuis NetSynchro pour l'année 2021-2022" in texte
        refus = e.demander("POST", "/imports/siecle", 409, data={"methode": "netsynchro"})
        assert (refus["code"], mot in refus["title"]) == (code, True)
        assert code in envoyer(e, "/imports/siecle/selection", 409, data={"methode": "netsynchro"})
        assert e.demander("GET")["eleve"] == 0
        assert e.importer_siecle(e.export_eleves(PLACES), methode="fichiers")["eleves"] == 3
        assert e.demander("GET")["eleve"] == 3


@pytest.mark.procedure("EDT-27")
def test_the_report_of_the_import_is_shown(ecole: Any) -> None:
    """After « Importer » the page counts new, changed and gone pupils, and names the formats that were not given."""
    assert "Bilan de l'import : 3 élèves, 3 nouveaux, 0 mis à jour, 0 parti." in _importer(ecole, PLACES)
    texte = _importer(ecole, {1001: "6B", 1004: "6A"})
    assert "Bilan de l'import : 2 élèves, 1 nouveau, 1 mis à jour, 2 partis." in texte
    assert "Formats non fournis : Responsables (avec adresse uniquement), Structures" in texte


def _importer(ecole: Any, places: dict[int, str | None]) -> str:
    texte = envoyer(ecole, "/imports/siecle/selection", files=[("fichiers", ecole.export_eleves(places))])
    champs = {c: re.search(rf'name="{c}" value="([^"]+)"', texte) for c in ("nom", "digest")}
    coches = dict.fromkeys(("nouveaux", "identite", "scolarite", "ignorer_sortis"), "oui")
    return envoyer(ecole, "/imports/siecle", data={c: x[1] for c, x in champs.items() if x} | coches)


@pytest.mark.procedure("EDT-38")
@pytest.mark.parametrize(("habillage", "client"), [("2018", "PRONOTE 2017"), ("2013", "EDT VS 2013")])
def test_the_information_of_the_links(nouvelle_ecole: Any, habillage: str, client: str) -> None:
    """One chooses « Dossier », validates, and reads « Information », « Export SIECLE », the sentence and the path."""
    e = nouvelle_ecole(habillage=habillage)
    e.importer_sts()
    _importer(e, PLACES)
    e.groupe("6LATIN")
    e.demander("POST", "/groupes/eleves", json=[{"groupe": "6LATIN", "eleves": [1001, 1002]}])
    assert 'value="Bureau"' in page_de(e, "/exports/liens")
    texte = envoyer(e, "/exports/liens", data={"exclusif": "oui", "dossier": "Mes documents"})
    fin = texte[texte.index(f"Information - {client}") :]
    dits = (
        "Export SIECLE",
        "Les liens élèves/groupes de 2 élèves ont été exportés dans le fichier ZIP suivant :",
        f'Mes documents\\<a href="/b/{e.bac.nom}/{e.uai}/2021/exports/liens/fichier" download>{e.uai}ELEGROUPE2021',
        "Fermer",
    )
    rangs = [fin.index(x) for x in dits]
    assert rangs == sorted(rangs)


@pytest.mark.procedure("EDT-20")
def test_the_list_of_classes_has_the_columns_of_the_guide(nouvelle_ecole: Any) -> None:
    """EDT 2013 shows MEF labels, Occ., Professeur Principal, TOP, DJT; EDT 2017 Abréviation, Apport, Occ., Pond."""
    attendues = {
        "2013": ["Classe", "Libellé", "MEF", "Effectif", "Occ.", "Professeur Principal", "TOP", "DJT"],
        "2018": ["Effectif", "Abréviation", "Apport", "Occ.", "H.T.T.", "Pond.", "Professeur Principal"],
    }
    for habillage, colonnes in attendues.items():
        e = nouvelle_ecole(habillage=habillage)
        e.importer_sts()
        e.service("6A", "061300", 2, 40102)
        e.demander("POST", "/placement")
        texte = page_de(e, "/classes")
        titres = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', texte)
        assert [t for t in titres if t in colonnes] == colonnes
        ligne = re.sub(r"<[^>]+>", " ", texte[texte.index('<th scope="row">6A</th>') :].partition("</tr>")[0]).split()
        assert ligne[:4] == ["6A", "DIVISION", "6A", "6ème"]
        if habillage == "2018":
            assert ligne[4:] == ["0", "6A", "6h30", "6h30", "6h30", "Voir"]
        else:
            assert (ligne[4:6], ligne[-3:-1]) == (["0", "6h30"], ["%", "5"])


@pytest.mark.procedure("EDT-48")
def test_what_guide_004_lacks_is_said(ecole: Any) -> None:
    """PRONOTE's page says which chapters of the guide of Nouméa are missing, in the words printed there."""
    texte = page_de(ecole, "/pronote")
    assert "professeurs en remplacements temporaires" in texte
    assert "« Erreur ! Signet non défini. », « A compléter »" in texte


@pytest.mark.procedure("EDT-06")
def test_codifications_change_labels_alone(nouvelle_ecole: Any) -> None:
    """« codifications »: the labels of MEF and matières become those of SIECLE; codes and counterparts stay."""
    e = nouvelle_ecole(habillage="2013")
    assert "Récupérer les codifications" in _menu(page_de(e))
    e.importer_sts()
    avant = e.demander("GET", "/correspondances")
    texte = envoyer(e, "/imports/codifications", files={"fichier": e.export_nomenclature()})
    assert "Codifications mises à jour : 1 MEF, 1 matière." in texte
    assert "Sixième du collège" in texte
    assert "Sixième du collège" in page_de(e, "/classes")
    apres = {(c["genre"], c["code"]): c for c in e.demander("GET", "/correspondances")}
    assert apres["matiere", "061300"]["libelle"] == "Maths"
    assert {(c["genre"], c["code"], c["sts_code"]) for c in avant} == {(*k, c["sts_code"]) for k, c in apres.items()}
    refus = {
        "AUTRE_ETABLISSEMENT": e.export_nomenclature(uai=e.autre),
        "AUTRE_ANNEE": e.export_nomenclature(millesime=2020),
        "FICHIER_INATTENDU": e.export_structures(),
    }
    for code, fichier in refus.items():
        assert e.demander("POST", "/imports/codifications", 422, files={"fichier": fichier})["code"] == code


def test_counterparts_are_looked_for_again(ecole: Any) -> None:
    """A counterpart taken away by hand is found again by name, on demand; without STSWEB there is none to find."""
    ecole.demander("PUT", "/correspondances", json=[{"genre": "classe", "code": "6B", "sts_code": None}])
    assert "1 correspondance trouvée par le nom." in envoyer(ecole, "/correspondances/recherche")
    assert ecole.demander("POST", "/correspondances/automatiques") == {"nb": 0}
    vide = type(ecole)(ecole.bac, 2022)
    vide.demander("POST", statut=201)
    assert vide.demander("POST", "/correspondances/automatiques", 409)["code"] == "SANS_STSWEB"


def test_a_name_that_changes_is_warned_of(ecole: Any) -> None:
    """Renamed after its export, a group goes to STS-Web under its old name and to SIECLE under the new one."""
    _importer(ecole, PLACES)
    ecole.groupe("6LATIN")
    ecole.service("6LATIN", "030101", 2, 40102)
    ecole.demander("POST", "/groupes/eleves", json=[{"groupe": "6LATIN", "eleves": [1001]}])
    ecole.importer_sts(ecole.sts_emp(groupes=("6LATIN",)))
    ecole.exporter_liens()
    texte = envoyer(ecole, "/groupes/nom", data={"ancien": "6LATIN", "nouveau": "6 LAT"})
    assert "« 6LATIN » s'appelle maintenant « 6 LAT »." in texte
    assert "STS-Web et SIECLE connaissent encore « 6LATIN »" in texte
    assert "doublons dans l'ENT : « 6LATIN » et « 6 LAT »" in texte
    assert [g.code for g in ecole.exporter_sts().groupes] == ["6LATIN"]
    assert [g.code for x in ecole.exporter_liens()[1].eleves for g in x.groupes] == ["6 LAT"]
    points = {c["code"]: c["lignes"] for c in ecole.demander("GET", "/controles")}
    assert points["NOMS_DIFFERENTS"] == ["6 LAT (STSWEB : 6LATIN)"]
    assert "« 6A » s'appelle maintenant « 6 Alpha »." in envoyer(
        ecole, "/classes/nom", data={"ancien": "6A", "nouveau": "6 Alpha"}
    )
    assert {s["code"]: s["divisions"] for s in ecole.demander("GET", "/groupes")}["6 LAT"] == ["6 Alpha"]
    assert "OBRIC1001" in page_de(ecole, "/eleves?classe=6+Alpha")
    _importer(ecole, PLACES)
    assert "OBRIC1001" in page_de(ecole, "/eleves?classe=6+Alpha")


def test_hours_are_typed_with_a_comma(ecole: Any) -> None:
    """« 4,5 » is four hours and a half."""
    champs = {"structure": "6A", "matiere": "061300", "heures": "4,5", "profs": ["40102"]}
    envoyer(ecole, "/services", data=champs)
    services = {
        (d.code, s.code_matiere): s.heures_structure for d in ecole.exporter_sts().divisions for s in d.services
    }
    assert str(services["6A", "061300"]) in ("4.5", "4.50")


def test_the_resoluteur_is_offered_where_it_is(ecole: Any) -> None:
    """« Résoluteur » leads to the grid; without its extra it is refused with what to do, with it it places."""
    assert "Lancer le résoluteur" in _menu(page_de(ecole))
    corps = {"methode": "resoluteur"}
    if importlib.util.find_spec("ortools") is None:
        refus = ecole.demander("POST", "/placement", 409, json=corps)
        assert (refus["code"], "rentree[solveur]" in refus["remede"]) == ("RESOLUTEUR_ABSENT", True)
        assert "extra « solveur »" in page_de(ecole, "/emploi-du-temps")
    else:
        assert ecole.demander("POST", "/placement", json=corps)["non_places"] == []
