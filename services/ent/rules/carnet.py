"""The gradebook of OneRoster: what a publisher may write of categories, line items and results. Pure functions.

Source: connectors reference §6.1 (what Google's cases ask of it); the fields are those that 1.1 and 1.2 have in
common, and what 1.2 adds that is not a scale of scores. Inferred: the categories that are there from the beginning, the
least and most of a result (0 and 20), the grading period of a line item that names none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args

from msgspec import Struct

from shared.formats.oneroster.fiches import CARNET, Genre
from shared.formats.oneroster.filtre import ErreurOneRoster

LIRE, ECRIRE, RETIRER = "gradebook.readonly", "gradebook.createput", "gradebook.delete"
Etat = Literal["exempt", "fully graded", "not submitted", "partially graded", "submitted"]
CATEGORIES = (("devoir", "Devoir maison"), ("controle", "Contrôle"), ("oral", "Participation orale"))
"""Those of a project that has none yet: key, title."""
MINIMUM, MAXIMUM = 0.0, 20.0
_SOURCED_ID = re.compile(r"[^\x00-\x20/?#\x7f]{1,255}")
_LONG = 2000
_MOTS = ("inProgress", "incomplete", "late", "missing")


class Ecrit(Struct, frozen=True):
    """A record as it was sent: its fields, and the sourcedIds that it names, by field."""

    genre: Genre
    champs: dict[str, Any]
    nommes: dict[str, str]


def lire(genre: Genre, sid: str, corps: object) -> Ecrit:
    """Read the body of a PUT: `{"lineItem": {…}}`. Raises `ErreurOneRoster` invaliddata (400), of which field."""
    assert genre in CARNET
    if not _SOURCED_ID.fullmatch(sid):
        raise invalide("sourcedId", "255 signes au plus, sans espace ni barre oblique.")
    if not isinstance(corps, dict) or not isinstance(corps.get(genre), dict):
        raise invalide(genre, f'Le corps est {{"{genre}": {{…}}}}, en JSON.')
    lu: dict[str, Any] = corps[genre]
    if lu.get("sourcedId", sid) != sid:
        raise invalide("sourcedId", "Celui du corps n'est pas celui de l'adresse.")
    return {"category": _categorie, "lineItem": _devoir, "result": _resultat}[genre](lu)


def _categorie(lu: Mapping[str, Any]) -> Ecrit:
    champs: dict[str, Any] = {"title": _texte(lu, "title", requis=True), **_meta(lu)}
    if lu.get("weight") is not None:
        champs["weight"] = _nombre(lu, "weight")
    return Ecrit("category", champs, {})


def _devoir(lu: Mapping[str, Any]) -> Ecrit:
    minimum = _nombre(lu, "resultValueMin") if lu.get("resultValueMin") is not None else MINIMUM
    maximum = _nombre(lu, "resultValueMax") if lu.get("resultValueMax") is not None else max(MAXIMUM, minimum)
    if maximum < minimum:
        raise invalide("resultValueMax", "Le plus est au-dessous du moins (resultValueMin).")
    champs = {
        "title": _texte(lu, "title", requis=True),
        **({"description": _texte(lu, "description")} if lu.get("description") else {}),
        "assignDate": _date(lu, "assignDate"),
        "dueDate": _date(lu, "dueDate"),
        "resultValueMin": minimum,
        "resultValueMax": maximum,
        **_meta(lu),
    }
    nommes = {"class": _reference(lu, "class"), "category": _reference(lu, "category")}
    for nom in ("gradingPeriod", "academicSession"):
        if lu.get(nom) is not None:
            nommes[nom] = _reference(lu, nom)
    return Ecrit("lineItem", champs, nommes)


def _resultat(lu: Mapping[str, Any]) -> Ecrit:
    etat = lu.get("scoreStatus")
    if etat not in get_args(Etat):
        raise invalide("scoreStatus", f"C'est l'un de ceux-ci : {', '.join(get_args(Etat))}.")
    champs: dict[str, Any] = {"scoreStatus": etat, "scoreDate": _date(lu, "scoreDate"), **_meta(lu)}
    if lu.get("score") is not None:
        champs["score"] = _nombre(lu, "score")
    for nom in ("comment", "textScore"):
        if lu.get(nom):
            champs[nom] = _texte(lu, nom)
    for nom in _MOTS:
        if lu.get(nom) is not None:
            mot = str(lu[nom]).lower()
            if mot not in ("true", "false"):
                raise invalide(nom, "C'est true ou false.")
            champs[nom] = mot
    return Ecrit("result", champs, {"lineItem": _reference(lu, "lineItem"), "student": _reference(lu, "student")})


PROPRES_1P2 = frozenset({"weight", "textScore", *_MOTS})
"""What only 1.2 says."""


def periode_de(jour: str, periodes: Mapping[str, tuple[date, date]]) -> str:
    """The grading period that holds a date, else the last one that began, else the first; "" when there is none."""
    quand = date.fromisoformat(jour[:10])
    dans = [sid for sid, (debut, fin) in periodes.items() if debut <= quand <= fin]
    passees = [sid for sid, (debut, _) in periodes.items() if debut <= quand]
    return (dans or passees[-1:] or list(periodes)[:1] or [""])[0]


def invalide(champ: str, remede: str, statut: int = 400) -> ErreurOneRoster:
    """What was sent cannot be kept."""
    return ErreurOneRoster(f"« {champ[:60]} » ne convient pas.", "invaliddata", statut, remede)


def _reference(lu: Mapping[str, Any], nom: str) -> str:
    dit = lu.get(nom)
    sid = dit.get("sourcedId") if isinstance(dit, dict) else None
    if not isinstance(sid, str) or not _SOURCED_ID.fullmatch(sid):
        raise invalide(nom, f'Il est attendu : "{nom}": {{"sourcedId": "…"}}.')
    return sid


def _texte(lu: Mapping[str, Any], nom: str, *, requis: bool = False) -> str:
    dit = lu.get(nom, "")
    if not isinstance(dit, str) or "\0" in dit or len(dit) > _LONG or (requis and not dit.strip()):
        raise invalide(nom, f"Un texte de {_LONG} signes au plus{', qui ne peut manquer' if requis else ''}.")
    try:
        dit.encode()
    except UnicodeEncodeError:
        raise invalide(nom, "Un signe n'en est que la moitié (\\ud800…).") from None
    return dit


def _nombre(lu: Mapping[str, Any], nom: str) -> float:
    dit = lu[nom]
    try:
        nombre = float(dit) if isinstance(dit, int | float | str) and not isinstance(dit, bool) else None
    except (ValueError, OverflowError):
        nombre = None
    if nombre is None or not abs(nombre) < 1e9:
        raise invalide(nom, "Un nombre est attendu.")
    return nombre


def _date(lu: Mapping[str, Any], nom: str) -> str:
    dit = lu.get(nom)
    try:
        datetime.fromisoformat(dit if isinstance(dit, str) else "")
    except ValueError:
        raise invalide(nom, "Une date ISO 8601 est attendue : 2021-10-04 ou 2021-10-04T08:00:00Z.") from None
    return str(dit)


def _meta(lu: Mapping[str, Any]) -> dict[str, Any]:
    meta = lu.get("metadata")
    if meta is None:
        return {}
    if not isinstance(meta, dict) or any(not isinstance(v, str | int | float | bool) for v in meta.values()):
        raise invalide("metadata", "Un objet dont les valeurs sont simples.")
    return {"metadata": {_texte({"metadata": str(n)}, "metadata"): _simple(v) for n, v in meta.items()}}


def _simple(valeur: str | float | bool) -> str | float | bool:
    return _texte({"metadata": valeur}, "metadata") if isinstance(valeur, str) else valeur
