"""The rules that the GAR checks between the files of an export, once each is valid by itself.

Source: connectors reference §7.4. Memory keeps codes and identifiers, never records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from shared.formats.gar.lecture import FichierGar, NoeudLu
from shared.formats.gar.noeuds import DIVISION, GROUPE, Degre, Sorte

REGLES: dict[str, tuple[str, str]] = {
    "GAR_UAI_INCONNU": (
        "L'établissement cité n'est pas dans le fichier Etab.",
        "Déclarez-le par un GAREtab, ou retirez ce qui le cite.",
    ),
    "GAR_PERSONNE_EN_DOUBLE": (
        "Cet identifiant de personne est déjà celui d'un élève ou d'un personnel de l'export.",
        "Un GARPersonIdentifiant n'existe qu'une fois par projet, élèves et personnels compris.",
    ),
    "GAR_MEF_NON_DECLARE": (
        "Le MEF de la personne n'est pas déclaré pour cet établissement.",
        "Ajoutez le GARMEF de cet établissement au fichier Etab.",
    ),
    "GAR_PERSONNE_INCONNUE": (
        "La personne n'est pas dans l'export, ou n'a pas de profil dans cet établissement.",
        "Exportez la personne avec un GARPersonProfils de cet établissement.",
    ),
    "GAR_MATIERE_NON_DECLAREE": (
        "La matière n'est pas déclarée pour cet établissement.",
        "Ajoutez la GARMatiere de cet établissement au fichier Etab.",
    ),
    "GAR_GROUPE_EN_DOUBLE": (
        "Une division ou un groupe de cet établissement a déjà ce code.",
        "Donnez un code à chacun dans son établissement.",
    ),
    "GAR_DIVISION_INCONNUE": (
        "Le groupe cite une division qui n'existe pas dans cet établissement.",
        "Exportez la division, ou retirez ce GARGroupeDivAppartenance.",
    ),
    "GAR_DIVISION_AVEC_APPARTENANCE": (
        "Une division n'a pas de division d'appartenance.",
        "Retirez ce GARGroupeDivAppartenance : il n'est admis que pour un groupe.",
    ),
    "GAR_GROUPE_INCONNU": (
        "La division ou le groupe cité n'existe pas dans cet établissement.",
        "Exportez-le par un GARGroupe, ou retirez ce qui le cite.",
    ),
    "GAR_GROUPE_ATTENDU": (
        "GAREnsGroupeMatiere cite une division : il attend un groupe.",
        "Écrivez l'enseignement d'une division par GAREnsClasseMatiere.",
    ),
    "GAR_DIVISION_ATTENDUE": (
        "GAREnsClasseMatiere cite un groupe : il attend une division.",
        "Écrivez l'enseignement d'un groupe par GAREnsGroupeMatiere.",
    ),
    "GAR_ENSEIGNANT_INCONNU": (
        "La personne n'est pas dans le fichier Enseignant, ou n'a pas de profil dans cet établissement.",
        "Exportez-la comme personnel de cet établissement.",
    ),
}
"""Code → what is wrong, what to do."""

Faute = tuple[str, NoeudLu, str]
"""A rule broken: its code, by which record, by which element."""


@dataclass(slots=True)
class Controle:
    """What has been read so far of an export; files come in the order of `ExportGar`."""

    uais: set[str] = field(default_factory=set)
    mefs: set[tuple[str, str]] = field(default_factory=set)
    matieres: set[tuple[str, str]] = field(default_factory=set)
    eleves: dict[str, tuple[str, ...]] = field(default_factory=dict)
    personnels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    groupes: dict[tuple[str, str], str] = field(default_factory=dict)
    _groupes_lus: set[tuple[str, str]] = field(default_factory=set)

    def fautes(self, fichiers: tuple[FichierGar, ...], fichier: FichierGar, comptes: Counter[str]) -> Iterator[Faute]:
        """What a file breaks, in its order. `fichiers`: all of the export; `comptes`: records, counted. Raises
        `XmlRefuse`.

        Divisions are known before groups, groups before links: those of all the Groupe files, whatever their order.
        """
        if fichier.sorte is Sorte.GROUPE and not self.groupes:
            self._recenser_groupes(fichiers)
        lectures: dict[Sorte, Callable[[NoeudLu], Iterator[Faute]]] = {
            Sorte.ETAB: self._etab,
            Sorte.ENSEIGNANT: partial(self._personne, ici=self.personnels, degre=fichier.degre),
            Sorte.ELEVE: partial(self._personne, ici=self.eleves, degre=fichier.degre),
            Sorte.GROUPE: self._groupe,
            Sorte.RESP_AFF: self._responsable,
        }
        lire = lectures[fichier.sorte]
        for noeud in fichier.noeuds():
            comptes[noeud.nom] += 1
            yield from lire(noeud)

    def _recenser_groupes(self, fichiers: tuple[FichierGar, ...]) -> None:
        """Codes and statuses of all classes and groups; the first of a code counts."""
        for fichier in fichiers:
            if fichier.sorte is Sorte.GROUPE:
                for noeud in fichier.noeuds():
                    if noeud.nom == "GARGroupe":
                        self.groupes.setdefault(_cle(noeud), noeud.un("GARGroupeStatut"))

    def _etab(self, noeud: NoeudLu) -> Iterator[Faute]:
        uai = noeud.un("GARStructureUAI")
        if noeud.nom == "GAREtab":
            self.uais.add(uai)
            return
        yield from self._uai(noeud)
        if noeud.nom == "GARMEF":
            self.mefs.add((uai, noeud.un("GARMEFCode")))
        else:
            self.matieres.add((uai, noeud.un("GARMatiereCode")))

    def _personne(self, noeud: NoeudLu, ici: dict[str, tuple[str, ...]], degre: Degre) -> Iterator[Faute]:
        identifiant = noeud.un("GARPersonIdentifiant")
        if noeud.nom in ("GAREleve", "GAREnseignant"):
            if identifiant in self.eleves or identifiant in self.personnels:
                yield "GAR_PERSONNE_EN_DOUBLE", noeud, "GARPersonIdentifiant"
            uais = [u for nom, b in noeud.blocs if nom == "GARPersonProfils" for u in b.get("GARStructureUAI", [])]
            ici.setdefault(identifiant, tuple(uais))
            cites = [*uais, *noeud.tous("GARPersonEtab"), *noeud.tous("GARPersonStructRattach")]
            if any(uai not in self.uais for uai in cites):
                yield "GAR_UAI_INCONNU", noeud, "GARStructureUAI"
            return
        yield from self._uai(noeud)
        uai = noeud.un("GARStructureUAI")
        if uai not in ici.get(identifiant, ()):
            yield "GAR_PERSONNE_INCONNUE", noeud, "GARPersonIdentifiant"
        if noeud.nom == "GAREleveEnseignement":
            yield from self._matieres(noeud)
        elif degre is Degre.SECOND and (uai, noeud.un("GARMEFCode")) not in self.mefs:
            yield "GAR_MEF_NON_DECLARE", noeud, "GARMEFCode"

    def _groupe(self, noeud: NoeudLu) -> Iterator[Faute]:
        yield from self._uai(noeud)
        uai = noeud.un("GARStructureUAI")
        if noeud.nom == "GARGroupe":
            cle = _cle(noeud)
            if cle in self._groupes_lus:
                yield "GAR_GROUPE_EN_DOUBLE", noeud, "GARGroupeCode"
            self._groupes_lus.add(cle)
            divisions = noeud.tous("GARGroupeDivAppartenance")
            if noeud.un("GARGroupeStatut") == DIVISION and divisions:
                yield "GAR_DIVISION_AVEC_APPARTENANCE", noeud, "GARGroupeDivAppartenance"
            elif any(self.groupes.get((uai, d)) != DIVISION for d in divisions):
                yield "GAR_DIVISION_INCONNUE", noeud, "GARGroupeDivAppartenance"
            return
        statut = self.groupes.get(_cle(noeud))
        if statut is None:
            yield "GAR_GROUPE_INCONNU", noeud, "GARGroupeCode"
        identifiant = noeud.un("GARPersonIdentifiant")
        if noeud.nom == "GARPersonGroupe":
            if uai not in self.eleves.get(identifiant, ()) and uai not in self.personnels.get(identifiant, ()):
                yield "GAR_PERSONNE_INCONNUE", noeud, "GARPersonIdentifiant"
            return
        attendu, code = (
            (GROUPE, "GAR_GROUPE_ATTENDU")
            if noeud.nom == "GAREnsGroupeMatiere"
            else (DIVISION, "GAR_DIVISION_ATTENDUE")
        )
        if statut is not None and statut != attendu:
            yield code, noeud, "GARGroupeCode"
        if uai not in self.personnels.get(identifiant, ()):
            yield "GAR_ENSEIGNANT_INCONNU", noeud, "GARPersonIdentifiant"
        yield from self._matieres(noeud)

    def _responsable(self, noeud: NoeudLu) -> Iterator[Faute]:
        if any(uai not in self.uais for uai in noeud.tous("GARRespAffEtab")):
            yield "GAR_UAI_INCONNU", noeud, "GARRespAffEtab"

    def _uai(self, noeud: NoeudLu) -> Iterator[Faute]:
        if noeud.un("GARStructureUAI") not in self.uais:
            yield "GAR_UAI_INCONNU", noeud, "GARStructureUAI"

    def _matieres(self, noeud: NoeudLu) -> Iterator[Faute]:
        uai = noeud.un("GARStructureUAI")
        if any((uai, code) not in self.matieres for code in noeud.tous("GARMatiereCode")):
            yield "GAR_MATIERE_NON_DECLAREE", noeud, "GARMatiereCode"


def _cle(noeud: NoeudLu) -> tuple[str, str]:
    return noeud.un("GARStructureUAI"), noeud.un("GARGroupeCode")
