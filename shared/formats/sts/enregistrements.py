"""Records of the two STS files: `sts_emp` (STS-Web to the timetable) and `emp_sts` (the remontée).

Shapes that both files have are one record; a field that only one file has says so (`seul`): the other
file's writer leaves it out. Source: reference sts-edt, sections 2.2, 2.3, 3.2 and 3.3.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar

from msgspec import Struct, field

from shared.contracts.refus import Remarque
from shared.formats.document import DocumentLu
from shared.formats.sts.moteur import Attribut, Feuille, Liste, Sous

STS_EMP = "sts_emp"
EMP_STS = "emp_sts"


class Cours(Struct, frozen=True):
    """One weekly slot of a teacher's service: `jour` 1 is Monday; the alternance says which weeks."""

    code_alternance: Annotated[str, Feuille("CODE_ALTERNANCE")]
    jour: Annotated[int | None, Feuille("JOUR")]
    heure_debut: Annotated[time | None, Feuille("HEURE_DEBUT")]
    duree: Annotated[timedelta | None, Feuille("DUREE")]
    code_salle: Annotated[str | None, Feuille("CODE_SALLE")] = None


class Enseignant(Struct, frozen=True):
    """A teacher of a service, known by (`id`, `type`), by `id` alone when the remontée gives no type."""

    ORDRE_ATTRIBUTS: ClassVar[dict[str, tuple[str, ...]]] = {EMP_STS: ("TYPE", "ID")}

    id: Annotated[str, Attribut("ID")]
    type: Annotated[str | None, Attribut("TYPE")] = None
    heures_agent: Annotated[Decimal | None, Feuille("HEURES_AGENT")] = None
    taux_ponderation: Annotated[Decimal | None, Feuille("TAUX_PONDERATION")] = None
    cours: Annotated[tuple[Cours, ...], Liste("COURS_RATTACHES", "COURS", vide=False, seul=EMP_STS)] = ()


class Service(Struct, frozen=True):
    """What is taught to a division or a group: matière and modalité are its key there."""

    code_matiere: Annotated[str, Attribut("CODE_MATIERE")]
    code_mod_cours: Annotated[str, Attribut("CODE_MOD_COURS")] = "CG"
    heures_structure: Annotated[Decimal | None, Feuille("HEURES_STRUCTURE")] = None
    co_ens: Annotated[bool | None, Feuille("CO_ENS")] = None
    enseignants: Annotated[tuple[Enseignant, ...], Liste("ENSEIGNANTS", "ENSEIGNANT")] = ()


class MefAppartenance(Struct, frozen=True):
    """A MEF whose pupils are in a division or a group (`sts_emp` only)."""

    code: Annotated[str, Attribut("CODE")]
    effectif_prevu: Annotated[int | None, Feuille("EFFECTIF_PREVU")] = None
    effectif_calcule: Annotated[int | None, Feuille("EFFECTIF_CALCULE")] = None


class DivisionAppartenance(Struct, frozen=True):
    """A division from which a group takes pupils."""

    code: Annotated[str, Attribut("CODE")]
    effectif_prevu: Annotated[int | None, Feuille("EFFECTIF_PREVU")] = None
    effectif_calcule: Annotated[int | None, Feuille("EFFECTIF_CALCULE", seul=STS_EMP)] = None


class Division(Struct, frozen=True):
    """A class. In the remontée only its code and services: the structure belongs to STS."""

    code: Annotated[str, Attribut("CODE")]
    libelle_long: Annotated[str, Feuille("LIBELLE_LONG", seul=STS_EMP)] = ""
    effectif_prevu: Annotated[int | None, Feuille("EFFECTIF_PREVU", seul=STS_EMP)] = None
    effectif_calcule: Annotated[int | None, Feuille("EFFECTIF_CALCULE", seul=STS_EMP)] = None
    mefs: Annotated[tuple[MefAppartenance, ...], Liste("MEFS_APPARTENANCE", "MEF_APPARTENANCE", seul=STS_EMP)] = ()
    services: Annotated[tuple[Service, ...], Liste("SERVICES", "SERVICE")] = ()


