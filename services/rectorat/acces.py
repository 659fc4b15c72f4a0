"""Which right each address of the rectorat wants: the académie's acts are the académie's; the portal is everybody's.

Source: procedures ACC-01, ACC-03, ACC-10.
"""

from __future__ import annotations

from shared.security.acces import Adresse, ReglesAcces

ACCES = ReglesAcces(
    lecture="rectorat",
    ecriture="rectorat",
    adresses=(
        Adresse(r"^/arena(/|$)", None, porte="soi", libre=True),
        Adresse(r"^/affectation$", "affelnet", "lecture", porte="soi"),
        Adresse(r"^/(api/)?assistance(/|$)", "assistance", porte="soi"),
    ),
)
