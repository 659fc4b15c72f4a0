"""What a fault is made of, and the school in which faults are made, told and mended: a rentrée played up to the ENT."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from rentree.demo import messages
from rentree.demo.etapes import PROJET
from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_ine
from tests.chaine.ecran import Ecran
from tests.chaine.histoires import Histoire

SECRETARIAT = "Le secrétariat de l'établissement"
CHEF = "Le chef d'établissement ou son adjoint"
TIENT_EDT = "La personne qui tient EDT"
TIENT_L_EMPLOI_DU_TEMPS = "La personne qui tient l'emploi du temps"
DPE = "La gestion académique (DPE)"
DPE_EPP = "Le gestionnaire académique (DPE), dans EPP"
REGISTRE = "Le rectorat (registre des INE)"
ACADEMIE = "L'académie"

FICHE = "Fiches élèves > Recherche et MAJ"
DIVISION = "4A"
LIENS = "Importations > Liens élève-groupe depuis logiciel privé"
INCONNU = "inconnu"
"""What is asked about when nobody knows the name: an ATSS."""
VIVANTS = ("a_activer", "actif")

Dossier = dict[str, Any]


@dataclass
class Monde:
    """The school, its neighbour, and the applications seen through their pages and web services."""

    h: Histoire
    eleves: dict[str, int] = field(default_factory=dict)
    """Name → ELEVE_ID."""

    @property
    def bee(self) -> Any:
        """Web service of SIECLE BEE."""
        return self.h.r.clients["siecle_bee"]

    @property
    def sts(self) -> Any:
        """Web service of STS-Web."""
        return self.h.r.clients["sts_web"]

    @property
    def edt(self) -> Any:
        """Web service of the timetable software."""
        return self.h.r.clients["edt"]

    @property
    def rectorat(self) -> Any:
        """Web service of the rectorat."""
        return self.h.r.clients["rectorat"]

    @property
    def uai(self) -> str:
        """The school."""
        return self.h.r.uai

    @property
    def voisine(self) -> str:
        """The base of the neighbour, in BEE's web service."""
        return f"/api/etablissements/{self.h.r.population.voisin.uai}/bases/{self.h.r.millesime}"

    def ecran(self, adresse: str) -> Ecran:
        """Open a page."""
        return Ecran.ouvrir({s: self.h.bac[s] for s in self.h.r.clients.adresses}, adresse)

    # --- people ----------------------------------------------------------------------------------------------------

    def fiche(self, nom: str, **valeurs: Any) -> msg.DossierEleveMsg:
        """A dossier of that name, complete, with an INE and one parent of hers, whose name is « AÎNÉ » + hers."""
        p = self.h.r.population
        modele = messages.dossier(p, next(e for e in p.eleves if e.origine == "base" and e.ine))
        rang = 800_000 + sum(ord(c) * 31**i for i, c in enumerate(nom)) % 100_000
        parent = modele.responsables[0].avec(
            cle=f"R-{nom}", nom=parent_de(nom), nom_usage="", prenom="Odile", civilite="MME"
        )
        base = {"nom": nom, "nom_usage": "", "ine": fabriquer_ine(990_000_000 + rang), "cle": nom, "uai_origine": ""}
        return modele.avec(**{**base, "responsables": (parent,), **valeurs})

    def creer(self, nom: str, *, base: str = "", **valeurs: Any) -> int:
        """Type a pupil in a base (the school's own); her ELEVE_ID."""
        corps = self.fiche(nom, **valeurs).valeurs()
        numero: int = self.bee.poster(f"{base or self.h.bee}/eleves", corps)["eleve_id"]
        self.eleves[nom] = numero
        return numero

    def inscrire(self, nom: str, **valeurs: Any) -> int:
        """Type a pupil and put her in a division of the school."""
        numero = self.creer(nom, **valeurs)
        self.modifier(nom, **self.place())
        return numero

    def place(self) -> dict[str, Any]:
        """MEF, division and régime of a pupil of the division of the faults."""
        division = self.h.r.population.divisions_par_code[DIVISION]
        return {"mef": division.mefs[0], "division": DIVISION, "regime": "2", "options": []}

    def modifier(self, nom: str, **valeurs: Any) -> None:
        """Change a fiche of the school by the web service."""
        self.bee.demander("PATCH", f"{self.h.bee}/eleves/{self.eleves[nom]}", json=valeurs)

    def voisiner(self, nom: str) -> None:
        """Type the same pupil in the neighbour's base too, in a division of it."""
        ici = self.eleves.get(nom)
        la = self.creer(nom, base=self.voisine)
        reste = next(x for x in self.bee.lire(f"{self.voisine}/eleves") if x["division"])
        place = {"mef": reste["mef"], "division": reste["division"], "regime": "2", "options": []}
        self.bee.demander("PATCH", f"{self.voisine}/eleves/{la}", json=place)
        if ici is not None:
            self.eleves[nom] = ici

    def nommer(self, numero: int, nom: str, source: str = "epp", *places: msg.AffectationAgentMsg) -> None:
        """Type a dossier administratif."""
        dossier = msg.AgentMsg(
            id=numero,
            nom_usage=nom,
            nom_patronymique=nom,
            prenom="Maud",
            date_naissance=date(1979, 4, 2),
            source="epp" if source == "epp" else "gigc",
            affectations=places,
        )
        self.rectorat.poster("/api/agents", [dossier.valeurs()])

    def affectation(self, **valeurs: Any) -> msg.AffectationAgentMsg:
        """An appointment in the school, with a discipline for a teacher."""
        base = {"uai": self.uai, "discipline": "L0202", "discipline_libelle": "LETT MODER"}
        return msg.AffectationAgentMsg(
            **(base if valeurs.get("fonction", "ENS") == "ENS" else {"uai": self.uai}) | valeurs
        )

    # --- structure ---------------------------------------------------------------------------------------------------

    def groupe_d_edt(self, code: str, *membres: str) -> None:
        """A group of the division in EDT, with these pupils."""
        self.edt.poster(f"{self.h.r.edt}/groupes", [{"code": code, "libelle": code, "divisions": [DIVISION]}])
        self.peupler(code, *membres)

    def peupler(self, code: str, *membres: str) -> None:
        """Put pupils in a group of EDT."""
        p = self.h.r.population
        if membres:
            corps = {"groupe": code, "eleves": [self.eleves[n] for n in membres]}
            dates = {"debut": p.rentree.isoformat(), "fin": p.sortie.isoformat()}
            self.edt.poster(f"{self.h.r.edt}/groupes/eleves", [corps | dates])

    def groupe_de_sts(self, code: str, *divisions: str) -> None:
        """A group typed in STS-Web."""
        self.sts.poster(f"{self.h.sts}/groupes", {"code": code, "libelle": code, "divisions": list(divisions)})

    def service(self, structure: str, agent: int, heures: float = 2.0) -> None:
        """A service typed in STS-Web."""
        corps = {"structure": structure, "matiere": self.matiere(structure), "heures": heures}
        self.sts.poster(f"{self.h.sts}/services", corps | {"enseignants": [{"id": agent, "heures": heures}]})

    def matiere(self, structure: str) -> str:
        """A matière of the school that the class or group has no service of."""
        prises = {s["matiere"] for s in self.sts.lire(f"{self.h.sts}/services") if s["structure"] == structure}
        return next(s.matiere for s in self.h.r.population.besoins.services if s.matiere not in prises)

    def exporter(self, *genres: str) -> None:
        """« Exports » of STS-Web, by their pages."""
        for genre in genres:
            adresse = f"{self.h.bac['sts_web'].base_url}{self.uai}/{self.h.r.annee}/exports/{genre}"
            self.ecran(adresse).valider(f"/exports/{genre}")

    def liens(self) -> tuple[str, bytes]:
        """The file of links that EDT writes: name and bytes."""
        reponse = self.edt.demander("POST", f"{self.h.r.edt}/exports/liens")
        return messages.nom_de_fichier(reponse.headers.get("content-disposition", ""), "ELEGROUPE.zip"), reponse.content

    # --- the ENT -----------------------------------------------------------------------------------------------------

    def compte(self, nom: str, prenom: str = "") -> dict[str, Any] | None:
        """The live account of that name in the ENT."""
        lus = self.h.r.clients["ent"].lire(f"/api/projets/{PROJET}/comptes", q=nom)
        trouves = [c for c in lus if c["etat"] in VIVANTS and c["nom"] == nom and prenom in ("", c["prenom"])]
        return trouves[0] if trouves else None

    def ensemble(self, genre: str, nom: str, uai: str = "") -> dict[str, Any] | None:
        """A class or a group of the ENT, of the school or of another."""
        lus = self.h.r.clients["ent"].lire(f"/api/projets/{PROJET}/{genre}", uai=uai or self.uai)
        return next((e for e in lus if e["nom"] == nom), None)


