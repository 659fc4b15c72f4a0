"""The settings of an ENT project, and the known ENTs that they may be taken from. Pure data.

Source: guide 002 (eCollège31, ENTmip: ENT-06 to ENT-14); connectors reference §8 (entcore, Laclasse); AAF reference
§2.2 and §7 (what each reads). What no source says is in `deduit`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from services.ent.rules.logins import PremiersPas, RegleLogin

SuppressionsDelta = Literal["attendre_complet", "desactiver", "ignorer"]
Flux = Literal["tout", "complet"]
Nommage = Literal["skolengo", "entcore", "laclasse"]


class Reglages(Struct, frozen=True):
    """How an ENT lives with its feeds.

    `regle_login`; `premiers_pas`, an activation code or a first password; `desactivation_jours`, days between the
    complete feed that no longer holds a person and the deactivation; `purge_jours`, days from there to the deletion
    (None: the profile's); `suppressions_delta`, what a deletion in a delta does; `flux`, whether deltas are taken;
    `nommage` of the profile groups; `fusion_ine`, whether two accounts of one INE become one; `modele`, where they
    were taken from ("": nowhere).
    """

    modele: str = ""
    regle_login: RegleLogin = "entmip"
    premiers_pas: PremiersPas = "code"
    desactivation_jours: int = 0
    purge_jours: int | None = None
    suppressions_delta: SuppressionsDelta = "attendre_complet"
    flux: Flux = "tout"
    nommage: Nommage = "skolengo"
    fusion_ine: bool = True


class Modele(Struct, frozen=True):
    """A known ENT: its settings, the form of feed to ask of the AAF, and what was inferred."""

    libelle: str
    reglages: Reglages
    alimentation: str
    deduit: str


_SKOLENGO = "Deltas chaque nuit, complète une fois par semaine, grammaire 6.4."
_DEDUIT_SKOLENGO = "le code d'activation, le numéro des homonymes, le nom des groupes de profil."
MODELES: dict[str, Modele] = {
    "entmip": Modele(
        "Proche d'ENTmip (Skolengo)", Reglages(modele="entmip", purge_jours=56), _SKOLENGO, _DEDUIT_SKOLENGO
    ),
    "ecollege31": Modele(
        "Proche d'eCollège31", Reglages(modele="ecollege31", purge_jours=42), _SKOLENGO, _DEDUIT_SKOLENGO
    ),
    "entcore": Modele(
        "Proche d'entcore (ONE, NEO)",
        Reglages(
            modele="entcore",
            regle_login="entcore",
            desactivation_jours=90,
            purge_jours=90,
            flux="complet",
            nommage="entcore",
        ),
        "Complète à chaque nuit : un delta y est fatal. Grammaire 6.4.",
        "les chiffres d'un nom, laissés de côté : ils numérotent les homonymes.",
    ),
    "laclasse": Modele(
        "Proche de Laclasse",
        Reglages(
            modele="laclasse",
            regle_login="laclasse",
            premiers_pas="mot_de_passe",
            suppressions_delta="ignorer",
            nommage="laclasse",
        ),
        "Deltas chaque nuit, dont les suppressions ne sont pas lues, et une complète, qui détache les absents.",
        "le délai avant suppression, celui du profil académique ; la fusion par INE ; le nom des groupes de profil.",
    ),
}

LIBELLES_LOGIN: dict[str, str] = {
    "entmip": "prénom.nom, les blancs en « _ », homonymes à partir de 2",
    "entcore": "prénom.nom en lettres seules, homonymes à partir de 2",
    "laclasse": "initiale du prénom et nom, 4 à 16 signes, homonymes à partir de 1",
}
LIBELLES_PREMIERS_PAS: dict[str, str] = {
    "code": "code d'activation de 8 signes",
    "mot_de_passe": "premier mot de passe de 10 signes",
}
LIBELLES_SUPPRESSIONS: dict[str, str] = {
    "attendre_complet": "annoncée, appliquée au prochain import complet",
    "desactiver": "appliquée aussitôt",
    "ignorer": "pas lue : seule une complète retire",
}
LIBELLES_FLUX: dict[str, str] = {"tout": "complètes et deltas", "complet": "complètes seulement"}
LIBELLES_NOMMAGE: dict[str, str] = {
    "skolengo": "« Élèves 6A », « Tous les élèves »",
    "entcore": "« 6A-Student », « <établissement>-Student »",
    "laclasse": "« 6A (élèves) », « <établissement> (élèves) »",
}

# --- profile groups ------------------------------------------------------------------------------------------------

PUBLICS = ("eleves", "responsables", "enseignants", "autres", "principaux")
_SKOLENGO_CLASSE = {
    "eleves": "Élèves {}",
    "responsables": "Responsables {}",
    "enseignants": "Équipe pédagogique {}",
    "autres": "Personnels {}",
    "principaux": "Professeurs principaux {}",
}
_SKOLENGO_ECOLE = {
    "eleves": "Tous les élèves",
    "responsables": "Tous les responsables",
    "enseignants": "Tous les enseignants",
    "autres": "Tous les personnels",
    "principaux": "Tous les professeurs principaux",
}
_ENTCORE = dict(zip(PUBLICS, ("Student", "Relative", "Teacher", "Personnel", "HeadTeacher"), strict=True))
_LACLASSE = dict(
    zip(PUBLICS, ("élèves", "parents", "enseignants", "personnels", "professeurs principaux"), strict=True)
)


def nom_du_groupe(nommage: str, public: str, ecole: str, ensemble: str = "", genre: str = "division") -> str:
    """The name of a profile group: of a class or group (`ensemble`, of that `genre`), or of the whole school."""
    lieu = ensemble or ecole
    if nommage == "entcore":
        return f"{lieu}-{_ENTCORE[public]}"
    if nommage == "laclasse":
        return f"{lieu} ({_LACLASSE[public]})"
    if not ensemble:
        return _SKOLENGO_ECOLE[public]
    equipe = public == "enseignants" and genre == "groupe"
    return f"Enseignants {lieu}" if equipe else _SKOLENGO_CLASSE[public].format(lieu)
