"""Examining the pupils' and the responsables' exports.

Source: reference SIECLE, sections 2, 3 and 12.
"""

from __future__ import annotations

from datetime import date

from lxml import etree

from shared.formats.examen.cles import Sorte
from shared.formats.examen.lecture import Lecture, ligne_feuille, textes
from shared.formats.examen.rapport import dit
from shared.formats.examen.siecle import CORRIGER, EXPORTER, champs_lus, cle_entiere
from shared.formats.examen.valeurs import controler_ine, controler_matiere, controler_mef, controler_structure
from shared.formats.siecle.adresses import CHAMPS_ADRESSE
from shared.formats.siecle.champs import lire_date
from shared.formats.siecle.eleves import CHAMPS_ELEVE, CHAMPS_OPTION
from shared.formats.siecle.responsables import CHAMPS_LIEN, CHAMPS_PERSONNE
from shared.security.xml import ligne_de

AGE_MAX = 30
"""Years: a pupil born earlier was typed wrong."""

_CODES_ELEVE = {
    "CODE_REGIME": Sorte.REGIME,
    "CODE_STATUT": Sorte.STATUT,
    "CODE_MOTIF_SORTIE": Sorte.MOTIF_SORTIE,
    "CODE_PROVENANCE": Sorte.PROVENANCE,
}


def element_eleves(lu: Lecture, element: etree._Element) -> None:
    """An element of the pupils' export: pupil, options, structures, bourses, address."""
    balise, ligne = str(element.tag), ligne_de(element)
    if balise == "ADRESSE":
        _adresse(lu, element, ligne)
        return
    cle = cle_entiere(element, "ELEVE_ID")
    if balise == "ELEVE":
        _eleve(lu, element, cle, ligne)
    elif balise == "BOURSES_ELEVE":
        lu.compte("boursiers")
    else:
        lu.cles.cite(Sorte.ELEVE, cle, ligne)
        if balise == "OPTION":
            _options(lu, element, ligne)
        else:
            _structures(lu, element, cle, ligne)


def _eleve(lu: Lecture, element: etree._Element, cle: int | None, ligne: int | None) -> None:
    lu.compte("élèves")
    champs_lus(lu, element, CHAMPS_ELEVE)
    lus = textes(element)
    if cle is not None:
        if not lu.cles.definit(Sorte.ELEVE, cle, ligne):
            lu.recueil.erreur(
                "SIECLE_ELEVE_EN_DOUBLE",
                f"L'élève d'identifiant {cle} figure deux fois dans le fichier.",
                ligne=ligne,
                element="ELEVE",
                remede=EXPORTER,
                objet=f"eleve:{cle}",
            )
        _identite(lu, element, cle, lus)
    if mef := lus.get("CODE_MEF"):
        ou = ligne_feuille(element, "CODE_MEF")
        controler_mef(lu.recueil, mef, ou, "CODE_MEF")
        lu.cles.cite(Sorte.MEF, mef, ou)
    for balise, sorte in _CODES_ELEVE.items():
        if code := lus.get(balise):
            lu.cles.cite(sorte, code, ligne_feuille(element, balise))
    if lu.reconnu.variante == "avec_adresses":
        lu.cles.cite(Sorte.ADRESSE, _entier(lus.get("ADRESSE_ID")), ligne_feuille(element, "ADRESSE_ID"))
    _dates(lu, element, lus)


def _entier(texte: str | None) -> int | None:
    return int(texte) if texte and texte.isascii() and texte.isdigit() and len(texte) <= 18 else None


