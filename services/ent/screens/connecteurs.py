"""« Demande de connecteur »: where a publisher declares its software, and sees what was exchanged, and why not.

Source: connectors reference §2.12; the page itself is Rentrée's own.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.ent.models import Connecteur
from services.ent.rules import connecteurs as rules
from services.ent.rules import familles
from services.ent.rules.cas_prereglages import PREREGLAGES, PRINCIPAUX
from services.ent.rules.protocoles import PROTOCOLES
from services.ent.screens import protocoles
from services.ent.screens.cadre import page_de_projet
from services.ent.use_cases import connecteurs, projets
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite
from shared.screens.composants import Message
from shared.screens.pages import rediriger

routeur = Routeur(prefix="/connecteurs")

CASES = ("p3", "mandat", "rappel_clair")
GENRES = {"connexion": "connexion", "validation": "validation d'un ticket", "deconnexion": "déconnexion"}


def _saisie(connecteur: Connecteur | None, donnees: dict[str, Any]) -> dict[str, Any]:
    vide = rules.ReglagesCas().model_dump() | {"code": "", "projet": "", "nom": "", "adresses": ""}
    if connecteur is not None:
        adresses = " ".join(connecteur.adresses)
        vide |= rules.ReglagesCas.model_validate(connecteur.reglages).model_dump()
        vide |= {"nom": connecteur.nom, "adresses": adresses}
    return vide | donnees


def _page(
    request: Request,
    u: Unite,
    connecteur: Connecteur | None = None,
    refus: Refus | None = None,
    donnees: dict[str, Any] | None = None,
    famille: str = "",
) -> Response:
    return page_de_projet(
        request,
        "connecteur.html" if connecteur else "connecteurs.html",
        connecteur.nom if connecteur else "Connecteurs",
        refus.statut if refus else 200,
        dans=("Connecteurs", "/connecteurs") if connecteur else None,
        connecteur=connecteur,
        lignes=connecteurs.lister(u),
        echanges=connecteurs.echanges(u, connecteur.code) if connecteur else [],
        genres=GENRES,
        prereglages=PREREGLAGES,
        protocoles=PROTOCOLES,
        projets=[(p.code, p.libelle) for p in projets.projets(u)],
        choix_prereglages=[(c, p.libelle) for c, p in PREREGLAGES.items()],
        formes=list(rules.FORMES.items()),
        principaux=[(c, p[0]) for c, p in PRINCIPAUX.items()],
        codes=list(rules.CODES.items()),
        deconnexions=list(rules.DECONNEXIONS.items()),
        comparaisons=list(rules.COMPARAISONS.items()),
        familles=familles.FAMILLES,
        famille=famille,
        racine=f"{str(request.base_url).rstrip('/')}{request.state.base}/cas",
        saisie=_saisie(connecteur, familles.reglages(famille, "cas") | (donnees or {})),
        messages=[Message(refus.phrase, "erreur", refus.code, refus.remede)] if refus else [],
    )


@routeur.get("")
def lister(request: Request, u: Lecture, famille: str = "") -> Response:
    """The connectors, and the form that declares one, filled as the ENTs of a family are set."""
    return _page(request, u, famille=famille)


@routeur.get("/{code}")
def voir(request: Request, u: Lecture, code: str, famille: str = "") -> Response:
    """One connector: its settings (or those of a family, to be kept or not), the last exchanges with full bodies."""
    connu = connecteurs.trouver(u, code)
    if connu.protocole != "cas":
        return protocoles.page(request, u, connu.protocole, connu, famille=famille)
    return _page(request, u, connu, famille=famille)


class Formulaire(BaseModel):
    """The form of a connector, as a browser sends it: nothing for a box not ticked."""

    code: str = ""
    projet: str = ""
    nom: str = ""
    adresses: str = ""
    prereglage: str = "apereo"
    forme: str = ""
    principal: str = ""
    codes: str = ""
    duree: str = "300"
    service: str = "sans_casse"
    deconnexion: str = "formulaire"
    prefixe: str = "RENTREE"
    p3: str = ""
    mandat: str = ""
    rappel_clair: str = ""

    def reglages(self) -> dict[str, object]:
        """The settings that were given."""
        cases = {nom: bool(getattr(self, nom)) for nom in CASES}
        donnes = self.model_dump(exclude={"code", "projet", "nom", "adresses", *CASES})
        return {nom: v for nom, v in donnes.items() if v} | cases


@routeur.post("")
def declarer(request: Request, u: Ecriture, lu: Annotated[Formulaire, Form()]) -> Response:
    """Declare one. A code that is taken is refused: this page changes nothing of what others declared."""
    try:
        connecteurs.libre(u, lu.code)
        fait = _demander(u, lu, lu.code, lu.projet)
    except Refus as refus:
        u.session.rollback()
        return _page(request, u, None, refus, lu.model_dump())
    return rediriger(request, f"/connecteurs/{fait.code}", f"Le connecteur « {fait.nom} » est déclaré.")


@routeur.post("/{code}")
def changer(
    request: Request, u: Ecriture, code: str, lu: Annotated[Formulaire, Form()], saisi: protocoles.Saisi
) -> Response:
    """Change one."""
    connu = connecteurs.trouver(u, code)
    if connu.protocole != "cas":
        return protocoles.changer(request, u, connu, saisi)
    try:
        _demander(u, lu, code, connu.projet)
    except Refus as refus:
        u.session.rollback()
        return _page(request, u, connecteurs.trouver(u, code), refus, lu.model_dump())
    return rediriger(request, f"/connecteurs/{code}", "Les réglages sont enregistrés.")


@routeur.post("/{code}/retrait")
def retirer(request: Request, u: Ecriture, code: str) -> Response:
    """Take one back."""
    connecteurs.retirer(u, code)
    return rediriger(request, "/connecteurs", f"Le connecteur « {code} » est retiré.")


def _demander(u: Unite, lu: Formulaire, code: str, projet: str) -> Connecteur:
    return connecteurs.demander(
        u, code, projet=projet, nom=lu.nom, adresses=lu.adresses.split(), reglages=lu.reglages()
    )
