"""Fiches élèves: recherche, fiche, création, MAJ, saisie en masse, fiches bloquantes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Query

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.api.messages import (
    COLONNES_DETAIL,
    FicheCorps,
    GroupeCorps,
    LigneSaisieCorps,
    fiche_json,
    responsable_json,
)
from services.siecle_bee.models import BaseEleves
from services.siecle_bee.use_cases import bases, fiche_complete, fiches, groupes, modification
from services.siecle_bee.use_cases.fiches import Recherche
from shared.contracts.echanges import DossierEleveMsg
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur()


@routeur.get(BASE + "/eleves")
def rechercher(
    u: Lecture,
    uai: str,
    millesime: int,
    nom: str = "",
    prenom: str = "",
    division: str = "",
    etat: str = "",
    scolarise: bool | None = None,
    limite: int = Query(1000, ge=1, le=5000),
) -> list[dict[str, Any]]:
    """Fiches élèves > Recherche et MAJ. `etat`: complet, a_completer or sorti."""
    criteres = Recherche(nom=nom, prenom=prenom, division=division, etat=etat, scolarise=scolarise)
    return [fiche_json(f) for f in fiches.rechercher(u, bases.base(u, uai, millesime), criteres)[:limite]]


@routeur.post(BASE + "/eleves", status_code=201)
def creer(u: Ecriture, uai: str, millesime: int, dossier: Annotated[DossierEleveMsg, Body()]) -> dict[str, Any]:
    """Création: a fiche typed in full. Search by name first: a pupil of the académie is imported, not typed."""
    b = bases.base(u, uai, millesime)
    creation = modification.creer(u, b, dossier)
    return _fiche(u, b, next(iter(creation.crees.values())))


@routeur.get(BASE + "/eleves/{eleve_id}")
def fiche(u: Lecture, uai: str, millesime: int, eleve_id: int) -> dict[str, Any]:
    """A fiche: identity, responsables, scolarité, options, groups, and what it lacks."""
    return _fiche(u, bases.base(u, uai, millesime), eleve_id)


def _fiche(u: Unite, b: BaseEleves, eleve_id: int) -> dict[str, Any]:
    f = fiche_complete.lire(u, b, eleve_id)
    return (
        fiche_json(f.jugee.lue)
        | {nom: getattr(f.jugee.lue.eleve, nom) for nom in COLONNES_DETAIL}
        | {
            "adresse": f.adresse.valeurs(),
            "responsables": [responsable_json(lien, p) for lien, p in f.responsables],
            "options": [{"rang": o.rang, "matiere": o.matiere, "modalite": o.modalite} for o in f.options],
            "groupes": [
                {"code": li.groupe, "debut": li.debut, "fin": li.fin, "depot": li.depot_id} for li in f.groupes
            ],
            "remonte": not f.jugee.retenues,
            "retenues": [{"code": r.code, "raison": r.raison, "remede": r.remede} for r in f.jugee.retenues],
        }
    )


@routeur.patch(BASE + "/eleves/{eleve_id}")
def modifier(u: Ecriture, uai: str, millesime: int, eleve_id: int, corps: FicheCorps) -> dict[str, Any]:
    """« Compléter »: change a fiche; `date_sortie` with `motif_sortie` déscolarise the pupil."""
    b = bases.base(u, uai, millesime)
    modification.modifier(u, b, eleve_id, corps.changements())
    return _fiche(u, b, eleve_id)


@routeur.delete(BASE + "/eleves/{eleve_id}", status_code=204)
def supprimer(u: Ecriture, uai: str, millesime: int, eleve_id: int) -> None:
    """Fiches élèves > Suppression."""
    modification.supprimer(u, bases.base(u, uai, millesime), eleve_id)


@routeur.post(BASE + "/eleves/{eleve_id}/groupes", status_code=201)
def mettre_dans_groupe(u: Ecriture, uai: str, millesime: int, eleve_id: int, corps: GroupeCorps) -> dict[str, Any]:
    """Put a pupil in a group by hand: lost at the next import of links."""
    b = bases.base(u, uai, millesime)
    groupes.inscrire(u, b, eleve_id, corps.groupe)
    return _fiche(u, b, eleve_id)


@routeur.delete(BASE + "/eleves/{eleve_id}/groupes/{groupe}", status_code=204)
def sortir_du_groupe(u: Ecriture, uai: str, millesime: int, eleve_id: int, groupe: str) -> None:
    """Take a pupil out of a group by hand."""
    groupes.desinscrire(u, bases.base(u, uai, millesime), eleve_id, groupe)


@routeur.get(BASE + "/fiches-bloquantes")
def fiches_bloquantes(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Exploitation > Listes standards > Divers > Fiches bloquantes, with what each lacks."""
    return [fiche_json(f) for f in fiches.imparfaites(u, bases.base(u, uai, millesime)) if f.manques]


@routeur.post(BASE + "/saisie-en-masse")
def saisie_en_masse(u: Ecriture, uai: str, millesime: int, lignes: list[LigneSaisieCorps]) -> dict[str, Any]:
    """MEF, division, options, régime and groups of many pupils; counts, and the refusals line by line."""
    saisies = [
        modification.LigneSaisie(li.eleve_id, li.mef, li.division, li.options, li.regime, li.groupe) for li in lignes
    ]
    return modification.saisir_en_masse(u, bases.base(u, uai, millesime), saisies)