def _identite(lu: Lecture, element: etree._Element, cle: int, lus: dict[str, str]) -> None:
    ine = lus.get("ID_NATIONAL") or lus.get("INE_RNIE") or ""
    ligne = ligne_feuille(element, "ID_NATIONAL")
    if lus.get("DATE_SORTIE"):
        lu.cles.partis.add(cle)
        lu.compte("élèves partis")
    if lus.get("CODE_MEF"):
        lu.cles.mef_des_eleves[cle] = lus["CODE_MEF"]
    prive = _entier(lus.get("ID_PRV_ELE"))
    if prive is not None:
        lu.cles.definit(Sorte.ELEVE_PRIVE, prive, ligne)
    if not ine:
        lu.compte("élèves sans INE")
        return
    controler_ine(lu.recueil, ine, ligne)
    lu.cles.ine_des_eleves[cle] = ine
    premiere = lu.cles.definies.get(Sorte.INE, {}).get(ine)
    if not lu.cles.definit(Sorte.INE, ine, ligne):
        lu.recueil.erreur(
            "INE_EN_DOUBLE",
            f"L'INE de l'élève d'identifiant {cle} est aussi celui d'un autre élève du fichier"
            + (f" (ligne {premiere})." if premiere else "."),
            ligne=ligne,
            element="ID_NATIONAL",
            remede="Un INE désigne un seul élève : supprimez la fiche en double, ou corrigez son INE.",
            objet=f"eleve:{cle}",
        )


def _dates(lu: Lecture, element: etree._Element, lus: dict[str, str]) -> None:
    naissance, entree, sortie = (lire_date(lus.get(b, "")) for b in ("DATE_NAISS", "DATE_ENTREE", "DATE_SORTIE"))
    if naissance and lu.annee and not lu.annee - AGE_MAX <= naissance.year < lu.annee:
        lu.recueil.remarque(
            "DATE_NAISSANCE",
            f"L'élève serait né(e) en {naissance.year}, pour une année scolaire {lu.annee}-{lu.annee + 1}.",
            ligne=ligne_feuille(element, "DATE_NAISS"),
            element="DATE_NAISS",
            remede=CORRIGER,
        )
    if naissance and entree and entree < naissance:
        _date(lu, "La date d'entrée précède la date de naissance.", "DATE_ENTREE", element)
    elif entree and sortie and sortie < entree:
        _date(lu, "La date de sortie précède la date d'entrée.", "DATE_SORTIE", element)
    if lu.annee is None:
        return
    fin = date(lu.annee + 1, 12, 31)  # the southern year ends in December
    if entree and entree > fin:
        _date(lu, f"La date d'entrée suit la fin de l'année {lu.annee}-{lu.annee + 1}.", "DATE_ENTREE", element)
    if sortie and not date(lu.annee, 1, 1) <= sortie <= fin:
        _date(lu, f"La date de sortie n'est pas de l'année {lu.annee}-{lu.annee + 1}.", "DATE_SORTIE", element)


def _date(lu: Lecture, phrase: str, balise: str, element: etree._Element) -> None:
    ligne = ligne_feuille(element, balise)
    lu.recueil.remarque("DATE_HORS_ANNEE", phrase, ligne=ligne, element=balise, remede=CORRIGER)


def _options(lu: Lecture, element: etree._Element, ligne: int | None) -> None:
    for option in element.iterchildren("OPTIONS_ELEVE"):
        lu.compte("options")
        champs_lus(lu, option, CHAMPS_OPTION)
        code = (option.findtext("CODE_MATIERE") or "").strip()
        ou = ligne_feuille(option, "CODE_MATIERE")
        controler_matiere(lu.recueil, code, ou, "CODE_MATIERE")
        lu.cles.cite(Sorte.MATIERE, code, ou)


