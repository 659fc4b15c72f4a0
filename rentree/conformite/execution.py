"""Running a catalogue against a target, on the installation that runs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from msgspec import Struct, field

from rentree.conformite.catalogue import LIBELLES, Bilan, Cas, Verdict, jouer
from rentree.conformite.connexion import Banc
from rentree.conformite.monde import CIBLE, MondeDEssai
from shared.contracts.refus import Refus
from shared.http.clients import Clients, nouveau_transport

Dire = Callable[[str], object]
DEMARRAGE = 60.0
"""Seconds that a target which is ours to start is given."""


class Reglage(Struct, frozen=True):
    """How a target is told about the ENT. `lancer`: the command that starts it, told by its environment; `attendre`:
    whether somebody sets it by hand and presses Enter; `adresses`: of its connector; `reglages`: of its protocol."""

    adresses: Sequence[str] = ()
    reglages: Mapping[str, Any] = field(default_factory=dict)
    lancer: str = ""
    attendre: bool = False


def jouer_connexion(
    protocole: str,
    catalogue: Sequence[Cas[Banc]],
    porte: tuple[str, ...],
    cible: str,
    bac: str,
    reglage: Reglage,
    *,
    dire: Dire,
    **options: Any,
) -> Bilan:
    """Play a catalogue of sign-ins. `options`: those of `Banc`.

    Raises `Refus` CIBLE_INVALIDE, CIBLE_MUETTE, BAC_EXISTE, the installation's.
    """
    lue = urlsplit(cible)
    if lue.scheme not in ("http", "https") or not lue.hostname:
        raise Refus(
            f"« {cible} » n'est pas l'adresse d'un logiciel.",
            code="CIBLE_INVALIDE",
            remede="Donnez l'adresse entière de sa page protégée : http://127.0.0.1:9000/",
        )
    with _monde(bac, dire) as (monde, jeton):
        monde.declarer(reglage.adresses or [f"{lue.scheme}://{lue.netloc}/"], protocole, dict(reglage.reglages))
        dits = _dits(protocole, monde)
        for nom, valeur in dits.items():
            dire(f"À régler dans le logiciel : {nom}={valeur}")
        if reglage.attendre:
            dire("Réglez-le, puis appuyez sur Entrée.")
            sys.stdin.readline()
        with _lance(reglage.lancer, dits, cible):
            banc = Banc(monde, cible, porte, jeton, **options)
            return jouer(Bilan(protocole, cible), catalogue, banc, _diseur(dire), monde.echanges)


def _dits(protocole: str, monde: MondeDEssai) -> dict[str, str]:
    """What the software must be told, as variables of its environment."""
    if protocole == "oidc":
        return {
            "RENTREE_EMETTEUR": monde.racine_ent,
            "RENTREE_CLIENT_ID": CIBLE,
            "RENTREE_SECRET": monde.secret(),
        }
    if protocole == "saml":
        return {"RENTREE_METADONNEES": f"{monde.racine_ent}/saml/metadonnees"}
    return {"RENTREE_CAS": f"{monde.racine_ent}/cas/"}


def jouer_aaf(cible: str, patience: float, graine: int, entetes: Sequence[str], dire: Dire) -> Bilan:
    """Play the catalogue of AAF importers. `entetes`: sent to it (« Name: value »). Raises `Refus` CIBLE_INVALIDE."""
    from rentree.conformite.aaf import CATALOGUE, BancAaf
    from rentree.conformite.importeur import importeur_de

    with BancAaf(importeur_de(cible, patience, entetes), graine) as banc:
        return jouer(Bilan("aaf", cible), CATALOGUE, banc, _diseur(dire), banc.echanges)


def jouer_oneroster(cible: str, bac: str, patience: float, lenteur: int, dire: Dire) -> Bilan:
    """Play the catalogue of OneRoster readers. Raises `Refus` BAC_EXISTE, the installation's."""
    from rentree.conformite.oneroster import CATALOGUE, BancOneRoster

    with _monde(bac, dire) as (monde, _):
        monde.declarer([], "oneroster", {})
        banc = BancOneRoster(monde, cible.rstrip("/"), monde.secret(), patience, lenteur)
        return jouer(Bilan("oneroster", cible), CATALOGUE, banc, _diseur(dire), monde.echanges)


def jouer_gar(cible: str, patience: float, dire: Dire) -> Bilan:
    """Play the catalogue of GAR exports. Raises `Refus` CIBLE_INVALIDE."""
    from rentree.conformite.gar import CATALOGUE, BancGar

    with BancGar(cible, patience) as banc:
        return jouer(Bilan("gar", cible), CATALOGUE, banc, _diseur(dire))


@contextmanager
def _monde(bac: str, dire: Dire) -> Iterator[tuple[MondeDEssai, str | None]]:
    """The world of a run on the installation that runs; the token that it asks browsers for."""
    from rentree.installation.superviseur import implantation_en_place

    lieu = implantation_en_place()
    transport = nouveau_transport()
    try:
        clients = Clients(lieu.adresses, lieu.jeton or lieu.jeton_interne, transport)
        dire(f"Préparation du bac « {bac} »…")
        yield MondeDEssai.preparer(clients, lieu.adresses["ent"], bac), lieu.jeton
    finally:
        transport.close()


@contextmanager
def _lance(commande: str, dits: Mapping[str, str], cible: str) -> Iterator[None]:
    """The target runs in the block, when it is ours to start, and answers."""
    if not commande:
        yield
        return
    lance = subprocess.Popen(shlex.split(commande), env={**os.environ, **dits})
    try:
        limite = time.monotonic() + DEMARRAGE
        while not _repond(cible):
            if lance.poll() is not None or time.monotonic() > limite:
                raise Refus(
                    f"Le logiciel ne répond pas à {cible}.",
                    code="CIBLE_MUETTE",
                    statut=502,
                    remede="La commande de --lancer doit le démarrer à cette adresse ; elle reste au premier plan.",
                )
            time.sleep(0.1)
        yield
    finally:
        lance.terminate()
        try:
            lance.wait(10)
        except subprocess.TimeoutExpired:
            lance.kill()
            lance.wait()


def _repond(cible: str) -> bool:
    try:
        httpx.get(cible, timeout=2, trust_env=False, follow_redirects=False)
    except httpx.HTTPError:
        return False
    return True


def _diseur(dire: Dire) -> Callable[[Verdict], None]:
    def dire_verdict(v: Verdict) -> None:
        dire(f"  {v.code}  {LIBELLES[v.etat]:10} {v.titre} : {v.constat}")

    return dire_verdict
