"""What the attributes of the AAF are: a role, or one role for each segment of a composite value.

Source: reference AAF, sections 4 (second degree, 2012 to 2024) and 5 (first degree).
"""

from __future__ import annotations

from shared.formats.pseudonymes.champs import Role

_GARDER, _DIVISION, _GROUPE, _ETAB = Role.GARDER, Role.DIVISION, Role.GROUPE, Role.ETABLISSEMENT

SIMPLES: dict[str, Role] = {}
"""Role of an attribute whose values are whole."""

COMPOSITES: dict[str, tuple[Role, ...]] = {
    "ENTElevePersRelEleve": (Role.JOINTURE, _GARDER),
    "ENTEleveAutoriteParentale": (Role.JOINTURE, _GARDER),
    "ENTPersonAdresse": (Role.VOIE, Role.COMPLEMENT),
    "ENTEleveDateEntreeClasses": (_ETAB, _GARDER, _DIVISION),
    "ENTEleveDateSortieClasses": (_ETAB, _GARDER, _DIVISION),
    "ENTEleveClasses": (_ETAB, _DIVISION),
    "ENTEleveGroupes": (_ETAB, _GROUPE),
    "ENTAuxEnsClasses": (_ETAB, _DIVISION),
    "ENTAuxEnsGroupes": (_ETAB, _GROUPE),
    "ENTAuxEnsClassesMatieres": (_ETAB, _DIVISION, _GARDER),
    "ENTAuxEnsGroupesMatieres": (_ETAB, _GROUPE, _GARDER),
    "ENTAuxEnsClassesPrincipal": (_ETAB, _DIVISION),
    "ENTAuxEnsMEF": (_ETAB, _GARDER, Role.LIBELLE_NATIONAL),
    "ENTAuxEnsMatiereEnseignEtab": (_ETAB, Role.LIBELLE_NATIONAL),
    "ENTPersonFonctions": (_ETAB, _GARDER),
    "ENTStructureNomCourant": (_GARDER, Role.NOM_ETABLISSEMENT, Role.COMMUNE),
    "ENTStructureClasses": (_DIVISION, Role.LIBELLE, _GARDER),
    "ENTStructureGroupes": (_GROUPE, Role.LIBELLE_GROUPE, _DIVISION),
    "ENTPersonClasses": (_ETAB, _GARDER, _GARDER, _GARDER, _DIVISION),
    "ENTPersonGroupes": (_ETAB, _GARDER, _GARDER, _GARDER, _GROUPE),
    "ENTEcoleCommune": (_GARDER, Role.COMMUNE, _GARDER),
    "ENTEcoleRPI": (_GARDER, Role.NOM_ETABLISSEMENT, _GARDER),
}
"""Roles of the segments between « $ »; the last one serves for all that follow."""

_PAR_ROLE: dict[Role, str] = {
    Role.JOINTURE: """
        ENTPersonJointure ENTEleveParents ENTElevePere ENTEleveMere ENTElevePersRelEleve1 ENTElevePersRelEleve2
        ENTEleveAdresseRel ENTAuxPersRelEleveEleve ENTPersRelEleveEleve
    """,
    Role.INE: "ENTEleveINE",
    Role.ELEVE: "ENTEleveStructRattachId",
    Role.INDIVIDU: "ENTPersonSTSId",
    Role.NAISSANCE: "ENTPersonDateNaissance",
    Role.NOM: "ENTPersonNomPatro sn ENTPersonNom",
    Role.PRENOM: "givenName ENTPersonAutresPrenoms ENTPersonPrenom",
    Role.CIVILITE: "personalTitle ENTPersonCivilite",
    Role.TELEPHONE: """
        homePhone telephoneNumber mobile ENTPersonMobileSMS facsimileTelephoneNumber ENTPersonTelPerso
        ENTPersRelEleveTelMobile ENTPersRelEleveTelPro ENTStructureTelephone ENTStructureFax
    """,
    Role.MEL: "mail ENTPersonMail ENTStructureMailSI ENTStructureEmail",
    Role.VOIE: "street ENTStructureAdresse",
    Role.VIDER: "postOfficeBox ENTStructureBoitePostale",
    Role.COMMUNE: "ENTPersonVille ENTPersonPays l ENTStructureVille",
    Role.UAI: "ENTStructureUAI ENTEtablissementUAI",
    Role.ETABLISSEMENT: """
        ENTStructureJointure ENTPersonStructRattach ENTEtablissementStructRattachFctl ENTStructureSIREN
        ENTEcoleCirconscription ENTEnsFonctionDir
    """,
    Role.LIBELLE_NATIONAL: """
        ENTEleveLibelleMEF ENTEleveNivFormation ENTEleveFiliere ENTEleveEnseignements ENTLibelleMef ENTLibelleMatiere
        ENTNivFormation ENTFiliere
    """,
    Role.GARDER: """
        categoriePersonne categorieStructure categorieMef categorieMatiere
        ENTEleveQualitePersRelEleve1 ENTEleveQualitePersRelEleve2 ENTEleveBoursier ENTEleveRegime ENTEleveTransport
        ENTPersonCodePostal ENTEleveStatutEleve ENTEleveMEF ENTEleveCodeEnseignements ENTPersonAdresseDiffusion
        ENTAuxEnsCategoDiscipline ENTAuxEnsDisciplinesPoste ENTPersonCategorieEnseignant
        PersEducNatPresenceDevantEleves ENTStructureTypeStruct ENTStructureCodeTypeStruct
        ENTEtablissementMinistereTutelle ENTEtablissementCodeMinistereTutelle ENTEtablissementContrat postalCode
        ENTEtablissementBassin ENTServAcAcademie ENTServAcCodeAcademie ENTMefJointure ENTMEFRattach ENTMEFSTAT11
        ENTMatJointure ENTMatiereRattach ENTEleveRestaurantScolaire ENTEleveGarderieMatin ENTEleveGarderieSoir
        ENTEleveEtudesSurveillees ENTEleveNiveau ENTEleveCycle ENTEleveTypeClasse ENTEnsSpecialites
        ENTEcoleMinistereTutelle ENTEcoleCodeMinistereTutelle ENTEcoleSecteur ENTStructureCodePostal
    """,
}
SIMPLES.update((nom, role) for role, noms in _PAR_ROLE.items() for nom in noms.split())


def roles(nom: str, valeur: str) -> tuple[tuple[str, Role], ...] | None:
    """The segments of a value and what each is, None for an attribute that nobody knows.

    ENTEleveAutoriteParentale is a bare identifier until 2014, a pair in the first degree: both read the same.
    """
    if nom in SIMPLES:
        return ((valeur, SIMPLES[nom]),)
    attendus = COMPOSITES.get(nom)
    if attendus is None:
        return None
    segments = valeur.split("$")
    if nom == "ENTStructureNomCourant" and len(segments) != 3:
        return ((valeur, Role.NOM_ETABLISSEMENT),)
    suite = attendus + attendus[-1:] * (len(segments) - len(attendus))
    return tuple(zip(segments, suite, strict=False))
