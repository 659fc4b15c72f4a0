"""The records of the two STS files. They are small: a school's is read whole, as its reader does."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct

from shared.formats.comparaison.fiches import Champs, FicheComparee, cle_de, en_texte, marques, reunis
from shared.formats.comparaison.siecle import Ouvrir
from shared.formats.sts import (
    Division,
    EmpSts,
    Groupe,
    IndividuSts,
    Service,
    lire_emp_sts,
    lire_sts_emp,
)
from shared.formats.sts.moteur import Attribut, Feuille, Liste, Sous
from shared.formats.sts.valeurs import FORMES

SERVICES, ENSEIGNANTS, COURS = "services", "enseignants des services", "cours"
_CODE = frozenset({"CODE"})
_NOMENCLATURES = {
    "types_ahe": ("types d'AHE", _CODE),
    "civilites": ("civilités", _CODE),
    "mefstats4": ("MEFSTAT4", _CODE),
    "taux_ponds": ("taux de pondération", frozenset({"TAUX"})),
    "mods_cours": ("modalités de cours", _CODE),
    "matieres": ("matières", _CODE),
    "mefs": ("MEF", _CODE),
    "programmes": ("programmes", frozenset({"CODE_MEF", "CODE_MATIERE"})),
    "contrats": ("contrats", _CODE),
}


def _texte(valeur: Any) -> str:
    if isinstance(valeur, Decimal):
        valeur = valeur.normalize()
    return FORMES[type(valeur)].ecrit(valeur)


def champs_sts(record: Any, sauf: Collection[str] = ()) -> Champs:
    """The attributes, leaves and lists of a record that hold something, but those in `sauf`; a list is one field."""
    lus: list[tuple[str, str]] = []
    for nom, marque in marques(type(record)):
        valeur = getattr(record, nom)
        if marque.nom in sauf or valeur is None or valeur in ("", ()):
            continue
        if isinstance(marque, Attribut | Feuille):
            lus.append((marque.nom, _texte(valeur)))
        elif isinstance(marque, Sous):
            lus += [(f"{marque.nom}/{cle}", texte) for cle, texte in champs_sts(valeur)]
        elif isinstance(marque, Liste):
            lus += reunis(marque.nom, (_element(element) for element in valeur))
    return tuple(lus)


def _element(element: Any) -> str:
    return en_texte(champs_sts(element)) if isinstance(element, Struct) else _texte(element)


def fiches_sts_emp(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """The school, its nomenclatures, its people by type and number, its structure and services."""
    with ouvrir() as flux:
        lu = lire_sts_emp(flux, nom)
    yield FicheComparee("établissement", lu.parametres.uaj.code, champs_sts(lu.parametres.uaj, _CODE))
    yield FicheComparee("années scolaires", "ANNEE_SCOLAIRE", champs_sts(lu.parametres.annee_scolaire))
    for attribut, (categorie, cles) in _NOMENCLATURES.items():
        for record in getattr(lu.nomenclatures, attribut):
            champs = champs_sts(record)
            cle = cle_de(*(texte for champ, texte in champs if champ in cles))
            yield FicheComparee(categorie, cle, tuple(c for c in champs if c[0] not in cles))
    yield from _individus("enseignants et personnels", lu.individus)
    yield from _structure(lu.divisions, lu.groupes)
    yield from _individus("suppléants", lu.suppleants)


def _individus(categorie: str, individus: Collection[IndividuSts]) -> Iterator[FicheComparee]:
    for individu in individus:
        yield FicheComparee(categorie, cle_de(individu.type, individu.id), champs_sts(individu, ("ID", "TYPE")))


def _structure(divisions: Collection[Division], groupes: Collection[Groupe]) -> Iterator[FicheComparee]:
    for categorie, structures in (("divisions", divisions), ("groupes", groupes)):
        for structure in structures:
            yield FicheComparee(categorie, structure.code, champs_sts(structure, ("CODE", "SERVICES")))
            for service in structure.services:
                yield from _service(cle_de(structure.code, service.code_matiere, service.code_mod_cours), service)


def _service(cle: str, service: Service) -> Iterator[FicheComparee]:
    yield FicheComparee(SERVICES, cle, champs_sts(service, ("CODE_MATIERE", "CODE_MOD_COURS", "ENSEIGNANTS")))
    for enseignant in service.enseignants:  # remontées may leave the type out: the number designates
        ici = cle_de(cle, enseignant.id)
        yield FicheComparee(ENSEIGNANTS, ici, champs_sts(enseignant, ("ID", "COURS_RATTACHES")))
        for cours in enseignant.cours:
            quand = champs_sts(cours, ("DUREE", "CODE_SALLE"))
            champs = champs_sts(cours, ("CODE_ALTERNANCE", "JOUR", "HEURE_DEBUT"))
            yield FicheComparee(COURS, cle_de(ici, *(texte for _, texte in quand)), champs)


def fiches_emp_sts(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """What a remontée carries: hours, alternances, rooms, indemnités, structure, services, courses."""
    with ouvrir() as flux:
        lu: EmpSts = lire_emp_sts(flux, nom)
    yield FicheComparee("paramètres", "PARAMETRES", champs_sts(lu.parametres))
    for horaire in lu.horaires:
        yield FicheComparee("horaires", str(horaire.jour), champs_sts(horaire, ("JOUR",)))
    for alternance in lu.alternances:
        yield FicheComparee("alternances", alternance.code, champs_sts(alternance, _CODE))
    for salle in lu.salles:
        yield FicheComparee("salles", salle.code, champs_sts(salle, _CODE))
    for individu in lu.individus:
        yield FicheComparee("enseignants et personnels", individu.id, champs_sts(individu, ("ID",)))
    yield from _structure(lu.divisions, lu.groupes)
