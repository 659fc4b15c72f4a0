"""Records of ExportEmploiDuTemps: what the timetable software gives to the ENT.

Fields marked `plus` are of files later than the published version 1.1. An `ident` is unique per kind of object
in one file only. Source: reference sts-edt, sections 5.3 and 5.4.
"""

from __future__ import annotations

from datetime import date, time
from typing import Annotated

from msgspec import Struct

from shared.contracts.refus import Remarque
from shared.formats.document import DocumentLu
from shared.formats.edt.moteur import Attribut, Enfant, Enfants, Fiche
from shared.formats.edt.valeurs import COURT, DATE, HEURE, IDENT, JETON, MASQUE, SEXE, Sexe

VERSION_PUBLIEE = "1.1"

_IDPN = Attribut("IDPN", JETON, aussi=("IdPN",))
_IDCAS = Attribut("IDCAS", JETON, aussi=("IdCAS",))
_SEMAINES = Attribut("Semaines", MASQUE, requis=True, aussi=("SemainesInclusion",))


class EnTete(Fiche, frozen=True):
    """The root: version of the format and school."""

    version: Annotated[str, Attribut("Version", requis=True)] = VERSION_PUBLIEE
    uai: Annotated[str, Attribut("UAI", requis=True)] = ""


class AnneeScolaire(Fiche, frozen=True):
    """The school year; masks count weeks from `premier_jour_semaine1`, a Monday."""

    debut: Annotated[date, Attribut("DateDebut", DATE, requis=True)]
    fin: Annotated[date, Attribut("DateFin", DATE, requis=True)]
    premier_jour_semaine1: Annotated[date, Attribut("DatePremierJourSemaine1", DATE, requis=True)]


class Place(Fiche, frozen=True):
    """One slot of the day, from 0. An end that is absent is the beginning plus the grid's `duree_place`."""

    numero: Annotated[int | None, Attribut("Numero", COURT, requis=True)]
    debut: Annotated[time | None, Attribut("LibelleHeureDebut", HEURE, requis=True)] = None
    fin: Annotated[time | None, Attribut("LibelleHeureFin", HEURE, requis=True)] = None


class GrilleHoraire(Fiche, frozen=True):
    """The grid: slots per day, minutes per slot, days worked (1 is the first day of the week), slots."""

    nombre_places: Annotated[int | None, Attribut("NombrePlacesParJour", COURT, requis=True)]
    duree_place: Annotated[int | None, Attribut("DureePlace", COURT, requis=True)]
    jours: tuple[int, ...] = ()
    places: tuple[Place, ...] = ()


class Reference(Fiche, frozen=True):
    """A link to another object of the file."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]


class Participation(Fiche, frozen=True):
    """Who or what takes part in a course, and in which weeks (mask, see `semaines`)."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    semaines: Annotated[int | None, _SEMAINES]


class Etablissement(Fiche, frozen=True):
    """A school of a base that holds several (later than 1.1)."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    numero: Annotated[str | None, Attribut("Numero")] = None
    nom: Annotated[str | None, Attribut("Nom")] = None


class Matiere(Fiche, frozen=True):
    """A subject: `code` is the code de gestion of sts_emp, or a local one."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    code: Annotated[str, Attribut("Code", requis=True)] = ""
    libelle: Annotated[str, Attribut("Libelle", requis=True)] = ""


class Professeur(Fiche, frozen=True):
    """A teacher: `id_sts` is the INDIVIDU of sts_emp, `idpn` the key that never changes, `id_cas` his login."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str, Attribut("Nom", requis=True)] = ""
    prenom: Annotated[str, Attribut("Prenom", requis=True)] = ""
    code_postal: Annotated[str | None, Attribut("CodePostal")] = None
    date_naissance: Annotated[date | None, Attribut("DateNaissance", DATE)] = None
    id_sts: Annotated[str | None, Attribut("IDSTS", JETON)] = None
    idpn: Annotated[str | None, _IDPN] = None
    id_cas: Annotated[str | None, _IDCAS] = None


class Personnel(Fiche, frozen=True):
    """Someone of the staff who does not teach (later than 1.1)."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str | None, Attribut("Nom")] = None
    prenom: Annotated[str | None, Attribut("Prenom")] = None