def parent_de(nom: str) -> str:
    """The name of the parent of a pupil of the faults."""
    return f"{nom[::-1].title().upper()}"


Remede = Callable[[Monde, Ecran, Dossier], None]
Faute = Callable[[Monde], None]
Presence = Callable[[Monde], bool]


@dataclass(frozen=True, slots=True)
class Arret:
    """What the answer must say: code, application that mends, menu, who; and the remedy, done at that menu.

    `presente`: what must be true in the ENT at the promised instant, where the fault's own is not yet.
    """

    code: str
    application: str
    menu: str
    qui: str
    remede: Remede
    presente: Presence | None = None


@dataclass(frozen=True, slots=True)
class Panne:
    """A fault. `cle` names it; `provoquer` makes it; `questions`, what is asked (of each stop, or of all), about whom.

    `arrets`: its stop, or two that hide one another (the second shows once the first is mended; after the night when
    `la_nuit`); `presente`: it is mended, as the ENT shows.
    """

    cle: str
    provoquer: Faute
    questions: tuple[str, ...]
    objet: str
    arrets: tuple[Arret, ...]
    presente: Presence
    la_nuit: bool = False


@dataclass
class Recit:
    """What was seen of a fault: before, at each stop (`faits` of them are mended), once mended, just before it was due
    (`veilles`), and when it was due.
    """

    panne: Panne
    avant: bool | None = None
    arrets: list[Dossier] = field(default_factory=list)
    faits: int = 0
    suites: list[Dossier] = field(default_factory=list)
    veilles: list[tuple[datetime, bool]] = field(default_factory=list)
    promesses: list[tuple[datetime, bool]] = field(default_factory=list)
    ennuis: list[str] = field(default_factory=list)

    @property
    def encore(self) -> bool:
        """Whether another stop is to come."""
        return len(self.arrets) < len(self.panne.arrets)

    @property
    def aux_liens(self) -> bool:
        """Whether what is to be mended now is mended by the file of links."""
        return bool(self.arrets) and self.arrets[-1]["menu"] == LIENS

    @property
    def promis(self) -> datetime:
        """The instant that the last answer promised."""
        return datetime.fromisoformat(self.arrets[-1]["echeance"])

    @property
    def attendue(self) -> Presence | None:
        """What must be true then; None when another stop, which was told too, is still to be mended."""
        return self.panne.arrets[len(self.arrets) - 1].presente if self.encore else self.panne.presente


def compte(nom: str) -> Presence:
    """The account of that name lives."""
    return lambda m: m.compte(nom) is not None


def seul(dossiers: Iterable[Dossier], objet: str) -> Dossier:
    """The only dossier of that kind among the answers, beside an account that leaves."""
    voulus = (objet, "agent") if objet == "enseignant" else (objet,)  # until he has a function
    trouves = [d for d in dossiers if d["objet"] in voulus]
    (trouve,) = [d for d in trouves if d["etat"] != "retire"] if len(trouves) > 1 else trouves
    return trouve
