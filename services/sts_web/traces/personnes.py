"""Traces of teachers: in Ressources or not, with services or not, exported or not (DIAG-04, DIAG-05, DIAG-12)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from services.sts_web.models import Agent, Nomination
from services.sts_web.rules import ressources as regles
from services.sts_web.traces.commun import CHEF, Dossier
from services.sts_web.use_cases import lecture, services
from services.sts_web.use_cases.lecture import PersonneVue
from shared.contracts.echanges import ServicesSts
from shared.contracts.traces import Blocage, Etape, Trace
from shared.horloge.horloge import date_fr

EPP = "Le gestionnaire académique (DPE), dans EPP"


def tracer_enseignant(d: Dossier, agent_id: int) -> Trace | None:
    """What STS-Web knows of a person of Ressources or of Services suppléants."""
    agent = d.u.session.scalars(
        select(Agent).where(Agent.uai == d.uai, Agent.id == agent_id).order_by(Agent.type)
    ).first()
    if agent is None:
        return None
    gens, suppleants = lecture.personnes(d.u, d.uai, d.annee)
    ressource = next((p for p in gens if p.id == agent_id), None)
    suppleant = next((p for p in suppleants if p.id == agent_id), None)
    blocages: list[Blocage] = []
    if ressource is None and suppleant is None:
        blocages.append(_absent(d, agent_id))
    elif suppleant is not None:
        blocages += _suppleances(d, agent_id, suppleant)
    actuels, exportes = _services(d.services, agent_id), _services(d.services_exportes, agent_id)
    if ressource is not None and not actuels and not exportes and ressource.fonction in ("", regles.ENSEIGNANT):
        blocages.append(_sans_service(ressource, suppleant is not None))
    if d.services_exportes is None:
        if actuels:
            blocages.append(d.services_a_exporter("Les services n'ont jamais été exportés."))
    elif actuels != exportes:
        blocages.append(d.services_a_exporter("Ses services ont changé depuis le dernier export des services."))
    elif actuels:
        blocages += d.refus_de_bee("services")
    suite = _suite(d, agent, bool(actuels), bool(blocages))
    echeance = suite[-1].instant if suite else None
    en_route = echeance is not None and echeance > d.u.maintenant
    absent = ressource is None and suppleant is None
    return Trace(
        service="sts_web",
        objet="enseignant",
        libelle=f"{agent.nom_usage} {agent.prenom}".strip(),
        cles={"uai": d.uai, "agent_id": str(agent_id)},
        etat="absent" if absent else "bloque" if blocages else "attente" if en_route else "present",
        details=_details(ressource or suppleant, suppleant is not None, actuels),
        etapes=[Etape(instant=agent.recu_le, libelle="Reçu dans STS-Web"), *d.etapes(), *suite],
        blocages=blocages,
        echeance=echeance if en_route else None,
        lien=d.page("services-suppleants" if ressource is None and suppleant else "ressources"),
    )


def _services(message: ServicesSts | None, agent_id: int) -> list[tuple[str, str, str, float]]:
    """(structure, matière, modalité, hours) of the services a person holds in a message."""
    return [
        (s.structure, s.matiere, s.modalite, e.heures)
        for s in (message.services if message else ())
        for e in s.enseignants
        if e.id == agent_id
    ]


def _suite(d: Dossier, agent: Agent, a_des_services: bool, bloque: bool) -> list[Etape]:
    """The way to the ENT of the services as exported; of the person alone when he has none."""
    if bloque:
        return []
    depart: datetime = d.exports["services"].identique_depuis if a_des_services else agent.recu_le
    return d.trajet(depart, d.chemin_services if a_des_services else "remontee_sts")


def _absent(d: Dossier, agent_id: int) -> Blocage:
    nominations = list(
        d.u.session.scalars(select(Nomination).where(Nomination.uai == d.uai, Nomination.agent_id == agent_id))
    )
    sans_service = [n for n in nominations if n.fonction in regles.SANS_SERVICE]
    if sans_service and d.u.profil.sts_documentalistes == "absents":
        return Blocage(
            code="FONCTION_ABSENTE_DE_STS",
            raison=f"Les agents de fonction {sans_service[0].fonction} ne figurent pas dans STS-Web.",
            regle="REC-06",
            remede="Rien à faire dans STS-Web ; rendez cet agent « non exportable » dans le logiciel "
            "d'emploi du temps.",
            menu="Ressources",
            interlocuteur=EPP,
        )
    return Blocage(
        code="ABSENT_DES_RESSOURCES",
        raison=f"Aucune affectation de cet agent dans l'établissement pour l'année {d.annee}-{d.annee + 1}.",
        regle="REC-02",
        remede="Le dossier administratif doit être saisi dans EPP : ouvrez un dossier d'assistance sur STS-Web.",
        menu="Rectorat > Agents",
        interlocuteur=EPP,
    )


def _suppleances(d: Dossier, agent_id: int, personne: PersonneVue) -> list[Blocage]:
    jour = d.u.horloge.aujourd_hui()
    lignes = [s for s in services.suppleances(d.u, d.uai, d.annee) if s.agent_id == agent_id]
    if not any(regles.en_poste("SUP", n.debut, n.fin, jour) for n in personne.nominations):
        dates = ", ".join(
            f"{date_fr(n.debut) if n.debut else '…'} - {date_fr(n.fin) if n.fin else '…'}" for n in personne.nominations
        )
        return [
            Blocage(
                code="SUPPLEANCE_HORS_DATES",
                raison=f"La suppléance n'est pas en cours ({dates}).",
                regle="STS-37",
                remede="Les services reviennent à la personne suppléée en dehors de ces dates ; "
                "si elles sont fausses, elles se corrigent dans EPP.",
                menu="Rectorat > Agents",
                interlocuteur=EPP,
            )
        ]
    if any(s.nb_services for s in lignes):
        return []
    return [
        Blocage(
            code="SUPPLEANT_NON_RATTACHE",
            raison="Le suppléant n'a pas reçu les services de la personne qu'il supplée.",
            regle="STS-36",
            remede="Menu « Services suppléants » > « Saisie rapide » : cochez-le et validez, puis lancez "
            "« Exports » > « Structure » et « Services ».",
            menu="Services suppléants > Saisie rapide",
            interlocuteur=CHEF,
        )
    ]


def _sans_service(personne: PersonneVue, aussi_suppleant: bool) -> Blocage:
    remplacant = any(n.nature == "REP" for n in personne.nominations)
    suite = " (ses suppléances sont à part)" if aussi_suppleant else ""
    return Blocage(
        code="SANS_SERVICE",
        raison=f"L'enseignant est dans les Ressources, sans aucun service{suite} : il aura un compte ENT, "
        "mais ne verra ni classe ni groupe.",
        regle="DIAG-04",
        remede=(
            "Basculez sur lui les services de l'enseignant qu'il remplace (« Changement support »)"
            if remplacant
            else "Saisissez ou importez ses services (« Rattachement »)"
        )
        + ", puis lancez « Exports » > « Services ».",
        menu="Services et ARE > Changement support" if remplacant else "Services et ARE > Rattachement",
        interlocuteur=CHEF,
    )


def _details(
    personne: PersonneVue | None, suppleant: bool, actuels: list[tuple[str, str, str, float]]
) -> dict[str, str]:
    details = {"Services": ", ".join(f"{s} {m} {h:.2f} h" for s, m, _, h in actuels) or "aucun"}
    if personne is not None:
        details["Fonction"] = personne.fonction
        details["Disciplines"] = ", ".join(n.discipline_libelle for n in personne.nominations if n.discipline)
        details["Liste"] = "Services suppléants" if suppleant else "Ressources"
    return details
