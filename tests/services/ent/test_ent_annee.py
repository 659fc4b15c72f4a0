"""A whole school year of accounts: each is born, used, corrected, left and deleted at the instant that it should.

Only the nights in which something happens are lived: what goes up at 23:30 is integrated at 20:00 the next evening,
fed at 02:00, imported at 05:00. Source: ENT-01 to ENT-14, AAF-11, CAL-11, STS-10; AAF reference, section 9 (summer).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.aaf.use_cases import projets as projets_aaf
from services.ent.rules.modeles import MODELES
from services.ent.use_cases import connexion
from services.ent.use_cases import projets as projets_ent
from shared.contracts import echanges as msg
from tests.services.aaf import jeu_aaf as jeu
from tests.services.aaf.veilleur import Veilleur, le

ILONA, JEANNE, NOUVEAU, TROISIEME, FRERE = 1, 2, 3, 4, 5
AURORE, DOUBLON, PERE = 10, 11, 12
ANCIENNE, REMPLACANTE = 1, 2
SAMEDI, DIMANCHE = 5, 6


class Annee:
    """The school, its nights, and what the ENT holds."""

    def __init__(self, bac: Any) -> None:
        self.bac = bac
        self.aaf, self.ent = Veilleur(bac), Veilleur(bac, "ent")
        self.soir: date | None = None
        with self.aaf.a(le(date(2021, 8, 23), 8)) as u:
            projets_aaf.creer_projet(u, "ENT31", "", [jeu.A])
        with self.ent.a(le(date(2021, 8, 23), 8)) as u:
            projets_ent.creer_projet(u, "ent31", "ENT31", "ENT", [jeu.A], MODELES["ecollege31"].reglages)

    def remonter(self, jour: date, *messages: Any) -> None:
        """What goes up that night; the AAF integrates it the next evening that it works (not on a Saturday)."""
        self.aaf.recevoir(le(jour, 23, 30), messages)
        soir = jour + timedelta(days=1)
        self.soir = soir + timedelta(days=soir.weekday() == SAMEDI)

    def nuit(self, jour: date) -> str:
        """The night that ends that morning: the type of the feed written, "" when none is."""
        if self.soir is not None and self.soir < jour:
            self.aaf.faire("aaf_integration", le(self.soir, 20))
            self.soir = None
        avant = len(self.alimentations())
        if jour.weekday() != DIMANCHE:
            self.aaf.faire("aaf_alimentation", le(jour, 2))
        self.matin(jour)
        ecrites = self.alimentations()[avant:]
        return str(ecrites[0]["type"]) if ecrites else ""

    def matin(self, jour: date) -> None:
        """Five o'clock in the ENT, without a new feed."""
        self.ent.faire("ent_alimentation", le(jour, 5))

    def alimentations(self) -> list[dict[str, Any]]:
        """The feeds of the project."""
        lues: list[dict[str, Any]] = self.bac["aaf"].get("/api/projets/ENT31/alimentations").json()
        return lues

    def comptes(self) -> dict[str, dict[str, Any]]:
        """The accounts by the name that they were made with: a login never changes."""
        lus = self.bac["ent"].get("/api/projets/ent31/comptes", params={"limite": 500}).json()
        return {c["login"] or f"supprimé {c['aaf_id']}": c for c in lus}

    def numero(self, personne: int) -> int:
        """The number of a responsable in the feeds."""
        fiches = self.bac["aaf"].get("/api/annuaire", params={"categorie": "PersRelEleve"}).json()
        (trouve,) = {f["id"] for f in fiches if f["cle"] == str(400_000 + personne)}
        return int(trouve)

    def etats(self) -> dict[str, str]:
        """Login → state."""
        return {login: c["etat"] for login, c in sorted(self.comptes().items())}

    def vie(self, aaf_id: int) -> list[tuple[str, datetime]]:
        """What happened to an account, and when."""
        lus = self.bac["ent"].get(f"/api/projets/ent31/comptes/{aaf_id}").json()["historique"]
        return [(e["genre"], datetime.fromisoformat(e["instant"])) for e in lus if e["genre"] != "modifie"]

    def classes(self) -> dict[str, tuple[int, int]]:
        """The classes of the year: pupils and teachers of each."""
        lues = self.bac["ent"].get("/api/projets/ent31/classes").json()
        return {c["nom"]: (len(c["eleves"]), len(c["enseignants"])) for c in lues if c["declare"]}


