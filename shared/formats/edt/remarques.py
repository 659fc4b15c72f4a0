"""Remarks gathered while a file of the timetable software is read: each once per place, with a count."""

from __future__ import annotations

from lxml import etree

from shared.contracts.refus import Lieu, Remarque
from shared.security.xml import ligne_de

_RIEN_A_FAIRE = "Aucune action n'est nécessaire si le logiciel d'origine est plus récent."


class Remarques:
    """The remarks of one reading; `nom`, the file's name. They never hold a value of the file."""

    def __init__(self, nom: str) -> None:
        self._nom = nom
        self._vues: dict[tuple[str, str], tuple[int | None, int, str, str]] = {}

    def note(
        self, code: str, chemin: str, element: etree._Element | None, phrase: str, remede: str, nombre: int = 1
    ) -> None:
        """Keep a remark on the place `chemin`, or count it once more; `phrase` ends with a full stop."""
        ligne = None if element is None else ligne_de(element)
        premiere, deja, phrase, remede = self._vues.get((code, chemin), (ligne, 0, phrase, remede))
        self._vues[code, chemin] = (premiere, deja + nombre, phrase, remede)

    def attribut_inconnu(self, chemin: str, element: etree._Element, nom: str, *, garde: bool) -> None:
        """An attribute that no known version has."""
        suite = "il est conservé tel quel" if garde else "il n'est pas lu"
        self.note(
            "ATTRIBUT_INCONNU",
            f"{chemin}@{nom}",
            element,
            f"L'attribut « {nom} » n'est pas connu : {suite}.",
            _RIEN_A_FAIRE,
        )

    def element_inconnu(self, chemin: str, element: etree._Element, *, garde: bool) -> None:
        """An element that no known version has at this place."""
        suite = "il est conservé tel quel" if garde else "il n'est pas lu"
        self.note(
            "ELEMENT_INCONNU",
            chemin,
            element,
            f"L'élément « {nom_local(element)} » n'est pas connu à cet endroit : {suite}.",
            _RIEN_A_FAIRE,
        )

    def texte_inattendu(self, chemin: str, element: etree._Element) -> None:
        """A text where only elements are expected."""
        self.note(
            "TEXTE_INATTENDU",
            chemin,
            element,
            f"L'élément « {nom_local(element)} » contient un texte inattendu : il n'est pas lu.",
            "Vérifiez que le fichier n'a pas été modifié.",
        )

    def valeur_illisible(self, chemin: str, element: etree._Element, nom: str, quoi: str) -> None:
        """A value that has not the shape of its attribute or element."""
        self.note(
            "VALEUR_ILLISIBLE",
            chemin,
            element,
            f"La valeur de « {nom} » n'est pas {quoi} : elle n'est pas lue.",
            "Corrigez cette valeur dans le logiciel d'origine, puis produisez le fichier à nouveau.",
        )

    def liste(self) -> tuple[Remarque, ...]:
        """The remarks, in the order in which they were first met."""
        return tuple(
            Remarque(
                code,
                phrase if nombre == 1 else f"{phrase[:-1]} ({nombre} fois).",
                Lieu(self._nom, ligne, chemin),
                remede,
            )
            for (code, chemin), (ligne, nombre, phrase, remede) in self._vues.items()
        )


def nom_local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
