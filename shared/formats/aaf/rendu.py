"""Operations into bytes: ASCII, decimal references, named references for `& < > '`.

The text of a request is a fixed frame per (operation, category, attribute names) with the values between its
pieces, so a few records are escaped, encoded and joined at once instead of value by value.

Source: reference aaf.md, sections 1.1 and 1.2 (rule for the simulator), 2.1, 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar, cast

import msgspec.structs

from shared.contracts.refus import Lieu, Refus
from shared.formats.aaf.enregistrement import Ajout, Enregistrement, Modification, Suppression
from shared.formats.aaf.grammaire import DECLARATIONS, Categorie, Degre, degre_de
from shared.formats.aaf.substitutions import REMPLACANT_XML, Substitutions

A_ECRIRE = Enregistrement | Ajout | Modification | Suppression
"""What can be written; a bare record is written as an addRequest."""

LOT: Final = 32
"""Requests rendered at once: large enough to spread the fixed cost, small enough for the processor cache."""

FORMES_GARDEES: Final = 4096
"""Forms kept per frame: the usual numbers of values come back, the rare ones need not stay."""

# Cannot stand in XML 1.0, so cannot be a value's own.
_FIN: Final = "\x1f"
_FIN_OCTET: Final = b"\x1f"
_INTERDITS: Final = bytes([*range(9), 11, 12, *range(14, 31)])
_REFERENCES: Final = ((b"<", b"&lt;"), (b">", b"&gt;"), (b"'", b"&apos;"), (b"\r", b"&#13;"))
_INTERDIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOM_ATTRIBUT: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")

_REQUETES: Final[dict[type, tuple[str, str, str, str]]] = {
    Enregistrement: ("addRequest", "attributes", '<attr name="{}">', "</attr>\n"),
    Ajout: ("addRequest", "attributes", '<attr name="{}">', "</attr>\n"),
    Modification: (
        "modifyRequest",
        "modifications",
        '<modification name="{}" operation="replace">',
        "</modification>\n",
    ),
    Suppression: ("deleteRequest", "", "", ""),
}


class ValeurInterdite(Refus):
    """What cannot be written: a character that XML 1.0 does not have, what the DTD or the degree does not allow."""

    code = "AAF_VALEUR_INTERDITE"


class _Moule:
    """The text around the values, for one operation, category and list of attribute names.

    A form is that text for given numbers of values: pieces at even places, at odd ones the room for the
    identifier, for each value ("" where an attribute has none), and for "" at the end.
    """

    def __init__(self, type_: type, categorie: Categorie, noms: tuple[str, ...]) -> None:
        requete, corps, ouvrante, self._fermante = _REQUETES[type_]
        nom, valeur = DECLARATIONS[categorie]
        self._debut = (
            f'<{requete}>\n<operationalAttributes><attr name="{nom}"><value>{valeur}</value></attr>'
            f"</operationalAttributes>\n<identifier><id>{_FIN}</id></identifier>\n"
        )
        self._fin = f"</{requete}>\n\n"
        if corps:
            self._debut += f"<{corps}>\n"
            self._fin = f"</{corps}>\n" + self._fin
            if not noms:
                raise ValeurInterdite(
                    f"Une requête {requete} de la catégorie {categorie} n'a aucun attribut.",
                    code="AAF_SANS_ATTRIBUT",
                    remede="Donnez au moins un attribut à cet enregistrement.",
                )
        for attribut in noms:
            if not _NOM_ATTRIBUT.fullmatch(attribut):
                raise ValeurInterdite(
                    f"{attribut[:40]!r} n'est pas un nom d'attribut.",
                    code="AAF_NOM_ATTRIBUT",
                    remede="Employez un nom d'attribut du SDET (lettres et chiffres).",
                )
        self._ouvrantes = [ouvrante.format(attribut) for attribut in noms]
        self.formes: dict[tuple[int, ...], list[bytes]] = {}

    def forme(self, nombres: tuple[int, ...]) -> list[bytes]:
        connue = self.formes.get(nombres)
        if connue is None:
            if len(self.formes) >= FORMES_GARDEES:
                self.formes.clear()
            texte = "".join(
                ouvrante + (f"<value>{_FIN}</value>" * nombre or f"<value/>{_FIN}") + self._fermante
                for ouvrante, nombre in zip(self._ouvrantes, nombres, strict=True)
            )
            morceaux = (self._debut + texte + self._fin).encode("ascii").split(_FIN_OCTET)
            connue = self.formes[nombres] = [octets for m in morceaux for octets in (m, b"")]
        return connue


class Rendu:
    """Renders requests of one degree; keeps the frames already met. One instance per writer.

    `substitutions` is told of the characters that XML does not have, written `?`; without it they are refused.
    """

    def __init__(self, degre: Degre = Degre.SECOND, substitutions: Substitutions | None = None) -> None:
        self._degre = degre
        self._substitutions = substitutions
        self._moules: dict[tuple[type, Categorie, tuple[str, ...]], _Moule] = {}

    def rendre(self, lot: Sequence[A_ECRIRE]) -> bytes:
        """The requests of `lot`, one after the other, each ended by an empty line.

        Raises `ValeurInterdite` when a value cannot stand in XML (unless it may be substituted), when a record is
        of the other degree (AAF_DEGRE); the place is in `lieu`.
        """
        rendu: list[bytes] = []
        champs: list[str] = []
        dernier_type: type | None = None
        derniere: Categorie | None = None
        derniers_noms: tuple[str, ...] | None = None
        for operation in lot:
            noms, valeurs = operation.noms, operation.valeurs
            if noms is not derniers_noms or operation.categorie is not derniere or type(operation) is not dernier_type:
                derniers_noms, derniere, dernier_type = noms, operation.categorie, type(operation)
                moule = self._moule(dernier_type, derniere, noms)
                formes = moule.formes
            nombres = tuple(map(len, valeurs))
            rendu += formes.get(nombres) or moule.forme(nombres)
            champs.append(operation.id)
            champs += map(_FIN.join, valeurs)
            champs.append("")
        encodes = _encode(_FIN.join(champs))
        octets = encodes.split(_FIN_OCTET) if encodes is not None else []
        if 2 * len(octets) != len(rendu):
            return self._sans_interdits(lot)
        rendu[1::2] = octets
        return b"".join(rendu)

    def _sans_interdits(self, lot: Sequence[A_ECRIRE]) -> bytes:
        """The same once what XML does not have is replaced; or the refusal that tells the first of it."""
        if self._substitutions is None or any(_INTERDIT.search(operation.id) for operation in lot):
            raise _refuse(lot)
        return self.rendre([sans_interdits(operation, self._substitutions) for operation in lot])

    def _moule(self, type_: type, categorie: Categorie, noms: tuple[str, ...]) -> _Moule:
        cle = (type_, categorie, noms)
        connu = self._moules.get(cle)
        if connu is None:
            degre = degre_de(categorie, noms)
            if noms and degre is not None and degre is not self._degre:
                raise ValeurInterdite(
                    f"Une fiche {categorie} de degré {degre} ne s'écrit pas dans une alimentation de "
                    f"degré {self._degre}.",
                    code="AAF_DEGRE",
                    remede="Écrivez chaque degré dans sa propre alimentation.",
                )
            connu = self._moules[cle] = _Moule(*cle)
        return connu


def _encode(texte: str) -> bytes | None:
    """The values of a few requests, escaped and encoded, still apart; None when one of them cannot stand in XML."""
    if not texte.isascii() and _hors_xml(texte):
        return None
    if "&" in texte:
        texte = texte.replace("&", "&amp;")
    octets = texte.encode("ascii", "xmlcharrefreplace")
    if len(octets.translate(None, _INTERDITS)) != len(octets):
        return None
    for caractere, reference in _REFERENCES:
        if caractere in octets:
            octets = octets.replace(caractere, reference)
    return octets


def _hors_xml(texte: str) -> bool:
    """Whether a lone surrogate or one of the two non-characters of XML 1.0 is in `texte`."""
    try:
        texte.encode("latin-1")  # the usual case: quick, and enough
    except UnicodeEncodeError:
        try:
            texte.encode("utf-8")
        except UnicodeEncodeError:
            return True
        return "\ufffe" in texte or "\uffff" in texte
    return False


A = TypeVar("A", bound=A_ECRIRE)


def sans_interdits(operation: A, substitutions: Substitutions | None = None) -> A:
    """The operation with each character that XML does not have replaced by `?`, and told to `substitutions`."""
    if isinstance(operation, Suppression):
        return operation
    valeurs = []
    for nom, avant in zip(operation.noms, operation.valeurs, strict=True):
        points = [ord(trouve) for valeur in avant for trouve in _INTERDIT.findall(valeur)]
        if points:
            if substitutions is not None:
                substitutions.caracteres(f"{operation.categorie} {operation.id}", nom, points)
            avant = tuple([_INTERDIT.sub(REMPLACANT_XML, valeur) for valeur in avant])
        valeurs.append(avant)
    return cast("A", msgspec.structs.replace(operation, valeurs=tuple(valeurs)))


def _refuse(lot: Sequence[A_ECRIRE]) -> ValeurInterdite:
    """The refusal for the first forbidden character of `lot`: which record and attribute, not the value."""
    for operation in lot:
        champs = [("identifiant", (operation.id,)), *zip(operation.noms, operation.valeurs, strict=True)]
        for nom, valeurs in champs:
            for valeur in valeurs:
                trouve = _INTERDIT.search(valeur)
                if trouve:
                    return ValeurInterdite(
                        f"{operation.categorie} {operation.id!r}, {nom} : le caractère "
                        f"U+{ord(trouve.group()):04X} n'existe pas en XML.",
                        remede="Corrigez cette valeur dans l'application d'origine.",
                        lieu=Lieu(element=f"{operation.categorie} {operation.id!r}, {nom}"),
                    )
    raise AssertionError("a forbidden character was found, then was not")


def par_lots(operations: Iterable[A_ECRIRE], taille: int = LOT) -> Iterator[list[A_ECRIRE]]:
    """`operations` cut into lists of `taille`, the last one shorter."""
    iterateur = iter(operations)
    while lot := list(islice(iterateur, taille)):
        yield lot
