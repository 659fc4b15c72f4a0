"""The drawing of the map: where each application stands and each arrow runs, in a wide and in a narrow window.

Everything is in the units of the drawing's own view box. Pure data and arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from services.pilotage.rules.carte import FlecheVue


class Boite(Struct, frozen=True):
    """An application's box: left, top, width, height."""

    x: int
    y: int
    largeur: int
    hauteur: int

    @property
    def milieu(self) -> int:
        """Its vertical axis."""
        return self.x + self.largeur // 2


class Parcours(Struct, frozen=True):
    """An arrow: its line, its head (place and angle), its numbers' place, its label (place and side)."""

    d: str
    tete: tuple[int, int, int]
    repere: tuple[int, int] | None = None
    etiquette: tuple[int, int, str] | None = None


class Plan(Struct, frozen=True):
    """A drawing: its size, boxes by application, arrows by key."""

    nom: str
    largeur: int
    hauteur: int
    boites: Mapping[str, Boite]
    parcours: Mapping[str, Parcours]


LARGE = Plan(
    nom="large",
    largeur=1240,
    hauteur=712,
    boites={
        "rectorat": Boite(20, 300, 180, 80),
        "sts_web": Boite(390, 32, 180, 80),
        "siecle_bee": Boite(390, 572, 180, 80),
        "edt": Boite(390, 300, 180, 80),
        "aaf": Boite(850, 300, 170, 80),
        "ent": Boite(1050, 572, 170, 80),
    },
    parcours={
        "rectorat-sts_web": Parcours("M130 300V72H380", (388, 72, 0), etiquette=(145, 96, "start")),
        "rectorat-siecle_bee": Parcours("M130 380V598H380", (388, 598, 0), etiquette=(145, 536, "start")),
        "siecle_bee-rectorat": Parcours("M390 630H80V390", (80, 382, -90), etiquette=(95, 652, "start")),
        "sts_web-edt": Parcours("M430 112V290", (430, 298, 90), (430, 150), (418, 196, "end")),
        "edt-sts_web": Parcours("M530 300V122", (530, 114, -90), (530, 262), (542, 196, "start")),
        "sts_web-siecle_bee": Parcours("M570 90H734V598H580", (572, 598, 180), (734, 240), (746, 424, "start")),
        "edt-rectorat": Parcours("M390 322H210", (202, 322, 180), etiquette=(295, 296, "middle")),
        "rectorat-edt": Parcours("M200 358H380", (388, 358, 0), etiquette=(295, 376, "middle")),
        "edt-ent": Parcours("M570 362H690V690H1135V662", (1135, 654, -90), etiquette=(746, 663, "start")),
        "siecle_bee-sts_web": Parcours("M570 584H706V106H580", (572, 106, 180)),
        "siecle_bee-edt": Parcours("M430 572V390", (430, 382, -90), (430, 534), (418, 464, "end")),
        "edt-siecle_bee": Parcours("M530 380V562", (530, 570, 90), (530, 418), (542, 464, "start")),
        "rectorat-aaf": Parcours("M70 300V14H965V290", (965, 298, 90), None, (977, 196, "start")),
        "sts_web-aaf": Parcours("M570 58H915V290", (915, 298, 90), None, (746, 84, "start")),
        "siecle_bee-aaf": Parcours("M570 632H935V390", (935, 382, -90), (935, 520), (746, 566, "start")),
        "aaf-ent": Parcours("M1020 340H1135V562", (1135, 570, 90), (1080, 340), (1123, 464, "end")),
    },
)

ETROIT = Plan(
    nom="etroit",
    largeur=380,
    hauteur=556,
    boites={
        "rectorat": Boite(138, 10, 104, 50),
        "sts_web": Boite(24, 130, 104, 50),
        "siecle_bee": Boite(252, 130, 104, 50),
        "edt": Boite(138, 236, 104, 50),
        "aaf": Boite(138, 376, 104, 50),
        "ent": Boite(138, 496, 104, 50),
    },
    parcours={
        "rectorat-sts_web": Parcours("M165 60V95H76V120", (76, 128, 90)),
        "rectorat-siecle_bee": Parcours("M215 60V95H290V120", (290, 128, 90)),
        "siecle_bee-rectorat": Parcours("M322 130V35H252", (244, 35, 180)),
        "sts_web-edt": Parcours("M60 180V272H128", (136, 272, 0), (60, 232)),
        "edt-sts_web": Parcours("M138 250H96V190", (96, 182, -90), (96, 222)),
        "sts_web-siecle_bee": Parcours("M128 155H242", (250, 155, 0), (186, 155)),
        "edt-rectorat": Parcours("M172 236V70", (172, 62, -90)),
        "rectorat-edt": Parcours("M207 60V226", (207, 234, 90)),
        "edt-ent": Parcours("M225 286V345H268V521H252", (244, 521, 180)),
        "siecle_bee-sts_web": Parcours("M252 170H138", (130, 170, 180)),
        "siecle_bee-edt": Parcours("M320 180V272H252", (244, 272, 180), (320, 232)),
        "edt-siecle_bee": Parcours("M242 250H284V190", (284, 182, -90), (284, 222)),
        "rectorat-aaf": Parcours("M138 35H10V413H128", (136, 413, 0)),
        "sts_web-aaf": Parcours("M34 180V393H128", (136, 393, 0)),
        "siecle_bee-aaf": Parcours("M346 180V401H252", (244, 401, 180), (346, 320)),
        "aaf-ent": Parcours("M190 426V486", (190, 494, 90), (190, 456)),
    },
)

PLANS = (LARGE, ETROIT)
FICHE_2013 = "fiche-2013"


def reperes(f: FlecheVue, profil: str) -> str:
    """The numbers of the guides beside an arrow: « 4a 4b »; those of the fiche of 2013 under its own profile."""
    echanges = [e.echange for e in f.echanges]
    numeros = [e.fiche_2013 if profil == FICHE_2013 else e.synchro for e in echanges]
    return " ".join(n for n in numeros if n)