def structure(annee: int, *divisions: str) -> msg.StructureSts:
    """The structure last exported."""
    return jeu.structure(
        jeu.A,
        annee=annee,
        millesime=annee,
        divisions=[{"code": d, "libelle": d, "mefs": [jeu.MEF]} for d in divisions],
        groupes=[],
    )


def bee(jour: date, annee: int = 2021, **champs: Any) -> msg.RemonteeBee:
    """What BEE sends up that night."""
    base: dict[str, Any] = {"uai": jeu.A, "annee": annee, "millesime": annee, "instant": le(jour, 23, 30)}
    return msg.RemonteeBee.de_valeurs(base | champs)


def sts(jour: date, annee: int, *tenus: tuple[str, str, int]) -> msg.RemonteeSts:
    """What STS-Web sends up that night: the teachers and their services."""
    services = jeu.services(jeu.A, *tenus).avec(annee=annee, millesime=annee)
    gens = tuple(jeu.enseignant(n) for n in sorted({n for _, _, n in tenus}))
    return msg.RemonteeSts(uai=jeu.A, annee=annee, instant=le(jour, 23, 30), personnels=gens, services=services)


def familles(*liens: tuple[int, int]) -> dict[str, Any]:
    """Responsables and links."""
    noms = {AURORE: "VALBRUNE", DOUBLON: "VALBRUNE", PERE: "OSTREL"}
    return {
        "responsables": [jeu.responsable(n, nom=noms[n], prenom="Aurore") for n in sorted({r for _, r in liens})],
        "liens": [jeu.lien(e, r) for e, r in liens],
    }


