"""Everything known to stand in the way of one thing, in the order of the chain: the first stop, and those behind it.

An application downstream repeats what an application upstream held back: that is no other obstacle. Once it is mended
upstream, what is said downstream is old until the night has passed. Source: DIAG-01, DIAG-23; CAL-08 to CAL-13.
Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from services.pilotage.rules.assistance import SANS_INE
from services.pilotage.rules.chaine import CHAINE, SUJETS
from services.pilotage.rules.menus import Menu, situer
from services.pilotage.rules.rapprochement import FAMILLES
from services.pilotage.rules.verdict import Cadran, Conclusion, Obstacle
from shared.contracts.traces import Blocage, Trace

LIENS = ("liens élève-groupe", "liens élèves/groupes")
INE_DEMANDE = "INE demandé au répertoire national"
ORDRE_GROUPES = ("rectorat", "sts_web", "edt", "siecle_bee", "aaf", "ent")
"""Pupils are put in a group in EDT before SIECLE knows of it."""
RELAIS = {"groupe": "siecle_bee", "division": "siecle_bee", "agent": "sts_web", "eleve": "siecle_bee"}
"""What EDT holds back holds nothing when the application that it feeds has the thing all the same, by family."""


class Releve(Struct, frozen=True):
    """The obstacles, the instants at which what was mended meanwhile arrives (`en_chemin`), in order."""

    obstacles: tuple[Obstacle, ...]
    en_chemin: tuple[datetime, ...] = ()

    @property
    def retenants(self) -> tuple[Obstacle, ...]:
        """Those that hold the thing itself back."""
        return tuple(o for o in self.obstacles if o.retient)


def recenser(
    traces: Sequence[Trace], toutes: Sequence[Trace], quoi: str, cadran: Cadran, lieux: Mapping[str, str]
) -> Releve:
    """The obstacles of one thing, as `traces` tell them; `toutes`: with those of a school that it has left, where what
    was done counts too; `lieux`: the year that the paths of the menus hold.
    """
    ordre = ORDRE_GROUPES if quoi in ("groupe", "division") else CHAINE
    trouves: dict[tuple[str, str], Obstacle] = {}
    en_chemin: list[datetime] = []
    for trace in sorted(traces, key=lambda t: ordre.index(t.service)):
        valeurs = _valeurs(trace, traces, lieux)
        for b in trace.blocages or _tus(trace):
            menu = situer(trace.service, b.menu, valeurs)
            if _explique(trace, b, menu, traces):
                continue
            arrivee = _en_chemin(trace, b, menu, traces, toutes, quoi, cadran)
            if arrivee is not None:
                en_chemin.append(arrivee)
                continue
            o = _obstacle(trace, b, menu, quoi, cadran, retient=_retient(trace, traces))
            _ajouter(trouves, o)
    return Releve(tuple(trouves.values()), tuple(sorted(en_chemin)))


def _ajouter(trouves: dict[tuple[str, str], Obstacle], o: Obstacle) -> None:
    """One obstacle by code: that of another school is the same one, seen from there; another cause is another one."""
    meme = next((x for x in trouves.values() if x.code == o.code and x.uai != o.uai), None)
    if meme is None:
        trouves.setdefault((o.code, o.raison), o)
    elif o.lien:
        cle = (meme.code, meme.raison)
        trouves[cle] = replace(meme, ailleurs={**meme.ailleurs, o.uai: o.lien})


def localiser(c: Conclusion, traces: Sequence[Trace], lieux: Mapping[str, str]) -> Conclusion:
    """The conclusion with the page that its menu opens, where no obstacle gave it."""
    if not c.menu or c.application or c.ou is None:
        return c
    trace = next((t for t in traces if t.service == c.ou), traces[0])
    menu = situer(c.ou, c.menu, _valeurs(trace, traces, lieux))
    return replace(c, application=menu.application, lien=menu.chemin)


def _tus(trace: Trace) -> list[Blocage]:
    """An application that holds back without a reason: said as it is."""
    if trace.etat not in ("bloque", "absent"):
        return []
    mot = "ne le connaît pas" if trace.etat == "absent" else "le retient"
    return [
        Blocage(
            code="SANS_RAISON",
            raison=f"{SUJETS[trace.service]} {mot}, sans en dire la raison.",
            remede="Ouvrez la page de l'application et vérifiez la fiche.",
        )
    ]


def _valeurs(trace: Trace, traces: Sequence[Trace], lieux: Mapping[str, str]) -> dict[str, str]:
    """What the paths of the menus hold: the school of the trace, the page of the thing in each application."""
    uai = trace.cles.get("uai", "")
    fiches = {
        f"fiche:{t.service}": t.lien for t in reversed(traces) if t.lien and t.cles.get("uai", "") in (uai, "")
    } | ({f"fiche:{trace.service}": trace.lien} if trace.lien else {})
    return {**lieux, **({"uai": uai} if uai else {}), **fiches}


def _obstacle(trace: Trace, b: Blocage, menu: Menu, quoi: str, cadran: Cadran, *, retient: bool) -> Obstacle:
    return Obstacle(
        service=trace.service,
        application=menu.application,
        code=b.code,
        raison=b.raison,
        regle=b.regle,
        qui=b.interlocuteur,
        menu=b.menu,
        lien=menu.chemin,
        remede=b.remede,
        retient=retient,
        echeance=_arrivee(menu, quoi, cadran, cadran.maintenant),
        uai=trace.cles.get("uai", ""),
    )


def _arrivee(menu: Menu, quoi: str, cadran: Cadran, depart: datetime) -> datetime:
    return cadran.arrivee(menu.application, quoi, depart, any(mot in menu.libelle.lower() for mot in LIENS))


def _retient(trace: Trace, traces: Sequence[Trace]) -> bool:
    if trace.etat not in ("bloque", "absent"):
        return False
    relais = RELAIS.get(FAMILLES[trace.objet], "")
    return not (
        trace.service == "edt" and any(t.service == relais and t.etat != "absent" and _passe(t) for t in traces)
    )


def _passe(trace: Trace) -> bool:
    return trace.etat in ("present", "attente")


def _explique(trace: Trace, b: Blocage, menu: Menu, traces: Sequence[Trace]) -> bool:
    """Whether an application upstream tells the same stop itself: it is told there."""
    amont = _amont(trace, menu, traces)
    if b.code in SANS_INE and trace.service != "rectorat" and any(t.service == "rectorat" for t in traces):
        return True  # the registre has the request: it says whether it waits or is to be verified
    return any(not _passe(t) or any(x.code == b.code for x in t.blocages) for t in amont)


def _ine_demande(trace: Trace) -> datetime | None:
    """When SIECLE asked for an INE that has not come."""
    return next((e.instant for e in trace.etapes if e.libelle == INE_DEMANDE), None)


def _amont(trace: Trace, menu: Menu, traces: Sequence[Trace]) -> list[Trace]:
    """What the application that mends says of the same thing, when it stands upstream of the one that complains."""
    if menu.application == trace.service or CHAINE.index(menu.application) > CHAINE.index(trace.service):
        return []
    uai = trace.cles.get("uai", "")
    return [t for t in traces if t.service == menu.application and (not uai or t.cles.get("uai", uai) == uai)]


def _en_chemin(
    trace: Trace,
    b: Blocage,
    menu: Menu,
    traces: Sequence[Trace],
    toutes: Sequence[Trace],
    quoi: str,
    cadran: Cadran,
) -> datetime | None:
    """When what changed upstream since reaches the ENT: what `trace` says of it is old. None when it is not."""
    if b.code in SANS_INE and (demande := _ine_demande(trace)) is not None:
        reponse = cadran.passage("rectorat", "siecle_bee", quoi, demande)
        return cadran.arrivee("rectorat", quoi, demande) if reponse > cadran.maintenant else None
    if not _amont(trace, menu, traces):
        return None
    rang = CHAINE.index(trace.service)
    arrivees = []
    for t in toutes:
        faits = [e.instant for e in t.etapes if not e.prevu]
        if CHAINE.index(t.service) >= rang or t.service == "edt" or not faits:
            continue
        liens = t.service == "siecle_bee" and t.etat == "attente"
        vu = cadran.passage(t.service, trace.service, quoi, max(faits), liens)
        if vu > cadran.maintenant:
            arrivees.append(cadran.arrivee(t.service, quoi, max(faits), liens))
    if b.repete and not arrivees:  # taken back upstream, by something that no date tells
        return _arrivee(menu, quoi, cadran, cadran.maintenant)
    return max(arrivees, default=None)
