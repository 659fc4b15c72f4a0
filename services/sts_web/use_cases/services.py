"""Services: typing them, moving them (Changement support), attaching suppléants (STS-29 to STS-37)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace
from sqlalchemy import delete, func, select

from services.sts_web.models import EnseignantService, Service
from services.sts_web.rules import ressources as regles
from services.sts_web.rules.importation import ServiceLu
from services.sts_web.use_cases import etablissements, lecture
from services.sts_web.use_cases.cles import PLUS_GRAND, possible
from services.sts_web.use_cases.lecture import EnseignantVue, PersonneVue, ServiceVue
from services.sts_web.use_cases.receptions import matieres_connues
from shared import nomenclatures
from shared.contracts.refus import Inconnu, Refus
from shared.persistence import masse
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class SuppleanceVue:
    """A line of « Saisie rapide » (STS-35). `cle` names it in forms and requests."""

    cle: str
    agent_id: int
    nom: str
    prenom: str
    nb_services: int
    discipline: str
    debut: date | None
    fin: date | None
    heures: float
    supplee_id: int | None
    supplee: str


def creer_services(u: Unite, uai: str, annee: int, saisies: Sequence[ServiceLu]) -> list[int]:
    """Type services by hand; give their numbers. The next import of a timetable replaces them (STS-46).

    Raises `Refus` (STRUCTURE_INCONNUE, MATIERE_INCONNUE, MODALITE_INCONNUE, PERSONNE_INCONNUE, SERVICE_EXISTANT).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    types = lecture.types(u, uai, annee)
    _controler(u, uai, annee, saisies, types, lecture.services(u, uai, annee))
    premier = 1 + (
        u.session.scalar(select(func.max(Service.numero)).where(Service.uai == uai, Service.annee == annee)) or 0
    )
    inserer(u, uai, annee, saisies, premier, types)
    u.journaliser("saisie_services", "Services : saisie", uai=uai, annee=annee, nb=len(saisies))
    return list(range(premier, premier + len(saisies)))


def _controler(
    u: Unite,
    uai: str,
    annee: int,
    saisies: Sequence[ServiceLu],
    types: Mapping[str, str],
    autres: Sequence[ServiceVue],
) -> None:
    """Raise unless all that `saisies` name exists, and no service of theirs or of `autres` is there twice."""
    matieres = matieres_connues(u)
    modalites = {m.code for m in nomenclatures.modalites_cours()}
    gens, suppleants = lecture.personnes(u, uai, annee)
    agents = {(p.type, p.id) for p in [*gens, *suppleants]}
    vus = {(s.structure, s.matiere, s.modalite, s.co_ens) for s in autres}
    for s in saisies:
        if s.structure not in types:
            raise _inconnu("STRUCTURE_INCONNUE", f"La division ou le groupe « {s.structure} » n'existe pas.")
        if s.matiere not in matieres:
            raise _inconnu("MATIERE_INCONNUE", f"La matière « {s.matiere} » n'existe pas.")
        if s.modalite not in modalites:
            raise _inconnu("MODALITE_INCONNUE", f"La modalité de cours « {s.modalite} » n'existe pas.")
        for e in s.enseignants:
            if (e.type or "epp", e.id) not in agents:
                raise _inconnu("PERSONNE_INCONNUE", f"L'enseignant n° {e.id} n'est pas dans les Ressources.")
        if s.cle in vus:
            raise Refus(
                f"Le service {s.matiere} {s.modalite} de « {s.structure} » existe déjà.",
                code="SERVICE_EXISTANT",
                statut=409,
                remede="Modifiez ce service au lieu d'en créer un second.",
            )
        vus.add(s.cle)


