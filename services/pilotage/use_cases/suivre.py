"""*Suivre*: where is this person, group or division in each application, what holds it back, when will it pass?

Source: architecture, "Nothing is lost, everything can be explained"; DIAG-01. Computed from the traces alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from services.pilotage.rules.absents import Absent, absents
from services.pilotage.rules.chaine import CHAINE
from services.pilotage.rules.conclusion import conclure
from services.pilotage.rules.departs import DESACTIVE
from services.pilotage.rules.observations import AUTRES_COMPTES, Observation, nuancer, observer
from services.pilotage.rules.obstacles import localiser
from services.pilotage.rules.previsions import redater
from services.pilotage.rules.rapprochement import (
    cles,
    comprend,
    identites,
    libelle,
    objet,
    questions,
    rang_dans_la_chaine,
    regrouper,
)
from services.pilotage.rules.verdict import Cadran, Conclusion
from services.pilotage.use_cases.poste import Poste
from services.pilotage.use_cases.voisins import Question, Voisins
from shared.contracts.refus import Refus
from shared.contracts.traces import Trace
from shared.horloge.alimentations import CalendrierAlimentation
from shared.horloge.nuits import horaire
from shared.horloge.profils import ProfilAcademique

LIMITE = 15
"""Things followed at once; a vaguer search asks to be made precise."""
TOURS = 4
"""A key found in one application may open another: rounds of questions at most."""
LONGUEUR_MINIMALE = 2
LONGUEUR_MAXIMALE = 120


class Dossier(Struct, frozen=True):
    """One thing, as every application knows it, what is concluded, and what explains other complaints."""

    objet: str
    libelle: str
    cles: dict[str, str]
    traces: tuple[Trace, ...]
    conclusion: Conclusion
    observations: tuple[Observation, ...] = ()


class Enquete(Struct, frozen=True):
    """The answer to a search. `muets`: services that did not answer; `ecartes`: things beyond the limit; `absents`:
    what to verify when nobody knows that name, according to who it is.
    """

    q: str
    instant: datetime
    dossiers: tuple[Dossier, ...]
    muets: Mapping[str, str]
    ecartes: int
    absents: tuple[Absent, ...] = ()


def enqueter(poste: Poste, voisins: Voisins, q: str) -> Enquete:
    """Look `q` up (a name, an INE, a group or a division) in every application. Raises `Refus` RECHERCHE_VIDE."""
    q = " ".join(q.split())[:LONGUEUR_MAXIMALE]
    if len(q) < LONGUEUR_MINIMALE:
        raise Refus(
            "Il manque ce qu'il faut suivre.",
            code="RECHERCHE_VIDE",
            remede="Écrivez au moins deux caractères : un nom, un INE, un code de groupe ou de division.",
        )
    muets: dict[str, str] = {}
    traces = _demander(poste.bac, voisins, [Question(s, "/_sim/trace", (("q", q),)) for s in CHAINE], muets)
    groupes = regrouper(traces)
    retenus, ecartes = groupes[:LIMITE], len(groupes[LIMITE:])
    complets = _completer(poste.bac, voisins, retenus, muets)
    profil = poste.profil
    cadran = Cadran(poste.instant, horaire(profil), poste.fuseau, profil.assistance, profil.ent_purge)
    suppressions = _suppressions(poste.bac, voisins, complets, muets)
    lieux = _lieux(poste)
    cadrans = _cadrans(poste.bac, voisins, cadran, profil, muets) if complets else {}
    return Enquete(
        q=q,
        instant=poste.instant,
        dossiers=tuple(
            _dossier(groupe, cadrans.get(cles(groupe).get("uai", ""), cadran), muets, suppressions, lieux)
            for groupe in complets
        ),
        muets={s: muets[s] for s in CHAINE if s in muets},
        ecartes=ecartes,
        absents=() if complets else absents(cadran),
    )


def _demander(bac: str, voisins: Voisins, posees: Sequence[Question], muets: dict[str, str]) -> list[Trace]:
    traces = []
    for r in voisins.demander(bac, posees):
        if r.cause is not None:
            muets[r.question.service] = r.cause
        else:
            traces += [Trace.model_validate(t) for t in r.valeur]
    return traces


def _completer(bac: str, voisins: Voisins, groupes: list[list[Trace]], muets: dict[str, str]) -> list[list[Trace]]:
    """Ask those who did not find a thing by its name for the keys that others gave."""
    deja: set[tuple[str, tuple[str, ...]]] = set()
    for _ in range(TOURS):
        posees: list[Question] = []
        for groupe in groupes:
            connus, posables = {t.service for t in groupe}, questions(groupe)
            for service in CHAINE:
                if service in connus or service in muets:
                    continue
                neuve = next((p for p in posables if comprend(service, p) and (service, p) not in deja), None)
                if neuve is not None:
                    deja.add((service, neuve))
                    posees.append(Question(service, "/_sim/trace", tuple(("cle", c) for c in neuve)))
        if not posees:
            break
        siennes = {i for groupe in groupes for t in groupe for i in identites(t)}
        trouvees = [t for t in _demander(bac, voisins, posees, muets) if siennes.intersection(identites(t))]
        groupes = regrouper(_sans_doubles([*(t for groupe in groupes for t in groupe), *trouvees]))
    return groupes


def _sans_doubles(traces: Sequence[Trace]) -> list[Trace]:
    uniques: list[Trace] = []
    for trace in sorted(traces, key=rang_dans_la_chaine):
        if trace not in uniques:
            uniques.append(trace)
    return uniques


def _cadrans(
    bac: str, voisins: Voisins, cadran: Cadran, profil: ProfilAcademique, muets: Mapping[str, str]
) -> dict[str, Cadran]:
    """By school, the delays of its ENT project: the calendar of its feeds, the days before deletion."""
    posees = [Question(s, "/api/projets") for s in ("aaf", "ent") if s not in muets]
    lus = {r.question.service: r.valeur for r in voisins.demander(bac, posees) if r.cause is None}
    propres: dict[str, Cadran] = {}
    for projet in lus.get("ent", ()):
        for uai in projet["uais"]:
            propres[uai] = replace(
                cadran,
                purge=projet["purge_jours"],
                attente=projet["desactivation_jours"],
                complet_seul=projet["flux"] == "complet",
            )
    for projet in lus.get("aaf", ()):
        nuits = cadran.nuits.pour_projet(CalendrierAlimentation.model_validate(projet["calendrier"]), profil)
        for uai in projet["uais"]:
            propres[uai] = replace(propres.get(uai, cadran), nuits=nuits)
    return propres


def _suppressions(
    bac: str, voisins: Voisins, groupes: Sequence[Sequence[Trace]], muets: dict[str, str]
) -> dict[str, datetime]:
    """Displayed name in the ENT → when the deactivated account of that name is deleted (DIAG-18: a hidden doublon)."""
    dans_l_ent = [t for groupe in groupes for t in groupe if t.service == "ent"]
    noms = sorted({t.libelle for t in dans_l_ent if t.objet == "responsable" and t.details.get(AUTRES_COMPTES)})
    posees = [Question("ent", "/_sim/trace", (("q", nom),)) for nom in noms if "ent" not in muets]
    return {
        t.libelle: max(e.instant for e in t.etapes if e.prevu)
        for t in (*dans_l_ent, *_demander(bac, voisins, posees, muets))
        if any(b.code == DESACTIVE for b in t.blocages) and any(e.prevu for e in t.etapes)
    }


def _lieux(poste: Poste) -> dict[str, str]:
    """The years under which the pages of the menus stand, where no application says its own."""
    annee = poste.profil.annee_collectee(poste.horloge.aujourd_hui())
    return {"annee": str(annee), "millesime": str(poste.profil.millesime_de_l_annee(annee))}


def _dossier(
    groupe: Sequence[Trace],
    cadran: Cadran,
    muets: Mapping[str, str],
    suppressions: Mapping[str, datetime],
    lieux: Mapping[str, str],
) -> Dossier:
    groupe = redater(groupe, cadran)
    dans_l_ent = next((t.libelle for t in groupe if t.service == "ent"), "")
    observations = observer(groupe, cadran, muets, suppressions.get(dans_l_ent))
    return Dossier(
        objet=objet(groupe),
        libelle=libelle(groupe),
        cles=cles(groupe),
        traces=tuple(groupe),
        conclusion=localiser(nuancer(conclure(groupe, cadran, muets, lieux), observations), groupe, lieux),
        observations=observations,
    )
