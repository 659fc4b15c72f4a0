"""Joining what the applications say of the same person, group or division. Pure functions.

Source: shared/contracts/traces.py (the keys), architecture "Nothing is lost, everything can be explained".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.pilotage.rules.chaine import CHAINE
from shared.contracts.traces import Trace
from shared.identifiers.texte import cle_tri

FAMILLES: dict[str, str] = {
    "eleve": "eleve",
    "responsable": "responsable",
    "enseignant": "agent",
    "agent": "agent",
    "groupe": "groupe",
    "division": "division",
}
"""Two applications may call the same person « enseignant » and « agent »: they are one family."""

CLES: dict[str, tuple[str, ...]] = {
    "eleve": ("eleve_id", "ine", "aaf_id", "compte"),
    "responsable": ("personne_id", "aaf_id", "compte"),
    "agent": ("agent_id", "aaf_id", "compte"),
    "groupe": ("groupe",),
    "division": ("division",),
}
"""The keys that identify, by family, the surest first. A pupil's `division` says where she is, not who."""

COMPRISES: dict[str, frozenset[str]] = {
    "rectorat": frozenset({"agent_id", "eleve_id"}),
    "sts_web": frozenset({"agent_id", "groupe", "division"}),
    "edt": frozenset({"eleve_id", "ine", "agent_id", "groupe", "division"}),
    "siecle_bee": frozenset({"eleve_id", "ine", "personne_id", "groupe", "division"}),
    "aaf": frozenset({"eleve_id", "ine", "personne_id", "agent_id", "aaf_id", "groupe", "division"}),
    "ent": frozenset({"eleve_id", "ine", "aaf_id", "compte", "groupe", "division"}),
}
"""The keys by which each application knows anything: a question by another is not worth its way."""

# Who calls things by their proper name, the first in this order: the rectorat knows an agent by name, but of a pupil
# only that an INE was asked for; the AAF may know no more than a key.
PARRAINS = ("siecle_bee", "sts_web", "edt", "ent", "aaf", "rectorat")
PARRAINS_AGENTS = ("sts_web", "rectorat", "edt", "ent", "aaf", "siecle_bee")
ORDRE_OBJETS = tuple(FAMILLES)

Identite = tuple[str, str, str]


def famille(trace: Trace) -> str:
    """The family of what a trace speaks of."""
    return FAMILLES[trace.objet]


def identites(trace: Trace) -> list[Identite]:
    """(family, key, value) of each key that identifies; a structure's value begins with its school."""
    nom = famille(trace)
    trouvees = []
    for cle in CLES[nom]:
        valeur = trace.cles.get(cle, "")
        if valeur and nom in ("groupe", "division"):
            valeur = f"{trace.cles.get('uai', '')}:{valeur}"
        if valeur:
            trouvees.append((nom, cle, valeur))
    return trouvees


def questions(traces: Sequence[Trace]) -> list[tuple[str, ...]]:
    """The `cle=` parameters by which others can be asked of the same thing, the surest first."""
    posees: dict[tuple[str, ...], None] = {}
    rangs = {cle: rang for rang, cle in enumerate(CLES[famille(traces[0])])}
    for nom, cle, valeur in sorted({i for t in traces for i in identites(t)}, key=lambda i: (rangs[i[1]], i)):
        if nom in ("groupe", "division"):
            uai, _, code = valeur.partition(":")
            posees[(f"{cle}:{code}", *((f"uai:{uai}",) if uai else ()))] = None
        else:
            posees[(f"{cle}:{valeur}",)] = None
    return list(posees)


def comprend(service: str, question: Sequence[str]) -> bool:
    """Whether an application knows things by the key that a question begins with."""
    return question[0].partition(":")[0] in COMPRISES[service]


def regrouper(traces: Iterable[Trace]) -> list[list[Trace]]:
    """The traces of each thing, in the order of the chain; the things in the order of their kind and name.

    Traces that share a key are of one thing, and so on from one to the next. A trace without any key joins the
    thing of the same family, school and name.
    """
    groupes: list[list[Trace]] = []
    par_cle: dict[Identite, list[Trace]] = {}
    sans_cle: list[Trace] = []
    for trace in traces:
        siennes = identites(trace)
        if not siennes:
            sans_cle.append(trace)
            continue
        touches: list[list[Trace]] = []
        for identite in siennes:
            groupe = par_cle.get(identite)
            if groupe is not None and all(groupe is not t for t in touches):
                touches.append(groupe)
        ensemble = [t for groupe in touches for t in groupe] + [trace]
        groupes = [g for g in groupes if all(g is not t for t in touches)] + [ensemble]
        for membre in ensemble:
            for identite in identites(membre):
                par_cle[identite] = ensemble
    for trace in sans_cle:
        parent = next((g for g in groupes if any(_homonymes(trace, autre) for autre in g)), None)
        if parent is None:
            groupes.append([trace])
        else:
            parent.append(trace)
    ordonnes = [sorted(g, key=rang_dans_la_chaine) for g in groupes]
    return sorted(ordonnes, key=lambda g: (ORDRE_OBJETS.index(objet(g)), cle_tri(libelle(g)), sorted(cles(g).items())))


def _homonymes(a: Trace, b: Trace) -> bool:
    return (
        famille(a) == famille(b) and a.cles.get("uai") == b.cles.get("uai") and cle_tri(a.libelle) == cle_tri(b.libelle)
    )


def rang_dans_la_chaine(trace: Trace) -> tuple[int, str, str]:
    """The sorting key of traces along the chain; within an application by school, then by label."""
    rang = CHAINE.index(trace.service) if trace.service in CHAINE else len(CHAINE)
    return rang, trace.cles.get("uai", ""), trace.libelle


def _parrain(traces: Sequence[Trace]) -> Trace:
    ordre = PARRAINS_AGENTS if famille(traces[0]) == "agent" else PARRAINS
    return min(traces, key=lambda t: ordre.index(t.service) if t.service in ordre else len(ordre))


def libelle(traces: Sequence[Trace]) -> str:
    """What to call the thing: as the application that knows it best does."""
    return _parrain(traces).libelle


def objet(traces: Sequence[Trace]) -> str:
    """What kind of thing it is: « enseignant » as soon as one application says so."""
    objets = {t.objet for t in traces}
    return "enseignant" if "enseignant" in objets else _parrain(traces).objet


def cles(traces: Sequence[Trace]) -> dict[str, str]:
    """Every key known of the thing, by name; the first application along the chain decides in a conflict."""
    ensemble: dict[str, str] = {}
    for trace in traces:
        for nom, valeur in trace.cles.items():
            if valeur:
                ensemble.setdefault(nom, valeur)
    return dict(sorted(ensemble.items()))
