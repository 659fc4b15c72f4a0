"""The guichets that the ENT trusts, and the failures worth playing. Pure data.

Source: connectors reference §4.2, §4.3.
"""

from __future__ import annotations

from msgspec import Struct


class Guichet(Struct, frozen=True):
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

ECHECS: dict[str, tuple[tuple[str, str], ...]] = {
    "educonnect": (
        ("compte inconnu", "changez le numéro AAF"),
        ("référence d'une autre origine", "remplacez {AAF} par {ECT}"),
        ("référence mal formée", "retirez une des parts"),
        ("plusieurs comptes", "ajoutez la référence d'une autre personne : l'utilisateur choisit"),
    ),
    "guichet": (
        ("vecteur inconnu", "changez le numéro SIECLE, ou l'UAI"),
        ("nom corrigé dans SIECLE depuis", "changez le nom d'un responsable : il est comparé à la lettre"),
        ("particule, tiret, accent, majuscule", "écrivez-les autrement que dans SIECLE"),
        ("mauvais profil", "remplacez le premier chiffre par 12"),
        ("plusieurs enfants", "une valeur par enfant ; celle d'un autre responsable en plus : l'utilisateur choisit"),
    ),
    "agents": (("agent inconnu", "changez l'adresse"), ("sans adresse", "effacez-la")),
}
"""What to try at each guichet: name, how."""
