"""The records (« nœuds ») of the GAR exports: their names, their order, what each holds.

Source: connectors reference §7.1. What the first degree has in place of MEF and disciplines is named there; the names
of the leaves (`GARMEFSTAT4Code`, `GAREnsSpecialitePosteCode`) are inferred from those of the second degree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

Contenu = list[tuple[str, "str | Contenu"]]
"""Children of an element, in order: a text, or children of theirs."""


class Degre(StrEnum):
    """Second or first degree, as the names of the files say it."""

    SECOND = "2D"
    PREMIER = "1D"


class Sorte(StrEnum):
    """The five files, in the order in which the GAR reads them."""

    ETAB = "Etab"
    ENSEIGNANT = "Enseignant"
    ELEVE = "Eleve"
    GROUPE = "Groupe"
    RESP_AFF = "RespAff"


ESPACES = {Degre.SECOND: "http://data.education.fr/ns/gar", Degre.PREMIER: "http://data.education.fr/ns/gar/1d"}
RACINES = {f"GAR-ENT-{sorte}": sorte for sorte in Sorte}
NOEUDS: dict[Degre, dict[Sorte, tuple[str, ...]]] = {
    Degre.SECOND: {
        Sorte.ETAB: ("GAREtab", "GARMEF", "GARMatiere"),
        Sorte.ENSEIGNANT: ("GAREnseignant", "GARPersonMEF"),
        Sorte.ELEVE: ("GAREleve", "GARPersonMEF", "GAREleveEnseignement"),
        Sorte.GROUPE: ("GARGroupe", "GARPersonGroupe", "GAREnsGroupeMatiere", "GAREnsClasseMatiere"),
        Sorte.RESP_AFF: ("GARRespAff",),
    },
    Degre.PREMIER: {
        Sorte.ETAB: ("GAREtab",),
        Sorte.ENSEIGNANT: ("GAREnseignant", "GARPersonMEFSTAT4"),
        Sorte.ELEVE: ("GAREleve", "GARPersonMEFSTAT4"),
        Sorte.GROUPE: ("GARGroupe", "GARPersonGroupe"),
        Sorte.RESP_AFF: ("GARRespAff",),
    },
}
"""What each file holds, in order."""
DIVISION, GROUPE = "DIVISION", "GROUPE"


class Noeud(Struct, frozen=True):
    """One record: its element and its children."""

    nom: str
    contenu: Contenu


class Identite(Struct, frozen=True, kw_only=True):
    """Who a person is. `profils`: (UAI, profile code); `uai`: of attachment; `etabs`: UAI of all her schools."""

    identifiant: str
    profils: Sequence[tuple[str, str]]
    nom: str
    prenom: str
    nom_famille: str = ""
    autres_prenoms: Sequence[str] = ()
    civilite: str = ""
    uai: str = ""
    etabs: Sequence[str] = ()
    naissance: date | None = None

    def contenu(self) -> Contenu:
        """As both files write it; the other first names repeat the first when there is none."""
        profils: Contenu = [
            ("GARPersonProfils", [("GARStructureUAI", uai), ("GARPersonProfil", profil)])
            for uai, profil in self.profils
        ]
        return [
            ("GARPersonIdentifiant", self.identifiant),
            *profils,
            *_si("GARPersonNomPatro", self.nom_famille),
            ("GARPersonNom", self.nom),
            ("GARPersonPrenom", self.prenom),
            *_plusieurs("GARPersonAutresPrenoms", self.autres_prenoms or [self.prenom]),
            *_si("GARPersonCivilite", self.civilite),
            *_si("GARPersonStructRattach", self.uai),
            *_plusieurs("GARPersonEtab", self.etabs),
            *_si("GARPersonDateNaissance", self.naissance.isoformat() if self.naissance else ""),
        ]


def eleve(qui: Identite) -> Noeud:
    """A pupil."""
    return Noeud("GAREleve", qui.contenu())


def enseignant(
    qui: Identite, postes: Iterable[tuple[str, Sequence[str]]], mels: Iterable[str], degre: Degre = Degre.SECOND
) -> Noeud:
    """A member of staff. `postes`: by UAI, codes of her disciplines (of her specialities in the first degree)."""
    bloc, code = (
        ("GAREnsDisciplinesPostes", "GAREnsDisciplinePosteCode")
        if degre is Degre.SECOND
        else ("GAREnsSpecialitesPostes", "GAREnsSpecialitePosteCode")
    )
    contenu = qui.contenu()
    for uai, codes in postes:
        contenu.append((bloc, [("GARStructureUAI", uai), *_plusieurs(code, codes)]))
    return Noeud("GAREnseignant", [*contenu, *_plusieurs("GARPersonMail", mels)])


def responsable_affectation(
    identifiant: str, nom: str, prenom: str, civilite: str, mels: Iterable[str], uais: Iterable[str]
) -> Noeud:
    """A person who gives the resources out in these schools."""
    return Noeud(
        "GARRespAff",
        [
            ("GARPersonIdentifiant", identifiant),
            ("GARPersonNom", nom),
            ("GARPersonPrenom", prenom),
            *_si("GARPersonCivilite", civilite),
            *_plusieurs("GARPersonMail", mels),
            *_plusieurs("GARRespAffEtab", uais),
        ],
    )


def person_mef(uai: str, identifiant: str, code: str, degre: Degre = Degre.SECOND) -> Noeud:
    """The MEF of a person in a school (the MEFSTAT4 in the first degree)."""
    noms = {Degre.SECOND: ("GARPersonMEF", "GARMEFCode"), Degre.PREMIER: ("GARPersonMEFSTAT4", "GARMEFSTAT4Code")}
    nom, feuille = noms[degre]
    return Noeud(nom, [("GARStructureUAI", uai), ("GARPersonIdentifiant", identifiant), (feuille, code)])


def eleve_enseignement(uai: str, identifiant: str, matiere: str) -> Noeud:
    """A matière that a pupil follows."""
    return Noeud(
        "GAREleveEnseignement",
        [("GARStructureUAI", uai), ("GARPersonIdentifiant", identifiant), ("GARMatiereCode", matiere)],
    )


def etab(uai: str, nom: str, contrat: str = "", telephone: str = "", mel: str = "", parent: str = "") -> Noeud:
    """A school. `contrat`: PU or PR."""
    return Noeud(
        "GAREtab",
        [
            ("GARStructureUAI", uai),
            ("GARStructureNomCourant", nom),
            *_si("GAREtablissementStructRattachFctl", parent),
            *_si("GARStructureContrat", contrat),
            *_si("GARStructureTelephone", telephone),
            *_si("GARStructureEmail", mel),
        ],
    )


def mef(uai: str, code: str, libelle: str) -> Noeud:
    """A MEF of a school."""
    return Noeud("GARMEF", [("GARStructureUAI", uai), ("GARMEFCode", code), ("GARMEFLibelle", libelle)])


def matiere(uai: str, code: str, libelle: str) -> Noeud:
    """A matière of a school."""
    return Noeud("GARMatiere", [("GARStructureUAI", uai), ("GARMatiereCode", code), ("GARMatiereLibelle", libelle)])


def groupe(uai: str, code: str, libelle: str, statut: str, divisions: Iterable[str] = ()) -> Noeud:
    """A class (`DIVISION`) or a group (`GROUPE`, of some divisions)."""
    return Noeud(
        "GARGroupe",
        [
            ("GARGroupeCode", code),
            ("GARStructureUAI", uai),
            ("GARGroupeLibelle", libelle),
            ("GARGroupeStatut", statut),
            *_plusieurs("GARGroupeDivAppartenance", divisions),
        ],
    )


def person_groupe(uai: str, identifiant: str, code: str) -> Noeud:
    """A person is in a class or group."""
    return Noeud(
        "GARPersonGroupe",
        [("GARStructureUAI", uai), ("GARPersonIdentifiant", identifiant), ("GARGroupeCode", code)],
    )


def enseigne(uai: str, identifiant: str, code: str, matieres: Iterable[str], *, classe: bool) -> Noeud:
    """What a teacher teaches a class, or a group."""
    return Noeud(
        "GAREnsClasseMatiere" if classe else "GAREnsGroupeMatiere",
        [
            ("GARStructureUAI", uai),
            ("GARPersonIdentifiant", identifiant),
            ("GARGroupeCode", code),
            *_plusieurs("GARMatiereCode", matieres),
        ],
    )


def _si(nom: str, valeur: str) -> Contenu:
    return [(nom, valeur)] if valeur else []


def _plusieurs(nom: str, valeurs: Iterable[str]) -> Contenu:
    return [(nom, valeur) for valeur in valeurs]
