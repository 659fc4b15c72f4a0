"""The guichets that the ENT trusts, and the failures worth playing. Pure data.

Source: connectors reference §4.2, §4.3.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guichet:
    """A provider of identities: the attribute that it names people by, whose profiles it connects."""

    libelle: str
    attribut: str
    profils: tuple[str, ...]
    aide: str


GUICHETS: dict[str, Guichet] = {
    "educonnect": Guichet(
        "ÉduConnect",
        "FrEduCtRefId",
        ("eleve", "responsable"),
        "{AAF}<académie>|<…>|<numéro AAF>, une valeur par compte ; la part du milieu n'est pas publique.",
    ),
    "guichet": Guichet(
        "Guichet académique",
        "FrEduVecteur",
        ("eleve", "responsable"),
        "profil|nom|prénom|numéro SIECLE de l'élève|UAI ; pour un responsable, une valeur par enfant.",
    ),
    "agents": Guichet(
        "Portail des agents", "mail", ("enseignant", "autre"), "L'adresse académique de l'agent, comme dans l'ENT."
    ),
}
"""The fake providers of identities of a bac, each with a key of its own."""

ECHECS = (
    ("vecteur inconnu", "changez le numéro SIECLE, l'UAI, ou le numéro AAF"),
    ("nom corrigé depuis", "changez le nom ou le prénom d'un responsable : ils sont comparés à la lettre"),
    ("particule, tiret, accent", "écrivez-les autrement que dans SIECLE"),
    ("mauvais profil", "remplacez le premier chiffre par 12"),
    ("plusieurs enfants", "laissez une valeur par enfant ; ajoutez celle d'un autre responsable : on choisit"),
    ("ÉduConnect sans AAF", "remplacez {AAF} par {ECT}"),
)
"""What to try: name, how."""
