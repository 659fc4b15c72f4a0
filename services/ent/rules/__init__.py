"""The rules of the ENT: profiles, the sequence of feeds, the life of an account. Pure functions.

Logins are in `logins`, the settings of a project in `modeles`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from shared.contracts.refus import FichierRefuse

INVITE = "invite"
"""Profile of a guest account, made by hand: no feed speaks of it (ENT-03)."""
PROFILS = ("eleve", "responsable", "enseignant", "autre", INVITE)
LIBELLES_PROFIL = {
    "eleve": "Élève",
    "responsable": "Responsable",
    "enseignant": "Enseignant",
    "autre": "Personnel",
    INVITE: "Invité",
}
LIBELLES_ETAT = {"a_activer": "À activer", "actif": "Actif", "desactive": "Désactivé", "purge": "Supprimé"}
VIVANTS = ("a_activer", "actif")

PROFILS_DE_CATEGORIE = {"Eleve": ("eleve",), "PersRelEleve": ("responsable",), "PersEducNat": ("enseignant", "autre")}
"""Which accounts a category of the feed speaks of."""

LIBELLES_LIEN = {
    10: "mère",
    20: "père",
    37: "fratrie",
    38: "ascendant",
    39: "autre membre de la famille",
    41: "éducateur",
    42: "assistant familial",
    43: "garde d'enfant",
    50: "tuteur",
    51: "aide sociale à l'enfance",
    70: "l'élève lui-même",
    90: "autre lien",
}
"""What a responsable is to a pupil, as pages say it (codes of ENTElevePersRelEleve)."""

FONCTIONS_ENSEIGNANTES = frozenset({"ENS", "DOC"})


def profil_personnel(enseignant: bool | None, devant_eleves: bool | None, fonctions: Collection[str]) -> str:
    """`enseignant` or `autre`, for a member of staff.

    Arguments: `enseignant`, ENTPersonCategorieEnseignant; `devant_eleves`; `fonctions`, function codes.
    When the first is unknown, the others tell (reference aaf.md §7.1).
    """
    if enseignant is None:
        enseignant = bool(devant_eleves) or bool(FONCTIONS_ENSEIGNANTES & set(fonctions))
    return "enseignant" if enseignant else "autre"


# --- the sequence of feeds -----------------------------------------------------------------------------------------


class FluxRefuse(FichierRefuse):
    """A feed refused whole.

    Codes: FLUX_PERIME, FLUX_TROU, DELTA_SANS_COMPLET, DELTA_NON_LU, FLUX_TRONQUE, FLUX_DIFFERENT, FLUX_VIDE,
    FLUX_SANS_TYPE, FLUX_AUTRE_DEGRE.
    """

    code = "FLUX_REFUSE"


ATTENDRE_COMPLET = "Rien n'est à faire : la prochaine alimentation complète remettra l'ENT à jour."


class Suite(Struct, frozen=True):
    """How far an ENT was fed: number of the last feed applied (0: none), its day (None: never fed).

    `complets_seuls`: it takes no delta.
    """

    numero: int
    jour: date | None
    complets_seuls: bool = False


def juger_flux(suite: Suite, complet: bool, numero: int | None, jour: date | None) -> None:
    """Whether a feed may be applied after `suite`. Raises `FluxRefuse`.

    Arguments: `numero`, given by the AAF (None: a feed imported by hand, dated only); `jour`, day of its files
    (None: not known yet). A delta must follow the last feed without a gap; a complete one only has to be newer.
    """
    genre = "complète" if complet else "Delta"
    if numero is not None and numero <= suite.numero:
        raise FluxRefuse(
            f"L'alimentation n° {numero} est périmée : l'ENT en est au n° {suite.numero}.",
            code="FLUX_PERIME",
            remede="Ne la présentez pas à nouveau : l'ENT est déjà plus à jour qu'elle.",
        )
    if not complet and suite.complets_seuls:
        raise FluxRefuse(
            "Cet ENT ne lit que des alimentations complètes : un Delta n'y est pas pris.",
            code="DELTA_NON_LU",
            remede="Demandez une alimentation complète, ou des complètes chaque nuit (AAF : Projets).",
        )
    if not complet and suite.jour is None:
        raise FluxRefuse(
            "Une alimentation Delta est arrivée avant toute alimentation complète.",
            code="DELTA_SANS_COMPLET",
            remede=ATTENDRE_COMPLET,
        )
    if not complet and numero is not None and numero != suite.numero + 1:
        raise FluxRefuse(
            f"L'alimentation Delta n° {numero} ne suit pas la n° {suite.numero} : la n° {suite.numero + 1} manque.",
            code="FLUX_TROU",
            remede=ATTENDRE_COMPLET,
        )
    if jour is None or suite.jour is None:
        return
    if jour < suite.jour or (jour == suite.jour and not complet and numero is None):
        raise FluxRefuse(
            f"L'alimentation {genre} du {jour:%d/%m/%Y} est périmée : l'ENT en est au {suite.jour:%d/%m/%Y}.",
            code="FLUX_PERIME",
            remede="Présentez les alimentations dans l'ordre de leurs dates.",
        )


PREMIER_DEGRE, SECOND_DEGRE = "1D", "2D"
DEGRES = {SECOND_DEGRE: "second degré", PREMIER_DEGRE: "premier degré"}
"""The degree of a project, told by the first feed that holds records."""


def juger_degre(projet: str, deja: str, lu: str) -> None:
    """Whether a record of the degree `lu` (2D or 1D) may come: after those of `deja` in the same feed, in a project of
    degree `projet` ("": none yet).

    Raises `FluxRefuse`: a complete feed of one degree would deactivate everybody of the other.
    """
    if deja in ("", lu):
        return
    if projet:
        phrase = f"L'alimentation contient des fiches du {DEGRES[lu]} : cet ENT est du {DEGRES[projet]}."
    else:
        phrase = "L'alimentation mêle des fiches du premier et du second degré."
    raise FluxRefuse(
        phrase,
        code="FLUX_AUTRE_DEGRE",
        remede=f"Ouvrez un autre projet d'ENT pour le {DEGRES[lu]}, et donnez-lui une alimentation de ce seul degré.",
    )


# --- the end of an account -----------------------------------------------------------------------------------------


def jour_purge(desactive_le: datetime, jours: int, fuseau: ZoneInfo) -> date:
    """The local day on which a deactivated account is deleted: `jours` days after (ENT-13, ENT-14)."""
    return desactive_le.astimezone(fuseau).date() + timedelta(days=jours)


def seuil_purge(maintenant: datetime, jours: int, fuseau: ZoneInfo) -> datetime:
    """Accounts deactivated before this instant are deleted now: whole local days count, whatever the clock change."""
    lendemain = maintenant.astimezone(fuseau).date() - timedelta(days=jours - 1)
    return datetime.combine(lendemain, time(0), fuseau)


# --- what an import says -------------------------------------------------------------------------------------------

LIGNES: dict[str, tuple[str, str]] = {
    "FICHE_SANS_NOM": (
        "La fiche n'a pas de nom ou pas de prénom : aucun compte n'est créé.",
        "Compléter la fiche dans SIECLE ou STS-Web (ONDE, pour une école).",
    ),
    "FICHE_ILLISIBLE": (
        "Une valeur de la fiche n'est pas lisible : la fiche est laissée de côté.",
        "Signaler cette fiche à l'émetteur de l'alimentation.",
    ),
    "MODIFICATION_INCONNUE": (
        "Modification d'une personne que l'ENT ne connaît pas, sans son nom : elle est laissée de côté.",
        "Attendre la prochaine alimentation complète.",
    ),
    "FICHE_EN_DOUBLE": (
        "L'identifiant vient plusieurs fois dans l'alimentation : la dernière fiche compte.",
        "Signaler cette fiche à l'émetteur de l'alimentation.",
    ),
    "STRUCTURE_INCONNUE": (
        "L'établissement cité n'est pas dans l'alimentation.",
        "Vérifier le périmètre du projet auprès de l'académie.",
    ),
    "CLASSE_NON_DECLAREE": (
        "La classe citée n'est pas déclarée par l'établissement : le compte existe, sans cette classe.",
        "Vérifier dans STS-Web que la division existe, puis faire Exports > Structure.",
    ),
    "GROUPE_NON_DECLARE": (
        "Le groupe cité n'est pas déclaré par l'établissement : le compte existe, sans ce groupe.",
        "Vérifier dans STS-Web que le groupe existe, puis faire Exports > Structure.",
    ),
    "RESPONSABLE_ABSENT": (
        "Le responsable cité par l'élève n'a pas de compte.",
        "Vérifier la fiche du responsable dans SIECLE (ONDE, pour une école).",
    ),
    "MATIERE_INCONNUE": (
        "La matière citée n'est pas dans la nomenclature de l'alimentation : son code est affiché.",
        "Signaler ce code à l'académie.",
    ),
    "CATEGORIE_ABSENTE": (
        "L'alimentation complète n'a aucun fichier de cette catégorie : aucun compte n'en est retiré.",
        "Demander à nouveau l'alimentation si ce n'est pas voulu.",
    ),
}
"""Code of a line of an import → what it says, what to do."""
