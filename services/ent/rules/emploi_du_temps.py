"""The rules of the timetable in the ENT: the assistant's questions, the piloting they choose, who matches whom.

Source: guide 003 §4.1.2 and §5.2.1 (texts of the screens); ENT-25 to ENT-39, ENT-16 and EDT-47.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

# --- what the screens say ------------------------------------------------------------------------------------------

ASSISTANT = (
    "L'assistant d'import d'emploi du temps vous guide pas à pas afin d'importer les données de vie scolaire à partir "
    "de logiciels dédiés. Selon les réponses fournies, il vous sera demandé de fournir un ou plusieurs fichiers "
    "nécessaires à l'import des données de vie scolaire. Les questions portent sur le logiciel d'emploi du temps "
    "utilisé dans votre établissement, et sur la manière dont les groupes et classes sont gérés dans votre "
    "établissement."
)
IMPORT = (
    "Votre situation permet d'importer une partie ou la totalité des données de vie scolaire à partir de fichiers déjà "
    'existants. Veuillez fournir le(s) fichier(s) demandé(s) ci-dessous. Cliquez ensuite sur "valider".'
)
SUIVANTS = (
    "Les informations ci-dessous reprennent les paramètres du dernier import d'emploi du temps. Vous pouvez "
    'sélectionner un fichier et procéder à la mise à jour de vos données de vie scolaire en cliquant sur "valider". '
    "Vous pouvez également modifier directement les paramètres ou lancer l'assistant d'import d'emploi du temps."
)
ATTENTION = (
    "Attention : l'import d'un fichier d'emploi du temps supprime toutes les données ajoutées ou modifiées "
    "manuellement depuis votre dernier import."
)
PILOTAGE_CHANGE = "Pour modifier ce mode de pilotage, vous pouvez lancer l'assistant d'import emploi du temps."

LOGICIELS = ("EDT",)
VERSIONS = ("EDT 2020",)
CREES_DANS = ("EDT", "STS")
PEUPLES_DANS = ("EDT", "Ailleurs")
QUESTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("logiciel", "Logiciel utilisé", tuple((x, x) for x in LOGICIELS)),
    ("version", "Version", tuple((x, x) for x in VERSIONS)),
    ("agricole", "Établissement agricole", (("oui", "Oui"), ("non", "Non"))),
    (
        "groupes",
        "Les groupes (sous-groupes de classe, groupes d'option) utilisés dans le logiciel d'emploi du temps sont "
        "créés dans",
        tuple((x, x) for x in CREES_DANS),
    ),
    ("peuplement", "Groupes et classes sont peuplés dans", tuple((x, x) for x in PEUPLES_DANS)),
)
"""Name of each question, its words, its answers (value, label), in the order of the screen (ENT-29)."""


class Pilotage(Struct, frozen=True):
    """What a pair of answers chooses. `guide`: a guide shows it; the three other pairs are ours (ENT-30)."""

    option: int
    libelle: str
    fonctionnement: tuple[str, ...]
    guide: bool

    @property
    def cree_groupes(self) -> bool:
        """The ENT makes a group of its own for each group of the timetable."""
        return self.option in (1, 2)

    @property
    def peuple(self) -> bool:
        """Pupils of classes and groups are those of the timetable."""
        return self.option in (2, 3)


_IMPORTE = "L'emploi du temps est importé"
_CREE = "Un groupe piloté par l'ENT est créé pour chaque groupe d'option importé du logiciel d'emploi du temps."
_PEUPLE = "Le peuplement des groupes et classes est basé sur l'emploi du temps."
_UTILISE = "Ces groupes sont utilisés comme données de vie scolaire."
_ENSEIGNANTS = "Les enseignants peuvent peupler d'élèves les groupes auxquels ils appartiennent."
_ANNUAIRE = "Les groupes d'option sont ceux de STS, arrivés par l'annuaire : aucun groupe n'est créé."

PILOTAGES: dict[tuple[str, str], Pilotage] = {
    ("EDT", "Ailleurs"): Pilotage(
        1,
        "Option 1 : utilisation des groupes issus de l'emploi du temps sans peuplement dans le logiciel d'emploi du "
        "temps",
        (_IMPORTE, _CREE, "Le peuplement des groupes n'est pas importé.", _UTILISE, _ENSEIGNANTS),
        False,
    ),
    ("EDT", "EDT"): Pilotage(
        2,
        "Option 2 : utilisation des groupes issus de l'emploi du temps avec peuplement dans le logiciel d'emploi du "
        "temps",
        (_IMPORTE, _CREE, _PEUPLE, _UTILISE, _ENSEIGNANTS),
        True,
    ),
    ("STS", "EDT"): Pilotage(
        3,
        "Option 3 : utilisation des groupes issus de STS avec peuplement dans le logiciel d'emploi du temps",
        (_IMPORTE, _ANNUAIRE, _PEUPLE, _UTILISE),
        False,
    ),
    ("STS", "Ailleurs"): Pilotage(
        4,
        "Option 4 : utilisation des groupes issus de STS sans peuplement dans le logiciel d'emploi du temps",
        (_IMPORTE, _ANNUAIRE, "Le peuplement des groupes et classes est celui de l'annuaire."),
        False,
    ),
}
"""By where groups are made and where they are peopled."""


def pilotage(option: int) -> Pilotage:
    """The piloting of that number."""
    return next(p for p in PILOTAGES.values() if p.option == option)


# --- differences between a timetable and the accounts --------------------------------------------------------------

ECARTS: dict[str, tuple[str, str]] = {
    "COMPTE_ABSENT": (
        "Aucun compte de l'ENT ne correspond.",
        "Attendre 48 h si la personne vient d'arriver dans SIECLE ou STS-Web ; sinon corriger son nom dans EDT.",
    ),
    "COMPTE_DESACTIVE": (
        "Le seul compte de l'ENT qui corresponde est désactivé.",
        "Vérifier la fiche dans SIECLE ou STS-Web : le compte revient avec elle.",
    ),
    "COMPTE_EN_DOUBLE": (
        "Plusieurs comptes de l'ENT portent cette identité, désactivés compris : le rapprochement est impossible.",
        "Fusionner le doublon dans SIECLE, puis attendre la suppression du compte désactivé.",
    ),
    "CLASSE_INCONNUE": (
        "L'ENT n'a pas de classe de ce nom.",
        "Donner à la classe le même nom dans EDT, STS-Web et SIECLE ; ne pas la renommer en cours d'année.",
    ),
    "GROUPE_INCONNU": (
        "L'ENT n'a pas de groupe de ce nom, et le pilotage choisi utilise ceux de STS.",
        "Importer le fichier d'EDT dans STS-Web et faire Exports > Structure, ou relancer l'assistant.",
    ),
    "GROUPE_SANS_ELEVE": (
        "Aucun élève du groupe n'est dans le fichier.",
        "Inscrire les élèves dans le groupe, dans EDT, puis refaire l'export.",
    ),
    "COURS_SANS_ENSEIGNANT": (
        "Le cours n'a aucun enseignant rapproché : il manque dans l'emploi du temps de celui-ci.",
        "Rapprocher l'enseignant, ou rendre le cours non exportable dans EDT.",
    ),
    "COURS_SANS_PUBLIC": (
        "Le cours n'a ni classe ni groupe connu de l'ENT : il n'est pas affiché.",
        "Corriger le cours dans EDT, ou le rendre non exportable.",
    ),
    "LIEN_ROMPU": (
        "Le fichier désigne un objet qu'il ne contient pas : cette ligne est laissée de côté.",
        "Refaire l'export depuis EDT.",
    ),
}
"""Code of a difference → what it says, what to do."""


class CompteVu(Struct, frozen=True):
    """An account, as far as matching goes. `etat` is one of a_activer, actif, desactive."""

    aaf_id: int
    etat: str
    login: str | None


VIVANTS = ("a_activer", "actif")


def rapprocher(designes: Iterable[CompteVu], identite: Iterable[CompteVu]) -> CompteVu | str:
    """The account of a person of the timetable, or the code of why there is none (ENT-16, EDT-47, ENT-27).

    Arguments: `designes`, accounts that bear the person's own number (none when the file gives no number);
    `identite`, accounts of the school, deactivated ones included, that bear the same identity. Any second account
    of one identity, even deactivated, forbids the matching.
    """
    trouves = {c.aaf_id: c for c in (*designes, *identite)}
    if len(trouves) > 1:
        return "COMPTE_EN_DOUBLE"
    if not trouves:
        return "COMPTE_ABSENT"
    (seul,) = trouves.values()
    return seul if seul.etat in VIVANTS else "COMPTE_DESACTIVE"


# --- weeks ---------------------------------------------------------------------------------------------------------


def jours_du_cours(semaines: int, jour: int, semaine1: date, debut: date, fin: date) -> Iterator[date]:
    """The dates of a course between two days, both included. `semaines`: mask (bit n = week n), `jour`: 1 is Monday."""
    lundi, numero = semaine1, 1
    while semaines >> numero:
        ici = lundi + timedelta(days=jour - 1)
        if semaines >> numero & 1 and debut <= ici <= fin:
            yield ici
        lundi, numero = lundi + timedelta(weeks=1), numero + 1
