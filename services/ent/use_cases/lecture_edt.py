"""Reading ExportEmploiDuTemps, as a stream: what the ENT keeps of it, without what it has no use for.

A file that is not one, or that is cut, is refused by its reader before anything is written. Source: reference
sts-edt, section 5; ENT-33.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, NamedTuple

from shared.contracts.refus import Remarque
from shared.formats import edt

TOUTES_LES_SEMAINES = (1 << 54) - 2


class EleveLu(NamedTuple):
    """A pupil of the file: identity, then idents of classes and parts with the last day there (None: open)."""

    nom: str
    prenom: str
    naissance: date | None
    ine: str
    eleve_id: int | None
    classes: tuple[tuple[int, date | None], ...]
    parties: tuple[tuple[int, date | None], ...]


class CoursLu(NamedTuple):
    """A course: day, hours, subject, then (ident, mask of weeks) of teachers, classes, parts and groups."""

    jour: int
    debut: time
    fin: time
    matiere: str
    professeurs: tuple[tuple[int, int], ...]
    classes: tuple[tuple[int, int], ...]
    parties: tuple[tuple[int, int], ...]
    groupes: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class GroupeLu:
    """A group: its name, and the idents of whole classes, parts of classes and pupils that make it."""

    nom: str
    classes: frozenset[int]
    parties: frozenset[int]
    eleves: frozenset[int]


@dataclass(slots=True)
class EmploiDuTempsLu:
    """What the ENT keeps of a file, by ident; `rompus` counts references to nothing."""

    uai: str = ""
    debut: date = date.min
    fin: date = date.max
    semaine1: date = date.min
    professeurs: dict[int, tuple[str, str]] = field(default_factory=dict)
    classes: dict[int, str] = field(default_factory=dict)
    parties: dict[int, int] = field(default_factory=dict)
    groupes: dict[int, GroupeLu] = field(default_factory=dict)
    eleves: dict[int, EleveLu] = field(default_factory=dict)
    cours: list[CoursLu] = field(default_factory=list)
    remarques: tuple[Remarque, ...] = ()
    rompus: int = 0
    hors_grille: int = 0


def lire(flux: BinaryIO, nom: str, cle_privee: bytes | None = None) -> EmploiDuTempsLu:
    """Read a file, clear or in its container, one record at a time.

    Raises `XmlRefuse` and `EdtRefuse`: another file, cut, hostile, closed, without year or grid.
    """
    lecteur = edt.LecteurEdt(edt.ouvrir_edt(flux, nom, cle_privee), nom)
    lecture = _Lecture()
    for fiche in lecteur:
        lecture.prendre(fiche)
    lecture.lu.remarques = lecteur.remarques
    return lecture.lu


class _Lecture:
    """The records met so far."""

    def __init__(self) -> None:
        self.lu = EmploiDuTempsLu()
        self._matieres: dict[int, str] = {}
        self._places: dict[int, tuple[time, time]] = {}

    def prendre(self, fiche: edt.Fiche) -> None:
        """One record; those that the ENT has no use for are left."""
        match fiche:
            case edt.Cours():
                self._cours(fiche)
            case edt.Eleve():
                self._eleve(fiche)
            case edt.EnTete():
                self.lu.uai = fiche.uai.strip().upper()
            case edt.AnneeScolaire():
                self.lu.debut, self.lu.fin, self.lu.semaine1 = fiche.debut, fiche.fin, fiche.premier_jour_semaine1
            case edt.GrilleHoraire():
                self._grille(fiche)
            case edt.Matiere():
                self._matieres[fiche.ident] = fiche.libelle or fiche.code
            case edt.Professeur():
                self.lu.professeurs[fiche.ident] = (fiche.nom.strip(), fiche.prenom.strip())
            case edt.Classe():
                self.lu.classes[fiche.ident] = fiche.nom.strip()
                self.lu.parties |= {partie.ident: fiche.ident for partie in fiche.parties}
            case edt.Groupe():
                self._groupe(fiche)

    def _grille(self, fiche: edt.GrilleHoraire) -> None:
        duree = timedelta(minutes=fiche.duree_place or 60)
        for place in fiche.places:
            if place.numero is not None and place.debut is not None:
                fin = place.fin or (datetime.combine(date.min, place.debut) + duree).time()
                self._places[place.numero] = (place.debut, fin)

    def _groupe(self, fiche: edt.Groupe) -> None:
        self.lu.groupes[fiche.ident] = GroupeLu(
            fiche.nom.strip(),
            frozenset(self._connus(fiche.classes, self.lu.classes)),
            frozenset(self._connus(fiche.parties, self.lu.parties)),
            frozenset(r.ident for r in fiche.eleves),
        )

    def _eleve(self, fiche: edt.Eleve) -> None:
        numero = (fiche.id_sconet or "").strip()
        self.lu.eleves[fiche.ident] = EleveLu(
            fiche.nom.strip(),
            fiche.prenom.strip(),
            fiche.date_naissance,
            (fiche.numero_national or "").strip().upper(),
            int(numero) if numero.isascii() and numero.isdigit() and len(numero) < 19 else None,
            tuple((a.ident, a.sortie) for a in fiche.classes if self._connu(a.ident, self.lu.classes)),
            tuple((a.ident, a.sortie) for a in fiche.parties if self._connu(a.ident, self.lu.parties)),
        )

    def _cours(self, fiche: edt.Cours) -> None:
        premiere, nombre = fiche.place_debut, fiche.nombre_places or 0
        derniere = None if premiere is None else premiere + nombre - 1
        jour = fiche.jour or 0
        if not 1 <= jour <= 7 or premiere not in self._places or derniere not in self._places or nombre < 1:
            self.lu.hors_grille += 1
            return
        assert premiere is not None
        assert derniere is not None
        tenues = ~(fiche.semaines_annulation or 0) & TOUTES_LES_SEMAINES
        matiere = self._matieres.get(fiche.matiere.ident) if fiche.matiere else None
        self.lu.rompus += fiche.matiere is not None and matiere is None
        self.lu.cours.append(
            CoursLu(
                jour,
                self._places[premiere][0],
                self._places[derniere][1],
                matiere or "",
                self._presents(fiche.professeurs, self.lu.professeurs, tenues),
                self._presents(fiche.classes, self.lu.classes, tenues),
                self._presents(fiche.parties, self.lu.parties, tenues),
                self._presents(fiche.groupes, self.lu.groupes, tenues),
            )
        )

    def _connu(self, ident: int, connus: Mapping[int, object]) -> bool:
        self.lu.rompus += ident not in connus
        return ident in connus

    def _connus(self, references: Iterable[edt.Reference], connus: Mapping[int, object]) -> list[int]:
        return [r.ident for r in references if self._connu(r.ident, connus)]

    def _presents(
        self, participations: Iterable[edt.Participation], connus: Mapping[int, object], tenues: int
    ) -> tuple[tuple[int, int], ...]:
        return tuple(
            (p.ident, (TOUTES_LES_SEMAINES if p.semaines is None else p.semaines) & tenues)
            for p in participations
            if self._connu(p.ident, connus)
        )
