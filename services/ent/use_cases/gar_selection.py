"""Who and what goes to the GAR, read from the ENT as streams, in the order of the files.

Source: connectors reference §7.3. Inferred: members of a class or group are its pupils and its teachers; the MEF of a
teacher are those of the classes that she teaches, directly or by their groups.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, text

from services.ent.models import Projet
from services.ent.rules import gar as rules
from services.ent.rules.connecteurs import uuid_du_compte
from services.ent.rules.gar import ReglagesGar
from services.ent.use_cases.sql import par_ensembles
from shared.formats.gar import Degre, Noeud, Sorte
from shared.formats.gar import noeuds as n
from shared.persistence.unite import Unite

PAR_LOT = 2000
CLES = 50
"""Keys kept of those left out for one reason; they are all counted."""


class Selection:
    """What a project sends. `exclusions` is complete once everything has been read."""

    def __init__(self, u: Unite, projet: Projet, reglages: ReglagesGar, degre: Degre = Degre.SECOND) -> None:
        self._u = u
        self._projet = projet.code
        self._degre = degre
        self._reglages = reglages
        self._sql = {"projet": projet.code, "uais": projet.uais, "annee": projet.annee}
        self._divisions: set[tuple[str, str]] = set()
        self._nombres: Counter[str] = Counter()
        self._cles: dict[str, list[str]] = {}
        self._dernier = (-1, "")

    def tout(self) -> Iterator[tuple[Sorte, Iterator[Noeud]]]:
        """The records of each file, one file after the other."""
        par_ensembles(self._u)  # of an ENT just fed the database knows little
        yield Sorte.ETAB, self._etab()
        yield Sorte.ENSEIGNANT, self._personnels()
        yield Sorte.ELEVE, self._eleves()
        yield Sorte.GROUPE, self._groupe()
        yield Sorte.RESP_AFF, self._responsables()
        for ligne in self._lire(_EXCLUS):
            sans_niveau = ligne.code == "ELEVE_SANS_MEF" and self._degre is Degre.PREMIER
            code = "ELEVE_SANS_NIVEAU" if sans_niveau else ligne.code
            self._nombres[code] += ligne.nombre
            self._cles.setdefault(code, []).extend(str(x) for x in ligne.cles or ())

    def exclusions(self) -> list[dict[str, Any]]:
        """By reason, in the order of `rules.EXCLUSIONS`: how many, the keys of some."""
        return [
            {"code": code, "nombre": self._nombres[code], "cles": self._cles.get(code, [])}
            for code in rules.EXCLUSIONS
            if self._nombres[code]
        ]

    def _lire(self, requete: str, **parametres: Any) -> Iterator[Row[Any]]:
        options = {"stream_results": True, "yield_per": PAR_LOT}
        yield from self._u.session.execute(text(_ECOLE + requete), self._sql | parametres, execution_options=options)

    def _exclure(self, code: str, cle: str) -> None:
        self._nombres[code] += 1
        cles = self._cles.setdefault(code, [])
        if len(cles) < CLES:
            cles.append(cle)

    def _id(self, aaf_id: int) -> str:
        """GARPersonIdentifiant; the links of a person follow one another."""
        if self._dernier[0] != aaf_id:
            self._dernier = aaf_id, uuid_du_compte(self._u.bac.nom, self._projet, aaf_id)
        return self._dernier[1]

    # --- Etab ---------------------------------------------------------------------------------------------------

    def _etab(self) -> Iterator[Noeud]:
        for e in self._lire("SELECT DISTINCT ON (uai) uai, sigle, nom, commune FROM ecole ORDER BY uai, id"):
            yield n.etab(e.uai, " ".join(x for x in (e.sigle, e.nom, e.commune) if x) or e.uai)
        if self._degre is Degre.PREMIER:  # neither MEF nor matière
            return
        for m in self._lire(_MEFS):
            yield n.mef(m.uai, m.mef, m.libelle or m.mef)
        vues: set[tuple[str, str]] = set()
        for m in self._lire(_MATIERES):
            code = rules.matiere(m.matiere)
            if code is None:
                self._exclure("MATIERE_INVALIDE", f"{m.uai} {m.matiere}")
            elif (m.uai, code) not in vues:
                vues.add((m.uai, code))
                yield n.matiere(m.uai, code, rules.libelle_matiere(code, m.libelle))

    # --- Enseignant, Eleve --------------------------------------------------------------------------------------

    def _identite(self, c: Row[Any], par_ecole: dict[str, list[str]]) -> n.Identite:
        codes = [(a, p) for a, f in par_ecole.items() for p in rules.profils(c.profil, f, self._reglages)]
        return n.Identite(
            identifiant=self._id(c.aaf_id),
            profils=codes,
            nom=c.nom,
            prenom=c.prenom,
            nom_famille=c.nom_famille,
            civilite=rules.civilite(c.civilite),
            uai=c.principal or next(iter(par_ecole)),
            etabs=list(par_ecole),
            naissance=c.naissance,
        )

    def _personnels(self) -> Iterator[Noeud]:
        for c in self._lire(_PERSONNES, profils=["enseignant", "autre"]):
            fonctions: dict[str, list[str]] = {}
            postes: dict[str, set[str]] = {}
            for uai, lues in c.ecoles:
                fonctions.setdefault(uai, []).extend(f[0] for f in lues)
                postes.setdefault(uai, set()).update(f[2] for f in lues if len(f) > 2 and f[2] not in ("", "-"))
            yield n.enseignant(
                self._identite(c, fonctions),
                [(uai, sorted(codes)) for uai, codes in postes.items() if codes],
                [c.mel] if c.mel else [],
                self._degre,
            )
        if self._degre is Degre.PREMIER:  # nothing says whom a teacher teaches
            return
        for x in self._lire(_MEFS_ENSEIGNES):
            yield n.person_mef(x.uai, self._id(x.aaf_id), x.mef)

    def _eleves(self) -> Iterator[Noeud]:
        for c in self._lire(_PERSONNES, profils=["eleve"]):
            yield n.eleve(self._identite(c, {uai: [] for uai, _ in c.ecoles}))
        for x in self._lire(_MEFS_SUIVIS):
            yield n.person_mef(x.uai, self._id(x.aaf_id), x.mef, self._degre)
        if self._degre is Degre.PREMIER:
            return
        for x in self._lire(_ENSEIGNEMENTS):
            for code in sorted({c for c in map(rules.matiere, x.codes) if c}):
                yield n.eleve_enseignement(x.uai, self._id(x.aaf_id), code)

    # --- Groupe -------------------------------------------------------------------------------------------------

    def _groupe(self) -> Iterator[Noeud]:
        vus: set[tuple[str, str]] = set()
        for g in self._lire(_ENSEMBLES):
            cle = g.uai, g.nom
            division = g.genre == "division"
            if cle in vus:
                if not division:
                    self._exclure("GROUPE_HOMONYME", f"{g.uai} {g.nom}")
                continue
            vus.add(cle)
            if division:
                self._divisions.add(cle)
            citees = [] if division else sorted(set(g.parents))
            connues = [d for d in citees if (g.uai, d) in self._divisions]
            if len(connues) < len(citees):
                self._exclure("APPARTENANCE_INCONNUE", f"{g.uai} {g.nom}")
            yield n.groupe(g.uai, g.nom, g.libelle or g.nom, n.DIVISION if division else n.GROUPE, connues)
        for m in self._lire(_MEMBRES):
            if not m.ici:
                self._exclure("MEMBRE_AILLEURS", f"{m.aaf_id} {m.uai} {m.nom}")
            elif not self._masque(m):
                yield n.person_groupe(m.uai, self._id(m.aaf_id), m.nom)
        for genre in () if self._degre is Degre.PREMIER else ("groupe", "division"):
            for m in self._lire(_ENSEIGNES, genre=genre):
                matieres = sorted({c for c in map(rules.matiere, m.matieres) if c})
                if matieres and not self._masque(m):
                    yield n.enseigne(m.uai, self._id(m.aaf_id), m.nom, matieres, classe=genre == "division")

    def _masque(self, m: Row[Any]) -> bool:
        """Whether it is of a group left out for its name, which is a class's."""
        return m.genre == "groupe" and (m.uai, m.nom) in self._divisions

    # --- RespAff ------------------------------------------------------------------------------------------------

    def _responsables(self) -> Iterator[Noeud]:
        choix = self._reglages.responsables
        codes = {"direction": ["DIR"], "direction_documentation": ["DIR", "DOC"]}.get(choix, [])
        ids = [int(x) for x in self._reglages.liste_responsables if x.isdecimal()] if choix == "liste" else []
        if not codes and not ids:
            return
        par_ecole: Counter[str] = Counter()
        for c in self._lire(_RESPONSABLES, codes=codes, ids=ids):
            if not c.mel:
                self._exclure("RESPONSABLE_SANS_MEL", str(c.aaf_id))
                continue
            uais = [uai for uai in c.uais if par_ecole[uai] < rules.MAX_RESPONSABLES]
            if len(uais) < len(c.uais):
                self._exclure("RESPONSABLE_EN_TROP", str(c.aaf_id))
            par_ecole.update(uais)
            if uais:
                yield n.responsable_affectation(
                    self._id(c.aaf_id), c.nom, c.prenom, rules.civilite(c.civilite), [c.mel], uais
                )


