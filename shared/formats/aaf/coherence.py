"""What known readers of a feed fail on or drop in silence, checked record by record and between files.

Source: reference aaf.md, sections 2.3 (closure, one class), 3 (identifiers, composite values), 5, 7 and 8.
"""

from __future__ import annotations

from collections.abc import Callable

from shared.contracts.refus import Lieu, Remarque
from shared.formats.aaf.enregistrement import Ajout, Modification, Operation, Suppression
from shared.formats.aaf.grammaire import (
    Categorie,
    Degre,
    attribut_jointure,
    attributs_connus,
    cle_identifiant,
    degre_de,
)
from shared.formats.aaf.noms import NomFichier

ID_MAX = 2**31 - 1
"""A reader keeps identifiers on 32 bits (section 3)."""

_OBLIGATOIRES: dict[Categorie, tuple[str, ...]] = {
    Categorie.ELEVE: ("sn", "givenName", "ENTPersonDateNaissance", "ENTPersonStructRattach", "ENTEleveMEF"),
    Categorie.RESPONSABLE: ("sn", "givenName"),
    Categorie.PERSONNEL: ("sn", "givenName"),
    Categorie.ETABLISSEMENT: (
        "ENTStructureUAI",
        "ENTStructureNomCourant",
        "ENTStructureTypeStruct",
        "ENTServAcAcademie",
    ),
    Categorie.MEF: ("ENTLibelleMef", "ENTMEFRattach", "ENTMEFSTAT11"),
    Categorie.MATIERE: ("ENTLibelleMatiere",),
}
_OBLIGATOIRES_1D: dict[Categorie, tuple[str, ...]] = {
    Categorie.ELEVE: ("ENTPersonNom", "ENTPersonPrenom", "ENTPersonDateNaissance", "ENTPersonStructRattach"),
    Categorie.RESPONSABLE: ("ENTPersonNom", "ENTPersonPrenom"),
    Categorie.PERSONNEL: ("ENTPersonNom", "ENTPersonPrenom"),
    Categorie.ETABLISSEMENT: _OBLIGATOIRES[Categorie.ETABLISSEMENT],
}
# Attribute: number of fields; what the second one is, when it is the name of something.
_DANS_STRUCTURE: dict[str, tuple[int, str]] = {
    "ENTEleveClasses": (2, "division"),
    "ENTEleveGroupes": (2, "groupe"),
    "ENTAuxEnsClasses": (2, "division"),
    "ENTAuxEnsGroupes": (2, "groupe"),
    "ENTAuxEnsMatiereEnseignEtab": (2, ""),
    "ENTAuxEnsClassesMatieres": (3, "division"),
    "ENTAuxEnsGroupesMatieres": (3, "groupe"),
    "ENTAuxEnsClassesPrincipal": (2, "division"),
    "ENTAuxEnsMEF": (3, "mef"),
    "ENTPersonFonctions": (5, ""),
    "ENTEleveDateEntreeClasses": (3, ""),
    "ENTEleveDateSortieClasses": (3, ""),
    "ENTPersonClasses": (5, ""),
    "ENTPersonGroupes": (5, ""),
}
_PARENTS = ("ENTEtablissementStructRattachFctl", "ENTEcoleCirconscription")
_RETOURS = ("ENTAuxPersRelEleveEleve", "ENTPersRelEleveEleve")
_AVEC_MATIERE = frozenset({"ENTAuxEnsClassesMatieres", "ENTAuxEnsGroupesMatieres"})
_ENTIERS = frozenset(Categorie) - {Categorie.MEF, Categorie.MATIERE}


