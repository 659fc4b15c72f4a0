"""The beginning of an XML file that comes from outside, read by us before any parser sees it.

The declaration, the comments and the DOCTYPE are consumed here and never reach libxml2: the parser is
given UTF-8 text that starts at the root element. So there is no DTD for it to load, no entity that it
could know, and any entity reference is an error of the document.

Source: architecture, "Files are enemies until read"; XML 1.0, sections 2.8 and 4.3.3, appendix F.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator
from typing import BinaryIO

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu

KIO = 1024
DEBUT_LU = 64 * KIO
"""Bytes (then characters) in which the root element must begin."""

_LIGNE_DOCTYPE = re.compile(r"<!DOCTYPE\s+(?P<nom>[^\s\[<>\"']+)(?:\s+SYSTEM\s+(?:\"[^\"]*\"|'[^']*'))?\s*>", re.ASCII)
_DECLARATION = re.compile(r"<\?xml\s[^<>]*?\?>", re.ASCII)
_ENCODAGE = re.compile(r"\sencoding\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.ASCII)
_NOM = r"[^\W\d][\w.\-]*"
_RACINE = re.compile(rf"<(?:{_NOM}:)?(?P<local>{_NOM})(?=[\s/>])")
_CONTROLES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CODECS_TEXTE = re.compile(r"^(utf-8|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp125\d|cp850|cp437|mac-roman|koi8-r)$")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class XmlRefuse(FichierRefuse):
    """An XML file that is hostile or cannot be read.

    Codes: XML_VIDE, XML_MAL_FORME, XML_ENCODAGE, XML_DOCTYPE, XML_ENTITES, XML_PROFONDEUR,
    XML_TEXTE_GEANT, XML_TROP_GROS. `lieu` holds the file name and the line.
    """

    code = "XML_MAL_FORME"


def refuse(code: str, phrase: str, remede: str, nom: str, ligne: int | None = None) -> XmlRefuse:
    """An `XmlRefuse` whose sentence begins with the file and, when it is known, the line."""
    ou = f"Fichier « {nom} »" + (f", ligne {ligne}" if ligne is not None else "")
    return XmlRefuse(f"{ou} : {phrase}", code=code, remede=remede, lieu=Lieu(fichier=nom, ligne=ligne), regle=code)


class Prologue(Struct, frozen=True):
    """What stands before the root element.

    `encodage` is the Python codec in use; `doctype` the name that the DOCTYPE gives, or None;
    `ligne_doctype` its line; `racine` the local name of the root element; `lignes` the number of line ends
    before it.
    """

    encodage: str
    doctype: str | None
    ligne_doctype: int | None
    racine: str
    lignes: int


class TexteXml:
    """An XML byte stream cut in two: its `prologue`, then `morceaux()`, UTF-8 from the root element on.

    Arguments: `stream`, opened for reading bytes; `nom`, its name in messages; `max_bytes`, the most bytes
    that will be read. Raises `XmlRefuse` (any code but XML_PROFONDEUR and XML_TEXTE_GEANT).
    """

    def __init__(self, stream: BinaryIO, nom: str, max_bytes: int) -> None:
        self._stream = stream
        self._nom = nom
        self._max_bytes = max_bytes
        self._octets = 0
        self._lignes = 0
        brut = self._lit(DEBUT_LU)
        if not brut.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
            raise refuse("XML_VIDE", "le fichier est vide.", "Produisez à nouveau le fichier, puis redéposez-le.", nom)
        encodage, bom = self._encodage(brut)
        self._decodeur = codecs.getincrementaldecoder(encodage)("strict")
        debut = self._decode(brut[bom:], final=len(brut) < DEBUT_LU)
        self.prologue, position = self._prologue(debut, encodage)
        self._reste = debut[position:]

    def morceaux(self, taille: int = DEBUT_LU) -> Generator[bytes, int | None, None]:
        """The document from its first line on, in UTF-8: line ends stand for the prologue, so that the
        lines the parser speaks of are those of the file. The generator accepts, by `send`, the size in
        bytes of the next piece.
        """
        texte, self._reste = "\n" * self.prologue.lignes + self._reste, ""
        while True:
            if texte:
                voulue: int | None = yield texte.encode("utf-8", "surrogatepass")
                taille = voulue or taille
            brut = self._lit(taille)
            texte = self._decode(brut, final=not brut)
            if not brut:
                if texte:
                    yield texte.encode("utf-8", "surrogatepass")
                return

    def _lit(self, taille: int) -> bytes:
        morceaux: list[bytes] = []
        manque = taille
        while manque > 0:
            lu = self._stream.read(manque)
            if not lu:
                break
            morceaux.append(lu)
            manque -= len(lu)
            self._octets += len(lu)
            if self._octets > self._max_bytes:
                raise refuse(
                    "XML_TROP_GROS",
                    f"le fichier dépasse la taille admise ({self._max_bytes} octets).",
                    "Vérifiez qu'il s'agit du bon fichier ; sinon, faites relever la limite.",
                    self._nom,
                )
        return b"".join(morceaux)

    def _decode(self, brut: bytes, *, final: bool) -> str:
        try:
            texte = self._decodeur.decode(brut, final)
        except UnicodeDecodeError as erreur:
            lu = bytes(erreur.object[: erreur.start]).decode(erreur.encoding, "replace")
            raise refuse(
                "XML_ENCODAGE",
                f"un octet (0x{erreur.object[erreur.start]:02x}) n'existe pas dans l'encodage "
                f"« {erreur.encoding} » du fichier.",
                "Enregistrez le fichier dans l'encodage que sa première ligne déclare.",
                self._nom,
                self._lignes + lu.count("\n") + 1,
            ) from None
        self._lignes += texte.count("\n")
        return texte

    def _encodage(self, brut: bytes) -> tuple[str, int]:
        """The codec to read with, and the length of the byte order mark. A mark wins over the declaration."""
        for bom, codec in _BOMS:
            if brut.startswith(bom):
                if not codec or (codec == "utf-16-le" and brut.startswith(codecs.BOM_UTF32_LE)):
                    raise self._encodage_inconnu("UTF-32")
                return codec, len(bom)
        if brut.startswith((b"<\x00", b"\x00<")):
            return ("utf-16-le" if brut[0] else "utf-16-be"), 0
        declaration = _DECLARATION.match(brut[:KIO].decode("latin-1"))
        declare = _ENCODAGE.search(declaration.group()) if declaration else None
        if declare is None:
            return "utf-8", 0
        voulu = (declare.group(1) or declare.group(2) or "").strip()
        try:
            codec = codecs.lookup(voulu).name
        except (LookupError, ValueError):
            raise self._encodage_inconnu(voulu) from None
        if not _CODECS_TEXTE.match(codec) or codec.startswith("utf-16"):
            raise self._encodage_inconnu(voulu)
        return codec, 0

    def _encodage_inconnu(self, voulu: str) -> XmlRefuse:
        return refuse(
            "XML_ENCODAGE",
            f"l'encodage « {voulu[:40]} » n'est pas reconnu.",
            "Enregistrez le fichier en ISO-8859-15 ou en UTF-8 et déclarez-le à la première ligne.",
            self._nom,
            1,
        )

    def _prologue(self, texte: str, encodage: str) -> tuple[Prologue, int]:
        declaration = _DECLARATION.match(texte)
        position = declaration.end() if declaration else 0
        doctype: str | None = None
        ligne_doctype: int | None = None
        while True:
            while position < len(texte) and texte[position] in " \t\r\n":
                position += 1
            if texte.startswith("<!--", position):
                position = self._apres(texte, position, "-->", "un commentaire")
            elif texte.startswith("<?", position) and texte[position + 2 : position + 5].lower() != "xml":
                position = self._apres(texte, position, "?>", "une instruction")
            elif texte.startswith("<!DOCTYPE", position) and doctype is None:
                trouve = _LIGNE_DOCTYPE.match(texte, position)
                if trouve is None:
                    raise self._doctype_refuse(texte, position)
                doctype, position = trouve.group("nom"), trouve.end()
                ligne_doctype = texte.count("\n", 0, trouve.start()) + 1
            else:
                racine = _RACINE.match(texte, position)
                if racine is None or _CONTROLES.search(texte, 0, position):
                    raise self._pas_xml(texte, position)
                ligne = texte.count("\n", 0, position)
                return Prologue(encodage, doctype, ligne_doctype, racine.group("local"), ligne), position

    def _apres(self, texte: str, position: int, fin: str, quoi: str) -> int:
        trouve = texte.find(fin, position + 2)
        if trouve < 0:
            raise refuse(
                "XML_MAL_FORME",
                f"{quoi} placé avant l'élément racine ne se termine pas.",
                "Produisez à nouveau le fichier : celui-ci est abîmé.",
                self._nom,
                texte.count("\n", 0, position) + 1,
            )
        return trouve + len(fin)

    def _doctype_refuse(self, texte: str, position: int) -> XmlRefuse:
        entites = "<!ENTITY" in texte[position:]
        return refuse(
            "XML_ENTITES" if entites else "XML_DOCTYPE",
            "le fichier déclare des entités XML, ce qui n'est pas admis."
            if entites
            else "la déclaration DOCTYPE de ce fichier n'est pas admise.",
            "Supprimez la déclaration DOCTYPE et ce qu'elle contient, ou produisez à nouveau le fichier.",
            self._nom,
            texte.count("\n", 0, position) + 1,
        )

    def _pas_xml(self, texte: str, position: int) -> XmlRefuse:
        if position >= len(texte) or not texte.startswith("<", position):
            phrase = "ce n'est pas un document XML : aucun élément racine n'a été trouvé."
        else:
            phrase = "le document XML est mal formé avant son élément racine."
        return refuse(
            "XML_MAL_FORME",
            phrase,
            "Vérifiez qu'il s'agit du bon fichier et qu'il est complet.",
            self._nom,
            texte.count("\n", 0, position) + 1,
        )
