"""The records of « Dossiers depuis logiciel privé » (`IMPORT_ELEVES` 3.1 and 4.0), private schools.

Source: reference SIECLE, section 10. The same root as the group links: this one holds DONNEES/PERSONNES.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

from msgspec import Struct

from shared.contracts.refus import Remarque
from shared.formats.elegroupe.liens import EnTeteLiens
from shared.formats.siecle.champs import Champ, Forme

VERSIONS = ("3.1", "4.0")

_T, _E, _D, _B = Forme.TELEPHONE, Forme.ENTIER, Forme.DATE_ISO, Forme.VRAI_FAUX

CHAMPS_ADRESSE = (
    Champ("LIGNE1_ADRESSE", "ligne1", maxi=38),
    Champ("LIGNE2_ADRESSE", "ligne2", maxi=38),
    Champ("LIGNE3_ADRESSE", "ligne3", maxi=38),
    Champ("LIGNE4_ADRESSE", "ligne4", maxi=38),
    Champ("CODE_POSTAL", "code_postal", maxi=5),
    Champ("LL_POSTAL", "libelle_postal", maxi=32),
    Champ("COMMUNE_ETRANGERE", "commune_etrangere", maxi=32),
    Champ("CODE_PAYS", "code_pays", maxi=3, oblige=True),
)
_NOMS = (
    Champ("NOM_DE_FAMILLE", "nom_de_famille", maxi=100, oblige=True),
    Champ("NOM_USAGE", "nom_usage", maxi=100),
    Champ("PRENOM", "prenom", maxi=100, oblige=True),
)
CHAMPS_PERSONNE_DEBUT = (
    Champ("ID_PRV_PER", "id_prv_per", _E, oblige=True),
    Champ("ID_SIECLE_PER", "id_siecle_per", _E),
    Champ("CODE_CIVILITE", "code_civilite", maxi=1, oblige=True),
    *_NOMS,
)
CHAMPS_PERSONNE_FIN = (
    Champ("COMMUNICATION_ADRESSE", "communication_adresse", _B),
    Champ("CODE_PROFESSION", "code_profession", maxi=2, oblige=True),
    Champ("TEL_PERSONNEL", "tel_personnel", _T, maxi=20),
    Champ("TEL_PROFESSIONNEL", "tel_professionnel", _T, maxi=20),
    Champ("TEL_PORTABLE", "tel_portable", _T, maxi=20),
    Champ("ACCEPTE_SMS", "accepte_sms", _B),
    Champ("EMAIL", "email", maxi=254),
)
CHAMPS_PERSONNE = (*CHAMPS_PERSONNE_DEBUT, *CHAMPS_PERSONNE_FIN)
CHAMPS_ELEVE_DEBUT = (
    Champ("CODE_MOTIF_SORTIE", "code_motif_sortie", maxi=2),
    Champ("DATE_SORTIE", "date_sortie", _D),
    Champ("ID_PRV_ELE", "id_prv_ele", _E, oblige=True),
    Champ("ID_SIECLE_ELE", "id_siecle_ele", _E),
    Champ("ID_NATIONAL", "id_national", maxi=11),
    Champ("INE_BEA", "ine_bea", maxi=11),
    Champ("INE_RNIE", "ine_rnie", maxi=11),
    *_NOMS,
    Champ("PRENOM2", "prenom2", maxi=100),
    Champ("PRENOM3", "prenom3", maxi=100),
    Champ("CODE_PAYS_NAT", "code_pays_nat", maxi=3),
    Champ("DATE_NAISS", "date_naiss", _D, oblige=True),
    Champ("CODE_SEXE", "code_sexe", maxi=1),
    Champ("CODE_PAYS", "code_pays", maxi=3, oblige=True),
    Champ("CODE_COMMUNE_INSEE_NAISS", "code_commune_insee_naiss", maxi=5),
    Champ("VILLE_NAISS", "ville_naiss", maxi=32),
    Champ("DATE_ENTREE", "date_entree", _D),
)
CHAMPS_ELEVE_FIN = (
    Champ("TEL_PERSONNEL", "tel_personnel", _T, maxi=20),
    Champ("TEL_PROFESSIONNEL", "tel_professionnel", _T, maxi=20),
    Champ("TEL_PORTABLE", "tel_portable", _T, maxi=20),
    Champ("ACCEPTE_SMS", "accepte_sms", _B),
    Champ("EMAIL", "email", maxi=254),
    Champ("ADHESION_TRANSPORT", "adhesion_transport", _B, oblige=True),
    Champ("CODE_REGIME", "code_regime", maxi=2, oblige=True),
    Champ("UAI_ETAB_HEBERGEMENT", "uai_etab_hebergement", maxi=8),
    Champ("DOUBLEMENT", "doublement", _B, oblige=True),
)
CHAMPS_ELEVE = (*CHAMPS_ELEVE_DEBUT, *CHAMPS_ELEVE_FIN)
CHAMPS_BOURSE = (
    Champ("CODE_BOURSE", "code", maxi=1, oblige=True),
    Champ("NB_PART", "parts", _E, maxi=2, oblige=True),
)
CHAMPS_CONTACT = (
    Champ("ID_PRV_PER", "id_prv_per", _E, oblige=True),
    # BEE refuses a code of one character, which the schema 3.1 allowed.
    Champ("CODE_PARENTE", "code_parente", maxi=2, oblige=True),
)
CHAMPS_LIEN = (
    *CHAMPS_CONTACT,
    Champ("PAIE_FRAIS_SCOLAIRES", "paie_frais", _B),
    Champ("HEBERGE_ELEVE", "heberge", _B, oblige=True),
    Champ("PERCOIT_LES_AIDES", "percoit_aides", _B),
    Champ("A_CONTACTER_EN_PRIORITE", "a_contacter_en_priorite", _B),
)
CHAMPS_SCOLARITE = (
    Champ("CODE_MEF", "code_mef", maxi=11, oblige=True),
    Champ("CODE_DIVISION", "code_division", maxi=8),
    Champ("CODE_STATUT", "code_statut", maxi=2, oblige=True),
    Champ("DATE_DEB_SCO", "debut", _D, oblige=True),
    Champ("DATE_FIN_SCO", "fin", _D),
    Champ("ARRET_FORMATION", "arret_formation", maxi=10),
)
CHAMPS_OPTION = (
    Champ("CODE_MATIERE", "code_matiere", maxi=6, oblige=True),
    Champ("CODE_MODALITE_ELECT", "code_modalite_elect", maxi=1, oblige=True),
    Champ("UAJ_ACCUEIL", "uaj_accueil", maxi=8),
)
CHAMPS_DPP = (
    Champ("CODE_DPP", "code", maxi=2, oblige=True),
    Champ("DATE_DEB_DPP", "debut", _D, oblige=True),
    Champ("DATE_FIN_DPP", "fin", _D, oblige=True),
)
CHAMPS_AN_DERNIER = (
    Champ("CODE_RNE", "code_rne", maxi=8),
    Champ("CODE_DEPARTEMENT", "code_departement", maxi=3),
    Champ("CODE_PROVENANCE", "code_provenance", maxi=1, oblige=True),
    Champ("CODE_MEF", "code_mef", maxi=11),
    Champ("TYPE_MEF", "type_mef", maxi=1),
    Champ("CODE_DIVISION", "code_division", maxi=8),
    Champ("CODE_STATUT", "code_statut", maxi=2),
    Champ("DATE_DEB_SCO", "debut", _D),
    Champ("DATE_FIN_SCO", "fin", _D),
    Champ("CODE_REGIME", "code_regime", maxi=2),
)
ABSENTS = {
    "3.1": frozenset({"ID_SIECLE_PER", "ID_SIECLE_ELE", "UAI_ETAB_HEBERGEMENT", "UAJ_ACCUEIL"}),
    "4.0": frozenset({"INE_BEA", "INE_RNIE"}),
}
"""The leaves that a version does not know: read from any file, not written in that version."""


class Nature(Enum):
    """What a person is to a pupil; the value is the tag."""

    LEGAL = "LEGAL"
    EN_CHARGE = "PERSONNE_EN_CHARGE"
    CONTACT = "CONTACT"


class AdresseDossier(Struct, frozen=True):
    """One address: a postal code with its label, or a foreign town."""

    code_pays: str
    ligne1: str | None = None
    ligne2: str | None = None
    ligne3: str | None = None
    ligne4: str | None = None
    code_postal: str | None = None
    libelle_postal: str | None = None
    commune_etrangere: str | None = None


class PersonneDossier(Struct, frozen=True):
    """One person; `id_prv_per` is the private software's number, `id_siecle_per` BEE's PERSONNE_ID."""

    id_prv_per: int
    code_civilite: str
    nom_de_famille: str
    prenom: str
    code_profession: str
    id_siecle_per: int | None = None
    nom_usage: str | None = None
    adresse: AdresseDossier | None = None
    communication_adresse: bool | None = None
    tel_personnel: str | None = None
    tel_professionnel: str | None = None
    tel_portable: str | None = None
    accepte_sms: bool | None = None
    email: str | None = None


class BourseDossier(Struct, frozen=True):
    """One bourse and its number of parts (0 to 99)."""

    code: str
    parts: int


class LienDossier(Struct, frozen=True):
    """The link of a pupil to a person; a contact has neither lodging nor payment."""

    nature: Nature
    id_prv_per: int
    code_parente: str
    paie_frais: bool | None = None
    heberge: bool | None = None
    percoit_aides: bool | None = None
    a_contacter_en_priorite: bool | None = None


class OptionDossier(Struct, frozen=True):
    """One option, by matière on 6 characters; `uaj_accueil`, the school where it is taught elsewhere."""

    code_matiere: str
    code_modalite_elect: str
    uaj_accueil: str | None = None


class Dpp(Struct, frozen=True):
    """One dispositif followed between two days (4.0)."""

    code: str
    debut: date
    fin: date


class ScolariteActive(Struct, frozen=True):
    """The schooling of the year."""

    code_mef: str
    code_statut: str
    debut: date
    code_division: str | None = None
    fin: date | None = None
    arret_formation: str | None = None
    options: tuple[OptionDossier, ...] = ()
    dpps: tuple[Dpp, ...] = ()


class AnDernier(Struct, frozen=True):
    """The schooling of last year; `options` are codes de gestion (AGL1), unlike those of the year."""

    code_provenance: str
    code_rne: str | None = None
    code_departement: str | None = None
    code_mef: str | None = None
    type_mef: str | None = None
    code_division: str | None = None
    code_statut: str | None = None
    debut: date | None = None
    fin: date | None = None
    code_regime: str | None = None
    options: tuple[str, ...] = ()
    dpps: tuple[Dpp, ...] = ()


class EleveDossier(Struct, frozen=True):
    """One pupil. A leaver carries `code_motif_sortie` and `date_sortie`, and may lack what follows links."""

    id_prv_ele: int
    nom_de_famille: str
    prenom: str
    date_naiss: date
    code_pays: str
    adhesion_transport: bool
    code_regime: str
    doublement: bool
    code_motif_sortie: str | None = None
    date_sortie: date | None = None
    id_siecle_ele: int | None = None
    id_national: str | None = None
    ine_bea: str | None = None
    ine_rnie: str | None = None
    nom_usage: str | None = None
    prenom2: str | None = None
    prenom3: str | None = None
    code_pays_nat: str | None = None
    code_sexe: str | None = None
    code_commune_insee_naiss: str | None = None
    ville_naiss: str | None = None
    date_entree: date | None = None
    adresse: AdresseDossier | None = None
    tel_personnel: str | None = None
    tel_professionnel: str | None = None
    tel_portable: str | None = None
    accepte_sms: bool | None = None
    email: str | None = None
    uai_etab_hebergement: str | None = None
    bourses: tuple[BourseDossier, ...] = ()
    responsables: tuple[LienDossier, ...] = ()
    scolarite: ScolariteActive | None = None
    an_dernier: AnDernier | None = None

    @property
    def sorti(self) -> bool:
        """Whether the pupil left the school."""
        return self.date_sortie is not None


class DocumentDossiers(Struct, frozen=True):
    """A whole dossiers file, in file order; `remarques`: what the reader did not understand."""

    entete: EnTeteLiens
    personnes: tuple[PersonneDossier, ...]
    eleves: tuple[EleveDossier, ...]
    remarques: tuple[Remarque, ...] = ()
