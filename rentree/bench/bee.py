"""SIECLE BEE in a bac of fifty schools: every page of a lycée of 2,000 pupils, and the night's treatment of links."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from rentree.bench.ecoles import ANNEE, Ecole
from rentree.bench.liens import copier_les_memes
from rentree.bench.mesure import Mesure, duree
from rentree.bench.processus import dossier_temporaire
from rentree.bench.visite import Motifs, Page, visiter
from rentree.demo.messages import dossier, etablissement
from shared.contracts.refus import Refus
from shared.http.clients import Client, Clients

ECOLES = 50
VISEE_MS = 300
PART_DU_PLANCHER = 0.3
LES_PLUS_LENTES = 10
DOSSIERS, TRANSFERTS, FAMILLES, INSCRITS_DEUX_FOIS = 300, 100, 60, 20
"""What waits in the lycée: dossiers from affectation, from other schools, sheets of families, signalements."""
ATTENTE, PATIENCE = 60, 900
"""Seconds that one request waits for a step of the clock, and that its end is waited for: fifty schools by night."""
_HTML = {"Accept": "text/html"}


def mesurer_bee(fois: int) -> Iterator[Mesure]:
    """The slowest pages beside an empty one of the same application; links treated by night beside parse and COPY."""
    from starlette.routing import Route

    from rentree.installation.registre import construire
    from rentree.installation.superviseur import Superviseur
    from shared.horloge.profils import profil
    from shared.http.clients import nouveau_transport
    from shared.http.service import PORTS
    from shared.persistence.acces import BAC_PRINCIPAL, ROLE_GESTION, base_bac
    from shared.persistence.bacs import GestionBacs

    with dossier_temporaire() as racine:
        superviseur = Superviseur(racine, ports=dict.fromkeys(PORTS, 0))
        lieu = superviseur.demarrer()
        transport = nouveau_transport()
        try:
            choisi = profil("nice-2021")
            GestionBacs(lieu.acces(ROLE_GESTION)).creer(BAC_PRINCIPAL, profil=choisi, graine=1, depart=choisi.debut)
            clients = Clients(lieu.adresses, lieu.jeton_interne, transport)
            ecoles = remplir(clients, ECOLES)
            yield mesurer_liens(clients, ecoles, lieu.acces(ROLE_GESTION).conninfo(base_bac(BAC_PRINCIPAL)))
            encombrer(clients, ecoles)
            application = construire("siecle_bee", lieu.reglages("siecle_bee"))
            motifs = {
                route.path: route.path_regex
                for route in application.routes
                if isinstance(route, Route) and "GET" in (route.methods or ())
            }
            yield from mesurer_pages(clients["siecle_bee"], ecoles[0], motifs, fois)
        finally:
            transport.close()
            superviseur.arreter()


# --- filling ---------------------------------------------------------------------------------------------------------


def remplir(clients: Clients, nombre: int) -> list[Ecole]:
    """Load so many schools' exports into BEE, the lycée first; what was loaded."""
    bee, ecoles = clients["siecle_bee"], []
    with ThreadPoolExecutor(1) as mains:  # the next school is invented while BEE reads one
        faits = []
        for rang in range(nombre):
            ecoles.append(Ecole(rang))
            fichiers = [("fichiers", (nom, octets, "application/zip")) for nom, octets in ecoles[-1].siecle()]
            faits.append(mains.submit(bee.demander, "POST", "/api/reprise", files=fichiers))
        for fait in faits:
            fait.result()
    return ecoles


def base(ecole: Ecole) -> str:
    """The school's base in the web service."""
    return f"/api/etablissements/{ecole.uai}/bases/{ecole.millesime}"


