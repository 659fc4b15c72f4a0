"""What one line of a national nomenclature is made of.

Source: reference nomenclatures (tables and lengths), reference SIECLE section 5, reference STS section 2.3.
Codes are strings: leading zeros and letters matter. `fiabilite` is « publie » when a public source prints the
code, « deduit » when it was deduced: correct the data file, not the code.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct


class Entree(Struct, frozen=True):
    """A line of a simple list: code, short label (at most 10 characters, may be empty), long label."""

    code: str
    libelle_court: str
    libelle_long: str


class Mef(Struct, frozen=True):
    """A « module élémentaire de formation », 11 characters.

    `suivant` is the MEF of the next year when there is only one (None: orientation or end of cycle);
    `rattachement` the national MEF ending in 0 (itself, for a national one).
    """

    code: str
    formation: str
    specialite: str
    libelle_long: str
    libelle_edition: str
    mefstat11: str
    mefstat4: str
    rattachement: str
    suivant: str | None
    nb_options_obligatoires: int
    nb_options_minimum: int
    ouverture: date | None
    fermeture: date | None
    famille: str | None
    fiabilite: str

    def ouvert(self, jour: date) -> bool:
        """Whether the MEF exists on that day (no date: always)."""
        apres = self.ouverture is None or self.ouverture <= jour
        return apres and (self.fermeture is None or jour <= self.fermeture)


class Matiere(Struct, frozen=True):
    """A subject: code on 6, code de gestion on 5 (unique, what users see), labels of 20, 40 and 60."""

    code: str
    code_gestion: str
    libelle_court: str
    libelle_long: str
    libelle_edition: str
    usage: str


class Programme(Struct, frozen=True):
    """Weekly hours of a matière in a MEF. `modalite`: S tronc commun, O obligatoire, F facultative.

    `academie` is set when only that académie teaches it (languages of Nouvelle-Calédonie).
    """

    mef: str
    matiere: str
    horaire: Decimal
    modalite: str
    fiabilite: str
    academie: str | None


class Langue(Struct, frozen=True):
    """A living language at a rank (1 to 3), and where pupils may take it at that rank."""

    matiere: str
    langue: str
    libelle: str
    rang: int
    college: bool
    lycee: bool


class Discipline(Struct, frozen=True):
    """A « discipline de poste »: letter and four digits, STS label of 10, fonction, AAF category."""

    code: str
    libelle_court: str
    libelle_long: str
    fonction: str
    categorie: str
    poids: int
    fiabilite: str


class Fonction(Struct, frozen=True):
    """A fonction of an agent. `dans_sts`: oui, possible or non."""

    code: str
    libelle_court: str
    libelle_long: str
    dans_sts: str
    fiabilite: str


class Grade(Struct, frozen=True):
    """A grade as STS prints it (10 characters), its corps, weekly hours due, weight by kind of school."""

    code: str
    libelle_long: str
    corps: str
    heures_dues: int
    poids_clg: int
    poids_lgt: int
    poids_lp: int
    fiabilite: str


class ModaliteCours(Struct, frozen=True):
    """A « modalité de cours » of STS; `co_enseignement`: several teachers may share it."""

    code: str
    libelle_court: str
    libelle_long: str
    co_enseignement: bool


class MefStat4(Struct, frozen=True):
    """A level of the statistics; `indemnite_pp`: a professeur principal may be paid for it."""

    code: str
    libelle_court: str
    libelle_long: str
    indemnite_pp: bool


class Parente(Struct, frozen=True):
    """A kinship code of SIECLE (2 digits) and the one-digit code it had before 2018 (may be None)."""

    code: str
    libelle_court: str
    libelle_long: str
    ancien_code: str | None


class Pcs(Struct, frozen=True):
    """A « profession et catégorie sociale » on 2 digits; `poids`: relative weight among parents."""

    code: str
    libelle_court: str
    libelle_long: str
    poids: int


class Nature(Struct, frozen=True):
    """A nature of établissement, its STS category and the label the AAF gives to the type."""

    code: str
    libelle_long: str
    categorie: str
    type_aaf: str
    fiabilite: str


class Commune(Struct, frozen=True):
    """A commune and one of its postcodes; `departement` on 3 characters, as the ministry writes it."""

    insee: str
    libelle: str
    code_postal: str
    acheminement: str
    departement: str


class Academie(Struct, frozen=True):
    """An académie: code on 2 digits (STS prints 3), départements on 3, holiday zone or « austral »."""

    code: str
    nom: str
    departements: tuple[str, ...]
    zone: str | None
    fermeture: date | None

    @property
    def code_sts(self) -> str:
        """The code as STS files print it, on 3 digits."""
        return self.code.zfill(3)
