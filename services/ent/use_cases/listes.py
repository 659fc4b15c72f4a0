"""Who can be written to, and what one person sees: the messagerie, « Mes classes, mes groupes »."""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from services.ent.rules.modeles import nom_du_groupe
from services.ent.use_cases import consultation, vie_scolaire
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.projets import structures
from shared.contracts.refus import Inconnu
from shared.persistence.unite import Unite

GENRES = {"division": "Classe", "groupe": "Groupe"}


def destinataires(u: Unite, projet: str, uai: str) -> dict[str, list[dict[str, Any]]]:
    """The lists that the assistant destinataire offers, empty ones included (ENT-18, ENT-19).

    `profils`: of the whole school; `classes`, `groupes`: name, year's label, and how many of each can be written to;
    `groupes_edt`: the groups that the ENT made from the timetable, beside those of the AAF (ENT-31).
    """
    bilan = consultation.bilan(u, projet, uai)["comptes"]
    nommage, ecole = lire_projet(u, projet).nommage, nom_de_l_ecole(u, projet, uai)
    familles = {(x.genre, x.nom): x.nombre for x in u.session.execute(text(_FAMILLES), {"projet": projet, "uai": uai})}
    listes: dict[str, list[dict[str, Any]]] = {
        "profils": [
            {"public": public, "libelle": nom_du_groupe(nommage, public, ecole), "nombre": bilan[public]}
            for public in ("eleves", "responsables", "enseignants", "autres")
        ]
    }
    for nom, genre in (("classes", "division"), ("groupes", "groupe")):
        listes[nom] = [
            e | {"nb_responsables": familles.get((genre, e["nom"]), 0)}
            for e in consultation.ensembles(u, projet, genre, uai)
        ]
    listes["groupes_edt"] = vie_scolaire.groupes_pilotes(u, uai)
    return listes


def nom_de_l_ecole(u: Unite, projet: str, uai: str) -> str:
    """The name of a school, its UAI before the first feed."""
    return next((s.nom for s in structures(u, projet, uai) if s.nom), uai)


def ensemble(u: Unite, projet: str, uai: str, genre: str, nom: str) -> dict[str, Any]:
    """One class or group with its members and the responsables of its pupils. Raises `Inconnu` ENSEMBLE_INCONNU."""
    trouve = next((e for e in consultation.ensembles(u, projet, genre, uai) if e["nom"] == nom), None)
    if trouve is None:
        groupe = genre == "groupe"
        raise Inconnu(
            f"{'Le groupe' if groupe else 'La classe'} « {nom} » n'existe pas dans l'ENT.",
            code="ENSEMBLE_INCONNU",
            regle="DIAG-14" if groupe else None,
            remede=f"Vérifiez que STS-Web {'le' if groupe else 'la'} connaît et qu'un export Structure a été fait, "
            "puis attendez 48 h.",
        )
    membres = consultation.membres(u, projet, genre, uai, nom).get((uai, nom), [])
    parametres = {"projet": projet, "uai": uai, "genre": genre, "nom": nom}
    responsables = [dict(x) for x in u.session.execute(text(_RESPONSABLES), parametres).mappings()]
    return trouve | consultation.ranger(membres) | {"responsables": responsables}


def vue(u: Unite, projet: str, aaf_id: int, uai: str | None = None) -> list[dict[str, Any]]:
    """What a person sees under « Mes classes, mes groupes »: for herself, or for each of the pupils of a responsable.

    One entry per person looked at and per school of hers (`uai`: that one alone): `compte`, `uai`, `ecole`, `classes`
    and `groupes` with their members. Whoever directs the school sees them all, in numbers (inferred). Raises `Inconnu`.
    """
    compte = consultation.compte(u, projet, aaf_id)
    personnes = [compte]
    if compte["profil"] == "responsable":
        personnes = [consultation.compte(u, projet, e["aaf_id"]) for e in consultation.liens(u, projet, aaf_id)]
    vues = []
    for personne in personnes:
        for ecole in personne["etablissements"]:
            if uai in (None, ecole["uai"]):
                entree: dict[str, Any] = {"compte": personne, "uai": ecole["uai"], "ecole": ecole["nom"]}
                for cle, genre in (("classes", "division"), ("groupes", "groupe")):
                    entree[cle] = _vus(u, projet, personne, ecole, genre)
                vues.append(entree)
    return vues


def _vus(u: Unite, projet: str, compte: dict[str, Any], ecole: dict[str, Any], genre: str) -> list[dict[str, Any]]:
    """The classes or groups of a school that a person sees."""
    uai = ecole["uai"]
    if ecole["direction"]:
        return [e for e in consultation.ensembles(u, projet, genre, uai) if e["declare"]]
    siens = [nom for ici, sorte, nom in compte["appartenances"] if (ici, sorte) == (uai, genre)]
    tous = consultation.membres(u, projet, genre, uai) if siens else {}
    return [{"nom": nom, **consultation.ranger(tous.get((uai, nom), []))} for nom in siens]


def groupes_de_profil(u: Unite, projet: str, uai: str) -> list[dict[str, Any]]:
    """The groups that the ENT makes by itself: by profile, of the whole school, of each class and group.

    `nom`, as the project names them; `genre` (etablissement, division, groupe), `ensemble`, `public`, `nombre`.
    Raises `Inconnu` PROJET_INCONNU.
    """
    listes = destinataires(u, projet, uai)
    nommage, ecole = lire_projet(u, projet).nommage, nom_de_l_ecole(u, projet, uai)
    lignes = [
        {"genre": "etablissement", "ensemble": "", "public": p["public"], "nombre": p["nombre"]}
        for p in listes["profils"]
    ]
    for cle, genre in (("classes", "division"), ("groupes", "groupe")):
        for e in listes[cle]:
            for public, nombre in (
                ("eleves", e["nb_eleves"]),
                ("responsables", e["nb_responsables"]),
                ("enseignants", e["nb_enseignants"]),
            ):
                lignes.append({"genre": genre, "ensemble": e["nom"], "public": public, "nombre": nombre})
    return [x | {"nom": nom_du_groupe(nommage, x["public"], ecole, x["ensemble"], x["genre"])} for x in lignes]


# Live responsables of the live pupils of the classes and groups of a school, in the project's year.
_FAMILLE = """
    membre m
    JOIN projet t ON t.code = m.projet
    JOIN structure s ON s.projet = m.projet AND s.id = m.structure_id
    JOIN ensemble e ON e.projet = m.projet AND e.structure_id = m.structure_id AND e.annee = t.annee
        AND e.genre = m.genre AND e.nom = m.nom
    JOIN compte p ON p.projet = m.projet AND p.aaf_id = m.aaf_id AND p.etat IN ('a_activer', 'actif')
    JOIN lien li ON li.projet = m.projet AND li.eleve_id = m.aaf_id
    JOIN compte c ON c.projet = m.projet AND c.aaf_id = li.responsable_id AND c.etat IN ('a_activer', 'actif')
    WHERE m.projet = :projet AND m.role = 'eleve' AND s.uai = :uai
"""
_FAMILLES = f"""
    SELECT m.genre, m.nom, count(DISTINCT c.aaf_id) AS nombre FROM {_FAMILLE} GROUP BY m.genre, m.nom
"""
_RESPONSABLES = f"""
    SELECT DISTINCT c.cle_tri, c.aaf_id, c.nom, c.prenom, c.login FROM {_FAMILLE}
    AND m.genre = :genre AND m.nom = :nom ORDER BY c.cle_tri, c.aaf_id
"""
