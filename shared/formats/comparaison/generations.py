"""Two generations of a format, compared for what both can say.

Only the difference of generations is put aside: a value that both carry is compared. Source: reference SIECLE,
sections 0 (history of the formats), 3, 8.3 and 10; `shared.formats.elegroupe.dossiers.ABSENTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from shared.contracts.refus import Remarque
from shared.formats.comparaison.elegroupe import LIENS_GROUPE
from shared.formats.comparaison.fiches import FicheComparee, Lecture
from shared.formats.comparaison.siecle import (
    ADRESSES,
    BOURSES,
    DIVISIONS_ELEVES,
    ELEVES,
    GROUPES_ELEVES,
    LIENS,
    OPTIONS,
    RESPONSABLES,
)
from shared.formats.elegroupe import dossiers as d
from shared.formats.reconnaissance import Famille, FichierReconnu
from shared.formats.siecle.eleves import VERSION as VERSION_ELEVES

_LONGUEUR_1_3 = 25
_NOMS_1_3 = ("NOM_DE_FAMILLE", "PRENOM", "PRENOM2", "PRENOM3")
_ELEVES = frozenset({ELEVES, OPTIONS, DIVISIONS_ELEVES, GROUPES_ELEVES, BOURSES, LIENS_GROUPE})
_PROPRES = frozenset(
    {
        *("ELENOET", "ID_ELEVE_ETAB", "ID_PRV_ELE", "ID_SIECLE_ELE", "ADRESSE_ID"),
        *("IDSconet", "IDEtablissement", "IDPN", "IDCAS", "Responsable"),
    }
)
"""Fields of a pupil that only mean something in his own base."""


@dataclass(slots=True)
class Reserves:
    """What is put aside when two documents are compared. `champs`: category → fields; `remarques` say why."""

    champs: dict[str, set[str]] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    valeurs: dict[tuple[str, str], Callable[[str], str]] = field(default_factory=dict)
    remarques: list[Remarque] = field(default_factory=list)

    def ecarte(self, categorie: str, *champs: str) -> None:
        """Put fields aside."""
        self.champs.setdefault(categorie, set()).update(champs)

    def dit(self, code: str, phrase: str) -> None:
        """Say what is put aside."""
        self.remarques.append(Remarque(code, phrase))

    def appliquees(self, lecture: Lecture) -> Lecture:
        """The same records without what is put aside."""
        if not (self.champs or self.categories or self.valeurs):
            return lecture
        return lambda: self._filtrees(lecture())

    def _filtrees(self, fiches: Iterator[FicheComparee]) -> Iterator[FicheComparee]:
        for fiche in fiches:
            if fiche.categorie in self.categories:
                continue
            sauf = self.champs.get(fiche.categorie, ())
            champs = tuple(
                (nom, self.valeurs.get((fiche.categorie, nom), str)(valeur))
                for nom, valeur in fiche.champs
                if nom not in sauf
            )
            yield fiche._replace(champs=champs)


def generation_de(reconnu: FichierReconnu) -> str | None:
    """The generation of a document; that of the pupils' export of 2018 is told by its VERSION alone."""
    if reconnu.famille is Famille.SIECLE_ELEVES and reconnu.version == VERSION_ELEVES and reconnu.generation == "2016":
        return "2018"
    return reconnu.generation


def reserves(a: FichierReconnu, b: FichierReconnu) -> Reserves:
    """What two documents of one family cannot be compared on, for they are not of one generation or variant."""
    trouvees = Reserves()
    generations = {generation_de(a), generation_de(b)}
    if a.famille is Famille.SIECLE_ELEVES and len(generations) > 1:
        _eleves(trouvees, generations)
    elif a.famille is Famille.SIECLE_RESPONSABLES and len(generations) > 1:
        _responsables(trouvees, generations)
    elif a.famille is Famille.LIENS_ELEVE_GROUPE and {a.version, b.version} == {"1.3", "1.4"}:
        _liens(trouvees)
    elif a.famille is Famille.DOSSIERS and {a.version, b.version} == {"3.1", "4.0"}:
        _dossiers(trouvees)
    if a.famille in (Famille.SIECLE_ELEVES, Famille.SIECLE_RESPONSABLES) and a.variante != b.variante:
        trouvees.categories.add(ADRESSES)
        for categorie in (ELEVES, RESPONSABLES):
            trouvees.ecarte(categorie, "ADRESSE_ID")
        trouvees.dit("COMPARER_SANS_ADRESSES", "Un seul des fichiers a les adresses : elles ne sont pas comparées.")
    return trouvees


