"""The gradebook of OneRoster, written and read by StrongMind's client, unmodified, and as Google's cases do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import oneroster_client  # type: ignore[import-untyped]
import pytest
import requests

from . import jeu_ent as jeu
from .test_ent_mon_ent import ILONA, PARTAGE
from .test_ent_oneroster import V1, V2, client, declarer, ent, jeton, lire, mineur, qui

__all__ = ["ent"]
CARNET = "/ims/oneroster/gradebook/v1p2"
QUAND = datetime(2021, 9, 10, 8, tzinfo=UTC)
PORTEE = "https://purl.imsglobal.org/spec/or/{}/scope/gradebook.{}"


def demander(bac: Any, methode: str, chemin: str, corps: Any = None, texte: str | None = None) -> httpx.Response:
    """A request with a token that opens the whole gradebook."""
    entetes = {"Authorization": f"Bearer {texte or jeton(bac)}"}
    return bac["ent"].request(methode, chemin, json=corps, headers=entetes)  # type: ignore[no-any-return]


def maths(bac: Any) -> dict[str, Any]:
    """The class of mathematics of 6A."""
    lues = lire(bac, f"{V1}/classes", filter=f"classCode='6A/{jeu.MATHS}'").json()["classes"]
    return dict(lues[0])


def devoir(bac: Any, **champs: Any) -> dict[str, Any]:
    """A line item of that class, filed under the first category."""
    categorie = lire(bac, f"{V1}/categories").json()["categories"][0]["sourcedId"]
    return {
        "lineItem": {
            "title": "Fractions, interrogation 1",
            "assignDate": "2021-09-13T08:00:00Z",
            "dueDate": "2021-09-20T08:00:00Z",
            "class": {"sourcedId": maths(bac)["sourcedId"]},
            "category": {"sourcedId": categorie},
            "resultValueMin": 0,
            "resultValueMax": 20,
            **champs,
        }
    }


def note(bac: Any, sid: str, **champs: Any) -> dict[str, Any]:
    """A result of a line item, for Ilona."""
    lue = {"lineItem": {"sourcedId": sid}, "student": {"sourcedId": qui(bac, ILONA)["sourcedId"]}}
    return {"result": {**lue, "score": 14.5, "scoreStatus": "fully graded", "scoreDate": "2021-09-21", **champs}}


def test_the_client_writes_and_reads_marks(ent: Any) -> None:
    """StrongMind's client: a category, a line item, a mark; each read back as it was written, then taken away."""
    api = oneroster_client
    categories, devoirs, notes = (client(ent, nom) for nom in ("Categories", "LineItems", "Results"))
    assert [c.title for c in categories.get_categories().categories][:1]
    lue = api.CategoryType(sourced_id="cat-1", status="active", date_last_modified=QUAND, title="Oral")
    categories.put_category(api.SingleCategoryType(category=lue), "cat-1")
    assert categories.get_category("cat-1").category.title == "Oral"
    classe, eleve = maths(ent)["sourcedId"], qui(ent, ILONA)["sourcedId"]
    periode = client(ent, "GradingPeriods").get_grading_periods().academic_sessions[0].sourced_id
    commun = {"status": "active", "date_last_modified": QUAND}
    ecrit = api.LineItemType(
        sourced_id="dev-1",
        title="Récitation",
        assign_date=datetime(2021, 9, 13, tzinfo=UTC),
        due_date=datetime(2021, 9, 14, tzinfo=UTC),
        _class=api.GUIDRefType(href="", sourced_id=classe, type="class"),
        category=api.GUIDRefType(href="", sourced_id="cat-1", type="category"),
        grading_period=api.GUIDRefType(href="", sourced_id=periode, type="academicSession"),
        result_value_min=0.0,
        result_value_max=10.0,
        **commun,
    )
    devoirs.put_line_item(api.SingleLineItemType(line_item=ecrit), "dev-1")
    relu = devoirs.get_line_item("dev-1").line_item
    assert (relu.title, relu.result_value_max, relu._class.sourced_id) == ("Récitation", 10.0, classe)
    assert [d.sourced_id for d in devoirs.get_line_items_for_class(classe).line_items] == ["dev-1"]
    mark = api.ResultType(
        sourced_id="note-1",
        line_item=api.GUIDRefType(href="", sourced_id="dev-1", type="lineItem"),
        student=api.GUIDRefType(href="", sourced_id=eleve, type="user"),
        score_status="fully graded",
        score=8.5,
        score_date=datetime(2021, 9, 15, tzinfo=UTC),
        comment="Bien su.",
        **commun,
    )
    notes.put_result(api.SingleResultType(result=mark), "note-1")
    for lues in (
        notes.get_results_for_line_item_for_class(classe, "dev-1"),
        notes.get_results_for_student_for_class(classe, eleve),
        notes.get_results_for_class(classe),
    ):
        assert [(n.score, n.comment, n.student.sourced_id) for n in lues.results] == [(8.5, "Bien su.", eleve)]
    notes.delete_result("note-1")
    assert notes.get_results().results == []
    devoirs.delete_line_item("dev-1")
    categories.delete_category("cat-1")
    with pytest.raises(requests.HTTPError) as parti:
        devoirs.get_line_item("dev-1")
    assert parti.value.response.status_code == 404


