"""Random years of school life: three schools whose pupils, families, staff and structure change from night to night.

A model that knows nothing of the directory: it only says what BEE, STS-Web and the rectorat would send up tonight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_uai
from shared.nomenclatures import mefs

from . import jeu_aaf as jeu

ECOLES = (jeu.A, jeu.B, fabriquer_uai("096", 13))
DIVISIONS = ("3A", "3B", "4A", "4B")
GROUPES = ("3AGR1", "3LAT", "4ALL")
Geste = tuple[str, int, int, int]
"""What happens, and three numbers that choose to whom."""


@dataclass
class Vie:
    """The three schools as they stand. `perdus`: a responsable was taken from a pupil who stays (a doublon merged)."""

    annee: int
    eleves: dict[int, dict[str, Any]] = field(default_factory=dict)
    responsables: dict[int, str] = field(default_factory=dict)
    liens: set[tuple[int, int]] = field(default_factory=set)
    services: dict[str, set[tuple[str, str, int]]] = field(default_factory=lambda: {u: set() for u in ECOLES})
    profs: set[tuple[str, int]] = field(default_factory=set)
    divisions: dict[str, set[str]] = field(default_factory=lambda: {u: set(DIVISIONS) for u in ECOLES})
    groupes: dict[str, set[str]] = field(default_factory=lambda: {u: set(GROUPES) for u in ECOLES})
    muettes: set[str] = field(default_factory=set)
    libelle_mef: int = 0
    perdus: bool = False

    def vivre(self, geste: Geste) -> None:
        """Do one thing; nothing when there is nobody to do it to."""
        nom, *nombres = geste
        faire: Callable[..., None] = getattr(self, f"_{nom}")
        faire(*nombres)

    def changer_d_annee(self) -> None:
        """The rentrée: the troisièmes leave, the others go up, groups are empty, everybody's services are gone."""
        self.annee += 1
        for n in [n for n, e in self.eleves.items() if e["division"].startswith("3")]:
            self._oublier(n)
        for e in self.eleves.values():
            e["division"], e["groupes"] = f"3{e['division'][1:]}", ()
        self.services = {u: set() for u in ECOLES}

    # --- what happens --------------------------------------------------------------------------------------------

    def _inscrire(self, a: int, b: int, c: int) -> None:
        n = max(self.eleves, default=0) + 1
        self.eleves[n] = {
            "uais": {ECOLES[a % 3]},
            "division": DIVISIONS[b % 4],
            "groupes": (GROUPES[c % 3],) if c % 2 else (),
            "nom": f"NOM{n}",
            "ine": True,
        }
        frere = b % 5 == 0 and self.responsables
        r = sorted(self.responsables)[c % len(self.responsables)] if frere else max(self.responsables, default=0) + 1
        self.responsables.setdefault(r, f"NOM{n}")
        self.liens.add((n, r))

    def _eleve(self, a: int) -> dict[str, Any] | None:
        return self.eleves[sorted(self.eleves)[a % len(self.eleves)]] if self.eleves else None

    def _oublier(self, n: int) -> None:
        del self.eleves[n]
        self.liens = {(e, r) for e, r in self.liens if e != n}

    def _partir(self, a: int, b: int, c: int) -> None:
        if self.eleves:
            self._oublier(sorted(self.eleves)[a % len(self.eleves)])

    def _changer_division(self, a: int, b: int, c: int) -> None:
        if e := self._eleve(a):
            e["division"] = DIVISIONS[b % 4]

    def _changer_groupes(self, a: int, b: int, c: int) -> None:
        if e := self._eleve(a):
            e["groupes"] = tuple(GROUPES[i] for i in range(3) if b >> i & 1)

    def _corriger_nom(self, a: int, b: int, c: int) -> None:
        if e := self._eleve(a):
            e["nom"] = f"NOM{b}"

    def _inscrire_ailleurs(self, a: int, b: int, c: int) -> None:
        if e := self._eleve(a):
            e["uais"].add(ECOLES[b % 3])

    def _sortir_d_ailleurs(self, a: int, b: int, c: int) -> None:
        if (e := self._eleve(a)) and len(e["uais"]) > 1:
            e["uais"] = {sorted(e["uais"])[b % len(e["uais"])]}

    def _perdre_ine(self, a: int, b: int, c: int) -> None:
        if e := self._eleve(a):
            e["ine"] = not e["ine"]

    def _doubler_responsable(self, a: int, b: int, c: int) -> None:
        if self.eleves:
            n, r = sorted(self.eleves)[a % len(self.eleves)], max(self.responsables, default=0) + 1
            self.responsables[r] = f"NOM{n}"
            self.liens.add((n, r))

    def _fusionner_responsables(self, a: int, b: int, c: int) -> None:
        for n in sorted(self.eleves)[a % max(len(self.eleves), 1) :]:
            siens = sorted(r for e, r in self.liens if e == n)
            if len(siens) > 1:
                garde, perdu = siens[b % 2], siens[1 - b % 2]
                self.liens = {(e, garde if r == perdu else r) for e, r in self.liens}
                self.perdus = True
                return

    def _corriger_responsable(self, a: int, b: int, c: int) -> None:
        if self.responsables:
            self.responsables[sorted(self.responsables)[a % len(self.responsables)]] = f"CORRIGE{b}"

    def _confier_service(self, a: int, b: int, c: int) -> None:
        type_, code = ("D", DIVISIONS[b % 4]) if b % 2 else ("G", GROUPES[b % 3])
        self.services[ECOLES[a % 3]].add((code, type_, c % 4))
        self.profs.add((ECOLES[a % 3], c % 4))

    def _retirer_service(self, a: int, b: int, c: int) -> None:
        ici = self.services[ECOLES[a % 3]]
        if ici:
            ici.remove(sorted(ici)[b % len(ici)])

    def _faire_partir_un_prof(self, a: int, b: int, c: int) -> None:
        self.profs.discard((ECOLES[a % 3], b % 4))

    def _exporter_autrement(self, a: int, b: int, c: int) -> None:
        ici = self.divisions[ECOLES[a % 3]] if c % 2 else self.groupes[ECOLES[a % 3]]
        ici ^= {(DIVISIONS[b % 4] if c % 2 else GROUPES[b % 3])}

    def _taire(self, a: int, b: int, c: int) -> None:
        self.muettes.add(ECOLES[a % 3])

    def _relibeller_mef(self, a: int, b: int, c: int) -> None:
        self.libelle_mef += 1

    # --- what goes up --------------------------------------------------------------------------------------------

    def remontees(self, instant: datetime) -> list[msg.RemonteeBee | msg.RemonteeSts | msg.RemonteeRectorat]:
        """What the sources send tonight; a school that is silent sends nothing of BEE."""
        envois: list[msg.RemonteeBee | msg.RemonteeSts | msg.RemonteeRectorat] = []
        for uai in ECOLES:
            if uai not in self.muettes:
                envois.append(self._bee(uai, instant))
            ici = sorted(n for u, n in self.profs if u == uai)
            envois.append(
                msg.RemonteeSts(
                    uai=uai, annee=self.annee, instant=instant, personnels=tuple(jeu.enseignant(n) for n in ici)
                )
            )
            fin = instant.date() + timedelta(days=2)
            cpe = msg.AffectationAgentMsg(uai=uai, fonction="EDU", fin=fin if self.libelle_mef % 2 else None)
            envois.append(
                msg.RemonteeRectorat(
                    uai=uai,
                    instant=instant,
                    etablissement=jeu.ecole(uai),
                    agents=(*(jeu.agent(n, uai) for n in ici), jeu.agent(90, affectations=(cpe,))),
                    nomenclatures=self._nomenclatures() if uai == ECOLES[0] and self.libelle_mef else None,
                )
            )
        self.muettes.clear()
        return envois

    def _nomenclatures(self) -> msg.NomenclaturesMsg:
        ecrit = msg.MefMsg(code=jeu.MEF, formation="103", libelle_long=f"3EME VERSION {self.libelle_mef}")
        autres = [m.code for m in mefs() if m.code != jeu.MEF][:3]
        return msg.NomenclaturesMsg(
            version=self.libelle_mef,
            mefs=(ecrit, *(msg.MefMsg(code=c, formation=c[:3], libelle_long=f"MEF {c}") for c in autres)),
            matieres=(
                msg.MatiereNationaleMsg(
                    code="061300", code_gestion="MATHS", libelle_court="MATHS", libelle_long="MATHEMATIQUES"
                ),
            ),
        )

    def _bee(self, uai: str, instant: datetime) -> msg.RemonteeBee:
        ici = {n: e for n, e in sorted(self.eleves.items()) if uai in e["uais"]}
        liens = [(e, r) for e, r in sorted(self.liens) if e in ici]
        exportee = jeu.structure(
            uai,
            annee=self.annee,
            millesime=self.annee,
            divisions=[{"code": c, "libelle": c, "mefs": [jeu.MEF]} for c in sorted(self.divisions[uai])],
            groupes=[{"code": c, "libelle": "", "divisions": ["3A"]} for c in sorted(self.groupes[uai])],
        )
        tenus = jeu.services(uai, *sorted(self.services[uai])).avec(annee=self.annee)
        return msg.RemonteeBee(
            uai=uai,
            annee=self.annee,
            millesime=self.annee,
            instant=instant,
            structure=exportee,
            services=tenus,
            eleves=tuple(
                jeu.eleve(n, e["division"], nom=e["nom"], groupes=e["groupes"], **({} if e["ine"] else {"ine": ""}))
                for n, e in ici.items()
            ),
            responsables=tuple(jeu.responsable(r, nom=self.responsables[r]) for r in sorted({r for _, r in liens})),
            liens=tuple(jeu.lien(e, r) for e, r in liens),
        )


GESTES = sorted(
    nom[1:]
    for nom in vars(Vie)
    if nom.startswith("_") and not nom.startswith("__") and nom not in ("_eleve", "_oublier", "_bee", "_nomenclatures")
)
"""The names of what may happen."""
