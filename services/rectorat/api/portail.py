"""Web service of the portal's accounts: for the control room and for the académie."""

from __future__ import annotations

from fastapi import Request
from pydantic import BaseModel

from services.rectorat.rules.portail import code_d_acces
from services.rectorat.use_cases import portail
from shared.http.acces import cle
from shared.http.dependances import Lecture, noyau
from shared.http.routes import Routeur

routeur = Routeur()


class CompteVu(BaseModel):
    """An invented account: its name, profile, school, holder; `code`, where the installation wants one."""

    compte: str
    profil: str
    uai: str | None
    nom: str
    code: str | None


@routeur.get("/comptes")
def lister_comptes(request: Request, u: Lecture, uai: str | None = None) -> list[CompteVu]:
    """The accounts of a school, then those of the académie."""
    n = noyau(request)
    trouves = [*(portail.comptes_de(u, uai) if uai else []), *portail.comptes_de(u, None)]
    return [
        CompteVu(
            compte=c.compte,
            profil=c.profil.libelle,
            uai=c.uai,
            nom=c.nom,
            code=code_d_acces(c.compte, u.bac.nom, cle(n)) if n.reglages.jeton else None,
        )
        for c in trouves
    ]
