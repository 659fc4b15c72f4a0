"""Classes, groups, pupils and who is in which group."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Annotated

from fastapi import Form, Request
from sqlalchemy import func, select
from starlette.responses import Response

from services.edt import models as m
from services.edt.chemins import PAGES
from services.edt.screens.cadre import page
from services.edt.use_cases import bases, codifications, groupes, occupation, renommage
from shared.contracts.refus import Inconnu
from shared.horloge.calendrier import calendrier_scolaire
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite
from shared.screens.composants import Pagination, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()
COLONNES_2013 = ("Classe", "Libellé", "MEF", "Effectif", "Occ.", "Professeur Principal", "TOP", "DJT")
COLONNES_2017 = (
    *("Classe", "Libellé", "MEF", "Effectif", "Abréviation"),
    *("Apport", "Occ.", "H.T.T.", "Pond.", "Professeur Principal"),
)


def colonnes(habillage: str) -> tuple[str, ...]:
    """Columns of the list of classes: those of the screens of EDT 2013, or of EDT 2017 (EDT-20)."""
    return (COLONNES_2013 if habillage == "2013" else COLONNES_2017) + ("Emploi du temps",)


@routeur.get(PAGES + "/classes")
def lire_classes(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """Classes, their pupils, their professeur principal."""
    base = bases.trouver(u, uai, annee)
    classes = [s for s in groupes.structures_de(u, uai, annee).values() if s.type == "D"]
    return page(
        request,
        u,
        base,
        "classes.html",
        "Classes",
        classes=classes,
        colonnes=colonnes(u.profil.habillage),
        mesures=occupation.des_classes(u, uai, annee),
        mefs=codifications.libelles_des_mefs(u, uai, annee),
        codes=[(s.code, s.code) for s in classes],
        effectifs=_effectifs(u, uai, annee),
        profs=noms_des_professeurs(u, uai, annee),
        principaux=_principaux(u, uai, annee),
    )


@routeur.post(PAGES + "/classes/professeur-principal")
def nommer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    division: Annotated[str, Form()],
    professeur: Annotated[int | None, Form()] = None,
) -> Response:
    """Say who is the professeur principal of a class, or that there is none."""
    couples = _principaux(u, uai, annee)
    couples.pop(division, None)
    if professeur is not None:
        couples[division] = professeur
    groupes.nommer_principaux(u, uai, annee, sorted(couples.items()))
    return rediriger(request, f"/{uai}/{annee}/classes", f"Professeur principal de {division} enregistré.")


@routeur.post(PAGES + "/classes/nom")
@routeur.post(PAGES + "/groupes/nom")
def renommer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    ancien: Annotated[str, Form()],
    nouveau: Annotated[str, Form()] = "",
) -> Response:
    """Rename a class or a group."""
    suites = renommage.renommer(u, uai, annee, ancien, nouveau)
    message = " ".join([f"« {ancien} » s'appelle maintenant « {' '.join(nouveau.split())} ».", *suites])
    ou = "classes" if request.url.path.endswith("/classes/nom") else "groupes"
    return rediriger(request, f"/{uai}/{annee}/{ou}", message, "avertissement" if suites else "succes")


@routeur.get(PAGES + "/groupes")
def lire_groupes(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """Groups, and the form for a new one."""
    base = bases.trouver(u, uai, annee)
    structures = groupes.structures_de(u, uai, annee).values()
    membres = dict(
        u.session.execute(
            select(m.Appartenance.groupe, func.count())
            .where(m.Appartenance.uai == uai, m.Appartenance.annee == annee)
            .group_by(m.Appartenance.groupe)
        ).all()
    )
    return page(
        request,
        u,
        base,
        "groupes.html",
        "Groupes",
        groupes=[s for s in structures if s.type == "G"],
        codes=[(s.code, s.code) for s in structures if s.type == "G"],
        longueur=u.profil.structure_longueur_code,
        classes=[s.code for s in structures if s.type == "D"],
        membres=membres,
    )


@routeur.post(PAGES + "/groupes")
def creer(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    code: Annotated[str, Form()],
    divisions: Annotated[list[str] | None, Form()] = None,
    libelle: Annotated[str, Form()] = "",
    barrette: Annotated[str, Form()] = "",
) -> Response:
    """Create a group."""
    nouveau = groupes.NouveauGroupe(code.strip(), libelle.strip(), tuple(divisions or ()), barrette.strip() or None)
    groupes.creer_groupes(u, uai, annee, [nouveau])
    return rediriger(request, f"/{uai}/{annee}/groupes", f"Groupe « {code.strip()} » créé.")


@routeur.post(PAGES + "/groupe/modification")
def modifier(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    code: Annotated[str, Form()],
    divisions: Annotated[list[str] | None, Form()] = None,
    libelle: Annotated[str, Form()] = "",
    barrette: Annotated[str, Form()] = "",
) -> Response:
    """Change a group."""
    voulu = groupes.NouveauGroupe(code, libelle.strip(), tuple(divisions or ()), barrette.strip() or None)
    renommage.modifier_groupe(u, uai, annee, voulu)
    return rediriger(request, f"/{uai}/{annee}/groupes", f"Groupe « {code} » modifié.")


@routeur.post(PAGES + "/groupe/suppression")
def supprimer(request: Request, u: Ecriture, uai: str, annee: int, code: Annotated[str, Form()]) -> Response:
    """Remove a group."""
    groupes.supprimer_groupe(u, uai, annee, code)
    return rediriger(request, f"/{uai}/{annee}/groupes", f"Groupe « {code} » supprimé.")


@routeur.get(PAGES + "/groupe")
def lire_groupe(request: Request, u: Lecture, uai: str, annee: int, code: str) -> Response:
    """The pupils of a group, among those of its classes."""
    base = bases.trouver(u, uai, annee)
    groupe = u.session.get(m.Structure, (uai, annee, code))
    if groupe is None or groupe.type != "G":
        raise Inconnu(
            f"Le groupe « {code} » n'existe pas dans la base.",
            code="GROUPE_INCONNU",
            remede="Choisissez-le dans la liste des groupes.",
        )
    membres = {
        a.eleve_id: a for a in u.session.scalars(select(m.Appartenance).filter_by(uai=uai, annee=annee, groupe=code))
    }
    possibles = u.session.scalars(
        select(m.Eleve)
        .where(
            m.Eleve.uai == uai,
            m.Eleve.annee == annee,
            m.Eleve.division.in_(groupe.divisions) | m.Eleve.eleve_id.in_(sorted(membres)),
        )
        .order_by(m.Eleve.cle_tri, m.Eleve.eleve_id)
    )
    par_classe: dict[str, list[m.Eleve]] = defaultdict(list)
    for e in possibles:
        par_classe[e.division or "Sans classe"].append(e)
    bornes = calendrier_scolaire(annee, u.profil.calendrier, u.profil.zone)
    premier = next(iter(membres.values()), None)
    return page(
        request,
        u,
        base,
        "groupe.html",
        f"Groupe {code}",
        groupe=groupe,
        classes=[s.code for s in groupes.structures_de(u, uai, annee).values() if s.type == "D"],
        membres=membres,
        par_classe=sorted(par_classe.items()),
        debut=premier.debut if premier else bornes.rentree_eleves,
        fin=premier.fin if premier else bornes.sortie_eleves,
    )


@routeur.post(PAGES + "/groupe")
def inscrire(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    code: Annotated[str, Form()],
    eleves: Annotated[list[int] | None, Form()] = None,
    debut: Annotated[date | None, Form()] = None,
    fin: Annotated[date | None, Form()] = None,
) -> Response:
    """Put pupils in the group: the whole list."""
    nb = groupes.inscrire(u, uai, annee, [groupes.Inscription(code, tuple(eleves or ()), debut, fin)])
    return rediriger(request, f"/{uai}/{annee}/groupes", f"Groupe « {code} » : {pluriel(nb, 'élève')}.")


@routeur.get(PAGES + "/eleves")
def lire_eleves(
    request: Request, u: Lecture, uai: str, annee: int, classe: str | None = None, nom: str | None = None
) -> Response:
    """Pupils, their class and groups."""
    base = bases.trouver(u, uai, annee)
    requete = select(m.Eleve).where(m.Eleve.uai == uai, m.Eleve.annee == annee)
    if classe:
        requete = requete.where(m.Eleve.division == classe)
    if nom:
        requete = requete.where(m.Eleve.cle_tri.contains(cle_tri(nom), autoescape=True))
    total = u.session.scalar(select(func.count()).select_from(requete.subquery())) or 0
    pages = Pagination.depuis(request.query_params, total)
    ordre = requete.order_by(m.Eleve.cle_tri, m.Eleve.eleve_id).offset(pages.debut).limit(pages.taille)
    eleves = u.session.scalars(ordre).all()
    liens: dict[int, list[str]] = defaultdict(list)
    ids = [e.eleve_id for e in eleves]
    for a in u.session.scalars(
        select(m.Appartenance)
        .where(m.Appartenance.uai == uai, m.Appartenance.annee == annee, m.Appartenance.eleve_id.in_(ids))
        .order_by(m.Appartenance.groupe)
    ):
        liens[a.eleve_id].append(a.groupe)
    structures = groupes.structures_de(u, uai, annee)
    return page(
        request,
        u,
        base,
        "eleves.html",
        "Élèves",
        eleves=eleves,
        liens=liens,
        pages=pages,
        classe=classe,
        nom=nom,
        codes=[(s.code, s.code) for s in structures.values() if s.type == "D"],
    )


def noms_des_professeurs(u: Unite, uai: str, annee: int) -> dict[int, str]:
    """Names of teachers by number, in French order."""
    profs = u.session.scalars(select(m.Professeur).filter_by(uai=uai, annee=annee)).all()
    tries = sorted(profs, key=lambda p: (cle_tri(f"{p.nom} {p.prenom}"), p.numero))
    return {p.numero: f"{p.nom} {p.prenom}".strip() for p in tries}


def _principaux(u: Unite, uai: str, annee: int) -> dict[str, int]:
    lignes = u.session.scalars(select(m.ProfesseurPrincipal).filter_by(uai=uai, annee=annee))
    return {p.division: p.numero for p in lignes}


def _effectifs(u: Unite, uai: str, annee: int) -> dict[str | None, int]:
    requete = (
        select(m.Eleve.division, func.count())
        .where(m.Eleve.uai == uai, m.Eleve.annee == annee)
        .group_by(m.Eleve.division)
    )
    return dict(u.session.execute(requete).all())
