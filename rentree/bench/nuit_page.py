"""What the night of an académie cost, as measures of the general table and as a section of its own page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rentree.bench.mesure import Mesure
from rentree.bench.nuit import ETAPES, Nuit, Releve
from rentree.bench.nuit_plancher import Plancher
from rentree.bench.page import machine

PAGE = Path("docs/benchmarks-academie.md")
_PLANCHER = "analyser, écrire et copier le même volume"

ENTETE = """# Benchmarks: one night of an académie

A whole académie is invented in a bac (`rentree population`), then one full night is played twice from the same state:
with one worker, then with two. Each section is written by the command it names; run it again to have these figures
replaced by yours.

Each stage stands beside a floor measured in the same run, on what the night left: the documents that the stage reads
are parsed bare (`json.loads`, a hardened `iterparse`), those that it writes are written by one f-string a record and
compressed as it compresses, the tables that it reads are COPYed out, those that it fills, or of which it changes every
row, are COPYed into tables alike, indexes included. Nothing is judged, joined, converted, journalled or kept.
`processor` adds up the seconds of every process, PostgreSQL included: read it rather than the clock, which depends on
what else the machine was doing. Memory is the high-water mark of the night; of PostgreSQL, that of its largest backend
beside the buffers that all share.
"""


def mesures(releve: Releve) -> Iterator[Mesure]:
    """The lines of the general table: each stage with one worker, the whole night, its memory."""
    une, quoi = releve.nuits[0], f"nuit d'académie, {releve.eleves} élèves"
    for e in une.etapes:
        plancher = releve.planchers[e.lot].processeur
        yield Mesure(f"{quoi}, {ETAPES[e.lot]}, processeur", e.total, "s", "", _PLANCHER, plancher)
    total = _somme(releve, une)
    yield Mesure(f"{quoi}, en tout, processeur", _processeur(une), "s", "2 ×", _PLANCHER, total.processeur)
    for nuit in releve.nuits:
        nom = f"{quoi}, en tout, {nuit.ouvriers} ouvrier{'s' * (nuit.ouvriers > 1)}"
        yield Mesure(nom, nuit.duree, "s", "", _PLANCHER, total.duree)
    yield Mesure(f"{quoi}, le plus gros processus", max(une.memoire.values()), "Mo", "300 Mo")


def ecrire(page: Path, releve: Releve, commande: str) -> None:
    """Write the section of that size into the page; the sections of other sizes are left as they were."""
    titre = f"## {releve.eleves} pupils, {releve.etablissements} schools"
    corps = "\n".join([titre, "", *_section(releve, commande)])
    avant = page.read_text(encoding="utf-8") if page.exists() else ENTETE
    morceaux = re.split(r"(?m)^(?=## )", avant)
    sections = {m.partition("\n")[0]: m.rstrip() for m in morceaux[1:]} | {titre: corps.rstrip()}
    rangees = [sections[t] for t in sorted(sections, key=lambda t: int(t.split()[1]))]
    page.write_text("\n\n".join([ENTETE.rstrip(), *rangees]) + "\n", encoding="utf-8")


def _section(releve: Releve, commande: str) -> Iterator[str]:
    une, total = releve.nuits[0], _somme(releve, releve.nuits[0])
    c = releve.comptes
    yield f"    {commande}"
    yield ""
    yield (
        f"Machine: {machine()}. Filled in {_s(releve.remplissage)}: {c['responsables']} fiches of responsables, "
        f"{c['agents']} appointments, {c['divisions']} divisions, {c['groupes']} groups, {c['services']} services, "
        f"{c['liens_groupe']} group links."
    )
    yield ""
    tetes = [f"{n.ouvriers} worker{'s' * (n.ouvriers > 1)}" for n in releve.nuits]
    colonnes = ["stage", "parts", *tetes, "floor", "processor", "floor, processor", "ratio"]
    yield from _entete(colonnes)
    for e in une.etapes:
        p = releve.planchers[e.lot]
        durees = [_s(_duree(n, e.lot)) for n in releve.nuits]
        cases = [ETAPES[e.lot], str(e.parts), *durees, _s(p.duree), _s(e.total), _s(p.processeur)]
        yield _ligne([*cases, _fois(e.total, p.processeur)])
    tout = [_s(n.duree) for n in releve.nuits]
    cases = ["the night", "", *tout, _s(total.duree), _s(_processeur(une)), _s(total.processeur)]
    yield _ligne([*cases, _fois(_processeur(une), total.processeur)])
    yield ""
    yield f"Processor for a pupil: {1000 * _processeur(une) / releve.eleves:.2f} ms. By process:"
    yield ""
    noms = sorted({nom for n in releve.nuits for nom in n.memoire})
    yield from _entete(["process", *(f"{t}, processor" for t in tetes), "memory, at most"])
    for nom in noms:
        temps = [_s(sum(e.processeur.get(nom, 0.0) for e in n.etapes)) for n in releve.nuits]
        memoire = max(n.memoire.get(nom, 0.0) for n in releve.nuits)
        yield _ligne([nom, *temps, f"{memoire:.0f} MB"])
    yield ""
    yield from _flux(releve)


def _flux(releve: Releve) -> Iterator[str]:
    for controle in releve.controles:
        yield (
            f"Feed {controle.projet}: {controle.fiches} records, {controle.octets / 1e6:.0f} MB compressed; "
            f"{_aucune(controle.remarques)} against its DTD, its manifest or its coherence; imported with "
            f"{_aucune(controle.refusees)} of a record, {controle.references} dangling references."
        )
    if len(releve.nuits) > 1:
        memes = len({tuple(sorted(n.flux.items())) for n in releve.nuits}) == 1
        yield f"With one worker and with two, its bytes are {'the same' if memes else 'NOT the same'}."


def _aucune(nombre: int) -> str:
    return "no refusal" if nombre == 0 else f"{nombre} refusals"


def _somme(releve: Releve, nuit: Nuit) -> Plancher:
    planchers = [releve.planchers[e.lot] for e in nuit.etapes]
    return Plancher(sum(p.duree for p in planchers), sum(p.processeur for p in planchers))


def _processeur(nuit: Nuit) -> float:
    return sum(e.total for e in nuit.etapes)


def _duree(nuit: Nuit, lot: str) -> float:
    return next((e.duree for e in nuit.etapes if e.lot == lot), 0.0)


def _s(secondes: float) -> str:
    return f"{secondes:.{1 if secondes < 100 else 0}f} s"


def _fois(valeur: float, plancher: float) -> str:
    return f"{valeur / plancher:.1f} ×" if plancher else ""


def _entete(colonnes: Sequence[str]) -> Iterable[str]:
    return (_ligne(colonnes), "|---|" + "---:|" * (len(colonnes) - 1))


def _ligne(cases: Sequence[str]) -> str:
    return f"| {' | '.join(cases)} |"
