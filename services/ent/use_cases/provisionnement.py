"""Which accounts the ENT provisions to a publisher's SCIM server, and when: put in the outbox.

Source: connectors reference §6.3 (just in time, at CAS login); what the night pushes is inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select, text

from services.ent.models import Compte, Connecteur
from services.ent.rules import scim as rules
from services.ent.rules.scim import ComptesAPousser, ReglagesScimSortant
from shared.contracts.refus import Inconnu
from shared.http.livraison import DEHORS
from shared.persistence.unite import Unite

PROTOCOLE = "scim_sortant"
GENRE = "scim"


def connecteurs(u: Unite, projet: str) -> list[Connecteur]:
    """Those that a project provisions."""
    requete = select(Connecteur).where(Connecteur.projet == projet, Connecteur.protocole == PROTOCOLE)
    return list(u.session.scalars(requete.order_by(Connecteur.code)))


def trouver(u: Unite, code: str) -> Connecteur:
    """One of them. Raises `Inconnu` PAS_PROVISIONNE."""
    connu = u.session.get(Connecteur, code)
    if connu is None or connu.protocole != PROTOCOLE:
        raise Inconnu(
            f"L'ENT ne pousse pas de comptes à « {code[:60]} ».",
            code="PAS_PROVISIONNE",
            remede="Déclarez-lui un connecteur « SCIM 2.0, comptes poussés ».",
        )
    return connu


def a_la_connexion(u: Unite, projet: str, aaf_id: int, connecteur_cas: str) -> None:
    """Somebody signs in to a CAS connector: the account is provisioned before the browser is sent back."""
    for connecteur in connecteurs(u, projet):
        reglages = ReglagesScimSortant.model_validate(connecteur.reglages)
        if reglages.quand != "import" and reglages.cas in ("", connecteur_cas):
            pousser(u, connecteur, [aaf_id], immediat=True)


def au_changement(u: Unite, projet: str, comptes: Iterable[int], divisions: Sequence[tuple[int, str]]) -> None:
    """The directory changed: these accounts, and the members of these divisions (structure, name)."""
    abonnes = [c for c in connecteurs(u, projet) if ReglagesScimSortant.model_validate(c.reglages).quand != "connexion"]
    if not abonnes:
        return
    membres = u.session.execute(
        text(_MEMBRES),
        {"projet": projet, "structures": [s for s, _ in divisions], "noms": [n for _, n in divisions]},
    ).scalars()
    tous = sorted({*comptes, *membres})
    for connecteur in abonnes:
        pousser(u, connecteur, tous, immediat=False)


def pousser(u: Unite, connecteur: Connecteur, comptes: Sequence[int] | None, *, immediat: bool) -> int:
    """Put accounts in the outbox, those that the connector wants; how many. None: every live account."""
    reglages = ReglagesScimSortant.model_validate(connecteur.reglages)
    requete = select(Compte.aaf_id).where(Compte.projet == connecteur.projet, Compte.profil.in_(reglages.profils))
    if comptes is None:
        requete = requete.where(Compte.etat.in_(("a_activer", "actif")))
    else:
        requete = requete.where(Compte.aaf_id.in_(comptes))
    voulus = list(u.session.scalars(requete.order_by(Compte.aaf_id)))
    for debut in range(0, len(voulus), rules.PAR_ENVOI):
        partie = voulus[debut : debut + rules.PAR_ENVOI]
        corps = ComptesAPousser(projet=connecteur.projet, comptes=partie)
        u.envoyer(GENRE, DEHORS + connecteur.code, corps, nb=len(partie), immediat=immediat)
    return len(voulus)


_MEMBRES = """
    SELECT DISTINCT m.aaf_id FROM membre m
    JOIN unnest(CAST(:structures AS bigint[]), CAST(:noms AS text[])) d (structure_id, nom)
        ON d.structure_id = m.structure_id AND d.nom = m.nom
    WHERE m.projet = :projet AND m.genre = 'division'
"""
