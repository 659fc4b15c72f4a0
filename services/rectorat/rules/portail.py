"""The portal ARENA: its invented accounts, and the applications that it lists.

Source: guide 001 section 3 (screen); procedures ACC-01 to ACC-04.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from shared.contracts.refus import Inconnu
from shared.security.profils import ENTREES_BEE, PROFILS, Profil, profil

FONCTION_DU_PROFIL = {"chef": "DIR", "vie-scolaire": "EDU"}
"""The profile of an account → the fonction of the agent of EPP who holds it."""


class Compte(Struct, frozen=True):
    """An invented account: `compte` (« chef.0961234a »), its profile, its school (None: the académie), who holds it."""

    compte: str
    profil: Profil
    uai: str | None
    nom: str


def comptes(uai: str | None, titulaires: Mapping[str, str] | None = None) -> list[Compte]:
    """The accounts of a school (or of the académie), in the order of the profiles.

    `titulaires`: the fonction of an agent → « M. Prénom NOM »; a profile without a holder goes by its own words.
    """
    noms = titulaires or {}
    return [
        Compte(
            f"{p.code}.{uai.lower()}" if uai else p.code,
            p,
            uai,
            noms.get(FONCTION_DU_PROFIL.get(p.code, ""), "") or p.libelle,
        )
        for p in PROFILS.values()
        if p.d_etablissement == (uai is not None)
    ]


def lire_compte(compte: str) -> tuple[str, str | None]:
    """The profile and the school of an account's name. Raises `Inconnu` COMPTE_INCONNU."""
    code, point, uai = compte.strip().lower().partition(".")
    if code not in PROFILS or profil(code).d_etablissement != bool(point):
        raise compte_inconnu(compte)
    return code, uai.upper() if point else None


def compte_inconnu(compte: str) -> Inconnu:
    """The refusal of an account that the bac has not."""
    return Inconnu(
        f"Le compte « {compte[:60]} » n'existe pas dans ce bac.",
        code="COMPTE_INCONNU",
        remede="Choisissez un compte de la liste, par exemple « chef.<UAI> ».",
    )


def code_d_acces(compte: str, bac: str, cle: bytes) -> str:
    """The code of an account, eight figures, wanted where the installation is protected by RENTREE_JETON."""
    empreinte = hmac.new(cle, f"code:{bac}:{compte}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(empreinte[:8]) % 100_000_000:08d}"


INERTES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (
        "Suivi de l'orientation (SDO)",
        (
            "Prévention (élèves scolarisés)",
            "Remédiation (sorties prématurées)",
            "Orientation (dialoguer avec les familles)",
            "SIPA (suivi des inscriptions)",
        ),
        "suivi des élèves qui risquent de sortir sans diplôme, et vœux d'orientation",
    ),
    (
        "Absences",
        (
            "Gestion des absences",
            "Saisie dans la classe (version simplifiée)",
            "Saisie dans la classe (version standard)",
            "Paramétrage de l'application",
        ),
        "absences des élèves, quand aucun logiciel privé ne les tient",
    ),
    (
        "Notes",
        ("Notes chef d'établissement", "Notes fiche pédagogique", "Notes vie scolaire", "Notes enseignant"),
        "notes et bulletins",
    ),
    ("Livret personnel de compétences (LPC)", ("Accès au livret",), "compétences du socle commun"),
    (
        "Suivi et exploitation des résultats des évaluations",
        ("Administration de SEREVA 5ème", "Saisie et exploitation de SEREVA 5ème"),
        "évaluations nationales",
    ),
    (
        "Outil B2i (OBII)",
        ("Suivi des validations et des attestations",),
        "brevet informatique et internet",
    ),
    ("Gestion des stages en entreprise", ("Banque de stages en entreprise",), "stages des élèves"),
    (
        "Ecole ouverte (EO)",
        ("Accès chef d'établissement", "Accès administration"),
        "accueil des élèves pendant les vacances",
    ),
)
"""What the screen lists and the simulator does not play: heading, entries, a word on what it is (ACC-04)."""


def applications(le: Profil, uai: str | None, acces: Mapping[str, str]) -> list[dict[str, Any]]:
    """The headings of the portal that a profile sees: title, entries (words, address).

    `acces`: the address of the home page of each application by its name; the portal's own under « rectorat ».
    """
    portail = acces["rectorat"].rstrip("/")
    rubriques: list[dict[str, Any]] = []

    def rubrique(titre: str, entrees: list[tuple[str, str]]) -> None:
        if entrees:
            rubriques.append({"titre": titre, "entrees": entrees})

    rubrique(
        "Base élèves établissement (BEE)",
        [(ENTREES_BEE[e][0], f"{portail}/arena/entrer/{e}") for e in le.entrees],
    )
    if "affelnet" in le.droits:
        page = f"{portail}/affectation"
        rubrique(
            "Affectation des élèves (AFFELNET)",
            [
                ("Affectation post-3ème", f"{page}?tour=post-3eme"),
                ("Affectation entrée en 1ère", f"{page}?tour=entree-1ere"),
            ],
        )
    simples = (
        ("STS-Web", "sts.consulter", "sts_web", "Gestion des services"),
        ("Emploi du temps (logiciel privé EDT / PRONOTE)", "edt.consulter", "edt", "Ouvrir une base"),
        ("Environnement numérique de travail (ENT)", "ent.consulter", "ent", "Administration"),
        ("Annuaire académique fédérateur (AAF)", "aaf.consulter", "aaf", "Ce qui sort de l'établissement"),
    )
    for titre, droit, service, entree in simples:
        if droit in le.droits:
            rubrique(titre, [(entree, acces[service])])
    if "rectorat" in le.droits:
        rubrique("Gestion académique (EPP, GI/GC, nomenclatures, bascules)", [("Rectorat", acces["rectorat"])])
    if "assistance" in le.droits:
        rubrique("Assistance", [("Demander de l'aide", f"{portail}/assistance")])
    return rubriques
