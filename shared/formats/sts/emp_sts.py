"""`emp_sts_<UAI>_<année>.xml`: the remontée of the timetable software to STS-Web.

Source: reference sts-edt, section 3; procedures EDT-33 and STS-45.
"""

from __future__ import annotations

from typing import Annotated, BinaryIO

from msgspec import Struct

from shared.formats.ecriture import EcrivainXml
from shared.formats.sts.enregistrements import (
    EMP_STS,
    Alternance,
    EmpSts,
    Horaire,
    IndividuEmp,
    ParametresEmp,
    SalleCours,
    Structure,
)
from shared.formats.sts.moteur import Lecteur, Liste, Sous, ecrit
from shared.formats.sts.refus import LIMITES_STS, absent, verifie_racine
from shared.security.xml import document

_RACINE = "EDT_STS"


class _Donnees(Struct, frozen=True):
    horaires: Annotated[tuple[Horaire, ...], Liste("HORAIRES", "HORAIRE")] = ()
    alternances: Annotated[tuple[Alternance, ...], Liste("ALTERNANCES", "ALTERNANCE")] = ()
    salles: Annotated[tuple[SalleCours, ...], Liste("SALLES_COURS", "SALLE_COURS")] = ()
    individus: Annotated[tuple[IndividuEmp, ...], Liste("INDIVIDUS", "INDIVIDU")] = ()
    structure: Annotated[Structure | None, Sous("STRUCTURE")] = None


class _Document(Struct, frozen=True):
    """As read. Some software puts the alternances under the root (reference sts-edt, section 3.7)."""

    parametres: Annotated[ParametresEmp | None, Sous("PARAMETRES")] = None
    alternances: Annotated[tuple[Alternance, ...], Liste("ALTERNANCES", "ALTERNANCE", vide=False)] = ()
    donnees: Annotated[_Donnees | None, Sous("DONNEES")] = None


def lire_emp_sts(stream: BinaryIO, nom: str) -> EmpSts:
    """Read a remontée: any declared encoding, padded text; DIVISIONS, GROUPES or any container may be missing.

    A service without modality is « CG »; a teacher may have no type; alternances may stand under the root.
    Whether school and year are the expected ones is for the caller to say.

    Raises `XmlRefuse` (hostile or malformed) and `StsRefuse` (another file; no school in it).
    """
    racine = document(stream, nom=nom, limites=LIMITES_STS)
    verifie_racine(racine, _RACINE, nom)
    lecteur = Lecteur(EMP_STS, nom)
    lu = lecteur.lit(racine, _Document, _RACINE) or _Document()
    if lu.parametres is None or not lu.parametres.uaj:
        raise absent("STS_UAJ_ABSENT", "l'établissement (UAJ) qu'il concerne", nom)
    donnees = lu.donnees or _Donnees()
    structure = donnees.structure or Structure()
    return EmpSts(
        parametres=lu.parametres,
        horaires=donnees.horaires,
        alternances=donnees.alternances + lu.alternances,
        salles=donnees.salles,
        individus=donnees.individus,
        divisions=structure.divisions,
        groupes=structure.groupes,
        remarques=tuple(lecteur.remarques),
    )


def ecrire_emp_sts(stream: BinaryIO, doc: EmpSts) -> int:
    """Write a remontée in ISO-8859-15: root alone on line 2, a leaf per line, all containers.

    Records are written in the order given; what only an `sts_emp` holds (labels and MEF of divisions,
    calculated numbers) is left out. Returns the number of characters replaced for want of an encoding.
    """
    with EcrivainXml(stream) as ecrivain:
        ecrivain.declaration()
        donnees = _Donnees(
            doc.horaires, doc.alternances, doc.salles, doc.individus, Structure(doc.divisions, doc.groupes)
        )
        ecrit(ecrivain, _RACINE, _Document(doc.parametres, (), donnees), EMP_STS)
    return ecrivain.substitutions


def nom_fichier_emp_sts(uai: str, annee: int) -> str:
    """The usual name of a remontée; STS-Web reads the content, not the name."""
    return f"emp_sts_{uai}_{annee}.xml"
