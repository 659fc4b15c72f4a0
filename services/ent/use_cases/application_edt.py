"""Applying a timetable that was read: who matches whom, then classes, groups, members and courses, all at once.

Source: ENT-27, ENT-31, ENT-35; guide 003 §4.1.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select

from services.ent import models
from services.ent.rules import emploi_du_temps as regles
from services.ent.use_cases.lecture_edt import CoursLu, EmploiDuTempsLu
from services.ent.use_cases.rapprochement import Annuaire, Identite, compter
from shared.persistence.masse import copier, inserer
from shared.persistence.unite import Unite

REMARQUES = 50
"""Remarks of the reader that an import keeps."""


class Ecart(NamedTuple):
    """A line of `models.EcartEdt`."""

    genre: str
    code: str
    nom: str
    detail: str = ""


class Public(NamedTuple):
    """A class or a group of the ENT."""

    genre: str
    nom: str


def appliquer(
    u: Unite, projet: models.Projet, uai: str, numero: int, lu: EmploiDuTempsLu, pilotage: regles.Pilotage
) -> dict[str, Any]:
    """Put a timetable in the place of the last one; the counts of the import."""
    a = _Application(u, projet, uai, lu, pilotage)
    perdus = a.effacer()
    a.rapprocher()
    a.reconnaitre()
    cours = a.ecrire_cours()
    membres = a.ecrire_ensembles()
    if lu.rompus:
        a.ecarts.append(Ecart("fichier", "LIEN_ROMPU", "", f"{lu.rompus} fois."))
    inserer(
        u.session,
        models.EcartEdt,
        [{"uai": uai, "annee": projet.annee, "numero": numero, **e._asdict()} for e in a.ecarts],
    )
    return {
        "eleves": len(lu.eleves),
        "eleves_rapproches": len(a.eleves),
        "professeurs": len(lu.professeurs),
        "professeurs_rapproches": len(a.professeurs),
        "classes": sum(p.genre == "division" for p in a.publics),
        "groupes": sum(p.genre == "groupe" for p in a.publics),
        "cours": cours,
        "hors_grille": lu.hors_grille,
        "membres": membres,
        "ajouts_perdus": perdus,
        "ecarts": compter(e.code for e in a.ecarts),
        "remarques": [{"code": r.code, "phrase": r.phrase, "remede": r.remede or ""} for r in lu.remarques[:REMARQUES]],
    }


class _Application:
    """One import under way. `eleves`, `professeurs`: ident in the file → account; `ecarts`: what did not match."""

    def __init__(
        self, u: Unite, projet: models.Projet, uai: str, lu: EmploiDuTempsLu, pilotage: regles.Pilotage
    ) -> None:
        self.u, self.projet, self.uai, self.lu, self.pilotage = u, projet, uai, lu, pilotage
        self.jour = u.horloge.aujourd_hui()
        self.ecarts: list[Ecart] = []
        self.eleves: dict[int, int] = {}
        self.professeurs: dict[int, int] = {}
        self.classes: dict[int, Public] = {}
        self.groupes: dict[int, Public] = {}
        self.publics: dict[Public, None] = {}
        self.enseignants: dict[tuple[Public, int], None] = {}

    @property
    def ici(self) -> dict[str, Any]:
        """What every row bears."""
        return {"projet": self.projet.code, "uai": self.uai, "annee": self.projet.annee}

    def effacer(self) -> int:
        """Forget the last timetable; how many members added or removed by hand go with it (ENT-35)."""
        membre = models.MembreEdt
        ici = (membre.uai == self.uai, membre.annee == self.projet.annee)
        perdus = self.u.session.scalar(select(func.count()).where(*ici, membre.origine != "import")) or 0
        for table in (models.MembreEdt, models.EnsembleEdt, models.CoursEdt):
            self.u.session.execute(
                delete(table).where(table.uai == self.uai, table.annee == self.projet.annee),
                execution_options={"synchronize_session": False},
            )
        return perdus

    def rapprocher(self) -> None:
        """Find the accounts of the file's people."""
        annuaire = Annuaire(self.u, self.projet.code, self.uai)
        for ident, e in self.lu.eleves.items():
            qui = Identite("eleve", e.nom, e.prenom, e.naissance, e.ine, e.eleve_id)
            self._retenir(self.eleves, ident, qui, annuaire.chercher(qui), self._classes_de(e.classes))
        for ident, (nom, prenom) in self.lu.professeurs.items():
            qui = Identite("enseignant", nom, prenom)
            self._retenir(self.professeurs, ident, qui, annuaire.chercher(qui))

    def _retenir(
        self, ou: dict[int, int], ident: int, qui: Identite, trouve: regles.CompteVu | str, detail: str = ""
    ) -> None:
        if isinstance(trouve, str):
            genre = "professeur" if qui.genre == "enseignant" else qui.genre
            self.ecarts.append(Ecart(genre, trouve, f"{qui.nom} {qui.prenom}".strip(), detail))
        else:
            ou[ident] = trouve.aaf_id

    def _classes_de(self, appartenances: Iterable[tuple[int, date | None]]) -> str:
        return ", ".join(self.lu.classes[c] for c, _ in appartenances)

    def reconnaitre(self) -> None:
        """Find the classes and groups of the file among those of the ENT; make its own groups (ENT-31)."""
        ensemble, structure = models.Ensemble, models.Structure
        connus = {
            Public(genre, nom)
            for genre, nom in self.u.session.execute(
                select(ensemble.genre, ensemble.nom)
                .join(structure, (structure.projet == ensemble.projet) & (structure.id == ensemble.structure_id))
                .where(
                    ensemble.projet == self.projet.code,
                    ensemble.annee == self.projet.annee,
                    structure.uai == self.uai,
                )
            )
        }
        for ident, nom in self.lu.classes.items():
            if Public("division", nom) in connus:
                self._garder(self.classes, ident, Public("division", nom))
            else:
                self.ecarts.append(Ecart("classe", "CLASSE_INCONNUE", nom))
        for ident, g in self.lu.groupes.items():
            if self.pilotage.cree_groupes or Public("groupe", g.nom) in connus:
                self._garder(self.groupes, ident, Public("groupe", g.nom))
            else:
                self.ecarts.append(Ecart("groupe", "GROUPE_INCONNU", g.nom))

    def _garder(self, ou: dict[int, Public], ident: int, public: Public) -> None:
        ou[ident] = public
        self.publics[public] = None

    def ecrire_cours(self) -> int:
        """Write the courses that have a class or a group; how many rows. Who teaches what is noted."""
        lignes = []
        for cours in self.lu.cours:
            lignes += list(self._lignes(cours))
        colonnes = ("numero", *self.ici, "jour", "debut", "fin", "matiere", "genre", "nom", "aaf_id", "enseignant")
        copier(
            self.u.session,
            models.CoursEdt,
            (*colonnes, "semaines"),
            [(rang, *self.ici.values(), *ligne) for rang, ligne in enumerate(lignes, 1)],
        )
        return len(lignes)

    def _lignes(self, cours: CoursLu) -> Iterator[tuple[Any, ...]]:
        publics = self._publics(cours)
        quoi = f"jour {cours.jour}, {cours.debut:%H h %M}"
        if not publics:
            self.ecarts.append(Ecart("cours", "COURS_SANS_PUBLIC", cours.matiere, quoi))
            return
        if not any(p in self.professeurs for p, _ in cours.professeurs):
            noms = ", ".join(public.nom for public in publics)
            self.ecarts.append(Ecart("cours", "COURS_SANS_ENSEIGNANT", cours.matiere, f"{noms}, {quoi}"))
        for public, masque in publics.items():
            for prof, siennes in cours.professeurs or ((0, masque),):
                compte = self.professeurs.get(prof)
                if compte is not None:
                    self.enseignants[public, compte] = None
                nom = " ".join(self.lu.professeurs[prof]) if prof in self.lu.professeurs else ""
                tete = (cours.jour, cours.debut, cours.fin, cours.matiere, public.genre, public.nom)
                yield (*tete, compte, nom, masque & siennes)

    def _publics(self, cours: CoursLu) -> dict[Public, int]:
        """The classes and groups of a course and their weeks; a part stands for its groups, else for its class."""
        publics: dict[Public, int] = {}

        def ajouter(public: Public | None, masque: int) -> None:
            if public is not None:
                publics[public] = publics.get(public, 0) | masque

        for ident, masque in cours.classes:
            ajouter(self.classes.get(ident), masque)
        for ident, masque in cours.groupes:
            ajouter(self.groupes.get(ident), masque)
        for ident, masque in cours.parties:
            siens = [g for g, groupe in self.lu.groupes.items() if ident in groupe.parties]
            for g in siens:
                ajouter(self.groupes.get(g), masque)
            if not siens:
                ajouter(self.classes.get(self.lu.parties[ident]), masque)
        return publics

    def ecrire_ensembles(self) -> int:
        """Write the classes, the groups and who is in them; how many pupils in all."""
        eleves = self._peuplement() if self.pilotage.peuple else {}
        divisions = {
            self.groupes[ident].nom: sorted(
                {self.lu.classes[c] for c in groupe.classes}
                | {self.lu.classes[self.lu.parties[p]] for p in groupe.parties}
            )
            for ident, groupe in self.lu.groupes.items()
            if ident in self.groupes
        }
        pilote = "edt" if self.pilotage.cree_groupes else "aaf"
        inserer(
            self.u.session,
            models.EnsembleEdt,
            [
                {
                    **self.ici,
                    **public._asdict(),
                    "pilote": pilote if public.genre == "groupe" else "aaf",
                    "divisions": divisions.get(public.nom, []) if public.genre == "groupe" else [],
                }
                for public in sorted(self.publics)
            ],
        )
        if self.pilotage.peuple:
            vides = [p.nom for p in sorted(self.publics) if p.genre == "groupe" and not eleves.get(p)]
            self.ecarts += [Ecart("groupe", "GROUPE_SANS_ELEVE", nom) for nom in vides]
        lignes = [(public, i, "eleve") for public in sorted(eleves) for i in sorted(eleves[public])]
        lignes += [(public, i, "enseignant") for public, i in sorted(self.enseignants)]
        copier(
            self.u.session,
            models.MembreEdt,
            (*self.ici, "genre", "nom", "aaf_id", "role", "origine", "depuis"),
            [
                (*self.ici.values(), public.genre, public.nom, i, role, "import", self.u.maintenant)
                for public, i, role in lignes
            ],
        )
        return sum(map(len, eleves.values()))

    def _peuplement(self) -> dict[Public, set[int]]:
        """The pupils whom the timetable puts in each class and group, and who have not left it."""
        membres: dict[Public, set[int]] = {}
        par_classe: dict[int, list[int]] = {}
        par_partie: dict[int, list[int]] = {}
        for ident, eleve in self.lu.eleves.items():
            for ou, appartenances in ((par_classe, eleve.classes), (par_partie, eleve.parties)):
                for vers, sortie in appartenances:
                    if sortie is None or sortie >= self.jour:
                        ou.setdefault(vers, []).append(ident)
        for ident, public in self.classes.items():
            self._peupler(membres, public, par_classe.get(ident, ()))
        for ident, public in self.groupes.items():
            groupe = self.lu.groupes[ident]
            for classe in groupe.classes:
                self._peupler(membres, public, par_classe.get(classe, ()))
            for partie in groupe.parties:
                self._peupler(membres, public, par_partie.get(partie, ()))
            self._peupler(membres, public, groupe.eleves)
        return membres

    def _peupler(self, membres: dict[Public, set[int]], public: Public, idents: Iterable[int]) -> None:
        membres.setdefault(public, set()).update(self.eleves[i] for i in idents if i in self.eleves)
