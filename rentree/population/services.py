"""What is taught to whom, and for how long, before anybody is appointed.

Source: reference nomenclatures section 2.3 (programmes), 3.5 (modalités), 6.5 (posts); STS-29, STS section 2.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from rentree.population.contexte import Contexte
from rentree.population.effectifs import Effectifs
from rentree.population.groupes import NIVEAUX_DEDOUBLES
from rentree.population.modeles import Groupe
from rentree.population.options import ESPAGNOL
from shared.nomenclatures import MEF_COLLEGE, langue_de, matiere, matiere_de_gestion, programmes

COURS, TRAVAUX_PRATIQUES, AIDE = "CG", "TP", "AI"

DISCIPLINES = {
    "FRANC": "L0202",
    "LCALA": "L0202",
    "MATHS": "L1300",
    "HIGEO": "L1000",
    "EMC": "L1000",
    "AGL1": "L0422",
    "ESP2": "L0426",
    "ALL2": "L0421",
    "ITA2": "L0429",
    "LMR2": "L0448",
    "LMJ2": "L0448",
    "SVT": "L1600",
    "PH-CH": "L1500",
    "TECHN": "L1400",
    "A-PLA": "L1800",
    "EDMUS": "L1700",
    "KORAL": "L1700",
    "EPS": "L1900",
}
"""Which discipline teaches each subject, by code de gestion."""

_SANS_SERVICE = "VICLA"  # held by the professeur principal, not a service
_DEMI_HEURE = Decimal("0.50")
_SOUTIEN = Decimal("1.00")
_MEF_NIVEAU = dict(zip((6, 5, 4, 3), MEF_COLLEGE, strict=True))


@dataclass(eq=False)
class Demande:
    """A service to be given: a structure, a subject, hours; `deux`: two teachers at once."""

    structure: str
    type_structure: Literal["D", "G"]
    matiere: str
    modalite: str
    heures: Decimal
    deux: bool = False


@dataclass(eq=False)
class Lot:
    """Services that one teacher takes together; two lots with a common exclusion need two teachers."""

    discipline: str
    demandes: list[Demande]
    exclusions: frozenset[str] = frozenset()
    second: bool = False
    enseignant: int | None = field(default=None)

    @property
    def heures(self) -> Decimal:
        """Hours of a week."""
        return sum((d.heures for d in self.demandes), Decimal(0))


def demander(contexte: Contexte, effectifs: Effectifs, groupes: tuple[Groupe, ...]) -> list[Lot]:
    """Every lot of services of year N, division by division, then group by group."""
    lots: list[Lot] = []
    for niveau in (6, 5, 4, 3):
        codes = effectifs.codes(niveau)
        for rang, division in enumerate(codes):
            en_groupe = {g.matiere for g in groupes if division in g.divisions and g.barrette and _langue(g.matiere)}
            lots += _lots_division(niveau, division, en_groupe, groupes, aide=niveau == 6 and rang < 2)
    for groupe in groupes:
        if groupe.barrette is None or _langue(groupe.matiere):
            lots.append(_lot_groupe(contexte, groupe))
    return lots


def _langue(code: str) -> bool:
    return langue_de(code) is not None


def _lots_division(
    niveau: int, division: str, en_groupe: set[str], groupes: tuple[Groupe, ...], *, aide: bool
) -> list[Lot]:
    par_discipline: dict[str, list[Demande]] = {}
    demis = [g.code for g in groupes if g.barrette == f"{division}-TP"]
    # Where a block has LV2 in groups, the division itself has none.
    lv2_groupee = any((langue := langue_de(m)) and langue.rang == 2 for m in en_groupe)
    for ligne in programmes(_MEF_NIVEAU[niveau]):
        gestion = matiere(ligne.matiere).code_gestion
        commun = ligne.modalite == "S" and gestion != _SANS_SERVICE
        lv1 = gestion == "AGL1" and ligne.matiere not in en_groupe
        lv2 = gestion == ESPAGNOL and not lv2_groupee
        if not (commun or lv1 or lv2):
            continue
        demandes = par_discipline.setdefault(DISCIPLINES[gestion], [])
        heures = ligne.horaire
        if demis and gestion in NIVEAUX_DEDOUBLES.get(niveau, ()):
            heures -= _DEMI_HEURE
            demandes += [Demande(g, "G", ligne.matiere, TRAVAUX_PRATIQUES, _DEMI_HEURE) for g in demis]
        demandes.insert(0, Demande(division, "D", ligne.matiere, COURS, heures))
    lots = [Lot(discipline, demandes) for discipline, demandes in par_discipline.items()]
    if aide:
        francais = next(lot for lot in lots if lot.discipline == DISCIPLINES["FRANC"])
        soutien = Demande(division, "D", matiere_de_gestion("FRANC").code, AIDE, _SOUTIEN, deux=True)
        francais.demandes.append(soutien)
        francais.exclusions = frozenset([f"AI {division}"])
        lots.append(Lot(francais.discipline, [soutien], francais.exclusions, second=True))
    return lots


def _lot_groupe(contexte: Contexte, groupe: Groupe) -> Lot:
    gestion = matiere(groupe.matiere).code_gestion
    academie = "40" if contexte.sud else None
    horaires = {p.matiere: p.horaire for m in groupe.mefs for p in programmes(m, academie)}
    demande = Demande(groupe.code, "G", groupe.matiere, COURS, horaires[groupe.matiere])
    exclusions = frozenset([groupe.barrette]) if groupe.barrette else frozenset()
    return Lot(DISCIPLINES[gestion], [demande], exclusions)
