"""API tokens of a bac: given to a school's program, listed, taken back.

A token is a sealed identity; the bac's clock row keeps the list of those that are worth something, so that a bac put
back where it was knows the tokens of that moment, and no others. Source: decision 0009; procedure ACC-10.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select, update

from shared.contracts.refus import Inconnu, Refus
from shared.persistence.sim import LigneHorloge
from shared.persistence.unite import Unite
from shared.security.acces import Identite, sceller
from shared.security.profils import droits, profil

LIBELLE_MAXIMUM = 80


class Jeton(Struct, frozen=True):
    """A token of the bac, without its text, which is told once."""

    numero: int
    uai: str | None
    profil: str
    entrees: tuple[str, ...]
    libelle: str
    cree_le: datetime


def lister(u: Unite) -> list[Jeton]:
    """The tokens that are worth something, by number."""
    connus = u.session.scalars(select(LigneHorloge.jetons)).one()
    return [_jeton(int(n), d) for n, d in sorted(connus.items(), key=lambda x: int(x[0]))]


def creer(
    u: Unite, cle: bytes, *, uai: str | None, code_profil: str, entrees: tuple[str, ...], libelle: str
) -> tuple[Jeton, str]:
    """Give a token; return it with its text, which is kept nowhere.

    Arguments: `uai`, the only school it opens (None for a profile of the académie); `entrees`, the entries of BEE that
    it has taken, all those of the profile when there are none. Raises `Inconnu` PROFIL_DE_COMPTE_INCONNU,
    ENTREE_HORS_PROFIL, UAI_INCONNU, `Refus` JETON_SANS_LIBELLE, JETON_SANS_ETABLISSEMENT.
    """
    le = profil(code_profil)
    libelle = libelle.strip()
    if not libelle or len(libelle) > LIBELLE_MAXIMUM:
        raise Refus(
            "Un jeton porte un libellé de 1 à 80 caractères : à quoi il sert.",
            code="JETON_SANS_LIBELLE",
            remede="Écrivez par exemple le nom du logiciel qui l'emploiera.",
        )
    if le.d_etablissement != (uai is not None):
        raise Refus(
            f"Le profil « {le.libelle} » " + ("est celui d'un établissement." if le.d_etablissement else "n'en a pas."),
            code="JETON_SANS_ETABLISSEMENT",
            remede="Donnez son UAI." if le.d_etablissement else "Laissez l'établissement vide.",
        )
    if uai is not None:
        _verifier_etablissement(u, uai)
    prises = entrees or le.entrees
    permis = droits(code_profil, prises)
    connus = u.session.scalars(select(LigneHorloge.jetons).with_for_update()).one()
    numero = max((int(n) for n in connus), default=0) + 1
    donnees = {
        "uai": uai,
        "profil": le.libelle,
        "entrees": list(prises),
        "libelle": libelle,
        "cree_le": u.maintenant.isoformat(),
    }
    u.session.execute(update(LigneHorloge).values(jetons={**connus, str(numero): donnees}))
    u.journaliser("jeton_donne", f"Jeton d'API n° {numero} donné ({le.libelle})", uai=uai)
    compte = f"jeton-{numero}" + (f".{uai.lower()}" if uai else "")
    texte = sceller(Identite(compte, libelle, le.libelle, u.bac.nom, uai, permis, jeton=numero), cle)
    return _jeton(numero, donnees), texte


def retirer(u: Unite, numero: int) -> None:
    """Take a token back. Raises `Inconnu` JETON_INCONNU."""
    connus = dict(u.session.scalars(select(LigneHorloge.jetons).with_for_update()).one())
    if connus.pop(str(numero), None) is None:
        raise Inconnu(
            f"Ce bac n'a pas de jeton n° {numero}.",
            code="JETON_INCONNU",
            remede="Les numéros sont sur la page « Accès ».",
        )
    u.session.execute(update(LigneHorloge).values(jetons=connus))
    u.journaliser("jeton_retire", f"Jeton d'API n° {numero} retiré")


def _jeton(numero: int, d: dict[str, Any]) -> Jeton:
    cree_le = datetime.fromisoformat(d["cree_le"])
    return Jeton(numero, d["uai"], d["profil"], tuple(d["entrees"]), d["libelle"], cree_le)


def _verifier_etablissement(u: Unite, uai: str) -> None:
    if uai not in {e["uai"] for e in u.clients["rectorat"].lire("/api/etablissements")}:
        raise Inconnu(
            f"L'établissement « {uai[:20]} » n'existe pas dans ce bac.",
            code="UAI_INCONNU",
            remede="Choisissez-en un de la liste de la page « Accès ».",
        )
