"""The pages of the ENT projects: their form, their feeds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from pydantic import BaseModel
from starlette.responses import Response

from services.aaf.api import servir_archive, servir_extraction
from services.aaf.models import Projet
from services.aaf.screens.cadre import LIBELLES, ecrans, fil
from services.aaf.use_cases import projets
from services.aaf.use_cases.depot import dossier_de_depot
from shared.contracts.refus import Refus
from shared.formats.aaf import ENCODAGES, GRAMMAIRES
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur()

_CHAMPS = {
    "AAF_PROJET": "code",
    "PROJET_EXISTANT": "code",
    "TAILLE_FICHIER": "max_par_fichier",
    "GRAMMAIRE_INCONNUE": "grammaire",
    "DEGRE_NON_SERVI": "grammaire",
    "ENCODAGE_INCONNU": "encodage",
    "JOUR_COMPLET": "jour_complet",
}
"""The field that each refusal is about; the schools otherwise."""
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
    jour_complet: str = ""
    depot: str = ""

    @classmethod
    def de(cls, projet: Projet, uais: list[str]) -> Saisie:
        """The form of a project as it stands."""
        return cls(
            code=projet.code,
            libelle=projet.libelle,
            uais="\n".join(uais),
            grammaire=projet.grammaire,
            max_par_fichier=str(projet.max_par_fichier),
            encodage=projet.encodage,
            jour_complet="" if projet.jour_complet is None else str(projet.jour_complet),
            depot="oui" if projet.depot else "",
        )

    def forme(self) -> projets.Forme:
        """How the project is to be fed; a number that is none becomes one that is refused."""
        return projets.Forme(
            self.grammaire,
            _nombre(self.max_par_fichier),
            self.encodage,
            _nombre(self.jour_complet) if self.jour_complet else None,
            bool(self.depot),
        )

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
        "jours": [(str(j), projets.JOURS[j].capitalize()) for j in projets.jours_d_alimentation(u)],
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
    return ecrans.rendre(
        request,
        "projets.html",
        statut,
        titre="Projets",
        lignes=projets.lister_projets(u),
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
    projets.projet(u, code)
    try:
        projets.modifier_projet(u, code, saisie.libelle.strip(), saisie.etablissements(), saisie.forme())
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
    messages = []
    if projet.complet_demande:
        messages.append(Message("La prochaine alimentation sera complète.", "info"))
    contexte: dict[str, Any] = {
        "titre": f"Alimentations de {projet.code}",
        "projet": projet,
        "uais": uais,
        "jour_complet": "jour de l'académie" if projet.jour_complet is None else projets.JOURS[projet.jour_complet],
        "depot": str(dossier_de_depot(u, projet.code)) if projet.depot else "non",
        "lignes": list(reversed(projets.alimentations(u, projet.code))),
        "choix": _choix(u),
        "saisi": saisie or Saisie.de(projet, uais),
        "erreurs": erreurs or {},
        "messages": messages,
    }
    fil_ = fil(request, ("Projets", "/projets"), (projet.code, None))
    return ecrans.rendre(request, "alimentations.html", statut, fil=fil_, **contexte)


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
        comptes=[(LIBELLES[c], compte) for c, compte in a.comptes.items()],
        fil=fil(request, ("Projets", "/projets"), (code, f"/projets/{code}"), (f"n° {numero}", None)),
    )


@routeur.get("/projets/{code}/alimentations/{numero}/archive")
def archive(u: Lecture, code: str, numero: int) -> FileResponse:
    """The archive of a feed."""
    return servir_archive(u, code, numero)
