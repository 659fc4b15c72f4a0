"""The bacs: list, creation, snapshots, restoring, dropping, with the settings of their profile."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.pilotage.api.etat import cadence, diffusion, gestion
from services.pilotage.screens.cadre import PosteLu, page
from services.pilotage.use_cases.poste import Poste
from services.pilotage.use_cases.retour import revenir
from shared.contracts.refus import Refus
from shared.horloge.horloge import HorlogeFixe, analyser_instant
from shared.horloge.profils import PROFILS, profil
from shared.http.routes import Routeur
from shared.persistence.acces import BAC_PRINCIPAL
from shared.screens.composants import Entree
from shared.screens.pages import rediriger

routeur = Routeur()
GRAINE_MAXIMALE = 2**31 - 1


@routeur.get("/bacs")
def lister(request: Request, lu: PosteLu) -> HTMLResponse:
    """Every bac, and the form of a new one."""
    return _liste(request, lu, {"nom": "", "profil": lu.profil.nom, "graine": "1", "depart": ""}, {})


@routeur.post("/bacs")
def creer(
    request: Request,
    lu: PosteLu,
    nom: Annotated[str, Form()] = "",
    profil_choisi: Annotated[str, Form(alias="profil")] = "",
    graine: Annotated[str, Form()] = "1",
    depart: Annotated[str, Form()] = "",
    donnees_reelles: Annotated[str, Form()] = "",
) -> Response:
    """Create a bac; a refusal is told beside its field."""
    valeurs = {"nom": nom, "profil": profil_choisi, "graine": graine, "depart": depart}
    champ = "profil"
    try:
        choisi = profil(profil_choisi)
        champ = "graine"
        if not (graine.isascii() and graine.isdecimal() and int(graine) <= GRAINE_MAXIMALE):
            raise Refus("La graine n'est pas un nombre entier.", remede="Écrivez un nombre, par exemple 1.")
        champ = "depart"
        debut = analyser_instant(depart, HorlogeFixe(choisi.debut, choisi.zone_horaire)) if depart else choisi.debut
        champ = "nom"
        gestion(request).creer(
            nom.strip(), profil=choisi, graine=int(graine), depart=debut, donnees_reelles=donnees_reelles == "oui"
        )
    except Refus as refus:
        phrase = " ".join(p for p in (refus.phrase, refus.remede) if p)
        return _liste(request, lu, valeurs, {champ: phrase}, refus.statut)
    return rediriger(request, f"/bacs/{nom.strip()}", f"Le bac « {nom.strip()} » est créé.")


@routeur.get("/bacs/{nom}")
def montrer(request: Request, lu: PosteLu, nom: str) -> HTMLResponse:
    """A bac: its profile's settings, its snapshots."""
    bac = gestion(request).trouver(nom)
    return page(
        request,
        lu,
        "bac.html",
        f"Bac « {nom} »",
        fil=_fil(request, nom),
        vu=bac,
        ouvrir=_adresse(nom),
        copies=gestion(request).instantanes(nom)[::-1],
        reglages=[(n, "oui" if v is True else "non" if v is False else v) for n, v in bac.profil.en_reglages().items()],
        supprimable=nom != BAC_PRINCIPAL,
        fuseau=bac.profil.zone_horaire,
    )


@routeur.post("/bacs/{nom}/instantanes")
def photographier(request: Request, lu: PosteLu, nom: str, libelle: Annotated[str, Form()] = "") -> Response:
    """Take a snapshot."""
    try:
        _attendre(request, nom)
        copie = gestion(request).prendre_instantane(nom, " ".join(libelle.split())[:80] or "à la main")
    except Refus as refus:
        return _dire(request, f"/bacs/{nom}", refus)
    return rediriger(request, f"/bacs/{nom}", f"L'instantané n° {copie.numero} est pris.")


