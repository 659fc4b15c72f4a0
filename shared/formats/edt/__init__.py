"""The files of the timetable software: ExportEmploiDuTemps and its container, EXP_COURS, UDCal.

Source: reference sts-edt, sections 5 and 6.
"""

from shared.formats.edt.coherence import verifier_coherence
from shared.formats.edt.conteneur import (
    BlocCle,
    Conteneur,
    LimitesCharge,
    lire_conteneur,
    ouvrir_charge,
    ouvrir_edt,
)
from shared.formats.edt.conteneur_ecriture import Destinataire, EnTeteConteneur, ecrire_conteneur
from shared.formats.edt.ecriture import (
    BilanEdt,
    Profil,
    ReglagesEdt,
    ecrire_document_edt,
    ecrire_edt,
    nom_fichier_edt,
    nom_fichier_socle,
)
from shared.formats.edt.enregistrements import (
    AnneeScolaire,
    Appartenance,
    Classe,
    Cours,
    Eleve,
    EnTete,
    Etablissement,
    ExportEmploiDuTemps,
    GrilleHoraire,
    Groupe,
    Materiel,
    Matiere,
    Participation,
    Personnel,
    Place,
    Professeur,
    Reference,
    Responsable,
    ResponsableEleve,
    Salle,
)
from shared.formats.edt.exp_cours import CoursExporte, LecteurExpCours, ProfesseurCours, PublicCours
from shared.formats.edt.lecture import LecteurEdt, lire_edt
from shared.formats.edt.moteur import Brut, Fiche
from shared.formats.edt.refus import EdtRefuse
from shared.formats.edt.schema import valider
from shared.formats.edt.semaines import (
    fabriquer_idpn,
    jours_du_masque,
    masque,
    numero_semaine,
    semaines_du_masque,
)
from shared.formats.edt.udcal import FichierUdcal, lire_udcal, lire_udcal_zip
from shared.formats.edt.valeurs import Sexe

NON_PORTES: tuple[str, ...] = (
    "les sections des versions postérieures à 1.1 dont le schéma n'est pas public (Nomenclatures, Etiquettes, "
    "MotifsAbsence, Absences) : signalées, non lues",
    "les étiquettes et les périodes des cours des versions postérieures : conservées telles quelles",
    "les attributs d'un autre espace de noms et les commentaires",
    "les vacances et jours fériés, que le format ne porte que par les masques de semaines",
    "les matières nationales : le format ne porte que le code de gestion",
    "un contenu chiffré de plus de 7 Mo",
    "les fichiers UDCal dont le contenu n'est pas connu (01, 02, 06, 09, 14 à 17, 20, 22, 25, 26) : signalés, non lus",
    "l'écriture d'EXP_COURS et d'UDCal",
    "l'import PARTENAIRE_INDEX, dont le schéma n'est pas public",
)
"""What these formats have and our records do not carry."""

__all__ = [
    "NON_PORTES",
    "AnneeScolaire",
    "Appartenance",
    "BilanEdt",
    "BlocCle",
    "Brut",
    "Classe",
    "Conteneur",
    "Cours",
    "CoursExporte",
    "Destinataire",
    "EdtRefuse",
    "Eleve",
    "EnTete",
    "EnTeteConteneur",
    "Etablissement",
    "ExportEmploiDuTemps",
    "Fiche",
    "FichierUdcal",
    "GrilleHoraire",
    "Groupe",
    "LecteurEdt",
    "LecteurExpCours",
    "LimitesCharge",
    "Materiel",
    "Matiere",
    "Participation",
    "Personnel",
    "Place",
    "Professeur",
    "ProfesseurCours",
    "Profil",
    "PublicCours",
    "Reference",
    "ReglagesEdt",
    "Responsable",
    "ResponsableEleve",
    "Salle",
    "Sexe",
    "ecrire_conteneur",
    "ecrire_document_edt",
    "ecrire_edt",
    "fabriquer_idpn",
    "jours_du_masque",
    "lire_conteneur",
    "lire_edt",
    "lire_udcal",
    "lire_udcal_zip",
    "masque",
    "nom_fichier_edt",
    "nom_fichier_socle",
    "numero_semaine",
    "ouvrir_charge",
    "ouvrir_edt",
    "semaines_du_masque",
    "valider",
    "verifier_coherence",
]
