"""Reading the ENT: accounts, classes, groups and their members, counts.

A member counts when his account lives and the class or group exists for the project's year.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text

from services.ent import models, rules
from services.ent.models import Compte, Rattachement, Structure
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.sql import GRAND
from shared.contracts.refus import Inconnu
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

LIMITE = 50
DIRECTION = "DIR"
"""The function of a chef d'établissement and of his adjoint."""


def filtrer_comptes(
    projet: str, profil: str | None = None, uai: str | None = None, q: str = "", etat: str | None = None
) -> Select[Compte]:
    """Accounts of a project. `q`: part of the name (accent-blind), of the login, or a whole INE or AAF number."""
    requete = select(Compte).where(Compte.projet == projet)
    if profil:
        requete = requete.where(Compte.profil == profil)
    if etat:
        requete = requete.where(Compte.etat == etat)
    if uai:
        requete = requete.where(
            select(Rattachement.aaf_id)
            .join(Structure, (Structure.projet == Rattachement.projet) & (Structure.id == Rattachement.structure_id))
            .where(Rattachement.projet == projet, Rattachement.aaf_id == Compte.aaf_id, Structure.uai == uai)
            .exists()
        )
    if q.strip():
        requete = requete.where(_correspond(q.strip()))
    return requete


def _correspond(q: str) -> ColumnElement[bool]:
    conditions = [Compte.login.contains(q.lower(), autoescape=True), Compte.ine == q.upper()]
    if cle_tri(q):
        conditions.append(Compte.cle_tri.contains(cle_tri(q), autoescape=True))
    if q.isascii() and q.isdigit() and len(q) < 19:
        conditions += [Compte.aaf_id == int(q), Compte.eleve_id == int(q)]
    return or_(*conditions)


def comptes(
    u: Unite,
    projet: str,
    profil: str | None = None,
    uai: str | None = None,
    q: str = "",
    etat: str | None = None,
    limite: int = LIMITE,
    debut: int = 0,
) -> tuple[int, list[dict[str, Any]]]:
    """How many accounts match, and a page of them by name. Raises `Inconnu` PROJET_INCONNU."""
    lire_projet(u, projet)
    requete = filtrer_comptes(projet, profil, uai, q, etat)
    total = u.session.scalar(select(func.count()).select_from(requete.subquery())) or 0
    page = requete.order_by(Compte.cle_tri, Compte.aaf_id).limit(limite).offset(debut)
    return total, decrire(u, projet, u.session.scalars(page).all())


def dernier_compte(u: Unite, projet: str) -> dict[str, Any]:
    """The account created last. Raises `Inconnu` COMPTE_INCONNU when there is none."""
    lire_projet(u, projet)
    requete = filtrer_comptes(projet).order_by(Compte.cree_le.desc(), Compte.aaf_id.desc()).limit(1)
    lignes = decrire(u, projet, u.session.scalars(requete).all())
    if not lignes:
        raise compte_inconnu("L'ENT n'a encore aucun compte.")
    return lignes[0]


def compte(u: Unite, projet: str, aaf_id: int) -> dict[str, Any]:
    """One account, by ENTPersonJointure. Raises `Inconnu` COMPTE_INCONNU, also where who asks is of another school."""
    trouve = u.session.get(Compte, {"aaf_id": aaf_id, "projet": projet}) if abs(aaf_id) <= GRAND else None
    if trouve is None:
        raise compte_inconnu(f"Aucun compte de l'ENT n'a le numéro {aaf_id}.")
    decrit = decrire(u, projet, [trouve])[0]
    if u.perimetre is not None and u.perimetre not in {e["uai"] for e in decrit["etablissements"]}:
        raise compte_inconnu(f"Aucun compte de l'établissement n'a le numéro {aaf_id}.")
    return decrit


def compte_inconnu(phrase: str) -> Inconnu:
    """No such account."""
    return Inconnu(
        phrase,
        code="COMPTE_INCONNU",
        remede="Le compte arrive avec l'alimentation de l'AAF : attendez l'import de 5 h, ou vérifiez SIECLE.",
    )


def decrire(u: Unite, projet: str, lignes: Sequence[Compte]) -> list[dict[str, Any]]:
    """Accounts as plain values, with their schools, classes and groups (three queries whatever their number)."""
    ids = [c.aaf_id for c in lignes]
    ecoles = _par_personne(u, _ECOLES, projet, ids)
    ensembles = _par_personne(u, _ENSEMBLES, projet, ids)
    decrits = []
    for c in lignes:
        membres = ensembles.get(c.aaf_id, [])
        decrits.append(
            {
                "aaf_id": c.aaf_id,
                "profil": c.profil,
                "etat": c.etat,
                "nom": c.nom,
                "prenom": c.prenom,
                "login": c.login,
                "code_activation": c.code_activation,
                "ine": c.ine or None,
                "eleve_id": c.eleve_id,
                "mel": c.mel,
                "mef": c.mef,
                "cree_le": c.cree_le,
                "active_le": c.active_le,
                "retrait_annonce_le": c.retrait_annonce_le,
                "absent_le": c.absent_le,
                "fusion_id": c.fusion_id,
                "desactive_le": c.desactive_le,
                "purge_le": c.purge_le,
                "etablissements": [
                    {
                        "uai": e.uai,
                        "nom": " ".join(x for x in (e.sigle, e.nom) if x) or e.uai,
                        "fonctions": [f[1] for f in e.fonctions],
                        "direction": any(f[0] == DIRECTION for f in e.fonctions),
                    }
                    for e in ecoles.get(c.aaf_id, [])
                ],
                "appartenances": sorted({(m.uai, m.genre, m.nom) for m in membres}),
                "classes": sorted({m.nom for m in membres if m.genre == "division"}),
                "groupes": sorted({m.nom for m in membres if m.genre == "groupe"}),
                "professeur_principal": sorted({m.nom for m in membres if m.role == "principal"}),
            }
        )
    return decrits


