"""A school in which something is to be seen on every page of SIECLE, and the address of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.contracts.echanges import (
    AdresseMsg,
    Affectations,
    BasculeBee,
    EtablissementMsg,
    MefMsg,
    NomenclaturesMsg,
)
from shared.formats.elegroupe.liens import GroupeLien

from .ecole import (
    ANGLAIS,
    AUTRE_UAI,
    CINQUIEME,
    SIXIEME,
    UAI,
    Ecole,
    deposer,
    dossier,
    jeu_de_nomenclatures,
    peupler,
    preparer,
    responsable,
)
from .test_dossiers_prives import NEUVE, fichier

BASE = "/{uai}/{millesime:int}"
LOCALE = "9990001211A"


@dataclass(frozen=True)
class EcolePleine:
    """The school, its pages by route (what follows the base's address), and a fiche that lacks something."""

    ecole: Ecole
    pages: dict[str, list[str]]
    bloquante: int

    def adresses(self) -> list[str]:
        """Every page, from the service's root."""
        prefixe = f"/{self.ecole.uai}/{self.ecole.millesime}"
        return ["/", *(prefixe + suite for suites in self.pages.values() for suite in suites)]


def remplir(bac: Any) -> EcolePleine:
    """Make the school in a bac of 23 August 2021, a night included."""
    ecole = preparer(Ecole(bac))
    fiche = EtablissementMsg(
        uai=UAI, nom="JEANNE INVENTEE", commune="BESANCON", secteur="PR", nature="320", categorie="LP", sigle="LP"
    )
    ecole.recevoir("bascule_bee", BasculeBee(uai=UAI, millesime=2021, etablissement=fiche))
    ids = peupler(ecole, 8)
    autre = preparer(Ecole(bac, AUTRE_UAI))
    _fiches(ecole, ids)
    autre.appeler("POST", "/eleves", 201, json=dossier(1).valeurs())
    autre.appeler("PATCH", f"/eleves/{ids[0]}", json={"mef": SIXIEME, "division": "6A"})
    liens = {ids[1]: [GroupeLien("6LATIN"), GroupeLien("MPERMANGR2")], 999_999: [GroupeLien("6LATIN")]}
    depot = deposer(ecole, liens)["depot"]
    prives = ecole.appeler("POST", "/importations/dossiers-prives", 201, files={"fichier": fichier((NEUVE,))})["depot"]
    bac.avancer("nuit")
    _ce_qui_attend(ecole, autre, ids)
    return EcolePleine(ecole, _pages(ids, depot, prives), ids[3])


def _fiches(ecole: Ecole, ids: list[int]) -> None:
    """Options, groups, an exit, a fiche that lacks a division, a commune that merged, doublons, comptes TS."""
    option = [{"matiere": ANGLAIS, "modalite": "O", "rang": 1}]
    ecole.appeler("PATCH", f"/eleves/{ids[1]}", json={"options": option, "boursier": True})
    ecole.appeler("PATCH", f"/eleves/{ids[2]}", json={"date_sortie": "2021-08-20", "motif_sortie": "99"})
    ecole.appeler("PATCH", f"/eleves/{ids[3]}", json={"division": "", "regime": ""})
    seynod = AdresseMsg(lignes=("2 rue Inventée",), code_postal="74600", commune="SEYNOD", code_commune_insee="74268")
    ecole.appeler("PATCH", f"/eleves/{ids[4]}", json={"adresse": seynod.valeurs()})
    ecole.appeler("POST", f"/eleves/{ids[5]}/groupes", 201, json={"groupe": "6LATIN"})
    complexe = {"genre": "CNED", "lieu": "CNED", "debut": "2021-08-23"}
    ecole.appeler("POST", f"/eleves/{ids[1]}/complexe", 201, json=complexe)
    for rang in (21, 22, 23, 24):  # two pairs: one is merged, the other waits
        nom = "CLONE" if rang < 23 else "DOUBLE"
        clone = dossier(rang, responsables=(responsable(f"C{rang}", nom),))
        ecole.appeler("POST", "/eleves", 201, json=clone.valeurs())
    paire = next(x for x in ecole.appeler("GET", "/doublons-responsables") if x["nom"] == "CLONE")["responsables"]
    supprime, garde = (p["personne_id"] for p in paire)
    ecole.appeler("POST", f"/teleservices/{supprime}/activation", 201)
    ecole.appeler("POST", "/doublons-responsables", json={"supprimer": supprime, "remplacer": garde})
    fermeture = {"motif": "PONT", "libelle": "Pont", "debut": "2021-11-12", "fin": "2021-11-13"}
    ecole.appeler("POST", "/communs/fermetures", 201, json=fermeture)
    atelier = {"code": "9ATEL1", "code_gestion": "ETPA1", "libelle": "ATELIER BOIS"}
    ecole.appeler("POST", "/nomenclatures/matieres-locales", 201, json=atelier)


def _ce_qui_attend(ecole: Ecole, autre: Ecole, ids: list[int]) -> None:
    """Dossiers, sheets of families, deposits; new nomenclatures, in which a MEF closes."""
    attendus = Affectations(uai=UAI, millesime=2021, tour="1", dossiers=(dossier(31), dossier(32)))
    ecole.recevoir("affectations", attendus)
    parti = autre.appeler("POST", "/eleves", 201, json=dossier(33).valeurs())["eleve_id"]
    corps = {"eleve_ids": [parti], "vers": UAI, "date_sortie": "2021-08-24"}
    autre.appeler("POST", "/exportations/dossiers-eple", json=corps)
    identifiant = ecole.appeler("POST", "/teleservices/400002/activation", 201)["identifiant"]
    sheet = {"identifiant": identifiant, "champs": {"commune": "BETHONCOURT"}}
    ecole.appeler("POST", "/teleservices/fiches", 201, json=sheet)
    deposer(ecole, {ids[1]: [GroupeLien("6LATIN")]})
    ecole.appeler("POST", "/importations/dossiers-prives", 201, files={"fichier": fichier((NEUVE,), heure="150005")})
    complet = jeu_de_nomenclatures(2)
    nouvelles = NomenclaturesMsg(
        version=2,
        mefs=(
            *(m for m in complet.mefs if m.code != SIXIEME),
            MefMsg(code=LOCALE, formation="FORMATION LOCALE", libelle_long="FORMATION DE L'ACADEMIE"),
        ),
        matieres=complet.matieres,
        programmes=tuple(p for p in complet.programmes if p.mef != SIXIEME),
    )
    ecole.recevoir("nomenclatures", nouvelles)
    ecole.appeler("POST", "/nomenclatures/reception")


def _pages(ids: list[int], depot: int, prives: int) -> dict[str, list[str]]:
    """What follows the base's address, by route: one address or several."""
    onglets = ("synthese", "eleve", "responsables", "scolarite", "historique", "complexe")
    seuls = (
        "tableau-de-bord",
        "signalements",
        "fiches-bloquantes",
        "eleves/creation",
        "affectation",
        "impact-fermeture-mef",
        "impact-communes",
        "importations/affectation",
        "importations/autre-eple",
        "importations/dossiers-prives",
        "importations/liens-eleve-groupe",
        "importations/fiches-renseignements",
        "exportations/xml",
        "exportations/dossiers-eple",
        "suivi/structures",
        "suivi/ocean",
        "suivi/dossiers-prives",
        "suivi/liens-eleve-groupe",
        "structures",
        "nomenclatures",
        "communs/calendrier",
        "communs/vacances",
        "communs/fermetures",
        "teleservices",
    )
    plusieurs = {
        "": [""],
        "eleves": ["eleves", "eleves?nom=", "eleves?nom=personne"],
        "recherche-avancee": ["recherche-avancee", f"recherche-avancee?mef={CINQUIEME}", "recherche-avancee?sorti=non"],
        "suppression": ["suppression", "suppression?nom=fictif"],
        "doublons-responsables": ["doublons-responsables", "doublons-responsables?groupe=0"],
        "saisie-en-masse": ["saisie-en-masse?choix="],
        "eleves/{eleve_id:int}": [f"eleves/{ids[1]}?onglet={onglet}" for onglet in onglets],
        "eleves/{eleve_id:int}/responsable": [f"eleves/{ids[1]}/responsable?nom=fictif"],
        "eleves/{eleve_id:int}/responsable/{personne_id:int}": [f"eleves/{ids[1]}/responsable/400002"],
        "exportations/specifiques/{nom}": ["exportations/specifiques/GFC"],
        "suivi/dossiers-prives/{depot_id:int}": [f"suivi/dossiers-prives/{prives}"],
        "suivi/liens-eleve-groupe/{depot_id:int}": [f"suivi/liens-eleve-groupe/{depot}"],
        "suivi/liens-eleve-groupe/{depot_id:int}/eleve/{ordre:int}": [f"suivi/liens-eleve-groupe/{depot}/eleve/1"],
    }
    toutes = {nom: [nom] for nom in seuls} | plusieurs
    return {BASE + (f"/{r}" if r else ""): [f"/{s}" if s else "" for s in suites] for r, suites in toutes.items()}
