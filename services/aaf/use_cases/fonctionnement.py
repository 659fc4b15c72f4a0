"""How the AAF is fed and feeds: the stops of the chain at the hours of this bac, and when today's data arrive.

Source: procedures AAF-01 to AAF-06, AAF-12; the drawings of guides 000 (§1, §2.12), 001 (p. 1), 002 (figure 1) and
004 (§2), whose pictures are lost; architecture, "Nights".
"""

from __future__ import annotations

from datetime import datetime, time

from msgspec import Struct

from shared.horloge.horloge import instant_fr
from shared.horloge.nuits import horaire
from shared.persistence.unite import Unite

DESSINS = (
    ("« Chronologie générale des étapes requises pour alimenter l'ENT »", "guide 000, §1, et l'étape 2.12"),
    ("Récapitulation des échanges, mécanismes (1) à (10)", "guide 001, p. 1"),
    ("« Mise en oeuvre de l'alimentation MENESR dans une académie »", "guide 002, figure 1"),
    ("« Schéma du fonctionnement global »", "guide 004, §2, figure 1"),
)
"""The drawings that the map follows, and where they stand."""
_EXPORTS = {
    "via_bee": "Structure et services passent par SIECLE, tels que STS-Web les a exportés en dernier.",
    "sts_direct": "La structure passe par SIECLE, les services viennent de STS-Web : toujours le dernier export.",
}


class Halte(Struct, frozen=True):
    """A stop: the hour of its batch (None: on the spot), from whom to whom, what passes."""

    heure: time | None
    de: str
    vers: str
    quoi: str


class Fonctionnement(Struct, frozen=True):
    """The stops in order, and when what goes up today arrives (`arrivee`, in words)."""

    haltes: tuple[Halte, ...]
    arrivee: str


def fonctionnement(u: Unite) -> Fonctionnement:
    """The chain as this bac lives it."""
    nuits = horaire(u.profil)

    def heure(nom: str) -> time:
        return nuits.creneau(nom).heure

    exports = f"Exports > Structure et > Services. {_EXPORTS[u.profil.aaf_chemin_services]}"
    haltes = (
        Halte(None, "STS-Web", "SIECLE", exports),
        Halte(heure("remontee_bee"), "SIECLE", "AAF", "Élèves et responsables, divisions et liens élève-groupe."),
        Halte(heure("remontee_sts"), "STS-Web", "AAF", "Enseignants des Ressources et ce qu'ils enseignent."),
        Halte(
            heure("remontee_rectorat"), "Rectorat", "AAF", "Établissements, direction, vie scolaire, agents de GI/GC."
        ),
        Halte(
            heure("aaf_integration"),
            "AAF",
            "AAF",
            "Remontées de la veille intégrées, exclusions dites.",
        ),
        Halte(heure("aaf_alimentation"), "AAF", "ENT", "Une alimentation par projet, complète ou delta."),
        Halte(heure("ent_alimentation"), "ENT", "ENT", "Comptes, classes et groupes sont mis à jour."),
    )
    trajet = nuits.trajet(u.maintenant, u.horloge.fuseau, depuis="remontee_bee")
    arrivee: datetime = trajet[-1].instant
    return Fonctionnement(haltes, instant_fr(arrivee, u.horloge.fuseau))
