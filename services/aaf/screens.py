"""The pages of the AAF: schools, exclusions, directory, projects and their feeds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.responses import Response

from services.aaf.api import servir_archive
from services.aaf.models import Exclusion, Structure
from services.aaf.use_cases import annuaire, integration, projets
from shared.contracts.refus import Refus
from shared.formats.aaf import CATEGORIES, ENCODAGES, GRAMMAIRES, Categorie
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.identifiers.texte import cle_tri
from shared.screens.composants import Colonne, Entree, Message, Pagination, Tri
from shared.screens.pages import gabarits, rediriger

routeur = Routeur(include_in_schema=False)

LIBELLES = {
    Categorie.ETABLISSEMENT.value: "Structures",
    Categorie.MEF.value: "MEF",
    Categorie.MATIERE.value: "Matières",
    Categorie.ELEVE.value: "Élèves",
    Categorie.RESPONSABLE.value: "Responsables",
    Categorie.PERSONNEL.value: "Personnels",
}
OBJETS = {
    "eleve": "Élève",
    "responsable": "Responsable",
    "enseignant": "Enseignant",
    "agent": "Agent",
    "groupe": "Groupe",
    "division": "Division",
    "lien": "Lien",
    "etablissement": "Établissement",
}


def menu(request: Request) -> Sequence[Entree]:
    """The entries of the menu."""
    base: str = getattr(request.state, "base", "")
    chemin = request.url.path.removeprefix(base)
    return (
        Entree("Accueil", f"{base}/", chemin == "/"),
        Entree("Annuaire", f"{base}/annuaire", chemin.startswith("/annuaire")),
        Entree("Projets", f"{base}/projets", chemin.startswith("/projets")),
    )


ecrans = gabarits("aaf", Path(__file__).parent / "templates", menu=menu)


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> HTMLResponse:
    """The schools and what comes out of them."""
    cles: dict[str, Callable[[Structure], Any]] = {
        "uai": lambda s: s.uai,
        "libelle": lambda s: (cle_tri(s.libelle), s.uai),
    }
    cles |= {nom: _compte(nom) for nom in ("eleves", "responsables", "personnels", "exclus")}
    tri = Tri.depuis(request.query_params, cles, "uai")
    colonnes = [
        Colonne("UAI", "uai"),
        Colonne("Établissement", "libelle"),
        Colonne("Élèves", "eleves", nombre=True),
        Colonne("Responsables", "responsables", nombre=True),
        Colonne("Personnels", "personnels", nombre=True),
        Colonne("Exclus", "exclus", nombre=True),
        Colonne("Intégré le"),
    ]
    lignes = tri.appliquer(annuaire.etablissements(u), cles)
    return ecrans.rendre(request, "accueil.html", titre="Accueil", colonnes=colonnes, lignes=lignes, tri=tri)


def _compte(nom: str) -> Callable[[Structure], int]:
    return lambda s: s.comptes.get(nom, 0)


@routeur.get("/etablissements/{uai}")
def etablissement(request: Request, u: Lecture, uai: str) -> HTMLResponse:
    """A school: its counts and its remontées."""
    ecole = annuaire.etablissement(u, uai)
    return ecrans.rendre(
        request,
        "etablissement.html",
        titre=f"Établissement {uai}",
        bandeau=f"{uai} {ecole.libelle}",
        fil=_fil(request, ("Accueil", "/"), (uai, None)),
        ecole=ecole,
        remontees=list(integration.dernieres_remontees(u, uai)),
    )


@routeur.get("/etablissements/{uai}/exclusions")
def exclusions(request: Request, u: Lecture, uai: str, code: str = "") -> HTMLResponse:
    """What does not come out of a school, with its reason and its remedy."""
    toutes = annuaire.exclusions(u, uai)
    cles = {
        "objet": lambda e: (OBJETS.get(e.objet, e.objet), e.cle_tri, e.id),
        "libelle": lambda e: (e.cle_tri, e.id),
        "code": lambda e: (e.code, e.cle_tri, e.id),
        "depuis": lambda e: (e.depuis, e.cle_tri, e.id),
    }
    tri = Tri.depuis(request.query_params, cles, "code")
    choisies: list[Exclusion] = tri.appliquer([e for e in toutes if not code or e.code == code], cles)
    page = Pagination.depuis(request.query_params, len(choisies), 100)
    colonnes = [
        Colonne("Objet", "objet"),
        Colonne("Qui ou quoi", "libelle"),
        Colonne("Code", "code"),
        Colonne("Raison, remède et menu à ouvrir"),
        Colonne("Depuis", "depuis"),
    ]
    return ecrans.rendre(
        request,
        "exclusions.html",
        titre="Exclusions",
        bandeau=f"{uai} {annuaire.etablissement(u, uai).libelle}",
        fil=_fil(request, ("Accueil", "/"), (uai, f"/etablissements/{uai}"), ("Exclusions", None)),
        uai=uai,
        code=code,
        codes=[(c, c) for c in sorted({e.code for e in toutes})],
        total=len(toutes),
        colonnes=colonnes,
        lignes=choisies[page.debut : page.fin],
        objets=OBJETS,
        tri=tri,
        page=page,
    )


@routeur.get("/annuaire")
def chercher(request: Request, u: Lecture, q: str = "", categorie: str = "", uai: str = "") -> HTMLResponse:
    """Looking someone or something up in the directory."""
    categories = [categorie] if categorie in LIBELLES else []
    total, _ = annuaire.chercher(u, q, categories=categories, uai=uai or None, limite=0)
    page = Pagination.depuis(request.query_params, total)
    _, fiches = annuaire.chercher(u, q, categories=categories, uai=uai or None, limite=page.taille, debut=page.debut)
    return ecrans.rendre(
        request,
        "annuaire.html",
        titre="Annuaire",
        q=q,
        categorie=categorie,
        uai=uai,
        choix_categorie=[(c.value, LIBELLES[c.value]) for c in CATEGORIES],
        choix_uai=[(s.uai, f"{s.uai} {s.libelle}") for s in annuaire.etablissements(u)],
        libelles=LIBELLES,
        lignes=fiches,
        page=page,
    )


@routeur.get("/annuaire/{categorie}/{id_}")
def enregistrement(request: Request, u: Lecture, categorie: str, id_: str) -> HTMLResponse:
    """A record with its attributes, in file order."""
    fiches, attributs = annuaire.enregistrement(u, categorie, id_)
    return ecrans.rendre(
        request,
        "enregistrement.html",
        titre=f"{fiches[0].libelle or id_}",
        categorie=LIBELLES[categorie],
        fiches=fiches,
        attributs=attributs,
        fil=_fil(request, ("Annuaire", "/annuaire"), (fiches[0].libelle or id_, None)),
    )


@routeur.get("/projets")
def lister_projets(request: Request, u: Lecture) -> HTMLResponse:
    """The projects, and the form that makes one."""
    return _page_projets(request, u, {}, {})


_CHAMPS = {
    "AAF_PROJET": "code",
    "PROJET_EXISTANT": "code",
    "TAILLE_FICHIER": "max_par_fichier",
    "GRAMMAIRE_INCONNUE": "grammaire",
    "DEGRE_NON_SERVI": "grammaire",
    "ENCODAGE_INCONNU": "encodage",
}
"""The field that each refusal is about; the schools otherwise."""


@routeur.post("/projets")
def creer_projet(
    request: Request,
    u: Ecriture,
    code: Annotated[str, Form()] = "",
    libelle: Annotated[str, Form()] = "",
    uais: Annotated[str, Form()] = "",
    grammaire: Annotated[str, Form()] = "6.4",
    max_par_fichier: Annotated[str, Form()] = "5000",
    encodage: Annotated[str, Form()] = "UTF-8",
) -> Response:
    """Make a project."""
    saisi = {
        "code": code.strip(),
        "libelle": libelle.strip(),
        "uais": uais,
        "grammaire": grammaire,
        "max_par_fichier": max_par_fichier,
        "encodage": encodage,
    }
    taille = int(max_par_fichier) if max_par_fichier.isascii() and max_par_fichier.isdigit() else 0
    try:
        forme = projets.Forme(grammaire, taille, encodage)
        projets.creer_projet(u, saisi["code"], saisi["libelle"], uais.upper().replace(",", " ").split(), forme)
    except Refus as refus:
        u.session.rollback()
        champ = _CHAMPS.get(refus.code, "uais")
        return _page_projets(request, u, saisi, {champ: f"{refus.phrase} {refus.remede or ''}".strip()}, 422)
    return rediriger(request, f"/projets/{saisi['code']}", "Projet créé.")


def _page_projets(
    request: Request, u: Lecture, saisi: dict[str, str], erreurs: dict[str, str], statut: int = 200
) -> HTMLResponse:
    return ecrans.rendre(
        request,
        "projets.html",
        statut,
        titre="Projets",
        lignes=projets.lister_projets(u),
        grammaires=[(g.value, g.value) for g in GRAMMAIRES],
        encodages=[(e, e) for e in ENCODAGES],
        saisi={
            "code": "",
            "libelle": "",
            "uais": "",
            "grammaire": "6.4",
            "max_par_fichier": "5000",
            "encodage": ENCODAGES[0],
        }
        | saisi,
        erreurs=erreurs,
    )


@routeur.get("/projets/{code}")
def alimentations(request: Request, u: Lecture, code: str) -> HTMLResponse:
    """A project and its feeds, latest first."""
    projet = projets.projet(u, code)
    messages = []
    if projet.complet_demande:
        messages.append(Message("La prochaine alimentation sera complète.", "info"))
    return ecrans.rendre(
        request,
        "alimentations.html",
        titre=f"Alimentations de {code}",
        projet=projet,
        uais=projets.uais_de(u, code),
        lignes=list(reversed(projets.alimentations(u, code))),
        messages=messages,
        fil=_fil(request, ("Projets", "/projets"), (code, None)),
    )


@routeur.post("/projets/{code}/complet")
def demander_complet(request: Request, u: Ecriture, code: str) -> RedirectResponse:
    """Ask that the next feed be complete."""
    projets.demander_complet(u, code)
    return rediriger(request, f"/projets/{code}", "Alimentation complète demandée.")


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
        fil=_fil(request, ("Projets", "/projets"), (code, f"/projets/{code}"), (f"n° {numero}", None)),
    )


@routeur.get("/projets/{code}/alimentations/{numero}/archive")
def archive(u: Lecture, code: str, numero: int) -> FileResponse:
    """The archive of a feed."""
    return servir_archive(u, code, numero)


def _fil(request: Request, *etapes: tuple[str, str | None]) -> tuple[Entree, ...]:
    base: str = getattr(request.state, "base", "")
    return tuple(Entree(libelle, base + chemin if chemin else None) for libelle, chemin in etapes)
