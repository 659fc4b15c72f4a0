"""ResponsablesAvecAdresses.xml and ResponsablesSansAdresses.xml (`BEE_RESPONSABLES` 2.1).

Source: reference SIECLE, section 3. The generation before 2018 is read and translated: legal 1 and 2 become
level 1, the others level 3; RESP_FINANCIER, PERS_PAIEMENT and PERS_CONTACT become who pays, who receives
the aids and who is called first (this last pair by the meaning of the names, the reference does not say).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO, TypeAlias

from lxml import etree
from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu, Refus, Remarque
from shared.formats.siecle.adresses import Adresse, ecrire_adresses, lire_adresse
from shared.formats.siecle.champs import (
    Champ,
    Forme,
    champ_absent,
    champ_invalide,
    ecrire_champs,
    lire_champs,
    lire_identifiant,
)
from shared.formats.siecle.enveloppe import EnTete, Enveloppe, fermer_document, ouvrir_document, parcourir, plan
from shared.formats.siecle.notes import Notes

RACINES = ("BEE_RESPONSABLES", "BEE_EPHC_RESPONSABLES")
VERSION = "2.1"

NIVEAU_LEGAL = 1
NIVEAU_EN_CHARGE = 2
NIVEAU_CONTACT = 3

CHAMPS_PERSONNE = (
    Champ("ID_PRV_PER", "id_prv_per", Forme.ENTIER),
    Champ("LC_CIVILITE", "lc_civilite", maxi=5),
    Champ("LL_CIVILITE", "ll_civilite", maxi=20),
    Champ("NOM_DE_FAMILLE", "nom_de_famille", maxi=100, oblige=True, anciens=("NOM",)),
    Champ("NOM_USAGE", "nom_usage", maxi=100),
    Champ("PRENOM", "prenom", maxi=100, oblige=True),
    Champ("TEL_PERSONNEL", "tel_personnel", Forme.TELEPHONE, maxi=20),
    Champ("TEL_PORTABLE", "tel_portable", Forme.TELEPHONE, maxi=20),
    Champ("ACCEPTE_SMS", "accepte_sms", Forme.ZERO_UN),
    Champ("TEL_PROFESSIONNEL", "tel_professionnel", Forme.TELEPHONE, maxi=20),
    Champ("MEL", "mel", maxi=254),
    Champ("COMMUNICATION_ADRESSE", "communication_adresse", Forme.ZERO_UN),
    Champ("ADRESSE_ID", "adresse_id", Forme.ENTIER),
    Champ("CODE_PROFESSION", "code_profession", maxi=2),
)
_CHAMPS_PERSONNE_SANS_ADRESSE = tuple(c for c in CHAMPS_PERSONNE if c.balise != "ADRESSE_ID")

CHAMPS_LIEN = (
    Champ("ELEVE_ID", "eleve_id", Forme.ENTIER, oblige=True),
    Champ("PERSONNE_ID", "personne_id", Forme.ENTIER, oblige=True),
    Champ("NIVEAU_RESPONSABILITE", "niveau", Forme.ENTIER, maxi=1, toujours=True),
    Champ("CODE_PARENTE", "code_parente", maxi=2, oblige=True),
    Champ("PAIE_FRAIS_SCOLAIRES", "paie_frais", Forme.ZERO_UN, anciens=("RESP_FINANCIER",)),
    # GEPI spells it PERS_PAIMENT, and writes what it reads.
    Champ("PERCOIT_LES_AIDES", "percoit_aides", Forme.VRAI_FAUX, anciens=("PERS_PAIEMENT", "PERS_PAIMENT")),
    Champ("HEBERGE_ELEVE", "heberge", Forme.VRAI_FAUX),
    Champ("A_CONTACTER_EN_PRIORITE", "a_contacter_en_priorite", Forme.VRAI_FAUX, anciens=("PERS_CONTACT",)),
)
_ANCIENS = frozenset({"RESP_LEGAL"})
_ANCIEN_NIVEAU = {"1": NIVEAU_LEGAL, "2": NIVEAU_LEGAL, "0": NIVEAU_CONTACT}


class Personne(Struct, frozen=True):
    """One person, pupils' responsable or contact; real bases hold the same one several times."""

    personne_id: int
    nom_de_famille: str
    prenom: str
    id_prv_per: int | None = None
    lc_civilite: str | None = None
    ll_civilite: str | None = None
    nom_usage: str | None = None
    tel_personnel: str | None = None
    tel_portable: str | None = None
    accepte_sms: bool | None = None
    tel_professionnel: str | None = None
    mel: str | None = None
    communication_adresse: bool | None = None
    adresse_id: int | None = None
    code_profession: str | None = None


