"""*Suivre*: what STS-Web knows of a teacher, a group or a division, and why it did not pass it on.

Source: DIAG-01 to DIAG-05, DIAG-12 to DIAG-15; architecture, "Nothing is lost, everything can be explained".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, literal, select

from services.sts_web.models import Agent, DernierExport, Division, Groupe, RejetImport
from services.sts_web.traces.commun import Dossier
from services.sts_web.traces.personnes import tracer_enseignant
from services.sts_web.traces.structures import tracer_division, tracer_groupe
from shared.contracts.traces import Trace
from shared.identifiers.texte import cle_tri
from shared.persistence.recherche import code_cherche
from shared.persistence.unite import Unite

LIMITE = 20
# Keys of things that STS-Web does not hold: a question about them is not for it.
AILLEURS = ("eleve_id", "ine", "personne_id", "compte", "aaf_id")


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """The traces that match `q` (name of a teacher, code of a group or division), or the keys `cles`."""
    if not q and any(cle in cles for cle in AILLEURS):
        return []
    uai = cles.get("uai")
    dossiers: dict[str, Dossier | None] = {}
    trouves: list[Trace | None] = []
    for objet, lieu, cle in _trouver(u, q, cles, uai):
        if lieu not in dossiers:
            dossiers[lieu] = Dossier.ouvrir(u, lieu)
        dossier = dossiers[lieu]
        if dossier is not None:
            trouves.append(
                tracer_enseignant(dossier, int(cle))
                if objet == "enseignant"
                else tracer_groupe(dossier, cle)
                if objet == "groupe"
                else tracer_division(dossier, cle)
            )
    return [t for t in trouves if t is not None]


def _trouver(u: Unite, q: str, cles: Mapping[str, str], uai: str | None) -> list[tuple[str, str, str]]:
    """(object, UAI, key) of what matches, in order, at most `LIMITE` of each kind."""
    requetes: list[tuple[str, Select[Any, Any]]] = []
    agents = select(Agent.uai, Agent.id).order_by(Agent.uai, Agent.id)
    if cle_tri(q):
        requetes.append(("enseignant", agents.where(Agent.cle_tri.contains(cle_tri(q), autoescape=True))))
    elif not q and cles.get("agent_id", "").isdecimal():
        requetes.append(("enseignant", agents.where(Agent.id == int(cles["agent_id"]))))
    for objet, table in (("division", Division), ("groupe", Groupe), ("groupe", RejetImport)):
        code = q or cles.get(objet, "")
        if code:
            lignes = select(table.uai, table.code).distinct().order_by(table.uai, table.code)
            ecrits = sorted({code, code.upper()})
            cherche = code_cherche(table.code, q, Division.code, Groupe.code) if q else table.code.in_(ecrits)
            requetes.append((objet, lignes.where(cherche)))
            requetes.append((objet, _exporte(code)))
    vus: set[tuple[str, str, str]] = set()
    for objet, requete in requetes:
        if uai is not None:
            requete = requete.where(requete.selected_columns["uai"] == uai)
        vus.update((objet, lieu, str(cle)) for lieu, cle in u.session.execute(requete.limit(LIMITE)))
    return sorted(vus)


def _exporte(code: str) -> Select[Any, Any]:
    """Schools whose last exported structure holds `code`: it may be gone from STS-Web since."""
    return (
        select(DernierExport.uai, literal(code))
        .where(DernierExport.genre == "structure", DernierExport.codes.contains([code]))
        .order_by(DernierExport.uai)
    )
