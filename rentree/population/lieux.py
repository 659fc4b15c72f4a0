"""The schools of a population: the one generated, its neighbour, the primary schools and the far-away one."""

from __future__ import annotations

import random
from dataclasses import dataclass

from rentree.population import listes
from rentree.population.contexte import Contexte
from rentree.population.modeles import Adresse, Etablissement
from shared.identifiers import fabriquer_uai, mel, telephone_fixe
from shared.nomenclatures import Academie, Commune, academie_du_departement, commune, communes, nature

_NATURE_COLLEGE = "340"
_NATURE_ECOLE = "151"
_ECOLES_PAR_COLLEGE = 4
_DEPARTEMENT_LOINTAIN = {"037": "025", "025": "037", "988": "037"}


@dataclass(frozen=True)
class Lieux:
    """The schools, and the commune where most pupils live."""

    academie: Academie
    commune: Commune
    etablissement: Etablissement
    voisin: Etablissement
    lointain: Etablissement
    ecoles: tuple[Etablissement, ...]


def etablissement_invente(
    uai: str, departement: str, code_nature: str = _NATURE_COLLEGE, insee: str | None = None
) -> Etablissement:
    """The name and address of an invented school: they depend on its UAI and département alone.

    So a school is described alike in its own population and in its neighbour's. `insee` fixes its commune.
    """
    hasard = random.Random(f"etablissement/{uai}/{departement}")
    college = code_nature == _NATURE_COLLEGE
    lieu = hasard.choice(communes(departement))
    if insee:
        lieu = commune(insee)
    voie = f"{hasard.randint(1, 40)} {hasard.choice(listes.lieux('voies'))} {hasard.choice(listes.lieux('noms_voies'))}"
    return Etablissement(
        uai=uai,
        sigle="CLG" if college else "E.E.PU",
        denomination="COLLEGE" if college else "ECOLE ELEMENTAIRE PUBLIQUE",
        complement=hasard.choice(listes.lieux("colleges" if college else "ecoles")),
        nature=code_nature,
        categorie=nature(code_nature).categorie,
        adresse=Adresse(
            id=0,
            ligne1=voie[:38],
            ligne2=None,
            code_postal=lieu.code_postal,
            commune_insee=lieu.insee,
            libelle_postal=lieu.acheminement,
            departement=lieu.departement,
        ),
        telephone=telephone_fixe(int(uai[2:7])),
        mel=mel("ce", uai, 0, "ac-rentree.invalid"),
        code_academie=academie_du_departement(lieu.departement).code,
    )


def inventer_lieux(contexte: Contexte) -> Lieux:
    """Place the schools: the collège in a town of its département, most primary schools in the same town."""
    p = contexte.parametres
    departement = p.departement_effectif
    ici = etablissement_invente(p.uai, departement)
    lieu = commune(ici.adresse.commune_insee)
    ecoles = []
    for k in range(_ECOLES_PAR_COLLEGE):
        uai = fabriquer_uai("098", p.rang * _ECOLES_PAR_COLLEGE + k)
        proche = lieu.insee if k + 1 < _ECOLES_PAR_COLLEGE else None
        ecoles.append(etablissement_invente(uai, departement, _NATURE_ECOLE, proche))
    return Lieux(
        academie=academie_du_departement(departement),
        commune=lieu,
        etablissement=ici,
        voisin=etablissement_invente(p.uai_voisin_effective, departement),
        lointain=etablissement_invente(fabriquer_uai("098", 9000), _DEPARTEMENT_LOINTAIN.get(departement, "037")),
        ecoles=tuple(ecoles),
    )
