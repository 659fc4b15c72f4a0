"""Reading and writing the STS documents from the declaration of their records.

A record is a frozen Struct whose fields say, in their annotation, which attribute, leaf or list of the XML
they are. The order of the fields is the order of the file. One declaration serves the reader and the writer,
so they cannot drift apart.

Source: reference sts-edt, sections 1.1 (shapes of values), 2.2 and 3.2 (trees).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec.structs
from lxml import etree
from msgspec import Struct

from shared.contracts.refus import Lieu, Remarque
from shared.formats.ecriture import EcrivainXml
from shared.formats.sts.valeurs import FORMES, Forme
from shared.security.xml import ligne_de

T = TypeVar("T")


class Attribut(Struct, frozen=True):
    """An XML attribute. A field that may be None is left out when it is."""

    nom: str


class Feuille(Struct, frozen=True):
    """A child with a text. `str`: always written, self-closed when empty; `… | None`: left out when None.

    `seul` names the only file ("sts_emp" or "emp_sts") that has it.
    """

    nom: str
    seul: str | None = None


class Sous(Struct, frozen=True):
    """A child that is a record of its own; left out when None."""

    nom: str
    seul: str | None = None


class Liste(Struct, frozen=True):
    """A container and its items, records or texts. `vide`: written (self-closed) even without items."""

    nom: str
    element: str
    vide: bool = True
    seul: str | None = None


class _Champ(Struct, frozen=True):
    nom: str
    marque: Attribut | Feuille | Sous | Liste
    type: Any
    forme: Forme | None
    facultatif: bool
    requis: bool


class _Plan(Struct, frozen=True):
    attributs: tuple[_Champ, ...]
    enfants: dict[str, _Champ]


def _plan(classe: Any, fichier: str) -> _Plan:
    """What a record looks like in one of the two files."""
    return _decrit(classe, fichier)


@cache
def _decrit(classe: Any, fichier: str) -> _Plan:
    indices = get_type_hints(classe, include_extras=True)
    attributs: list[_Champ] = []
    enfants: dict[str, _Champ] = {}
    for champ in msgspec.structs.fields(classe):
        indice = indices[champ.name]
        if get_origin(indice) is not Annotated:
            continue
        type_, marque = get_args(indice)[:2]
        facultatif = get_origin(type_) is UnionType
        if facultatif:
            type_ = next(t for t in get_args(type_) if t is not type(None))
        if isinstance(marque, Liste):
            type_ = get_args(type_)[0]
        requis = champ.required
        decrit = _Champ(champ.name, marque, type_, FORMES.get(type_), facultatif, requis)
        if isinstance(marque, Attribut):
            attributs.append(decrit)
        elif marque.seul in (None, fichier):
            enfants[marque.nom] = decrit
    ordre = getattr(classe, "ORDRE_ATTRIBUTS", {}).get(fichier)
    if ordre is not None:
        attributs.sort(key=lambda c: ordre.index(c.marque.nom))
    return _Plan(tuple(attributs), enfants)


class Lecteur:
    """Turns elements into records and keeps, in `remarques`, whatever it could not place.

    Arguments: `fichier`, "sts_emp" or "emp_sts"; `nom`, the file's name in the remarks. The same remark about
    the same place of the tree is made once, with its first line and a count.
    """

    def __init__(self, fichier: str, nom: str) -> None:
        self._fichier = fichier
        self._nom = nom
        self._vues: dict[tuple[str, str], tuple[int | None, int, str, str]] = {}

    @property
    def remarques(self) -> list[Remarque]:
        """What was met and not understood, in the order of the file."""
        return [
            Remarque(
                code,
                phrase if nombre == 1 else f"{phrase[:-1]} ({nombre} fois).",
                Lieu(self._nom, ligne, chemin),
                remede,
            )
            for (code, chemin), (ligne, nombre, phrase, remede) in self._vues.items()
        ]

    def note(self, code: str, chemin: str, element: etree._Element, phrase: str, remede: str) -> None:
        """Keep a remark; `phrase` ends with a full stop and holds no value of the file."""
        ligne, nombre, phrase, remede = self._vues.get((code, chemin), (ligne_de(element), 0, phrase, remede))
        self._vues[code, chemin] = (ligne, nombre + 1, phrase, remede)

    def lit(self, element: etree._Element, classe: type[T], chemin: str) -> T | None:
        """The record, or None when a required attribute is missing (a remark says so)."""
        plan = _plan(classe, self._fichier)
        valeurs: dict[str, Any] = {}
        if not self._lit_attributs(element, plan, chemin, valeurs):
            return None
        self._sans_texte(element, chemin)
        for enfant in element:
            champ = plan.enfants.get(str(enfant.tag))
            ici = f"{chemin}/{enfant.tag!s}"
            if champ is None:
                self._inconnu(enfant, ici)
            elif champ.nom in valeurs:
                self.note(
                    "ELEMENT_REPETE",
                    ici,
                    enfant,
                    f"L'élément « {enfant.tag!s} » est répété : seul le premier est lu.",
                    "Vérifiez le logiciel qui a produit le fichier.",
                )
            else:
                valeurs[champ.nom] = self._lit_enfant(enfant, champ, ici)
        for champ in plan.enfants.values():
            if champ.nom not in valeurs:
                valeurs[champ.nom] = () if isinstance(champ.marque, Liste) else _absent(champ)
        return classe(**valeurs)

    def _lit_attributs(self, element: etree._Element, plan: _Plan, chemin: str, valeurs: dict[str, Any]) -> bool:
        for champ in plan.attributs:
            brut = element.get(champ.marque.nom)
            lu = None if brut is None else self._valeur(brut, champ, f"{chemin}@{champ.marque.nom}", element)
            if lu is not None and lu != "":
                valeurs[champ.nom] = lu
            elif champ.requis:
                self.note(
                    "ATTRIBUT_ABSENT",
                    f"{chemin}@{champ.marque.nom}",
                    element,
                    f"L'attribut « {champ.marque.nom} » manque : l'élément « {element.tag!s} » n'est pas lu.",
                    "Complétez le fichier ou produisez-le à nouveau.",
                )
                return False
        self._sans_attribut(element, {c.marque.nom for c in plan.attributs}, chemin)
        return True

    def _sans_attribut(self, element: etree._Element, connus: Collection[str], chemin: str) -> None:
        for nom in element.keys():  # noqa: SIM118 - an element iterates over its children
            if nom not in connus:
                self.note(
                    "ATTRIBUT_INCONNU",
                    f"{chemin}@{nom!s}",
                    element,
                    f"L'attribut « {nom!s} » n'est pas connu : il n'est pas lu.",
                    "Aucune action n'est nécessaire.",
                )

    def _lit_enfant(self, enfant: etree._Element, champ: _Champ, chemin: str) -> Any:
        marque = champ.marque
        if isinstance(marque, Feuille):
            return self._lit_feuille(enfant, champ, chemin)
        if isinstance(marque, Sous):
            return self.lit(enfant, champ.type, chemin)
        assert isinstance(marque, Liste)
        self._sans_texte(enfant, chemin)
        self._sans_attribut(enfant, (), chemin)
        lus: list[Any] = []
        for item in enfant:
            ici = f"{chemin}/{item.tag!s}"
            if item.tag != marque.element:
                self._inconnu(item, ici)
                continue
            if champ.forme is not None:
                lu = self._lit_feuille(item, champ, ici)
            else:
                lu = self.lit(item, champ.type, ici)
            if lu is not None:
                lus.append(lu)
        return tuple(lus)

    def _lit_feuille(self, element: etree._Element, champ: _Champ, chemin: str) -> Any:
        self._sans_attribut(element, (), chemin)
        for enfant in element:
            self._inconnu(enfant, f"{chemin}/{enfant.tag!s}")
        lu = self._valeur(element.text or "", champ, chemin, element)
        return _absent(champ) if lu is None else lu

    def _valeur(self, brut: str, champ: _Champ, chemin: str, element: etree._Element) -> Any:
        texte = brut.strip()
        forme = champ.forme
        assert forme is not None
        if not texte:
            return "" if champ.type is str else None
        try:
            return forme.lit(texte)
        except ValueError:
            self.note(
                "VALEUR_ILLISIBLE",
                chemin,
                element,
                f"La valeur de « {champ.marque.nom} » n'est pas {forme.quoi} : elle n'est pas lue.",
                "Corrigez cette valeur dans le logiciel d'origine, puis produisez le fichier à nouveau.",
            )
            return None

    def _inconnu(self, element: etree._Element, chemin: str) -> None:
        self.note(
            "ELEMENT_INCONNU",
            chemin,
            element,
            f"L'élément « {element.tag!s} » n'est pas connu à cet endroit : il n'est pas lu.",
            "Aucune action n'est nécessaire si le logiciel d'origine est plus récent.",
        )

    def _sans_texte(self, element: etree._Element, chemin: str) -> None:
        if (element.text and element.text.strip()) or any(e.tail and e.tail.strip() for e in element):
            self.note(
                "TEXTE_INATTENDU",
                chemin,
                element,
                f"L'élément « {element.tag!s} » contient un texte inattendu : il n'est pas lu.",
                "Vérifiez que le fichier n'a pas été modifié.",
            )


def _absent(champ: _Champ) -> Any:
    return "" if champ.type is str and not champ.facultatif else None


def ecrit(ecrivain: EcrivainXml, tag: str, enregistrement: Any, fichier: str) -> None:
    """Write a record under `tag`, as the file ("sts_emp" or "emp_sts") wants it."""
    plan = _plan(type(enregistrement), fichier)
    attributs = []
    for champ in plan.attributs:
        valeur = getattr(enregistrement, champ.nom)
        if valeur is not None:
            assert champ.forme is not None
            attributs.append((champ.marque.nom, champ.forme.ecrit(valeur)))
    presents = [
        (champ, valeur)
        for champ in plan.enfants.values()
        if _s_ecrit(champ, valeur := getattr(enregistrement, champ.nom))
    ]
    if not presents:
        ecrivain.feuille(tag, None, attributs)
        return
    ecrivain.ouvrir(tag, attributs)
    for champ, valeur in presents:
        _ecrit_enfant(ecrivain, champ, valeur, fichier)
    ecrivain.fermer()


def _s_ecrit(champ: _Champ, valeur: Any) -> bool:
    if isinstance(champ.marque, Liste):
        return bool(valeur) or champ.marque.vide
    return valeur is not None


def _ecrit_enfant(ecrivain: EcrivainXml, champ: _Champ, valeur: Any, fichier: str) -> None:
    marque = champ.marque
    if isinstance(marque, Feuille):
        assert champ.forme is not None
        ecrivain.feuille(marque.nom, champ.forme.ecrit(valeur))
    elif isinstance(marque, Sous):
        ecrit(ecrivain, marque.nom, valeur, fichier)
    elif isinstance(marque, Liste):
        _ecrit_liste(ecrivain, marque, champ.forme, valeur, fichier)


def _ecrit_liste(
    ecrivain: EcrivainXml, marque: Liste, forme: Forme | None, valeurs: Sequence[Any], fichier: str
) -> None:
    if not valeurs:
        ecrivain.feuille(marque.nom)
        return
    ecrivain.ouvrir(marque.nom)
    for valeur in valeurs:
        if forme is not None:
            ecrivain.feuille(marque.element, forme.ecrit(valeur))
        else:
            ecrit(ecrivain, marque.element, valeur, fichier)
    ecrivain.fermer()