class Classe(Fiche, frozen=True):
    """A class and its parts; `etablissements` and `professeurs_principaux` are later than 1.1."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str, Attribut("Nom", requis=True)] = ""
    parties: Annotated[tuple[Reference, ...], Enfants("PartieDeClasse")] = ()
    etablissements: Annotated[tuple[Reference, ...], Enfants("Etablissement", plus=True)] = ()
    professeurs_principaux: Annotated[tuple[Reference, ...], Enfants("ProfesseurPrincipal", plus=True)] = ()


class Groupe(Fiche, frozen=True):
    """A group: whole classes, parts of classes, and (later than 1.1) pupils one by one."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str, Attribut("Nom", requis=True)] = ""
    classes: Annotated[tuple[Reference, ...], Enfants("Classe")] = ()
    parties: Annotated[tuple[Reference, ...], Enfants("PartieDeClasse")] = ()
    eleves: Annotated[tuple[Reference, ...], Enfants("Eleve", plus=True)] = ()


class Salle(Fiche, frozen=True):
    """A room."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str, Attribut("Nom", requis=True)] = ""


class Materiel(Fiche, frozen=True):
    """A piece of equipment that is booked (later than 1.1)."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str | None, Attribut("Nom")] = None


class ResponsableEleve(Fiche, frozen=True):
    """Someone responsible for the pupil; later files give only `ident`, and the person in `Responsable`."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    resp_legal: Annotated[int | None, Attribut("RespLegal", COURT, requis=True)] = None
    nom: Annotated[str | None, Attribut("Nom", requis=True)] = None
    prenom: Annotated[str | None, Attribut("Prenom", requis=True)] = None
    civilite: Annotated[str | None, Attribut("Civilite")] = None
    adresse1: Annotated[str | None, Attribut("Adresse1", requis=True)] = None
    adresse2: Annotated[str | None, Attribut("Adresse2")] = None
    adresse3: Annotated[str | None, Attribut("Adresse3")] = None
    adresse4: Annotated[str | None, Attribut("Adresse4")] = None
    code_postal: Annotated[str | None, Attribut("CodePostal")] = None
    ville: Annotated[str | None, Attribut("Ville")] = None
    idpn: Annotated[str | None, _IDPN] = None
    id_cas: Annotated[str | None, _IDCAS] = None


class Responsable(Fiche, frozen=True):
    """A person of the section Responsables (later than 1.1)."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str | None, Attribut("Nom")] = None
    prenom: Annotated[str | None, Attribut("Prenom")] = None
    date_naissance: Annotated[date | None, Attribut("DateNaissance", DATE)] = None
    adresse1: Annotated[str | None, Attribut("Adresse1")] = None
    adresse2: Annotated[str | None, Attribut("Adresse2")] = None
    adresse3: Annotated[str | None, Attribut("Adresse3")] = None
    adresse4: Annotated[str | None, Attribut("Adresse4")] = None
    code_postal: Annotated[str | None, Attribut("CodePostal")] = None
    ville: Annotated[str | None, Attribut("Ville")] = None
    pays: Annotated[str | None, Attribut("Pays")] = None
    idpn: Annotated[str | None, _IDPN] = None


class Appartenance(Fiche, frozen=True):
    """A pupil in a class or a part of it, from one day to another, both included."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    entree: Annotated[date | None, Attribut("DateEntree", DATE, requis=True)] = None
    sortie: Annotated[date | None, Attribut("DateSortie", DATE, requis=True)] = None


class Eleve(Fiche, frozen=True):
    """A pupil: `numero_national` is SIECLE's INE, `id_sconet` its ELEVE_ID, `id_etablissement` ID_ELEVE_ETAB."""

    ident: Annotated[int, Attribut("Ident", IDENT, requis=True)]
    nom: Annotated[str, Attribut("Nom", requis=True)] = ""
    prenom: Annotated[str, Attribut("Prenom", requis=True)] = ""
    date_naissance: Annotated[date | None, Attribut("DateNaissance", DATE, requis=True, vide=True)] = None
    sexe: Annotated[Sexe | None, Attribut("Sexe", SEXE, requis=True)] = None
    code_postal: Annotated[str | None, Attribut("CodePostal")] = None
    numero_national: Annotated[str | None, Attribut("NumeroNational", JETON)] = None
    id_sconet: Annotated[str | None, Attribut("IDSconet", JETON)] = None
    idpn: Annotated[str | None, _IDPN] = None
    id_cas: Annotated[str | None, _IDCAS] = None
    id_etablissement: Annotated[str | None, Attribut("IDEtablissement", JETON)] = None
    responsables: Annotated[tuple[ResponsableEleve, ...], Enfants("Responsable", maxi=2)] = ()
    classes: Annotated[tuple[Appartenance, ...], Enfants("Classe")] = ()
    parties: Annotated[tuple[Appartenance, ...], Enfants("PartieDeClasse")] = ()


