"""The resources that the GAR would open to a person of the last export: invented ones, and the manuels of her groups.

The GAR knows what was exported, not what the ENT says since: a pupil who came into a group this morning has its manuel
after the night. Source: connectors reference §7.5; ENT-20.
"""

from __future__ import annotations

import urllib.parse
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import text

from services.ent.models import Compte, Connecteur
from services.ent.rules import VIVANTS
from services.ent.rules import gar as rules
from services.ent.rules.connecteurs import uuid_du_compte
from services.ent.use_cases import gar, mediacentre
from services.ent.use_cases.projets import projet as lire_projet
from shared.contracts.refus import Inconnu, Refus
from shared.formats.gar import Degre
from shared.persistence.unite import Unite

JAMAIS = datetime.min.replace(tzinfo=UTC)
ACCES = "https://acces.gar.invalid/"


def connecteurs_de(u: Unite, ident: str) -> list[Connecteur]:
    """The GAR connectors of an idENT, by code. Raises `Inconnu` IDENT_INCONNU."""
    siens = [c for c in gar.declares(u) if gar.ident_de(c.projet, gar.reglages_de(c)) == ident]
    if siens:
        return siens
    raise Inconnu(
        f"Le GAR ne connaît aucun projet « {ident[:60]} ».",
        code="IDENT_INCONNU",
        remede="Donnez l'idENT d'un connecteur GAR déclaré.",
    )


def connecteur_du_projet(u: Unite, projet: str) -> Connecteur | None:
    """The GAR connector of a project that exported last, None when it has none."""
    siens = [c for c in gar.declares(u) if c.projet == projet]
    return max(siens, key=lambda c: (gar.dernier_instant(u, c.code) or JAMAIS, c.code), default=None)


def de_l_identifiant(u: Unite, connecteur: Connecteur, uai: str, identifiant: str) -> list[dict[str, Any]]:
    """The resources of a person, by GARPersonIdentifiant. Raises `Inconnu` UAI_INCONNU, PERSONNE_INCONNUE,
    EXPORT_INCONNU."""
    for aaf_id, profil in u.session.execute(text(_CONNUS), _parametres(u, connecteur, uai)):
        if uuid_du_compte(u.bac.nom, connecteur.projet, aaf_id) == identifiant:
            return _lister(u, connecteur, uai, aaf_id, profil)
    raise _inconnue(uai)


def de_la_personne(u: Unite, connecteur: Connecteur, uai: str, aaf_id: int) -> list[dict[str, Any]]:
    """The same, by key of the AAF."""
    for connu, profil in u.session.execute(text(_CONNUS), _parametres(u, connecteur, uai)):
        if connu == aaf_id:
            return _lister(u, connecteur, uai, aaf_id, profil)
    raise _inconnue(uai)


def choix(u: Unite, connecteur: Connecteur, uai: str) -> list[tuple[int, str]]:
    """The persons whom the GAR knows in a school, by name; none before the first export."""
    try:
        parametres = _parametres(u, connecteur, uai)
    except Inconnu:
        return []
    return [(x.aaf_id, f"{x.nom} {x.prenom}") for x in u.session.execute(text(_CHOIX), parametres)]


def _parametres(u: Unite, connecteur: Connecteur, uai: str) -> dict[str, Any]:
    projet = lire_projet(u, connecteur.projet)
    if uai not in projet.uais:
        raise Inconnu(
            f"L'établissement {uai[:20]} n'est pas du projet.",
            code="UAI_INCONNU",
            remede="Vérifiez l'UAI : il est de ceux du fichier Etab.",
        )
    return {"projet": projet.code, "uai": uai, "instant": _dernier(u, connecteur)}


def _dernier(u: Unite, connecteur: Connecteur) -> datetime:
    return gar.export(u, connecteur.code).instant


def _inconnue(uai: str) -> Refus:
    return Inconnu(
        f"Le GAR ne connaît pas cette personne dans l'établissement {uai}.",
        code="PERSONNE_INCONNUE",
        remede="Elle entre dans le GAR par l'export de 21 h : élèves et personnels, jamais les responsables.",
    )


