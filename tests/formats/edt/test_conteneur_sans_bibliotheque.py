"""What a container gives without the library `cryptography`: its head, and a plain refusal to open it."""

from __future__ import annotations

import io
import random
import sys

import pytest

from shared.contracts.refus import Refus
from shared.formats.edt import Destinataire, ecrire_conteneur, lire_conteneur, ouvrir_charge

from .jeu_edt import DONNEES, ENTETE_CONTENEUR, PARTENAIRE, UAI


def test_refus_sans_bibliotheque(monkeypatch: pytest.MonkeyPatch) -> None:
    """The head is read; opening or writing is refused, saying what to install."""
    for nom in [n for n in sys.modules if n.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, nom)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with (DONNEES / f"Edt_To_{PARTENAIRE}_{UAI}.xml").open("rb") as flux:
        conteneur = lire_conteneur(flux, "essai.xml")
    assert (conteneur.uai, len(conteneur.contenu) % 16) == (UAI, 0)
    with pytest.raises(Refus) as refus:
        ouvrir_charge(conteneur, b"cle", "essai.xml")
    assert refus.value.code == "EDT_CHIFFREMENT_INDISPONIBLE"
    with pytest.raises(Refus) as refus:
        ecrire_conteneur(
            io.BytesIO(),
            io.BytesIO(b"x"),
            ENTETE_CONTENEUR,
            destinataires=(Destinataire(PARTENAIRE, b"cle"),),
            cle=bytes(16),
            vecteur=bytes(16),
            alea=random.Random(1),
        )
    assert refus.value.code == "EDT_CHIFFREMENT_INDISPONIBLE"
    assert "cryptography" in (refus.value.remede or "")
