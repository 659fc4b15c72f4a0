"""From what a guichet says to the account of the ENT: entcore's rules, and why nobody answers.

Source: connectors reference §4.2 (ÉduConnect, agents), §4.3 (FrEduVecteur). The feed of the first degree has no number
of SIECLE: the jointure of a pupil stands for it in her vector and her parents' (inferred).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from services.ent.models import Compte, Lien, Projet, Rattachement, Structure
from services.ent.rules import PREMIER_DEGRE, VIVANTS
from services.ent.rules.vecteurs import (
    ELEVES,
    EXPLICATIONS,
    Faute,
    Vecteur,
    ecart_de_noms,
    lire_references,
    lire_vecteurs,
    reference,
)
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite

ACADEMIE = 99
"""Of a FrEduCtRefId: none has that number."""


class Trouves(Struct, frozen=True):
    """The accounts that answer, living ones, at least one: the user chooses when there are several."""

    comptes: tuple[Compte, ...]


def chercher(u: Unite, projet: str, attribut: str, valeurs: Sequence[str]) -> Trouves:
    """The accounts that `valeurs` name. Raises `Refus` FEDERATION_REFUSEE, its rule being entcore's code."""
    if attribut == "FrEduVecteur":
        trouves, indice = _par_vecteurs(u, projet, valeurs)
    elif attribut == "FrEduCtRefId":
        trouves, indice = _par_references(u, projet, valeurs)
    else:
        trouves, indice = _par_mels(u, projet, valeurs)
    vivants = [c for c in trouves if c.etat in VIVANTS]
    if not vivants:
        code = "invalid.joinKey" if attribut == "FrEduCtRefId" else "invalid.vector"
        raise refusee(
            "blocked.user" if trouves else code, indice if not trouves else "L'établissement peut le rouvrir."
        )
    return Trouves(tuple(vivants))


def refusee(code: str, indice: str) -> Refus:
    """The refusal of a federated sign-in. `code`: entcore's."""
    return Refus(EXPLICATIONS[code], code="FEDERATION_REFUSEE", statut=403, remede=indice, regle=code)


def _par_vecteurs(u: Unite, projet: str, valeurs: Sequence[str]) -> tuple[list[Compte], str]:
    lus = lire_vecteurs(valeurs)
    if isinstance(lus, Faute):
        raise refusee(lus.code, lus.phrase)
    trouves: dict[int, Compte] = {}
    indice = ""
    for v in lus:
        siens = _eleves(u, projet, v) if v.profil in ELEVES else _responsables(u, projet, v)
        trouves |= {c.aaf_id: c for c in siens}
        indice = indice or ("" if siens else _pourquoi(u, projet, v))
    return list(trouves.values()), indice


def _eleves(u: Unite, projet: str, v: Vecteur) -> list[Compte]:
    return list(u.session.scalars(_eleve_de(_numero(u, projet), projet, v, Compte.profil == "eleve")))


def _premier(u: Unite, projet: str) -> bool:
    """Whether a project is of the first degree."""
    lu = u.session.get(Projet, projet)
    return lu is not None and lu.degre == PREMIER_DEGRE


def _numero(u: Unite, projet: str) -> InstrumentedAttribute[int] | InstrumentedAttribute[int | None]:
    """What the fourth part of a vector is there: the number of SIECLE, the jointure in the first degree."""
    return Compte.aaf_id if _premier(u, projet) else Compte.eleve_id


def _eleve_de(
    numero: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    projet: str,
    v: Vecteur,
    *aussi: ColumnElement[bool],
) -> Select[Compte]:
    """Pupils of that number, in that school."""
    return (
        select(Compte)
        .join(Rattachement, (Rattachement.projet == Compte.projet) & (Rattachement.aaf_id == Compte.aaf_id))
        .join(Structure, (Structure.projet == Compte.projet) & (Structure.id == Rattachement.structure_id))
        .where(Compte.projet == projet, numero == int(v.eleve_id), Structure.uai == v.uai, *aussi)
        .order_by(Compte.aaf_id)
    )


def _responsables(u: Unite, projet: str, v: Vecteur) -> list[Compte]:
    """Parents of that child, of that name to the letter."""
    return [c for c in _parents(u, projet, v) if (c.nom, c.prenom) == (v.nom, v.prenom)]


