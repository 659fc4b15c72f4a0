"""The pages of the ENT projects: their form, their feeds."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from services.aaf.api import servir_archive, servir_extraction, servir_fichier
from services.aaf.models import Projet
from services.aaf.screens.cadre import LIBELLES, chiffres, ecrans, fil
from services.aaf.use_cases import livraisons, projets
from services.aaf.use_cases.depot import dossier_de_depot
from shared.contracts.refus import Refus
from shared.formats.aaf import ENCODAGES, GRAMMAIRES
from shared.horloge.alimentations import JOURS, CalendrierAlimentation, Suspension
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message, Pagination
from shared.screens.pages import rediriger

routeur = Routeur()

_CHAMPS = {
    "AAF_PROJET": "code",
    "PROJET_EXISTANT": "code",
    "TAILLE_FICHIER": "max_par_fichier",
    "GRAMMAIRE_INCONNUE": "grammaire",
    "DEGRE_NON_SERVI": "grammaire",
    "ENCODAGE_INCONNU": "encodage",
    "JOUR_COMPLET": "jours_complets-0",
    "JOURS": "jours_complets-0",
    "JOURS_SANS": "jours_sans-0",
}
"""The field that each refusal is about; the schools otherwise."""
PAR_PAGE = 20
A_VENIR = 7
"""Feeds to come that the page of a project shows."""
_NOMBRE_LISIBLE = 9
_ILLISIBLE = -1


class Saisie(BaseModel):
    """A form as it was filled: texts, whatever they hold."""

    code: str = ""
    libelle: str = ""
    uais: str = ""
    grammaire: str = "6.4"
    max_par_fichier: str = "5000"
    encodage: str = ENCODAGES[0]
    jours_complets: list[str] = []
    jours_sans: list[str] = []
    feries: str = ""
    vacances: str = ""
    depot: str = ""

    @classmethod
    def de(cls, projet: Projet, uais: list[str]) -> Saisie:
        """The form of a project as it stands."""
        calendrier = projets.calendrier_de(projet)
        return cls(
            code=projet.code,
            libelle=projet.libelle,
            uais="\n".join(uais),
            grammaire=projet.grammaire,
            max_par_fichier=str(projet.max_par_fichier),
            encodage=projet.encodage,
            jours_complets=[str(j) for j in calendrier.jours_complets],
            jours_sans=[str(j) for j in calendrier.jours_sans],
            feries="oui" if calendrier.feries else "",
            vacances="oui" if calendrier.vacances else "",
            depot="oui" if projet.depot else "",
        )

    def forme(self, suspensions: tuple[Suspension, ...] = ()) -> projets.Forme:
        """How the project is to be fed; a number that is none becomes one that is refused. Raises `Refus` JOURS."""
        try:
            calendrier = CalendrierAlimentation(
                jours_complets=tuple(_nombre(j) for j in self.jours_complets),
                jours_sans=tuple(_nombre(j) for j in self.jours_sans),
                feries=bool(self.feries),
                vacances=bool(self.vacances),
                suspensions=suspensions,
            )
        except ValidationError as erreur:
            raise Refus(
                "Un des jours n'en est pas un.", code="JOURS", remede="Cochez des jours de la semaine."
            ) from erreur
        return projets.Forme(self.grammaire, _nombre(self.max_par_fichier), self.encodage, calendrier, bool(self.depot))

    def etablissements(self) -> list[str]:
        """The UAI, however they are separated."""
        return self.uais.upper().replace(",", " ").split()


def _nombre(texte: str) -> int:
    texte = texte.strip()
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) <= _NOMBRE_LISIBLE else _ILLISIBLE


def _erreurs(refus: Refus) -> dict[str, str]:
    return {_CHAMPS.get(refus.code, "uais"): f"{refus.phrase} {refus.remede or ''}".strip()}


def _choix(u: Unite) -> dict[str, list[tuple[str, str]]]:
    return {
        "grammaires": [(g.value, g.value) for g in GRAMMAIRES],
        "encodages": [(e, e) for e in ENCODAGES],
        "jours": [(str(j), JOURS[j].capitalize()) for j in projets.jours_d_alimentation(u)],
    }


@routeur.get("/projets")
def lister_projets(request: Request, u: Lecture) -> HTMLResponse:
    """The projects, and the form that makes one."""
    return _page_projets(request, u, Saisie(), {})


@routeur.post("/projets")
def creer_projet(request: Request, u: Ecriture, saisie: Annotated[Saisie, Form()]) -> Response:
    """Make a project."""
    code = saisie.code.strip()
    try:
        projets.creer_projet(u, code, saisie.libelle.strip(), saisie.etablissements(), saisie.forme())
    except Refus as refus:
        u.session.rollback()
        return _page_projets(request, u, saisie, _erreurs(refus), 422)
    return rediriger(request, f"/projets/{code}", "Projet créé.")


def _page_projets(
    request: Request, u: Unite, saisie: Saisie, erreurs: dict[str, str], statut: int = 200
) -> HTMLResponse:
    dernieres = projets.dernieres_alimentations(u)
    return ecrans.rendre(
        request,
        "projets.html",
        statut,
        titre="Projets",
        lignes=[(p, uais, dernieres.get(p.code)) for p, uais in projets.lister_projets(u)],
        choix=_choix(u),
        saisi=saisie,
        erreurs=erreurs,
    )


@routeur.get("/projets/{code}")
def alimentations(request: Request, u: Lecture, code: str) -> HTMLResponse:
    """A project and its feeds, latest first."""
    return _page_projet(request, u, projets.projet(u, code))


@routeur.post("/projets/{code}")
def modifier_projet(request: Request, u: Ecriture, code: str, saisie: Annotated[Saisie, Form()]) -> Response:
    """Change a project."""
    suspensions = projets.calendrier_de(projets.projet(u, code)).suspensions
    try:
        forme = saisie.forme(suspensions)
        projets.modifier_projet(u, code, saisie.libelle.strip(), saisie.etablissements(), forme)
    except Refus as refus:
        u.session.rollback()
        return _page_projet(request, u, projets.projet(u, code), saisie, _erreurs(refus), 422)
    return rediriger(request, f"/projets/{code}", "Projet modifié.")


def _page_projet(
    request: Request,
    u: Unite,
    projet: Projet,
    saisie: Saisie | None = None,
    erreurs: dict[str, str] | None = None,
    statut: int = 200,
) -> HTMLResponse:
    uais = projets.uais_de(u, projet.code)
    calendrier = projets.calendrier_de(projet)
    ecrites = projets.alimentations(u, projet.code)[::-1]
    page = Pagination.depuis(request.query_params, len(ecrites), PAR_PAGE)
    messages = []
    if projet.complet_demande:
        messages.append(Message("La prochaine alimentation sera complète.", "info"))
    for nuit, ou in ((False, "livraisons de ce projet"), (True, "nuits de la chaîne")):
        if posees := ", ".join(f.faute for f in livraisons.posees(projet) if f.nuit is nuit):
            messages.append(Message(f"Fautes demandées sur les {ou} : {posees}.", "avertissement"))
    contexte: dict[str, Any] = {
        "titre": f"Alimentations de {projet.code}",
        "projet": projet,
        "uais": uais,
        "calendrier": calendrier,
        "jours_complets": _jours(calendrier.jours_complets) or "jour de l'académie",
        "jours_sans": _jours(calendrier.jours_sans) or "aucun",
        "prochaines": projets.prochaines(u, projet.code, A_VENIR),
        "depot": str(dossier_de_depot(u, projet.code)) if projet.depot else "non",
        "lignes": ecrites[page.debut : page.debut + page.taille],
        "page": page,
        "chiffres": chiffres,
        "choix": _choix(u),
        "saisi": saisie or Saisie.de(projet, uais),
        "erreurs": erreurs or {},
        "messages": messages,
    }
    fil_ = fil(request, ("Projets", "/projets"), (projet.code, None))
    return ecrans.rendre(request, "alimentations.html", statut, fil=fil_, **contexte)


def _jours(numeros: tuple[int, ...]) -> str:
    return ", ".join(JOURS[j] for j in numeros)


@routeur.post("/projets/{code}/suspensions")
def suspendre(
    request: Request,
    u: Ecriture,
    code: str,
    debut: Annotated[date, Form()],
    fin: Annotated[date, Form()],
    motif: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Stop the feeds of a project for some days."""
    lu = projets.projet(u, code)
    try:
        projets.suspendre(u, code, _suspension(debut, fin, motif))
    except Refus as refus:
        u.session.rollback()
        return _page_projet(request, u, lu, erreurs={"fin": f"{refus.phrase} {refus.remede}"}, statut=422)
    return rediriger(request, f"/projets/{code}", "Période sans alimentation enregistrée.")


