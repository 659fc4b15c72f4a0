"""SYSCA and EduConnect: what the complete fiches of SIECLE become at the académie's (REC-14, REC-19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from services.rectorat import models
from services.rectorat.rules.educonnect import identifiant
from shared.contracts import echanges as msg
from shared.contracts.refus import Inconnu
from shared.identifiers.texte import cle_tri
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class CompteEduConnect:
    """An account: of a pupil (`fiche`: ELEVE_ID), or of a responsable (`fiche`: PERSONNE_ID), with his pupils.

    There is no password: none is kept, none is invented.
    """

    identifiant: str
    profil: Literal["eleve", "responsable"]
    fiche: int
    nom: str
    prenom: str
    eleves: tuple[int, ...]


def recevoir(u: Unite, message: msg.RemonteeSysca) -> dict[str, Any]:
    """Keep what a base sent up, in the place of what it sent before."""
    u.session.merge(
        models.RemonteeSysca(
            uai=message.uai,
            millesime=message.millesime,
            digest=u.fichiers.deposer(u.corps_de(message)),
            recue_le=u.maintenant,
            eleves=len(message.eleves),
            responsables=len(message.responsables),
            retenues=len(message.retenues),
        )
    )
    return {"nb": len(message.eleves), "nb_refus": len(message.retenues)}


def remontees(u: Unite) -> list[models.RemonteeSysca]:
    """What each base sent up last, the latest year first."""
    table = models.RemonteeSysca
    return list(u.session.scalars(select(table).order_by(table.millesime.desc(), table.uai)))


def fiches(u: Unite, uai: str, millesime: int) -> msg.RemonteeSysca:
    """The fiches of a base as SYSCA has them. Raises `Inconnu` SYSCA_SANS_REMONTEE."""
    ligne = u.session.get(models.RemonteeSysca, (uai, millesime))
    if ligne is None:
        raise Inconnu(
            f"Rien n'est remonté de la base élèves {millesime} de {uai}.",
            code="SYSCA_SANS_REMONTEE",
            regle="REC-14",
            remede="La base de l'année en cours remonte chaque nuit : avancez l'horloge d'une nuit.",
        )
    return msg.RemonteeSysca.lire(u.fichiers.lire(ligne.digest))


def comptes(u: Unite, uai: str, millesime: int, q: str = "") -> list[CompteEduConnect]:
    """The EduConnect accounts of a base, pupils first, each by name; `q`: part of a name. Raises as `fiches`."""
    recues = fiches(u, uai, millesime)
    tous = [
        CompteEduConnect(
            identifiant(e.prenom, e.nom, e.eleve_id, responsable=False), "eleve", e.eleve_id, e.nom, e.prenom, ()
        )
        for e in recues.eleves
    ] + [
        CompteEduConnect(
            identifiant(r.prenom, r.nom, r.personne_id, responsable=True),
            "responsable",
            r.personne_id,
            r.nom,
            r.prenom,
            r.eleves,
        )
        for r in recues.responsables
    ]
    cherche = cle_tri(q)
    choisis = [c for c in tous if cherche in cle_tri(f"{c.nom} {c.prenom}")]
    return sorted(choisis, key=lambda c: (c.profil, cle_tri(f"{c.nom} {c.prenom}"), c.fiche))
