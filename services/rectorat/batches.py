"""The rectorat's nights: 19:00, what the académie loaded goes out; 23:30, the remontée to the AAF."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.rectorat import exchanges, models, use_cases
from services.rectorat.use_cases import assistance, dsi
from shared.batches.lots import Lot, PartAFaire
from shared.persistence.unite import Unite

PAQUET = 8
"""Schools that a worker takes at a time: each is a few dozen agents."""


def planifier_diffusion(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per school whose agents changed, one per school that gets INE; nomenclatures, certificates, help."""
    parts = [PartAFaire(f"ine:{uai}:{millesime}") for uai, millesime in use_cases.attribuer_ines(u)]
    if _jeu_a_diffuser(u) is not None:
        parts.append(PartAFaire("nomenclatures"))
    if dsi.en_attente(u):
        parts.append(PartAFaire("certificats"))
    if assistance.a_renvoyer(u):
        parts.append(PartAFaire("assistance"))
    ecoles = select(models.Etablissement.uai).where(models.Etablissement.a_diffuser).order_by(models.Etablissement.uai)
    parts.extend(PartAFaire(f"agents:{uai}") for uai in u.session.scalars(ecoles))
    return sorted(parts, key=lambda p: p.cle)


def executer_diffusion(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Send one part out."""
    genre, _, reste = part.cle.partition(":")
    if genre == "nomenclatures":
        jeu = _jeu_a_diffuser(u)
        if jeu is None:
            return {"nb": 0}
        nb = exchanges.envoyer_nomenclatures(u, jeu)
        jeu.diffuse_le = u.maintenant
        return {"nb": nb}
    if genre == "certificats":
        return {"nb": dsi.delivrer_en_attente(u)}
    if genre == "assistance":
        renvoyes = assistance.a_renvoyer(u)
        for numero in renvoyes:
            assistance.renvoyer(u, numero)
        return {"nb": len(renvoyes)}
    if genre == "ine":
        uai, _, millesime = reste.partition(":")
        return {"nb": exchanges.envoyer_ines(u, uai, int(millesime))}
    ecole = u.session.get_one(models.Etablissement, reste)
    ecole.a_diffuser = False
    return {"nb": exchanges.envoyer_agents(u, reste)}


def _jeu_a_diffuser(u: Unite) -> models.JeuNomenclatures | None:
    table = models.JeuNomenclatures
    return u.session.scalars(
        select(table).where(table.diffuse_le.is_(None)).order_by(table.version.desc()).limit(1)
    ).first()


def planifier_remontee(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per school, every night; the first one carries the nomenclatures, the same for all."""
    ecoles = select(models.Etablissement.uai).order_by(models.Etablissement.uai)
    return [PartAFaire(uai, {"nomenclatures": rang == 0}) for rang, uai in enumerate(u.session.scalars(ecoles))]


def executer_remontee(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Send a school's agents up."""
    return {"nb": exchanges.envoyer_remontee(u, part.cle, nomenclatures=bool(part.donnees["nomenclatures"]))}


LOTS = (
    Lot(
        "rectorat_diffusion",
        "Diffusion du rectorat (EPP, nomenclatures, INE, certificats)",
        planifier_diffusion,
        executer_diffusion,
        paquet=PAQUET,
    ),
    Lot(
        "remontee_rectorat",
        "Remontée du rectorat vers l'AAF",
        planifier_remontee,
        executer_remontee,
        paquet=PAQUET,
    ),
)
