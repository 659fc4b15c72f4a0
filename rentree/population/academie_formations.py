"""What lycées teach: their formations level by level, and the weekly hours of each.

Source: reference nomenclatures sections 1.4 to 1.8 (MEF), 2.4 to 2.6 (hours), 6.1 (pupils per division), 6.2 (choices).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from shared.nomenclatures import matiere, programmes

_FRANCAIS, _LETTRES_HISTOIRE, _MATHS_SCIENCES = "L0202", "P0210", "P1315"
_DISCIPLINES = {
    "FRANC": _FRANCAIS, "MATHS": "L1300", "HIGEO": "L1000", "EMC": "L1000", "AGL1": "L0422", "PH-CH": "L1500",
    "SVT": "L1600", "SES": "L1100", "SNTEC": "L1300", "EPS": "L1900", "G-SCI": "L1500", "PHILO": "L0100",
    "SGENU": "L8011", "MANAG": "L8013", "DROEC": "L8011", "GESFI": "L8012", "ESP2": "L0426", "ALL2": "L0421",
    "ITA2": "L0429", "LCALA": "L0201", "HGGSP": "L1000", "HLPHI": "L0100", "AGL 8": "L0422", "NSINF": "L8031",
    "MATCO": "L1300", "MATEX": "L1300",
}  # fmt: skip
_DISCIPLINES_PRO = {
    "FRANC": _LETTRES_HISTOIRE, "HIGEO": _LETTRES_HISTOIRE, "MATHS": _MATHS_SCIENCES, "PH-CH": _MATHS_SCIENCES,
    "AGL1": "P0222", "PSE": "P7200", "AACAR": "P6500", "EPS": "L1900", "ECOGE": "P8011",
}  # fmt: skip
_METIERS = ("ENPRO", "RCHOE")
"""Taught by those of the trade."""


class Formation(Struct, frozen=True):
    """Pupils who follow the same programme in the same year.

    `prefixe` begins the codes of its divisions; `niveau` counts down to the last year (2, 1, 0); `part` of the pupils
    of the lycée; `taille` of a division; `grille`: (code de gestion, hours) taught to whole divisions; `metier`: the
    discipline of those who teach the trade; `specialites`: how many a pupil takes; `travaux`: what half-classes do.
    """

    prefixe: str
    libelle: str
    mef: str
    mef_avant: str
    niveau: int
    part: float
    taille: int
    grille: tuple[tuple[str, str], ...]
    metier: str = ""
    specialites: int = 0
    lv2: bool = True
    travaux: str = ""

    @property
    def entree(self) -> bool:
        """Whether pupils come to the lycée by it."""
        return not self.mef_avant.startswith("2")

    def discipline(self, gestion: str) -> str:
        """The discipline of those who teach a subject here."""
        if gestion in _METIERS:
            return self.metier
        return (_DISCIPLINES_PRO if self.metier else _DISCIPLINES)[gestion]


_2GT, _1G, _TG = "20010019110", "20110019110", "20210019110"
_1STMG, _TSTMG = "21131016110", "21231017110"
_3EME = "10310019110"


def _commun(mef: str) -> tuple[tuple[str, str], ...]:
    """What everybody is taught, by the national programme; English, all take."""
    lignes = [(matiere(p.matiere).code_gestion, p) for p in programmes(mef)]
    return tuple(
        (gestion, str(p.horaire))
        for gestion, p in lignes
        if (p.modalite == "S" or gestion == "AGL1") and gestion not in ("ACCPE", "ACHOR")
    )


_TRONC_STMG = (("HIGEO", "1.5"), ("EMC", "0.5"), ("AGL1", "2"), ("EPS", "2"), ("MATHS", "3"))

SPECIALITES = (
    ("MATHS", 69), ("PH-CH", 47), ("SVT", 43), ("SES", 39), ("HGGSP", 35), ("AGL 8", 28), ("HLPHI", 14), ("NSINF", 8),
)  # fmt: skip
"""Code de gestion and share of the pupils of 1re who take it."""
HEURES_SPECIALITE = {1: Decimal(4), 0: Decimal(6)}
HEURES_LV2 = {2: Decimal("2.5"), 1: Decimal(2), 0: Decimal(2)}
LV2 = (("ESP2", 78.0), ("ALL2", 14.0), ("ITA2", 8.0))


def formations_generales() -> tuple[Formation, ...]:
    """Those of a lycée général et technologique."""
    return (
        Formation("2DE", "2NDE", _2GT, _3EME, 2, 0.37, 34, _commun(_2GT), travaux="PH-CH"),
        Formation("1G", "1ERE G", _1G, _2GT, 1, 0.23, 32, _commun(_1G), specialites=3),
        Formation("1ST", "1ERE STMG", _1STMG, _2GT, 1, 0.08, 28, (
            ("FRANC", "3"), *_TRONC_STMG, ("SGENU", "7"), ("MANAG", "4"), ("DROEC", "4"))),
        Formation("TG", "TERMINALE G", _TG, _1G, 0, 0.24, 32, _commun(_TG), specialites=2),
        Formation("TST", "TLE STMG", _TSTMG, _1STMG, 0, 0.08, 28, (
            ("PHILO", "2"), *_TRONC_STMG, ("GESFI", "10"), ("DROEC", "6"))),
    )  # fmt: skip


# Root of the MEF of the three years, label, discipline of the trade.
_BACS = (
    ("247312143", "COMMERCE", "P8013"),
    ("247334033", "RESTAURATION", "P8520"),
    ("247344033", "SECURITE", "P7300"),
    ("247311073", "TRANSPORT", "P6310"),
    ("247331013", "OPTIQUE", "P1315"),
)
_CAPS = (("241312242", "COMMERCE", "P8013"), ("241221392", "CUISINE", "P8510"), ("241343072", "PROPRETE", "P7200"))

_PRO = (("FRANC", "2"), ("HIGEO", "1.5"), ("AGL1", "2"), ("PSE", "1"), ("AACAR", "1"), ("EPS", "2.5"), ("ECOGE", "1"))
_SECONDE_PRO = (("ENPRO", "11"), ("MATHS", "1.5"), ("PH-CH", "1.5"), *_PRO)
_SUITE_PRO = (("ENPRO", "9.5"), ("RCHOE", "2"), ("MATHS", "2"), ("PH-CH", "1.5"), *_PRO)
_CAP = (
    ("ENPRO", "11.5"), ("RCHOE", "3"), ("FRANC", "1"), ("HIGEO", "1"), ("MATHS", "1.5"), ("AGL1", "1.5"),
    ("PSE", "1.5"), ("AACAR", "1"), ("EPS", "2.5"),
)  # fmt: skip
_PART_CAP = 0.2
_PAR_BAC = 70
"""Pupils for whom one bac pro is opened, its three years together."""


def formations_professionnelles(rang: int, effectif: int) -> tuple[Formation, ...]:
    """Those of the lycée professionnel of that rank: more of them in a larger one, not the same in two neighbours."""
    nombre = min(len(_BACS), max(1, round(effectif * (1 - _PART_CAP) / _PAR_BAC)))
    choisis = [_BACS[(rang + k) % len(_BACS)] for k in range(nombre)]
    trouvees: list[Formation] = []
    part = (1 - _PART_CAP) / nombre
    for numero, (racine, libelle, metier) in enumerate(choisis, 1):
        mefs = [_3EME, *(f"{racine}{annee}0" for annee in (1, 2, 3))]
        for annee, (lettre, poids, taille) in enumerate((("2", 0.36, 24), ("1", 0.33, 22), ("T", 0.31, 20))):
            grille = _SECONDE_PRO if annee == 0 else _SUITE_PRO
            trouvees.append(
                Formation(
                    f"{lettre}P{numero}",
                    f"{lettre}PRO {libelle}",
                    mefs[annee + 1],
                    mefs[annee],
                    2 - annee,
                    part * poids,
                    taille,
                    grille,
                    metier,
                    lv2=False,
                    travaux="ENPRO",
                )
            )
    racine, libelle, metier = _CAPS[rang % len(_CAPS)]
    for annee, avant in ((1, _3EME), (2, f"{racine}10")):
        trouvees.append(
            Formation(
                f"{annee}CAP",
                f"{annee}CAP2 {libelle}",
                f"{racine}{annee}0",
                avant,
                3 - annee,
                _PART_CAP / 2,
                13,
                _CAP,
                metier,
                lv2=False,
            )
        )
    return tuple(trouvees)
