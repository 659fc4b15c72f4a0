"""Comparing two exports, two sets of them, two feeds: what was added, removed, modified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path

from msgspec import Struct

from shared.contracts.refus import FichierRefuse, Lieu, Refus, Remarque
from shared.formats.aaf import Depot, ouvrir
from shared.formats.comparaison import edt, elegroupe, siecle, sts
from shared.formats.comparaison.aaf import Etat, comparer_etats, controler, est_delta, refuser_delta
from shared.formats.comparaison.appariement import apparier, famille_de
from shared.formats.comparaison.cote import AlimentationCote, Cote, DocumentCote
from shared.formats.comparaison.fiches import FicheComparee, Lecture
from shared.formats.comparaison.generations import generation_de, par_ine, reserves
from shared.formats.comparaison.moteur import comparer_fiches
from shared.formats.comparaison.resultat import CategorieComparee, Comparaison, DocumentCompare, PaireComparee
from shared.formats.examen.examen import LIBELLES
from shared.formats.reconnaissance import Famille

_FICHES: dict[Famille, Callable[[siecle.Ouvrir, str], Iterator[FicheComparee]]] = {
    Famille.STS_EMP: sts.fiches_sts_emp,
    Famille.EMP_STS: sts.fiches_emp_sts,
    Famille.SIECLE_ELEVES: siecle.fiches_eleves,
    Famille.SIECLE_RESPONSABLES: siecle.fiches_responsables,
    Famille.SIECLE_STRUCTURES: siecle.fiches_structures,
    Famille.SIECLE_NOMENCLATURE: siecle.fiches_nomenclature,
    Famille.SIECLE_COMMUNS: siecle.fiches_communs,
    Famille.SIECLE_ETABLISSEMENTS: siecle.fiches_etablissements,
    Famille.SIECLE_GEOGRAPHIQUE: siecle.fiches_geographique,
    Famille.LIENS_ELEVE_GROUPE: elegroupe.fiches_liens,
    Famille.DOSSIERS: elegroupe.fiches_dossiers,
    Famille.EXP_COURS: edt.fiches_exp_cours,
    Famille.UDCAL: edt.fiches_udcal,
}
_AVEC_ELEVES = (Famille.SIECLE_ELEVES, Famille.DOSSIERS, Famille.LIENS_ELEVE_GROUPE, Famille.EDT)
_INES = ("ID_NATIONAL", "INE_RNIE", "INE_BEA", "NumeroNational")


class Cle(StrEnum):
    """What designates a pupil: the key of the format, or the INE, which lasts from one base to another."""

    FORMAT = "format"
    INE = "ine"


class Reglages(Struct, frozen=True):
    """How to compare.

    `cle`: by INE, only pupils and what hangs on them are compared, without what belongs to one base; `autre_ecole`:
    whether documents of two schools may be compared; `valeurs`: whether the values that differ are kept;
    `cle_privee`: PEM or DER, opens encrypted timetables; `appliquer`: an AAF delta applied to the first feed before
    it is compared.
    """

    cle: Cle = Cle.FORMAT
    autre_ecole: bool = False
    valeurs: bool = False
    cle_privee: bytes | None = None
    appliquer: Path | None = None


def comparer(a: Path, b: Path, reglages: Reglages | None = None) -> Comparaison:
    """What changed from `a` to `b`: files, archives, folders holding a set, or AAF feeds.

    In sets each document is compared with the one of its family on the other side. When `b` is an AAF delta, what
    is told is what it changes once applied to `a`. Memory: a key and a fingerprint for each record of one document.

    Raises `Refus` COMPARER_FAMILLES, COMPARER_RIEN_EN_COMMUN, COMPARER_AUTRE_ECOLE, COMPARER_INE,
    COMPARER_DELTA_SANS_COMPLET, COMPARER_DEGRES, COMPARER_PAS_COMPLET, FAMILLE_INCONNUE, FICHIER_INTROUVABLE, and
    whatever reading a file raises.
    """
    return _Comparaison(reglages or Reglages()).compare(a, b)


class _Comparaison:
    def __init__(self, reglages: Reglages) -> None:
        self._r = reglages
        self._remarques: list[Remarque] = []

    def compare(self, a: Path, b: Path) -> Comparaison:
        with Cote(a) as cote_a, Cote(b) as cote_b:
            if a.exists() and b.exists() and a.samefile(b):
                self._dit("COMPARER_MEME_FICHIER", "Les deux chemins désignent la même chose.")
            if cote_a.seul and cote_b.seul:
                self._memes_familles(cote_a, cote_b)
            appariement = apparier(cote_a.documents, cote_b.documents, autre_ecole=self._r.autre_ecole)
            feeds = list(zip(*self._feeds(cote_a, cote_b), strict=True))
            if not appariement.paires and not feeds:
                raise self._rien_en_commun(cote_a, cote_b)
            ines = [self._ines(cote) for cote in (cote_a, cote_b)]
            paires = [self._paire(x, y, ines) for x, y in appariement.paires]
            paires += [self._feed(x, y) for x, y in feeds]
            apparies = {id(x) for paire in feeds for x in paire}
            return Comparaison(
                cote_a.chemin.name,
                cote_b.chemin.name,
                tuple(paires),
                (*(d.nom for d in appariement.seuls_a), *_restes(cote_a, apparies)),
                (*(d.nom for d in appariement.seuls_b), *_restes(cote_b, apparies)),
                tuple(self._remarques),
            )

    def _dit(self, code: str, phrase: str) -> None:
        self._remarques.append(Remarque(code, phrase))

    def _memes_familles(self, a: Cote, b: Cote) -> None:
        familles = [_famille(cote) for cote in (a, b)]
        if familles[0] is not familles[1]:
            raise FichierRefuse(
                f"« {a.chemin.name} » est un fichier {LIBELLES[familles[0]]}, « {b.chemin.name} » un fichier "
                f"{LIBELLES[familles[1]]} : ils ne se comparent pas.",
                code="COMPARER_FAMILLES",
                remede="Donnez deux fichiers de la même sorte, ou deux dossiers.",
                lieu=Lieu(str(b.chemin)),
            )

    def _rien_en_commun(self, a: Cote, b: Cote) -> FichierRefuse:
        familles_a = {famille_de(d) for d in a.documents}
        communes = [d for d in b.documents if famille_de(d) in familles_a]
        if communes and not self._r.autre_ecole:
            ecoles = [", ".join(sorted({d.reconnu.uai or "inconnu" for d in c.documents})) for c in (a, b)]
            return FichierRefuse(
                f"Les fichiers ne sont pas du même établissement : {ecoles[0]} d'un côté, {ecoles[1]} de l'autre.",
                code="COMPARER_AUTRE_ECOLE",
                remede="Ajoutez --autre-ecole pour les comparer quand même, et --cle ine pour suivre les élèves.",
                lieu=Lieu(str(b.chemin)),
            )
        return FichierRefuse(
            f"« {a.chemin.name} » et « {b.chemin.name} » n'ont aucune sorte de fichier en commun, ou en ont plusieurs "
            "que rien ne distingue.",
            code="COMPARER_RIEN_EN_COMMUN",
            remede="Donnez deux jeux de fichiers de la même école, ou comparez-les un par un.",
            lieu=Lieu(str(b.chemin)),
        )

    def _feeds(self, a: Cote, b: Cote) -> tuple[list[AlimentationCote], list[AlimentationCote]]:
        """The feeds that answer each other: the only ones, else those of one name."""
        if len(a.alimentations) == len(b.alimentations) == 1:
            return a.alimentations, b.alimentations
        noms = {feed.nom: feed for feed in b.alimentations}
        communs = [feed for feed in a.alimentations if feed.nom in noms]
        return communs, [noms[feed.nom] for feed in communs]

    def _lecture(self, document: DocumentCote) -> Lecture:
        if famille_de(document) is Famille.EDT:
            return partial(edt.fiches_edt, document.ouvrir, document.nom, self._r.cle_privee)
        return partial(_FICHES[document.reconnu.famille], document.ouvrir, document.nom)

    def _ines(self, cote: Cote) -> dict[str, str]:
        """Identifier of each pupil → INE, from the documents of a side that have both, pupils' exports first."""
        ines: dict[str, str] = {}
        if self._r.cle is not Cle.INE or not cote.documents:
            return ines
        vus = 0
        for famille in _AVEC_ELEVES:
            for document in (d for d in cote.documents if famille_de(d) is famille):
                sans = 0
                for fiche in self._lecture(document)():
                    if fiche.categorie != siecle.ELEVES:
                        continue
                    champs = dict(fiche.champs)
                    ine = next((champs[nom] for nom in _INES if nom in champs), None)
                    if ine is not None:
                        ines.setdefault(fiche.cle, ine)
                    connu = fiche.cle in ines or fiche.cle.startswith("INE ")
                    vus += connu
                    sans += not connu
                if sans:
                    self._dit("COMPARER_SANS_INE", f"« {document.nom} » : {sans} élève(s) sans INE, non comparés.")
        if not vus:
            raise Refus(
                f"« {cote.chemin.name} » ne donne l'INE d'aucun élève.",
                code="COMPARER_INE",
                remede="Joignez l'export des élèves de SIECLE, ou comparez sans --cle ine.",
                lieu=Lieu(str(cote.chemin)),
            )
        return ines

    def _paire(self, a: DocumentCote, b: DocumentCote, ines: list[dict[str, str]]) -> PaireComparee:
        famille = famille_de(a)
        ecartes = reserves(a.reconnu, b.reconnu)
        lectures = [ecartes.appliquees(self._lecture(document)) for document in (a, b)]
        if self._r.cle is Cle.INE:
            lectures = [par_ine(lecture, connus) for lecture, connus in zip(lectures, ines, strict=True)]
        categories: tuple[CategorieComparee, ...] = ()
        if self._r.cle is Cle.INE and famille not in _AVEC_ELEVES:
            ecartes.dit("COMPARER_INE", "Ce fichier ne décrit pas d'élève : il n'est pas comparé avec --cle ine.")
        else:
            categories = comparer_fiches(lectures[0], lectures[1], valeurs=self._r.valeurs)
        return PaireComparee(
            famille.value, LIBELLES[famille], _decrit(a), _decrit(b), categories, tuple(ecartes.remarques)
        )

    def _feed(self, a: AlimentationCote, b: AlimentationCote) -> PaireComparee:
        with ExitStack() as pile:
            depots: list[Depot] = [controler(pile.enter_context(ouvrir(feed.source))) for feed in (a, b)]
            if est_delta(depots[0]):
                raise refuser_delta(depots[0])
            delta = None
            if self._r.appliquer is not None:
                delta = controler(pile.enter_context(ouvrir(self._r.appliquer)))
                if not est_delta(delta):
                    raise Refus(
                        f"« {delta.nom} » n'est pas un delta : il ne s'applique pas.",
                        code="COMPARER_PAS_UN_DELTA",
                        remede="Donnez le delta qui va de la première alimentation à la seconde.",
                    )
            avant = Etat(depots[0], delta)
            apres = Etat(depots[0], depots[1]) if est_delta(depots[1]) else Etat(depots[1])
            categories, remarques = comparer_etats(
                avant, apres, par_ine=self._r.cle is Cle.INE, valeurs=self._r.valeurs
            )
            decrits = [_decrit_feed(feed, depot) for feed, depot in zip((a, b), depots, strict=True)]
            return PaireComparee(
                Famille.AAF.value, LIBELLES[Famille.AAF], decrits[0], decrits[1], categories, remarques
            )


def _famille(cote: Cote) -> Famille:
    return famille_de(cote.documents[0]) if cote.documents else Famille.AAF


def _restes(cote: Cote, apparies: set[int]) -> list[str]:
    return [feed.nom for feed in cote.alimentations if id(feed) not in apparies]


def _decrit(document: DocumentCote) -> DocumentCompare:
    lu = document.reconnu
    return DocumentCompare(document.nom, lu.uai, lu.annee, lu.version, generation_de(lu), lu.variante)


def _decrit_feed(feed: AlimentationCote, depot: Depot) -> DocumentCompare:
    return DocumentCompare(feed.nom, variante=depot.type_.value if depot.type_ else None)
