"""The families of files that a school's year is made of: who reads them, what they are called, what they are for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any, BinaryIO

from msgspec import Struct

from shared.formats.elegroupe.lecture import lire_liens
from shared.formats.reconnaissance import Famille, FichierReconnu
from shared.formats.siecle.communs import lire_communs
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.etablissements import lire_etablissements
from shared.formats.siecle.nomenclature import lire_nomenclature
from shared.formats.siecle.responsables import lire_responsables
from shared.formats.siecle.structures import lire_structures
from shared.formats.sts import lire_emp_sts, lire_sts_emp

Rang = tuple[Any, ...]


class Description(Struct, frozen=True):
    """A family: `champ` of `Documents`, `libelle` for people, `sans`, what is not done without it ("": nothing)."""

    champ: str
    libelle: str
    lire: Callable[[BinaryIO, str], Any]
    sans: str = ""


FAMILLES: dict[Famille, Description] = {
    Famille.STS_EMP: Description(
        "sts",
        "sts_emp (STS-Web)",
        lire_sts_emp,
        "ni STS-Web ni les personnels ne sont chargés",
    ),
    Famille.SIECLE_ELEVES: Description("eleves", "Élèves (SIECLE)", lire_eleves, "la base élèves n'est pas chargée"),
    Famille.SIECLE_RESPONSABLES: Description(
        "responsables",
        "Responsables (SIECLE)",
        lire_responsables,
        "les élèves n'ont pas de responsables",
    ),
    Famille.SIECLE_STRUCTURES: Description(
        "structures",
        "Structures (SIECLE)",
        lire_structures,
        "divisions et groupes sont déduits des fiches",
    ),
    Famille.SIECLE_NOMENCLATURE: Description(
        "nomenclature",
        "Nomenclature (SIECLE)",
        lire_nomenclature,
        "les codes nationaux des fiches sont tenus pour profilés",
    ),
    Famille.SIECLE_COMMUNS: Description(
        "communs",
        "Communs (SIECLE)",
        lire_communs,
        "le calendrier est celui de l'académie",
    ),
    Famille.SIECLE_ETABLISSEMENTS: Description("etablissements", "Établissements (SIECLE)", lire_etablissements),
    Famille.EMP_STS: Description(
        "emp",
        "emp_sts (emploi du temps)",
        lire_emp_sts,
        "groupes et services sont ceux du sts_emp",
    ),
    Famille.LIENS_ELEVE_GROUPE: Description(
        "liens",
        "Liens élève-groupe",
        lire_liens,
        "les appartenances aux groupes sont celles du fichier des élèves",
    ),
}
STS = (Famille.STS_EMP, Famille.EMP_STS)
SIECLE = tuple(f for f in FAMILLES if f.value.startswith("siecle_"))


def uai_et_annee(famille: Famille, document: Any) -> tuple[str, int | None]:
    """The UAI and the year of a document, as it writes it: STS year, or millésime of SIECLE."""
    if famille is Famille.STS_EMP:
        return document.parametres.uaj.code, document.parametres.annee_scolaire.annee
    if famille is Famille.EMP_STS:
        return document.parametres.uaj.strip(), document.parametres.annee_scolaire
    if famille is Famille.LIENS_ELEVE_GROUPE:
        return document.entete.parametres.uai, document.entete.parametres.annee
    return document.entete.enveloppe.uai, document.entete.enveloppe.annee


def rang(famille: Famille, reconnu: FichierReconnu, document: Any, nom: str) -> Rang:
    """What makes a document better than another of its kind: the fullest of STS, the latest of the others.

    The name comes last, so that two equal ones are told apart the same way every time.
    """
    if famille is Famille.STS_EMP:
        taille = len(document.divisions) + len(document.groupes) + len(document.individus)
        return taille, sum(len(s.services) for s in (*document.divisions, *document.groupes)), nom
    if famille is Famille.EMP_STS:
        return len(document.divisions) + len(document.groupes), 0, nom
    if famille is Famille.LIENS_ELEVE_GROUPE:
        p = document.entete.parametres
        return datetime.combine(p.date_import, time()), p.num_envoi, nom
    enveloppe = document.entete.enveloppe
    if famille is Famille.SIECLE_ETABLISSEMENTS:
        return any(e.code == enveloppe.uai for e in document.etablissements), enveloppe.horodatage, nom
    return reconnu.variante == "avec_adresses", enveloppe.horodatage, nom


def comptes(famille: Famille, document: Any) -> dict[str, int]:
    """How many of what a document holds."""
    if famille is Famille.STS_EMP:
        return {
            "personnels": len(document.individus) + len(document.suppleants),
            "divisions": len(document.divisions),
            "groupes": len(document.groupes),
        }
    if famille is Famille.EMP_STS:
        return {
            "groupes": len(document.groupes),
            "services": sum(len(s.services) for s in (*document.divisions, *document.groupes)),
        }
    if famille is Famille.SIECLE_ELEVES:
        return {"eleves": len(document.eleves)}
    if famille is Famille.SIECLE_RESPONSABLES:
        return {"responsables": len(document.personnes)}
    if famille is Famille.SIECLE_STRUCTURES:
        return {"divisions": len(document.divisions), "groupes": len(document.groupes)}
    if famille is Famille.LIENS_ELEVE_GROUPE:
        return {"eleves": len(document.eleves), "liens": sum(len(e.groupes) for e in document.eleves)}
    return {}
