"""ARE, HSA, indemnités: what agents are given beside their services."""

from __future__ import annotations

from services.sts_web.api.corps import (
    ANNEE,
    AreCorps,
    HeuresCorps,
    HsaChange,
    HsaCorps,
    MissionCorps,
    PrincipalCorps,
)
from services.sts_web.use_cases import ares, hsa, indemnites
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(ANNEE + "/are")
def get_are(u: Lecture, uai: str, annee: int) -> list[ares.AreVue]:
    """The ARE of a year (« Consultation ARE »)."""
    return ares.lister(u, uai, annee)


@routeur.post(ANNEE + "/are", status_code=201)
def post_are(u: Ecriture, uai: str, annee: int, corps: AreCorps) -> AreCorps:
    """« Rattachement ARE »."""
    ares.rattacher(u, uai, annee, corps.agent, corps.code, corps.heures)
    return corps


@routeur.put(ANNEE + "/are/{agent}/{code}")
def put_are(u: Ecriture, uai: str, annee: int, agent: int, code: str, corps: HeuresCorps) -> AreCorps:
    """Change the hours of an ARE."""
    ares.modifier(u, uai, annee, agent, code, corps.heures)
    return AreCorps(agent=agent, code=code, heures=corps.heures)


@routeur.delete(ANNEE + "/are/{agent}/{code}", status_code=204)
def delete_are(u: Ecriture, uai: str, annee: int, agent: int, code: str) -> None:
    """Take an ARE away."""
    ares.supprimer(u, uai, annee, agent, code)


@routeur.get(ANNEE + "/hsa")
def get_hsa(u: Lecture, uai: str, annee: int) -> list[hsa.HsaVue]:
    """The HSA of a year."""
    return hsa.lister(u, uai, annee)


@routeur.post(ANNEE + "/hsa", status_code=201)
def post_hsa(u: Ecriture, uai: str, annee: int, corps: HsaCorps) -> HsaCorps:
    """Give HSA to an agent in one of his disciplines."""
    hsa.saisir(u, uai, annee, hsa.HsaSaisie(**corps.model_dump()))
    return corps


@routeur.put(ANNEE + "/hsa/{agent}/{discipline}")
def put_hsa(u: Ecriture, uai: str, annee: int, agent: int, discipline: str, corps: HsaChange) -> HsaChange:
    """Change the hours or the dates of HSA."""
    hsa.modifier(u, uai, annee, hsa.HsaSaisie(agent, discipline, **corps.model_dump()))
    return corps


@routeur.delete(ANNEE + "/hsa/{agent}/{discipline}", status_code=204)
def delete_hsa(u: Ecriture, uai: str, annee: int, agent: int, discipline: str) -> None:
    """Take HSA away."""
    hsa.supprimer(u, uai, annee, agent, discipline)


@routeur.get(ANNEE + "/indemnites")
def get_indemnites(u: Lecture, uai: str, annee: int) -> indemnites.IndemnitesVue:
    """Professeurs principaux and missions particulières of a year."""
    return indemnites.lister(u, uai, annee)


@routeur.post(ANNEE + "/indemnites/professeurs-principaux", status_code=201)
def post_principal(u: Ecriture, uai: str, annee: int, corps: PrincipalCorps) -> dict[str, list[str]]:
    """Make an agent professeur principal of a division."""
    return {"avertissements": indemnites.nommer(u, uai, annee, **corps.model_dump())}


@routeur.delete(ANNEE + "/indemnites/professeurs-principaux/{agent}/{division:path}", status_code=204)
def delete_principal(u: Ecriture, uai: str, annee: int, agent: int, division: str) -> None:
    """End the part of professeur principal of an agent."""
    indemnites.retirer(u, uai, annee, agent, division)


@routeur.post(ANNEE + "/indemnites/missions", status_code=201)
def post_mission(u: Ecriture, uai: str, annee: int, corps: MissionCorps) -> MissionCorps:
    """Give an IMP to an agent."""
    indemnites.confier(u, uai, annee, **corps.model_dump())
    return corps


@routeur.delete(ANNEE + "/indemnites/missions/{agent}/{mission}", status_code=204)
def delete_mission(u: Ecriture, uai: str, annee: int, agent: int, mission: str) -> None:
    """Take an IMP away."""
    indemnites.reprendre_mission(u, uai, annee, agent, mission)
