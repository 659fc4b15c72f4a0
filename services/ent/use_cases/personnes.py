"""An account as connectors may be told of it, read in one statement.

Source: connectors reference §1.
"""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.ent.rules.connecteurs import Ecole, Personne, uuid_du_compte
from shared.persistence.breve import Executant


def personne(u: Executant, projet: str, aaf_id: int) -> Personne | None:
    """An account as connectors may be told of it; None unless it is active."""
    lus = u.executer(_LIRE, {"projet": projet, "aaf_id": aaf_id})
    return de_colonnes(u.nom_du_bac, lus[0]) if lus else None


def de_colonnes(bac: str, colonnes: Sequence[Any]) -> Personne:
    """The person that the columns of `COLONNES`, read in that bac, describe in their order."""
    (projet, aaf_id, login, nom, prenom, profil, naissance, mel, mef, code_postal, eleve_id) = colonnes[:11]
    les_ecoles, les_ensembles, les_proches = colonnes[11:]
    ensembles = sorted({(structure, genre, nom_ensemble) for structure, genre, nom_ensemble in les_ensembles or ()})
    ecoles = tuple(
        Ecole(
            id=numero,
            uai=uai,
            nom=" ".join(x for x in (sigle, denomination) if x) or uai,
            nature=nature,
            fonctions=tuple((f[0], f[1]) for f in fonctions),
            classes=tuple(n for structure, genre, n in ensembles if structure == numero and genre == "division"),
            groupes=tuple(n for structure, genre, n in ensembles if structure == numero and genre == "groupe"),
        )
        for numero, uai, sigle, denomination, nature, fonctions in les_ecoles or ()
    )
    proches = tuple((numero, nom_complet) for numero, nom_complet in les_proches or ())
    return Personne(
        aaf_id=aaf_id,
        uuid=uuid_du_compte(bac, projet, aaf_id),
        login=login or "",
        nom=nom,
        prenom=prenom,
        profil=profil,
        naissance=naissance,
        mel=mel,
        mef=mef,
        code_postal=code_postal,
        eleve_id=eleve_id,
        ecoles=ecoles,
        parents=proches if profil == "eleve" else (),
        enfants=proches if profil == "responsable" else (),
        fonctions=frozenset(f for e in ecoles for f, _ in e.fonctions),
    )


COLONNES = """
    c.projet, c.aaf_id, c.login, c.nom, c.prenom, c.profil, c.naissance, c.mel, c.mef, c.code_postal, c.eleve_id,
    (SELECT json_agg(json_build_array(s.id, s.uai, s.sigle, s.nom, s.nature, r.fonctions)
            ORDER BY s.id IS DISTINCT FROM c.structure_id, s.uai, s.id)
        FROM rattachement r JOIN structure s ON s.projet = r.projet AND s.id = r.structure_id
        WHERE r.projet = c.projet AND r.aaf_id = c.aaf_id),
    (SELECT json_agg(json_build_array(m.structure_id, m.genre, m.nom))
        FROM membre m JOIN projet t ON t.code = m.projet
        JOIN ensemble e ON e.projet = m.projet AND e.structure_id = m.structure_id AND e.annee = t.annee
            AND e.genre = m.genre AND e.nom = m.nom
        WHERE m.projet = c.projet AND m.aaf_id = c.aaf_id),
    (SELECT json_agg(json_build_array(p.aaf_id, p.prenom || ' ' || p.nom)
            ORDER BY li.legal = 0, p.cle_tri, p.aaf_id)
        FROM lien li JOIN compte p ON p.projet = li.projet AND p.etat IN ('a_activer', 'actif')
            AND p.aaf_id = CASE WHEN li.eleve_id = c.aaf_id THEN li.responsable_id ELSE li.eleve_id END
        WHERE li.projet = c.projet AND (li.eleve_id = c.aaf_id OR li.responsable_id = c.aaf_id))
"""
"""What is read of an active account `c`: herself, her schools, her classes and groups, her parents or children."""
_LIRE = f"SELECT {COLONNES} FROM compte c WHERE c.projet = %(projet)s AND c.aaf_id = %(aaf_id)s AND c.etat = 'actif'"
