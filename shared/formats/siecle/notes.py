"""What a reader of the SIECLE files met and could not place: told in remarks, never silently dropped.

Source: reference SIECLE, section 1.3; exports gain leaves with the years, and private software adds its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from shared.contracts.refus import Lieu, Remarque
from shared.security.xml import ligne_de

if TYPE_CHECKING:
    from shared.formats.siecle.champs import Champ

RIEN: frozenset[str] = frozenset()


class Notes:
    """The remarks of one reading.

    Arguments: `nom`, the file's name in the remarks; `plan`, by container, the elements it may hold; `lus`, the
    elements read wherever they stand, which need no container known to us.

    The same remark about the same place is made once, with its first line and a count; a remark holds no value.
    """

    def __init__(self, nom: str, plan: Mapping[str, Collection[str]] | None = None, lus: Iterable[str] = ()) -> None:
        self.nom = nom
        self._plan = plan or {}
        self._lus = frozenset(lus)
        self._parents: set[str] = set()
        self._vues: dict[tuple[str, str], tuple[int | None, int, str, str]] = {}
        self._connus: dict[int, tuple[Sequence[Champ], frozenset[str], frozenset[str]]] = {}

    @property
    def remarques(self) -> tuple[Remarque, ...]:
        """What was met and not understood, in the order of the file."""
        return tuple(
            Remarque(
                code,
                phrase if nombre == 1 else f"{phrase[:-1]} ({nombre} fois).",
                Lieu(self.nom, ligne, chemin),
                remede,
            )
            for (code, chemin), (ligne, nombre, phrase, remede) in self._vues.items()
            # The name of a container matters less than what it holds, when that was read.
            if code != "ELEMENT_INCONNU" or chemin.rpartition("/")[2] not in self._parents
        )

    def note(self, code: str, chemin: str, element: etree._Element, phrase: str, remede: str) -> None:
        """Keep a remark; `phrase` ends with a full stop and holds no value of the file."""
        ligne, nombre, phrase, remede = self._vues.get((code, chemin), (ligne_de(element), 0, phrase, remede))
        self._vues[code, chemin] = (ligne, nombre + 1, phrase, remede)

    def lu(self, element: etree._Element) -> None:
        """An element is being read: its container, whatever its name, serves."""
        parent = element.getparent()
        if parent is not None:
            self._parents.add(str(parent.tag))

    def ecarte(self, element: etree._Element) -> None:
        """An element that nobody asked for goes: remarked unless it is a known container of known things."""
        tag = str(element.tag)
        if tag in self._lus:
            return
        parent = element.getparent()
        attendus = None if parent is None else self._plan.get(str(parent.tag))
        if attendus is not None and tag not in attendus:
            self.inconnu(element)
        if tag in self._plan:
            self.attributs(element, ())
            for enfant in element:
                self.ecarte(enfant)

    def inconnu(self, element: etree._Element) -> None:
        """Remark an element that has no place where it stands."""
        parent = element.getparent()
        self.note(
            "ELEMENT_INCONNU",
            f"{'' if parent is None else parent.tag}/{element.tag!s}",
            element,
            f"L'élément « {element.tag!s} » n'est pas connu à cet endroit : il n'est pas lu.",
            "Aucune action n'est nécessaire si le logiciel d'origine est plus récent.",
        )

    def contenu(self, element: etree._Element | None, attendus: Collection[str]) -> None:
        """Remark the children and attributes of `element` that are not in `attendus`."""
        if element is None:
            return
        self.attributs(element, attendus)
        for enfant in element.iterchildren("*"):
            if enfant.tag not in attendus:
                self.inconnu(enfant)

    def codes(self, element: etree._Element | None, attendus: Collection[str]) -> None:
        """The same, where what is expected has neither children nor attributes."""
        if element is None:
            return
        self.attributs(element, attendus)
        for enfant in element.iterchildren("*"):
            if enfant.tag not in attendus:
                self.inconnu(enfant)
            elif len(enfant) or enfant.keys():
                self.contenu(enfant, RIEN)

    def attributs(self, element: etree._Element, attendus: Collection[str]) -> None:
        """Remark the attributes of `element` that are not in `attendus`; those of a namespace are nobody's data."""
        for cle in element.keys():  # noqa: SIM118 - an element iterates over its children
            if cle not in attendus and cle[:1] != "{":
                self.note(
                    "ATTRIBUT_INCONNU",
                    f"{element.tag!s}@{cle!s}",
                    element,
                    f"L'attribut « {cle!s} » n'est pas connu : il n'est pas lu.",
                    "Aucune action n'est nécessaire.",
                )

    def feuilles(
        self,
        element: etree._Element,
        presents: Mapping[str, str],
        composees: Sequence[etree._Element],
        champs: Sequence[Champ],
        autres: frozenset[str],
    ) -> None:
        """Remark what, in a record, is not one of its leaves.

        Arguments: `presents`, the texts by tag; `composees`, the children that have children or attributes;
        `champs`, the leaves; `autres`, the blocks and keys of that record (always the same for given `champs`).
        """
        retenus = self._connus.get(id(champs))
        if retenus is None or retenus[0] is not champs:
            tags = frozenset(balise for champ in champs for balise in (champ.balise, *champ.anciens))
            retenus = self._connus[id(champs)] = (champs, tags, tags | autres)
        _, tags, connus = retenus
        self.attributs(element, connus)
        if not presents.keys() <= connus:
            for enfant in element.iterchildren("*"):
                if enfant.tag not in connus:
                    self.inconnu(enfant)
        if len(presents) < len(element):
            self._repetes(element)
        for feuille in composees:
            if feuille.tag in tags:
                self.contenu(feuille, RIEN)

    def repete(self, element: etree._Element) -> None:
        """Remark an element of which only the first counts."""
        self.note(
            "ELEMENT_REPETE",
            str(element.tag),
            element,
            f"L'élément « {element.tag!s} » est répété : seul le premier est lu.",
            "Vérifiez le logiciel qui a produit le fichier.",
        )

    def _repetes(self, element: etree._Element) -> None:
        vus: set[str] = set()
        for enfant in element.iterchildren("*"):
            if enfant.tag in vus:
                self.repete(enfant)
            vus.add(str(enfant.tag))
