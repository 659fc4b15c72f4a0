"""Running a catalogue against a target, on the installation that runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from rentree.conformite.catalogue import LIBELLES, Bilan, Cas, Verdict, jouer
from rentree.conformite.connexion import Banc
from rentree.conformite.monde import MondeDEssai
from shared.contracts.refus import Refus
from shared.http.clients import Clients, nouveau_transport

Dire = Callable[[str], object]


def jouer_connexion(
    protocole: str,
    catalogue: Sequence[Cas[Banc]],
    porte: tuple[str, ...],
    cible: str,
    bac: str,
    adresses: Sequence[str],
    racine: str,
    *,
    reglages: dict[str, Any],
    dire: Dire,
    attendre: bool = False,
    **options: Any,
) -> Bilan:
    """Play a catalogue of sign-ins. `racine`: what to set in the software, under the ENT's address in the bac.

    `options`: those of `Banc`. Raises `Refus` CIBLE_INVALIDE, BAC_EXISTE, the installation's.
    """
    from rentree.installation.superviseur import implantation_en_place

    lue = urlsplit(cible)
    if lue.scheme not in ("http", "https") or not lue.hostname:
        raise Refus(
            f"« {cible} » n'est pas l'adresse d'un logiciel.",
            code="CIBLE_INVALIDE",
            remede="Donnez l'adresse entière de sa page protégée : http://127.0.0.1:9000/",
        )
    lieu = implantation_en_place()
    transport = nouveau_transport()
    try:
        clients = Clients(lieu.adresses, lieu.jeton or lieu.jeton_interne, transport)
        dire(f"Préparation du bac « {bac} »…")
        monde = MondeDEssai.preparer(clients, lieu.adresses["ent"], bac)
        monde.declarer(adresses or [f"{lue.scheme}://{lue.netloc}/"], protocole, reglages)
        dire(f"À régler dans le logiciel : {monde.racine_ent}{racine}")
        if attendre:
            dire("Réglez-le, puis appuyez sur Entrée.")
            sys.stdin.readline()
        banc = Banc(monde, cible, porte, lieu.jeton, **options)
        return jouer(Bilan(protocole, cible), catalogue, banc, _diseur(dire), monde.echanges)
    finally:
        transport.close()


def jouer_aaf(cible: str, patience: float, graine: int, entetes: Sequence[str], dire: Dire) -> Bilan:
    """Play the catalogue of AAF importers. `entetes`: sent to it (« Name: value »). Raises `Refus` CIBLE_INVALIDE."""
    from rentree.conformite.aaf import CATALOGUE, BancAaf
    from rentree.conformite.importeur import importeur_de

    with BancAaf(importeur_de(cible, patience, entetes), graine) as banc:
        return jouer(Bilan("aaf", cible), CATALOGUE, banc, _diseur(dire), banc.echanges)


def _diseur(dire: Dire) -> Callable[[Verdict], None]:
    def dire_verdict(v: Verdict) -> None:
        dire(f"  {v.code}  {LIBELLES[v.etat]:10} {v.titre} : {v.constat}")

    return dire_verdict
