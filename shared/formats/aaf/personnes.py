"""Typed records of pupils, responsables and staff.

Source: reference aaf.md, sections 4.1 to 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from shared.formats.aaf.enregistrement import Valeurs
from shared.formats.aaf.fiche import Fiche, Lecture, composites, jour, oui_non, un
from shared.formats.aaf.grammaire import Categorie, Grammaire
from shared.formats.aaf.liens import anciens_attributs, depuis_anciens
from shared.formats.aaf.valeurs import (
    SANS_ADRESSE,
    CodeLibelle,
    DansStructure,
    DateDeClasse,
    Fonction,
    LienResponsable,
    Lignes,
    MatiereDansStructure,
    MefDansStructure,
    Substitutions,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EleveAaf(Fiche):
    """A pupil. `eleve_id`: ELEVE_ID of SIECLE, left out of the file when None (a reader fails on an empty one).

    `prenoms`: the first one repeats `prenom`. `enseignements`: (6-digit code, label) pairs; the code is ""
    when read from a feed of 2012-2014. `adresse_de`: the responsable whose address the pupil shares.
    """

    CATEGORIE = Categorie.ELEVE

    jointure: int
    ine: str = ""
    eleve_id: int | None = None
    naissance: date | None
    nom_famille: str
    nom_usage: str
    prenom: str
    prenoms: tuple[str, ...] = ()
    civilite: str = ""
    liens: tuple[LienResponsable, ...] = ()
    boursier: bool | None = False
    regime: str = ""
    transport: bool | None = False
    adresse: Lignes = SANS_ADRESSE
    code_postal: str = ""
    ville: str = ""
    pays: str = ""
    adresse_de: int | None = None
    statut: str = "SCOLAIRE"
    mef: str
    libelle_mef: str = ""
    niveau: str = ""
    filiere: str = ""
    enseignements: tuple[tuple[str, str], ...] = ()
    structure: int | None
    entrees: tuple[DateDeClasse, ...] = ()
    sorties: tuple[DateDeClasse, ...] = ()
    classes: tuple[DansStructure, ...] = ()
    groupes: tuple[DansStructure, ...] = ()

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _omis(self) -> frozenset[str]:
        return _SANS_ELEVE_ID if self.eleve_id is None else _RIEN

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            un(self.ine),
            () if self.eleve_id is None else (str(self.eleve_id),),
            jour(self.naissance),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            self.prenoms,
            un(self.civilite),
            tuple([lien.ecrire() for lien in self.liens]),
            oui_non(self.boursier),
            un(self.regime),
            oui_non(self.transport),
            (self.adresse.ecrire("ENTPersonAdresse", substitutions),),
            un(self.code_postal),
            un(self.ville),
            un(self.pays),
            () if self.adresse_de is None else (str(self.adresse_de),),
            un(self.statut),
            un(self.mef),
            un(self.libelle_mef),
            un(self.niveau),
            un(self.filiere),
            tuple([libelle for _, libelle in self.enseignements]),
            tuple([code for code, _ in self.enseignements]),
            () if self.structure is None else (str(self.structure),),
            composites(self.entrees, "ENTEleveDateEntreeClasses", substitutions),
            composites(self.sorties, "ENTEleveDateSortieClasses", substitutions),
            composites(self.classes, "ENTEleveClasses", substitutions),
            composites(self.groupes, "ENTEleveGroupes", substitutions),
        )

    def _anciennes(self) -> dict[str, Valeurs]:
        return anciens_attributs(self.liens)

    @classmethod
    def _lire(cls, lecture: Lecture, grammaire: Grammaire) -> Self:
        liens = lecture.liens()
        libelles = lecture.textes("ENTEleveEnseignements")
        codes = lecture.textes("ENTEleveCodeEnseignements") or ("",) * len(libelles)
        return cls(
            jointure=lecture.identifiant(),
            ine=lecture.texte("ENTEleveINE"),
            eleve_id=lecture.entier("ENTEleveStructRattachId"),
            naissance=lecture.jour("ENTPersonDateNaissance"),
            nom_famille=lecture.texte("ENTPersonNomPatro"),
            nom_usage=lecture.texte("sn"),
            prenom=lecture.texte("givenName"),
            prenoms=lecture.textes("ENTPersonAutresPrenoms"),
            civilite=lecture.texte("personalTitle"),
            liens=depuis_anciens(liens) if grammaire is Grammaire.SDET_4 else liens,
            boursier=lecture.oui("ENTEleveBoursier"),
            regime=lecture.texte("ENTEleveRegime"),
            transport=lecture.oui("ENTEleveTransport"),
            adresse=lecture.premier("ENTPersonAdresse", Lignes) or SANS_ADRESSE,
            code_postal=lecture.texte("ENTPersonCodePostal"),
            ville=lecture.texte("ENTPersonVille"),
            pays=lecture.texte("ENTPersonPays"),
            adresse_de=lecture.entier("ENTEleveAdresseRel"),
            statut=lecture.texte("ENTEleveStatutEleve"),
            mef=lecture.texte("ENTEleveMEF"),
            libelle_mef=lecture.texte("ENTEleveLibelleMEF"),
            niveau=lecture.texte("ENTEleveNivFormation"),
            filiere=lecture.texte("ENTEleveFiliere"),
            enseignements=lecture.apparie(codes, libelles, "ENTEleveCodeEnseignements"),
            structure=lecture.entier("ENTPersonStructRattach"),
            entrees=lecture.liste("ENTEleveDateEntreeClasses", DateDeClasse),
            sorties=lecture.liste("ENTEleveDateSortieClasses", DateDeClasse),
            classes=lecture.liste("ENTEleveClasses", DansStructure),
            groupes=lecture.liste("ENTEleveGroupes", DansStructure),
        )


_RIEN: frozenset[str] = frozenset()
_SANS_ELEVE_ID = frozenset({"ENTEleveStructRattachId"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersRelEleveAaf(Fiche):
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

    def _anciennes(self) -> dict[str, Valeurs]:
        return {"ENTPersonAdresse": un(self.adresse.ecrire_une_ligne())}

    @classmethod
    def _lire(cls, lecture: Lecture, grammaire: Grammaire) -> Self:
        return cls(
            jointure=lecture.identifiant(),
            naissance=lecture.jour("ENTPersonDateNaissance"),
            nom_famille=lecture.texte("ENTPersonNomPatro"),
            nom_usage=lecture.texte("sn"),
            prenom=lecture.texte("givenName"),
            civilite=lecture.texte("personalTitle"),
            eleves=lecture.entiers("ENTAuxPersRelEleveEleve"),
            telephone_domicile=lecture.texte("homePhone"),
            telephone_travail=lecture.texte("telephoneNumber"),
            adresse=lecture.premier("ENTPersonAdresse", Lignes) or SANS_ADRESSE,
            code_postal=lecture.texte("ENTPersonCodePostal"),
            ville=lecture.texte("ENTPersonVille"),
            pays=lecture.texte("ENTPersonPays"),
            diffusion_adresse=lecture.oui("ENTPersonAdresseDiffusion"),
            mobiles=lecture.textes("mobile"),
            mels=lecture.textes("mail"),
            mobile_sms=lecture.texte("ENTPersonMobileSMS"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersEducNatAaf(Fiche):
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
        poste = (self.discipline_poste,) if self.discipline_poste else ()
        return (
            (str(self.jointure),),
            jour(self.naissance),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            self.prenoms,
            un(self.civilite),
            un(self.mel),
            () if self.structure is None else (str(self.structure),),
            composites(self.disciplines, "ENTAuxEnsCategoDiscipline", substitutions),
            composites(poste, "ENTAuxEnsDisciplinesPoste", substitutions),
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
    def _lire(cls, lecture: Lecture, grammaire: Grammaire) -> Self:
        return cls(
            jointure=lecture.identifiant(),
            naissance=lecture.jour("ENTPersonDateNaissance"),
            nom_famille=lecture.texte("ENTPersonNomPatro"),
            nom_usage=lecture.texte("sn"),
            prenom=lecture.texte("givenName"),
            prenoms=lecture.textes("ENTPersonAutresPrenoms"),
            civilite=lecture.texte("personalTitle"),
            mel=lecture.texte("mail"),
            structure=lecture.entier("ENTPersonStructRattach"),
            disciplines=lecture.liste("ENTAuxEnsCategoDiscipline", CodeLibelle),
            discipline_poste=lecture.premier("ENTAuxEnsDisciplinesPoste", CodeLibelle),
            mefs=lecture.liste("ENTAuxEnsMEF", MefDansStructure),
            matieres=lecture.liste("ENTAuxEnsMatiereEnseignEtab", DansStructure),
            classes=lecture.liste("ENTAuxEnsClasses", DansStructure),
            groupes=lecture.liste("ENTAuxEnsGroupes", DansStructure),
            matieres_classes=lecture.liste("ENTAuxEnsClassesMatieres", MatiereDansStructure),
            matieres_groupes=lecture.liste("ENTAuxEnsGroupesMatieres", MatiereDansStructure),
            principal=lecture.liste("ENTAuxEnsClassesPrincipal", DansStructure),
            fonctions=lecture.liste("ENTPersonFonctions", Fonction),
            enseignant=lecture.oui("ENTPersonCategorieEnseignant"),
            devant_eleves=lecture.oui("PersEducNatPresenceDevantEleves"),
        )
