"""The timetable of the invented school of `jeu_ent`, as EDT writes it for the ENT."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from shared.formats import edt
from tests.services.ent.jeu_ent import UAI, complet, ecole_type, importer, ouvrir_projet

DEBUT, FIN, SEMAINE1 = date(2021, 9, 2), date(2022, 7, 6), date(2021, 8, 30)
ICI = f"/api/etablissements/{UAI}/emploi-du-temps"
OPTION2 = {"groupes": "EDT", "peuplement": "EDT"}
ILONA, THEO, JEAN, ORVAL, TASSIN, AURORE, GUY = 7100001, 7100002, 7100003, 5101, 5102, 7200001, 7200002
SEMAINES = edt.masque((2, 3, 5))


class Semaine(Struct, frozen=True):
    """What a file holds: each field may be changed by a test. Courses: (day, place, subject, teacher, genre, name)."""

    uai: str = UAI
    debut: date = DEBUT
    classes: tuple[str, ...] = ("6A", "6B")
    groupes: tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...] = (
        ("6ALL", ("6A", "6B"), (1, 2)),
        ("6ANG1", ("6A",), (3,)),
    )
    professeurs: tuple[tuple[str, str], ...] = (("ORVAL", "Bérénice"), ("TASSIN", "Louis"), ("NOUVEL", "Ange"))
    eleves: tuple[tuple[int, str, str, str], ...] = (
        (1, "VALBRUNE", "Ilona", "6A"),
        (2, "VALBRUNE", "Théo", "6B"),
        (3, "OSTREL", "Jean-Noël", "6A"),
    )
    cours: tuple[tuple[int, int, str, int, str, str], ...] = (
        (1, 0, "MATHEMATIQUES", 1, "division", "6A"),
        (1, 1, "MATHEMATIQUES", 1, "division", "6B"),
        (2, 0, "ANGLAIS LV1", 2, "groupe", "6ANG1"),
        (2, 2, "ALLEMAND LV1", 3, "groupe", "6ALL"),
    )

    def avec(self, **champs: Any) -> Semaine:
        return replace(self, **champs)

    def octets(self) -> bytes:
        """The file."""
        classes = {c: n for n, c in enumerate(self.classes, 1)}
        matieres = {m: n for n, m in enumerate(sorted({c[2] for c in self.cours}), 1)}
        parties = {(g, c): n for n, (g, c) in enumerate(((g, c) for g, cs, _ in self.groupes for c in cs), 101)}
        groupes = {g: n for n, (g, _, _) in enumerate(self.groupes, 1)}

        def dans(ident: int | None) -> tuple[edt.Appartenance, ...]:
            return () if ident is None else (edt.Appartenance(ident, DEBUT, FIN),)

        def eleve(rang: int, nom: str, prenom: str, classe: str) -> edt.Eleve:
            siens = [parties[g, classe] for g, _, membres in self.groupes if rang in membres]
            return edt.Eleve(
                *(rang, nom, prenom, date(2010, 3, 1 + rang % 28), edt.Sexe.FEMININ),
                id_sconet=str(1_900_000 + rang),
                classes=dans(classes.get(classe)),
                parties=tuple(edt.Appartenance(p, DEBUT, FIN) for p in siens),
            )

        def cours(jour: int, place: int, matiere: str, prof: int, genre: str, nom: str) -> edt.Cours:
            la = (edt.Participation(classes[nom] if genre == "division" else groupes[nom], SEMAINES),)
            return edt.Cours(
                *(jour, place, 1),
                matiere=edt.Reference(matieres[matiere]),
                professeurs=(edt.Participation(prof, SEMAINES),) if prof else (),
                **{"classes" if genre == "division" else "groupes": la},
            )

        sortie = io.BytesIO()
        edt.ecrire_edt(
            sortie,
            edt.EnTete(uai=self.uai),
            edt.AnneeScolaire(self.debut, FIN.replace(year=self.debut.year + 1), SEMAINE1),
            edt.GrilleHoraire(
                4, 55, (1, 2, 3, 4, 5), tuple(edt.Place(n, time(8 + n), time(8 + n, 55)) for n in range(4))
            ),
            matieres=[edt.Matiere(n, m[:5], m) for m, n in matieres.items()],
            professeurs=[edt.Professeur(n, nom, prenom) for n, (nom, prenom) in enumerate(self.professeurs, 1)],
            classes=[
                edt.Classe(n, c, tuple(edt.Reference(p) for (_, d), p in parties.items() if d == c))
                for c, n in classes.items()
            ],
            groupes=[
                edt.Groupe(n, g, parties=tuple(edt.Reference(p) for (nom, _), p in parties.items() if nom == g))
                for g, n in groupes.items()
            ],
            eleves=[eleve(*e) for e in self.eleves],
            cours=[cours(*c) for c in self.cours],
        )
        return sortie.getvalue()


def peupler(bac: Any, dossier: Path) -> Any:
    """The school of `jeu_ent` in the ENT."""
    ouvrir_projet(bac)
    assert importer(bac, complet(dossier, ecole_type(), date(2021, 9, 6)), 1)["etat"] == "applique"
    return bac


def deposer(bac: Any, octets: bytes, statut: int = 201, nom: str = "EDT_KOSMOS.xml", **reponses: str) -> dict[str, Any]:
    """Import a timetable; its report, or the refusal."""
    reponse = bac["ent"].post(f"{ICI}/imports", files={"fichier": (nom, octets, "application/xml")}, data=reponses)
    assert reponse.status_code == statut, reponse.text
    rapport: dict[str, Any] = reponse.json()
    return rapport


def lire(bac: Any, suite: str = "", statut: int = 200, **parametres: Any) -> Any:
    """GET under the timetable of the school."""
    reponse = bac["ent"].get(ICI + suite, params=parametres)
    assert reponse.status_code == statut, reponse.text
    return reponse.json()


def ecarts(rapport: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(genre, code, name) of what was not matched."""
    return [(e["genre"], e["code"], e["nom"]) for e in rapport["ecarts"]]


def membres(bac: Any, nom: str, genre: str = "groupe", role: str = "eleves") -> Sequence[int]:
    """The accounts in a class or group of the timetable."""
    return [p["aaf_id"] for p in lire(bac, f"/ensembles/{genre}/{nom}")[role]]
