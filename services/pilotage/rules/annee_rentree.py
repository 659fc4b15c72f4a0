"""The steps of the rentrée and of the weeks after it, in both calendars. Pure data.

Source: procedures section 13, CAL-03, CAL-04, CAL-06 (guides 000 §2 and §4, 002 calendar, 003 §3 and §4, 004 §3).
"""

from __future__ import annotations

from datetime import date, timedelta

from services.pilotage.rules.calendrier import (
    ADJOINT,
    ADMINISTRATEUR,
    CHEF,
    DPE,
    SECRETARIAT,
    SUPERVISEUR,
    TROIS_MINUTES,
    Dates,
    Jalon,
    acte,
)
from services.pilotage.rules.chaine import Source
from shared.horloge.profils import ProfilAcademique


def _transfert(profil: ProfilAcademique, d: Dates, periode: str, debut: date, fin: date) -> tuple[Jalon, ...]:
    """From EDT to STS-Web, from STS-Web to SIECLE, the links, up to the ENT: the same in both calendars."""
    structure = profil.sts_exports_apres_import == "structure_puis_services"
    return (
        Jalon(
            "edt_vers_sts",
            periode,
            ADJOINT,
            "Transfert d'EDT vers STS-Web, avec l'assistant (synchro 3).",
            "edt",
            debut,
            fin,
            acte("edt", "export_sts"),
            apres=("correspondances",) if profil.calendrier == "nord" else ("premiere_synchro",),
            guide="002, calendrier ; 003 §3.1",
        ),
        Jalon(
            "import_sts",
            periode,
            CHEF,
            "« Imports » > « Emploi du temps » dans STS-Web, « Non » à la question sur les services.",
            "sts_web",
            debut,
            fin,
            acte("sts_web", "import_emploi_du_temps"),
            apres=("edt_vers_sts",),
            suite="Annule et remplace, sur-le-champ.",
            guide="002, calendrier ; 000 §2.8",
        ),
        Jalon(
            "structure_rentree",
            periode,
            CHEF,
            "« Exports » > « Structure ».",
            "sts_web",
            debut,
            fin,
            acte("sts_web", "export_structure"),
            apres=("import_sts",),
            suite="Sans lui, SIECLE ne connaît pas les groupes.",
            guide="000 §2.9, 003 §3.2" if structure else "002 n'en parle pas ; 000 §2.9",
            facultatif=not structure,
        ),
        Jalon(
            "services",
            periode,
            CHEF,
            "« Exports » > « Services », à refaire après toute modification.",
            "sts_web",
            debut,
            fin,
            acte("sts_web", "export_services"),
            apres=("import_sts", *(("structure_rentree",) if structure else ())),
            suite="Enseignants, classes et groupes liés dans l'ENT 48 heures plus tard.",
            guide="002, calendrier ; 003 §3.2",
        ),
        Jalon(
            "liens",
            periode,
            SUPERVISEUR,
            "Exporte les liens élèves/groupes d'EDT, les dépose dans SIECLE (synchro 5). " + TROIS_MINUTES,
            "siecle_bee",
            debut,
            fin,
            acte("siecle_bee", "depot_liens"),
            apres=("structure_rentree",),
            suite="Traités la nuit suivante.",
            guide="000 §4, 003 §3.3",
        ),
        Jalon(
            "compte_rendu",
            periode,
            SECRETARIAT,
            "Lit le compte rendu le lendemain du dépôt (Suivi des échanges).",
            "siecle_bee",
            debut,
            fin + timedelta(days=1),
            (Source("siecle_bee", "bee_depots", "lot"),),
            apres=("liens",),
            guide="000 §4.5, 001 §4",
        ),
    )


def rentree_nord(profil: ProfilAcademique, d: Dates) -> tuple[Jalon, ...]:
    """Fin août, début septembre: appointments, files, correspondences, transfers (CAL-03, CAL-04)."""
    debut, fin = d.jour(8, 16), d.jour(9, 15)
    periode, rentree = "fin août, début septembre", d.scolaire.rentree_eleves
    return (
        Jalon(
            "nominations",
            "fin août",
            DPE,
            "Dernières nominations dans EPP, agents dans GI/GC.",
            "rectorat",
            debut,
            d.scolaire.rentree_professeurs,
            acte("rectorat", "agents"),
            suite="Dans STS-Web la nuit suivante.",
            guide="002, Les ressources",
        ),
        Jalon(
            "export_edt_rentree",
            periode,
            CHEF,
            "Nouvel export « Emploi du temps » : MEF, structures et enseignants à jour.",
            "sts_web",
            debut,
            fin,
            acte("sts_web", "export_emploi_du_temps"),
            apres=("nominations",),
            guide="002, calendrier",
        ),
        Jalon(
            "correspondances",
            periode,
            ADJOINT,
            "Import dans le logiciel privé et mises en correspondance.",
            "edt",
            debut,
            fin,
            acte("edt", "correspondances", "import_sts"),
            apres=("export_edt_rentree",),
            guide="002, calendrier ; 004 §3.1.2",
        ),
        *_transfert(profil, d, periode, debut, fin),
        Jalon(
            "pronote",
            "à la rentrée",
            "Le superviseur PRONOTE",
            "Nouvelle base PRONOTE, à partir d'EDT et de l'année précédente.",
            "edt",
            d.jour(8, 16),
            rentree + timedelta(days=14),
            acte("edt", "pronote_initialisation"),
            guide="003 §3.4",
        ),
    )


