"""Typed records of the first degree (« Aaf1d »), grammar 6.3: pupils, responsables and staff.

The categories bear the names of those of the second degree; their attributes are others, so that a record of
one degree is never read as one of the other (AAF_DEGRE). Classes exist only through pupils.

Source: reference aaf.md, sections 5.1 to 5.3.
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
    Autorite,
    ClasseEcole,
    CodeLibelle,
    DateDeClasse,
    Fonction,
    Lignes,
    entier,
)


class EleveAaf1d(Fiche, frozen=True, kw_only=True):
    """A pupil of an école. `prenoms`: the first one repeats `prenom`; `entrees` and `sorties` name the class by its id.

    `niveau`, `cycle`, `type_classe`: code and label, `1123$CE2`, `2$CYCLE II`, `11$ORDINAIRE`.
    """

    CATEGORIE = Categorie.ELEVE
    GRAMMAIRE = Grammaire.V6_3_1D

    jointure: int
    ine: str = ""
    naissance: date | None
    civilite: str = ""
    structure: int | None
    autorites: tuple[Autorite, ...] = ()
    restaurant: bool | None = False
    transport: bool | None = False
    garderie_matin: bool | None = False
    garderie_soir: bool | None = False
    etudes: bool | None = False
    niveau: CodeLibelle | None = None
    cycle: CodeLibelle | None = None
    type_classe: CodeLibelle | None = None
    entrees: tuple[DateDeClasse, ...] = ()
    sorties: tuple[DateDeClasse, ...] = ()
    classes: tuple[ClasseEcole, ...] = ()
    groupes: tuple[ClasseEcole, ...] = ()
    nom_famille: str
    nom_usage: str
    prenom: str
    prenoms: tuple[str, ...] = ()

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            un(self.ine),
            jour(self.naissance),
            un(self.civilite),
            nombre(self.structure),
            composites(self.autorites, "ENTEleveAutoriteParentale", substitutions),
            oui_non(self.restaurant),
            oui_non(self.transport),
            oui_non(self.garderie_matin),
            oui_non(self.garderie_soir),
            oui_non(self.etudes),
            composite(self.niveau, "ENTEleveNiveau", substitutions),
            composite(self.cycle, "ENTEleveCycle", substitutions),
            composite(self.type_classe, "ENTEleveTypeClasse", substitutions),
            composites(self.entrees, "ENTEleveDateEntreeClasses", substitutions),
            composites(self.sorties, "ENTEleveDateSortieClasses", substitutions),
            composites(self.classes, "ENTPersonClasses", substitutions),
            composites(self.groupes, "ENTPersonGroupes", substitutions),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            self.prenoms,
        )

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        (
            _,
            ine,
            naissance,
            civilite,
            structure,
            autorites,
            restaurant,
            transport,
            matin,
            soir,
            etudes,
            niveau,
            cycle,
            type_classe,
            entrees,
            sorties,
            classes,
            groupes,
            nom_famille,
            nom_usage,
            prenom,
            prenoms,
        ) = valeurs
        return cls(
            jointure=entier(identifiant, "identifier"),
            ine=texte(ine),
            naissance=jour_de(naissance, "ENTPersonDateNaissance"),
            civilite=texte(civilite),
            structure=entier_de(structure, "ENTPersonStructRattach"),
            autorites=tuple([Autorite.lire(autorite, "ENTEleveAutoriteParentale") for autorite in autorites]),
            restaurant=oui(restaurant),
            transport=oui(transport),
            garderie_matin=oui(matin),
            garderie_soir=oui(soir),
            etudes=oui(etudes),
            niveau=premier(niveau, "ENTEleveNiveau", CodeLibelle),
            cycle=premier(cycle, "ENTEleveCycle", CodeLibelle),
            type_classe=premier(type_classe, "ENTEleveTypeClasse", CodeLibelle),
            entrees=liste(entrees, "ENTEleveDateEntreeClasses", DateDeClasse),
            sorties=liste(sorties, "ENTEleveDateSortieClasses", DateDeClasse),
            classes=liste(classes, "ENTPersonClasses", ClasseEcole),
            groupes=liste(groupes, "ENTPersonGroupes", ClasseEcole),
            nom_famille=texte(nom_famille),
            nom_usage=texte(nom_usage),
            prenom=texte(prenom),
            prenoms=prenoms,
        )


class PersRelEleveAaf1d(Fiche, frozen=True, kw_only=True):
    """A responsable of pupils of écoles. `eleves`: jointures of the pupils; the street stands on line 3 of the address.

    Telephones as `telephone()` of the values writes them; foreign ones unspaced.
    """

    CATEGORIE = Categorie.RESPONSABLE
    GRAMMAIRE = Grammaire.V6_3_1D

    jointure: int
    civilite: str = ""
    eleves: tuple[int, ...] = ()
    adresse: Lignes = SANS_ADRESSE
    code_postal: str = ""
    ville: str = ""
    pays: str = ""
    diffusion_adresse: bool | None = False
    telephone_domicile: str = ""
    mobiles: tuple[str, ...] = ()
    mels: tuple[str, ...] = ()
    telephone_travail: str = ""
    nom_famille: str
    nom_usage: str
    prenom: str
    prenoms: tuple[str, ...] = ()

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            un(self.civilite),
            tuple([str(eleve) for eleve in self.eleves]),
            (self.adresse.ecrire("ENTPersonAdresse", substitutions),),
            un(self.code_postal),
            un(self.ville),
            un(self.pays),
            oui_non(self.diffusion_adresse),
            un(self.telephone_domicile),
            self.mobiles,
            self.mels,
            un(self.telephone_travail),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            self.prenoms,
        )

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        (
            _,
            civilite,
            eleves,
            adresse,
            code_postal,
            ville,
            pays,
            diffusion,
            domicile,
            mobiles,
            mels,
            travail,
            nom_famille,
            nom_usage,
            prenom,
            prenoms,
        ) = valeurs
        return cls(
            jointure=entier(identifiant, "identifier"),
            civilite=texte(civilite),
            eleves=entiers(eleves, "ENTPersRelEleveEleve"),
            adresse=premier(adresse, "ENTPersonAdresse", Lignes) or SANS_ADRESSE,
            code_postal=texte(code_postal),
            ville=texte(ville),
            pays=texte(pays),
            diffusion_adresse=oui(diffusion),
            telephone_domicile=texte(domicile),
            mobiles=mobiles,
            mels=mels,
            telephone_travail=texte(travail),
            nom_famille=texte(nom_famille),
            nom_usage=texte(nom_usage),
            prenom=texte(prenom),
            prenoms=prenoms,
        )


class PersEducNatAaf1d(Fiche, frozen=True, kw_only=True):
    """A member of staff of écoles; no link to a class. `directions`: the écoles that the person directs."""

    CATEGORIE = Categorie.PERSONNEL
    GRAMMAIRE = Grammaire.V6_3_1D

    jointure: int
    naissance: date | None = None
    prenoms: tuple[str, ...] = ()
    civilite: str = ""
    structure: int | None = None
    fonctions: tuple[Fonction, ...] = ()
    enseignant: bool | None = True
    directions: tuple[int, ...] = ()
    specialites: tuple[CodeLibelle, ...] = ()
    nom_famille: str
    nom_usage: str
    prenom: str
    mel: str = ""

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            jour(self.naissance),
            self.prenoms,
            un(self.civilite),
            nombre(self.structure),
            composites(self.fonctions, "ENTPersonFonctions", substitutions),
            oui_non(self.enseignant),
            tuple([str(structure) for structure in self.directions]),
            composites(self.specialites, "ENTEnsSpecialites", substitutions),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            un(self.mel),
        )

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        (
            _,
            naissance,
            prenoms,
            civilite,
            structure,
            fonctions,
            enseignant,
            directions,
            specialites,
            nom_famille,
            nom_usage,
            prenom,
            mel,
        ) = valeurs
        return cls(
            jointure=entier(identifiant, "identifier"),
            naissance=jour_de(naissance, "ENTPersonDateNaissance"),
            prenoms=prenoms,
            civilite=texte(civilite),
            structure=entier_de(structure, "ENTPersonStructRattach"),
            fonctions=liste(fonctions, "ENTPersonFonctions", Fonction),
            enseignant=oui(enseignant),
            directions=entiers(directions, "ENTEnsFonctionDir"),
            specialites=liste(specialites, "ENTEnsSpecialites", CodeLibelle),
            nom_famille=texte(nom_famille),
            nom_usage=texte(nom_usage),
            prenom=texte(prenom),
            mel=texte(mel),
        )
