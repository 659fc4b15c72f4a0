"""Where an installation lives and how its processes are set: from the environment, or found by the supervisor."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from shared.contracts.refus import Refus
from shared.http.service import PORTS, Reglages
from shared.persistence.acces import ROLE_GESTION, AccesBase, role_service
from shared.persistence.embarque import default_home


class Implantation(Struct, frozen=True):
    """An installation: its folder, its server, its secret, the address of each service."""

    racine: Path
    hote_base: str
    port_base: int
    secret: str
    adresses: Mapping[str, str]
    jeton: str | None = None
    hotes: tuple[str, ...] = ()

    @property
    def jeton_interne(self) -> str:
        """The token between services, derived from the secret."""
        return hmac.new(self.secret.encode(), b"rentree/jeton-interne", hashlib.sha256).hexdigest()

    def acces(self, role: str) -> AccesBase:
        """The access of a role on the server."""
        return AccesBase(self.hote_base, self.port_base, "", "").pour(role, self.secret)

    def reglages(self, service: str) -> Reglages:
        """The settings of one service: its own role alone; pilotage also gets the role that owns the bacs."""
        pilote = service == "pilotage"
        return Reglages(
            acces=self.acces(role_service(service)),
            racine=self.racine,
            adresses=self.adresses,
            jeton_interne=self.jeton_interne,
            jeton=self.jeton,
            hotes=("127.0.0.1", "localhost", "[::1]", *self.hotes),
            acces_gestion=self.acces(ROLE_GESTION) if pilote else None,
            secret=self.secret if pilote else None,
        )


def lire_secret(racine: Path) -> str:
    """The installation's secret: RENTREE_SECRET, or a file of mode 0600 made on first use."""
    donne = os.environ.get("RENTREE_SECRET")
    if donne:
        return donne
    racine.mkdir(parents=True, exist_ok=True)
    chemin = racine / "secret"
    try:
        fd = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return chemin.read_text().strip()
    except OSError as erreur:
        raise Refus(
            f"Le dossier de l'installation n'est pas accessible en écriture : {racine.name}.",
            code="DOSSIER_INACCESSIBLE",
            remede="Choisissez-en un autre avec RENTREE_HOME.",
        ) from erreur
    with os.fdopen(fd, "w") as sortie:
        sortie.write(secrets.token_hex(32))
    return chemin.read_text().strip()


def racine_par_defaut() -> Path:
    """RENTREE_HOME, else the platform's own place."""
    return default_home(os.environ)


def ports_voulus() -> dict[str, int]:
    """The ports asked for: RENTREE_PORT moves the whole range (0: free ones), RENTREE_PORT_<SERVICE> moves one."""
    base = os.environ.get("RENTREE_PORT")
    ports = {}
    for nom, port in PORTS.items():
        if base is not None:
            port = 0 if int(base) == 0 else int(base) + port - 8000
        ports[nom] = int(os.environ.get(f"RENTREE_PORT_{nom.upper()}", port))
    return ports


def adresses_voulues() -> dict[str, str]:
    """The base URL of each service, from RENTREE_ADRESSE_<SERVICE>, else loopback and the wanted ports."""
    ports = ports_voulus()
    return {nom: os.environ.get(f"RENTREE_ADRESSE_{nom.upper()}", f"http://127.0.0.1:{ports[nom]}") for nom in PORTS}


def implantation_de_l_environnement() -> tuple[Implantation, AccesBase]:
    """The installation that RENTREE_DATABASE_URL and its neighbours describe, and its administrator's access.

    Raises `Refus` URL_BASE_INVALIDE.
    """
    url = urlsplit(os.environ.get("RENTREE_DATABASE_URL", ""))
    if url.scheme not in {"postgresql", "postgres"} or not url.hostname:
        raise Refus(
            "RENTREE_DATABASE_URL n'est pas l'adresse d'un serveur PostgreSQL.",
            code="URL_BASE_INVALIDE",
            remede="Écrivez-la ainsi : postgresql://role:mot_de_passe@hote:5432/postgres.",
        )
    racine = racine_par_defaut()
    hote, port = url.hostname, url.port or 5432
    jeton = os.environ.get("RENTREE_JETON") or None
    adresses = adresses_voulues()
    hotes = tuple(sorted({h for a in adresses.values() if (h := urlsplit(a).hostname)}))
    extra = tuple(h for h in os.environ.get("RENTREE_HOTES", "").split(",") if h)
    implantation = Implantation(racine, hote, port, lire_secret(racine), adresses, jeton, hotes + extra)
    return implantation, AccesBase(hote, port, url.username or "postgres", url.password or "")
