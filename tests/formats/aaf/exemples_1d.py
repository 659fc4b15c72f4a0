"""An invented école and its people, as typed records of the first degree: what `data/*-1d` hold."""

from __future__ import annotations

from datetime import date

from shared.formats.aaf import EleveAaf1d, EtabEducNatAaf1d, Fiche, PersEducNatAaf1d, PersRelEleveAaf1d
from shared.formats.aaf.valeurs import (
    Autorite,
    ClasseEcole,
    CodeLibelle,
    Commune,
    DateDeClasse,
    Fonction,
    Lignes,
    NomCourant,
    telephone,
)
from shared.identifiers.ine import fabriquer_ine
from shared.identifiers.uai import fabriquer_uai

PROJET_1D = "ENT1D-ENT96"
ORDINAIRE = CodeLibelle("11", "ORDINAIRE")
REGROUPEMENT = CodeLibelle("40", "REGROUPEMENT")
CE2 = ClasseEcole(31, ORDINAIRE, "7001", "CE2-CM1 Mme ŒUVRARD")
UPE2A = ClasseEcole(31, REGROUPEMENT, "7009", "UPE2A")

CIRCONSCRIPTION = EtabEducNatAaf1d(
    jointure=9,
    uai=fabriquer_uai("096", 8),
    nom=NomCourant("IEN", "MOULINS-FEINTS OUEST", "MOULINS-FEINTS"),
    type_structure="CIRCONSCRIPTIONS INSPECTION EDUC NAT",
    tutelle="MINISTERE DE L'EDUCATION NATIONALE",
    secteur="PU",
    academie="FICTIVE",
)
ECOLE = EtabEducNatAaf1d(
    jointure=31,
    uai=fabriquer_uai("096", 61),
    siren="21960061000015",
    nom=NomCourant("E.E.PU", "L'ÎLE AUX ŒILLETS", "MOULINS-FEINTS"),
    type_structure="ECOLE DE NIVEAU ELEMENTAIRE",
    tutelle="MINISTERE DE L'EDUCATION NATIONALE",
    secteur="PU",
    circonscription=9,
    commune=Commune("96901", "MOULINS-FEINTS", "096"),
    rpi=Commune("1204", "RPI DES DEUX RIVES", "096"),
    academie="FICTIVE",
    rue="1 place de l'Église",
    code_postal="96000",
    ville="MOULINS-FEINTS",
    telephone=telephone("0199000061"),
    mel="ecole.oeillets@ac-fictive.invalid",
)
ELEVES_1D = (
    EleveAaf1d(
        jointure=810001,
        ine=fabriquer_ine(990000061),
        naissance=date(2016, 5, 8),
        civilite="M.",
        structure=31,
        autorites=(Autorite(820001, 10), Autorite(820002, 20)),
        restaurant=True,
        garderie_soir=True,
        niveau=CodeLibelle("1123", "CE2"),
        cycle=CodeLibelle("2", "CYCLE II"),
        type_classe=ORDINAIRE,
        entrees=(DateDeClasse(31, date(2024, 9, 2), "7001"),),
        classes=(CE2,),
        groupes=(UPE2A,),
        nom_famille="SAINT-AUBÉPIN",
        nom_usage="SAINT-AUBÉPIN",
        prenom="Ossian",
        prenoms=("Ossian", "Noé"),
    ),
    EleveAaf1d(
        jointure=810002,
        ine=fabriquer_ine(990000062),
        naissance=date(2015, 12, 1),
        civilite="Mme",
        structure=31,
        autorites=(Autorite(820001, 10),),
        transport=True,
        niveau=CodeLibelle("1124", "CM1"),
        cycle=CodeLibelle("3", "CYCLE III"),
        type_classe=ORDINAIRE,
        entrees=(DateDeClasse(31, date(2024, 9, 2), "7001"),),
        classes=(CE2,),
        nom_famille="SAINT-AUBÉPIN",
        nom_usage="SAINT-AUBÉPIN",
        prenom="Fleurine",
        prenoms=("Fleurine",),
    ),
)
RESPONSABLES_1D = (
    PersRelEleveAaf1d(
        jointure=820001,
        civilite="Mme",
        eleves=(810001, 810002),
        adresse=Lignes("", "", "5 RUE DU PRÉ", ""),
        code_postal="96000",
        ville="MOULINS-FEINTS",
        pays="FRANCE",
        mobiles=(telephone("0639980061"),),
        mels=("s.daubriac@courriel.invalid",),
        nom_famille="DAUBRIAC",
        nom_usage="SAINT-AUBÉPIN",
        prenom="Solveig",
        prenoms=("Solveig",),
    ),
    PersRelEleveAaf1d(
        jointure=820002,
        civilite="M.",
        eleves=(810001,),
        adresse=Lignes("", "", "8 CHEMIN D'EN HAUT", ""),
        pays="PAYS INCONNU",
        diffusion_adresse=True,
        telephone_domicile=telephone("0199000062"),
        nom_famille="SAINT-AUBÉPIN",
        nom_usage="SAINT-AUBÉPIN",
        prenom="Gwenaël",
        prenoms=("Gwenaël",),
    ),
)
PERSONNELS_1D = (
    PersEducNatAaf1d(
        jointure=6100,
        naissance=date(1984, 1, 30),
        prenoms=("Ondine",),
        civilite="Mme",
        structure=31,
        fonctions=(Fonction(31, "ENS", "ENSEIGNEMENT", "D0000", "DIRECTION"),),
        directions=(31,),
        specialites=(CodeLibelle("D0000", "DIRECTION"),),
        nom_famille="GOUVENEL",
        nom_usage="ŒUVRARD",
        prenom="Ondine",
        mel="ondine.oeuvrard@ac-fictive.invalid",
    ),
    PersEducNatAaf1d(
        jointure=6101,
        naissance=date(1990, 10, 4),
        prenoms=("Maël",),
        civilite="M.",
        fonctions=(Fonction(31, "ACS", "ACCOMPAGNEMENT SOUTIEN ET HORS AIS", "G0145", "OPTION D"),),
        nom_famille="TREZEL",
        nom_usage="TREZEL",
        prenom="Maël",
    ),
)
FICHES_1D_EXEMPLES: tuple[Fiche, ...] = (
    CIRCONSCRIPTION,
    ECOLE,
    *ELEVES_1D,
    *RESPONSABLES_1D,
    *PERSONNELS_1D,
)
"""In the order of a feed."""
