"""The anomalies of the group-links import: rules, codes, effects and sentences of the compte rendu.

Source: reference SIECLE, section 9; procedures BEE-93 to BEE-104. The sentences of GROUPE_A_01 and
ELEGRP_A_03, of the two rules and of the « partiellement importés » label are those of the screens;
the others, which no guide shows, are ours (marked † in the procedures).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from shared.contracts.refus import Remarque


class Effet(Enum):
    """What an anomaly does."""

    ELEVE_REJETE = "élève rejeté"
    LIENS_DE_L_ELEVE_REJETES = "tous les liens de l'élève rejetés"
    LIEN_REJETE = "lien rejeté"
    DATE_REINITIALISEE = "lien conservé, date réinitialisée"


class TypeAnomalie(Enum):
    """The kinds BEE keeps of a pupil's outcome."""

    REJETE = "REJ"
    PARTIEL = "PAR"
    ABSENT = "ABS"
    MODIFIE = "MOD"


REGLES: Mapping[str, str] = MappingProxyType(
    {
        "GROUPE": "L'inscription de l'élève dans un groupe est invalide.",
        "ELEGRP": "Les dates d'inscription de l'élève dans un groupe sont invalides.",
        "REJELEGROUPE": "Les liens 'élève-groupe' de l'élève n'ont pas été importés.",
    }
)
LIBELLE_PARTIEL = "Liens 'élève-groupe' partiellement importés"


class Anomalie(Struct, frozen=True):
    """One code: its rule, its effect, the names of its parameters in order, its sentence, what to do."""

    code: str
    regle: str
    effet: Effet
    parametres: tuple[str, ...]
    phrase: str
    remede: str


_HORS_ANNEE = (
    "n'est pas incluse dans la période scolaire autorisée sur l'année en cours "
    "(du {annee_debut} au {annee_fin}). Celle-ci a été réinitialisée à {nouvelle}."
)
_CALENDRIER = (
    "Rien n'est à faire, le calendrier de SIECLE prévaut ; pour éviter ce message, accorder le calendrier du "
    "logiciel d'emploi du temps avec celui de SIECLE."
)
_IDENTITE = ("nom", "prenom", "date_naissance", "identifiant")
_ELEVE = 'L\'élève "{nom}" "{prenom}", né(e) le "{date_naissance}" (identifiant transmis : "{identifiant}")'