def modifier_service(u: Unite, uai: str, annee: int, numero: int, saisie: ServiceLu) -> None:
    """Change a service and its teachers; pondérations and the hours of suppléants stay. The next import replaces it.

    Raises `Inconnu` (SERVICE_INCONNU) and what `creer_services` raises.
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    tous = lecture.services(u, uai, annee)
    avant = next((s for s in tous if s.numero == numero), None)
    if avant is None:
        raise _inconnu("SERVICE_INCONNU", f"Le service n° {numero} n'existe pas.")
    types = lecture.types(u, uai, annee)
    _controler(u, uai, annee, [saisie], types, [s for s in tous if s.numero != numero])
    suppleances = [e for e in avant.enseignants if e.supplee_id is not None]
    ponderations = {(e.type, e.id): e.ponderation for e in avant.enseignants}
    gardes = tuple(
        e if e.ponderation is not None else replace(e, ponderation=ponderations.get((e.type or "epp", e.id)))
        for e in saisie.enseignants
    )
    u.session.execute(
        delete(Service).where(Service.uai == uai, Service.annee == annee, Service.numero == numero)
    )  # its teachers go with it
    inserer(u, uai, annee, [replace(saisie, enseignants=gardes)], numero, types)
    nommes = {(e.type or "epp", e.id) for e in saisie.enseignants}
    masse.inserer(
        u.session,
        EnseignantService,
        [
            {
                "uai": uai,
                "annee": annee,
                "numero": numero,
                "type": e.type,
                "agent_id": e.id,
                "heures": e.heures,
                "ponderation": e.ponderation,
                "supplee_id": e.supplee_id,
                "suppleance_debut": e.suppleance_debut,
            }
            for e in suppleances
            if (e.type, e.id) not in nommes
        ],
    )
    u.journaliser("modification_service", "Services : modification", uai=uai, annee=annee, nb=1)


def inserer(
    u: Unite,
    uai: str,
    annee: int,
    services: Sequence[ServiceLu],
    premier: int,
    types: Mapping[str, str] | None = None,
) -> None:
    """Write services numbered from `premier`, in the order given, with their teachers."""
    lignes, enseignants = [], []
    for numero, s in enumerate(services, premier):
        lignes.append(
            {
                "uai": uai,
                "annee": annee,
                "numero": numero,
                "structure": s.structure,
                "type_structure": types[s.structure] if types else s.type_structure,
                "matiere": s.matiere,
                "modalite": s.modalite,
                "heures": s.heures,
                "co_ens": s.co_ens,
            }
        )
        enseignants += [
            {
                "uai": uai,
                "annee": annee,
                "numero": numero,
                "type": e.type or "epp",
                "agent_id": e.id,
                "heures": e.heures,
                "ponderation": e.ponderation,
                "supplee_id": None,
                "suppleance_debut": None,
            }
            for e in s.enseignants
        ]
    masse.inserer(u.session, Service, lignes)
    masse.inserer(u.session, EnseignantService, enseignants)


def supprimer_service(u: Unite, uai: str, annee: int, numero: int) -> None:
    """Delete a service. Raises `Inconnu` (SERVICE_INCONNU)."""
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    ici = (Service.uai == uai, Service.annee == annee, Service.numero == numero)
    if not possible(numero, PLUS_GRAND) or u.session.scalar(select(Service.numero).where(*ici)) is None:
        raise _inconnu("SERVICE_INCONNU", f"Le service n° {numero} n'existe pas.")
    u.session.execute(delete(Service).where(*ici))
    u.journaliser("suppression_service", "Services : suppression", uai=uai, annee=annee, nb=1)


def changer_support(u: Unite, uai: str, annee: int, origine: int, destinataire: int, numeros: Sequence[int]) -> int:
    """« Rattacher »: move the services `numeros` of one teacher to another; unticked ones stay (STS-33).

    Gives how many moved. Raises `Inconnu` (PERSONNE_INCONNUE), `Refus` (AUCUN_SERVICE, MEME_ENSEIGNANT…).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    gens = {p.id: p for p in lecture.personnes(u, uai, annee)[0]}
    for agent in (origine, destinataire):
        if agent not in gens:
            raise _inconnu("PERSONNE_INCONNUE", f"L'enseignant n° {agent} n'est pas dans les Ressources.")
    voulus = sorted(set(numeros))
    lignes = list(
        u.session.scalars(
            select(EnseignantService).where(
                EnseignantService.uai == uai,
                EnseignantService.annee == annee,
                EnseignantService.agent_id.in_([origine, destinataire]),
                EnseignantService.numero.in_(voulus),
                EnseignantService.supplee_id.is_(None),
            )
        )
    )
    de_lui = [e for e in lignes if e.agent_id == origine]
    regles.controler_changement_support(origine, destinataire, len(voulus), len(de_lui))
    deja = {e.numero: e for e in lignes if e.agent_id == destinataire}
    for e in de_lui:
        if e.numero in deja:  # co-teaching: the two shares become one
            deja[e.numero].heures += e.heures
            u.session.delete(e)
        else:
            e.type, e.agent_id = gens[destinataire].type, destinataire
    u.session.flush()
    u.journaliser(
        "changement_support",
        "Services et ARE : changement de support",
        uai=uai,
        annee=annee,
        nb=len(de_lui),
        resume={"de": origine, "vers": destinataire},
    )
    return len(de_lui)


