"""Reading `BEE_ELEVES`: a stream of events, and a document with everything joined.

Source: reference SIECLE, sections 2.1, 2.2 and 2.4 (what files in the field hold).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeAlias, TypeVar

from lxml import etree
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Lieu, Remarque
from shared.formats.siecle.adresses import Adresse, lire_adresse
from shared.formats.siecle.champs import champ_absent, lieu, lire_champs, lire_identifiant
from shared.formats.siecle.eleves import (
    CHAMPS_ELEVE,
    CHAMPS_OPTION,
    CHAMPS_SCOLARITE_AN_DERNIER,
    RACINES,
    BoursesDeLEleve,
    DocumentEleves,
    Eleve,
    OptionEleve,
    OptionsDeLEleve,
    ScolariteAnDernier,
    StructuresDeLEleve,
)
from shared.formats.siecle.enveloppe import EnTete, parcourir, plan
from shared.formats.siecle.notes import Notes

_T = TypeVar("_T")
EvenementEleves: TypeAlias = EnTete | Eleve | OptionsDeLEleve | StructuresDeLEleve | BoursesDeLEleve | Adresse


_LUS = ("ELEVE", "OPTION", "STRUCTURES_ELEVE", "BOURSES_ELEVE", "ADRESSE")
_CONTENU = {
    "ELEVES": ("ELEVE",),
    "OPTIONS": ("OPTION",),
    "STRUCTURES": ("STRUCTURES_ELEVE",),
    "BOURSES": ("BOURSES_ELEVE",),
    "ADRESSES": ("ADRESSE",),
}
_CLES = ("ELEVE_ID", "ELENOET")
_BLOCS = frozenset({"SCOLARITE_AN_DERNIER", *_CLES})


def notes_eleves(nom: str) -> Notes:
    """The notes of a pupils' file named `nom`, for `lire_evenements`."""
    return Notes(nom, plan(RACINES, _CONTENU), _LUS)


def _lire_eleve(element: etree._Element, nom: str, notes: Notes) -> Eleve:
    lus = lire_champs(element, CHAMPS_ELEVE, nom, notes, _BLOCS)
    if lus["elenoet"] is None and element.get("ELENOET"):
        lus["elenoet"] = lire_identifiant(element, "ELENOET", nom)
    passe = element.find("SCOLARITE_AN_DERNIER")
    return Eleve(
        eleve_id=lire_identifiant(element, "ELEVE_ID", nom),
        scolarite_an_dernier=(
            None if passe is None else ScolariteAnDernier(**lire_champs(passe, CHAMPS_SCOLARITE_AN_DERNIER, nom, notes))
        ),
        **lus,
    )


def _lire_structures(element: etree._Element, nom: str, notes: Notes) -> StructuresDeLEleve:
    notes.contenu(element, ("STRUCTURE", *_CLES))
    divisions: list[str] = []
    groupes: list[str] = []
    for structure in element.iterchildren("STRUCTURE"):
        notes.codes(structure, ("CODE_STRUCTURE", "TYPE_STRUCTURE"))
        code = (structure.findtext("CODE_STRUCTURE") or "").strip()
        if not code:
            raise champ_absent(nom, structure, "CODE_STRUCTURE")
        genre = (structure.findtext("TYPE_STRUCTURE") or "").strip()
        if genre == "D":
            divisions.append(code)
        elif genre == "G":
            groupes.append(code)
        else:
            raise FichierRefuse(
                "Le type d'une structure doit être D (division) ou G (groupe).",
                code="SIECLE_TYPE_STRUCTURE",
                lieu=lieu(nom, structure, "TYPE_STRUCTURE"),
                remede="Exporter à nouveau les élèves depuis SIECLE.",
            )
    return StructuresDeLEleve(lire_identifiant(element, "ELEVE_ID", nom), tuple(divisions), tuple(groupes))


def _lire_options(element: etree._Element, nom: str, notes: Notes) -> OptionsDeLEleve:
    # dossiersco writes OPTION_ELEVE: remarked and not read, the reference calls it a bug and not a variant.
    notes.contenu(element, ("OPTIONS_ELEVE", *_CLES))
    options = tuple(
        OptionEleve(**lire_champs(option, CHAMPS_OPTION, nom, notes))
        for option in element.iterchildren("OPTIONS_ELEVE")
    )
    return OptionsDeLEleve(lire_identifiant(element, "ELEVE_ID", nom), options)


