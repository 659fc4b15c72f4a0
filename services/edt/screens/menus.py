"""The menu bars, as the screens of EDT 2013 and 2017, and of PRONOTE 2017, show them (EDT-02 to EDT-06)."""

from __future__ import annotations

from msgspec import Struct

SANS_EFFET = "Sans effet dans la chaîne : cette entrée n'est pas simulée."

ETABLISSEMENT = "{uai}"
"""Label of an entry that bears the school's UAI."""


class EntreeMenu(Struct, frozen=True):
    """An entry: `chemin` under the base (or under the application when `hors_base`), None when it is inert."""

    libelle: str
    chemin: str | None = None
    enfants: tuple[EntreeMenu, ...] = ()
    hors_base: bool = False


def _inertes(*libelles: str) -> tuple[EntreeMenu, ...]:
    return tuple(EntreeMenu(x) for x in libelles)


STSWEB = EntreeMenu(
    "Avec STSWEB",
    enfants=(
        EntreeMenu("Construire une base", "#construire", hors_base=True),
        EntreeMenu("Importer les données d'un autre établissement"),
        EntreeMenu("Récupérer les données", "imports/sts"),
        EntreeMenu("Établir les correspondances", "correspondances"),
        EntreeMenu("Exporter vers STSWEB", "exports/sts"),
    ),
)
SIECLE = EntreeMenu(
    "Avec SIECLE",
    enfants=(
        EntreeMenu("Récupérer les données des élèves", "imports/siecle"),
        EntreeMenu("Récupérer les codifications", "imports/codifications"),
        *_inertes("Exporter les élèves"),
        EntreeMenu("Exporter les liens élèves/groupes", "exports/liens"),
    ),
)
COPIE = EntreeMenu("Créer une copie de la base", "copie")
BASE_2013 = (
    COPIE,
    *_inertes("Archiver et compacter la base..."),
    EntreeMenu(
        "IMPORTS / EXPORTS",
        enfants=(
            STSWEB,
            SIECLE,
            EntreeMenu("Vers les socles ENT", "exports/ent"),
            *_inertes("Depuis EDT", "Autres"),
        ),
    ),
    *_inertes(
        "Utilitaires",
        "Administration des utilisateurs...",
        "Afficher la liste des utilisateurs connectés",
        "Changer de connexion",
    ),
    EntreeMenu("Se connecter à une autre base...", "", hors_base=True),
    *_inertes(
        "Liste des sauvegardes et archives",
        "Imprimer...",
        "Imprimer le bulletin d'inscription pour l'envoi de SMS...",
    ),
    EntreeMenu("Quitter", "", hors_base=True),
)
BASE_2017 = (
    EntreeMenu("Ouvrir une base", "", hors_base=True),
    *_inertes("Rouvrir une base", "Récupérer une base compactée"),
    EntreeMenu("Nouvelle base", "#construire", hors_base=True),
    *_inertes("Enregistrer", "Enregistrer sous"),
    COPIE,
    *_inertes("Archiver et compacter une base"),
    STSWEB,
    SIECLE,
    EntreeMenu("Avec PRONOTE", "pronote"),
    EntreeMenu("Avec PRONOTE HEBERGE", "pronote/hebergement"),
)
PLACEMENT = EntreeMenu("Placement", enfants=(EntreeMenu("Lancer un placement automatique", "emploi-du-temps"),))
RESOLUTEUR = EntreeMenu("Résoluteur", enfants=(EntreeMenu("Lancer le résoluteur", "emploi-du-temps#resoluteur"),))
"""The guides do not show what « Résoluteur » unfolds: its entry is ours."""

SOCLES = EntreeMenu(
    "Imports/Exports",
    enfants=(
        EntreeMenu(
            "Socles ENT",
            enfants=(
                EntreeMenu("Export manuel", "exports/ent"),
                EntreeMenu("Export automatique", "exports/ent/automatique"),
                EntreeMenu("Rapprochement des identités", "imports/identites-ent"),
            ),
        ),
    ),
)
BARRE_2017 = (
    EntreeMenu("Fichier", enfants=BASE_2017),
    *_inertes("Éditer", "Extraire", "Verrous"),
    PLACEMENT,
    RESOLUTEUR,
    *_inertes("Optimiser", "Mes préférences", "Paramètres", "Internet", "Assistance"),
)


def _par_etablissement(libelle: str, chemin: str | None = None) -> EntreeMenu:
    """An entry of PRONOTE that opens the list of établissements of the base: there is one (EDT-06)."""
    return EntreeMenu(libelle, enfants=(EntreeMenu(ETABLISSEMENT, chemin),))


PRONOTE = (
    EntreeMenu(
        "Fichier",
        enfants=(
            EntreeMenu("Initialiser la base", "imports/preparation"),
            COPIE,
            *_inertes("Archiver et compacter la base"),
            EntreeMenu("Préparer l'année suivante", "exports/preparation"),
            *_inertes("Consulter une base enregistrée sur ce poste"),
            EntreeMenu(
                "SIECLE",
                enfants=(
                    _par_etablissement("Récupérer les données des élèves", "imports/siecle"),
                    _par_etablissement("Récupérer les attestations ASSR"),
                    _par_etablissement("Mettre à jour les codifications", "imports/codifications"),
                    _par_etablissement("Récupérer les identifiants des élèves (pour les exports vers LSU/LSL)"),
                    _par_etablissement("Exporter les élèves"),
                    _par_etablissement("Exporter les liens élèves/groupes", "exports/liens"),
                    _par_etablissement("Exporter les absences pour l'enquête ministérielle"),
                    _par_etablissement("Exporter la vie de l'établissement (NetSynchro)"),
                    _par_etablissement("Gestion du certificat NetSynchro", "netsynchro"),
                ),
            ),
            *_inertes("STSWEB"),
            EntreeMenu("EDT", ""),
            *_inertes("Autres EDT", "HYPERPLANNING"),
            EntreeMenu("PRONOTE hébergé", "pronote/hebergement"),
            *_inertes("LSL/LSU/ONDE", "CYCLADES"),
            *_inertes("AUTRES APPLICATIFS"),
        ),
    ),
    *_inertes("Éditer", "Extraire", "Paramètres", "Serveur", "Assistance"),
)
"""The menu bar of PRONOTE 2017 (EDT-05): entries outside the chain are inert."""

MENUS: dict[str, tuple[EntreeMenu, ...]] = {
    "2013": (
        EntreeMenu("Fichier", enfants=BASE_2013),
        *_inertes("Éditer", "Extraire"),
        PLACEMENT,
        *_inertes("Assistance"),
    ),
    "2018": BARRE_2017,
    "2021": (BARRE_2017[0], SOCLES, *BARRE_2017[1:]),
    "2023": (BARRE_2017[0], SOCLES, *BARRE_2017[1:]),
}
"""By look of the profile. « Imports/Exports » is of EDT 2022 (EDT-45): the screens of 2017 have it not."""
