"""The use cases of the AAF (or of another service) at any instant, without the other services nor the bac's clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from services.aaf import models
from shared.batches.lots import PartAFaire
from shared.contracts.echanges import RemonteeBee, RemonteeRectorat, RemonteeSts
from shared.persistence.unite import LIRE_HORLOGE, Unite

from . import jeu_aaf as jeu

LUNDI = date(2021, 9, 6)
Remontee = RemonteeBee | RemonteeSts | RemonteeRectorat


class Veilleur:
    """Runs the use cases of a service at any instant, without the others."""

    def __init__(self, bac: Any, service: str = "aaf") -> None:
        noyau = bac.installation.applications[service].state.noyau
        self.bac = bac
        self.service = service
        self.fabrique = noyau.fabrique
        self.receptions = {r.modele: r for r in noyau.service.receptions}
        self.lots = {lot.nom: lot for lot in noyau.service.lots}

    @contextmanager
    def a(self, instant: datetime) -> Iterator[Unite]:
        """A unit of work at that instant, committed at the end."""
        f = self.fabrique
        with f.bases.session(self.bac.nom) as session:
            lue = dict(session.execute(LIRE_HORLOGE).one()._mapping) | {"instant": instant}
            ligne: Any = SimpleNamespace(**lue)
            yield Unite(
                service=self.service,
                session=session,
                ligne=ligne,
                fichiers=f.fichiers,
                clients=f.clients.pour(self.bac.nom, instant),
                table_envoi=f.table_envoi,
                table_journal=f.table_journal,
            )
            session.commit()

    def vider(self) -> None:
        """Forget everything: another year begins."""
        with self.a(self.bac.maintenant) as u:
            for table in reversed(models.Base.metadata.sorted_tables):
                u.session.execute(table.delete())

    def recevoir(self, instant: datetime, messages: Iterable[Remontee]) -> None:
        """The remontées of a night."""
        with self.a(instant) as u:
            for message in messages:
                self.receptions[type(message)].traiter(u, message)

    def faire(self, lot: str, instant: datetime, *, delta_avant: bool = False) -> None:
        """A batch, part by part. `delta_avant`: before each complete feed but the first, a delta."""
        with self.a(instant) as u:
            parts = self.lots[lot].planifier(u, instant)
        for part in parts:
            if delta_avant and part.donnees.get("type") == "Complet" and part.donnees["numero"] > 1:
                self.executer(lot, instant - timedelta(minutes=1), part, type="Delta")
                part.donnees["numero"] += 1
            self.executer(lot, instant, part)

    def nuit(self, jour: date, *messages: Remontee) -> None:
        """What goes up on `jour` is integrated the next evening, and fed the morning after."""
        self.recevoir(le(jour, 23, 30), messages)
        self.faire("aaf_integration", le(jour + timedelta(days=1), 20))
        self.faire("aaf_alimentation", le(jour + timedelta(days=2), 2))

    def executer(self, lot: str, instant: datetime, part: PartAFaire, **autrement: str) -> None:
        """One part, with some of its data otherwise."""
        with self.a(instant) as u:
            self.lots[lot].executer(u, PartAFaire(part.cle, part.donnees | autrement))


def le(jour: date, heure: int, minute: int = 0) -> datetime:
    """A local instant."""
    return datetime.combine(jour, time(heure, minute), jeu.PARIS)


def ecole_d_un_eleve(bac: Any) -> Veilleur:
    """A school of one pupil, integrated on Tuesday evening."""
    v = Veilleur(bac)
    message = jeu.msg.RemonteeBee(
        uai=jeu.A,
        annee=2021,
        millesime=2021,
        instant=le(LUNDI, 23, 30),
        structure=jeu.structure(jeu.A),
        eleves=(jeu.eleve(1),),
    )
    v.recevoir(le(LUNDI, 23, 30), [message])
    v.faire("aaf_integration", le(LUNDI + timedelta(days=1), 20))
    return v