class Groupe(Struct, frozen=True):
    """A group; the remontée may create it. `effectif_max_edt`: largest course, from the timetable."""

    code: Annotated[str, Attribut("CODE")]
    libelle_long: Annotated[str, Feuille("LIBELLE_LONG")] = ""
    effectif_prevu: Annotated[int | None, Feuille("EFFECTIF_PREVU")] = None
    effectif_calcule: Annotated[int | None, Feuille("EFFECTIF_CALCULE", seul=STS_EMP)] = None
    effectif_max_edt: Annotated[int | None, Feuille("EFFECTIF_MAX_EDT")] = None
    divisions: Annotated[
        tuple[DivisionAppartenance, ...], Liste("DIVISIONS_APPARTENANCE", "DIVISION_APPARTENANCE")
    ] = ()
    mefs: Annotated[tuple[MefAppartenance, ...], Liste("MEFS_APPARTENANCE", "MEF_APPARTENANCE", seul=STS_EMP)] = ()
    services: Annotated[tuple[Service, ...], Liste("SERVICES", "SERVICE")] = ()


class Structure(Struct, frozen=True):
    """Divisions and groups; both containers are written, either may be missing when read."""

    divisions: Annotated[tuple[Division, ...], Liste("DIVISIONS", "DIVISION")] = ()
    groupes: Annotated[tuple[Groupe, ...], Liste("GROUPES", "GROUPE")] = ()


# --- sts_emp -------------------------------------------------------------------------------------------


class Academie(Struct, frozen=True):
    """Académie of the school: three-digit code, label in capitals."""

    code: Annotated[str, Feuille("CODE")] = ""
    libelle: Annotated[str, Feuille("LIBELLE")] = ""


class Uaj(Struct, frozen=True):
    """The school."""

    code: Annotated[str, Attribut("CODE")]
    academie: Annotated[Academie | None, Sous("ACADEMIE")] = None
    sigle: Annotated[str, Feuille("SIGLE")] = ""
    denom_princ: Annotated[str, Feuille("DENOM_PRINC")] = ""
    denom_compl: Annotated[str, Feuille("DENOM_COMPL")] = ""
    code_nature: Annotated[str, Feuille("CODE_NATURE")] = ""
    code_categorie: Annotated[str, Feuille("CODE_CATEGORIE")] = ""
    mention_distribution: Annotated[str, Feuille("MENTION_DISTRIBUTION")] = ""
    adresse: Annotated[str, Feuille("ADRESSE")] = ""
    commune: Annotated[str, Feuille("COMMUNE")] = ""
    code_postal: Annotated[str, Feuille("CODE_POSTAL")] = ""
    boite_postale: Annotated[str, Feuille("BOITE_POSTALE")] = ""
    cedex: Annotated[str, Feuille("CEDEX")] = ""
    telephone: Annotated[str, Feuille("TELEPHONE")] = ""
    statut: Annotated[str, Feuille("STATUT")] = ""
    etablissement_sensible: Annotated[bool | None, Feuille("ETABLISSEMENT_SENSIBLE")] = None


class AnneeScolaire(Struct, frozen=True):
    """The school year, by the year in which it starts, and its civil bounds."""

    annee: Annotated[int, Attribut("ANNEE")]
    date_debut: Annotated[date | None, Feuille("DATE_DEBUT")] = None
    date_fin: Annotated[date | None, Feuille("DATE_FIN")] = None


class ParametresSts(Struct, frozen=True):
    """What and when an `sts_emp` is about."""

    uaj: Annotated[Uaj, Sous("UAJ")]
    annee_scolaire: Annotated[AnneeScolaire, Sous("ANNEE_SCOLAIRE")]


class TypeAhe(Struct, frozen=True):
    """Hours other than teaching; the code is that of an ARE in the remontée."""

    code: Annotated[str, Attribut("CODE")]
    libelle_court: Annotated[str | None, Feuille("LIBELLE_COURT")] = None
    libelle_long: Annotated[str | None, Feuille("LIBELLE_LONG")] = None


class Civilite(Struct, frozen=True):
    """A civilité: code and labels."""

    code: Annotated[str, Attribut("CODE")]
    libelle_court: Annotated[str | None, Feuille("LIBELLE_COURT")] = None
    libelle_long: Annotated[str | None, Feuille("LIBELLE_LONG")] = None


class Mefstat4(Struct, frozen=True):
    """A level, and whether a professeur principal may be paid for it."""

    code: Annotated[str, Attribut("CODE")]
    libelle_court: Annotated[str | None, Feuille("LIBELLE_COURT")] = None
    libelle_long: Annotated[str | None, Feuille("LIBELLE_LONG")] = None
    indemnite_pp_autorisee: Annotated[bool | None, Feuille("INDEMNITE_PP_AUTORISEE")] = None