def _eleves(r: Reserves, generations: set[str | None]) -> None:
    champs = ["INE_BEA", "INE_RNIE"]
    champs += ["NOM_USAGE"] if "2006" in generations else []
    champs += ["CODE_STATUT"] if "2018" in generations else []
    r.ecarte(ELEVES, *champs)
    r.dit(
        "COMPARER_GENERATIONS", f"Les deux fichiers n'ont pas la même génération. Non comparés : {', '.join(champs)}."
    )


def _responsables(r: Reserves, generations: set[str | None]) -> None:
    champs: list[str] = []
    if "2006" in generations:
        r.ecarte(RESPONSABLES, "NOM_USAGE")
        champs.append("NOM_USAGE")
    if "2018" in generations:
        r.ecarte(LIENS, "CODE_PARENTE", "HEBERGE_ELEVE")
        r.valeurs[LIENS, "NIVEAU_RESPONSABILITE"] = lambda niveau: niveau if niveau == "1" else "2 ou 3"
        champs += ["CODE_PARENTE", "HEBERGE_ELEVE"]
    suite = f" Non comparés : {', '.join(champs)}." if champs else ""
    r.dit("COMPARER_GENERATIONS", f"Deux générations.{suite}")


def _liens(r: Reserves) -> None:
    r.ecarte(ELEVES, "NOM_USAGE")
    for nom in _NOMS_1_3:
        r.valeurs[ELEVES, nom] = lambda valeur: valeur[:_LONGUEUR_1_3].strip()
    r.dit(
        "COMPARER_GENERATIONS",
        f"Liens 1.3 et 1.4 : les noms sont comparés sur {_LONGUEUR_1_3} caractères, le nom d'usage ne l'est pas.",
    )


def _dossiers(r: Reserves) -> None:
    absents = sorted(d.ABSENTS["3.1"] | d.ABSENTS["4.0"])
    dpps = [f"{bloc}/DPPS" for bloc in ("SCOLARITE_ACTIVE", "ETABLISSEMENT_AN_DERNIER")]
    for categorie in (ELEVES, RESPONSABLES, OPTIONS):
        r.ecarte(categorie, *absents, *dpps, "ETABLISSEMENT_AN_DERNIER/CODE_REGIME")
    r.ecarte(LIENS, "PERCOIT_LES_AIDES")
    r.dit(
        "COMPARER_GENERATIONS",
        f"Dossiers 3.1 et 4.0. Non comparés : {', '.join(absents)}, DPPS, PERCOIT_LES_AIDES, régime de l'an dernier.",
    )


def par_ine(lecture: Lecture, ines: Mapping[str, str]) -> Lecture:
    """The pupils of a document and what hangs on them, under their INE; nothing else.

    Arguments: `ines`, identifier of a pupil in the document → INE. Pupils without one are left out, and so are the
    fields and categories that only mean something in one base.
    """
    return lambda: _sous_ine(lecture(), ines)


def _sous_ine(fiches: Iterator[FicheComparee], ines: Mapping[str, str]) -> Iterator[FicheComparee]:
    for fiche in fiches:
        if fiche.categorie not in _ELEVES:
            continue
        eleve, separateur, reste = fiche.cle.partition(" / ")
        ine = eleve[4:] if eleve.startswith("INE ") else ines.get(eleve)
        if ine:
            champs = tuple(c for c in fiche.champs if c[0] not in _PROPRES)
            yield FicheComparee(fiche.categorie, f"{ine}{separateur}{reste}", champs)
