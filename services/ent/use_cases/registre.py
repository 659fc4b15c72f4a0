"""The register of a project: made again when the directory has changed, compared by whole sets with what it said.

`dateLastModified` is the instant at which the directory changed (an import, an activation), not that of the reading.
A record that is no more is kept, `tobedeleted`, for a year; those of accounts that were deleted go with them.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert

from services.ent.models import AttenteRegistre, Connecteur, EtatRegistre
from services.ent.use_cases import registre_fiches
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.sql import executer, par_ensembles
from shared.persistence.masse import copier
from shared.persistence.unite import Unite

PROTOCOLES = ("oneroster", "scim")
"""Those that read the register."""
GARDE = timedelta(days=365)
LOT = 5_000


def etat(u: Unite, projet: str) -> tuple[str, datetime | None]:
    """The mark of the directory of a project as it is now, and the instant of its last change."""
    ligne = u.session.execute(text(MARQUE.format(projet=":projet")), {"projet": projet}).one()
    return str(ligne.marque), ligne.instant


def a_jour(u: Unite, projet: str) -> EtatRegistre | None:
    """The register of a project if it says what the directory says; None when it must be made again."""
    connu = u.session.get(EtatRegistre, projet)
    return connu if connu is not None and connu.marque == etat(u, projet)[0] else None


def lu(u: Unite, projet: str) -> bool:
    """Whether a connector reads the register of that project."""
    requete = select(Connecteur.code).where(Connecteur.projet == projet, Connecteur.protocole.in_(PROTOCOLES))
    return u.session.scalars(requete.limit(1)).first() is not None


def rafraichir(u: Unite, code: str) -> EtatRegistre:
    """Make the register say what the directory says; nothing is done when it does. Raises `Inconnu` PROJET_INCONNU.

    The records that changed take the instant of the directory's last change.
    """
    projet = lire_projet(u, code, verrouiller=True)
    connu = a_jour(u, code)
    if connu is not None:
        return connu
    marque, change = etat(u, code)
    instant = change or u.maintenant
    executer(u, _VIDER, projet=code)
    par_ensembles(u)
    colonnes = [c.name for c in AttenteRegistre.__table__.columns]
    lues = registre_fiches.lignes(u, projet)
    while lot := list(itertools.islice(lues, LOT)):  # read then copied: the connection does one thing at a time
        copier(u.session, AttenteRegistre, colonnes, lot)
    for requete in (_CHANGEES, _NOUVELLES, _RETIREES, _PURGEES, _CARNET, _VIDER):
        executer(u, requete, projet=code, instant=instant, seuil=instant - GARDE)
    u.session.execute(
        insert(EtatRegistre)
        .values(projet=code, marque=marque, instant=instant)
        .on_conflict_do_update(index_elements=["projet"], set_={"marque": marque, "instant": instant})
    )
    u.session.expire_all()
    return u.session.get_one(EtatRegistre, code)


def oublier(u: Unite, projet: str) -> None:
    """The next reading makes the register again."""
    u.session.execute(delete(EtatRegistre).where(EtatRegistre.projet == projet))


# --- statements ------------------------------------------------------------------------------------------------------

# What the register is made of changes by imports and by events of accounts, and by nothing else.
MARQUE = """
    SELECT concat_ws('/', t.annee, i.id, i.instant, e.id) AS marque, greatest(i.instant, e.instant) AS instant
    FROM projet t
    LEFT JOIN LATERAL (SELECT id, instant FROM import WHERE projet = t.code AND etat = 'applique'
        ORDER BY id DESC LIMIT 1) i ON true
    LEFT JOIN LATERAL (SELECT id, instant FROM evenement WHERE projet = t.code ORDER BY id DESC LIMIT 1) e ON true
    WHERE t.code = {projet}
"""
_VALEURS = "role, ecoles, classe, personne, cours, aaf_id, ine, v1p1, v1p2"
_CIBLE = ", ".join(f"f.{nom.strip()}" for nom in _VALEURS.split(","))
_SOURCE = ", ".join(f"a.{nom.strip()}" for nom in _VALEURS.split(","))
_MEMES = "f.sourced_id = a.sourced_id AND f.genre = a.genre AND f.projet = a.projet"
_CHANGEES = f"""
    UPDATE fiche_registre f SET ({_VALEURS}) = ROW({_SOURCE}), actif = true, modifie_le = :instant
    FROM attente_registre a
    WHERE a.projet = :projet AND {_MEMES} AND (NOT f.actif OR ROW({_CIBLE}) IS DISTINCT FROM ROW({_SOURCE}))
"""
_NOUVELLES = f"""
    INSERT INTO fiche_registre (sourced_id, genre, projet, actif, modifie_le, {_VALEURS})
    SELECT a.sourced_id, a.genre, a.projet, true, :instant, {_SOURCE} FROM attente_registre a
    WHERE a.projet = :projet AND NOT EXISTS (SELECT FROM fiche_registre f WHERE {_MEMES})
"""
_RETIREES = f"""
    UPDATE fiche_registre f SET actif = false, modifie_le = :instant
    WHERE f.projet = :projet AND f.actif AND NOT EXISTS (SELECT FROM attente_registre a WHERE {_MEMES})
"""
_PURGEES = """
    DELETE FROM fiche_registre f WHERE f.projet = :projet AND NOT f.actif AND (f.modifie_le < :seuil OR EXISTS (
        SELECT FROM compte c WHERE c.projet = f.projet AND c.aaf_id = f.aaf_id AND c.etat = 'purge'))
"""
# The marks of an account that was deleted go with it, and what was noted of a class that is no more.
_CARNET = """
    DELETE FROM fiche_carnet f WHERE f.projet = :projet AND (
        EXISTS (SELECT FROM compte c WHERE c.projet = f.projet AND c.aaf_id = f.aaf_id AND c.etat = 'purge')
        OR (f.classe <> '' AND NOT EXISTS (SELECT FROM fiche_registre k
            WHERE k.sourced_id = f.classe AND k.genre = 'class' AND k.projet = f.projet)))
"""
_VIDER = "DELETE FROM attente_registre WHERE projet = :projet"