@pytest.mark.parametrize("base", [CARNET, "/ims/oneroster/v1p2/gradebook/v1p2"])
def test_what_google_asks_of_a_gradebook(ent: Any, base: str) -> None:
    """Categories, then a line item: PUT 201, PUT again 200, GET, its results, DELETE 204; both services named."""
    texte = jeton(ent, *(PORTEE.format("v1p2", x) for x in ("readonly", "createput", "delete")))
    assert lire(ent, f"{base}/categories", texte).json()["categories"]
    adresse = f"{base}/lineItems/google-1"
    assert demander(ent, "PUT", adresse, devoir(ent), texte).status_code == 201
    encore = demander(ent, "PUT", adresse, devoir(ent, title="Fractions, rattrapage"), texte)
    assert encore.status_code == 200, encore.text
    lu = lire(ent, adresse, texte).json()["lineItem"]
    assert (lu["title"], lu["status"], lu["school"]["sourcedId"]) == (
        "Fractions, rattrapage",
        "active",
        maths(ent)["school"]["sourcedId"],
    )
    assert lu["class"]["href"].endswith(f"{base.replace('gradebook', 'rostering')}/classes/{lu['class']['sourcedId']}")
    assert lu["category"]["href"].endswith(f"{base}/categories/{lu['category']['sourcedId']}")
    periodes = lire(ent, f"{V2}/gradingPeriods").json()["academicSessions"]
    tenante = next(p for p in periodes if p["startDate"] <= "2021-09-13" <= p["endDate"])
    assert lu["gradingPeriod"]["sourcedId"] == tenante["sourcedId"], "the period that holds its date"
    assert demander(ent, "PUT", f"{base}/results/g-1", note(ent, "google-1", late="true"), texte).status_code == 201
    resultats = lire(ent, f"{base}/results", texte, filter="lineItem.sourcedId='google-1' AND score>'14'")
    assert [(r["score"], r["late"]) for r in resultats.json()["results"]] == [(14.5, "true")]
    assert "late" not in lire(ent, f"{V1}/results/g-1", texte).json()["result"], "1.1 has no such word"
    assert resultats.headers["X-Total-Count"] == "1"
    assert demander(ent, "DELETE", adresse, texte=texte).status_code == 204
    assert mineur(lire(ent, f"{base}/results/g-1", texte)) == "unknownobject", "the marks of a line item go with it"


