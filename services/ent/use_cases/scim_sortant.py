"""The ENT as a client of a publisher's SCIM server: accounts, schools and classes made to be as they are here.

In the order of a provisioner in production: the account is looked for, created or changed; then its schools, its
classes, each in its school; it is put in its classes, and taken out of those that it left. Every step may be done
again. Source: connectors reference §6.3.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
from scim2_models import Context, Name, PatchOp, ScimFilter
from sqlalchemy import Row, text

from services.ent.rules import oneroster
from services.ent.rules import scim as rules
from services.ent.use_cases.scim_modeles import (
    Compte,
    Education,
    EducationGroupe,
    Etablissement,
    Groupe,
)
from shared.persistence.unite import Unite

TYPE = "application/scim+json"
VIVANTS = ("a_activer", "actif")
Envoyer = Callable[[str, str, bytes | None], httpx.Response]
"""Send a request (method, path with its query, body) to the publisher's server; an answer, or httpx's error."""


class EchecScim(Exception):
    """The server did not do what was asked; what it answered."""


@dataclass(slots=True)
class Poussee:
    """One delivery: accounts told one after the other. `lignes`: what was sent and answered."""

    envoyer: Envoyer
    lignes: list[str] = field(default_factory=list)
    _groupes: dict[str, str] = field(default_factory=dict)
    _dedans: set[tuple[str, str]] = field(default_factory=set)

    def compte(self, c: Row[Any], classes: Sequence[tuple[str, str]]) -> None:
        """Make an account be there as it is here. `classes`: (UAI, name). Raises `EchecScim`, httpx's errors."""
        vivant = c.etat in VIVANTS
        attribut, valeur = ("userName", c.login) if c.login else ("externalId", str(c.aaf_id))
        trouve = self._chercher("Users", f"{attribut} eq {ScimFilter.quote(valeur)}")
        if trouve is None:
            if not vivant:
                return
            trouve = self._demander("POST", "Users", _creation(self._decrire(c)))
        elif c.etat == "purge":
            self._demander("DELETE", f"Users/{quote(str(trouve['id']), safe='')}")
            return
        elif bool(trouve.get("active", True)) != vivant or not _meme(trouve, c):
            self._demander("PATCH", f"Users/{quote(str(trouve['id']), safe='')}", _changement(c, vivant))
        if vivant:
            self._ranger(str(trouve["id"]), trouve.get("groups") or [], classes)

    def _ranger(self, sid: str, siens: Sequence[dict[str, Any]], classes: Sequence[tuple[str, str]]) -> None:
        """Put an account in its classes, each in its school; take it out of the classes that it left."""
        voulus: dict[str, str] = {}
        for uai, nom in classes:
            ecole = self._groupe(uai, uai)
            classe = voulus[f"{uai}/{nom}"] = self._groupe(f"{uai}/{nom}", uai, "class")
            self._mettre(ecole, classe, "Group")
        deja = {str(g.get("value")) for g in siens}
        for classe in voulus.values():
            if classe not in deja:
                self._mettre(classe, sid, "User")
        for g in siens:
            nom, groupe = str(g.get("display", "")), str(g.get("value"))
            if "/" in nom and groupe not in voulus.values():
                chemin = f"members[value eq {ScimFilter.quote(sid)}]"
                self._demander("PATCH", f"Groups/{quote(groupe, safe='')}", _patch(Groupe, "remove", chemin))

    def _groupe(self, nom: str, uai: str, genre: str = "establishment") -> str:
        """The identifier of a group of that name there, made if need be."""
        if nom not in self._groupes:
            trouve = self._chercher("Groups", f"displayName eq {ScimFilter.quote(nom)}")
            if trouve is None:
                lu = Groupe(display_name=nom)
                lu[EducationGroupe] = EducationGroupe(
                    education_group_type=genre, establishment=Etablissement(identifier=uai)
                )
                trouve = self._demander("POST", "Groups", _creation(lu))
            self._groupes[nom] = str(trouve["id"])
        return self._groupes[nom]

    def _mettre(self, groupe: str, membre: str, genre: str) -> None:
        if (groupe, membre) in self._dedans:
            return
        membres = [{"value": membre, "type": genre}]
        self._demander("PATCH", f"Groups/{quote(groupe, safe='')}", _patch(Groupe, "add", "members", membres))
        self._dedans.add((groupe, membre))

    def _decrire(self, c: Row[Any]) -> Any:
        lu = Compte(
            external_id=str(c.aaf_id),
            user_name=c.login,
            display_name=f"{c.prenom} {c.nom}",
            name=Name(family_name=c.nom, given_name=c.prenom),
            active=True,
        )
        lu[Education] = Education(education_user_type=_type(c))
        return lu

    def _chercher(self, collection: str, filtre: str) -> dict[str, Any] | None:
        lus = self._demander("GET", f"{collection}?filter={quote(filtre, safe='')}").get("Resources") or []
        return dict(lus[0]) if lus else None

    def _demander(self, methode: str, chemin: str, corps: dict[str, Any] | None = None) -> dict[str, Any]:
        texte = None if corps is None else json.dumps(corps, ensure_ascii=False)
        self.lignes.append(f"{methode} /{chemin}" + (f"\n{texte}" if texte else ""))
        recue = self.envoyer(methode, f"/{chemin}", None if texte is None else texte.encode())
        self.lignes.append(f"→ {recue.status_code} {recue.text[:300]}")
        if not recue.is_success:
            raise EchecScim(f"{methode} /{chemin.partition('?')[0]} : {recue.status_code}")
        try:
            lu = recue.json() if recue.content else {}
        except ValueError:
            lu = None
        if not isinstance(lu, dict) or (methode == "POST" and "id" not in lu):
            raise EchecScim(f"{methode} /{chemin.partition('?')[0]} : la réponse n'est pas une ressource SCIM")
        return lu


