"""A feed to read, be it a folder, an archive (`.tar.gz`, `.zip`) or a single file: its files, in order.

Source: reference aaf.md, sections 1.4 and 1.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.aaf.dtd import NOM_DTD
from shared.formats.aaf.lecture_tar import ArchiveTar, est_targz
from shared.formats.aaf.manifeste import MANIFESTE_MAX, NOM_MANIFESTE, Manifeste, lire_manifeste
from shared.formats.aaf.noms import NomFichier, TypeAlimentation, lire_nom
from shared.security.archives import est_zip, open_zip


class AlimentationRefusee(FichierRefuse):
    """A feed that cannot be taken.

    Codes: AAF_ABSENTE, AAF_FICHIER_MANQUANT, AAF_FICHIER_EN_DOUBLE, AAF_MELANGE, AAF_MANIFESTE,
    AAF_DECOMPTE, AAF_RACINE, AAF_REQUETE, AAF_CATEGORIE, AAF_COMPLET.
    """

    code = "AAF_REQUETE"


class FichierALire(Struct, frozen=True):
    """One file of a feed: the parts of its name, its size in bytes, how to open it."""

    nom: NomFichier
    taille: int
    ouvrir: Callable[[], BinaryIO]

    def __str__(self) -> str:
        return str(self.nom)


class Depot(Struct, frozen=True):
    """The files of a feed in reading order, its manifest if it has one, whether the DTD is there.

    `seul`: one file was given by itself, whatever its number.
    """

    nom: str
    fichiers: tuple[FichierALire, ...]
    manifeste: Manifeste | None
    dtd: bool
    seul: bool = False

    @property
    def type_(self) -> TypeAlimentation | None:
        """Complete or delta; None when the names do not tell."""
        return self.fichiers[0].nom.type_ if self.fichiers else None

    def controler(self) -> None:
        """Refuse a feed from which a file is missing, or that mixes two feeds. Raises `AlimentationRefusee`."""
        if not self.fichiers:
            raise AlimentationRefusee(
                f"« {self.nom} » ne contient aucun fichier d'alimentation.",
                code="AAF_ABSENTE",
                remede="Les fichiers attendus se nomment <projet>_<Complet|Delta>_<AAAAMMJJ>_<catégorie>_0000.xml.",
                lieu=Lieu(fichier=self.nom),
            )
        for avant, apres in pairwise(self.fichiers):
            if (avant.nom.projet, avant.nom.type_, avant.nom.jour) != (
                apres.nom.projet,
                apres.nom.type_,
                apres.nom.jour,
            ):
                raise AlimentationRefusee(
                    f"« {self.nom} » mélange deux alimentations : « {avant} » et « {apres} ».",
                    code="AAF_MELANGE",
                    remede="Donnez une seule alimentation à la fois : même projet, même type, même date.",
                    lieu=Lieu(fichier=str(apres)),
                )
        if not self.seul:
            self._controler_suite()
        if self.manifeste is not None:
            self._controler_manifeste(self.manifeste)

    def _controler_suite(self) -> None:
        attendu: dict[str, int] = {}
        for fichier in self.fichiers:
            numero = attendu.get(fichier.nom.categorie, 0)
            if fichier.nom.numero < numero:
                raise AlimentationRefusee(
                    f"Deux fichiers {fichier.nom.categorie} portent le numéro {fichier.nom.numero:04d}.",
                    code="AAF_FICHIER_EN_DOUBLE",
                    remede="Retirez celui qui n'appartient pas à cette alimentation.",
                    lieu=Lieu(fichier=str(fichier)),
                )
            if fichier.nom.numero > numero:
                raise _manquant(f"{fichier.nom.categorie}_{numero:04d}.xml", self.nom)
            attendu[fichier.nom.categorie] = numero + 1

    def _controler_manifeste(self, manifeste: Manifeste) -> None:
        presents = {str(fichier): fichier for fichier in self.fichiers}
        for declare in manifeste.fichiers:
            fichier = presents.pop(declare.nom, None)
            if fichier is None:
                raise _manquant(declare.nom, self.nom)
            if fichier.taille != declare.octets:
                raise AlimentationRefusee(
                    f"Le fichier « {declare.nom} » compte {fichier.taille} octets au lieu de {declare.octets}.",
                    code="AAF_DECOMPTE",
                    remede="Il est tronqué ou modifié : demandez à nouveau l'alimentation.",
                    lieu=Lieu(fichier=declare.nom),
                )
        for nom in presents:
            raise AlimentationRefusee(
                f"Le fichier « {nom} » n'est pas dans le manifeste de l'alimentation.",
                code="AAF_MELANGE",
                remede="Retirez ce fichier, ou demandez à nouveau l'alimentation.",
                lieu=Lieu(fichier=nom),
            )


def _manquant(fichier: str, nom: str) -> AlimentationRefusee:
    return AlimentationRefusee(
        f"« {nom} » : le fichier « {fichier} » manque.",
        code="AAF_FICHIER_MANQUANT",
        remede="Demandez à nouveau l'alimentation : elle est incomplète.",
        lieu=Lieu(fichier=fichier),
    )


@contextmanager
def ouvrir(source: Path) -> Iterator[Depot]:
    """Open a feed: a folder, a `.tar.gz` or `.zip` archive (recognised by content), or one XML file.

    Files of other names are left aside. Raises `AlimentationRefusee` (AAF_ABSENTE), `ZipRefuse`,
    `TarRefuse`, `FichierRefuse` (AAF_MANIFESTE).
    """
    if source.is_dir():
        chemins = sorted(chemin for chemin in source.iterdir() if chemin.is_file())
        yield _depot(source.name, [(c.name, c.stat().st_size, _ouvreur(c)) for c in chemins])
        return
    try:
        with source.open("rb") as flux:
            debut = flux.read(4)
    except OSError:
        raise AlimentationRefusee(
            f"« {source.name} » n'existe pas ou ne peut pas être lu.",
            code="AAF_ABSENTE",
            remede="Vérifiez le nom du dossier, de l'archive ou du fichier.",
            lieu=Lieu(fichier=source.name),
        ) from None
    if est_zip(debut):
        with open_zip(source, source.name) as archive:
            yield _depot(source.name, [(m.base, m.taille, m.open) for m in archive])
    elif est_targz(debut):
        with ArchiveTar(source) as tar:
            yield _depot(source.name, [(m.base, m.taille, _ouvreur_tar(tar, i)) for i, m in enumerate(tar.membres)])
    else:
        seul = [(source.name, source.stat().st_size, _ouvreur(source))]
        yield replace(_depot(source.name, seul), seul=True)


def _ouvreur(chemin: Path) -> Callable[[], BinaryIO]:
    return lambda: chemin.open("rb")


def _ouvreur_tar(archive: ArchiveTar, rang: int) -> Callable[[], BinaryIO]:
    return lambda: archive.open(archive.membres[rang])


def _depot(nom: str, trouves: list[tuple[str, int, Callable[[], BinaryIO]]]) -> Depot:
    fichiers: list[FichierALire] = []
    manifeste: Manifeste | None = None
    dtd = False
    for base, taille, ouvrir_ in trouves:
        lu = lire_nom(base)
        if lu is not None:
            fichiers.append(FichierALire(lu, taille, ouvrir_))
        elif base == NOM_MANIFESTE:
            with ouvrir_() as flux:
                manifeste = lire_manifeste(flux.read(MANIFESTE_MAX))
        elif base == NOM_DTD:
            dtd = True
    return Depot(nom, tuple(sorted(fichiers, key=lambda f: f.nom.cle)), manifeste, dtd)
