"""Converting one file, or one AAF feed, between generations of its format; or repairing its encoding.

What is written appears under its name only when it is whole; what the target does not carry is told.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, time
from pathlib import Path

from lxml import etree
from msgspec import Struct, field

from shared.contracts.refus import Lieu, Refus, Remarque
from shared.formats.aaf import Grammaire, Manifeste, ecrire_archive
from shared.formats.aaf.dtd import RACINE
from shared.formats.comparaison.cote import Cote, DocumentCote
from shared.formats.comparaison.sortie import dossier_neuf, fichier_neuf
from shared.formats.conversion.aaf import convertir_alimentation, grammaire_source
from shared.formats.conversion.cibles import VERSIONS, Cles, cible_de
from shared.formats.conversion.encodage import reconnaitre_encodage, reparer_encodage
from shared.formats.conversion.rapport import Ecarts, RapportConversion
from shared.formats.examen.examen import LIBELLES
from shared.formats.examen.schemas import ecarts as ecarts_au_schema
from shared.formats.reconnaissance import Famille, reconnaitre
from shared.security.archives import write_zip
from shared.security.xml import iterparse, root_of

_GRAMMAIRES = (Grammaire.V6_4, Grammaire.V6_3, Grammaire.V6_1, Grammaire.SDET_4)
_ARCHIVES_AAF = (".tar.gz", ".tgz")
_HORODATAGES = ("PARAMETRES/HORODATAGE", "PARAMETRES/DATE_IMPORT")
_FORMES_DATE = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y")
_DATE_PAR_DEFAUT = datetime(1980, 1, 1)  # noqa: DTZ001 - a zip holds local fields, and begins there


class ReglagesConversion(Struct, frozen=True):
    """How to convert.

    `remplacer`: whether a file of the target's name may be replaced; `sans_perte`: refuse rather than lose anything;
    `cles`: for encrypted timetables.
    """

    remplacer: bool = False
    sans_perte: bool = False
    cles: Cles = field(default_factory=Cles)


def convertir(
    source: Path, cible: Path | None, vers: str | None = None, reglages: ReglagesConversion | None = None
) -> RapportConversion:
    """Write `source` in the version `vers` of its format under the name `cible`; tell what that loses.

    Arguments: `source`, a file, its zip, or an AAF feed (folder, archive); `cible`, a file (`.zip` to have it in an
    archive) or for AAF a folder or a `.tar.gz`, None to try and write nothing; `vers`, by default the current version.

    Raises `Refus`: CONVERTIR_PLUSIEURS, CONVERTIR_FAMILLE, CONVERTIR_VERSION, CONVERTIR_DEJA, CONVERTIR_PERTES,
    CONVERTIR_MEME_FICHIER, CONVERTIR_SORTIE, CIBLE_EXISTE, CIBLE_IMPOSSIBLE, and what reading and writing raise:
    nothing is then written.
    """
    reglages = reglages or ReglagesConversion()
    _refuser_meme(source, cible)
    with Cote(source) as cote:
        if not cote.seul:
            raise Refus(
                f"« {source.name} » contient plusieurs fichiers : ils se convertissent un par un.",
                code="CONVERTIR_PLUSIEURS",
                remede="Donnez un seul fichier, ou une seule alimentation AAF.",
                lieu=Lieu(str(source)),
            )
        if cote.alimentations:
            return _convertir_aaf(cote.alimentations[0].source, source, cible, vers, reglages)
        return _convertir_document(cote.documents[0], source, cible, vers, reglages)


def reparer(source: Path, cible: Path | None, reglages: ReglagesConversion | None = None) -> RapportConversion:
    """Write the XML file `source` in the encoding that it declares, when what it is in can be told for sure.

    Arguments as for `convertir`. Raises `Refus` ENCODAGE_JUSTE, ENCODAGE_AMBIGU, FICHIER_INTROUVABLE, and as
    `convertir` does.
    """
    reglages = reglages or ReglagesConversion()
    _refuser_meme(source, cible)
    if not source.is_file():
        raise Refus(
            f"« {source} » n'est pas un fichier.",
            code="FICHIER_INTROUVABLE",
            remede="Donnez un fichier XML, sorti de son archive.",
            lieu=Lieu(str(source)),
        )
    ecarts = Ecarts()
    encodage = reconnaitre_encodage(lambda: source.open("rb"), source.name)
    with _fichier(cible, reglages) as partiel:
        with partiel.open("wb") as sortie:
            accents = reparer_encodage(lambda: source.open("rb"), sortie, encodage, ecarts)
        _verifie_lisible(partiel, source.name)
        libelle = LIBELLES.get(reconnaitre(partiel, source.name).famille, "Inconnu")
        rapport = RapportConversion(
            source.name,
            cible.name if cible else None,
            f"{libelle}, encodage",
            f"octets {encodage.reel}",
            f"octets {encodage.declare}",
            accents,
            ecarts.ecarts,
        )
        _exige_sans_perte(rapport, reglages)
    return rapport


def _verifie_lisible(chemin: Path, nom: str) -> None:
    """Raises `XmlRefuse` when what was repaired is not XML."""
    with chemin.open("rb") as flux:
        doctype = root_of(flux, nom).doctype
    with chemin.open("rb") as flux:
        for _ in iterparse(flux, ("{*}*",), nom=nom, doctype=RACINE if doctype == RACINE else None):
            pass


def _refuser_meme(source: Path, cible: Path | None) -> None:
    if cible is not None and cible.exists() and source.exists() and cible.samefile(source):
        raise Refus(
            "La source et la cible sont le même fichier : la source serait perdue.",
            code="CONVERTIR_MEME_FICHIER",
            remede="Donnez un autre nom à la cible.",
            lieu=Lieu(str(cible)),
        )


@contextmanager
def _essai() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="rentree-conversion-") as dossier:
        yield Path(dossier, "essai")


def _fichier(cible: Path | None, reglages: ReglagesConversion) -> AbstractContextManager[Path]:
    return _essai() if cible is None else fichier_neuf(cible, remplacer=reglages.remplacer)


def _exige_sans_perte(rapport: RapportConversion, reglages: ReglagesConversion) -> None:
    if reglages.sans_perte and not rapport.sans_perte:
        regles = ", ".join(f"{e.champ} ({e.sort.value}, {e.nombre})" for e in rapport.ecarts)
        raise Refus(
            f"La conversion perdrait quelque chose : {regles}. Rien n'a été écrit.",
            code="CONVERTIR_PERTES",
            remede="Convertissez sans --sans-perte si ces pertes sont admises.",
            details={"ecarts": [ecart.as_json() for ecart in rapport.ecarts]},
        )


def _version(voulue: str | None, possibles: tuple[str, ...], libelle: str) -> str:
    if voulue is None:
        return possibles[0]
    if voulue not in possibles:
        raise Refus(
            f"{libelle} : « {voulue[:40]} » n'est pas une version que l'on sait écrire.",
            code="CONVERTIR_VERSION",
            remede=f"Choisissez parmi : {', '.join(possibles)}.",
        )
    return voulue


def _deja(nom: str, version: str) -> Refus:
    return Refus(
        f"« {nom} » est déjà de cette version ({version}) : il n'y a rien à convertir.",
        code="CONVERTIR_DEJA",
        remede="Gardez ce fichier, ou choisissez une autre version avec --vers.",
        lieu=Lieu(nom),
    )


def _convertir_document(
    document: DocumentCote, source: Path, chemin: Path | None, vers: str | None, reglages: ReglagesConversion
) -> RapportConversion:
    famille = document.reconnu.famille
    libelle = LIBELLES[famille]
    if famille not in VERSIONS or document.reconnu.generation == "hors_contrat":
        raise Refus(
            f"Les fichiers {libelle} n'ont pas d'autre génération : il n'y a rien en quoi convertir « {source.name} ».",
            code="CONVERTIR_FAMILLE",
            remede="Convertissez des liens, des dossiers, des exports de SIECLE ou de STS, un emploi du temps.",
            lieu=Lieu(document.nom),
        )
    cible = cible_de(document, _version(vers, VERSIONS[famille], libelle), reglages.cles)
    if cible.de == cible.vers:
        raise _deja(document.nom, cible.vers)
    ecarts = Ecarts()
    zippe = chemin is not None and chemin.suffix.lower() == ".zip"
    with _fichier(chemin, reglages) as partiel, tempfile.TemporaryDirectory(prefix="rentree-conversion-") as dossier:
        xml = Path(dossier, "converti.xml") if zippe else partiel
        with xml.open("wb") as sortie:
            fiches = cible.ecrire(sortie, ecarts)
        rapport = RapportConversion(
            source.name,
            chemin.name if chemin else None,
            libelle,
            cible.de,
            cible.vers,
            fiches,
            ecarts.ecarts,
            tuple(_conformite(xml, cible.schema)),
        )
        _exige_sans_perte(rapport, reglages)
        if zippe and chemin is not None:
            with partiel.open("wb") as sortie:
                write_zip(sortie, [(_nom_interieur(document, chemin, famille), xml)], _horodatage(xml, document.nom))
    return rapport


def _nom_interieur(document: DocumentCote, cible: Path, famille: Famille) -> str:
    """The name of the XML in its zip: the zip's own for what is deposited in BEE, that of the export for SIECLE."""
    if famille in (Famille.LIENS_ELEVE_GROUPE, Famille.DOSSIERS):
        return f"{cible.stem}.xml"
    return document.base if document.base.lower().endswith(".xml") else f"{cible.stem}.xml"