def deposer(bee: Client, ecole: Ecole, fichier: tuple[str, bytes]) -> None:
    """« DÉPOSER » a file of group links."""
    bee.demander("POST", f"{base(ecole)}/exports-xml/ElevesSansAdresses")
    bee.demander(
        "POST",
        f"{base(ecole)}/importations/liens-eleve-groupe",
        files={"fichier": (*fichier, "application/zip")},
        data={"confirmation": "ok"},
    )


def aller(clients: Clients, heure: int, minute: int) -> None:
    """Move the clock to that time of the day, without a snapshot."""
    pilotage = clients["pilotage"]
    horloge = pilotage.lire("/api/horloge")
    la = datetime.fromisoformat(horloge["instant"]).astimezone(ZoneInfo(horloge["fuseau"]))
    but = la.replace(hour=heure, minute=minute, second=0, microsecond=0)
    if but <= la:
        but += timedelta(days=1)
    corps = {"mode": "instant", "instant": but.isoformat(), "attendre": ATTENTE, "instantane": False}
    faite = pilotage.poster("/api/horloge/avance", corps)
    limite = time.monotonic() + PATIENCE
    while faite["etat"] != "ready":
        if time.monotonic() > limite:
            raise _manquee("L'horloge n'est pas arrivée où on l'envoyait.")
        time.sleep(0.5)
        faite = pilotage.lire("/api/horloge")


# --- links by night --------------------------------------------------------------------------------------------------


def mesurer_liens(clients: Clients, ecoles: Sequence[Ecole], conninfo: str) -> Mesure:
    """What a second of the night treats, all schools having deposited; what parse and COPY alone would."""
    fichiers = [(ecole, ecole.fichier_liens()) for ecole in ecoles]
    for ecole, fichier in fichiers:
        deposer(clients["siecle_bee"], ecole, fichier)
    aller(clients, 21, 59)
    seconde = duree(partial(aller, clients, 22, 1))
    liens = sum(ecole.liens for ecole in ecoles)
    verifier_liens(clients["siecle_bee"], ecoles)
    memes = [(ecole.uai, ecole.millesime, octets) for ecole, (_, octets) in fichiers]
    plancher = duree(lambda: copier_les_memes(conninfo, memes))
    return Mesure(
        f"nuit de BEE, liens élève-groupe de {len(ecoles)} établissements",
        liens / seconde,
        "liens/s",
        f"au moins {PART_DU_PLANCHER} ×".replace(".", ","),
        "lire les mêmes fichiers et copier les mêmes lignes (COPY)",
        liens / plancher,
    )


def verifier_liens(bee: Client, ecoles: Sequence[Ecole]) -> None:
    """Every link deposited was kept. Raises `Refus` MESURE_MANQUEE: a treatment that does nothing is quick."""
    for ecole in ecoles:
        dernier = bee.lire(f"{base(ecole)}/suivi/liens-eleve-groupe")[0]
        fait = bee.lire(f"{base(ecole)}/suivi/liens-eleve-groupe/{dernier['id']}")
        if fait["liens"] != ecole.liens:
            raise _manquee(f"{ecole.uai} : {fait['liens']} liens gardés au lieu de {ecole.liens}.")


def _manquee(phrase: str) -> Refus:
    return Refus(phrase, code="MESURE_MANQUEE", remede="La mesure ne vaut rien : voyez d'abord pourquoi.", statut=500)


# --- pages -----------------------------------------------------------------------------------------------------------


