"""A complete feed of the directory as it stands, outside the calendar: for whoever writes an importer.

It is in the form of the project, has no number and leaves no trace in its history: the deltas to come do not know of
it. Source: AAF reference, sections 1.4 and 1.5; issue « AAF and ENT ».
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import exists, select

from services.aaf.models import Structure
from services.aaf.use_cases import etat
from services.aaf.use_cases.alimentation import perimetre_de, rediger
from services.aaf.use_cases.projets import projet as projet_de
from shared.contracts.refus import Refus
from shared.formats.aaf import Substitutions, TypeAlimentation
from shared.persistence.unite import Unite


def extraire_complet(u: Unite, code: str, dossier: Path) -> Path:
    """Write in `dossier` the archive of a complete feed of the present directory; its path.

    Raises `Inconnu` PROJET_INCONNU, `Refus` ANNUAIRE_VIDE.
    """
    projet = projet_de(u, code)
    perimetre = perimetre_de(u, projet)
    integres = exists().where(Structure.uai.in_(perimetre.uais), Structure.integre_le.is_not(None))
    if not u.session.scalar(select(integres)):
        raise Refus(
            f"Aucun établissement du projet « {code} » n'est encore dans l'annuaire.",
            code="ANNUAIRE_VIDE",
            statut=409,
            remede="Avancez l'horloge de 48 heures : les remontées partent à 23:30 et sont intégrées le lendemain à "
            "20:00.",
        )
    lignes = (enregistrement for enregistrement, _ in etat.annuaire(u, perimetre))
    jour = u.horloge.aujourd_hui()
    archive, _ = rediger(u, projet, perimetre, TypeAlimentation.COMPLET, jour, lignes, dossier, Substitutions())
    return archive