@pytest.mark.procedure("ENT-13")
@pytest.mark.procedure("CAL-14")
def test_a_year_of_accounts(nouveau_bac: Callable[..., Any]) -> None:
    """Rentrée, first steps, arrival, correction, departure, doublon, replacement, early bascule, new year, purge."""
    a = Annee(nouveau_bac(aaf_chemin_services="sts_direct"))
    eleves = {
        ILONA: jeu.eleve(ILONA, nom="VALBRUNE", prenoms=("Ilona",)),
        FRERE: jeu.eleve(FRERE, nom="VALBRUNE", prenoms=("Théo",)),
        JEANNE: jeu.eleve(JEANNE, "3B", nom="DESINIERES", prenoms=("Jeanne",)),
        TROISIEME: jeu.eleve(TROISIEME, nom="OSTREL", prenoms=("Élie",)),
    }
    liens = [(ILONA, AURORE), (FRERE, DOUBLON), (TROISIEME, PERE)]

    def base(jour: date, annee: int = 2021, *divisions: str, sans: tuple[int, ...] = ()) -> msg.RemonteeBee:
        presents = [e for n, e in eleves.items() if n not in sans]
        siens = [(e, r) for e, r in liens if e not in sans]
        return bee(
            jour, annee, structure=structure(annee, *(divisions or ("3A", "3B"))), eleves=presents, **familles(*siens)
        )

    # Monday 30 August: everything goes up; Wednesday morning at five, accounts.
    lundi = date(2021, 8, 30)
    a.remonter(lundi, base(lundi), sts(lundi, 2021, ("3A", "D", ANCIENNE)))
    assert a.nuit(date(2021, 8, 31)) == "", "integrated on the evening of Tuesday: too early"
    assert a.etats() == {}
    assert a.nuit(date(2021, 9, 1)) == "Complet"
    rentree = le(date(2021, 9, 1), 5)
    assert set(a.etats().values()) == {"a_activer"}
    assert {datetime.fromisoformat(c["cree_le"]) for c in a.comptes().values()} == {rentree}
    assert [login for login in a.etats() if "valbrune" in login] == [
        "aurore.valbrune",
        "aurore.valbrune2",
        "ilona.valbrune",
        "theo.valbrune",
    ], "a parent typed twice has two accounts"
    numeros = {login: c["aaf_id"] for login, c in a.comptes().items()}

    # Thursday, ten o'clock: Jeanne opens her account.
    jeudi = le(date(2021, 9, 2), 10)
    with a.ent.a(jeudi) as u:
        code = a.comptes()["jeanne.desinieres"]["code_activation"]
        connexion.activer(u, "ent31", "jeanne.desinieres", code)
    assert a.etats()["jeanne.desinieres"] == "actif"

    # An arrival typed on Friday 12 November waits for Monday: no integration on Saturday, no feed on Sunday.
    vendredi = date(2021, 11, 12)
    eleves[NOUVEAU] = jeu.eleve(NOUVEAU, "3B", nom="D'ÊTCHEVÉRRY", prenoms=("Jean-Noël",))
    a.remonter(vendredi, base(vendredi))
    for jour, ecrite in ((13, "Complet"), (14, ""), (15, "Delta")):
        assert "jean-noel.detcheverry" not in a.etats()
        assert a.nuit(date(2021, 11, jour)) == ecrite
    nouveau = a.comptes()["jean-noel.detcheverry"]["aaf_id"]
    assert a.vie(nouveau) == [("cree", le(date(2021, 11, 15), 5))]

    # Jeanne's name is corrected in SIECLE: shown 29 hours after the remontée, under the same login.
    mardi = date(2021, 11, 23)
    eleves[JEANNE] = jeu.eleve(JEANNE, "3B", nom="DESIGNERES", prenoms=("Jeanne",))
    a.remonter(mardi, base(mardi))
    assert a.nuit(date(2021, 11, 25)) == "Delta"
    jeanne = a.comptes()["jeanne.desinieres"]
    assert (jeanne["nom"], jeanne["etat"]) == ("DESIGNERES", "actif")
    assert a.vie(jeanne["aaf_id"]) == [
        ("cree", rentree),
        ("active", jeudi),
        ("renomme", le(date(2021, 11, 25), 5)),
    ]

    # The doublon is merged in SIECLE: the delta says nothing of it, the complete feed of Saturday withdraws it.
    mardi = date(2021, 12, 7)
    liens[1] = (FRERE, AURORE)
    doublon = a.numero(DOUBLON)
    a.remonter(mardi, base(mardi))
    assert a.nuit(date(2021, 12, 9)) == "Delta"
    assert a.vie(doublon) == [("cree", rentree)]
    assert a.nuit(date(2021, 12, 11)) == "Complet"
    assert a.vie(doublon)[1:] == [("desactive", le(date(2021, 12, 11), 5))]
    assert len([1 for c in a.comptes().values() if c["nom"] == "VALBRUNE" and c["profil"] == "responsable"]) == 2
    a.matin(date(2022, 1, 21))
    assert a.vie(doublon)[-1][0] == "desactive"
    a.matin(date(2022, 1, 22))
    assert a.vie(doublon)[-1] == ("purge", le(date(2022, 1, 22), 5)), "42 days: eCollège31"

    # Ilona leaves: announced by the delta of Wednesday, deactivated by the complete feed of Saturday, gone 42 days on.
    lundi = date(2022, 1, 24)
    a.remonter(lundi, base(lundi, sans=(ILONA,)))
    assert a.nuit(date(2022, 1, 26)) == "Delta"
    assert a.etats()["ilona.valbrune"] == "a_activer"
    assert a.comptes()["ilona.valbrune"]["retrait_annonce_le"] is not None
    assert a.nuit(date(2022, 1, 29)) == "Complet"
    assert a.etats()["ilona.valbrune"] == "desactive"
    del eleves[ILONA]
    for veille, etat in ((date(2022, 3, 11), "desactive"), (date(2022, 3, 12), "purge")):
        a.matin(veille)
        assert {c["etat"] for c in a.comptes().values() if c["aaf_id"] == numeros["ilona.valbrune"]} == {etat}
    assert a.vie(numeros["ilona.valbrune"]) == [
        ("cree", rentree),
        ("retrait_annonce", le(date(2022, 1, 26), 5)),
        ("desactive", le(date(2022, 1, 29), 5)),
        ("purge", le(date(2022, 3, 12), 5)),
    ]
    assert "ilona.valbrune" not in a.etats()
    assert a.vie(a.numero(AURORE)) == [("cree", rentree)], "her other child is still there"

    # A replacement: the new teacher has an account, the one who left loses hers at the complete feed.
    mardi = date(2022, 3, 15)
    a.remonter(mardi, sts(mardi, 2021, ("3A", "D", REMPLACANTE)))
    assert a.nuit(date(2022, 3, 17)) == "Delta"
    profs = {login: etat for login, etat in a.etats().items() if login.startswith("maud.")}
    assert sorted(profs.values()) == ["a_activer", "a_activer"]
    assert a.nuit(date(2022, 3, 19)) == "Complet"
    assert sorted(e for login, e in a.etats().items() if login.startswith("maud.")) == ["a_activer", "desactive"]

    # July: STS-Web is opened early; until mid-August the AAF collects the year that ends, and nothing is seen.
    avance = (("2NDE1", "D", REMPLACANTE), ("3A", "D", REMPLACANTE))
    mercredi = date(2022, 7, 6)
    a.remonter(mercredi, sts(mercredi, 2022, *avance))
    assert a.nuit(date(2022, 7, 8)) == "Delta"
    assert a.classes() == {"3A": (2, 1), "3B": (2, 0)}

    # 16 August: STS-Web is in the coming year, SIECLE is not. Classes twice: the new one has its teacher alone.
    mardi = date(2022, 8, 16)
    a.remonter(mardi, base(mardi), sts(mardi, 2022, *avance))
    assert a.nuit(date(2022, 8, 18)) == "Delta"
    assert a.classes() == {"3A": (2, 1), "3B": (2, 0), "2NDE1": (0, 1)}
    codes = {e["code"] for e in a.bac["aaf"].get(f"/api/etablissements/{jeu.A}/exclusions").json()}
    assert "STS_EN_AVANCE" in codes

    # 22 August: SIECLE follows. The old classes go, Élie has left for the lycée.
    lundi = date(2022, 8, 22)
    del eleves[TROISIEME]
    for n in (JEANNE, NOUVEAU, FRERE):
        eleves[n] = eleves[n].avec(division="2NDE1")
    liens.pop()
    a.remonter(lundi, base(lundi, 2022, "2NDE1"), sts(lundi, 2022, ("2NDE1", "D", REMPLACANTE)))
    assert a.nuit(date(2022, 8, 24)) == "Delta"
    assert a.classes() == {"2NDE1": (3, 1)}
    elie = numeros["elie.ostrel"]
    assert a.nuit(date(2022, 8, 27)) == "Complet"
    assert a.vie(elie)[-1] == ("desactive", le(date(2022, 8, 27), 5))
    a.matin(date(2022, 10, 7))
    assert a.vie(elie)[-1][0] == "desactive"
    a.matin(date(2022, 10, 8))
    assert a.vie(elie)[-1] == ("purge", le(date(2022, 10, 8), 5))
    jeanne = a.comptes()["jeanne.desinieres"]
    assert (jeanne["etat"], jeanne["classes"], jeanne["groupes"]) == ("actif", ["2NDE1"], [])
    assert a.vie(jeanne["aaf_id"])[:2] == [("cree", rentree), ("active", jeudi)], "one account, year after year"
