"""Impact fermeture MEF, Impact communes modifiées: what new nomenclatures change for fiches already typed.

Source: procedure NOM-07; guide 003 section 2.1.4 (menu entries). How a MEF closes is inferred: it is no longer in the
nomenclatures received, or the school does not select it any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct
from sqlalchemy import or_, select, tuple_

from services.siecle_bee.models import Adresse, BaseEleves, Eleve, Personne
from services.siecle_bee.rules.communes import Fusion, fusion
from services.siecle_bee.use_cases import nomenclatures
from services.siecle_bee.use_cases.fiches import FicheLue, de_la_base, toutes
from services.siecle_bee.use_cases.signalements import libelle_mef
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite


class EleveTouche(Struct, frozen=True):
    """A pupil whose MEF closes: its code and label, whether it is only proposed, and why it closes."""

    lue: FicheLue
    mef: str
    libelle: str
    propose: bool
    raison: str


def mefs_qui_ferment(u: Unite, b: BaseEleves) -> Mapping[str, str]:
    """The MEF of the pupils that close, by code, with the reason; none before nomenclatures were received."""
    if b.version_recue is None:
        return {}
    recus = {m.code for m in nomenclatures.jeu_recu(u, b).mefs}
    choisis = nomenclatures.mefs_selectionnes(u, b) if b.selectionnee_le is not None else None
    requete = select(Eleve.mef, Eleve.mef_propose).where(de_la_base(b)).distinct()
    utilises = sorted({mef for paire in u.session.execute(requete) for mef in paire if mef})
    raisons: dict[str, str] = {}
    for mef in utilises:
        if mef not in recus:
            raisons[mef] = f"Absent des nomenclatures reçues (version {b.version_recue})."
        elif choisis is not None and mef not in choisis:
            raisons[mef] = "N'est plus sélectionné dans l'établissement."
    return raisons


def eleves_touches(u: Unite, b: BaseEleves) -> list[EleveTouche]:
    """« Impact fermeture MEF »: the pupils present whose MEF, or proposed MEF, closes, by name."""
    raisons = mefs_qui_ferment(u, b)
    if not raisons:
        return []
    concernes = or_(Eleve.mef.in_(raisons), (Eleve.mef == "") & Eleve.mef_propose.in_(raisons))
    touches = []
    for lue in toutes(u, b, concernes):
        if not lue.sorti:
            mef = lue.eleve.mef or lue.eleve.mef_propose
            touches.append(EleveTouche(lue, mef, libelle_mef(mef), not lue.eleve.mef, raisons[mef]))
    return touches


class AdresseTouchee(Struct, frozen=True):
    """An address whose commune changed: the merger, and who lives there (pupils and responsables)."""

    adresse: Adresse
    fusion: Fusion
    habitants: tuple[str, ...]


def adresses_touchees(u: Unite, b: BaseEleves) -> list[AdresseTouchee]:
    """« Impact communes modifiées »: the addresses in a commune that no longer exists, by ADRESSE_ID."""
    jour = u.horloge.aujourd_hui()
    ici = (Adresse.uai == b.uai, Adresse.millesime == b.millesime)
    lieu = (Adresse.code_commune, Adresse.commune, Adresse.code_postal)
    fusions = {
        (code, nom, code_postal): trouvee
        for code, nom, code_postal in u.session.execute(select(*lieu).where(*ici).distinct())
        if (trouvee := fusion(code, nom, code_postal, jour)) is not None
    }
    requete = select(Adresse).where(*ici, tuple_(*lieu).in_(sorted(fusions))).order_by(Adresse.adresse_id)
    lues = u.session.scalars(requete).all() if fusions else ()
    touchees = [(a, fusions[a.code_commune, a.commune, a.code_postal]) for a in lues]
    habitants = _habitants(u, b, [a.adresse_id for a, _ in touchees])
    return [AdresseTouchee(a, f, tuple(habitants.get(a.adresse_id, ()))) for a, f in touchees]


def _habitants(u: Unite, b: BaseEleves, ids: Collection[int]) -> dict[int, list[str]]:
    trouves: dict[int, list[str]] = {}
    for table, qui in ((Eleve, "élève"), (Personne, "responsable")):
        requete = select(table.adresse_id, table.nom, table.prenom).where(
            table.uai == b.uai, table.millesime == b.millesime, table.adresse_id.in_(ids)
        )
        for adresse_id, nom, prenom in u.session.execute(requete.order_by(table.cle_tri)):
            trouves.setdefault(adresse_id or 0, []).append(f"{nom} {prenom} ({qui})")
    return trouves


def mettre_a_jour_communes(u: Unite, b: BaseEleves, ids: Collection[int]) -> int:
    """Write the new commune in the addresses chosen; how many. Raises `Refus` (AUCUNE_ADRESSE)."""
    choisies = [t for t in adresses_touchees(u, b) if t.adresse.adresse_id in set(ids)]
    if not choisies:
        raise Refus(
            "Aucune adresse à mettre à jour n'est choisie.",
            code="AUCUNE_ADRESSE",
            remede="Cochez au moins une adresse de la liste.",
        )
    for touchee in choisies:
        touchee.adresse.code_commune = touchee.fusion.nouveau
        touchee.adresse.commune = touchee.fusion.nouveau_nom[:32]
    u.session.flush()
    u.journaliser("communes_modifiees", "Communes mises à jour", uai=b.uai, annee=b.millesime, nb=len(choisies))
    return len(choisies)
