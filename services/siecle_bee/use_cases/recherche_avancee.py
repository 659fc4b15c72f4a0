"""Fiches élèves > Recherche avancée: criteria other than the identity; the lists behind the tableau de bord.

Source: procedures BEE-04, BEE-09. No guide shows the page: its criteria are Rentrée's own.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from sqlalchemy import ColumnElement, or_, select

from services.siecle_bee.models import Adresse, BaseEleves, Eleve, LienGroupe, LienResponsable, OptionEleve, Personne
from services.siecle_bee.use_cases import complexe
from services.siecle_bee.use_cases.fiches import FicheLue, toutes
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite

MOTIF_IMPRECIS = "99"
IMPRECIS = "imprecis"


class Criteres(Struct, frozen=True):
    """The criteria; "" and None are « tous ».

    Arguments: `motif_sortie`, a code or `imprecis`; `complexe`, `hors` or `parcours`; `manque`, the code of something
    that the fiche lacks; `ne`, `entree`, `sortie`: from a day to a day, both included, None when open.
    """

    mef: str = ""
    division: str = ""
    groupe: str = ""
    option: str = ""
    regime: str = ""
    sexe: str = ""
    motif_sortie: str = ""
    origine: str = ""
    manque: str = ""
    complexe: str = ""
    code_postal: str = ""
    scolarise: bool | None = None
    sorti: bool | None = None
    boursier: bool | None = None
    redoublant: bool | None = None
    ine: bool | None = None
    ne: tuple[date | None, date | None] = (None, None)
    entree: tuple[date | None, date | None] = (None, None)
    sortie: tuple[date | None, date | None] = (None, None)


def rechercher(u: Unite, b: BaseEleves, criteres: Criteres) -> list[FicheLue]:
    """The fiches that fit every criterion, by name. Raises `Refus` (PERIODE_INVERSEE)."""
    lues = toutes(u, b, *_conditions(b, criteres))
    if criteres.scolarise is not None:
        lues = [f for f in lues if f.scolarise is criteres.scolarise]
    if criteres.sorti is not None:
        lues = [f for f in lues if f.sorti is criteres.sorti]
    if criteres.manque:
        lues = [f for f in lues if any(m.code == criteres.manque for m in f.manques)]
    if criteres.motif_sortie == IMPRECIS:
        lues = [f for f in lues if sortie_imprecise(f)]
    elif criteres.motif_sortie:
        lues = [f for f in lues if f.eleve.motif_sortie == criteres.motif_sortie]
    if criteres.complexe:
        actives = complexe.actives(u, b)
        choisis = actives["hors"] if criteres.complexe == "hors" else actives["parcours"]
        lues = [f for f in lues if f.scolarise and f.eleve.eleve_id in choisis]
    return lues


def sortie_imprecise(f: FicheLue) -> bool:
    """Whether the pupil left for no motif, or for the imprecise one (BEE-64)."""
    return f.sorti and f.eleve.motif_sortie in ("", MOTIF_IMPRECIS)


def _conditions(b: BaseEleves, c: Criteres) -> list[ColumnElement[bool]]:
    egalites = (
        (Eleve.mef, c.mef),
        (Eleve.division, c.division),
        (Eleve.regime, c.regime),
        (Eleve.sexe, c.sexe),
        (Eleve.origine, c.origine),
    )
    conditions = [colonne == valeur for colonne, valeur in egalites if valeur]
    conditions += [
        colonne.is_(valeur)
        for colonne, valeur in ((Eleve.boursier, c.boursier), (Eleve.redoublant, c.redoublant))
        if valeur is not None
    ]
    if c.ine is not None:
        sans = or_(Eleve.ine.is_(None), Eleve.ine == "")
        conditions.append(~sans if c.ine else sans)
    for colonne, (debut, fin) in (
        (Eleve.date_naissance, c.ne),
        (Eleve.date_entree, c.entree),
        (Eleve.date_sortie, c.sortie),
    ):
        if debut is not None and fin is not None and fin < debut:
            raise Refus(
                "La fin d'une période précède son début.",
                code="PERIODE_INVERSEE",
                remede="Corrigez les dates de la recherche.",
            )
        conditions += [colonne >= debut] if debut is not None else []
        conditions += [colonne <= fin] if fin is not None else []
    if c.groupe:
        la = (LienGroupe.uai == b.uai, LienGroupe.millesime == b.millesime, LienGroupe.groupe == c.groupe)
        conditions.append(Eleve.eleve_id.in_(select(LienGroupe.eleve_id).where(*la)))
    if c.option:
        la = (OptionEleve.uai == b.uai, OptionEleve.millesime == b.millesime, OptionEleve.matiere == c.option)
        conditions.append(Eleve.eleve_id.in_(select(OptionEleve.eleve_id).where(*la)))
    if c.code_postal:
        conditions.append(_habite(b, c.code_postal))
    return conditions


def _habite(b: BaseEleves, code_postal: str) -> ColumnElement[bool]:
    """The pupil, or one of her responsables, lives in a postcode that begins like that."""
    adresses = select(Adresse.adresse_id).where(
        Adresse.uai == b.uai,
        Adresse.millesime == b.millesime,
        Adresse.code_postal.startswith(code_postal, autoescape=True),
    )
    liens = (
        select(LienResponsable.eleve_id)
        .join(Personne, Personne.personne_id == LienResponsable.personne_id)
        .where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            Personne.uai == b.uai,
            Personne.millesime == b.millesime,
            Personne.adresse_id.in_(adresses),
        )
    )
    return or_(Eleve.adresse_id.in_(adresses), Eleve.eleve_id.in_(liens))
