"""EduConnect's identifiers.

Source: procedure REC-19 (guide 003 §1). The identifier is invented: initial, name and the number of the fiche, so that
it is the same each night, whoever else comes or goes.
"""

from __future__ import annotations

from shared.identifiers.texte import cle_tri

LONGUEUR_NOM = 20


def identifiant(prenom: str, nom: str, numero: int, *, responsable: bool) -> str:
    """The identifier of an account: « z.fictif1024 ». `numero`: ELEVE_ID, or PERSONNE_ID.

    Pupils have even numbers, responsables odd ones: the two numberings of SIECLE overlap.
    """
    lettres = "".join(c for c in cle_tri(nom) if c.isascii() and c.isalnum())[:LONGUEUR_NOM]
    initiale = next((c for c in cle_tri(prenom) if c.isascii() and c.isalpha()), "x")
    return f"{initiale}.{lettres or 'compte'}{2 * numero + responsable}"