_ANOMALIES = (
    Anomalie(
        "REJELEGROUPE_01",
        "REJELEGROUPE",
        Effet.ELEVE_REJETE,
        _IDENTITE,
        f"{_ELEVE} n'a pas été trouvé dans la base élèves. Ses liens n'ont pas été importés.",
        "Mettre à jour les élèves du logiciel d'emploi du temps depuis SIECLE, puis refaire la remontée.",
    ),
    Anomalie(
        "REJELEGROUPE_02",
        "REJELEGROUPE",
        Effet.ELEVE_REJETE,
        (),
        "Un problème non identifié a empêché l'import des liens de l'élève.",
        "Refaire la remontée ; si le problème persiste, ouvrir un dossier d'assistance.",
    ),
    Anomalie(
        "REJELEGROUPE_03",
        "REJELEGROUPE",
        Effet.ELEVE_REJETE,
        _IDENTITE,
        f"{_ELEVE} a déjà été traité dans ce fichier, ou possède un homonyme. "
        "Ses liens n'ont pas été importés une seconde fois.",
        "Supprimer le doublon dans le logiciel d'emploi du temps, puis refaire la remontée.",
    ),
    Anomalie(
        "GROUPE_A_01",
        "GROUPE",
        Effet.LIEN_REJETE,
        ("groupe",),
        "Le groupe \"{groupe}\" n'est pas référencé. L'inscription de l'élève dans ce groupe a été rejetée.",
        "Si le groupe existe dans STS-Web, exporter à nouveau la structure vers SIECLE ; sinon l'y créer et "
        "le rattacher à un MEF, puis exporter. Déposer ensuite à nouveau le fichier.",
    ),
    Anomalie(
        "GROUPE_B_01",
        "GROUPE",
        Effet.LIENS_DE_L_ELEVE_REJETES,
        (),
        "L'élève n'est affecté à aucun MEF. Ses inscriptions dans des groupes ont été rejetées.",
        "Affecter l'élève à un MEF dans la base élèves, puis déposer à nouveau le fichier.",
    ),
    Anomalie(
        "GROUPE_B_02",
        "GROUPE",
        Effet.LIEN_REJETE,
        ("groupe", "mef"),
        'Le groupe "{groupe}" n\'est pas rattaché au MEF "{mef}" de l\'élève. '
        "L'inscription de l'élève dans ce groupe a été rejetée.",
        "Rattacher le groupe à ce MEF dans STS-Web, exporter la structure, puis redéposer le fichier.",
    ),
    Anomalie(
        "ELEGRP_A_01",
        "ELEGRP",
        Effet.DATE_REINITIALISEE,
        ("debut", "fin", "groupe", "nouvelle"),
        'La date de début "{debut}" n\'est pas antérieure à la date de fin "{fin}" du groupe "{groupe}". '
        "Celle-ci a été réinitialisée à {nouvelle}.",
        "Corriger les dates du groupe dans le logiciel d'emploi du temps, puis refaire la remontée.",
    ),
    Anomalie(
        "ELEGRP_A_02",
        "ELEGRP",
        Effet.DATE_REINITIALISEE,
        ("debut", "groupe", "annee_debut", "annee_fin", "nouvelle"),
        'La date de début "{debut}" du groupe "{groupe}" ' + _HORS_ANNEE,
        _CALENDRIER,
    ),
    Anomalie(
        "ELEGRP_A_03",
        "ELEGRP",
        Effet.DATE_REINITIALISEE,
        ("fin", "groupe", "annee_debut", "annee_fin", "nouvelle"),
        'La date de fin "{fin}" du groupe "{groupe}" ' + _HORS_ANNEE,
        _CALENDRIER,
    ),
)
CATALOGUE: Mapping[str, Anomalie] = MappingProxyType({a.code: a for a in _ANOMALIES})


def phrase(code: str, *valeurs: str) -> str:
    """The full sentence of an anomaly, as the pop-up of the compte rendu prints it.

    Arguments: `code`, of the catalogue; `valeurs`, one text per parameter, in the catalogue's order, dates
    as `JJ/MM/AAAA`. An empty `nouvelle` says that the date was emptied (BEE-103). Raises `KeyError` for an
    unknown code, `ValueError` when the number of values is not that of the parameters.
    """
    anomalie = CATALOGUE[code]
    remplies = dict(zip(anomalie.parametres, valeurs, strict=True))
    if "nouvelle" in remplies:
        nouvelle = remplies["nouvelle"]
        remplies["nouvelle"] = f'"{nouvelle}"' if nouvelle else "vide"
    return anomalie.phrase.format_map(remplies)


def joindre(valeurs: Sequence[str]) -> str:
    """The parameters of an anomaly as BEE stores them, joined by « ; »."""
    return ";".join(valeurs)


def remarque(code: str, *valeurs: str) -> Remarque:
    """The `Remarque` of an anomaly: code, sentence, what to do. Same arguments and errors as `phrase`."""
    return Remarque(code, phrase(code, *valeurs), remede=CATALOGUE[code].remede)


def libelle_ligne(codes: Sequence[str]) -> tuple[str, str]:
    """What the line of a pupil shows in the compte rendu: « Anomalie » and « Règle ».

    Arguments: `codes`, the anomalies of one pupil, at least one. One anomaly shows its rule's sentence,
    several show the « partiellement importés » label (BEE-97), under GROUPE if one of them is of that rule.
    Raises `ValueError` when `codes` is empty.
    """
    if not codes:
        raise ValueError("un élève sans anomalie n'a pas de ligne")
    regles = [CATALOGUE[code].regle for code in codes]
    if len(codes) == 1:
        return REGLES[regles[0]], regles[0]
    return LIBELLE_PARTIEL, "GROUPE" if "GROUPE" in regles else regles[0]
