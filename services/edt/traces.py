"""What the timetable software knows of a pupil, a teacher, a class or a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, func, select

from services.edt import models as m
from services.edt import rules
from shared.contracts.traces import Blocage, Etape, Trace
from shared.identifiers import cle_tri
from shared.persistence.recherche import code_cherche
from shared.persistence.unite import Unite

LIMITE = 20
TIENT_EDT = "La personne qui tient EDT"


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """By name or code (`q`), or by the keys `eleve_id`, `ine`, `agent_id`, `groupe`, `division`."""
    return [*_eleves(u, q, cles), *_professeurs(u, q, cles), *_structures(u, q, cles)]


def _eleves(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    requete = (
        select(m.Eleve)
        .where(_reelle(m.Eleve))
        .order_by(m.Eleve.uai, m.Eleve.annee.desc(), m.Eleve.eleve_id)
        .limit(LIMITE)
    )
    if q:
        requete = requete.where((m.Eleve.ine == q.upper()) | m.Eleve.cle_tri.contains(cle_tri(q), autoescape=True))
    elif cles.get("eleve_id", "").isdigit():
        requete = requete.where(m.Eleve.eleve_id == int(cles["eleve_id"]))
    elif cles.get("ine"):
        requete = requete.where(m.Eleve.ine == cles["ine"])
    else:
        return []
    eleves = u.session.scalars(requete).all()
    groupes: dict[tuple[str, int, int], list[str]] = {}
    appartenances = (
        select(m.Appartenance)
        .where(m.Appartenance.eleve_id.in_([e.eleve_id for e in eleves]))
        .order_by(m.Appartenance.groupe)
    )
    for a in u.session.scalars(appartenances):
        groupes.setdefault((a.uai, a.annee, a.eleve_id), []).append(a.groupe)
    return [
        Trace(
            service="edt",
            objet="eleve",
            libelle=f"{e.nom} {e.prenom}",
            cles={"eleve_id": str(e.eleve_id), "uai": e.uai} | ({"ine": e.ine} if e.ine else {}),
            details={
                "année": str(e.annee),
                "classe": e.division or "aucune",
                "groupes": ", ".join(groupes.get((e.uai, e.annee, e.eleve_id), [])) or "aucun",
            },
            etapes=_etapes(u, e.uai, e.annee, "liens"),
            lien=f"/{e.uai}/{e.annee}/eleves",
        )
        for e in eleves
    ]


def _professeurs(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    requete = select(m.Professeur).where(_reelle(m.Professeur))
    requete = requete.order_by(m.Professeur.uai, m.Professeur.annee.desc(), m.Professeur.numero)
    if q:
        trouves = [p for p in u.session.scalars(requete) if cle_tri(q) in cle_tri(f"{p.nom} {p.prenom}")][:LIMITE]
    elif cles.get("agent_id"):
        trouves = list(u.session.scalars(requete.where(m.Professeur.sts_id == cles["agent_id"]).limit(LIMITE)))
    else:
        return []
    traces = []
    for p in trouves:
        trace = Trace(
            service="edt",
            objet="enseignant",
            libelle=f"{p.nom} {p.prenom}",
            cles={"agent_id": p.sts_id or "", "uai": p.uai},
            etapes=_etapes(u, p.uai, p.annee, "sts"),
            lien=f"/{p.uai}/{p.annee}/correspondances",
        )
        if p.sts_id is None:
            trace.etat = "bloque"
            trace.blocages.append(
                Blocage(
                    code="SANS_CORRESPONDANCE",
                    raison="Ce professeur n'a pas de correspondance dans STSWEB : ses services ne sont pas exportés.",
                    regle="EDT-18",
                    remede="Établir la correspondance (quand il est nommé), exporter vers STSWEB, puis, dans STS-Web, "
                    "Imports > Emploi du temps et Exports > Services.",
                    menu="Fichier > Avec STSWEB > Établir les correspondances",
                    interlocuteur=TIENT_EDT,
                )
            )
        trace.remarques = _non_exportable(u, p)
        traces.append(trace)
    return traces


def _non_exportable(u: Unite, p: m.Professeur) -> list[Blocage]:
    """What is « non exportable » of a teacher: himself, or some of his courses (DIAG-22)."""
    siens = select(func.count()).where(
        m.Service.uai == p.uai,
        m.Service.annee == p.annee,
        ~m.Service.exportable,
        m.Service.enseignants.contains([{"numero": p.numero}]),
    )
    cours = u.session.scalar(siens) or 0
    if p.exportable and not cours:
        return []
    quoi = "Ce professeur est rendu" if not p.exportable else f"{cours} de ses services sont rendus"
    return [
        Blocage(
            code="NON_EXPORTABLE",
            raison=f"{quoi} « non exportable » dans EDT : ni STS-Web ni l'ENT ne reçoivent ces cours.",
            regle="EDT-28, EDT-29",
            remede="Si c'est voulu (documentaliste, club, devoirs faits), rien à faire ; sinon, rendez-les exportables "
            "et exportez à nouveau vers STSWEB et vers l'ENT.",
            menu="Professeurs",
            interlocuteur=TIENT_EDT,
        )
    ]


def _structures(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    code = cles.get("groupe") or cles.get("division")
    if not q and not code:
        return []
    cherche = code_cherche(m.Structure.code, q) if q else m.Structure.code == code
    requete = select(m.Structure).where(cherche, _reelle(m.Structure))
    requete = requete.order_by(m.Structure.uai, m.Structure.annee.desc(), m.Structure.code)
    if cles.get("uai"):
        requete = requete.where(m.Structure.uai == cles["uai"])
    traces = []
    for s in u.session.scalars(requete.limit(LIMITE)).all():
        membres = u.session.scalar(
            select(func.count()).select_from(m.Appartenance).filter_by(uai=s.uai, annee=s.annee, groupe=s.code)
        )
        objet: Any = "division" if s.type == "D" else "groupe"
        trace = Trace(
            service="edt",
            objet=objet,
            libelle=s.code,
            cles={objet: s.code, "uai": s.uai},
            details={
                "année": str(s.annee),
                "effectif": str(s.effectif),
                "élèves": str(membres),
                "classes": ", ".join(s.divisions),
            },
            etapes=[*_etapes(u, s.uai, s.annee, "sts"), *_etapes(u, s.uai, s.annee, "liens")],
            lien=f"/{s.uai}/{s.annee}/groupes",
        )
        if s.type == "G" and not membres:
            trace.etat = "bloque"
            trace.blocages.append(
                Blocage(
                    code="GROUPE_SANS_EFFECTIF",
                    raison="Aucun élève n'est inscrit dans ce groupe.",
                    regle="EDT-31",
                    remede="Inscrire les élèves dans le groupe, puis exporter à nouveau les liens élèves/groupes.",
                    menu="Groupes > Élèves",
                    interlocuteur=TIENT_EDT,
                )
            )
        traces.append(trace)
    return traces


def _reelle(table: Any) -> ColumnElement[bool]:
    """A copy of a base is no part of the chain."""
    trouvee: ColumnElement[bool] = ~table.uai.endswith(rules.COPIE)
    return trouvee


def _etapes(u: Unite, uai: str, annee: int, genre: str) -> list[Etape]:
    fait = u.session.get(m.ExportFait, (uai, annee, genre))
    if fait is None:
        return []
    quoi = "Exporté vers STSWEB" if genre == "sts" else "Liens élèves/groupes exportés"
    return [Etape(instant=fait.instant, libelle=f"{quoi} ({fait.nom})")]
