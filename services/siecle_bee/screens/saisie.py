"""Affectation, Saisie en masse: many pupils at once.

Source: procedures BEE-21 to BEE-24.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from msgspec.structs import replace
from starlette.responses import Response

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.rules.structures import MODALITES
from services.siecle_bee.screens.cadre import BASE, chemin, page
from services.siecle_bee.screens.fiches import DIVISION, NAISSANCE, NOM, en_liste
from services.siecle_bee.screens.formulaires import Formulaire
from services.siecle_bee.use_cases import bases, fiches, modification, nomenclatures
from shared.contracts.echanges import OptionMsg
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.nomenclatures import liste
from shared.persistence.unite import Unite
from shared.screens.composants import Colonne, Message, pluriel
from shared.screens.pages import rediriger

routeur = Routeur()

COLONNES_SAISIE = (
    "Choix",
    replace(NOM, titre="Élève"),
    NAISSANCE,
    Colonne("An dernier", "an_dernier", par=lambda f: f.eleve.an_dernier.get("code_structure", "")),
    Colonne("MEF", "mef", par=lambda f: f.eleve.mef or f.eleve.mef_propose),
    DIVISION,
    Colonne("Régime", "regime", par=lambda f: f.eleve.regime),
    "Refus",
)
AUCUN_ELEVE = Message(
    "Aucun élève n'est coché.",
    "erreur",
    "AUCUN_ELEVE",
    "Cochez au moins un élève de la liste, ou « Tous les élèves affichés », puis VALIDER.",
)


@routeur.get(BASE + "/affectation")
@routeur.get(BASE + "/saisie-en-masse")
def saisie(request: Request, u: Lecture, uai: str, millesime: int) -> Response:
    """Affectation, Saisie en masse: pupils by last year's division, MEF proposed."""
    return _page_saisie(request, u, bases.base(u, uai, millesime))


def _page_saisie(
    request: Request,
    u: Unite,
    b: BaseEleves,
    refus: list[dict[str, Any]] | None = None,
    message: Message | None = None,
) -> Response:
    affectation = request.url.path.endswith("/affectation")
    choix = request.query_params.get("choix", "sans_division")
    lues = fiches.presentes(u, b, "" if choix == "sans_division" else choix or None)
    return page(
        request,
        u,
        b,
        "saisie.html",
        "Affectation" if affectation else "Saisie en masse",
        liste=en_liste(request, lues, COLONNES_SAISIE),
        choix=choix,
        refus={r["eleve_id"]: r for r in refus or ()},
        mefs=bases.mefs_profiles(u, b),
        divisions=bases.divisions(u, b),
        affectation=affectation,
        groupes=[g.code for g in bases.groupes(u, b)],
        matieres=[(c, libelle) for c, (_, libelle) in nomenclatures.matieres_profilees(u, b).items()],
        modalites=list(MODALITES.items()),
        statut=422 if message else 200,
        messages=[message] if message else [],
        regimes=[(e.code, e.libelle_court) for e in liste("regimes")],
    )


@routeur.post(BASE + "/affectation")
@routeur.post(BASE + "/saisie-en-masse")
def enregistrer_saisie(request: Request, u: Ecriture, uai: str, millesime: int, form: Formulaire) -> Response:
    """Write the lines of the form; « pour tous » fills the ticked ones."""
    b = bases.base(u, uai, millesime)
    ids = form.numeros("affiche" if "tous" in form else "eleve")
    if not ids:
        return _page_saisie(request, u, b, message=AUCUN_ELEVE)
    option = OptionMsg(matiere=form.get("tous_option"), modalite=form.get("tous_modalite", "O"))
    options = modification.options_augmentees(u, b, ids, option) if option.matiere else {}
    lignes = [
        modification.LigneSaisie(
            eleve_id,
            form.get("tous_mef") or form.get(f"mef_{eleve_id}") or None,
            form.get("tous_division") or form.get(f"division_{eleve_id}") or None,
            options.get(eleve_id),
            form.get("tous_regime") or form.get(f"regime_{eleve_id}") or None,
            form.get("tous_groupe") or None,
        )
        for eleve_id in ids
    ]
    bilan = modification.saisir_en_masse(u, b, lignes)
    if bilan["refuses"]:
        return _page_saisie(request, u, b, bilan["refus"])
    suite = "affectation" if request.url.path.endswith("/affectation") else "saisie-en-masse"
    return rediriger(request, chemin(b, suite), f"{pluriel(bilan['modifies'], 'élève')} mis à jour.")
