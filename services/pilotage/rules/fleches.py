"""The exchanges of the chain, one by one. Pure data: see chaine.py for what each field means.

Source: AAF-03 to AAF-06 (remontées), BEE-80 to BEE-84 (deposits), STS-58 to STS-67 (exports),
EDT-49 (numbers of the synchros of Nouméa and of the fiche of 2013), CAL-08 to CAL-13 (who waits for which night).
"""

from __future__ import annotations

from services.pilotage.rules.chaine import Attente, Echange, Fleche, Source
from services.pilotage.rules.pieces import (
    BASE_MODIFIEE,
    MODIFICATION,
    SERVICES_SAISIS,
    STRUCTURE_SAISIE,
    acte,
    du_lot,
    message,
    nomenclatures,
    recu,
    remontee,
)

FLECHES: tuple[Fleche, ...] = (
    Fleche(
        "rectorat",
        "sts_web",
        "EPP, nomenclatures",
        (
            Echange(
                "agents_epp",
                "Agents (EPP)",
                "lot",
                (recu("sts_web", "agents_epp"),),
                lot="rectorat_diffusion",
                envois=("agents_epp",),
                attentes=(
                    Attente(
                        acte("rectorat", "agents"),
                        ("dossier saisi", "dossiers saisis"),
                        lot="rectorat_diffusion",
                        par_ligne=False,
                    ),
                ),
            ),
            nomenclatures("sts_web"),
            message("sts_web", "date_butoir_vs", "Date butoir de la remontée des V.S."),
        ),
    ),
    Fleche(
        "rectorat",
        "siecle_bee",
        "Affectation, bascule, INE",
        (
            message("siecle_bee", "affectations", "Résultats d'affectation"),
            message("siecle_bee", "bascule_bee", "Bascule de la base élèves"),
            Echange(
                "ines_attribues",
                "INE attribués",
                "lot",
                (recu("siecle_bee", "ines_attribues"),),
                lot="rectorat_diffusion",
                envois=("ines_attribues",),
                attentes=(
                    Attente(
                        (recu("rectorat", "demande_ine"),),
                        ("demande d'INE", "demandes d'INE"),
                        lot="rectorat_diffusion",
                        par_ligne=False,
                    ),
                ),
            ),
            nomenclatures("siecle_bee"),
        ),
    ),
    Fleche(
        "siecle_bee",
        "rectorat",
        "Demandes, SYSCA",
        (
            message("rectorat", "demande_ine", "Demandes d'INE"),
            message("rectorat", "demande_nomenclature", "Demandes de nomenclatures"),
            Echange(
                "remontee_sysca",
                "Fiches complètes (SYSCA)",
                "lot",
                (recu("rectorat", "remontee_sysca"),),
                lot="remontee_bee",
                envois=("remontee_sysca",),
            ),
        ),
    ),
    Fleche(
        "edt",
        "rectorat",
        "Certificat demandé",
        (message("rectorat", "demande_certificat", "Demande de certificat NetSynchro"),),
    ),
    Fleche(
        "rectorat", "edt", "délivré par la DSI", (message("edt", "certificat_netsynchro", "Certificat NetSynchro"),)
    ),
    Fleche(
        "sts_web",
        "edt",
        "sts_emp",
        (
            Echange(
                "sts_emp",
                "Fichier sts_emp",
                "personne",
                acte("edt", "import_sts"),
                attentes=(
                    Attente(
                        acte("sts_web", "export_emploi_du_temps"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="l'import dans EDT",
                        fin=acte("edt", "import_sts"),
                    ),
                ),
                synchro="1",
            ),
        ),
    ),
    Fleche(
        "edt",
        "sts_web",
        "emp_sts",
        (
            Echange(
                "emp_sts",
                "Fichier emp_sts",
                "personne",
                acte("sts_web", "import_emploi_du_temps"),
                attentes=(
                    Attente(
                        acte("edt", "export_sts"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="l'import dans STS-Web",
                        fin=acte("sts_web", "import_emploi_du_temps"),
                    ),
                ),
                synchro="3",
                fiche_2013="8",
            ),
        ),
    ),
    Fleche(
        "sts_web",
        "siecle_bee",
        "Structure, services",
        (
            Echange(
                "structure_sts",
                "Export de la structure",
                "service_web",
                (recu("siecle_bee", "structure_sts"),),
                envois=("structure_sts",),
                attentes=(
                    Attente(
                        STRUCTURE_SAISIE,
                        MODIFICATION,
                        geste="« Exports » > « Structure »",
                        fin=acte("sts_web", "export_structure"),
                    ),
                ),
                synchro="4a",
            ),
            Echange(
                "services_sts",
                "Export des services",
                "service_web",
                (recu("siecle_bee", "services_sts"),),
                envois=("services_sts",),
                attentes=(
                    Attente(
                        SERVICES_SAISIS,
                        MODIFICATION,
                        geste="« Exports » > « Services »",
                        fin=acte("sts_web", "export_services"),
                    ),
                ),
                synchro="4b",
            ),
            message("siecle_bee", "bascule_sts", "Bascule de STS-Web"),
        ),
    ),
    Fleche(
        "siecle_bee",
        "sts_web",
        "Effectifs",
        (
            Echange(
                "effectifs_bee",
                "Effectifs calculés",
                "lot",
                (recu("sts_web", "effectifs_bee"),),
                lot="remontee_bee",
                envois=("effectifs_bee",),
            ),
        ),
    ),
    Fleche(
        "siecle_bee",
        "edt",
        "Exports XML",
        (
            Echange(
                "export_xml",
                "Exports XML de SIECLE",
                "personne",
                acte("edt", "import_siecle"),
                attentes=(
                    Attente(
                        acte("siecle_bee", "export_xml"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="l'import dans EDT",
                        fin=acte("edt", "import_siecle"),
                        par_annee=False,
                    ),
                ),
                synchro="2",
            ),
        ),
    ),
    Fleche(
        "edt",
        "siecle_bee",
        "Liens ELEGROUPE",
        (
            Echange(
                "liens",
                "Liens élève-groupe",
                "personne",
                (du_lot("bee_depots"),),
                lot="bee_depots",
                attentes=(
                    Attente(
                        acte("siecle_bee", "depot_liens"),
                        ("dépôt", "dépôts"),
                        lot="bee_depots",
                        par_ecole=True,
                    ),
                    Attente(
                        acte("edt", "export_liens"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="le dépôt dans SIECLE",
                        fin=acte("siecle_bee", "depot_liens"),
                        par_annee=False,
                    ),
                ),
                synchro="5",
                fiche_2013="6",
            ),
        ),
    ),
    Fleche(
        "rectorat",
        "aaf",
        "Remontée du rectorat",
        (
            remontee(
                "remontee_rectorat",
                "Remontée du rectorat (EPP, GI/GC)",
                (
                    Attente(
                        acte("rectorat", "agents"),
                        ("dossier saisi", "dossiers saisis"),
                        lot="remontee_rectorat",
                        par_ligne=False,
                    ),
                ),
            ),
        ),
    ),
    Fleche(
        "sts_web",
        "aaf",
        "Remontée de STS-Web",
        (
            remontee(
                "remontee_sts",
                "Remontée de STS-Web",
                (
                    Attente(
                        (recu("sts_web", "agents_epp"),),
                        ("agent reçu", "agents reçus"),
                        lot="remontee_sts",
                        par_ligne=False,
                    ),
                ),
            ),
        ),
    ),
    Fleche(
        "siecle_bee",
        "aaf",
        "Remontée de SIECLE",
        (
            remontee(
                "remontee_bee",
                "Remontée de la base élèves",
                (Attente(BASE_MODIFIEE, ("mise à jour", "mises à jour"), lot="remontee_bee"),),
                fiche_2013="9",
            ),
        ),
    ),
    Fleche(
        "edt",
        "ent",
        "Emploi du temps",
        (
            Echange(
                "emploi_du_temps",
                "Emploi du temps",
                "personne",
                acte("ent", "import_edt"),
                lot="edt_envoi_ent",
                envois=("emploi_du_temps",),
                attentes=(
                    Attente(
                        acte("edt", "export_ent"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="l'import dans l'ENT",
                        fin=acte("ent", "import_edt"),
                    ),
                ),
            ),
        ),
    ),
    Fleche(
        "aaf",
        "ent",
        "Alimentation",
        (
            Echange(
                "alimentation",
                "Alimentation de l'ENT",
                "lot",
                (du_lot("ent_alimentation"),),
                lot="ent_alimentation",
                attentes=(
                    Attente((du_lot("aaf_integration"),), ("intégration", "intégrations"), lot="aaf_alimentation"),
                    Attente(
                        (du_lot("aaf_alimentation"),),
                        ("alimentation écrite", "alimentations écrites"),
                        lot="ent_alimentation",
                    ),
                ),
                fiche_2013="10",
            ),
        ),
    ),
)


def sources_suivies() -> tuple[Source, ...]:
    """The kinds of lines whose last one must be known, however old it is."""
    sources = {s for f in FLECHES for e in f.echanges for s in e.passages}
    sources |= {s for f in FLECHES for e in f.echanges for a in e.attentes for s in a.fin}
    return tuple(sorted(sources, key=lambda s: (s.service, s.genre, s.sens)))
