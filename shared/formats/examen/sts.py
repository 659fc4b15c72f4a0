"""Examining `sts_emp` and `emp_sts`.

Source: reference sts-edt, sections 2 and 3; procedures STS-19 to STS-25, STS-49.
"""

from __future__ import annotations

from datetime import date

from lxml import etree

from shared.formats.examen.cles import Cles, Sorte
from shared.formats.examen.lecture import Lecture, conforme, flux_controle, relit
from shared.formats.examen.rapport import Gravite, dit
from shared.formats.examen.valeurs import controler_matiere, controler_mef, controler_structure, controler_uai
from shared.formats.reconnaissance import Famille
from shared.formats.sts import lire_emp_sts, lire_sts_emp
from shared.formats.sts.refus import LIMITES_STS
from shared.formats.sts.schema import schema
from shared.security.xml import iterparse, ligne_de

_BALISES = (
    "UAJ",
    "ANNEE_SCOLAIRE",
    "INDIVIDU",
    "SUPPLEANT",
    "DIVISION",
    "GROUPE",
    "MATIERE",
    "MEF",
    "MOD_COURS",
    "PROGRAMME",
    "ALTERNANCE",
    "SALLE_COURS",
)
_DEFINIT = {
    "MATIERE": (Sorte.MATIERE, "matières"),
    "MEF": (Sorte.MEF, "MEF"),
    "MOD_COURS": (Sorte.MODALITE, ""),
    "ALTERNANCE": (Sorte.ALTERNANCE, "alternances"),
    "SALLE_COURS": (Sorte.SALLE, "salles"),
}
_DEBUT_SUD = 3
"""A school year that starts from January to March is of the southern calendar."""


def examiner_sts(lu: Lecture) -> None:
    """Examine one of the two STS files. Raises `FichierRefuse` when it cannot be read to its end."""
    sts = lu.reconnu.famille is Famille.STS_EMP
    for quoi in (*(("enseignants",) if sts else ()), "divisions", "groupes", "services"):
        lu.compte(quoi, 0)
    with flux_controle(lu) as flux:
        for element in iterparse(flux, _BALISES, nom=lu.nom, limites=LIMITES_STS):
            _element(lu, element)
    controler_uai(lu.recueil, lu.uai, None, "UAJ")
    if not lu.approfondi:
        return
    relit(lu, lambda flux, nom: lire_sts_emp(flux, nom).remarques if sts else lire_emp_sts(flux, nom).remarques)
    # Codes and identifiers are told by the checks below and by those of the set, with what they are.
    conforme(lu, schema(lu.reconnu.famille.value), Gravite.REMARQUE, sauf=("IDC",))


def _element(lu: Lecture, element: etree._Element) -> None:
    balise, ligne = str(element.tag), ligne_de(element)
    if balise == "UAJ":
        lu.uai = lu.uai or (element.get("CODE") or element.text or "").strip() or None
    elif balise == "ANNEE_SCOLAIRE":
        _annee(lu, element)
    elif balise in ("INDIVIDU", "SUPPLEANT"):
        _individu(lu, element, ligne)
    elif balise in ("DIVISION", "GROUPE"):
        _structure(lu, element, ligne)
    elif balise == "PROGRAMME":
        lu.cles.cite(Sorte.MEF, _texte(element, "CODE_MEF"), ligne)
        lu.cles.cite(Sorte.MATIERE, _texte(element, "CODE_MATIERE"), ligne)
    else:
        _code(lu, element, balise, ligne)


def _texte(element: etree._Element, chemin: str) -> str:
    return (element.findtext(chemin) or "").strip()


def _annee(lu: Lecture, element: etree._Element) -> None:
    texte = (element.get("ANNEE") or element.text or "").strip()
    if texte.isascii() and texte.isdigit():
        lu.annee = int(texte[:4])
    try:
        lu.cles.debut = date.fromisoformat(_texte(element, "DATE_DEBUT"))
        lu.cles.fin = date.fromisoformat(_texte(element, "DATE_FIN"))
    except ValueError:
        lu.cles.debut = lu.cles.fin = None
        return
    lu.cles.sud = lu.cles.debut.month <= _DEBUT_SUD
    if lu.cles.debut >= lu.cles.fin:
        lu.recueil.erreur(
            "ANNEE_BORNES",
            "L'année scolaire du fichier finit avant de commencer.",
            ligne=ligne_de(element),
            element="ANNEE_SCOLAIRE",
            remede="Exportez à nouveau le fichier depuis STS-Web.",
        )


def _code(lu: Lecture, element: etree._Element, balise: str, ligne: int | None) -> None:
    sorte, quoi = _DEFINIT[balise]
    code = element.get("CODE", "").strip()
    if quoi:
        lu.compte(quoi)
    if not code:
        return
    if not lu.cles.definit(sorte, code, ligne):
        _double(lu, f"Le code « {dit(code)} » d'un(e) {sorte.value}", ligne, balise)
    if sorte is Sorte.MEF:
        controler_mef(lu.recueil, code, ligne, balise)
    elif sorte is Sorte.MATIERE:
        controler_matiere(lu.recueil, code, ligne, balise)


def _double(lu: Lecture, quoi: str, ligne: int | None, balise: str) -> None:
    lu.recueil.erreur(
        "STS_CODE_EN_DOUBLE",
        f"{quoi} figure deux fois dans le fichier.",
        ligne=ligne,
        element=balise,
        remede="Gardez-en un seul dans l'application d'origine, puis produisez à nouveau le fichier.",
    )