def rentree_sud(profil: ProfilAcademique, d: Dates) -> tuple[Jalon, ...]:
    """Février to April: synchros 1, 3, 4, 5 and the campagne de rentrée of March (CAL-06)."""
    debut, fin = d.campagne
    rentree = d.scolaire.rentree_professeurs
    return (
        Jalon(
            "premiere_synchro",
            "février",
            ADJOINT,
            "Première synchro 1 : enseignants, structures et suppléants, de STS-Web vers EDT.",
            "edt",
            rentree - timedelta(days=21),
            d.jour(2, 28),
            acte("edt", "import_sts"),
            apres=("bascule_sts",),
            guide="004 §3.1",
            relais="synchro_1",
        ),
        *_transfert(profil, d, "février-mars", d.jour(2, 1), fin),
        Jalon(
            "campagne",
            f"mars (du {debut:%d/%m} au {fin:%d/%m})",
            CHEF,
            "Campagne de rentrée dans STS-Web, à la suite de la remontée : validation des V.S.",
            "sts_web",
            debut,
            fin,
            acte("sts_web", "validation_vs"),
            apres=("import_sts",),
            suite="Après elle, les exports restent possibles et nécessaires.",
            guide="004 §3.1, §3.1.1",
        ),
        Jalon(
            "synchro_1",
            "mars-avril",
            ADJOINT,
            "Synchro 1 à nouveau, et correspondances.",
            "edt",
            debut,
            d.jour(4, 30),
            acte("edt", "import_sts", "correspondances"),
            apres=("import_sts", "campagne"),
            suite="Suppose la synchro 3 faite depuis le dernier changement.",
            guide="004 §3.1",
        ),
    )


def apres(d: Dates) -> tuple[Jalon, ...]:
    """What follows in the ENT and in the autumn."""
    rentree = d.scolaire.rentree_eleves
    nord = d.scolaire.calendrier == "nord"
    suite = (
        Jalon(
            "comptes_ent",
            "rentrée + 48 h",
            "L'ENT",
            "Comptes, classes, groupes et rubriques, d'après ce qui a été exporté.",
            "ent",
            rentree - timedelta(days=14),
            rentree + timedelta(days=16),
            (Source("ent", "import_aaf", "lot"),),
            apres=("services",),
            guide="003 §3.2, 000 §4.5",
            arrivee="services",
        ),
        Jalon(
            "import_ent",
            "à la rentrée",
            ADMINISTRATEUR,
            "Premier import de l'emploi du temps d'EDT dans l'ENT, avec l'assistant.",
            "ent",
            rentree - timedelta(days=7),
            rentree + timedelta(days=21),
            acte("ent", "import_edt"),
            apres=("comptes_ent",),
            suite="Les comptes qui ne correspondent pas sont listés à chaque import.",
            guide="003 §4.1",
        ),
        Jalon(
            "automatisation",
            "quelques jours plus tard",
            ADMINISTRATEUR,
            "Automatise l'import : utilisateur autorisé, URL portée dans EDT.",
            "ent",
            rentree + timedelta(days=3),
            rentree + timedelta(days=45),
            acte("ent", "import_automatise"),
            apres=("import_ent",),
            guide="003 §4.1, §5.2.1",
            facultatif=True,
        ),
    )
    if not nord:
        return suite
    debut, fin = d.campagne
    return (
        *suite,
        Jalon(
            "validation_vs",
            "septembre-octobre",
            CHEF,
            "Remontée des V.S. avant la date butoir ; les exports continuent après elle.",
            "sts_web",
            debut,
            fin,
            acte("sts_web", "validation_vs"),
            apres=("import_sts",),
            guide="000 §2.9",
            facultatif=True,
        ),
    )
