"""What the rectorat sends: agents of EPP, nomenclatures (REC-01 to REC-06, REC-10, REC-18)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from services.sts_web.models import Agent, EtatNomenclatures, Matiere, Mef, Nomination, Programme, RemonteeVs
from services.sts_web.use_cases import etablissements
from shared.contracts.echanges import AgentsEpp, DateButoirVs, NomenclaturesMsg
from shared.identifiers.texte import cle_tri
from shared.persistence.masse import inserer, insertion
from shared.persistence.unite import Unite

EPP = "epp"


def recevoir_agents(u: Unite, message: AgentsEpp) -> dict[str, Any]:
    """Replace the list of agents that EPP appoints in a school.

    An agent who is no longer in the list leaves Ressources; his past services keep his name.
    """
    etablissements.enregistrer(u, etablissements.colonnes(message.etablissement))
    agents = sorted(message.agents, key=lambda a: a.id)
    u.session.execute(delete(Nomination).where(Nomination.uai == message.uai, Nomination.type == EPP))
    enregistrer_agents(
        u,
        [
            {
                "uai": message.uai,
                "type": EPP,
                "id": a.id,
                "sexe": a.sexe,
                "civilite": a.civilite,
                "nom_usage": a.nom_usage,
                "nom_patronymique": a.nom_patronymique or a.nom_usage,
                "prenom": a.prenom,
                "date_naissance": a.date_naissance,
                "grade": a.grade,
                "mel": a.mel,
            }
            for a in agents
        ],
    )
    nominations = [
        {
            "uai": message.uai,
            "type": EPP,
            "agent_id": a.id,
            "rang": rang,
            "nature": n.nature,
            "fonction": n.fonction,
            "support": n.support,
            "discipline": n.discipline,
            "discipline_libelle": n.discipline_libelle,
            "heures": n.heures,
            "debut": n.debut,
            "fin": n.fin,
            "supplee_id": n.supplee_id,
        }
        for a in agents
        for rang, n in enumerate(a.affectations)
        if n.uai == message.uai
    ]
    inserer(u.session, Nomination, nominations)
    suppleants = sum(n["nature"] == "SUP" for n in nominations)
    return {"nb": len(agents), "nominations": len(nominations), "suppleances": suppleants}


def enregistrer_agents(u: Unite, lignes: list[dict[str, Any]]) -> None:
    """Insert or replace identities (`lignes`: columns of `Agent` but `cle_tri` and `recu_le`)."""
    if not lignes:
        return
    requete = insertion(Agent)
    remplacees = [c.name for c in Agent.__table__.columns if c.name not in ("uai", "type", "id")]
    u.session.flush()
    u.session.execute(
        requete.on_conflict_do_update(
            index_elements=["uai", "type", "id"], set_={c: requete.excluded[c] for c in remplacees}
        ),
        [
            {**ligne, "cle_tri": cle_tri(f"{ligne['nom_usage']} {ligne['prenom']}"), "recu_le": u.maintenant}
            for ligne in lignes
        ],
    )


def recevoir_nomenclatures(u: Unite, message: NomenclaturesMsg) -> dict[str, Any]:
    """Replace the académie's set; what a school's own file brought and the set does not hold is kept."""
    etat = u.session.get(EtatNomenclatures, 1)
    if etat is not None and etat.version > message.version:
        return {"nb": 0, "version": etat.version, "ignore": "version plus ancienne"}
    enregistrer_mefs(u, [m.champs() for m in message.mefs], remplacer=True)
    enregistrer_matieres(u, [m.champs() for m in message.matieres], remplacer=True)
    u.session.execute(delete(Programme).where(Programme.mef.in_([m.code for m in message.mefs])))
    enregistrer_programmes(u, [(p.mef, p.matiere, p.horaire) for p in message.programmes], remplacer=True)
    u.session.merge(EtatNomenclatures(id=1, version=message.version, recu_le=u.maintenant))
    return {
        "nb": len(message.mefs) + len(message.matieres),
        "version": message.version,
        "mefs": len(message.mefs),
        "matieres": len(message.matieres),
    }


def recevoir_date_butoir(u: Unite, message: DateButoirVs) -> dict[str, Any]:
    """The last day on which the schools validate their V.S., for a year; the last one received counts (REC-18)."""
    u.session.merge(RemonteeVs(annee=message.annee, date_butoir=message.date_butoir, recue_le=u.maintenant))
    return {"nb": 1, "annee": message.annee, "date_butoir": message.date_butoir.isoformat()}


def enregistrer_mefs(u: Unite, lignes: list[dict[str, Any]], *, remplacer: bool) -> None:
    """Insert MEF; those known are replaced or left."""
    _inserer(u, Mef, ["code"], sorted(lignes, key=lambda m: str(m["code"])), remplacer)


def enregistrer_matieres(u: Unite, lignes: list[dict[str, Any]], *, remplacer: bool) -> None:
    """Insert matières; those known are replaced or left."""
    _inserer(u, Matiere, ["code"], sorted(lignes, key=lambda m: str(m["code"])), remplacer)


def enregistrer_programmes(u: Unite, lignes: list[tuple[str, str, float]], *, remplacer: bool) -> None:
    """Insert weekly hours, one row per MEF and matière (the longest where a set gives several)."""
    horaires: dict[tuple[str, str], float] = {}
    for mef, matiere, horaire in lignes:
        horaires[(mef, matiere)] = max(horaire, horaires.get((mef, matiere), 0.0))
    rangees = [{"mef": m, "matiere": n, "horaire": h} for (m, n), h in sorted(horaires.items())]
    _inserer(u, Programme, ["mef", "matiere"], rangees, remplacer)


def matieres_connues(u: Unite) -> set[str]:
    """Codes of every matière that STS-Web knows."""
    return set(u.session.scalars(select(Matiere.code)))


def _inserer(
    u: Unite,
    table: type[Mef] | type[Matiere] | type[Programme],
    cles: list[str],
    lignes: list[dict[str, Any]],
    remplacer: bool,
) -> None:
    if not lignes:
        return
    requete = insertion(table)
    if remplacer:
        autres = [c.name for c in table.__table__.columns if c.name not in cles]
        requete = requete.on_conflict_do_update(index_elements=cles, set_={c: requete.excluded[c] for c in autres})
    else:
        requete = requete.on_conflict_do_nothing()
    u.session.flush()
    u.session.execute(requete, lignes)