# --- statements ----------------------------------------------------------------------------------------------------

# The schools of the perimeter; live accounts with their schools there; a class or group of the year.
_ECOLE = """
    WITH ecole AS (
        SELECT id, uai, sigle, nom, commune FROM structure
        WHERE projet = :projet AND presente AND uai = ANY(CAST(:uais AS text[]))
    ) """
_VIVANT = "c.projet = :projet AND c.etat IN ('a_activer', 'actif')"
_RATTACHE = """
    JOIN rattachement r ON r.projet = c.projet AND r.aaf_id = c.aaf_id
    JOIN ecole e ON e.id = r.structure_id
"""
_DANS = """
    membre m
    JOIN ecole e ON e.id = m.structure_id
    JOIN ensemble s ON s.projet = m.projet AND s.structure_id = m.structure_id AND s.annee = :annee
        AND s.genre = m.genre AND s.nom = m.nom
    JOIN compte c ON c.projet = m.projet AND c.aaf_id = m.aaf_id AND c.etat IN ('a_activer', 'actif')
"""
_ICI = "JOIN rattachement r ON r.projet = m.projet AND r.aaf_id = m.aaf_id AND r.structure_id = m.structure_id"
_PERSONNES = f"""
    SELECT c.aaf_id, c.profil, c.nom, c.prenom, c.nom_famille, c.civilite, c.naissance, c.mel,
        max(p.uai) AS principal,
        jsonb_agg(jsonb_build_array(e.uai, r.fonctions) ORDER BY e.uai, e.id) AS ecoles
    FROM compte c {_RATTACHE} LEFT JOIN ecole p ON p.id = c.structure_id
    WHERE {_VIVANT} AND c.profil = ANY(CAST(:profils AS text[]))
    GROUP BY c.aaf_id, c.projet ORDER BY c.aaf_id
"""
_MEFS_SUIVIS = f"""
    SELECT DISTINCT c.aaf_id, e.uai, c.mef FROM compte c {_RATTACHE}
    WHERE {_VIVANT} AND c.profil = 'eleve' AND c.mef <> '' ORDER BY c.aaf_id, e.uai
"""
_MEFS = f"""
    SELECT m.uai, m.mef, l.libelle FROM (
        SELECT e.uai, c.mef FROM compte c {_RATTACHE} WHERE {_VIVANT} AND c.profil = 'eleve' AND c.mef <> ''
        UNION
        SELECT e.uai, unnest(s.parents) FROM ensemble s JOIN ecole e ON e.id = s.structure_id
        WHERE s.projet = :projet AND s.annee = :annee AND s.genre = 'division'
    ) m LEFT JOIN libelle l ON l.projet = :projet AND l.genre = 'mef' AND l.code = m.mef
    WHERE m.mef <> '' ORDER BY m.uai, m.mef
"""
_MEFS_ENSEIGNES = f"""
    , enseigne AS (
        SELECT DISTINCT m.aaf_id, e.uai, m.structure_id, m.genre, m.nom, s.parents FROM {_DANS} {_ICI}
        WHERE m.projet = :projet AND m.role = 'enseignant'
    )
    SELECT DISTINCT t.aaf_id, t.uai, t.mef FROM (
        SELECT aaf_id, uai, unnest(parents) AS mef FROM enseigne WHERE genre = 'division'
        UNION ALL
        SELECT g.aaf_id, g.uai, unnest(d.parents) FROM enseigne g
        JOIN ensemble d ON d.projet = :projet AND d.structure_id = g.structure_id AND d.annee = :annee
            AND d.genre = 'division' AND d.nom = ANY(g.parents)
        WHERE g.genre = 'groupe'
    ) t WHERE t.mef <> '' ORDER BY t.aaf_id, t.uai, t.mef
"""
# Those that are taught and those that pupils follow.
_MATIERES = f"""
    SELECT x.uai, x.matiere, l.libelle FROM (
        SELECT e.uai, m.matiere FROM {_DANS} {_ICI}
        WHERE m.projet = :projet AND m.role = 'enseignant' AND m.matiere <> ''
        UNION
        SELECT DISTINCT e.uai, unnest(string_to_array(c.enseignements, ' ')) FROM compte c {_RATTACHE}
        WHERE {_VIVANT} AND c.profil = 'eleve' AND c.enseignements <> ''
    ) x LEFT JOIN libelle l ON l.projet = :projet AND l.genre = 'matiere' AND l.code = x.matiere
    ORDER BY x.uai, x.matiere
"""
_ENSEIGNEMENTS = f"""
    SELECT DISTINCT c.aaf_id, e.uai, string_to_array(c.enseignements, ' ') AS codes FROM compte c {_RATTACHE}
    WHERE {_VIVANT} AND c.profil = 'eleve' AND c.enseignements <> '' ORDER BY c.aaf_id, e.uai
"""
_ENSEMBLES = """
    SELECT e.uai, s.genre, s.nom, s.libelle, s.parents FROM ensemble s JOIN ecole e ON e.id = s.structure_id
    WHERE s.projet = :projet AND s.annee = :annee ORDER BY s.genre, e.uai, s.nom, e.id
"""
_MEMBRES = f"""
    SELECT DISTINCT m.aaf_id, e.uai, m.nom, m.genre, r.aaf_id IS NOT NULL AS ici FROM {_DANS} LEFT {_ICI}
    WHERE m.projet = :projet ORDER BY m.aaf_id, e.uai, m.nom, m.genre
"""
_ENSEIGNES = f"""
    SELECT m.aaf_id, e.uai, m.genre, m.nom, array_agg(DISTINCT m.matiere) AS matieres FROM {_DANS} {_ICI}
    WHERE m.projet = :projet AND m.role = 'enseignant' AND m.matiere <> '' AND m.genre = :genre
    GROUP BY m.aaf_id, e.uai, m.genre, m.nom ORDER BY m.aaf_id, e.uai, m.nom
"""
_RESPONSABLES = f"""
    SELECT c.aaf_id, c.nom, c.prenom, c.civilite, c.mel, array_agg(DISTINCT e.uai ORDER BY e.uai) AS uais
    FROM compte c {_RATTACHE} WHERE {_VIVANT} AND c.profil IN ('enseignant', 'autre') AND (
        c.aaf_id = ANY(CAST(:ids AS bigint[])) OR EXISTS (
            SELECT 1 FROM jsonb_array_elements(r.fonctions) f WHERE f ->> 0 = ANY(CAST(:codes AS text[]))
        )
    ) GROUP BY c.aaf_id, c.projet ORDER BY c.aaf_id
"""
_EXCLUS = f"""
    SELECT x.code, count(*) AS nombre, (array_agg(x.aaf_id ORDER BY x.aaf_id) FILTER (
        WHERE x.code <> 'RESPONSABLE_LEGAL'))[1:{CLES}] AS cles FROM (
        SELECT c.aaf_id, CASE
            WHEN c.profil = 'responsable' THEN 'RESPONSABLE_LEGAL'
            WHEN c.profil = 'invite' THEN 'COMPTE_INVITE'
            WHEN c.etat NOT IN ('a_activer', 'actif') THEN 'COMPTE_DESACTIVE'
            WHEN r.aaf_id IS NULL THEN 'HORS_PERIMETRE'
            WHEN c.profil = 'eleve' AND c.mef = '' THEN 'ELEVE_SANS_MEF'
        END AS code FROM compte c LEFT JOIN (
            SELECT DISTINCT r.aaf_id FROM rattachement r JOIN ecole e ON e.id = r.structure_id WHERE r.projet = :projet
        ) r ON r.aaf_id = c.aaf_id WHERE c.projet = :projet
    ) x WHERE x.code IS NOT NULL GROUP BY x.code ORDER BY x.code
"""
