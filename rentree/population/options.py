"""Which languages and options each pupil takes, this year and last year.

LV2 classes are grouped by blocks of divisions that have it at the same time: a minority language is taken in
one block only, which keeps the timetable possible.
Source: reference nomenclatures sections 2.2, 2.3 and 6.2 (shares).
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from rentree.population.contexte import Contexte, tirer
from rentree.population.effectifs import Effectifs, Place
from rentree.population.modeles import Option
from shared.nomenclatures import matiere_de_gestion

ESPAGNOL = "ESP2"
LATIN = "LCALA"
CHORALE = "KORAL"
BILANGUE = "ALL2"

_PART_LATIN = {5: 0.17, 4: 0.14, 3: 0.12}
_PART_CHORALE = 0.10
_PART_BILANGUE = 0.15
_PLAFOND_GROUPE = 28
_LV2_NORD = (("ESP2", 78), ("ALL2", 14), ("ITA2", 8))
_LV2_SUD = (("ESP2", 78), ("LMR2", 14), ("LMJ2", 8))


@dataclass(frozen=True)
class Bloc:
    """Divisions of a level that have LV2 together, and the language some of their pupils take (None: none)."""

    divisions: tuple[str, ...]
    minoritaire: str | None


def blocs_lv2(codes: list[str], sud: bool) -> list[Bloc]:
    """Cut the divisions of a level into blocks: the first two may have a minority language, the rest have not."""
    minoritaires = ("LMR2", "LMJ2") if sud else ("ALL2", "ITA2")
    blocs = []
    reste = codes
    for langue in minoritaires:
        if len(reste) < 2:
            break
        taille = 2 if len(reste) == 4 else min(3, len(reste))
        blocs.append(Bloc(tuple(reste[:taille]), langue))
        reste = reste[taille:]
    if reste:
        blocs.append(Bloc(tuple(reste), None))
    return blocs


def divisions_latin(codes: list[str]) -> list[str]:
    """The divisions of a level in which latin is offered: every other one, so that its hour can be placed."""
    return codes[::2]


def divisions_chorale(effectifs: Effectifs) -> list[str]:
    """The divisions in which chorale is offered: a few of 6e and 5e."""
    return [c for niveau in (6, 5) for c in effectifs.codes(niveau)[-2:]]


def _elire(hasard: random.Random, places: list[Place], nombre: int) -> list[Place]:
    return hasard.sample(places, min(nombre, len(places), _PLAFOND_GROUPE))


def choisir_options(contexte: Contexte, effectifs: Effectifs) -> None:
    """Give every place its LV2, latin, chorale and bilangue, of N and of N-1."""
    hasard = contexte.hasard("options")
    for niveau in (5, 4, 3):
        codes = effectifs.codes(niveau)
        total = len(effectifs.places_de(codes))
        for rang, bloc in enumerate(blocs_lv2(codes, contexte.sud)):
            du_bloc = effectifs.places_de(bloc.divisions)
            for place in du_bloc:
                place.lv2 = ESPAGNOL
            if bloc.minoritaire:
                nombre = min(max(8, round(total * (0.13 if rang == 0 else 0.08))), len(du_bloc) // 2)
                for place in _elire(hasard, du_bloc, nombre):
                    place.lv2 = bloc.minoritaire
        offre = effectifs.places_de(divisions_latin(codes))
        for place in _elire(hasard, offre, round(total * _PART_LATIN[niveau])):
            place.latin = True
    if not contexte.sud:
        sixiemes = effectifs.places_de(effectifs.codes(6)[:2])
        nombre = round(len(effectifs.places_de(effectifs.codes(6))) * _PART_BILANGUE)
        for place in _elire(hasard, sixiemes, nombre):
            place.bilangue = True
            place.lv2 = BILANGUE
    chanteurs = effectifs.places_de(divisions_chorale(effectifs))
    for place in _elire(hasard, chanteurs, round(len(chanteurs) * _PART_CHORALE * 2)):
        place.chorale = True
    for place in effectifs.places:
        _se_souvenir(hasard, place, contexte.sud)


def _se_souvenir(hasard: random.Random, place: Place, sud: bool) -> None:
    """Deduce last year's options: a language begun is kept, some drop latin."""
    avant = place.niveau_precedent
    if place.niveau is None:
        if avant in (5, 4, 3):
            place.lv2_precedente = tirer(hasard, _LV2_SUD if sud else _LV2_NORD)
            place.latin_precedent = hasard.random() < _PART_LATIN[avant]
        return
    if avant == 6 and place.lv2 == BILANGUE and place.niveau == 5 and place.origine == "base":
        place.bilangue = hasard.random() < 0.6
    if avant in (5, 4, 3) or (avant == 6 and place.bilangue):
        place.lv2_precedente = place.lv2
    if avant in (5, 4, 3):
        place.latin_precedent = place.latin or hasard.random() < 0.03


def options_de(lv2: str | None, latin: bool, chorale: bool) -> tuple[Option, ...]:
    """A pupil's options in the order SIECLE numbers them: LV1, LV2, then the optional ones."""
    choix = [("AGL1", "O")] + ([(lv2, "O")] if lv2 else [])
    choix += [(LATIN, "F")] if latin else []
    choix += [(CHORALE, "F")] if chorale else []
    return tuple(
        Option(rang, matiere_de_gestion(gestion).code, modalite) for rang, (gestion, modalite) in enumerate(choix, 1)
    )
