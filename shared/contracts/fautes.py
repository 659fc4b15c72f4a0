"""Faults that a tester switches on, each with a name that does not change: what they do, on what, with what settings.

The same fault, seed and data give the same result. Source: issue of the connectors, « rentree-kit ».
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.refus import Refus

Cible = Literal["connecteur", "alimentation", "horloge"]
CIBLES: dict[Cible, str] = {
    "connecteur": "un connecteur de l'ENT",
    "alimentation": "un projet de l'AAF : ses livraisons, ou les nuits de la chaîne (--nuit)",
    "horloge": "l'horloge du bac",
}
TOUS = ("cas", "oidc", "oneroster", "scim")


class Faute(Struct, frozen=True):
    """A fault: on what, for which protocols of connectors, its settings (name → default, what it is)."""

    nom: str
    cible: Cible
    quoi: str
    protocoles: tuple[str, ...] = ()
    reglages: dict[str, tuple[int, str]] = field(default_factory=dict)


_LISTE = (
    Faute(
        "reponse_lente",
        "connecteur",
        "L'ENT répond juste, mais tard.",
        TOUS,
        {"secondes": (10, "attente, en vraies secondes")},
    ),
    Faute("erreur_500", "connecteur", "L'ENT répond par une erreur 500.", TOUS),
    Faute("corps_tronque", "connecteur", "La réponse de l'ENT est coupée : la graine dit où.", TOUS),
    Faute("corps_vide", "connecteur", "La réponse de l'ENT est vide, avec le statut 200.", TOUS),
    Faute("ticket_expire", "connecteur", "La validation dit que le ticket n'est plus valable.", ("cas",)),
    Faute("mauvais_service", "connecteur", "La validation dit que le ticket est celui d'un autre service.", ("cas",)),
    Faute("refus_piege", "connecteur", "La validation refuse, et son texte cite une réussite.", ("cas",)),
    Faute("utilisateur_absent", "connecteur", "La validation réussit sans dire qui est connecté.", ("cas",)),
    Faute("code_expire", "connecteur", "L'échange du code est refusé : invalid_grant.", ("oidc",)),
    Faute(
        "jeton_falsifie", "connecteur", "L'id_token parle d'une autre personne : sa signature est fausse.", ("oidc",)
    ),
    Faute("alimentation_tronquee", "alimentation", "L'archive est coupée : la graine dit où."),
    Faute(
        "alimentation_malformee", "alimentation", "Un fichier XML s'arrête au milieu d'une fiche, l'archive est bonne."
    ),
    Faute("alimentation_sans_fichier", "alimentation", "Un fichier manque dans l'archive."),
    Faute("alimentation_doublee", "alimentation", "Chaque livraison vient deux fois de suite."),
    Faute("alimentation_desordre", "alimentation", "Les livraisons viennent dans le désordre : la graine dit lequel."),
    Faute("alimentation_tardive", "alimentation", "La dernière livraison n'est pas encore là : elle vient après."),
    Faute(
        "delai_de_purge",
        "horloge",
        "L'horloge passe le délai de purge : les comptes partis et désactivés sont supprimés.",
        (),
        {"jours": (1, "jours de plus que le délai")},
    ),
)
FAUTES: dict[str, Faute] = {f.nom: f for f in _LISTE}


class FautePosee(BaseModel):
    """A fault switched on. `graine`: what it draws from; `reglages`: its own; `fois`: how often (0: always).

    `nuit`, for a fault of feeds: not the deliveries, the next nights of the chain (`fois` of them) are concerned;
    `depuis`, which the AAF sets then: the last feed that is not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    faute: str = Field(max_length=60)
    graine: int = Field(default=1, ge=0, lt=2**31)
    reglages: dict[str, int] = {}
    fois: int = Field(default=0, ge=0, le=1000)
    nuit: bool = False
    depuis: int = Field(default=0, ge=0)

    def reglage(self, nom: str) -> int:
        """A setting, or its default."""
        return self.reglages.get(nom, FAUTES[self.faute].reglages[nom][0])


def lire_posees(brutes: Sequence[Any]) -> list[FautePosee]:
    """As they are kept. Those that this version no longer knows are left out."""
    lues = []
    for brute in brutes:
        try:
            lue = FautePosee.model_validate(brute)
        except ValidationError:
            continue
        if lue.faute in FAUTES:
            lues.append(lue)
    return lues


def verifier(posee: FautePosee, cible: Cible, protocole: str = "") -> Faute:
    """The fault asked for. Raises `Refus` FAUTE_INCONNUE, FAUTE_AILLEURS, FAUTE_REGLAGE."""
    faute = FAUTES.get(posee.faute)
    if faute is None:
        import difflib  # for whoever is lost

        proches = [n for n in FAUTES if posee.faute in n] or difflib.get_close_matches(posee.faute, FAUTES, 1, 0.5)
        proche = next(iter(proches), "")
        raise Refus(
            f"Aucune faute ne s'appelle « {posee.faute} ».",
            code="FAUTE_INCONNUE",
            remede=(f"La plus proche est « {proche} ». " if proche else "") + "La liste : rentree fautes.",
        )
    if faute.cible != cible:
        raise Refus(
            f"« {faute.nom} » se pose sur {CIBLES[faute.cible]}, non sur {CIBLES[cible]}.",
            code="FAUTE_AILLEURS",
            remede="rentree fautes dit où chacune se pose.",
        )
    if posee.nuit and cible != "alimentation":
        raise Refus(
            f"« {faute.nom} » n'est pas une faute de la nuit.",
            code="FAUTE_AILLEURS",
            remede="Seules celles des alimentations se posent sur la nuit de la chaîne.",
        )
    if protocole and protocole not in faute.protocoles:
        raise Refus(
            f"« {faute.nom} » n'est pas une faute d'un connecteur {protocole}.",
            code="FAUTE_AILLEURS",
            remede=f"Elle est de : {', '.join(faute.protocoles)}.",
        )
    inconnus = sorted(set(posee.reglages) - set(faute.reglages))
    if inconnus or any(not 0 <= v <= 600 for v in posee.reglages.values()):
        raise Refus(
            f"Le réglage « {inconnus[0] if inconnus else min(posee.reglages)} » de « {faute.nom} » ne va pas.",
            code="FAUTE_REGLAGE",
            remede=f"Elle a : {', '.join(faute.reglages) or 'aucun réglage'}, de 0 à 600.",
        )
    return faute
