"""The whole load: find, read, replace identities, then give the schools to the applications, a few at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import BoundedSemaphore, Event

from msgspec import Struct

from rentree.chargement import envoi
from rentree.chargement.envoi import Acquis, Envoyeur, part_acquise
from rentree.chargement.familles import SIECLE
from rentree.chargement.identites import Identites
from rentree.chargement.inventaire import QUE_METTRE, inventorier
from rentree.chargement.lecture import JeuLu, lire_jeu
from rentree.chargement.preparation import Charge, academie_de, etablissement_de, preparer
from rentree.chargement.rapport import Part, Rapport, RapportEcole, RapportJeu
from rentree.chargement.regroupement import regrouper
from rentree.chargement.sources import Ouvreur
from shared.contracts.refus import FichierRefuse, Refus, Remarque
from shared.formats.reconnaissance import Famille
from shared.horloge.annees import libelle_annee
from shared.horloge.profils import ProfilAcademique
from shared.http.clients import Clients, ServiceInjoignable

A_LA_FOIS = 3
"""Schools being loaded at the same time; one more is ready, and none else is in memory."""

Avance = Callable[[str, int, int], None]
"""Told the stage (« inventaire », « lecture », « chargement »), how many are done, of how many."""


class Bac(Struct, frozen=True):
    """Where to load: clients of the applications in a bac, its profile, its simulated day."""

    nom: str
    clients: Clients
    profil: ProfilAcademique
    jour: date

    def annees_admises(self) -> tuple[int, ...]:
        """The STS years that a rentrée played from that day deals with: collected, before it, being prepared."""
        collectee = self.profil.annee_collectee(self.jour)
        autres = (self.profil.annee_sts(self.jour), self.profil.annee_sts_preparation(self.jour))
        return tuple(sorted({collectee - 1, collectee, *(a for a in autres if a is not None)}))


@dataclass
class Chargement:
    """What was read of a folder, before anything is loaded."""

    rapport: Rapport
    identites: Identites | None
    academie: tuple[str, str]


def lire(dossier: Path, profil: ProfilAcademique, ouvreur: Ouvreur, *, cle: bytes | None, avance: Avance) -> Chargement:
    """Find and read everything under a folder. `cle`: the secret of the pseudonyms, None to keep real identities.

    Raises `Refus` DOSSIER_INTROUVABLE, DOSSIER_VIDE, DOSSIER_SANS_ETABLISSEMENT.
    """
    inventaire = inventorier(dossier, ouvreur, lambda fait, total: avance("inventaire", fait, total))
    groupes = regrouper(inventaire, profil)
    reelles = "données réelles, gardées telles quelles"
    rapport = Rapport(
        None,
        dossier.name,
        reelles if cle is None else "remplacées à l'entrée (pseudonymes)",
        fichiers=inventaire.fichiers,
        rejets=groupes.rejets,
        ecartes=groupes.ecartes,
    )
    if not groupes.ecoles and not groupes.rejets:
        raise FichierRefuse(
            f"Le dossier « {dossier.name} » ne contient aucun fichier de STS-Web, de SIECLE ou de l'emploi du temps.",
            code="DOSSIER_SANS_ETABLISSEMENT",
            remede=QUE_METTRE,
        )
    identites = None if cle is None else Identites(cle)
    academies: Counter[tuple[str, str]] = Counter()
    for rang, ecole in enumerate(groupes.ecoles, 1):
        vue = RapportEcole(ecole)
        for jeu in ecole.jeux:
            lu = lire_jeu(jeu, ouvreur)
            assert lu.documents is not None
            if identites is not None:
                identites.recueillir(lu.documents)
            if lu.retenus:
                e = etablissement_de(lu.documents)
                vue.nom = " ".join(x for x in (e.denomination, e.nom) if x)
                academies[academie_de(lu.documents)] += 1
            lu.documents = None
            vue.jeux.append(RapportJeu(lu))
        rapport.ecoles.append(vue)
        avance("lecture", rang, len(groupes.ecoles))
    if identites is not None:
        identites.figer()
    choisie = min(academies, key=lambda a: (-academies[a], a)) if academies else ("", "")
    return Chargement(rapport, identites, choisie)


def verifier(c: Chargement) -> Rapport:
    """Say what each school's files would give, and load nothing."""
    c.rapport.identites = "laissées où elles sont : rien n'est chargé"
    for ecole in c.rapport.ecoles:
        for jeu in ecole.jeux:
            jeu.parts = [_etat_des_fichiers(jeu.lu, nom, familles) for nom, familles in _PARTS]
    return c.rapport


_PARTS: tuple[tuple[str, tuple[Famille, ...]], ...] = (
    (envoi.STS, (Famille.STS_EMP,)),
    (envoi.BEE, SIECLE),
    (envoi.EMPLOI_DU_TEMPS, (Famille.EMP_STS,)),
    (envoi.LIENS, (Famille.LIENS_ELEVE_GROUPE,)),
)


