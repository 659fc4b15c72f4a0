"""What the académie loaded goes out to the applications: every evening, or when somebody asks for it.

Source: architecture, "Nights" (19:00, rectorat); a diffusion on demand is Rentrée's own (docs/decisions/0011).
"""

from __future__ import annotations

from sqlalchemy import select

from services.rectorat import exchanges, models, use_cases
from services.rectorat.use_cases import assistance, dsi
from shared.persistence.unite import Unite


def a_diffuser(u: Unite) -> list[str]:
    """The keys of what waits: schools whose agents changed, INE, nomenclatures, certificates, help; sorted."""
    cles = [f"ine:{uai}:{millesime}" for uai, millesime in use_cases.attribuer_ines(u)]
    if _jeu(u) is not None:
        cles.append("nomenclatures")
    if dsi.en_attente(u):
        cles.append("certificats")
    if assistance.a_renvoyer(u):
        cles.append("assistance")
    ecoles = select(models.Etablissement.uai).where(models.Etablissement.a_diffuser)
    cles.extend(f"agents:{uai}" for uai in u.session.scalars(ecoles))
    return sorted(cles)


def diffuser(u: Unite, cle: str) -> int:
    """Send out what a key of `a_diffuser` names; how many agents, INE, codes, certificates or files it was."""
    genre, _, reste = cle.partition(":")
    if genre == "nomenclatures":
        jeu = _jeu(u)
        if jeu is None:
            return 0
        jeu.diffuse_le = u.maintenant
        return exchanges.envoyer_nomenclatures(u, jeu)
    if genre == "certificats":
        return dsi.delivrer_en_attente(u)
    if genre == "assistance":
        renvoyes = assistance.a_renvoyer(u)
        for numero in renvoyes:
            assistance.renvoyer(u, numero)
        return len(renvoyes)
    if genre == "ine":
        uai, _, millesime = reste.partition(":")
        return exchanges.envoyer_ines(u, uai, int(millesime))
    u.session.get_one(models.Etablissement, reste).a_diffuser = False
    return exchanges.envoyer_agents(u, reste)


def diffuser_maintenant(u: Unite) -> dict[str, int]:
    """Send out at once what would go this evening; how many of each, by key (nothing waits: empty)."""
    return {cle: diffuser(u, cle) for cle in a_diffuser(u)}


def _jeu(u: Unite) -> models.JeuNomenclatures | None:
    table = models.JeuNomenclatures
    return u.session.scalars(
        select(table).where(table.diffuse_le.is_(None)).order_by(table.version.desc()).limit(1)
    ).first()
