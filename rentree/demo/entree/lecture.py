"""Reading a folder of exports: what each file is by its content, and that all are of one school and one year.

Source: reference sts-edt sections 2 and 3, reference SIECLE sections 1 to 8; procedures COM-05 (STS year and BEE
millésime), BEE-66 to BEE-68 (names of the exports, « (1) » of browsers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from rentree.demo.entree.documents import Documents
from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.formats.aaf.lecture_tar import est_targz
from shared.formats.elegroupe.lecture import lire_liens
from shared.formats.reconnaissance import Famille, FichierReconnu, reconnaitre_membres
from shared.formats.siecle.communs import lire_communs
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.etablissements import lire_etablissements
from shared.formats.siecle.geographique import lire_geographique
from shared.formats.siecle.nomenclature import lire_nomenclature
from shared.formats.siecle.responsables import lire_responsables
from shared.formats.siecle.structures import lire_structures
from shared.formats.sts import lire_emp_sts, lire_sts_emp
from shared.horloge.annees import annee_du_millesime, libelle_annee
from shared.horloge.profils import ProfilAcademique
from shared.identifiers import uai_valide
from shared.security.archives import est_zip, open_zip

_LECTEURS: dict[Famille, Callable[[BinaryIO, str], Any]] = {
    Famille.STS_EMP: lire_sts_emp,
    Famille.EMP_STS: lire_emp_sts,
    Famille.SIECLE_ELEVES: lire_eleves,
    Famille.SIECLE_RESPONSABLES: lire_responsables,
    Famille.SIECLE_STRUCTURES: lire_structures,
    Famille.SIECLE_NOMENCLATURE: lire_nomenclature,
    Famille.SIECLE_COMMUNS: lire_communs,
    Famille.SIECLE_ETABLISSEMENTS: lire_etablissements,
    Famille.SIECLE_GEOGRAPHIQUE: lire_geographique,
    Famille.LIENS_ELEVE_GROUPE: lire_liens,
}
_CHAMPS = {
    Famille.STS_EMP: "sts",
    Famille.EMP_STS: "emp",
    Famille.SIECLE_ELEVES: "eleves",
    Famille.SIECLE_RESPONSABLES: "responsables",
    Famille.SIECLE_STRUCTURES: "structures",
    Famille.SIECLE_NOMENCLATURE: "nomenclature",
    Famille.SIECLE_COMMUNS: "communs",
    Famille.SIECLE_ETABLISSEMENTS: "etablissements",
    Famille.LIENS_ELEVE_GROUPE: "liens",
}
_STS = (Famille.STS_EMP, Famille.EMP_STS)
_DEBUT = 256
_AVANT_XML = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
"""Marks of encoding and blanks that may stand before an XML document, UTF-16 included."""

_UN_SEUL = "Ne laissez dans le dossier que les fichiers d'un établissement et d'une année."


class Lu(Struct, frozen=True):
    """A file that was read. `annee` is the STS year or the millésime, as the file says it; `rang` orders rivals."""

    nom: str
    famille: Famille
    document: Any
    uai: str
    annee: int | None
    rang: tuple[Any, ...]


def lire_dossier(dossier: Path, choisi: ProfilAcademique) -> Documents:
    """Read every file of a folder (not its subfolders; archives are opened), whatever their names.

    What is not of the chain is set aside with a sentence. Of two files of one kind, the fullest or the latest is
    kept. Raises `Refus` DOSSIER_INTROUVABLE, `FichierRefuse` DOSSIER_SANS_FICHIER, AUTRE_ETABLISSEMENT, AUTRE_ANNEE,
    UAI_INVALIDE, and what the readers raise on a file of the chain that is broken.
    """
    if not dossier.is_dir():
        raise Refus(
            f"Le dossier « {dossier.name} » n'existe pas.",
            code="DOSSIER_INTROUVABLE",
            remede="Donnez à --dossier un dossier qui contient les fichiers exportés des applications.",
        )
    lus: list[Lu] = []
    ecartes: list[tuple[str, str]] = []
    chemins = [c for c in dossier.iterdir() if c.is_file() and not c.name.startswith(".")]
    for chemin in sorted(chemins, key=lambda c: c.name):
        for nom, reconnu in _nommer(chemin):
            if reconnu.famille in _LECTEURS:
                lus.append(_lire(chemin, nom, reconnu))
            else:
                ecartes.append((nom, _pourquoi(reconnu)))
    if not lus:
        raise FichierRefuse(
            f"Le dossier « {dossier.name} » ne contient aucun fichier de STS-Web, de SIECLE ou de l'emploi du temps.",
            code="DOSSIER_SANS_FICHIER",
            remede="Mettez-y au moins un export : sts_emp, emp_sts, exports XML de SIECLE, liens élève-groupe.",
            details={"ecartes": [nom for nom, _ in ecartes]},
        )
    _un_etablissement(lus)
    millesime = _une_annee(lus, choisi)
    return _retenir(lus, ecartes, millesime, annee_du_millesime(millesime, choisi.calendrier))


def _nommer(chemin: Path) -> Iterator[tuple[str, FichierReconnu]]:
    """The XML of a file, each with the name that messages use: the file's, with the member's when there are several."""
    reconnus = reconnaitre_membres(chemin, chemin.name) if _lisible(chemin) else ()
    if all(r.famille is Famille.INCONNU for r in reconnus):
        reconnus = (FichierReconnu(Famille.INCONNU),)
    for reconnu in reconnus:
        yield chemin.name if len(reconnus) == 1 else f"{chemin.name}, {reconnu.membre}", reconnu


def _lisible(chemin: Path) -> bool:
    """Whether a file begins as an archive or an XML document may; a photograph or a note does not."""
    with chemin.open("rb") as fichier:
        debut = fichier.read(_DEBUT)
    return est_zip(debut) or est_targz(debut) or debut.lstrip(_AVANT_XML).startswith(b"<")


def _pourquoi(reconnu: FichierReconnu) -> str:
    if reconnu.famille is Famille.INCONNU:
        return "non reconnu, ignoré"
    return f"reconnu ({reconnu.famille.value}), sans usage ici"


@contextmanager
def _ouvrir(chemin: Path, reconnu: FichierReconnu) -> Iterator[BinaryIO]:
    if not reconnu.archive:
        with chemin.open("rb") as fichier:
            yield fichier
        return
    with open_zip(chemin, chemin.name) as archive:
        membre = next(m for m in archive if m.nom == reconnu.membre)
        with membre.open() as flux:
            yield flux


def _lire(chemin: Path, nom: str, reconnu: FichierReconnu) -> Lu:
    with _ouvrir(chemin, reconnu) as flux:
        document = _LECTEURS[reconnu.famille](flux, nom)
    uai, annee, rang = _enveloppe(reconnu, document)
    if not uai_valide(uai):
        raise FichierRefuse(
            f"Le fichier « {nom} » porte l'UAI « {uai[:8]} », dont la lettre de contrôle ne convient pas.",
            code="UAI_INVALIDE",
            lieu=Lieu(nom, element="UAJ"),
            remede="Exportez à nouveau le fichier, ou corrigez son UAI : sept chiffres et une lettre.",
        )
    return Lu(nom, reconnu.famille, document, uai, annee, rang)


def _enveloppe(reconnu: FichierReconnu, document: Any) -> tuple[str, int | None, tuple[Any, ...]]:
    """UAI, year as written, and what makes a file better than another of its kind."""
    if reconnu.famille is Famille.STS_EMP:
        p = document.parametres
        taille = len(document.divisions) + len(document.groupes) + len(document.individus)
        return p.uaj.code, p.annee_scolaire.annee, (taille,)
    if reconnu.famille is Famille.EMP_STS:
        p = document.parametres
        return p.uaj, p.annee_scolaire, (len(document.divisions) + len(document.groupes),)
    if reconnu.famille is Famille.LIENS_ELEVE_GROUPE:
        p = document.entete.parametres
        return p.uai, p.annee, (datetime.combine(p.date_import, time()), p.num_envoi)
    e = document.entete.enveloppe
    return e.uai, e.annee, (reconnu.variante == "avec_adresses", e.horodatage)


def _un_etablissement(lus: list[Lu]) -> None:
    premier = lus[0]
    for autre in lus[1:]:
        if autre.uai != premier.uai:
            raise FichierRefuse(
                f"Le fichier « {autre.nom} » est celui de l'établissement {autre.uai} ; "
                f"« {premier.nom} » est celui de l'établissement {premier.uai}.",
                code="AUTRE_ETABLISSEMENT",
                lieu=Lieu(autre.nom),
                remede=_UN_SEUL,
                details={"fichiers": {premier.nom: premier.uai, autre.nom: autre.uai}},
            )


def _une_annee(lus: list[Lu], choisi: ProfilAcademique) -> int:
    """The millésime of every file. A remontée may say no year."""
    dates = [x for x in lus if x.annee is not None]
    if not dates:
        raise FichierRefuse(
            f"Le fichier « {lus[0].nom} » n'indique pas son année scolaire.",
            code="SANS_ANNEE",
            lieu=Lieu(lus[0].nom, element="ANNEE_SCOLAIRE"),
            remede="Ajoutez au dossier un fichier de la même année qui la porte, par exemple le sts_emp.",
        )
    premier = dates[0]
    for autre in dates[1:]:
        if _millesime(autre, choisi) != _millesime(premier, choisi):
            raise FichierRefuse(
                f"Le fichier « {autre.nom} » est {_de_quand(autre, choisi)} ; "
                f"« {premier.nom} » est {_de_quand(premier, choisi)}.",
                code="AUTRE_ANNEE",
                lieu=Lieu(autre.nom),
                remede=_UN_SEUL,
                details={"fichiers": {premier.nom: premier.annee, autre.nom: autre.annee}, "profil": choisi.nom},
            )
    return _millesime(premier, choisi)


def _millesime(lu: Lu, choisi: ProfilAcademique) -> int:
    assert lu.annee is not None
    return choisi.millesime_de_l_annee(lu.annee) if lu.famille in _STS else lu.annee


def _de_quand(lu: Lu, choisi: ProfilAcademique) -> str:
    """« de l'année 2018 de STS-Web (millésime 2017 dans SIECLE) », or « du millésime 2017 de SIECLE »."""
    assert lu.annee is not None
    if lu.famille not in _STS:
        return f"du millésime {lu.annee} de SIECLE"
    millesime = choisi.millesime_de_l_annee(lu.annee)
    equivalent = "" if millesime == lu.annee else f", qui est le millésime {millesime} de SIECLE"
    return f"de l'année {lu.annee} de STS-Web{equivalent}"


