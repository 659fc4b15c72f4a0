"""The rectorat in a browser: every page, wide and narrow, and what its forms do."""

from __future__ import annotations

from datetime import date
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from shared.contracts import echanges as msg
from shared.identifiers import fabriquer_ine, fabriquer_uai
from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

__all__ = ["navigateur"]
pytestmark = pytest.mark.navigateur

UAI, AUTRE = fabriquer_uai("096", 1), fabriquer_uai("096", 2)
ABSENTE, REMPLACANT = 70001, 70002
SIXIEME = "10010012110"


def _agent(ident: int, nom: str, **autres: Any) -> msg.AgentMsg:
    return msg.AgentMsg(
        id=ident, sexe="2", civilite="2", nom_usage=nom, prenom="Inès", date_naissance=date(1980, 5, 4), **autres
    )


def poster(client: httpx.Client, chemin: str, statut: int = 303, **champs: Any) -> httpx.Response:
    """POST a form as a browser does."""
    reponse = client.post(chemin, data=champs, headers={"Accept": "text/html"})
    assert reponse.status_code == statut, reponse.text
    return reponse


@pytest.fixture
def rectorat(bac: Any) -> httpx.Client:
    """The rectorat with two schools, three agents, results to publish, nomenclatures, INE requests."""
    client: httpx.Client = bac["rectorat"]
    poster(client, "/academie", code="23", nom="Simulée")
    for uai, nom in ((UAI, "des trois moulins"), (AUTRE, "de la Grande Ourse")):
        poster(client, "/etablissements", uai=uai.lower(), nom=nom, commune="Valmorin", code_postal="96100")
    agents = [
        _agent(ABSENTE, "TALBOUR", affectations=(msg.AffectationAgentMsg(uai=UAI, discipline="L0202"),)),
        _agent(REMPLACANT, "VERNOULT"),
        _agent(70003, "ESTRADEL", source="gigc", affectations=(msg.AffectationAgentMsg(uai=UAI, fonction="ADF"),)),
    ]
    assert client.post("/api/agents", json=[a.valeurs() for a in agents]).status_code == 201
    dossiers = [
        msg.DossierEleveMsg(cle=f"E{n}", nom=nom, prenoms=("Léo",), sexe="1", date_naissance=date(2010, 2, n))
        for n, nom in ((1, "OBRIC"), (2, "VARSO"))
    ]
    affectations = msg.Affectations(uai=UAI, millesime=2021, dossiers=tuple(dossiers))
    assert client.post("/api/affectations", json=affectations.valeurs()).status_code == 201
    poster(client, "/nomenclatures")
    fiche = {"nom": "OBRIC", "prenoms": ["Léo"], "sexe": "1", "date_naissance": "2010-02-03"}
    fiches = [fiche | {"eleve_id": 12, "pays_naissance": "352"}, fiche | {"eleve_id": 13, "commune_naissance": "06088"}]
    fiche_sysca = msg.FicheSysca(
        eleve_id=11, ine=fabriquer_ine(990_000_001), nom="OBRIC", prenom="Léo", mef=SIXIEME, division="6A"
    )
    recus: dict[str, msg.Message] = {
        "demande_ine": msg.DemandeIne(uai=UAI, millesime=2021, fiches=tuple(fiches)),
        "demande_nomenclature": msg.DemandeNomenclature(
            uai=UAI, millesime=2021, genre="mef", texte="Sixième bilangue."
        ),
        "demande_certificat": msg.DemandeCertificat(uai=UAI, annee=2021),
        "remontee_sysca": msg.RemonteeSysca(
            uai=UAI,
            millesime=2021,
            eleves=(fiche_sysca,),
            responsables=(msg.ResponsableSysca(personne_id=11, nom="OBRIC", prenom="Ana", eleves=(11,)),),
            retenues=(
                msg.ExclusionMsg(objet="eleve", id="12", code="SANS_INE", raison="Pas d'INE.", remede="Attendre."),
            ),
        ),
    }
    for rang, (genre, message) in enumerate(recus.items()):
        corps = {"content": message.en_json(), "headers": {"Idempotency-Key": f"essai:1:{rang}"}}
        assert bac.interne("rectorat", "POST", f"/_echanges/{genre}", **corps).status_code == 200
    return client


