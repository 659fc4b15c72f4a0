"""Ressources, services, replacements."""

from __future__ import annotations

from services.sts_web.api.corps import ANNEE, LocaleCorps, ServiceCorps, SuppleancesCorps, SupportCorps, en_liste
from services.sts_web.use_cases import etablissements, lecture, locales, services
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/ressources")
def get_ressources(u: Lecture, uai: str, annee: int) -> list[lecture.PersonneVue]:
    """Ressources of a year, as EPP gives them; suppléants are not among them (REC-04)."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.personnes(u, uai, annee)[0]


@routeur.get(ANNEE + "/ressources/locales")
def get_locales(u: Lecture, uai: str, annee: int) -> list[lecture.PersonneVue]:
    """The local people of a year; they are among the Ressources too."""
    return locales.lister(u, uai, annee)


@routeur.post(ANNEE + "/ressources/locales", status_code=201)
def post_locales(u: Ecriture, uai: str, annee: int, corps: LocaleCorps) -> dict[str, int]:
    """Declare a local person."""
    return {"numero": locales.creer(u, uai, annee, locales.LocaleSaisie(**corps.model_dump()))}


@routeur.delete(ANNEE + "/ressources/locales/{numero}", status_code=204)
def delete_locale(u: Ecriture, uai: str, annee: int, numero: int) -> None:
    """Take a local person away."""
    locales.supprimer(u, uai, annee, numero)


@routeur.get(ANNEE + "/services")
def get_services(u: Lecture, uai: str, annee: int) -> list[lecture.ServiceVue]:
    """The services of a year and their teachers."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.services(u, uai, annee)


@routeur.post(ANNEE + "/services", status_code=201)
def post_services(u: Ecriture, uai: str, annee: int, corps: ServiceCorps | list[ServiceCorps]) -> dict[str, list[int]]:
    """Type one service, or a list (all or none)."""
    return {"numeros": services.creer_services(u, uai, annee, [s.saisie() for s in en_liste(corps)])}


@routeur.put(ANNEE + "/services/{numero}")
def put_service(u: Ecriture, uai: str, annee: int, numero: int, corps: ServiceCorps) -> dict[str, int]:
    """Change a service: structure, matière, modalité, hours, teachers."""
    services.modifier_service(u, uai, annee, numero, corps.saisie())
    return {"numero": numero}


@routeur.delete(ANNEE + "/services/{numero}", status_code=204)
def delete_service(u: Ecriture, uai: str, annee: int, numero: int) -> None:
    """Delete a service."""
    services.supprimer_service(u, uai, annee, numero)


@routeur.post(ANNEE + "/changement-support")
def post_changement_support(u: Ecriture, uai: str, annee: int, corps: SupportCorps) -> dict[str, int]:
    """« Rattacher »: move services from one teacher to another."""
    nb = services.changer_support(u, uai, annee, corps.origine, corps.destinataire, corps.services)
    return {"services": nb}


@routeur.get(ANNEE + "/suppleances")
def get_suppleances(u: Lecture, uai: str, annee: int) -> list[services.SuppleanceVue]:
    """The lines of « Services suppléants »."""
    etablissements.ouvrir(u, uai, annee)
    return services.suppleances(u, uai, annee)


@routeur.post(ANNEE + "/suppleances/rattachement")
def post_suppleances(u: Ecriture, uai: str, annee: int, corps: SuppleancesCorps) -> dict[str, dict[str, int]]:
    """« Valider »: attach to each suppléant the services of his suppléé."""
    return {"services": services.rattacher_suppleants(u, uai, annee, corps.suppleances)}
