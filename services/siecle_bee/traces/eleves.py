"""Pupils: their fiches, the groups they are in or were refused."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from services.siecle_bee.models import Anomalie, BaseEleves, Depot, Eleve, LienGroupe
from services.siecle_bee.traces.commun import (
    LIMITE,
    SERVICE,
    arrivee,
    attendre_la_nuit,
    bases_utiles,
    blocage,
    depot_en_attente,
    entier,
    page,
)
from services.siecle_bee.traces.dossiers import venues_de
from services.siecle_bee.traces.remarques import REGLE_DATES, dates_recalees
from services.siecle_bee.use_cases import fiches, remontee
from services.siecle_bee.use_cases.remontee import FicheJugee
from shared.contracts.traces import Blocage, Etape, Trace
from shared.formats.elegroupe.anomalies import CATALOGUE
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite


def eleves_nommes(q: str) -> list[ColumnElement[bool]]:
    """A name, a first name behind it or before it, an INE, an ELEVE_ID."""
    cle = cle_tri(q)
    mots = cle.split(" ")
    formes = {cle, " ".join([*mots[1:], mots[0]])}
    return [
        or_(
            Eleve.ine == q.upper(),
            Eleve.eleve_id == entier(q),
            *(Eleve.cle_tri.startswith(f, autoescape=True) for f in sorted(formes)),
            Eleve.cle_usage.startswith(cle, autoescape=True),
        )
    ]


def eleves(u: Unite, conditions: Sequence[ColumnElement[bool]]) -> list[Trace]:
    traces: list[Trace] = []
    for b in bases_utiles(u, conditions, Eleve):
        requete = select(Eleve).where(fiches.de_la_base(b), *conditions).order_by(Eleve.cle_tri, Eleve.eleve_id)
        trouves = u.session.scalars(requete.limit(LIMITE)).all()
        ids = [e.eleve_id for e in trouves]
        groupes, rejets = _groupes_de(u, b, ids), _rejets_de(u, b, ids)
        depot = depot_en_attente(u, b)
        venues = venues_de(u, b, trouves)
        for jugee in remontee.juger(u, b, fiches.lire(u, b, trouves)):
            eleve_id = jugee.lue.eleve.eleve_id
            trace = _eleve(u, b, jugee, groupes.get(eleve_id, []), rejets.get(eleve_id, []), depot)
            venue = venues.get(eleve_id)
            if venue is not None:
                trace.etapes = [*venue.etapes, *trace.etapes]
                trace.remarques += venue.remarques
            traces.append(trace)
    return traces


def _groupes_de(u: Unite, b: BaseEleves, ids: Sequence[int]) -> dict[int, list[LienGroupe]]:
    requete = select(LienGroupe).where(
        LienGroupe.uai == b.uai, LienGroupe.millesime == b.millesime, LienGroupe.eleve_id.in_(ids)
    )
    trouves: dict[int, list[LienGroupe]] = {}
    for lien in u.session.scalars(requete.order_by(LienGroupe.eleve_id, LienGroupe.groupe)):
        trouves.setdefault(lien.eleve_id, []).append(lien)
    return trouves


def _rejets_de(u: Unite, b: BaseEleves, ids: Sequence[int]) -> dict[int, list[Anomalie]]:
    """The anomalies of the last deposit treated, by pupil."""
    dernier = (
        select(Depot.id)
        .where(Depot.uai == b.uai, Depot.millesime == b.millesime, Depot.etat == "traite")
        .order_by(Depot.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    requete = select(Anomalie).where(Anomalie.depot_id == dernier, Anomalie.eleve_id.in_(ids))
    trouves: dict[int, list[Anomalie]] = {}
    for anomalie in u.session.scalars(requete.order_by(Anomalie.rang)):
        trouves.setdefault(anomalie.eleve_id, []).append(anomalie)
    return trouves


def _eleve(
    u: Unite,
    b: BaseEleves,
    jugee: FicheJugee,
    groupes: Sequence[LienGroupe],
    rejets: Sequence[Anomalie],
    depot: Depot | None,
) -> Trace:
    e = jugee.lue.eleve
    trace = Trace(
        service=SERVICE,
        objet="eleve",
        libelle=f"{e.nom} {e.prenom}",
        cles={"eleve_id": str(e.eleve_id), "uai": e.uai},
        lien=page(b, f"eleves/{e.eleve_id}"),
        details={
            "année": str(b.millesime),
            "MEF": e.mef,
            "division": e.division,
            "groupes": ", ".join(lien.groupe for lien in groupes),
            "état": {"complet": "Complète", "a_completer": "À compléter", "sorti": "Sorti(e)"}[jugee.lue.etat],
        },
    )
    if e.ine:
        trace.cles["ine"] = e.ine
    if e.division:
        trace.cles["division"] = e.division
    trace.etapes.append(Etape(instant=e.modifie_le, libelle="Dernière mise à jour de la fiche"))
    if e.ine_demande_le and not e.ine:
        trace.etapes.append(Etape(instant=e.ine_demande_le, libelle="INE demandé au répertoire national"))
    trace.blocages = [blocage(r) for r in jugee.retenues]
    trace.blocages += [
        Blocage(
            code=a.code,
            raison=a.phrase,
            regle=a.regle,
            remede=CATALOGUE[a.code].remede,
            menu="Suivi des échanges > Logiciel privé - Liens élève-groupe",
        )
        for a in rejets
        if a.regle != REGLE_DATES
    ]
    trace.remarques = dates_recalees(rejets)
    if jugee.retenues:
        trace.etat = "absent" if jugee.lue.sorti else "bloque"
        return trace
    if depot is not None:
        attendre_la_nuit(u, trace, depot)
    else:
        arrivee(u, trace, "remontee_bee")
        trace.etat = "present"
    return trace
