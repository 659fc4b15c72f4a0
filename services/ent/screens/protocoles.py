"""« Demande de connecteur » of any protocol but CAS: the form is that of its settings (`rules.protocoles`)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from services.ent.adresses import adresse_publique
from services.ent.models import Connecteur
from services.ent.rules import familles
from services.ent.rules.protocoles import PROTOCOLES, champs, lire_formulaire
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import connecteurs, projets
from shared.contracts.refus import Inconnu, Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur(prefix="/connecteurs/nouveau")


def page(
    request: Request,
    u: Unite,
    protocole: str,
    connecteur: Connecteur | None = None,
    refus: Refus | None = None,
    saisi: dict[str, str] | None = None,
    famille: str = "",
) -> Response:
    """The page of a connector, or the form that declares one. Raises `Inconnu` PROTOCOLE_INCONNU."""
    if protocole not in PROTOCOLES or protocole == "cas":
        raise _inconnu(protocole)
    quoi = PROTOCOLES[protocole]
    valeurs: dict[str, Any] = dict.fromkeys(quoi.reglages.model_fields, "")
    valeurs |= quoi.reglages.model_construct().model_dump(mode="json")
    valeurs |= {"code": "", "projet": "", "nom": "", "adresses": ""}
    if connecteur is not None:
        valeurs |= connecteur.reglages | {"nom": connecteur.nom, "adresses": " ".join(connecteur.adresses)}
    valeurs |= familles.reglages(famille, protocole) | (saisi or {})
    return page_de_projet(
        request,
        "connecteur_protocole.html",
        connecteur.nom if connecteur else f"Demande de connecteur {quoi.libelle}",
        refus.statut if refus else 200,
        dans=("Connecteurs", "/connecteurs"),
        connecteur=connecteur,
        code_protocole=protocole,
        protocole=quoi,
        points=[(nom, adresse_publique(request, chemin)) for nom, chemin in quoi.points],
        champs=champs(quoi.reglages),
        familles={c: f for c, f in familles.FAMILLES.items() if protocole in f.reglages},
        famille=famille,
        projets=[(p.code, p.libelle) for p in projets.projets(u)],
        echanges=connecteurs.echanges(u, connecteur.code) if connecteur else [],
        saisie=valeurs,
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get("/{protocole}")
def nouveau(request: Request, u: Lecture, protocole: str, famille: str = "") -> Response:
    """The form that declares a connector of that protocol, filled as the ENTs of a family are set; CAS has its own."""
    if protocole == "cas":
        return RedirectResponse(f"{request.state.base}/connecteurs", 303)
    return page(request, u, protocole, famille=famille)


async def _saisi(request: Request) -> dict[str, str]:
    """The form as sent: the last value of each name."""
    return {nom: str(valeur) for nom, valeur in (await request.form()).items()}


Saisi = Annotated[dict[str, str], Depends(_saisi)]


@routeur.post("/{protocole}")
def declarer(request: Request, u: Ecriture, protocole: str, saisi: Saisi) -> Response:
    """Declare one. A code that is taken is refused: this page changes nothing of what others declared."""
    try:
        connecteurs.libre(u, saisi.get("code", ""))
        fait = _demander(u, protocole, saisi.get("code", ""), saisi.get("projet", ""), saisi)
    except Refus as refus:
        u.session.rollback()
        return page(request, u, protocole, None, refus, saisi)
    return rediriger(request, f"/connecteurs/{fait.code}", f"Le connecteur « {fait.nom} » est déclaré.")


def changer(request: Request, u: Unite, connu: Connecteur, saisi: dict[str, str]) -> Response:
    """Change one."""
    code, protocole = connu.code, connu.protocole
    try:
        _demander(u, protocole, code, connu.projet, saisi)
    except Refus as refus:
        u.session.rollback()
        return page(request, u, protocole, connecteurs.trouver(u, code), refus, saisi)
    return rediriger(request, f"/connecteurs/{code}", "Les réglages sont enregistrés.")


def _demander(u: Unite, protocole: str, code: str, projet: str, saisi: dict[str, str]) -> Connecteur:
    if protocole not in PROTOCOLES:
        raise _inconnu(protocole)
    return connecteurs.demander(
        u,
        code,
        projet=projet,
        nom=saisi.get("nom", ""),
        adresses=saisi.get("adresses", "").split(),
        reglages=lire_formulaire(PROTOCOLES[protocole].reglages, saisi),
        protocole=protocole,
    )


def _inconnu(protocole: str) -> Inconnu:
    return Inconnu(
        f"Aucun protocole ne s'appelle « {protocole[:40]} ».",
        code="PROTOCOLE_INCONNU",
        remede="La page « Connecteurs » les donne.",
    )
