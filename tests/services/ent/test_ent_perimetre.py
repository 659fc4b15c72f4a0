"""Who belongs to a school sees its accounts, and not those of another school of the same project."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.identifiers import fabriquer_uai
from shared.security.acces import Identite, cle_des_acces, sceller
from shared.security.profils import droits

from .jeu_ent import UAI, complet, ecole_type, importer, ouvrir_projet

AUTRE = fabriquer_uai("097", 8)
ELEVE = 5102


@pytest.mark.parametrize("chemin", ["comptes", "vue", "messagerie/boite"])
def test_an_account_of_another_school_is_nobody(bac: Any, tmp_path: Path, chemin: str) -> None:
    """By its number, under one's own school's address: no such account; its own school opens it."""
    ouvrir_projet(bac, uais=[UAI, AUTRE])
    importer(bac, complet(tmp_path, ecole_type(), date(2021, 8, 26)), 1)
    cle = cle_des_acces(bac.installation.implantation.jeton_interne)

    def demander(uai: str) -> tuple[int, str]:
        qui = Identite(f"chef.{uai.lower()}", "Chef", "Chef d'établissement", bac.nom, uai, droits("chef"))
        reponse = bac["ent"].get(
            f"/{uai}/2021/{chemin}/{ELEVE}", headers={"Authorization": f"Bearer {sceller(qui, cle)}"}
        )
        return reponse.status_code, reponse.text

    assert demander(UAI)[0] == 200
    statut, texte = demander(AUTRE)
    assert statut == 404
    assert "COMPTE_INCONNU" in texte
