"""Refusals common to the two STS files."""

from __future__ import annotations

from lxml import etree

from shared.contracts.refus import FichierRefuse, Lieu
from shared.security.xml import Limites, ligne_de

MIO = 1024**2
LIMITES_STS = Limites(max_bytes=64 * MIO, max_element=64 * MIO)
"""The document is kept whole: a large school's file is a few megabytes."""

_FAMILLES = {
    "STS_EDT": "l'export « Emploi du temps » de STS-Web (sts_emp)",
    "EDT_STS": "la remontée d'un logiciel d'emploi du temps (emp_sts)",
}


class StsRefuse(FichierRefuse):
    """A file that is not the STS file expected, or does not say which school and year it is about.

    Codes: STS_MAUVAIS_FICHIER (the other STS file, or none of them), STS_UAJ_ABSENT, STS_ANNEE_ABSENTE.
    """

    code = "STS_MAUVAIS_FICHIER"


def verifie_racine(racine: etree._Element, attendue: str, nom: str) -> None:
    """Raise `StsRefuse` unless the root is the one of the family; say so plainly when they were mixed up."""
    if racine.tag == attendue:
        return
    recu = _FAMILLES.get(str(racine.tag))
    phrase = f"Le fichier « {nom} » n'est pas {_FAMILLES[attendue]}"
    if recu:
        phrase += f" mais {recu}"
    raise StsRefuse(
        f"{phrase}.",
        remede=f"Choisissez le fichier dont l'élément racine est « {attendue} ».",
        lieu=Lieu(nom, ligne_de(racine)),
        details={"racine_attendue": attendue},
    )


def absent(code: str, quoi: str, nom: str) -> StsRefuse:
    """The refusal of a file that lacks `quoi`."""
    return StsRefuse(
        f"Le fichier « {nom} » n'indique pas {quoi}.",
        code=code,
        remede="Produisez à nouveau le fichier depuis l'application d'origine.",
        lieu=Lieu(nom, element="PARAMETRES"),
    )
