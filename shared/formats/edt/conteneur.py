"""The container EXPORT_INDEX_EDUCATION: reading it, opening it, or taking a clear file as it is.

Source: reference sts-edt, sections 5.1 and 5.2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import io
import zlib
from datetime import datetime
from typing import BinaryIO

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import Remarque
from shared.formats.document import DocumentLu
from shared.formats.edt.chiffrement import charger_cle_privee, dechiffrer, ouvrir_bloc
from shared.formats.edt.flux import regarder_racine
from shared.formats.edt.refus import MIO, RACINE_CONTENEUR, EdtRefuse, mauvais_fichier, refuse
from shared.formats.edt.remarques import Remarques, nom_local
from shared.security.xml import Limites, document

LIMITES_CONTENEUR = Limites(max_bytes=16 * MIO, max_element=16 * MIO, max_text=9_500_000)
"""libxml2 takes no text of 10 million characters: 7 MB of encrypted content, some 100 MB of timetable."""

_REFAIRE = "Produisez à nouveau l'export, puis redéposez-le sans le modifier."
_PARTENAIRE_DU_LOGICIEL = "INDEXEDUCATION"
_MORCEAU = 64 * 1024
_CHAMPS = {
    "VERSION": "version",
    "LOGICIEL": "logiciel",
    "UAI": "uai",
    "NOMETABLISSEMENT": "nom_etablissement",
    "CODEPOSTALVILLE": "code_postal_ville",
}
_OBLIGATOIRES = ("CLES", "CONTENU", "VERIFICATION")


class BlocCle(Struct, frozen=True):
    """The key block as encrypted for one partner, known by his name."""

    nom: str
    bloc: bytes


class Conteneur(DocumentLu, frozen=True):
    """A container as read: `contenu` is encrypted, `verification` the SHA-256 of the content once decrypted.

    `compresse`: CompresseAvantChiffrement, true when absent. What later files may lack is None.
    """

    cles: tuple[BlocCle, ...]
    contenu: bytes
    verification: bytes
    version: str | None = None
    logiciel: str | None = None
    compresse: bool = True
    date_heure: datetime | None = None
    uai: str | None = None
    nom_etablissement: str | None = None
    code_postal_ville: str | None = None
    remarques: tuple[Remarque, ...] = ()


class LimitesCharge(Struct, frozen=True):
    """What the content may become once inflated: bytes, and times its compressed size (above 10 MiB)."""

    max_octets: int = 256 * MIO
    max_taux: int = 250
    plancher_taux: int = 10 * MIO


def lire_conteneur(stream: BinaryIO, nom: str, *, limites: Limites = LIMITES_CONTENEUR) -> Conteneur:
    """Read a container without opening it: no key is needed.

    Raises `XmlRefuse`; `EdtRefuse` EDT_MAUVAIS_FICHIER, EDT_CONTENEUR_INCOMPLET, EDT_BASE64.
    """
    racine = document(stream, nom=nom, limites=limites)
    if nom_local(racine) != RACINE_CONTENEUR:
        raise mauvais_fichier(nom, nom_local(racine), RACINE_CONTENEUR)
    remarques = Remarques(nom)
    enfants: dict[str, etree._Element] = {}
    for element in racine:
        cle = nom_local(element)
        if cle in enfants or cle not in (*_CHAMPS, *_OBLIGATOIRES, "DATEHEURE"):
            remarques.element_inconnu(f"{RACINE_CONTENEUR}/{cle}", element, garde=False)
        else:
            enfants[cle] = element
    for cle in _OBLIGATOIRES:
        if cle not in enfants:
            raise refuse("EDT_CONTENEUR_INCOMPLET", nom, f"l'élément « {cle} » manque au conteneur.", _REFAIRE)
    textes = {champ: _texte(enfants[cle]) for cle, champ in _CHAMPS.items() if cle in enfants}
    return Conteneur(
        cles=_cles(enfants["CLES"], nom, remarques),
        contenu=_base64(enfants["CONTENU"], nom),
        verification=_base64(enfants["VERIFICATION"], nom),
        compresse=_compresse(enfants["CONTENU"], remarques),
        date_heure=_instant(enfants.get("DATEHEURE"), remarques),
        remarques=remarques.liste(),
        **textes,
    )


def ouvrir_charge(
    conteneur: Conteneur,
    cle_privee: bytes | None,
    nom: str,
    *,
    partenaire: str | None = None,
    mot_de_passe: bytes | None = None,
    limites: LimitesCharge | None = None,
) -> BinaryIO:
    """The content of a container, in clear: a stream that inflates as it is read, for `LecteurEdt`.

    Arguments: `cle_privee`, RSA, PEM or DER, with its `mot_de_passe`; `nom`, the file's name in messages;
    `partenaire`, whose block to open (by default each in turn).

    Raises at once EDT_CLE_ABSENTE (no key given), EDT_CLE_ILLISIBLE, EDT_PARTENAIRE_ABSENT, EDT_CLE_FAUSSE,
    EDT_CONTENU_TRONQUE, EDT_VERIFICATION, EDT_CHIFFREMENT_INDISPONIBLE; while being read, EDT_BOMBE,
    EDT_CONTENU_TRONQUE or EDT_CONTENU_ILLISIBLE.
    """
    clair = _dechiffre(conteneur, cle_privee, nom, partenaire, mot_de_passe)
    if not hmac.compare_digest(hashlib.sha256(clair).digest(), conteneur.verification):
        raise refuse(
            "EDT_VERIFICATION",
            nom,
            "l'empreinte de vérification ne correspond pas au contenu, qui a été abîmé ou modifié.",
            _REFAIRE,
        )
    if not conteneur.compresse:
        return io.BytesIO(clair)
    return io.BufferedReader(_Decompression(clair, nom, limites or LimitesCharge()), _MORCEAU)


def ouvrir_edt(
    stream: BinaryIO,
    nom: str,
    cle_privee: bytes | None = None,
    *,
    partenaire: str | None = None,
    mot_de_passe: bytes | None = None,
    limites: LimitesCharge | None = None,
) -> BinaryIO:
    """The clear ExportEmploiDuTemps of a file that is clear already or a container.

    Arguments and errors as for `lire_conteneur` and `ouvrir_charge`; the root of a clear file is left to its
    reader.
    """
    racine, flux = regarder_racine(stream, nom)
    if racine != RACINE_CONTENEUR:
        return flux
    conteneur = lire_conteneur(flux, nom)
    return ouvrir_charge(conteneur, cle_privee, nom, partenaire=partenaire, mot_de_passe=mot_de_passe, limites=limites)


def _dechiffre(
    conteneur: Conteneur, cle_privee: bytes | None, nom: str, partenaire: str | None, mot_de_passe: bytes | None
) -> bytes:
    if cle_privee is None:
        destinataires = ", ".join(f"« {c.nom[:40]} »" for c in conteneur.cles if c.nom != _PARTENAIRE_DU_LOGICIEL)
        raise refuse(
            "EDT_CLE_ABSENTE",
            nom,
            "le conteneur est chiffré et aucune clé privée n'a été fournie.",
            f"Fournissez la clé privée de l'un de ses destinataires : {destinataires or 'aucun'}.",
        )
    blocs = [c for c in conteneur.cles if partenaire is None or c.nom == partenaire]
    if not blocs:
        raise refuse(
            "EDT_PARTENAIRE_ABSENT",
            nom,
            "le conteneur n'est pas destiné à ce partenaire.",
            "Refaites l'export en choisissant ce partenaire comme destinataire.",
        )
    prive = charger_cle_privee(cle_privee, mot_de_passe)
    secret = next((s for s in (ouvrir_bloc(b.bloc, prive) for b in blocs) if s is not None), None)
    if secret is None:
        raise refuse(
            "EDT_CLE_FAUSSE",
            nom,
            "cette clé privée n'ouvre pas le conteneur.",
            "Vérifiez que la clé est celle du partenaire à qui l'export est destiné.",
        )
    try:
        return dechiffrer(conteneur.contenu, *secret)
    except ValueError:
        raise refuse("EDT_CONTENU_TRONQUE", nom, "le contenu chiffré est incomplet ou abîmé.", _REFAIRE) from None


class _Decompression(io.RawIOBase):
    """Inflates a zlib content as it is read, within limits."""

    def __init__(self, octets: bytes, nom: str, limites: LimitesCharge) -> None:
        self._octets = memoryview(octets)
        self._lu = 0
        self._attente = b""
        self._nom = nom
        self._zlib = zlib.decompressobj()
        self._maximum = limites.max_octets
        self._suspect = max(limites.plancher_taux, limites.max_taux * len(octets))
        self._total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, tampon: memoryview) -> int:  # type: ignore[override]
        sortie = b""
        while not sortie and len(tampon) and not self._zlib.eof:
            if not self._attente:
                self._attente = bytes(self._octets[self._lu : self._lu + _MORCEAU])
                self._lu += _MORCEAU
            fini = not self._attente
            try:
                sortie = self._zlib.decompress(self._attente, len(tampon))
            except zlib.error:
                raise self._refuse("EDT_CONTENU_ILLISIBLE", "le contenu n'est pas compressé comme attendu.") from None
            self._attente = self._zlib.unconsumed_tail
            if fini and not sortie and not self._zlib.eof:
                raise self._refuse("EDT_CONTENU_TRONQUE", "le contenu compressé est incomplet.")
        self._total += len(sortie)
        if self._total > min(self._maximum, self._suspect):
            raise self._refuse("EDT_BOMBE", "une fois décompressé, le contenu dépasse la taille admise.")
        tampon[: len(sortie)] = sortie
        return len(sortie)

    def _refuse(self, code: str, phrase: str) -> EdtRefuse:
        return refuse(code, self._nom, phrase, _REFAIRE)


def _texte(element: etree._Element) -> str:
    return (element.text or "").strip()


def _base64(element: etree._Element, nom: str) -> bytes:
    """The bytes of a base64 text; blanks of any kind are left out, nothing else."""
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise refuse(
            "EDT_BASE64",
            nom,
            f"le contenu de « {nom_local(element)} » n'est pas en base 64, ou il est incomplet.",
            _REFAIRE,
        ) from None


def _cles(element: etree._Element, nom: str, remarques: Remarques) -> tuple[BlocCle, ...]:
    blocs: list[BlocCle] = []
    for enfant in element:
        if nom_local(enfant) == "PARTENAIRE":
            blocs.append(BlocCle(enfant.get("NOM", ""), _base64(enfant, nom)))
        else:
            remarques.element_inconnu(f"{RACINE_CONTENEUR}/CLES/{nom_local(enfant)}", enfant, garde=False)
    return tuple(blocs)


def _compresse(element: etree._Element, remarques: Remarques) -> bool:
    brut = element.get("CompresseAvantChiffrement", "true").strip().lower()
    if brut not in ("true", "1", "false", "0"):
        remarques.valeur_illisible(
            f"{RACINE_CONTENEUR}/CONTENU@CompresseAvantChiffrement",
            element,
            "CompresseAvantChiffrement",
            "« true » ou « false »",
        )
    return brut not in ("false", "0")


def _instant(element: etree._Element | None, remarques: Remarques) -> datetime | None:
    if element is None or not _texte(element):
        return None
    try:
        return datetime.fromisoformat(_texte(element))
    except ValueError:
        remarques.valeur_illisible(
            f"{RACINE_CONTENEUR}/DATEHEURE", element, "DATEHEURE", "une date et une heure de la forme ISO 8601"
        )
        return None
