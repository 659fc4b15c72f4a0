"""What the superviseur (SPR) brings in (ACC-09).

« Récupérer les données » of STS-Web, « Récupérer les données des élèves » and codifications of SIECLE, « Initialiser
la base » of PRONOTE.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import File, Form, Request, UploadFile
from starlette.responses import Response

from services.edt.chemins import PAGES
from services.edt.screens.cadre import PARTIE_PRONOTE, Coche, page
from services.edt.use_cases import annee_suivante, bases, codifications, import_siecle, import_sts, netsynchro, pronote
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Genre, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()
REPRISES: dict[str, tuple[str, str]] = {
    "utilisateur": ("utilisateur", "utilisateurs"),
    "courrier": ("courrier type", "courriers types"),
    "competence": ("compétence", "compétences"),
    "photo": ("photo", "photos"),
    "modele": ("modèle", "modèles"),
}
CODIFICATIONS = {"2013": "Récupérer les codifications"}
"""The title by look; PRONOTE's entry for the others (EDT-02, EDT-06)."""


@routeur.get(PAGES + "/imports/sts")
def page_sts(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The picker of the sts_emp file."""
    base = bases.trouver(u, uai, annee)
    return page(
        request,
        u,
        base,
        "import_sts.html",
        "Récupérer les données de STSWEB",
        par_defaut=import_sts.par_defaut(u, uai, annee),
        consigne=u.profil.edt_import_structure,
    )


@routeur.post(PAGES + "/imports/sts")
def importer_sts(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: Annotated[UploadFile, File()],
    structures: Coche = False,
) -> Response:
    """Import it."""
    contenu = fichier.file.read()
    bilan = import_sts.importer_sts(u, uai, annee, fichier.filename or "", contenu, structures=structures)
    parts = [pluriel(bilan["professeurs"], "professeur"), pluriel(bilan["matieres"], "matière")]
    if "structures" in bilan:
        parts += [pluriel(bilan["structures"], "classe ou groupe", "classes ou groupes")]
        parts += [pluriel(bilan["services"], "service")]
    message = f"Données STSWEB récupérées : {', '.join(parts)}."
    if bilan["remarques"]:
        message += f" Remarques : {' '.join(bilan['remarques'][:5])}"
    message = " ".join([message, *bilan["avertissements"]])
    return rediriger(request, f"/{uai}/{annee}/correspondances", message)


@routeur.get(PAGES + "/imports/codifications")
def page_codifications(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The picker of the Nomenclature file."""
    base = bases.trouver(u, uai, annee)
    titre = CODIFICATIONS.get(u.profil.habillage, "Mettre à jour les codifications")
    mefs = codifications.libelles_des_mefs(u, uai, annee)
    return page(request, u, base, "codifications.html", titre, mefs=sorted(mefs.items()))


@routeur.post(PAGES + "/imports/codifications")
def mettre_a_jour_codifications(
    request: Request, u: Ecriture, uai: str, annee: int, fichier: Annotated[UploadFile, File()]
) -> Response:
    """Take its labels."""
    nb = codifications.mettre_a_jour(u, uai, annee, fichier.filename or "", fichier.file.read())
    message = f"Codifications mises à jour : {pluriel(nb['mefs'], 'MEF', 'MEF')}, {pluriel(nb['matieres'], 'matière')}."
    return rediriger(request, f"/{uai}/{annee}/imports/codifications", message)


@routeur.get(PAGES + "/imports/siecle")
def page_siecle(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """The picker of SIECLE's files, nothing chosen yet."""
    return _picker(request, u, uai, annee, [])


@routeur.post(PAGES + "/imports/siecle/selection")
def choisir(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    fichiers: Annotated[list[UploadFile] | None, File()] = None,
    methode: Annotated[import_siecle.Methode, Form()] = "fichiers",
) -> Response:
    """« Valider la sélection »: what the files say of themselves is shown, nothing is imported; NetSynchro imports."""
    if methode == "netsynchro":
        return rediriger(request, f"/{uai}/{annee}/eleves", _bilan(netsynchro.recuperer(u, uai, annee)))
    deposes = import_siecle.deposer(u, [(f.filename or "", f.file.read()) for f in fichiers or ()])
    if not deposes:
        raise Refus(
            "Aucun fichier n'est sélectionné.",
            code="SELECTION_VIDE",
            remede="Sélectionnez les fichiers exportés de SIECLE, puis validez la sélection.",
        )
    return _picker(request, u, uai, annee, import_siecle.examiner(u, uai, annee, deposes))


def _picker(request: Request, u: Unite, uai: str, annee: int, choisis: list[import_siecle.FichierChoisi]) -> Response:
    base = bases.trouver(u, uai, annee)
    attendus = {famille for famille, _ in import_siecle.formats_attendus(u)}
    lignes = [
        (titre, famille in attendus, [c for c in choisis if c.famille is famille])
        for famille, titre in import_siecle.FORMATS
    ]
    connues = {famille for famille, _ in import_siecle.FORMATS}
    return page(
        request,
        u,
        base,
        "import_siecle.html",
        "Récupérer les données des élèves",
        lignes=lignes,
        autres=[c for c in choisis if c.famille not in connues],
        choisis=choisis,
        millesime=u.profil.millesime_de_l_annee(annee),
        jour=u.horloge.aujourd_hui(),
        nb_attendus=len(attendus),
    )


@routeur.post(PAGES + "/imports/siecle")
def importer_siecle(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    nom: Annotated[list[str], Form()],
    digest: Annotated[list[str], Form()],
    nouveaux: Coche = False,
    identite: Coche = False,
    scolarite: Coche = False,
    ignorer_sortis: Coche = False,
    alimenter_groupes: Coche = False,
) -> Response:
    """« Importer »: the files that the selection kept, with the data chosen."""
    choix = import_siecle.ChoixDonnees(nouveaux, identite, scolarite, ignorer_sortis, alimenter_groupes)
    deposes = list(zip(nom, digest, strict=False))
    b = import_siecle.importer_deposes(u, uai, annee, deposes, choix)
    return rediriger(request, f"/{uai}/{annee}/eleves", _bilan(b))


def _bilan(b: dict[str, Any]) -> str:
    message = (
        f"Bilan de l'import : {pluriel(b['eleves'], 'élève')}, {pluriel(b['nouveaux'], 'nouveau', 'nouveaux')}, "
        f"{pluriel(b['modifies'], 'mis à jour')}, {pluriel(b['partis'], 'parti')}."
    )
    if b["manquants"]:
        message += f" Formats non fournis : {', '.join(b['manquants'])}."
    return message


@routeur.get(PAGES + "/imports/preparation")
def page_initialisation(request: Request, u: Lecture, uai: str, annee: int) -> Response:
    """« Initialiser la base »: from EDT, with last year's file or without."""
    base = bases.trouver(u, uai, annee)
    hebergee = annee_suivante.hebergee(u, uai, annee)
    sources = [("aucun", "Sans reprendre l'année précédente"), ("ordinateur", "Depuis un fichier de mon ordinateur")]
    if hebergee:
        sources.append(("hebergee", f"{annee_suivante.SUR_MA_MACHINE} : {hebergee.nom}"))
    return page(
        request,
        u,
        base,
        "import_preparation.html",
        "Initialiser la base",
        resume=bases.resume(u, uai, annee),
        sources=sources,
        source="hebergee" if hebergee else "ordinateur",
        titres=pronote.TITRES,
    )


@routeur.post(PAGES + "/imports/preparation")
def initialiser(
    request: Request,
    u: Ecriture,
    uai: str,
    annee: int,
    source: Annotated[Literal["aucun", "ordinateur", "hebergee"], Form()] = "ordinateur",
    fichier: Annotated[UploadFile | None, File()] = None,
    genres: Annotated[list[pronote.Genre] | None, Form()] = None,
) -> Response:
    """Make the PRONOTE base."""
    prise: annee_suivante.Source = None
    if source == "hebergee":
        prise = "hebergee"
    elif source == "ordinateur":
        prise = (fichier.filename or "", fichier.file.read()) if fichier else ("", b"")
    bilan = annee_suivante.initialiser(u, uai, annee, prise, genres or ())
    genre: Genre = "avertissement" if bilan["photos_sans_eleve"] else "succes"
    return rediriger(request, f"/{uai}/{annee}/{PARTIE_PRONOTE}", _bilan_pronote(bilan), genre)


def _bilan_pronote(b: dict[str, Any]) -> str:
    edt = b["edt"]
    message = (
        f"Base PRONOTE initialisée depuis EDT : {pluriel(edt['classes'], 'classe')}, "
        f"{pluriel(edt['groupes'], 'groupe')}, {pluriel(edt['professeurs'], 'professeur')}, "
        f"{pluriel(edt['eleves'], 'élève')}, {pluriel(edt['cours'], 'cours', 'cours')}."
    )
    repris = [pluriel(n, *REPRISES[g]) for g, n in b["repris"].items() if n]
    if repris:
        message += f" Repris de l'année précédente : {', '.join(repris)}."
    if b["photos_sans_eleve"]:
        message += (
            f" {pluriel(b['photos_sans_eleve'], 'photo laissée', 'photos laissées')} : élèves absents de la base."
        )
    return message
