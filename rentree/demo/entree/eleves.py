"""Divisions and pupils that the files do not give.

Where only the structure is known, divisions are filled to their number and their MEF; where only pupils are known,
divisions are made for their levels.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from msgspec.structs import replace

from rentree.demo.entree.codes import ENTREES, MEF_DU_NIVEAU, niveau_du_mef
from rentree.demo.entree.contexte import ContexteDossier, ElevesDossier, FoyersDossier, PlaceReelle
from rentree.demo.entree.donnees import INVENTE, DivisionLue, Ecole, Sources
from rentree.population import Eleve, Scolarite
from rentree.population.familles import Fratrie
from rentree.population.lieux import Lieux
from shared.identifiers import cle_tri
from shared.nomenclatures import MEF_CM2, mef

_PAR_DIVISION = 25
_PART_FRATRIE = 0.12
_SORTANTS = 5


def niveau_de(e: Eleve) -> int:
    """The level of a pupil, by his MEF."""
    niveau = niveau_du_mef(e.scolarite.mef) if e.scolarite else None
    return 6 if niveau is None else niveau


def completer_divisions(ecole: Ecole, effectif: int, sources: Sources) -> None:
    """Make divisions when no file gives any: for the pupils who are there, else for a collège of `effectif` pupils."""
    if ecole.divisions:
        return
    if ecole.eleves:
        attendus: dict[str, int] = {}
        for e in ecole.eleves:
            assert e.scolarite is not None
            attendus[e.scolarite.mef] = attendus.get(e.scolarite.mef, 0) + 1
    else:
        attendus = {MEF_DU_NIVEAU[n]: effectif // 4 + (n == 6) * (effectif % 4) for n in (6, 5, 4, 3)}
    par_niveau: dict[int, dict[str, int]] = {}
    for code, nombre in attendus.items():
        niveau = niveau_du_mef(code)
        par_niveau.setdefault(6 if niveau is None else niveau, {})[code] = nombre
    for niveau in sorted(par_niveau, reverse=True):
        mefs = par_niveau[niveau]
        nombre = ceil(sum(mefs.values()) / _PAR_DIVISION)
        for rang in range(nombre):
            code = f"{niveau if niveau > 0 else 'T'}{_lettre(rang)}"
            parts: dict[str, int | None] = {m: len(range(rang, n, nombre)) for m, n in sorted(mefs.items())}
            libelle = f"{mef(max(mefs, key=lambda m: (mefs[m], m))).libelle_long[:17]} {_lettre(rang)}"
            ecole.divisions[code] = DivisionLue(code, libelle, niveau, parts)
    sources.noter("divisions", INVENTE)


def _lettre(rang: int) -> str:
    return chr(ord("A") + rang) if rang < 26 else f"Z{rang}"


def placer_eleves(ecole: Ecole, sources: Sources) -> None:
    """Put pupils in divisions when no file puts any: where their groups take pupils, at their level, evenly."""
    if not ecole.eleves or any(ecole.division_de(e) for e in ecole.eleves):
        return
    restes = {c: sum(_attendus(d).values()) for c, d in ecole.divisions.items()}
    groupes: dict[int, list[set[str]]] = {}
    for g in ecole.groupes.values():
        for membre in g.membres:
            if g.divisions:
                groupes.setdefault(membre, []).append(set(g.divisions))
    places: dict[int, Scolarite] = {}
    for e in sorted(ecole.eleves, key=lambda e: (cle_tri(e.nom), cle_tri(e.prenom), e.id)):
        assert e.scolarite is not None
        possibles = set.intersection(*groupes[e.id]) if e.id in groupes else set()
        niveau = niveau_de(e)
        choix = sorted(possibles or ecole.divisions)
        code = max(choix, key=lambda c: (-abs(ecole.divisions[c].niveau - niveau), restes[c], -choix.index(c)))
        restes[code] -= 1
        mefs = ecole.divisions[code].mefs
        places[e.id] = replace(
            e.scolarite, division=code, mef=e.scolarite.mef if e.scolarite.mef in mefs else sorted(mefs)[0]
        )
    ecole.eleves = [replace(e, scolarite=places[e.id]) for e in ecole.eleves]
    sources.noter("divisions des élèves", INVENTE)


def _attendus(division: DivisionLue) -> dict[str, int]:
    """The pupils expected in a division, by MEF."""
    connus = {m: n for m, n in division.mefs.items() if n}
    autres = sorted(set(division.mefs) - set(connus))
    total = division.prevu or sum(connus.values()) or _PAR_DIVISION
    if connus and (not autres or total <= sum(connus.values())):
        return connus
    reste = total - sum(connus.values())
    return connus | {m: len(range(rang, reste, len(autres))) for rang, m in enumerate(autres)}


def places_manquantes(ecole: Ecole) -> list[PlaceReelle]:
    """One place for each pupil that divisions lack."""
    presents: dict[str, list[str]] = {c: [] for c in ecole.divisions}
    for e in ecole.eleves:
        if e.scolarite is not None and e.scolarite.division is not None:
            presents[e.scolarite.division].append(e.scolarite.mef)
    places = []
    for code, division in ecole.divisions.items():
        attendus = _attendus(division)
        pris = dict.fromkeys(attendus, 0)
        for m in presents[code]:
            ou = m if m in pris else max(sorted(attendus), key=lambda x: attendus[x] - pris[x])
            pris[ou] += 1
        for m in sorted(attendus):
            places += [place_de(division, m) for _ in range(attendus[m] - pris[m])]
    return places


def place_de(division: DivisionLue, code_mef: str) -> PlaceReelle:
    """A place in a division, for a pupil who was in the level below last year."""
    niveau = division.niveau
    avant = MEF_CM2 if niveau == 6 else MEF_DU_NIVEAU.get(niveau + 1, MEF_DU_NIVEAU[0])
    return PlaceReelle(
        niveau,
        niveau + 1,
        "affectation" if niveau in ENTREES else "base",
        division=division.code,
        mef_reel=code_mef,
        mef_avant=avant,
    )


def inventer_eleves(ecole: Ecole, contexte: ContexteDossier, lieux: Lieux, sources: Sources) -> None:
    """Fill the divisions, brothers and sisters together, each with a family.

    Pupils whom only the file of responsables knows (by ELEVE_ID) come first: they take the surname of their
    représentant légal, and have no other family than the real one.
    """
    places = places_manquantes(ecole)
    connus = {e.id for e in ecole.eleves}
    attendus = sorted({x.eleve_id for x in ecole.liens} - connus)
    divisions = list(ecole.divisions.values())
    for rang in range(len(attendus) - len(places)):
        division = divisions[rang % len(divisions)]
        places.append(place_de(division, sorted(division.mefs)[0]))
    foyers, inscriptions = FoyersDossier(contexte, lieux), ElevesDossier(contexte, lieux)
    noms = _noms_des_legaux(ecole)
    hasard = contexte.hasard("fratries")
    hasard.shuffle(places)
    for eleve_id in attendus:
        contexte.eleve_ids.append(eleve_id)
        seul = Fratrie([places.pop()], noms=[noms.get(eleve_id) or contexte.nom(hasard)], noms_usage=[None])
        seul.commune = lieux.commune
        inscriptions.inscrire(seul, [[]])
    inventees = bool(places)
    while places:
        fratrie = Fratrie([places.pop()])
        while places and hasard.random() < _PART_FRATRIE:
            fratrie.places.append(places.pop())
        inscriptions.inscrire(fratrie, foyers.installer(fratrie))
    _inscrire(ecole, contexte, inscriptions.eleves)
    ecole.responsables += foyers.responsables
    ecole.liens += inscriptions.liens
    nombre = len(inscriptions.eleves)
    if nombre:
        partie = "élèves" if not connus else "élèves ajoutés pour remplir les divisions"
        sources.noter(partie, INVENTE, f"{nombre}" + (f", {len(attendus)} d'identifiant connu" if attendus else ""))
    if inventees:
        sources.noter("responsables des élèves inventés", INVENTE)


def _noms_des_legaux(ecole: Ecole) -> dict[int, str]:
    noms = {r.id: r.nom for r in ecole.responsables}
    return {x.eleve_id: noms[x.responsable_id] for x in reversed(ecole.liens) if x.niveau == "1"}


def _inscrire(ecole: Ecole, contexte: ContexteDossier, nouveaux: Iterable[Eleve]) -> None:
    """Number new pupils after the others; their place stands as the generator made it, without options."""
    dernier = max((e.elenoet for e in ecole.eleves), default=1000)
    for rang, e in enumerate(nouveaux, 1):
        assert e.scolarite is not None
        ecole.eleves.append(
            replace(e, elenoet=dernier + rang, scolarite=replace(e.scolarite, options=()), doublement=False)
        )
    ecole.eleves.sort(key=lambda e: e.id)


def inventer_sortants(ecole: Ecole, contexte: ContexteDossier, lieux: Lieux, sources: Sources) -> None:
    """Leavers of last year, with their families, for a school whose base of N-1 would otherwise be empty."""
    derniere = min(ecole.divisions.values(), key=lambda d: d.niveau)
    foyers, inscriptions = FoyersDossier(contexte, lieux), ElevesDossier(contexte, lieux)
    for _ in range(_SORTANTS):
        fratrie = Fratrie([place_de(derniere, sorted(derniere.mefs)[0])])
        inscriptions.inscrire(fratrie, foyers.installer(fratrie))
    dernier = max((e.elenoet for e in ecole.eleves), default=1000)
    ecole.partis += [replace(e, elenoet=dernier + rang) for rang, e in enumerate(inscriptions.eleves, 1)]
    ecole.responsables += foyers.responsables
    ecole.liens += inscriptions.liens
    sources.noter("élèves de l'année précédente, partis depuis", INVENTE)
