"""The journal of the whole chain: every exchange, batch and act, of all applications, in simulated time.

Source: architecture, "Nothing is lost": counts and refusals of each exchange stand in the receiver's journal.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from msgspec import Struct
from sqlalchemy import select

from services.pilotage.models import Journal
from services.pilotage.rules.chaine import TITRES
from services.pilotage.rules.lignes import Ligne
from services.pilotage.use_cases.voisins import Question, Voisins
from shared.persistence.unite import Fabrique

LIMITE = 2000
"""Lines read of one application at most: what its journal gives at once."""
ORDRE = tuple(TITRES)
SENS = {"recu": "reçu", "lot": "lot", "action": "action"}
COLONNES = (
    "instant",
    "application",
    "sens",
    "genre",
    "libelle",
    "origine",
    "etablissement",
    "annee",
    "nombre",
    "refus",
    "resume",
)


class Filtre(Struct, frozen=True):
    """Which lines are wanted; an empty field wants all."""

    application: str = ""
    uai: str = ""
    sens: str = ""


class Page(Struct, frozen=True):
    """A page of the journal, latest first. `suite`: older lines follow; `muets`: who did not answer."""

    lignes: tuple[Ligne, ...]
    page: int
    taille: int
    suite: bool
    muets: Mapping[str, str]


def lire(fabrique: Fabrique, voisins: Voisins, bac: str, filtre: Filtre, page: int = 1, taille: int = 50) -> Page:
    """Page `page` (from 1) of the journals merged, by simulated instant, latest first."""
    besoin = min(LIMITE, page * taille + 1)
    lignes, muets = _fusionner(fabrique, voisins, bac, filtre, besoin)
    debut = (page - 1) * taille
    return Page(tuple(lignes[debut : debut + taille]), page, taille, len(lignes) > debut + taille, muets)


def tout(fabrique: Fabrique, voisins: Voisins, bac: str, filtre: Filtre) -> tuple[list[Ligne], Mapping[str, str]]:
    """The last `LIMITE` lines of each application, merged, and who did not answer."""
    return _fusionner(fabrique, voisins, bac, filtre, LIMITE)


def _fusionner(
    fabrique: Fabrique, voisins: Voisins, bac: str, filtre: Filtre, limite: int
) -> tuple[list[Ligne], Mapping[str, str]]:
    voulues = [nom for nom in ORDRE if filtre.application in ("", nom)]
    lignes: list[Ligne] = []
    if "pilotage" in voulues:
        lignes += _les_notres(fabrique, bac, filtre, limite)
    parametres: list[tuple[str, str | int]] = [("limite", limite)]
    parametres += [(nom, valeur) for nom, valeur in (("uai", filtre.uai), ("sens", filtre.sens)) if valeur]
    muets: dict[str, str] = {}
    posees = [Question(nom, "/_sim/journal", tuple(parametres)) for nom in voulues if nom != "pilotage"]
    for r in voisins.demander(bac, posees):
        if r.cause is not None:
            muets[r.question.service] = r.cause
        else:
            lignes += [Ligne.du_json(x) for x in r.valeur]
    lignes.sort(key=lambda x: (x.instant, ORDRE.index(x.service), x.id), reverse=True)
    return lignes, muets


def _les_notres(fabrique: Fabrique, bac: str, filtre: Filtre, limite: int) -> list[Ligne]:
    with fabrique.ouvrir(bac, ecriture=False) as u:
        requete = select(Journal).order_by(Journal.id.desc()).limit(limite)
        if filtre.uai:
            requete = requete.where(Journal.uai == filtre.uai)
        if filtre.sens:
            requete = requete.where(Journal.sens == filtre.sens)
        return [Ligne.du_journal("pilotage", j) for j in u.session.scalars(requete)]


def en_csv(lignes: Sequence[Ligne], fuseau: ZoneInfo) -> Iterator[str]:
    """The lines as CSV for a spreadsheet: « ; », a byte order mark, local instants, no cell that computes."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    sortie.write("\ufeff")
    ecrivain.writerow(COLONNES)
    for x in lignes:
        ecrivain.writerow(
            _inerte(str(valeur))
            for valeur in (
                x.instant.astimezone(fuseau).isoformat(timespec="seconds"),
                TITRES[x.service],
                SENS.get(x.sens, x.sens),
                x.genre,
                x.libelle,
                x.origine or "",
                x.uai or "",
                "" if x.annee is None else x.annee,
                x.nb,
                x.nb_refus,
                json.dumps(x.resume, ensure_ascii=False, sort_keys=True) if x.resume else "",
            )
        )
        yield sortie.getvalue()
        sortie.seek(0)
        sortie.truncate()
    yield sortie.getvalue()


def _inerte(valeur: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{valeur}" if valeur[:1] in ("=", "+", "-", "@", "\t", "\r") else valeur
