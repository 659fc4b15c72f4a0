"""Examining the files of the timetable software: ExportEmploiDuTemps, its container, EXP_COURS, UDCal.

Source: reference sts-edt, sections 5 and 6; procedure STS-25 (one name for a class or a group everywhere).
"""

from __future__ import annotations

from collections import Counter

from shared.formats.edt import (
    LecteurExpCours,
    lire_conteneur,
    lire_edt,
    lire_udcal,
    verifier_coherence,
)
from shared.formats.edt.enregistrements import VERSION_PUBLIEE, ExportEmploiDuTemps
from shared.formats.edt.refus import RACINE, RACINE_CONTENEUR
from shared.formats.edt.schema import schema
from shared.formats.examen.cles import Sorte
from shared.formats.examen.lecture import GRAVITES, Lecture, conforme
from shared.formats.examen.rapport import Gravite, dit
from shared.formats.examen.valeurs import controler_ine, controler_uai

_GRAVITES = GRAVITES | {
    "EDT_LIEN_ROMPU": Gravite.ERREUR,
    "EDT_IDENT_REPETE": Gravite.ERREUR,
    "EDT_COURS_IGNORE": Gravite.INFORMATION,  # real files have some
}
_COMPTES = (
    ("élèves", "eleves"),
    ("professeurs", "professeurs"),
    ("classes", "classes"),
    ("groupes", "groupes"),
    ("matières", "matieres"),
    ("salles", "salles"),
    ("cours", "cours"),
)


def examiner_edt(lu: Lecture) -> None:
    """Examine a clear ExportEmploiDuTemps. Raises `FichierRefuse` when it cannot be read."""
    with lu.ouvrir() as flux:
        _document(lu, lire_edt(flux, lu.nom))
    if not lu.approfondi:
        return
    if lu.reconnu.version == VERSION_PUBLIEE:
        conforme(lu, schema(RACINE), Gravite.REMARQUE)
    else:
        lu.recueil.information(
            "SANS_SCHEMA",
            f"Version « {dit(lu.reconnu.version or 'non indiquée')} » : le fichier est lu, sans être comparé à un "
            f"schéma (seul celui de la version {VERSION_PUBLIEE} est publié).",
        )


def _document(lu: Lecture, document: ExportEmploiDuTemps) -> None:
    lu.uai, lu.annee = document.entete.uai or None, document.annee.debut.year
    for quoi, champ in _COMPTES:
        lu.compte(quoi, len(getattr(document, champ)))
    for classe in document.classes:
        lu.cles.cite(Sorte.DIVISION, classe.nom.strip(), None)
    for groupe in document.groupes:
        lu.cles.cite(Sorte.GROUPE, groupe.nom.strip(), None)
    for professeur in document.professeurs:
        lu.cles.cite(Sorte.ENSEIGNANT_ID, professeur.id_sts, None)
    controler_uai(lu.recueil, lu.uai, None, "UAI")
    for eleve in document.eleves:
        controler_ine(lu.recueil, eleve.numero_national, None, f"Eleve {eleve.ident}")
        if eleve.id_sconet and eleve.id_sconet.isascii() and eleve.id_sconet.isdigit():
            lu.cles.cite(Sorte.ELEVE, int(eleve.id_sconet), None)
    if lu.approfondi:
        for remarque in (*document.remarques, *verifier_coherence(document, lu.nom)):
            lu.recueil.reprend(remarque, _GRAVITES.get(remarque.code, Gravite.REMARQUE))


def examiner_conteneur(lu: Lecture) -> None:
    """Examine a container, whose content is encrypted. Raises `FichierRefuse`."""
    with lu.ouvrir() as flux:
        conteneur = lire_conteneur(flux, lu.nom)
    lu.uai = conteneur.uai
    lu.compte("clés de partenaires", len(conteneur.cles))
    controler_uai(lu.recueil, lu.uai, None, "UAI")
    for remarque in conteneur.remarques:
        lu.recueil.reprend(remarque, _GRAVITES.get(remarque.code, Gravite.REMARQUE))
    if lu.approfondi:
        conforme(lu, schema(RACINE_CONTENEUR), Gravite.REMARQUE)
    lu.recueil.information(
        "EDT_CHIFFRE",
        "Le contenu est chiffré pour un partenaire : il n'est pas lu ici.",
        remede="Demandez l'export en clair pour l'examiner, ou déchiffrez-le avec la clé du partenaire.",
    )


def examiner_exp_cours(lu: Lecture) -> None:
    """Examine a list of courses. Raises `FichierRefuse` when it cannot be read."""
    with lu.ouvrir() as flux:
        lecteur = LecteurExpCours(flux, lu.nom)
        lu.compte("cours", sum(1 for _ in lecteur))
        for remarque in lecteur.remarques:
            lu.recueil.reprend(remarque, _GRAVITES.get(remarque.code, Gravite.REMARQUE))


def examiner_udcal(lu: Lecture) -> None:
    """Examine one UDCal file. Raises `FichierRefuse` when it cannot be read."""
    with lu.ouvrir() as flux:
        fichier = lire_udcal(flux, lu.nom)
    for genre, nombre in Counter(type(fiche).__name__.removesuffix("Udt") for fiche in fichier.fiches).items():
        lu.compte(genre.lower(), nombre)
    for remarque in fichier.remarques:
        lu.recueil.reprend(remarque, _GRAVITES.get(remarque.code, Gravite.REMARQUE))
