"""FrEduVecteur and FrEduCtRefId: written, read, and why nobody answers to one. Pure functions.

Source: connectors reference §4.2 (EduConnect, agents), §4.3 (guichet académique).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from msgspec import Struct

PROFILS = {
    "1": "responsable d'un élève du 1er degré",
    "2": "responsable d'un élève du 2nd degré",
    "3": "élève du 1er degré",
    "4": "élève du 2nd degré",
}
PARENTS, ELEVES = ("1", "2"), ("3", "4")
PREFIXE_REF = "{AAF}"

EXPLICATIONS = {
    "invalid.vector": "Aucun compte de l'ENT ne répond à ce vecteur.",
    "invalid.joinKey": "Aucun compte de l'ENT n'a cette clé de jointure.",
    "blocked.user": "Ce compte est désactivé.",
    "blocked.profile": "Ce profil ne se connecte pas par ce guichet.",
    "invalid.conditions": "L'assertion n'est pas recevable ici et maintenant.",
}
"""entcore's codes."""


class Vecteur(Struct, frozen=True):
    """A FrEduVecteur. `eleve_id`: of the pupil, or of the parent's child."""

    profil: str
    nom: str
    prenom: str
    eleve_id: str
    uai: str

    def __str__(self) -> str:
        return "|".join((self.profil, self.nom, self.prenom, self.eleve_id, self.uai))


class Faute(Struct, frozen=True):
    """Why a set of vectors or references is not taken: entcore's code, and a sentence."""

    code: str
    phrase: str


def lire_vecteurs(valeurs: Sequence[str]) -> list[Vecteur] | Faute:
    """The vectors of an assertion; several are all of a parent, each with a child and a school (entcore)."""
    lus: list[Vecteur] = []
    for valeur in valeurs:
        parts = valeur.split("|")
        if len(parts) != 5:
            return Faute("invalid.vector", f"« {valeur[:80]} » n'a pas cinq parts séparées par « | ».")
        lu = Vecteur(*(p.strip() for p in parts))
        if lu.profil not in PROFILS:
            return Faute(
                "blocked.profile", f"Le profil « {lu.profil[:10]} » n'est ni un élève ni un responsable (1 à 4)."
            )
        if not lu.eleve_id.isdigit() or not lu.uai:
            return Faute("invalid.vector", "La quatrième part est le numéro SIECLE de l'élève, la cinquième un UAI.")
        lus.append(lu)
    if not lus:
        return Faute("invalid.vector", "L'assertion n'a pas de FrEduVecteur.")
    if len(lus) > 1 and any(v.profil not in PARENTS for v in lus):
        return Faute("invalid.vector", "Plusieurs vecteurs ne se lisent que d'un responsable, un par enfant.")
    return lus


def lire_references(valeurs: Sequence[str]) -> list[int] | Faute:
    """The numbers of FrEduCtRefId: `{AAF}<académie>|<…>|<id>`; those of other origins are left aside."""
    lus: list[int] = []
    for valeur in valeurs:
        if not valeur.startswith(PREFIXE_REF):
            continue
        parts = valeur.removeprefix(PREFIXE_REF).split("|")
        if len(parts) != 3 or not parts[0].isdigit() or not parts[2].isdigit():
            return Faute("invalid.joinKey", f"« {valeur[:80]} » n'est pas {PREFIXE_REF}<académie>|<…>|<numéro>.")
        lus.append(int(parts[2]))
    if not lus:
        return Faute("invalid.joinKey", f"L'assertion n'a pas de FrEduCtRefId qui commence par {PREFIXE_REF}.")
    return list(dict.fromkeys(lus))


def reference(academie: int, aaf_id: int) -> str:
    """A FrEduCtRefId. The middle part is not public: "1" is inferred."""
    return f"{PREFIXE_REF}{academie}|1|{aaf_id}"


def ecart_de_noms(vecteur: Vecteur, connus: Sequence[tuple[str, str]]) -> str:
    """What differs between a parent's vector and the parents that the ENT knows of that child: (nom, prénom)."""
    if not connus:
        return "L'ENT ne connaît aucun responsable de cet élève."
    for nom, prenom in connus:
        if (nom.casefold(), prenom.casefold()) == (vecteur.nom.casefold(), vecteur.prenom.casefold()):
            return "Un responsable a ces nom et prénom, aux majuscules près : ils sont comparés à la lettre."
        if _nu(nom) == _nu(vecteur.nom) and _nu(prenom) == _nu(vecteur.prenom):
            return "Un responsable a ces nom et prénom, aux accents, tirets ou particule près : comparés à la lettre."
        if prenom == vecteur.prenom:
            return "Un responsable a ce prénom et un autre nom : corrigé dans SIECLE depuis, ou nom d'usage ?"
        if nom == vecteur.nom:
            return "Un responsable a ce nom et un autre prénom."
    return "Aucun des responsables de cet élève n'a ces nom et prénom."


def _nu(texte: str) -> str:
    sans = unicodedata.normalize("NFD", texte.casefold())
    return "".join(c for c in sans if c.isalpha()).removeprefix("de")
