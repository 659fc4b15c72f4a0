"""Which page a menu opens: the application, and the path of the page in it.

A stop names the menu in the words of the application that mends it (« Exports > Structure »), preceded by that
application when it is another one (« STS-Web > Exports > Structure », « SIECLE - BEE : Saisie en masse »).
Source: the menus of the guides (STS-03 to STS-05, BEE-01 to BEE-08, EDT-02 to EDT-06, ENT-25). Pure data.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from services.pilotage.rules.chaine import CHAINE

FICHE = "{fiche}"
"""The page of the very thing in the application, as its own trace links to it."""
RECHERCHES = {"rectorat": "/agents", "siecle_bee": "/{uai}/{millesime}/eleves"}
"""Where one looks for it when the application does not know it."""

PREFIXES: dict[str, str] = {
    "Rectorat": "rectorat",
    "STS-Web": "sts_web",
    "SIECLE - BEE": "siecle_bee",
    "SIECLE": "siecle_bee",
    "EDT": "edt",
    "AAF": "aaf",
    "ENT": "ent",
}
SEPARATEURS = (" : ", " > ")

PAGES: dict[str, dict[str, str]] = {
    "rectorat": {
        "Établissements": "/etablissements",
        "Agents": FICHE,
        "INE": "/ine",
        "Bascule SIECLE-BEE": "/bascule",
        "Nomenclatures": "/nomenclatures",
        "Dossiers à traiter": "/dossiers-assistance",
    },
    "sts_web": {
        "Accueil": "/{uai}/{annee}",
        "Structure": "/{uai}/{annee}/structure",
        "Ressources": "/{uai}/{annee}/ressources",
        "Services et ARE > Rattachement": "/{uai}/{annee}/services/rattachement",
        "Services et ARE > Changement support": "/{uai}/{annee}/services/changement-support",
        "Services suppléants > Saisie rapide": "/{uai}/{annee}/services-suppleants/saisie-rapide",
        "Bascule": "/{uai}/{annee}/bascule",
        "Imports > Emploi du temps": "/{uai}/{annee}/imports/emploi-du-temps",
        "Exports > Structure": "/{uai}/{annee}/exports/structure",
        "Exports > Services": "/{uai}/{annee}/exports/services",
    },
    "siecle_bee": {
        "Tableau de bord": "/{uai}/{millesime}/tableau-de-bord",
        "Tableau de bord > Signalements académiques": "/{uai}/{millesime}/tableau-de-bord",
        "Fiches élèves > Recherche et MAJ": FICHE,
        "Fiches élèves > Création rapide": "/{uai}/{millesime}/eleves/creation",
        "Fiches élèves > Doublons responsables": "/{uai}/{millesime}/doublons-responsables",
        "Fiches élèves > Doublons responsables > Chercher": "/{uai}/{millesime}/doublons-responsables",
        "Saisie en masse": "/{uai}/{millesime}/saisie-en-masse",
        "Exploitation > Listes standards > Divers > Fiches bloquantes": "/{uai}/{millesime}/fiches-bloquantes",
        "Importations > Dossiers depuis affectation": "/{uai}/{millesime}/importations/affectation",
        "Importations > Dossiers depuis autre EPLE": "/{uai}/{millesime}/importations/autre-eple",
        "Importations > Liens élève-groupe depuis logiciel privé": (
            "/{uai}/{millesime}/importations/liens-eleve-groupe"
        ),
        "Suivi des échanges > Logiciel privé - Liens élève-groupe": "/{uai}/{millesime}/suivi/liens-eleve-groupe",
        "Suivi des échanges > STS Web - Structures": "/{uai}/{millesime}/suivi/structures",
        "Exportations > Dossiers vers autre EPLE": "/{uai}/{millesime}/exportations/dossiers-eple",
        "Nomenclatures": "/{uai}/{millesime}/nomenclatures",
        "Communs > Calendrier": "/{uai}/{millesime}/communs/calendrier",
    },
    "edt": {
        "Groupes > Élèves": "/{uai}/{annee}/groupes",
        "Groupes": "/{uai}/{annee}/groupes",
        "Professeurs": "/{uai}/{annee}/professeurs",
        "Services": "/{uai}/{annee}/services",
        "Fichier > Avec STSWEB > Établir les correspondances": "/{uai}/{annee}/correspondances",
        "Fichier > Avec STSWEB > Exporter vers STSWEB": "/{uai}/{annee}/exports/sts",
        "Fichier > Avec SIECLE > Exporter les liens élèves/groupes": "/{uai}/{annee}/exports/liens",
    },
    "aaf": {"Projets": "/projets"},
    "ent": {
        "Administration > Comptes": "/{uai}/{annee}/comptes",
        "Administration > Groupes": "/{uai}/{annee}/groupes",
        "Administration > Imports AAF": "/{uai}/{annee}/imports",
        "Projets d'ENT": "/projets",
        "Pédagogie > Gestion emploi du temps": "/{uai}/{annee}/gestion-emploi-du-temps",
    },
}
"""Application → menu, in its own words → path of the page that it opens."""


class Menu(Struct, frozen=True):
    """A menu to open: in which application, its words there, the path of its page ("" when it opens none)."""

    application: str
    libelle: str
    chemin: str


def situer(service: str, menu: str, valeurs: Mapping[str, str]) -> Menu:
    """Where a menu is, as `service` names it.

    `valeurs`: what the paths hold (`uai`, `annee`, `millesime`), and `fiche:SERVICE`, the page of the thing itself.
    """
    application, libelle = _partager(service, menu)
    gabarit = PAGES[application].get(libelle, "")
    if gabarit == FICHE:
        gabarit = valeurs.get(f"fiche:{application}", RECHERCHES[application])
    try:
        return Menu(application, libelle, gabarit.format_map(valeurs))
    except KeyError:  # the school is not known of anybody
        return Menu(application, libelle, "")


def _partager(service: str, menu: str) -> tuple[str, str]:
    """The application and the words of the menu there."""
    for nom, application in PREFIXES.items():
        for separateur in SEPARATEURS:
            if menu.startswith(nom + separateur):
                return application, menu.removeprefix(nom + separateur)
    if menu in PAGES[service]:
        return service, menu
    return next((s for s in CHAINE if menu in PAGES[s]), service), menu