def _etat_des_fichiers(lu: JeuLu, nom: str, familles: Iterable[Famille]) -> Part:
    """What the files of a part are worth: one that is broken condemns the part, for half a base is worse than none."""
    casses = lu.casse(*familles)
    if casses:
        return Part(nom, "refuse", refus=casses[0].refus)
    if not any(f in lu.retenus for f in familles):
        return Part(nom, "sans_fichier")
    if nom == envoi.BEE and Famille.SIECLE_ELEVES not in lu.retenus:
        refus = Refus(
            "Le fichier des élèves manque : les autres exports de SIECLE ne suffisent pas à ouvrir la base.",
            code="REPRISE_SANS_ELEVES",
            remede="Ajoutez ElevesAvecAdresses.xml ou ElevesSansAdresses.xml (ou son fichier ZIP).",
        )
        return Part(nom, "refuse", refus=refus)
    return Part(nom, "lisible")


def charger(c: Chargement, bac: Bac, ouvreur: Ouvreur, *, avance: Avance) -> Rapport:
    """Load every school that was read into a bac, then open an ENT for them.

    Identities are replaced in the order of UAI, one school after the other, while the ones before are being loaded:
    the same folder gives the same people however long the applications take. A bad school stops nobody.
    """
    rapport, envoyeur, perdue = c.rapport, Envoyeur(bac.clients), Event()
    rapport.bac = bac.nom
    if not envoyeur.amorcer() and any(e.jeux for e in rapport.ecoles):
        envoyeur.ouvrir_academie(*c.academie)
    places = BoundedSemaphore(A_LA_FOIS + 1)
    faites = 0

    def terminee(_: Future[None]) -> None:
        nonlocal faites
        faites += 1
        places.release()
        avance("chargement", faites, len(rapport.ecoles))

    with ThreadPoolExecutor(A_LA_FOIS, thread_name_prefix="charger") as equipe:
        en_cours = []
        for vue in rapport.ecoles:
            places.acquire()
            prets = [_preparer(jeu, c.identites, envoyeur, bac, ouvreur, perdue) for jeu in vue.jeux]
            tache = equipe.submit(_charger_ecole, vue, prets, envoyeur, perdue)
            tache.add_done_callback(terminee)
            en_cours.append(tache)
        for tache in en_cours:
            tache.result()
    _ouvrir_projet(rapport, bac.clients)
    return rapport


@dataclass
class _Pret:
    """A year ready to be sent, and what is already there."""

    charge: Charge | None
    acquis: Acquis


def _preparer(
    vue: RapportJeu, identites: Identites | None, envoyeur: Envoyeur, bac: Bac, ouvreur: Ouvreur, perdue: Event
) -> _Pret:
    """Decide of each part of a year, and make ready what is to be sent."""
    lu, jeu = vue.lu, vue.lu.jeu
    vue.parts = [_etat_des_fichiers(lu, nom, familles) for nom, familles in _PARTS]
    try:
        _verifier_annee(jeu.annee, jeu.uai, bac)
        if perdue.is_set():
            raise ServiceInjoignable(
                "L'installation ne répond plus : l'établissement n'a pas été chargé.",
                remede="Relancez l'installation (rentree up), puis la même commande : elle reprend la suite.",
            )
        acquis = envoyeur.acquis(jeu.uai, jeu.annee, jeu.millesime)
        vue.parts = [part_acquise(p.nom) if _deja(p, lu, acquis) else p for p in vue.parts]
        if not any(p.etat == "lisible" for p in vue.parts):
            return _Pret(None, acquis)
        charge = preparer(lu, ouvreur, identites)
    except (Refus, OSError) as erreur:
        refus = erreur if isinstance(erreur, Refus) else _illisible(lu)
        _noter_perte(refus, perdue)
        vue.parts = [Part(p.nom, "refuse", refus=refus) if p.etat == "lisible" else p for p in vue.parts]
        return _Pret(None, Acquis())
    return _Pret(charge, acquis)


def _deja(part: Part, lu: JeuLu, acquis: Acquis) -> bool:
    """Whether the applications hold a part already, as far as can be told before its files are made ready."""
    if part.etat != "lisible":
        return False
    if part.nom == envoi.LIENS:
        return lu.retenus[Famille.LIENS_ELEVE_GROUPE].source.base in acquis.depots
    return {
        envoi.STS: acquis.sts,
        envoi.BEE: acquis.bee,
        envoi.EMPLOI_DU_TEMPS: acquis.emploi_du_temps,
    }[part.nom]


def _illisible(lu: JeuLu) -> Refus:
    return FichierRefuse(
        f"Un fichier de l'établissement {lu.jeu.uai} a disparu ou ne peut plus être lu.",
        code="FICHIER_ILLISIBLE",
        remede="Ne changez pas le dossier pendant le chargement, puis relancez la commande.",
    )


