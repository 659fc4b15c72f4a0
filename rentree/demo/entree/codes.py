"""The codes of a real file beside those that the simulator ships: MEF, matières, levels, disciplines.

A code that is not shipped is replaced by its national one (the MEF or matière de rattachement that the files give,
else the closest), and the replacement is told: BEE would refuse it, as it would refuse a code its académie lacks.
Source: reference nomenclatures sections 0.2 and 2; NOM-04.
"""

from __future__ import annotations

from rentree.demo.entree.documents import Documents
from rentree.population.services import DISCIPLINES
from shared.nomenclatures import (
    MEF_COLLEGE,
    Programme,
    langue_de,
    matiere,
    matiere_de_gestion,
    matiere_existe,
    matieres,
    mef,
    mef_existe,
    mefs,
    programmes,
)

MEF_DU_NIVEAU = dict(zip((6, 5, 4, 3), MEF_COLLEGE, strict=True)) | {
    2: "20010019110",
    1: "20110019110",
    0: "20210019110",
}
"""The general MEF of each level; lycée: 2 is seconde, 1 première, 0 terminale."""

ENTREES = (6, 2)
"""Levels into which the affectation places pupils."""

_NIVEAU_DU_MEFSTAT4 = {
    "2118": 4, "2211": 2, "2212": 1, "2213": 0, "2311": 2, "2321": 2, "2322": 1, "2331": 2, "2332": 1, "2333": 0,
    "2381": 2, "2382": 1, "2383": 0, "23C1": 2, "23C2": 1, "3111": -1, "3112": -2, "3221": -1, "3222": -2,
}  # fmt: skip
_DISCIPLINE_DE_LANGUE = {
    "ALL": "L0421", "AGL": "L0422", "ARA": "L0423", "CHI": "L0424", "ESP": "L0426", "ITA": "L0429", "POR": "L0433",
    "RUS": "L0434", "OCC": "L0444", "LMJ": "L0448", "LMR": "L0448", "LMN": "L0448", "LMD": "L0448",
}  # fmt: skip
_DISCIPLINE_AUTRE = {"PHILO": "L0100", "SES": "L1100", "LCAGR": "L0201", "MUSIQ": "L1700"}
_LETTRES = "L0202"


def niveau_du_mef(code: str) -> int | None:
    """The level of a MEF shipped: 6 to 3 in collège, 2 to 0 in lycée, -1 and -2 after; None when it has none."""
    if not mef_existe(code):
        return None
    trouve = mef(code)
    if code.startswith("1") and trouve.formation[:1] in tuple("6543"):
        return int(trouve.formation[0])
    return _NIVEAU_DU_MEFSTAT4.get(trouve.mefstat4)


def niveau_du_nom(code: str) -> int | None:
    """The level that the name of a division says (« 5A », « 601 », « T3 »), None when it says none."""
    premier = code.strip()[:1].upper()
    if premier == "T":
        return 0
    return int(premier) if premier in tuple("654321") else None


def programme(code: str, academie: str | None) -> tuple[Programme, ...]:
    """The programme of a MEF shipped, that of the general MEF of its level when it has none of its own."""
    lignes = programmes(code, academie)
    if lignes:
        return lignes
    niveau = niveau_du_mef(code)
    return programmes(MEF_DU_NIVEAU.get(max(niveau, 0) if niveau is not None else 6, MEF_COLLEGE[0]), academie)


def discipline_de(code_matiere: str) -> str:
    """Which discipline teaches a matière shipped."""
    gestion = matiere(code_matiere).code_gestion
    langue = langue_de(code_matiere)
    if gestion in DISCIPLINES:
        return DISCIPLINES[gestion]
    if langue is not None:
        return _DISCIPLINE_DE_LANGUE.get(langue.langue, _LETTRES)
    return _DISCIPLINE_AUTRE.get(gestion, _LETTRES)


