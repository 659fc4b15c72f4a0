"""What connectors ask of the ENT: requests per second, beside an empty FastAPI route served in the same way.

A new interface adds a function to `INTERFACES`: it is given the ENT with its people, and says what it asks.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from msgspec.structs import replace

from rentree.bench.aaf import ACADEMIE, inventer
from rentree.bench.charge import debit
from rentree.bench.mesure import Mesure
from rentree.bench.processus import dossier_temporaire
from rentree.bench.vide import CHEMIN
from shared.contracts.refus import Refus
from shared.formats import aaf
from shared.formats.aaf.valeurs import DansStructure, DivisionDeclaree, Fonction, LienResponsable, NomCourant
from shared.http.clients import Client, Clients
from shared.identifiers import fabriquer_uai

JOUR = date(2021, 9, 6)
PROJET, CODE_AAF = "bench", "BENCH-CONNECTEURS"
STRUCTURE, AUTRE = 4000, 4001
UAI = {STRUCTURE: fabriquer_uai("097", 30), AUTRE: fabriquer_uai("097", 31)}
ELEVES, ENSEIGNANTS = 600, 40
CHEF = 5000
SERVICE = "https://bench.exemple.invalid/appli/"
PART = 1 / 3
"""Of the empty route's requests per second: the least wanted."""
DEMANDES, VIDES = 600, 2000
USERS, PAGE = "/ims/oneroster/rostering/v1p2/users", 100


@dataclass(frozen=True)
class Ent:
    """The ENT of the bench: its clients, its address, and who is in it (AAF numbers)."""

    client: Client
    adresse: str
    personnes: Sequence[int]


@dataclass(frozen=True)
class Charge:
    """What is asked in one turn: the paths, each once, and what a good answer is."""

    chemins: Sequence[str]
    bonne: Callable[[bytes], bool]
    entetes: dict[str, str]


@dataclass(frozen=True)
class Interface:
    """An interface that is measured. `preparer` makes what one turn asks, out of the measure."""

    nom: str
    preparer: Callable[[Ent], Charge]


