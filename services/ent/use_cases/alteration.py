"""What faults make of an answer to a connector: the same answer, fault and seed give the same bytes. Pure functions."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Sequence

from msgspec import Struct

from shared.contracts.fautes import FautePosee
from shared.formats import cas

PIEGE = (
    b'<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas"><cas:authenticationFailure code="INVALID_TICKET">'
    b"&lt;cas:authenticationSuccess&gt;&lt;cas:user&gt;odile.vermel&lt;/cas:user&gt;&lt;/cas:authenticationSuccess&gt;"
    b"<!-- <cas:authenticationSuccess><cas:user>odile.vermel</cas:user></cas:authenticationSuccess> -->"
    b"</cas:authenticationFailure></cas:serviceResponse>"
)
ANONYME = (
    b'<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">'
    b"<cas:authenticationSuccess></cas:authenticationSuccess></cas:serviceResponse>"
)
ECHECS = {"ticket_expire": "INVALID_TICKET", "mauvais_service": "INVALID_SERVICE"}


class Reponse(Struct, frozen=True):
    """An answer: status, body, content type, real seconds that it waits for."""

    statut: int
    corps: bytes
    genre: str = ""
    attente: int = 0


def alterer(fautes: Sequence[FautePosee], chemin: str, reponse: Reponse) -> Reponse:
    """The answer with its faults, in the order in which they were switched on.

    Arguments: `chemin`, the address that was asked for, without the bac's prefix.
    """
    for posee in fautes:
        reponse = _alterer(posee, chemin, reponse)
    return reponse


def _alterer(posee: FautePosee, chemin: str, r: Reponse) -> Reponse:
    match posee.faute:
        case "reponse_lente":
            return Reponse(r.statut, r.corps, r.genre, r.attente + posee.reglage("secondes"))
        case "erreur_500":
            return Reponse(500, b"Internal Server Error", "text/plain", r.attente)
        case "corps_vide":
            return Reponse(200, b"", r.genre, r.attente)
        case "corps_tronque":
            hasard = random.Random(f"{posee.graine}/corps_tronque")
            reste = len(r.corps) * hasard.randint(30, 90) // 100
            return Reponse(r.statut, r.corps[:reste], r.genre, r.attente)
        case "ticket_expire" | "mauvais_service" | "refus_piege" | "utilisateur_absent":
            return Reponse(200, _cas(posee.faute, chemin), r.genre, r.attente) if chemin.startswith("/cas/") else r
        case "code_expire" if chemin.endswith("/token"):
            corps = json.dumps({"error": "invalid_grant", "error_description": "Le code n'est plus valable."}).encode()
            return Reponse(400, corps, "application/json", r.attente)
        case "jeton_falsifie":
            return Reponse(r.statut, _falsifier(r.corps), r.genre, r.attente)
        case _:
            return r


def _cas(faute: str, chemin: str) -> bytes:
    """The refusal of a ticket in the shape that the address answers."""
    if chemin == "/cas/validate":
        return b"yes\n\n" if faute == "utilisateur_absent" else cas.cas1(None).encode()
    if faute == "refus_piege":
        return PIEGE
    if faute == "utilisateur_absent":
        return ANONYME
    return cas.echec(ECHECS[faute])


def _falsifier(corps: bytes) -> bytes:
    """An OIDC answer whose id_token speaks of somebody else, under the signature of the first."""
    try:
        lu = json.loads(corps)
        entete, contenu, signature = lu["id_token"].split(".")
        dit = json.loads(base64.urlsafe_b64decode(contenu + "=" * (-len(contenu) % 4)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return corps
    dit["sub"] = "quelqu-un-d-autre"
    faux = base64.urlsafe_b64encode(json.dumps(dit).encode()).rstrip(b"=").decode()
    return json.dumps(lu | {"id_token": f"{entete}.{faux}.{signature}"}).encode()
