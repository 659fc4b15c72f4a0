"""Which right each address of the AAF wants: a school sees its own remontées and exclusions, the académie all.

Inferred: the guides show no screen of the AAF. Source: procedure ACC-10.
"""

from __future__ import annotations

from shared.security.acces import Adresse, ReglesAcces

ACCES = ReglesAcces(
    lecture="aaf.gerer",
    ecriture="aaf.gerer",
    adresses=(
        Adresse(r"^/(api/)?etablissements/[^/]+", "aaf.consulter", "lecture"),
        Adresse(r"^/(api/etablissements)?$", "aaf.consulter", "lecture", porte="soi"),
        Adresse(r"^/fonctionnement$", None),
    ),
)
