"""Messages for the tests of the AAF: two invented schools, and how to send what they say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_ine, fabriquer_uai

PARIS = ZoneInfo("Europe/Paris")
A, B = fabriquer_uai("096", 11), fabriquer_uai("096", 12)
MEF = "10310019110"
ANNEE = 2021


def ine(n: int) -> str:
    """The INE of pupil `n`."""
    return fabriquer_ine(990_000_000 + n)


def eleve(n: int, division: str = "3A", **champs: Any) -> msg.EleveMsg:
    """A pupil: eleve_id 200000 + n."""
    base: dict[str, Any] = {
        "eleve_id": 200_000 + n,
        "ine": ine(n),
        "nom": f"NOM{n}",
        "prenoms": ("Zoé", "Lou"),
        "sexe": "2",
        "date_naissance": date(2007, 3, 1),
        "mef": MEF,
        "division": division,
        "regime": "2",
        "date_entree": date(2021, 9, 1),
        "options": (msg.OptionMsg(matiere="030201", rang=1),),
    }
    return msg.EleveMsg.de_valeurs(base | champs)


def responsable(n: int, **champs: Any) -> msg.ResponsableMsg:
    """A responsable: personne_id 400000 + n."""
    base: dict[str, Any] = {"personne_id": 400_000 + n, "civilite": "MME", "nom": f"NOM{n}", "prenom": "Ève"}
    return msg.ResponsableMsg.de_valeurs(base | champs)


def lien(eleve_n: int, responsable_n: int, **champs: Any) -> msg.LienResponsableMsg:
    """A mother, légale, who pays and houses."""
    base: dict[str, Any] = {"parente": "10", "niveau": "1", "paie_frais": True, "percoit_aides": True, "heberge": True}
    return msg.LienResponsableMsg.de_valeurs(
        base | {"eleve_id": 200_000 + eleve_n, "personne_id": 400_000 + responsable_n} | champs
    )


def structure(uai: str, **champs: Any) -> msg.StructureSts:
    """Two divisions and two groups."""
    base: dict[str, Any] = {
        "uai": uai,
        "annee": ANNEE,
        "millesime": ANNEE,
        "exporte_le": datetime(2021, 8, 20, 10, tzinfo=PARIS),
        "divisions": (
            msg.DivisionMsg(code="3A", libelle="3EME A", mefs=(MEF,)),
            msg.DivisionMsg(code="3B", libelle="3EME B", mefs=(MEF,)),
        ),
        "groupes": (
            msg.GroupeMsg(code="3AGR1", libelle="", divisions=("3A",), mefs=(MEF,)),
            msg.GroupeMsg(code="3LAT", libelle="LATIN", divisions=("3A", "3B"), mefs=(MEF,)),
        ),
    }
    return msg.StructureSts.de_valeurs(base | champs)


def enseignant(n: int, **champs: Any) -> msg.PersonnelMsg:
    """A teacher of mathematics: agent id 700 + n."""
    base: dict[str, Any] = {
        "id": 700 + n,
        "sexe": "2",
        "nom_usage": f"PROF{n}",
        "prenom": "Maud",
        "date_naissance": date(1980, 5, 4),
        "fonction": "ENS",
        "disciplines": (msg.DisciplineMsg(code="L1300", heures=18),),
        "mel": f"prof{n}@ac-essai.invalid",
    }
    return msg.PersonnelMsg.de_valeurs(base | champs)


def agent(n: int, *uais: str, fonction: str = "ENS", **champs: Any) -> msg.AgentMsg:
    """An agent of EPP appointed in schools: agent id 700 + n."""
    affectations = champs.pop("affectations", None) or tuple(
        msg.AffectationAgentMsg(uai=uai, fonction=fonction, discipline="L1300" if fonction == "ENS" else "")
        for uai in uais
    )
    base: dict[str, Any] = {
        "id": 700 + n,
        "sexe": "2",
        "nom_usage": f"PROF{n}",
        "prenom": "Maud",
        "date_naissance": date(1980, 5, 4),
        "affectations": affectations,
    }
    return msg.AgentMsg.de_valeurs(base | champs)


def services(uai: str, *tenus: tuple[str, str, int], pp: dict[int, tuple[str, ...]] | None = None) -> msg.ServicesSts:
    """Services (structure, D or G, teacher n) of mathematics."""
    numeros = sorted({n for _, _, n in tenus})
    return msg.ServicesSts(
        uai=uai,
        annee=ANNEE,
        millesime=ANNEE,
        exporte_le=datetime(2021, 8, 20, 10, tzinfo=PARIS),
        personnels=tuple(enseignant(n, divisions_pp=(pp or {}).get(n, ())) for n in numeros),
        services=tuple(
            msg.ServiceMsg(
                structure=code,
                type_structure="D" if type_ == "D" else "G",
                matiere="061300",
                enseignants=(msg.EnseignantServiceMsg(id=700 + n),),
            )
            for code, type_, n in tenus
        ),
        matieres=(msg.MatiereMsg(code="061300", code_gestion="MATHS", libelle="MATHEMATIQUES"),),
    )


def ecole(uai: str, nom: str = "DES ESSAIS") -> msg.EtablissementMsg:
    """A school."""
    return msg.EtablissementMsg(
        uai=uai,
        nom=nom,
        commune="VILLEFEINTE",
        code_postal="99000",
        telephone="0199000001",
        academie_nom="SIMULEE",
        academie_code="99",
    )


class Chaine:
    """Sends remontées to the AAF of a bac as BEE, STS-Web and the rectorat do, and advances its nights."""

    def __init__(self, bac: Any) -> None:
        self.bac = bac
        self.aaf = bac["aaf"]
        self._numero = 0

    def remonter(self, message: msg.RemonteeBee | msg.RemonteeSts | msg.RemonteeRectorat) -> dict[str, Any]:
        """Send one remontée."""
        genre = {"RemonteeBee": "bee", "RemonteeSts": "sts"}.get(type(message).__name__, "rectorat")
        self._numero += 1
        reponse = self.bac.interne(
            "aaf",
            "POST",
            f"/_echanges/remontee_{genre}",
            content=message.en_json(),
            headers={"Idempotency-Key": f"essai:1:{self._numero}", "Content-Type": "application/json"},
        )
        assert reponse.status_code == 200, reponse.text
        resultat: dict[str, Any] = reponse.json()
        return resultat

    def bee(self, uai: str, **champs: Any) -> dict[str, Any]:
        """`remontee_bee` of the present instant."""
        base: dict[str, Any] = {
            "uai": uai,
            "annee": ANNEE,
            "millesime": ANNEE,
            "instant": self.bac.maintenant,
            "structure": structure(uai),
        }
        return self.remonter(msg.RemonteeBee.de_valeurs(base | champs))

    def sts(self, uai: str, *personnels: msg.PersonnelMsg) -> dict[str, Any]:
        """`remontee_sts` of the present instant."""
        return self.remonter(msg.RemonteeSts(uai=uai, annee=ANNEE, instant=self.bac.maintenant, personnels=personnels))

    def rectorat(self, uai: str, *agents: msg.AgentMsg) -> dict[str, Any]:
        """`remontee_rectorat` of the present instant."""
        return self.remonter(
            msg.RemonteeRectorat(uai=uai, instant=self.bac.maintenant, etablissement=ecole(uai), agents=agents)
        )

    def projet(self, *uais: str, **champs: Any) -> None:
        """Declare project ENT96."""
        corps = {"code": "ENT96", "uais": list(uais)} | champs
        reponse = self.aaf.post("/api/projets", json=corps)
        assert reponse.status_code == 201, reponse.text

    def jusqu_a(self, jours: int, heure: int = 8) -> None:
        """Go to that hour (local), `jours` days from now."""
        local = self.bac.maintenant.astimezone(PARIS)
        but = datetime.combine(local.date() + timedelta(days=jours), datetime.min.time(), PARIS).replace(hour=heure)
        self.bac.avancer("instant", but)

    def codes(self, uai: str) -> set[tuple[str, str, str]]:
        """(object, id, code) of what a school does not let out."""
        return {(e["objet"], e["id"], e["code"]) for e in self.aaf.get(f"/api/etablissements/{uai}/exclusions").json()}

    def numeros(self, categorie: str = "") -> dict[str, str]:
        """Source key → identifier of the feed."""
        fiches = self.aaf.get("/api/annuaire", params={"categorie": categorie, "limite": 2000}).json()
        return {f["cle"]: f["id"] for f in fiches}

    def alimentations(self) -> list[dict[str, Any]]:
        """The feeds of the project."""
        lues: list[dict[str, Any]] = self.aaf.get("/api/projets/ENT96/alimentations").json()
        return lues
