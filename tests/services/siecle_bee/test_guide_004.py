"""The compte rendu of guide 004, line for line, from files made for it, in an académie of the south.

A collège of 168 fiches deposits the links of 153 pupils, then, ten days and 40 new fiches later, deposits again.
"""

from __future__ import annotations

import html as entites
import io
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.contracts.echanges import Affectations
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien, Parametres
from shared.formats.siecle.eleves import Eleve
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.horloge.profils import profil
from shared.identifiers import fabriquer_uai
from tests.conftest import BacEssai

from .ecole import Ecole, dossier

UAI = fabriquer_uai("098", 418)
MEF = "10210001110"
NES = date(2004, 5, 6)
# ELEVE_ID and invented names, in the order in which the screen lists them.
CINQ = {
    210167: ("ABRICOT", "Jean"),
    238836: ("ACACIA", "Olivier"),
    238012: ("ACANTHE", "Nathalie"),
    265393: ("AMANDE", "Ethan"),
    237940: ("BALISIER", "Claudia"),
}
AUTRES = {300_000 + n: (f"PLANTE{n:03d}", "Zoé") for n in range(163)}
FIN_PROFESSEURS = date(2018, 12, 15)
AJIE = GroupeLien("4EME LV2 AJE", date(2018, 2, 19), FIN_PROFESSEURS)
INCONNU = GroupeLien("MPERMANGR2")
LIENS = {
    210167: (INCONNU, AJIE),
    238836: (INCONNU,),
    238012: (AJIE,),
    265393: (INCONNU,),
    237940: (AJIE, INCONNU),
}
PARTIEL = "Liens 'élève-groupe' partiellement importés"
GROUPE = "L'inscription de l'élève dans un groupe est invalide."
DATES = "Les dates d'inscription de l'élève dans un groupe sont invalides."


def base_de_168() -> bytes:
    """ElevesSansAdresses of the collège: all in 4EMEB."""
    tete = Enveloppe(UAI, 2017, date(2018, 7, 1), datetime(2018, 7, 1, 10))  # noqa: DTZ001 - wall clock of the file
    eleves = [
        Eleve(
            eleve_id=i,
            elenoet=n,
            nom_de_famille=nom,
            prenom=prenom,
            date_naiss=NES,
            doublement=False,
            code_regime="2",
            adhesion_transport=False,
            code_sexe="1",
            date_entree=date(2018, 2, 19),
            code_mef=MEF,
            division="4EMEB",
        )
        for n, (i, (nom, prenom)) in enumerate({**CINQ, **AUTRES}.items(), 1)
    ]
    sortie = io.BytesIO()
    ecrire_eleves(sortie, tete, eleves, [])
    return sortie.getvalue()


def fichier(heure: datetime, liens: dict[int, tuple[GroupeLien, ...]]) -> tuple[str, bytes, str]:
    """The zip of 153 pupils: those of `liens`, the others in 4EMEALL without dates."""
    presents = [*CINQ, *list(AUTRES)[:148]]
    eleves = [
        EleveLien(nom, prenom, NES, liens.get(i, (GroupeLien("4EMEALL"),)), eleve_id=i)
        for i in presents
        for nom, prenom in ({**CINQ, **AUTRES}[i],)
    ]
    sortie = io.BytesIO()
    ecrit = ecrire_liens_zip(sortie, Parametres(UAI, 2017, heure.date(), 1, "PRONOTE"), eleves, heure, longueur_code=20)
    return ecrit.nom.nom_zip, sortie.getvalue(), "application/zip"


def deposer(ecole: Ecole, *envoi: str | bytes) -> int:
    ecole.appeler("POST", "/exports-xml/ElevesAvecAdresses")
    depot = ecole.appeler(
        "POST", "/importations/liens-eleve-groupe", 201, files={"fichier": envoi}, data={"confirmation": "ok"}
    )
    return int(depot["depot"])


@contextmanager
def bac_du_sud(installation: Any) -> Iterator[BacEssai]:
    """A bac of Nouméa on 15 July 2018, eight in the morning."""
    installation.gestion.creer(
        "guide_004", profil=profil("noumea-2018"), graine=1, depart=datetime(2018, 7, 14, 21, tzinfo=UTC)
    )
    with ExitStack() as pile:
        yield BacEssai(installation, "guide_004", pile)
    installation.gestion.supprimer("guide_004")


