"""The nightly import of group links: finding the pupil, judging each registration, mending dates.

Source: reference SIECLE, sections 8.4 and 9; procedures BEE-82, BEE-91, BEE-97 to BEE-104, COM-03, COM-04.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from msgspec import Struct

from shared.formats.elegroupe.anomalies import CATALOGUE, Effet, phrase
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.horloge.horloge import date_fr

HorsAnnee = Literal["recalee", "vide"]


class EleveDeLaBase(Struct, frozen=True):
    """A fiche, as far as the import looks at it. `mef` is "" for a pupil not yet affected."""

    eleve_id: int
    ine: str | None
    id_prv: int | None
    nom: str
    nom_usage: str
    prenom: str
    prenom2: str
    prenom3: str
    date_naissance: date
    mef: str
    date_entree: date
    date_sortie: date | None


class Contexte(Struct, frozen=True):
    """What the base knows: `groupes`, MEF of each group received; the pupils' year; what the profile does of a
    date out of it; `ailleurs`, the ELEVE_ID of the file that are fiches of other schools."""

    groupes: Mapping[str, frozenset[str]]
    debut: date
    fin: date
    hors_annee: HorsAnnee = "recalee"
    ailleurs: frozenset[int] = frozenset()


class LienImporte(Struct, frozen=True):
    """A registration that is kept."""

    eleve_id: int
    groupe: str
    debut: date
    fin: date | None


class AnomalieImport(Struct, frozen=True):
    """One anomaly of one pupil. `ordre`: rank of the pupil in the file; `type`: REJ (section 1) or PAR (2)."""

    ordre: int
    type: str
    eleve_id: int
    id_prv: int
    eleve: str
    regle: str
    code: str
    phrase: str
    groupe: str


@dataclass(slots=True)
class Compte:
    """The compte rendu: links kept, anomalies in file order, counters of the list of Suivi des échanges."""

    liens: list[LienImporte] = field(default_factory=list)
    anomalies: list[AnomalieImport] = field(default_factory=list)
    lus: int = 0
    complets: int = 0
    partiels: int = 0
    rejetes: int = 0
    absents: int = 0


class EtatCivil(Protocol):
    """Who a pupil of a file says she is."""

    @property
    def nom_de_famille(self) -> str: ...
    @property
    def prenom(self) -> str: ...
    @property
    def prenom2(self) -> str | None: ...
    @property
    def prenom3(self) -> str | None: ...
    @property
    def date_naiss(self) -> date: ...


class Annuaire:
    """The fiches of the school, found by ELEVE_ID, INE, private number, or civil status."""

    def __init__(self, fiches: Sequence[EleveDeLaBase]) -> None:
        self.par_id = {f.eleve_id: f for f in fiches}
        self.par_ine: dict[str, EleveDeLaBase] = {}
        self.par_prv: dict[int, EleveDeLaBase] = {}
        self.par_naissance: dict[date, list[EleveDeLaBase]] = {}
        for fiche in sorted(fiches, key=lambda f: f.eleve_id):
            if fiche.ine:
                self.par_ine.setdefault(fiche.ine, fiche)
            if fiche.id_prv is not None:
                self.par_prv.setdefault(fiche.id_prv, fiche)
            self.par_naissance.setdefault(fiche.date_naissance, []).append(fiche)

    def par_identifiant(self, lu: EleveLien) -> EleveDeLaBase | None:
        if lu.eleve_id is not None:
            return self.par_id.get(lu.eleve_id)
        if lu.id_national is not None:
            return self.par_ine.get(lu.id_national)
        return None if lu.id_prv_ele is None else self.par_prv.get(lu.id_prv_ele)

    def par_etat_civil(self, lu: EtatCivil) -> list[EleveDeLaBase]:
        """The fiches of that family or usual name, first names and birth date; case does not count."""
        nom, prenom = lu.nom_de_famille.casefold(), lu.prenom.casefold()
        return [
            f
            for f in self.par_naissance.get(lu.date_naiss, [])
            if nom in (f.nom.casefold(), f.nom_usage.casefold())
            and prenom == f.prenom.casefold()
            and _egaux(lu.prenom2, f.prenom2)
            and _egaux(lu.prenom3, f.prenom3)
        ]


def _egaux(donne: str | None, connu: str) -> bool:
    return not donne or donne.casefold() == connu.casefold()


def importer(eleves: Iterable[EleveLien], fiches: Sequence[EleveDeLaBase], contexte: Contexte) -> Compte:
    """Judge every pupil of the file, in file order; the links kept replace all those of the school.

    A pupil is rejected when not found (REJELEGROUPE_01), of another school (02), already given links by this
    file or not to be told from a namesake (03), or without MEF (GROUPE_B_01).
    """
    annuaire = Annuaire(fiches)
    compte = Compte()
    vus: set[int] = set()
    avec_liens: set[int] = set()
    for ordre, lu in enumerate(eleves, 1):
        compte.lus += 1
        fiche, refus = _trouver(annuaire, lu, contexte, avec_liens)
        if fiche is None:
            compte.rejetes += 1
            compte.anomalies.append(_rejet(ordre, lu, refus))
            continue
        vus.add(fiche.eleve_id)
        liens, trouvees = _juger(fiche, lu.groupes, contexte)
        if liens:
            avec_liens.add(fiche.eleve_id)
        compte.liens += liens
        rejete = any(CATALOGUE[code].effet is Effet.LIENS_DE_L_ELEVE_REJETES for code, _, _ in trouvees)
        compte.rejetes += rejete
        compte.partiels += bool(trouvees) and not rejete
        compte.complets += not trouvees
        compte.anomalies += [
            AnomalieImport(
                ordre,
                "REJ" if rejete else "PAR",
                fiche.eleve_id,
                fiche.id_prv or 0,
                f"{fiche.nom}, {fiche.prenom}",
                CATALOGUE[code].regle,
                code,
                texte,
                groupe,
            )
            for code, groupe, texte in trouvees
        ]
    compte.absents = len(fiches) - len(vus)
    return compte


def _trouver(
    annuaire: Annuaire, lu: EleveLien, contexte: Contexte, avec_liens: set[int]
) -> tuple[EleveDeLaBase | None, str]:
    fiche = annuaire.par_identifiant(lu)
    if fiche is None:
        if lu.eleve_id is not None and lu.eleve_id in contexte.ailleurs:
            return None, "REJELEGROUPE_02"
        trouves = annuaire.par_etat_civil(lu)
        if len(trouves) > 1:
            return None, "REJELEGROUPE_03"
        if not trouves:
            return None, "REJELEGROUPE_01"
        fiche = trouves[0]
    if fiche.eleve_id in avec_liens:
        return None, "REJELEGROUPE_03"
    return fiche, ""


def _rejet(ordre: int, lu: EleveLien, code: str) -> AnomalieImport:
    valeurs = (lu.nom_de_famille, lu.prenom, date_fr(lu.date_naiss), lu.identifiant)
    texte = phrase(code, *valeurs) if CATALOGUE[code].parametres else phrase(code)
    return AnomalieImport(
        ordre,
        "REJ",
        lu.eleve_id or 0,
        lu.id_prv_ele or 0,
        f"{lu.nom_de_famille}, {lu.prenom}",
        CATALOGUE[code].regle,
        code,
        texte,
        "",
    )


def _juger(
    fiche: EleveDeLaBase, groupes: Sequence[GroupeLien], contexte: Contexte
) -> tuple[list[LienImporte], list[tuple[str, str, str]]]:
    """The links kept and the anomalies (code, group, sentence) of one pupil."""
    if not fiche.mef:
        return [], [("GROUPE_B_01", "", phrase("GROUPE_B_01"))]
    liens: dict[str, LienImporte] = {}
    anomalies: list[tuple[str, str, str]] = []
    for groupe in groupes:
        code = groupe.code.strip()
        mefs = contexte.groupes.get(code)
        if mefs is None:
            anomalies.append(("GROUPE_A_01", code, phrase("GROUPE_A_01", code)))
        elif fiche.mef not in mefs:
            anomalies.append(("GROUPE_B_02", code, phrase("GROUPE_B_02", code, fiche.mef)))
        elif code not in liens:
            debut, fin, dates = _dater(fiche, code, groupe, contexte)
            liens[code] = LienImporte(fiche.eleve_id, code, debut, fin)
            anomalies += [(regle, code, texte) for regle, texte in dates]
    anomalies.sort(key=lambda a: CATALOGUE[a[0]].regle != "GROUPE")
    return list(liens.values()), anomalies


def _dater(
    fiche: EleveDeLaBase, code: str, groupe: GroupeLien, contexte: Contexte
) -> tuple[date, date | None, list[tuple[str, str]]]:
    """The dates of a link, put back inside the pupils' year, and the anomalies of dates (code, sentence)."""
    entre = contexte.debut < fiche.date_entree <= contexte.fin
    debut_defaut = fiche.date_entree if entre else contexte.debut
    fin_defaut = fiche.date_sortie
    fin_recalee = fin_defaut if fin_defaut or contexte.hors_annee == "vide" else contexte.fin
    anomalies: list[tuple[str, str]] = []
    debut, fin = groupe.debut or debut_defaut, groupe.fin or fin_defaut
    if groupe.debut is not None and not contexte.debut <= groupe.debut <= contexte.fin:
        debut = debut_defaut
        nouvelle = date_fr(debut) if contexte.hors_annee == "recalee" else ""
        textes = (date_fr(groupe.debut), code, *_annee(contexte), nouvelle)
        anomalies.append(("ELEGRP_A_02", phrase("ELEGRP_A_02", *textes)))
    if groupe.fin is not None and not contexte.debut <= groupe.fin <= contexte.fin:
        fin = fin_recalee
        textes = (date_fr(groupe.fin), code, *_annee(contexte), _texte(fin))
        anomalies.append(("ELEGRP_A_03", phrase("ELEGRP_A_03", *textes)))
    elif groupe.fin is not None and debut >= groupe.fin:
        fin = fin_recalee
        recale = (date_fr(debut), date_fr(groupe.fin), code, _texte(fin))
        anomalies.append(("ELEGRP_A_01", phrase("ELEGRP_A_01", *recale)))
    return debut, fin, anomalies


def _annee(contexte: Contexte) -> tuple[str, str]:
    return date_fr(contexte.debut), date_fr(contexte.fin)


def _texte(jour: date | None) -> str:
    return "" if jour is None else date_fr(jour)