def _structures(lu: Lecture, element: etree._Element, cle: int | None, ligne: int | None) -> None:
    divisions = 0
    for structure in element.iterchildren("STRUCTURE"):
        code = (structure.findtext("CODE_STRUCTURE") or "").strip()
        if (structure.findtext("TYPE_STRUCTURE") or "").strip() == "D":
            divisions += 1
            lu.cles.cite(Sorte.DIVISION, code, ligne_feuille(structure, "CODE_STRUCTURE"))
        else:
            lu.compte("liens élève-groupe")
            lu.cles.cite(Sorte.GROUPE, code, ligne_feuille(structure, "CODE_STRUCTURE"))
            controler_structure(
                lu.recueil, code, "groupe", ligne_feuille(structure, "CODE_STRUCTURE"), "CODE_STRUCTURE"
            )
    if divisions > 1:
        lu.recueil.erreur(
            "SIECLE_PLUSIEURS_DIVISIONS",
            f"L'élève d'identifiant {cle} a plusieurs divisions : une seule est retenue.",
            ligne=ligne,
            element="STRUCTURES_ELEVE",
            remede="Laissez à l'élève une seule division dans la base élèves, puis exportez à nouveau.",
            objet=f"eleve:{cle}",
        )


def _adresse(lu: Lecture, element: etree._Element, ligne: int | None) -> None:
    lu.compte("adresses")
    champs_lus(lu, element, CHAMPS_ADRESSE)
    cle = cle_entiere(element, "ADRESSE_ID")
    if cle is not None:
        lu.cles.definit(Sorte.ADRESSE, cle, ligne)


def element_responsables(lu: Lecture, element: etree._Element) -> None:
    """An element of the responsables' export: person, link, address."""
    balise, ligne = str(element.tag), ligne_de(element)
    if balise == "ADRESSE":
        _adresse(lu, element, ligne)
    elif balise == "PERSONNE":
        _personne(lu, element, ligne)
    else:
        _lien(lu, element, ligne)


def _personne(lu: Lecture, element: etree._Element, ligne: int | None) -> None:
    lu.compte("responsables")
    champs_lus(lu, element, CHAMPS_PERSONNE)
    cle = cle_entiere(element, "PERSONNE_ID")
    if cle is not None and not lu.cles.definit(Sorte.PERSONNE, cle, ligne):
        lu.recueil.erreur(
            "SIECLE_PERSONNE_EN_DOUBLE",
            f"La personne d'identifiant {cle} figure deux fois dans le fichier.",
            ligne=ligne,
            element="PERSONNE",
            remede=EXPORTER,
        )
    profession = (element.findtext("CODE_PROFESSION") or "").strip()
    lu.cles.cite(Sorte.PROFESSION, profession, ligne_feuille(element, "CODE_PROFESSION"))
    if lu.reconnu.variante == "avec_adresses":
        adresse = _entier((element.findtext("ADRESSE_ID") or "").strip())
        lu.cles.cite(Sorte.ADRESSE, adresse, ligne_feuille(element, "ADRESSE_ID"))


def _lien(lu: Lecture, element: etree._Element, ligne: int | None) -> None:
    lu.compte("liens élève-responsable")
    champs_lus(lu, element, CHAMPS_LIEN)
    eleve, personne = cle_entiere(element, "ELEVE_ID"), cle_entiere(element, "PERSONNE_ID")
    lu.cles.cite(Sorte.ELEVE, eleve, ligne_feuille(element, "ELEVE_ID"))
    lu.cles.cite(Sorte.PERSONNE, personne, ligne_feuille(element, "PERSONNE_ID"))
    parente = (element.findtext("CODE_PARENTE") or "").strip()
    lu.cles.cite(Sorte.PARENTE, parente, ligne_feuille(element, "CODE_PARENTE"))
    if eleve is not None:
        lu.cles.avec_responsable.add(eleve)
    niveau = (element.findtext("NIVEAU_RESPONSABILITE") or "").strip()
    if niveau and niveau not in ("1", "2", "3"):
        lu.recueil.erreur(
            "SIECLE_VALEUR_INVALIDE",
            f"« {dit(niveau)} » n'est pas un niveau de responsabilité : 1, 2 ou 3.",
            ligne=ligne_feuille(element, "NIVEAU_RESPONSABILITE"),
            element="NIVEAU_RESPONSABILITE",
            remede=CORRIGER,
        )
