"""A small collège in STS-Web, and the files and messages that reach it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.contracts.echanges import AffectationAgentMsg, AgentMsg, AgentsEpp, EtablissementMsg
from shared.formats import sts

UAI = "0960001E"
MEF6, MEF5 = "10010012110", "10110001110"
FRANCAIS, ALLEMAND = "020700", "030101"


def document(annee: int = 2021, uai: str = UAI) -> sts.StsEmp:
    """A sts_emp: two divisions, one group, four people, two services."""

    def service(matiere: str, heures: str, agent: str) -> sts.Service:
        nombre = Decimal(heures)
        return sts.Service(matiere, "CG", nombre, False, (sts.Enseignant(agent, "epp", nombre),))

    def division(code: str, mefs: tuple[str, ...], services: tuple[sts.Service, ...]) -> sts.Division:
        parts = tuple(sts.MefAppartenance(m, 24, 20) for m in mefs)
        return sts.Division(code, f"DIVISION {code}", 24 * len(mefs), 20 * len(mefs), parts, services)

    return sts.StsEmp(
        parametres=sts.ParametresSts(
            sts.Uaj(
                code=uai,
                academie=sts.Academie("099", "ACADEMIE SIMULEE"),
                sigle="CLG",
                denom_princ="COLLEGE",
                denom_compl="DES TROIS MOULINS",
                code_nature="340",
                code_categorie="CLG",
                commune="VALMORIN",
                code_postal="96100",
                telephone="0199000001",
                statut="public",
            ),
            sts.AnneeScolaire(annee, date(annee, 9, 1), date(annee + 1, 8, 31)),
        ),
        nomenclatures=sts.NomenclaturesSts(
            matieres=(
                sts.Matiere(FRANCAIS, "FRANC", "FRANCAIS", "FRANCAIS", "Français"),
                sts.Matiere(ALLEMAND, "ALL1", "ALLEMAND LV1", "ALLEMAND LV1", "Allemand LV1"),
                sts.Matiere("061300", "MATHS", "MATHEMATIQUES", "MATHEMATIQUES", "Mathématiques"),
            ),
            mefs=(
                sts.Mef(MEF6, "6EME", "", "6EME", "6ème", "21110010012", "2111"),
                sts.Mef(MEF5, "5EME", "", "5EME", "5ème", "21120010001", "2112"),
            ),
            programmes=(sts.Programme(MEF6, FRANCAIS, Decimal("4.50")),),
        ),
        individus=(
            individu("40101", "ESTRADEL", "Camille", "ENS", "L0202", pp="6A"),
            individu("40102", "TALBOUR", "Hugo", "ENS", "L0421"),
            individu("40103", "PRASTIGNAC", "Odile", "DOC", "L0080"),
            individu("40104", "VANNEREAU", "Zoé", "ENS", "L0202"),
        ),
        divisions=(
            division("6A", (MEF6,), (service(FRANCAIS, "4.50", "40101"),)),
            division("6B", (MEF6, MEF5), ()),
        ),
        groupes=(
            sts.Groupe(
                "6ALL1",
                "6EME ALLEMAND",
                20,
                18,
                0,
                (sts.DivisionAppartenance("6A", 11, 10), sts.DivisionAppartenance("6B", 9, 8)),
                (sts.MefAppartenance(MEF6, 20, 18),),
                (service(ALLEMAND, "4.00", "40102"),),
            ),
        ),
    )


def individu(
    ident: str, nom: str, prenom: str, fonction: str, discipline: str, pp: str | None = None
) -> sts.IndividuSts:
    """A person of the file."""
    return sts.IndividuSts(
        id=ident,
        type="epp",
        sexe="2",
        civilite="2",
        nom_usage=nom,
        nom_patronymique=nom,
        prenom=prenom,
        date_naissance=date(1984, 3, 17),
        grade="CERT. CL N",
        fonction=fonction,
        profs_princ=(sts.ProfPrinc(pp, date(2021, 9, 1), date(2022, 8, 31)),) if pp else (),
        disciplines=(sts.Discipline(discipline, "DISCIPLINE", Decimal("18.00")),),
    )


def emp_sts(
    *,
    uai: str = UAI,
    annee: int | None = 2021,
    groupes: tuple[tuple[str, tuple[str, ...]], ...] = (("6ALL1", ("6A", "6B")),),
    matiere: str = ALLEMAND,
    agent: str = "40102",
    pp: str = "6B",
) -> bytes:
    """A remontée: French in 6B by 40104, and each group taught `matiere` by `agent` on Mondays."""
    cours = (sts.Cours("H", 1, time(8, 30), timedelta(hours=1), "B12"),)
    sortie = io.BytesIO()
    sts.ecrire_emp_sts(
        sortie,
        sts.EmpSts(
            sts.ParametresEmp(uai, annee),
            alternances=(sts.Alternance("H", "Cours Hebd", "Cours Hebdomadaire", (date(2021, 9, 6),)),),
            individus=(sts.IndividuEmp("40101", (sts.Indemnite(pp, "2111"),), (sts.Are("4112", Decimal("3.00")),)),),
            divisions=(
                sts.Division(
                    "6B",
                    services=(
                        sts.Service(
                            FRANCAIS,
                            "CG",
                            Decimal("4.50"),
                            False,
                            (sts.Enseignant("40104", "epp", Decimal("4.50"), cours=cours),),
                        ),
                    ),
                ),
            ),
            groupes=tuple(
                sts.Groupe(
                    code,
                    "",
                    18,
                    divisions=tuple(sts.DivisionAppartenance(d, 9) for d in divisions),
                    services=(
                        sts.Service(
                            matiere,
                            "CG",
                            Decimal("4.00"),
                            False,
                            (sts.Enseignant(agent, "epp", Decimal("4.00"), cours=cours),),
                        ),
                    ),
                )
                for code, divisions in groupes
            ),
        ),
    )
    return sortie.getvalue()


class Ecole:
    """The collège as seen through STS-Web's web service, in one bac and one year."""

    emp_sts = staticmethod(emp_sts)
    document = staticmethod(document)

    def __init__(self, bac: Any, annee: int = 2021) -> None:
        self.bac = bac
        self.annee = annee
        self.uai = UAI
        self._cles = 0

    @property
    def base(self) -> str:
        """The path of the year."""
        return f"/api/etablissements/{UAI}/annees/{self.annee}"

    def demander(self, methode: str, suite: str, statut: int | None = None, **options: Any) -> Any:
        """A request under the year's path; the decoded answer, its status checked."""
        reponse = self.bac["sts_web"].request(methode, self.base + suite, **options)
        assert reponse.status_code == (statut or reponse.status_code), reponse.text
        if statut is None:
            assert reponse.status_code < 400, reponse.text
        json = "json" in reponse.headers.get("content-type", "") and "attachment" not in reponse.headers.get(
            "content-disposition", ""
        )
        return reponse.json() if json and reponse.content else reponse

    def lire(self, suite: str) -> Any:
        """GET."""
        return self.demander("GET", suite)

    def importer(self, contenu: bytes, conserver: str = "non", statut: int | None = None) -> Any:
        """« Imports » > « Emploi du temps »."""
        return self.demander(
            "POST",
            "/imports/emploi-du-temps",
            statut,
            files={"fichier": (f"emp_sts_{UAI}.xml", contenu)},
            data={"conserver_services": conserver},
        )

    def agents(self, *agents: AgentMsg, uai: str = UAI) -> None:
        """What the rectorat sends at 19:00."""
        message = AgentsEpp(uai=uai, etablissement=EtablissementMsg(uai=uai, nom="DES TROIS MOULINS"), agents=agents)
        self.recevoir("agents_epp", message.en_json())

    def recevoir(self, genre: str, corps: str) -> None:
        """A message of the rectorat."""
        self._cles += 1
        reponse = self.bac.interne(
            "sts_web",
            "POST",
            f"/_echanges/{genre}",
            content=corps,
            headers={"Idempotency-Key": f"rectorat:essai:{self._cles}", "Content-Type": "application/json"},
        )
        assert reponse.status_code == 200, reponse.text

    def tracer(self, **parametres: Any) -> list[dict[str, Any]]:
        """What *Suivre* is told."""
        reponse = self.bac.interne("sts_web", "GET", "/_sim/trace", params=parametres)
        assert reponse.status_code == 200, reponse.text
        return list(reponse.json())

    def envois(self, genre: str) -> list[dict[str, Any]]:
        """The messages of that kind in the outbox, latest first."""
        lus = self.bac.interne("sts_web", "GET", "/_sim/envois").json()
        return [e for e in lus if e["genre"] == genre]