def suppleances(u: Unite, uai: str, annee: int) -> list[SuppleanceVue]:
    """The lines of « Services suppléants - Saisie rapide », by name then dates (STS-35)."""
    gens, suppleants = lecture.personnes(u, uai, annee)
    noms = {p.id: p.nom for p in gens}
    comptes: dict[tuple[int, int | None, date | None], int] = defaultdict(int)
    for service in lecture.services(u, uai, annee):
        for e in service.enseignants:
            comptes[(e.id, e.supplee_id, e.suppleance_debut)] += 1
    return [
        SuppleanceVue(
            _cle(p, n.supplee_id, n.debut),
            p.id,
            p.nom_usage,
            p.prenom,
            comptes[(p.id, n.supplee_id, n.debut)] if n.supplee_id is not None else 0,
            n.discipline_libelle,
            n.debut,
            n.fin,
            n.heures,
            n.supplee_id,
            noms.get(n.supplee_id, "") if n.supplee_id is not None else "",
        )
        for p in suppleants
        for n in sorted(p.nominations, key=lambda n: (n.debut or date.min, n.supplee_id or 0))
    ]


def rattacher_suppleants(u: Unite, uai: str, annee: int, cles: Sequence[str]) -> dict[str, int]:
    """« Valider »: attach to each suppléant ticked the services of his suppléé, at once (STS-36).

    Gives the services attached, by line. Raises `Inconnu` (SUPPLEANCE_INCONNUE), `Refus` (SUPPLEE_ABSENT,
    AUCUN_SUPPLEANT).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    if not cles:
        raise Refus(
            "Aucun suppléant n'est sélectionné.",
            code="AUCUN_SUPPLEANT",
            remede="Cochez les suppléants auxquels rattacher les services des absents.",
        )
    connues = {s.cle: s for s in suppleances(u, uai, annee)}
    types = {p.id: p.type for p in lecture.personnes(u, uai, annee)[1]}
    par_agent: dict[int, list[tuple[ServiceVue, EnseignantVue]]] = defaultdict(list)
    presents: set[tuple[int, int]] = set()
    for service in lecture.services(u, uai, annee):
        for e in service.enseignants:
            presents.add((service.numero, e.id))
            if e.supplee_id is None:
                par_agent[e.id].append((service, e))
    rattaches: dict[str, int] = {}
    lignes = []
    for cle in sorted(set(cles)):
        if cle not in connues:
            raise _inconnu("SUPPLEANCE_INCONNUE", f"La suppléance « {cle[:40]} » n'existe pas.")
        s = connues[cle]
        if s.supplee_id is None or not s.supplee:
            raise Refus(
                "Le suppléé de cette suppléance n'est pas dans les Ressources de l'établissement.",
                code="SUPPLEE_ABSENT",
                remede="Le service du personnel (EPP) doit indiquer la personne suppléée.",
            )
        nouveaux = [(v, e) for v, e in par_agent[s.supplee_id] if (v.numero, s.agent_id) not in presents]
        for service, e in nouveaux:
            presents.add((service.numero, s.agent_id))
            lignes.append(
                {
                    "uai": uai,
                    "annee": annee,
                    "numero": service.numero,
                    "type": types[s.agent_id],
                    "agent_id": s.agent_id,
                    "heures": e.heures,
                    "ponderation": e.ponderation,
                    "supplee_id": s.supplee_id,
                    "suppleance_debut": s.debut,
                }
            )
        rattaches[cle] = len(nouveaux)
    masse.inserer(u.session, EnseignantService, lignes)
    u.journaliser(
        "rattachement_suppleants",
        "Services suppléants : saisie rapide",
        uai=uai,
        annee=annee,
        nb=len(lignes),
        resume={"suppleances": len(rattaches)},
    )
    return rattaches


def _cle(personne: PersonneVue, supplee_id: int | None, debut: date | None) -> str:
    return f"{personne.id}-{supplee_id or 0}-{debut.isoformat() if debut else '0'}"


def _inconnu(code: str, phrase: str) -> Inconnu:
    return Inconnu(phrase, code=code, remede="Choisissez dans les listes de l'année affichée (Structure, Ressources).")
