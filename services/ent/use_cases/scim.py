"""Reading the ENT by SCIM 2.0: accounts, schools and classes, filtered and paged.

Groups are schools, named by their UAI, whose members are their classes; and classes, named `<UAI>/<classe>`, whose
members are pupils and teachers. Source: connectors reference §6.3; RFC 7644 §3.4.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from pydantic import ValidationError
from scim2_models import (
    Context,
    Email,
    Error,
    GroupMember,
    GroupMembership,
    ListResponse,
    Meta,
    Name,
    Reference,
    SearchRequest,
)
from sqlalchemy import text

from services.ent.models import Connecteur
from services.ent.rules import oneroster
from services.ent.rules import scim as rules
from services.ent.rules.connecteurs import uuid_du_compte
from services.ent.rules.scim import ReglagesScim
from services.ent.use_cases import registre
from services.ent.use_cases.scim_filtre import EnSql, RefusScim
from services.ent.use_cases.scim_modeles import (
    FOURNISSEUR,
    MAXIMUM,
    Compte,
    Education,
    EducationGroupe,
    Etablissement,
    Groupe,
)
from services.ent.use_cases.sql import ENTIER
from shared.persistence.unite import Unite

DEFAUT = 100


class Lecture(Struct, frozen=True):
    """Who reads, and the root of the addresses that he is given."""

    connecteur: Connecteur
    racine: str

    @property
    def projet(self) -> str:
        """Whose accounts."""
        return self.connecteur.projet


def configuration(nom: str) -> Any:
    """What the server publishes of itself, by its address. Raises `RefusScim` 404."""
    if nom == "ServiceProviderConfig":
        return FOURNISSEUR.config.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE) if FOURNISSEUR.config else {}
    collection, _, un = nom.partition("/")
    connus: dict[str, list[tuple[str, Any]]] = {
        "Schemas": [(str(s.id), s) for s in FOURNISSEUR.schemas],
        "ResourceTypes": [(str(t.name), t) for t in FOURNISSEUR.resource_types],
    }
    if un:
        for cle, ressource in connus[collection]:
            if cle.casefold() == un.casefold():
                return ressource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
        raise RefusScim(f"Rien ne s'appelle « {un[:120]} » ici.", 404)
    lus = [r.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE) for _, r in connus[collection]]
    return {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": len(lus),
        "startIndex": 1,
        "itemsPerPage": len(lus),
        "Resources": lus,
    }


# --- accounts --------------------------------------------------------------------------------------------------------


def comptes(u: Unite, lecture: Lecture, parametres: Mapping[str, str]) -> dict[str, Any]:
    """A page of accounts."""
    demande = _demande(SearchRequest[Compte], parametres)
    _preparer(u, lecture)
    ou, valeurs = "f.actif", {"projet": lecture.projet}
    if demande.filter is not None:
        filtre = EnSql()
        ou, valeurs = filtre.visit(demande.filter.ast), valeurs | filtre.valeurs
    total = u.session.execute(text(f"SELECT count(*) FROM {_COMPTES} AND {ou}"), valeurs).scalar_one()
    debut, nombre = _bornes(demande)
    requete = f"SELECT {_COLONNES} FROM {_COMPTES} AND {ou} ORDER BY f.sourced_id LIMIT :nombre OFFSET :debut"
    lignes = u.session.execute(text(requete), valeurs | {"nombre": nombre, "debut": debut - 1}).all()
    return _page(ListResponse[Compte], demande, int(total), debut, _comptes(u, lecture, lignes))


def compte(u: Unite, lecture: Lecture, sid: str, parametres: Mapping[str, str]) -> dict[str, Any]:
    """One account. Raises `RefusScim` 404."""
    demande = _demande(SearchRequest[Compte], parametres)
    _preparer(u, lecture)
    requete = f"SELECT {_COLONNES} FROM {_COMPTES} AND f.sourced_id = :sid"
    lues = _comptes(u, lecture, u.session.execute(text(requete), {"projet": lecture.projet, "sid": sid}).all())
    if not lues:
        raise RefusScim(f"Aucun compte n'a l'identifiant {sid[:60]}.", 404)
    return dict(lues[0].model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=demande))


def _comptes(u: Unite, lecture: Lecture, lignes: Any) -> list[Any]:
    reglages = ReglagesScim.model_validate(lecture.connecteur.reglages)
    classes = _classes_de(u, lecture, [f.aaf_id for f in lignes])
    lus = []
    for f in lignes:
        dit = json.loads(f.corps)
        prenom, nom = dit["givenName"], dit["familyName"]
        lu = Compte(
            id=f.sourced_id,
            external_id=dit["identifier"],
            user_name=dit["username"],
            display_name=f"{prenom} {nom}",
            name=Name(formatted=f"{prenom} {nom}", family_name=nom, given_name=prenom),
            active=f.actif,
            user_type=f.role,
            preferred_language="fr-FR",
            groups=[
                GroupMembership(
                    value=sid, ref=Reference(_adresse(lecture, "Group", sid)), display=classe, type="direct"
                )
                for sid, classe in classes.get(f.aaf_id, ())
            ]
            or None,
            meta=Meta(
                resource_type="User", last_modified=f.modifie_le, location=f"{lecture.racine}/Users/{f.sourced_id}"
            ),
        )
        if reglages.courriels:
            lu.emails = [Email.model_construct(value=dit["email"], type="work", primary=True)]
        lu[Education] = Education(education_user_type=rules.type_de_compte(f.role))
        lus.append(lu)
    return lus


def _classes_de(u: Unite, lecture: Lecture, ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    siennes: dict[int, list[tuple[str, str]]] = {}
    for m in u.session.execute(text(_CLASSES_DE), {"projet": lecture.projet, "ids": ids}):
        cle = (_classe(u, lecture, m.structure_id, m.annee, m.nom), f"{m.uai}/{m.nom}")
        siennes.setdefault(m.aaf_id, []).append(cle)
    return siennes


# --- groups ----------------------------------------------------------------------------------------------------------


def groupes(u: Unite, lecture: Lecture, parametres: Mapping[str, str]) -> dict[str, Any]:
    """A page of groups: schools and classes."""
    demande = _demande(SearchRequest[Groupe], parametres)
    _preparer(u, lecture)
    tous = _groupes(u, lecture)
    if demande.filter is not None:
        retenus = [(lu, s, n) for lu, s, n in tous if demande.filter.match(lu)]
    else:
        retenus = tous
    debut, nombre = _bornes(demande)
    page = retenus[debut - 1 : debut - 1 + nombre]
    sans = any(str(a).lower().startswith("members") for a in demande.excluded_attributes or ())
    lus = [lu for lu, _, _ in page] if sans else _avec_membres(u, lecture, page, tous)
    return _page(ListResponse[Groupe], demande, len(retenus), debut, lus)


def groupe(u: Unite, lecture: Lecture, sid: str, parametres: Mapping[str, str]) -> dict[str, Any]:
    """One group. Raises `RefusScim` 404."""
    demande = _demande(SearchRequest[Groupe], parametres)
    _preparer(u, lecture)
    tous = _groupes(u, lecture)
    trouve = [x for x in tous if x[0].id == sid]
    if not trouve:
        raise RefusScim(f"Aucun groupe n'a l'identifiant {sid[:60]}.", 404)
    lu = _avec_membres(u, lecture, trouve, tous)[0]
    return dict(lu.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=demande))


def _groupes(u: Unite, lecture: Lecture) -> list[tuple[Any, int, str]]:
    """Every group without its members, with its structure and the name of its class ("" for a school)."""
    lus = []
    for x in u.session.execute(text(_GROUPES), {"projet": lecture.projet}):
        ecole = not x.nom
        sid = _sid(u, lecture, "org", x.structure_id) if ecole else _classe(u, lecture, x.structure_id, x.annee, x.nom)
        lu = Groupe(
            id=sid,
            display_name=x.uai if ecole else f"{x.uai}/{x.nom}",
            meta=Meta(resource_type="Group", location=f"{lecture.racine}/Groups/{sid}"),
        )
        lu[EducationGroupe] = EducationGroupe(
            education_group_type="establishment" if ecole else "class", establishment=Etablissement(identifier=x.uai)
        )
        lus.append((lu, int(x.structure_id), str(x.nom)))
    return lus


def _avec_membres(u: Unite, lecture: Lecture, page: Any, tous: Any) -> list[Any]:
    """Groups with who is in them: two statements, whatever their number."""
    classes: dict[int, list[GroupMember]] = {}
    for lu, structure, nom in tous:
        if nom:
            classes.setdefault(structure, []).append(_membre(lecture, "Group", str(lu.id), str(lu.display_name)))
    membres: dict[tuple[int, str], list[GroupMember]] = {}
    structures = sorted({s for _, s, nom in page if nom})
    for m in u.session.execute(text(_MEMBRES), {"projet": lecture.projet, "structures": structures}):
        sid = uuid_du_compte(u.bac.nom, lecture.projet, m.aaf_id)
        membres.setdefault((m.structure_id, m.nom), []).append(_membre(lecture, "User", sid, m.login or ""))
    for lu, structure, nom in page:
        lu.members = (membres.get((structure, nom), []) if nom else classes.get(structure, [])) or None
    return [lu for lu, _, _ in page]


def _adresse(lecture: Lecture, genre: str, sid: str) -> str:
    return f"{lecture.racine}/{genre}s/{sid}"


def _membre(lecture: Lecture, genre: str, sid: str, nom: str) -> GroupMember:
    return GroupMember(value=sid, ref=Reference(_adresse(lecture, genre, sid)), type=genre, display=nom)


# --- requests --------------------------------------------------------------------------------------------------------


def _demande(modele: type[Any], parametres: Mapping[str, str]) -> Any:
    try:
        return modele.model_validate(dict(parametres), scim_ctx=Context.SEARCH_REQUEST)
    except ValidationError as erreur:
        lu = Error.from_validation_error(erreur.errors()[0])
        genre = str(lu.scim_type or "invalidValue")
        ou = re.search(r"column (\d+)", str(lu.detail))
        if genre != "invalidFilter":
            raise RefusScim(str(lu.detail or "La demande n'est pas lisible."), 400, genre) from None
        phrase = "Ce filtre n'est pas lisible" + (f", au caractère {ou[1]}." if ou else ".")
        raise RefusScim(phrase, 400, genre, 'Un filtre est : userName eq "lea" and active eq true.') from None


def _bornes(demande: Any) -> tuple[int, int]:
    nombre = DEFAUT if demande.count is None else demande.count
    return min(demande.start_index or 1, ENTIER), min(nombre, MAXIMUM)


def _page(modele: type[Any], demande: Any, total: int, debut: int, lus: list[Any]) -> dict[str, Any]:
    page = modele(total_results=total, start_index=debut, items_per_page=len(lus), resources=lus)
    return dict(page.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=demande))


def _preparer(u: Unite, lecture: Lecture) -> None:
    if registre.a_jour(u, lecture.projet) is None:
        registre.rafraichir(u, lecture.projet)


def _sid(u: Unite, lecture: Lecture, *cles: object) -> str:
    return oneroster.sourced_id(u.bac.nom, lecture.projet, *cles)


def _classe(u: Unite, lecture: Lecture, structure: int, annee: int, nom: str) -> str:
    """The same as OneRoster's homeroom."""
    return _sid(u, lecture, "classe", structure, "division", annee, nom)


