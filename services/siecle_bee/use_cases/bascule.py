"""The bascule of SIECLE - BEE: the académie opens the base of the coming year from that of the last one.

Source: procedures REC-11 to REC-13, BEE-21.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, insert, literal, or_, select
from sqlalchemy.orm import aliased

from services.siecle_bee.models import Adresse, Base, BaseEleves, Eleve, LienResponsable, MatiereBase, Personne
from services.siecle_bee.rules.montee import mef_propose
from services.siecle_bee.use_cases import bases, nomenclatures
from services.siecle_bee.use_cases.masse import copier
from shared.contracts.echanges import BasculeBee
from shared.persistence.masse import actualiser_statistiques
from shared.persistence.unite import Unite

# What a new year starts without: MEF and division to choose, no exit, last year's place kept apart.
_REMIS_A_ZERO: dict[str, Any] = {"mef": "", "division": "", "motif_sortie": "", "provenance": "1", "redoublant": False}


def basculer(u: Unite, message: BasculeBee) -> dict[str, Any]:
    """`bascule_bee`: open a base; fiches, persons, addresses and links of the previous millésime are copied.

    Left out: those whose exit is recorded. A pupil of the last level who has not left is copied too (she may
    repeat it), without a MEF proposed. Matières that the school defined come too. Doublons are copied as they
    stand (REC-13). Fiches wait for MEF and division, the next MEF proposed. A base already open is left alone.
    """
    bases.enregistrer_etablissement(u, message.etablissement)
    if u.session.get(BaseEleves, (message.uai, message.millesime)) is not None:
        return {"nb": 0, "deja_ouverte": True}
    nouvelle = bases.ouvrir_base(u, message.uai, message.millesime, "bascule")
    ancienne = u.session.get(BaseEleves, (message.uai, message.millesime - 1))
    if ancienne is None:
        return {"nb": 0, "fiches": 0}
    mefs = u.session.scalars(select(Eleve.mef).where(_de(Eleve, ancienne)).distinct()).all()
    connus = nomenclatures.mefs_charges(u)
    suivants = {mef: mef_propose(mef, connus) for mef in sorted(mefs)}
    copies = _copier_eleves(u, ancienne, nouvelle, suivants)
    liens = _copier(u, LienResponsable, ancienne, nouvelle, LienResponsable.eleve_id.in_(copies))
    gardees = select(LienResponsable.personne_id).where(_de(LienResponsable, nouvelle))
    sans_lien = aliased(LienResponsable)
    orpheline = (
        ~select(sans_lien.personne_id)
        .where(
            sans_lien.uai == ancienne.uai,
            sans_lien.millesime == ancienne.millesime,
            sans_lien.personne_id == Personne.personne_id,
        )
        .exists()
    )
    personnes = _copier(u, Personne, ancienne, nouvelle, or_(Personne.personne_id.in_(gardees), orpheline))
    utiles = or_(
        Adresse.adresse_id.in_(select(Eleve.adresse_id).where(_de(Eleve, nouvelle))),
        Adresse.adresse_id.in_(select(Personne.adresse_id).where(_de(Personne, nouvelle))),
    )
    _copier(u, Adresse, ancienne, nouvelle, utiles)
    # What the school defined itself comes too, to be profiled again: no set of the académie holds it (NOM-05).
    locales = _copier(u, MatiereBase, ancienne, nouvelle, MatiereBase.locale.is_(True), profile=False)
    actualiser_statistiques(u.session)
    return {
        "nb": len(copies),
        "fiches": len(copies),
        "personnes": personnes,
        "liens": liens,
        "matieres_locales": locales,
    }


def _de(table: Any, base: BaseEleves) -> ColumnElement[bool]:
    return and_(table.uai == base.uai, table.millesime == base.millesime)


def _copier_eleves(u: Unite, ancienne: BaseEleves, nouvelle: BaseEleves, suivants: dict[str, str]) -> list[int]:
    """Copy the fiches that go on; their ELEVE_ID, in order."""
    requete = (
        select(*Eleve.__table__.columns)
        .where(
            _de(Eleve, ancienne),
            or_(Eleve.date_sortie.is_(None), Eleve.date_sortie > u.horloge.aujourd_hui()),
        )
        .order_by(Eleve.eleve_id)
    )
    lignes = []
    for e in u.session.execute(requete).all():
        if e.date_sortie is not None and e.date_sortie <= ancienne.sortie_eleves:
            continue
        lignes.append(
            {
                **e._mapping,
                **_REMIS_A_ZERO,
                "millesime": nouvelle.millesime,
                "mef_propose": suivants[e.mef] or e.mef_propose,
                "date_sortie": None,
                "an_dernier": {"code_rne": e.uai, "code_mef": e.mef, "code_structure": e.division},
                "origine": "bascule",
                "modifie_le": u.maintenant,
            }
        )
    copier(u, Eleve, lignes)
    return [ligne["eleve_id"] for ligne in lignes]


def _copier(
    u: Unite,
    table: type[Base],
    ancienne: BaseEleves,
    nouvelle: BaseEleves,
    condition: ColumnElement[bool],
    **autres: Any,
) -> int:
    """Copy rows of a table from one millésime to the next, in the database; how many. `autres`: columns set anew."""
    colonnes = table.__table__.columns
    remises = {"millesime": nouvelle.millesime, **autres}
    source = select(*(literal(remises[c.key]) if c.key in remises else c for c in colonnes)).where(
        _de(table, ancienne), condition
    )
    resultat = u.session.execute(
        insert(table).from_select([c.key for c in colonnes], source).returning(*table.__table__.primary_key)
    )
    return len(resultat.all())
