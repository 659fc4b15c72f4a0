"""Where a bac stands, read in one short unit: what every page of the control room shows.

Source: architecture, "How it runs" (a step of the clock copies the bac, which then lets nobody in for a moment).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from services.pilotage.models import Journal
from services.pilotage.rules.lignes import Ligne
from services.pilotage.use_cases.horloge import Cadence, LotEnCours
from shared.contracts.refus import Refus
from shared.horloge.horloge import HorlogeFixe, instant_fr
from shared.horloge.profils import ProfilAcademique
from shared.persistence.bacs import GestionBacs
from shared.persistence.sim import LigneHorloge
from shared.persistence.unite import Fabrique, Unite

PATIENCE = 4.0
"""Seconds during which a page waits for a bac that is being copied or put back."""
LOTS_LUS = 120


@dataclass(frozen=True, slots=True)
class Poste:
    """A bac's clock and the last batches of its nights.

    `etat` is `ready` or `advancing`; `cible` is where a running step goes; `en_cours`, the batch it runs now;
    `lots`, the journal's lines of batches, latest first (the recent ones, and the last of each batch).
    """

    bac: str
    generation: int
    graine: int
    donnees_reelles: bool
    profil: ProfilAcademique
    instant: datetime
    etat: str
    cible: datetime | None
    en_cours: LotEnCours | None
    lots: tuple[Ligne, ...]

    @property
    def fuseau(self) -> ZoneInfo:
        """The académie's time zone."""
        return self.profil.zone_horaire

    @property
    def horloge(self) -> HorlogeFixe:
        """The clock as pages print it."""
        return HorlogeFixe(self.instant, self.fuseau)

    @property
    def avance(self) -> bool:
        """Whether a step is running."""
        return self.etat != "ready"

    @property
    def phrase(self) -> str:
        """What the clock does now, in a sentence."""
        if not self.avance:
            return "L'horloge est arrêtée : rien ne passe tant que vous ne l'avancez pas."
        but = f" vers {instant_fr(self.cible, self.fuseau)}" if self.cible else ""
        if self.en_cours is None:
            return f"L'horloge avance{but}."
        parts = f" ({self.en_cours.faites} sur {self.en_cours.total})" if self.en_cours.total else ""
        return f"L'horloge avance{but}. Lot en cours : {self.en_cours.libelle}{parts}."


def lire_poste(
    fabrique: Fabrique, cadence: Cadence, gestion: GestionBacs, bac: str, *, avec_lots: bool = True
) -> Poste:
    """Where the bac stands; its batches too unless told not to.

    Waits while a snapshot is taken. Raises `Inconnu` BAC_INCONNU, `BaseInjoignable`.
    """
    limite = time.monotonic() + PATIENCE
    while True:
        try:
            return _lire(fabrique, cadence, bac, avec_lots)
        except Refus as refus:
            if refus.code not in {"BASE_INJOIGNABLE", "BAC_INCONNU"} or time.monotonic() > limite:
                raise
            if refus.code == "BAC_INCONNU":
                gestion.trouver(bac)  # its database is missing while it is put back, its line is not
            time.sleep(0.1)


def _lire(fabrique: Fabrique, cadence: Cadence, bac: str, avec_lots: bool) -> Poste:
    with fabrique.ouvrir(bac, ecriture=False) as u:
        ligne = u.session.scalars(select(LigneHorloge)).one()
        return Poste(
            bac=u.bac.nom,
            generation=u.bac.generation,
            graine=u.bac.graine,
            donnees_reelles=u.bac.donnees_reelles,
            profil=u.profil,
            instant=ligne.instant,  # read with `etat`: the unit's own was read before, the step may have ended since
            etat=ligne.etat,
            cible=ligne.cible,
            en_cours=cadence.en_cours.get(bac) if ligne.etat != "ready" else None,
            lots=_lots(u) if avec_lots else (),
        )


def _lots(u: Unite) -> tuple[Ligne, ...]:
    lots = select(Journal).where(Journal.sens == "lot")
    recents = u.session.scalars(lots.order_by(Journal.id.desc()).limit(LOTS_LUS)).all()
    derniers = u.session.scalars(lots.ext(distinct_on(Journal.genre)).order_by(Journal.genre, Journal.id.desc())).all()
    lignes = {j.id: Ligne.du_journal("pilotage", j) for j in (*recents, *derniers)}
    return tuple(lignes[i] for i in sorted(lignes, reverse=True))
