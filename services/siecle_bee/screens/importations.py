"""Importations: Dossiers depuis affectation, autre EPLE; Exportations: En XML, Dossiers vers autre EPLE.

Source: procedures BEE-31 to BEE-37, BEE-65 to BEE-69.
"""

from __future__ import annotations

from datetime import date

from fastapi import Request
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.fiches import DIVISION, NAISSANCE, NOM, PRENOM, en_liste
from services.siecle_bee.screens.formulaires import Formulaire, date_lue
from services.siecle_bee.screens.specifiques import SPECIFIQUES
from services.siecle_bee.use_cases import bases, dossiers, exports, fiches
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.nomenclatures import liste
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Liste, Message, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()

TITRES = {
    dossiers.AFFECTATION: "Importations - Dossiers depuis affectation",
    dossiers.EPLE: "Importations - Dossiers depuis autre EPLE",
}
PAGES = {dossiers.AFFECTATION: "importations/affectation", dossiers.EPLE: "importations/autre-eple"}


_NOM = Colonne("Nom", "nom", par=lambda d: d["nom"])
_PRENOM = Colonne("Prénom", "prenom", par=lambda d: d["prenom"])
_NAISSANCE = Colonne("Date de naissance", "naissance", par=lambda d: d["naissance"])
_ORIGINE = Colonne("Établissement d'origine", "origine", par=lambda d: d["origine"])
COLONNES_ATTENTE: dict[str, tuple[Colonne | str, ...]] = {
    dossiers.AFFECTATION: (
        "Choix",
        _NOM,
        _PRENOM,
        _NAISSANCE,
        Colonne("Tour", "tour", par=lambda d: d["tour"]),
        _ORIGINE,
    ),
    dossiers.EPLE: (
        "Choix",
        _NOM,
        _PRENOM,
        _NAISSANCE,
        _ORIGINE,
        Colonne("Sortie le", "sortie", par=lambda d: d["sortie"]),
    ),
}
COLONNES_EPLE = ("Choix", NOM, PRENOM, DIVISION, NAISSANCE)


