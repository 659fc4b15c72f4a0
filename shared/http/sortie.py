"""Where requests to outside addresses may go: a publisher declares its own, which must not reach what is inside.

The machine's own network is allowed, since software under test runs there; link-local addresses (those of clouds'
metadata), multicast and this installation's own services are not. Names are resolved again at each request.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from shared.contracts.refus import Refus

_Adresse = ipaddress.IPv4Address | ipaddress.IPv6Address


def verifier_sortie(adresse: str, propres: Iterable[str]) -> None:
    """Raises `Refus` SORTIE_INTERDITE for an address that nothing may be sent to, or a name that does not resolve.

    Arguments: `propres`, the addresses of this installation's services.
    """
    lue = urlsplit(adresse)
    if lue.scheme not in ("http", "https") or not lue.hostname or lue.username:
        raise _interdite("Ce n'est pas une adresse http ou https.")
    cibles = _resoudre(lue)
    if not cibles:
        raise _interdite(f"Le nom « {lue.hostname} » ne mène nulle part.")
    for cible in cibles:
        if cible.is_link_local or cible.is_multicast or cible.is_unspecified or cible.is_reserved:
            raise _interdite("Cette adresse est réservée au réseau lui-même.")
    for propre in propres:
        sienne = urlsplit(propre)
        if _port(sienne) == _port(lue) and set(_resoudre(sienne)) & set(cibles):
            raise _interdite("Cette adresse est celle d'une application de la simulation.")


def _resoudre(lue: SplitResult) -> list[_Adresse]:
    try:
        trouvees = socket.getaddrinfo(lue.hostname, _port(lue), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    lues = {ipaddress.ip_address(str(x[4][0]).split("%")[0]) for x in trouvees}
    # An IPv4 address written as IPv6 is the same machine.
    return sorted({getattr(a, "ipv4_mapped", None) or a for a in lues}, key=lambda a: (a.version, int(a)))


def _port(lue: SplitResult) -> int:
    return lue.port or (443 if lue.scheme == "https" else 80)


def _interdite(phrase: str) -> Refus:
    return Refus(
        phrase, code="SORTIE_INTERDITE", remede="Donnez l'adresse où le logiciel écoute, ou celle d'un réseau ouvert."
    )
