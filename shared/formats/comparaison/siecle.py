"""The records of the SIECLE exports, keyed as SIECLE keys them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from shared.formats.comparaison.fiches import Champs, FicheComparee, champs_siecle, cle_de, reunis
from shared.formats.siecle import communs as co
from shared.formats.siecle import eleves as e
from shared.formats.siecle import etablissements, geographique, nomenclature
from shared.formats.siecle import responsables as r
from shared.formats.siecle import structures as st
from shared.formats.siecle.adresses import CHAMPS_ADRESSE, Adresse
from shared.formats.siecle.communs import lire_communs
from shared.formats.siecle.eleves_lecture import lire_evenements as lire_eleves
from shared.formats.siecle.enveloppe import EnTete
from shared.formats.siecle.listes import Element, Liste

ELEVES, OPTIONS, DIVISIONS_ELEVES, GROUPES_ELEVES, BOURSES = (
    "élèves",
    "options des élèves",
    "divisions des élèves",
    "groupes des élèves",
    "bourses des élèves",
)
RESPONSABLES, LIENS, ADRESSES = "responsables", "liens élève-responsable", "adresses"
Ouvrir = Callable[[], BinaryIO]

# The lists whose records have no code of their own: what designates one.
_CLES: dict[str, tuple[str, ...]] = {
    "programmes": ("code_mef", "code_matiere", "code_modalite_elect"),
    "options_obligatoires": ("code_mef", "code_matiere"),
}
_NOMS = {
    "mefs": "MEF",
    "matieres": "matières",
    "options_obligatoires": "options obligatoires",
    "modalites_election": "modalités d'élection",
    "regimes": "régimes",
    "liens_parente": "liens de parenté",
    "motifs_sortie": "motifs de sortie",
    "statuts_eleve": "statuts",
    "types_etablissement": "types d'établissement",
    "civilites": "civilités",
    "modalites_cours": "modalités de cours",
    "etablissements": "établissements",
    "departements": "départements",
}


def fiches_eleves(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Pupils by ELEVE_ID; their options, divisions, groups and bourses each by themselves; addresses."""
    with ouvrir() as flux:
        for lu in lire_eleves(flux, nom):
            if isinstance(lu, e.Eleve):
                passe = lu.scolarite_an_dernier
                dernier: Champs = ()
                if passe is not None:
                    dernier = champs_siecle(passe, e.CHAMPS_SCOLARITE_AN_DERNIER, "SCOLARITE_AN_DERNIER/")
                yield FicheComparee(ELEVES, str(lu.eleve_id), champs_siecle(lu, e.CHAMPS_ELEVE) + dernier)
            elif isinstance(lu, e.OptionsDeLEleve):
                for option in lu.options:
                    yield FicheComparee(
                        OPTIONS, cle_de(lu.eleve_id, option.num_option), champs_siecle(option, e.CHAMPS_OPTION[1:])
                    )
            elif isinstance(lu, e.StructuresDeLEleve):
                if lu.divisions:
                    champs = reunis("CODE_STRUCTURE", lu.divisions)
                    yield FicheComparee(DIVISIONS_ELEVES, str(lu.eleve_id), champs)
                for groupe in lu.groupes:
                    yield FicheComparee(GROUPES_ELEVES, cle_de(lu.eleve_id, groupe), ())
            elif isinstance(lu, e.BoursesDeLEleve):
                for code in lu.codes:
                    yield FicheComparee(BOURSES, cle_de(lu.eleve_id, code), ())
            elif isinstance(lu, Adresse):
                yield _adresse(lu)


def _adresse(adresse: Adresse) -> FicheComparee:
    return FicheComparee(ADRESSES, str(adresse.adresse_id), champs_siecle(adresse, CHAMPS_ADRESSE))


def fiches_responsables(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Persons by PERSONNE_ID, links by pupil and person, addresses."""
    with ouvrir() as flux:
        for lu in r.lire_evenements(flux, nom):
            if isinstance(lu, r.Personne):
                yield FicheComparee(RESPONSABLES, str(lu.personne_id), champs_siecle(lu, r.CHAMPS_PERSONNE))
            elif isinstance(lu, r.ResponsableEleve):
                cle = cle_de(lu.eleve_id, lu.personne_id)
                yield FicheComparee(LIENS, cle, champs_siecle(lu, r.CHAMPS_LIEN[2:]))
            elif isinstance(lu, Adresse):
                yield _adresse(lu)


def fiches_structures(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Divisions and groups by their code."""
    with ouvrir() as flux:
        for lu in st.lire_evenements(flux, nom):
            if isinstance(lu, EnTete):
                continue
            champs = champs_siecle(lu, st.CHAMPS_STRUCTURE) + reunis("MEFS_APPARTENANCE", lu.mefs)
            if isinstance(lu, st.Groupe):
                champs += reunis("DIVISIONS_APPARTENANCE", lu.divisions)
            yield FicheComparee("groupes" if isinstance(lu, st.Groupe) else "divisions", lu.code, champs)


def fiches_nomenclature(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Every list of the nomenclature, by code."""
    with ouvrir() as flux:
        yield from _des_listes(nomenclature.lire_evenements(flux, nom), nomenclature.LISTES)


def fiches_etablissements(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Schools by UAI."""
    with ouvrir() as flux:
        yield from _des_listes(etablissements.lire_evenements(flux, nom), etablissements.LISTES)


def fiches_geographique(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """Countries, départements, communes, by code."""
    with ouvrir() as flux:
        yield from _des_listes(geographique.lire_evenements(flux, nom), geographique.LISTES)


def _des_listes(elements: Iterator[EnTete | Element], listes: tuple[Liste, ...]) -> Iterator[FicheComparee]:
    par_nom: Mapping[str, Liste] = {liste.nom: liste for liste in listes}
    for lu in elements:
        if isinstance(lu, EnTete):
            continue
        liste, record = par_nom[lu.liste], lu.record
        attributs = _CLES.get(lu.liste, ("code",))
        champs = tuple(c for c in liste.champs if c.attribut not in attributs)
        cle = cle_de(*(getattr(record, attribut) for attribut in attributs))
        if not cle:  # a local matière without a national code
            cle = cle_de("sans code", getattr(record, "code_gestion", None), getattr(record, "libelle_long", None))
        yield FicheComparee(_NOMS.get(lu.liste, lu.liste), cle, champs_siecle(record, champs))


def fiches_communs(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """The school, its years, its periods by code, its closures by motive and first day."""
    with ouvrir() as flux:
        lus = lire_communs(flux, nom).communs
    yield FicheComparee("établissement", "UAJ", champs_siecle(lus.uaj, co.CHAMPS_UAJ))
    yield _bloc("ANNEE_SCOLAIRE", lus.annee)
    if lus.annee_derniere is not None:
        yield _bloc("ANNEE_SCOLAIRE_AD", lus.annee_derniere)
    for periode in lus.periodes:
        yield FicheComparee(
            "périodes", cle_de(periode.code, periode.indice), champs_siecle(periode, co.CHAMPS_PERIODE[1:])
        )
    for fermeture in lus.fermetures:
        cle = cle_de(fermeture.motif_court, fermeture.date_debut)
        yield FicheComparee("fermetures", cle, champs_siecle(fermeture, co.CHAMPS_FERMETURE[1:]))


def _bloc(cle: str, annee: Any) -> FicheComparee:
    return FicheComparee("années scolaires", cle, champs_siecle(annee, co.CHAMPS_ANNEE))
