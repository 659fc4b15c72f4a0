"""Reading the register by pages, as OneRoster asks: filters, sorting, selection, one statement for a page.

Source: connectors reference §6.1.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct, field

from shared.formats.oneroster import filtre as regles
from shared.formats.oneroster.fiches import CARNET, COLLECTIONS, RACINE, RACINE_REGISTRE, Genre, Version
from shared.formats.oneroster.filtre import Condition, ErreurOneRoster, Filtre
from shared.persistence.breve import Executant

LIMITE, LIMITE_MAXIMALE = 100, 10_000
ENTIER = 2**31 - 1


class Ensemble(Struct, frozen=True):
    """What a route speaks of: records of a genre, of some role or type, in something (by the names of `_DANS`)."""

    genre: Genre
    role: str = ""
    dans: tuple[tuple[str, str], ...] = ()


class Demande(Struct, frozen=True):
    """How a page is wanted. `ine`: whether it tells the INE of pupils."""

    limite: int = LIMITE
    debut: int = 0
    tri: str = ""
    sens: Literal["ASC", "DESC"] = "ASC"
    filtre: Filtre | None = None
    champs: tuple[str, ...] = ()
    ine: bool = False
    avertissement: str = ""


class Page(Struct, frozen=True):
    """A page as JSON, and how many records there are in all."""

    total: int
    corps: bytes
    recues: int = field(default=0)


def lire_demande(lus: Mapping[str, str], genre: Genre, version: Version, *, ine: bool) -> Demande:
    """Read the parameters of a request. Raises `ErreurOneRoster` (400)."""
    limite, debut = _nombre(lus, "limit", LIMITE, 1), _nombre(lus, "offset", 0, 0)
    sens = lus.get("orderBy", "asc").lower()
    if sens not in ("asc", "desc"):
        raise ErreurOneRoster("orderBy est asc ou desc.", "invaliddata", 400)
    tri = lus.get("sort", "")
    filtre = regles.lire(lus["filter"], genre, version) if lus.get("filter", "").strip() else None
    if filtre and not ine and any(c.champ.startswith("userIds") for c in filtre.conditions):
        raise ErreurOneRoster("Ce connecteur ne cherche pas par userIds.", "invalid_filter_field", 400)
    champs: tuple[str, ...] = ()
    avertissement = ""
    if "fields" in lus:
        champs = tuple(x.strip() for x in lus["fields"].split(","))
        if not all(champs):
            mineur = "invalid_blank_selection_field" if version == "v1p1" else "invalid_selection_field"
            raise ErreurOneRoster("Un nom de fields est vide.", mineur, 400, "fields=sourcedId,familyName")
        inconnus = [x for x in champs if x not in regles.champs(genre, version)]
        if inconnus:
            avertissement, champs = f"« {inconnus[0][:60]} » n'est pas un champ : tous sont donnés.", ()
    return Demande(
        limite=min(limite, LIMITE_MAXIMALE),
        debut=debut,
        tri=tri if regles.connu(genre, version, tri) else "",
        sens="DESC" if sens == "desc" else "ASC",
        filtre=filtre,
        champs=champs,
        ine=ine,
        avertissement=avertissement,
    )


def _nombre(lus: Mapping[str, str], nom: str, defaut: int, minimum: int) -> int:
    texte = lus.get(nom, "")
    if not texte:
        return defaut
    if not (texte.isascii() and texte.isdigit()) or not minimum <= int(texte[:12]) <= ENTIER:
        raise ErreurOneRoster(f"« {nom} » est un nombre entier, {minimum} au moins.", "invaliddata", 400)
    return int(texte)


def page(u: Executant, projet: str, version: Version, quoi: Ensemble, demande: Demande, racine: str) -> Page:
    """A page of records, by sourcedId unless another order is asked for. Raises `ErreurOneRoster` (404)."""
    _exiger(u, projet, quoi)
    ou, parametres = _ou(projet, version, quoi, demande.filtre)
    ordre = f"f.sourced_id {demande.sens}"
    if demande.tri:
        expression, cle = _valeur(demande.tri, version, "tri")
        ordre = f"{expression} {demande.sens}, {ordre}"
        parametres |= cle
    ici = table(quoi.genre)
    requete = f"""
        SELECT (SELECT count(*) FROM {ici} f WHERE {ou}), count(*), string_agg({_fiche(version, demande)}, ',')
        FROM (
            SELECT f.* FROM {ici} f WHERE {ou} ORDER BY {ordre} LIMIT %(limite)s OFFSET %(debut)s
        ) f
    """
    parametres |= {"limite": demande.limite, "debut": demande.debut}
    ((total, recues, fiches),) = u.executer(requete, parametres)
    return Page(total, _ecrire(f'"{COLLECTIONS[quoi.genre]}":[', fiches or "", "]", demande, racine), recues)


def une(u: Executant, projet: str, version: Version, quoi: Ensemble, sid: str, demande: Demande, racine: str) -> Page:
    """One record. Raises `ErreurOneRoster` unknownobject (404)."""
    ou, parametres = _ou(projet, version, quoi, None)
    lues = f"FROM {table(quoi.genre)} f WHERE {ou} AND f.sourced_id = %(sid)s"
    requete = f"SELECT {_fiche(version, demande)} {lues}"
    lignes = u.executer(requete, parametres | {"sid": sid})
    if not lignes:
        raise inconnu(quoi.genre, sid)
    return Page(1, _ecrire(f'"{quoi.genre}":', lignes[0][0], "", demande, racine), 1)


def table(genre: Genre) -> str:
    """Where the records of a genre are."""
    return "fiche_carnet" if genre in CARNET else "fiche_registre"


def inconnu(genre: str, sid: str) -> ErreurOneRoster:
    """No such record."""
    return ErreurOneRoster(f"Aucune fiche « {genre} » n'a le sourcedId {sid[:60]}.", "unknownobject", 404)


def instant(quand: datetime) -> str:
    """A date as OneRoster writes it."""
    return f"{quand.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{quand.microsecond // 1000:03d}Z"


# --- writing ---------------------------------------------------------------------------------------------------------


def _fiche(version: Version, demande: Demande) -> str:
    """A record as text, made by the database: what is common, then what the register says."""
    ine = f"""|| CASE f.ine WHEN '' THEN '' ELSE ',"{_INE}":"' || f.ine || '"' END""" if demande.ine else ""
    return f"""
        '{{"sourcedId":"' || f.sourced_id || '","status":"' || CASE WHEN f.actif THEN 'active' ELSE 'tobedeleted' END
        || '","dateLastModified":"' || to_char(f.modifie_le AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"'
        {ine} || CASE f.{version} WHEN '{{}}' THEN '}}' ELSE ',' || substr(f.{version}, 2) END
    """


_INE = "@ine"
"""Where the INE of a pupil is told to `_choisir`, for a connector that may have it."""


def _ecrire(tete: str, fiches: str, fin: str, demande: Demande, racine: str) -> bytes:
    if demande.champs or demande.ine:
        choisies = [_choisir(fiche, demande) for fiche in json.loads(f"[{fiches}]")]
        fiches = ",".join(json.dumps(x, ensure_ascii=False, separators=(",", ":")) for x in choisies)
    avertissement = ""
    if demande.avertissement:
        dit = regles.statut("success", "warning", demande.avertissement, "invalid_selection_field")
        avertissement = "," + json.dumps(dit, ensure_ascii=False)[1:-1]
    if RACINE_REGISTRE in fiches:
        fiches = fiches.replace(
            f'"href":"{RACINE_REGISTRE}/', f'"href":"{racine.replace("/gradebook/", "/rostering/")}/'
        )
    fiches = fiches.replace(f'"href":"{RACINE}/', f'"href":"{racine}/')
    return f"{{{tete}{fiches}{fin}{avertissement}}}".encode()


def _choisir(fiche: dict[str, Any], demande: Demande) -> dict[str, Any]:
    ine = fiche.pop(_INE, "")
    if ine and "userIds" in fiche:
        fiche["userIds"].append({"type": "INE", "identifier": ine})
    return {nom: v for nom, v in fiche.items() if nom in demande.champs} if demande.champs else fiche


# --- conditions ------------------------------------------------------------------------------------------------------

_LIENS = "SELECT {quoi} FROM fiche_registre i WHERE i.projet = f.projet AND i.genre = 'enrollment' AND i.actif AND {ou}"
_DANS = {
    "ecole": "f.ecoles @> ARRAY[CAST(%(ecole)s AS text)]",
    "cours": "f.cours = %(cours)s",
    "terme": "f.v1p1 LIKE '%%' || %(terme)s || '%%'",
    "parent": "f.cours = %(parent)s",
    "inscrits": f"f.sourced_id IN ({_LIENS.format(quoi='i.personne', ou='i.classe = %(inscrits)s AND i.role = %(inscrits_role)s')})",  # noqa: E501
    "classe": "f.classe = %(classe)s",
    "devoir": "f.cours = %(devoir)s",
    "note_de": "f.personne = %(note_de)s",
    "personne": f"f.sourced_id IN ({_LIENS.format(quoi='i.classe', ou='i.personne = %(personne)s')})",
}
"""How a record is within another, by the name that a route gives to that."""
_DE: dict[str, tuple[Genre, str]] = {
    "ecole": ("org", "school"),
    "cours": ("course", ""),
    "terme": ("academicSession", "term"),
    "parent": ("academicSession", "term"),
    "inscrits": ("class", ""),
    "classe": ("class", ""),
    "devoir": ("lineItem", ""),
    "note_de": ("user", "student"),
    "personne": ("user", ""),
}
"""What that other is."""
_COLONNES = {"sourcedId": "f.sourced_id", "dateLastModified": "f.modifie_le"}


def _exiger(u: Executant, projet: str, quoi: Ensemble) -> None:
    """What the route names must be there."""
    for nom, sid in quoi.dans:
        if nom not in _DE:
            continue
        genre, role = _DE[nom]
        requete = f"""
            SELECT role FROM {table(genre)} WHERE sourced_id = %(sid)s AND genre = %(genre)s AND projet = %(projet)s
                AND (%(role)s = '' OR role = %(role)s)
        """
        parametres = {"sid": sid, "genre": genre, "projet": projet, "role": _role_de(quoi, nom, role)}
        if not u.executer(requete, parametres):
            raise inconnu(genre, sid)


def _role_de(quoi: Ensemble, nom: str, role: str) -> str:
    """/students/{id}/classes speaks of a pupil: of a user with that role."""
    return dict(quoi.dans).get("personne_role", "") if nom == "personne" else role


def _ou(projet: str, version: Version, quoi: Ensemble, filtre: Filtre | None) -> tuple[str, dict[str, Any]]:
    parametres: dict[str, Any] = {"projet": projet, "genre": quoi.genre}
    conditions = ["f.projet = %(projet)s", "f.genre = %(genre)s"]
    if quoi.role:
        conditions.append("f.role = %(role)s")
        parametres["role"] = quoi.role
    for nom, valeur in quoi.dans:
        parametres[nom] = valeur
        if nom in _DANS:
            conditions.append(_DANS[nom])
    if filtre:
        textes = []
        for i, condition in enumerate(filtre.conditions):
            texte, siens = _condition(condition, version, f"f{i}")
            textes.append(texte)
            parametres |= siens
        conditions.append("(" + f" {filtre.lien} ".join(textes) + ")")
    return " AND ".join(conditions), parametres


def _condition(c: Condition, version: Version, nom: str) -> tuple[str, dict[str, Any]]:
    operateur = "<>" if c.operateur == "!=" else c.operateur
    if c.champ == "status":
        juste = {"=": "true", "!=": "false"}.get(c.operateur)
        if juste is None or c.valeur not in ("active", "tobedeleted", "inactive"):
            raise ErreurOneRoster("status se compare par = ou != à active ou tobedeleted.", "invalid_filter_field", 400)
        dit = "false" if c.valeur == "inactive" else f"(f.actif = {str(c.valeur == 'active').lower()})"
        return f"({dit} = {juste})", {}
    if c.champ in _COLONNES and c.operateur != "~":
        valeur: Any = _date(c.valeur) if c.champ == "dateLastModified" else c.valeur
        return f"{_COLONNES[c.champ]} {operateur} %({nom})s", {nom: valeur}
    expression, parametres = _valeurs(c.champ, version, nom)
    parametres[nom] = c.valeur
    if c.operateur == "~":
        return f"EXISTS (SELECT FROM {expression} v(x) WHERE strpos(lower(x), lower(%({nom})s)) > 0)", parametres
    if c.operateur == "!=":
        return f"NOT EXISTS (SELECT FROM {expression} v(x) WHERE x = %({nom})s)", parametres
    return f"EXISTS (SELECT FROM {expression} v(x) WHERE x {operateur} %({nom})s)", parametres


def _valeurs(champ: str, version: Version, nom: str) -> tuple[str, dict[str, Any]]:
    """The values of a field, dotted or not: one, or those of a list."""
    if champ in _COLONNES:
        return f"(SELECT CAST({_COLONNES[champ]} AS text))", {}
    chemin = "$" + "".join(f'."{x}"' for x in champ.split("."))
    lus = f"jsonb_path_query(CAST(f.{version} AS jsonb), CAST(%({nom}_c)s AS jsonpath))"
    eclates = f"(SELECT e #>> '{{}}' FROM {lus} q(d), jsonb_path_query(d, '$[*]') e)"
    return eclates, {f"{nom}_c": chemin}


def _valeur(champ: str, version: Version, nom: str) -> tuple[str, dict[str, Any]]:
    """One value, to sort by."""
    if champ == "status":
        return "f.actif", {}
    if champ in _COLONNES:
        return _COLONNES[champ], {}
    return f"CAST(f.{version} AS json) #>> CAST(%({nom}_c)s AS text[])", {f"{nom}_c": champ.split(".")}


def _date(texte: str) -> datetime:
    try:
        lue = datetime.fromisoformat(texte)
    except ValueError:
        raise ErreurOneRoster(
            f"« {texte[:40]} » n'est pas une date ISO 8601.", "invalid_filter_field", 400, "2021-09-06T05:00:00Z"
        ) from None
    return lue if lue.tzinfo else lue.replace(tzinfo=UTC)
