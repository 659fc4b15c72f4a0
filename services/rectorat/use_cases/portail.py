"""Who may sign in at the portal, and the identity that he is given.

Source: guide 001 section 3 (screen); procedures ACC-01, ACC-02; decision 0009.
"""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import select

from services.rectorat import models
from services.rectorat.rules.portail import FONCTION_DU_PROFIL, Compte, compte_inconnu, comptes, lire_compte
from shared.persistence.unite import Unite
from shared.security.acces import Identite
from shared.security.profils import ENTREES_BEE, droits

CIVILITES = {"1": "M.", "2": "Mme"}


def comptes_de(u: Unite, uai: str | None) -> list[Compte]:
    """The invented accounts of a school, with the names of the agents of EPP who hold them. Raises COMPTE_INCONNU."""
    if uai is not None and u.session.get(models.Etablissement, uai) is None:
        raise compte_inconnu(f"….{uai}")
    return comptes(uai, _titulaires(u, uai) if uai else None)


def _titulaires(u: Unite, uai: str) -> dict[str, str]:
    lignes = u.session.scalars(
        select(models.Agent.donnees)
        .join(models.Affectation, models.Affectation.agent_id == models.Agent.id)
        .where(models.Affectation.uai == uai, models.Agent.source == "epp")
        .order_by(models.Agent.id.desc())
    )
    voulues = set(FONCTION_DU_PROFIL.values())
    noms: dict[str, str] = {}
    for d in lignes:
        for a in d["affectations"]:
            if a["uai"] == uai and a.get("fonction") in voulues:
                noms[a["fonction"]] = f"{CIVILITES.get(d['sexe'], '')} {d['prenom']} {d['nom_usage']}".strip()
    return noms


def identifier(u: Unite, compte: str) -> Identite:
    """The identity of an account, before any entry into BEE. Raises `Inconnu` COMPTE_INCONNU."""
    code, uai = lire_compte(compte)
    le = next(c for c in comptes_de(u, uai) if c.profil.code == code)
    return Identite(le.compte, le.nom, le.profil.libelle, u.bac.nom, uai, droits(code))


def entrer_dans_bee(qui: Identite, entree: str) -> Identite:
    """The identity of a visit of BEE by an entry of the portal: it fixes the mode of the whole visit (ACC-02).

    Raises `Inconnu` ENTREE_HORS_PROFIL (403).
    """
    code = lire_compte(qui.compte)[0]
    permis = droits(code, (entree,))
    return replace(qui, droits=permis, entree=ENTREES_BEE[entree][0])
