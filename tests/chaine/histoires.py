"""Stories over the whole chain: a small school of the demo, played through the services' own web services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from rentree.demo import DemandeDemo, etapes, preparer_entree
from rentree.demo.partie import Rentree
from shared.horloge.profils import profil
from shared.http.clients import Clients, nouveau_transport
from tests.conftest import BacEssai

EFFECTIF = 60


@dataclass
class Histoire:
    """A school being played in a bac of its own, and what was said at each moment (`dits`)."""

    bac: BacEssai
    r: Rentree
    dits: dict[str, Any] = field(default_factory=dict)

    @property
    def sts(self) -> str:
        """The school's year in STS-Web's web service."""
        return self.r.sts

    @property
    def bee(self) -> str:
        """The school's base in BEE's web service."""
        return self.r.bee

    def jouer(self, *noms: str) -> None:
        """Play steps of the demo, by name (`bascules` is `rentree.demo.etapes.jouer_bascules`)."""
        for nom in noms:
            getattr(etapes, f"jouer_{nom}")(self.r)

    def dans(self, heures: float) -> None:
        """Move the clock."""
        self.r.aller(self.r.maintenant() + timedelta(hours=heures))

    def suivre(self, q: str) -> list[dict[str, Any]]:
        """The dossiers of an investigation; every service answered."""
        lu = self.r.clients["pilotage"].lire("/api/suivre", q=q)
        assert lu["muets"] == {}
        dossiers: list[dict[str, Any]] = lu["dossiers"]
        return dossiers

    def suivi(self, q: str, **cles: str) -> dict[str, Any]:
        """The only dossier of an investigation that has these keys."""
        (trouve,) = [d for d in self.suivre(q) if all(d["cles"].get(n) == v for n, v in cles.items())]
        return trouve

    def calendrier(self) -> dict[str, Any]:
        """The year of the school, as the control room tells it."""
        lu: dict[str, Any] = self.r.clients["pilotage"].lire("/api/calendrier", uai=self.r.uai, annee=self.r.annee)
        assert lu["muets"] == {}
        return lu

    def etapes(self) -> dict[str, dict[str, Any]]:
        """The steps of the year, by key."""
        return {e["cle"]: e for e in self.calendrier()["etapes"]}

    def local(self, texte: str) -> datetime:
        """A local time of the académie."""
        return datetime.fromisoformat(texte).replace(tzinfo=self.r.fuseau)


@contextmanager
def histoire(installation: Any, nom: str, nom_profil: str, depart: str) -> Iterator[Histoire]:
    """A bac that starts on the day `depart`, with the academy, the school and its neighbour still to be played."""
    choisi = profil(nom_profil)
    debut = datetime.fromisoformat(f"{depart}T08:00").replace(tzinfo=choisi.zone_horaire)
    installation.gestion.creer(nom, profil=choisi, graine=1, depart=debut)
    lieu = installation.implantation
    demande = DemandeDemo(effectif=EFFECTIF, profil=nom_profil)
    with ExitStack() as pile:
        pile.callback(installation.gestion.supprimer, nom)
        transport = nouveau_transport()
        pile.callback(transport.close)
        r = Rentree(
            clients=Clients(lieu.adresses, lieu.jeton_interne, transport, nom),
            population=preparer_entree(demande, choisi, choisi.debut).population,
            fuseau=choisi.zone_horaire,
            dire=lambda etape, instant: None,
            instantanes=False,
        )
        yield Histoire(BacEssai(installation, nom, pile), r)
