"""Generating a lycée of year N: places, families (some known from the collèges around), groups, lessons, staff."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil

from msgspec.structs import replace

from rentree.population.academie_formations import (
    HEURES_LV2,
    HEURES_SPECIALITE,
    LV2,
    SPECIALITES,
    Formation,
    formations_generales,
    formations_professionnelles,
)
from rentree.population.academie_modeles import Ecole, EcolePrevue
from rentree.population.contexte import Contexte, distribuer, tirer
from rentree.population.effectifs import Place
from rentree.population.eleves import Eleves, numeroter
from rentree.population.familles import Foyers, Fratrie, Role
from rentree.population.lieux import inventer_lieux
from rentree.population.modeles import Besoins, Division, Etablissement, Groupe, Option, Scolarite
from rentree.population.parametres import Parametres
from rentree.population.personnels import Personnels
from rentree.population.services import COURS, TRAVAUX_PRATIQUES, Demande, Lot
from shared.identifiers import cle_tri
from shared.nomenclatures import matiere_de_gestion, nature

_PART_CONNUE = 0.22
"""Lycéens who have a younger brother or sister in a school of the secteur."""
_PLAFOND = {"lv2": 28, "specialite": 34}
_HEURE_TP = Decimal(1)
_SANS_DEMI_GROUPE = 16
_NATURES = {
    "LGT": ("300", "LGT", "LYCEE GENERAL ET TECHNOLOGIQUE"),
    "LP": ("320", "LP", "LYCEE PROFESSIONNEL"),
}


@dataclass(eq=False)
class PlaceLycee(Place):
    """A lycéen to come: what he follows, and the subjects he chose (codes de gestion)."""

    formation: Formation | None = None
    choix: list[str] = field(default_factory=list)

    @property
    def mef(self) -> str | None:
        """His MEF of year N."""
        assert self.formation is not None
        return self.formation.mef

    @property
    def mef_precedent(self) -> str:
        """His MEF of year N-1."""
        assert self.formation is not None
        return self.formation.mef_avant


@dataclass(frozen=True)
class FamilleConnue:
    """A home that has a pupil in another school of the secteur: her brothers and sisters bear her name."""

    nom: str
    nom_usage: str | None
    roles: tuple[Role, ...]
    boursiere: bool


class _Lyceens(Eleves):
    """Pupils of a lycée: their subjects, where they come from, when they came."""

    colleges: Sequence[str] = ()

    def _scolarite(self, place: Place) -> Scolarite:
        assert isinstance(place, PlaceLycee)
        assert place.formation is not None
        annee = self._contexte.parametres.annee
        return Scolarite(
            annee=annee,
            uai=self._lieux.etablissement.uai,
            mef=place.formation.mef,
            division=place.division,
            options=_options(place),
            date_entree=self._entree(place),
        )

    def _scolarite_precedente(self, place: Place, etranger: bool) -> Scolarite:
        annee = self._contexte.parametres.annee - 1
        ici = place.origine == "base"
        uai = self._lieux.etablissement.uai if ici else self._hasard.choice(self.colleges)
        return Scolarite(annee, uai, place.mef_precedent, place.division_precedente, (), None)

    def _entree(self, place: Place) -> date:
        """The day he came, by the formation's first year."""
        annee = self._contexte.parametres.annee
        return self._contexte.rentree(annee if place.origine != "base" else annee - (2 - (place.niveau or 0)))


def _options(place: PlaceLycee) -> tuple[Option, ...]:
    return tuple(
        Option(rang, matiere_de_gestion(gestion).code, "F" if gestion in ("MATEX", "MATCO") else "O")
        for rang, gestion in enumerate(["AGL1", *place.choix], 1)
    )