def _suspension(debut: date, fin: date, motif: str) -> Suspension:
    try:
        return Suspension(debut=debut, fin=fin, motif=motif.strip())
    except ValidationError as erreur:
        raise Refus(
            "La période ne convient pas : elle finit avant de commencer, ou dure plus d'un an.",
            code="SUSPENSION_INVALIDE",
            remede="Corrigez les deux dates.",
        ) from erreur


@routeur.post("/projets/{code}/suspensions/{debut}/retrait")
def reprendre(request: Request, u: Ecriture, code: str, debut: date) -> RedirectResponse:
    """Take a suspension away."""
    projets.reprendre(u, code, debut)
    return rediriger(request, f"/projets/{code}", "Période retirée.")


@routeur.post("/projets/{code}/complet")
def demander_complet(request: Request, u: Ecriture, code: str) -> RedirectResponse:
    """Ask that the next feed be complete."""
    projets.demander_complet(u, code)
    return rediriger(request, f"/projets/{code}", "Alimentation complète demandée.")


@routeur.get("/projets/{code}/extraction")
def extraction(u: Lecture, code: str) -> FileResponse:
    """The whole directory of a project, now."""
    return servir_extraction(u, code)


@routeur.get("/projets/{code}/alimentations/{numero}")
def alimentation(request: Request, u: Lecture, code: str, numero: int) -> HTMLResponse:
    """A feed: its counts and its files."""
    a = projets.alimentation(u, code, numero)
    return ecrans.rendre(
        request,
        "alimentation.html",
        titre=f"Alimentation n° {numero}",
        a=a,
        comptes=[(libelle, a.comptes[c]) for c, libelle in LIBELLES.items() if c in a.comptes],
        chiffres=chiffres,
        fil=fil(request, ("Projets", "/projets"), (code, f"/projets/{code}"), (f"n° {numero}", None)),
    )


@routeur.get("/projets/{code}/alimentations/{numero}/fichiers/{nom}")
def fichier(u: Lecture, code: str, numero: int, nom: str) -> Response:
    """A file of a feed."""
    return servir_fichier(u, code, numero, nom)


@routeur.get("/projets/{code}/alimentations/{numero}/archive")
def archive(u: Lecture, code: str, numero: int) -> FileResponse:
    """The archive of a feed."""
    return servir_archive(u, code, numero)
