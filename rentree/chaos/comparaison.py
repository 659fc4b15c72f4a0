"""What two plays must have in common: their bilan, their files, and what each application holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from rentree.chaos.scenario import relever_bilan
from rentree.demo.etapes import PROJET
from rentree.demo.partie import Rentree
from shared.http.clients import Client
from shared.persistence.acces import SERVICES

CATEGORIES_AAF = ("eleve", "responsable", "personnel")
PAGE = 1000


class Empreinte(Struct, frozen=True):
    """What a play left: the bilan, the files' SHA-256, and SHA-256 of what is held, by place, with a count."""

    bilan: dict[str, Any]
    fichiers: dict[str, str]
    contenus: dict[str, str]
    details: dict[str, list[str]]


def relever(r: Rentree) -> Empreinte:
    """Ask every application what it holds, through its web service."""
    bilan, fichiers = relever_bilan(r)
    details = {nom: [_texte(x) for x in lignes] for nom, lignes in _contenus(r)}
    contenus = {nom: hashlib.sha256("\n".join(lignes).encode()).hexdigest() for nom, lignes in details.items()}
    return Empreinte(bilan, fichiers, contenus, details)


def comparer(attendue: Empreinte, obtenue: Empreinte) -> list[str]:
    """The differences, one French sentence each; none when the two plays left the same thing."""
    ecarts = []
    for cle in sorted(attendue.bilan.keys() | obtenue.bilan.keys()):
        if attendue.bilan.get(cle) != obtenue.bilan.get(cle):
            ecarts.append(f"bilan : « {cle} » diffère")
    for nom in sorted(attendue.fichiers.keys() | obtenue.fichiers.keys()):
        if attendue.fichiers.get(nom) != obtenue.fichiers.get(nom):
            ecarts.append(f"fichier : {nom} {_comment(nom in attendue.fichiers, nom in obtenue.fichiers)}")
    for nom in sorted(attendue.contenus.keys() | obtenue.contenus.keys()):
        if attendue.contenus.get(nom) != obtenue.contenus.get(nom):
            avant, apres = attendue.details.get(nom, []), obtenue.details.get(nom, [])
            en_plus, manque = len(set(apres) - set(avant)), len(set(avant) - set(apres))
            ecarts.append(
                f"contenu : {nom} ({len(avant)} lignes contre {len(apres)} ; {manque} en moins, {en_plus} en plus)"
            )
    return ecarts


def _comment(attendu: bool, obtenu: bool) -> str:
    if not obtenu:
        return "manque"
    return "diffère" if attendu else "est en trop"


def _contenus(r: Rentree) -> Iterator[tuple[str, list[Any]]]:
    ent, aaf, bee = r.clients["ent"], r.clients["aaf"], r.clients["siecle_bee"]
    projet = f"/api/projets/{PROJET}"
    yield "ENT, comptes", list(_comptes(ent, projet))
    for quoi in ("classes", "groupes"):
        yield f"ENT, {quoi}", ent.lire(f"{projet}/{quoi}", uai=r.uai)
    yield "ENT, imports", ent.lire(f"{projet}/imports", limite=PAGE)
    yield "AAF, établissements", aaf.lire("/api/etablissements")
    yield "AAF, exclusions", aaf.lire(f"/api/etablissements/{r.uai}/exclusions")
    yield "AAF, remontées", aaf.lire(f"/api/etablissements/{r.uai}/remontees")
    yield "AAF, alimentations", aaf.lire(f"{projet}/alimentations")
    yield "AAF, annuaire", aaf.lire("/api/annuaire", uai=r.uai, limite=2000)
    yield "BEE, élèves", bee.lire(f"{r.bee}/eleves", limite=PAGE)
    yield "BEE, suivi des liens", bee.lire(f"{r.bee}/suivi/liens-eleve-groupe")
    yield "STS-Web, groupes", r.clients["sts_web"].lire(f"{r.sts}/groupes")
    for service in SERVICES:
        if service != "pilotage":  # it counts what each call delivered: a call cut short counts less
            yield f"journal de {service}", list(_journal(r.clients[service]))
            yield f"envois de {service}", list(_envois(r.clients[service]))


def _comptes(ent: Client, projet: str) -> Iterator[Any]:
    debut = 0
    while lot := ent.lire(f"{projet}/comptes", limite=PAGE, debut=debut):
        yield from lot
        debut += len(lot)


def _journal(client: Client) -> Iterator[Any]:
    """The journal without its line numbers: what was done, once."""
    lignes = client.lire("/_sim/journal", limite=2000)
    garde = ("instant", "sens", "genre", "origine", "uai", "annee", "nb", "nb_refus", "libelle")
    yield from sorted(({c: x[c] for c in garde} for x in lignes), key=_texte)


def _envois(client: Client) -> Iterator[Any]:
    """The outbox without its line numbers: what left, once."""
    lignes = client.lire("/_sim/envois", limite=1000)
    garde = ("genre", "destinataire", "uai", "annee", "nb", "cree_le", "etat")
    yield from sorted(({c: x[c] for c in garde} for x in lignes), key=_texte)


def _texte(x: Any) -> str:
    return json.dumps(x, ensure_ascii=False, sort_keys=True)