def est_option(code_matiere: str, lignes: tuple[Programme, ...]) -> bool:
    """Whether pupils choose a matière: a living language of rank 2 or 3, or not of the tronc commun."""
    langue = langue_de(code_matiere)
    if langue is not None:
        return langue.rang > 1
    return not any(p.matiere == code_matiere and p.modalite == "S" for p in lignes)


def matiere_du_nom(texte: str) -> str | None:
    """The matière whose code de gestion stands in a group's name or label (« 5ITA2GR1 »), None when there is none."""
    compact = "".join(c for c in texte.upper() if c.isalnum())
    # Short codes of rare languages (BAS, GAL) are found in ordinary words.
    surs = [m for m in matieres() if len(m.code_gestion) >= 4 or m.code_gestion in DISCIPLINES]
    trouves = [m for m in surs if m.code_gestion.replace(" ", "") in compact]
    if trouves:
        return max(trouves, key=lambda m: (len(m.code_gestion), m.code)).code
    return matiere_de_gestion("LCALA").code if "LATIN" in compact else None


class Codes:
    """The codes of one folder: asks the nomenclatures shipped, remembers what had to be replaced or left."""

    def __init__(self, d: Documents) -> None:
        self.mefs_remplaces: dict[str, str] = {}
        self.matieres_remplacees: dict[str, str] = {}
        self.matieres_inconnues: set[str] = set()
        self._rattachements: dict[str, str] = {}
        self._formations: dict[str, str] = {}
        self._gestions: dict[str, str] = {}
        self._nationales: dict[str, str] = {}
        if d.sts is not None:
            n = d.sts.nomenclatures
            self._formations |= {m.code: m.formation or m.libelle_long or "" for m in n.mefs}
            self._gestions |= {m.code: m.code_gestion for m in n.matieres if m.code_gestion}
        if d.nomenclature is not None:
            nom = d.nomenclature.nomenclatures
            self._formations |= {m.code: m.formation for m in nom.mefs}
            self._rattachements = {m.code: m.mef_rattachement for m in nom.mefs if m.mef_rattachement}
            self._gestions |= {m.code: m.code_gestion for m in nom.matieres if m.code_gestion}
            self._nationales = {m.code: m.code_matiere_nationale for m in nom.matieres if m.code_matiere_nationale}

    def mef(self, code: str | None) -> str | None:
        """A MEF shipped: the code itself, or the one that stands for it; None for None or ""."""
        if not code or mef_existe(code):
            return code or None
        if code not in self.mefs_remplaces:
            self.mefs_remplaces[code] = self._mef_voisin(code)
        return self.mefs_remplaces[code]

    def _mef_voisin(self, code: str) -> str:
        for candidat in (self._rattachements.get(code, ""), f"{code[:10]}0"):
            if mef_existe(candidat):
                return candidat
        formation = self._formations.get(code, "")
        niveau = niveau_du_nom(formation) if formation else None
        if niveau is None and code[:3] in ("100", "101", "102", "103"):
            niveau = 6 - int(code[2])
        if niveau is None:
            voisins = [m.code for m in mefs() if m.code[:3] == code[:3]]
            return voisins[0] if voisins else MEF_COLLEGE[0]
        return MEF_DU_NIVEAU[niveau]

    def matiere(self, code: str | None) -> str | None:
        """A matière shipped: the code itself, or the one that stands for it; None when there is none."""
        if not code or matiere_existe(code):
            return code or None
        if code in self.matieres_inconnues:
            return None
        if code not in self.matieres_remplacees:
            trouvee = self._matiere_voisine(code)
            if trouvee is None:
                self.matieres_inconnues.add(code)
                return None
            self.matieres_remplacees[code] = trouvee
        return self.matieres_remplacees[code]

    def _matiere_voisine(self, code: str) -> str | None:
        nationale = self._nationales.get(code, "")
        if matiere_existe(nationale):
            return nationale
        gestion = self._gestions.get(code, "")
        par_gestion = {m.code_gestion: m.code for m in matieres()}
        return par_gestion.get(gestion) or (f"{code[:4]}00" if matiere_existe(f"{code[:4]}00") else None)
