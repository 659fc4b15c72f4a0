"""Examining the two imports of BEE: group links, and dossiers of private schools.

Source: reference SIECLE, sections 8 to 10; BEE validates both against their schema and refuses the whole file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lxml import etree

from shared.contracts.refus import FichierRefuse
from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.dossiers_lecture import lire_dossiers
from shared.formats.elegroupe.lecture import CHAMPS_ELEVE, lire_liens, lire_parametres, refuser_racine
from shared.formats.elegroupe.schema import schema
from shared.formats.examen.cles import Citation, Sorte
from shared.formats.examen.lecture import Lecture, conforme, flux_controle, ligne_feuille, relit, textes
from shared.formats.examen.personnes import AGE_MAX
from shared.formats.examen.rapport import Gravite
from shared.formats.examen.siecle import champs_lus, cle_entiere
from shared.formats.examen.valeurs import controler_ine, controler_mef, controler_structure, controler_uai
from shared.formats.siecle.champs import lire_date_iso
from shared.security.xml import iterparse, ligne_de

_REFAIRE = "Corrigez dans le logiciel d'emploi du temps, puis produisez à nouveau le fichier."


def examiner_liens(lu: Lecture) -> None:
    """Examine a group-links file. Raises `FichierRefuse` when it cannot be read to its end."""
    lu.compte("élèves", 0)
    lu.compte("liens élève-groupe", 0)
    ancien = False
    for element in _elements(lu, ("PARAMETRES", "ELEVE")):
        ancien = ancien or element.find("NOM") is not None
        _eleve_lien(lu, element)
    if lu.approfondi:
        relit(lu, lambda flux, nom: lire_liens(flux, nom).remarques)
        conforme(lu, schema("liens_1.3" if ancien else "liens_1.4"), Gravite.ERREUR)


def _elements(lu: Lecture, balises: tuple[str, ...]) -> Iterator[etree._Element]:
    """The elements asked for, after the head was read and its school and year kept."""
    vu = False
    with flux_controle(lu) as flux:
        for element in iterparse(flux, balises, nom=lu.nom):
            if not vu:
                refuser_racine(element.getroottree().getroot(), lu.nom)
            if element.tag == "PARAMETRES":
                vu = True
                _parametres(lu, element)
            else:
                yield element


def _parametres(lu: Lecture, element: etree._Element) -> None:
    try:
        parametres = lire_parametres(element, lu.nom)
    except FichierRefuse as refus:
        lu.recueil.refus(refus)
        lu.uai = (element.findtext("UAJ") or "").strip() or None
        return
    lu.uai, lu.annee = parametres.uai, parametres.annee
    controler_uai(lu.recueil, lu.uai, ligne_de(element), "UAJ")


def _eleve_lien(lu: Lecture, element: etree._Element) -> None:
    lu.compte("élèves")
    champs_lus(lu, element, CHAMPS_ELEVE)
    lus = textes(element)
    identifiant, ine = cle_entiere(element, "ELEVE_ID"), lus.get("ID_NATIONAL", "")
    lu.cles.cite(Sorte.ELEVE, identifiant, ligne_feuille(element, "ELEVE_ID"))
    if identifiant is None:
        lu.cles.cite(Sorte.INE, ine, ligne_feuille(element, "ID_NATIONAL"))
        controler_ine(lu.recueil, ine, ligne_feuille(element, "ID_NATIONAL"))
        lu.cles.cite(Sorte.ELEVE_PRIVE, cle_entiere(element, "ID_PRV_ELE"), ligne_feuille(element, "ID_PRV_ELE"))
    _naissance(lu, lire_date_iso(lus.get("DATE_NAISS", "")), ligne_feuille(element, "DATE_NAISS"))
    vus: set[str] = set()
    for groupe in element.iterfind("GROUPES/GROUPE"):
        code = (groupe.findtext("CODE_GROUPE") or "").strip()
        _lien(lu, groupe, code, identifiant if identifiant is not None else ine)
        if code in vus:
            lu.recueil.remarque(
                "LIEN_EN_DOUBLE",
                "L'élève est inscrit deux fois dans le même groupe.",
                ligne=ligne_de(groupe),
                element="GROUPE",
                remede=_REFAIRE,
            )
        vus.add(code)


def _naissance(lu: Lecture, naissance: date | None, ligne: int | None) -> None:
    if naissance and lu.annee and not lu.annee - AGE_MAX <= naissance.year < lu.annee:
        lu.recueil.remarque(
            "DATE_NAISSANCE",
            f"L'élève serait né(e) en {naissance.year}, pour une année scolaire {lu.annee}-{lu.annee + 1}.",
            ligne=ligne,
            element="DATE_NAISS",
            remede="Vérifiez la date de naissance dans la base élèves.",
        )


def _lien(lu: Lecture, groupe: etree._Element, code: str, eleve: int | str) -> None:
    ligne = ligne_feuille(groupe, "CODE_GROUPE")
    lu.compte("liens élève-groupe")
    lu.cles.cite(Sorte.GROUPE, code, ligne)
    if code and lu.cles.citees[Sorte.GROUPE][code].nombre == 1:
        controler_structure(lu.recueil, code, "groupe", ligne, "CODE_GROUPE")
    if code and eleve != "":
        lu.cles.liens[eleve, code] = ligne
    debut, fin = (
        lire_date_iso((groupe.findtext(balise) or "").strip()) for balise in ("DATE_DEBUT_GROUPE", "DATE_FIN_GROUPE")
    )
    if debut and fin and debut >= fin:
        lu.recueil.remarque(
            "ELEGRP_A_01",
            "La date de début d'une inscription n'est pas antérieure à sa date de fin : elle sera réinitialisée.",
            ligne=ligne_feuille(groupe, "DATE_DEBUT_GROUPE"),
            element="DATE_DEBUT_GROUPE",
            remede=_REFAIRE,
        )
    if debut or fin:
        citation = lu.cles.dates_de_liens.get((debut, fin))
        if citation is None:
            lu.cles.dates_de_liens[debut, fin] = Citation(ligne)
        else:
            citation.nombre += 1


def examiner_dossiers(lu: Lecture) -> None:
    """Examine a dossiers file. Raises `FichierRefuse` when it cannot be read to its end."""
    lu.compte("élèves", 0)
    ancien = lu.reconnu.version == "3.1"
    for element in _elements(lu, ("PARAMETRES", "PERSONNE", "ELEVE")):
        ancien = ancien or any(element.find(b) is not None for b in ("INE_BEA", "INE_RNIE", ".//ENFANT_A_CHARGE"))
        if element.tag == "PERSONNE":
            lu.compte("responsables")
            champs_lus(lu, element, d.CHAMPS_PERSONNE)
            lu.cles.definit(Sorte.PERSONNE, cle_entiere(element, "ID_PRV_PER"), ligne_de(element))
        else:
            _eleve_dossier(lu, element)
    if lu.approfondi:
        relit(lu, lambda flux, nom: lire_dossiers(flux, nom).remarques)
        conforme(lu, schema("dossiers_3.1" if ancien else "dossiers_4.0"), Gravite.ERREUR)


def _eleve_dossier(lu: Lecture, element: etree._Element) -> None:
    ligne = ligne_de(element)
    lu.compte("élèves")
    champs_lus(lu, element, d.CHAMPS_ELEVE)
    ine = (element.findtext("ID_NATIONAL") or "").strip()
    controler_ine(lu.recueil, ine, ligne)
    if ine and not lu.cles.definit(Sorte.INE, ine, ligne):
        lu.recueil.erreur(
            "INE_EN_DOUBLE",
            "L'INE de cet élève est aussi celui d'un autre élève du fichier.",
            ligne=ligne,
            element="ID_NATIONAL",
            remede="Un INE désigne un seul élève : supprimez la fiche en double, ou corrigez son INE.",
        )
    naissance = lire_date_iso((element.findtext("DATE_NAISS") or "").strip())
    _naissance(lu, naissance, ligne_feuille(element, "DATE_NAISS"))
    for nature in d.Nature:
        for lien in element.iterfind(f"RESPONSABLES_ELEVE/{nature.value}"):
            lu.compte("liens élève-responsable")
            lu.cles.cite(Sorte.PERSONNE, cle_entiere(lien, "ID_PRV_PER"), ligne_de(lien))
    mef = (element.findtext("SCOLARITE_ACTIVE/CODE_MEF") or "").strip()
    controler_mef(lu.recueil, mef, ligne, "CODE_MEF")
    lu.cles.cite(Sorte.MEF, mef, ligne)
    lu.cles.cite(Sorte.DIVISION, (element.findtext("SCOLARITE_ACTIVE/CODE_DIVISION") or "").strip(), ligne)
