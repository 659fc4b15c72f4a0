"""The five mistakes that the demo stages through the applications, each alone and explainable.

They are put into a finished population: without them, the same population is generated, mistakes apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from rentree.population.groupes import CODE_LATIN_GREC
from rentree.population.modeles import Adresse, Besoins, Eleve, Lien, Responsable, ScolariteVoisine


class FicheBloquante(Struct, frozen=True):
    """(1) A fiche left à compléter: the commune of birth is missing (BEE-12, BEE-16, REC-14)."""

    genre: ClassVar[str] = "fiche_bloquante"
    eleve_id: int
    champ: str
    valeur_attendue: str


class SansIne(Struct, frozen=True):
    """(2) A newcomer from another académie, typed by hand: his INE is still to come (REC-16, DIAG-09)."""

    genre: ClassVar[str] = "sans_ine"
    eleve_id: int
    ine_a_venir: str


class MultiInscription(Struct, frozen=True):
    """(3) A pupil still active in the school he came from, which has not recorded his exit (REC-15, BEE-58)."""

    genre: ClassVar[str] = "multi_inscription"
    eleve_id: int
    uai_autre: str
    division_autre: str


class ResponsableEnDouble(Struct, frozen=True):
    """(4) One mother typed twice, once for each child, her address spelt two ways (BEE-42, BEE-49)."""

    genre: ClassVar[str] = "responsable_en_double"
    responsable_id: int
    doublon_id: int
    eleve_du_responsable: int
    eleve_du_doublon: int


class GroupeMalNomme(Struct, frozen=True):
    """(5) A group named with a character STS-Web refuses: it is rejected, its links are lost (STS-49, DIAG-14)."""

    genre: ClassVar[str] = "groupe_mal_nomme"
    code: str
    caractere: str
    code_correct: str


Anomalie = FicheBloquante | SansIne | MultiInscription | ResponsableEnDouble | GroupeMalNomme


@dataclass
class Brouillon:
    """The parts of a population that a mistake may change."""

    eleves: list[Eleve]
    responsables: list[Responsable]
    liens: list[Lien]
    adresses: list[Adresse]
    besoins: Besoins
    voisines: list[ScolariteVoisine]


def commettre(brouillon: Brouillon, aine_id: int, cadet_id: int, identifiants: tuple[int, int]) -> tuple[Anomalie, ...]:
    """Put the five mistakes into the draft and say where they are.

    `aine_id` and `cadet_id`: two children of one home, the elder already in the base, the younger come by
    AFFELNET; `identifiants`: those of the second fiche of their mother and of her second address.
    """
    enfants: dict[int, set[int]] = {}
    for lien in brouillon.liens:
        enfants.setdefault(lien.responsable_id, set()).add(lien.eleve_id)
    freres = {eleve_id for fratrie in enfants.values() if len(fratrie) > 1 for eleve_id in fratrie}
    return (
        _fiche_bloquante(brouillon, freres),
        _sans_ine(brouillon),
        _multi_inscription(brouillon),
        _responsable_en_double(brouillon, aine_id, cadet_id, identifiants),
        _groupe_mal_nomme(brouillon),
    )


def _fiche_bloquante(brouillon: Brouillon, exclus: set[int]) -> FicheBloquante:
    rang, eleve = next(
        (i, e)
        for i, e in enumerate(brouillon.eleves)
        if e.origine == "affectation" and e.commune_naissance and e.id not in exclus
    )
    attendue = eleve.commune_naissance or ""
    brouillon.eleves[rang] = replace(eleve, commune_naissance=None)
    return FicheBloquante(eleve.id, "commune_naissance", attendue)


def _sans_ine(brouillon: Brouillon) -> SansIne:
    rang, eleve = next((i, e) for i, e in enumerate(brouillon.eleves) if e.origine == "hors_academie")
    brouillon.eleves[rang] = replace(eleve, ine=None)
    return SansIne(eleve.id, eleve.ine or "")


def _multi_inscription(brouillon: Brouillon) -> MultiInscription:
    voisine = brouillon.voisines[0]
    brouillon.voisines[0] = replace(voisine, date_sortie=None)
    return MultiInscription(voisine.eleve_id, voisine.uai, voisine.division)


def _responsable_en_double(
    brouillon: Brouillon, aine_id: int, cadet_id: int, identifiants: tuple[int, int]
) -> ResponsableEnDouble:
    rang, lien = next((i, x) for i, x in enumerate(brouillon.liens) if x.eleve_id == cadet_id)
    personne = next(r for r in brouillon.responsables if r.id == lien.responsable_id)
    adresse = next(a for a in brouillon.adresses if a.id == personne.adresse_id)
    id_doublon, id_adresse = identifiants
    brouillon.adresses.append(replace(adresse, id=id_adresse, ligne1=_autrement(adresse.ligne1)))
    brouillon.responsables.append(
        replace(personne, id=id_doublon, adresse_id=id_adresse, mel=None, doublon_de=personne.id)
    )
    brouillon.liens[rang] = replace(lien, responsable_id=id_doublon)
    return ResponsableEnDouble(personne.id, id_doublon, aine_id, cadet_id)


def _autrement(ligne: str) -> str:
    """The same street, spelt as another secretary would."""
    for mot, abrege in (
        (" RUE ", ", R. "), (" AVENUE ", ", AV "), (" CHEMIN ", ", CH. "), (" ALLEE ", ", ALL. "),
        (" IMPASSE ", ", IMP. "), (" PLACE ", ", PL. "), (" ROUTE ", ", RTE "), (" BOULEVARD ", ", BD "),
        (" PASSAGE ", ", PAS. "), (" SQUARE ", ", SQ. "),
    ):  # fmt: skip
        if mot in ligne:
            return ligne.replace(mot, abrege, 1)
    raise AssertionError(ligne)


def _groupe_mal_nomme(brouillon: Brouillon) -> GroupeMalNomme:
    caractere = "/"
    code = CODE_LATIN_GREC.replace("-", caractere)
    besoins = brouillon.besoins
    brouillon.besoins = replace(
        besoins,
        groupes=tuple(replace(g, code=code) if g.code == CODE_LATIN_GREC else g for g in besoins.groupes),
        services=tuple(replace(s, structure=code) if s.structure == CODE_LATIN_GREC else s for s in besoins.services),
    )
    return GroupeMalNomme(code, caractere, CODE_LATIN_GREC)
