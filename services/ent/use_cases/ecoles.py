"""The classes of the first degree: nothing declares them, they exist only by their pupils.

Their number (idClasse) tells them apart, their name is what people know. Inferred: where two classes of an école bear
the same name, the one that comes second is « nom (idClasse) », and keeps that name until it is renamed. Source:
reference aaf.md §5.1, §5.4.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from sqlalchemy import select, text

from services.ent.models import Ensemble, Projet
from services.ent.use_cases.contexte import Contexte
from services.ent.use_cases.sql import executer
from shared.formats.aaf.valeurs import ClasseEcole
from shared.persistence.unite import Unite

_Cle = tuple[int, str, str]
"""École, `division` or `groupe`, idClasse or name."""


class NomsDeClasses:
    """The names of the classes and groups of a project, from those that it has: an object called for each pupil."""

    def __init__(self, u: Unite, projet: Projet) -> None:
        table = Ensemble
        connus = select(table.structure_id, table.genre, table.cle, table.nom).where(
            table.projet == projet.code, table.annee == projet.annee, table.cle != ""
        )
        self._noms: dict[_Cle, str] = {}
        self._pris: dict[_Cle, str] = {}
        self._vus: dict[_Cle, str] = {}
        for structure, genre, cle, nom in u.session.execute(connus):
            self._noms[structure, genre, cle] = nom
            self._pris[structure, genre, nom] = cle

    def __call__(self, genre: str, classe: ClasseEcole) -> str:
        """The name of a class (`division`) or of a group (`groupe`) in this ENT."""
        cle = classe.structure, genre, classe.id
        second = f"{classe.nom} ({classe.id})"
        nom = self._noms.get(cle)
        if nom is None or nom not in (classe.nom, second):
            if nom is not None:
                self._pris.pop((classe.structure, genre, nom), None)
            libre = self._pris.get((classe.structure, genre, classe.nom), classe.id) == classe.id
            nom = self._noms[cle] = classe.nom if libre else second
            self._pris[classe.structure, genre, nom] = classe.id
        self._vus[cle] = nom
        return nom

    def retenir(self, u: Unite, c: Contexte) -> None:
        """Keep the numbers of those that the feed named, for the feeds to come."""
        vus = sorted(self._vus.items())
        parametres = {
            "projet": c.projet,
            "annee": c.annee,
            "structures": [structure for (structure, _, _), _ in vus],
            "genres": [genre for (_, genre, _), _ in vus],
            "cles": [cle for (_, _, cle), _ in vus],
            "noms": [nom for _, nom in vus],
        }
        executer(u, _CLES_RENDUES, **parametres)
        executer(u, _CLES, **parametres)


def retirer_vides(u: Unite, c: Contexte) -> dict[str, int]:
    """Mark the classes (`division`) and groups (`groupe`) that no pupil is in any more, unmark those that have some
    again: how many are newly empty. They stay, as in the second degree those that are no longer declared (ENT-24)."""
    executer(u, _REPEUPLES, **c.sql)
    return {genre: int(nombre) for genre, nombre in u.session.execute(text(_VIDES), c.sql)}


def noter_niveaux(u: Unite, c: Contexte) -> None:
    """The levels of each class, those of its pupils, where the second degree has the MEF that the class declares."""
    u.session.execute(text(_NIVEAUX), {"projet": c.projet, "annee": c.annee})


_VUS = """
    FROM unnest(CAST(:structures AS bigint[]), CAST(:genres AS text[]), CAST(:cles AS text[]), CAST(:noms AS text[]))
        AS v (structure_id, genre, cle, nom)
    WHERE n.projet = :projet AND n.annee = :annee AND n.structure_id = v.structure_id AND n.genre = v.genre
"""
# A number whose class changed its name is no longer that of the old one, which stays, emptied.
_CLES_RENDUES = f"UPDATE ensemble n SET cle = '' {_VUS} AND n.cle = v.cle AND n.nom <> v.nom"
_CLES = f"UPDATE ensemble n SET cle = v.cle {_VUS} AND n.nom = v.nom AND n.cle <> v.cle"
_PEUPLE = """
    EXISTS (
        SELECT FROM membre m WHERE m.projet = n.projet AND m.structure_id = n.structure_id AND m.genre = n.genre
            AND m.nom = n.nom AND m.role = 'eleve')
"""
_REPEUPLES = f"""
    UPDATE ensemble n SET declare = true, retire_le = NULL
    WHERE n.projet = :projet AND n.annee = :annee AND NOT n.declare AND {_PEUPLE}
"""
_VIDES = f"""
    WITH vides AS (
        UPDATE ensemble n SET declare = false, retire_le = :instant
        WHERE n.projet = :projet AND n.annee = :annee AND n.declare AND NOT {_PEUPLE} RETURNING n.genre)
    SELECT genre, count(*) FROM vides GROUP BY genre
"""
_NIVEAUX = """
    UPDATE ensemble n SET parents = x.niveaux
    FROM (
        SELECT m.structure_id, m.nom, array_agg(DISTINCT c.mef ORDER BY c.mef) AS niveaux
        FROM membre m
        JOIN compte c ON c.projet = m.projet AND c.aaf_id = m.aaf_id AND c.etat IN ('a_activer', 'actif')
        WHERE m.projet = :projet AND m.genre = 'division' AND m.role = 'eleve' AND c.mef <> ''
        GROUP BY m.structure_id, m.nom) x
    WHERE n.projet = :projet AND n.annee = :annee AND n.genre = 'division' AND n.structure_id = x.structure_id
      AND n.nom = x.nom AND n.parents IS DISTINCT FROM x.niveaux
"""