def _attente(request: Request, u: Unite, b: BaseEleves, origine: str, refus: Refus | None = None) -> Response:
    ecoles = {e.uai: e.fiche for e in bases.etablissements(u)}
    lignes = [
        {
            "cle": d.cle,
            "nom": d.contenu["nom"],
            "prenom": " ".join(d.contenu["prenoms"][:1]),
            "naissance": date.fromisoformat(d.contenu["date_naissance"]),
            "tour": d.tour,
            "origine": _ecole(d.uai_origine, ecoles.get(d.uai_origine, {})),
            "sortie": d.sortie_le,
        }
        for d in dossiers.en_attente(u, b, origine)
    ]
    return page(
        request,
        u,
        b,
        "dossiers.html",
        TITRES[origine],
        statut=refus.statut if refus else 200,
        liste=Liste.depuis(request.query_params, COLONNES_ATTENTE[origine], lignes, "nom"),
        eple=origine == dossiers.EPLE,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


def _ecole(uai: str, fiche: dict[str, str]) -> str:
    mots = (uai, fiche.get("sigle", ""), fiche.get("nom", ""), fiche.get("commune", ""))
    return " ".join(mot for mot in mots if mot)


def _agir(request: Request, u: Unite, b: BaseEleves, origine: str, form: Formulaire) -> Response:
    cles = form.tous("cle")
    try:
        if not cles:
            raise Refus("Aucun dossier n'est coché.", code="AUCUN_DOSSIER", remede="Cochez au moins un dossier.")
        if form.get("acte") == "supprimer":
            texte = f"{pluriel(dossiers.supprimer(u, b, origine, cles), 'dossier supprimé', 'dossiers supprimés')}."
        else:
            creation = dossiers.importer(u, b, origine, cles)
            texte = f"{pluriel(len(creation.crees), 'fiche créée', 'fiches créées')}."
            if creation.revenus:
                texte += f" {pluriel(len(creation.revenus), 'fiche rouverte', 'fiches rouvertes')}."
            if creation.deja:
                texte += f" {pluriel(len(creation.deja), 'élève est', 'élèves sont')} déjà dans la base."
    except Refus as refus:
        u.session.rollback()
        return _attente(request, u, b, origine, refus)
    return rediriger(request, chemin(b, PAGES[origine]), texte)


@routeur.get(BASE + "/importations/affectation")
def affectation(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Dossiers depuis affectation."""
    return _attente(request, u, bases.base(u, uai, millesime), dossiers.AFFECTATION)


@routeur.post(BASE + "/importations/affectation")
def agir_affectation(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """Import or remove the dossiers ticked."""
    return _agir(request, u, bases.base(u, uai, millesime), dossiers.AFFECTATION, form)


@routeur.get(BASE + "/importations/autre-eple")
def autre_eple(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Dossiers depuis autre EPLE."""
    return _attente(request, u, bases.base(u, uai, millesime), dossiers.EPLE)


@routeur.post(BASE + "/importations/autre-eple")
def agir_autre_eple(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """Import or remove the dossiers ticked."""
    return _agir(request, u, bases.base(u, uai, millesime), dossiers.EPLE, form)


@routeur.get(BASE + "/exportations/dossiers-eple")
def page_export_eple(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """The origin school's part: exit and export of a dossier."""
    return _page_export_eple(request, u, bases.base(u, uai, millesime))


def _page_export_eple(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "export_eple.html",
        "Exportations - Dossiers vers autre EPLE",
        statut=refus.statut if refus else 200,
        liste=en_liste(request, fiches.presentes(u, b), COLONNES_EPLE),
        ecoles=[(e.uai, _ecole(e.uai, e.fiche)) for e in bases.etablissements(u) if e.uai != b.uai],
        motifs=[(m.code, m.libelle_long) for m in liste("motifs_sortie") if m.code],
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/exportations/dossiers-eple")
def exporter_eple(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """Record the exit and export."""
    b = bases.base(u, uai, millesime)
    ids = form.numeros("eleve")
    try:
        sortie = date_lue(form, "date_sortie", "date de sortie")
        if not ids or sortie is None:
            raise Refus(
                "Choisissez au moins un élève et la date de sortie.",
                code="EXPORT_EPLE_INCOMPLET",
                remede="Cochez les élèves, saisissez la date et l'établissement d'accueil.",
            )
        bilan = dossiers.exporter_vers_eple(u, b, ids, form.get("vers"), sortie, form.get("motif"))
    except Refus as refus:
        u.session.rollback()
        return _page_export_eple(request, u, b, refus)
    texte = f"{pluriel(bilan['exportes'], 'dossier exporté', 'dossiers exportés')}."
    return rediriger(request, chemin(b, "exportations/dossiers-eple"), texte)


@routeur.get(BASE + "/exportations/xml")
def exports_xml(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Exportations - En XML."""
    return _page_exports(request, u, bases.base(u, uai, millesime))


def _page_exports(request: Request, u: Unite, b: BaseEleves, refus: Refus | None = None) -> Response:
    return page(
        request,
        u,
        b,
        "exports_xml.html",
        "Exportations - En XML",
        statut=refus.statut if refus else 200,
        generiques=[(e.value.radical, e.value.libelle) for e in exports.ECRIVAINS],
        specifiques=SPECIFIQUES,
        jeu=u.profil.edt_jeu_siecle,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.post(BASE + "/exportations/xml/{nom}")
def exporter_xml(request: Request, u: Ecriture, uai: str, millesime: int, nom: str) -> Response:
    """The zip of one entry."""
    b = bases.base(u, uai, millesime)
    try:
        fichier = exports.exporter(u, b, exports.export_nomme(nom))
    except Refus as refus:
        u.session.rollback()
        return _page_exports(request, u, b, refus)
    return Response(
        fichier.contenu,
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{fichier.nom}"'},
    )
