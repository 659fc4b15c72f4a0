"""What happened in a project, numbered once for all, and put in the outbox for each connector that is told of it.

The directory is looked at after what changes it: events of accounts since the last look, imports, and the classes and
groups whose members are no longer the same. Rentrée's own (connectors reference §10).
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, func, select, text, update

from services.ent.models import Connecteur, Envoi, Evenement, FilNotifications, Import, Livraison, Notification
from services.ent.rules import notifications as rules
from services.ent.rules import oneroster
from services.ent.rules.connecteurs import uuid_du_compte
from services.ent.rules.notifications import Envoyees, ReglagesNotifications
from services.ent.use_cases import provisionnement
from services.ent.use_cases.sql import executer
from shared.contracts.refus import Refus
from shared.http.livraison import DEHORS
from shared.persistence.masse import inserer
from shared.persistence.unite import Unite

PROTOCOLE = "webhook"
PAR_PAGE = 5000
Dite = dict[str, Any]
"""A row of `Notification`."""


def abonner(u: Unite, connecteur: Connecteur) -> None:
    """A connector declared: it is told of what happens from now on. Nothing is done for one that is known."""
    if (
        connecteur.protocole not in (PROTOCOLE, provisionnement.PROTOCOLE)
        or u.session.get(Livraison, connecteur.code) is not None
    ):
        return
    fil = u.session.get(FilNotifications, connecteur.projet)
    if fil is None:
        fil = FilNotifications(projet=connecteur.projet, evenement=0, import_id=0, numero=0)
        fil.evenement, fil.import_id = _derniers(u, connecteur.projet)
        u.session.add(fil)
        u.session.flush()
        executer(u, _RETENIR, projet=connecteur.projet)
    else:
        relever(u, connecteur.projet)
    u.session.add(Livraison(connecteur=connecteur.code, acquitte=fil.numero, echecs=0, prochain_essai=None))
    u.session.flush()


def relever(u: Unite, projet: str, *, immediat: bool = False, ensembles: bool = True) -> int:
    """Number what happened in a project since the last look; how much.

    Arguments: `immediat`, deliver right after the commit; `ensembles`, whether classes may have changed.
    """
    requete = select(FilNotifications).where(FilNotifications.projet == projet).with_for_update()
    fil = u.session.scalars(requete, execution_options={"populate_existing": True}).first()
    if fil is None:
        return 0
    u.session.flush()
    abonnes = list(
        u.session.scalars(
            select(Connecteur)
            .where(Connecteur.projet == projet, Connecteur.protocole == PROTOCOLE)
            .order_by(Connecteur.code)
        )
    )
    combien, comptes, divisions = 0, set[int](), list[tuple[int, str]]()
    dites = itertools.chain(_comptes(u, fil), _ensembles(u, fil) if ensembles else (), _imports(u, fil))
    while lot := list(itertools.islice(dites, PAR_PAGE)):
        for dite in lot:
            fil.numero += 1
            dite["numero"] = fil.numero
            comptes |= dite.pop("_comptes", set())
            divisions += dite.pop("_divisions", [])
        inserer(u.session, Notification, lot)
        for abonne in abonnes:
            _envoyer(u, abonne, lot, immediat=immediat)
        combien += len(lot)
    if combien:
        provisionnement.au_changement(u, projet, comptes, divisions)
    fil.evenement, fil.import_id = _derniers(u, projet)
    u.session.flush()
    return combien


def rejouer(u: Unite, connecteur: Connecteur, depuis: int) -> int:
    """Tell a connector again of everything from a number on; how many deliveries. What waited is told with it.

    Raises `Refus` NUMERO_INCONNU.
    """
    fil = u.session.get(FilNotifications, connecteur.projet)
    if fil is None or not 1 <= depuis <= fil.numero:
        dernier = fil.numero if fil else 0
        raise Refus(
            f"Aucune notification n'a le numéro {depuis}.",
            code="NUMERO_INCONNU",
            remede=f"De 1 à {dernier}." if dernier else "Rien n'est encore arrivé dans ce projet.",
        )
    envoi = Envoi
    ici = (envoi.destinataire == DEHORS + connecteur.code, envoi.etat == "en_attente")
    u.session.execute(update(envoi).where(*ici).values(etat="refuse", reponse={"code": "REJEU", "depuis": depuis}))
    etat = u.session.get_one(Livraison, connecteur.code)
    etat.acquitte, etat.echecs, etat.prochain_essai = min(etat.acquitte, depuis - 1), 0, None
    table = Notification
    requete = select(table).where(table.projet == connecteur.projet, table.numero >= depuis).order_by(table.numero)
    envois = 0
    lues = u.session.execute(requete, execution_options={"yield_per": PAR_PAGE}).scalars()
    while lot := list(itertools.islice(lues, PAR_PAGE)):
        envois += _envoyer(u, connecteur, [_valeurs(n) for n in lot], immediat=True)
    return envois


def lister(u: Unite, connecteur: Connecteur, apres: int = 0, limite: int = 100) -> list[Notification]:
    """What happened in the project after a number, oldest first; the latest ones when `apres` is 0."""
    table = Notification
    requete = select(table).where(table.projet == connecteur.projet)
    if apres:
        requete = requete.where(table.numero > apres).order_by(table.numero)
        return list(u.session.scalars(requete.limit(limite)))
    return list(reversed(u.session.scalars(requete.order_by(table.numero.desc()).limit(limite)).all()))


def etat(u: Unite, connecteur: Connecteur) -> tuple[Livraison, int, int]:
    """How deliveries go: what the connector took, the last number given, deliveries that wait."""
    envoi = Envoi
    attend = u.session.scalar(
        select(func.count()).where(envoi.destinataire == DEHORS + connecteur.code, envoi.etat == "en_attente")
    )
    fil = u.session.get(FilNotifications, connecteur.projet)
    return u.session.get_one(Livraison, connecteur.code), fil.numero if fil else 0, int(attend or 0)


def essayer(u: Unite, connecteur: Connecteur) -> None:
    """Try at once what waits, whatever the next attempt was to be."""
    u.session.get_one(Livraison, connecteur.code).prochain_essai = None
    u.envois_immediats = True


def quitter(u: Unite, connecteur: str) -> None:
    """A connector is taken back: what waited for it goes nowhere."""
    envoi = Envoi
    u.session.execute(delete(envoi).where(envoi.destinataire == DEHORS + connecteur, envoi.etat == "en_attente"))


# --- the outbox ------------------------------------------------------------------------------------------------------


def _valeurs(n: Notification) -> Dite:
    return {"numero": n.numero, "genre": n.genre, "instant": n.instant, "objet": n.objet, "donnees": n.donnees}


def _envoyer(u: Unite, abonne: Connecteur, lot: Sequence[Dite], *, immediat: bool) -> int:
    """Put in the outbox what a connector wants of these, in deliveries of so many; how many."""
    reglages = ReglagesNotifications.model_validate(abonne.reglages)
    voulues = [d for d in lot if reglages.veut(d["genre"])]
    envois = 0
    for debut in range(0, len(voulues), rules.PAR_ENVOI):
        partie = voulues[debut : debut + rules.PAR_ENVOI]
        corps = Envoyees(
            projet=abonne.projet,
            connecteur=abonne.code,
            de=partie[0]["numero"],
            a=partie[-1]["numero"],
            notifications=[
                {
                    "numero": d["numero"],
                    "genre": d["genre"],
                    "instant": d["instant"].isoformat(),
                    "objet": d["objet"],
                    "donnees": d["donnees"],
                }
                for d in partie
            ],
        )
        u.envoyer("notifications", DEHORS + abonne.code, corps, nb=len(partie), immediat=immediat)
        envois += 1
    return envois


# --- what happened ---------------------------------------------------------------------------------------------------


def _derniers(u: Unite, projet: str) -> tuple[int, int]:
    return (
        u.session.scalar(select(func.max(Evenement.id)).where(Evenement.projet == projet)) or 0,
        u.session.scalar(select(func.max(Import.id)).where(Import.projet == projet)) or 0,
    )


def _lire(u: Unite, requete: str, **parametres: Any) -> Iterable[Any]:
    return u.session.execute(text(requete), parametres).all()


def _comptes(u: Unite, fil: FilNotifications) -> Iterator[Dite]:
    for e in _lire(u, _EVENEMENTS, projet=fil.projet, apres=fil.evenement):
        genre = rules.DE_COMPTE.get(e.genre)
        if genre is None:
            continue
        objet = uuid_du_compte(u.bac.nom, fil.projet, e.aaf_id)
        donnees = {"compte": objet, "identifiant": str(e.aaf_id), "profil": e.profil, "etat": e.etat, "login": e.login}
        if e.fusion_id is not None:
            donnees["fusionne_avec"] = uuid_du_compte(u.bac.nom, fil.projet, e.fusion_id)
        dite = {"projet": fil.projet, "genre": genre, "instant": e.instant, "objet": objet, "donnees": donnees}
        yield dite | {"_comptes": {e.aaf_id}}


def _ensembles(u: Unite, fil: FilNotifications) -> Iterator[Dite]:
    for e in _lire(u, _CHANGES, projet=fil.projet):
        objet = oneroster.sourced_id(u.bac.nom, fil.projet, "classe", e.structure_id, e.genre, e.annee, e.nom)
        donnees = {"classe": objet, "nom": e.nom, "uai": e.uai, "eleves": e.eleves, "enseignants": e.enseignants}
        genre = rules.D_ENSEMBLE[e.genre]
        dite = {"projet": fil.projet, "genre": genre, "instant": u.maintenant, "objet": objet, "donnees": donnees}
        yield dite | ({"_divisions": [(e.structure_id, e.nom)]} if e.genre == "division" else {})
    executer(u, "DELETE FROM empreinte_ensemble WHERE projet = :projet", projet=fil.projet)
    executer(u, _RETENIR, projet=fil.projet)


def _imports(u: Unite, fil: FilNotifications) -> Iterator[Dite]:
    for i in _lire(u, _IMPORTS, projet=fil.projet, apres=fil.import_id):
        donnees = {"import": i.id, "numero": i.numero, "type": i.type, "etat": i.etat, "code": i.code}
        yield {
            "projet": fil.projet,
            "genre": "import.done",
            "instant": i.instant,
            "objet": str(i.id),
            "donnees": donnees,
        }


# --- statements ------------------------------------------------------------------------------------------------------

_EVENEMENTS = """
    SELECT e.id, e.genre, e.instant, e.aaf_id, c.profil, c.etat, c.login, c.fusion_id FROM evenement e
    LEFT JOIN compte c ON c.projet = e.projet AND c.aaf_id = e.aaf_id
    WHERE e.projet = :projet AND e.id > :apres ORDER BY e.id
