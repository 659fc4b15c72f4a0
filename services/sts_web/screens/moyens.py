"""« HSA », « Indemnités », « Rattachement ARE », « Consultation ARE »: what agents are given beside services."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import HTMLResponse, Response

from services.sts_web.rules.annees import bornes
from services.sts_web.rules.moyens import MISSIONS, MONTANTS
from services.sts_web.screens import saisies
from services.sts_web.screens.annees import ANNEE
from services.sts_web.screens.cadre import agir, ouvrir, page
from services.sts_web.use_cases import ares, etats, hsa, indemnites, lecture
from shared import nomenclatures
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()
Texte = Annotated[str, Form()]


@routeur.get(ANNEE + "/services/rattachement-are", response_class=HTMLResponse)
def are_page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The ARE of the year, to type, change and take away."""
    c = ouvrir(u, uai, annee)
    return page(
        request,
        u,
        c,
        "rattachement_are.html",
        "Services et ARE - Rattachement ARE",
        lignes=ares.lister(u, uai, annee),
        codes=[(t.code, f"{t.code} {t.libelle_long}") for t in nomenclatures.liste("types_ahe")],
        enseignants=[(p.id, p.nom) for p in lecture.personnes(u, uai, annee)[0]],
    )


@routeur.post(ANNEE + "/services/rattachement-are")
def rattacher_are(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    enseignant: Texte = "",
    code: Texte = "",
    heures: Texte = "",
) -> Response:
    """Give an ARE."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        ares.rattacher(u, uai, annee, saisies.personne(enseignant), code, saisies.heures(heures))
        return f"L'ARE {code} est rattachée. Le prochain import de l'emploi du temps la remplacera."

    return agir(request, u, c, "services/rattachement-are", action)


@routeur.post(ANNEE + "/services/rattachement-are/modification")
def modifier_are(
    request: Request, u: Ecriture, uai: str, annee: int, agent: Annotated[int, Form()], code: Texte, heures: Texte = ""
) -> Response:
    """Change the hours of an ARE."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        ares.modifier(u, uai, annee, agent, code, saisies.heures(heures))
        return f"L'ARE {code} est modifiée."

    return agir(request, u, c, "services/rattachement-are", action)


@routeur.post(ANNEE + "/services/rattachement-are/suppression")
def supprimer_are(
    request: Request, u: Ecriture, uai: str, annee: int, agent: Annotated[int, Form()], code: Texte
) -> Response:
    """Take an ARE away."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        ares.supprimer(u, uai, annee, agent, code)
        return f"L'ARE {code} est supprimée."

    return agir(request, u, c, "services/rattachement-are", action)


@routeur.get(ANNEE + "/services/consultation-are", response_class=HTMLResponse)
def consultation_are(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """The ARE of each agent, and the hours by activity."""
    c = ouvrir(u, uai, annee)
    lignes = ares.lister(u, uai, annee)
    par_code: dict[tuple[str, str], list[float]] = defaultdict(list)
    for a in lignes:
        par_code[(a.code, a.libelle)].append(a.heures)
    return page(
        request,
        u,
        c,
        "consultation_are.html",
        "Services et ARE - Consultation ARE",
        lignes=lignes,
        totaux=[(code, libelle, len(h), sum(h)) for (code, libelle), h in sorted(par_code.items())],
    )


@routeur.get(ANNEE + "/hsa", response_class=HTMLResponse)
def hsa_page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """What each teacher does beyond his service, and the HSA that he is given."""
    c = ouvrir(u, uai, annee)
    agents = [a for a in etats.etat(u, uai, annee).agents if a.enseigne and a.type == "epp"]
    return page(
        request,
        u,
        c,
        "hsa.html",
        "HSA",
        agents=agents,
        lignes=hsa.lister(u, uai, annee),
        choix=[
            (f"{a.id} {code}", f"{a.nom} - {code} {libelle}")
            for a in agents
            for code, libelle in sorted({(n.discipline, n.discipline_libelle) for n in a.nominations if n.discipline})
        ],
        bornes=bornes(annee, u.profil.calendrier),
    )


@routeur.post(ANNEE + "/hsa")
def saisir_hsa(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    agent: Texte = "",
    heures: Texte = "",
    debut: Texte = "",
    fin: Texte = "",
) -> Response:
    """Give HSA; `agent` is « number discipline »."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        numero, _, discipline = agent.partition(" ")
        hsa.saisir(
            u,
            uai,
            annee,
            hsa.HsaSaisie(
                saisies.personne(numero), discipline, saisies.heures(heures), saisies.jour(debut), saisies.jour(fin)
            ),
        )
        return "Les HSA sont saisies."

    return agir(request, u, c, "hsa", action)


