"""The people and places of a generated school, as plain frozen values. No database, no file format.

Names of fields follow SIECLE (reference SIECLE sections 2 and 3); codes are those of shared/nomenclatures.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Origine = Literal["base", "affectation", "autre_eple", "hors_academie"]
"""How a pupil of year N reached the school: already in its base of N-1; by AFFELNET 6e; from another school of
the académie; from another académie or from abroad, typed by hand."""


class Adresse(Struct, frozen=True):
    """A postal address. `ligne1` and `ligne2` at most 38 characters; `departement` on 3; `pays` 100 = France.

    `id` is 0 for a school's own address, which is not one of the base's.
    """

    id: int
    ligne1: str
    ligne2: str | None
    code_postal: str
    commune_insee: str
    libelle_postal: str
    departement: str
    pays: str = "100"


class Etablissement(Struct, frozen=True):
    """A school. `denomination` is the kind (« COLLEGE »), `complement` its own name; `nature` as in the BCN."""

    uai: str
    sigle: str
    denomination: str
    complement: str
    nature: str
    categorie: str
    adresse: Adresse
    telephone: str
    mel: str
    code_academie: str
    secteur: str = "PU"
    contrat: str = "99"


class Option(Struct, frozen=True):
    """A pupil's option: its number (from 1), matière, modalité d'élection (O or F)."""

    rang: int
    matiere: str
    modalite: str


class Scolarite(Struct, frozen=True):
    """One year of a pupil in one school. `uai` and `division` may be unknown (None); `date_sortie`: he left."""

    annee: int
    uai: str | None
    mef: str
    division: str | None
    options: tuple[Option, ...]
    date_entree: date | None
    date_sortie: date | None = None
    motif_sortie: str | None = None


class Eleve(Struct, frozen=True):
    """A pupil. `scolarite` is year N (None for a leaver), `scolarite_precedente` year N-1.

    `ine` is None while the registry has not answered; `commune_naissance` (INSEE) is None for a birth abroad,
    which has `ville_naissance`; `adresse_id` is None when he lives with a responsable (`Lien.heberge`).
    `sexe`: "1" or "2"; `bourse`: "0" none, "1" to "3" échelon; `origine` is None for a leaver.
    """

    id: int
    ine: str | None
    elenoet: int
    nom: str
    nom_usage: str | None
    prenom: str
    prenom2: str | None
    prenom3: str | None
    sexe: str
    date_naissance: date
    pays_naissance: str
    departement_naissance: str | None
    commune_naissance: str | None
    ville_naissance: str | None
    nationalite: str
    adresse_id: int | None
    mel: str | None
    tel_portable: str | None
    regime: str
    bourse: str
    transport: bool
    doublement: bool
    provenance: str
    origine: Origine | None
    scolarite: Scolarite | None
    scolarite_precedente: Scolarite
    statut: str = "ST"


class Responsable(Struct, frozen=True):
    """A person in charge of pupils, once per real person. `doublon_de`: the fiche this one repeats (anomaly 4)."""

    id: int
    civilite: str
    nom: str
    nom_usage: str | None
    prenom: str
    adresse_id: int | None
    tel_personnel: str | None
    tel_portable: str | None
    tel_professionnel: str | None
    mel: str | None
    accepte_sms: bool
    communication_adresse: bool
    pcs: str
    doublon_de: int | None = None


class Lien(Struct, frozen=True):
    """A pupil's link to a person. `niveau`: "1" légal (two at most), "2" en charge, "3" à contacter."""

    eleve_id: int
    responsable_id: int
    parente: str
    niveau: str
    paie_frais: bool
    percoit_aides: bool
    heberge: bool
    contact_prioritaire: bool


class Activite(Struct, frozen=True):
    """Hours that are not lessons (« ARE »): code of types_ahe, weekly hours."""

    code: str
    heures: Decimal


class Agent(Struct, frozen=True):
    """Somebody who works in the school.

    `source`: "EPP" (teachers, direction, CPE, documentaliste) or "GI/GC" (ATSS). `heures_dues` is what he owes
    in this school each week, `activites` included; `partage`: he completes his service in another school.
    """

    id: int
    source: Literal["EPP", "GI/GC"]
    sexe: str
    civilite: str
    nom: str
    nom_usage: str | None
    prenom: str
    date_naissance: date
    fonction: str
    discipline: str | None
    grade: str | None
    support: str | None
    heures_dues: Decimal
    activites: tuple[Activite, ...]
    partage: bool
    mel: str


class Division(Struct, frozen=True):
    """A class of year `annee`. `niveau` 6 to 3; several `mefs` when multi-MEF; `effectif` pupils."""

    code: str
    libelle: str
    niveau: int
    annee: int
    mefs: tuple[str, ...]
    effectif: int


class Groupe(Struct, frozen=True):
    """A group of year N: its subject, members (pupil ids), the divisions and MEF they come from.

    Groups of one `barrette` are taught at the same time (None: the group stands alone).
    """

    code: str
    libelle: str
    matiere: str
    mefs: tuple[str, ...]
    divisions: tuple[str, ...]
    membres: tuple[int, ...]
    barrette: str | None = None


class Service(Struct, frozen=True):
    """A structure × matière × modalité: weekly hours the pupils receive, and (agent, his hours) pairs."""

    structure: str
    type_structure: Literal["D", "G"]
    matiere: str
    modalite: str
    heures: Decimal
    enseignants: tuple[tuple[int, Decimal], ...]
    co_enseignement: bool


class Besoins(Struct, frozen=True):
    """What the timetable software starts from: groups, services, professeur principal of each division."""

    groupes: tuple[Groupe, ...]
    services: tuple[Service, ...]
    professeurs_principaux: tuple[tuple[str, int], ...]


class ScolariteVoisine(Struct, frozen=True):
    """What the neighbouring school holds of a pupil: his place there, and his exit (None: still active)."""

    eleve_id: int
    uai: str
    mef: str
    division: str
    date_sortie: date | None
