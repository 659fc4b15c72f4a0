"""Two accounts of one INE become one: the pupil came back under another number.

The account that the feed speaks of stays, the newest if it speaks of both; a login already used goes on with it. The
other is deactivated, and deleted in its time. Source: connectors reference §8.4 (entcore, at equal source).
"""

from __future__ import annotations

from sqlalchemy import exists, select, text

from services.ent.models import Compte, Evenement
from services.ent.use_cases.contexte import Contexte
from services.ent.use_cases.sql import executer
from shared.persistence.unite import Unite


def laisser_de_cote(u: Unite, c: Contexte) -> None:
    """What the feed says of an account already merged is not applied while the account that stayed is alive."""
    if u.session.scalar(select(exists().where(Compte.projet == c.projet, Compte.fusion_id.is_not(None)))):
        executer(u, _DEJA_FUSIONNES, **c.sql, complet=c.complet)


def fusionner(u: Unite, c: Contexte) -> int:
    """Merge the pupils' accounts that share an INE; how many were merged into another."""
    ensembles: list[list[int]] = list(u.session.execute(text(_MEME_INE), c.sql).scalars())
    tous = sorted({i for ids in ensembles for i in ids})
    requete = select(Compte).where(Compte.projet == c.projet, Compte.aaf_id.in_(tous))
    lus = u.session.scalars(requete.execution_options(populate_existing=True)) if tous else ()
    comptes = {compte.aaf_id: compte for compte in lus}
    for garde, *perdus in ensembles:
        for perdu in perdus:
            _fondre(u, c, comptes[garde], comptes[perdu])
    u.session.flush()
    return len(tous) - len(ensembles)


def _fondre(u: Unite, c: Contexte, garde: Compte, perdu: Compte) -> None:
    """Merge one account into another; a login already used goes on, the one that nobody used goes away."""
    if perdu.active_le is not None and garde.active_le is None:
        sien, autre = ({nom: getattr(compte, nom) for nom in _ACCES} for compte in (garde, perdu))
        perdu.login = None
        u.session.flush()
        for nom in _ACCES:
            setattr(garde, nom, autre[nom])
        u.session.flush()
        for nom in _ACCES:
            setattr(perdu, nom, sien[nom])
    perdu.etat, perdu.desactive_le, perdu.fusion_id = "desactive", c.instant, garde.aaf_id
    perdu.absent_le = perdu.retrait_annonce_le = None
    for compte in (garde, perdu):
        u.session.add(
            Evenement(projet=c.projet, aaf_id=compte.aaf_id, instant=c.instant, genre="fusionne", import_id=c.import_id)
        )


_ACCES = ("login", "login_base", "login_rang", "code_activation", "mot_de_passe", "etat", "active_le")
"""What a person signs in with."""

_DEJA_FUSIONNES = """
    UPDATE attente_personne p SET op = 'F'
    FROM compte c JOIN compte g ON g.projet = c.projet AND g.aaf_id = c.fusion_id
    LEFT JOIN attente_personne q ON q.projet = :projet AND q.aaf_id = g.aaf_id AND q.op IN ('A', 'M')
    WHERE p.projet = :projet AND p.op IN ('A', 'M') AND c.projet = :projet AND c.aaf_id = p.aaf_id
      AND c.etat = 'desactive' AND c.fusion_id IS NOT NULL AND g.etat IN ('a_activer', 'actif')
      AND coalesce(p.ine, c.ine) = coalesce(q.ine, g.ine) AND (NOT :complet OR q.aaf_id IS NOT NULL)
"""
_MEME_INE = """
    SELECT array_agg(c.aaf_id ORDER BY p.aaf_id IS NULL, c.cree_le DESC, c.aaf_id DESC)
    FROM compte c LEFT JOIN attente_personne p ON p.projet = :projet AND p.aaf_id = c.aaf_id AND p.op IN ('A', 'M')
    WHERE c.projet = :projet AND c.profil = 'eleve' AND c.etat IN ('a_activer', 'actif') AND c.ine <> ''
      AND c.ine IN (SELECT ine FROM attente_personne WHERE projet = :projet AND op IN ('A', 'M') AND ine IS NOT NULL)
    GROUP BY c.ine HAVING count(*) > 1 ORDER BY 1
"""
