"""The groups of year N: languages, latin, chorale, half-classes of sciences.

Codes have at most 8 characters, letters, digits, « - » and « _ » (STS-20, STS-22, EDT-10).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from math import ceil

from rentree.population.contexte import Contexte
from rentree.population.effectifs import Effectifs, Place
from rentree.population.modeles import Groupe
from rentree.population.options import BILANGUE, CHORALE, ESPAGNOL, LATIN, blocs_lv2
from shared.identifiers import cle_tri
from shared.nomenclatures import matiere_de_gestion

CODE_LATIN_GREC = "3LAT-GR"
"""The 3e group that anomaly 5 renames with a forbidden character."""

NIVEAUX_DEDOUBLES = {6: ("SVT", "PH-CH"), 3: ("PH-CH", "TECHN")}
"""Levels where half-classes exist, and the two subjects taught in them."""

_PLAFOND = 29


class _Fabrique:
    """Makes groups from places, in the alphabetical order of pupils within each division."""

    def __init__(self, noms: dict[int, str]) -> None:
        self._cles = {eleve_id: cle_tri(nom) for eleve_id, nom in noms.items()}
        self.groupes: list[Groupe] = []

    def ranger(self, places: Iterable[Place]) -> list[Place]:
        """By division, then by name."""
        return sorted(places, key=self._rang)

    def _rang(self, place: Place) -> tuple[int, str, str, int]:
        division = place.division or ""
        return -int(division[:1] or 0), division, self._cles[place.eleve_id], place.eleve_id

    def ajouter(
        self, code: str, libelle: str, gestion: str, places: Iterable[Place], barrette: str | None = None
    ) -> None:
        """Keep a group; a group of nobody is not made."""
        membres = self.ranger(places)
        if not membres:
            return
        self.groupes.append(
            Groupe(
                code=code,
                libelle=libelle,
                matiere=matiere_de_gestion(gestion).code,
                mefs=tuple(sorted({p.mef for p in membres if p.mef})),
                divisions=tuple(dict.fromkeys(p.division for p in membres if p.division)),
                membres=tuple(p.eleve_id for p in membres),
                barrette=barrette,
            )
        )

    def couper(self, places: list[Place], nombre: int) -> list[list[Place]]:
        """Cut an ordered list into `nombre` groups of nearly equal sizes."""
        bornes = [len(places) * k // nombre for k in range(nombre + 1)]
        return [places[a:b] for a, b in pairwise(bornes)]


def former_groupes(contexte: Contexte, effectifs: Effectifs, noms: dict[int, str]) -> tuple[Groupe, ...]:
    """Every group of year N. `noms`: names of pupils by id, for the order inside groups."""
    fabrique = _Fabrique(noms)
    for niveau in (6, 5, 4, 3):
        codes = effectifs.codes(niveau)
        if niveau == 6:
            bilangues = [p for p in effectifs.places_de(codes) if p.bilangue]
            fabrique.ajouter("6ALL2GR1", "6EME BILANGUE ALLEMAND", BILANGUE, bilangues, "6LV2-1")
        else:
            _lv2(fabrique, effectifs, niveau, codes, contexte.sud)
            latinistes = [p for p in effectifs.places_de(codes) if p.latin]
            code = CODE_LATIN_GREC if niveau == 3 else f"{niveau}LATIN"
            libelle = f"{niveau}EME LATIN" + (" GREC" if niveau == 3 else "")
            fabrique.ajouter(code, libelle, LATIN, latinistes)
        if niveau == 4 and len(codes) >= 4:
            _lv1(fabrique, effectifs, codes[-2:])
        if niveau in NIVEAUX_DEDOUBLES:
            for division in codes:
                _demi_groupes(fabrique, effectifs, division, NIVEAUX_DEDOUBLES[niveau][0])
    choristes = [p for p in effectifs.places if p.chorale]
    fabrique.ajouter("CHORALE", "CHORALE 6EME 5EME", CHORALE, choristes)
    return tuple(fabrique.groupes)


def _lv2(fabrique: _Fabrique, effectifs: Effectifs, niveau: int, codes: list[str], sud: bool) -> None:
    rangs: dict[str, int] = {}
    for numero, bloc in enumerate(blocs_lv2(codes, sud), 1):
        if bloc.minoritaire is None:
            continue  # whole divisions take Spanish: no group is needed
        places = fabrique.ranger(effectifs.places_de(bloc.divisions))
        for gestion in (ESPAGNOL, bloc.minoritaire):
            preneurs = [p for p in places if p.lv2 == gestion]
            libelle = matiere_de_gestion(gestion).libelle_long
            for groupe in fabrique.couper(preneurs, max(1, ceil(len(preneurs) / _PLAFOND))):
                rangs[gestion] = rangs.get(gestion, 0) + 1
                code = f"{niveau}{gestion}{'GR' if rangs[gestion] < 10 else 'G'}{rangs[gestion]}"
                fabrique.ajouter(
                    code, f"{niveau}EME {libelle} GR{rangs[gestion]}", gestion, groupe, f"{niveau}LV2-{numero}"
                )


def _lv1(fabrique: _Fabrique, effectifs: Effectifs, codes: list[str]) -> None:
    """Two divisions of 4e make three smaller groups of English."""
    places = fabrique.ranger(effectifs.places_de(codes))
    for rang, groupe in enumerate(fabrique.couper(places, 3), 1):
        fabrique.ajouter(f"4AGL1GR{rang}", f"4EME ANGLAIS LV1 GR{rang}", "AGL1", groupe, "4LV1-1")


def _demi_groupes(fabrique: _Fabrique, effectifs: Effectifs, division: str, gestion: str) -> None:
    places = fabrique.ranger(effectifs.places_de([division]))
    for rang, moitie in enumerate(fabrique.couper(places, 2), 1):
        fabrique.ajouter(f"{division}_G{rang}", f"{division} SCIENCES GR{rang}", gestion, moitie, f"{division}-TP")
