"""Which right each address of STS-Web wants. Source: procedures ACC-01, ACC-10."""

from __future__ import annotations

from shared.security.acces import Adresse, ReglesAcces

ACCES = ReglesAcces(
    lecture="sts.consulter",
    ecriture="sts.saisir",
    adresses=(
        Adresse(r"^/api/reprise$", "simulation"),
        Adresse(r"^/(api/etablissements)?$", "sts.consulter", porte="soi"),
        # The dates of the campagne are the académie's.
        Adresse(r"^/(api/)?campagnes/[^/]+$", "rectorat"),
    ),
)
