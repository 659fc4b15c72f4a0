"""Requests that offer another protocol are answered in HTTP/1.1, whole."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from rentree.installation.serveur import Serveur

H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Says what it was sent."""
    demande = Request(scope, receive)
    dit = f"{demande.method} {demande.url.path}?{demande.url.query} {(await demande.body()).decode()}"
    await PlainTextResponse(dit)(scope, receive, send)


@pytest.fixture(scope="module")
def adresse() -> Iterator[tuple[str, int]]:
    """Our server, in a thread."""
    prise = socket.create_server(("127.0.0.1", 0))
    serveur = Serveur(uvicorn.Config(echo, log_config=None, lifespan="off"))
    fil = threading.Thread(target=serveur.run, kwargs={"sockets": [prise]}, daemon=True)
    fil.start()
    yield prise.getsockname()
    serveur.arreter()
    fil.join(10)


def dire(adresse: tuple[str, int], *morceaux: str, reponses: int = 1) -> list[str]:
    """Send these pieces one after the other on one connection: the bodies of the answers."""
    with socket.create_connection(adresse, 5) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        recu = b""
        lues: list[str] = []
        for morceau in morceaux:
            client.sendall(morceau.encode())
        while len(lues) < reponses and (suite := client.recv(65536)):
            recu += suite
            while (tete := recu.find(b"\r\n\r\n")) >= 0:
                taille = int(re.search(rb"content-length: (\d+)", recu).group(1))  # type: ignore[union-attr]
                if len(recu) < tete + 4 + taille:
                    break
                lues.append(recu[tete + 4 : tete + 4 + taille].decode())
                recu = recu[tete + 4 + taille :]
        return lues


def demande(corps: str, entetes: str = H2C, ligne: str = "POST /b/essai?x=%C3%A9") -> str:
    """A request with a body of known length."""
    return f"{ligne} HTTP/1.1\r\nHost: ici\r\n{entetes}Content-Length: {len(corps)}\r\n\r\n{corps}"


def test_an_offer_of_http_2_does_not_lose_the_body(adresse: tuple[str, int]) -> None:
    """Java's own client: body in the same packet, in another, in chunks, none; then others on that connection."""
    assert dire(adresse, demande("un corps")) == ["POST /b/essai?x=%C3%A9 un corps"]
    entiere = demande("un corps")
    for coupe in (10, 60, entiere.index("\r\n\r\n") + 2, len(entiere) - 3):
        assert dire(adresse, entiere[:coupe], entiere[coupe:]) == ["POST /b/essai?x=%C3%A9 un corps"]
    morceaux = (
        f"POST /m HTTP/1.1\r\nHost: ici\r\n{H2C}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    )
    assert dire(adresse, morceaux) == ["POST /m? abcde"]
    grand = "g" * 200_000
    suite = [demande(grand), demande("a"), demande("", ligne="GET /"), demande("b", ""), demande("c")]
    dit = "POST /b/essai?x=%C3%A9 "
    assert dire(adresse, "".join(suite), reponses=5) == [dit + grand, dit + "a", "GET /? ", dit + "b", dit + "c"]


def test_other_offers_are_left_aside_too(adresse: tuple[str, int]) -> None:
    """A websocket is answered as the page that it asks; a proxy is refused; nonsense too."""
    socle = "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n"
    assert dire(adresse, demande("", socle, "GET /page")) == ["GET /page? "]
    assert dire(adresse, "CONNECT ailleurs.invalid:443 HTTP/1.1\r\nHost: ailleurs.invalid\r\n\r\n") == [
        "This server is not a proxy."
    ]
    assert dire(adresse, "n'importe quoi\r\n\r\n") == ["Invalid HTTP request received."]
