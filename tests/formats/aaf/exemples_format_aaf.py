"""An invented collège and its people, as typed records: what the golden files of `data/` hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from shared.formats.aaf import (
    EleveAaf,
    EtabEducNatAaf,
    Fiche,
    MatiereEducNatAaf,
    MefEducNatAaf,
    PersEducNatAaf,
    PersRelEleveAaf,
)
from shared.formats.aaf.valeurs import (
    CodeLibelle,
    DansStructure,
    DateDeClasse,
    DivisionDeclaree,
    Fonction,
    GroupeDeclare,
    LienResponsable,
    Lignes,
    MatiereDansStructure,
    MefDansStructure,
    NomCourant,
    telephone,
)
from shared.identifiers.ine import fabriquer_ine
from shared.identifiers.uai import fabriquer_uai

DATA = Path(__file__).parent / "data"
JOUR = date(2024, 9, 16)
HORODATAGE = datetime(2024, 9, 16, 2, 0, tzinfo=UTC)
PROJET = "ENT2DVA-ENT96"
UAI = fabriquer_uai("096", 42)

COLLEGE = EtabEducNatAaf(
    jointure=420,
    uai=UAI,
    siren="19960042000017",
    nom=NomCourant("CLG", "DES GRANDS-ŒUVRES", "MOULINS-FEINTS"),
    type_structure="COLLEGE",
    code_type_structure="340",
    tutelle="MINISTERE DE L'EDUCATION NATIONALE",
    code_tutelle="06",
    contrat="PU",
    rue="8 QUAI DE L'ÎLE",
    code_postal="96000",
    commune="MOULINS-FEINTS",
    telephone=telephone("0199000042"),
    mel=f"ce.{UAI.lower()}@ac-fictive.invalid",
    bassin=CodeLibelle("96001", "BASSIN NORD"),
    academie="FICTIVE",
    code_academie="096",
    divisions=(
        DivisionDeclaree("4A", "4EME", ("10210001110",)),
        DivisionDeclaree("4B", "4EME", ("10210001110",)),
    ),
    groupes=(GroupeDeclare("4A GR1", "", ("4A",)), GroupeDeclare("4A-4B LAT", "", ("4A", "4B"))),
)
MEF = MefEducNatAaf(code="10210001110", libelle="4EME", rattachement="10210001110", mefstat11="21120010019")
MATIERES = (
    MatiereEducNatAaf(code="020300", libelle="FRANCAIS"),
    MatiereEducNatAaf(code="061300", libelle="MATHEMATIQUES"),
)
ADRESSE = Lignes("2 bis rue de l'Œillet", "Bât. « C » & D", "", "")
ELEVES = (
    EleveAaf(
        jointure=910001,
        ine=fabriquer_ine(990000011),
        eleve_id=33001,
        naissance=date(2011, 2, 9),
        nom_famille="D'AUBRÊME",
        nom_usage="D'AUBRÊME",
        prenom="Maëlys",
        prenoms=("Maëlys", "Zoé"),
        civilite="Mme",
        liens=(
            LienResponsable(920001, 10, True, 1, False, True),
            LienResponsable(920002, 38, False, 0, True, False),
        ),
        regime="DEMI-PENSIONNAIRE DANS L'ETABLISSEMENT",
        adresse=ADRESSE,
        code_postal="96000",
        ville="MOULINS-FEINTS",
        pays="FRANCE",
        adresse_de=920001,
        mef="10210001110",
        libelle_mef="4EME",
        niveau="4EME",
        filiere="4EME",
        enseignements=(("020300", "FRANCAIS"), ("061300", "MATHEMATIQUES")),
        structure=420,
        entrees=(DateDeClasse(420, date(2024, 9, 2), "4A"),),
        classes=(DansStructure(420, "4A"),),
        groupes=(DansStructure(420, "4A GR1"), DansStructure(420, "4A-4B LAT")),
    ),
    EleveAaf(
        jointure=910002,
        ine=fabriquer_ine(990000012),
        naissance=date(2010, 12, 31),
        nom_famille="VERTUMNE",
        nom_usage="VERTUMNE",
        prenom="Basile",
        prenoms=("Basile",),
        civilite="M.",
        boursier=True,
        regime="EXTERNE LIBRE",
        mef="10210001110",
        libelle_mef="4EME",
        structure=420,
        classes=(DansStructure(420, "4B"),),
    ),
)
RESPONSABLES = (
    PersRelEleveAaf(
        jointure=920001,
        nom_famille="QUINTREL",
        nom_usage="D'AUBRÊME",
        prenom="Éloïse",
        civilite="Mme",
        eleves=(910001,),
        telephone_domicile=telephone("0199001234"),
        adresse=ADRESSE,
        code_postal="96000",
        ville="MOULINS-FEINTS",
        pays="FRANCE",
        mobiles=(telephone("0639980011"),),
        mels=("eloise.quintrel@courriel.invalid",),
        mobile_sms=telephone("0639980011"),
    ),
    PersRelEleveAaf(
        jointure=920002,
        nom_famille="QUINTREL",
        nom_usage="QUINTREL",
        prenom="Anselme",
        civilite="M.",
        eleves=(910001,),
        pays="FRANCE",
        diffusion_adresse=True,
    ),
)
PERSONNELS = (
    PersEducNatAaf(
        jointure=5200,
        naissance=date(1979, 7, 4),
        nom_famille="PERDRIGEON",
        nom_usage="PERDRIGEON-LEROUX",
        prenom="OCTAVE",
        civilite="M.",
        mel="octave.perdrigeon@ac-fictive.invalid",
        structure=420,
        disciplines=(CodeLibelle("13", "MATHEMATIQUES"),),
        discipline_poste=CodeLibelle("13", "MATHEMATIQUES"),
        mefs=(MefDansStructure(420, "10210001110", "4EME"),),
        matieres=(DansStructure(420, "MATHEMATIQUES"),),
        classes=(DansStructure(420, "4A"), DansStructure(420, "4B")),
        groupes=(DansStructure(420, "4A GR1"),),
        matieres_classes=(
            MatiereDansStructure(420, "4A", "061300"),
            MatiereDansStructure(420, "4B", "061300"),
        ),
        matieres_groupes=(MatiereDansStructure(420, "4A GR1", "061300"),),
        principal=(DansStructure(420, "4A"),),
        fonctions=(Fonction(420, "ENS", "ENSEIGNEMENT", "L1300", "MATHEMATIQUES"),),
        enseignant=True,
        devant_eleves=True,
    ),
    PersEducNatAaf(
        jointure=5201,
        nom_famille="SAINT-ELME",
        nom_usage="SAINT-ELME",
        prenom="IRIS",
        civilite="Mme",
        disciplines=(CodeLibelle("00", "NON SPECIALISE"),),
        fonctions=(Fonction(420, "AED", "ASSISTANT D'EDUCATION"),),
        enseignant=False,
        devant_eleves=False,
    ),
)
FICHES_EXEMPLES: tuple[Fiche, ...] = (COLLEGE, MEF, *MATIERES, *ELEVES, *RESPONSABLES, *PERSONNELS)
"""In the order of a feed."""
