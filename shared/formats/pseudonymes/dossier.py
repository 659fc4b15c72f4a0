"""A folder of files, given back with invented people: read twice, written beside, put in place at the end.

Source: issue « The files », `rentree fichier anonymiser`; RGPD, article 4(5).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.formats.aaf.dtd import DTD, NOM_DTD
from shared.formats.aaf.lecture_tar import ArchiveTar, est_targz
from shared.formats.aaf.manifeste import MANIFESTE_MAX, NOM_MANIFESTE, lire_manifeste
from shared.formats.pseudonymes.champs import FICHES
from shared.formats.pseudonymes.mots import matieres
from shared.formats.pseudonymes.noms import NomsDeFichiers
from shared.formats.pseudonymes.pseudonymes import Pseudonymes
from shared.formats.pseudonymes.rapport import ChampVide, FichierEcarte, FichierRendu, Rapport
from shared.formats.pseudonymes.reecriture import Reecriture
from shared.formats.pseudonymes.releve import Releve
from shared.formats.reconnaissance import Famille, FichierReconnu, reconnaitre_membres
from shared.security.archives import est_zip, open_zip, write_targz, write_zip

_DEBUT = 256
_AVANT_XML = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
_ANNEES_ZIP = (1980, 2107)


class _Document(Struct, frozen=True):
    """One XML to rewrite. `membre`: its name inside the archive, None when the file is the XML itself."""

    chemin: PurePosixPath
    membre: str | None
    famille: Famille
    reconnu: FichierReconnu

    @property
    def nom(self) -> str:
        return self.membre or self.chemin.name


class _Fichier(Struct, frozen=True):
    """One file of the folder: `genre` « xml », « zip », « targz », « dtd », « manifeste » or « autre »."""

    chemin: PurePosixPath
    genre: str
    documents: tuple[_Document, ...] = ()
    autres: tuple[tuple[str, str], ...] = ()
    raison: str = ""


def pseudonymiser(source: Path, cible: Path, cle: bytes, *, remplacer_uai: bool = False) -> Rapport:
    """Give back, in `cible`, the files of `source` with every person replaced.

    Arguments: `source`, a folder (its subfolders are read; links are not followed); `cible`, absent or empty; `cle`,
    the secret on which everything depends; `remplacer_uai`, whether schools get a UAI of the reserved ranges.

    Raises `Refus` DOSSIER_INTROUVABLE, SORTIE_NON_VIDE, SORTIE_DANS_ENTREE, and `FichierRefuse` DOSSIER_SANS_FICHIER,
    AUTRE_ETABLISSEMENT, or what the readers raise on a hostile or broken file. Nothing is left behind then.
    """
    _verifier_dossiers(source, cible)
    fichiers = _inventaire(source)
    _un_etablissement(fichiers)
    releve = Releve()
    for document in _documents(fichiers):
        with _ouvrir(source, document) as flux:
            releve.lire(flux, document.nom, document.famille)
    releve.originaux.terminer()
    p = Pseudonymes(cle, releve.originaux)
    reecriture = Reecriture(p, remplacer_uai=remplacer_uai)
    noms = NomsDeFichiers(p, remplacer_uai=remplacer_uai)
    cible.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{cible.name}-", dir=cible.parent) as brouillon:
        prepare = Path(brouillon) / "rendu"
        prepare.mkdir()
        rendus, ecartes = _rendre(source, prepare, fichiers, reecriture, noms)
        if cible.exists():
            cible.rmdir()
        os.replace(prepare, cible)
    uais = sorted(releve.originaux.uais & _propres(fichiers))
    return Rapport(
        fichiers=tuple(rendus),
        ecartes=tuple(ecartes),
        vides=tuple(ChampVide(f, c, n) for (f, c), n in sorted(reecriture.vides.items())),
        oublis=reecriture.oublis,
        uais=tuple(p.uai(u) if remplacer_uai else u for u in uais),
        uai_remplace=remplacer_uai,
        remplaces=dict(sorted(reecriture.remplaces.items())),
        eleves=releve.indices.nombre,
        rares=releve.indices.rares(p.structure),
        combinaisons_rares=releve.indices.combinaisons_rares(),
        sortants=releve.indices.sortants,
        homonymes_de_matieres=len(releve.originaux.enseignants & matieres()),
    )


def _verifier_dossiers(source: Path, cible: Path) -> None:
    if not source.is_dir():
        raise Refus(
            f"Le dossier « {source.name} » n'existe pas.",
            code="DOSSIER_INTROUVABLE",
            remede="Donnez un dossier qui contient les fichiers exportés des applications.",
        )
    dedans, dehors = source.resolve(), cible.resolve()
    if dedans == dehors or dedans in dehors.parents or dehors in dedans.parents:
        raise Refus(
            "Le dossier de sortie et le dossier d'entrée sont l'un dans l'autre.",
            code="SORTIE_DANS_ENTREE",
            remede="Choisissez avec -o un dossier à côté de celui des fichiers réels : ils ne doivent pas se mélanger.",
        )
    if cible.exists() and (not cible.is_dir() or any(cible.iterdir())):
        raise Refus(
            f"Le dossier de sortie « {cible.name} » n'est pas vide.",
            code="SORTIE_NON_VIDE",
            remede="Videz-le, ou donnez à -o le nom d'un dossier qui n'existe pas encore.",
        )


# What is there


def _inventaire(source: Path) -> list[_Fichier]:
    chemins = sorted(
        PurePosixPath(c.relative_to(source).as_posix())
        for c in source.rglob("*")
        if c.is_file() and not c.is_symlink() and not any(p.startswith(".") for p in c.relative_to(source).parts)
    )
    fichiers = [_reconnaitre(source, chemin) for chemin in chemins]
    if not any(f.documents for f in fichiers):
        raise FichierRefuse(
            f"Le dossier « {source.name} » ne contient aucun fichier de la chaîne.",
            code="DOSSIER_SANS_FICHIER",
            remede="Mettez-y au moins un export : sts_emp, emp_sts, exports XML de SIECLE, liens, flux AAF.",
        )
    return fichiers


def _reconnaitre(source: Path, chemin: PurePosixPath) -> _Fichier:
    complet = source / chemin
    with complet.open("rb") as flux:
        debut = flux.read(_DEBUT)
    if chemin.name == NOM_DTD:
        return _Fichier(chemin, "dtd")
    if chemin.name == NOM_MANIFESTE:
        return _Fichier(chemin, "manifeste")
    zip_, targz = est_zip(debut), est_targz(debut)
    if not (zip_ or targz or debut.lstrip(_AVANT_XML).startswith(b"<")):
        return _Fichier(chemin, "autre", raison="ce n'est pas un fichier de la chaîne")
    reconnus = reconnaitre_membres(complet, chemin.name)
    documents = tuple(
        _Document(chemin, r.membre if zip_ or targz else None, r.famille, r) for r in reconnus if r.famille in FICHES
    )
    if not (zip_ or targz):
        raison = "" if documents else _pourquoi(reconnus[0])
        return _Fichier(chemin, "xml" if documents else "autre", documents, raison=raison)
    lus = {d.membre for d in documents}
    raisons = {r.membre: _pourquoi(r) for r in reconnus}
    autres = tuple(
        (membre, raisons.get(membre, "ce n'est pas un fichier de la chaîne"))
        for membre in _membres(complet, zip_)
        if membre not in lus and PurePosixPath(membre).name not in (NOM_DTD, NOM_MANIFESTE)
    )
    if not documents:
        return _Fichier(chemin, "autre", raison="elle ne contient aucun fichier de la chaîne")
    return _Fichier(chemin, "zip" if zip_ else "targz", documents, autres)


def _pourquoi(reconnu: FichierReconnu) -> str:
    if reconnu.famille is Famille.EDT_CONTENEUR:
        return "il est chiffré : donnez le fichier en clair qu'il contient"
    if reconnu.famille is Famille.INCONNU:
        return "il n'est pas reconnu"
    return f"il est reconnu ({reconnu.famille.value}), mais rien ne sait encore y remplacer les personnes"


def _membres(complet: Path, zip_: bool) -> list[str]:
    if zip_:
        with open_zip(complet, complet.name) as archive:
            return [m.nom for m in archive]
    with ArchiveTar(complet) as tar:
        return [m.nom for m in tar.membres]


def _documents(fichiers: list[_Fichier]) -> Iterator[_Document]:
    return (d for f in fichiers for d in f.documents)


def _propres(fichiers: list[_Fichier]) -> set[str]:
    """The schools that the files say they are about."""
    return {u for d in _documents(fichiers) if (u := (d.reconnu.uai or "").strip().upper())}


def _un_etablissement(fichiers: list[_Fichier]) -> None:
    premier: _Document | None = None
    for document in _documents(fichiers):
        uai = document.reconnu.uai
        if not uai:
            continue
        if premier is None:
            premier = document
        elif uai != premier.reconnu.uai:
            raise FichierRefuse(
                f"Le fichier « {document.nom} » est celui de l'établissement {uai[:8]} ; "
                f"« {premier.nom} » est celui de l'établissement {(premier.reconnu.uai or '')[:8]}.",
                code="AUTRE_ETABLISSEMENT",
                lieu=Lieu(str(document.chemin)),
                remede="Ne laissez dans le dossier que les fichiers d'un établissement.",
            )


@contextmanager
def _ouvrir(source: Path, document: _Document) -> Iterator[BinaryIO]:
    chemin = source / document.chemin
    with ExitStack() as pile:
        if document.membre is None:
            yield pile.enter_context(chemin.open("rb"))
        elif est_zip(_debut(chemin)):
            archive = pile.enter_context(open_zip(chemin, chemin.name))
            yield pile.enter_context(next(m for m in archive if m.nom == document.membre).open())
        else:
            tar = pile.enter_context(ArchiveTar(chemin))
            yield pile.enter_context(tar.open(next(m for m in tar.membres if m.nom == document.membre)))


def _debut(chemin: Path) -> bytes:
    with chemin.open("rb") as flux:
        return flux.read(4)


# What is given back


def _rendre(
    source: Path, prepare: Path, fichiers: list[_Fichier], reecriture: Reecriture, noms: NomsDeFichiers
) -> tuple[list[FichierRendu], list[FichierEcarte]]:
    rendus: list[FichierRendu] = []
    ecartes: list[FichierEcarte] = []
    manifestes: list[tuple[_Fichier, Path]] = []
    for fichier in fichiers:
        nom = noms.chemin(fichier.chemin)
        if fichier.genre == "autre":
            ecartes.append(FichierEcarte(str(nom), fichier.raison))
            continue
        sortie = prepare / nom
        sortie.parent.mkdir(parents=True, exist_ok=True)
        if fichier.genre == "manifeste":
            manifestes.append((fichier, sortie))
        elif fichier.genre == "dtd":
            sortie.write_text(DTD, encoding="utf-8")
            rendus.append(FichierRendu(str(nom), ("dtd",), 0))
        else:
            rendus.append(_rendre_un(source, sortie, fichier, reecriture, noms, str(nom)))
            for membre, raison in fichier.autres:
                ecartes.append(FichierEcarte(f"{nom}, {noms.membre(fichier.chemin, membre)}", raison))
    for fichier, sortie in manifestes:
        nouveau = str(noms.chemin(fichier.chemin))
        if _rendre_manifeste(source / fichier.chemin, sortie, noms):
            rendus.append(FichierRendu(nouveau, ("manifeste",), 0))
        else:
            ecartes.append(FichierEcarte(nouveau, "ce n'est pas le manifeste des fichiers qui l'entourent"))
    return sorted(rendus, key=lambda r: r.nom), ecartes


def _rendre_un(
    source: Path, sortie: Path, fichier: _Fichier, reecriture: Reecriture, noms: NomsDeFichiers, nom: str
) -> FichierRendu:
    familles = tuple(dict.fromkeys(d.famille.value for d in fichier.documents))
    if fichier.genre == "xml":
        with _ouvrir(source, fichier.documents[0]) as entree, sortie.open("wb") as flux:
            fiches = reecriture.ecrire(entree, fichier.chemin.name, fichier.documents[0].famille, flux)
        return FichierRendu(nom, familles, fiches)
    fiches = 0
    with tempfile.TemporaryDirectory(dir=sortie.parent) as place:
        membres: list[tuple[str, bytes | Path]] = []
        for rang, document in enumerate(fichier.documents):
            contenu = Path(place) / str(rang)
            with _ouvrir(source, document) as entree, contenu.open("wb") as flux:
                fiches += reecriture.ecrire(entree, document.nom, document.famille, flux)
            membres.append((str(noms.membre(fichier.chemin, document.nom)), contenu))
        membres += [(m, DTD.encode()) for m in _autour(source / fichier.chemin, fichier.genre == "zip", NOM_DTD)]
        for membre in _autour(source / fichier.chemin, fichier.genre == "zip", NOM_MANIFESTE):
            ecrits = {PurePosixPath(nom).name: contenu for nom, contenu in membres if isinstance(contenu, Path)}
            manifeste = _manifeste(_lire_membre(source / fichier.chemin, membre), ecrits, noms)
            membres += [(membre, manifeste)] if manifeste is not None else []
        ecrire: Callable[..., None] = write_zip if fichier.genre == "zip" else write_targz
        with sortie.open("wb") as flux:
            ecrire(flux, membres, _date_de(source / fichier.chemin, fichier.genre == "zip"))
    return FichierRendu(nom, familles, fiches)


def _autour(chemin: Path, zip_: bool, base: str) -> list[str]:
    return [m for m in _membres(chemin, zip_) if PurePosixPath(m).name == base]


def _lire_membre(chemin: Path, nom: str) -> bytes:
    """The beginning of a member: a manifest is small."""
    document = _Document(PurePosixPath(chemin.name), nom, Famille.INCONNU, FichierReconnu(Famille.INCONNU))
    with _ouvrir(chemin.parent, document) as flux:
        return flux.read(MANIFESTE_MAX)


def _date_de(chemin: Path, zip_: bool) -> datetime:
    """When the archive was made, as its first member says; a fixed day when it says nothing."""
    if zip_:
        with open_zip(chemin, chemin.name) as archive:
            annee, mois, jour, heure, minute, seconde = next(iter(archive)).info.date_time
        try:
            return datetime(annee, mois, jour, heure, minute, min(seconde, 59))  # noqa: DTZ001 - local, as zips are
        except ValueError:
            pass
    return datetime(_ANNEES_ZIP[0], 1, 1, tzinfo=UTC)


def _rendre_manifeste(chemin: Path, sortie: Path, noms: NomsDeFichiers) -> bool:
    """Write the manifest of a feed beside its files; whether it could be."""
    with chemin.open("rb") as flux:
        octets = flux.read(MANIFESTE_MAX)
    ecrits = {c.name: c for c in sortie.parent.iterdir() if c.is_file()}
    nouveau = _manifeste(octets, ecrits, noms)
    if nouveau is not None:
        sortie.write_bytes(nouveau)
    return nouveau is not None


def _manifeste(octets: bytes, ecrits: Mapping[str, Path], noms: NomsDeFichiers) -> bytes | None:
    """The manifest of a feed with the sizes and sums of the files written, by name; None when it is not theirs."""
    try:
        manifeste = lire_manifeste(octets)
    except FichierRefuse:
        return None
    fichiers = []
    for fichier in manifeste.fichiers:
        ecrit = ecrits.get(noms.nom(fichier.nom))
        if ecrit is None:
            return None
        with ecrit.open("rb") as flux:
            somme = hashlib.file_digest(flux, "sha256").hexdigest()
        nom = noms.nom(fichier.nom)
        fichiers.append(replace(fichier, nom=nom, octets=ecrit.stat().st_size, sha256=somme))
    return replace(manifeste, projet=noms.nom(manifeste.projet), fichiers=tuple(fichiers)).octets()