def generer_lycee(
    prevue: EcolePrevue, parametres: Parametres, familles: Sequence[FamilleConnue], colleges: Sequence[str]
) -> Ecole:
    """Invent a lycée: the same arguments give the same school.

    `parametres`: its blocks of identifiers, its seed, its year (their `nature` is not looked at); `familles`: homes of
    the secteur that may have a child here; `colleges`: UAI where those who enter come from.
    """
    contexte = Contexte(parametres, random.Random(f"population/{parametres.seed}").getrandbits(64))
    lieux = inventer_lieux(contexte)
    etablissement = _nommer(lieux.etablissement, prevue.genre)
    formations = (
        formations_generales()
        if prevue.genre == "LGT"
        else formations_professionnelles(parametres.rang, parametres.effectif)
    )
    divisions, places = _placer(contexte, formations)
    _choisir(contexte.hasard("options"), places)

    foyers, inscriptions = Foyers(contexte, lieux), _Lyceens(contexte, lieux)
    inscriptions.colleges = colleges
    voisines = [r.personne for f in _installer(contexte, inscriptions, foyers, places, familles) for r in f.roles]
    responsables = {r.id: r for r in (*foyers.responsables, *voisines)}
    numeros = numeroter(inscriptions.eleves, contexte.hasard("elenoet"))
    eleves = tuple(replace(e, elenoet=numeros[e.id]) for e in inscriptions.eleves)

    groupes, lots = _enseignements(divisions, places, {e.id: cle_tri(f"{e.nom} {e.prenom}") for e in eleves})
    personnels = Personnels(contexte, "poids_lgt" if prevue.genre == "LGT" else "poids_lp")
    personnels.encadrer()
    besoins: Besoins = personnels.enseigner(lots, groupes)
    return Ecole(
        prevue=prevue,
        academie=lieux.academie,
        etablissement=etablissement,
        annee=parametres.annee,
        millesime=parametres.millesime_effectif,
        rentree=contexte.rentree(parametres.annee),
        sortie=contexte.sortie(parametres.annee),
        divisions=tuple(divisions),
        eleves=eleves,
        responsables=tuple(responsables[i] for i in sorted(responsables)),
        liens=tuple(inscriptions.liens),
        adresses=tuple(contexte.adresses),
        agents=tuple(personnels.agents),
        besoins=besoins,
    )


def _nommer(e: Etablissement, genre: str) -> Etablissement:
    code, sigle, denomination = _NATURES[genre]
    return replace(e, sigle=sigle, denomination=denomination, nature=code, categorie=nature(code).categorie)


def _placer(contexte: Contexte, formations: Sequence[Formation]) -> tuple[list[Division], list[PlaceLycee]]:
    """The divisions of every formation, full of places; exactly as many as the school has pupils."""
    hasard, effectif = contexte.hasard("effectifs"), contexte.parametres.effectif
    nombres = [int(effectif * f.part) for f in formations]
    for k in range(effectif - sum(nombres)):
        nombres[k % len(nombres)] += 1
    divisions: list[Division] = []
    toutes: list[PlaceLycee] = []
    for formation, nombre in zip(formations, nombres, strict=True):
        places = [_place(formation) for _ in range(nombre)]
        if not places:
            continue
        tas = distribuer(hasard, places, max(1, round(nombre / formation.taille)))
        for rang, eux in enumerate(tas, 1):
            code = f"{formation.prefixe}{rang:02d}" if len(formation.prefixe) < 4 else f"{formation.prefixe}{rang}"
            libelle = f"{formation.libelle} {rang}"
            divisions.append(
                Division(code, libelle, formation.niveau, contexte.parametres.annee, (formation.mef,), len(eux))
            )
            for place in eux:
                place.division = code
        toutes += places
    return divisions, toutes


def _place(formation: Formation) -> PlaceLycee:
    origine = "autre_eple" if formation.entree else "base"
    niveau = min(formation.niveau, 2)  # the first year of a CAP is of the age of a 2nde
    return PlaceLycee(niveau, niveau + 1, "autre_eple" if origine == "autre_eple" else "base", formation=formation)


def _choisir(hasard: random.Random, places: Iterable[PlaceLycee]) -> None:
    """LV2, spécialités, and in terminale an option of mathematics."""
    for place in places:
        f = place.formation
        assert f is not None
        if f.lv2:
            place.choix.append(tirer(hasard, LV2))
        prises: list[str] = []
        for _ in range(f.specialites):
            prises.append(tirer(hasard, [s for s in SPECIALITES if s[0] not in prises]))
        place.choix += prises
        if f.specialites == 2 and hasard.random() < 0.3:
            place.choix.append("MATEX" if "MATHS" in prises else "MATCO")


def _installer(
    contexte: Contexte,
    inscriptions: _Lyceens,
    foyers: Foyers,
    places: list[PlaceLycee],
    connues: Sequence[FamilleConnue],
) -> list[FamilleConnue]:
    """Give every place a pupil, most of them of a home of their own; the known homes that were taken."""
    hasard = contexte.hasard("fratries")
    ordre = list(places)
    hasard.shuffle(ordre)
    reprises = hasard.sample(list(connues), min(len(connues), int(len(places) * _PART_CONNUE)))
    for place, famille in zip(ordre, reprises, strict=False):
        fratrie = Fratrie([place], [famille.nom], [famille.nom_usage], boursiere=famille.boursiere)
        inscriptions.inscrire(fratrie, [list(famille.roles)])
    for place in ordre[len(reprises) :]:
        fratrie = Fratrie([place])
        inscriptions.inscrire(fratrie, foyers.installer(fratrie))
    return reprises


# Lessons