def _individu(lu: Lecture, element: etree._Element, ligne: int | None) -> None:
    if lu.reconnu.famille is Famille.EMP_STS:
        lu.cles.cite(Sorte.ENSEIGNANT_ID, element.get("ID"), ligne)
        for indemnite in element.iterfind("INDEMNITES/INDEMNITE"):
            lu.cles.cite(Sorte.DIVISION, _texte(indemnite, "CODE_STRUCTURE"), ligne_de(indemnite))
        return
    lu.compte("enseignants" if element.tag == "INDIVIDU" else "suppléants")
    identifiant, genre = element.get("ID", ""), element.get("TYPE")
    if not lu.cles.definit(Sorte.ENSEIGNANT, (identifiant, genre), ligne) and element.tag == "INDIVIDU":
        _double(lu, f"L'individu {dit(identifiant)}", ligne, "INDIVIDU")
    lu.cles.definit(Sorte.ENSEIGNANT_ID, identifiant, ligne)
    for principal in element.iterfind("PROFS_PRINC/PROF_PRINC"):
        lu.cles.cite(Sorte.DIVISION, _texte(principal, "CODE_STRUCTURE"), ligne_de(principal))


def _structure(lu: Lecture, element: etree._Element, ligne: int | None) -> None:
    division = element.tag == "DIVISION"
    genre = "division" if division else "groupe"
    sts = lu.reconnu.famille is Famille.STS_EMP
    lu.compte(f"{genre}s")
    code = element.get("CODE", "").strip()
    mefs = frozenset(m.get("CODE", "").strip() for m in element.iterfind("MEFS_APPARTENANCE/MEF_APPARTENANCE"))
    divisions = list(element.iterfind("DIVISIONS_APPARTENANCE/DIVISION_APPARTENANCE"))
    if code:
        controler_structure(lu.recueil, code, genre, ligne, str(element.tag))
        sorte = Sorte.DIVISION if division else Sorte.GROUPE
        autre = lu.cles.definies.get(Sorte.GROUPE if division else Sorte.DIVISION, {})
        if not lu.cles.definit(sorte, code, ligne) or code in autre:
            _double(lu, f"Le nom « {dit(code)} »", ligne, str(element.tag))
        if division and not sts:  # the structure belongs to STS: the remontée only cites it
            lu.cles.cite(Sorte.DIVISION, code, ligne)
    for mef in sorted(mefs):
        lu.cles.cite(Sorte.MEF, mef, ligne)
    for appartenance in divisions:
        lu.cles.cite(Sorte.DIVISION, appartenance.get("CODE", "").strip(), ligne_de(appartenance))
    if not division and mefs and sts:
        lu.cles.mefs_des_groupes[code] = mefs
    _rattachement(lu, code, division, bool(mefs), bool(divisions), ligne)
    _services(lu, element, lu.cles)


def _rattachement(lu: Lecture, code: str, division: bool, mefs: bool, divisions: bool, ligne: int | None) -> None:
    if division and lu.reconnu.famille is Famille.STS_EMP and not mefs:
        division_sans_mef(lu, code, ligne)
    elif not division and not mefs and not divisions:
        groupe_sans_mef(lu, code, ligne)


def division_sans_mef(lu: Lecture, code: str, ligne: int | None) -> None:
    """A division that no MEF joins: none of its pupils can be put in it."""
    lu.recueil.erreur(
        "DIVISION_SANS_MEF",
        f"La division « {dit(code)} » n'est rattachée à aucun MEF.",
        ligne=ligne,
        element="DIVISION",
        remede="Rattachez-la à un MEF dans STS-Web, exportez la structure, puis produisez à nouveau le fichier.",
        objet=f"division:{code}",
    )


def groupe_sans_mef(lu: Lecture, code: str, ligne: int | None) -> None:
    """A group that neither a MEF nor a division joins: BEE does not know it (STS-24)."""
    lu.recueil.erreur(
        "GROUPE_SANS_MEF",
        f"Le groupe « {dit(code)} » n'est rattaché à aucun MEF ni à aucune division : la base élèves l'ignorera.",
        ligne=ligne,
        element="GROUPE",
        remede="Rattachez-le à ses divisions et à un MEF, puis produisez à nouveau le fichier.",
        objet=f"groupe:{code}",
    )


def _services(lu: Lecture, element: etree._Element, cles: Cles) -> None:
    for service in element.iterfind("SERVICES/SERVICE"):
        ligne = ligne_de(service)
        lu.compte("services")
        cles.cite(Sorte.MATIERE, service.get("CODE_MATIERE", "").strip(), ligne)
        cles.cite(Sorte.MODALITE, service.get("CODE_MOD_COURS", "").strip(), ligne)
        for enseignant in service.iterfind("ENSEIGNANTS/ENSEIGNANT"):
            _enseignant(lu, enseignant, cles)


def _enseignant(lu: Lecture, enseignant: etree._Element, cles: Cles) -> None:
    ligne = ligne_de(enseignant)
    identifiant, genre = enseignant.get("ID", ""), enseignant.get("TYPE")
    if genre:
        cles.cite(Sorte.ENSEIGNANT, (identifiant, genre), ligne)
    else:
        cles.cite(Sorte.ENSEIGNANT_ID, identifiant, ligne)
    if lu.reconnu.famille is not Famille.EMP_STS:
        return
    for cours in enseignant.iterfind("COURS_RATTACHES/COURS"):
        lu.compte("cours")
        cles.cite(Sorte.ALTERNANCE, _texte(cours, "CODE_ALTERNANCE"), ligne_de(cours))
        cles.cite(Sorte.SALLE, _texte(cours, "CODE_SALLE"), ligne_de(cours))
