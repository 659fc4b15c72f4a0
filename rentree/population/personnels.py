"""Who works in the school: teachers for every service, direction, CPE, documentaliste, ATSS agents.

Source: reference nomenclatures sections 3 and 6.5; REC-01, REC-06, REC-07.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from rentree.population import listes
from rentree.population.contexte import Contexte, jour_de
from rentree.population.modeles import Activite, Agent, Besoins, Groupe, Service
from rentree.population.options import LATIN
from rentree.population.repartition import PoidsGrades, Poste, repartir
from rentree.population.services import Demande, Lot
from shared.identifiers import mel
from shared.nomenclatures import matiere_de_gestion

_AS = "4112"
_DOMAINE = "ac-rentree.invalid"
_FEMMES = 0.59

# Fonction, discipline, grade, hours due.
_ENCADREMENT = (("DIR", "D0010", "PERDIR", 0), ("DIR", "D0011", "PERDIR", 0), ("DOC", "L0080", "CERT. CL N", 36))
_CPE = ("EDU", "E0030", "CPE CL N", 35)


class Personnels:
    """Appoints people to posts. `poids`: which column of the grades says how common each is in such a school."""

    def __init__(self, contexte: Contexte, poids: PoidsGrades = "poids_clg") -> None:
        self._contexte = contexte
        self._poids = poids
        self._hasard = contexte.hasard("personnels")
        self._supports: dict[str, int] = {}
        self.agents: list[Agent] = []

    def encadrer(self) -> None:
        """Appoint the head and deputy, documentaliste, CPE, and the ATSS agents."""
        effectif = self._contexte.parametres.effectif
        for fonction, discipline, grade, heures in _ENCADREMENT:
            self._nommer(fonction, discipline, grade, Decimal(heures))
        for _ in range(1 + effectif // 700):
            fonction, discipline, grade, heures = _CPE
            self._nommer(fonction, discipline, grade, Decimal(heures))
        atss = ["ADF"] * (2 + effectif // 400) + ["MDS", "PSE", "LAB"]
        for fonction in atss:
            self._nommer(fonction, None, None, Decimal(0), source="GI/GC")

    def enseigner(self, lots: list[Lot], groupes: tuple[Groupe, ...]) -> Besoins:
        """Appoint the teachers, give them every lot, and name a professeur principal for each division."""
        for discipline in sorted({lot.discipline for lot in lots}):
            a_donner = [lot for lot in lots if lot.discipline == discipline]
            for poste in repartir(self._hasard, discipline, a_donner, self._poids):
                agent = self._titulaire(poste)
                for lot in poste.lots:
                    lot.enseignant = agent.id
        services = _services(lots)
        return Besoins(groupes, services, _professeurs_principaux(services))

    def _titulaire(self, poste: Poste) -> Agent:
        activites = (Activite(_AS, poste.activite),) if poste.activite else ()
        # Someone who teaches literature and holds latin has the discipline of classics.
        latin = any(d.matiere == matiere_de_gestion(LATIN).code for lot in poste.lots for d in lot.demandes)
        discipline = "L0201" if poste.discipline == "L0202" and latin else poste.discipline
        return self._nommer(
            "ENS",
            discipline,
            poste.grade,
            poste.cours_dus + poste.activite,
            activites=activites,
            partage=poste.partage,
        )

    def _nommer(
        self,
        fonction: str,
        discipline: str | None,
        grade: str | None,
        heures: Decimal,
        *,
        source: Literal["EPP", "GI/GC"] = "EPP",
        activites: tuple[Activite, ...] = (),
        partage: bool = False,
    ) -> Agent:
        hasard, contexte = self._hasard, self._contexte
        sexe = "2" if hasard.random() < _FEMMES else "1"
        naissance = jour_de(hasard, contexte.parametres.annee - hasard.randint(26, 63))
        prenom = hasard.choice(listes.prenoms(sexe, naissance.year))
        nom = contexte.nom(hasard)
        usage = contexte.nom(hasard) if sexe == "2" and hasard.random() < 0.4 else None
        agent = Agent(
            id=contexte.identifiant("agent"),
            source=source,
            sexe=sexe,
            civilite=sexe,
            nom=nom,
            nom_usage=usage,
            prenom=prenom,
            date_naissance=naissance,
            fonction=fonction,
            discipline=discipline,
            grade=grade,
            support=self._support(partage or grade == "AC2C2") if source == "EPP" else None,
            heures_dues=heures,
            activites=activites,
            partage=partage,
            mel=mel(prenom, usage or nom, contexte.rang_contact(), _DOMAINE),
        )
        self.agents.append(agent)
        return agent

    def _support(self, provisoire: bool) -> str:
        """The code of a post: CHR for a permanent one, BMP for means given for the year."""
        nature = "BMP" if provisoire else "CHR"
        self._supports[nature] = self._supports.get(nature, 0) + 1
        return f"{nature}{self._supports[nature]}"


def _services(lots: list[Lot]) -> tuple[Service, ...]:
    """One service per structure, matière and modalité, with everybody who teaches it."""
    donnes: dict[int, tuple[Demande, list[tuple[int, Decimal]]]] = {}
    for lot in lots:
        assert lot.enseignant is not None
        for demande in lot.demandes:
            enseignants = donnes.setdefault(id(demande), (demande, []))[1]
            enseignants.append((lot.enseignant, demande.heures))
    return tuple(
        Service(
            structure=demande.structure,
            type_structure=demande.type_structure,
            matiere=demande.matiere,
            modalite=demande.modalite,
            heures=demande.heures,
            enseignants=tuple(enseignants),
            co_enseignement=demande.deux,
        )
        for demande, enseignants in donnes.values()
    )


def _professeurs_principaux(services: tuple[Service, ...]) -> tuple[tuple[str, int], ...]:
    """For each division, the teacher who has it most and is nobody else's yet, if there is one."""
    heures: dict[str, dict[int, Decimal]] = {}
    for service in services:
        if service.type_structure == "D":
            equipe = heures.setdefault(service.structure, {})
            for agent, duree in service.enseignants:
                equipe[agent] = equipe.get(agent, Decimal(0)) + duree
    pris: set[int] = set()
    resultat = []
    for division, equipe in heures.items():
        choisi = min(equipe, key=lambda a: (a in pris, -equipe[a], a))
        pris.add(choisi)
        resultat.append((division, choisi))
    return tuple(resultat)
