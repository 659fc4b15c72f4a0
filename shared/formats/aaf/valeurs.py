"""Composite values of the feed: fields joined by `$`, each kind a small typed tuple.

A `$` inside a field is written `_`, as the rules of `substitutions` say. The last field is never empty: Java
readers drop empty fields at the end.

Source: reference aaf.md, section 3 (composite values), 4.1.2, 4.1 to 4.4 and 5 (syntaxes), 8.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Self

from shared.contracts.refus import Refus
from shared.formats.aaf.substitutions import REMPLACANT, Substitutions


class ValeurComposite(Refus):
    """A composite value that cannot be read or written. The sentence never quotes the value."""

    code = "AAF_VALEUR_COMPOSITE"


def joindre(
    champs: Sequence[str],
    attribut: str,
    substitutions: Substitutions | None = None,
    *,
    dernier_vide: bool = False,
) -> str:
    """The fields joined by `$`, the `$` they hold replaced.

    Raises `ValeurComposite` if the last field is empty, unless `dernier_vide`.
    """
    texte = "$".join(champs)
    if texte.count("$") >= len(champs):
        if substitutions is not None:
            substitutions.signale(attribut)
        texte = "$".join([champ.replace("$", REMPLACANT) for champ in champs])
    if not dernier_vide and texte[-1:] in ("", "$"):
        raise ValeurComposite(
            f"{attribut} : le dernier champ est vide ; des lecteurs perdraient la valeur.",
            code="AAF_DERNIER_CHAMP_VIDE",
            remede="Donnez un nom ou un libellé à cet élément dans l'application d'origine.",
        )
    return texte


def couper(texte: str, attribut: str, au_moins: int, au_plus: int | None = None, *, avant: int = 0) -> list[str]:
    """The fields of a composite value, `avant` of which were taken off before.

    Raises `ValeurComposite` if their number is wrong.
    """
    champs = texte.split("$")
    if len(champs) < au_moins or (au_plus is not None and len(champs) > au_plus):
        voulu = str(au_moins + avant) if au_plus == au_moins else f"au moins {au_moins + avant}"
        raise ValeurComposite(
            f"{attribut} : {len(champs) + avant} champ(s) séparés par « $ » au lieu de {voulu}.",
            remede="Signalez-le à l'émetteur de l'alimentation.",
        )
    return champs


def entier(texte: str, attribut: str) -> int:
    """A decimal integer of ASCII digits. Raises `ValeurComposite`."""
    if not (texte.isascii() and texte.isdigit()):
        raise ValeurComposite(
            f"{attribut} : un identifiant ou un code n'est pas un nombre entier.",
            remede="Signalez-le à l'émetteur de l'alimentation.",
        )
    return int(texte)


@lru_cache(maxsize=8192)
def texte_date(jour: date) -> str:
    """`JJ/MM/AAAA`."""
    return f"{jour.day:02d}/{jour.month:02d}/{jour.year:04d}"


def lire_date(texte: str, attribut: str) -> date:
    """A date `JJ/MM/AAAA` or ISO (both occur). Raises `ValeurComposite`."""
    try:
        if texte[2:3] == "/" == texte[5:6] and len(texte) == 10:
            return date(int(texte[6:]), int(texte[3:5]), int(texte[:2]))
        return date.fromisoformat(texte)
    except ValueError:
        raise ValeurComposite(
            f"{attribut} : une date n'est pas de la forme JJ/MM/AAAA.",
            remede="Signalez-le à l'émetteur de l'alimentation.",
        ) from None


def telephone(numero: str) -> str:
    """A ten-digit number (spaces and dots allowed) as the feed writes it, `+33 d dd dd dd dd`.

    Anything else is returned as it is: foreign numbers are passed on as typed. Source: section 4.2.
    """
    if not numero:
        return ""
    chiffres = numero.replace(" ", "").replace(".", "")
    if len(chiffres) == 10 and chiffres.isascii() and chiffres.isdigit() and chiffres[0] == "0":
        c = chiffres
        return f"+33 {c[1]} {c[2:4]} {c[4:6]} {c[6:8]} {c[8:]}"
    return numero


class LienResponsable(NamedTuple):
    """ENTElevePersRelEleve, six fields. `legal`: 0, 1 (legal), 2 (personne en charge). Section 4.1.2."""

    personne: int
    type_lien: int
    financier: bool
    legal: int
    contact: bool
    paiement: bool

    def ecrire(self) -> str:
        personne, type_lien, financier, legal, contact, paiement = self
        return (
            f"{personne}${type_lien}${'1' if financier else '0'}${legal}${'1' if contact else '0'}"
            f"${'1' if paiement else '0'}"
        )

    @classmethod
    def lire(cls, texte: str, attribut: str = "ENTElevePersRelEleve") -> Self:
        personne, _, reste = texte.partition("$")
        return cls(entier(personne, attribut), *_reste_du_lien(reste, attribut))


@lru_cache(maxsize=1024)
def _reste_du_lien(reste: str, attribut: str) -> tuple[int, bool, int, bool, bool]:
    """What follows the person: a few combinations serve for every pupil."""
    champs = couper(reste, attribut, 5, 5, avant=1)
    type_lien, financier, legal, contact, paiement = [entier(champ, attribut) for champ in champs]
    return type_lien, financier == 1, legal, contact == 1, paiement == 1


class Autorite(NamedTuple):
    """ENTEleveAutoriteParentale of the first degree, `idPersonne$typeLien`. Section 5.1."""

    personne: int
    type_lien: int

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return f"{self.personne}${self.type_lien}"

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        personne, type_lien = couper(texte, attribut, 2, 2)
        return cls(entier(personne, attribut), entier(type_lien, attribut))


class DansStructure(NamedTuple):
    """`idStructure$nom`: a division, a group or a matière label of a structure."""

    structure: int
    nom: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre((str(self.structure), self.nom), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        structure, nom = couper(texte, attribut, 2, 2)
        return cls(entier(structure, attribut), nom)


class DateDeClasse(NamedTuple):
    """`idStructure$JJ/MM/AAAA$nomDivision`: day of entry into, or exit from, a division."""

    structure: int
    jour: date
    nom: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre((str(self.structure), texte_date(self.jour), self.nom), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        structure, jour, nom = couper(texte, attribut, 3, 3)
        return cls(entier(structure, attribut), lire_date(jour, attribut), nom)


class MatiereDansStructure(NamedTuple):
    """`idStructure$nom$codeMatiere`: a teacher's matière in a division or a group."""

    structure: int
    nom: str
    matiere: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre((str(self.structure), self.nom, self.matiere), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        structure, nom, matiere = couper(texte, attribut, 3, 3)
        return cls(entier(structure, attribut), nom, matiere)


class MefDansStructure(NamedTuple):
    """ENTAuxEnsMEF, `idStructure$codeMEF$libelleMEF`."""

    structure: int
    mef: str
    libelle: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre((str(self.structure), self.mef, self.libelle), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        structure, mef, libelle = couper(texte, attribut, 3, 3)
        return cls(entier(structure, attribut), mef, libelle)


class Fonction(NamedTuple):
    """ENTPersonFonctions, five fields. A function without discipline has `-`, SANS OBJET."""

    structure: int
    code: str
    libelle: str
    discipline: str = "-"
    libelle_discipline: str = "SANS OBJET"

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre((str(self.structure), *self[1:]), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        structure, *reste = couper(texte, attribut, 5, 5)
        return cls(entier(structure, attribut), *reste)


class ClasseEcole(NamedTuple):
    """A class or a group of the first degree, `idStructure$codeType$libType$idClasse$nomClasse`. Section 5.1."""

    structure: int
    type_: CodeLibelle
    id: str
    nom: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre((str(self.structure), *self.type_, self.id, self.nom), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        structure, code, libelle, id_, nom = couper(texte, attribut, 5, 5)
        return cls(entier(structure, attribut), CodeLibelle(code, libelle), id_, nom)


class Commune(NamedTuple):
    """ENTEcoleCommune and ENTEcoleRPI, `code$nom$departement3`. Section 5.4."""

    code: str
    nom: str
    departement: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre(self, attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        return cls(*couper(texte, attribut, 3, 3))


class CodeLibelle(NamedTuple):
    """`code$libelle` (discipline category, bassin); ENTAuxEnsDisciplinesPoste has them reversed."""

    code: str
    libelle: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        champs = (self.libelle, self.code) if attribut == "ENTAuxEnsDisciplinesPoste" else self
        return joindre(champs, attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        premier, second = couper(texte, attribut, 2, 2)
        return cls(second, premier) if attribut == "ENTAuxEnsDisciplinesPoste" else cls(premier, second)


class DivisionDeclaree(NamedTuple):
    """ENTStructureClasses, `nomDivision$libelle$codeMEF...`; an empty label gives way to the name."""

    nom: str
    libelle: str
    mefs: tuple[str, ...] = ()

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre((self.nom, self.libelle or self.nom, *self.mefs), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        nom, libelle, *mefs = couper(texte, attribut, 2)
        return cls(nom, libelle, tuple(mefs))


class GroupeDeclare(NamedTuple):
    """ENTStructureGroupes, `nomGroupe$libelle$nomDivision...`; the label is usually empty.

    Without any division the label is what ends the value: the name stands for an empty one.
    """

    nom: str
    libelle: str
    divisions: tuple[str, ...] = ()

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        libelle = self.libelle or ("" if self.divisions else self.nom)
        return joindre((self.nom, libelle, *self.divisions), attribut, substitutions)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        nom, libelle, *divisions = couper(texte, attribut, 2)
        return cls(nom, libelle, tuple(divisions))


class Lignes(NamedTuple):
    """ENTPersonAdresse, four lines; one line until 2014. All may be empty, `$$$`."""

    ligne1: str = ""
    ligne2: str = ""
    ligne3: str = ""
    ligne4: str = ""

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        return joindre(self, attribut, substitutions, dernier_vide=True)

    def ecrire_une_ligne(self) -> str:
        """The address as 2012-2014 writes it."""
        return " ".join(ligne for ligne in self if ligne)

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        return cls(*couper(texte, attribut, 1, 4))


SANS_ADRESSE = Lignes()


class NomCourant(NamedTuple):
    """ENTStructureNomCourant, `sigle$patronyme$commune`; `sigle-patronyme-ac-ACADEMIE` until 2014.

    A name of another form is a patronyme alone: services have free names.
    """

    sigle: str
    patronyme: str
    commune: str

    def ecrire(self, attribut: str, substitutions: Substitutions | None = None) -> str:
        champs = self if self.sigle or self.commune else (self.patronyme,)
        return joindre(champs, attribut, substitutions, dernier_vide=True)

    def ecrire_ancien(self, academie: str) -> str:
        """The name as 2012-2014 writes it; the commune is not in it. A service keeps its free name."""
        return f"{self.sigle}-{self.patronyme}-ac-{academie}" if self.sigle else self.patronyme

    @classmethod
    def lire(cls, texte: str, attribut: str) -> Self:
        champs = texte.split("$")
        return cls(*champs) if len(champs) == 3 else cls("", texte, "")

    @classmethod
    def lire_ancien(cls, texte: str) -> Self:
        """Reads the form of 2012-2014; its académie is left out, ENTServAcAcademie holds it."""
        sigle, tiret, patronyme = texte.rpartition("-ac-")[0].partition("-")
        return cls(sigle, patronyme, "") if tiret else cls("", texte, "")
