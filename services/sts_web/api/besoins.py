"""Services libres and hors programme."""

from __future__ import annotations

from services.sts_web.api.corps import (
    ANNEE,
    DeclarationChange,
    DeclarationCorps,
    RattachementCorps,
    ServiceLibreCorps,
)
from services.sts_web.use_cases import hors_programme, libres
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/services-libres")
def get_libres(u: Lecture, uai: str, annee: int) -> libres.ServicesLibres:
    """The services that nobody of Ressources holds, and the hours wanted by matière."""
    return libres.lister(u, uai, annee)


@routeur.post(ANNEE + "/services-libres", status_code=201)
def post_libre(u: Ecriture, uai: str, annee: int, corps: ServiceLibreCorps) -> dict[str, int]:
    """Type a service that waits for its teacher."""
    return {"numero": libres.creer(u, uai, annee, corps.saisie())}


@routeur.post(ANNEE + "/services-libres/{numero}/rattachement")
def post_rattachement(u: Ecriture, uai: str, annee: int, numero: int, corps: RattachementCorps) -> dict[str, int]:
    """Give a service libre to a teacher."""
    libres.rattacher(u, uai, annee, numero, corps.enseignant, corps.heures)
    return {"numero": numero}


@routeur.post(ANNEE + "/services/{numero}/liberation")
def post_liberation(u: Ecriture, uai: str, annee: int, numero: int) -> dict[str, int]:
    """Take its teachers from a service."""
    libres.liberer(u, uai, annee, numero)
    return {"numero": numero}


@routeur.get(ANNEE + "/hors-programme")
def get_hors_programme(u: Lecture, uai: str, annee: int) -> hors_programme.HorsProgrammeVue:
    """Matières declared hors programme, and the services that are."""
    return hors_programme.lister(u, uai, annee)


@routeur.post(ANNEE + "/hors-programme", status_code=201)
def post_hors_programme(u: Ecriture, uai: str, annee: int, corps: DeclarationCorps) -> DeclarationCorps:
    """Declare a matière taught outside the programme of a MEF."""
    hors_programme.declarer(u, uai, annee, hors_programme.DeclarationVue(**corps.model_dump()))
    return corps


@routeur.put(ANNEE + "/hors-programme/{mef}/{matiere}")
def put_hors_programme(
    u: Ecriture, uai: str, annee: int, mef: str, matiere: str, corps: DeclarationChange
) -> DeclarationCorps:
    """Change the hours and the reason."""
    hors_programme.modifier(u, uai, annee, hors_programme.DeclarationVue(mef, matiere, **corps.model_dump()))
    return DeclarationCorps(mef=mef, matiere=matiere, **corps.model_dump())


@routeur.delete(ANNEE + "/hors-programme/{mef}/{matiere}", status_code=204)
def delete_hors_programme(u: Ecriture, uai: str, annee: int, mef: str, matiere: str) -> None:
    """Take a declaration away."""
    hors_programme.supprimer(u, uai, annee, mef, matiere)