class ResponsableEleve(Struct, frozen=True):
    """The link of a person to a pupil. `niveau`: 1 représentant légal, 2 personne en charge, 3 contact."""

    eleve_id: int
    personne_id: int
    niveau: int
    code_parente: str
    paie_frais: bool | None = None
    percoit_aides: bool | None = None
    heberge: bool | None = None
    a_contacter_en_priorite: bool | None = None


class DocumentResponsables(Struct, frozen=True):
    """A whole file of responsables, in file order."""

    entete: EnTete
    personnes: tuple[Personne, ...]
    liens: tuple[ResponsableEleve, ...]
    adresses: tuple[Adresse, ...]
    remarques: tuple[Remarque, ...] = ()


EvenementResponsables: TypeAlias = EnTete | Personne | ResponsableEleve | Adresse


def _lire_lien(element: etree._Element, nom: str, notes: Notes) -> ResponsableEleve:
    lus = lire_champs(element, CHAMPS_LIEN, nom, notes, _ANCIENS)
    if lus["niveau"] is None:
        ancien = (element.findtext("RESP_LEGAL") or "").strip()
        if not ancien:
            raise champ_absent(nom, element, "NIVEAU_RESPONSABILITE")
        lus["niveau"] = _ANCIEN_NIVEAU.get(ancien)
        if len(lus["code_parente"]) == 1:
            notes.note(
                "SIECLE_PARENTE_ANCIENNE",
                "RESPONSABLE_ELEVE/CODE_PARENTE",
                element,
                "Le code de parenté est celui d'avant 2018, dont la liste n'est pas publique : il est gardé tel quel.",
                "Exportez à nouveau les responsables, ou corrigez les parentés après la lecture.",
            )
    if lus["niveau"] not in (NIVEAU_LEGAL, NIVEAU_EN_CHARGE, NIVEAU_CONTACT):
        raise champ_invalide(nom, element, "NIVEAU_RESPONSABILITE", "1, 2 ou 3")
    return ResponsableEleve(**lus)


_LUS = ("PERSONNE", "RESPONSABLE_ELEVE", "ADRESSE")
_CONTENU = {"PERSONNES": ("PERSONNE",), "RESPONSABLES": ("RESPONSABLE_ELEVE",), "ADRESSES": ("ADRESSE",)}
_CLE_PERSONNE = frozenset({"PERSONNE_ID"})


def notes_responsables(nom: str) -> Notes:
    """The notes of a file of responsables named `nom`, for `lire_evenements`."""
    return Notes(nom, plan(RACINES, _CONTENU), _LUS)


def lire_evenements(stream: BinaryIO, nom: str, notes: Notes | None = None) -> Iterator[EvenementResponsables]:
    """Yield the head, then persons, links and addresses, in file order; memory does not grow.

    Arguments: `nom`, the file's name, for refusals; `notes`, made by `notes_responsables`, to know what was not
    understood. Raises `FichierRefuse`.
    """
    notes = notes or notes_responsables(nom)
    for element in parcourir(stream, RACINES, _LUS, notes):
        if isinstance(element, EnTete):
            yield element
        elif element.tag == "PERSONNE":
            yield Personne(
                personne_id=lire_identifiant(element, "PERSONNE_ID", nom),
                **lire_champs(element, CHAMPS_PERSONNE, nom, notes, _CLE_PERSONNE),
            )
        elif element.tag == "RESPONSABLE_ELEVE":
            yield _lire_lien(element, nom, notes)
        else:
            yield lire_adresse(element, nom, notes)