def _horodatage(xml: Path, nom: str) -> datetime:
    """The instant that the document gives; a zip must have one, and the clock of this machine is none."""
    with xml.open("rb") as flux:
        textes = root_of(flux, nom).textes
    for chemin in _HORODATAGES:
        for forme in _FORMES_DATE:
            try:
                return datetime.strptime(textes.get(chemin, ""), forme)  # noqa: DTZ007 - local fields
            except ValueError:
                continue
    return _DATE_PAR_DEFAUT


def _conformite(xml: Path, schema: etree.XMLSchema | None) -> Iterator[Remarque]:
    """What the target may be reproached with: the same sentence about the same element once, with a count."""
    if schema is None:
        return
    vus: Counter[tuple[str | None, str]] = Counter()
    with xml.open("rb") as flux:
        for ecart in ecarts_au_schema(flux, xml.name, schema):
            vus[ecart.element, ecart.phrase] += 1
    for (element, phrase), nombre in vus.items():
        yield Remarque(
            "SCHEMA",
            f"{element or 'document'} : {phrase.rstrip('.')} ({nombre} fois).",
            Lieu(element=element),
            "Corrigez cette donnée dans le logiciel d'origine si le fichier est refusé.",
        )


def _convertir_aaf(
    feed: Path, source: Path, chemin: Path | None, vers: str | None, reglages: ReglagesConversion
) -> RapportConversion:
    libelle = LIBELLES[Famille.AAF]
    de, type_ = grammaire_source(feed)
    if de is Grammaire.V6_3_1D:
        raise Refus(
            "Le premier degré n'a qu'une grammaire : il n'y a rien en quoi convertir cette alimentation.",
            code="CONVERTIR_FAMILLE",
            remede="Gardez cette alimentation.",
            lieu=Lieu(str(source)),
        )
    grammaire = Grammaire(_version(vers, tuple(g.value for g in _GRAMMAIRES), libelle))
    if grammaire is de:
        raise _deja(source.name, grammaire.value)
    ecarts = Ecarts()
    with _sortie_aaf(chemin, reglages) as (dossier, archive):
        requetes, manifeste = convertir_alimentation(feed, dossier, grammaire, ecarts)
        rapport = RapportConversion(
            source.name,
            chemin.name if chemin else None,
            f"{libelle} {type_.value}",
            de.value,
            grammaire.value,
            requetes,
            ecarts.ecarts,
        )
        _exige_sans_perte(rapport, reglages)
        if archive is not None:
            _archiver(dossier, manifeste, archive)
    return rapport


def _archiver(dossier: Path, manifeste: Manifeste, archive: Path) -> None:
    ecrire_archive(dossier, manifeste, datetime.combine(manifeste.jour, time()), archive)


@contextmanager
def _sortie_aaf(cible: Path | None, reglages: ReglagesConversion) -> Iterator[tuple[Path, Path | None]]:
    """The folder in which to write a feed, and the archive to make of it, if it is one that is wanted."""
    if cible is None:
        with _essai() as dossier:
            yield dossier, None
    elif cible.name.lower().endswith(_ARCHIVES_AAF):
        with fichier_neuf(cible, remplacer=reglages.remplacer) as partiel, _essai() as dossier:
            yield dossier, partiel
    elif cible.suffix.lower() in (".zip", ".xml"):
        raise Refus(
            "Une alimentation AAF s'écrit dans un dossier ou dans une archive .tar.gz.",
            code="CONVERTIR_SORTIE",
            remede="Donnez un nom de dossier, ou un nom qui finit par .tar.gz ou .tgz.",
            lieu=Lieu(str(cible)),
        )
    else:
        with dossier_neuf(cible, remplacer=reglages.remplacer) as neuf:
            yield neuf, None
