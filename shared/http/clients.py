"""The client between services: one httpx client per process, retries, idempotency, tracing.

Source: architecture, "Nothing is lost": sent with an idempotency key. Everything that leaves goes through
`Client.demander`; refusals of the other side come back as `Refus`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
from msgspec import Struct

from shared.contracts.refus import Lieu, Refus
from shared.persistence.acces import BAC_PRINCIPAL


class ServiceInjoignable(Refus):
    """A neighbour does not answer (502)."""

    code = "SERVICE_INJOIGNABLE"
    statut = 502


def refus_de_reponse(reponse: httpx.Response) -> Refus:
    """The `Refus` that an error answer (a problem document, RFC 9457) stands for."""
    try:
        corps: dict[str, Any] = reponse.json()
    except ValueError:
        corps = {}
    lieu = corps.get("lieu")
    return Refus(
        str(corps.get("title") or f"Réponse {reponse.status_code} inattendue."),
        code=str(corps.get("code") or "REPONSE_INATTENDUE"),
        statut=reponse.status_code,
        remede=corps.get("remede"),
        regle=corps.get("regle"),
        lieu=Lieu(**lieu) if isinstance(lieu, dict) else None,
        details=corps.get("details"),
    )


class Client:
    """Requests to one service, in one bac."""

    def __init__(self, transport: httpx.Client, service: str, adresse: str, bac: str, jeton: str | None) -> None:
        self._http = transport
        self.service = service
        self._racine = adresse.rstrip("/") + ("" if bac == BAC_PRINCIPAL else f"/b/{bac}")
        self._jeton = jeton

    def demander(
        self,
        methode: str,
        chemin: str,
        *,
        entetes: Mapping[str, str] | None = None,
        essais: int = 3,
        **options: Any,
    ) -> httpx.Response:
        """Send a request (httpx options: json, params, content, files, data); give the answer, status < 400.

        A connection that fails is tried again for GET and for requests with an idempotency key.
        Raises the other side's `Refus`, or `ServiceInjoignable`.
        """
        tous = dict(entetes or {})
        if self._jeton:
            tous["Authorization"] = f"Bearer {self._jeton}"
        derniere: Exception | None = None
        rejouable = methode == "GET" or "Idempotency-Key" in tous
        for essai in range(essais if rejouable else 1):
            if essai:
                time.sleep(0.05 * 2**essai)
            try:
                reponse = self._http.request(methode, self._racine + chemin, headers=tous, **options)
            except (httpx.TransportError, httpx.StreamError) as erreur:
                derniere = erreur
                continue
            # It is read: its stream and it would hold each other, and the megabytes sent, until garbage is looked for.
            reponse.stream = httpx.ByteStream(b"")
            if reponse.status_code == 503 and rejouable and essai + 1 < essais:
                derniere = None
                continue
            if reponse.status_code >= 400:
                raise refus_de_reponse(reponse)
            return reponse
        raise ServiceInjoignable(
            f"Le service « {self.service} » ne répond pas.",
            remede="Vérifiez qu'il tourne : l'état de chaque service est sur /_sim/health.",
            details={"cause": type(derniere).__name__ if derniere else "503"},
        )

    def lire(self, chemin: str, **parametres: Any) -> Any:
        """GET, decoded from JSON."""
        return self.demander("GET", chemin, params={k: v for k, v in parametres.items() if v is not None}).json()

    def poster(self, chemin: str, corps: Any = None, **options: Any) -> Any:
        """POST a JSON body; the decoded answer (None when it is empty)."""
        reponse = self.demander("POST", chemin, json=corps, **options)
        return reponse.json() if reponse.content else None


class Clients(Struct, frozen=True):
    """The neighbours of a service: `clients["aaf"]` in the bac of the unit of work."""

    adresses: Mapping[str, str]
    jeton: str | None
    transport: httpx.Client
    bac: str = BAC_PRINCIPAL
    instant: datetime | None = None

    def pour(self, bac: str, instant: datetime | None = None) -> Clients:
        """The same neighbours seen from another bac."""
        return Clients(self.adresses, self.jeton, self.transport, bac, instant)

    def __getitem__(self, service: str) -> Client:
        return Client(self.transport, service, self.adresses[service], self.bac, self.jeton)


def nouveau_transport() -> httpx.Client:
    """The one HTTP client of a process. Reused: building one costs tens of milliseconds."""
    return httpx.Client(
        timeout=httpx.Timeout(120, connect=5),
        limits=httpx.Limits(max_connections=40, max_keepalive_connections=20),
        trust_env=False,
        verify=False,  # noqa: S501 - only http:// on loopback or a private network: no TLS context to build
    )
