"""What does not hold together in a timetable that was read: links to nothing, courses outside the grid.

Source: reference sts-edt, sections 5.3 (idents, places, masks) and 5.5, 5.6 (courses that consumers skip).
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.contracts.refus import Lieu, Remarque
from shared.formats.edt.enregistrements import Cours, ExportEmploiDuTemps, Participation, Reference
from shared.formats.edt.semaines import SEMAINE_MAX

_CORRIGER = "Corrigez l'emploi du temps dans le logiciel, puis refaites l'export."
_MASQUE_POSSIBLE = (1 << (SEMAINE_MAX + 1)) - 2


def verifier_coherence(doc: ExportEmploiDuTemps, nom: str) -> list[Remarque]:
    """Remarks on a document: each kind of fault once, with a count and the first Ident concerned, no name.

    Arguments: `nom`, the file's name. Courses without teacher, or without class nor group, are told apart
    (code EDT_COURS_IGNORE): real files have some, and the ENT leave them out.
    """
    fautes = _Fautes(nom)
    idents = _idents(doc, fautes)
    for classe in doc.classes:
        fautes.liens(f"Classe {classe.ident}", "Professeur", classe.professeurs_principaux, idents["Professeur"])
        fautes.liens(f"Classe {classe.ident}", "Etablissement", classe.etablissements, idents["Etablissement"])
    for groupe in doc.groupes:
        ici = f"Groupe {groupe.ident}"
        fautes.liens(ici, "Classe", groupe.classes, idents["Classe"])
        fautes.liens(ici, "PartieDeClasse", groupe.parties, idents["PartieDeClasse"])
        fautes.liens(ici, "Eleve", groupe.eleves, idents["Eleve"])
    for eleve in doc.eleves:
        ici = f"Eleve {eleve.ident}"
        for appartenances, genre in ((eleve.classes, "Classe"), (eleve.parties, "PartieDeClasse")):
            fautes.liens(ici, genre, (Reference(a.ident) for a in appartenances), idents[genre])
            for appartenance in appartenances:
                entree, sortie = appartenance.entree, appartenance.sortie
                if entree is not None and sortie is not None and entree > sortie:
                    fautes.note("EDT_DATES", ici, "La sortie d'une classe précède l'entrée.")
    for rang, cours in enumerate(doc.cours, 1):
        _cours(doc, cours, f"Cours {rang}", idents, fautes)
    return fautes.liste()


def _idents(doc: ExportEmploiDuTemps, fautes: _Fautes) -> dict[str, set[int]]:
    """The idents of each kind of object; one given twice is a fault."""
    genres: dict[str, Iterable[int]] = {
        "Etablissement": (e.ident for e in doc.etablissements),
        "Matiere": (m.ident for m in doc.matieres),
        "Professeur": (p.ident for p in doc.professeurs),
        "Personnel": (p.ident for p in doc.personnels),
        "Classe": (c.ident for c in doc.classes),
        "PartieDeClasse": (p.ident for c in doc.classes for p in c.parties),
        "Groupe": (g.ident for g in doc.groupes),
        "Salle": (s.ident for s in doc.salles),
        "Materiel": (m.ident for m in doc.materiels),
        "Eleve": (e.ident for e in doc.eleves),
    }
    vus: dict[str, set[int]] = {}
    for genre, idents in genres.items():
        deja = vus.setdefault(genre, set())
        for ident in idents:
            if ident in deja:
                fautes.note("EDT_IDENT_REPETE", f"{genre} {ident}", f"Deux « {genre} » portent le même Ident.")
            deja.add(ident)
    return vus


def _cours(doc: ExportEmploiDuTemps, cours: Cours, ici: str, idents: dict[str, set[int]], fautes: _Fautes) -> None:
    if cours.matiere is None:
        fautes.note("EDT_COURS_SANS_MATIERE", ici, "Un cours n'a pas de matière.")
    else:
        fautes.liens(ici, "Matiere", (cours.matiere,), idents["Matiere"])
    participations = {
        "Professeur": cours.professeurs,
        "Classe": cours.classes,
        "PartieDeClasse": cours.parties,
        "Groupe": cours.groupes,
        "Salle": cours.salles,
        "Personnel": cours.personnels,
        "Materiel": cours.materiels,
        "Eleve": cours.eleves,
    }
    for genre, presents in participations.items():
        fautes.liens(ici, genre, (Reference(p.ident) for p in presents), idents[genre])
        fautes.masques(ici, presents)
    if not cours.professeurs or not (cours.classes or cours.groupes or cours.parties):
        phrase = "Un cours n'a pas de professeur, ou ni classe ni groupe : l'ENT ne l'affichera pas."
        fautes.note("EDT_COURS_IGNORE", ici, phrase)
    grille = doc.grille
    if cours.jour is not None and grille.jours and cours.jour not in grille.jours:
        fautes.note("EDT_HORS_GRILLE", ici, "Un cours a lieu un jour que la grille n'ouvre pas.")
    if cours.place_debut is not None and cours.nombre_places is not None:
        derniere = cours.place_debut + cours.nombre_places - 1
        numeros = {p.numero for p in grille.places}
        if cours.nombre_places == 0 or cours.place_debut not in numeros or derniere not in numeros:
            fautes.note("EDT_HORS_GRILLE", ici, "Un cours occupe des places que la grille n'a pas.")


class _Fautes:
    """Faults by code and sentence, each with its first place and a count."""

    def __init__(self, nom: str) -> None:
        self._nom = nom
        self._vues: dict[tuple[str, str], tuple[str, int]] = {}

    def note(self, code: str, ici: str, phrase: str) -> None:
        premier, nombre = self._vues.get((code, phrase), (ici, 0))
        self._vues[code, phrase] = (premier, nombre + 1)

    def liens(self, ici: str, genre: str, references: Iterable[Reference], connus: set[int]) -> None:
        for reference in references:
            if reference.ident not in connus:
                self.note("EDT_LIEN_ROMPU", ici, f"Un lien désigne un « {genre} » qui n'est pas dans le fichier.")

    def masques(self, ici: str, participations: Iterable[Participation]) -> None:
        for participation in participations:
            if participation.semaines is not None and participation.semaines & ~_MASQUE_POSSIBLE:
                self.note("EDT_MASQUE", ici, "Un masque désigne la semaine 0 ou une semaine après la 53e.")

    def liste(self) -> list[Remarque]:
        return [
            Remarque(
                code,
                phrase if nombre == 1 else f"{phrase[:-1]} ({nombre} fois).",
                Lieu(self._nom, element=premier),
                _CORRIGER,
            )
            for (code, phrase), (premier, nombre) in self._vues.items()
        ]