def _lister(u: Unite, connecteur: Connecteur, uai: str, aaf_id: int, profil: str) -> list[dict[str, Any]]:
    ident = gar.ident_de(connecteur.projet, gar.reglages_de(connecteur))
    degre = gar.degre_de(lire_projet(u, connecteur.projet))
    identifiant = uuid_du_compte(u.bac.nom, connecteur.projet, aaf_id)

    def adresse(ark: str) -> str:
        return rules.adresse_acces(ACCES + urllib.parse.quote(ark, safe=""), ident, uai, identifiant)

    ouvertes = [
        rules.notice(
            r["numero"],
            **{k: r[k] for k in ("nom", "editeur", "presentation", "pedagogique", "niveau", "domaine")},
            adresse=adresse(rules.ark(r["numero"])),
        )
        for r in rules.RESSOURCES
        if degre in r["degres"] and (r["public"] == "tous" or profil != "eleve")
    ]
    requete = {"projet": connecteur.projet, "uai": uai, "aaf_id": aaf_id, "instant": _dernier(u, connecteur)}
    connus = {(x.genre, x.nom) for x in u.session.execute(text(_GROUPES), requete)}
    for m in mediacentre.manuels(u, uai):
        if (m["genre"], m["nom"]) in connus:
            ouvertes.append(
                rules.notice(
                    m["id"],
                    nom=m["titre"],
                    editeur="Les Nombres bleus",
                    presentation="MAN",
                    pedagogique="cours",
                    niveau="secondaire" if degre is Degre.SECOND else "primaire",
                    domaine="toutes disciplines",
                    adresse=adresse(rules.ark(m["id"], manuel=True)),
                    manuel=True,
                )
            )
    return ouvertes


class Mediacentre(Struct, frozen=True):
    """What the page of the resources shows of the GAR. `ressources`: None while nobody is chosen."""

    choix: list[tuple[int, str]]
    personne: int | None = None
    ressources: list[dict[str, Any]] | None = None
    refus: Refus | None = None


def mediacentre_de(u: Unite, projet: str, uai: str, personne: int | None) -> Mediacentre | None:
    """The same for a school; None when its ENT has no GAR connector."""
    connecteur = connecteur_du_projet(u, projet)
    if connecteur is None:
        return None
    connus = choix(u, connecteur, uai)
    if personne is None:
        return Mediacentre(connus)
    try:
        return Mediacentre(connus, personne, de_la_personne(u, connecteur, uai, personne))
    except Inconnu as refus:
        return Mediacentre(connus, personne, refus=refus)


def connu(u: Unite, compte: Compte) -> str:
    """What to tell of the GAR and an account: since which export it knows it; "" when no connector speaks of it."""
    connecteur = connecteur_du_projet(u, compte.projet)
    if connecteur is None or compte.etat not in VIVANTS:
        return ""
    if compte.profil not in ("eleve", "enseignant", "autre"):
        return "jamais exporté : ni les responsables ni les invités ne le sont"
    dernier = gar.dernier_instant(u, connecteur.code)
    if dernier is None or compte.cree_le > dernier:
        return "pas encore exporté : l'export part à 21 h"
    return f"exporté, en dernier le {dernier.astimezone(u.horloge.fuseau):%d/%m/%Y}"


_QUI = """
    FROM compte c JOIN rattachement r ON r.projet = c.projet AND r.aaf_id = c.aaf_id
    JOIN structure s ON s.projet = r.projet AND s.id = r.structure_id AND s.uai = :uai AND s.presente
    WHERE c.projet = :projet AND c.etat IN ('a_activer', 'actif') AND c.profil IN ('eleve', 'enseignant', 'autre')
        AND c.cree_le <= :instant
"""
_CONNUS = f"SELECT DISTINCT c.aaf_id, c.profil {_QUI} ORDER BY c.aaf_id"
_CHOIX = f"SELECT DISTINCT c.aaf_id, c.nom, c.prenom, c.cle_tri {_QUI} ORDER BY c.cle_tri, c.aaf_id"
_GROUPES = """
    SELECT DISTINCT m.genre, m.nom FROM membre m
    JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id AND s.uai = :uai
    WHERE m.projet = :projet AND m.aaf_id = :aaf_id AND m.depuis <= :instant
"""
