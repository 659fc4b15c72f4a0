"""What every page has: the school, the project's menu. Source: ENT-25 (menu of the administrator)."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import HTMLResponse

from services.ent.models import Projet
from services.ent.use_cases import projets
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Entree
from shared.screens.pages import rendre

BASE = "/{uai}/{annee:int}"
ACCUEIL = "Accueil"

# Entries that open a page saying what they are: slug → (title, sentence).
NON_SIMULES: dict[str, tuple[str, str]] = {
    "etablissement": ("Établissement", "Page de présentation de l'établissement, tenue par son administrateur."),
    "services-personnels": ("Services Personnels", "Casier, agenda et porte-documents de chaque utilisateur."),
    "publication": ("Publication", "Actualités, blogs et pages publiques de l'établissement."),
    "scolarite": ("Scolarité", "Notes, absences et bulletins, tenus dans le logiciel de vie scolaire."),
    "agendas": ("Agendas", "Agendas partagés de l'établissement."),
    "orientation": ("Orientation", "Services d'aide à l'orientation."),
    "assistance": ("Assistance", "Le correspondant ENT de l'établissement, puis l'assistance de l'académie."),
}


def chemin(uai: str, annee: int, reste: str = "") -> str:
    """A path of this application, without the bac's prefix."""
    return f"/{uai}/{annee}" + (f"/{reste}" if reste else "")


def page(
    request: Request,
    u: Unite,
    uai: str,
    annee: int,
    gabarit: str,
    titre: str,
    statut: int = 200,
    *,
    fil: tuple[str, ...] = (),
    **contexte: Any,
) -> HTMLResponse:
    """Render a page of a school's ENT. Raises `Inconnu` UAI_INCONNU."""
    projet = contexte.pop("projet", None) or projets.projet_de(u, uai)
    prefixe = f"{request.state.base}{chemin(uai, annee)}"
    return rendre(
        request,
        gabarit,
        statut,
        titre=titre,
        bandeau=bandeau(u, projet, uai),
        menu=menu(request, uai, annee),
        fil=[Entree(ACCUEIL, prefixe), *(Entree(f) for f in fil), Entree(titre)] if titre != ACCUEIL else (),
        utilisateur="Administrateur de l'ENT",
        prefixe=prefixe,
        uai=uai,
        annee=annee,
        projet=projet,
        chiffres=chiffres,
        **contexte,
    )


def page_de_projet(
    request: Request,
    gabarit: str,
    titre: str,
    statut: int = 200,
    *,
    dans: tuple[str, str] | None = None,
    **contexte: Any,
) -> HTMLResponse:
    """Render a page that belongs to no school. `dans`: the page above it, label and path."""
    base: str = request.state.base
    courant = request.url.path.removeprefix(base)
    menu = contexte.pop("menu", None) or [
        Entree("Choix de l'établissement", f"{base}/", courant=courant == "/"),
        Entree("Projets d'ENT", f"{base}/projets", courant=courant.startswith("/projets")),
        Entree("Connecteurs", f"{base}/connecteurs", courant=courant.startswith("/connecteurs")),
        Entree("Mon ENT", f"{base}/mon-ent", courant=courant.startswith("/mon-ent")),
    ]
    fil = [Entree(dans[0], base + dans[1]), Entree(titre)] if dans else ()
    return rendre(request, gabarit, statut, titre=titre, menu=menu, fil=fil, **contexte)


def chiffres(titre: str) -> Colonne:
    """A column of numbers."""
    return Colonne(titre, nombre=True)


def bandeau(u: Unite, projet: Projet, uai: str) -> str:
    """The school (its UAI before the first feed) and the year of its classes."""
    s = next(iter(projets.structures(u, projet.code, uai)), None)
    nom = " ".join(x for x in (s.sigle, s.nom) if x) if s else ""
    ecole = f"{nom} ({uai})" if nom else uai
    return f"{projet.libelle} - {ecole} - {libelle_annee(projet.annee)}"


def menu(request: Request, uai: str, annee: int) -> list[Entree]:
    """The administrator's menu, in the order of the real one."""
    ici = chemin(uai, annee)
    prefixe = f"{request.state.base}{ici}"
    courant = request.url.path.removeprefix(request.state.base)

    def e(libelle: str, reste: str = "") -> Entree:
        vers = f"{ici}/{reste}" if reste else ici
        dessous = bool(reste) and courant.startswith(f"{vers}/")
        return Entree(libelle, f"{prefixe}/{reste}" if reste else prefixe, courant=courant == vers or dessous)

    def autre(nom: str) -> Entree:
        return e(NON_SIMULES[nom][0], f"autre/{nom}")

    return [
        e(ACCUEIL),
        e("Messagerie", "messagerie"),
        e("Cahier de textes", "cahier-de-textes"),
        e("Rubriques", "classes"),
        Entree(
            "Administration",
            enfants=[
                e("Comptes", "comptes"),
                e("Groupes", "groupes"),
                e("Imports AAF", "imports"),
                e("Exports GAR", "exports-gar"),
            ],
        ),
        autre("etablissement"),
        Entree(
            "Pédagogie",
            enfants=[e("Mes classes, mes groupes", "vue"), e("Gestion emploi du temps", "gestion-emploi-du-temps")],
        ),
        *(autre(nom) for nom in ("services-personnels", "publication", "scolarite", "agendas")),
        e("Ressources", "ressources"),
        *(autre(nom) for nom in ("orientation", "assistance")),
    ]
