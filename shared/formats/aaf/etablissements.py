"""Typed records of structures, MEF and matières.

Source: reference aaf.md, sections 4.4 to 4.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from shared.formats.aaf.enregistrement import Valeurs
from shared.formats.aaf.fiche import Fiche, Lecture, composites, un
from shared.formats.aaf.grammaire import Categorie, Grammaire
from shared.formats.aaf.valeurs import (
    CodeLibelle,
    DivisionDeclaree,
    GroupeDeclare,
    NomCourant,
    Substitutions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EtabEducNatAaf(Fiche):
    """A structure: école, collège, lycée or service. Telephones are written `+33 d dd dd dd dd`.

    `siren` is in fact a 14-digit SIRET; `rattachement` the id of the parent structure (SEGPA, SEP);
    `code_academie` three digits.
    """

    CATEGORIE = Categorie.ETABLISSEMENT

    jointure: int
    uai: str
    siren: str = ""
    nom: NomCourant
    type_structure: str = ""
    code_type_structure: str = ""
    tutelle: str = ""
    code_tutelle: str = ""
    contrat: str = ""
    boite_postale: str = ""
    rue: str = ""
    code_postal: str = ""
    commune: str = ""
    telephone: str = ""
    telecopie: str = ""
    mel: str = ""
    rattachement: int | None = None
    bassin: CodeLibelle | None = None
    academie: str
    code_academie: str = ""
    divisions: tuple[DivisionDeclaree, ...] = ()
    groupes: tuple[GroupeDeclare, ...] = ()

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        bassin = (self.bassin,) if self.bassin else ()
        return (
            (str(self.jointure),),
            un(self.uai),
            un(self.uai),
            un(self.siren),
            composites((self.nom,), "ENTStructureNomCourant", substitutions),
            un(self.type_structure),
            un(self.code_type_structure),
            un(self.tutelle),
            un(self.code_tutelle),
            un(self.contrat),
            un(self.boite_postale),
            un(self.rue),
            un(self.code_postal),
            un(self.commune),
            un(self.telephone),
            un(self.telecopie),
            un(self.mel),
            () if self.rattachement is None else (str(self.rattachement),),
            composites(bassin, "ENTEtablissementBassin", substitutions),
            un(self.academie),
            un(self.code_academie),
            composites(self.divisions, "ENTStructureClasses", substitutions),
            composites(self.groupes, "ENTStructureGroupes", substitutions),
        )

    def _anciennes(self) -> dict[str, Valeurs]:
        return {"ENTStructureNomCourant": (self.nom.ecrire_ancien(self.academie),)}

    @classmethod
    def _lire(cls, lecture: Lecture, grammaire: Grammaire) -> Self:
        nom = lecture.texte("ENTStructureNomCourant")
        ancien = grammaire is Grammaire.SDET_4 and "$" not in nom
        return cls(
            jointure=lecture.identifiant(),
            uai=lecture.texte("ENTStructureUAI") or lecture.texte("ENTEtablissementUAI"),
            siren=lecture.texte("ENTStructureSIREN"),
            nom=NomCourant.lire_ancien(nom) if ancien else NomCourant.lire(nom, "ENTStructureNomCourant"),
            type_structure=lecture.texte("ENTStructureTypeStruct"),
            code_type_structure=lecture.texte("ENTStructureCodeTypeStruct"),
            tutelle=lecture.texte("ENTEtablissementMinistereTutelle"),
            code_tutelle=lecture.texte("ENTEtablissementCodeMinistereTutelle"),
            contrat=lecture.texte("ENTEtablissementContrat"),
            boite_postale=lecture.texte("postOfficeBox"),
            rue=lecture.texte("street"),
            code_postal=lecture.texte("postalCode"),
            commune=lecture.texte("l"),
            telephone=lecture.texte("telephoneNumber"),
            telecopie=lecture.texte("facsimileTelephoneNumber"),
            mel=lecture.texte("ENTStructureMailSI"),
            rattachement=lecture.entier("ENTEtablissementStructRattachFctl"),
            bassin=lecture.premier("ENTEtablissementBassin", CodeLibelle),
            academie=lecture.texte("ENTServAcAcademie"),
            code_academie=lecture.texte("ENTServAcCodeAcademie"),
            divisions=lecture.liste("ENTStructureClasses", DivisionDeclaree),
            groupes=lecture.liste("ENTStructureGroupes", GroupeDeclare),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MefEducNatAaf(Fiche):
    """A MEF: code of 11 characters, label, MEF of attachment (itself if national), MEFSTAT11."""

    CATEGORIE = Categorie.MEF

    code: str
    libelle: str
    rattachement: str = ""
    mefstat11: str = ""

    @property
    def identifiant(self) -> str:
        return self.code

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return un(self.code), un(self.libelle), un(self.rattachement), un(self.mefstat11)

    @classmethod
    def _lire(cls, lecture: Lecture, grammaire: Grammaire) -> Self:
        return cls(
            code=lecture.texte("ENTMefJointure"),
            libelle=lecture.texte("ENTLibelleMef"),
            rattachement=lecture.texte("ENTMEFRattach"),
            mefstat11=lecture.texte("ENTMEFSTAT11"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MatiereEducNatAaf(Fiche):
    """A matière: code of 6 digits, label."""

    CATEGORIE = Categorie.MATIERE

    code: str
    libelle: str

    @property
    def identifiant(self) -> str:
        return self.code

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return un(self.code), un(self.libelle)

    @classmethod
    def _lire(cls, lecture: Lecture, grammaire: Grammaire) -> Self:
        return cls(code=lecture.texte("ENTMatJointure"), libelle=lecture.texte("ENTLibelleMatiere"))
