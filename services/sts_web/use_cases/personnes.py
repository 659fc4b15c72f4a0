"""Finding one person of Ressources."""

from __future__ import annotations

from services.sts_web.use_cases import lecture
from services.sts_web.use_cases.lecture import PersonneVue
from shared.contracts.refus import Inconnu
from shared.persistence.unite import Unite


def ressource(u: Unite, uai: str, annee: int, numero: int) -> PersonneVue:
    """A person of the Ressources of a year. Raises `Inconnu` (PERSONNE_INCONNUE)."""
    for p in lecture.personnes(u, uai, annee)[0]:
        if p.id == numero:
            return p
    raise Inconnu(
        f"L'enseignant n° {numero} n'est pas dans les Ressources.",
        code="PERSONNE_INCONNUE",
        remede="Choisissez dans la liste des Ressources de l'année affichée.",
    )


def noms(u: Unite, uai: str, annee: int) -> dict[int, str]:
    """Number → name of everyone in Ressources or Services suppléants."""
    gens, suppleants = lecture.personnes(u, uai, annee)
    return {p.id: p.nom for p in [*suppleants, *gens]}


def nom(connus: dict[int, str], numero: int) -> str:
    """The name of a person, or his number when he has left."""
    return connus.get(numero, f"n° {numero}")