def lire(u: Unite, projet: str, comptes: Sequence[int]) -> list[tuple[Row[Any], list[tuple[str, str]]]]:
    """Accounts and their classes, as they are now: two statements, whatever their number."""
    parametres = {"projet": projet, "ids": list(comptes)}
    classes: dict[int, list[tuple[str, str]]] = {}
    for m in u.session.execute(text(_CLASSES), parametres):
        classes.setdefault(m.aaf_id, []).append((m.uai, m.nom))
    return [(c, classes.get(c.aaf_id, [])) for c in u.session.execute(text(_COMPTES), parametres)]


def _type(c: Row[Any]) -> str:
    fonctions = {f[0] for liste in c.fonctions or () for f in liste}
    return rules.type_de_compte(oneroster.roles(c.profil, fonctions, ((10, 1),))[0])


def _meme(trouve: dict[str, Any], c: Row[Any]) -> bool:
    """Whether the account there says the same."""
    nom = trouve.get("name") or {}
    dit = (nom.get("familyName"), nom.get("givenName"), trouve.get("externalId"))
    return dit == (c.nom, c.prenom, str(c.aaf_id))


def _creation(lu: Any) -> dict[str, Any]:
    return dict(lu.model_dump(scim_ctx=Context.RESOURCE_CREATION_REQUEST))


def _changement(c: Row[Any], vivant: bool) -> dict[str, Any]:
    valeurs: dict[str, Any] = {"active": vivant}
    if vivant:
        valeurs |= {"externalId": str(c.aaf_id), "displayName": f"{c.prenom} {c.nom}"}
        valeurs["name"] = {"familyName": c.nom, "givenName": c.prenom}
    return _patch(Compte, "replace", None, valeurs)


def _patch(modele: Any, op: str, chemin: str | None, valeur: Any = None) -> dict[str, Any]:
    """One change of a resource, checked before it leaves."""
    dite = {"op": op, "path": chemin, "value": valeur}
    lu = PatchOp[modele].model_validate({"Operations": [{n: v for n, v in dite.items() if v is not None}]})
    return dict(lu.model_dump(scim_ctx=Context.RESOURCE_PATCH_REQUEST))


_COMPTES = """
    SELECT c.aaf_id, c.profil, c.nom, c.prenom, c.login, c.etat, r.fonctions FROM compte c
    LEFT JOIN (SELECT aaf_id, json_agg(fonctions ORDER BY structure_id) AS fonctions FROM rattachement
        WHERE projet = :projet AND aaf_id = ANY(:ids) GROUP BY aaf_id) r ON r.aaf_id = c.aaf_id
    WHERE c.projet = :projet AND c.aaf_id = ANY(:ids) ORDER BY c.aaf_id
"""
_CLASSES = """
    SELECT DISTINCT m.aaf_id, s.uai, m.nom FROM membre m
    JOIN projet t ON t.code = m.projet
    JOIN ensemble e ON e.projet = m.projet AND e.structure_id = m.structure_id AND e.annee = t.annee
        AND e.genre = m.genre AND e.nom = m.nom
    JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id AND s.uai <> ''
    WHERE m.projet = :projet AND m.genre = 'division' AND m.aaf_id = ANY(:ids) ORDER BY m.aaf_id, s.uai, m.nom
"""
