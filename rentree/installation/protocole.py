"""HTTP/1.1 as uvicorn reads it, but for requests that offer to change protocol: they keep their body."""

from __future__ import annotations

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Protocole(HttpToolsProtocol):
    """An offer of HTTP/2 or of a websocket is left aside, as RFC 9110 §7.8 lets a server do, and the request is read.

    Java's own client offers HTTP/2 with each request (`Upgrade: h2c`). The parser stops after the headers of such a
    request, and uvicorn drops what follows them: here the same request is read again, without the offer.
    """

    def _should_upgrade(self) -> bool:
        return True  # nothing is started from the first reading

    def data_received(self, data: bytes) -> None:
        """Bytes of a client."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offre:
            if self.parser.get_method() == b"CONNECT":
                self.send_400_response("This server is not a proxy.")
            else:
                self.data_received(self._sans_offre() + data[offre.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _sans_offre(self) -> bytes:
        """The head of the request that was read."""
        demande = b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        entetes = [b"%s: %s" % (nom, valeur) for nom, valeur in self.headers if nom != b"upgrade"]
        return b"\r\n".join([demande, *entetes, b"", b""])
