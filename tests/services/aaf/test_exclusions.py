"""What does not come out, why, since when; and what *Suivre* says of it."""

from __future__ import annotations

from typing import Any

import pytest

from services.aaf.rules.exclusions import MOTIFS
from shared.formats.aaf import Categorie
from shared.formats.aaf.grammaire import attributs_de

from . import jeu_aaf as jeu
from .veilleur import Veilleur, le


@pytest.fixture
def chaine(bac: Any) -> jeu.Chaine:
    """The AAF of a bac, Monday 23 August 2021 at eight."""
    return jeu.Chaine(bac)


def traces(chaine: jeu.Chaine, q: str = "", **cles: str) -> list[dict[str, Any]]:
    """What the AAF knows."""
    parametres: dict[str, Any] = {"q": q, "cle": [f"{nom}:{valeur}" for nom, valeur in cles.items()]}
    reponse = chaine.bac.interne("aaf", "GET", "/_sim/trace", params=parametres)
    assert reponse.status_code == 200, reponse.text
    lues: list[dict[str, Any]] = reponse.json()
    return lues


def dernier_etat(trace: dict[str, Any]) -> tuple[str, list[str]]:
    """State and codes of a trace."""
    return trace["etat"], [b["code"] for b in trace["blocages"]]


@pytest.mark.procedure("AAF-08")
@pytest.mark.procedure("AAF-09")
@pytest.mark.procedure("REC-02")
@pytest.mark.procedure("REC-08")
def test_every_reason(chaine: jeu.Chaine) -> None:
    """Each thing that does not come out is listed once, with its code; what its source held back keeps its words."""
    retenu = jeu.msg.ExclusionMsg(
        objet="eleve", id="200009", code="FICHE_BLOQUANTE", raison="Sans adresse.", cles={"eleve_id": "200009"}
    )
    chaine.bee(
        jeu.A,
        eleves=[
            jeu.eleve(1, groupes=("3AGR1", "PERDU")),
            jeu.eleve(2, "3Z"),
            jeu.eleve(3, mef="99999999999"),
            jeu.eleve(4, ine=""),
        ],
        responsables=[jeu.responsable(1), jeu.responsable(2)],
        liens=[jeu.lien(1, 1), jeu.lien(2, 2)],
        non_remontes=[retenu, retenu],
        services=jeu.services(jeu.A, ("3A", "D", 1), ("PERDU", "G", 1), ("3Y", "D", 1)),
    )
    atss = jeu.enseignant(6, fonction="ADF", disciplines=())
    chaine.sts(jeu.A, jeu.enseignant(1), atss)
    futur = jeu.msg.AffectationAgentMsg(uai=jeu.A, fonction="EDU", debut=jeu.date(2021, 9, 1))
    chaine.rectorat(jeu.A, jeu.agent(1, jeu.A), jeu.agent(2, jeu.A), jeu.agent(5, affectations=(futur,)))
    chaine.jusqu_a(2)
    assert chaine.codes(jeu.A) == {
        ("eleve", "200002", "DIVISION_ABSENTE"),
        ("eleve", "200003", "MEF_INCONNU"),
        ("eleve", "200004", "SANS_INE"),
        ("eleve", "200009", "FICHE_BLOQUANTE"),
        ("responsable", "400002", "RESPONSABLE_SANS_ELEVE"),
        ("groupe", "PERDU", "GROUPE_ABSENT"),
        ("division", "3Y", "DIVISION_ABSENTE"),
        ("enseignant", "702", "ABSENT_DE_STS"),
        ("agent", "705", "SANS_AFFECTATION"),
        ("agent", "706", "ABSENT_DE_GIGC"),
    }
    sortis = chaine.numeros()
    assert {c for c in sortis if c.startswith("7")} == {"701"}
    groupes = attributs_de(Categorie.ELEVE).index("ENTEleveGroupes")
    eleve = chaine.aaf.get(f"/api/annuaire/Eleve/{sortis[jeu.ine(1)]}").json()
    assert list(eleve["attributs"].values())[groupes] == ["1001$3AGR1"]


@pytest.mark.procedure("AAF-04")
@pytest.mark.procedure("STS-63")
def test_never_exported(chaine: jeu.Chaine) -> None:
    """Without an exported structure no pupil comes out; without exported services teachers come out without classes."""
    chaine.bee(jeu.A, eleves=[jeu.eleve(1)], structure=None)
    chaine.sts(jeu.A, jeu.enseignant(1))
    chaine.bee(jeu.B, eleves=[jeu.eleve(5)])
    chaine.sts(jeu.B, jeu.enseignant(2))
    chaine.jusqu_a(2)
    assert chaine.codes(jeu.A) == {
        ("eleve", "200001", "STRUCTURE_JAMAIS_EXPORTEE"),
        ("etablissement", jeu.A, "STRUCTURE_JAMAIS_EXPORTEE"),
        ("etablissement", jeu.A, "SERVICES_JAMAIS_EXPORTES"),
        ("etablissement", jeu.A, "SANS_REMONTEE_RECTORAT"),
    }
    n = chaine.numeros()
    assert jeu.ine(1) not in n
    prof = chaine.aaf.get(f"/api/annuaire/PersEducNat/{n['702']}").json()["attributs"]
    assert (prof["ENTAuxEnsClasses"], prof["PersEducNatPresenceDevantEleves"]) == ([], ["N"])


