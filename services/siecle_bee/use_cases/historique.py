"""The tab HISTORIQUE of a fiche: the pupil's scolarités that SIECLE knows, and what was done to the fiche.

Source: procedure BEE-28. What the tab holds is Rentrée's own help: no guide opens it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from sqlalchemy import or_, select

from services.siecle_bee.models import BaseEleves, Eleve, Etablissement, Journal
from services.siecle_bee.use_cases.signalements import libelle_mef
from services.siecle_bee.use_cases.tableau import libelle_motif
from shared.persistence.unite import Unite

DERNIERS = 50


class AnneeScolarite(Struct, frozen=True):
    """One line: a year in a school. `ici`: it is the fiche that one looks at."""

    millesime: int
    uai: str
    etablissement: str
    mef: str
    division: str
    entree: date | None
    sortie: date | None
    motif: str
    ici: bool


def scolarites(u: Unite, b: BaseEleves, e: Eleve) -> list[AnneeScolarite]:
    """The scolarités of a pupil, the latest first: same ELEVE_ID or INE in a base, or told by her dossier."""
    memes = [Eleve.eleve_id == e.eleve_id]
    if e.ine:
        memes.append(Eleve.ine == e.ine)
    lues = u.session.scalars(
        select(Eleve).where(or_(*memes)).order_by(Eleve.millesime.desc(), Eleve.uai, Eleve.eleve_id)
    ).all()
    avant = {nom: str(e.an_dernier.get(nom) or "") for nom in ("code_rne", "code_mef", "code_structure")}
    uais = {x.uai for x in lues} | {avant["code_rne"]}
    noms = {
        x.uai: f"{x.fiche.get('denomination', '')} {x.fiche.get('nom', '')}".strip()
        for x in u.session.scalars(select(Etablissement).where(Etablissement.uai.in_(uais)))
    }
    lignes = [
        AnneeScolarite(
            x.millesime,
            x.uai,
            noms.get(x.uai, ""),
            libelle_mef(x.mef),
            x.division,
            x.date_entree,
            x.date_sortie,
            libelle_motif(x.motif_sortie),
            (x.uai, x.millesime, x.eleve_id) == (b.uai, b.millesime, e.eleve_id),
        )
        for x in lues
    ]
    if avant["code_rne"] and avant["code_rne"] not in {x.uai for x in lues}:
        rne, mef = avant["code_rne"], libelle_mef(avant["code_mef"])
        lignes.append(
            AnneeScolarite(
                e.millesime - 1, rne, noms.get(rne, ""), mef, avant["code_structure"], None, None, "", ici=False
            )
        )
    return lignes


def evenements(u: Unite, b: BaseEleves, eleve_id: int) -> Sequence[Journal]:
    """What was done to a fiche in this base, the latest first."""
    requete = select(Journal).where(
        Journal.uai == b.uai,
        Journal.annee == b.millesime,
        Journal.resume["eleve_id"].as_integer() == eleve_id,
    )
    return u.session.scalars(requete.order_by(Journal.id.desc()).limit(DERNIERS)).all()
