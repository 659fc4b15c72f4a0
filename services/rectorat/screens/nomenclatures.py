"""Nomenclatures: what was loaded, the mails of schools, additions; the BCN; the calendars by zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import Form, Query, Request
from msgspec import Struct
from sqlalchemy import select
from starlette.responses import Response

from services.rectorat import models
from services.rectorat.screens.cadre import annee_utile, page, prochaine_diffusion
from services.rectorat.use_cases import diffusion as envois
from services.rectorat.use_cases import nomenclatures as actes
from shared import nomenclatures
from shared.horloge.annees import libelle_annee
from shared.horloge.calendrier import CalendrierScolaire, Zone, calendrier_scolaire
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.identifiers.texte import cle_tri
from shared.screens.composants import Pagination, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()


class TableBcn(Struct, frozen=True):
    """A table of the BCN as a page shows it."""

    titre: str
    colonnes: tuple[str, ...]
    lignes: Callable[[], Iterable[tuple[str, ...]]]


def _liste(nom: str) -> Callable[[], Iterable[tuple[str, ...]]]:
    return lambda: [(e.code, e.libelle_court, e.libelle_long) for e in nomenclatures.liste(nom)]


def _mefs(choisis: Callable[[], Iterable[nomenclatures.Mef]]) -> Callable[[], Iterable[tuple[str, ...]]]:
    return lambda: [(m.code, m.formation, m.libelle_long, m.mefstat11, m.rattachement) for m in choisis()]


MEF = ("Code", "Formation", "Libellé", "MEFSTAT 11", "Rattachement")
COURT_LONG = ("Code", "Libellé court", "Libellé long")
BCN: dict[str, TableBcn] = {
    "mefs-college": TableBcn("MEF du collège", MEF, _mefs(nomenclatures.mefs_college)),
    "mefs-lycee-gt": TableBcn(
        "MEF du lycée général et technologique",
        MEF,
        _mefs(lambda: [m for m in nomenclatures.mefs_lycee() if m.code.startswith(("20", "21"))]),
    ),
    "mefs-lycee-pro": TableBcn(
        "MEF de CAP, du baccalauréat professionnel et d'après le baccalauréat",
        MEF,
        _mefs(lambda: [m for m in nomenclatures.mefs_lycee() if not m.code.startswith(("20", "21"))]),
    ),
    "matieres": TableBcn(
        "Matières",
        ("Code", "Code de gestion", "Libellé court", "Libellé long"),
        lambda: [(m.code, m.code_gestion, m.libelle_court, m.libelle_long) for m in nomenclatures.matieres()],
    ),
    "options": TableBcn(
        "Options et programmes",
        ("MEF", "Matière", "Libellé", "Modalité", "Heures"),
        lambda: [
            (p.mef, p.matiere, nomenclatures.matiere(p.matiere).libelle_long, p.modalite, str(p.horaire))
            for m in nomenclatures.mefs()
            for p in nomenclatures.programmes(m.code)
        ],
    ),
    "disciplines": TableBcn(
        "Disciplines de poste",
        ("Code", "Libellé court", "Libellé long", "Fonction"),
        lambda: [(d.code, d.libelle_court, d.libelle_long, d.fonction) for d in nomenclatures.disciplines()],
    ),
    "fonctions": TableBcn(
        "Fonctions", COURT_LONG, lambda: [(f.code, f.libelle_court, f.libelle_long) for f in nomenclatures.fonctions()]
    ),
    "grades": TableBcn(
        "Grades",
        ("Code", "Libellé", "Corps", "Heures dues"),
        lambda: [(g.code, g.libelle_long, g.corps, str(g.heures_dues)) for g in nomenclatures.grades()],
    ),
    "communes": TableBcn(
        "Communes",
        ("Code INSEE", "Code postal", "Nom", "Département"),
        lambda: [(c.insee, c.code_postal, c.libelle, c.departement) for c in nomenclatures.communes()],
    ),
    "pays": TableBcn("Pays et nationalités", COURT_LONG, _liste("pays")),
    "professions": TableBcn(
        "Professions et catégories sociales",
        ("Code", "Libellé"),
        lambda: [(p.code, p.libelle_long) for p in nomenclatures.pcs()],
    ),
    "parentes": TableBcn(
        "Liens de parenté", ("Code", "Libellé"), lambda: [(p.code, p.libelle_long) for p in nomenclatures.parentes()]
    ),
    "regimes": TableBcn("Régimes", COURT_LONG, _liste("regimes")),
    "motifs-sortie": TableBcn("Motifs de sortie", COURT_LONG, _liste("motifs_sortie")),
    "natures": TableBcn(
        "Natures d'établissement",
        ("Code", "Libellé"),
        lambda: [(n.code, n.libelle_long) for n in nomenclatures.natures()],
    ),
}
GENRES = {
    "nomenclatures": "nomenclatures",
    "ine:": "INE",
    "certificats": "certificats NetSynchro",
    "assistance": "réponses de l'assistance",
}
"""What goes out besides agents, by the beginning of its key."""
ZONES: tuple[Zone, ...] = ("A", "B", "C")


@routeur.get("/nomenclatures")
def lire(request: Request, u: Lecture, demande: int | None = None) -> Response:
    """The sets that were loaded, the mails of schools, what was added; `demande`: the mail to answer."""
    t, d = models.JeuNomenclatures, models.DemandeNomenclature
    return page(
        request,
        u,
        "nomenclatures.html",
        "Nomenclatures",
        jeux=u.session.scalars(select(t).order_by(t.version.desc())).all(),
        demandes=u.session.scalars(select(d).order_by(d.etat, d.numero)).all(),
        choisie=u.session.get(d, demande) if demande is not None else None,
        ajouts=actes.ajouts(u),
        noms=actes.NOMS,
        mefs=[(m.code, f"{m.code} {m.libelle_long}") for m in nomenclatures.mefs()],
        diffusion=prochaine_diffusion(u),
    )


@routeur.post("/nomenclatures")
def charger(request: Request, u: Ecriture) -> Response:
    """Load the national set."""
    version = actes.charger_nomenclatures(u)
    return rediriger(request, "/nomenclatures", f"Jeu national chargé, version {version}.")


@routeur.post("/diffusion")
def diffuser(request: Request, u: Ecriture) -> Response:
    """Send out at once what would go this evening."""
    faits = envois.diffuser_maintenant(u)
    ecoles = sum(cle.startswith("agents:") for cle in faits)
    quoi = [f"agents de {pluriel(ecoles, 'établissement')}"] if ecoles else []
    quoi += [nom for genre, nom in GENRES.items() if any(cle.startswith(genre) for cle in faits)]
    message = f"Diffusion faite : {', '.join(quoi)}." if quoi else "Rien n'attendait la diffusion."
    return rediriger(request, "/nomenclatures", message)


def _ajoutee(request: Request, quoi: str, version: int) -> Response:
    return rediriger(
        request,
        "/nomenclatures",
        f"{quoi} : ajout fait dans la version {version}, diffusée ce soir aux établissements.",
    )


@routeur.post("/nomenclatures/mefs")
def ajouter_mef(
    request: Request,
    u: Ecriture,
    code: Annotated[str, Form()] = "",
    modele: Annotated[str, Form()] = "",
    libelle: Annotated[str, Form()] = "",
    demande: Annotated[int | None, Form()] = None,
) -> Response:
    """Add a MEF."""
    return _ajoutee(request, f"MEF {code}", actes.ajouter_mef(u, code, modele, libelle, demande))


@routeur.post("/nomenclatures/matieres")
def ajouter_matiere(
    request: Request,
    u: Ecriture,
    code: Annotated[str, Form()] = "",
    code_gestion: Annotated[str, Form()] = "",
    libelle: Annotated[str, Form()] = "",
    demande: Annotated[int | None, Form()] = None,
) -> Response:
    """Add a matière."""
    return _ajoutee(request, f"Matière {code}", actes.ajouter_matiere(u, code, code_gestion, libelle, demande))


@routeur.post("/nomenclatures/demandes/{numero}/reponse")
def repondre(request: Request, u: Ecriture, numero: int, texte: Annotated[str, Form()] = "") -> Response:
    """Answer a mail without adding anything."""
    actes.repondre(u, numero, texte)
    return rediriger(request, "/nomenclatures", f"Demande {numero} : réponse envoyée.")


@routeur.get("/bcn")
def lire_bcn(request: Request, u: Lecture, table: str = "mefs-college", q: str = "") -> Response:
    """A table of the BCN, searched by code or label."""
    choisie = BCN.get(table, BCN["mefs-college"])
    cherche = cle_tri(q)
    lignes: list[tuple[str, ...]] = [x for x in choisie.lignes() if cherche in cle_tri(" ".join(x))]
    pages = Pagination.depuis(request.query_params, len(lignes))
    return page(
        request,
        u,
        "bcn.html",
        f"BCN - {choisie.titre}",
        tables=[(nom, t.titre) for nom, t in BCN.items()],
        table=table if table in BCN else "mefs-college",
        q=q,
        colonnes=choisie.colonnes,
        lignes=lignes[pages.debut : pages.fin],
        legende=f"{choisie.titre} : {pluriel(len(lignes), 'ligne')}",
        pages=pages,
    )


@routeur.get("/calendrier")
def lire_calendrier(
    request: Request, u: Lecture, annee: Annotated[int | None, Query(ge=1990, le=2100)] = None
) -> Response:
    """The calendar of a year: the three zones, and Nouvelle-Calédonie."""
    voulue = annee if annee is not None else annee_utile(u)
    nord = [(f"Zone {zone}", calendrier_scolaire(voulue, "nord", zone)) for zone in ZONES]
    sud = ("Nouvelle-Calédonie", calendrier_scolaire(voulue, "sud"))
    ici = "Nouvelle-Calédonie" if u.profil.calendrier == "sud" else f"Zone {u.profil.zone}"
    return page(
        request,
        u,
        "calendrier_scolaire.html",
        "Calendrier scolaire",
        annee=voulue,
        libelle_nord=libelle_annee(voulue),
        tableaux=[_tableau(libelle_annee(voulue), nord, ici), _tableau(str(voulue), [sud], ici)],
    )


def _tableau(libelle: str, calendriers: list[tuple[str, CalendrierScolaire]], ici: str) -> dict[str, Any]:
    """One table: a line per date, a column per zone; a holiday by its first day and the day of return."""
    premiers = calendriers[0][1]
    lignes: list[tuple[str, list[Any]]] = [
        ("Rentrée des professeurs", [c.rentree_professeurs for _, c in calendriers]),
        ("Rentrée des élèves", [c.rentree_eleves for _, c in calendriers]),
    ]
    for rang, periode in enumerate(premiers.vacances):
        lignes.append((periode.nom, [c.vacances[rang] for _, c in calendriers]))
    lignes += [
        ("Sortie des élèves", [c.sortie_eleves for _, c in calendriers]),
        ("Sortie des professeurs", [c.sortie_professeurs for _, c in calendriers]),
    ]
    return {"libelle": libelle, "zones": [nom for nom, _ in calendriers], "ici": ici, "lignes": lignes}
