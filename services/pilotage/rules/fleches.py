"""The exchanges of the chain, one by one. Pure data: see chaine.py for what each field means.

Source: AAF-03 to AAF-06 (remontées), BEE-80 to BEE-84 (deposits), STS-58 to STS-67 (exports),
EDT-49 (numbers of the synchros of Nouméa and of the fiche of 2013), CAL-08 to CAL-13 (who waits for which night).
"""

from __future__ import annotations

from services.pilotage.rules.chaine import Attente, Echange, Fleche, Source


def _recu(service: str, genre: str) -> Source:
    return Source(service, genre, "recu")


def _acte(service: str, *genres: str) -> tuple[Source, ...]:
    return tuple(Source(service, genre, "action") for genre in genres)


def _lot(nom: str) -> Source:
    return Source("pilotage", nom, "lot")


def _nomenclatures(vers: str) -> Echange:
    return Echange(
        f"nomenclatures_{vers}",
        "Nomenclatures",
        "lot",
        (_recu(vers, "nomenclatures"),),
        lot="rectorat_diffusion",
        envois=("nomenclatures",),
        attentes=(
            Attente(_acte("rectorat", "nomenclatures"), ("jeu de codes", "jeux de codes"), lot="rectorat_diffusion"),
        ),
    )


def _remontee(lot: str, libelle: str, attentes: tuple[Attente, ...], fiche_2013: str = "") -> Echange:
    """A remontée of 23:30; what came up then waits for the integration (AAF-03 to AAF-06)."""
    return Echange(
        lot,
        libelle,
        "lot",
        (_lot(lot),),
        lot=lot,
        envois=(lot,),
        attentes=(
            *attentes,
            Attente((_lot(lot),), ("fiche à intégrer", "fiches à intégrer"), lot="aaf_integration", par_ligne=False),
        ),
        fiche_2013=fiche_2013,
    )


# What is typed or imported in STS-Web, and goes out when a person exports it (STS-62, STS-63).
STRUCTURE_SAISIE = _acte(
    "sts_web",
    "bascule",
    "creation_divisions",
    "creation_groupes",
    "import_emploi_du_temps",
    "modification_division",
    "modification_groupe",
    "suppression_division",
    "suppression_groupe",
)
SERVICES_SAISIS = _acte(
    "sts_web",
    "changement_support",
    "import_emploi_du_temps",
    "rattachement_suppleants",
    "saisie_services",
    "suppression_service",
)
MODIFICATION = ("modification", "modifications")
BASE_MODIFIEE = (
    _recu("siecle_bee", "structure_sts"),
    _recu("siecle_bee", "services_sts"),
    _recu("siecle_bee", "ines_attribues"),
    Source("siecle_bee", "bee_depots", "lot"),
    *_acte(
        "siecle_bee",
        "creation_fiche",
        "creation_responsable",
        "fusion_doublon",
        "importation_affectation",
        "importation_eple",
        "modification_fiche",
        "modification_responsable",
        "saisie_en_masse",
        "suppression_fiche",
    ),
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
                (_recu("sts_web", "agents_epp"),),
                lot="rectorat_diffusion",
                envois=("agents_epp",),
                attentes=(
                    Attente(
                        _acte("rectorat", "agents"),
                        ("dossier saisi", "dossiers saisis"),
                        lot="rectorat_diffusion",
                        par_ligne=False,
                    ),
                ),
            ),
            _nomenclatures("sts_web"),
        ),
    ),
    Fleche(
        "rectorat",
        "siecle_bee",
        "Affectation, bascule, INE",
        (
            Echange(
                "affectations",
                "Résultats d'affectation",
                "service_web",
                (_recu("siecle_bee", "affectations"),),
                envois=("affectations",),
            ),
            Echange(
                "bascule_bee",
                "Bascule de la base élèves",
                "service_web",
                (_recu("siecle_bee", "bascule_bee"),),
                envois=("bascule_bee",),
            ),
            Echange(
                "ines_attribues",
                "INE attribués",
                "lot",
                (_recu("siecle_bee", "ines_attribues"),),
                lot="rectorat_diffusion",
                envois=("ines_attribues",),
                attentes=(
                    Attente(
                        (_recu("rectorat", "demande_ine"),),
                        ("demande d'INE", "demandes d'INE"),
                        lot="rectorat_diffusion",
                        par_ligne=False,
                    ),
                ),
            ),
            _nomenclatures("siecle_bee"),
        ),
    ),
    Fleche(
        "siecle_bee",
        "rectorat",
        "Demandes d'INE",
        (
            Echange(
                "demande_ine",
                "Demandes d'INE",
                "service_web",
                (_recu("rectorat", "demande_ine"),),
                envois=("demande_ine",),
            ),
        ),
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
                _acte("edt", "import_sts"),
                attentes=(
                    Attente(
                        _acte("sts_web", "export_emploi_du_temps"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="l'import dans EDT",
                        fin=_acte("edt", "import_sts"),
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
                _acte("sts_web", "import_emploi_du_temps"),
                attentes=(
                    Attente(
                        _acte("edt", "export_sts"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="l'import dans STS-Web",
                        fin=_acte("sts_web", "import_emploi_du_temps"),
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
                (_recu("siecle_bee", "structure_sts"),),
                envois=("structure_sts",),
                attentes=(
                    Attente(
                        STRUCTURE_SAISIE,
                        MODIFICATION,
                        geste="« Exports » > « Structure »",
                        fin=_acte("sts_web", "export_structure"),
                    ),
                ),
                synchro="4a",
            ),
            Echange(
                "services_sts",
                "Export des services",
                "service_web",
                (_recu("siecle_bee", "services_sts"),),
                envois=("services_sts",),
                attentes=(
                    Attente(
                        SERVICES_SAISIS,
                        MODIFICATION,
                        geste="« Exports » > « Services »",
                        fin=_acte("sts_web", "export_services"),
                    ),
                ),
                synchro="4b",
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
                _acte("edt", "import_siecle"),
                attentes=(
                    Attente(
                        _acte("siecle_bee", "export_xml"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="l'import dans EDT",
                        fin=_acte("edt", "import_siecle"),
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
                (_lot("bee_depots"),),
                lot="bee_depots",
                attentes=(
                    Attente(
                        _acte("siecle_bee", "depot_liens"),
                        ("dépôt", "dépôts"),
                        lot="bee_depots",
                        par_ecole=True,
                    ),
                    Attente(
                        _acte("edt", "export_liens"),
                        ("fichier exporté", "fichiers exportés"),
                        geste="le dépôt dans SIECLE",
                        fin=_acte("siecle_bee", "depot_liens"),
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
            _remontee(
                "remontee_rectorat",
                "Remontée du rectorat (EPP, GI/GC)",
                (
                    Attente(
                        _acte("rectorat", "agents"),
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
            _remontee(
                "remontee_sts",
                "Remontée de STS-Web",
                (
                    Attente(
                        (_recu("sts_web", "agents_epp"),),
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
            _remontee(
                "remontee_bee",
                "Remontée de la base élèves",
                (Attente(BASE_MODIFIEE, ("mise à jour", "mises à jour"), lot="remontee_bee"),),
                fiche_2013="9",
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
                (_lot("ent_alimentation"),),
                lot="ent_alimentation",
                attentes=(
                    Attente((_lot("aaf_integration"),), ("intégration", "intégrations"), lot="aaf_alimentation"),
                    Attente(
                        (_lot("aaf_alimentation"),),
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