@routeur.post("/bacs/{nom}/retour")
def restaurer(
    request: Request, lu: PosteLu, nom: str, numero: Annotated[int, Form()], confirme: Annotated[str, Form()] = ""
) -> Response:
    """Put the bac back as a snapshot was, once confirmed."""
    gestion(request).trouver(nom)
    if confirme != "oui":
        return _confirmer(
            request,
            lu,
            nom,
            f"Restaurer l'instantané n° {numero} du bac « {nom} » ?",
            "retour",
            {"numero": numero},
            "Tout ce qui a été fait dans ce bac depuis cet instantané sera perdu.",
            "Restaurer",
        )
    try:
        revenir(cadence(request), gestion(request), diffusion(request), nom, numero)
    except Refus as refus:
        return _dire(request, f"/bacs/{nom}", refus)
    return rediriger(request, f"/bacs/{nom}", f"Le bac « {nom} » est revenu à l'instantané n° {numero}.")


@routeur.post("/bacs/{nom}/suppression")
def supprimer(request: Request, lu: PosteLu, nom: str, confirme: Annotated[str, Form()] = "") -> Response:
    """Drop a bac and its snapshots, once confirmed."""
    gestion(request).trouver(nom)
    if nom == BAC_PRINCIPAL:
        refus = Refus(
            "Le bac principal ne se supprime pas d'ici.",
            code="BAC_PRINCIPAL",
            statut=409,
            remede="C'est celui des adresses sans préfixe. Restaurez l'un de ses instantanés.",
        )
        return _dire(request, f"/bacs/{nom}", refus)
    if confirme != "oui":
        return _confirmer(
            request,
            lu,
            nom,
            f"Supprimer le bac « {nom} » ?",
            "suppression",
            {},
            "Ses données et ses instantanés seront perdus, dans toutes les applications.",
            "Supprimer",
        )
    try:
        _attendre(request, nom)
        gestion(request).supprimer(nom)
    except Refus as refus:
        return _dire(request, f"/bacs/{nom}", refus)
    if nom == lu.bac:  # the page that asked lived in it
        return RedirectResponse("/bacs", 303)
    return rediriger(request, "/bacs", f"Le bac « {nom} » est supprimé.")


def _liste(
    request: Request, lu: Poste, valeurs: dict[str, str], erreurs: dict[str, str], statut: int = 200
) -> HTMLResponse:
    return page(
        request,
        lu,
        "bacs.html",
        "Bacs à sable",
        statut,
        bacs=[(b, _adresse(b.nom)) for b in gestion(request).lister()],
        profils=[(p.nom, p.nom) for p in PROFILS.values()],
        comparaison=_comparer(),
        noms_profils=list(PROFILS),
        valeurs=valeurs,
        erreurs=erreurs,
    )


def _comparer() -> list[tuple[str, list[Any], bool]]:
    """Each setting with its value in each preset, and whether they differ."""
    reglages = {nom: p.en_reglages() for nom, p in PROFILS.items()}
    noms = next(iter(reglages.values()))
    lignes = [(nom, [reglages[p][nom] for p in PROFILS]) for nom in noms]
    return [(nom, valeurs, len({str(v) for v in valeurs}) > 1) for nom, valeurs in lignes]


def _adresse(nom: str) -> str:
    """The control room of a bac: an address without the prefix of the present one."""
    return "/" if nom == BAC_PRINCIPAL else f"/b/{nom}/"


def _fil(request: Request, nom: str) -> list[Entree]:
    return [Entree("Bacs à sable", f"{request.state.base}/bacs"), Entree(f"Bac « {nom} »")]


def _confirmer(
    request: Request, lu: Poste, nom: str, titre: str, geste: str, champs: dict[str, Any], phrase: str, ok: str
) -> HTMLResponse:
    return page(
        request,
        lu,
        "confirmer.html",
        titre,
        action=f"/bacs/{nom}/{geste}",
        champs=champs,
        phrases=(phrase,),
        ok=ok,
        annuler=f"/bacs/{nom}",
    )


def _attendre(request: Request, nom: str) -> None:
    """Not while the clock of that bac advances. Raises `Refus` HORLOGE_AVANCE."""
    if not cadence(request).attendre(nom, 30):
        raise Refus("L'horloge avance.", code="HORLOGE_AVANCE", statut=409, remede="Attendez qu'elle soit arrivée.")


def _dire(request: Request, chemin: str, refus: Refus) -> Response:
    return rediriger(request, chemin, " ".join(p for p in (refus.phrase, refus.remede) if p), "erreur")
