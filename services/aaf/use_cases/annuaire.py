"""Looking into the directory: schools and their counts, records, exclusions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select

from services.aaf.models import ACADEMIE, Exclusion, Fiche, Structure
from services.aaf.rules.fusion import Valeurs, fusionner
from shared.contracts.refus import Inconnu
from shared.formats.aaf import Categorie
from shared.formats.aaf.grammaire import attributs_de
from shared.identifiers.texte import cle_tri
from shared.persistence.unite import Unite

PERSONNES = (Categorie.ELEVE.value, Categorie.RESPONSABLE.value, Categorie.PERSONNEL.value)
LIMITE = 200


def etablissements(u: Unite) -> list[Structure]:
    """Every school heard of that who asks may see, by UAI."""
    visibles = select(Structure).where(Structure.uai != ACADEMIE, u.du_perimetre(Structure.uai))
    return list(u.session.scalars(visibles.order_by(Structure.uai)))


def etablissement(u: Unite, uai: str) -> Structure:
    """A school. Raises `Inconnu` UAI_INCONNU."""
    trouve = u.session.get(Structure, uai) if uai else None
    if trouve is None:
        raise Inconnu(
            f"L'établissement {uai[:20]} n'est pas connu de l'AAF.",
            code="UAI_INCONNU",
            remede="Vérifiez l'UAI ; un établissement est connu dès sa première remontée (23:30).",
        )
    return trouve


def exclusions(u: Unite, uai: str, code: str | None = None, objet: str | None = None) -> list[Exclusion]:
    """What does not come out of a school. Raises `Inconnu` UAI_INCONNU."""
    etablissement(u, uai)
    requete = select(Exclusion).where(Exclusion.uai == uai)
    if code:
        requete = requete.where(Exclusion.code == code)
    if objet:
        requete = requete.where(Exclusion.objet == objet)
    return list(u.session.scalars(requete.order_by(Exclusion.objet, Exclusion.id, Exclusion.code)))


def chercher(
    u: Unite,
    q: str = "",
    *,
    categories: Sequence[str] = (),
    uai: str | None = None,
    limite: int = LIMITE,
    debut: int = 0,
) -> tuple[int, list[Fiche]]:
    """How many contributions match, and a page of them, by name.

    `q`: part of a name (accents and case do not count), an identifier of the feed, or the source's own key.
    """
    filtres: list[Any] = []
    if categories:
        filtres.append(Fiche.categorie.in_(categories))
    if uai:
        filtres.append(Fiche.uai == uai)
    if q:
        filtres.append(correspond(q))
    total: int = u.session.execute(select(func.count()).select_from(Fiche).where(*filtres)).scalar_one()
    requete = select(Fiche).where(*filtres).order_by(Fiche.cle_tri, func.length(Fiche.id), Fiche.id, Fiche.uai)
    return total, list(u.session.scalars(requete.limit(limite).offset(debut)))


def correspond(q: str) -> Any:
    """The condition that a contribution is that of `q`: name, identifier, INE or other key."""
    nom = cle_tri(q)
    exact = or_(Fiche.id == q, Fiche.cle == q.upper())
    return or_(exact, Fiche.cle_tri.contains(nom, autoescape=True)) if nom else exact


def enregistrement(u: Unite, categorie: str, id_: str) -> tuple[list[Fiche], tuple[tuple[str, tuple[str, ...]], ...]]:
    """An object of the directory: what each school contributes, and the attributes put together.

    Raises `Inconnu` ENREGISTREMENT_INCONNU.
    """
    if categorie in list(Categorie):
        requete = select(Fiche).where(Fiche.categorie == categorie, Fiche.id == id_).order_by(Fiche.uai)
        fiches = list(u.session.scalars(requete))
        if fiches:
            noms = attributs_de(Categorie(categorie))
            contributions: list[Valeurs] = [tuple(tuple(v) for v in f.valeurs) for f in fiches]
            return fiches, tuple(zip(noms, fusionner(noms, contributions), strict=True))
    raise Inconnu(
        "Cet enregistrement n'est pas dans l'annuaire.",
        code="ENREGISTREMENT_INCONNU",
        remede="Vérifiez la catégorie et l'identifiant ; ce qui ne sort pas est sur la page Exclusions.",
    )
