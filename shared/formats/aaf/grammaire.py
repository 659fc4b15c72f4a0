"""The grammar of the AAF feed, both degrees: categories, generations, attributes in file order.

The two degrees share the words of their categories, never their attributes: `degre_de` tells them apart.

Source: reference aaf.md, sections 0 (generations), 1.3 (header comments), 2.1 (categories), 4 and 5 (attributes).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache, lru_cache


class Categorie(StrEnum):
    """One category of objects; the value is the word used in file names."""

    ETABLISSEMENT = "EtabEducNat"
    MEF = "MefEducNat"
    MATIERE = "MatiereEducNat"
    ELEVE = "Eleve"
    RESPONSABLE = "PersRelEleve"
    PERSONNEL = "PersEducNat"


CATEGORIES: tuple[Categorie, ...] = tuple(Categorie)
"""In the order in which a feed is read: what is referred to first, pupils before staff (section 1.5)."""

REFERENCES = frozenset({Categorie.ETABLISSEMENT, Categorie.MEF, Categorie.MATIERE})
"""Categories that a delta sends again in full, as addRequest (section 1.5)."""

RANGS: dict[Categorie, int] = {categorie: rang for rang, categorie in enumerate(CATEGORIES)}

DECLARATIONS: dict[Categorie, tuple[str, str]] = {
    Categorie.ETABLISSEMENT: ("categorieStructure", "EtabEducNat"),
    Categorie.MEF: ("categorieMef", "MefEducNat"),
    Categorie.MATIERE: ("categorieMatiere", "MatEducNat"),
    Categorie.ELEVE: ("categoriePersonne", "Eleve"),
    Categorie.RESPONSABLE: ("categoriePersonne", "PersRelEleve"),
    Categorie.PERSONNEL: ("categoriePersonne", "PersEducNat"),
}
"""Name and value of the operational attribute; the value of MATIERE is not the word of the file names."""

DECLAREES: dict[tuple[str, str], Categorie] = {paire: c for c, paire in DECLARATIONS.items()}


class Degre(StrEnum):
    """First degree (écoles, « Aaf1d ») or second degree (collèges, lycées); the value is that of the header."""

    PREMIER = "1D"
    SECOND = "2D"


class Grammaire(StrEnum):
    """A generation of the SDET. `SDET_4` stands for the feeds of 2012 to 2014, `V6_3_1D` is the first degree."""

    SDET_4 = "2012-2014"
    V6_1 = "6.1"
    V6_3 = "6.3"
    V6_4 = "6.4"
    V6_3_1D = "1D-6.3"

    @property
    def degre(self) -> Degre:
        """The degree that this grammar describes."""
        return Degre.PREMIER if self is Grammaire.V6_3_1D else Degre.SECOND


GRAMMAIRES: tuple[Grammaire, ...] = tuple(g for g in Grammaire if g.degre is Degre.SECOND)
"""The generations of the second degree, oldest first."""

GRAMMAIRES_DE: dict[Degre, tuple[Grammaire, ...]] = {
    Degre.SECOND: GRAMMAIRES,
    Degre.PREMIER: (Grammaire.V6_3_1D,),
}
_RANG_GRAMMAIRE = {grammaire: rang for rang, grammaire in enumerate(Grammaire)}
_VERSION_AF = {
    Grammaire.SDET_4: "AAF-VE1301",
    Grammaire.V6_1: "AAF-VE1806",
    Grammaire.V6_3: "AAF-VE2003",
    Grammaire.V6_4: "AAF-VE2407",
    Grammaire.V6_3_1D: "AAF-VE2003",
}

# Attributes in file order; "+6.1" = since 6.1, "-" = only in 2012-2014.
_TABLES: dict[Categorie, str] = {
    Categorie.ELEVE: """
        ENTPersonJointure ENTEleveINE+6.1 ENTEleveStructRattachId ENTPersonDateNaissance ENTPersonNomPatro
        sn givenName ENTPersonAutresPrenoms personalTitle
        ENTEleveParents- ENTElevePere- ENTEleveMere- ENTEleveAutoriteParentale-
        ENTElevePersRelEleve1- ENTEleveQualitePersRelEleve1-
        ENTElevePersRelEleve2- ENTEleveQualitePersRelEleve2-
        ENTElevePersRelEleve ENTEleveBoursier ENTEleveRegime ENTEleveTransport
        ENTPersonAdresse+6.1 ENTPersonCodePostal+6.1 ENTPersonVille+6.1 ENTPersonPays+6.1
        ENTEleveAdresseRel+6.1 ENTEleveStatutEleve ENTEleveMEF ENTEleveLibelleMEF ENTEleveNivFormation
        ENTEleveFiliere ENTEleveEnseignements ENTEleveCodeEnseignements ENTPersonStructRattach
        ENTEleveDateEntreeClasses+6.3 ENTEleveDateSortieClasses+6.3 ENTEleveClasses ENTEleveGroupes
    """,
    Categorie.RESPONSABLE: """
        ENTPersonJointure ENTPersonDateNaissance ENTPersonNomPatro sn givenName personalTitle
        ENTAuxPersRelEleveEleve+6.1 homePhone telephoneNumber ENTPersonAdresse ENTPersonCodePostal
        ENTPersonVille ENTPersonPays ENTPersonAdresseDiffusion+6.1 mobile+6.1 mail+6.1 ENTPersonMobileSMS+6.1
    """,
    Categorie.PERSONNEL: """
        ENTPersonJointure ENTPersonDateNaissance ENTPersonNomPatro sn givenName ENTPersonAutresPrenoms+6.4
        personalTitle mail ENTPersonStructRattach ENTAuxEnsCategoDiscipline ENTAuxEnsDisciplinesPoste
        ENTAuxEnsMEF ENTAuxEnsMatiereEnseignEtab ENTAuxEnsClasses ENTAuxEnsGroupes ENTAuxEnsClassesMatieres
        ENTAuxEnsGroupesMatieres ENTAuxEnsClassesPrincipal ENTPersonFonctions
        ENTPersonCategorieEnseignant+6.1 PersEducNatPresenceDevantEleves
    """,
    Categorie.ETABLISSEMENT: """
        ENTStructureJointure ENTStructureUAI ENTEtablissementUAI ENTStructureSIREN ENTStructureNomCourant
        ENTStructureTypeStruct ENTStructureCodeTypeStruct+6.4 ENTEtablissementMinistereTutelle
        ENTEtablissementCodeMinistereTutelle+6.4 ENTEtablissementContrat postOfficeBox street postalCode l
        telephoneNumber facsimileTelephoneNumber ENTStructureMailSI+6.1 ENTEtablissementStructRattachFctl
        ENTEtablissementBassin ENTServAcAcademie ENTServAcCodeAcademie+6.4 ENTStructureClasses
        ENTStructureGroupes
    """,
    Categorie.MEF: "ENTMefJointure ENTLibelleMef ENTMEFRattach ENTMEFSTAT11",
    Categorie.MATIERE: "ENTMatJointure ENTLibelleMatiere",
}

_TABLES_1D: dict[Categorie, str] = {
    Categorie.ELEVE: """
        ENTPersonJointure ENTEleveINE ENTPersonDateNaissance ENTPersonCivilite ENTPersonStructRattach
        ENTEleveAutoriteParentale ENTEleveRestaurantScolaire ENTEleveTransport ENTEleveGarderieMatin
        ENTEleveGarderieSoir ENTEleveEtudesSurveillees ENTEleveNiveau ENTEleveCycle ENTEleveTypeClasse
        ENTEleveDateEntreeClasses ENTEleveDateSortieClasses ENTPersonClasses ENTPersonGroupes
        ENTPersonNomPatro ENTPersonNom ENTPersonPrenom ENTPersonAutresPrenoms
    """,
    Categorie.RESPONSABLE: """
        ENTPersonJointure ENTPersonCivilite ENTPersRelEleveEleve ENTPersonAdresse ENTPersonCodePostal
        ENTPersonVille ENTPersonPays ENTPersonAdresseDiffusion ENTPersonTelPerso ENTPersRelEleveTelMobile
        ENTPersonMail ENTPersRelEleveTelPro ENTPersonNomPatro ENTPersonNom ENTPersonPrenom ENTPersonAutresPrenoms
    """,
    Categorie.PERSONNEL: """
        ENTPersonJointure ENTPersonDateNaissance ENTPersonAutresPrenoms ENTPersonCivilite ENTPersonStructRattach
        ENTPersonFonctions ENTPersonCategorieEnseignant ENTEnsFonctionDir ENTEnsSpecialites
        ENTPersonNomPatro ENTPersonNom ENTPersonPrenom ENTPersonMail
    """,
    Categorie.ETABLISSEMENT: """
        ENTStructureJointure ENTStructureUAI ENTStructureSIREN ENTStructureNomCourant ENTStructureTypeStruct
        ENTEcoleMinistereTutelle ENTEcoleSecteur ENTEcoleCirconscription ENTEcoleCommune ENTEcoleRPI
        ENTServAcAcademie ENTStructureAdresse ENTStructureBoitePostale ENTStructureCodePostal ENTStructureVille
        ENTStructureTelephone ENTStructureFax ENTStructureMailSI
    """,
}

ADMIS_EN_PLUS: dict[Categorie, frozenset[str]] = {
    Categorie.ELEVE: frozenset(
        {
            "ENTEleveDateEntreeStructRattach",
            "ENTEleveDateSortieStructRattach",
            "ENTEleveStructureRattachIdMEN",
            "ENTEleveEnseignementsEtablissementsAccueil",
            "mail",
            "homePhone",
        }
    ),
    Categorie.RESPONSABLE: frozenset({"ENTPersonAutresPrenoms"}),
    Categorie.PERSONNEL: frozenset(
        {
            "ENTEnsFonctionDir",
            "ENTPersonSTSId",
            "ENTPersonStructRattachDate",
            "ENTAuxEnsCategoDisciplineDate",
            "ENTAuxEnsMEFDate",
            "ENTAuxEnsClassesMatieresDate",
            "ENTAuxEnsGroupesMatieresDate",
            "ENTAuxEnsClassesPrincipalDate",
            "ENTPersonFonctionsDate",
            "ENTPersonCategorieEnseignantDate",
        }
    ),
    Categorie.ETABLISSEMENT: frozenset(),
    Categorie.MEF: frozenset({"ENTNivFormation", "ENTFiliere"}),
    Categorie.MATIERE: frozenset({"ENTMatiereRattach"}),
}
"""Attributes known to readers, never written by us (section 4, "accepted by entcore")."""

ADMIS_EN_PLUS_1D: dict[Categorie, frozenset[str]] = {
    Categorie.ELEVE: frozenset({"ENTPersonMail", "ENTEleveDateEntreeStructRattach", "ENTEleveDateSortieStructRattach"}),
    Categorie.RESPONSABLE: frozenset(),
    Categorie.PERSONNEL: frozenset(),
    Categorie.ETABLISSEMENT: frozenset(
        {
            "ENTStructureCodeTypeStruct",
            "ENTEcoleCodeMinistereTutelle",
            "ENTServAcCodeAcademie",
            "ENTEtablissementContrat",
            "ENTStructureEmail",
        }
    ),
}
"""The same for the first degree (section 5)."""


def categories_de(degre: Degre) -> tuple[Categorie, ...]:
    """The categories of a degree, in reading order: the first one has neither MEF nor matières."""
    return tuple(c for c in CATEGORIES if degre is Degre.SECOND or c in _TABLES_1D)


@cache
def attributs_de(categorie: Categorie, grammaire: Grammaire = Grammaire.V6_4) -> tuple[str, ...]:
    """The attributes that a record of `categorie` carries in `grammaire`, in file order.

    None for a category that the degree of `grammaire` does not have.
    """
    if grammaire.degre is Degre.PREMIER:
        return tuple(_TABLES_1D.get(categorie, "").split())
    rang = _RANG_GRAMMAIRE[grammaire]
    noms: list[str] = []
    for mot in _TABLES[categorie].split():
        nom, plus, depuis = mot.partition("+")
        if plus and rang < _RANG_GRAMMAIRE[Grammaire(depuis)]:
            continue
        if nom.endswith("-"):
            if grammaire is not Grammaire.SDET_4:
                continue
            nom = nom[:-1]
        noms.append(nom)
    return tuple(noms)


@cache
def attributs_connus(categorie: Categorie, degre: Degre = Degre.SECOND) -> frozenset[str]:
    """Every attribute that a reader may meet in `categorie`, all generations of `degre` together."""
    admis = ADMIS_EN_PLUS if degre is Degre.SECOND else ADMIS_EN_PLUS_1D
    noms = {nom for grammaire in GRAMMAIRES_DE[degre] for nom in attributs_de(categorie, grammaire)}
    return frozenset(noms) | admis.get(categorie, frozenset())


@cache
def _propres(categorie: Categorie, degre: Degre) -> frozenset[str]:
    """The attributes that only this degree has."""
    autre = Degre.PREMIER if degre is Degre.SECOND else Degre.SECOND
    return attributs_connus(categorie, degre) - attributs_connus(categorie, autre)


@lru_cache(maxsize=1024)
def degre_de(categorie: Categorie, noms: tuple[str, ...]) -> Degre | None:
    """The degree of a record, by the attributes that only one degree has; None when nothing tells, or both do."""
    if categorie not in _TABLES_1D:
        return Degre.SECOND
    ensemble = frozenset(noms)
    premier = bool(ensemble & _propres(categorie, Degre.PREMIER))
    second = bool(ensemble & _propres(categorie, Degre.SECOND))
    if premier == second:
        return None
    return Degre.PREMIER if premier else Degre.SECOND


@lru_cache(maxsize=1024)
def reconnaitre_grammaire(categorie: Categorie, noms: tuple[str, ...]) -> Grammaire:
    """The generation whose attribute list is the nearest to `noms`, the most recent one when in doubt.

    A modification that names less than half of a record is in doubt: only names unknown to a generation count.
    """
    ensemble = set(noms)

    def ecart(grammaire: Grammaire) -> int:
        attendus = set(attributs_de(categorie, grammaire))
        partiel = 2 * len(ensemble) < len(attendus)
        return len(ensemble - attendus) + (0 if partiel else len(attendus - ensemble))

    return min(reversed(GRAMMAIRES_DE[degre_de(categorie, noms) or Degre.SECOND]), key=ecart)


def attribut_jointure(categorie: Categorie) -> str:
    """The attribute that repeats the identifier: the first one of the category."""
    return attributs_de(categorie)[0]


def entetes(grammaire: Grammaire, code_academie: str, instant: date) -> tuple[tuple[str, str], ...]:
    """The comments that open a file, as (key, value), in order.

    `code_academie`: two digits; `instant`: day of generation. Source: section 1.3.
    """
    lignes = [("versionAF", _VERSION_AF[grammaire])]
    if grammaire is not Grammaire.SDET_4:
        annexe = "Annexe 1" if grammaire.degre is Degre.PREMIER else "Annexe 4bis"
        lignes.append(("versionSDET", f"{annexe} version {grammaire.value.removeprefix('1D-')}"))
    if grammaire is Grammaire.V6_4:
        lignes += [
            ("codeAcademieExport", code_academie),
            ("degre", "2D"),
            ("dateGenerationExport", f"{instant.day:02d}/{instant.month:02d}/{instant.year:04d}"),
        ]
    return tuple(lignes)


def cle_identifiant(categorie: Categorie, identifiant: str) -> tuple[int, int, str]:
    """The order of records in a feed: category, then identifier ascending.

    Identifiers are integers without leading zeros (persons, structures) or codes of a fixed length (MEF,
    matières): by length, then by text, is the right order for both. Source: section 1.5 and section 3.
    """
    return RANGS[categorie], len(identifiant), identifiant
