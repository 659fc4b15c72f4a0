"""Reading fiches: the list of Recherche et MAJ, what each lacks, multi-inscriptions. No query per row.

Source: procedures BEE-12, BEE-15 to BEE-17, BEE-58 to BEE-61.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from msgspec import Struct
from sqlalchemy import ARRAY, BigInteger, ColumnElement, all_, and_, any_, func, literal, or_, select, text

from services.siecle_bee.models import BaseEleves, Division, Eleve, LienResponsable, MefBase, Personne
from services.siecle_bee.rules.fiche import (
    FRANCE,
    FicheEleve,
    Manque,
    Scolarites,
    est_scolarise,
    est_sorti,
    manques,
)
from services.siecle_bee.use_cases import bases
from services.siecle_bee.use_cases.masse import lignes_de
from shared.contracts.refus import Inconnu
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

LEGAL = 1
PEU = 300
"""So many fiches are asked for by their numbers; more, with the whole base."""


class _Juge:
    """What fiches read together are judged by: the day, the base and their responsables, read when first wanted."""

    def __init__(self, u: Unite, b: BaseEleves, ids: Collection[int] | None, connues: Scolarites | None) -> None:
        self.jour = u.horloge.aujourd_hui()
        self._u, self._b, self._ids, self._connues = u, b, ids, connues

    @cached_property
    def connues(self) -> Scolarites:
        return self._connues or bases.scolarites(self._u, self._b)

    @cached_property
    def responsables(self) -> dict[int, tuple[int, int]]:
        return responsables_comptes(self._u, self._b, self._ids)


@dataclass(slots=True)
class FicheLue:
    """A fiche, what it lacks, and where it stands today; judged when asked: a list shows a hundred of thousands."""

    eleve: Eleve
    _juge: _Juge
    _fiche: FicheEleve | None = None
    _manques: tuple[Manque, ...] | None = None

    @property
    def fiche(self) -> FicheEleve:
        """What the rules look at."""
        if self._fiche is None:
            self._fiche = fiche_de(self.eleve, self._juge.responsables.get(self.eleve.eleve_id, (0, 0)))
        return self._fiche

    @property
    def manques(self) -> tuple[Manque, ...]:
        """What it lacks."""
        if self._manques is None:
            self._manques = manques(self.fiche, self._juge.connues, self._juge.jour)
        return self._manques

    @property
    def scolarise(self) -> bool:
        """« Scolarisé(e) »."""
        return est_scolarise(self.fiche, self._juge.jour)

    @property
    def sorti(self) -> bool:
        """Whether the pupil left, today or before."""
        return est_sorti(self.eleve.date_sortie, self._juge.jour)

    @property
    def etat(self) -> str:
        """« État » of the list: `sorti`, `a_completer` or `complet`."""
        if self.sorti:
            return "sorti"
        return "a_completer" if self.manques else "complet"


def eleve(u: Unite, b: BaseEleves, eleve_id: int) -> Eleve:
    """One fiche. Raises `Inconnu` (ELEVE_INCONNU)."""
    trouve = u.session.get(Eleve, (b.uai, b.millesime, eleve_id))
    if trouve is None:
        raise Inconnu(
            f"L'élève d'identifiant {eleve_id} n'existe pas dans cette base.",
            code="ELEVE_INCONNU",
            remede="Cherchez l'élève par son nom dans Fiches élèves > Recherche et MAJ.",
        )
    return trouve


def de_la_base(b: BaseEleves) -> ColumnElement[bool]:
    """The condition « fiche of that base »."""
    return and_(Eleve.uai == b.uai, Eleve.millesime == b.millesime)


def _du_lien() -> ColumnElement[bool]:
    """The condition « person of that link »."""
    return and_(
        Personne.uai == LienResponsable.uai,
        Personne.millesime == LienResponsable.millesime,
        Personne.personne_id == LienResponsable.personne_id,
    )


def responsables_comptes(u: Unite, b: BaseEleves, ids: Collection[int] | None = None) -> dict[int, tuple[int, int]]:
    """By pupil: how many représentants légaux, and how many of them have an address."""
    requete = (
        select(LienResponsable.eleve_id, func.count(), func.count(Personne.adresse_id))
        .join(Personne, _du_lien())
        .where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            LienResponsable.niveau == LEGAL,
        )
        .group_by(LienResponsable.eleve_id)
    )
    if ids is not None:
        requete = requete.where(LienResponsable.eleve_id == any_(literal(list(ids), ARRAY(BigInteger))))
    return {eleve_id: (nombre, adresses) for eleve_id, nombre, adresses in u.session.execute(requete)}


def fiche_de(e: Eleve, comptes: tuple[int, int]) -> FicheEleve:
    """What the rules look at in a fiche."""
    return FicheEleve(
        nom=e.nom,
        prenom=e.prenom,
        sexe=e.sexe,
        date_naissance=e.date_naissance,
        pays_naissance=e.pays_naissance,
        commune_naissance=e.commune_naissance,
        ville_naissance=e.ville_naissance,
        nationalite=e.nationalite,
        regime=e.regime,
        mef=e.mef,
        division=e.division,
        ine=e.ine,
        date_sortie=e.date_sortie,
        responsables_legaux=comptes[0],
        adresses=comptes[1] + (e.adresse_id is not None),
    )


def lire(
    u: Unite,
    b: BaseEleves,
    eleves: Sequence[Eleve],
    connues: Scolarites | None = None,
    legaux: dict[int, tuple[int, int]] | None = None,
) -> list[FicheLue]:
    """The fiches of those pupils with what they lack, in the order given. `legaux`: see `responsables_comptes`."""
    juge = _Juge(u, b, [e.eleve_id for e in eleves] if len(eleves) < PEU else None, connues)
    if legaux is not None:
        juge.responsables = legaux
    return [FicheLue(e, juge) for e in eleves]


JAMAIS_EN_LISTE = (
    "id_prv_ele",
    "ine_bea",
    "statut",
    "transport",
    "telephone_personnel",
    "telephone_portable",
    "telephone_professionnel",
    "accepte_sms",
    "mel",
    "provenance",
    "uai_origine",
    "ine_demande_le",
    "modifie_le",
)
"""What no list of fiches shows, hence does not read."""
SANS_AN_DERNIER = (*JAMAIS_EN_LISTE, "an_dernier")
"""Nor, but for Saisie en masse, where the pupil was last year."""


def lister(
    u: Unite, b: BaseEleves, *conditions: ColumnElement[bool], sauf: tuple[str, ...] = SANS_AN_DERNIER
) -> list[Eleve]:
    """The fiches of a base that fit the conditions, by name: to be shown, not changed; without the columns `sauf`."""
    return lignes_de(u, Eleve, de_la_base(b), *conditions, ordre=(Eleve.cle_tri, Eleve.eleve_id), sauf=sauf)


def toutes(
    u: Unite, b: BaseEleves, *conditions: ColumnElement[bool], sauf: tuple[str, ...] = SANS_AN_DERNIER
) -> list[FicheLue]:
    """Every fiche of a base, or those that fit the conditions, by name; see `lister`."""
    return lire(u, b, lister(u, b, *conditions, sauf=sauf))


def presentes(u: Unite, b: BaseEleves, division: str | None = None) -> list[FicheLue]:
    """The fiches of a base, leavers left out, by name; of a division, "" for none, when it is given."""
    jour = u.horloge.aujourd_hui()
    conditions = [or_(Eleve.date_sortie.is_(None), Eleve.date_sortie > jour)]
    conditions += [] if division is None else [Eleve.division == division]
    return toutes(u, b, *conditions, sauf=JAMAIS_EN_LISTE)


def imparfaites(u: Unite, b: BaseEleves) -> list[FicheLue]:
    """Every fiche that lacks something and every leaver, by name; some that lack nothing may be among them.

    The database leaves out those that lack nothing at first sight, nearly all; the rules say of the others.
    """
    ici = (Division.uai == b.uai, Division.millesime == b.millesime)
    places = select(func.unnest(Division.mefs) + "/" + Division.code).where(*ici)
    profiles = select(MefBase.code).where(MefBase.uai == b.uai, MefBase.millesime == b.millesime, MefBase.profile)
    loges = (
        select(LienResponsable.eleve_id)
        .join(Personne, _du_lien())
        .where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            LienResponsable.niveau == LEGAL,
            Personne.adresse_id.is_not(None),
        )
    )
    doute = or_(
        Eleve.date_sortie.is_not(None),
        *(champ == "" for champ in (Eleve.nom, Eleve.prenom, Eleve.nationalite, Eleve.regime)),
        Eleve.sexe.not_in(("1", "2")),
        Eleve.pays_naissance != FRANCE,
        Eleve.commune_naissance == "",
        # As arrays, they are made once: a planner that expects few fiches would look for them at each one.
        Eleve.mef != all_(func.array(profiles.scalar_subquery())),
        Eleve.mef + "/" + Eleve.division != all_(func.array(places.scalar_subquery())),
        Eleve.eleve_id != all_(func.array(loges.scalar_subquery())),
    )
    return toutes(u, b, doute)


class Recherche(Struct, frozen=True):
    """The criteria of Recherche et MAJ; "" is « toutes » or « tous ». `naissance`: (month or None, year)."""

    nom: str = ""
    prenom: str = ""
    division: str = ""
    mois: int | None = None
    annee: int | None = None
    scolarise: bool | None = None
    etat: str = ""
    responsable_nom: str = ""
    responsable_prenom: str = ""


def rechercher(u: Unite, b: BaseEleves, criteres: Recherche) -> list[FicheLue]:
    """Fiches élèves > Recherche et MAJ, by name; accents and case do not count."""
    conditions: list[ColumnElement[bool]] = []
    if criteres.nom:
        cle = cle_tri(criteres.nom)
        conditions.append(
            or_(Eleve.cle_tri.startswith(cle, autoescape=True), Eleve.cle_usage.startswith(cle, autoescape=True))
        )
    if criteres.division:
        conditions.append(Eleve.division == criteres.division)
    if criteres.mois:
        conditions.append(func.extract("month", Eleve.date_naissance) == criteres.mois)
    if criteres.annee:
        conditions.append(func.extract("year", Eleve.date_naissance) == criteres.annee)
    if criteres.responsable_nom or criteres.responsable_prenom:
        conditions.append(Eleve.eleve_id.in_(_enfants_de(u, b, criteres)))
    trouves = lister(u, b, *conditions)
    if criteres.prenom:
        cle = cle_tri(criteres.prenom)
        trouves = [e for e in trouves if cle_tri(e.prenom).startswith(cle)]
    lues: Iterable[FicheLue] = lire(u, b, trouves)
    if criteres.scolarise is not None:
        lues = (f for f in lues if f.scolarise is criteres.scolarise)
    if criteres.etat:
        lues = (f for f in lues if f.etat == criteres.etat)
    return list(lues)


def _enfants_de(u: Unite, b: BaseEleves, criteres: Recherche) -> list[int]:
    requete = (
        select(LienResponsable.eleve_id, Personne.prenom)
        .join(Personne, Personne.personne_id == LienResponsable.personne_id)
        .where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            Personne.uai == b.uai,
            Personne.millesime == b.millesime,
            Personne.cle_tri.startswith(cle_tri(criteres.responsable_nom), autoescape=True),
        )
    )
    cle = cle_tri(criteres.responsable_prenom)
    lignes = u.session.execute(requete)
    return sorted({eleve_id for eleve_id, prenom in lignes if cle_tri(prenom).startswith(cle)})


class AutreScolarite(Struct, frozen=True):
    """Another active scolarité of a pupil."""

    uai: str
    eleve_id: int
    mef: str
    division: str


def multi_inscriptions(u: Unite, b: BaseEleves, ids: Collection[int] | None = None) -> dict[int, list[AutreScolarite]]:
    """The other active scolarités of the pupils of a base, in the same millésime (BEE-58).

    Same pupil: same INE; or same names and birth date when one of the two has no INE yet.
    """
    requete = _MULTI_INSCRIPTIONS if ids is None else _LEURS_MULTI_INSCRIPTIONS
    parametres: dict[str, Any] = {"uai": b.uai, "millesime": b.millesime, "jour": u.horloge.aujourd_hui()}
    if ids is not None:
        parametres["ids"] = list(ids)
    u.session.flush()
    trouvees: dict[int, list[AutreScolarite]] = {}
    for eleve_id, uai, autre, mef, division in u.session.execute(requete, parametres):
        trouvees.setdefault(eleve_id, []).append(AutreScolarite(uai, autre, mef, division))
    return trouvees


_ACTIVES = " AND ".join(
    f"{nom}.mef <> '' AND {nom}.division <> '' AND ({nom}.date_sortie IS NULL OR {nom}.date_sortie > :jour)"
    for nom in ("ici", "la")
)
_PAIRES = f"""
    SELECT ici.eleve_id AS ici, la.uai, la.eleve_id, la.mef, la.division
    FROM siecle_bee.eleve AS ici CROSS JOIN LATERAL (
        SELECT * FROM siecle_bee.eleve AS la WHERE la.millesime = :millesime AND %s OFFSET 0) AS la
    WHERE ici.uai = :uai AND ici.millesime = :millesime AND (la.uai <> ici.uai OR la.eleve_id <> ici.eleve_id)
      AND {_ACTIVES}
