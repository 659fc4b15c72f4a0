"""Reading ExportEmploiDuTemps as a stream or whole, of the published version or a later one.

Source: reference sts-edt, sections 5.3 to 5.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from shared.contracts.refus import Remarque
from shared.formats.edt.enregistrements import (
    SECTIONS,
    VERSION_PUBLIEE,
    AnneeScolaire,
    EnTete,
    ExportEmploiDuTemps,
    GrilleHoraire,
    Place,
    Section,
)
from shared.formats.edt.flux import regarder_racine
from shared.formats.edt.moteur import Fiche, Lecteur
from shared.formats.edt.refus import ESPACE, LIMITES_EDT, RACINE, EdtRefuse, mauvais_fichier, refuse
from shared.formats.edt.remarques import Remarques, nom_local
from shared.formats.edt.valeurs import COURT
from shared.security.xml import Limites, iterparse

_SECTIONS = {s.nom: s for s in SECTIONS}
_TETE = ("AnneeScolaire", "GrilleHoraire")
_REFAIRE = "Produisez à nouveau le fichier avec le logiciel d'emploi du temps."


class LecteurEdt:
    """The records of a clear ExportEmploiDuTemps, one by one, in the order of the file; memory stays constant.

    Iterate once: the `EnTete` comes first, then `AnneeScolaire`, `GrilleHoraire` and the records of each
    section. `remarques` is complete when the iteration is: values that cannot be read, elements of an unknown
    version (kept in the records), sections that our records do not carry.

    Arguments: `stream` of bytes; `nom`, the file's name in messages. Iterating raises `XmlRefuse` and
    `EdtRefuse` (another file, no school year, no grid).
    """

    def __init__(self, stream: BinaryIO, nom: str, *, limites: Limites = LIMITES_EDT) -> None:
        self._stream = stream
        self._nom = nom
        self._limites = limites
        self._remarques = Remarques(nom)
        self._lecteur = Lecteur(self._remarques)
        self._vues: set[str] = set()

    @property
    def remarques(self) -> tuple[Remarque, ...]:
        """What was met and not understood; never a value of the file."""
        return self._remarques.liste()

    def __iter__(self) -> Iterator[Fiche]:
        nom_racine, flux = regarder_racine(self._stream, self._nom)
        if nom_racine != RACINE:
            raise mauvais_fichier(self._nom, nom_racine)
        racine: etree._Element | None = None
        for element in iterparse(flux, ("{*}*", f"{{*}}{RACINE}"), nom=self._nom, limites=self._limites):
            if racine is None:
                racine = element.getroottree().getroot()
                yield self._entete(racine)
            if element is racine:
                continue
            parent = element.getparent()
            if parent is racine:
                yield from self._fin_de_section(element)
            elif parent is not None and parent.getparent() is racine and nom_local(parent) not in _TETE:
                fiche = self._fiche(element, nom_local(parent))
                if fiche is not None:
                    yield fiche
            else:
                continue
            _libere(element)
        self._verifie_complet()

    def _entete(self, racine: etree._Element) -> EnTete:
        if not str(racine.tag).startswith(f"{{{ESPACE}}}"):
            self._remarques.note(
                "ESPACE_DE_NOMS",
                RACINE,
                racine,
                "L'espace de noms du fichier n'est pas celui du format : les éléments sont lus par leur nom.",
                "Vérifiez le logiciel qui a produit le fichier.",
            )
        entete = EnTete(**self._lecteur.attributs(racine, EnTete, RACINE))
        self._lecteur.requis = entete.version == VERSION_PUBLIEE
        return entete

    def _fiche(self, element: etree._Element, nom_section: str) -> Fiche | None:
        """The record of an element of a section; None (with a remark) when it is not one of ours."""
        section = _SECTIONS.get(nom_section)
        chemin = f"{RACINE}/{nom_section}"
        if section is None:
            self._remarques.note(
                "SECTION_NON_LUE",
                chemin,
                element,
                f"La section « {nom_section} » n'est pas lue : elle n'existe pas dans la version publiée du format.",
                "Aucune action n'est nécessaire : l'emploi du temps n'en dépend pas.",
            )
            return None
        if nom_local(element) != section.element:
            self._remarques.element_inconnu(f"{chemin}/{nom_local(element)}", element, garde=False)
            return None
        return self._lit(element, section)

    def _lit(self, element: etree._Element, section: Section) -> Fiche | None:
        return self._lecteur.lit(element, section.classe, f"{RACINE}/{section.nom}/{section.element}")

    def _fin_de_section(self, element: etree._Element) -> Iterator[Fiche]:
        """Under the root: the year and the grid are records, the other sections came record by record."""
        nom = nom_local(element)
        chemin = f"{RACINE}/{nom}"
        if nom in self._vues:
            suite = "seule la première est lue" if nom in _TETE else "toutes ses données sont lues"
            self._remarques.note(
                "SECTION_REPETEE",
                chemin,
                element,
                f"La section « {nom} » est répétée : {suite}.",
                "Vérifiez le logiciel qui a produit le fichier.",
            )
        elif nom == "AnneeScolaire":
            yield self._annee(element, chemin)
        elif nom == "GrilleHoraire":
            yield self._grille(element, chemin)
        elif nom in _SECTIONS:
            for cle in element.attrib:
                self._remarques.attribut_inconnu(chemin, element, str(cle), garde=False)
        elif not len(element):
            self._remarques.element_inconnu(chemin, element, garde=False)
        self._vues.add(nom)

    def _annee(self, element: etree._Element, chemin: str) -> AnneeScolaire:
        lus = self._lecteur.attributs(element, AnneeScolaire, chemin)
        if None in (lus["debut"], lus["fin"], lus["premier_jour_semaine1"]):
            raise self._absente("EDT_ANNEE_ABSENTE", "les dates de l'année scolaire manquent ou sont illisibles.")
        for enfant in element:
            self._remarques.element_inconnu(f"{chemin}/{nom_local(enfant)}", enfant, garde=False)
        return AnneeScolaire(**lus)

    def _grille(self, element: etree._Element, chemin: str) -> GrilleHoraire:
        jours: list[int] = []
        places: list[Place] = []
        for liste in element:
            ici = f"{chemin}/{nom_local(liste)}"
            for enfant in liste:
                attendu = {"JoursOuvres": "Jour", "PlacesParJour": "Place"}.get(nom_local(liste))
                if nom_local(enfant) != attendu:
                    self._remarques.element_inconnu(f"{ici}/{nom_local(enfant)}", enfant, garde=False)
                elif attendu == "Jour":
                    jours.extend(self._jour(enfant, f"{ici}/Jour"))
                else:
                    place = self._lecteur.lit(enfant, Place, f"{ici}/Place")
                    places.extend([place] if place is not None else [])
            if nom_local(liste) not in ("JoursOuvres", "PlacesParJour"):
                self._remarques.element_inconnu(ici, liste, garde=False)
        lus = self._lecteur.attributs(element, GrilleHoraire, chemin)
        return GrilleHoraire(jours=tuple(jours), places=tuple(places), **lus)

    def _jour(self, element: etree._Element, chemin: str) -> list[int]:
        try:
            return [COURT.lit((element.text or "").strip())]
        except ValueError:
            self._remarques.valeur_illisible(chemin, element, "Jour", COURT.quoi)
            return []

    def _verifie_complet(self) -> None:
        if "AnneeScolaire" not in self._vues:
            raise self._absente("EDT_ANNEE_ABSENTE", "il n'indique pas l'année scolaire qu'il concerne.")
        if "GrilleHoraire" not in self._vues:
            raise self._absente("EDT_GRILLE_ABSENTE", "il n'indique pas la grille horaire de l'établissement.")

    def _absente(self, code: str, phrase: str) -> EdtRefuse:
        return refuse(code, self._nom, phrase, _REFAIRE)


def lire_edt(stream: BinaryIO, nom: str, *, limites: Limites = LIMITES_EDT) -> ExportEmploiDuTemps:
    """Read a whole clear ExportEmploiDuTemps. Arguments and errors as for `LecteurEdt`."""
    champs = {s.classe: s.champ for s in SECTIONS}
    listes: dict[str, list[Fiche]] = {s.champ: [] for s in SECTIONS}
    tete: dict[type[Fiche], Fiche] = {}
    lecteur = LecteurEdt(stream, nom, limites=limites)
    for fiche in lecteur:
        champ = champs.get(type(fiche))
        if champ is None:
            tete[type(fiche)] = fiche
        else:
            listes[champ].append(fiche)
    entete, annee, grille = tete[EnTete], tete[AnneeScolaire], tete[GrilleHoraire]
    assert isinstance(entete, EnTete)
    assert isinstance(annee, AnneeScolaire)
    assert isinstance(grille, GrilleHoraire)
    sections: dict[str, tuple[Fiche, ...]] = {champ: tuple(fiches) for champ, fiches in listes.items()}
    return ExportEmploiDuTemps(entete, annee, grille, remarques=lecteur.remarques, **sections)  # type: ignore[arg-type]


def _libere(element: etree._Element) -> None:
    """Free a record that was read and what stands before it: the section stays open as long as it lasts."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        del parent[: parent.index(element)]
