"""Reading and writing records whose data stand in attributes, from the declaration of their fields.

One declaration serves the reader and the writer. What no known version has is kept in `autres_attributs` and
`autres`, so that a newer file goes through unharmed.

Source: reference sts-edt, sections 5.3 (published schema, 1.1) and 5.4 (what later files add).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import Lieu, Refus
from shared.formats.ecriture import EcrivainXml
from shared.formats.edt.remarques import Remarques, nom_local
from shared.formats.edt.valeurs import IDENT, NOM_XML, TEXTE, Forme

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class Brut(Struct, frozen=True):
    """An element that no known version has, as it was: local name, attributes, children or text."""

    nom: str
    attributs: tuple[tuple[str, str], ...] = ()
    enfants: tuple[Brut, ...] = ()
    texte: str = ""


class Fiche(Struct, frozen=True, kw_only=True):
    """What every record carries besides its own fields: attributes and children of unknown versions."""

    autres_attributs: tuple[tuple[str, str], ...] = ()
    autres: tuple[Brut, ...] = ()


F = TypeVar("F", bound=Fiche)


class Attribut(Struct, frozen=True):
    """An attribute. `requis`: the published schema wants it; `plus`: later than it; `aussi`: other spellings.

    `vide`: written empty when there is no value, as the real files do for an unknown birth date.
    """

    nom: str
    forme: Forme = TEXTE
    requis: bool = False
    plus: bool = False
    aussi: tuple[str, ...] = ()
    vide: bool = False


class Enfants(Struct, frozen=True):
    """Children that are records; `maxi`: the most that the published schema admits; `plus`: later than it."""

    nom: str
    plus: bool = False
    maxi: int | None = None


class Enfant(Struct, frozen=True):
    """One child that is a record."""

    nom: str
    requis: bool = False


class _Plan(Struct, frozen=True):
    attributs: tuple[tuple[str, Attribut], ...]
    enfants: tuple[tuple[str, Enfants | Enfant, Any], ...]
    par_attribut: Mapping[str, tuple[str, Attribut]]
    par_enfant: Mapping[str, tuple[str, Enfants | Enfant, Any]]
    defauts: Mapping[str, str | None]
    cle: str | None


def _plan(classe: Any) -> _Plan:
    """What a record looks like."""
    return _decrit(classe)


@cache
def _decrit(classe: Any) -> _Plan:
    indices = get_type_hints(classe, include_extras=True)
    attributs: list[tuple[str, Attribut]] = []
    enfants: list[tuple[str, Enfants | Enfant, Any]] = []
    defauts: dict[str, str | None] = {}
    for champ in classe.__struct_fields__:
        indice = indices[champ]
        if get_origin(indice) is not Annotated:
            continue
        type_, marque = get_args(indice)[:2]
        if isinstance(marque, Attribut):
            attributs.append((champ, marque))
            defauts[champ] = "" if type_ is str else None
        else:
            enfants.append((champ, marque, get_args(type_)[0]))
    return _Plan(
        tuple(attributs),
        tuple(enfants),
        {nom: (champ, marque) for champ, marque in attributs for nom in (marque.nom, *marque.aussi)},
        {marque.nom: (champ, marque, classe_) for champ, marque, classe_ in enfants},
        defauts,
        next((champ for champ, marque in attributs if marque.forme is IDENT), None),
    )


class Lecteur:
    """Turns elements into records; `requis` tells that what the published schema wants is expected."""

    def __init__(self, remarques: Remarques, *, requis: bool = True) -> None:
        self._remarques = remarques
        self.requis = requis

    def lit(self, element: etree._Element, classe: type[F], chemin: str) -> F | None:
        """The record, or None when it has no readable Ident (a remark says so)."""
        plan = _plan(classe)
        valeurs = self.attributs(element, classe, chemin)
        if plan.cle is not None and valeurs[plan.cle] is None:
            self._remarques.note(
                "IDENT_ABSENT",
                chemin,
                element,
                f"L'élément « {nom_local(element)} » n'a pas d'identifiant lisible : il n'est pas lu.",
                "Produisez à nouveau le fichier avec le logiciel d'emploi du temps.",
            )
            return None
        listes: dict[str, list[Any]] = {champ: [] for champ, _, _ in plan.enfants}
        autres: list[Brut] = []
        if (element.text and element.text.strip()) or any(e.tail and e.tail.strip() for e in element):
            self._remarques.texte_inattendu(chemin, element)
        for enfant in element:
            nom = nom_local(enfant)
            connu = plan.par_enfant.get(nom)
            if connu is None or (isinstance(connu[1], Enfant) and listes[connu[0]]):
                self._remarques.element_inconnu(f"{chemin}/{nom}", enfant, garde=True)
                autres.append(self._brut(enfant, f"{chemin}/{nom}"))
            else:
                lu = self.lit(enfant, connu[2], f"{chemin}/{nom}")
                if lu is not None:
                    listes[connu[0]].append(lu)
        for champ, marque, _ in plan.enfants:
            lus = listes[champ]
            valeurs[champ] = tuple(lus) if isinstance(marque, Enfants) else (lus[0] if lus else None)
            if isinstance(marque, Enfant) and marque.requis and not lus:
                self._absent(chemin, element, marque.nom)
        return classe(autres=tuple(autres), **valeurs)

    def attributs(self, element: etree._Element, classe: type[F], chemin: str) -> dict[str, Any]:
        """The fields of a record that are attributes, `autres_attributs` included."""
        plan = _plan(classe)
        valeurs: dict[str, Any] = dict(plan.defauts)
        vus: set[str] = set()
        autres: list[tuple[str, str]] = []
        for cle, brut in element.attrib.items():
            nom = str(cle)
            connu = plan.par_attribut.get(nom)
            if connu is not None and connu[0] not in vus:
                vus.add(connu[0])
                valeurs[connu[0]] = self._valeur(element, str(brut), connu[1], f"{chemin}@{nom}")
            elif nom.startswith("{"):
                if not nom.startswith(_XSI):
                    self._remarques.attribut_inconnu(chemin, element, nom, garde=False)
            else:
                self._remarques.attribut_inconnu(chemin, element, nom, garde=True)
                autres.append((nom, str(brut)))
        if self.requis:
            for champ, marque in plan.attributs:
                if marque.requis and champ not in vus:
                    self._absent(f"{chemin}@{marque.nom}", element, marque.nom)
        valeurs["autres_attributs"] = tuple(autres)
        return valeurs

    def _absent(self, chemin: str, element: etree._Element, nom: str) -> None:
        self._remarques.note(
            "VALEUR_ABSENTE",
            chemin,
            element,
            f"« {nom} » manque dans un élément « {nom_local(element)} » : cette information reste vide.",
            "Complétez la donnée dans le logiciel d'origine, puis produisez le fichier à nouveau.",
        )

    def _valeur(self, element: etree._Element, brut: str, marque: Attribut, chemin: str) -> Any:
        if marque.forme is TEXTE:
            return brut
        texte = brut.strip()
        if not texte:
            return None
        try:
            return marque.forme.lit(texte)
        except ValueError:
            self._remarques.valeur_illisible(chemin, element, marque.nom, marque.forme.quoi)
            return None

    def _brut(self, element: etree._Element, chemin: str) -> Brut:
        texte = element.text if element.text and element.text.strip() else ""
        if texte and len(element):
            self._remarques.texte_inattendu(chemin, element)
            texte = ""
        return Brut(
            nom_local(element),
            tuple((str(c), str(v)) for c, v in element.attrib.items() if not str(c).startswith("{")),
            tuple(self._brut(e, f"{chemin}/{nom_local(e)}") for e in element),
            texte,
        )


class Ecrivain:
    """Writes records. `publie`: only what the published schema has; what is left out is counted in `omis`.

    `noms`: attributes written under another name.
    """

    def __init__(self, xml: EcrivainXml, *, publie: bool, noms: Mapping[str, str]) -> None:
        self._xml = xml
        self._publie = publie
        self._noms = noms
        self.omis: dict[str, int] = {}

    def ecrit(self, tag: str, fiche: Fiche) -> None:
        """Write a record and its children. Raises `Refus` when the format cannot carry a value."""
        attributs = self.attributs(tag, fiche)
        enfants: list[tuple[str, Fiche]] = []
        for champ, marque, _ in _plan(type(fiche)).enfants:
            valeur = getattr(fiche, champ)
            if isinstance(marque, Enfant):
                if valeur is not None:
                    enfants.append((marque.nom, valeur))
                elif marque.requis and self._publie:
                    raise _obligatoire(tag, fiche, marque.nom)
                continue
            if self._publie and marque.plus:
                self.omet(f"{tag}/{marque.nom}", len(valeur))
                continue
            if self._publie and marque.maxi is not None and len(valeur) > marque.maxi:
                raise _refus(
                    "EDT_TROP_D_ELEMENTS",
                    tag,
                    fiche,
                    f"porte {len(valeur)} éléments « {marque.nom} » : la version 1.1 en admet {marque.maxi}",
                )
            enfants.extend((marque.nom, v) for v in valeur)
        if self._publie:
            for brut in fiche.autres:
                self.omet(f"{tag}/{brut.nom}")
        gardes = () if self._publie else fiche.autres
        if not enfants and not gardes:
            self._xml.feuille(tag, None, attributs)
            return
        self._xml.ouvrir(tag, attributs)
        for nom, enfant in enfants:
            self.ecrit(nom, enfant)
        for brut in gardes:
            self._ecrit_brut(brut)
        self._xml.fermer()

    def attributs(self, tag: str, fiche: Fiche) -> list[tuple[str, str]]:
        """The attributes of a record, in the order of the schema."""
        ecrits: list[tuple[str, str]] = []
        for champ, marque in _plan(type(fiche)).attributs:
            valeur = getattr(fiche, champ)
            if valeur is None:
                if marque.vide:
                    ecrits.append((marque.nom, ""))
                elif marque.forme is IDENT or (marque.requis and self._publie):
                    raise _obligatoire(tag, fiche, marque.nom)
                continue
            if self._publie and marque.plus:
                self.omet(f"{tag}@{marque.nom}")
                continue
            try:
                ecrits.append((self._noms.get(marque.nom, marque.nom), marque.forme.ecrit(valeur)))
            except ValueError:
                phrase = f"porte une valeur de « {marque.nom} » qui n'est pas {marque.forme.quoi}"
                raise _refus("EDT_VALEUR_IMPOSSIBLE", tag, fiche, phrase) from None
        for nom, texte in fiche.autres_attributs:
            if self._publie:
                self.omet(f"{tag}@{nom}")
            else:
                ecrits.append((_nom(nom), texte))
        return ecrits

    def omet(self, chemin: str, nombre: int = 1) -> None:
        """Count what is not written."""
        if nombre:
            self.omis[chemin] = self.omis.get(chemin, 0) + nombre

    def _ecrit_brut(self, brut: Brut) -> None:
        attributs = [(_nom(nom), texte) for nom, texte in brut.attributs]
        if not brut.enfants:
            self._xml.feuille(_nom(brut.nom), brut.texte, attributs)
            return
        self._xml.ouvrir(_nom(brut.nom), attributs)
        for enfant in brut.enfants:
            self._ecrit_brut(enfant)
        self._xml.fermer()


def _nom(nom: str) -> str:
    if not NOM_XML.fullmatch(nom):
        raise ValueError(f"nom XML impossible : {nom!r}")
    return nom


def _refus(code: str, tag: str, fiche: Fiche, phrase: str) -> Refus:
    cle = _plan(type(fiche)).cle
    ident = f" d'identifiant {getattr(fiche, cle)}" if cle is not None else ""
    return Refus(
        f"L'élément « {tag} »{ident} {phrase}.",
        code=code,
        lieu=Lieu(element=tag),
        remede="Corrigez cette donnée dans l'emploi du temps, puis refaites l'export.",
    )


def _obligatoire(tag: str, fiche: Fiche, nom: str) -> Refus:
    return _refus("EDT_VALEUR_OBLIGATOIRE", tag, fiche, f"n'a pas de « {nom} », que la version 1.1 exige")
