"""Fiches élèves: recherche avancée, suppression, impacts of new nomenclatures."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.api.messages import Corps, fiche_json
from services.siecle_bee.use_cases import bases, impacts, modification, recherche_avancee
from services.siecle_bee.use_cases.recherche_avancee import Criteres
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(BASE + "/recherche-avancee")
def rechercher(
    u: Lecture,
    uai: str,
    millesime: int,
    mef: str = "",
    division: str = "",
    groupe: str = "",
    option: str = "",
    regime: str = "",
    sexe: Literal["", "1", "2"] = "",
    motif_sortie: str = "",
    origine: str = "",
    manque: str = "",
    complexe: Literal["", "hors", "parcours"] = "",
    code_postal: str = "",
    scolarise: bool | None = None,
    sorti: bool | None = None,
    boursier: bool | None = None,
    redoublant: bool | None = None,
    ine: bool | None = None,
    ne_du: date | None = None,
    ne_au: date | None = None,
    entree_du: date | None = None,
    entree_au: date | None = None,
    sortie_du: date | None = None,
    sortie_au: date | None = None,
) -> list[dict[str, Any]]:
    """Fiches élèves > Recherche avancée; `motif_sortie`: a code or `imprecis`; `ine`: whether it was given."""
    criteres = Criteres(
        mef=mef,
        division=division,
        groupe=groupe,
        option=option,
        regime=regime,
        sexe=sexe,
        motif_sortie=motif_sortie,
        origine=origine,
        manque=manque,
        complexe=complexe,
        code_postal=code_postal,
        scolarise=scolarise,
        sorti=sorti,
        boursier=boursier,
        redoublant=redoublant,
        ine=ine,
        ne=(ne_du, ne_au),
        entree=(entree_du, entree_au),
        sortie=(sortie_du, sortie_au),
    )
    return [fiche_json(f) for f in recherche_avancee.rechercher(u, bases.base(u, uai, millesime), criteres)]


class SuppressionCorps(Corps):
    """The fiches to delete."""

    eleve_ids: list[int]


@routeur.post(BASE + "/suppression")
def supprimer(u: Ecriture, uai: str, millesime: int, corps: SuppressionCorps) -> dict[str, int]:
    """Fiches élèves > Suppression, all of them or none."""
    return {"supprimees": modification.supprimer_plusieurs(u, bases.base(u, uai, millesime), corps.eleve_ids)}


@routeur.get(BASE + "/impact-fermeture-mef")
def fermeture_mef(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Impact fermeture MEF: the pupils of a MEF that closes. Another MEF is given by `/saisie-en-masse`."""
    return [
        {
            "eleve_id": t.lue.eleve.eleve_id,
            "nom": t.lue.eleve.nom,
            "prenom": t.lue.eleve.prenom,
            "division": t.lue.eleve.division,
            "mef": t.mef,
            "libelle": t.libelle,
            "propose": t.propose,
            "raison": t.raison,
        }
        for t in impacts.eleves_touches(u, bases.base(u, uai, millesime))
    ]


@routeur.get(BASE + "/impact-communes")
def communes(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Impact communes modifiées: the addresses in a commune that no longer exists."""
    return [
        {
            "adresse_id": t.adresse.adresse_id,
            "ligne1": t.adresse.ligne1,
            "code_postal": t.adresse.code_postal,
            "commune": t.adresse.commune,
            "commune_actuelle": t.fusion.nouveau_nom,
            "code_actuel": t.fusion.nouveau,
            "depuis": t.fusion.le,
            "personnes": list(t.habitants),
        }
        for t in impacts.adresses_touchees(u, bases.base(u, uai, millesime))
    ]


class AdressesCorps(Corps):
    """The addresses to bring up to date."""

    adresse_ids: list[int]


@routeur.post(BASE + "/impact-communes")
def changer_communes(u: Ecriture, uai: str, millesime: int, corps: AdressesCorps) -> dict[str, int]:
    """Write the present commune in these addresses."""
    return {"modifiees": impacts.mettre_a_jour_communes(u, bases.base(u, uai, millesime), corps.adresse_ids)}
