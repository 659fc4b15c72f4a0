"""Dossiers depuis logiciel privé: deposited by a private school, treated in the night, reported the next morning."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from shared.contracts.echanges import BasculeBee, EtablissementMsg
from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.dossiers_ecriture import ecrire_dossiers
from shared.formats.elegroupe.liens import GroupeLien, Parametres
from shared.horloge.profils import profil
from shared.identifiers import fabriquer_ine
from tests.conftest import BacEssai

from .ecole import ANGLAIS, CINQUIEME, SIXIEME, TROISIEME, UAI, Ecole, deposer, liens_xml, peupler, preparer
from .test_pages import envoyer, lisible, page

DEPOT, SUIVI = "/importations/dossiers-prives", "/suivi/dossiers-prives"
ADRESSE = d.AdresseDossier("100", "3 RUE INVENTEE", code_postal="25000", libelle_postal="BESANCON")
MERE = d.PersonneDossier(501, "2", "neuve", "Iris", "54", adresse=ADRESSE, tel_portable="+33639980011")
PERSONNES = (
    MERE,
    d.PersonneDossier(502, "9", "DOUTEUX", "Bruno", "73", tel_personnel="au bureau", email="nulle part"),
    d.PersonneDossier(503, "1", "SEUL", "Tom", "99"),
    d.PersonneDossier(504, "1", "ERREUR", "Luc", "99", id_siecle_per=999_999),
)
LEGAL = d.LienDossier(d.Nature.LEGAL, 501, "10", True, True, True, True)
SCOLARITE = d.ScolariteActive(CINQUIEME, "ST", date(2021, 9, 2), "5A", options=(d.OptionDossier(ANGLAIS, "O"),))
NEUVE = d.EleveDossier(
    1202,
    "neuve",
    "Noor",
    date(2009, 5, 6),
    "100",
    adhesion_transport=True,
    code_regime="2",
    doublement=False,
    code_pays_nat="100",
    code_sexe="2",
    code_commune_insee_naiss="25056",
    date_entree=date(2021, 9, 2),
    adresse=ADRESSE,
    responsables=(LEGAL, d.LienDossier(d.Nature.CONTACT, 502, "90")),
    scolarite=SCOLARITE,
    an_dernier=d.AnDernier("3", UAI, code_mef=SIXIEME, code_division="6B"),
)
# Everything that can be wrong and taken all the same.
DOUTEUSE = replace(
    NEUVE,
    id_prv_ele=1203,
    prenom="Ada",
    id_national="990000001ZZ",
    code_regime="77",
    code_pays_nat="000",
    code_sexe="7",
    code_commune_insee_naiss=None,
    ville_naiss="AILLEURS",
    bourses=(d.BourseDossier("9", 1),),
    responsables=(replace(LEGAL, code_parente="88"),),
    scolarite=d.ScolariteActive(
        TROISIEME, "XX", date(2020, 9, 1), "9Z", options=(d.OptionDossier("999999", "O"), d.OptionDossier(ANGLAIS, "Q"))
    ),
    an_dernier=d.AnDernier("7", "0960001A", code_mef="99999999999"),
)


def fichier(
    eleves: tuple[d.EleveDossier, ...], *, logiciel: str = "PRIVSIM", millesime: int = 2021, heure: str = "140005"
) -> tuple[str, bytes, str]:
    """The zip that the software of a private school writes."""
    sortie, xml = io.BytesIO(), io.BytesIO()
    ecrire_dossiers(xml, Parametres(UAI, millesime, date(2021, 9, 10), 1, logiciel), PERSONNES, eleves, version="4.0")
    radical = f"{UAI}PRIVE{millesime}210910{heure}"
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr(f"{radical}.xml", xml.getvalue())
    return f"{radical}.zip", sortie.getvalue(), "application/zip"


def privee(bac: Any) -> Ecole:
    """The school of the tests, private, with three pupils of 6A."""
    ecole = preparer(Ecole(bac))
    fiche = EtablissementMsg(uai=UAI, nom="JEANNE INVENTEE", secteur="PR")
    ecole.recevoir("bascule_bee", BasculeBee(uai=UAI, millesime=2021, etablissement=fiche))
    return ecole


@pytest.fixture(scope="module")
def importee(installation: Any) -> Iterator[tuple[Ecole, list[int], int]]:
    """The morning after a deposit of dossiers and one of group links: school, ELEVE_ID of before, deposit."""
    choisi = profil("nice-2021")
    installation.gestion.creer("dossiers_prives", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "dossiers_prives", pile)
        ecole = privee(bac)
        ids = peupler(ecole, 3)
        ancienne = replace(
            NEUVE,
            id_prv_ele=1201,
            id_national=fabriquer_ine(990_000_001),
            nom_de_famille="FICTIF001",
            code_regime="0",
            scolarite=replace(SCOLARITE, code_mef=SIXIEME, code_division="6A"),
        )
        partie = replace(
            NEUVE, id_prv_ele=1204, id_siecle_ele=ids[1], code_motif_sortie="10", date_sortie=date(2021, 9, 8)
        )
        eleves = (
            ancienne,
            NEUVE,
            DOUTEUSE,
            partie,
            replace(NEUVE, id_prv_ele=1205, prenom="Eva", responsables=(replace(LEGAL, id_prv_per=504),)),
            replace(partie, id_prv_ele=1206, id_siecle_ele=None, prenom="Inconnue"),
            replace(NEUVE, id_prv_ele=1207, id_siecle_ele=999_999),
            replace(NEUVE, id_prv_ele=1208, id_siecle_ele=ids[0]),
        )
        ecole.appeler("POST", DEPOT, 201, files={"fichier": fichier((NEUVE,), heure="130000")})
        depot = ecole.appeler("POST", DEPOT, 201, files={"fichier": fichier(eleves)})
        assert (depot["message"], depot["eleves"]) == ("Fichier déposé.", 8)
        assert len(ecole.appeler("GET", "/eleves")) == 3
        assert ecole.appeler("GET", SUIVI) == []
        deposer(ecole, {200_004: [GroupeLien("5ESP2G1")]})
        bac.avancer("nuit")
        yield ecole, ids, depot["depot"]
    installation.gestion.supprimer("dossiers_prives")


def regles(cr: dict[str, Any], section: str, id_prv: int) -> list[str]:
    return [li["regle"] for li in cr["sections"][section] if li["id_prv"] == id_prv]


@pytest.mark.procedure("BEE-38", "BEE-87")
def test_a_new_pupil_comes_with_all_she_has(importee: tuple[Ecole, list[int], int]) -> None:
    """Fiche, MEF, division, option, responsable, contact and address; her INE is asked; a link of that night holds."""
    ecole, _, _ = importee
    e = ecole.appeler("GET", "/eleves/200004")
    assert (e["nom"], e["prenom"], e["mef"], e["division"], e["regime"]) == ("NEUVE", "Noor", CINQUIEME, "5A", "2")
    assert (e["origine"], e["etat"], e["date_entree"]) == ("logiciel_prive", "complet", "2021-09-02")
    assert [(r["nom"], r["niveau"], r["parente"]) for r in e["responsables"]] == [
        ("NEUVE", 1, "10"),
        ("DOUTEUX", 3, "90"),
    ]
    assert [(o["matiere"], o["modalite"]) for o in e["options"]] == [(ANGLAIS, "O")]
    assert [g["code"] for g in e["groupes"]] == ["5ESP2G1"]
    assert e["an_dernier"] == {"code_rne": UAI, "code_mef": SIXIEME, "code_structure": "6B"}
    assert e["ine_demande_le"] is not None


@pytest.mark.procedure("BEE-38")
def test_known_pupils_are_found_and_changed(importee: tuple[Ecole, list[int], int]) -> None:
    """By INE: changed in place, the responsables of the file replace hers; by ELEVE_ID: a leaver leaves."""
    ecole, ids, depot = importee
    e = ecole.appeler("GET", f"/eleves/{ids[0]}")
    assert (e["prenom"], e["regime"], e["ine"]) == ("Noor", "0", fabriquer_ine(990_000_001))
    assert [r["nom"] for r in e["responsables"]] == ["NEUVE", "DOUTEUX"]
    partie = ecole.appeler("GET", f"/eleves/{ids[1]}")
    assert (partie["date_sortie"], partie["motif_sortie"], partie["nom"]) == ("2021-09-08", "10", "FICTIF002")
    cr = ecole.appeler("GET", f"{SUIVI}/{depot}")
    modifies = {li["identifiant"]: li["phrase"] for li in cr["sections"]["ELE_MOD"]}
    assert set(modifies) == set(ids[:2])
    assert "régime" in modifies[ids[0]]
    assert regles(cr, "ELE_ANO", 1201) == ["ELNOM", "DNAIS"]


def test_what_is_wrong_is_told_and_left_to_complete(importee: tuple[Ecole, list[int], int]) -> None:
    """Each rule has its line; what was not understood is not in the fiche, which is to complete."""
    ecole, _, depot = importee
    cr = ecole.appeler("GET", f"{SUIVI}/{depot}")
    attendues = {"IDNAT", "BOURS", "LNAIS", "HETAB", "MEFAD", "PROVE", "CSEXE", "ELNAT", "REGIM", "STATU", "PAREN"}
    attendues |= {"ACMEF", "ACDIV", "SCOAC", "INOPT", "MODCH", "ACOMPL"}
    assert set(regles(cr, "ELE_ANO", 1203)) == attendues
    assert {li["identifiant"] for li in cr["sections"]["ELE_ANO"] if li["id_prv"] == 1203} == {200_005}
    e = ecole.appeler("GET", "/eleves/200005")
    assert (e["mef"], e["division"], e["regime"], e["sexe"], e["ine"], e["etat"]) == (
        "",
        "",
        "",
        "",
        None,
        "a_completer",
    )
    assert [(o["matiere"], o["modalite"]) for o in e["options"]] == [(ANGLAIS, "O")]
    assert regles(cr, "PER_ANO", 502) == ["CIVIL", "PEPCS", "TELEP", "TELEP"]


def test_who_is_rejected_or_absent(importee: tuple[Ecole, list[int], int]) -> None:
    """A person of nobody, a pupil without responsable, an unknown leaver, a wrong identifier, the absent."""
    ecole, ids, depot = importee
    (ligne,) = ecole.appeler("GET", SUIVI)
    cr = ecole.appeler("GET", f"{SUIVI}/{depot}")
    assert [(li["id_prv"], li["regle"]) for li in cr["sections"]["PER_REJ"]] == [(503, "PAREN"), (504, "PAREN")]
    rejets = [(li["id_prv"], li["regle"]) for li in cr["sections"]["ELE_REJ"]]
    assert rejets == [(1205, "PAREN"), (1206, "SORTI"), (1207, "CREAT"), (1208, "CREAT")]
    assert [li["identifiant"] for li in cr["sections"]["ELE_ABS"]] == [ids[2]]
    assert (ligne["crees"], ligne["ele_rej"], ligne["ele_abs"], ligne["personnes"]) == (2, 4, 1, 4)
    assert ecole.appeler("GET", f"/eleves/{ids[2]}")["etat"] == "complet"


@pytest.mark.procedure("BEE-38", "BEE-06", "BEE-39")
def test_pages_of_the_dossiers(importee: tuple[Ecole, list[int], int]) -> None:
    """The page in the words of the guide, the list and the report of the next day; Océan holds nothing."""
    ecole, _, depot = importee
    html = page(ecole, "importations/dossiers-prives")
    for phrase in (
        "Importations - Dossiers depuis logiciel privé - Importer dossiers élèves depuis un logiciel privé",
        "L'import des fiches élèves depuis un logiciel privé peut se faire de deux manières: manuelle et automatique. "
        "Veuillez donc privilégier le mode automatique via NetSynchro afin de bénéficier d'un traitement plus rapide.",
        "* Aucun fichier sélectionné.",
    ):
        assert phrase in html
    assert f"{UAI}PRIVE2021210910140005.xml" in page(ecole, "suivi/dossiers-prives?tri=ele_abs&sens=desc")
    cr = page(ecole, f"suivi/dossiers-prives/{depot}")
    assert re.findall(r"<h2>(\d\. [^<]+)</h2>", cr) == [
        "1. Personnes rejetées",
        "2. Personnes acceptées avec anomalie",
        "3. Élèves rejetés",
        "4. Élèves acceptés avec anomalie",
        "5. Élèves modifiés",
        "6. Élèves absents du fichier",
    ]
    assert "Aucun résultat trouvé." in page(ecole, "suivi/ocean")
    assert "COMPTE_RENDU_INCONNU" in page(ecole, "suivi/dossiers-prives/99", 404)


@pytest.mark.procedure("BEE-65")
def test_specific_exports_say_that_they_are_not_simulated(importee: tuple[Ecole, list[int], int]) -> None:
    """« En XML » lists nine generic entries and three specific ones, each of which opens a page that says so."""
    ecole, _, _ = importee
    html = page(ecole, "exportations/xml")
    assert len(re.findall(r'action="[^"]+/exportations/xml/\w+"', html)) == 9
    for nom in ("GFC", "ACCIO", "SAGESSE"):
        assert f'/exportations/specifiques/{nom}"' in html
        assert "le simulateur ne la reproduit pas" in page(ecole, f"exportations/specifiques/{nom}")
    assert "EXPORT_INCONNU" in page(ecole, "exportations/specifiques/SSR", 404)


@pytest.mark.procedure("ACC-11")
def test_bad_deposits_are_refused(importee: tuple[Ecole, list[int], int]) -> None:
    """Another year, another name, the file of the groups, another software: refused, each in its words, on the page."""
    ecole, _, _ = importee
    nom, contenu, genre = fichier((NEUVE,))
    autre_annee = fichier((NEUVE,), millesime=2020)
    assert "Année du fichier différente de l'année utilisée !" in envoyer(
        ecole, "importations/dossiers-prives", 422, files={"fichier": autre_annee}
    )
    groupes = liens_xml({200_004: [GroupeLien("5ESP2G1")]})
    for mauvais, code in (
        (("dossiers.zip", contenu, genre), "NOM_FICHIER"),
        ((*groupes, genre), "NOM_FICHIER"),
        ((nom, b"PK rien", genre), "ZIP"),
        (fichier((NEUVE,), logiciel="AUTRE"), "LOGICIEL_DIFFERENT"),
    ):
        assert code in ecole.appeler("POST", DEPOT, 422, files={"fichier": mauvais})["code"]
    assert "attend le traitement" not in page(ecole, "suivi/dossiers-prives")
    assert "En attente de la nuit" not in {a["etat"] for a in ecole.appeler("GET", "/suivi/dossiers")}


def test_the_same_dossier_again_changes_nothing(importee: tuple[Ecole, list[int], int]) -> None:
    """Deposited another day, a pupil as she is makes no second fiche, person or address; the others are absent."""
    ecole, _, _ = importee
    avant = ecole.appeler("GET", "/eleves/200004")
    depot = ecole.appeler("POST", DEPOT, 201, files={"fichier": fichier((NEUVE,), heure="150000")})["depot"]
    ecole.bac.avancer("nuit")
    cr = ecole.appeler("GET", f"{SUIVI}/{depot}")
    assert (cr["crees"], cr["sections"]["ELE_MOD"], cr["sections"]["ELE_REJ"]) == (0, [], [])
    assert {li["identifiant"] for li in cr["sections"]["ELE_ABS"]} >= {200_001, 200_003, 200_005}
    apres = ecole.appeler("GET", "/eleves/200004")
    for champ in ("responsables", "options", "groupes", "adresse", "division", "elenoet"):
        assert apres.get(champ) == avant.get(champ), champ


def test_a_public_school_is_refused(ecole: Ecole) -> None:
    """The page opens and says why; nothing is kept of a deposit."""
    assert "Cet établissement est public" in page(ecole, "importations/dossiers-prives")
    refus = ecole.appeler("POST", DEPOT, 422, files={"fichier": fichier((NEUVE,))})
    assert refus["code"] == "RESERVE_AU_PRIVE"
    html = envoyer(ecole, "importations/dossiers-prives", 422, files={"fichier": fichier((NEUVE,))})
    assert "RESERVE_AU_PRIVE" in lisible(html)
    assert "En attente" not in page(ecole, "importations/dossiers-prives")


@pytest.mark.procedure("BEE-38", "DIAG-11")
def test_deposited_dossiers_are_followed(bac: Any) -> None:
    """*Suivre* finds a new pupil from the deposit on; after the night it tells who came by it, and who was refused."""
    ecole = privee(bac)
    (connue,) = peupler(ecole, 1)
    refusee = replace(NEUVE, id_prv_ele=1300, nom_de_famille="refusée", responsables=(replace(LEGAL, id_prv_per=504),))
    depot = ecole.appeler("POST", DEPOT, 201, files={"fichier": fichier((NEUVE, refusee))})
    (attente,) = ecole.tracer(q="neuve noor")
    assert (attente["etat"], attente["details"]["fichier"]) == ("attente", depot["fichier"])
    assert [e["prevu"] for e in attente["etapes"]] == [False, True, True, True, True, True][: len(attente["etapes"])]
    assert attente["echeance"] == "2021-08-25T03:00:00Z"
    assert ecole.tracer(q="refusee")[0]["etat"] == "attente"
    # Another deposit takes its place: what the first one held is no longer on its way.
    ecole.appeler("POST", DEPOT, 201, files={"fichier": fichier((refusee,), heure="150005")})
    assert ecole.tracer(q="neuve noor") == []
    ecole.appeler("POST", DEPOT, 201, files={"fichier": fichier((NEUVE, refusee), heure="160005")})
    ecole.bac.avancer("nuit")
    (fiche,) = [t for t in ecole.tracer(q="neuve noor") if t["objet"] == "eleve"]
    assert fiche["lien"].startswith(f"/{UAI}/2021/eleves/")
    (rejetee,) = ecole.tracer(q="refusée")
    assert (rejetee["etat"], rejetee["blocages"][0]["code"]) == ("bloque", "DOSSIER_REJETE")
    assert rejetee["blocages"][0]["regle"] == "PAREN"
    (absente,) = ecole.tracer(eleve_id=str(connue))
    assert [r["code"] for r in absente["remarques"]] == ["DOSSIER_ABSENT"]
    arrivees = ecole.appeler("GET", "/suivi/dossiers")
    assert [(a["origine"], a["dossiers"], a["importes"], a["supprimes"], a["etat"]) for a in arrivees] == [
        ("logiciel_prive", 2, 1, 1, "Traité"),
        ("logiciel_prive", 1, 0, 0, "Remplacé"),
        ("logiciel_prive", 2, 0, 0, "Remplacé"),
        ("affectation", 1, 1, 0, "Traité"),
    ]
    html = page(ecole, "suivi/dossiers-prives")
    for mots in ("Dossiers arrivés dans la base", "Dossiers depuis affectation", "Remplacé"):
        assert mots in html
