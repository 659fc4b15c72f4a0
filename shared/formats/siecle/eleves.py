"""The records of ElevesSansAdresses.xml and ElevesAvecAdresses.xml (`BEE_ELEVES`).

Source: reference SIECLE, sections 2.1 and 2.2.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from shared.contracts.refus import Remarque
from shared.formats.siecle.adresses import Adresse
from shared.formats.siecle.champs import Champ, Forme
from shared.formats.siecle.enveloppe import EnTete

RACINES = ("BEE_ELEVES", "BEE_EPHC_ELEVES")
VERSION = "3.0"

CHAMPS_SCOLARITE_AN_DERNIER = (
    Champ("CODE_MEF", "code_mef", maxi=11),
    # 8 in the specification of 2017; the profil académique may allow codes of 20 characters.
    Champ("CODE_STRUCTURE", "code_structure", maxi=20),
    Champ("CODE_RNE", "code_rne", maxi=8),
    Champ("CODE_NATURE", "code_nature", maxi=3),
    Champ("SIGLE", "sigle", maxi=14),
    Champ("DENOM_PRINC", "denom_princ", maxi=30),
    Champ("DENOM_COMPL", "denom_compl", maxi=30),
    Champ("LIGNE1_ADRESSE", "ligne1", maxi=38),
    Champ("LIGNE2_ADRESSE", "ligne2", maxi=38),
    Champ("LIGNE3_ADRESSE", "ligne3", maxi=38),
    Champ("LIGNE4_ADRESSE", "ligne4", maxi=38),
    Champ("BOITE_POSTALE", "boite_postale", maxi=7),
    Champ("COMMUNE_ETRANGERE", "commune_etrangere", maxi=32),
    Champ("MEL", "mel", maxi=254),
    Champ("TELEPHONE", "telephone", Forme.TELEPHONE, maxi=20),
    Champ("CODE_COMMUNE_INSEE", "code_commune_insee", maxi=5),
    Champ("LL_COMMUNE_INSEE", "libelle_commune", maxi=32),
)

CHAMPS_ELEVE = (
    Champ("ID_NATIONAL", "id_national", maxi=11),
    Champ("INE_BEA", "ine_bea", maxi=11),
    Champ("INE_RNIE", "ine_rnie", maxi=11),
    Champ("ELENOET", "elenoet", Forme.ENTIER, maxi=5),
    Champ("ID_ELEVE_ETAB", "id_eleve_etab", maxi=11),
    Champ("ID_PRV_ELE", "id_prv_ele", Forme.ENTIER),
    Champ("NOM_DE_FAMILLE", "nom_de_famille", maxi=100, oblige=True, anciens=("NOM",)),
    Champ("NOM_USAGE", "nom_usage", maxi=100),
    Champ("PRENOM", "prenom", maxi=100, oblige=True),
    Champ("PRENOM2", "prenom2", maxi=100),
    Champ("PRENOM3", "prenom3", maxi=100),
    Champ("DATE_NAISS", "date_naiss", Forme.DATE, oblige=True),
    Champ("DOUBLEMENT", "doublement", Forme.ZERO_UN, toujours=True),
    Champ("TEL_PROFESSIONNEL", "tel_professionnel", Forme.TELEPHONE, maxi=20),
    Champ("CODE_PAYS", "code_pays", maxi=3),
    Champ("ACCEPTE_SMS", "accepte_sms", Forme.ZERO_UN),
    Champ("DATE_MODIFICATION", "date_modification", Forme.DATE),
    Champ("DATE_SORTIE", "date_sortie", Forme.DATE),
    Champ("MEL", "mel", maxi=254),
    Champ("CODE_REGIME", "code_regime", maxi=2, toujours=True),
    Champ("DATE_ENTREE", "date_entree", Forme.DATE, toujours=True),
    Champ("VILLE_NAISS", "ville_naiss", maxi=32),
    Champ("ADRESSE_ID", "adresse_id", Forme.ENTIER),
    Champ("CODE_MOTIF_SORTIE", "code_motif_sortie", maxi=2),
    Champ("TEL_PERSONNEL", "tel_personnel", Forme.TELEPHONE, maxi=20),
    Champ("CODE_SEXE", "code_sexe", maxi=1, toujours=True),
    Champ("TEL_PORTABLE", "tel_portable", Forme.TELEPHONE, maxi=20),
    Champ("CODE_PAYS_NAT", "code_pays_nat", maxi=3),
    Champ("CODE_STATUT", "code_statut", maxi=2),
    Champ("CODE_MEF", "code_mef", maxi=11),
    Champ("CODE_DEPARTEMENT_NAISS", "code_departement_naiss", maxi=3),
    Champ("CODE_COMMUNE_INSEE_NAISS", "code_commune_insee_naiss", maxi=5),
    Champ("ADHESION_TRANSPORT", "adhesion_transport", Forme.ZERO_UN, toujours=True),
    Champ("CODE_PROVENANCE", "code_provenance", maxi=1),
)

CHAMPS_OPTION = (
    Champ("NUM_OPTION", "num_option", Forme.ENTIER, oblige=True),
    Champ("CODE_MODALITE_ELECT", "code_modalite_elect", maxi=1, toujours=True),
    Champ("CODE_MATIERE", "code_matiere", maxi=6, oblige=True),
)


class ScolariteAnDernier(Struct, frozen=True):
    """Where the pupil was last year: MEF, division (`code_structure`), school and its address."""

    code_mef: str | None = None
    code_structure: str | None = None
    code_rne: str | None = None
    code_nature: str | None = None
    sigle: str | None = None
    denom_princ: str | None = None
    denom_compl: str | None = None
    ligne1: str | None = None
    ligne2: str | None = None
    ligne3: str | None = None
    ligne4: str | None = None
    boite_postale: str | None = None
    commune_etrangere: str | None = None
    mel: str | None = None
    telephone: str | None = None
    code_commune_insee: str | None = None
    libelle_commune: str | None = None


class OptionEleve(Struct, frozen=True):
    """One option of a pupil: rank from 1, modality (S, O, F…), matière on 6 characters."""

    num_option: int
    code_modalite_elect: str | None
    code_matiere: str


class Eleve(Struct, frozen=True):
    """One pupil of the base: schooled, not yet affected, or gone (`date_sortie`).

    `elenoet` is the number inside the school, `eleve_id` the key in the base. Text attributes are None when
    the element is absent, "" when it is written empty. `division` and `groupes` are structure codes;
    `groupes` and `options` keep the order of the file.
    """

    eleve_id: int
    elenoet: int | None
    nom_de_famille: str
    prenom: str
    date_naiss: date
    doublement: bool | None = None
    code_regime: str | None = None
    date_entree: date | None = None
    code_sexe: str | None = None
    adhesion_transport: bool | None = None
    id_national: str | None = None
    ine_bea: str | None = None
    ine_rnie: str | None = None
    id_eleve_etab: str | None = None
    id_prv_ele: int | None = None
    nom_usage: str | None = None
    prenom2: str | None = None
    prenom3: str | None = None
    tel_professionnel: str | None = None
    code_pays: str | None = None
    accepte_sms: bool | None = None
    date_modification: date | None = None
    date_sortie: date | None = None
    mel: str | None = None
    ville_naiss: str | None = None
    adresse_id: int | None = None
    code_motif_sortie: str | None = None
    tel_personnel: str | None = None
    tel_portable: str | None = None
    code_pays_nat: str | None = None
    code_statut: str | None = None
    code_mef: str | None = None
    code_departement_naiss: str | None = None
    code_commune_insee_naiss: str | None = None
    code_provenance: str | None = None
    scolarite_an_dernier: ScolariteAnDernier | None = None
    options: tuple[OptionEleve, ...] = ()
    division: str | None = None
    groupes: tuple[str, ...] = ()
    bourses: tuple[str, ...] = ()


class OptionsDeLEleve(Struct, frozen=True):
    """The element OPTION of one pupil, as it stands in the file."""

    eleve_id: int
    options: tuple[OptionEleve, ...]


class StructuresDeLEleve(Struct, frozen=True):
    """The element STRUCTURES_ELEVE of one pupil: divisions (one in a sound file), groups, in order."""

    eleve_id: int
    divisions: tuple[str, ...]
    groupes: tuple[str, ...]


class BoursesDeLEleve(Struct, frozen=True):
    """The element BOURSES_ELEVE of one pupil: codes of bourse."""

    eleve_id: int
    codes: tuple[str, ...]


class DocumentEleves(Struct, frozen=True):
    """A whole pupils' file, options, structures and bourses joined to their pupil, in file order."""

    entete: EnTete
    eleves: tuple[Eleve, ...]
    adresses: tuple[Adresse, ...]
    remarques: tuple[Remarque, ...] = ()


def id_eleve_etab(elenoet: int, uai: str) -> str:
    """ID_ELEVE_ETAB: the ELENOET on 5 digits, then the UAI without its first and last characters."""
    return f"{elenoet:05d}{uai[1:7]}"