class TauxPond(Struct, frozen=True):
    """A weight of hours."""

    taux: Annotated[Decimal, Attribut("TAUX")]
    cpge_bts: Annotated[str | None, Feuille("CPGE_BTS")] = None


class ModCours(Struct, frozen=True):
    """A modalité de cours, and whether it allows co-teaching."""

    code: Annotated[str, Attribut("CODE")]
    libelle_court: Annotated[str | None, Feuille("LIBELLE_COURT")] = None
    libelle_long: Annotated[str | None, Feuille("LIBELLE_LONG")] = None
    co_ens: Annotated[bool | None, Feuille("CO_ENS")] = None


class Matiere(Struct, frozen=True):
    """A matière; `code_gestion` is the short key that users see."""

    code: Annotated[str, Attribut("CODE")]
    code_gestion: Annotated[str | None, Feuille("CODE_GESTION")] = None
    libelle_court: Annotated[str | None, Feuille("LIBELLE_COURT")] = None
    libelle_long: Annotated[str, Feuille("LIBELLE_LONG")] = ""
    libelle_edition: Annotated[str | None, Feuille("LIBELLE_EDITION")] = None


class Mef(Struct, frozen=True):
    """A MEF of 11 characters."""

    code: Annotated[str, Attribut("CODE")]
    formation: Annotated[str | None, Feuille("FORMATION")] = None
    specialite: Annotated[str | None, Feuille("SPECIALITE")] = None
    libelle_long: Annotated[str | None, Feuille("LIBELLE_LONG")] = None
    libelle_edition: Annotated[str | None, Feuille("LIBELLE_EDITION")] = None
    mefstat11: Annotated[str | None, Feuille("MEFSTAT11")] = None
    mefstat4: Annotated[str | None, Feuille("MEFSTAT4")] = None


class Programme(Struct, frozen=True):
    """Weekly hours of a matière for a MEF."""

    code_mef: Annotated[str, Feuille("CODE_MEF")]
    code_matiere: Annotated[str, Feuille("CODE_MATIERE")]
    horaire: Annotated[Decimal | None, Feuille("HORAIRE")] = None


class Contrat(Struct, frozen=True):
    """A contract of a private school."""

    code: Annotated[str, Feuille("CODE")]
    code_gestion: Annotated[str | None, Feuille("CODE_GESTION")] = None
    libelle_court: Annotated[str | None, Feuille("LIBELLE_COURT")] = None
    libelle_long: Annotated[str | None, Feuille("LIBELLE_LONG")] = None


class NomenclaturesSts(Struct, frozen=True):
    """The codes that the school may use. `CONTRATS` is written only when there are some."""

    types_ahe: Annotated[tuple[TypeAhe, ...], Liste("TYPES_AHE", "TYPE_AHE")] = ()
    civilites: Annotated[tuple[Civilite, ...], Liste("CIVILITES", "CIVILITE")] = ()
    mefstats4: Annotated[tuple[Mefstat4, ...], Liste("MEFSTATS4", "MEFSTAT4")] = ()
    taux_ponds: Annotated[tuple[TauxPond, ...], Liste("TAUX_PONDS", "TAUX_POND")] = ()
    mods_cours: Annotated[tuple[ModCours, ...], Liste("MODS_COURS", "MOD_COURS")] = ()
    matieres: Annotated[tuple[Matiere, ...], Liste("MATIERES", "MATIERE")] = ()
    mefs: Annotated[tuple[Mef, ...], Liste("MEFS", "MEF")] = ()
    programmes: Annotated[tuple[Programme, ...], Liste("PROGRAMMES", "PROGRAMME")] = ()
    contrats: Annotated[tuple[Contrat, ...], Liste("CONTRATS", "CONTRAT", vide=False)] = ()


class ProfPrinc(Struct, frozen=True):
    """A division of which the person is professeur principal."""

    code_structure: Annotated[str, Feuille("CODE_STRUCTURE")]
    date_debut: Annotated[date | None, Feuille("DATE_DEBUT")] = None
    date_fin: Annotated[date | None, Feuille("DATE_FIN")] = None


class Discipline(Struct, frozen=True):
    """A discipline de recrutement and the hours due."""

    code: Annotated[str, Attribut("CODE")]
    libelle_court: Annotated[str, Feuille("LIBELLE_COURT")] = ""
    nb_heures: Annotated[Decimal | None, Feuille("NB_HEURES")] = None


