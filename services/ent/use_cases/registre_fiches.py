"""The records of the register, read from the directory by whole sets: one statement for each kind.

Source: connectors reference §6.1, mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from services.ent import models
from services.ent.rules import oneroster as rules
from services.ent.rules.connecteurs import uuid_du_compte
from shared.formats.oneroster import fiches
from shared.formats.oneroster.fiches import Corps, Genre
from shared.horloge.calendrier import calendrier_scolaire
from shared.persistence.unite import Unite

Ligne = tuple[Any, ...]
"""A row of `AttenteRegistre`, in the order of its columns."""
PAR_PAGE = 5000
SANS_MATIERE = "SANS_MATIERE"


@dataclass(slots=True)
class _Registre:
    """What is being made: identifiers given so far."""

    u: Unite
    projet: models.Projet
    an: str = ""
    terme: str = ""
    ecoles: dict[int, str] = field(default_factory=dict)
    cours: dict[tuple[int, str], str] = field(default_factory=dict)
    classes: dict[tuple[int, str, str], dict[str, str]] = field(default_factory=dict)
    """(structure, genre, name) → matière ("" for the class itself) → sourcedId."""

    def id(self, *cles: object) -> str:
        return rules.sourced_id(self.u.bac.nom, self.projet.code, *cles)

    def compte(self, aaf_id: int) -> str:
        return uuid_du_compte(self.u.bac.nom, self.projet.code, aaf_id)

    def ligne(
        self,
        sid: str,
        genre: Genre,
        role: str,
        corps: Corps | tuple[Corps, Corps],
        *,
        ecoles: list[str],
        classe: str = "",
        personne: str = "",
        cours: str = "",
        aaf_id: int | None = None,
        ine: str = "",
    ) -> Ligne:
        if isinstance(corps, tuple):
            textes = fiches.texte(corps[0]), fiches.texte(corps[1])
        else:
            textes = (fiches.texte(corps),) * 2
        return (sid, genre, self.projet.code, role, ecoles, classe, personne, cours, aaf_id, ine, *textes)

    def requete(self, requete: str) -> Iterator[Row[Any]]:
        """The rows of a statement, a page at a time."""
        parametres = {"projet": self.projet.code, "annee": self.projet.annee}
        options = {"yield_per": PAR_PAGE}
        yield from self.u.session.execute(text(requete), parametres, execution_options=options)


def lignes(u: Unite, projet: models.Projet) -> Iterator[Ligne]:
    """Every record of a project as it is now."""
    r = _Registre(u, projet)
    for genre in (_organisations, _sessions, _classes, _personnes, _inscriptions):
        yield from genre(r)


def _organisations(r: _Registre) -> Iterator[Ligne]:
    structures = list(r.requete(_STRUCTURES))
    r.ecoles = {s.id: r.id("org", s.id) for s in structures}
    district = r.id("org", "projet")
    corps = fiches.organisation(r.projet.libelle, "district", r.projet.code, enfants=list(r.ecoles.values()))
    yield r.ligne(district, "org", "district", corps, ecoles=[district])
    for s in structures:
        type_ = "school" if s.uai else "local"
        nom = " ".join(x for x in (s.sigle, s.nom) if x) or s.uai
        meta = {"commune": s.commune, "nature": s.nature}
        corps = fiches.organisation(nom, type_, s.uai or str(s.id), district, meta=meta)
        yield r.ligne(r.ecoles[s.id], "org", type_, corps, ecoles=[r.ecoles[s.id]])


def _sessions(r: _Registre) -> Iterator[Ligne]:
    if not r.projet.annee:
        return
    profil = r.u.profil
    toutes = rules.sessions(calendrier_scolaire(r.projet.annee, profil.calendrier, profil.zone))
    r.an, r.terme = r.id(toutes[0].cle), r.id(toutes[1].cle)
    for s in toutes:
        enfants = [r.id(x.cle) for x in toutes if x.parent == s.cle]
        parent = r.id(s.parent) if s.parent else ""
        corps = fiches.session(s.titre, s.type, s.debut, s.fin, s.annee, parent, enfants)
        yield r.ligne(r.id(s.cle), "academicSession", s.type, corps, ecoles=list(r.ecoles.values()), cours=parent)


def _classes(r: _Registre) -> Iterator[Ligne]:
    libelles = {(x.genre, x.code): x.libelle for x in r.requete(_LIBELLES)}
    for e in r.requete(_ENSEMBLES):
        ecole = r.ecoles.get(e.structure_id)
        if ecole is None:
            continue
        connues = r.classes.setdefault((e.structure_id, e.genre, e.nom), {})
        mef = e.parents[0] if e.genre == "division" and e.parents else ""
        niveau = rules.niveau(mef)
        niveaux = [rules.niveau(m) for m in e.parents] if e.genre == "division" else []
        titre = e.libelle or e.nom
        if e.genre == "division" or not e.matieres:
            code = mef or SANS_MATIERE
            libelle = libelles.get(("mef", mef)) or mef or "Enseignement sans matière connue"
            yield from _cours(r, e.structure_id, code, libelle, (), niveau)
            sid = connues[""] = r.id("classe", e.structure_id, e.genre, e.annee, e.nom)
            type_ = "homeroom" if e.genre == "division" else "scheduled"
            yield _classe(r, sid, titre, e.nom, type_, e.structure_id, code, (), niveaux)
        for matiere in e.matieres:
            libelle = libelles.get(("matiere", matiere)) or matiere
            couples = ((libelle, matiere),)
            yield from _cours(r, e.structure_id, matiere, libelle, couples, "")
            sid = connues[matiere] = r.id("classe", e.structure_id, e.genre, e.annee, e.nom, matiere)
            code = f"{e.nom}/{matiere}"
            yield _classe(r, sid, f"{titre} {libelle}", code, "scheduled", e.structure_id, matiere, couples, niveaux)


def _cours(
    r: _Registre, structure: int, code: str, libelle: str, matieres: tuple[tuple[str, str], ...], niveau: str
) -> Iterator[Ligne]:
    """A course, the first time that a class wants it."""
    if (structure, code) in r.cours:
        return
    sid = r.cours[structure, code] = r.id("cours", structure, code)
    ecole = r.ecoles[structure]
    corps = fiches.cours(libelle, code, r.an, ecole, matieres, niveau)
    yield r.ligne(sid, "course", "course", corps, ecoles=[ecole])


def _classe(
    r: _Registre,
    sid: str,
    titre: str,
    code: str,
    type_: str,
    structure: int,
    cours: str,
    matieres: tuple[tuple[str, str], ...],
    niveaux: list[str],
) -> Ligne:
    ecole, lu = r.ecoles[structure], r.cours[structure, cours]
    corps = fiches.classe(
        titre, code, type_, cours=lu, ecole=ecole, sessions=[r.terme], matieres=matieres, niveaux=niveaux
    )
    return r.ligne(sid, "class", type_, corps, ecoles=[ecole], cours=lu)


def _personnes(r: _Registre) -> Iterator[Ligne]:
    for c in r.requete(_COMPTES):
        sid = r.compte(c.aaf_id)
        liens = [(int(x[1]), int(x[2])) for x in c.liens or ()]
        roles = []
        for structure, fonctions in c.ecoles or ():
            ecole = r.ecoles.get(structure)
            if ecole is not None:
                mots = rules.roles(c.profil, {f[0] for f in fonctions}, liens)
                roles.append(fiches.Role(ecole, *mots, structure == c.structure_id))
        if not roles:
            roles = [fiches.Role(r.id("org", "projet"), *rules.roles(c.profil, (), liens), True)]
        meta: dict[str, Any] = {"etat": c.etat}
        if c.libelle_mef:
            meta["niveau"] = c.libelle_mef
        qui = fiches.Utilisateur(
            login=c.login or "",
            prenom=c.prenom,
            nom=c.nom,
            mel=rules.adresse(c.mel, c.login or str(c.aaf_id), r.projet.code),
            identifiant=str(c.aaf_id),
            roles=tuple(roles),
            etranger=(("ENTPersonJointure", str(c.aaf_id)),),
            proches=tuple(r.compte(int(x[0])) for x in c.liens or ()),
            niveaux=tuple(n for n in (rules.niveau(c.mef),) if n),
            meta=meta,
        )
        ecoles = [x.ecole for x in roles]
        v1p1 = qui.corps("v1p1")
        corps = v1p1, qui.corps("v1p2")
        yield r.ligne(sid, "user", v1p1["role"], corps, ecoles=ecoles, aaf_id=c.aaf_id, ine=c.ine or "")
        demographie = fiches.demographie(c.naissance, rules.sexe(c.civilite))
        yield r.ligne(sid, "demographics", "", demographie, ecoles=ecoles, aaf_id=c.aaf_id)


def _inscriptions(r: _Registre) -> Iterator[Ligne]:
    for m in r.requete(_MEMBRES):
        classes = r.classes.get((m.structure_id, m.genre, m.nom), {})
        if m.role == "eleve":
            for sid in classes.values():
                yield _inscription(r, m.aaf_id, sid, m.structure_id, "student", m.depuis.date(), principal=False)
        elif m.role == "principal" and "" in classes:
            yield _inscription(r, m.aaf_id, classes[""], m.structure_id, "teacher", m.depuis.date(), principal=True)
        elif m.role == "enseignant" and m.matiere in classes and (m.matiere or m.genre == "groupe"):
            yield _inscription(
                r, m.aaf_id, classes[m.matiere], m.structure_id, "teacher", m.depuis.date(), principal=False
            )


def _inscription(
    r: _Registre, aaf_id: int, classe: str, structure: int, role: str, debut: date, *, principal: bool
) -> Ligne:
    ecole, personne = r.ecoles[structure], r.compte(aaf_id)
    sid = r.id("inscription", classe, aaf_id, role)
    corps = fiches.inscription(personne, classe, ecole, role, debut, principal=principal)
    return r.ligne(sid, "enrollment", role, corps, ecoles=[ecole], classe=classe, personne=personne, aaf_id=aaf_id)


# --- statements ------------------------------------------------------------------------------------------------------

_STRUCTURES = """
    SELECT id, uai, sigle, nom, commune, nature FROM structure WHERE projet = :projet AND presente ORDER BY uai, id
