"""Typed records of structures, MEF and matières.

Source: reference aaf.md, sections 4.4 to 4.6.
"""

from __future__ import annotations

from typing import Self

from shared.formats.aaf.enregistrement import Valeurs
from shared.formats.aaf.fiche import Fiche, composite, composites, entier_de, liste, nombre, premier, texte, un
from shared.formats.aaf.grammaire import Categorie, Grammaire
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.valeurs import CodeLibelle, DivisionDeclaree, GroupeDeclare, NomCourant, entier


class EtabEducNatAaf(Fiche, frozen=True, kw_only=True):
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
        return (
            (str(self.jointure),),
            un(self.uai),
            un(self.uai),
            un(self.siren),
            un(self.nom.ecrire("ENTStructureNomCourant", substitutions)),
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
            nombre(self.rattachement),
            composite(self.bassin, "ENTEtablissementBassin", substitutions),
            un(self.academie),
            un(self.code_academie),
            composites(self.divisions, "ENTStructureClasses", substitutions),
            composites(self.groupes, "ENTStructureGroupes", substitutions),
        )

    def _anciennes(self, substitutions: Substitutions | None) -> dict[str, Valeurs]:
        return {"ENTStructureNomCourant": un(self.nom.ecrire_ancien(self.academie))}

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        (
            _,
            uai,
            ancien_uai,
            siren,
            nom,
            type_structure,
            code_type,
            tutelle,
            code_tutelle,
            contrat,
            boite_postale,
            rue,
            code_postal,
            commune,
            telephone,
            telecopie,
            mel,
            rattachement,
            bassin,
            academie,
            code_academie,
            divisions,
            groupes,
        ) = valeurs
        ancien = grammaire is Grammaire.SDET_4 and "$" not in texte(nom)
        return cls(
            jointure=entier(identifiant, "identifier"),
            uai=texte(uai) or texte(ancien_uai),
            siren=texte(siren),
            nom=NomCourant.lire_ancien(texte(nom)) if ancien else NomCourant.lire(texte(nom), "ENTStructureNomCourant"),
            type_structure=texte(type_structure),
            code_type_structure=texte(code_type),
            tutelle=texte(tutelle),
            code_tutelle=texte(code_tutelle),
            contrat=texte(contrat),
            boite_postale=texte(boite_postale),
            rue=texte(rue),
            code_postal=texte(code_postal),
            commune=texte(commune),
            telephone=texte(telephone),
            telecopie=texte(telecopie),
            mel=texte(mel),
            rattachement=entier_de(rattachement, "ENTEtablissementStructRattachFctl"),
            bassin=premier(bassin, "ENTEtablissementBassin", CodeLibelle),
            academie=texte(academie),
            code_academie=texte(code_academie),
            divisions=liste(divisions, "ENTStructureClasses", DivisionDeclaree),
            groupes=liste(groupes, "ENTStructureGroupes", GroupeDeclare),
        )


class MefEducNatAaf(Fiche, frozen=True, kw_only=True):
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
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        _, libelle, rattachement, mefstat11 = valeurs
        return cls(
            code=identifiant,
            libelle=texte(libelle),
            rattachement=texte(rattachement),
            mefstat11=texte(mefstat11),
        )


class MatiereEducNatAaf(Fiche, frozen=True, kw_only=True):
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
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        return cls(code=identifiant, libelle=texte(valeurs[1]))