@routeur.post(ANNEE + "/hsa/modification")
def modifier_hsa(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    agent: Annotated[int, Form()],
    discipline: Texte,
    heures: Texte = "",
) -> Response:
    """Change the hours of HSA."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        hsa.modifier(u, uai, annee, hsa.HsaSaisie(agent, discipline, saisies.heures(heures)))
        return "Les HSA sont modifiées."

    return agir(request, u, c, "hsa", action)


@routeur.post(ANNEE + "/hsa/suppression")
def supprimer_hsa(
    request: Request, u: Ecriture, uai: str, annee: int, agent: Annotated[int, Form()], discipline: Texte
) -> Response:
    """Take HSA away."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        hsa.supprimer(u, uai, annee, agent, discipline)
        return "Les HSA sont supprimées."

    return agir(request, u, c, "hsa", action)


@routeur.get(ANNEE + "/indemnites", response_class=HTMLResponse)
def indemnites_page(request: Request, u: Lecture, uai: str, annee: int) -> HTMLResponse:
    """Professeurs principaux (STS-51) and missions particulières."""
    c = ouvrir(u, uai, annee)
    gens = lecture.personnes(u, uai, annee)[0]
    return page(
        request,
        u,
        c,
        "indemnites.html",
        "Indemnités",
        vue=indemnites.lister(u, uai, annee),
        divisions=[(d.code, d.code) for d in lecture.structure(u, uai, annee).divisions],
        enseignants=[(p.id, p.nom) for p in gens],
        geres=[(p.id, p.nom) for p in gens if p.type == "epp"],
        missions=list(MISSIONS.items()),
        montants=[(f"{m:.2f}", f"{m:.2f} €".replace(".", ",")) for m in MONTANTS],
        bornes=bornes(annee, u.profil.calendrier),
    )


@routeur.post(ANNEE + "/indemnites/professeurs-principaux")
def nommer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    enseignant: Texte = "",
    division: Texte = "",
    debut: Texte = "",
    fin: Texte = "",
) -> Response:
    """Make an agent professeur principal."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        avertis = indemnites.nommer(
            u, uai, annee, saisies.personne(enseignant), division, saisies.jour(debut), saisies.jour(fin)
        )
        return " ".join([f"Le professeur principal de « {division} » est nommé.", *avertis])

    return agir(request, u, c, "indemnites", action)


@routeur.post(ANNEE + "/indemnites/professeurs-principaux/suppression")
def retirer(
    request: Request, u: Ecriture, uai: str, annee: int, agent: Annotated[int, Form()], division: Texte
) -> Response:
    """End the part of a professeur principal."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        indemnites.retirer(u, uai, annee, agent, division)
        return f"L'indemnité de professeur principal de « {division} » est supprimée."

    return agir(request, u, c, "indemnites", action)


@routeur.post(ANNEE + "/indemnites/missions")
def confier(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    enseignant: Texte = "",
    mission: Texte = "",
    montant: Texte = "",
    debut: Texte = "",
    fin: Texte = "",
) -> Response:
    """Give an IMP."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        periode = saisies.jour(debut), saisies.jour(fin)
        indemnites.confier(u, uai, annee, saisies.personne(enseignant), mission, saisies.montant(montant), *periode)
        return f"La mission « {MISSIONS[mission]} » est confiée."

    return agir(request, u, c, "indemnites", action)


@routeur.post(ANNEE + "/indemnites/missions/suppression")
def reprendre_mission(
    request: Request, u: Ecriture, uai: str, annee: int, agent: Annotated[int, Form()], mission: Texte
) -> Response:
    """Take an IMP away."""
    c = ouvrir(u, uai, annee)

    def action() -> str:
        indemnites.reprendre_mission(u, uai, annee, agent, mission)
        return "L'indemnité pour mission particulière est supprimée."

    return agir(request, u, c, "indemnites", action)
