"""Words of names and of school life: what designates somebody, what does not.

Source: architecture, "Reserved ranges"; issue « The files » (free text and group names may hold a name).
"""

from __future__ import annotations

import re
from functools import cache

from shared import nomenclatures
from shared.identifiers import cle_tri, sans_accent

LETTRES = re.compile(r"[^\W\d_]+")
_PARTICULES = "d l de du des la le les el al ben van von der den da di do dos das st saint sainte"
PARTICULES = frozenset(_PARTICULES.split())
"""Words of a surname that designate nobody: they are kept, as the shape of the name."""

_ECOLE = (
    "classe division groupe demi sixieme cinquieme quatrieme troisieme seconde premiere terminale niveau cycle "
    "eme ieme sexe fille filles garcon garcons section bilangue bilingue euro europeenne ulis segpa upe2a allophone "
    "soutien aide devoirs remediation approfondissement accompagnement atelier club projet option barrette cours "
    "latinistes hellenistes germanistes hispanistes chant chorale orchestre theatre cinema danse sport foot football "
    "rugby natation escalade handball basket volley escrime judo sciences labo biotechnologie robotique codage "
    "bleu rouge vert jaune orange violet rose noir blanc gris lundi mardi mercredi jeudi vendredi semaine quinzaine"
)


_ACCENTS = dict(zip("EAIOUeaiou", "ÉÂÎÔÙéâîôù", strict=True))


def mots(texte: str | None) -> list[str]:
    """The keys of the words of a name, in order."""
    return [cle for m in LETTRES.findall(texte or "") if (cle := cle_tri(m))]


def numero_simple(telephone: str) -> str:
    """A telephone reduced to its digits, the international prefix of France made a 0."""
    chiffres = re.sub(r"\D", "", telephone)
    if telephone.strip().startswith("+33") or chiffres.startswith("0033"):
        return "0" + chiffres[2 if telephone.strip().startswith("+") else 4 :].removeprefix("0")
    return chiffres


@cache
def vocabulaire() -> frozenset[str]:
    """Words that a group's name may hold without naming anybody: subjects, their short codes, the school's words."""
    return matieres() | frozenset(_ECOLE.split())


@cache
def matieres() -> frozenset[str]:
    """The words of the national subjects and their short codes."""
    connus: set[str] = set()
    for matiere in nomenclatures.matieres():
        connus.update(mots(matiere.code_gestion))
        connus.update(mots(matiere.libelle_long))
    return frozenset(connus)


@cache
def libelles_nationaux() -> frozenset[str]:
    """The keys of the labels of national subjects and MEF: nobody wrote them here, they stay as they are."""
    connus: set[str] = set()
    for matiere in nomenclatures.matieres():
        libelles = (matiere.code_gestion, matiere.libelle_court, matiere.libelle_long, matiere.libelle_edition)
        connus.update(cle_tri(x) for x in libelles)
    for mef in nomenclatures.mefs():
        connus.update(cle_tri(x) for x in (mef.formation, mef.specialite, mef.libelle_long, mef.libelle_edition))
    return frozenset(connus)


def habiller(mot: str, modele: str) -> str:
    """`mot` (capitals) with an accent when the model has one, in the model's case."""
    return casser(accentuer(mot) if sans_accent(modele) != modele else mot, modele)


def accentuer(mot: str) -> str:
    """`mot` with an accent on one of its vowels, if it has none yet."""
    if sans_accent(mot) != mot:
        return mot
    trouve = next((v for v in _ACCENTS if v in mot), "")
    return mot.replace(trouve, _ACCENTS[trouve], 1) if trouve else mot


def casser(mot: str, modele: str) -> str:
    """`mot` in the case of the model: capitals, small letters, or a capital first."""
    if modele.isupper() and len(modele) > 1:
        return mot.upper()
    return mot.lower() if modele.islower() else mot[:1].upper() + mot[1:].lower()