def _parents(u: Unite, projet: str, v: Vecteur) -> list[Compte]:
    enfants = [c.aaf_id for c in _eleves(u, projet, v)]
    requete = (
        select(Compte)
        .join(Lien, (Lien.projet == Compte.projet) & (Lien.responsable_id == Compte.aaf_id))
        .where(Compte.projet == projet, Lien.eleve_id.in_(enfants), Compte.profil == "responsable")
        .order_by(Compte.aaf_id)
    )
    return list(u.session.scalars(requete))


def _pourquoi(u: Unite, projet: str, v: Vecteur) -> str:
    """What differs from the nearest."""
    memes = select(Compte).where(Compte.projet == projet, _numero(u, projet) == int(v.eleve_id))
    if not u.session.scalars(memes.limit(1)).first():
        return "Aucun élève de l'ENT n'a ce numéro SIECLE : l'annuaire l'a-t-il transmis ?"
    if not _eleves(u, projet, v):
        return f"L'élève de ce numéro n'est pas dans l'établissement {v.uai} pour cet ENT."
    return ecart_de_noms(v, [(c.nom, c.prenom) for c in _parents(u, projet, v)])


def _par_references(u: Unite, projet: str, valeurs: Sequence[str]) -> tuple[list[Compte], str]:
    lues = lire_references(valeurs)
    if isinstance(lues, Faute):
        raise refusee(lues.code, lues.phrase)
    requete = select(Compte).where(Compte.projet == projet, Compte.aaf_id.in_(lues)).order_by(Compte.aaf_id)
    return list(u.session.scalars(requete)), "La clé est le numéro AAF de la personne : le dernier flux l'avait-il ?"


def _par_mels(u: Unite, projet: str, valeurs: Sequence[str]) -> tuple[list[Compte], str]:
    lus = [v.strip().lower() for v in valeurs if v.strip()]
    if not lus:
        raise refusee("invalid.vector", "L'assertion n'a pas d'adresse (mail).")
    requete = (
        select(Compte)
        .where(Compte.projet == projet, func.lower(Compte.mel).in_(lus), Compte.profil.in_(("enseignant", "autre")))
        .order_by(Compte.aaf_id)
    )
    return list(u.session.scalars(requete)), "Aucun agent de l'ENT n'a cette adresse académique."


# --- what a guichet would say ----------------------------------------------------------------------------------------


def valeurs_de(u: Unite, attribut: str, compte: Compte) -> list[str]:
    """The values of that attribute for that account; none when it has none (staff have no vector)."""
    if attribut == "mail":
        return [compte.mel] if compte.mel else []
    if attribut == "FrEduCtRefId":
        return [reference(ACADEMIE, compte.aaf_id)]
    return vecteurs_de(u, compte.projet, compte.aaf_id, compte.profil, compte.nom, compte.prenom)


def vecteurs_de(u: Unite, projet: str, aaf_id: int, profil: str, nom: str, prenom: str) -> list[str]:
    """FrEduVecteur: of a pupil one by school, of a parent one by child and school, of others none (entcore)."""
    if profil not in ("eleve", "responsable"):
        return []
    enfants = select(Lien.eleve_id).where(Lien.projet == projet, Lien.responsable_id == aaf_id)
    ecoles, numero = _premier(u, projet), _numero(u, projet)
    requete = (
        select(numero, Structure.uai, Structure.nature)
        .join(Rattachement, (Rattachement.projet == Compte.projet) & (Rattachement.aaf_id == Compte.aaf_id))
        .join(Structure, (Structure.projet == Compte.projet) & (Structure.id == Rattachement.structure_id))
        .where(Compte.projet == projet, numero.is_not(None), Compte.etat.in_(VIVANTS))
        .where(Compte.aaf_id == aaf_id if profil == "eleve" else Compte.aaf_id.in_(enfants))
        .order_by(Compte.aaf_id, Structure.uai)
    )
    premier, second = {"eleve": ("3", "4"), "responsable": ("1", "2")}[profil]
    return [
        str(Vecteur(premier if ecoles or "ECOLE" in nature.upper() else second, nom, prenom, str(lui), uai))
        for lui, uai, nature in u.session.execute(requete)
    ]


def uai_de(u: Unite, compte: Compte) -> str:
    """The UAI of the school that an account belongs to first."""
    requete = select(Structure.uai).where(Structure.projet == compte.projet, Structure.id == compte.structure_id)
    return u.session.scalar(requete) or ""


def premier_degre(u: Unite, compte: Compte) -> bool:
    """Whether a pupil, or a parent by the first child, is of a school of the 1er degré."""
    vecteurs = valeurs_de(u, "FrEduVecteur", compte)
    return bool(vecteurs) and vecteurs[0][0] in ("1", "3")