def test_every_page_is_clean(rectorat: httpx.Client, navigateur: Browser) -> None:
    """Every page, wide and narrow: no console error, no sideways scroll, nothing that axe-core finds."""
    dates = {"debut": "2022-03-17", "fin": "2022-04-09"}
    poster(rectorat, f"/agents/{ABSENTE}/remplacement", rang=0, remplacant="vernoult", nature="SUP", **dates)
    diagnostic = {"diagnostic": "compte_enseignant:incorrectes", "texte": "Absente de STS-Web depuis lundi."}
    for rubrique in ("ent", "sts_web"):
        poster(rectorat, f"/assistance/{UAI}/dossiers", rubrique=rubrique, **diagnostic)
    poster(rectorat, "/dossiers-assistance/1/renvoi")
    poster(rectorat, "/remontee-vs", annee=2021, date_butoir="2021-10-15")
    adresse = str(rectorat.base_url).rstrip("/")
    pages = {
        "accueil": "/",
        "etablissements": "/etablissements",
        "agents": "/agents",
        "agents-vide": f"/agents?q=personne&uai={AUTRE}&source=epp",
        "agent": f"/agents/{ABSENTE}",
        "agent-modifier": f"/agents/{REMPLACANT}?remplace=0",
        "agent-nouveau": "/agents/nouveau",
        "affectation": f"/affectation?uai={UAI}",
        "nomenclatures": "/nomenclatures",
        "nomenclatures-demande": "/nomenclatures?demande=1",
        "bcn": "/bcn",
        "bcn-vide": "/bcn?table=communes&q=nulle-part",
        "calendrier": "/calendrier",
        "sysca": "/sysca",
        "sysca-fiches": f"/sysca/{UAI}/2021",
        "educonnect": f"/educonnect?uai={UAI}",
        "remontee-vs": "/remontee-vs",
        "certificats": "/certificats",
        "bascule": "/bascule",
        "ine": "/ine",
        "assistance": "/assistance",
        "assistance-documentation": "/assistance/documentation",
        "assistance-etablissement": f"/assistance/{UAI}?constat=lien&verification=correctes&rubrique=ent",
        "assistance-renvoye": f"/assistance/{UAI}/dossiers/1",
        "assistance-ouvert": f"/assistance/{UAI}/dossiers/2",
        "dossiers": "/dossiers-assistance",
        "dossier-renvoye": "/dossiers-assistance/1",
        "dossier-ouvert": "/dossiers-assistance/2",
    }
    page = navigateur.new_page()
    for nom, chemin in pages.items():
        verifier_page(page, adresse + chemin, LARGEURS, f"rectorat-{nom}")
    verifier_page(page, f"{adresse}/agents/1", LARGEURS, "rectorat-refus", statut=404)
    page.close()


@pytest.mark.procedure("REC-04")
def test_a_suppliant_is_appointed_from_the_absent_s_page(rectorat: httpx.Client, navigateur: Browser) -> None:
    """« Remplacer cet agent » gives the suppléant the absent's place, with his dates; both pages show it."""
    page = navigateur.new_page()
    page.goto(f"{str(rectorat.base_url).rstrip('/')}/agents")
    page.get_by_label("Nom ou numéro").fill("talb")
    page.get_by_role("button", name="Rechercher").click()
    page.get_by_role("link", name="TALBOUR").click()
    page.get_by_label("Remplaçant", exact=False).first.fill("vernou")
    page.locator("#champ-debut-remplacement").fill("2022-03-17")
    page.locator("#champ-fin-remplacement").fill("2022-04-09")
    page.get_by_role("button", name="Enregistrer le remplacement").click()
    expect(page.get_by_role("table", name="Remplacé par")).to_contain_text("VERNOULT")
    page.close()
    lu = next(a for a in rectorat.get(f"/api/etablissements/{UAI}/agents").json() if a["id"] == REMPLACANT)
    (place,) = lu["affectations"]
    assert (place["nature"], place["supplee_id"], place["discipline"]) == ("SUP", ABSENTE, "L0202")
    assert (place["debut"], place["fin"]) == ("2022-03-17", "2022-04-09")


