"""Typed records of responsables and staff of the second degree.

Source: reference aaf.md, sections 4.2 and 4.3.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from shared.formats.aaf.enregistrement import Valeurs
from shared.formats.aaf.fiche import (
    Fiche,
    composite,
    composites,
    entier_de,
    entiers,
    jour,
    jour_de,
    liste,
    nombre,
    oui,
    oui_non,
    premier,
    texte,
    un,
)
from shared.formats.aaf.grammaire import Categorie, Grammaire
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.valeurs import (
    SANS_ADRESSE,
    CodeLibelle,
    DansStructure,
    Fonction,
    Lignes,
    MatiereDansStructure,
    MefDansStructure,
    entier,
)


class PersRelEleveAaf(Fiche, frozen=True, kw_only=True):
    """A responsable. `eleves`: jointures of the pupils, the inverse of their links.

    Telephones as `telephone()` of the values writes them; `mobile_sms`: empty, or one of `mobiles`.
    """

    CATEGORIE = Categorie.RESPONSABLE

    jointure: int
    naissance: date | None = None
    nom_famille: str
    nom_usage: str
    prenom: str
    civilite: str = ""
    eleves: tuple[int, ...] = ()
    telephone_domicile: str = ""
    telephone_travail: str = ""
    adresse: Lignes = SANS_ADRESSE
    code_postal: str = ""
    ville: str = ""
    pays: str = ""
    diffusion_adresse: bool | None = False
    mobiles: tuple[str, ...] = ()
    mels: tuple[str, ...] = ()
    mobile_sms: str = ""

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            jour(self.naissance),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            un(self.civilite),
            tuple([str(eleve) for eleve in self.eleves]),
            un(self.telephone_domicile),
            un(self.telephone_travail),
            (self.adresse.ecrire("ENTPersonAdresse", substitutions),),
            un(self.code_postal),
            un(self.ville),
            un(self.pays),
            oui_non(self.diffusion_adresse),
            self.mobiles,
            self.mels,
            un(self.mobile_sms),
        )

    def _anciennes(self, substitutions: Substitutions | None) -> dict[str, Valeurs]:
        if substitutions is not None and any(self.adresse[1:]):
            substitutions.adresse()
        return {"ENTPersonAdresse": un(self.adresse.ecrire_une_ligne())}

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        (
            _,
            naissance,
            nom_famille,
            nom_usage,
            prenom,
            civilite,
            eleves,
            domicile,
            travail,
            adresse,
            code_postal,
            ville,
            pays,
            diffusion,
            mobiles,
            mels,
            sms,
        ) = valeurs
        return cls(
            jointure=entier(identifiant, "identifier"),
            naissance=jour_de(naissance, "ENTPersonDateNaissance"),
            nom_famille=texte(nom_famille),
            nom_usage=texte(nom_usage),
            prenom=texte(prenom),
            civilite=texte(civilite),
            eleves=entiers(eleves, "ENTAuxPersRelEleveEleve"),
            telephone_domicile=texte(domicile),
            telephone_travail=texte(travail),
            adresse=premier(adresse, "ENTPersonAdresse", Lignes) or SANS_ADRESSE,
            code_postal=texte(code_postal),
            ville=texte(ville),
            pays=texte(pays),
            diffusion_adresse=oui(diffusion),
            mobiles=mobiles,
            mels=mels,
            mobile_sms=texte(sms),
        )


class PersEducNatAaf(Fiche, frozen=True, kw_only=True):
    """A member of staff, teaching or not: `enseignant` and `devant_eleves` and the functions tell them apart.

    `classes` holds one value per (division, matière) of `matieres_classes`, so a division may come twice.
    """

    CATEGORIE = Categorie.PERSONNEL

    jointure: int
    naissance: date | None = None
    nom_famille: str
    nom_usage: str
    prenom: str
    prenoms: tuple[str, ...] = ()
    civilite: str = ""
    mel: str = ""
    structure: int | None = None
    disciplines: tuple[CodeLibelle, ...] = ()
    discipline_poste: CodeLibelle | None = None
    mefs: tuple[MefDansStructure, ...] = ()
    matieres: tuple[DansStructure, ...] = ()
    classes: tuple[DansStructure, ...] = ()
    groupes: tuple[DansStructure, ...] = ()
    matieres_classes: tuple[MatiereDansStructure, ...] = ()
    matieres_groupes: tuple[MatiereDansStructure, ...] = ()
    principal: tuple[DansStructure, ...] = ()
    fonctions: tuple[Fonction, ...] = ()
    enseignant: bool | None = None
    devant_eleves: bool | None = None

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            jour(self.naissance),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            self.prenoms,
            un(self.civilite),
            un(self.mel),
            nombre(self.structure),
            composites(self.disciplines, "ENTAuxEnsCategoDiscipline", substitutions),
            composite(self.discipline_poste, "ENTAuxEnsDisciplinesPoste", substitutions),
            composites(self.mefs, "ENTAuxEnsMEF", substitutions),
            composites(self.matieres, "ENTAuxEnsMatiereEnseignEtab", substitutions),
            composites(self.classes, "ENTAuxEnsClasses", substitutions),
            composites(self.groupes, "ENTAuxEnsGroupes", substitutions),
            composites(self.matieres_classes, "ENTAuxEnsClassesMatieres", substitutions),
            composites(self.matieres_groupes, "ENTAuxEnsGroupesMatieres", substitutions),
            composites(self.principal, "ENTAuxEnsClassesPrincipal", substitutions),
            composites(self.fonctions, "ENTPersonFonctions", substitutions),
            oui_non(self.enseignant),
            oui_non(self.devant_eleves),
        )

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        (
            _,
            naissance,
            nom_famille,
            nom_usage,
            prenom,
            prenoms,
            civilite,
            mel,
            structure,
            disciplines,
            poste,
            mefs,
            matieres,
            classes,
            groupes,
            matieres_classes,
            matieres_groupes,
            principal,
            fonctions,
            enseignant,
            devant_eleves,
        ) = valeurs
        return cls(
            jointure=entier(identifiant, "identifier"),
            naissance=jour_de(naissance, "ENTPersonDateNaissance"),
            nom_famille=texte(nom_famille),
            nom_usage=texte(nom_usage),
            prenom=texte(prenom),
            prenoms=prenoms,
            civilite=texte(civilite),
            mel=texte(mel),
            structure=entier_de(structure, "ENTPersonStructRattach"),
            disciplines=liste(disciplines, "ENTAuxEnsCategoDiscipline", CodeLibelle),
            discipline_poste=premier(poste, "ENTAuxEnsDisciplinesPoste", CodeLibelle),
            mefs=liste(mefs, "ENTAuxEnsMEF", MefDansStructure),
            matieres=liste(matieres, "ENTAuxEnsMatiereEnseignEtab", DansStructure),
            classes=liste(classes, "ENTAuxEnsClasses", DansStructure),
            groupes=liste(groupes, "ENTAuxEnsGroupes", DansStructure),
            matieres_classes=liste(matieres_classes, "ENTAuxEnsClassesMatieres", MatiereDansStructure),
            matieres_groupes=liste(matieres_groupes, "ENTAuxEnsGroupesMatieres", MatiereDansStructure),
            principal=liste(principal, "ENTAuxEnsClassesPrincipal", DansStructure),
            fonctions=liste(fonctions, "ENTPersonFonctions", Fonction),
            enseignant=oui(enseignant),
            devant_eleves=oui(devant_eleves),
        )
