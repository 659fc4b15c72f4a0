"""Reading a dossiers file, 3.1 or 4.0, and the checks made when one is deposited.

Source: reference SIECLE, section 10; procedures BEE-38, ACC-11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias, TypeVar

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.depot import ContexteDepot, verifier_nom, verifier_parametres, xml_du_zip
from shared.formats.elegroupe.lecture import lire_parametres, refuser_racine
from shared.formats.elegroupe.liens import RACINE, EnTeteLiens
from shared.formats.elegroupe.noms import MARQUE_DOSSIERS, NomElegroupe
from shared.formats.elegroupe.schema import valider
from shared.formats.siecle.champs import Champ, champ_absent, lire_champs
from shared.formats.siecle.enveloppe import plan
from shared.formats.siecle.notes import Notes
from shared.security.xml import iterparse

EvenementDossiers: TypeAlias = EnTeteLiens | d.PersonneDossier | d.EleveDossier
_T = TypeVar("_T")


class DepotDossiers(Struct, frozen=True):
    """A dossiers file that may be deposited: what its name says, and its content."""

    nom: NomElegroupe
    document: d.DocumentDossiers


_LUS = ("PARAMETRES", "PERSONNE", "ELEVE")
_CONTENU = {"PERSONNES": ("PERSONNE",), "ELEVES": ("ELEVE",)}
_BLOCS_PERSONNE = frozenset({"ADRESSE"})
_BLOCS_ELEVE = frozenset({"ADRESSE", "BOURSES", "RESPONSABLES_ELEVE", "SCOLARITE_ACTIVE", "ETABLISSEMENT_AN_DERNIER"})
_BLOCS_SCOLARITE = frozenset({"OPTIONS", "DPPS"})
_BLOCS_AN_DERNIER = frozenset({"OPTIONS_AN_DERNIER", "DPPS"})
_NATURES = tuple(nature.value for nature in d.Nature)


def notes_dossiers(nom: str) -> Notes:
    """The notes of a dossiers file named `nom`, for `lire_evenements`."""
    return Notes(nom, plan((RACINE,), _CONTENU), _LUS)


def _lire_adresse(element: etree._Element, notes: Notes) -> d.AdresseDossier | None:
    adresse = element.find("ADRESSE")
    if adresse is None:
        return None
    return d.AdresseDossier(**lire_champs(adresse, d.CHAMPS_ADRESSE, notes.nom, notes))


def _liste(
    element: etree._Element, bloc: str, item: str, champs: tuple[Champ, ...], notes: Notes, record: Callable[..., _T]
) -> tuple[_T, ...]:
    conteneur = element.find(bloc)
    if conteneur is None:
        return ()
    notes.contenu(conteneur, (item,))
    return tuple(record(**lire_champs(e, champs, notes.nom, notes)) for e in conteneur.iterchildren(item))


def _lire_personne(element: etree._Element, notes: Notes) -> d.PersonneDossier:
    lus = lire_champs(element, d.CHAMPS_PERSONNE, notes.nom, notes, _BLOCS_PERSONNE)
    return d.PersonneDossier(adresse=_lire_adresse(element, notes), **lus)


def _lire_liens(element: etree._Element, notes: Notes) -> tuple[d.LienDossier, ...]:
    bloc = element.find("RESPONSABLES_ELEVE")
    if bloc is None:
        return ()
    notes.contenu(bloc, _NATURES)
    liens: list[d.LienDossier] = []
    for nature in d.Nature:
        champs = d.CHAMPS_CONTACT if nature is d.Nature.CONTACT else d.CHAMPS_LIEN
        liens += (
            d.LienDossier(nature, **lire_champs(lien, champs, notes.nom, notes))
            for lien in bloc.iterchildren(nature.value)
        )
    return tuple(liens)


def _lire_scolarite(element: etree._Element, notes: Notes) -> d.ScolariteActive | None:
    scolarite = element.find("SCOLARITE_ACTIVE")
    if scolarite is None:
        return None
    return d.ScolariteActive(
        options=_liste(scolarite, "OPTIONS", "OPTION", d.CHAMPS_OPTION, notes, d.OptionDossier),
        dpps=_liste(scolarite, "DPPS", "DPP", d.CHAMPS_DPP, notes, d.Dpp),
        **lire_champs(scolarite, d.CHAMPS_SCOLARITE, notes.nom, notes, _BLOCS_SCOLARITE),
    )


def _lire_an_dernier(element: etree._Element, notes: Notes) -> d.AnDernier | None:
    passe = element.find("ETABLISSEMENT_AN_DERNIER")
    if passe is None:
        return None
    notes.codes(passe.find("OPTIONS_AN_DERNIER"), ("CODE_MATIERE",))
    codes = ((c.text or "").strip() for c in passe.iterfind("OPTIONS_AN_DERNIER/CODE_MATIERE"))
    return d.AnDernier(
        options=tuple(c for c in codes if c),
        dpps=_liste(passe, "DPPS", "DPP", d.CHAMPS_DPP, notes, d.Dpp),
        **lire_champs(passe, d.CHAMPS_AN_DERNIER, notes.nom, notes, _BLOCS_AN_DERNIER),
    )


def _lire_eleve(element: etree._Element, notes: Notes) -> d.EleveDossier:
    nom = notes.nom
    eleve = d.EleveDossier(
        adresse=_lire_adresse(element, notes),
        bourses=_liste(element, "BOURSES", "BOURSE", d.CHAMPS_BOURSE, notes, d.BourseDossier),
        responsables=_lire_liens(element, notes),
        scolarite=_lire_scolarite(element, notes),
        an_dernier=_lire_an_dernier(element, notes),
        **lire_champs(element, d.CHAMPS_ELEVE, nom, notes, _BLOCS_ELEVE),
    )
    if not eleve.sorti and eleve.scolarite is None:
        raise champ_absent(nom, element, "SCOLARITE_ACTIVE")
    # An empty INE would count as one.
    return replace(eleve, id_national=eleve.id_national or None)


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EvenementDossiers]:
    """Yield the head, then persons and pupils, in file order; memory does not grow with the file.

    Arguments: `nom`, the file's name, for refusals; `notes`, made by `notes_dossiers`, to know what was not
    understood. Raises `FichierRefuse`.
    """
    vu = False
    notes = notes or notes_dossiers(nom)
    for element in iterparse(stream, _LUS, nom=nom, ecarte=notes.ecarte):
        if not vu:
            racine = element.getroottree().getroot()
            refuser_racine(racine, nom)
            if element.tag != "PARAMETRES":
                raise champ_absent(nom, racine, "PARAMETRES")
            vu = True
            notes.attributs(racine, ("VERSION",))
            yield EnTeteLiens(racine.get("VERSION", "").strip(), lire_parametres(element, nom, notes))
            continue
        notes.lu(element)
        if element.tag == "PERSONNE":
            yield _lire_personne(element, notes)
        elif element.tag == "ELEVE":
            yield _lire_eleve(element, notes)
        else:
            notes.repete(element)
    if not vu:
        raise _non_valide(nom)


def _non_valide(nom: str) -> FichierRefuse:
    return FichierRefuse(
        f"Fichier XML non valide, il ne peut pas être importé : {RACINE} et PARAMETRES sont attendus.",
        code="XML_NON_VALIDE",
        lieu=Lieu(fichier=nom),
        remede="Déposer le fichier des dossiers produit par le logiciel de gestion des élèves.",
    )


def lire_dossiers(stream: BinaryIO, nom: str) -> d.DocumentDossiers:
    """The whole dossiers file. Same arguments and errors as `lire_evenements`."""
    entete: EnTeteLiens | None = None
    personnes: list[d.PersonneDossier] = []
    eleves: list[d.EleveDossier] = []
    notes = notes_dossiers(nom)
    for evenement in lire_evenements(stream, nom, notes):
        if isinstance(evenement, EnTeteLiens):
            entete = evenement
        elif isinstance(evenement, d.PersonneDossier):
            personnes.append(evenement)
        else:
            eleves.append(evenement)
    assert entete is not None  # lire_evenements() refuses a file without head
    return d.DocumentDossiers(entete, tuple(personnes), tuple(eleves), notes.remarques)


def _lire_valide(stream: BinaryIO, nom: str) -> d.DocumentDossiers:
    """The document, once valid: 3.1 when VERSION says so or when it names a leaf that 4.0 dropped."""
    document: d.DocumentDossiers | None = None
    for racine in iterparse(stream, (RACINE,), nom=nom):
        if racine.getparent() is not None:
            continue
        ancien = racine.get("VERSION", "").strip() == "3.1" or any(
            next(racine.iter(balise), None) is not None for balise in ("INE_BEA", "INE_RNIE", "ENFANT_A_CHARGE")
        )
        valider(racine, "dossiers_3.1" if ancien else "dossiers_4.0", nom)
        parametres = racine.find("PARAMETRES")
        assert parametres is not None  # the schema asks for it
        notes = notes_dossiers(nom)
        document = d.DocumentDossiers(
            EnTeteLiens(racine.get("VERSION", "").strip(), lire_parametres(parametres, nom, notes)),
            tuple(_lire_personne(p, notes) for p in racine.iterfind("DONNEES/PERSONNES/PERSONNE")),
            tuple(_lire_eleve(e, notes) for e in racine.iterfind("DONNEES/ELEVES/ELEVE")),
            notes.remarques,
        )
    if document is None:
        raise _non_valide(nom)
    return document


def verifier_depot_dossiers(
    nom: str, contenu: Path | bytes | BinaryIO, contexte: ContexteDepot, logiciel: str | None
) -> DepotDossiers:
    """Everything BEE checks when a dossiers file is deposited.

    Arguments: `nom` and `contenu`, the zip; `logiciel`, the program of this school's former deposits, None
    for the first. Checks: name (PRIVE), school, millésime, zip and stem, schema, LOGICIEL. Raises
    `FichierRefuse`: the codes of `verifier_depot`, and LOGICIEL_DIFFERENT.
    """
    lu = verifier_nom(nom, contexte, MARQUE_DOSSIERS)
    with xml_du_zip(contenu, lu) as flux:
        document = _lire_valide(flux, lu.nom_xml)
    parametres = document.entete.parametres
    verifier_parametres(parametres, contexte, lu.nom_xml)
    if logiciel is not None and parametres.logiciel != logiciel:
        raise FichierRefuse(
            f"Le logiciel du fichier ({parametres.logiciel}) n'est pas celui des dépôts précédents ({logiciel}).",
            code="LOGICIEL_DIFFERENT",
            lieu=Lieu(fichier=lu.nom_xml, element="LOGICIEL"),
            remede="Produire le fichier avec le logiciel utilisé jusqu'ici, ou demander le changement de logiciel "
            "à l'assistance.",
        )
    return DepotDossiers(lu, document)
