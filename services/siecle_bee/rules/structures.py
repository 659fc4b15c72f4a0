"""What BEE keeps of the structure that STS-Web sends, and what may be chosen for a pupil.

Source: procedures STS-24, BEE-22, BEE-23, NOM-06.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from shared.contracts.echanges import DivisionMsg, GroupeMsg, OptionMsg
from shared.contracts.refus import Refus

OPTIONS_MAXIMUM = 12
"""As many as an exchange of dossiers carries (SIECLE reference, section 10.1)."""
MODALITES = {"O": "O - obligatoire", "F": "F - facultative", "S": "S - tronc commun"}
"""How an option is followed: code → words."""


def groupes_connus(divisions: Iterable[DivisionMsg], groupes: Iterable[GroupeMsg]) -> tuple[list[GroupeMsg], list[str]]:
    """The groups that BEE takes, with the MEF of their divisions, and the codes of those it cannot take.

    A group attached to no MEF, neither by itself nor by its divisions, is not known to BEE: its links will be
    rejected with GROUPE_A_01.
    """
    mefs = {d.code: d.mefs for d in divisions}
    retenus: list[GroupeMsg] = []
    sans_mef: list[str] = []
    for groupe in groupes:
        herites = {mef for division in groupe.divisions for mef in mefs.get(division, ())}
        tous = tuple(sorted(herites.union(groupe.mefs)))
        if tous:
            retenus.append(groupe.avec(mefs=tous))
        else:
            sans_mef.append(groupe.code)
    return retenus, sorted(sans_mef)


def verifier_scolarite(
    mef: str,
    division: str,
    matieres: Iterable[str],
    *,
    profiles: Collection[str],
    divisions: Mapping[str, Collection[str]],
    matieres_profilees: Collection[str],
) -> None:
    """Refuse a MEF that is not profiled, a division that STS-Web did not send or of another MEF, an unknown option.

    "" is no MEF or no division: always allowed. Raises `Refus` (MEF_NON_PROFILE, DIVISION_NON_ENVOYEE,
    DIVISION_HORS_MEF, OPTION_INCONNUE).
    """
    if mef and mef not in profiles:
        raise Refus(
            f"Le MEF {mef} n'est pas profilé dans l'établissement.",
            code="MEF_NON_PROFILE",
            remede="Sélectionnez ce MEF dans le module Nomenclatures, puis lancez le profilage.",
        )
    if division and division not in divisions:
        raise Refus(
            f"La division {division} n'a pas été envoyée par STS-Web.",
            code="DIVISION_NON_ENVOYEE",
            remede="Créez la division dans STS-Web si besoin, puis lancez Exports > Structure.",
        )
    if division and mef and mef not in divisions[division]:
        raise Refus(
            f"La division {division} n'est pas rattachée au MEF {mef}.",
            code="DIVISION_HORS_MEF",
            remede="Choisissez une division de ce MEF, ou rattachez la division à ce MEF dans STS-Web puis "
            "relancez Exports > Structure.",
        )
    inconnues = sorted({m for m in matieres if m not in matieres_profilees})
    if inconnues:
        raise Refus(
            f"La matière {inconnues[0]} n'est pas dans les nomenclatures profilées de l'établissement.",
            code="OPTION_INCONNUE",
            remede="Sélectionnez cette matière dans le module Nomenclatures, puis lancez le profilage.",
        )


def verifier_groupe(groupe: str, mef: str, connus: Mapping[str, Collection[str]]) -> None:
    """Refuse a group that STS-Web did not send, or of another MEF than the pupil's.

    Arguments: `connus`, the MEF of each group received. Raises `Refus` (GROUPE_INCONNU, GROUPE_HORS_MEF).
    """
    if groupe not in connus:
        raise Refus(
            f'Le groupe "{groupe}" n\'est pas référencé.',
            code="GROUPE_INCONNU",
            remede="Créez-le dans STS-Web si besoin, puis lancez Exports > Structure.",
        )
    if mef not in connus[groupe]:
        raise Refus(
            f"Le groupe \"{groupe}\" n'est pas rattaché au MEF de l'élève.",
            code="GROUPE_HORS_MEF",
            remede="Rattachez le groupe à ce MEF dans STS-Web, puis lancez Exports > Structure.",
        )


def verifier_options(options: Iterable[OptionMsg]) -> None:
    """Refuse more options than a fiche holds, or a modality that is none of S, O, F.

    Raises `Refus` (MODALITE_INCONNUE, OPTIONS_TROP_NOMBREUSES, OPTION_EN_DOUBLE).
    """
    lues = list(options)
    if any(o.modalite not in MODALITES for o in lues):
        raise Refus(
            "La modalité d'une option n'est ni O, ni F, ni S.",
            code="MODALITE_INCONNUE",
            remede="Choisissez O (option obligatoire), F (option facultative) ou S (tronc commun).",
        )
    if any(not 1 <= o.rang <= OPTIONS_MAXIMUM for o in lues):
        raise Refus(
            f"Une fiche a au plus {OPTIONS_MAXIMUM} options, numérotées de 1 à {OPTIONS_MAXIMUM}.",
            code="OPTIONS_TROP_NOMBREUSES",
            remede="Retirez une option avant d'en ajouter une autre.",
        )
    if len({o.matiere for o in lues}) < len(lues) or len({o.rang for o in lues}) < len(lues):
        raise Refus(
            "La même option est saisie deux fois.",
            code="OPTION_EN_DOUBLE",
            remede="Gardez une seule ligne par matière.",
        )