@pytest.fixture(scope="module")
def college(installation: Any) -> Iterator[tuple[Ecole, int]]:
    """The collège on the morning of 25 July 2018, and the number of its second deposit."""
    with bac_du_sud(installation) as bac:
        ecole = Ecole(bac, UAI, 2017)
        envoi = {"fichiers": ("ElevesSansAdresses.xml", base_de_168(), "application/xml")}
        assert bac["siecle_bee"].post("/api/reprise", files=envoi).status_code == 201
        ecole.structure({"4EMEB": [MEF]}, {"4EME LV2 AJE": ["4EMEB"], "4EMEALL": ["4EMEB"]})
        deposer(ecole, *fichier(datetime(2018, 7, 13, 11, 2, 35), {}))  # noqa: DTZ001 - the computer's wall clock
        bac.avancer("nuit")
        nouveaux = tuple(dossier(n) for n in range(1, 41))
        ecole.recevoir("affectations", Affectations(uai=UAI, millesime=2017, dossiers=nouveaux))
        assert len(ecole.appeler("POST", "/importations/affectation", json={"cles": None})["eleves"]) == 40
        bac.avancer("instant", datetime(2018, 7, 23, 22, 30, tzinfo=UTC))
        depot = deposer(ecole, *fichier(datetime(2018, 7, 24, 9, 13, 41), LIENS))  # noqa: DTZ001
        bac.avancer("nuit")
        yield ecole, depot


def page(ecole: Ecole, chemin: str) -> str:
    """A page of the base, entities undone."""
    reponse = ecole.bac["siecle_bee"].get(f"/{UAI}/2017/{chemin}", headers={"accept": "text/html"})
    assert reponse.status_code == 200, reponse.text[:2000]
    return entites.unescape(reponse.text).replace("\N{NO-BREAK SPACE}", " ")


def lignes(html: str, tableau: str) -> list[list[str]]:
    """The cells of a table, as they are read."""
    corps = re.search(rf'<table id="{tableau}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert corps is not None
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cellule).split()) for cellule in re.findall(r"<td.*?</td>", rang, re.DOTALL)]
        for rang in re.findall(r"<tr>.*?</tr>", corps.group(1), re.DOTALL)
    ]


@pytest.mark.procedure("BEE-88", "BEE-89", "BEE-91", "BEE-71")
def test_the_two_lines_of_the_suivi(college: tuple[Ecole, int]) -> None:
    """Date of the treatment, name of the XML, 153 pupils read; 55 then 15 of the base that the files leave out."""
    ecole, _ = college
    html = page(ecole, "suivi/liens-eleve-groupe")
    assert re.findall(r'<a class="tri"[^>]*>([^<]+) <', html) == ["Date d'import", "Fichier", "Élèves", "Absents"]
    assert lignes(html, "suivi") == [
        ["24/07/2018", f"{UAI}ELEGROUPE2017180724091341.xml", "153", "55"],
        ["15/07/2018", f"{UAI}ELEGROUPE2017180713110235.xml", "153", "15"],
    ]