class IndividuSts(Struct, frozen=True):
    """A person of the school: `type` "epp" or "local" (None for a suppléant); `fonction` may be missing."""

    id: Annotated[str, Attribut("ID")]
    type: Annotated[str | None, Attribut("TYPE")] = None
    sexe: Annotated[str, Feuille("SEXE")] = ""
    civilite: Annotated[str | None, Feuille("CIVILITE")] = None
    nom_usage: Annotated[str, Feuille("NOM_USAGE")] = ""
    nom_patronymique: Annotated[str, Feuille("NOM_PATRONYMIQUE")] = ""
    prenom: Annotated[str, Feuille("PRENOM")] = ""
    date_naissance: Annotated[date | None, Feuille("DATE_NAISSANCE")] = None
    grade: Annotated[str | None, Feuille("GRADE")] = None
    fonction: Annotated[str | None, Feuille("FONCTION")] = None
    profs_princ: Annotated[tuple[ProfPrinc, ...], Liste("PROFS_PRINC", "PROF_PRINC", vide=False)] = ()
    disciplines: Annotated[tuple[Discipline, ...], Liste("DISCIPLINES", "DISCIPLINE", vide=False)] = ()


class StsEmp(DocumentLu, frozen=True):
    """A whole `sts_emp`. `remarques`: what the reader met and did not understand; never compared."""

    parametres: ParametresSts
    nomenclatures: NomenclaturesSts = field(default_factory=NomenclaturesSts)
    individus: tuple[IndividuSts, ...] = ()
    divisions: tuple[Division, ...] = ()
    groupes: tuple[Groupe, ...] = ()
    suppleants: tuple[IndividuSts, ...] = ()
    remarques: tuple[Remarque, ...] = ()


# --- emp_sts -------------------------------------------------------------------------------------------


class ParametresEmp(Struct, frozen=True):
    """What and when a remontée is about; the presence of `application_source` tells it from an export."""

    uaj: Annotated[str, Feuille("UAJ")]
    annee_scolaire: Annotated[int | None, Feuille("ANNEE_SCOLAIRE")] = None
    application_source: Annotated[str | None, Feuille("APPLICATION_SOURCE")] = "EDITEUR_PRIVE"


class Horaire(Struct, frozen=True):
    """Bounds of an open day: `jour` 1 is Monday."""

    jour: Annotated[int, Attribut("JOUR")]
    debut_cours: Annotated[time | None, Feuille("DEBUT_COURS")] = None
    fin_cours: Annotated[time | None, Feuille("FIN_COURS")] = None


class Alternance(Struct, frozen=True):
    """A set of weeks, each by its Monday, under a code that the timetable software chose."""

    code: Annotated[str, Attribut("CODE")]
    libelle_court: Annotated[str, Feuille("LIBELLE_COURT")] = ""
    libelle_long: Annotated[str, Feuille("LIBELLE_LONG")] = ""
    semaines: Annotated[tuple[date, ...], Liste("SEMAINES", "DATE_DEBUT_SEMAINE")] = ()


class SalleCours(Struct, frozen=True):
    """A room."""

    code: Annotated[str, Attribut("CODE")]
    groupe_salle: Annotated[str, Feuille("GROUPE_SALLE")] = ""
    localisation: Annotated[str, Feuille("LOCALISATION")] = ""


class Indemnite(Struct, frozen=True):
    """A professeur principal indemnity: division and level."""

    code_structure: Annotated[str, Feuille("CODE_STRUCTURE")]
    mefstat4: Annotated[str, Feuille("MEFSTAT4")]


class Are(Struct, frozen=True):
    """Hours of an activité à responsabilité."""

    code_are: Annotated[str, Feuille("CODE_ARE")]
    heures: Annotated[Decimal | None, Feuille("HEURES")]


class IndividuEmp(Struct, frozen=True):
    """Indemnités and ARE of a person, known by `id` alone."""

    id: Annotated[str, Attribut("ID")]
    indemnites: Annotated[tuple[Indemnite, ...], Liste("INDEMNITES", "INDEMNITE")] = ()
    ares: Annotated[tuple[Are, ...], Liste("ARES", "ARE")] = ()


class EmpSts(DocumentLu, frozen=True):
    """A whole remontée. `remarques`: what the reader met and did not understand; never compared."""

    parametres: ParametresEmp
    horaires: tuple[Horaire, ...] = ()
    alternances: tuple[Alternance, ...] = ()
    salles: tuple[SalleCours, ...] = ()
    individus: tuple[IndividuEmp, ...] = ()
    divisions: tuple[Division, ...] = ()
    groupes: tuple[Groupe, ...] = ()
    remarques: tuple[Remarque, ...] = ()