class Cours(Fiche, frozen=True):
    """A course of the week: day, first slot, number of slots, subject, and who or what takes part when.

    `semaines_annulation`, `personnels`, `materiels` and `eleves` are later than 1.1.
    """

    jour: Annotated[int | None, Attribut("Jour", COURT, requis=True)]
    place_debut: Annotated[int | None, Attribut("NumeroPlaceDebut", COURT, requis=True)]
    nombre_places: Annotated[int | None, Attribut("NombrePlaces", COURT, requis=True)]
    semaines_annulation: Annotated[int | None, Attribut("SemainesAnnulation", MASQUE, plus=True)] = None
    matiere: Annotated[Reference | None, Enfant("Matiere", requis=True)] = None
    professeurs: Annotated[tuple[Participation, ...], Enfants("Professeur")] = ()
    classes: Annotated[tuple[Participation, ...], Enfants("Classe")] = ()
    parties: Annotated[tuple[Participation, ...], Enfants("PartieDeClasse")] = ()
    groupes: Annotated[tuple[Participation, ...], Enfants("Groupe")] = ()
    salles: Annotated[tuple[Participation, ...], Enfants("Salle")] = ()
    personnels: Annotated[tuple[Participation, ...], Enfants("Personnel", plus=True)] = ()
    materiels: Annotated[tuple[Participation, ...], Enfants("Materiel", plus=True)] = ()
    eleves: Annotated[tuple[Participation, ...], Enfants("Eleve", plus=True)] = ()


class ExportEmploiDuTemps(DocumentLu, frozen=True):
    """A whole file, records in its order; `remarques` is what was met and not understood."""

    entete: EnTete
    annee: AnneeScolaire
    grille: GrilleHoraire
    matieres: tuple[Matiere, ...] = ()
    professeurs: tuple[Professeur, ...] = ()
    classes: tuple[Classe, ...] = ()
    groupes: tuple[Groupe, ...] = ()
    salles: tuple[Salle, ...] = ()
    eleves: tuple[Eleve, ...] = ()
    cours: tuple[Cours, ...] = ()
    etablissements: tuple[Etablissement, ...] = ()
    personnels: tuple[Personnel, ...] = ()
    materiels: tuple[Materiel, ...] = ()
    responsables: tuple[Responsable, ...] = ()
    remarques: tuple[Remarque, ...] = ()


class Section(Struct, frozen=True):
    """A list of the file: its element, that of its records, their class, the field of the whole document."""

    nom: str
    element: str
    classe: type[Fiche]
    champ: str
    plus: bool = False


SECTIONS = (
    Section("Etablissements", "Etablissement", Etablissement, "etablissements", plus=True),
    Section("Matieres", "Matiere", Matiere, "matieres"),
    Section("Professeurs", "Professeur", Professeur, "professeurs"),
    Section("Personnels", "Personnel", Personnel, "personnels", plus=True),
    Section("Classes", "Classe", Classe, "classes"),
    Section("Groupes", "Groupe", Groupe, "groupes"),
    Section("Salles", "Salle", Salle, "salles"),
    Section("Materiels", "Materiel", Materiel, "materiels", plus=True),
    Section("Responsables", "Responsable", Responsable, "responsables", plus=True),
    Section("Eleves", "Eleve", Eleve, "eleves"),
    Section("Cours", "Cours", Cours, "cours"),
)
