"""Advancing the clock: a discrete-event simulation of the nights.

Source: architecture, "Nights": pilotage asks every service for its next due batch, moves the bac's clock to the
earliest, runs it to the end, and repeats up to the wanted instant, missed nights in order. It reads the part rows,
never the queue. Everything a step needs to go on after a crash is in the bac's clock row and part rows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import psycopg
import structlog
from msgspec import Struct
from procrastinate.exceptions import ConnectorException
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.pilotage.models import Journal
from services.pilotage.rules import horloge as rules
from services.pilotage.use_cases.diffusion import Diffusion
from shared.batches.file import FileNuits
from shared.contracts.refus import Refus
from shared.horloge.profils import ProfilAcademique
from shared.http.clients import Clients
from shared.http.noyau import Noyau
from shared.persistence.acces import SERVICES, VERROU_BAC
from shared.persistence.bacs import GestionBacs
from shared.persistence.bases import traduire
from shared.persistence.sim import CANAL_PARTS, LigneHorloge, Part

journal = structlog.get_logger("horloge")

AUTRES = tuple(s for s in SERVICES if s != "pilotage")
SANS_PROGRES = 15.0
"""Seconds without a part done after which the parts are put in the queue again (done ones do nothing)."""
PAUSE = 0.2
"""Seconds between two looks at the open parts, unless as many are told to be over before."""
SANS_LIMITE = 1_000_000
UNE_SEMAINE = timedelta(days=8)
PASSAGERES = (DBAPIError, psycopg.Error, ConnectorException, httpx.TransportError, Refus)
"""What a step survives: the database, the queue or a neighbour lets go."""


class HorlogeOccupee(Refus):
    """A step is already running (409)."""

    code = "HORLOGE_AVANCE"
    statut = 409


class Echeance(Struct, frozen=True):
    """A due batch."""

    service: str
    lot: str
    libelle: str
    instant: datetime
    ordre: int

    @property
    def tri(self) -> tuple[datetime, int]:
        """Earlier first, then the declared order."""
        return self.instant, self.ordre


class Suites(Struct, frozen=True):
    """What comes after an instant: the batches due, in the order of running, and the services whose outbox holds
    something. `apres`: the instant and the rank in it."""

    apres: tuple[datetime, int]
    echeances: list[Echeance]
    en_attente: list[str]


@dataclass(frozen=True, slots=True)
class LotEnCours:
    """The batch that runs now in a bac, and how many of its parts are done."""

    service: str
    lot: str
    libelle: str
    faites: int
    total: int


class Cadence:
    """Moves the clocks of the bacs, each in a thread of its own while a step lasts."""

    def __init__(self, noyau: Noyau, gestion: GestionBacs, diffusion: Diffusion) -> None:
        self.noyau = noyau
        self.gestion = gestion
        self.diffusion = diffusion
        assert noyau.reglages.acces_gestion is not None
        self.file = FileNuits(noyau.reglages.acces_gestion)
        self.en_cours: dict[str, LotEnCours] = {}
        """What runs now, by bac: told to the pages while a step lasts."""
        self._fils: dict[str, threading.Thread] = {}
        self._demandes: dict[str, threading.Lock] = {}
        self._verrou = threading.Lock()
        self._arret = threading.Event()
        self._voisins = ThreadPoolExecutor(len(AUTRES), thread_name_prefix="horloge-voisins")

    # --- asked by users ------------------------------------------------------------------------------------------

    def demander(
        self, bac: str, mode: rules.Mode, instant: datetime | None = None, *, instantane: bool = True
    ) -> datetime:
        """Start a step, after a snapshot (`instantane`); where it goes. Raises `HorlogeOccupee`, HORLOGE_RECULE.

        The snapshot comes before the step is noted: a step that is resumed takes no other, which would be of the
        middle of a night.
        """
        self.gestion.trouver(bac)
        with self._demande_de(bac):
            with self.noyau.bases.session(bac) as s:
                (but, rang), suites = self._but(bac, s.scalars(select(LigneHorloge)).one(), mode, instant)
            if instantane:
                self.gestion.prendre_instantane(bac, "avant l'avance", automatique=True)
            with self.noyau.bases.session(bac) as s:
                ligne = s.scalars(select(LigneHorloge).with_for_update()).one()
                ligne.etat, ligne.cible, ligne.cible_rang = "advancing", but, rang
                try:
                    s.commit()
                finally:  # a commit whose answer was lost may have been done: the step looks for itself
                    self._lancer(bac, suites)
        return but

    def _but(
        self, bac: str, ligne: LigneHorloge, mode: rules.Mode, instant: datetime | None
    ) -> tuple[tuple[datetime, int], Suites | None]:
        """Where a step goes, and what the services said if they were asked."""
        if ligne.etat != "ready":
            raise HorlogeOccupee("L'horloge avance déjà.", remede="Attendez qu'elle soit arrivée, puis recommencez.")
        if mode != "lot":
            fuseau = ProfilAcademique.model_validate(ligne.profil).zone_horaire
            return (rules.cible(mode, ligne.instant, fuseau, instant), SANS_LIMITE), None
        depart = (ligne.instant, ligne.rang)
        suites = self._suites(bac, depart, (ligne.instant + UNE_SEMAINE, SANS_LIMITE))
        if not suites.echeances:
            raise Refus("Aucun lot n'est prévu.", code="AUCUN_LOT", statut=409)
        return suites.echeances[0].tri, suites

    def _demande_de(self, bac: str) -> threading.Lock:
        with self._verrou:
            return self._demandes.setdefault(bac, threading.Lock())

    def attendre(self, bac: str, delai: float) -> bool:
        """Wait for the running step of a bac; whether it is over."""
        with self._verrou:
            fil = self._fils.get(bac)
        if fil is not None:
            fil.join(delai)
        return fil is None or not fil.is_alive()

    def reprendre_tout(self) -> None:
        """Go on with what a stopped pilotage left unfinished, in a thread: the database may not answer yet."""
        threading.Thread(target=self._reprendre_tout, name="reprise", daemon=True).start()

    def _reprendre_tout(self) -> None:
        attente = 0.1
        while not self._arret.is_set():
            try:
                reste = [bac.nom for bac in self.gestion.lister() if not self._reprendre(bac.nom)]
                if not reste:
                    return
            except PASSAGERES as erreur:
                journal.info("reprise remise", cause=type(erreur).__name__)
            self._arret.wait(attente)
            attente = min(2.0, attente * 2)

    def _reprendre(self, bac: str) -> bool:
        """Repair a bac and go on with its step; False when its database does not answer yet."""
        try:
            self.gestion.reparer(bac)
            with self.noyau.bases.session(bac) as s:
                avance = s.scalar(select(LigneHorloge.etat)) == "advancing"
        except PASSAGERES as erreur:
            refus = traduire(erreur, bac)
            return refus is not None and refus.code == "BAC_INCONNU"
        if avance and not self.attendre(bac, 0):
            return True  # a user's request got there first
        if avance:
            self._lancer(bac)
        return True

    def fermer(self) -> None:
        """Stop between two gestures; a running step goes on at the next start."""
        self._arret.set()
        for fil in list(self._fils.values()):
            fil.join(3)
        self.file.fermer()
        self._voisins.shutdown(wait=False, cancel_futures=True)

    # --- the step itself -------------------------------------------------------------------------------------------

    def _lancer(self, bac: str, suites: Suites | None = None) -> None:
        with self._verrou:
            fil = threading.Thread(target=self._mener, args=(bac, suites), name=f"horloge-{bac}", daemon=True)
            self._fils[bac] = fil
            fil.start()

    def _mener(self, bac: str, suites: Suites | None) -> None:
        self.diffusion.publier(bac, "horloge", etat="advancing")
        attente = 0.1
        while not self._arret.is_set():
            try:
                self._avancer(bac, suites)
                break
            except PASSAGERES as erreur:
                code = erreur.code if isinstance(erreur, Refus) else type(erreur).__name__
                if isinstance(erreur, Refus) and erreur.code == "BAC_INCONNU":
                    self.en_cours.pop(bac, None)
                    return
                journal.warning("pas interrompu, repris", bac=bac, cause=code)
                self.diffusion.publier(bac, "attente", cause=code)
                self._arret.wait(attente)
                attente = min(2.0, attente * 2)
            except Exception as erreur:
                journal.error("pas interrompu", bac=bac, exc_info=erreur)
                self._arret.wait(1)
        self.en_cours.pop(bac, None)
        self.diffusion.publier(bac, "horloge", etat="ready")

    def _avancer(self, bac: str, suites: Suites | None) -> None:
        with (
            self.noyau.bases.moteur(bac).connect() as connexion,
            Session(bind=connexion, expire_on_commit=False) as s,
            self.gestion.statistiques(bac) as rafraichir,
        ):
            # On this connection the lock outlives the commits below; it goes with the connection.
            s.execute(text("SELECT pg_advisory_lock(:cle)"), {"cle": VERROU_BAC})
            s.execute(text(f"LISTEN {CANAL_PARTS}"))
            try:
                ligne = s.scalars(select(LigneHorloge)).one()
                s.commit()
                if ligne.etat != "advancing" or ligne.cible is None:
                    return
                rafraichir()
                limite = (ligne.cible, SANS_LIMITE if ligne.cible_rang is None else ligne.cible_rang)
                arrivee = (ligne.instant, ligne.rang)
                if suites is None or suites.apres != arrivee:  # nobody has just asked
                    suites = self._suites(bac, arrivee, limite)
                self._livrer(bac, suites.en_attente)
                for due in (e for e in suites.echeances if e.tri <= limite):
                    if self._arret.is_set():
                        return
                    fait = self._faire(s, bac, ligne.generation, due)
                    if fait is None:
                        return
                    if fait:
                        rafraichir()
                    arrivee = due.tri
                instant, rang = arrivee if arrivee[0] == limite[0] else (limite[0], -1)
                fin = {"etat": "ready", "cible": None, "cible_rang": None, "instant": instant, "rang": rang}
                s.execute(update(LigneHorloge).values(**fin))
                s.commit()
            finally:
                if not connexion.invalidated and not connexion.closed:
                    s.rollback()
                    s.execute(text("UNLISTEN *"))
                    s.execute(text("SELECT pg_advisory_unlock(:cle)"), {"cle": VERROU_BAC})
                    s.commit()

    def _suites(self, bac: str, apres: tuple[datetime, int], limite: tuple[datetime, int]) -> Suites:
        """Every batch due after `apres`, up to `limite`. Each service says, and all are asked together."""
        clients = self._clients(bac)
        instant, rang = apres
        bornes = {"apres": instant.isoformat(), "rang": rang, "jusque": limite[0].isoformat()}
        dites = list(self._voisins.map(lambda nom: clients[nom].lire("/_sim/lots/prochains", **bornes), AUTRES))
        lues = [
            Echeance(service, lu["lot"], lu["libelle"], datetime.fromisoformat(lu["instant"]), lu["ordre"])
            for service, dite in zip(AUTRES, dites, strict=True)
            for lu in dite["lots"]
        ]
        en_attente = [service for service, dite in zip(AUTRES, dites, strict=True) if dite["en_attente"]]
        return Suites(apres, sorted((e for e in lues if e.tri <= limite), key=lambda e: e.tri), en_attente)

    def _faire(self, s: Session, bac: str, generation: int, due: Echeance) -> bool | None:
        """Run one batch to its end; whether something was done, None when this process is asked to stop before."""
        # The rank before it: a killed step finds this batch due again, and its done parts done.
        s.execute(update(LigneHorloge).values(instant=due.instant, rang=due.ordre - 1))
        s.commit()
        self._progres(bac, due, 0, 0)
        self.diffusion.publier(bac, "lot", service=due.service, lot=due.lot, libelle=due.libelle, instant=due.instant)
        client = self._clients(bac)[due.service]
        prevu = client.poster(f"/_sim/lots/{due.lot}/planifier", {"instant": due.instant.isoformat()})
        livres = prevu["livres"]
        if prevu["ouvertes"] and not self._attendre_parts(s, bac, generation, due, prevu["paquet"]):
            return None
        if prevu["parts"] and prevu["envoie"]:
            livres += client.poster("/_sim/envois/livrer")["livres"]
        elif not prevu["parts"] and not livres:
            return False
        bilan = self._bilan(s, due)
        s.add(
            Journal(
                instant=due.instant,
                sens="lot",
                genre=due.lot,
                origine=due.service,
                nb=bilan["nb"],
                nb_refus=bilan["nb_refus"],
                libelle=due.libelle,
                resume=bilan | {"livres": livres},
            )
        )
        s.execute(update(LigneHorloge).values(rang=due.ordre))
        s.commit()
        if bilan["parts"]:
            self.diffusion.publier(bac, "lot_fait", service=due.service, lot=due.lot, instant=due.instant, **bilan)
        return bool(bilan["parts"])

    def _attendre_parts(self, s: Session, bac: str, generation: int, due: Echeance, paquet: int) -> bool:
        """Wait until no part is open; False when this process is asked to stop before.

        The end of each part is notified to the connection of `s`, which listens; the rows alone tell it is so.
        """
        ici = (
            Part.service == due.service,
            Part.lot == due.lot,
            Part.instant == due.instant,
            Part.etat == "ouverte",
        )
        reste, total, dernier_progres = -1, 0, 0.0
        psycopg_connexion = s.connection().connection.driver_connection
        assert isinstance(psycopg_connexion, psycopg.Connection)
        while not self._arret.is_set():
            cles = s.scalars(select(Part.cle).where(*ici).order_by(Part.cle)).all()
            s.commit()
            if len(cles) != reste:
                total = max(total, len(cles))
                self._progres(bac, due, total - len(cles), total)
            if not cles:
                return True
            maintenant = time.monotonic()
            if len(cles) != reste and reste >= 0:
                dernier_progres, reste = maintenant, len(cles)
            elif maintenant - dernier_progres > SANS_PROGRES or reste < 0:
                self.file.reveiller(bac, generation, due.service, due.lot, due.instant, cles, paquet)
                dernier_progres, reste = maintenant, len(cles)
            for _ in psycopg_connexion.notifies(timeout=PAUSE, stop_after=reste):
                pass
        return False

    def _progres(self, bac: str, due: Echeance, faites: int, total: int) -> None:
        self.en_cours[bac] = LotEnCours(due.service, due.lot, due.libelle, faites, total)
        if total:
            self.diffusion.publier(bac, "progres", lot=due.lot, libelle=due.libelle, faites=faites, total=total)

    @staticmethod
    def _bilan(s: Session, due: Echeance) -> dict[str, Any]:
        ici = (Part.service == due.service, Part.lot == due.lot, Part.instant == due.instant)
        bilan: dict[str, Any] = {"parts": 0, "en_erreur": 0, "nb": 0, "nb_refus": 0}
        for etat, resume in s.execute(select(Part.etat, Part.resume).where(*ici)):
            bilan["parts"] += 1
            bilan["en_erreur"] += etat == "en_erreur"
            bilan["nb"] += int((resume or {}).get("nb", 0))
            bilan["nb_refus"] += int((resume or {}).get("nb_refus", 0))
        return bilan

    def _livrer(self, bac: str, en_attente: Sequence[str]) -> None:
        """Empty the outboxes, in the declared order; what one receives may make the next ones send."""
        clients = self._clients(bac)
        recus = False
        for service in AUTRES:
            if recus or service in en_attente:
                recus |= clients[service].poster("/_sim/envois/livrer")["livres"] > 0

    def _clients(self, bac: str) -> Clients:
        return self.noyau.clients.pour(bac)
