"""A fault met by an exchange: whoever answers a connector says so, the answer is changed on its way out.

`FautesEnChemin` opens a note for each request; `rencontrer`, called where the exchange is kept, writes in it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.ent.use_cases.alteration import Reponse, alterer
from shared.contracts.fautes import FautePosee, lire_posees
from shared.http.intergiciels import PREFIXE
from shared.persistence.breve import Executant

DU_NAVIGATEUR = ("connexion", "deconnexion")
"""Exchanges that answer the user's browser, or ask the connector: faults are of what answers the connector itself."""


@dataclass
class _Note:
    """What a request met."""

    chemin: str
    fautes: list[FautePosee] = field(default_factory=list)


_NOTE: ContextVar[_Note | None] = ContextVar("fautes_de_la_demande", default=None)


def rencontrer(u: Executant, connecteur: str, genre: str, brutes: Sequence[Any], echange: int | None = None) -> None:
    """Say that this request answers a connector, and which faults that one has (as kept, []: nothing is done).

    Arguments: `genre`, that of the exchange; `echange`, its number, to say there what was answered in truth. Those that
    come so many times only are counted.
    """
    note = _NOTE.get()
    if not brutes or note is None or genre in DU_NAVIGATEUR:
        return
    note.fautes = lire_posees(brutes)
    restent = [f.model_dump() | ({"fois": f.fois - 1} if f.fois else {}) for f in note.fautes if f.fois != 1]
    if any(f.fois for f in note.fautes):
        u.executer(_COMPTER, {"code": connecteur, "fautes": json.dumps(restent)})
    if echange is not None:
        ((dite,),) = u.executer("SELECT reponse FROM echange_connecteur WHERE id = %(id)s", {"id": echange})
        noms = ", ".join(f.faute for f in note.fautes)
        u.executer(_DIRE, {"id": echange, "noms": noms, "reponse": _dire(note, dite)})


def _dire(note: _Note, dite: str) -> str:
    """What is kept of an answer, changed as the answer is; some protocols keep its status and headers before it."""
    tete, blanc, corps = dite.partition("\n\n") if dite[:3].isdecimal() else ("", "", dite)
    vue = alterer(note.fautes, note.chemin, Reponse(200, corps.encode()))
    return f"{vue.statut if tete else ''}{tete[3:]}{blanc}{vue.corps.decode(errors='replace')}"


_COMPTER = "UPDATE connecteur SET fautes = %(fautes)s::jsonb WHERE code = %(code)s"
_DIRE = """
    UPDATE echange_connecteur SET reponse = %(reponse)s, code = CASE code WHEN '' THEN 'FAUTE' ELSE code END,
        explication = 'Faute demandée : ' || %(noms)s
            || CASE explication WHEN '' THEN '' ELSE ' (' || explication || ')' END
    WHERE id = %(id)s
"""


class FautesEnChemin:
    """Changes the answers of requests that met a fault; the others go through as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        note = _Note(PREFIXE.sub("", scope["path"]))
        jeton = _NOTE.set(note)
        debut: Message | None = None
        corps = bytearray()

        async def envoyer(message: Message) -> None:
            nonlocal debut
            if not note.fautes:
                await send(message)
            elif message["type"] == "http.response.start":
                debut = message
            else:
                corps.extend(message.get("body", b""))
                if not message.get("more_body") and debut is not None:
                    await _rendre(note, debut, bytes(corps), send)

        try:
            await self.app(scope, receive, envoyer)
        finally:
            _NOTE.reset(jeton)


async def _rendre(note: _Note, debut: Message, corps: bytes, send: Send) -> None:
    r = alterer(note.fautes, note.chemin, Reponse(debut["status"], corps))
    await asyncio.sleep(r.attente)
    entetes = [(n, v) for n, v in debut["headers"] if n != b"content-length" and not (r.genre and n == b"content-type")]
    entetes.append((b"content-length", str(len(r.corps)).encode()))
    if r.genre:
        entetes.append((b"content-type", r.genre.encode()))
    await send({**debut, "status": r.statut, "headers": entetes})
    await send({"type": "http.response.body", "body": r.corps})