def encombrer(clients: Clients, ecoles: Sequence[Ecole]) -> None:
    """What a rentrée leaves waiting in the lycée: dossiers, sheets of families, a report full of anomalies."""
    bee, rectorat, lycee, college = clients["siecle_bee"], clients["rectorat"], ecoles[0], ecoles[1]
    declares = [etablissement(e.population.etablissement, e.population.academie) for e in ecoles[:2]]
    rectorat.poster("/api/etablissements", [e.valeurs() for e in declares])
    arrivants = Ecole(len(ecoles))
    dossiers = [dossier(arrivants.population, e).valeurs() for e in arrivants.eleves[:DOSSIERS]]
    places = {"uai": lycee.uai, "millesime": lycee.millesime, "dossiers": dossiers}
    rectorat.poster("/api/affectations", places)
    rectorat.poster("/api/affectations/publication", {"uai": lycee.uai})
    sortie = {"vers": lycee.uai, "date_sortie": f"{ANNEE}-08-24", "motif": "10", "millesime": lycee.millesime}
    partants = [e.id for e in college.eleves[:TRANSFERTS]]
    bee.poster(f"{base(college)}/exportations/dossiers-eple", {"eleve_ids": partants, **sortie})
    for compte in bee.lire(f"{base(lycee)}/teleservices")["comptes"][:FAMILLES]:
        identifiant = bee.poster(f"{base(lycee)}/teleservices/{compte['personne_id']}/activation")["identifiant"]
        fiche = {"identifiant": identifiant, "champs": {"profession": "NAVIGATEUR"}}
        bee.poster(f"{base(lycee)}/teleservices/fiches", fiche)
    inscrire_ailleurs(bee, lycee, college)
    prives = {"fichier": (*lycee.fichier_dossiers(DOSSIERS), "application/zip")}
    bee.demander("POST", f"{base(lycee)}/importations/dossiers-prives", files=prives)
    deposer(bee, lycee, lycee.fichier_liens(lambda code: code if code[0] in "2B" else code.lower()))
    aller(clients, 22, 1)


def inscrire_ailleurs(bee: Client, lycee: Ecole, college: Ecole) -> None:
    """Pupils of the collège are of the lycée too: the night will say so in Signalements académiques."""
    mef, division = next(place for place in lycee.places.values() if place[1])
    lignes = []
    for e in college.eleves[-INSCRITS_DEUX_FOIS:]:
        fiche = dossier(college.population, e).valeurs()
        numero = bee.poster(f"{base(lycee)}/eleves", fiche)["eleve_id"]
        lignes.append({"eleve_id": numero, "mef": mef, "division": division})
    bee.poster(f"{base(lycee)}/saisie-en-masse", lignes)


def mesurer_pages(bee: Client, lycee: Ecole, motifs: Motifs, fois: int) -> Iterator[Mesure]:
    """The slowest pages, the slowest of all beside a page that says that there is no such address."""
    bee_demander = partial(bee.demander, "GET", entetes=_HTML)
    racine = f"/{lycee.uai}/{lycee.millesime}"
    ecrans = {chemin: motif for chemin, motif in motifs.items() if chemin == "/" or chemin.startswith("/{uai}")}
    pages = visiter(["/", racine], lambda adresse: bee_demander(adresse).content, ecrans)
    manquantes = set(ecrans) - {page.route for page in pages}
    if manquantes:
        raise _manquee(f"Ces pages n'ont été atteintes par aucun lien : {', '.join(sorted(manquantes))}.")
    durees: dict[Page, list[float]] = {page: [] for page in pages}
    vides = []
    for _ in range(fois):
        for page in pages:
            durees[page].append(duree(partial(bee_demander, page.adresse)))
        vides.append(duree(partial(_page_vide, bee, racine)))
    lentes = sorted(pages, key=lambda page: -statistics.median(durees[page]))
    vide = statistics.median(vides) * 1000
    for rang, page in enumerate(lentes[:LES_PLUS_LENTES]):
        yield Mesure(
            "pages de SIECLE BEE, la plus lente" if rang == 0 else f"page {page.adresse.removeprefix(racine)}",
            statistics.median(durees[page]) * 1000,
            "ms",
            f"{VISEE_MS} ms" if rang == 0 else "",
            "page vide de la même application",
            vide,
        )


def _page_vide(bee: Client, racine: str) -> None:
    try:
        bee.demander("GET", f"{racine}/rien", entetes=_HTML)
    except Refus as refus:
        if refus.statut != 404:
            raise
