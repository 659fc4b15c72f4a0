"""What both imports share: writing many lines, refusing a file of elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.contracts.refus import FichierRefuse, Lieu
from shared.persistence.masse import insertion
from shared.persistence.unite import Unite


def ajouter(
    u: Unite, table: type[Any], lignes: Sequence[dict[str, Any]], cle: Sequence[str], modifies: Sequence[str]
) -> None:
    """Insert lines; where the key `cle` is there already, change the fields `modifies` alone."""
    if not lignes:
        return
    u.session.flush()
    requete = insertion(table)
    u.session.execute(
        requete.on_conflict_do_update(index_elements=list(cle), set_={c: requete.excluded[c] for c in modifies})
        if modifies
        else requete.on_conflict_do_nothing(index_elements=list(cle)),
        list(lignes),
    )
    u.session.expire_all()


def verifier(nom: str, uai: str, annee: int, uai_lu: str | None, annee_lue: int | None) -> None:
    """Refuse a file of another school or year. Raises `FichierRefuse` AUTRE_ETABLISSEMENT, AUTRE_ANNEE."""
    if uai_lu != uai:
        raise FichierRefuse(
            f"Ce fichier est celui de l'établissement {uai_lu or 'inconnu'}, la base est celle de {uai}.",
            code="AUTRE_ETABLISSEMENT",
            lieu=Lieu(nom),
            remede="Prenez le fichier exporté par cet établissement.",
        )
    if annee_lue != annee:
        lue = "inconnue" if annee_lue is None else f"{annee_lue}-{annee_lue + 1}"
        raise FichierRefuse(
            f"Ce fichier est de l'année {lue}, la base de {annee}-{annee + 1}.",
            code="AUTRE_ANNEE",
            lieu=Lieu(nom),
            remede="Choisissez la bonne année dans l'application qui l'a exporté, puis recommencez.",
        )
