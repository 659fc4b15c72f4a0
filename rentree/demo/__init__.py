"""The main job: one collège's rentrée, from STS-Web to the ENT, in 48 simulated hours."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from rentree.demo.depart import Avant
    from rentree.demo.partie import Rentree
    from rentree.installation.reglages import Implantation
    from rentree.installation.superviseur import Superviseur
    from rentree.installation.tache import Tache
    from rentree.population import Population
    from shared.horloge.profils import ProfilAcademique
    from shared.http.clients import Clients
    from shared.persistence.acces import AccesBase

from shared.contracts.refus import Refus

UAI_DEMO = ("096", 1)


class DemandeDemo(Struct, frozen=True):
    """The options of `rentree demo`."""

    effectif: int = 600
    graine: int = 1
    profil: str = "nice-2021"
    date: str | None = None
    out: Path | None = None
    dossier: Path | None = None
    donnees_reelles: bool = False
    anomalies: bool = True
    servir: bool = False


def jouer(demande: DemandeDemo) -> dict[str, Any]:
    """Start an installation, play the rentrée in its bac `principal`, tell it, leave the files; the bilan.

    With `servir` the pages stay open until Ctrl-C, and one deposit waits for the night.
    """
    from rentree.installation.reglages import racine_par_defaut
    from rentree.installation.superviseur import Superviseur
    from rentree.installation.tache import Tache
    from shared.horloge.profils import profil

    choisi = profil(demande.profil)
    depart = lire_depart(demande.date, choisi)
    a_venir = Tache(lambda: preparer_entree(demande, choisi, depart))
    bases: Tache[None] | None = None

    def commencer(implantation: Implantation) -> None:  # BEE reads its files while the other services start
        nonlocal bases
        avant = a_venir.resultat().avant
        if avant is not None:
            bases = Tache(lambda: reprendre_bases_dans(implantation, avant))

    racine = racine_par_defaut()
    superviseur = Superviseur(racine)
    try:
        if demande.dossier is not None:  # what is wrong with real files is said before anything starts
            entree = a_venir.resultat()
            if demande.date is None:
                from rentree.demo.dossier import debut_de_l_annee

                depart = debut_de_l_annee(choisi, entree.population.parametres.annee)
        superviseur.demarrer(
            lambda acces: refaire_bac_principal(acces, racine, demande, choisi, depart), commencer, tous=False
        )
        from rich.console import Console

        console = Console(highlight=False)
        bilan = jouer_dans(superviseur, demande, choisi, a_venir.resultat(), console, bases)
        if demande.servir:
            from rentree.commandes.installation import attendre_arret

            console.print(f"\nLes pages sont ouvertes : {superviseur.implantation.adresses['pilotage']}")
            console.print("Un dépôt de liens attend la nuit : avancez l'horloge pour le voir passer. Ctrl-C arrête.")
            attendre_arret()
    finally:
        for tache in (a_venir, bases):
            if tache is not None:
                tache.abandonner()
        superviseur.arreter()
    return bilan


class Entree(Struct, frozen=True):
    """What is played: a population, where each part of it came from, the files of the state before (None: later)."""

    population: Population
    sources: list[dict[str, str]]
    avant: Avant | None = None


def preparer_entree(demande: DemandeDemo, choisi: ProfilAcademique, depart: datetime) -> Entree:
    """The population to play: invented, or built around the files of `dossier`. Raises their refusals."""
    from rentree.demo.depart import avant_la_rentree
    from rentree.population import Parametres, generer
    from shared.identifiers import fabriquer_uai

    annee = choisi.annee_collectee(depart.date())
    if demande.dossier is not None:
        from rentree.demo.dossier import cle_de_l_installation, population_du_dossier
        from rentree.installation.reglages import lire_secret, racine_par_defaut

        cle = cle_de_l_installation(lire_secret(racine_par_defaut()), demande.graine)
        return population_du_dossier(demande, choisi, annee, cle)
    parametres = Parametres(
        uai=fabriquer_uai(*UAI_DEMO),
        effectif=demande.effectif,
        seed=demande.graine,
        annee=annee,
        millesime=choisi.millesime_de_l_annee(annee),
        calendrier=choisi.calendrier,
        anomalies=demande.anomalies,
    )
    population = generer(parametres, random.Random(demande.graine))
    return Entree(population, [], avant_la_rentree(population, depart.astimezone(choisi.zone_horaire)))


def refaire_bac_principal(
    acces: AccesBase, racine: Path, demande: DemandeDemo, choisi: ProfilAcademique, depart: datetime
) -> None:
    """Make the bac `principal` anew: the one that is there goes, its drop folders too."""
    from shared.persistence.acces import BAC_PRINCIPAL
    from shared.persistence.bacs import GestionBacs

    gestion = GestionBacs(acces, racine=racine)
    if any(x.nom == BAC_PRINCIPAL for x in gestion.lister()):
        gestion.supprimer(BAC_PRINCIPAL)
    gestion.creer(
        BAC_PRINCIPAL,
        profil=choisi,
        graine=demande.graine,
        depart=depart,
        donnees_reelles=demande.donnees_reelles and demande.dossier is not None,
    )


def jouer_dans(
    superviseur: Superviseur,
    demande: DemandeDemo,
    choisi: ProfilAcademique,
    entree: Entree,
    console: Any,
    bases: Tache[None] | None = None,
) -> dict[str, Any]:
    """Play the rentrée in the bac `principal` of a running installation.

    Arguments: `bases`, the files of the year before on their way to BEE, when somebody sends them already.
    """
    from rentree.demo import bilan as b
    from rentree.demo import etapes
    from rentree.demo.partie import Rentree
    from shared.horloge.horloge import instant_fr

    r = Rentree(
        clients=clients_de(superviseur.implantation),
        population=entree.population,
        avant=entree.avant,
        bases=bases,
        fuseau=choisi.zone_horaire,
        instantanes=demande.servir,
        dire=lambda etape, instant: console.print(f"[dim]{instant_fr(instant, choisi.zone_horaire)}[/dim]  {etape}"),
    )
    try:
        photos = jouer_etapes(r)
        fichiers = b.rassembler(r)
        bilan = b.composer(r, b.sommes(fichiers), entree.sources)
        if demande.out is not None:
            b.ecrire(demande.out, fichiers, bilan)
        console.print()
        console.print(b.tableau(photos, r))
        console.print(
            f"{len(bilan['exclusions'])} exclusions et anomalies, expliquées une à une par « rentree suivre »."
        )
        for source in entree.sources:
            console.print(f"  {source['partie']} : {source['origine']}", markup=False)
        if demande.servir:
            etapes.deposer_liens(r)
    finally:
        r.clients.transport.close()
    return bilan


def clients_de(implantation: Implantation) -> Clients:
    """Clients of the services of an installation, with a transport of their own."""
    from shared.http.clients import Clients, nouveau_transport

    return Clients(implantation.adresses, implantation.jeton or implantation.jeton_interne, nouveau_transport())


def reprendre_bases_dans(implantation: Implantation, avant: Avant) -> None:
    """Load the SIECLE exports of the year before in BEE, in a process of its own."""
    from rentree.demo.etapes import reprendre_bases

    reprendre_bases(clients_de(implantation), avant)


def jouer_etapes(r: Rentree) -> list[tuple[str, datetime, dict[str, Any]]]:
    """The twelve steps, then the nights up to the ENT and the complete feed; what the ENT held at each instant."""
    from rentree.demo import bilan as b
    from rentree.demo import etapes

    with ThreadPoolExecutor(2) as mains:
        r.annuaire = mains.submit(etapes.ouvrir_l_ent, r)  # nobody looks at it before a night
        etapes.jouer_academie(r)
        etapes.jouer_bascules(r)
        etapes.jouer_nomenclatures(r)
        etapes.jouer_structure(r)
        # Two people: the secretary at her pupils, the adjoint at his timetable.
        adjoint = r.autre_main()
        au_secretariat = mains.submit(etapes.jouer_eleves, r)
        etapes.jouer_emploi_du_temps(adjoint)
        etapes.jouer_import(adjoint)
        au_secretariat.result()
        r.reprendre(adjoint)
        etapes.jouer_exports(r)
        etapes.jouer_groupes(r)
        r.annuaire.result()
    t0 = etapes.deposer_liens(r)
    photos = [("T0", t0, b.photographier(r))]
    for heures in (24, 48):
        r.aller(t0 + timedelta(hours=heures))
        instant = r.jalon(f"T+{heures} h")
        photos.append((f"T+{heures} h", instant, b.photographier(r)))
    r.aller(max(t0 + timedelta(hours=48), fin_du_flux_complet(t0 + timedelta(hours=24), r)))
    r.jalon("Alimentation complète reçue par l'ENT")
    return photos


def fin_du_flux_complet(apres: datetime, r: Rentree) -> datetime:
    """Just after the ENT has taken the next complete feed in."""
    from shared.horloge.nuits import horaire
    from shared.horloge.profils import profil

    nuits = horaire(profil(r.clients["pilotage"].lire("/api/horloge")["profil"]))
    instant = apres
    while True:
        instant = nuits.prochain("aaf_alimentation", instant, r.fuseau)
        if nuits.flux_complet(instant, r.fuseau):
            return nuits.prochain("ent_alimentation", instant, r.fuseau) + timedelta(hours=1)


def debut_de_la_demo(choisi: ProfilAcademique) -> datetime:
    """The first day, from the profile's on, whose story ends with a complete feed 48 hours after the liens left.

    Earlier days would play nights in which nothing new passes.
    """
    from shared.horloge.nuits import horaire

    nuits, debut = horaire(choisi), choisi.debut
    while True:
        alimentation = nuits.prochain("aaf_alimentation", debut + timedelta(hours=24), choisi.zone_horaire)
        if nuits.flux_complet(alimentation, choisi.zone_horaire):
            return debut
        debut += timedelta(days=1)


def lire_depart(texte: str | None, choisi: ProfilAcademique) -> datetime:
    """The start of the clock: the demo's own, a day at eight, or an instant. Raises `Refus` DATE_INVALIDE."""
    if texte is None:
        return debut_de_la_demo(choisi)
    try:
        if len(texte) == 10:
            return datetime.combine(date.fromisoformat(texte), time(8), choisi.zone_horaire)
        instant = datetime.fromisoformat(texte)
    except ValueError:
        raise Refus(
            f"« {texte} » n'est pas une date.",
            code="DATE_INVALIDE",
            remede="Écrivez-la ainsi : 2021-08-23, ou 2021-08-23T08:00.",
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=choisi.zone_horaire)
