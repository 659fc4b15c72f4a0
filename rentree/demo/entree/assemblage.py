"""From what was read and completed to a `Population`: where each pupil was last year, and how he comes.

Source: procedures REC-09, BEE-31 to BEE-35, BEE-19 (how pupils reach a base); REC-11 (bascule).
"""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from rentree.demo.entree.codes import ENTREES, MEF_DU_NIVEAU, niveau_du_mef
from rentree.demo.entree.contexte import ContexteDossier
from rentree.demo.entree.donnees import Ecole
from rentree.demo.entree.eleves import niveau_de
from rentree.population import (
    Besoins,
    Division,
    Eleve,
    Origine,
    Population,
    Scolarite,
    ScolariteVoisine,
)
from rentree.population.lieux import Lieux
from shared.horloge.calendrier import CalendrierScolaire
from shared.nomenclatures import MEF_CM2, mef

_PROVENANCES = {"base": "1", "affectation": "4", "autre_eple": "2", "hors_academie": "2"}
_MOTIF = "10"


class Passe:
    """Last year: who was where, and the divisions of the school then."""

    def __init__(self, ecole: Ecole, contexte: ContexteDossier, lieux: Lieux) -> None:
        self._ecole = ecole
        self._contexte = contexte
        self._lieux = lieux
        self._doubles = _ines_en_double(ecole)
        self._rangs: Counter[int] = Counter()
        self._lies = {x.eleve_id for x in ecole.liens}

    def a_une_base(self) -> bool:
        """Whether the school's base of N-1 holds a pupil with a responsable: SIECLE exports no base without any."""
        return any(e.id in self._lies and self._origine(e) == "base" for e in self._ecole.eleves)

    def situer(self, e: Eleve) -> Eleve:
        """A pupil with his way in, and his place of last year."""
        origine = self._origine(e)
        avant = self._avant(e, origine)
        entree = self._contexte.rentree(self._contexte.parametres.annee)
        if origine == "base" and e.scolarite is not None:
            debut = e.scolarite.date_entree
            ancienne = self._contexte.rentree(self._contexte.parametres.annee - 1)
            avant = replace(avant, date_entree=debut if debut is not None and debut < entree else ancienne)
        place = e.scolarite and replace(e.scolarite, date_entree=e.scolarite.date_entree or entree)
        provenance = e.provenance if e.provenance in "123459" and origine != "base" else _PROVENANCES[origine]
        return replace(e, origine=origine, scolarite=place, scolarite_precedente=avant, provenance=provenance or "1")

    def _origine(self, e: Eleve) -> Origine:
        """How he came. Two pupils of one INE are both of the base: elsewhere the second would be refused."""
        uai, code_mef, _ = self._ecole.an_dernier.get(e.id, (None, None, None))
        niveau = niveau_de(e)
        ici = self._lieux.etablissement.uai
        if e.ine in self._doubles:
            return "base"
        if uai == ici or (uai is None and code_mef is None and e.doublement):
            # A pupil of 6e who comes from « this school » in CM2 is a slip of the file: he is placed like the others.
            return "base" if niveau_du_mef(code_mef or "") is not None or niveau not in ENTREES else "affectation"
        if niveau in ENTREES and not e.doublement:
            return "affectation"
        if uai is None:
            return "base"
        return "autre_eple" if uai == self._lieux.voisin.uai and e.id in self._lies else "hors_academie"

    def _avant(self, e: Eleve, origine: Origine) -> Scolarite:
        uai, code_mef, division = self._ecole.an_dernier.get(e.id, (None, None, None))
        niveau = niveau_de(e) + (0 if e.doublement else 1)
        if origine == "base":
            return self._place(self._lieux.etablissement.uai, code_mef, division, min(niveau, 6))
        if uai is None and origine == "affectation":
            uai = self._lieux.ecoles[e.id % len(self._lieux.ecoles)].uai
        code_mef = code_mef or (MEF_CM2 if niveau > 6 else MEF_DU_NIVEAU[min(max(niveau, 0), 6)])
        return Scolarite(self._contexte.parametres.annee - 1, uai, code_mef, division, (), None)

    def _place(self, uai: str, code_mef: str | None, division: str | None, niveau: int) -> Scolarite:
        """A place in this school in N-1: the file's, else a division of the level, in turn."""
        trouve = niveau_du_mef(code_mef) if code_mef else None
        if trouve is None or not code_mef:
            trouve, code_mef = niveau, MEF_DU_NIVEAU[max(niveau, 0)]
        if division is None:
            codes = [c for c, d in self._ecole.divisions.items() if d.niveau == trouve]
            codes = codes or [f"{trouve if trouve > 0 else 'T'}A"]
            division = codes[self._rangs[trouve] % len(codes)]
            self._rangs[trouve] += 1
        return Scolarite(self._contexte.parametres.annee - 1, uai, code_mef, division, (), None)

    def faire_sortir(self, e: Eleve) -> Eleve:
        """A pupil whose exit the files record: he was in the base of N-1, and left it."""
        place = self._avant(e, "base")
        annee = self._contexte.parametres.annee - 1
        sortie = self._contexte.sortie(annee)
        avant = replace(place, date_entree=self._contexte.rentree(annee), date_sortie=sortie, motif_sortie=_MOTIF)
        return replace(e, origine=None, scolarite=None, scolarite_precedente=avant)