"""
_MEME_INE = _PAIRES % "la.ine = ici.ine"
_MEMES_NOMS = "la.cle_tri = ici.cle_tri AND la.date_naissance = ici.date_naissance"
_SANS_INE_ICI = f"{_PAIRES % _MEMES_NOMS} AND ici.ine IS NULL"
_SANS_INE_LA = f"""
    SELECT ici.eleve_id AS ici, la.uai, la.eleve_id, la.mef, la.division
    FROM siecle_bee.eleve AS la JOIN siecle_bee.eleve AS ici ON {_MEMES_NOMS}
    WHERE la.millesime = :millesime AND la.ine IS NULL AND ici.uai = :uai AND ici.millesime = :millesime
      AND (la.uai <> ici.uai OR la.eleve_id <> ici.eleve_id) AND {_ACTIVES}
"""
_DE = " AND ici.eleve_id = ANY(CAST(:ids AS bigint[]))"
_TROIS = (_MEME_INE, _SANS_INE_ICI, _SANS_INE_LA)
_MULTI_INSCRIPTIONS = text(" UNION ".join(_TROIS) + " ORDER BY ici, uai, eleve_id")
_LEURS_MULTI_INSCRIPTIONS = text(" UNION ".join(f"{q}{_DE}" for q in _TROIS) + " ORDER BY ici, uai, eleve_id")
"""Written once: every school asks every night. OFFSET 0 has each pupil looked for by the index: joined as a set, each
school would cost a reading of the whole académie."""