# --- statements ------------------------------------------------------------------------------------------------------

_COLONNES = "f.sourced_id, f.actif, f.modifie_le, f.role, f.aaf_id, f.v1p1 AS corps"
_COMPTES = "fiche_registre f WHERE f.genre = 'user' AND f.projet = :projet"
_GROUPES = """
    SELECT s.uai, s.id AS structure_id, 0 AS annee, '' AS nom FROM structure s
    WHERE s.projet = :projet AND s.presente AND s.uai <> ''
    UNION ALL
    SELECT s.uai, s.id, e.annee, e.nom FROM ensemble e
    JOIN projet t ON t.code = e.projet AND t.annee = e.annee
    JOIN structure s ON s.projet = e.projet AND s.id = e.structure_id AND s.presente AND s.uai <> ''
    WHERE e.projet = :projet AND e.genre = 'division'
    ORDER BY 1, 2, 4
"""
_DIVISIONS = """
    FROM membre m
    JOIN projet t ON t.code = m.projet
    JOIN ensemble e ON e.projet = m.projet AND e.structure_id = m.structure_id AND e.annee = t.annee
        AND e.genre = m.genre AND e.nom = m.nom
    JOIN compte c ON c.projet = m.projet AND c.aaf_id = m.aaf_id AND c.etat IN ('a_activer', 'actif')
"""
_MEMBRES = f"""
    SELECT DISTINCT m.structure_id, m.nom, c.aaf_id, c.login {_DIVISIONS}
    WHERE m.projet = :projet AND m.genre = 'division' AND m.structure_id = ANY(:structures)
    ORDER BY m.structure_id, m.nom, c.aaf_id
"""
_CLASSES_DE = f"""
    SELECT DISTINCT m.aaf_id, m.structure_id, e.annee, s.uai, m.nom {_DIVISIONS}
    JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id AND s.uai <> ''
    WHERE m.projet = :projet AND m.genre = 'division' AND m.aaf_id = ANY(:ids) ORDER BY m.aaf_id, s.uai, m.nom
"""
