"""What an integration takes: the latest remontées of the days before, the numbers, the pupils of two schools.

All that spans schools is decided here, in one transaction and in sorted order, before the schools are worked on
apart. Source: architecture, "Nights"; procedures AAF-07, BEE-58, BEE-59, CAL-08 to CAL-13.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from services.aaf.models import ACADEMIE, Nomenclature, Remontee, Scolarite, Structure
from shared.batches.lots import PartAFaire
from shared.persistence.unite import Unite

VERSION_REGLES = 2
"""To be raised when the rules change: every school is then integrated again."""
PREMIERE_PERSONNE = 1_000_001
PREMIERE_STRUCTURE = 1_001

_NUMEROTER_PERSONNES = text(
    """
    UPDATE aaf.identifiant AS i SET numero = n.numero
    FROM (
        SELECT genre, cle,
               (SELECT coalesce(max(numero), :avant) FROM aaf.identifiant)
               + row_number() OVER (ORDER BY genre, length(cle), cle) AS numero
        FROM aaf.identifiant WHERE numero IS NULL AND jour < :jour
    ) AS n
    WHERE i.genre = n.genre AND i.cle = n.cle
    """
)
_NUMEROTER_STRUCTURES = text(
    """
    UPDATE aaf.structure AS s SET numero = n.numero
    FROM (
        SELECT uai, (SELECT coalesce(max(numero), :avant) FROM aaf.structure)
               + row_number() OVER (ORDER BY uai) AS numero
        FROM aaf.structure WHERE numero IS NULL AND jour < :jour AND uai <> ''
    ) AS n
    WHERE s.uai = n.uai
    """
)


def planifier_integration(u: Unite, instant: datetime) -> list[PartAFaire]:
    """Allot the numbers, choose the remontées, and give one part per school that has something new to say.

    A school whose remontées say what they said, and where no appointment begins or ends, has no part.
    """
    jour = instant.astimezone(u.horloge.fuseau).date()
    u.session.execute(_NUMEROTER_STRUCTURES, {"jour": jour, "avant": PREMIERE_STRUCTURE - 1})
    u.session.execute(_NUMEROTER_PERSONNES, {"jour": jour, "avant": PREMIERE_PERSONNE - 1})
    choisies = remontees_choisies(u, jour)
    ailleurs = autres_scolarites(u, jour)
    nomenclature = u.session.scalars(
        select(Nomenclature).where(Nomenclature.jour < jour).order_by(Nomenclature.version.desc()).limit(1)
    ).first()
    jeu = nomenclature.digest if nomenclature else None
    connues = {
        s.uai: s
        for s in u.session.execute(select(Structure.uai, Structure.empreinte, Structure.revoir_le).order_by("uai"))
    }
    parts: list[PartAFaire] = []
    for uai in [ACADEMIE, *sorted(choisies)] if choisies else []:
        sources = {s: [r.annee, r.jour.isoformat(), r.digest] for s, r in sorted(choisies.get(uai, {}).items())}
        donnees: dict[str, Any] = {
            "jour": jour.isoformat(),
            "sources": sources,
            "ailleurs": ailleurs.get(uai, {}),
            "nomenclature": jeu,
        }
        donnees["empreinte"] = _empreinte(u, donnees, choisies.get(uai, {}))
        avant = connues.get(uai)
        if avant is None or avant.empreinte != donnees["empreinte"] or (avant.revoir_le and avant.revoir_le <= jour):
            parts.append(PartAFaire(uai or "academie", donnees))
    return parts


def remontees_choisies(u: Unite, jour: date) -> dict[str, dict[str, Remontee]]:
    """By school and source, the latest remontée of the days before `jour` (the newest collected year first)."""
    requete = (
        select(Remontee)
        .ext(distinct_on(Remontee.uai, Remontee.source))
        .where(*_prises(u, jour))
        .order_by(Remontee.uai, Remontee.source, Remontee.jour.desc(), Remontee.annee.desc())
    )
    choisies: dict[str, dict[str, Remontee]] = defaultdict(dict)
    for remontee in u.session.scalars(requete):
        choisies[remontee.uai][remontee.source] = remontee
    return dict(choisies)


def _prises(u: Unite, jour: date) -> tuple[ColumnElement[bool], ...]:
    return Remontee.jour < jour, Remontee.annee <= u.profil.annee_collectee(jour)


def autres_scolarites(u: Unite, jour: date) -> dict[str, dict[str, list[tuple[str, str, bool]]]]:
    """School → eleve_id → her other active scolarités: (UAI, division, of a later year).

    Same INE in two chosen remontées of BEE, or twice in one. A scolarité of an earlier year is not held against
    one of a later year: only the earlier one knows of the later.
    """
    retenues = (
        select(Remontee.uai, Remontee.annee, Remontee.jour)
        .ext(distinct_on(Remontee.uai))
        .where(Remontee.source == "bee", *_prises(u, jour))
        .order_by(Remontee.uai, Remontee.jour.desc(), Remontee.annee.desc())
        .subquery()
    )
    nombre = func.count().over(partition_by=Scolarite.ine).label("nombre")
    actives = (
        select(Scolarite.ine, Scolarite.annee, Scolarite.uai, Scolarite.eleve_id, Scolarite.division, nombre)
        .join(
            retenues,
            (Scolarite.uai == retenues.c.uai)
            & (Scolarite.annee == retenues.c.annee)
            & (Scolarite.jour == retenues.c.jour),
        )
        .subquery()
    )
    requete = select(actives).where(actives.c.nombre > 1).order_by("ine", "annee", "uai", "eleve_id")
    par_ine: dict[str, list[Any]] = defaultdict(list)
    for ligne in u.session.execute(requete):
        par_ine[ligne.ine].append(ligne)
    resultat: dict[str, dict[str, list[tuple[str, str, bool]]]] = defaultdict(dict)
    for ine in sorted(par_ine):
        lignes = par_ine[ine]
        for ici in lignes:
            autres = [
                (la.uai, la.division, la.annee > ici.annee) for la in lignes if la is not ici and la.annee >= ici.annee
            ]
            if autres:
                resultat[ici.uai][str(ici.eleve_id)] = autres
    return dict(resultat)


def _empreinte(u: Unite, donnees: dict[str, Any], sources: dict[str, Remontee]) -> str:
    dit = {
        "regles": VERSION_REGLES,
        "chemin": u.profil.aaf_chemin_services,
        "nomenclature": donnees["nomenclature"],
        "ailleurs": donnees["ailleurs"],
        "sources": {nom: r.empreinte for nom, r in sorted(sources.items())},
    }
    return hashlib.sha256(json.dumps(dit, sort_keys=True).encode()).hexdigest()
