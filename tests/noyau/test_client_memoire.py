"""What the client between services keeps of a request once it is answered: nothing."""

from __future__ import annotations

import gc
import weakref

import httpx

from shared.http.clients import Clients


def test_an_answer_is_let_go_without_looking_for_garbage() -> None:
    """Whoever sends many large messages holds one at a time, however rarely garbage is looked for."""
    transport = httpx.Client(transport=httpx.MockTransport(lambda requete: httpx.Response(200, json={"nb": 1})))
    client = Clients({"aaf": "http://aaf.invalid"}, None, transport)["aaf"]
    gc.collect()
    gc.disable()
    try:
        reponse = client.demander("POST", "/_echanges/essai", content=b"x" * 1000)
        assert reponse.json() == {"nb": 1}
        gardee = weakref.ref(reponse)
        del reponse
        assert gardee() is None
    finally:
        gc.enable()
