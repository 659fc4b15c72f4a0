"""What SIECLE BEE says of a pupil, a responsable, a group or a division: state, facts, obstacles, next arrival.

Source: architecture, "Nothing is lost"; procedures DIAG-01, DIAG-07 to DIAG-16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from services.siecle_bee.models import (
    Anomalie,
    BaseEleves,
    Depot,
    Division,
    Eleve,
    Groupe,
    LienGroupe,
    LienResponsable,
    Personne,
)
from services.siecle_bee.rules.remontee import Retenue
from services.siecle_bee.use_cases import bases, fiches, remontee
from services.siecle_bee.use_cases.remontee import FicheJugee
from shared.contracts.traces import Blocage, Etape, ObjetTrace, Trace
from shared.formats.elegroupe.anomalies import CATALOGUE
from shared.horloge.nuits import horaire
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

SERVICE = "siecle_bee"
LIMITE = 25


def tracer(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """What is known of the text `q` (name, INE, code) or, when it is empty, of the keys `cles`.

    Keys: `ine`, `eleve_id`, `personne_id`, `groupe`, `division`, `uai`; all those given must hold.
    """
    if q:
        return [
            *_eleves(u, _eleves_nommes(q)),
            *_personnes(u, [Personne.cle_tri.startswith(cle_tri(q), autoescape=True)]),
            *_structures(u, Groupe, q, None),
            *_structures(u, Division, q, None),
        ]
    uai = cles.get("uai")
    if "eleve_id" in cles or "ine" in cles:
        conditions: list[ColumnElement[bool]] = []
        if "eleve_id" in cles:
            conditions.append(Eleve.eleve_id == _entier(cles["eleve_id"]))
        if "ine" in cles:
            conditions.append(Eleve.ine == cles["ine"])
        return _eleves(u, [*conditions, *([Eleve.uai == uai] if uai else [])])
    if "personne_id" in cles:
        ici = [Personne.uai == uai] if uai else []
        return _personnes(u, [Personne.personne_id == _entier(cles["personne_id"]), *ici])
    for table, nom in ((Groupe, "groupe"), (Division, "division")):
        if nom in cles:
            return _structures(u, table, cles[nom], uai)
    return []


def _entier(texte: str) -> int:
    return int(texte) if texte.isascii() and texte.isdecimal() and len(texte) < 16 else -1


def _eleves_nommes(q: str) -> list[ColumnElement[bool]]:
    """A name, a first name behind it or before it, an INE, an ELEVE_ID."""
    cle = cle_tri(q)
    mots = cle.split(" ")
    formes = {cle, " ".join([*mots[1:], mots[0]])}
    return [
        or_(
            Eleve.ine == q.upper(),
            Eleve.eleve_id == _entier(q),
            *(Eleve.cle_tri.startswith(f, autoescape=True) for f in sorted(formes)),
            Eleve.cle_usage.startswith(cle, autoescape=True) if cle else Eleve.ine == q,
        )
    ]


def _bases_utiles(u: Unite, conditions: Sequence[Any], table: type[Eleve] | type[Personne]) -> list[BaseEleves]:
    """The bases that hold what is looked for: in each school the year collected, else the latest."""
    lignes = u.session.execute(select(table.uai, table.millesime).where(*conditions).distinct()).all()
    collecte = remontee.millesime_collecte(u)
    choisies: dict[str, int] = {}
    for uai, millesime in sorted(lignes):
        if choisies.get(uai) != collecte:
            choisies[uai] = millesime
    trouvees = (u.session.get(BaseEleves, (uai, millesime)) for uai, millesime in sorted(choisies.items()))
    return [b for b in trouvees if b is not None]


def _page(b: BaseEleves, suite: str) -> str:
    return f"/{b.uai}/{b.millesime}/{suite}"


def blocage(r: Retenue) -> Blocage:
    """What holds a fiche back, in the words of *Suivre*."""
    return Blocage(
        code=r.code, raison=r.raison, regle=r.regle, remede=r.remede, menu=r.menu, interlocuteur=r.interlocuteur
    )


def _eleves(u: Unite, conditions: Sequence[ColumnElement[bool]]) -> list[Trace]:
    traces: list[Trace] = []
    for b in _bases_utiles(u, conditions, Eleve):
        requete = select(Eleve).where(fiches.de_la_base(b), *conditions).order_by(Eleve.cle_tri, Eleve.eleve_id)
        trouves = u.session.scalars(requete.limit(LIMITE)).all()
        ids = [e.eleve_id for e in trouves]
        groupes, rejets = _groupes_de(u, b, ids), _rejets_de(u, b, ids)
        depot = _depot_en_attente(u, b)
        for jugee in remontee.juger(u, b, fiches.lire(u, b, trouves)):
            eleve_id = jugee.lue.eleve.eleve_id
            traces.append(_eleve(u, b, jugee, groupes.get(eleve_id, []), rejets.get(eleve_id, []), depot))
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


def _depot_en_attente(u: Unite, b: BaseEleves) -> Depot | None:
    requete = select(Depot).where(Depot.uai == b.uai, Depot.millesime == b.millesime, Depot.etat == "attente")
    return u.session.scalars(requete.limit(1)).first()


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
        lien=_page(b, f"eleves/{e.eleve_id}"),
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
        if a.regle != "ELEGRP"
    ]
    if jugee.retenues:
        trace.etat = "absent" if jugee.lue.sorti else "bloque"
        return trace
    if depot is not None:
        _attendre_la_nuit(u, trace, depot)
    else:
        _arrivee(u, trace, "remontee_bee")
        trace.etat = "present"
    return trace


def _attendre_la_nuit(u: Unite, trace: Trace, depot: Depot) -> None:
    """A deposit waits: the links it holds are on their way."""
    trace.etapes.append(Etape(instant=depot.depose_le, libelle=f"Liens élève-groupe déposés ({depot.fichier})"))
    trace.etat = "attente"
    _arrivee(u, trace, "bee_depots")


LIBELLES_ETAPES = {
    "bee_depots": "Traitement des liens élève-groupe dans SIECLE",
    "remontee_bee": "Remontée vers l'annuaire fédérateur",
    "aaf_integration": "Intégration dans l'annuaire fédérateur",
    "aaf_alimentation": "Alimentation pour l'ENT",
    "ent_alimentation": "Import dans l'ENT",
}


def _arrivee(u: Unite, trace: Trace, depuis: str) -> None:
    """The stops to come, and the instant at which the ENT will have it."""
    trajet = horaire(u.profil).trajet(u.maintenant, u.horloge.fuseau, depuis=depuis)
    trace.etapes += [Etape(instant=s.instant, libelle=LIBELLES_ETAPES[s.nom], prevu=True) for s in trajet]
    trace.echeance = trajet[-1].instant


def _personnes(u: Unite, conditions: Sequence[ColumnElement[bool]]) -> list[Trace]:
    traces: list[Trace] = []
    for b in _bases_utiles(u, conditions, Personne):
        requete = (
            select(Personne)
            .where(Personne.uai == b.uai, Personne.millesime == b.millesime, *conditions)
            .order_by(Personne.cle_tri, Personne.personne_id)
            .limit(LIMITE)
        )
        trouvees = u.session.scalars(requete).all()
        ids = [p.personne_id for p in trouvees]
        liens = u.session.scalars(
            select(LienResponsable)
            .where(
                LienResponsable.uai == b.uai,
                LienResponsable.millesime == b.millesime,
                LienResponsable.personne_id.in_(ids),
            )
            .order_by(LienResponsable.personne_id, LienResponsable.eleve_id)
        ).all()
        enfants = u.session.scalars(
            select(Eleve).where(fiches.de_la_base(b), Eleve.eleve_id.in_([lien.eleve_id for lien in liens]))
        ).all()
        juges = {j.lue.eleve.eleve_id: j for j in remontee.juger(u, b, fiches.lire(u, b, enfants))}
        for p in trouvees:
            siens = [lien for lien in liens if lien.personne_id == p.personne_id]
            traces.append(_personne(u, b, p, siens, juges))
    return traces


def _personne(
    u: Unite, b: BaseEleves, p: Personne, liens: Sequence[LienResponsable], juges: Mapping[int, FicheJugee]
) -> Trace:
    trace = Trace(
        service=SERVICE,
        objet="responsable",
        libelle=f"{p.civilite} {p.nom} {p.prenom}".strip(),
        cles={"personne_id": str(p.personne_id), "uai": p.uai},
        details={
            "année": str(b.millesime),
            "élèves": ", ".join(str(lien.eleve_id) for lien in liens),
            "compte télé-services": "Utilisé" if p.compte_ts else "Aucun",
        },
        lien=_page(b, f"eleves/{liens[0].eleve_id}?onglet=responsables" if liens else "eleves"),
    )
    for lien in liens:
        manquants = remontee.manques_du_lien(p, lien)
        trace.blocages += [
            Blocage(
                code="RESPONSABLE_INCOMPLET",
                raison=m.phrase,
                regle="Un responsable dont la fiche est incomplète ne sort pas.",
                remede="Le secrétariat complète la fiche, avec respect des peignes de saisie.",
                menu="Fiches élèves > Recherche et MAJ",
            )
            for m in manquants
        ]
    montent = [lien for lien in liens if lien.eleve_id in juges and not juges[lien.eleve_id].retenues]
    if not montent:
        trace.blocages += [
            blocage(r) for lien in liens if lien.eleve_id in juges for r in juges[lien.eleve_id].retenues
        ]
        trace.etat = "bloque" if liens else "absent"
    elif trace.blocages:
        trace.etat = "bloque"
    else:
        _arrivee(u, trace, "remontee_bee")
    return trace


def _structures(u: Unite, table: type[Groupe] | type[Division], code: str, uai: str | None) -> list[Trace]:
    """A group or division: known or not, with what waits; unknown in a school that was named: why."""
    genre: ObjetTrace = "groupe" if table is Groupe else "division"
    requete = select(table.uai, table.millesime, table.libelle).where(table.code == code)
    if uai:
        requete = requete.where(table.uai == uai)
    traces: dict[str, Trace] = {}
    collecte = remontee.millesime_collecte(u)
    for ou, millesime, libelle in u.session.execute(requete.order_by(table.uai, table.millesime)):
        if millesime <= collecte or ou not in traces:
            traces[ou] = _structure(u, bases.base(u, ou, millesime), genre, code, libelle)
    if not traces and uai and u.session.get(BaseEleves, (uai, collecte)) is not None:
        return [_structure_inconnue(uai, genre, code)]
    return list(traces.values())


def _structure(u: Unite, b: BaseEleves, genre: ObjetTrace, code: str, libelle: str) -> Trace:
    if genre == "groupe":
        table: Any = LienGroupe
        membres = select(table.eleve_id).where(table.groupe == code)
    else:
        table = Eleve
        membres = select(table.eleve_id).where(table.division == code)
    effectif = len(u.session.scalars(membres.where(table.uai == b.uai, table.millesime == b.millesime)).all())
    trace = Trace(
        service=SERVICE,
        objet=genre,
        libelle=f"{code} ({libelle})",
        cles={genre: code, "uai": b.uai},
        details={"année": str(b.millesime), "élèves": str(effectif)},
        lien=_page(b, "structures"),
    )
    if b.structures_recues_le:
        trace.etapes.append(Etape(instant=b.structures_recues_le, libelle="Structure reçue de STS-Web"))
    depot = _depot_en_attente(u, b)
    if genre == "groupe" and depot is not None:
        _attendre_la_nuit(u, trace, depot)
    elif genre == "groupe" and effectif == 0:
        trace.etat = "bloque"
        trace.blocages.append(
            Blocage(
                code="GROUPE_SANS_ELEVE",
                raison="Aucun élève n'est dans ce groupe.",
                regle="Les élèves d'un groupe viennent des liens élève-groupe déposés dans SIECLE.",
                remede="Exportez les liens depuis le logiciel d'emploi du temps, puis déposez le fichier.",
                menu="Importations > Liens élève-groupe depuis logiciel privé",
            )
        )
    else:
        _arrivee(u, trace, "remontee_bee")
    return trace


def _structure_inconnue(uai: str, genre: ObjetTrace, code: str) -> Trace:
    quoi = "Le groupe" if genre == "groupe" else "La division"
    return Trace(
        service=SERVICE,
        objet=genre,
        libelle=code,
        cles={genre: code, "uai": uai},
        etat="absent",
        blocages=[
            Blocage(
                code="GROUPE_A_01" if genre == "groupe" else "DIVISION_NON_ENVOYEE",
                raison=f'{quoi} "{code}" n\'est pas référencé{"" if genre == "groupe" else "e"} dans SIECLE.',
                regle="SIECLE ne connaît que les structures envoyées par STS-Web ; un groupe sans MEF est ignoré.",
                remede="Vérifiez sa présence et son MEF dans STS-Web, puis lancez Exports > Structure.",
                menu="STS-Web > Exports > Structure",
            )
        ],
    )
