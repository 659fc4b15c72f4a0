"""« Services libres »: services that no teacher of Ressources holds; giving them to somebody, freeing them (STS-03).

They are in the file of the timetable software and in the exports, without a teacher.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import delete

from services.sts_web.models import EnseignantService
from services.sts_web.rules.importation import Enseignant, ServiceLu
from services.sts_web.rules.moyens import controler_heures
from services.sts_web.use_cases import etablissements, lecture, personnes, services
from services.sts_web.use_cases.lecture import ServiceVue
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class ServiceLibreVue:
    """A service without teacher; `partis`: numbers of those who held it and have left Ressources."""

    numero: int
    structure: str
    type_structure: str
    matiere: str
    modalite: str
    heures: float
    partis: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ServicesLibres:
    """The services to give, and the hours wanted by matière."""

    services: list[ServiceLibreVue]
    besoins: dict[str, float]
    heures: float


def lister(u: Unite, uai: str, annee: int) -> ServicesLibres:
    """The services libres of a year. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee)
    presents = {p.id for p in lecture.personnes(u, uai, annee)[0]}
    trouves = [
        ServiceLibreVue(
            s.numero,
            s.structure,
            s.type_structure,
            s.matiere,
            s.modalite,
            s.heures,
            tuple(e.id for e in s.enseignants if e.supplee_id is None),
        )
        for s in lecture.services(u, uai, annee)
        if est_libre(s, presents)
    ]
    besoins: dict[str, float] = defaultdict(float)
    for libre in trouves:
        besoins[libre.matiere] += libre.heures
    return ServicesLibres(trouves, dict(sorted(besoins.items())), round(sum(s.heures for s in trouves), 2))


def est_libre(service: ServiceVue, presents: set[int]) -> bool:
    """Whether nobody of Ressources holds the service as his own."""
    return not any(e.supplee_id is None and e.id in presents for e in service.enseignants)


def creer(u: Unite, uai: str, annee: int, saisie: ServiceLu) -> int:
    """Type a service that waits for its teacher. Raises `Refus` (HEURES_INVALIDES) and what `creer_services` raises."""
    controler_heures(saisie.heures)
    (numero,) = services.creer_services(u, uai, annee, [saisie])
    return numero


def rattacher(u: Unite, uai: str, annee: int, numero: int, agent: int, heures: float | None = None) -> None:
    """Give a service libre to a teacher, for all its hours or some.

    Raises `Inconnu` (SERVICE_INCONNU, PERSONNE_INCONNUE), `Refus` (SERVICE_TENU, HEURES_INVALIDES).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    service = _trouver(u, uai, annee, numero)
    personne = personnes.ressource(u, uai, annee, agent)
    presents = {p.id for p in lecture.personnes(u, uai, annee)[0]}
    if not est_libre(service, presents):
        raise Refus(
            f"Le service {service.matiere} de « {service.structure} » a déjà un enseignant.",
            code="SERVICE_TENU",
            statut=409,
            remede="Basculez-le (« Services et ARE » > « Changement support »), ou libérez-le d'abord.",
        )
    tenues = service.heures if heures is None else heures
    controler_heures(tenues, zero=True)
    porteur = Enseignant(personne.id, personne.type, tenues)
    services.modifier_service(
        u,
        uai,
        annee,
        numero,
        ServiceLu(service.structure, "", service.matiere, service.modalite, service.heures, service.co_ens, (porteur,)),
    )


def liberer(u: Unite, uai: str, annee: int, numero: int) -> None:
    """Take its teachers and suppléants from a service. Raises `Inconnu` (SERVICE_INCONNU)."""
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    _trouver(u, uai, annee, numero)
    u.session.execute(
        delete(EnseignantService).where(
            EnseignantService.uai == uai, EnseignantService.annee == annee, EnseignantService.numero == numero
        )
    )
    u.journaliser("liberation_service", "Services : libération", uai=uai, annee=annee, nb=1)


def _trouver(u: Unite, uai: str, annee: int, numero: int) -> ServiceVue:
    for s in lecture.services(u, uai, annee):
        if s.numero == numero:
            return s
    raise Inconnu(
        f"Le service n° {numero} n'existe pas.",
        code="SERVICE_INCONNU",
        remede="Choisissez dans les listes de l'année affichée (Structure, Ressources).",
    )
