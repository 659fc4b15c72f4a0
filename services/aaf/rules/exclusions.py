"""Why something does not come out of the directory: codes, sentences, remedies, menus.

Source: procedures AAF-04 to AAF-09, BEE-59 to BEE-63, STS-24, STS-62, STS-63, NOM-06, DIAG-04 to DIAG-14; guides
000 §2.13 and 002 « Aide au diagnostic ».
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from shared.contracts.echanges import ExclusionMsg

SECRETARIAT = "Le secrétariat de l'établissement"
GESTION = "La gestion académique (DPE)"
MENU_FICHE = "SIECLE - BEE : Fiches élèves > Recherche et MAJ"
MENU_EXPORTS = "STS-Web : Exports > Structure"
MENU_RESSOURCES = "STS-Web : Ressources"


class Exclusion(Struct, frozen=True):
    """Something that does not come out.

    `objet` is that of the contract, or `etablissement` for a whole school; `id` the source's own key;
    `libelle` what pages show of it (a person's name, a group's code).
    """

    objet: str
    id: str
    code: str
    raison: str
    remede: str = ""
    menu: str = ""
    interlocuteur: str = SECRETARIAT
    cles: Mapping[str, str] = field(default_factory=dict)
    libelle: str = ""
    depuis: datetime | None = None

    @property
    def cle(self) -> tuple[str, str, str]:
        """What it is known by in a school."""
        return self.objet, self.id, self.code


class _Motif(Struct, frozen=True):
    remede: str
    menu: str
    interlocuteur: str = SECRETARIAT


EXPORTER_STRUCTURE = "Dans STS-Web, faites Exports > Structure, puis Exports > Services."
MOTIFS: dict[str, _Motif] = {
    "SANS_INE": _Motif("Ouvrez un dossier d'assistance concernant SIECLE - BEE.", MENU_FICHE),
    "MULTI_INSCRIPTION": _Motif(
        "L'établissement où l'élève n'est pas, ou plus, présent le déscolarise de sa base (date et motif de sortie).",
        "SIECLE - BEE : Tableau de bord > Signalements académiques",
        "L'établissement que l'élève a quitté",
    ),
    "INSCRIT_ANNEE_SUIVANTE": _Motif(
        "Rien à faire : l'élève sort par l'établissement de l'année suivante.", MENU_FICHE, "L'académie"
    ),
    "MEF_INCONNU": _Motif(
        "Vérifiez le MEF de l'élève ; s'il est juste, demandez à l'académie de charger les nomenclatures.", MENU_FICHE
    ),
    "STRUCTURE_JAMAIS_EXPORTEE": _Motif(EXPORTER_STRUCTURE, MENU_EXPORTS),
    "DIVISION_ABSENTE": _Motif(EXPORTER_STRUCTURE, MENU_EXPORTS),
    "GROUPE_ABSENT": _Motif(
        "Vérifiez que le groupe existe dans STS-Web et qu'il a une division. " + EXPORTER_STRUCTURE,
        MENU_EXPORTS,
    ),
    "SERVICES_JAMAIS_EXPORTES": _Motif(
        "Dans STS-Web, faites Exports > Services après toute modification.", "STS-Web : Exports > Services"
    ),
    "STS_EN_AVANCE": _Motif(
        "L'académie ouvre la base élèves de l'année (bascule BEE) ; l'établissement y refait Exports > Structure, puis "
        "affecte ses élèves. Les anciennes classes disparaissent à l'intégration qui suit.",
        "Rectorat : Bascule SIECLE-BEE",
        "L'académie",
    ),
    "SERVICES_ANNEE_PASSEE": _Motif(
        "Dans STS-Web, ouvrez l'année (Bascule), puis faites Exports > Structure et Exports > Services.",
        "STS-Web : Bascule",
    ),
    "SANS_REMONTEE_BEE": _Motif(
        "Attendez la prochaine nuit ; si rien ne remonte, vérifiez que la base élèves de l'année est ouverte.",
        "SIECLE - BEE : Tableau de bord",
    ),
    "SANS_REMONTEE_STS": _Motif(
        "Attendez la prochaine nuit ; si rien ne remonte, vérifiez que l'année est ouverte dans STS-Web.",
        "STS-Web : Accueil",
    ),
    "SANS_REMONTEE_RECTORAT": _Motif(
        "L'académie enregistre l'établissement.", "Rectorat : Établissements", "L'académie"
    ),
    "RESPONSABLE_SANS_ELEVE": _Motif("Réglez d'abord ce qui retient les élèves de ce responsable.", MENU_FICHE),
    "SANS_AFFECTATION": _Motif("Saisir l'affectation dans EPP.", "Rectorat : Agents", GESTION),
    "ABSENT_DE_STS": _Motif(
        "Vérifiez sa présence dans STS-Web ; s'il y est absent ou erroné, ouvrez un dossier d'assistance concernant "
        "STS-Web (dossier administratif dans EPP).",
        MENU_RESSOURCES,
    ),
    "ABSENT_DE_GIGC": _Motif(
        "Vérifiez sa fiche dans GI/GC ; si elle est absente ou erronée, ouvrez un dossier d'assistance concernant "
        "GI/GC.",
        "Rectorat : Agents",
        GESTION,
    ),
}
"""What to do for each code that the AAF itself gives."""


def exclure(
    objet: str, id_: str, code: str, raison: str, *, libelle: str = "", cles: Mapping[str, str] | None = None
) -> Exclusion:
    """An exclusion decided by the AAF, with the remedy and the menu of its code."""
    motif = MOTIFS[code]
    return Exclusion(objet, id_, code, raison, motif.remede, motif.menu, motif.interlocuteur, dict(cles or {}), libelle)


def depuis_message(message: ExclusionMsg) -> Exclusion:
    """What an application itself held back."""
    connu = MOTIFS.get(message.code)
    return Exclusion(
        message.objet,
        message.id,
        message.code,
        message.raison,
        message.remede or (connu.remede if connu else ""),
        message.menu or (connu.menu if connu else ""),
        connu.interlocuteur if connu else SECRETARIAT,
        dict(sorted(message.cles.items())),
        message.libelle,
        message.depuis,
    )


def sans_doublon(exclusions: list[Exclusion]) -> list[Exclusion]:
    """One exclusion per object and code, the first one said, sorted."""
    gardees: dict[tuple[str, str, str], Exclusion] = {}
    for exclusion in exclusions:
        gardees.setdefault(exclusion.cle, exclusion)
    return [gardees[cle] for cle in sorted(gardees)]
