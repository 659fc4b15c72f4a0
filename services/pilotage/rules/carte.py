"""What the map shows of each exchange: what last passed, what waits and until when. Pure functions.

Source: architecture, "Nights" (an integration takes the remontées up to the day before) and CAL-08 to CAL-13.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from services.pilotage.rules.chaine import Attente, Echange, Fleche, Source
from services.pilotage.rules.lignes import Ligne
from shared.horloge.nuits import HoraireNuits


class Envoi(Struct, frozen=True):
    """A message of an outbox that has not gone through: `etat` is `en_attente` or `refuse`."""

    genre: str
    destinataire: str
    etat: str
    nb: int = 0
    livre_le: datetime | None = None


class Releve(Struct, frozen=True):
    """What the services said: recent lines, the last ones of each kind that is followed, outboxes, who is silent."""

    lignes: Mapping[str, Sequence[Ligne]] = field(default_factory=dict)
    passages: Mapping[Source, Sequence[Ligne]] = field(default_factory=dict)
    envois: Mapping[str, Sequence[Envoi]] = field(default_factory=dict)
    muets: Mapping[str, str] = field(default_factory=dict)

    def de(self, sources: Iterable[Source]) -> list[Ligne]:
        """The recent lines of some kinds."""
        return [
            ligne
            for s in sources
            for ligne in self.lignes.get(s.service, ())
            if ligne.genre == s.genre and ligne.sens == s.sens
        ]


class Passage(Struct, frozen=True):
    """What last passed: the lines of one instant, summed over the schools."""

    instant: datetime
    nb: int
    nb_refus: int
    libelle: str


class AttenteVue(Struct, frozen=True):
    """What waits: how many, in words, until when (None: until a person's `geste`)."""

    nb: int
    mot: str
    jusqu_a: datetime | None = None
    geste: str = ""


class EchangeVu(Struct, frozen=True):
    """An exchange as it stands. `en_file`: messages in the outbox; `refuses`: those refused since what last passed."""

    echange: Echange
    dernier: Passage | None
    attentes: tuple[AttenteVue, ...]
    prochain: datetime | None
    en_file: int
    refuses: int

    @property
    def etat(self) -> str:
        """`attente`, `passe` or `vide` (nothing has ever passed)."""
        if self.attentes or self.en_file:
            return "attente"
        return "passe" if self.dernier else "vide"

    @property
    def en_refus(self) -> bool:
        """Whether something was refused the last time."""
        return bool(self.refuses or (self.dernier and self.dernier.nb_refus))


class FlecheVue(Struct, frozen=True):
    """An arrow as it stands."""

    fleche: Fleche
    echanges: tuple[EchangeVu, ...]

    @property
    def dernier(self) -> Passage | None:
        """The latest passage of its exchanges."""
        passages = [e.dernier for e in self.echanges if e.dernier]
        return max(passages, key=lambda p: p.instant, default=None)

    @property
    def attentes(self) -> list[AttenteVue]:
        """What waits on it, the soonest first, what waits for a person last."""
        toutes = [a for e in self.echanges for a in e.attentes]
        return sorted(toutes, key=lambda a: (a.jusqu_a is None, a.jusqu_a.timestamp() if a.jusqu_a else 0.0))

    @property
    def etat(self) -> str:
        """`attente` when something waits, else `passe`, else `vide`."""
        etats = {e.etat for e in self.echanges}
        return next(e for e in ("attente", "passe", "vide") if e in etats)

    @property
    def en_refus(self) -> bool:
        """Whether its latest passage had refusals, or a message was refused since."""
        return bool((self.dernier and self.dernier.nb_refus) or any(e.refuses for e in self.echanges))


def voir(
    fleches: Sequence[Fleche], releve: Releve, maintenant: datetime, nuits: HoraireNuits, fuseau: ZoneInfo
) -> list[FlecheVue]:
    """The arrows as they stand at `maintenant` (aware), in the declared order."""
    return [FlecheVue(f, tuple(_echange(f, e, releve, maintenant, nuits, fuseau) for e in f.echanges)) for f in fleches]


def _echange(
    fleche: Fleche, e: Echange, releve: Releve, maintenant: datetime, nuits: HoraireNuits, fuseau: ZoneInfo
) -> EchangeVu:
    dernier = _dernier(releve, e.passages)
    envois = [x for x in releve.envois.get(fleche.de, ()) if x.genre in e.envois and x.destinataire == fleche.vers]
    attentes = (_par_lot(a, releve, maintenant, nuits, fuseau) if a.lot else _par_geste(a, releve) for a in e.attentes)
    return EchangeVu(
        echange=e,
        dernier=dernier,
        attentes=tuple(a for a in attentes if a is not None),
        prochain=nuits.prochain(e.lot, maintenant, fuseau) if e.lot else None,
        en_file=sum(x.etat == "en_attente" for x in envois),
        refuses=sum(
            x.etat == "refuse" and (dernier is None or x.livre_le is None or x.livre_le >= dernier.instant)
            for x in envois
        ),
    )


def _dernier(releve: Releve, sources: Sequence[Source]) -> Passage | None:
    lignes = [ligne for s in sources for ligne in releve.passages.get(s, ())]
    if not lignes:
        return None
    instant = max(ligne.instant for ligne in lignes)
    ensemble = [ligne for ligne in lignes if ligne.instant == instant]
    return Passage(
        instant=instant,
        nb=sum(ligne.nb for ligne in ensemble),
        nb_refus=sum(ligne.nb_refus for ligne in ensemble),
        libelle=ensemble[0].libelle,
    )


def echeance(nuits: HoraireNuits, lot: str, instant: datetime, fuseau: ZoneInfo) -> datetime:
    """When batch `lot` takes what was done at `instant`: an integration takes what came up to the day before."""
    du = nuits.prochain(lot, instant, fuseau)
    if lot == "aaf_integration":
        jour = instant.astimezone(fuseau).date()
        while du.astimezone(fuseau).date() <= jour:
            du = nuits.prochain(lot, du, fuseau)
    return du


def _par_lot(
    a: Attente, releve: Releve, maintenant: datetime, nuits: HoraireNuits, fuseau: ZoneInfo
) -> AttenteVue | None:
    """What no batch has had the occasion to take yet."""
    assert a.lot is not None
    restent: list[tuple[Ligne, datetime]] = []
    for ligne in releve.de(a.sources):
        du = echeance(nuits, a.lot, ligne.instant, fuseau)
        if du > maintenant:
            restent.append((ligne, du))
    nb = _compter(a, [ligne for ligne, _ in restent])
    return AttenteVue(nb, a.mot[nb > 1], jusqu_a=min(du for _, du in restent)) if nb else None


def _par_geste(a: Attente, releve: Releve) -> AttenteVue | None:
    """What nobody has carried yet: the lines later than the last gesture of the same school and year."""
    fins: dict[tuple[str | None, int | None], list[Ligne]] = {}
    gestes = [*releve.de(a.fin), *(ligne for s in a.fin for ligne in releve.passages.get(s, ()))]
    for ligne in gestes:
        fins.setdefault(_ecole(a, ligne), []).append(ligne)
    restent = [
        ligne for ligne in releve.de(a.sources) if not any(_suit(fin, ligne) for fin in fins.get(_ecole(a, ligne), ()))
    ]
    nb = _compter(a, restent)
    return AttenteVue(nb, a.mot[nb > 1], geste=a.geste) if nb else None


def _suit(fin: Ligne, ligne: Ligne) -> bool:
    """Whether `fin` came after `ligne`. The clock stands still by day: within a service the numbers tell."""
    if fin.service == ligne.service:
        return (fin.instant, fin.id) > (ligne.instant, ligne.id)
    return fin.instant >= ligne.instant


def _ecole(a: Attente, ligne: Ligne) -> tuple[str | None, int | None]:
    return ligne.uai, ligne.annee if a.par_annee else None


def _compter(a: Attente, lignes: Sequence[Ligne]) -> int:
    if a.par_ecole:
        return len({_ecole(a, ligne) for ligne in lignes})
    return len(lignes) if a.par_ligne else sum(ligne.nb for ligne in lignes)