def mesurer_connecteurs(fois: int) -> Iterator[Mesure]:
    """Each interface and the empty route, in turn, so many times."""
    with ent_rempli() as ent, route_vide() as vide:
        tours: dict[str, list[float]] = {interface.nom: [] for interface in INTERFACES}
        vides: list[float] = []
        for _ in range(fois):
            debit(vide, [CHEMIN] * (VIDES // 4))  # warm
            vides.append(debit(vide, [CHEMIN] * VIDES))
            for interface in INTERFACES:
                charge = interface.preparer(ent)
                tours[interface.nom].append(
                    debit(ent.adresse, charge.chemins, entetes=charge.entetes, bonne=charge.bonne)
                )
    for nom, valeurs in tours.items():
        yield Mesure(
            nom,
            statistics.median(valeurs),
            "requêtes/s",
            f"au moins {PART:.2f} ×".replace(".", ","),
            "une route FastAPI vide",
            statistics.median(vides),
        )


# --- interfaces ------------------------------------------------------------------------------------------------------


def _cas(ent: Ent) -> Charge:
    """Tickets of a pupil, a parent, a teacher of two schools and a chef, each validated once."""
    declarer(ent, "bench", SERVICE)
    tickets: list[str] = []
    for aaf_id in ent.personnes:
        with httpx.Client(base_url=ent.adresse, headers={"Accept": "text/html"}) as navigateur:
            navigateur.post("/mon-ent/role", data={"projet": PROJET, "aaf_id": aaf_id})
            for _ in range(DEMANDES // len(ent.personnes)):
                retour = navigateur.get("/cas/login", params={"service": SERVICE}).headers["location"]
                tickets.append(parse_qs(urlsplit(retour).query)["ticket"][0])
    entrelaces = [t for i in range(len(ent.personnes)) for t in tickets[i :: len(ent.personnes)]]
    chemins = [f"/cas/serviceValidate?{urlencode({'service': SERVICE, 'ticket': t})}" for t in entrelaces]
    return Charge(chemins, lambda corps: b"<cas:authenticationSuccess>" in corps and b"ENTPersonJointure" in corps, {})


def _oneroster(ent: Ent) -> Charge:
    """Everybody by pages of the default size, again and again."""
    editeur = {"projet": PROJET, "nom": "Mesures", "protocole": "oneroster"}
    ent.client.demander("PUT", "/api/connecteurs/editeur", json=editeur)
    secret = ent.client.poster("/api/connecteurs/editeur/secret")["secret"]
    with httpx.Client(base_url=ent.adresse) as editeur_http:
        demande = {"grant_type": "client_credentials"}
        recu = editeur_http.post("/ims/oneroster/token", data=demande, auth=("editeur", secret))
        entetes = {"Authorization": f"Bearer {recu.json()['access_token']}"}
        tous = int(editeur_http.get(f"{USERS}?limit=1", headers=entetes).headers["X-Total-Count"])
    pages = range(0, tous - PAGE, PAGE)
    chemins = [f"{USERS}?offset={pages[i % len(pages)]}" for i in range(DEMANDES)]
    return Charge(chemins, lambda corps: corps.count(b'"enabledUser":') == PAGE, entetes)


INTERFACES = (Interface("CAS, serviceValidate", _cas), Interface("OneRoster, /users, 100 à la fois", _oneroster))
"""What is measured, in the order of the table."""


def declarer(ent: Ent, code: str, adresse: str, **reglages: object) -> None:
    """A connector of that ENT."""
    corps = {"projet": PROJET, "nom": "Mesures", "adresses": [adresse], "reglages": reglages}
    ent.client.demander("PUT", f"/api/connecteurs/{code}", json=corps)


# --- filling ---------------------------------------------------------------------------------------------------------


@contextmanager
def ent_rempli() -> Iterator[Ent]:
    """An installation whose ENT holds two schools: so many pupils, their two parents each, teachers and a chef."""
    from rentree.installation.superviseur import Superviseur
    from shared.horloge.profils import profil
    from shared.http.clients import nouveau_transport
    from shared.http.service import PORTS
    from shared.persistence.acces import BAC_PRINCIPAL, ROLE_GESTION
    from shared.persistence.bacs import GestionBacs

    with dossier_temporaire() as racine:
        superviseur = Superviseur(racine, ports=dict.fromkeys(PORTS, 0))
        lieu = superviseur.demarrer()
        transport = nouveau_transport()
        try:
            choisi = profil("nice-2021")
            GestionBacs(lieu.acces(ROLE_GESTION)).creer(BAC_PRINCIPAL, profil=choisi, graine=1, depart=choisi.debut)
            client = Clients(lieu.adresses, lieu.jeton_interne, transport)["ent"]
            projet = {"code": PROJET, "aaf_projet": CODE_AAF, "libelle": "Mesures", "uais": sorted(UAI.values())}
            client.poster("/api/projets", projet)
            archive = {"archive": ("bench.tar.gz", alimentation(), "application/gzip")}
            fait = client.demander("POST", f"/api/projets/{PROJET}/imports", files=archive).json()
            if fait["etat"] != "applique":
                raise Refus("L'ENT n'a pas pris l'alimentation.", code="MESURE_MANQUEE", remede=fait["phrase"])
            eleve = next(inventer(1))
            personnes = (eleve.jointure, eleve.liens[0].personne, CHEF + 1, CHEF)
            yield Ent(client, lieu.adresses["ent"], personnes)
        finally:
            transport.close()
            superviseur.arreter()


def alimentation() -> bytes:
    """A complete feed of the two schools, as one archive."""
    with tempfile.TemporaryDirectory(prefix="rentree-bench-") as temporaire:
        dossier = Path(temporaire) / "alimentation"
        with aaf.EcrivainAlimentation(dossier, CODE_AAF, ACADEMIE, JOUR, aaf.TypeAlimentation.COMPLET) as ecrivain:
            ecrivain.ecrire(fiche.vers_enregistrement() for fiche in fiches())
        tampon = io.BytesIO()
        with tarfile.open(fileobj=tampon, mode="w:gz") as archive:
            for fichier in sorted(dossier.iterdir()):
                archive.add(fichier, fichier.name)
        return tampon.getvalue()


def fiches() -> Iterator[aaf.Fiche]:
    """The records, in the order of a feed. A parent has two children; a teacher in ten is of both schools."""
    eleves = [replace(e, liens=_liens(e, rang)) for rang, e in enumerate(inventer(ELEVES))]
    divisions = sorted({c.nom for e in eleves for c in e.classes})
    for structure, uai in UAI.items():
        yield aaf.EtabEducNatAaf(
            jointure=structure,
            uai=uai,
            nom=NomCourant("CLG", f"DES MESURES {structure % 10}", "VILLEFEINTE"),
            type_structure="COLLEGE",
            code_type_structure="340",
            academie="EXEMPLE",
            divisions=tuple(DivisionDeclaree(d, f"CLASSE {d}", (eleves[0].mef,)) for d in divisions),
        )
    yield aaf.MefEducNatAaf(code=eleves[0].mef, libelle="3EME", rattachement=eleves[0].mef, mefstat11="21110010012")
    yield from eleves
    enfants: dict[int, list[int]] = {}
    for eleve in eleves:
        for lien in eleve.liens:
            enfants.setdefault(lien.personne, []).append(eleve.jointure)
    for parent in sorted(enfants):
        nom = f"FICTIF-MODÈLE{enfants[parent][0]}"
        yield aaf.PersRelEleveAaf(
            jointure=parent, nom_famille=nom, nom_usage=nom, prenom="Ada", eleves=tuple(enfants[parent])
        )
    for rang in range(ENSEIGNANTS + 1):
        yield _personnel(rang, divisions)


def _liens(eleve: aaf.EleveAaf, rang: int) -> tuple[LienResponsable, ...]:
    """Two pupils that follow each other have the same parents."""
    return tuple(lien._replace(personne=lien.personne - 2 * (rang % 2)) for lien in eleve.liens)


def _personnel(rang: int, divisions: Sequence[str]) -> aaf.PersEducNatAaf:
    structures = (STRUCTURE, AUTRE) if rang % 10 == 1 else (STRUCTURE,)
    fonction = ("ENS", "ENSEIGNEMENT") if rang else ("DIR", "DIRECTION")
    nom = f"FICTIF-AGENT{rang}"
    return aaf.PersEducNatAaf(
        jointure=CHEF + rang,
        naissance=date(1980, 1, 1 + rang % 28),
        nom_famille=nom,
        nom_usage=nom,
        prenom="Ilan",
        structure=STRUCTURE,
        classes=tuple(DansStructure(s, divisions[(rang + i) % len(divisions)]) for s in structures for i in range(4)),
        fonctions=tuple(Fonction(s, *fonction) for s in structures),
        enseignant=bool(rang),
        devant_eleves=bool(rang),
    )


@contextmanager
def route_vide() -> Iterator[str]:
    """A process that serves an empty route: its address."""
    commande = [sys.executable, "-m", "rentree.bench.vide"]
    with subprocess.Popen(commande, stdout=subprocess.PIPE, text=True) as processus:
        try:
            assert processus.stdout is not None
            yield f"http://127.0.0.1:{int(processus.stdout.readline())}"
        finally:
            processus.terminate()
            processus.wait(10)