def _ines_en_double(ecole: Ecole) -> frozenset[str]:
    nombres = Counter(e.ine for e in ecole.eleves if e.ine)
    return frozenset(ine for ine, n in nombres.items() if n > 1)


def assembler(
    ecole: Ecole,
    passe: Passe,
    contexte: ContexteDossier,
    lieux: Lieux,
    besoins: Besoins,
    calendrier: CalendrierScolaire,
) -> Population:
    """The population to play. `ecole` is complete by now."""
    eleves = tuple(passe.situer(e) for e in sorted(ecole.eleves, key=lambda e: e.id))
    sortants = tuple(passe.faire_sortir(e) for e in sorted(ecole.partis, key=lambda e: e.id))
    liens, presents = ecole.liens, {e.id for e in (*eleves, *sortants)}
    return Population(
        parametres=contexte.parametres,
        academie=lieux.academie,
        etablissement=lieux.etablissement,
        voisin=lieux.voisin,
        lointain=lieux.lointain,
        ecoles=lieux.ecoles,
        rentree=calendrier.rentree_eleves,
        sortie=calendrier.sortie_eleves,
        divisions=tuple(_division(ecole, code, contexte.parametres.annee) for code in ecole.divisions),
        divisions_precedentes=_precedentes(eleves, sortants, contexte.parametres.annee - 1),
        eleves=eleves,
        sortants=sortants,
        responsables=tuple(sorted(ecole.responsables, key=lambda r: r.id)),
        liens=tuple(x for x in sorted(liens, key=lambda x: (x.eleve_id, x.niveau)) if x.eleve_id in presents),
        adresses=tuple(sorted({a.id: a for a in (*ecole.adresses, *contexte.adresses)}.values(), key=lambda a: a.id)),
        agents=tuple(sorted(ecole.agents, key=lambda a: a.id)),
        besoins=besoins,
        scolarites_voisines=_chez_le_voisin(eleves, lieux, contexte),
        anomalies=(),
    )


def _division(ecole: Ecole, code: str, annee: int) -> Division:
    lue = ecole.divisions[code]
    dedans = [e.scolarite.mef for e in ecole.eleves_de([code]) if e.scolarite]
    return Division(code, lue.libelle, lue.niveau, annee, tuple(sorted({*lue.mefs, *dedans})), len(dedans))


def _precedentes(eleves: tuple[Eleve, ...], sortants: tuple[Eleve, ...], annee: int) -> tuple[Division, ...]:
    """The divisions of N-1: those in which somebody of the base was."""
    anciens = [e.scolarite_precedente for e in (*(e for e in eleves if e.origine == "base"), *sortants)]
    par_code: dict[str, list[str]] = {}
    for place in anciens:
        if place.division is not None:
            par_code.setdefault(place.division, []).append(place.mef)
    divisions = []
    for code in sorted(par_code):
        mefs = tuple(sorted(set(par_code[code])))
        niveau = niveau_du_mef(mefs[0])
        libelle = f"{mef(mefs[0]).libelle_long[:11]} {code}"[:20]
        divisions.append(Division(code, libelle, 6 if niveau is None else niveau, annee, mefs, len(par_code[code])))
    return tuple(divisions)


def _chez_le_voisin(eleves: tuple[Eleve, ...], lieux: Lieux, contexte: ContexteDossier) -> tuple[ScolariteVoisine, ...]:
    sortie = contexte.sortie(contexte.parametres.annee - 1)
    return tuple(
        ScolariteVoisine(
            e.id,
            lieux.voisin.uai,
            (e.scolarite or e.scolarite_precedente).mef,
            f"{niveau_de(e)}A",
            sortie,
        )
        for e in eleves
        if e.origine == "autre_eple"
    )
