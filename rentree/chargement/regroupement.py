"""Which school and which year each document belongs to, by what it says itself.

Source: procedures COM-05 (STS year and BEE millésime), through the profil académique.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rentree.chargement.familles import FAMILLES, STS
from rentree.chargement.inventaire import Inventaire, Rejet, Trouve
from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.reconnaissance import Famille
from shared.horloge.annees import annee_du_millesime
from shared.horloge.profils import ProfilAcademique
from shared.identifiers import uai_valide

SANS_USAGE = (
    Famille.SIECLE_GEOGRAPHIQUE,
    Famille.DOSSIERS,
    Famille.AAF,
    Famille.EDT,
    Famille.EDT_CONTENEUR,
    Famille.EXP_COURS,
    Famille.UDCAL,
    Famille.GAR,
)


@dataclass
class Jeu:
    """What a school has of one year: STS `annee`, `millesime` of SIECLE, candidates by family."""

    uai: str
    annee: int
    millesime: int
    candidats: dict[Famille, list[Trouve]] = field(default_factory=dict)


@dataclass
class Ecole:
    """A school: its years in order, files set aside, files refused that bear its UAI."""

    uai: str
    jeux: list[Jeu] = field(default_factory=list)
    ecartes: list[tuple[str, str]] = field(default_factory=list)
    rejets: list[Rejet] = field(default_factory=list)


@dataclass
class Regroupement:
    """Schools by UAI, and what belongs to none."""

    ecoles: list[Ecole]
    rejets: list[Rejet]
    ecartes: list[tuple[str, str]]


def regrouper(inventaire: Inventaire, profil: ProfilAcademique) -> Regroupement:
    """Group the documents by school and year; copies of one document count once."""
    groupes = _Groupes(profil)
    for t in inventaire.trouves:
        groupes.ajouter(t)
    groupes.placer_sans_annee()
    hors = [r for r in inventaire.rejets if not groupes.confier(r)]
    ecoles = [groupes.ecoles[uai] for uai in sorted(groupes.ecoles)]
    for e in ecoles:
        e.jeux.sort(key=lambda j: j.annee)
    return Regroupement(
        ecoles, sorted(groupes.rejets + hors, key=lambda r: r.nom), inventaire.ecartes + groupes.ecartes
    )


class _Groupes:
    def __init__(self, profil: ProfilAcademique) -> None:
        self.profil = profil
        self.ecoles: dict[str, Ecole] = {}
        self.rejets: list[Rejet] = []
        self.ecartes: list[tuple[str, str]] = []
        self._vus: dict[tuple[str, str], str] = {}
        self._sans_annee: list[Trouve] = []

    def ecole(self, uai: str) -> Ecole:
        return self.ecoles.setdefault(uai, Ecole(uai))

    def ajouter(self, t: Trouve) -> None:
        uai, nom = (t.reconnu.uai or "").strip(), t.source.nom
        if t.famille in SANS_USAGE:
            self.ecartes.append((nom, f"reconnu ({t.famille.value}), sans usage pour le chargement"))
            return
        if not uai_valide(uai):
            self.rejets.append(Rejet(nom, _uai_invalide(nom, uai)))
            return
        ecole = self.ecole(uai)
        autre = self._vus.setdefault((uai, t.digest), nom)
        if autre != nom:
            ecole.ecartes.append((nom, f"copie de « {autre} »"))
        elif t.reconnu.annee is None:
            self._sans_annee.append(t)
        else:
            self._ranger(ecole, t, self._annee(t))

    def _annee(self, t: Trouve) -> int:
        assert t.reconnu.annee is not None
        if t.famille in STS:
            return t.reconnu.annee
        return annee_du_millesime(t.reconnu.annee, self.profil.calendrier)

    def _ranger(self, ecole: Ecole, t: Trouve, annee: int) -> None:
        jeu = next((j for j in ecole.jeux if j.annee == annee), None)
        if jeu is None:
            jeu = Jeu(ecole.uai, annee, self.profil.millesime_de_l_annee(annee))
            ecole.jeux.append(jeu)
        jeu.candidats.setdefault(t.famille, []).append(t)

    def placer_sans_annee(self) -> None:
        """A remontée may say no year: it goes with the school's only year."""
        for t in self._sans_annee:
            ecole, nom = self.ecole((t.reconnu.uai or "").strip()), t.source.nom
            if len(ecole.jeux) == 1:
                self._ranger(ecole, t, ecole.jeux[0].annee)
                continue
            pourquoi = (
                "les autres fichiers de l'établissement sont de plusieurs années" if ecole.jeux else "il est seul"
            )
            refus = FichierRefuse(
                f"Le fichier « {nom} » n'indique pas son année scolaire, et {pourquoi}.",
                code="SANS_ANNEE",
                lieu=Lieu(nom, element="ANNEE_SCOLAIRE"),
                remede="Ajoutez un fichier du même établissement qui porte l'année, par exemple son sts_emp.",
            )
            ecole.rejets.append(Rejet(nom, refus, ecole.uai))

    def confier(self, r: Rejet) -> bool:
        """Give a refused file to the school that its name designates."""
        if r.uai is None:
            return False
        self.ecole(r.uai).rejets.append(r)
        return True


def _uai_invalide(nom: str, uai: str) -> FichierRefuse:
    porte = f"porte l'UAI « {uai[:8]} », dont la lettre de contrôle ne convient pas" if uai else "ne porte pas d'UAI"
    return FichierRefuse(
        f"Le fichier « {nom} » {porte}.",
        code="UAI_INVALIDE",
        lieu=Lieu(nom, element="UAJ"),
        remede="Exportez à nouveau le fichier, ou corrigez son UAI : sept chiffres et une lettre.",
    )


def manquants(jeu: Jeu) -> list[tuple[str, str]]:
    """The families that a year has no file of: what it is called, what is not done without it."""
    return [(d.libelle, d.sans) for f, d in FAMILLES.items() if d.sans and f not in jeu.candidats]
