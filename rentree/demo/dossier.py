"""`rentree demo --dossier`: the population to play, built around the files that the real applications export.

Source: issue, « Real input »; guide 000 chapter 2 (what each application exports).
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from rentree.demo import DemandeDemo, Entree
from rentree.demo.entree.assemblage import Passe, assembler
from rentree.demo.entree.codes import Codes
from rentree.demo.entree.contexte import ContexteDossier, ParametresDossier, communes_de
from rentree.demo.entree.documents import Documents
from rentree.demo.entree.donnees import INVENTE, Ecole, Sources
from rentree.demo.entree.eleves import completer_divisions, inventer_eleves, inventer_sortants, placer_eleves
from rentree.demo.entree.enseignements import (
    ajuster_au_profil,
    enseigner,
    inventer_encadrement,
    nommer_les_inconnus,
)
from rentree.demo.entree.etablissements import academie_de, etablissement_de, lieux_de
from rentree.demo.entree.familles import completer_fiches, inventer_familles, loger
from rentree.demo.entree.groupes import (
    choisir_options,
    ecrire_groupes,
    inventer_demi_groupes,
    inventer_groupes,
    inventer_membres,
    nommer_matieres,
)
from rentree.demo.entree.lecture import lire_dossier, refuser_autre_annee
from rentree.demo.entree.originaux import relever
from rentree.demo.entree.personnes import joindre_agents, joindre_eleves, joindre_membres, joindre_responsables
from rentree.demo.entree.remplacement import remplacer
from rentree.demo.entree.structures import joindre_divisions, joindre_groupes
from rentree.population import Origine, Population, generer
from rentree.population.lieux import inventer_lieux
from shared.formats.pseudonymes.originaux import Originaux
from shared.formats.pseudonymes.pseudonymes import Pseudonymes
from shared.formats.reconnaissance import Famille
from shared.horloge.annees import libelle_annee
from shared.horloge.calendrier import calendrier_scolaire
from shared.horloge.profils import HEURE_DEBUT, ProfilAcademique
from shared.nomenclatures import communes

_AVANT_LA_RENTREE = timedelta(days=8)
_STRUCTURE = (
    Famille.STS_EMP,
    Famille.EMP_STS,
    Famille.SIECLE_ELEVES,
    Famille.SIECLE_RESPONSABLES,
    Famille.SIECLE_STRUCTURES,
    Famille.LIENS_ELEVE_GROUPE,
)
"""Files that say something of people or structures; with none of them, the whole school is invented."""


def population_du_dossier(
    demande: DemandeDemo, choisi: ProfilAcademique, annee: int, cle: bytes | None = None
) -> Entree:
    """The population of `demande.dossier`, and where each part of it came from (no person's name in it).

    Arguments: `annee`, the STS year that the clock gives, binding only where `demande.date` was asked for: else the
    files' year is played; `cle`, the secret of the pseudonyms (None: derived from the seed alone, for invented files).
    Raises `Refus` and `FichierRefuse`: those of `lire_dossier`, AUTRE_ANNEE.
    """
    assert demande.dossier is not None
    documents = lire_dossier(demande.dossier, choisi)
    if demande.date is not None:
        refuser_autre_annee(documents, annee)
    sources = Sources()
    originaux = Originaux()
    if not demande.donnees_reelles:
        originaux = relever(documents)
        documents = remplacer(documents, Pseudonymes(cle or cle_de_la_graine(demande.graine), originaux))
    sources.noter(f"année {libelle_annee(documents.annee)}", next(iter(documents.noms.values())))
    population = _construire(documents, demande, choisi, originaux, sources)
    reelles = "données réelles, gardées telles quelles" if demande.donnees_reelles else "remplacées à l'entrée"
    sources.noter("identités", reelles)
    for nom, pourquoi in documents.ecartes:
        sources.noter("fichier", f"{nom} : {pourquoi}")
    return Entree(population, sources.lignes)


def cle_de_la_graine(graine: int) -> bytes:
    """A key that anybody can compute: for invented files, replayed to the byte wherever they are."""
    return hashlib.sha256(f"rentree/pseudonymes/{graine}".encode()).digest()


def cle_de_l_installation(secret: str, graine: int) -> bytes:
    """The key of the pseudonyms of a demo: the same demo on the same installation gives the same bytes, and nobody
    who lacks the installation's `secret` can tell who is who.
    """
    return hmac.digest(secret.encode(), f"rentree/pseudonymes/{graine}".encode(), hashlib.sha256)


def debut_de_l_annee(choisi: ProfilAcademique, annee: int) -> datetime:
    """The first instant of a demo of STS year `annee`: the Monday eight to fourteen days before the rentrée, at eight.

    For the year of a guide it is the day on which its profile starts.
    """
    jour = calendrier_scolaire(annee, choisi.calendrier, choisi.zone).rentree_eleves - _AVANT_LA_RENTREE
    lundi = jour - timedelta(days=jour.weekday())
    return datetime.combine(lundi, HEURE_DEBUT, choisi.zone_horaire).astimezone(UTC)


def _construire(
    d: Documents, demande: DemandeDemo, choisi: ProfilAcademique, originaux: Originaux, sources: Sources
) -> Population:
    calendrier = calendrier_scolaire(d.annee, choisi.calendrier, choisi.zone)
    if not any(f in d.noms for f in _STRUCTURE):
        return _inventer(d, demande, choisi, sources)
    codes, ecole = Codes(d), Ecole()
    joindre_divisions(ecole, d, codes, sources)
    joindre_groupes(ecole, d, codes, sources)
    joindre_agents(ecole, d, sources)
    joindre_eleves(ecole, d, codes, sources)
    joindre_membres(ecole, d, sources)
    joindre_responsables(ecole, d, sources)
    nommer_matieres(ecole)

    parametres = _parametres(d, demande, choisi, max(len(ecole.eleves), 1))
    graine = random.Random(demande.graine).getrandbits(64)
    contexte = ContexteDossier(parametres, graine, originaux=originaux)
    contexte.atteints = {
        "eleve": max([e.id for e in (*ecole.eleves, *ecole.partis)] + [x.eleve_id for x in ecole.liens], default=0),
        "responsable": max((r.id for r in ecole.responsables), default=0),
        "adresse": max((a.id for a in ecole.adresses), default=0),
        "agent": max([a.id for a in ecole.agents] + [n for s in ecole.services for n, _ in s.enseignants], default=0),
    }
    contexte.ines = {e.ine for e in (*ecole.eleves, *ecole.partis) if e.ine}
    autour = inventer_lieux(contexte)
    etablissement = etablissement_de(d, autour.etablissement, sources)
    contexte.communes = communes_de(ecole.adresses, etablissement.adresse) or communes(parametres.departement_effectif)
    lieux = lieux_de(d, ecole, autour, etablissement, contexte.communes[0])

    academie = lieux.academie.code
    completer_divisions(ecole, demande.effectif, sources)
    placer_eleves(ecole, sources)
    if d.eleves is None:
        if d.liens is not None:
            completer_fiches(ecole, contexte)
        if d.responsables is None:
            inventer_familles(ecole, contexte, lieux, sources)
        inventer_eleves(ecole, contexte, lieux, sources)
    elif d.responsables is None:
        inventer_familles(ecole, contexte, lieux, sources)
    if d.responsables is not None and not any(r.adresse_id for r in ecole.responsables):
        loger(ecole, contexte, sources)
    choisir_options(ecole, academie, contexte.hasard("options"), sources)
    inventer_groupes(ecole, academie, sources)
    inventer_membres(ecole, sources)
    groupes = ecrire_groupes(ecole, sources)
    if not any(g.membres for g in groupes):
        inventer_demi_groupes(ecole, sources)
        groupes = ecrire_groupes(ecole, sources)
    inventer_encadrement(ecole, contexte, sources)
    nommer_les_inconnus(ecole, contexte, sources)
    besoins = ajuster_au_profil(enseigner(ecole, groupes, contexte, academie, sources), ecole, choisi)
    passe = Passe(ecole, contexte, lieux)
    if not passe.a_une_base():
        inventer_sortants(ecole, contexte, lieux, sources)
    population = assembler(ecole, passe, contexte, lieux, besoins, calendrier)
    _dire_les_arrivees(population, sources)
    _dire_les_codes(codes, sources)
    if demande.anomalies:
        sources.noter("anomalies", "aucune mise en scène : celles des fichiers sont gardées")
    return population


def _parametres(d: Documents, demande: DemandeDemo, choisi: ProfilAcademique, effectif: int) -> ParametresDossier:
    departement = d.uai[:3]
    return ParametresDossier(
        uai=d.uai,
        effectif=effectif,
        seed=demande.graine,
        annee=d.annee,
        millesime=d.millesime,
        calendrier=choisi.calendrier,
        anomalies=demande.anomalies,
        departement=departement if communes(departement) else None,
    )


def _inventer(d: Documents, demande: DemandeDemo, choisi: ProfilAcademique, sources: Sources) -> Population:
    """Files that say nothing of people nor of structures: an invented collège under the real UAI, mistakes staged."""
    population = generer(_parametres(d, demande, choisi, demande.effectif), random.Random(demande.graine))
    etablissement = etablissement_de(d, population.etablissement, sources)
    for partie in ("divisions", "groupes", "élèves", "responsables", "adresses", "personnels", "services"):
        sources.noter(partie, INVENTE)
    if demande.anomalies:
        sources.noter("anomalies", "mises en scène : rien dans les fichiers ne les contredit")
    return replace(population, etablissement=etablissement, academie=academie_de(d))


def _dire_les_arrivees(p: Population, sources: Sources) -> None:
    """How pupils reach the base, and which schools are played."""
    nombres = Counter(e.origine for e in p.eleves)
    faits: dict[Origine, str] = {
        "base": "déjà dans la base",
        "affectation": "par l'affectation",
        "autre_eple": f"de l'établissement {p.voisin.uai}",
        "hors_academie": "d'ailleurs, saisis en entier",
    }
    phrase = ", ".join(f"{nombres[o]} {texte}" for o, texte in faits.items() if nombres[o])
    sources.noter("arrivée des élèves", phrase or "aucun élève")


def _dire_les_codes(codes: Codes, sources: Sources) -> None:
    """Codes that the simulator does not ship, and what stands for them."""
    remplaces = codes.mefs_remplaces | codes.matieres_remplacees
    if remplaces:
        paires = ", ".join(f"{ancien} joué comme {nouveau}" for ancien, nouveau in sorted(remplaces.items()))
        sources.noter("codes absents des nomenclatures livrées", paires)
    if codes.matieres_inconnues:
        sources.noter("matières laissées", ", ".join(sorted(codes.matieres_inconnues)))
