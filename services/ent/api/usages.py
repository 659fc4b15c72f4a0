"""What lives on accounts, classes and groups: messagerie, Médiacentre, guest accounts."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, Field

from services.ent.adresses import adresse_publique
from services.ent.api.annuaire import CompteVu
from services.ent.use_cases import consultation, invites, mediacentre, messagerie
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["ent"])


class MessageDemande(BaseModel):
    """A message to a list of the assistant destinataire. `nom` of a class or group; not read for `profil`."""

    genre: messagerie.Genre
    nom: str = ""
    public: messagerie.Public
    objet: str = Field(min_length=1, max_length=200)
    corps: str = Field(default="", max_length=20_000)


class ManuelDemande(BaseModel):
    titre: str = Field(max_length=200)
    genre: Literal["division", "groupe"]
    nom: str


class InviteDemande(BaseModel):
    nom: str
    prenom: str


@routeur.post("/etablissements/{uai}/messages", status_code=201)
def ecrire(u: Ecriture, uai: str, corps: MessageDemande) -> dict[str, Any]:
    """Write to a list: one message in the box of each account."""
    return messagerie.ecrire(u, uai, corps.genre, corps.nom, corps.public, corps.objet, corps.corps)


@routeur.get("/etablissements/{uai}/comptes/{aaf_id}/messages")
def lire_boite(request: Request, u: Lecture, uai: str, aaf_id: int) -> list[dict[str, Any]]:
    """The box of an account, latest message first."""
    return [
        x | {"lien": adresse_publique(request, x["lien"]) if x["lien"] else None}
        for x in messagerie.boite(u, uai, aaf_id)
    ]


@routeur.post("/etablissements/{uai}/manuels", status_code=201)
def affecter_manuel(u: Ecriture, uai: str, corps: ManuelDemande) -> dict[str, Any]:
    """Give a manuel numérique to a class or a group."""
    return {"id": mediacentre.affecter(u, uai, corps.titre, corps.genre, corps.nom).id}


@routeur.get("/etablissements/{uai}/manuels")
def lister_manuels(u: Lecture, uai: str) -> list[dict[str, Any]]:
    """The Médiacentre of the school."""
    return mediacentre.manuels(u, uai)


@routeur.get("/etablissements/{uai}/manuels/{manuel_id}/ouverture")
def ouvrir_manuel(u: Lecture, uai: str, manuel_id: int, aaf_id: int) -> dict[str, Any]:
    """Open a manuel as a person."""
    return mediacentre.ouvrir(u, uai, manuel_id, aaf_id)


@routeur.post("/etablissements/{uai}/invites", status_code=201)
def inviter(u: Ecriture, uai: str, corps: InviteDemande) -> CompteVu:
    """Make a guest account."""
    fait = invites.creer(u, uai, corps.nom, corps.prenom)
    return CompteVu.model_validate(consultation.compte(u, fait.projet, fait.aaf_id))
