"""Asking the national registry for INE: fiches whose identity is complete, once each.

Source: procedures REC-16, BEE-19, DIAG-09.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, update

from services.siecle_bee.models import BaseEleves, Eleve
from services.siecle_bee.rules.fiche import manques_identite
from services.siecle_bee.use_cases.fiches import de_la_base, fiche_de
from shared.contracts.echanges import DemandeIne
from shared.persistence.unite import Unite


def demander_ines(u: Unite, b: BaseEleves, ids: Collection[int]) -> int:
    """Send `demande_ine` for those of the fiches that want one and can have it; how many."""
    if not ids:
        return 0
    u.session.flush()
    requete = (
        select(Eleve)
        .where(de_la_base(b), Eleve.eleve_id.in_(ids), Eleve.ine.is_(None), Eleve.ine_demande_le.is_(None))
        .order_by(Eleve.eleve_id)
    )
    pretes = [e for e in u.session.scalars(requete) if not manques_identite(fiche_de(e, (0, 0)))]
    if not pretes:
        return 0
    fiches = tuple(
        {
            "eleve_id": e.eleve_id,
            "nom": e.nom,
            "nom_usage": e.nom_usage,
            "prenoms": [p for p in (e.prenom, e.prenom2, e.prenom3) if p],
            "sexe": e.sexe,
            "date_naissance": e.date_naissance.isoformat(),
            "pays_naissance": e.pays_naissance,
            "commune_naissance": e.commune_naissance,
            "ville_naissance": e.ville_naissance,
        }
        for e in pretes
    )
    message = DemandeIne(uai=b.uai, millesime=b.millesime, fiches=fiches)
    u.envoyer("demande_ine", "rectorat", message, uai=b.uai, annee=b.millesime, nb=len(fiches))
    u.session.execute(
        update(Eleve)
        .where(de_la_base(b), Eleve.eleve_id.in_([e.eleve_id for e in pretes]))
        .values(ine_demande_le=u.maintenant)
    )
    return len(fiches)