"""
_IMPORTS = """
    SELECT id, numero, type, instant, etat, code FROM import WHERE projet = :projet AND id > :apres ORDER BY id
"""
# Who is in each class and group of the year, as a digest: live accounts, with role and matière.
_EMPREINTES = """
    SELECT e.nom, e.structure_id, e.genre, e.annee, e.projet,
        md5(coalesce(string_agg(concat_ws('/', m.aaf_id, m.role, m.matiere), ',' ORDER BY m.aaf_id, m.role, m.matiere)
            FILTER (WHERE c.aaf_id IS NOT NULL), '')) AS empreinte,
        count(DISTINCT c.aaf_id) FILTER (WHERE m.role = 'eleve') AS eleves,
        count(DISTINCT c.aaf_id) FILTER (WHERE m.role <> 'eleve') AS enseignants
    FROM ensemble e
    JOIN projet t ON t.code = e.projet AND t.annee = e.annee
    LEFT JOIN membre m ON m.projet = e.projet AND m.structure_id = e.structure_id AND m.genre = e.genre
        AND m.nom = e.nom
    LEFT JOIN compte c ON c.projet = m.projet AND c.aaf_id = m.aaf_id AND c.etat IN ('a_activer', 'actif')
    WHERE e.projet = :projet GROUP BY e.nom, e.structure_id, e.genre, e.annee, e.projet
"""
_CHANGES = f"""
    SELECT n.*, s.uai FROM ({_EMPREINTES}) n
    LEFT JOIN structure s ON s.projet = n.projet AND s.id = n.structure_id
    LEFT JOIN empreinte_ensemble a ON a.projet = n.projet AND a.structure_id = n.structure_id AND a.genre = n.genre
        AND a.nom = n.nom AND a.annee = n.annee
    WHERE a.empreinte IS DISTINCT FROM n.empreinte ORDER BY s.uai, n.genre, n.nom
"""
_RETENIR = f"""
    INSERT INTO empreinte_ensemble (nom, structure_id, genre, annee, projet, empreinte)
    SELECT nom, structure_id, genre, annee, projet, empreinte FROM ({_EMPREINTES}) n
"""
