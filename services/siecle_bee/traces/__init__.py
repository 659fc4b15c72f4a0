"""What SIECLE BEE says of a pupil, a responsable, a group or a division: state, facts, obstacles, next arrival.

Source: architecture, "Nothing is lost"; procedures DIAG-01, DIAG-07 to DIAG-16.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement

from services.siecle_bee.models import Division, Dossier, Eleve, Groupe, Personne
from services.siecle_bee.traces.commun import entier
from services.siecle_bee.traces.dossiers import deposes, dossiers
from services.siecle_bee.traces.eleves import eleves, eleves_nommes
from services.siecle_bee.traces.personnes import personnes
from services.siecle_bee.traces.remarques import fusionnee
from services.siecle_bee.traces.structures import structures, structures_nommees
from shared.contracts.traces import Trace
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """What is known of the text `q` (name, INE, code) or, when it is empty, of the keys `cles`.

    Keys: `ine`, `eleve_id`, `personne_id`, `groupe`, `division`, `uai`; all those given must hold.
    """
    if q:
        cle = cle_tri(q)
        if not cle:  # punctuation alone would be the beginning of every name
            return []
        return [
            *eleves(u, eleves_nommes(q)),
            *dossiers(u, Dossier.cle_tri.startswith(cle, autoescape=True)),
            *deposes(u, cle),
            *personnes(u, [Personne.cle_tri.startswith(cle, autoescape=True)]),
            *structures_nommees(u, Groupe, q),
            *structures_nommees(u, Division, q),
        ]
    uai = cles.get("uai")
    if "eleve_id" in cles or "ine" in cles:
        conditions: list[ColumnElement[bool]] = []
        if "eleve_id" in cles:
            conditions.append(Eleve.eleve_id == entier(cles["eleve_id"]))
        if "ine" in cles:
            conditions.append(Eleve.ine == cles["ine"])
        attendus = dossiers(u, Dossier.contenu["ine"].astext == cles["ine"]) if "ine" in cles else []
        return [*eleves(u, [*conditions, *([Eleve.uai == uai] if uai else [])]), *attendus]
    if "personne_id" in cles:
        ici = [Personne.uai == uai] if uai else []
        connues = personnes(u, [Personne.personne_id == entier(cles["personne_id"]), *ici])
        return connues or fusionnee(u, cles["personne_id"], uai)
    for table, nom in ((Groupe, "groupe"), (Division, "division")):
        if nom in cles:
            return structures(u, table, cles[nom], uai)
    return []
