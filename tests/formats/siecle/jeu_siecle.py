"""One invented school, Collège Jeanne Inventée, as records of every generic export."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import BinaryIO

from shared.formats.siecle.adresses import Adresse
from shared.formats.siecle.communs import (
    AnneeScolaire,
    Communs,
    Fermeture,
    IdentiteEtablissement,
    PeriodePedagogique,
    ecrire_communs,
)
from shared.formats.siecle.eleves import Eleve, OptionEleve, ScolariteAnDernier, id_eleve_etab
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.etablissements import Etablissement, ecrire_etablissements
from shared.formats.siecle.exports import Export
from shared.formats.siecle.geographique import Commune, Departement, Pays, ecrire_geographique
from shared.formats.siecle.nomenclature import (
    Bourse,
    CodeLibelle,
    Matiere,
    Mef,
    ModaliteCours,
    Nomenclatures,
    OptionObligatoire,
    Programme,
    ecrire_nomenclature,
)
from shared.formats.siecle.responsables import Personne, ResponsableEleve, ecrire_responsables
from shared.formats.siecle.structures import Division, Groupe, ecrire_structures

UAI = "0970001Z"
MEF_5 = "10110001110"
ENVELOPPE = Enveloppe(UAI, 2025, date(2025, 10, 8), datetime.combine(date(2025, 10, 8), time(18, 30, 5)))
ADRESSES = (
    Adresse(
        900301,
        ligne1="3 RUE DE L'ÎLE & DU CŒUR",
        ligne2="",
        code_postal="97000",
        code_pays="100",
        code_commune_insee="97001",
        libelle_pays="FRANCE",
        code_departement="097",
        libelle_postal="VILLE IMAGINAIRE",
    ),
    Adresse(900302, ligne1="12 HIGH STREET", commune_etrangere="LEEDS", code_pays="132"),
)
ELEVES = (
    Eleve(
        eleve_id=700101,
        elenoet=1201,
        nom_de_famille="FICTIF",
        prenom="Zoé",
        date_naiss=date(2013, 4, 17),
        doublement=False,
        code_regime="24",
        date_entree=date(2025, 9, 1),
        code_sexe="2",
        adhesion_transport=False,
        id_national="990000017CF",
        ine_rnie="990000017CF",
        id_eleve_etab=id_eleve_etab(1201, UAI),
        nom_usage="FICTIF-MODÈLE",
        code_pays="100",
        accepte_sms=False,
        date_modification=date(2025, 9, 2),
        ville_naiss="",
        code_pays_nat="100",
        code_statut="ST",
        code_mef=MEF_5,
        code_departement_naiss="097",
        code_commune_insee_naiss="97001",
        code_provenance="1",
        scolarite_an_dernier=ScolariteAnDernier(
            code_mef="10010012110",
            code_structure="6B",
            code_rne=UAI,
            code_nature="340",
            sigle="CLG",
            denom_princ="COLLEGE",
            denom_compl="JEANNE INVENTEE",
            ligne1="1 place de l'Exemple",
            boite_postale="",
            mel="ce.0970001z@ac-exemple.invalid",
            telephone="0199000001",
            code_commune_insee="97001",
            libelle_commune="VILLE  IMAGINAIRE",
        ),
        options=(OptionEleve(1, "O", "030201"), OptionEleve(2, "F", "020300")),
        division="5A",
        groupes=("5LATIN", "5ESP2G1"),
    ),
    Eleve(
        eleve_id=700102,
        elenoet=1202,
        nom_de_famille="EXEMPLE",
        prenom="Aurélien",
        date_naiss=date(2013, 11, 2),
        doublement=True,
        code_regime="0",
        date_entree=date(2025, 9, 1),
        code_sexe="1",
        adhesion_transport=True,
        id_national="990000024BJ",
        ine_bea="0990000241H",
        ine_rnie="990000024BJ",
        id_eleve_etab=id_eleve_etab(1202, UAI),
        id_prv_ele=77,
        prenom2="Tom",
        code_pays="132",
        date_sortie=date(2025, 10, 3),
        mel="aurelien.exemple@eleves.invalid",
        ville_naiss="LEEDS",
        adresse_id=900302,
        code_motif_sortie="10",
        tel_portable="+33639980001",
        code_pays_nat="100",
        code_statut="ST",
        code_mef=MEF_5,
        code_provenance="1",
        division="5A",
        bourses=("1",),
    ),
    Eleve(
        eleve_id=700103,
        elenoet=7,
        nom_de_famille="SANSCLASSE",
        prenom="Ivo",
        date_naiss=date(2014, 1, 31),
        doublement=False,
        code_regime="2",
        date_entree=date(2025, 9, 1),
        code_sexe="1",
        adhesion_transport=False,
    ),
)
PERSONNES = (
    Personne(
        800501,
        "FICTIF",
        "Hélène",
        lc_civilite="MME",
        ll_civilite="MADAME",
        tel_portable="+33639980002",
        accepte_sms=True,
        tel_professionnel="",
        mel="helene.fictif@familles.invalid",
        communication_adresse=True,
        adresse_id=900301,
        code_profession="54",
    ),
    Personne(800502, "MODELE", "Bruno", lc_civilite="M.", ll_civilite="MONSIEUR", accepte_sms=False),
)
LIENS = (
    ResponsableEleve(700101, 800501, 1, "10", True, True, True, True),
    ResponsableEleve(700101, 800502, 1, "20", False, False, False, False),
    ResponsableEleve(700102, 800502, 3, "90"),
)
DIVISIONS = (
    Division("5A", "CINQUIEME A", None, UAI, (MEF_5,)),
    Division("5 B", "CINQUIEME B", "3", UAI, (MEF_5, "10110001210")),
)
GROUPES = (
    Groupe("5LATIN", "LATIN 5EME", None, UAI, (MEF_5,), ("5A", "5 B")),
    Groupe("5ESP2G1", "ESPAGNOL LV2", None, UAI, (MEF_5,)),
)
_LISTES = ("modalites_election", "regimes", "liens_parente", "professions", "provenances", "motifs_sortie")
_LISTES += ("statuts_eleve", "contrats", "types_etablissement", "civilites")
_CODES = ("S", "24", "10", "54", "1", "10", "ST", "3", "CLG", "2")
NOMENCLATURES = Nomenclatures(
    mefs=(
        Mef(
            MEF_5,
            "5G",
            libelle_long="5EME",
            statut_mef="1",
            nb_opt_oblig=2,
            mef_selectionne=1,
            date_ouverture=date(1992, 9, 1),
            date_fermeture=date(9999, 12, 31),
        ),
    ),
    matieres=(
        Matiere("030201", "ANGLAIS LV1", False, "AGL1", "ANGLAIS LV1", "Anglais lv1", "030201"),
        Matiere("", "ATELIER LOCAL", True),
    ),
    programmes=(Programme(MEF_5, "030201", "O", Decimal("3.50")),),
    options_obligatoires=(OptionObligatoire(MEF_5, "030201", 1),),
    bourses=(Bourse("1", "ECH 1", "BOURSE ECHELON 1", 1),),
    modalites_cours=(ModaliteCours("CG", "COURS", "COURS EN CLASSE ENTIERE", False),),
    **{
        liste: (CodeLibelle(code, "COURT", f"LIBELLE {liste}"[:20].upper()),)
        for liste, code in zip(_LISTES, _CODES, strict=True)
    },
)
COMMUNS = Communs(
    IdentiteEtablissement(
        4242,
        denom_princ="COLLEGE",
        denom_compl="JEANNE INVENTEE",
        nom_resp="IRIS PRINCIPE",
        qual_resp="Principale",
        telephone="0199000001",
        mel_1="ce.0970001z@ac-exemple.invalid",
        code_type_etab="CLG",
        secteur_code="PU",
        code_postal="97000",
    ),
    AnneeScolaire(date(2025, 9, 1), date(2026, 7, 3), date(2025, 8, 29), date(2026, 7, 3)),
    periodes=(PeriodePedagogique("T1", 1, "T", date(2025, 9, 1), date(2025, 11, 30), "TRIMESTRE 1"),),
    fermetures=(Fermeture("TOUSSAINT", date(2025, 10, 18), date(2025, 11, 2), "VACANCES"),),
)
ETABLISSEMENTS = (
    Etablissement("0970002A", "CLG", "99", "340", "PU", "CLG", denom_princ="COLLEGE", mel="ce@x.invalid"),
)
PAYS = (Pays("100", libelle_long="FRANCE"), Pays("132", "", "ROYAUME-UNI", date(1900, 1, 1)))
DEPARTEMENTS = (Departement("097", "097", "99", "DEPARTEMENT IMAGINAIRE"),)
COMMUNES = (Commune("97001", "097", "VILLE  IMAGINAIRE"),)

ECRIVAINS: dict[Export, Callable[[BinaryIO], None]] = {
    Export.NOMENCLATURE: lambda f: ecrire_nomenclature(f, ENVELOPPE, NOMENCLATURES),
    Export.ETABLISSEMENTS: lambda f: ecrire_etablissements(f, ENVELOPPE, ETABLISSEMENTS),
    Export.ETABLISSEMENTS_ELEVES: lambda f: ecrire_etablissements(f, ENVELOPPE, ETABLISSEMENTS),
    Export.GEOGRAPHIQUE: lambda f: ecrire_geographique(f, ENVELOPPE, PAYS, DEPARTEMENTS, COMMUNES),
    Export.STRUCTURES: lambda f: ecrire_structures(f, ENVELOPPE, DIVISIONS, GROUPES),
    Export.ELEVES_SANS_ADRESSES: lambda f: ecrire_eleves(f, ENVELOPPE, ELEVES),
    Export.ELEVES_AVEC_ADRESSES: lambda f: ecrire_eleves(f, ENVELOPPE, ELEVES, ADRESSES),
    Export.RESPONSABLES_SANS_ADRESSES: lambda f: ecrire_responsables(f, ENVELOPPE, PERSONNES, LIENS),
    Export.RESPONSABLES_AVEC_ADRESSES: lambda f: ecrire_responsables(f, ENVELOPPE, PERSONNES, LIENS, ADRESSES),
    Export.COMMUNS: lambda f: ecrire_communs(f, ENVELOPPE, COMMUNS),
}


def octets(export: Export) -> bytes:
    """The bytes of one export of the invented school."""
    tampon = io.BytesIO()
    ECRIVAINS[export](tampon)
    return tampon.getvalue()
