"""Which heading of assistance follows from a diagnosis, and what the secretariat verifies first.

Source: guide 002, « Aide au diagnostic »; DIAG-02 to DIAG-09, ACC-14 to ACC-16. Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from shared.contracts.assistance import CORRECTES, INCORRECTES, RUBRIQUES
from shared.contracts.traces import Trace

OUVRIR = {
    "dossier": "Ouvrir un dossier d'assistance concernant",
    "verdon": "Déposer une demande dans VERDON concernant",
    "forum": "Écrire sur le forum à propos de ceci :",
}
"""How an académie asks for help (*profil académique*, `assistance`)."""

SANS_INE = frozenset({"SANS_INE", "INE_ABSENT", "INE_A_VERIFIER"})
INCOMPLETES = frozenset({"FICHE_BLOQUANTE", "FICHE_INCOMPLETE", "SANS_DIVISION", "RESPONSABLE_INCOMPLET"})


class Assistance(Struct, frozen=True):
    """What to ask for, and under which heading.

    `constat` and `verification` are the codes of the rectorat's form; `diagnostic`, what the verification gave;
    `rubriques`, the headings that follow (none: nothing is to be opened); `ouvrir`: to be opened now.
    """

    constat: str
    verification: str
    diagnostic: str
    rubriques: tuple[str, ...]
    phrase: str
    ouvrir: bool


class Verification(Struct, frozen=True):
    """One thing the secretariat looks at: in which application, what it finds, whether it is right."""

    ou: str
    quoi: str
    reponse: str
    bon: bool


def attendre(constat: str, quand: str) -> Assistance:
    """Before the delay is over nothing is to be opened (DIAG-03)."""
    phrase = f"Pas de dossier d'assistance avant le {quand} : le délai d'arrivée dans l'ENT n'est pas passé."
    return Assistance(constat, "", "Le délai n'est pas passé", (), phrase, ouvrir=False)


def correctes(constat: str, forme: str, si: str = "") -> Assistance:
    """Everything is right upstream: the dossier is about the ENT. `si`: on which condition it is opened."""
    ouvrir = f"{OUVRIR[forme]} {RUBRIQUES['ent']}."
    phrase = f"{si} : {ouvrir[0].lower()}{ouvrir[1:]}" if si else ouvrir
    return Assistance(constat, "correctes", CORRECTES, ("ent",), phrase, ouvrir=not si)


def lien_incorrect(ou: str, forme: str) -> Assistance:
    """There is an account, and what is wrong is in `ou`: mend it; a dossier only in case of difficulty (DIAG-04)."""
    rubriques = {"rectorat": ("sts_web",), "sts_web": ("sts_web",), "siecle_bee": ("siecle_bee",)}.get(
        ou, ("sts_web", "siecle_bee")
    )
    ouvrir = OUVRIR[forme]
    noms = " ou ".join(RUBRIQUES[r] for r in rubriques)
    return Assistance(
        "lien",
        "incorrectes",
        INCORRECTES,
        rubriques,
        "Faire les corrections, puis exporter à nouveau les services. "
        f"En cas de difficulté : {ouvrir[0].lower()}{ouvrir[1:]} {noms}.",
        ouvrir=False,
    )


def compte_inexistant(quoi: str, codes: Collection[str], forme: str) -> Assistance | None:
    """There is no account, and the data are wrong (DIAG-05, DIAG-06, DIAG-08, DIAG-09); None: no table says."""
    ouvrir = OUVRIR[forme]
    if quoi in ("enseignant", "agent"):
        rubrique, constat = ("sts_web", "compte_enseignant") if quoi == "enseignant" else ("gigc", "compte_atss")
        return Assistance(
            constat,
            "incorrectes",
            f"{INCORRECTES} ou personnel absent dans l'application",
            (rubrique,),
            f"{ouvrir} {RUBRIQUES[rubrique]} (l'application de gestion en cause).",
            ouvrir=True,
        )
    if SANS_INE & set(codes):
        return Assistance(
            "compte_famille",
            "sans_ine",
            "Absence d'INE",
            ("siecle_bee",),
            f"Absence d'INE : {ouvrir[0].lower()}{ouvrir[1:]} SIECLE - BEE.",
            ouvrir=True,
        )
    if INCOMPLETES & set(codes):
        phrase = "Fiche incomplète : le secrétariat complète la fiche."
        return Assistance("compte_famille", "incomplete", "Fiche incomplète", (), phrase, ouvrir=False)
    if "DOSSIER_EN_ATTENTE" in codes:
        phrase = "Le dossier attend dans « Importations » : l'importer, sans saisir la fiche."
        return Assistance("dossier_origine", "a_importer", INCORRECTES, (), phrase, ouvrir=False)
    return None


def verifications(traces: Sequence[Trace], quoi: str) -> tuple[Verification, ...]:
    """What the guide has the secretariat verify for this kind of thing, with what the applications answer."""
    par_service = {t.service: t for t in reversed(traces)}  # the first school, as everywhere
    rectorat, sts, bee = (par_service.get(s) for s in ("rectorat", "sts_web", "siecle_bee"))
    if quoi == "eleve":
        complete = _bon(bee) and bool(bee and bee.cles.get("ine"))
        place = " ; ".join(v for v in (_detail(bee, "division"), _detail(bee, "groupes")) if v) or "aucun"
        return (
            Verification("SIECLE-BEE", "La fiche élève est complète avec l'INE", _dit(bee, complete), complete),
            Verification("SIECLE-BEE", "Division et groupe(s) de l'élève", place, bool(_detail(bee, "division"))),
        )
    if quoi == "responsable":
        texte = "La fiche responsable est complète avec respect des peignes de saisie"
        return (Verification("SIECLE-BEE", texte, _dit(bee, _bon(bee)), _bon(bee)),)
    if quoi == "enseignant":
        present = sts is not None and sts.etat != "absent"
        services = _detail(sts, "Services") or "aucun"
        return (
            Verification("STS-Web", "Présence de l'enseignant", "oui" if present else "non", present),
            Verification(
                "STS-Web", "Service, divisions et groupes saisis", services, _bon(sts) and services != "aucun"
            ),
        )
    if quoi == "agent":
        return (Verification("GI/GC", "Dossier de l'agent", _dit(rectorat, _bon(rectorat)), _bon(rectorat)),)
    return (
        Verification("STS-Web", "Structure et services, exportés", _dit(sts, _bon(sts)), _bon(sts)),
        Verification("SIECLE-BEE", "Élèves de la structure", _detail(bee, "élèves") or "0", _bon(bee)),
    )


def _bon(trace: Trace | None) -> bool:
    return trace is not None and trace.etat in ("present", "attente") and not trace.blocages


def _dit(trace: Trace | None, bon: bool) -> str:
    if bon:
        return "oui"
    if trace is None:
        return "non : inconnu de l'application"
    return f"non : {trace.blocages[0].raison}" if trace.blocages else "non"


def _detail(trace: Trace | None, nom: str) -> str:
    return trace.details.get(nom, "") if trace else ""
