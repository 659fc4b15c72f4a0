"""Which right each address of EDT and PRONOTE wants: imports and exports are the superviseur's.

Source: procedures ACC-08, ACC-09; outside the SPR mode the entries are greyed.
"""

from __future__ import annotations

from shared.security.acces import Adresse, ReglesAcces

ACCES = ReglesAcces(
    lecture="edt.consulter",
    ecriture="edt.modifier",
    adresses=(
        Adresse(r"^/(api/bases)?$", "edt.consulter", porte="soi"),
        Adresse(r"^/bases$", "edt.spr", porte="soi"),
        Adresse(r"/(imports|exports|netsynchro)(/|$)", "edt.spr"),
    ),
    sans_droit="griser",
)