def _enseignements(
    divisions: Sequence[Division], places: Sequence[PlaceLycee], cles: dict[int, str]
) -> tuple[tuple[Groupe, ...], list[Lot]]:
    """The groups of year N and everything that is to be taught."""

    def ordre(p: PlaceLycee) -> tuple[str, str, int]:
        return p.division or "", cles[p.eleve_id], p.eleve_id

    groupes: list[Groupe] = []
    lots: list[Lot] = []
    par_formation: dict[str, list[PlaceLycee]] = {}
    for place in places:
        assert place.formation is not None
        par_formation.setdefault(place.formation.prefixe, []).append(place)
    for siens in par_formation.values():
        formation = siens[0].formation
        assert formation is not None
        siens.sort(key=ordre)
        codes = [d.code for d in divisions if d.mefs == (formation.mef,) and d.code.startswith(formation.prefixe)]
        for division in codes:
            membres = [p for p in siens if p.division == division]
            demis = _demi_groupes(formation, division, membres)
            groupes += demis
            lots += _lots_division(formation, division, demis)
        for groupe, gestion, heures in _groupes_choisis(formation, siens):
            groupes.append(groupe)
            demande = Demande(groupe.code, "G", groupe.matiere, COURS, heures)
            lots.append(Lot(formation.discipline(gestion), [demande], frozenset([f"{groupe.barrette}"])))
    return tuple(groupes), lots


def _demi_groupes(formation: Formation, division: str, membres: Sequence[PlaceLycee]) -> list[Groupe]:
    if not formation.travaux or len(membres) < _SANS_DEMI_GROUPE:
        return []
    return [
        _groupe(f"{division}G{rang}", f"{division} GR{rang}", formation.travaux, moitie, f"{division}-TP")
        for rang, moitie in enumerate(_couper(membres, 2), 1)
    ]


def _groupes_choisis(formation: Formation, places: Sequence[PlaceLycee]) -> Iterable[tuple[Groupe, str, Decimal]]:
    """The groups of LV2, of spécialités and options: pupils of several divisions, all groups of a kind at once."""
    lettre = formation.prefixe[0] + ("S" if formation.prefixe.endswith("ST") else "")
    gestions = sorted({g for p in places for g in p.choix})
    for gestion in gestions:
        preneurs = [p for p in places if gestion in p.choix]
        langue = gestion in dict(LV2)
        heures = HEURES_LV2[formation.niveau] if langue else HEURES_SPECIALITE.get(formation.niveau, Decimal(3))
        if gestion in ("MATEX", "MATCO"):
            heures = Decimal(3)
        nombre = max(1, ceil(len(preneurs) / _PLAFOND["lv2" if langue else "specialite"]))
        court = gestion.replace("-", "").replace(" ", "")[:4]
        for rang, membres in enumerate(_couper(preneurs, nombre), 1):
            code = f"{lettre}{court}{rang:02d}"
            barrette = f"{lettre}-{'LV2' if langue else gestion}-{rang}"
            libelle = f"{formation.libelle} {matiere_de_gestion(gestion).libelle_long}"[:34] + f" {rang}"
            yield _groupe(code, libelle, gestion, membres, barrette), gestion, heures


def _groupe(code: str, libelle: str, gestion: str, membres: Sequence[PlaceLycee], barrette: str) -> Groupe:
    return Groupe(
        code=code,
        libelle=libelle,
        matiere=matiere_de_gestion(gestion).code,
        mefs=tuple(sorted({p.mef for p in membres if p.mef})),
        divisions=tuple(dict.fromkeys(p.division for p in membres if p.division)),
        membres=tuple(p.eleve_id for p in membres),
        barrette=barrette,
    )


def _couper(places: Sequence[PlaceLycee], nombre: int) -> list[Sequence[PlaceLycee]]:
    bornes = [len(places) * k // nombre for k in range(nombre + 1)]
    return [places[a:b] for a, b in pairwise(bornes)]


def _lots_division(formation: Formation, division: str, demis: Sequence[Groupe]) -> list[Lot]:
    """Everything taught to a whole division, an hour of it in half-classes where there are some, by discipline."""
    par_discipline: dict[str, list[Demande]] = {}
    for gestion, texte in formation.grille:
        heures = Decimal(texte)
        matiere = matiere_de_gestion(gestion).code
        demandes = par_discipline.setdefault(formation.discipline(gestion), [])
        if demis and gestion == formation.travaux:
            heures -= _HEURE_TP
            demandes += [Demande(g.code, "G", matiere, TRAVAUX_PRATIQUES, _HEURE_TP) for g in demis]
        demandes.append(Demande(division, "D", matiere, COURS, heures))
    return [Lot(discipline, demandes) for discipline, demandes in par_discipline.items()]
