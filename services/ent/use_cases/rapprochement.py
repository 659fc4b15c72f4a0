"""Matching people of EDT and PRONOTE with the accounts of a school (ENT-16, ENT-27, EDT-47)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from services.ent import rules
from services.ent.models import Compte, Rattachement, Structure
from services.ent.rules import emploi_du_temps as regles
from services.ent.use_cases.projets import projet_de
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

FAMILLES: dict[str, tuple[str, ...]] = {
    "eleve": ("eleve",),
    "responsable": ("responsable",),
    "enseignant": ("enseignant", "autre", rules.INVITE),
}
"""Which accounts may be those of a person of this kind: a guest account is a second account of a teacher (ENT-03)."""


class Identite(Struct, frozen=True):
    """A person as EDT or PRONOTE knows her. `genre`: eleve, responsable or enseignant."""

    genre: str
    nom: str
    prenom: str
    naissance: date | None = None
    ine: str = ""
    eleve_id: int | None = None


class Annuaire:
    """The accounts of a school, deactivated ones included, found by number or by identity (one query)."""

    def __init__(self, u: Unite, projet: str, uai: str) -> None:
        self._par_numero: dict[tuple[str, object], list[regles.CompteVu]] = defaultdict(list)
        self._par_identite: dict[tuple[str, str, date | None], list[regles.CompteVu]] = defaultdict(list)
        familles = {profil: famille for famille, profils in FAMILLES.items() for profil in profils}
        lignes = u.session.execute(
            select(
                Compte.aaf_id,
                Compte.etat,
                Compte.login,
                Compte.profil,
                Compte.cle_tri,
                Compte.naissance,
                Compte.eleve_id,
                Compte.ine,
            )
            .where(
                Compte.projet == projet,
                Compte.etat != "purge",
                select(Rattachement.aaf_id)
                .join(
                    Structure, (Structure.projet == Rattachement.projet) & (Structure.id == Rattachement.structure_id)
                )
                .where(Rattachement.projet == projet, Rattachement.aaf_id == Compte.aaf_id, Structure.uai == uai)
                .exists(),
            )
            .order_by(Compte.aaf_id)
        )
        for c in lignes:
            vu = regles.CompteVu(c.aaf_id, c.etat, c.login)
            famille = familles[c.profil]
            self._par_identite[famille, c.cle_tri, c.naissance if famille == "eleve" else None].append(vu)
            if c.eleve_id is not None:
                self._par_numero["eleve_id", c.eleve_id].append(vu)
            if c.ine:
                self._par_numero["ine", c.ine].append(vu)

    def chercher(self, qui: Identite) -> regles.CompteVu | str:
        """Her account, or the code of why there is none (a key of `rules.emploi_du_temps.ECARTS`).

        A pupil is known by her numbers, and by name and date of birth; others by their name.
        """
        designes: list[regles.CompteVu] = []
        if qui.genre == "eleve":
            if qui.eleve_id is not None:
                designes += self._par_numero.get(("eleve_id", qui.eleve_id), [])
            if qui.ine:
                designes += self._par_numero.get(("ine", qui.ine), [])
        naissance = qui.naissance if qui.genre == "eleve" else None
        cle = (qui.genre, cle_tri(f"{qui.nom} {qui.prenom}"), naissance)
        return regles.rapprocher(designes, self._par_identite.get(cle, []))


def rapprocher(u: Unite, uai: str, identites: Sequence[Identite]) -> list[dict[str, Any]]:
    """Match people of PRONOTE: for each, in order, the login of her account or the reason why there is none.

    Raises `Inconnu` UAI_INCONNU.
    """
    projet = projet_de(u, uai)
    annuaire = Annuaire(u, projet.code, uai)
    resultat = [_decrire(qui, annuaire.chercher(qui)) for qui in identites]
    faits = sum(r["login"] is not None for r in resultat)
    u.journaliser(
        "rapprochement",
        "Identités de PRONOTE rapprochées des comptes",
        uai=uai,
        nb=faits,
        nb_refus=len(resultat) - faits,
        resume=compter(r["code"] for r in resultat),
    )
    return resultat


def compter(codes: Iterable[str | None]) -> dict[str, int]:
    """How many of each code, in alphabetical order; None is not counted."""
    comptes: dict[str, int] = {}
    for code in codes:
        if code is not None:
            comptes[code] = comptes.get(code, 0) + 1
    return dict(sorted(comptes.items()))


def _decrire(qui: Identite, trouve: regles.CompteVu | str) -> dict[str, Any]:
    vu: dict[str, Any] = {"genre": qui.genre, "nom": qui.nom, "prenom": qui.prenom}
    if isinstance(trouve, str):
        phrase, remede = regles.ECARTS[trouve]
        return vu | {"login": None, "aaf_id": None, "code": trouve, "phrase": phrase, "remede": remede}
    return vu | {"login": trouve.login, "aaf_id": trouve.aaf_id, "code": None, "phrase": "", "remede": ""}