@pytest.mark.procedure("AAF-05")
def test_services_straight_from_sts(nouveau_bac: Any) -> None:
    """Where the profile says so, services count as STS-Web sends them, not as BEE received them."""
    chaine = jeu.Chaine(nouveau_bac(aaf_chemin_services="sts_direct"))
    chaine.bee(jeu.A, eleves=[jeu.eleve(1)], services=jeu.services(jeu.A, ("3A", "D", 1)))
    chaine.remonter(
        jeu.msg.RemonteeSts(
            uai=jeu.A,
            annee=jeu.ANNEE,
            instant=chaine.bac.maintenant,
            personnels=(jeu.enseignant(1),),
            services=jeu.services(jeu.A, ("3B", "D", 1)),
        )
    )
    chaine.jusqu_a(2)
    prof = chaine.aaf.get(f"/api/annuaire/PersEducNat/{chaine.numeros()['701']}").json()
    assert prof["attributs"]["ENTAuxEnsClasses"] == ["1001$3B"]


@pytest.mark.procedure("DIAG-10")
def test_suivre(chaine: jeu.Chaine) -> None:
    """*Suivre* says of a person: waiting, come out with which feed and when, held back with the remedy and the menu."""
    chaine.projet(jeu.A)
    chaine.bee(jeu.A, eleves=[jeu.eleve(1), jeu.eleve(2, mef="99999999999")], responsables=[], liens=[])
    recu = chaine.bac.maintenant
    (attente,) = traces(chaine, ine=jeu.ine(1))
    assert attente["etat"] == "attente"
    assert attente["echeance"] == "2021-08-25T03:00:00Z"
    chaine.jusqu_a(2)
    (present,) = traces(chaine, eleve_id="200001", uai=jeu.A)
    assert dernier_etat(present) == ("present", [])
    assert present["cles"] == {
        "aaf_id": chaine.numeros()[jeu.ine(1)],
        "ine": jeu.ine(1),
        "eleve_id": "200001",
        "uai": jeu.A,
    }
    assert present["details"]["division"] == "3A"
    libelles = [e["libelle"] for e in present["etapes"]]
    assert "Sorti dans l'alimentation n° 1 (Complet) du projet ENT96" in libelles
    assert present["etapes"][0]["instant"][:16] == recu.isoformat()[:16]
    (bloque,) = traces(chaine, q="nom2")
    assert dernier_etat(bloque) == ("bloque", ["MEF_INCONNU"])
    assert bloque["blocages"][0]["menu"]
    assert bloque["details"]["si corrigé aujourd'hui"].startswith("vendredi 27 août 2021")
    (groupe,) = traces(chaine, groupe="3LAT", uai=jeu.A)
    assert dernier_etat(groupe) == ("present", ["GROUPE_SANS_ELEVE", "SANS_SERVICE"])
    assert [t["objet"] for t in traces(chaine, q="3A")] == ["division"]
    assert traces(chaine, compte="quelqu.un") == []
    chaine.bee(jeu.A, eleves=[jeu.eleve(1, "3B")])
    chaine.jusqu_a(1, heure=21)
    (change,) = traces(chaine, ine=jeu.ine(1))
    assert (change["etat"], change["echeance"]) == ("attente", "2021-08-27T03:00:00Z")
    chaine.bee(jeu.A, eleves=[])
    chaine.jusqu_a(2)
    (partie,) = traces(chaine, ine=jeu.ine(1))
    assert dernier_etat(partie) == ("absent", ["PLUS_REMONTE"])


def test_a_school_of_which_little_came_up(bac: Any) -> None:
    """A school known of the rectorat alone: what is missing of it, source by source, each with what to do."""
    veilleur = Veilleur(bac)
    jour = jeu.date(2021, 8, 23)
    seul = jeu.msg.RemonteeRectorat(uai=jeu.A, instant=le(jour, 23, 30), etablissement=jeu.ecole(jeu.A))
    veilleur.nuit(jour, seul)
    lues = bac["aaf"].get(f"/api/etablissements/{jeu.A}/exclusions").json()
    assert {e["code"] for e in lues} == {"SANS_REMONTEE_BEE", "SANS_REMONTEE_STS", "SERVICES_JAMAIS_EXPORTES"}
    assert all(e["remede"] and e["menu"] and e["interlocuteur"] for e in lues)
    veilleur.nuit(jour + jeu.timedelta(days=1), seul.avec(instant=le(jeu.date(2021, 8, 24), 23, 30)))
    assert bac["aaf"].get(f"/api/etablissements/{jeu.A}/exclusions").json() == lues, "since the first sight of it"


@pytest.mark.parametrize("code", sorted(MOTIFS))
def test_every_code_says_what_to_do(code: str) -> None:
    """No code of the AAF is without a remedy, a menu and someone."""
    motif = MOTIFS[code]
    assert motif.remede.endswith(".")
    assert motif.menu
    assert motif.interlocuteur
