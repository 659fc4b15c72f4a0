"""When a fiche élève is complete: what is missing, where to type it, and who is schooled.

A fiche that lacks something is « À compléter » (bloquante): it goes neither to SYSCA nor to the AAF. A fiche
without INE is not bloquante, yet does not go up.
Source: guide 000 section 2.5.2 and guide 002 (Aide au diagnostic); procedures BEE-12, BEE-22, BEE-26, NOM-06,
REC-14, REC-16, DIAG-07 to DIAG-09. No guide lists what is obligatory: the list below is deduced from the
SIECLE reference, sections 2.2 and 10.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

FRANCE = "100"
MAJORITE = 18


LIBELLES_MANQUES = {
    "IDENTITE": "Nom ou prénom",
    "SEXE": "Sexe",
    "PAYS_NAISSANCE": "Pays de naissance",
    "COMMUNE_NAISSANCE": "Commune de naissance",
    "VILLE_NAISSANCE": "Ville de naissance",
    "NATIONALITE": "Nationalité",
    "ADRESSE": "Adresse",
    "RESPONSABLE_LEGAL": "Responsable légal",
    "MEF": "MEF",
    "MEF_NON_PROFILE": "MEF non profilé",
    "DIVISION": "Division",
    "DIVISION_INCONNUE": "Division non envoyée par STS-Web",
    "DIVISION_HORS_MEF": "Division d'un autre MEF",
    "REGIME": "Régime",
}
"""What a fiche may lack: code → words of a list."""


class Manque(Struct, frozen=True):
    """One thing that a fiche lacks: stable code, sentence, tab of the fiche where it is typed."""

    code: str
    phrase: str
    onglet: str


class FicheEleve(Struct):
    """What the rules look at in a fiche. `responsables_legaux` and `adresses` are counts.

    Not frozen: a page makes thousands, which would take three times as long.
    """

    nom: str
    prenom: str
    sexe: str
    date_naissance: date
    pays_naissance: str
    commune_naissance: str
    ville_naissance: str
    nationalite: str
    regime: str
    mef: str
    division: str
    ine: str | None
    date_sortie: date | None
    responsables_legaux: int
    adresses: int


class Scolarites(Struct, frozen=True):
    """What a base knows: its profiled MEF, and the MEF of each division received from STS-Web."""

    mefs: frozenset[str]
    divisions: Mapping[str, frozenset[str]]


def age(naissance: date, jour: date) -> int:
    """Full years lived on `jour`."""
    return jour.year - naissance.year - ((jour.month, jour.day) < (naissance.month, naissance.day))


def est_sorti(date_sortie: date | None, jour: date) -> bool:
    """Whether the exit is recorded and has come: the pupil is no longer of the school on `jour`."""
    return date_sortie is not None and date_sortie <= jour


def est_scolarise(fiche: FicheEleve, jour: date) -> bool:
    """« Scolarisé(e) »: not gone, in a MEF and in a division (the screens show Non for the others)."""
    return bool(fiche.mef and fiche.division) and not est_sorti(fiche.date_sortie, jour)


def manques_identite(fiche: FicheEleve) -> list[Manque]:
    """What the identity lacks; the national registry gives no INE before it is complete (REC-16)."""
    manques: list[Manque] = []
    if not fiche.nom or not fiche.prenom:
        manques.append(Manque("IDENTITE", "Le nom de famille ou le prénom n'est pas renseigné.", "ÉLÈVE"))
    if fiche.sexe not in ("1", "2"):
        manques.append(Manque("SEXE", "Le sexe n'est pas renseigné.", "ÉLÈVE"))
    if not fiche.pays_naissance:
        manques.append(Manque("PAYS_NAISSANCE", "Le pays de naissance n'est pas renseigné.", "ÉLÈVE"))
    elif fiche.pays_naissance == FRANCE and not fiche.commune_naissance:
        manques.append(Manque("COMMUNE_NAISSANCE", "La commune de naissance n'est pas renseignée.", "ÉLÈVE"))
    elif fiche.pays_naissance != FRANCE and not fiche.ville_naissance:
        manques.append(Manque("VILLE_NAISSANCE", "La ville de naissance n'est pas renseignée.", "ÉLÈVE"))
    return manques


def manques(fiche: FicheEleve, base: Scolarites, jour: date) -> tuple[Manque, ...]:
    """Everything a fiche lacks, in the order of the tabs; empty for a complete fiche and for a leaver.

    An adult needs no représentant légal.
    """
    if est_sorti(fiche.date_sortie, jour):
        return ()
    trouves = manques_identite(fiche)
    if not fiche.nationalite:
        trouves.append(Manque("NATIONALITE", "La nationalité n'est pas renseignée.", "ÉLÈVE"))
    if not fiche.adresses:
        phrase = "Aucune adresse : ni l'élève ni un responsable légal n'en a."
        trouves.append(Manque("ADRESSE", phrase, "ÉLÈVE"))
    if not fiche.responsables_legaux and age(fiche.date_naissance, jour) < MAJORITE:
        phrase = "L'élève n'a pas de responsable légal."
        trouves.append(Manque("RESPONSABLE_LEGAL", phrase, "RESPONSABLES"))
    trouves += manques_scolarite(fiche, base)
    if not fiche.regime:
        trouves.append(Manque("REGIME", "Le régime n'est pas renseigné.", "SCOLARITÉ"))
    return tuple(trouves)


def manques_scolarite(fiche: FicheEleve, base: Scolarites) -> list[Manque]:
    """What the scolarité lacks: MEF (profiled), division (sent by STS-Web, of that MEF)."""
    trouves: list[Manque] = []
    if not fiche.mef:
        trouves.append(Manque("MEF", "L'élève n'est affecté à aucun MEF.", "SCOLARITÉ"))
    elif fiche.mef not in base.mefs:
        phrase = f"Le MEF {fiche.mef} n'est pas profilé dans l'établissement."
        trouves.append(Manque("MEF_NON_PROFILE", phrase, "SCOLARITÉ"))
    if not fiche.division:
        trouves.append(Manque("DIVISION", "L'élève n'est affecté à aucune division.", "SCOLARITÉ"))
    elif fiche.division not in base.divisions:
        phrase = f"La division {fiche.division} n'a pas été envoyée par STS-Web."
        trouves.append(Manque("DIVISION_INCONNUE", phrase, "SCOLARITÉ"))
    elif fiche.mef and fiche.mef not in base.divisions[fiche.division]:
        phrase = f"La division {fiche.division} n'est pas rattachée au MEF {fiche.mef}."
        trouves.append(Manque("DIVISION_HORS_MEF", phrase, "SCOLARITÉ"))
    return trouves


class FicheResponsable(Struct, frozen=True):
    """What the rules look at in a responsable of a pupil."""

    civilite: str
    nom: str
    prenom: str
    parente: str


def manques_responsable(fiche: FicheResponsable) -> tuple[Manque, ...]:
    """What a responsable's fiche lacks: he does not come out, the pupil may (AAF-08)."""
    trouves: list[Manque] = []
    if not fiche.civilite:
        trouves.append(Manque("CIVILITE", "La civilité n'est pas renseignée.", "RESPONSABLES"))
    if not fiche.nom or not fiche.prenom:
        trouves.append(Manque("IDENTITE", "Le nom ou le prénom n'est pas renseigné.", "RESPONSABLES"))
    if not fiche.parente:
        trouves.append(Manque("PARENTE", "Le lien de parenté n'est pas renseigné.", "RESPONSABLES"))
    return tuple(trouves)