def lire_responsables(stream: BinaryIO, nom: str) -> DocumentResponsables:
    """The whole file of one school. A link to an unknown person is left out with a remark.

    Raises `FichierRefuse` on a file that is not an export of responsables or on a wrong value.
    """
    entete: EnTete | None = None
    personnes: dict[int, Personne] = {}
    liens: list[ResponsableEleve] = []
    adresses: dict[int, Adresse] = {}
    doubles: list[int] = []
    notes = notes_responsables(nom)
    for evenement in lire_evenements(stream, nom, notes):
        if isinstance(evenement, EnTete):
            entete = evenement
        elif isinstance(evenement, Personne):
            if evenement.personne_id in personnes:
                raise FichierRefuse(
                    f"La personne d'identifiant {evenement.personne_id} figure deux fois dans le fichier.",
                    code="SIECLE_PERSONNE_EN_DOUBLE",
                    lieu=Lieu(fichier=nom, element="PERSONNE"),
                    remede="Exporter à nouveau les responsables depuis SIECLE.",
                )
            personnes[evenement.personne_id] = evenement
        elif isinstance(evenement, ResponsableEleve):
            liens.append(evenement)
        else:
            if evenement.adresse_id in adresses:
                doubles.append(evenement.adresse_id)
            adresses.setdefault(evenement.adresse_id, evenement)
    assert entete is not None  # parcourir() refuses a file without head
    remarques = tuple(
        Remarque(
            "SIECLE_PERSONNE_INCONNUE",
            f"Un lien de l'élève d'identifiant {lien.eleve_id} désigne la personne {lien.personne_id}, "
            "absente du fichier : lien ignoré.",
            Lieu(fichier=nom, element="RESPONSABLE_ELEVE"),
        )
        for lien in liens
        if lien.personne_id not in personnes
    ) + tuple(
        Remarque(
            "SIECLE_BLOC_EN_DOUBLE",
            f"Le bloc ADRESSE {cle} figure deux fois : le premier est retenu.",
            Lieu(fichier=nom, element="ADRESSE"),
        )
        for cle in doubles
    )
    return DocumentResponsables(
        entete,
        tuple(personnes.values()),
        tuple(lien for lien in liens if lien.personne_id in personnes),
        tuple(adresses.values()),
        notes.remarques + remarques,
    )


def _inconnu(quoi: str, cle: int, element: str, code: str) -> Refus:
    return Refus(
        f"{quoi} d'identifiant {cle} est introuvable : l'export est impossible.",
        code=code,
        lieu=Lieu(element=element),
        remede="Corriger la fiche de l'élève, puis exporter à nouveau.",
    )


def ecrire_responsables(
    sortie: BinaryIO,
    enveloppe: Enveloppe,
    personnes: Collection[Personne],
    liens: Collection[ResponsableEleve],
    adresses: Collection[Adresse] | None = None,
) -> int:
    """Write a file of responsables; with `adresses` None, the « sans adresse » variant.

    Records are written in the order given (sort them first). Returns the number of characters replaced for want of
    an encoding. Raises `Refus` when there is no person or no link (code SIECLE_SANS_RESPONSABLE), or when a link or
    a person designates what is not written.
    """
    if not personnes or not liens:
        raise Refus(
            "Aucun responsable n'est rattaché à un élève : l'export est impossible.",
            code="SIECLE_SANS_RESPONSABLE",
            remede="Saisir les responsables des élèves avant d'exporter.",
        )
    adresses_connues = {a.adresse_id for a in adresses or ()}
    personnes_connues = {p.personne_id for p in personnes}
    champs = _CHAMPS_PERSONNE_SANS_ADRESSE if adresses is None else CHAMPS_PERSONNE
    xml = ouvrir_document(sortie, RACINES[0], VERSION, enveloppe)
    xml.ouvrir("PERSONNES")
    for personne in personnes:
        cle = personne.adresse_id
        if adresses is not None and cle is not None and cle not in adresses_connues:
            raise _inconnu("L'adresse", cle, "ADRESSE_ID", "SIECLE_ADRESSE_INCONNUE")
        xml.ouvrir("PERSONNE", [("PERSONNE_ID", str(personne.personne_id))])
        ecrire_champs(xml, personne, champs, f"PERSONNE {personne.personne_id}")
        xml.fermer()
    xml.fermer()
    xml.ouvrir("RESPONSABLES")
    for lien in liens:
        if lien.personne_id not in personnes_connues:
            raise _inconnu("La personne", lien.personne_id, "PERSONNE_ID", "SIECLE_PERSONNE_INCONNUE")
        xml.ouvrir("RESPONSABLE_ELEVE")
        ecrire_champs(xml, lien, CHAMPS_LIEN, f"RESPONSABLE_ELEVE de l'ELEVE {lien.eleve_id}")
        xml.fermer()
    xml.fermer()
    if adresses is not None:
        ecrire_adresses(xml, adresses)
    return fermer_document(xml)
