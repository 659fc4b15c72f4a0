"""Web service of the accounts and of the API tokens of a bac."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request
from pydantic import BaseModel

from services.pilotage.use_cases import acces
from shared.http.acces import cle
from shared.http.dependances import Ecriture, Lecture, noyau
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["accès"])


class DemandeJeton(BaseModel):
    """A token asked for: school (none: a profile of the académie), profile, entries of BEE, what it is for."""

    uai: str | None = None
    profil: str
    entrees: tuple[str, ...] = ()
    libelle: str


class JetonVu(BaseModel):
    """A token; `jeton`, its text, when it has just been given."""

    numero: int
    uai: str | None
    profil: str
    entrees: tuple[str, ...]
    libelle: str
    cree_le: datetime
    jeton: str | None = None

    @classmethod
    def de(cls, j: acces.Jeton, texte: str | None = None) -> JetonVu:
        """From the use case's own."""
        return cls(
            numero=j.numero,
            uai=j.uai,
            profil=j.profil,
            entrees=j.entrees,
            libelle=j.libelle,
            cree_le=j.cree_le,
            jeton=texte,
        )


@routeur.get("/jetons")
def lister_jetons(u: Lecture) -> list[JetonVu]:
    """The API tokens of the bac, without their texts."""
    return [JetonVu.de(j) for j in acces.lister(u)]


@routeur.post("/jetons", status_code=201)
def creer_jeton(request: Request, u: Ecriture, corps: DemandeJeton) -> JetonVu:
    """Give a token to a school's program: `Authorization: Bearer <jeton>`. Its text is told here only."""
    uai = corps.uai.strip().upper() if corps.uai else None
    jeton, texte = acces.creer(
        u,
        cle(noyau(request)),
        uai=uai,
        code_profil=corps.profil,
        entrees=corps.entrees,
        libelle=corps.libelle,
    )
    return JetonVu.de(jeton, texte)


@routeur.delete("/jetons/{numero}", status_code=204)
def retirer_jeton(u: Ecriture, numero: int) -> None:
    """Take a token back."""
    acces.retirer(u, numero)
