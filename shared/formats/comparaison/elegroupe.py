"""The records of the two imports of BEE: group links, and dossiers of private schools."""

from __future__ import annotations

from collections.abc import Iterator

from shared.formats.comparaison.fiches import Champs, FicheComparee, champs_siecle, cle_de, en_texte, reunis
from shared.formats.comparaison.siecle import ELEVES, LIENS, OPTIONS, RESPONSABLES, Ouvrir
from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.dossiers_lecture import lire_evenements as lire_dossiers
from shared.formats.elegroupe.lecture import CHAMPS_ELEVE, CHAMPS_GROUPE
from shared.formats.elegroupe.lecture import lire_evenements as lire_liens
from shared.formats.elegroupe.liens import EleveLien

LIENS_GROUPE = "liens élève-groupe"
_IDENTIFIANTS = 3
"""The first leaves of a pupil are the identifiers: one of them is the key."""


def cle_eleve(eleve: EleveLien) -> str:
    """The pupil's identifier, and which one it is when it is not ELEVE_ID."""
    if eleve.eleve_id is not None:
        return str(eleve.eleve_id)
    return f"INE {eleve.id_national}" if eleve.id_national is not None else f"ID_PRV_ELE {eleve.id_prv_ele}"


def fiches_liens(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Pupils by the identifier that the file gives, and each of their groups."""
    with ouvrir() as flux:
        for lu in lire_liens(flux, nom):
            if isinstance(lu, EleveLien):
                cle = cle_eleve(lu)
                yield FicheComparee(ELEVES, cle, champs_siecle(lu, CHAMPS_ELEVE[_IDENTIFIANTS:]))
                for groupe in lu.groupes:
                    champs = champs_siecle(groupe, CHAMPS_GROUPE[1:])
                    yield FicheComparee(LIENS_GROUPE, cle_de(cle, groupe.code), champs)


def _adresse(adresse: d.AdresseDossier | None) -> Champs:
    return () if adresse is None else champs_siecle(adresse, d.CHAMPS_ADRESSE, "ADRESSE/")


def _dpps(dpps: tuple[d.Dpp, ...], prefixe: str) -> Champs:
    return reunis(f"{prefixe}DPPS", (en_texte(champs_siecle(dpp, d.CHAMPS_DPP)) for dpp in dpps))


def fiches_dossiers(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Persons by ID_PRV_PER, pupils by ID_PRV_ELE, their links by both, their options by matière."""
    with ouvrir() as flux:
        for lu in lire_dossiers(flux, nom):
            if isinstance(lu, d.PersonneDossier):
                champs = champs_siecle(lu, d.CHAMPS_PERSONNE[1:]) + _adresse(lu.adresse)
                yield FicheComparee(RESPONSABLES, str(lu.id_prv_per), champs)
            elif isinstance(lu, d.EleveDossier):
                yield from _eleve(lu)


def _eleve(eleve: d.EleveDossier) -> Iterator[FicheComparee]:
    cle = str(eleve.id_prv_ele)
    champs = champs_siecle(eleve, (c for c in d.CHAMPS_ELEVE if c.balise != "ID_PRV_ELE")) + _adresse(eleve.adresse)
    champs += reunis("BOURSES", (en_texte(champs_siecle(b, d.CHAMPS_BOURSE)) for b in eleve.bourses))
    if eleve.scolarite is not None:
        champs += champs_siecle(eleve.scolarite, d.CHAMPS_SCOLARITE, "SCOLARITE_ACTIVE/")
        champs += _dpps(eleve.scolarite.dpps, "SCOLARITE_ACTIVE/")
    if (passe := eleve.an_dernier) is not None:
        champs += champs_siecle(passe, d.CHAMPS_AN_DERNIER, "ETABLISSEMENT_AN_DERNIER/")
        champs += reunis("ETABLISSEMENT_AN_DERNIER/OPTIONS", passe.options)
        champs += _dpps(passe.dpps, "ETABLISSEMENT_AN_DERNIER/")
    yield FicheComparee(ELEVES, cle, champs)
    for lien in eleve.responsables:
        feuilles = d.CHAMPS_CONTACT if lien.nature is d.Nature.CONTACT else d.CHAMPS_LIEN
        ici = cle_de(cle, lien.id_prv_per, lien.nature.value)
        yield FicheComparee(LIENS, ici, champs_siecle(lien, feuilles[1:]))
    for option in eleve.scolarite.options if eleve.scolarite is not None else ():
        champs = champs_siecle(option, d.CHAMPS_OPTION[1:])
        yield FicheComparee(OPTIONS, cle_de(cle, option.code_matiere), champs)
