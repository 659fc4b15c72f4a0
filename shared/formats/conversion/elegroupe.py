"""Group links 1.3 ↔ 1.4 and dossiers 3.1 ↔ 4.0.

Source: reference SIECLE, sections 8.3 (what 1.4 changed) and 10.1; `shared.formats.elegroupe.dossiers.ABSENTS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from msgspec.structs import replace

from shared.formats.conversion.rapport import Ecarts
from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.dossiers_ecriture import ecrire_dossiers
from shared.formats.elegroupe.dossiers_lecture import lire_dossiers
from shared.formats.elegroupe.ecriture import ecrire_liens
from shared.formats.elegroupe.lecture import lire_evenements, notes_liens
from shared.formats.elegroupe.liens import LONGUEUR_CODE_ECRITE, LONGUEUR_CODE_LUE, EleveLien, EnTeteLiens
from shared.formats.siecle.champs import Champ

_NOMS_1_3 = (("nom_de_famille", "NOM"), ("prenom", "PRENOM"), ("prenom2", "PRENOM2"), ("prenom3", "PRENOM3"))
_LONGUEUR_1_3 = 25


def convertir_liens(entree: BinaryIO, nom: str, sortie: BinaryIO, version: str, ecarts: Ecarts) -> int:
    """Write group links in `version`, as a stream; the number of pupils written. Raises what both sides raise."""
    notes = notes_liens(nom)
    evenements = lire_evenements(entree, nom, notes)
    entete = next(evenements)
    assert isinstance(entete, EnTeteLiens)
    eleves = (_eleve_lien(lu, version, ecarts) for lu in evenements if isinstance(lu, EleveLien))
    ecrits = ecrire_liens(sortie, entete.parametres, eleves, version=version, longueur_code=LONGUEUR_CODE_LUE)
    ecarts.lecture(notes.remarques)
    ecarts.caracteres(ecrits.substitutions)
    return ecrits.eleves


def _eleve_lien(eleve: EleveLien, version: str, ecarts: Ecarts) -> EleveLien:
    repere = f"ELEVE {eleve.eleve_id or eleve.id_prv_ele or ''}".strip()
    if not eleve.groupes:
        ecarts.abandonne("LIENS_SANS_GROUPE", "ELEVE", "un élève d'aucun groupe n'est pas écrit", premier=repere)
    for groupe in eleve.groupes:
        if len(groupe.code) > LONGUEUR_CODE_ECRITE:
            phrase = f"code de plus de {LONGUEUR_CODE_ECRITE} caractères, que des bases refusent"
            ecarts.garde("LIENS_CODE_LONG", "CODE_GROUPE", phrase, premier=repere)
    if version != "1.3":
        return eleve
    if eleve.nom_usage:
        ecarts.abandonne("LIENS_NOM_USAGE", "NOM_USAGE", "la version 1.3 n'a pas de nom d'usage", premier=repere)
    courts: dict[str, Any] = {}
    for attribut, balise in _NOMS_1_3:
        valeur = getattr(eleve, attribut)
        if valeur and len(valeur) > _LONGUEUR_1_3:
            courts[attribut] = valeur[:_LONGUEUR_1_3].strip()
            phrase = f"coupé à {_LONGUEUR_1_3} caractères, le plus qu'admet la version 1.3"
            ecarts.substitue("LIENS_NOM_LONG", balise, phrase, premier=repere)
    return replace(eleve, nom_usage=None, **courts) if courts or eleve.nom_usage else eleve


def convertir_dossiers(entree: BinaryIO, nom: str, sortie: BinaryIO, version: str, ecarts: Ecarts) -> int:
    """Write dossiers in `version`; the number of persons and pupils written. Raises what both sides raise."""
    document = lire_dossiers(entree, nom)
    ecarts.lecture(document.remarques)
    for personne in document.personnes:
        _absents(personne, d.CHAMPS_PERSONNE, version, f"PERSONNE {personne.id_prv_per}", ecarts)
    eleves = [_eleve_dossier(eleve, version, ecarts) for eleve in document.eleves]
    remplaces = ecrire_dossiers(sortie, document.entete.parametres, document.personnes, eleves, version=version)
    ecarts.caracteres(remplaces)
    return len(document.personnes) + len(eleves)


def _absents(record: object, champs: Sequence[Champ], version: str, repere: str, ecarts: Ecarts) -> None:
    """Tell the leaves of a record that hold something and that a version does not have."""
    for champ in champs:
        if champ.balise in d.ABSENTS[version] and getattr(record, champ.attribut) not in (None, ""):
            phrase = f"la version {version} n'a pas cet élément"
            ecarts.abandonne("DOSSIERS_ABSENT", champ.balise, phrase, premier=repere)


def _eleve_dossier(eleve: d.EleveDossier, version: str, ecarts: Ecarts) -> d.EleveDossier:
    repere = f"ELEVE {eleve.id_prv_ele}"
    for lien in eleve.responsables:
        if len(lien.code_parente) == 1:
            phrase = "code d'un caractère, que la base élèves refuse et dont la liste n'est pas publique"
            ecarts.garde("DOSSIERS_PARENTE", "CODE_PARENTE", phrase, premier=repere)
    if version == "4.0":
        return _ines(eleve, repere, ecarts)
    _absents(eleve, d.CHAMPS_ELEVE, version, repere, ecarts)
    for option in eleve.scolarite.options if eleve.scolarite is not None else ():
        _absents(option, d.CHAMPS_OPTION, version, repere, ecarts)
    for nom, dpps in _dpps(eleve):
        ecarts.abandonne("DOSSIERS_ABSENT", nom, f"la version {version} n'a pas cet élément", dpps, repere)
    if eleve.an_dernier is not None and eleve.an_dernier.code_regime:
        champ = "ETABLISSEMENT_AN_DERNIER/CODE_REGIME"
        ecarts.abandonne("DOSSIERS_ABSENT", champ, f"la version {version} n'a pas cet élément", premier=repere)
    aides = [li for li in eleve.responsables if li.nature is d.Nature.EN_CHARGE and li.percoit_aides is not None]
    ecarts.abandonne(
        "DOSSIERS_AIDES",
        "PERSONNE_EN_CHARGE/PERCOIT_LES_AIDES",
        f"la version {version} ne le dit pas d'une personne en charge",
        len(aides),
        repere,
    )
    return eleve


def _dpps(eleve: d.EleveDossier) -> Iterator[tuple[str, int]]:
    if eleve.scolarite is not None:
        yield "SCOLARITE_ACTIVE/DPPS", len(eleve.scolarite.dpps)
    if eleve.an_dernier is not None:
        yield "ETABLISSEMENT_AN_DERNIER/DPPS", len(eleve.an_dernier.dpps)


def _ines(eleve: d.EleveDossier, repere: str, ecarts: Ecarts) -> d.EleveDossier:
    """4.0 has one INE: the national identifier, else the one of the RNIE, else the one of the BEA."""
    unique = eleve.id_national or eleve.ine_rnie or eleve.ine_bea
    if unique and not eleve.id_national:
        ecarts.deduit("DOSSIERS_INE", "ID_NATIONAL", "pris de INE_RNIE, sinon de INE_BEA", premier=repere)
    for champ, ine in (("INE_BEA", eleve.ine_bea), ("INE_RNIE", eleve.ine_rnie)):
        if ine and ine != unique:
            ecarts.abandonne("DOSSIERS_ABSENT", champ, "la version 4.0 n'a pas cet élément", premier=repere)
    return replace(eleve, id_national=unique)
