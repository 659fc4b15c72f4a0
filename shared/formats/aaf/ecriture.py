"""Writing a feed: numbered files per category, the DTD, the manifest, the archive.

Source: reference aaf.md, sections 1.2 to 1.5 and 2.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from shared.contracts.refus import Lieu, Refus
from shared.formats.aaf.dtd import DTD, NOM_DTD, RACINE
from shared.formats.aaf.enregistrement import Modification, Suppression
from shared.formats.aaf.grammaire import Categorie, Grammaire, categories_de, entetes
from shared.formats.aaf.manifeste import NOM_MANIFESTE, FichierEcrit, Manifeste
from shared.formats.aaf.noms import (
    NUMERO_MAX,
    NomFichier,
    TypeAlimentation,
    lire_nom,
    nom_archive,
    verifier_projet,
)
from shared.formats.aaf.rendu import A_ECRIRE, Rendu, par_lots
from shared.formats.aaf.substitutions import Substitutions
from shared.security.archives import write_targz

PAR_FICHIER = 5000
"""Requests per file; the real figure is not public (section 1.5)."""

ENCODAGES = ("UTF-8", "ISO-8859-15")
"""What a file may declare: both occur in real feeds, and both are right since the bytes are ASCII (section 1.2)."""

_BLOC = 512 * 1024
_FIN = f"</{RACINE}>\n".encode("ascii")


class EcritureRefusee(Refus):
    """What cannot be written in this feed."""

    code = "AAF_ECRITURE"


def debut_de_fichier(grammaire: Grammaire, code_academie: str, instant: date, encodage: str = ENCODAGES[0]) -> bytes:
    """The prologue, the root start tag and the header comments, before the first request.

    `encodage` is what the file declares. Raises `EcritureRefusee` (AAF_ENCODAGE) when it is not in `ENCODAGES`.
    """
    verifier_encodage(encodage)
    commentaires = "".join(f'<!-- {cle}="{valeur}" -->\n' for cle, valeur in entetes(grammaire, code_academie, instant))
    return (
        f'<?xml version="1.0" encoding="{encodage}"?>\n<!DOCTYPE {RACINE} SYSTEM "{NOM_DTD}">\n'
        f"<{RACINE}>\n{commentaires}\n"
    ).encode("ascii")


def verifier_encodage(encodage: str) -> str:
    """`encodage` itself. Raises `EcritureRefusee` (AAF_ENCODAGE)."""
    if encodage not in ENCODAGES:
        raise EcritureRefusee(
            f"L'encodage « {encodage[:20]} » n'est pas de ceux que déclare une alimentation.",
            code="AAF_ENCODAGE",
            remede=f"Choisissez l'un de ceux-ci : {', '.join(ENCODAGES)}. Les octets sont ASCII dans tous les cas.",
        )
    return encodage


class _Sortie:
    """A file being written and hashed by a thread of its own, one block behind the one being made."""

    def __init__(self, flux: BinaryIO) -> None:
        self._flux = flux
        self._hash = hashlib.sha256()
        self._fil = ThreadPoolExecutor(max_workers=1)
        self._attente: Future[None] | None = None
        self._bloc: list[bytes] = []
        self._dans_bloc = 0
        self.octets = 0

    def ecrire(self, octets: bytes) -> None:
        self._bloc.append(octets)
        self._dans_bloc += len(octets)
        if self._dans_bloc >= _BLOC:
            self._vide()

    def _vide(self) -> None:
        bloc = b"".join(self._bloc)
        self.octets += len(bloc)
        self._bloc.clear()
        self._dans_bloc = 0
        if self._attente is not None:
            self._attente.result()
        self._attente = self._fil.submit(self._depose, bloc)

    def _depose(self, bloc: bytes) -> None:
        self._flux.write(bloc)
        self._hash.update(bloc)

    def fermer(self) -> str:
        """Waits for the last block; returns the SHA-256."""
        try:
            self._vide()
            if self._attente is not None:
                self._attente.result()
        finally:
            self._fil.shutdown()
            self._flux.close()
        return self._hash.hexdigest()


def ecrire_fichier(
    dossier: Path,
    nom: NomFichier,
    operations: Iterable[A_ECRIRE],
    *,
    code_academie: str,
    grammaire: Grammaire = Grammaire.V6_4,
    encodage: str = ENCODAGES[0],
    rendu: Rendu | None = None,
) -> FichierEcrit:
    """Write one file of a feed, of one category; it appears under its name only when it is whole.

    Files may be written in any order, by several processes. `nom` must have a type and a day. Records are
    streamed: memory does not grow with their number.

    Raises `EcritureRefusee` (AAF_CATEGORIE: an operation of another category; AAF_COMPLET: an operation
    other than an addition in a complete feed; AAF_ENCODAGE) and `ValeurInterdite` (AAF_DEGRE: a record of the
    other degree; a character that XML does not have, unless `rendu` was given what collects substitutions).
    """
    if nom.type_ is None or nom.jour is None:
        raise ValueError("a file to write needs a type and a day")
    rendu = rendu or Rendu(grammaire.degre)
    debut = debut_de_fichier(grammaire, code_academie, nom.jour, encodage)
    categorie, complet = nom.categorie, nom.type_ is TypeAlimentation.COMPLET
    cible = dossier / str(nom)
    partiel = cible.with_name(cible.name + ".partiel")
    sortie = _Sortie(partiel.open("wb", buffering=0))
    total = modifications = suppressions = 0
    try:
        try:
            sortie.ecrire(debut)
            for lot in par_lots(operations):
                if [1 for operation in lot if operation.categorie is not categorie]:
                    raise _refuse_categorie(nom)
                types = [type(operation) for operation in lot]
                total += len(lot)
                modifications += types.count(Modification)
                suppressions += types.count(Suppression)
                if complet and (modifications or suppressions):
                    raise _refuse_complet(nom)
                sortie.ecrire(rendu.rendre(lot))
            sortie.ecrire(_FIN)
        finally:
            sha256 = sortie.fermer()
        partiel.replace(cible)
    finally:
        partiel.unlink(missing_ok=True)
    ajouts = total - modifications - suppressions
    return FichierEcrit(str(nom), ajouts, modifications, suppressions, sortie.octets, sha256)


def _refuse_categorie(nom: NomFichier) -> EcritureRefusee:
    return EcritureRefusee(
        f"Le fichier « {nom} » ne reçoit que la catégorie {nom.categorie}.",
        code="AAF_CATEGORIE",
        remede="Écrivez chaque catégorie dans ses propres fichiers.",
        lieu=Lieu(fichier=str(nom)),
    )


def _refuse_complet(nom: NomFichier) -> EcritureRefusee:
    return EcritureRefusee(
        f"Le fichier « {nom} » est complet : il ne contient que des ajouts.",
        code="AAF_COMPLET",
        remede="Écrivez les modifications et les suppressions dans une alimentation Delta.",
        lieu=Lieu(fichier=str(nom)),
    )


class EcrivainAlimentation:
    """Writes a whole feed into an empty folder; a context manager.

    On leaving without an exception the DTD and the manifest are written; with one, what was written is
    removed. A category without any request has one file, empty.

    Arguments: `dossier`, created if need be; `projet`, free code; `code_academie`, two digits; `instant`, the
    day of generation (of the simulated clock); `type_`; `grammaire`, which says the degree as well;
    `max_par_fichier`, requests per file; `encodage`, what the files declare; `substitutions`, which is told of
    the characters replaced, otherwise refused.

    Raises `EcritureRefusee` (AAF_DOSSIER_OCCUPE when the folder already holds a feed, AAF_ENCODAGE), `Refus`
    (AAF_PROJET).
    """

    def __init__(
        self,
        dossier: Path,
        projet: str,
        code_academie: str,
        instant: date,
        type_: TypeAlimentation | str,
        grammaire: Grammaire = Grammaire.V6_4,
        max_par_fichier: int = PAR_FICHIER,
        encodage: str = ENCODAGES[0],
        substitutions: Substitutions | None = None,
    ) -> None:
        if max_par_fichier < 1:
            raise ValueError("max_par_fichier must be at least 1")
        self.dossier = dossier
        self.projet = verifier_projet(projet)
        self.code_academie = code_academie
        self.jour = instant.date() if isinstance(instant, datetime) else instant
        self.type_ = TypeAlimentation(type_)
        self.grammaire = grammaire
        self.max_par_fichier = max_par_fichier
        self.encodage = verifier_encodage(encodage)
        self._rendu = Rendu(grammaire.degre, substitutions)
        self._fichiers: dict[Categorie, list[FichierEcrit]] = {c: [] for c in categories_de(grammaire.degre)}
        dossier.mkdir(parents=True, exist_ok=True)
        if any(lire_nom(chemin.name) or chemin.name == NOM_MANIFESTE for chemin in dossier.iterdir()):
            raise EcritureRefusee(
                f"Le dossier « {dossier.name} » contient déjà une alimentation.",
                code="AAF_DOSSIER_OCCUPE",
                remede="Choisissez un dossier vide.",
            )

    def ecrire(self, operations: Iterable[A_ECRIRE]) -> None:
        """Write requests as a stream, records of a category one after the other, ids ascending.

        May be called several times; each run of a category opens a file of its own.
        """
        for categorie, suite in groupby(operations, attrgetter("categorie")):
            if categorie not in self._fichiers:
                raise EcritureRefusee(
                    f"La catégorie {categorie} n'existe pas au premier degré.",
                    code="AAF_DEGRE",
                    remede="Écrivez-la dans une alimentation du second degré.",
                )
            reste = iter(suite)
            while premiere := list(islice(reste, 1)):
                self._ecrire_fichier(categorie, _prefixe(premiere, reste, self.max_par_fichier))

    def _ecrire_fichier(self, categorie: Categorie, operations: Iterable[A_ECRIRE]) -> None:
        numero = len(self._fichiers[categorie])
        if numero > NUMERO_MAX:
            raise EcritureRefusee(
                f"La catégorie {categorie} compte plus de {NUMERO_MAX + 1} fichiers.",
                code="AAF_TROP_DE_FICHIERS",
                remede="Augmentez le nombre d'enregistrements par fichier.",
            )
        nom = NomFichier(self.projet, self.type_, self.jour, categorie, numero)
        self._fichiers[categorie].append(
            ecrire_fichier(
                self.dossier,
                nom,
                operations,
                code_academie=self.code_academie,
                grammaire=self.grammaire,
                encodage=self.encodage,
                rendu=self._rendu,
            )
        )

    @property
    def manifeste(self) -> Manifeste:
        """The manifest of what has been written so far."""
        return Manifeste(
            self.projet,
            self.type_,
            self.jour,
            self.code_academie,
            self.grammaire,
            tuple(fichier for fichiers in self._fichiers.values() for fichier in fichiers),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, type_: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if type_ is not None:
            for fichier in self.manifeste.fichiers:
                (self.dossier / fichier.nom).unlink(missing_ok=True)
            return
        for categorie, fichiers in self._fichiers.items():
            if not fichiers:
                self._ecrire_fichier(categorie, ())
        terminer(self.dossier, self.manifeste)


def _prefixe(premiere: list[A_ECRIRE], reste: Iterator[A_ECRIRE], nombre: int) -> Iterator[A_ECRIRE]:
    yield from premiere
    yield from islice(reste, nombre - 1)


def terminer(dossier: Path, manifeste: Manifeste) -> None:
    """Write the DTD and the manifest beside the files of a feed."""
    (dossier / NOM_DTD).write_bytes(DTD.encode("ascii"))
    (dossier / NOM_MANIFESTE).write_bytes(manifeste.octets())


def ecrire_archive(dossier: Path, manifeste: Manifeste, horodatage: datetime, cible: Path | None = None) -> Path:
    """Gather a finished feed in a `.tar.gz`, the same bytes for the same feed and instant.

    Members: the DTD, the files in reading order, the manifest. Arguments: `horodatage`, the date of the
    members; `cible`, the archive, by default beside `dossier` under the name of section 1.5.
    """
    cible = cible or dossier.parent / nom_archive(manifeste.projet, manifeste.type_, manifeste.jour)
    noms = [NOM_DTD, *(fichier.nom for fichier in manifeste.fichiers), NOM_MANIFESTE]
    with cible.open("wb") as flux:
        write_targz(flux, ((nom, dossier / nom) for nom in noms), horodatage)
    return cible