def _par_personne(u: Unite, requete: str, projet: str, ids: list[int]) -> dict[int, list[Row[Any]]]:
    groupes: dict[int, list[Row[Any]]] = {}
    if ids:
        for ligne in u.session.execute(text(requete), {"projet": projet, "ids": ids}):
            groupes.setdefault(ligne.aaf_id, []).append(ligne)
    return groupes


def ensembles(u: Unite, projet: str, genre: str, uai: str | None = None) -> list[dict[str, Any]]:
    """Classes (`division`) or groups (`groupe`) of the project's year, with how many of each profile they hold."""
    lire_projet(u, projet)
    parametres = {"projet": projet, "genre": genre, "uai": uai}
    return [dict(x) for x in u.session.execute(text(_LISTE), parametres).mappings()]


def niveaux(u: Unite, projet: models.Projet) -> dict[str, str]:
    """The labels of the levels of écoles, by code; none in the second degree."""
    if projet.degre != rules.PREMIER_DEGRE:
        return {}
    table = models.Libelle
    connus = select(table).where(table.projet == projet.code, table.genre == "mef")
    return {x.code: x.libelle for x in u.session.scalars(connus)}


def membres(
    u: Unite, projet: str, genre: str, uai: str | None = None, nom: str | None = None
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The members of classes or groups, by (UAI, name): pupils by name, then teachers by name with their matière."""
    parametres = {"projet": projet, "genre": genre, "uai": uai, "nom": nom}
    par_ensemble: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for x in u.session.execute(text(_MEMBRES), parametres).mappings():
        ligne = dict(x)
        par_ensemble.setdefault((ligne.pop("uai"), ligne.pop("ensemble")), []).append(ligne)
    return par_ensemble


def avec_membres(u: Unite, projet: str, genre: str, uai: str | None = None) -> list[dict[str, Any]]:
    """Classes or groups with their members: `eleves`, `enseignants` (once each, all their matières), `principaux`."""
    lignes = ensembles(u, projet, genre, uai)
    tous = membres(u, projet, genre, uai)
    for ligne in lignes:
        ligne |= ranger(tous.get((ligne["uai"], ligne["nom"]), []))
    return lignes


def ranger(les_membres: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Members of one class or group, by role."""
    eleves: list[dict[str, Any]] = []
    enseignants: dict[int, dict[str, Any]] = {}
    principaux: list[int] = []
    for m in les_membres:
        personne = {"aaf_id": m["aaf_id"], "nom": m["nom"], "prenom": m["prenom"], "login": m["login"]}
        if m["role"] == "eleve":
            eleves.append({**personne, "depuis": m["depuis"]})
        elif m["role"] == "principal":
            principaux.append(m["aaf_id"])
            enseignants.setdefault(m["aaf_id"], {**personne, "matieres": []})
        else:
            connu = enseignants.setdefault(m["aaf_id"], {**personne, "matieres": []})
            if m["matiere"]:
                connu["matieres"].append({"code": m["matiere"], "libelle": m["libelle"] or m["matiere"]})
    return {"eleves": eleves, "enseignants": list(enseignants.values()), "principaux": principaux}


def bilan(u: Unite, projet: str, uai: str | None = None) -> dict[str, Any]:
    """What the ENT holds: live accounts by profile, classes, groups, memberships of pupils in groups."""
    lire_projet(u, projet)
    base = filtrer_comptes(projet, uai=uai).subquery()
    par_etat = u.session.execute(
        select(base.c.profil, base.c.etat, func.count()).group_by(base.c.profil, base.c.etat)
    ).all()
    vivants = dict.fromkeys(rules.PROFILS, 0)
    etats = dict.fromkeys(rules.LIBELLES_ETAT, 0)
    for profil, etat, nombre in par_etat:
        etats[etat] += nombre
        if etat in rules.VIVANTS:
            vivants[profil] += nombre
    groupes = ensembles(u, projet, "groupe", uai)
    return {
        "comptes": {
            "eleves": vivants["eleve"],
            "responsables": vivants["responsable"],
            "enseignants": vivants["enseignant"],
            "autres": vivants["autre"],
        },
        "etats": etats,
        "classes": len(ensembles(u, projet, "division", uai)),
        "groupes": len(groupes),
        "groupes_sans_eleve": sum(not g["nb_eleves"] for g in groupes),
        "liens": sum(g["nb_eleves"] for g in groupes),
    }


def liens(u: Unite, projet: str, aaf_id: int) -> list[dict[str, Any]]:
    """The responsables of a pupil, or the pupils of a responsable, whose accounts live, by name."""
    parametres = {"projet": projet, "aaf_id": aaf_id}
    return [dict(x) for x in u.session.execute(text(_LIENS), parametres).mappings()]


def historique(u: Unite, projet: str, aaf_id: int) -> list[models.Evenement]:
    """What happened to an account, oldest first."""
    table = models.Evenement
    requete = select(table).where(table.projet == projet, table.aaf_id == aaf_id).order_by(table.instant, table.id)
    return list(u.session.scalars(requete))


def homonymes(u: Unite, projet: str, aaf_id: int) -> int:
    """How many other accounts of the same profile and name exist, deactivated ones included (ENT-10, ENT-16)."""
    requete = """
        SELECT count(*) FROM compte c JOIN compte a
            ON a.projet = c.projet AND a.cle_tri = c.cle_tri AND a.profil = c.profil AND a.aaf_id <> c.aaf_id
        WHERE c.projet = :projet AND c.aaf_id = :aaf_id AND c.etat <> 'purge'
    """
    return int(u.session.execute(text(requete), {"projet": projet, "aaf_id": aaf_id}).scalar_one())


# --- statements ----------------------------------------------------------------------------------------------------

_ECOLES = """
    SELECT r.aaf_id, s.uai, s.sigle, s.nom, r.fonctions FROM rattachement r
    JOIN structure s ON s.projet = r.projet AND s.id = r.structure_id
    WHERE r.projet = :projet AND r.aaf_id = ANY(:ids) ORDER BY r.aaf_id, s.uai, s.id
"""
# A member, the class or group that he is in (of the project's year), its school, his account.
_EFFECTIF = """
    membre m
    JOIN projet t ON t.code = m.projet
    JOIN ensemble e ON e.projet = m.projet AND e.structure_id = m.structure_id AND e.annee = t.annee
        AND e.genre = m.genre AND e.nom = m.nom
    JOIN compte c ON c.projet = m.projet AND c.aaf_id = m.aaf_id AND c.etat IN ('a_activer', 'actif')
"""
_ENSEMBLES = f"""
    SELECT m.aaf_id, s.uai, m.genre, m.nom, m.role FROM {_EFFECTIF}
    JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id
    WHERE m.projet = :projet AND m.aaf_id = ANY(:ids)
"""
_LISTE = f"""
    SELECT s.uai, n.nom, n.libelle, n.parents, n.annee, n.declare, n.cree_le, n.retire_le,
        coalesce(k.eleves, 0) AS nb_eleves, coalesce(k.enseignants, 0) AS nb_enseignants
    FROM ensemble n
    JOIN projet t ON t.code = n.projet AND t.annee = n.annee
    JOIN structure s ON s.projet = n.projet AND s.id = n.structure_id
    LEFT JOIN (
        SELECT m.structure_id, m.nom, count(*) FILTER (WHERE m.role = 'eleve') AS eleves,
            count(DISTINCT m.aaf_id) FILTER (WHERE m.role <> 'eleve') AS enseignants
        FROM {_EFFECTIF} WHERE m.projet = :projet AND m.genre = :genre GROUP BY m.structure_id, m.nom
    ) k ON k.structure_id = n.structure_id AND k.nom = n.nom
    WHERE n.projet = :projet AND n.genre = :genre AND (CAST(:uai AS text) IS NULL OR s.uai = :uai)
    ORDER BY s.uai, n.nom
"""
_MEMBRES = f"""
    SELECT s.uai, m.nom AS ensemble, m.role, m.matiere, l.libelle, m.depuis, c.aaf_id, c.nom, c.prenom, c.login
    FROM {_EFFECTIF}
    JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id
    LEFT JOIN libelle l ON l.projet = m.projet AND l.genre = 'matiere' AND l.code = m.matiere
    WHERE m.projet = :projet AND m.genre = :genre AND (CAST(:uai AS text) IS NULL OR s.uai = :uai)
      AND (CAST(:nom AS text) IS NULL OR m.nom = :nom)
    ORDER BY s.uai, m.nom, c.cle_tri, c.aaf_id, m.role, m.matiere
"""
_LIENS = """
    SELECT c.aaf_id, c.nom, c.prenom, c.profil, c.login, c.etat, li.type_lien, li.legal, li.financier, li.contact
    FROM lien li JOIN compte c ON c.projet = li.projet AND c.etat IN ('a_activer', 'actif')
        AND c.aaf_id = CASE WHEN li.eleve_id = :aaf_id THEN li.responsable_id ELSE li.eleve_id END
    WHERE li.projet = :projet AND (li.eleve_id = :aaf_id OR li.responsable_id = :aaf_id)
    ORDER BY li.legal = 0, c.cle_tri, c.aaf_id
"""
