"""Families and addresses for the pupils whom the files give without them."""

from __future__ import annotations

from msgspec.structs import replace

from rentree.demo.entree.contexte import ContexteDossier, FoyersDossier
from rentree.demo.entree.donnees import INVENTE, Ecole, Sources
from rentree.demo.entree.eleves import niveau_de, place_de
from rentree.population.familles import Fratrie
from rentree.population.lieux import Lieux

LEGAL = "1"
_REGIME = "2"


def inventer_familles(ecole: Ecole, contexte: ContexteDossier, lieux: Lieux, sources: Sources) -> None:
    """A family for each pupil of the files, when no file gives responsables; one parent bears the pupil's name."""
    foyers = FoyersDossier(contexte, lieux)
    eleves, liens = [], []
    for e in ecole.eleves:
        division = ecole.division_de(e)
        place = place_de(ecole.divisions[division or min(ecole.divisions)], e.scolarite.mef if e.scolarite else "")
        place.niveau = niveau_de(e)
        fratrie = Fratrie([place])
        contexte.noms = [e.nom]
        roles = foyers.installer(fratrie)[0]
        liens += [role.lien(e.id) for role in roles]
        chez = fratrie.adresse_enfants.id if fratrie.adresse_enfants else None
        eleves.append(replace(e, adresse_id=e.adresse_id or chez))
    ecole.eleves = eleves
    ecole.liens += liens
    ecole.responsables += foyers.responsables
    if eleves:
        sources.noter("responsables", INVENTE)


def completer_fiches(ecole: Ecole, contexte: ContexteDossier) -> None:
    """What the file of links does not say of its pupils, and a fiche wants: INE, place of birth, régime."""
    ici = contexte.commune_de_naissance()
    ecole.eleves = [
        replace(
            e,
            ine=e.ine or contexte.ine(e.id),
            commune_naissance=ici.insee,
            departement_naissance=ici.departement,
            regime=_REGIME,
        )
        for e in ecole.eleves
    ]


def loger(ecole: Ecole, contexte: ContexteDossier, sources: Sources) -> None:
    """Addresses for responsables, when no file gives any: those who lodge one pupil live together."""
    hasard = contexte.hasard("logements")
    siens = {e.id: e.adresse_id for e in ecole.eleves}
    logis: dict[int, int] = {}
    hebergeurs: dict[int, list[int]] = {}
    for x in ecole.liens:
        if x.heberge and x.niveau == LEGAL:
            hebergeurs.setdefault(x.eleve_id, []).append(x.responsable_id)
    for hebergent in (True, False):
        for x in ecole.liens:
            if x.responsable_id in logis or (x.heberge and x.niveau == LEGAL) is not hebergent:
                continue
            voisins = hebergeurs.get(x.eleve_id, ()) if hebergent else ()
            connu = next((logis[v] for v in voisins if v in logis), None)
            if connu is None:
                connu = (siens.get(x.eleve_id) if hebergent else None) or contexte.nouvelle_adresse(hasard).id
            logis[x.responsable_id] = connu
    ecole.responsables = [replace(r, adresse_id=logis.get(r.id, r.adresse_id)) for r in ecole.responsables]
    sources.noter("adresses", INVENTE)