def refuser_autre_annee(documents: Documents, annee: int) -> None:
    """Refuse a folder whose year is not the one that the clock asked for gives. Raises `FichierRefuse` AUTRE_ANNEE."""
    if documents.annee != annee:
        raise FichierRefuse(
            f"Le fichier « {next(iter(documents.noms.values()))} » est de l'année {libelle_annee(documents.annee)} ; "
            f"la date demandée par --date est dans l'année {libelle_annee(annee)}.",
            code="AUTRE_ANNEE",
            remede="Retirez --date : l'horloge partira juste avant la rentrée de l'année des fichiers.",
            details={"annee_fichiers": documents.annee, "annee_horloge": annee},
        )


def _retenir(lus: Iterable[Lu], ecartes: list[tuple[str, str]], millesime: int, annee: int) -> Documents:
    retenus: dict[Famille, Lu] = {}
    for lu in lus:
        rival = retenus.get(lu.famille)
        if rival is None:
            retenus[lu.famille] = lu
            continue
        garde, autre = (lu, rival) if lu.rang > rival.rang else (rival, lu)
        retenus[lu.famille] = garde
        ecartes.append((autre.nom, f"non utilisé : « {garde.nom} », de la même sorte, est plus complet ou plus récent"))
    noms = {f: lu.nom for f, lu in retenus.items()}
    champs = {_CHAMPS[f]: lu.document for f, lu in retenus.items() if f in _CHAMPS}
    uai = next(iter(retenus.values())).uai
    autres = tuple(f for f in retenus if f not in _CHAMPS)
    return Documents(uai, annee, millesime, noms, tuple(ecartes), autres=autres, **champs)
