"""Connectors by web service: declared, read, taken back; what was exchanged with each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from services.ent.rules import familles
from services.ent.use_cases import connecteurs
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api/connecteurs", tags=["connecteurs"])


class ConnecteurDemande(BaseModel):
    """A « demande de connecteur ». `protocole`: a key of `rules.protocoles.PROTOCOLES`; `reglages`: its settings;
    `famille`: the known ENT whose settings are taken where `reglages` says nothing (`rules.familles.FAMILLES`)."""

    model_config = ConfigDict(extra="forbid")

    projet: str
    nom: str
    adresses: list[str] = []
    reglages: dict[str, Any] = {}
    protocole: str = "cas"
    famille: str = ""


class ConnecteurVu(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    code: str
    projet: str
    nom: str
    protocole: str
    adresses: list[str]
    reglages: dict[str, Any]
    cree_le: datetime


class EchangeVu(BaseModel):
    """One exchange, bodies included. `code`, `explication`: why it was refused, "" when it was not."""

    model_config = ConfigDict(from_attributes=True)

    instant: datetime
    genre: str
    demande: str
    reponse: str
    code: str
    explication: str


@routeur.get("")
def lister(u: Lecture, projet: str | None = None) -> list[ConnecteurVu]:
    """The connectors of an ENT, or of all."""
    return [ConnecteurVu.model_validate(c) for c in connecteurs.lister(u, projet)]


@routeur.put("/{code}")
def demander(u: Ecriture, code: str, corps: ConnecteurDemande) -> ConnecteurVu:
    """Declare a connector, or change it."""
    fait = connecteurs.demander(
        u,
        code,
        projet=corps.projet,
        nom=corps.nom,
        adresses=corps.adresses,
        reglages=familles.reglages(corps.famille, corps.protocole) | corps.reglages,
        protocole=corps.protocole,
    )
    return ConnecteurVu.model_validate(fait)


@routeur.get("/{code}")
def lire(u: Lecture, code: str) -> ConnecteurVu:
    """One connector."""
    return ConnecteurVu.model_validate(connecteurs.trouver(u, code))


@routeur.delete("/{code}", status_code=204)
def retirer(u: Ecriture, code: str) -> None:
    """Take a connector back."""
    connecteurs.retirer(u, code)


@routeur.get("/{code}/echanges")
def echanges(u: Lecture, code: str, limite: int = 50) -> list[EchangeVu]:
    """What was exchanged with it, latest first."""
    connecteurs.trouver(u, code)
    return [EchangeVu.model_validate(e) for e in connecteurs.echanges(u, code, min(max(limite, 1), 200))]