@pytest.mark.procedure("BEE-92", "BEE-93", "BEE-94", "BEE-96", "BEE-97")
def test_the_compte_rendu_line_for_line(college: tuple[Ecole, int]) -> None:
    """The synthesis, no rejected pupil, and the five lines of the screen in their order."""
    ecole, depot = college
    html = page(ecole, f"suivi/liens-eleve-groupe/{depot}")
    assert "<h1>Suivi des échanges - Compte-rendu d'import des liens élève-groupe</h1>" in html
    texte = " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<h2>Synthèse de l'import</h2>") :]).split())
    attendus = (
        "Synthèse de l'import",
        f"Import des liens élève-groupe du 24/07/2018 pour le fichier {UAI}ELEGROUPE2017180724091341.xml.",
        "153 élèves lus.",
        "1. Liens élève-groupe rejetés",
        "Aucun résultat trouvé.",
        "Nombre de liens élève-groupe rejetés : 0",
        "2. Liens élève-groupe importés avec anomalies",
        "Cliquer sur le titre de la colonne pour trier. Cliquer à nouveau pour inverser le sens du tri.",
    )
    places = [texte.find(phrase) for phrase in attendus[:-1]] + [texte.rfind(attendus[-1])]
    assert -1 not in places
    assert places == sorted(places)
    assert lignes(html, "rejetes") == [["Aucun résultat trouvé."]]
    assert lignes(html, "anomalies") == [
        ["ABRICOT, Jean", "210167 / 0", PARTIEL, "GROUPE"],
        ["ACACIA, Olivier", "238836 / 0", GROUPE, "GROUPE"],
        ["ACANTHE, Nathalie", "238012 / 0", DATES, "ELEGRP"],
        ["AMANDE, Ethan", "265393 / 0", GROUPE, "GROUPE"],
        ["BALISIER, Claudia", "237940 / 0", PARTIEL, "GROUPE"],
    ]
    inverse = page(ecole, f"suivi/liens-eleve-groupe/{depot}?tri=identifiants&sens=desc")
    assert [ligne[1][:6] for ligne in lignes(inverse, "anomalies")] == [
        "265393",
        "238836",
        "238012",
        "237940",
        "210167",
    ]


@pytest.mark.procedure("BEE-95", "BEE-98", "BEE-101", "BEE-102", "COM-04")
def test_the_pop_up_of_the_first_line(college: tuple[Ecole, int]) -> None:
    """Rule, code and whole sentence of both anomalies, GROUPE first; cause and correction as help."""
    ecole, depot = college
    liens = page(ecole, f"suivi/liens-eleve-groupe/{depot}")
    adresse = re.search(r'href="[^"]*/suivi/(liens-eleve-groupe/\d+/eleve/\d+)"[^>]*>ABRICOT', liens)
    assert adresse is not None
    html = page(ecole, "suivi/" + adresse.group(1))
    texte = " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<h1>") :]).split())
    attendus = (
        "Détail des anomalies : ABRICOT, Jean (210167 / 0)",
        "SIECLE - Base élèves établissement",
        f"GROUPE {GROUPE}",
        'GROUPE_A_01 Le groupe "MPERMANGR2" n\'est pas référencé. '
        "L'inscription de l'élève dans ce groupe a été rejetée.",
        f"ELEGRP {DATES}",
        'ELEGRP_A_03 La date de fin "15/12/2018" du groupe "4EME LV2 AJE" n\'est pas incluse dans la période scolaire '
        "autorisée sur l'année en cours (du 19/02/2018 au 14/12/2018). "
        'Celle-ci a été réinitialisée à "14/12/2018".',
        "GROUPE_A_01 Cause : SIECLE ne connaît pas ce groupe",
        "Correction : Si le groupe existe dans STS-Web",
    )
    places = [texte.find(phrase) for phrase in attendus]
    assert -1 not in places, attendus[places.index(-1)]
    assert places == sorted(places)
    (lien,) = ecole.appeler("GET", "/eleves/210167")["groupes"]
    assert (lien["code"], lien["fin"]) == ("4EME LV2 AJE", "2018-12-14")


@pytest.mark.procedure("BEE-96", "DIAG-21")
def test_the_journal_counts_what_the_guide_counts(college: tuple[Ecole, int]) -> None:
    """148 pupils complete, 5 partial, none rejected; three dates reset, four links lost to an unknown group."""
    ecole, depot = college
    cr = ecole.appeler("GET", f"/suivi/liens-eleve-groupe/{depot}")
    assert (cr["lus"], cr["complets"], cr["partiels"], cr["rejetes"], cr["absents"]) == (153, 148, 5, 0, 55)
    assert cr["liens"] == 148 + 3
    journal = ecole.bac["siecle_bee"].get("/_sim/journal").json()
    codes = [x["resume"]["codes"] for x in journal if x["genre"] == "bee_depots" and x["resume"].get("codes")]
    assert codes == [{"ELEGRP_A_03": 3, "GROUPE_A_01": 4}]