class Coherence:
    """Examines the operations of a feed in reading order; `ajoute` receives the remarks.

    Keeps identifiers, names of divisions and groups, and the links not yet seen from both ends.
    """

    def __init__(self, ajoute: Callable[[Remarque], None]) -> None:
        self._ajoute = ajoute
        self._nom = ""
        self._ligne: int | None = None
        self._objet = ""
        self._derniere: tuple[int, int, str] | None = None
        self._vues: set[Categorie] = set()
        self._ids: dict[Categorie, set[str]] = {categorie: set() for categorie in Categorie}
        self._declares: dict[str, set[str]] = {"division": set(), "groupe": set()}
        self._inconnus: set[tuple[Categorie, str]] = set()
        self._rattachements: list[tuple[str, str, str, str]] = []
        self._degre: Degre | None = None
        self._liens: dict[int, str] = {}
        self._retours = False

    def fichier(self, nom: NomFichier) -> None:
        """A new file begins."""
        self._nom = str(nom)
        if nom.numero == 0:
            self._derniere = None
        self._vues.add(nom.categorie)

    def operation(self, operation: Operation, ligne: int | None) -> None:
        """Examine one operation, found at `ligne` of the file."""
        self._ligne = ligne
        self._objet = f"{operation.categorie} {operation.id}"
        self._identite(operation)
        if isinstance(operation, Suppression):
            return
        valeurs = operation.remplis()
        self._attributs(operation, valeurs)
        for nom, textes in valeurs.items():
            forme = _DANS_STRUCTURE.get(nom)
            if forme is not None:
                for texte in textes:
                    self._dans_structure(nom, texte, *forme)
            elif nom in ("ENTPersonStructRattach", "ENTEnsFonctionDir"):
                for texte in textes:
                    self._existe(nom, Categorie.ETABLISSEMENT, texte)
        self._par_categorie(operation, valeurs)

    def terminer(self) -> None:
        """The end of a complete feed: every link must have been seen from both ends (2012-2014 has no way
        back: the responsable must exist), every parent structure must be there.
        """
        self._ligne = None
        for nom, objet, attribut, parent in self._rattachements:
            self._nom, self._objet = nom, objet
            self._existe(attribut, Categorie.ETABLISSEMENT, parent)
        if not self._vues >= {Categorie.ELEVE, Categorie.RESPONSABLE}:
            return
        responsables = self._ids[Categorie.RESPONSABLE]
        for cle, nom in sorted(self._liens.items()):
            eleve, personne = divmod(cle, ID_MAX + 1)
            if not self._retours and str(personne) in responsables:
                continue
            self._nom = nom
            self._objet = f"Eleve {eleve}, PersRelEleve {personne}"
            self._remarque("AAF_LIEN", "ce lien n'est écrit que d'un côté, ou l'une des deux fiches manque")

    def _remarque(self, code: str, phrase: str, remede: str = "Signalez-le à l'émetteur.") -> None:
        ou = f"Fichier « {self._nom} »" + (f", ligne {self._ligne}" if self._ligne else "")
        self._ajoute(
            Remarque(code, f"{ou}, {self._objet} : {phrase}.", Lieu(self._nom, self._ligne, self._objet), remede)
        )

    def _identite(self, operation: Operation) -> None:
        cle = cle_identifiant(operation.categorie, operation.id)
        if operation.id in self._ids[operation.categorie]:
            self._remarque("AAF_DOUBLON", "cet identifiant vient deux fois")
        elif self._derniere is not None and cle < self._derniere:
            self._remarque("AAF_ORDRE", "les identifiants ne sont pas croissants")
        self._derniere = cle
        self._ids[operation.categorie].add(operation.id)
        if operation.categorie in _ENTIERS and not _entier(operation.id):
            self._remarque("AAF_IDENTIFIANT", f"l'identifiant n'est pas un entier jusqu'à {ID_MAX}")

    def _attributs(self, operation: Ajout | Modification, valeurs: dict[str, tuple[str, ...]]) -> None:
        categorie = operation.categorie
        degre = degre_de(categorie, operation.noms)
        if self._degre is None:
            self._degre = degre
        elif degre is not None and degre is not self._degre:
            self._remarque("AAF_DEGRE", f"cette fiche est de degré {degre}, les précédentes de degré {self._degre}")
        degre = degre or self._degre or Degre.SECOND
        for nom in sorted(set(operation.noms) - attributs_connus(categorie, degre)):
            if (categorie, nom) not in self._inconnus:
                self._inconnus.add((categorie, nom))
                self._remarque("AAF_ATTRIBUT_INCONNU", f"l'attribut « {nom[:60]} » n'est pas du SDET")
        jointure = attribut_jointure(categorie)
        attendue = isinstance(operation, Ajout) or jointure in valeurs
        if attendue and valeurs.get(jointure) != (operation.id,):
            self._remarque("AAF_JOINTURE", f"{jointure} n'est pas l'identifiant de la requête")
        for nom in (_OBLIGATOIRES_1D if degre is Degre.PREMIER else _OBLIGATOIRES)[categorie]:
            if nom not in valeurs and (isinstance(operation, Ajout) or nom in operation.noms):
                self._remarque("AAF_VIDE", f"{nom} est vide : des lecteurs ignorent la fiche")

    def _dans_structure(self, nom: str, texte: str, nombre: int, quoi: str) -> None:
        champs = texte.split("$")
        if len(champs) != nombre or not champs[-1]:
            self._remarque("AAF_CHAMPS", f"{nom} : {nombre} champs non vides à la fin sont attendus")
            return
        if not self._existe(nom, Categorie.ETABLISSEMENT, champs[0]):
            return
        declares = self._declares.get(quoi) if Categorie.ETABLISSEMENT in self._vues else None
        if declares is not None and f"{champs[0]}${champs[1]}" not in declares:
            self._remarque("AAF_NON_DECLARE", f"{nom} : {quoi} non déclaré(e) par sa structure")
        if quoi == "mef":
            self._existe(nom, Categorie.MEF, champs[1])
        if nom in _AVEC_MATIERE:
            self._existe(nom, Categorie.MATIERE, champs[2])

    def _existe(self, nom: str, categorie: Categorie, identifiant: str) -> bool:
        if categorie in self._vues and identifiant not in self._ids[categorie]:
            self._remarque("AAF_REFERENCE", f"{nom} : {categorie} {identifiant} n'est pas dans l'alimentation")
            return False
        return True

    def _par_categorie(self, operation: Ajout | Modification, valeurs: dict[str, tuple[str, ...]]) -> None:
        match operation.categorie:
            case Categorie.ETABLISSEMENT:
                self._structure(operation.id, valeurs)
            case Categorie.ELEVE:
                self._eleve(operation, valeurs)
            case Categorie.RESPONSABLE:
                for nom in _RETOURS:
                    self._retours = self._retours or nom in operation.noms
                    for eleve in valeurs.get(nom, ()):
                        self._lien(eleve, operation.id)

    def _structure(self, identifiant: str, valeurs: dict[str, tuple[str, ...]]) -> None:
        for attribut in _PARENTS:
            for parent in valeurs.get(attribut, ()):
                self._rattachements.append((self._nom, self._objet, attribut, parent))
        divisions: set[str] = set()
        for nom, quoi in (("ENTStructureClasses", "division"), ("ENTStructureGroupes", "groupe")):
            for texte in valeurs.get(nom, ()):
                champs = texte.split("$")
                if len(champs) < 2 or not champs[0] or not champs[-1]:
                    self._remarque("AAF_CHAMPS", f"{nom} : au moins deux champs, le dernier non vide")
                    continue
                self._declares[quoi].add(f"{identifiant}${champs[0]}")
                if quoi == "division":
                    divisions.add(champs[0])
                elif divisions and not divisions.issuperset(champs[2:]):
                    self._remarque("AAF_NON_DECLARE", f"{nom} : un groupe a une division non déclarée")

    def _eleve(self, operation: Ajout | Modification, valeurs: dict[str, tuple[str, ...]]) -> None:
        if degre_de(operation.categorie, operation.noms) is Degre.PREMIER:
            self._eleve_1d(operation, valeurs)
            return
        if isinstance(operation, Ajout) and len(valeurs.get("ENTEleveClasses", ())) != 1:
            self._remarque("AAF_CLASSE", "un élève a exactement une classe")
        for mef in valeurs.get("ENTEleveMEF", ()):
            self._existe("ENTEleveMEF", Categorie.MEF, mef)
        for code in valeurs.get("ENTEleveCodeEnseignements", ()):
            self._existe("ENTEleveCodeEnseignements", Categorie.MATIERE, code)
        for texte in valeurs.get("ENTElevePersRelEleve", ()):
            champs = texte.split("$")
            if len(champs) != 6 or not all(champ.isascii() and champ.isdigit() for champ in champs):
                self._remarque("AAF_CHAMPS", "ENTElevePersRelEleve : six champs numériques sont attendus")
            else:
                self._lien(operation.id, champs[0])

    def _eleve_1d(self, operation: Ajout | Modification, valeurs: dict[str, tuple[str, ...]]) -> None:
        if isinstance(operation, Ajout) and not valeurs.get("ENTPersonClasses"):
            self._remarque("AAF_CLASSE", "un élève du premier degré a au moins une classe")
        for texte in valeurs.get("ENTEleveAutoriteParentale", ()):
            champs = texte.split("$")
            if len(champs) != 2 or not all(champ.isascii() and champ.isdigit() for champ in champs):
                self._remarque("AAF_CHAMPS", "ENTEleveAutoriteParentale : deux champs numériques sont attendus")
            else:
                self._lien(operation.id, champs[0])

    def _lien(self, eleve: str, personne: str) -> None:
        """Keep a link seen from one end, forget it once seen from the other."""
        if _entier(eleve) and _entier(personne):
            cle = int(eleve) * (ID_MAX + 1) + int(personne)
            if self._liens.pop(cle, None) is None:
                self._liens[cle] = self._nom


def _entier(texte: str) -> bool:
    return texte.isascii() and texte.isdigit() and len(texte) <= 10 and int(texte) <= ID_MAX