def _verifier_annee(annee: int, uai: str, bac: Bac) -> None:
    admises = bac.annees_admises()
    if annee in admises:
        return
    raise FichierRefuse(
        f"Les fichiers de {uai} sont de l'année {libelle_annee(annee)} ; le bac « {bac.nom} » est au "
        f"{bac.jour.strftime('%d/%m/%Y')}, l'AAF y collecte l'année "
        f"{libelle_annee(bac.profil.annee_collectee(bac.jour))}.",
        code="AUTRE_ANNEE",
        remede="Remplacez-les par ceux de la bonne année, ou chargez-les dans un bac de leur année : "
        "rentree charger … --bac NOM --creer.",
        details={"annee": annee, "admises": list(admises)},
    )


def _charger_ecole(vue: RapportEcole, prets: list[_Pret], envoyeur: Envoyeur, perdue: Event) -> None:
    derniere = max((p.charge.annee for p in prets if p.charge is not None), default=0)
    for jeu, pret in zip(vue.jeux, prets, strict=True):
        if pret.charge is None:
            continue
        _charger_jeu(jeu, pret.charge, pret.acquis, envoyeur, inscrire=pret.charge.annee == derniere)
        for part in jeu.parts:
            if part.refus is not None:
                _noter_perte(part.refus, perdue)
        pret.charge = None


def _charger_jeu(vue: RapportJeu, c: Charge, acquis: Acquis, envoyeur: Envoyeur, *, inscrire: bool) -> None:
    """The parts of a year in the order of the chain; each says what became of it."""
    parts = {p.nom: p for p in vue.parts}
    vue.remarques += c.remarques

    def faire(nom: str, action: Callable[[], Part]) -> bool:
        """Do a part that can be done; whether the application holds it now."""
        if parts[nom].etat == "lisible":
            parts[nom] = action()
        return parts[nom].etat in ("charge", "deja")

    if inscrire and "lisible" in (parts[envoi.STS].etat, parts[envoi.BEE].etat):
        parts[envoi.RECTORAT] = envoyeur.inscrire(c)
    sts = faire(envoi.STS, lambda: envoyeur.reprendre_sts(c)) or acquis.sts
    bee = faire(envoi.BEE, lambda: envoyeur.reprendre_bee(c, vue.remarques)) or acquis.bee
    if not sts:
        _sans(parts, envoi.EMPLOI_DU_TEMPS, "l'année n'est pas dans STS-Web", "Ajoutez le sts_emp de l'établissement.")
    if not bee:
        _sans(parts, envoi.LIENS, "la base élèves n'est pas ouverte", "Ajoutez les exports XML de SIECLE.")
    importe = faire(envoi.EMPLOI_DU_TEMPS, lambda: envoyeur.importer_emploi_du_temps(c, vue.remarques))
    change = any(parts[n].etat == "charge" for n in (envoi.STS, envoi.BEE, envoi.EMPLOI_DU_TEMPS))
    if sts and bee and change and (c.services or c.structures_sts):
        structure = importe or c.structures_bee <= c.structures_sts
        if not structure:
            vue.remarques.append(_structure_gardee(c))
        parts[envoi.EXPORTS] = envoyeur.exporter(c, structure=structure)
    depose = c.liens is not None and c.liens[0].removesuffix(".zip") + ".xml" in acquis.depots
    faire(envoi.LIENS, lambda: part_acquise(envoi.LIENS) if depose else envoyeur.deposer_liens(c))
    ordre = (envoi.RECTORAT, envoi.STS, envoi.BEE, envoi.EMPLOI_DU_TEMPS, envoi.EXPORTS, envoi.LIENS)
    vue.parts = [parts[n] for n in ordre if n in parts]


def _sans(parts: dict[str, Part], nom: str, pourquoi: str, remede: str) -> None:
    if parts[nom].etat == "lisible":
        refus = Refus(f"{nom} : le fichier ne peut pas être chargé, {pourquoi}.", code="PART_PRECEDENTE", remede=remede)
        parts[nom] = Part(nom, "refuse", refus=refus)


def _structure_gardee(c: Charge) -> Remarque:
    return Remarque(
        "STRUCTURE_GARDEE",
        f"{len(c.structures_bee - c.structures_sts)} divisions ou groupes de la base élèves ne sont pas dans le "
        "sts_emp : la structure de STS-Web n'a pas été exportée, pour ne pas les perdre.",
        remede="Ajoutez l'emp_sts de l'établissement, ou exportez un sts_emp plus récent.",
    )


def _noter_perte(refus: Refus, perdue: Event) -> None:
    if isinstance(refus, ServiceInjoignable):
        perdue.set()


def _ouvrir_projet(rapport: Rapport, clients: Clients) -> None:
    """An ENT for every school that an application holds now."""
    faits = {
        e.ecole.uai
        for e in rapport.ecoles
        for j in e.jeux
        for p in j.parts
        if p.nom in (envoi.STS, envoi.BEE) and p.etat in ("charge", "deja")
    }
    try:
        rapport.projet = envoi.ouvrir_projet(clients, faits) if faits else None
    except Refus as refus:
        rapport.refus.append(refus)