"""
_LIBELLES = "SELECT genre, code, libelle FROM libelle WHERE projet = :projet"
_ENSEMBLES = """
    SELECT e.structure_id, e.genre, e.nom, e.annee, e.libelle, e.parents, coalesce(m.matieres, '{}') AS matieres
    FROM ensemble e
    LEFT JOIN (
        SELECT structure_id, genre, nom, array_agg(DISTINCT matiere ORDER BY matiere) AS matieres FROM membre
        WHERE projet = :projet AND role = 'enseignant' AND matiere <> '' GROUP BY structure_id, genre, nom
    ) m ON m.structure_id = e.structure_id AND m.genre = e.genre AND m.nom = e.nom
    WHERE e.projet = :projet AND e.annee = :annee ORDER BY e.structure_id, e.genre, e.nom
"""
# A person's links: the other's number, type, whether legal; both ways, since OneRoster's agents go both ways.
_COMPTES = """
    SELECT c.aaf_id, c.profil, c.nom, c.prenom, c.civilite, c.naissance, c.ine, c.mel, c.mef, c.libelle_mef,
        c.structure_id, c.login, c.etat, r.ecoles, l.liens
    FROM compte c
    LEFT JOIN (
        SELECT aaf_id, json_agg(json_build_array(structure_id, fonctions) ORDER BY structure_id) AS ecoles
        FROM rattachement WHERE projet = :projet GROUP BY aaf_id
    ) r ON r.aaf_id = c.aaf_id
    LEFT JOIN (
        SELECT x.de, json_agg(json_build_array(x.vers, x.type_lien, x.legal) ORDER BY x.vers) AS liens
        FROM (
            SELECT eleve_id AS de, responsable_id AS vers, type_lien, legal FROM lien WHERE projet = :projet
            UNION ALL SELECT responsable_id, eleve_id, type_lien, legal FROM lien WHERE projet = :projet
        ) x
        JOIN compte v ON v.projet = :projet AND v.aaf_id = x.vers AND v.etat IN ('a_activer', 'actif')
        GROUP BY x.de
    ) l ON l.de = c.aaf_id
    WHERE c.projet = :projet AND c.etat IN ('a_activer', 'actif') AND c.profil <> 'invite' ORDER BY c.aaf_id
"""
_MEMBRES = """
    SELECT DISTINCT m.aaf_id, m.structure_id, m.genre, m.nom, m.role,
        CASE m.role WHEN 'enseignant' THEN m.matiere ELSE '' END AS matiere, min(m.depuis) AS depuis
    FROM membre m
    JOIN ensemble e ON e.projet = m.projet AND e.structure_id = m.structure_id AND e.annee = :annee
        AND e.genre = m.genre AND e.nom = m.nom
    JOIN compte c ON c.projet = m.projet AND c.aaf_id = m.aaf_id AND c.etat IN ('a_activer', 'actif')
    WHERE m.projet = :projet
    GROUP BY m.aaf_id, m.structure_id, m.genre, m.nom, m.role, 6
    ORDER BY m.aaf_id, m.structure_id, m.genre, m.nom, m.role, matiere
"""
