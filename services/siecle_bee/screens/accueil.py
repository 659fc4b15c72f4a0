"""Choosing the school and the year; the tableau de bord."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.rules.annees import LIBELLES_ETAT
from services.siecle_bee.screens.cadre import BASE, FICHES_BLOQUANTES, chemin, page
from services.siecle_bee.use_cases import bases, tableau
from services.siecle_bee.use_cases import signalements as academiques
from shared.http.acces import peut
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.screens.composants import Colonne, Liste
from shared.screens.pages import rediriger, rendre

routeur = Routeur()
SANS_CONSULTATION = {
    "bee.nomenclatures": "nomenclatures",
    "bee.communs": "communs/calendrier",
    "bee.teleservices": "teleservices",
}


@routeur.get("/")
def accueil(request: Request, u: Lecture) -> Response:
    """The schools and their bases."""
    ouvertes = bases.bases_par_etablissement(u)
    ecoles = [
        {
            "fiche": e.fiche,
            "bases": [
                {"millesime": b.millesime, "etat": LIBELLES_ETAT[bases.etat(u, b.millesime)]}
                for b in ouvertes.get(e.uai, ())
            ],
        }
        for e in bases.etablissements(u)
    ]
    colonnes = (
        Colonne("Établissement", "nom", par=lambda e: f"{e['fiche']['denomination']} {e['fiche']['nom']}"),
        Colonne("UAI", "uai", par=lambda e: e["fiche"]["uai"]),
        Colonne("Année scolaire", "bases", par=lambda e: [base["millesime"] for base in e["bases"]]),
    )
    return rendre(
        request,
        "accueil.html",
        titre="Choix de l'établissement et de l'année scolaire",
        liste=Liste.depuis(request.query_params, colonnes, ecoles, "uai"),
        premiere="/tableau-de-bord" if peut(request, "bee.consulter") else "",
    )


@routeur.get(BASE)
def entrer(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The tableau de bord; where the entry of the portal does not open it, the first page that it opens (ACC-02)."""
    if peut(request, "bee.consulter"):
        return tableau_de_bord(request, u, uai, millesime)
    bases.base(u, uai, millesime)
    premiere = next((nom for droit, nom in SANS_CONSULTATION.items() if peut(request, droit)), "tableau-de-bord")
    return rediriger(request, f"/{uai}/{millesime}/{premiere}")


@routeur.get(BASE + "/tableau-de-bord")
def tableau_de_bord(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Tableau de bord."""
    b = bases.base(u, uai, millesime)
    t = tableau.tableau(u, b)
    return page(
        request,
        u,
        b,
        "tableau_de_bord.html",
        "Tableau de bord",
        t=t,
        colonnes=("Effectif", Colonne("Élèves", nombre=True)),
        compteurs=_compteurs(t),
        controle=tableau.CONTROLE_REGULIER,
    )


def _compteurs(t: tableau.Tableau) -> list[tuple[str, int, str, bool]]:
    """Label, number, page of the list, and whether the number calls for an act."""
    avancee = "recherche-avancee?"
    return [
        ("Effectifs constatés", t.effectif_constate, "eleves?scolarise=oui", False),
        ("Élèves scolarisés dans l'établissement", t.scolarises, "eleves?scolarise=oui", False),
        ("Élèves scolarisés hors de l'établissement", t.hors, f"{avancee}complexe=hors", False),
        ("Élèves non scolarisés", t.non_scolarises, "eleves?scolarise=non", False),
        ("Motif(s) de sortie imprécis", t.motifs_imprecis, f"{avancee}motif_sortie=imprecis", True),
        ("Redoublants", t.redoublants, f"{avancee}scolarise=oui&redoublant=oui", False),
        ("Boursiers", t.boursiers, f"{avancee}scolarise=oui&boursier=oui", False),
        ("Parcours personnalisés", t.parcours, f"{avancee}complexe=parcours", False),
        ("Fiches bloquantes", t.bloquantes, FICHES_BLOQUANTES, True),
        ("Élèves sans INE", t.sans_ine, f"{avancee}sorti=non&ine=non", False),
    ]


@routeur.post(BASE + "/tableau-de-bord/constat")
def constat(request: Request, u: Ecriture, uai: str, millesime: int) -> Response:
    """The button that recounts."""
    b = bases.base(u, uai, millesime)
    tableau.constater(u, b)
    return rediriger(request, chemin(b, "tableau-de-bord"), "Les effectifs ont été recomptés.")


@routeur.get(BASE + "/signalements")
def signalements(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Signalements académiques élèves > Multi-inscriptions."""
    b = bases.base(u, uai, millesime)
    lignes = academiques.signalements(u, b)
    return page(request, u, b, "signalements.html", "Signalements académiques élèves", lignes=lignes)