def agent(ident: int, nom: str, nature: str = "AFA", uai: str = UAI, **autres: Any) -> AgentMsg:
    """An agent of EPP with one appointment."""
    return AgentMsg(
        id=ident,
        sexe="2",
        civilite="2",
        nom_usage=nom,
        prenom="Alix",
        date_naissance=date(1980, 1, 2),
        affectations=(AffectationAgentMsg(uai=uai, nature=nature, discipline="L0421", **autres),),
    )


@pytest.fixture
def fabriquer_agent() -> Any:
    """Builds agents of EPP."""
    return agent


def reprendre(bac: Any, doc: sts.StsEmp) -> Any:
    """POST /api/reprise."""
    sortie = io.BytesIO()
    sts.ecrire_sts_emp(sortie, doc)
    fichier = {"fichier": ("sts_emp.xml", sortie.getvalue())}
    return bac["sts_web"].post("/api/reprise", files=fichier)


@pytest.fixture
def ecole(bac: Any) -> Ecole:
    """The collège, loaded for 2021-2022, in the profile of Nice on 23 August 2021."""
    reponse = reprendre(bac, document())
    assert reponse.status_code == 201, reponse.text
    return Ecole(bac)


@pytest.fixture
def nouvelle_ecole(nouveau_bac: Any) -> Any:
    """Makes the collège in a bac of another profile or date: `nouvelle_ecole(annee=2020, profil=…)`."""

    def faire(annee: int = 2021, **options: Any) -> Ecole:
        bac = nouveau_bac(**options)
        reponse = reprendre(bac, document(annee))
        assert reponse.status_code == 201, reponse.text
        return Ecole(bac, annee)

    return faire


@pytest.fixture(scope="module")
def ecole_commune(installation: Any) -> Iterator[Ecole]:
    """The same collège, for the tests of a module that leave it as it was (refusals)."""
    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    nom = "essai_sts_commun"
    installation.gestion.creer(nom, profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, nom, pile)
        assert reprendre(bac, document()).status_code == 201
        yield Ecole(bac)
    installation.gestion.supprimer(nom)
