"""What the pages of the AAF share: menu, labels, breadcrumb."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fastapi import Request

from shared.contracts.traces import OBJETS as SUIVIS
from shared.formats.aaf import Categorie
from shared.screens.composants import Colonne, Entree
from shared.screens.pages import gabarits

LIBELLES = {
    Categorie.ETABLISSEMENT.value: "Structures",
    Categorie.MEF.value: "MEF",
    Categorie.MATIERE.value: "Matières",
    Categorie.ELEVE.value: "Élèves",
    Categorie.RESPONSABLE.value: "Responsables",
    Categorie.PERSONNEL.value: "Personnels",
}
OBJETS = SUIVIS | {"lien": "Lien", "etablissement": "Établissement"}


def menu(request: Request) -> Sequence[Entree]:
    """The entries of the menu."""
    base: str = getattr(request.state, "base", "")
    chemin = request.url.path.removeprefix(base)
    return (
        Entree("Accueil", f"{base}/", chemin == "/"),
        Entree("Annuaire", f"{base}/annuaire", chemin.startswith("/annuaire")),
        Entree("Projets", f"{base}/projets", chemin.startswith("/projets")),
        Entree("Fonctionnement", f"{base}/fonctionnement", chemin == "/fonctionnement"),
    )


ecrans = gabarits("aaf", Path(__file__).parent.parent / "templates", menu=menu)


def chiffres(titre: str) -> Colonne:
    """A column of numbers."""
    return Colonne(titre, nombre=True)


def fil(request: Request, *etapes: tuple[str, str | None]) -> tuple[Entree, ...]:
    """The breadcrumb: (label, path without the bac's prefix; None for the page itself)."""
    base: str = getattr(request.state, "base", "")
    return tuple(Entree(libelle, base + chemin if chemin else None) for libelle, chemin in etapes)