def test_a_suppleance_wants_its_dates_and_its_absent(rectorat: httpx.Client) -> None:
    """Without dates, with dates in the wrong order, or for somebody of another school, a suppléance is refused."""
    chemin = f"/agents/{REMPLACANT}/affectations"
    dates = {"debut": "2022-03-17", "fin": "2022-04-09"}
    cas = [
        ("SUPPLEANCE_INCOMPLETE", {"uai": UAI, "nature": "SUP", "supplee": str(ABSENTE)}),
        ("DATES_INVERSEES", {"uai": UAI, "nature": "AFA", "debut": dates["fin"], "fin": dates["debut"]}),
        ("SUPPLEE_ABSENT", {"uai": AUTRE, "nature": "SUP", "supplee": str(ABSENTE), **dates}),
        ("AGENT_INCONNU", {"uai": UAI, "nature": "SUP", "supplee": "personne", **dates}),
    ]
    for code, champs in cas:
        reponse = rectorat.post(chemin, data=champs, headers={"Accept": "text/html"})
        assert reponse.status_code >= 400
        assert code in reponse.text
    assert "70002" not in {str(a["id"]) for a in rectorat.get(f"/api/etablissements/{UAI}/agents").json()}


def test_an_agent_is_created_moved_and_removed(rectorat: httpx.Client) -> None:
    """A new dossier gets a number, an appointment, another school, then none; then it is gone."""
    identite = {"nom_usage": "prastignac", "prenom": "Odile", "date_naissance": "1975-01-02", "source": "epp"}
    chemin = poster(rectorat, "/agents", **identite).headers["location"].split(rectorat.base_url.path.rstrip("/"))[1]
    numero = int(chemin.rsplit("/", 1)[1])
    poster(rectorat, f"{chemin}/affectations", uai=UAI, fonction="DOC", discipline="L0080")
    assert numero in _agents(rectorat, UAI)
    poster(rectorat, f"{chemin}/affectations", uai=AUTRE, fonction="DOC", discipline="L0080", remplace=0)
    assert (numero in _agents(rectorat, UAI), numero in _agents(rectorat, AUTRE)) == (False, True)
    poster(rectorat, f"{chemin}/affectations/0/suppression")
    assert numero not in _agents(rectorat, AUTRE)
    poster(rectorat, f"{chemin}/affectations/0/suppression", 404)
    poster(rectorat, f"{chemin}/suppression")
    assert rectorat.get(chemin, headers={"Accept": "text/html"}).status_code == 404


def _agents(client: httpx.Client, uai: str) -> set[int]:
    return {a["id"] for a in client.get(f"/api/etablissements/{uai}/agents").json()}


def test_results_are_published_and_identities_validated(rectorat: httpx.Client, navigateur: Browser) -> None:
    """« Publier » and « Valider l'identité » do what they say, then have nothing left to do."""
    page = navigateur.new_page()
    adresse = str(rectorat.base_url).rstrip("/")
    page.goto(f"{adresse}/affectation")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("2 dossiers")).to_be_visible()
    expect(page.get_by_role("button", name="Publier")).to_have_count(0)
    page.goto(f"{adresse}/ine?etat=a_verifier")
    page.get_by_role("button", name="Valider l'identité").click()
    expect(page.get_by_text("Identité validée")).to_be_visible()
    expect(page.get_by_role("button", name="Valider l'identité")).to_have_count(0)
    page.close()
    assert {d["etat"] for d in rectorat.get("/api/demandes-ine").json()} == {"recue"}


def test_a_bascule_is_done_once(rectorat: httpx.Client) -> None:
    """The bascule of a school and year is done once; the second time the page of the refusal says so."""
    poster(rectorat, "/bascule", uai=UAI, millesime=2022)
    assert f"{UAI}" in rectorat.get("/bascule", headers={"Accept": "text/html"}).text
    assert "BASCULE_DEJA_FAITE" in poster(rectorat, "/bascule", 409, uai=UAI, millesime=2022).text
    assert "UAI_INCONNU" in poster(rectorat, "/bascule", 404, uai=fabriquer_uai("096", 9), millesime=2022).text
