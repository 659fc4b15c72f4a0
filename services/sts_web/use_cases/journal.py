"""« Edition journal »: what was done in a school, by whom, when (STS-09)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, false, func, or_, select

from services.sts_web import models
from services.sts_web.use_cases import etablissements
from services.sts_web.use_cases.cles import PLUS_GRAND, possible
from shared.persistence.unite import Unite

TAILLE = 50
# A day beyond these bounds no line, and PostgreSQL's own calendar ends somewhere.
PREMIER_JOUR, DERNIER_JOUR = date(1900, 1, 1), date(2999, 12, 31)
LONGUEUR_FICHIER = 20_000
ETABLISSEMENT, NUIT, RECTORAT = "établissement", "traitement de nuit", "rectorat"


class Filtre(Struct, frozen=True):
    """What is wanted of the journal; empty: everything. `acteur` as the lines say it; dates included."""

    annee: int | None = None
    genre: str = ""
    acteur: str = ""
    du: date | None = None
    au: date | None = None


@dataclass(frozen=True, slots=True)
class LigneJournal:
    """A line: when, what, by whom, in which year, how many things passed, how many did not, and which codes."""

    instant: datetime
    genre: str
    libelle: str
    acteur: str
    annee: int | None
    nb: int
    nb_refus: int
    resume: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """A page of the journal; `genres` and `acteurs`: what the school's journal holds, to choose from."""

    total: int
    page: int
    lignes: list[LigneJournal]
    genres: list[str]
    acteurs: list[str]


def lire(u: Unite, uai: str, filtre: Filtre, page: int = 1) -> Journal:
    """A page of 50 lines, latest first. Raises `Inconnu` (UAI_INCONNU)."""
    etablissements.trouver(u, uai)
    ou = _conditions(u, uai, filtre)
    table = models.Journal
    total = u.session.scalar(select(func.count()).select_from(table).where(*ou)) or 0
    lues = select(table).where(*ou).order_by(table.id.desc()).offset((page - 1) * TAILLE).limit(TAILLE)
    ici = _de_l_ecole(uai)
    genres = sorted(set(u.session.scalars(select(table.genre).where(ici).distinct())))
    acteurs = {_acteur(s, o) for s, o in u.session.execute(select(table.sens, table.origine).where(ici).distinct())}
    return Journal(total, page, [_ligne(x) for x in u.session.scalars(lues)], genres, sorted(acteurs))


def en_csv(u: Unite, uai: str, filtre: Filtre) -> bytes:
    """The lines as a file for a spreadsheet: UTF-8 with its mark, « ; », local instants, no cell that computes."""
    etablissements.trouver(u, uai)
    sortie = io.StringIO()
    sortie.write("\N{BYTE ORDER MARK}")
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(("Date", "Action", "Par", "Année", "Éléments", "Refus", "Détail"))
    lues = select(models.Journal).where(*_conditions(u, uai, filtre)).order_by(models.Journal.id.desc())
    for x in _lignes(u, lues.limit(LONGUEUR_FICHIER)):
        ecrivain.writerow(
            (
                x.instant.astimezone(u.horloge.fuseau).isoformat(sep=" ", timespec="seconds"),
                inerte(x.libelle),
                inerte(x.acteur),
                x.annee or "",
                x.nb,
                x.nb_refus,
                inerte(detail(x.resume)),
            )
        )
    return sortie.getvalue().encode()


def detail(resume: dict[str, Any]) -> str:
    """The counts and codes of a line, as « clé : valeur »."""
    return " ; ".join(
        f"{cle.replace('_', ' ')} : {_valeur(v)}" for cle, v in resume.items() if v not in (None, "", [], {})
    )


def _valeur(v: Any) -> str:
    if isinstance(v, bool):
        return "oui" if v else "non"
    return ", ".join(map(str, v)) if isinstance(v, list) else str(v)


def inerte(texte: str) -> str:
    """A cell that a spreadsheet does not compute."""
    return f"'{texte}" if texte[:1] in ("=", "+", "-", "@", "\t", "\r") else texte


def _lignes(u: Unite, requete: Any) -> Iterator[LigneJournal]:
    return (_ligne(x) for x in u.session.scalars(requete))


def _ligne(x: models.Journal) -> LigneJournal:
    return LigneJournal(x.instant, x.genre, x.libelle, _acteur(x.sens, x.origine), x.annee, x.nb, x.nb_refus, x.resume)


def _acteur(sens: str, origine: str | None) -> str:
    if sens == "lot":
        return NUIT
    return origine or (RECTORAT if sens == "recu" else ETABLISSEMENT)


def _de_l_ecole(uai: str) -> ColumnElement[bool]:
    """The school's own lines, and what concerns the whole académie (nomenclatures, dates of the campagne)."""
    return or_(models.Journal.uai == uai, models.Journal.uai.is_(None))


def _conditions(u: Unite, uai: str, f: Filtre) -> list[ColumnElement[bool]]:
    table = models.Journal
    if not (possible(f.genre) and possible(f.acteur) and possible(f.annee or 0, PLUS_GRAND)):
        return [false()]
    ou = [_de_l_ecole(uai)]
    if f.annee is not None:
        ou.append(or_(table.annee == f.annee, table.annee.is_(None)))
    if f.genre:
        ou.append(table.genre == f.genre)
    if f.acteur == NUIT:
        ou.append(table.sens == "lot")
    elif f.acteur == ETABLISSEMENT:
        ou += [table.sens == "action", table.origine.is_(None)]
    elif f.acteur:
        inconnue = table.origine.is_(None) & (table.sens == "recu")
        ou.append((table.origine == f.acteur) | (inconnue if f.acteur == RECTORAT else table.id.is_(None)))
        ou.append(table.sens != "lot")
    if f.du and f.du > PREMIER_JOUR:
        ou.append(table.instant >= _minuit(u, f.du))
    if f.au and f.au < DERNIER_JOUR:
        ou.append(table.instant < _minuit(u, f.au + timedelta(days=1)))
    return ou


def _minuit(u: Unite, jour: date) -> datetime:
    return datetime.combine(jour, time(), u.horloge.fuseau)
