"""`sts_emp_<UAI>_<année>.xml`: what STS-Web gives to the timetable software.

Source: reference sts-edt, section 2; procedures STS-40 to STS-42.
"""

from __future__ import annotations

from typing import Annotated, BinaryIO

from msgspec import Struct

from shared.formats.ecriture import EcrivainXml
from shared.formats.sts.enregistrements import (
    STS_EMP,
    AnneeScolaire,
    IndividuSts,
    NomenclaturesSts,
    ParametresSts,
    Structure,
    StsEmp,
    Uaj,
)
from shared.formats.sts.moteur import Lecteur, Liste, Sous, ecrit
from shared.formats.sts.refus import LIMITES_STS, absent, verifie_racine
from shared.security.xml import document

_RACINE = "STS_EDT"


class _Parametres(Struct, frozen=True):
    """As read: what is missing is refused by `lire_sts_emp`, with a sentence."""

    uaj: Annotated[Uaj | None, Sous("UAJ")] = None
    annee_scolaire: Annotated[AnneeScolaire | None, Sous("ANNEE_SCOLAIRE")] = None


class _Donnees(Struct, frozen=True):
    individus: Annotated[tuple[IndividuSts, ...], Liste("INDIVIDUS", "INDIVIDU")] = ()
    structure: Annotated[Structure | None, Sous("STRUCTURE")] = None
    suppleants: Annotated[tuple[IndividuSts, ...], Liste("SUPPLEANTS", "SUPPLEANT")] = ()


class _Document(Struct, frozen=True):
    parametres: Annotated[_Parametres | None, Sous("PARAMETRES")] = None
    nomenclatures: Annotated[NomenclaturesSts | None, Sous("NOMENCLATURES")] = None
    donnees: Annotated[_Donnees | None, Sous("DONNEES")] = None


class _Ecrit(Struct, frozen=True):
    parametres: Annotated[ParametresSts, Sous("PARAMETRES")]
    nomenclatures: Annotated[NomenclaturesSts, Sous("NOMENCLATURES")]
    donnees: Annotated[_Donnees, Sous("DONNEES")]


def lire_sts_emp(stream: BinaryIO, nom: str) -> StsEmp:
    """Read an `sts_emp`: any declared encoding, padded text, missing containers; what is unknown is remarked.

    Arguments: `stream` of bytes; `nom`, the file's name in messages.

    Raises `XmlRefuse` (hostile or malformed) and `StsRefuse` (another file; no school or no year in it).
    """
    racine = document(stream, nom=nom, limites=LIMITES_STS)
    verifie_racine(racine, _RACINE, nom)
    lecteur = Lecteur(STS_EMP, nom)
    lu = lecteur.lit(racine, _Document, _RACINE) or _Document()
    parametres = lu.parametres or _Parametres()
    if parametres.uaj is None:
        raise absent("STS_UAJ_ABSENT", "l'établissement (UAJ) qu'il concerne", nom)
    if parametres.annee_scolaire is None:
        raise absent("STS_ANNEE_ABSENTE", "l'année scolaire qu'il concerne", nom)
    donnees = lu.donnees or _Donnees()
    structure = donnees.structure or Structure()
    return StsEmp(
        parametres=ParametresSts(parametres.uaj, parametres.annee_scolaire),
        nomenclatures=lu.nomenclatures or NomenclaturesSts(),
        individus=donnees.individus,
        divisions=structure.divisions,
        groupes=structure.groupes,
        suppleants=donnees.suppleants,
        remarques=tuple(lecteur.remarques),
    )


def ecrire_sts_emp(stream: BinaryIO, doc: StsEmp) -> int:
    """Write an `sts_emp` in ISO-8859-15: root alone on line 2, a leaf per line, containers even when empty.

    Records are written in the order given. Returns the number of characters that the encoding lacks and that
    were replaced.
    """
    with EcrivainXml(stream) as ecrivain:
        ecrivain.declaration()
        donnees = _Donnees(doc.individus, Structure(doc.divisions, doc.groupes), doc.suppleants)
        ecrit(ecrivain, _RACINE, _Ecrit(doc.parametres, doc.nomenclatures, donnees), STS_EMP)
    return ecrivain.substitutions


def nom_fichier_sts_emp(uai: str, annee: int, avec_annee: bool = True) -> str:
    """The file's name; `annee` is the STS year; without the year for the académies that do so (STS-42)."""
    return f"sts_emp_{uai}_{annee}.xml" if avec_annee else f"sts_emp_{uai}.xml"
