"""The gradebook of a project: what publishers write of it, over the register that says who is in which class.

Source: connectors reference §6.1. What a record names must be there: a line item's class and category, a result's line
item and pupil. Who deletes a line item deletes its results.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from services.ent.models import FicheCarnet, FicheRegistre
from services.ent.rules import carnet as rules
from services.ent.rules.carnet import Ecrit
from services.ent.rules.oneroster import sourced_id
from services.ent.use_cases.oneroster import inconnu
from shared.formats.oneroster.fiches import COLLECTIONS, RACINE_REGISTRE, Corps, Genre, reference, texte
from shared.persistence.unite import Unite


def preparer(u: Unite, projet: str) -> None:
    """Give a project its first categories: a publisher files what it writes under one of those that are there."""
    if u.session.scalars(select(FicheCarnet.sourced_id).where(FicheCarnet.projet == projet).limit(1)).first():
        return
    for cle, titre in rules.CATEGORIES:
        sid = sourced_id(u.nom_du_bac, projet, "categorie", cle)
        _ranger(u, projet, sid, Ecrit("category", {"title": titre}, {}))


def ecrire(u: Unite, projet: str, genre: Genre, sid: str, corps: object) -> bool:
    """Keep a record; whether it is new. Raises `ErreurOneRoster` invaliddata: its form (400), what it names (422)."""
    return _ranger(u, projet, sid, rules.lire(genre, sid, corps))


def retirer(u: Unite, projet: str, genre: Genre, sid: str) -> None:
    """Delete a record, a line item with its results. Raises `ErreurOneRoster`: unknown (404), in use (422)."""
    if _connue(u, projet, genre, sid) is None:
        raise inconnu(genre, sid)
    table = FicheCarnet
    dedans = (table.projet == projet, table.cours == sid)
    if genre == "category" and u.session.scalars(select(table.sourced_id).where(*dedans).limit(1)).first():
        raise rules.invalide("category", "Des devoirs sont de cette catégorie : retirez-les d'abord.", 422)
    if genre == "lineItem":
        u.session.execute(delete(table).where(*dedans, table.genre == "result"))
    u.session.execute(delete(table).where(table.projet == projet, table.genre == genre, table.sourced_id == sid))


def _ranger(u: Unite, projet: str, sid: str, ecrit: Ecrit) -> bool:
    colonnes: dict[str, Any] = {}
    propres: Corps = {}
    communes: Corps = {}
    if ecrit.genre == "lineItem":
        colonnes, propres, communes = _du_devoir(u, projet, ecrit)
    elif ecrit.genre == "result":
        colonnes, propres, communes = _du_resultat(u, projet, ecrit)
    nouvelle = _connue(u, projet, ecrit.genre, sid) is None
    champs = {n: v for n, v in ecrit.champs.items() if n not in rules.PROPRES_1P2}
    valeurs: dict[str, Any] = {
        "role": "",
        "actif": True,
        "ecoles": [],
        "classe": "",
        "personne": "",
        "cours": "",
        "aaf_id": None,
        "ine": "",
        "modifie_le": u.maintenant,
        "v1p1": texte(champs | communes),
        "v1p2": texte(ecrit.champs | communes | propres),
        **colonnes,
    }
    cles = {"sourced_id": sid, "genre": ecrit.genre, "projet": projet}
    u.session.execute(
        insert(FicheCarnet).values(**cles, **valeurs).on_conflict_do_update(index_elements=list(cles), set_=valeurs)
    )
    return nouvelle


def _du_devoir(u: Unite, projet: str, ecrit: Ecrit) -> tuple[dict[str, Any], Corps, Corps]:
    """Columns of a line item; what 1.2 says of what it names; what both say."""
    classe = _du_registre(u, projet, "class", ecrit.nommes["class"], "class")
    categorie = ecrit.nommes["category"]
    if _connue(u, projet, "category", categorie) is None:
        raise rules.invalide(
            "category", "Cette catégorie n'est pas là : lisez /categories, ou écrivez-la d'abord.", 422
        )
    periodes = {
        f.sourced_id: (date.fromisoformat(lu["startDate"]), date.fromisoformat(lu["endDate"]))
        for f, lu in ((f, json.loads(f.v1p2)) for f in _periodes(u, projet))
    }
    periode = ecrit.nommes.get("gradingPeriod", "")
    if periode and periode not in periodes:
        raise rules.invalide("gradingPeriod", "Cette période n'est pas là : lisez /gradingPeriods.", 422)
    periode = periode or rules.periode_de(str(ecrit.champs["assignDate"]), periodes)
    communes = {"class": _ref("class", classe.sourced_id), "category": reference("category", categorie)}
    if periode:
        communes["gradingPeriod"] = _ref("academicSession", periode)
    propres = {"school": _ref("org", classe.ecoles[0])}
    session = ecrit.nommes.get("academicSession", "")
    if session:
        _du_registre(u, projet, "academicSession", session, "academicSession")
        propres["academicSession"] = _ref("academicSession", session)
    return {"classe": classe.sourced_id, "cours": categorie, "ecoles": list(classe.ecoles)}, propres, communes


def _du_resultat(u: Unite, projet: str, ecrit: Ecrit) -> tuple[dict[str, Any], Corps, Corps]:
    """Columns of a result; what 1.2 says of what it names; what both say."""
    devoir = _connue(u, projet, "lineItem", ecrit.nommes["lineItem"])
    if devoir is None:
        raise rules.invalide("lineItem", "Ce devoir n'est pas là : écrivez-le d'abord.", 422)
    eleve = _du_registre(u, projet, "user", ecrit.nommes["student"], "student")
    if eleve.role != "student":
        raise rules.invalide("student", "Cette personne n'est pas un élève.", 422)
    communes = {"lineItem": reference("lineItem", devoir.sourced_id), "student": _ref("user", eleve.sourced_id)}
    colonnes = {
        "classe": devoir.classe,
        "cours": devoir.sourced_id,
        "personne": eleve.sourced_id,
        "aaf_id": eleve.aaf_id,
        "ecoles": list(devoir.ecoles),
    }
    return colonnes, {"class": _ref("class", devoir.classe)}, communes


def _ref(genre: Genre, sid: str) -> Corps:
    """A reference to a record of rostering."""
    return {"href": f"{RACINE_REGISTRE}/{COLLECTIONS[genre]}/{sid}", "sourcedId": sid, "type": genre}


def _connue(u: Unite, projet: str, genre: Genre, sid: str) -> FicheCarnet | None:
    return u.session.get(FicheCarnet, {"sourced_id": sid, "genre": genre, "projet": projet}, populate_existing=True)


def _du_registre(u: Unite, projet: str, genre: Genre, sid: str, champ: str) -> FicheRegistre:
    lue = u.session.get(FicheRegistre, {"sourced_id": sid, "genre": genre, "projet": projet})
    if lue is None or not lue.actif:
        raise rules.invalide(champ, f"Rien d'actif n'a ce sourcedId dans /{COLLECTIONS[genre]}.", 422)
    return lue


def _periodes(u: Unite, projet: str) -> list[FicheRegistre]:
    table = FicheRegistre
    requete = select(table).where(
        table.projet == projet, table.genre == "academicSession", table.role == "gradingPeriod", table.actif
    )
    return sorted(u.session.scalars(requete), key=lambda f: str(json.loads(f.v1p2)["startDate"]))