@pytest.mark.parametrize(
    ("change", "dit"),
    [
        ({"title": ""}, "title"),
        ({"title": "\ud800"}, "title"),
        ({"assignDate": "13/09/2021"}, "assignDate"),
        ({"class": {"sourcedId": "rien"}}, "class"),
        ({"class": "6A"}, "class"),
        ({"category": {"sourcedId": "rien"}}, "category"),
        ({"resultValueMax": -1}, "resultValueMax"),
        ({"resultValueMax": "vingt"}, "resultValueMax"),
        ({"gradingPeriod": {"sourcedId": "rien"}}, "gradingPeriod"),
        ({"sourcedId": "autre"}, "sourcedId"),
        ({"metadata": {"a": {"b": 1}}}, "metadata"),
    ],
)
def test_a_line_item_that_cannot_be_kept_is_refused_by_its_field(ent: Any, change: dict[str, Any], dit: str) -> None:
    """Each wrong field is named, with what is expected; nothing is kept, and the exchange says why."""
    import json

    contenu = json.dumps(devoir(ent, **change)).encode()
    entetes = {"Authorization": f"Bearer {jeton(ent)}", "Content-Type": "application/json"}
    refus = ent["ent"].put(f"{CARNET}/lineItems/faux", content=contenu, headers=entetes)
    assert refus.status_code in (400, 422), refus.text
    assert mineur(refus) == "invaliddata"
    assert f"« {dit} »" in refus.json()["imsx_description"]
    assert lire(ent, f"{CARNET}/lineItems/faux").status_code == 404
    echanges = ent["ent"].get("/api/connecteurs/editeur/echanges").json()
    assert any(e["code"] == "INVALIDDATA" and "/lineItems/faux" in e["demande"] for e in echanges)


def test_who_may_mark(ent: Any) -> None:
    """A scope for each gesture; a setting closes all three; marks are for pupils; another bac holds none of them."""
    lecteur = jeton(ent, PORTEE.format("v1p1", "readonly"))
    assert lire(ent, f"{V1}/lineItems", lecteur).status_code == 200
    assert mineur(demander(ent, "PUT", f"{V1}/lineItems/x", devoir(ent), lecteur)) == "forbidden"
    assert mineur(demander(ent, "DELETE", f"{V1}/lineItems/x", texte=lecteur)) == "forbidden"
    assert mineur(lire(ent, f"{V1}/users", lecteur)) == "forbidden"
    assert ent["ent"].get(f"{V1}/lineItems").status_code == 401
    assert demander(ent, "PUT", f"{V1}/lineItems/qui", devoir(ent)).status_code == 201
    prof = {"student": {"sourcedId": qui(ent, PARTAGE)["sourcedId"]}}
    assert "n'est pas un élève" in demander(ent, "PUT", f"{V1}/results/n", note(ent, "qui", **prof)).text
    assert "scoreStatus" in demander(ent, "PUT", f"{V1}/results/n", note(ent, "qui", scoreStatus="fait")).text
    occupee = devoir(ent)["lineItem"]["category"]["sourcedId"]
    assert demander(ent, "DELETE", f"{V1}/categories/{occupee}").status_code == 422
    assert lire(ent.voisin, f"{V1}/lineItems").json()["lineItems"] == []
    declarer(ent, "sourd", carnet=False)
    secret = str(ent["ent"].post("/api/connecteurs/sourd/secret").json()["secret"])
    assert mineur(lire(ent, f"{V1}/lineItems", jeton(ent, code="sourd", secret=secret))) == "forbidden"
    assert mineur(demander(ent, "PUT", f"{V1}/lineItems/a%00b", devoir(ent))) == "invaliddata"
    trop = ent["ent"].put(
        f"{V1}/lineItems/x", content=b"[" * 100_000, headers={"Authorization": f"Bearer {jeton(ent)}"}
    )
    assert (trop.status_code, mineur(trop)) == (400, "invaliddata")


def test_marks_go_with_the_account(ent: Any) -> None:
    """When an account is deleted, what was noted of it is no more in the gradebook."""
    assert demander(ent, "PUT", f"{V1}/lineItems/duree", devoir(ent)).status_code == 201
    assert demander(ent, "PUT", f"{V1}/results/duree-1", note(ent, "duree")).status_code == 201
    fabrique = ent.installation.applications["ent"].state.noyau.fabrique
    from services.ent.use_cases import registre

    with fabrique.ouvrir(ent.nom, ecriture=True) as u:
        u.executer("UPDATE ent.compte SET etat = 'purge' WHERE projet = 'essai' AND aaf_id = %(id)s", {"id": ILONA})
        registre.oublier(u, "essai")
        registre.rafraichir(u, "essai")
        assert u.executer("SELECT sourced_id FROM ent.fiche_carnet WHERE genre = 'result'", {}) == []
        u.executer("UPDATE ent.compte SET etat = 'a_activer' WHERE projet = 'essai' AND aaf_id = %(id)s", {"id": ILONA})
        registre.oublier(u, "essai")