def _lire_bourses(element: etree._Element, nom: str, notes: Notes) -> BoursesDeLEleve:
    notes.contenu(element, ("BOURSE", *_CLES))
    for bourse in element.iterchildren("BOURSE"):
        notes.codes(bourse, ("CODE_BOURSE",))
    codes = (b.findtext("CODE_BOURSE") for b in element.iterchildren("BOURSE"))
    return BoursesDeLEleve(
        lire_identifiant(element, "ELEVE_ID", nom), tuple(c.strip() for c in codes if c and c.strip())
    )


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EvenementEleves]:
    """Yield what the file holds as it comes: the head, then pupils, options, structures, bourses, addresses.

    Arguments: `stream` of bytes; `nom`, the file's name, for refusals; `notes`, made by `notes_eleves`, to know
    what was not understood. Memory does not grow with the file; the pupils yielded have neither options,
    structures nor bourses, which come later in the file under the same `eleve_id`. Raises `FichierRefuse`.
    """
    notes = notes or notes_eleves(nom)
    for element in parcourir(stream, RACINES, _LUS, notes):
        if isinstance(element, EnTete):
            yield element
        elif element.tag == "ELEVE":
            yield _lire_eleve(element, nom, notes)
        elif element.tag == "OPTION":
            yield _lire_options(element, nom, notes)
        elif element.tag == "STRUCTURES_ELEVE":
            yield _lire_structures(element, nom, notes)
        elif element.tag == "BOURSES_ELEVE":
            yield _lire_bourses(element, nom, notes)
        else:
            yield lire_adresse(element, nom, notes)


class _Jointure:
    """Gathers the events of one file and joins them, whatever the order of the blocks."""

    def __init__(self, nom: str) -> None:
        self.nom = nom
        self.notes = notes_eleves(nom)
        self.entete: EnTete | None = None
        self.eleves: dict[int, Eleve] = {}
        self.adresses: dict[int, Adresse] = {}
        self.options: dict[int, OptionsDeLEleve] = {}
        self.structures: dict[int, StructuresDeLEleve] = {}
        self.bourses: dict[int, BoursesDeLEleve] = {}
        self.remarques: list[Remarque] = []

    def ajouter(self, evenement: EvenementEleves) -> None:
        if isinstance(evenement, EnTete):
            self.entete = evenement
        elif isinstance(evenement, Eleve):
            if evenement.eleve_id in self.eleves:
                raise FichierRefuse(
                    f"L'élève d'identifiant {evenement.eleve_id} figure deux fois dans le fichier.",
                    code="SIECLE_ELEVE_EN_DOUBLE",
                    lieu=Lieu(fichier=self.nom, element="ELEVE"),
                    remede="Exporter à nouveau les élèves depuis SIECLE.",
                )
            self.eleves[evenement.eleve_id] = evenement
        elif isinstance(evenement, Adresse):
            self._retenir(self.adresses, evenement.adresse_id, evenement, "ADRESSE")
        elif isinstance(evenement, OptionsDeLEleve):
            self._retenir(self.options, evenement.eleve_id, evenement, "OPTION")
        elif isinstance(evenement, StructuresDeLEleve):
            self._retenir(self.structures, evenement.eleve_id, evenement, "STRUCTURES_ELEVE")
        else:
            self._retenir(self.bourses, evenement.eleve_id, evenement, "BOURSES_ELEVE")

    def _retenir(self, retenus: dict[int, _T], cle: int, evenement: _T, element: str) -> None:
        if cle in retenus:
            self._remarquer(
                "SIECLE_BLOC_EN_DOUBLE", element, f"Le bloc {element} {cle} figure deux fois : le premier est retenu."
            )
        else:
            retenus[cle] = evenement

    def _remarquer(self, code: str, element: str, phrase: str) -> None:
        self.remarques.append(Remarque(code, phrase, Lieu(fichier=self.nom, element=element)))

    def _orphelins(self, element: str, ids: Iterable[int]) -> None:
        for eleve_id in sorted(i for i in ids if i not in self.eleves):
            self._remarquer(
                "SIECLE_ELEVE_INCONNU",
                element,
                f"{element} désigne l'élève d'identifiant {eleve_id}, absent du fichier : bloc ignoré.",
            )

    def _joindre(self, eleve: Eleve) -> Eleve:
        cle = eleve.eleve_id
        options, structures, bourses = self.options.get(cle), self.structures.get(cle), self.bourses.get(cle)
        if structures is not None and len(structures.divisions) > 1:
            self._remarquer(
                "SIECLE_PLUSIEURS_DIVISIONS",
                "STRUCTURES_ELEVE",
                f"L'élève d'identifiant {cle} a plusieurs divisions : la première est retenue.",
            )
        return replace(
            eleve,
            options=options.options if options else (),
            division=structures.divisions[0] if structures and structures.divisions else None,
            groupes=structures.groupes if structures else (),
            bourses=bourses.codes if bourses else (),
        )

    def document(self) -> DocumentEleves:
        assert self.entete is not None  # parcourir() refuses a file without head
        eleves = tuple(self._joindre(e) for e in self.eleves.values())
        self._orphelins("OPTION", self.options)
        self._orphelins("STRUCTURES_ELEVE", self.structures)
        self._orphelins("BOURSES_ELEVE", self.bourses)
        return DocumentEleves(
            self.entete, eleves, tuple(self.adresses.values()), self.notes.remarques + tuple(self.remarques)
        )


def lire_eleves(stream: BinaryIO, nom: str) -> DocumentEleves:
    """The whole pupils' file of one school, options, structures and bourses joined to their pupil.

    Blocks may come in any order. A block for an unknown pupil is ignored with a remark. Raises
    `FichierRefuse` on a file that is not a pupils' export, on a wrong value, or on a pupil present twice.
    """
    jointure = _Jointure(nom)
    for evenement in lire_evenements(stream, nom, jointure.notes):
        jointure.ajouter(evenement)
    return jointure.document()
