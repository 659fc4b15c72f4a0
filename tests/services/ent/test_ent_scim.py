"""SCIM 2.0, read by scim2-client: what the server says it is, who is in it, filters, pages, what another bac gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from . import jeu_ent as jeu
from .test_ent_mon_ent import AURORE, CHEF, ILONA, LYCEE, PARTAGE, alimenter

EXTENSION = "urn:ietf:params:scim:schemas:extension:idruide:education:2.0"


def client_scim(http: httpx.Client) -> Any:
    """scim2-client over httpx: its own engine wants another library."""
    from scim2_client.client import BaseSyncSCIMClient  # four seconds: only whoever uses it pays them

    class ClientScim(BaseSyncSCIMClient):
        def request(self, method: str, url: str, **kwargs: Any) -> httpx.Response:
            return http.request(method, f"scim/v2/{url.lstrip('/')}", **kwargs)

    return ClientScim()


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two schools in one ENT, and a SCIM connector; its secret is `ent.secret`. `voisin`: an empty bac beside."""
    from contextlib import ExitStack

    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    for nom in ("essai_scim", "essai_scim2"):
        installation.gestion.creer(nom, profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac: Any = BacEssai(installation, "essai_scim", pile)
        bac.voisin = BacEssai(installation, "essai_scim2", pile)
        alimenter(bac, tmp_path_factory.mktemp("scim"))
        jeu.ouvrir_projet(bac.voisin)
        for b in (bac, bac.voisin):
            corps = {"projet": "essai", "nom": "MDM", "protocole": "scim"}
            assert b["ent"].put("/api/connecteurs/mdm", json=corps).status_code == 200
            b.secret = b["ent"].post("/api/connecteurs/mdm/secret").json()["secret"]
        yield bac
    for nom in ("essai_scim", "essai_scim2"):
        installation.gestion.supprimer(nom)


@pytest.fixture
def client(ent: Any) -> Iterator[Any]:
    """The client, which has asked the server what it is."""
    entetes = {"Authorization": f"Bearer {ent.secret}"}
    with httpx.Client(base_url=ent["ent"].base_url, headers=entetes) as http:
        lu = client_scim(http)
        lu.discover()
        yield lu


def tous(client: Any, genre: str, filtre: str | None = None, **options: Any) -> Any:
    """A page of resources."""
    from scim2_models import ScimFilter, SearchRequest

    demande = SearchRequest[Any](filter=None if filtre is None else ScimFilter[Any](filtre), **options)
    return client.query(genre, query_parameters=demande)


def test_the_client_reads_everybody(client: Any) -> None:
    """Pupil, parent of two children, teacher of two schools, chef: each with the type and the classes that are hers."""
    attendus = {
        ILONA: ("student", {f"{jeu.UAI}/6A"}),
        AURORE: ("parent", set()),
        PARTAGE: ("teacher", {f"{jeu.UAI}/6A", f"{jeu.UAI}/6B", f"{LYCEE}/6A"}),
        CHEF: ("principal", set()),
    }
    for aaf_id, (genre, classes) in attendus.items():
        (lu,) = tous(client, "User", f'externalId eq "{aaf_id}"').resources
        assert (lu.active, lu.name.family_name.isupper()) == (True, True)
        brut = lu.model_dump()
        assert brut[f"{EXTENSION}:User"]["educationUserType"] == genre
        assert {g.display for g in lu.groups or []} == classes
        assert client.query(type(lu), lu.id).user_name == lu.user_name


def test_groups_are_schools_and_classes(client: Any) -> None:
    """A school's members are its classes; a class's, its pupils and teachers."""
    groupes = {g.display_name: g for g in tous(client, "Group").resources}
    assert set(groupes) == {jeu.UAI, f"{jeu.UAI}/6A", f"{jeu.UAI}/6B", LYCEE, f"{LYCEE}/6A"}
    assert {m.display for m in groupes[jeu.UAI].members} == {f"{jeu.UAI}/6A", f"{jeu.UAI}/6B"}
    assert {m.display for m in groupes[f"{LYCEE}/6A"].members} == {"berenice.orval", "theo.valbrune"}
    (une,) = tous(client, "Group", f'displayName eq "{jeu.UAI}/6A"').resources
    brut = une.model_dump()[f"{EXTENSION}:Group"]
    assert (brut["educationGroupType"], brut["establishment"]["identifier"]) == ("class", jeu.UAI)
    sans = tous(client, "Group", excluded_attributes=["members"])
    assert all(g.members is None for g in sans.resources)


@pytest.mark.parametrize(
    ("filtre", "nombre"),
    [
        ('userName eq "ILONA.valbrune"', 1),
        ('name.familyName sw "valb"', 3),
        ('name.familyName co "BRUN" and not (name.givenName eq "Ilona")', 2),
        (f'{EXTENSION}:User:educationUserType eq "student" or userType eq "administrator"', 4),
        ("active eq false", 0),
        ('userName ne "ilona.valbrune" and userName pr', 8),
        ('meta.lastModified gt "2030-01-01T00:00:00Z"', 0),
        ('userName ew "brune"', 3),
    ],
)
def test_filters(client: Any, filtre: str, nombre: int) -> None:
    """The operators of the standard, on text whatever its case, booleans and dates."""
    assert tous(client, "User", filtre).total_results == nombre


def test_pages_and_attributes(client: Any, ent: Any) -> None:
    """startIndex and count, everybody once; attributes choose; what cannot be read is an invalidFilter."""
    vus: list[str] = []
    while True:
        page = tous(client, "User", start_index=len(vus) + 1, count=4)
        if not page.resources:
            break
        vus += [r.id for r in page.resources]
        assert page.total_results == 9
    assert len(vus) == len(set(vus)) == 9
    (lu,) = tous(client, "User", 'externalId eq "7100001"', attributes=["userName"]).resources
    assert (lu.user_name, lu.name) == ("ilona.valbrune", None)
    entetes = {"Authorization": f"Bearer {ent.secret}"}
    for filtre in ('couleur eq "bleu"', "userName eq", 'emails[type eq "work"]', "active gt true"):
        refus = ent["ent"].get("/scim/v2/Users", params={"filter": filtre}, headers=entetes)
        assert (refus.status_code, refus.json()["scimType"]) == (400, "invalidFilter"), refus.text
        assert re.match("Ce filtre|«|Une sélection", refus.json()["detail"]), "in French"
    for parametres, statut in (
        ({"filter": r'userName eq "\u0000"'}, 400),
        ({"filter": 'userName eq "\0"'}, 400),
        ({"count": "0"}, 200),
        ({"count": "-3", "startIndex": "-1"}, 200),
        ({"startIndex": "9" * 30}, 200),
        ({"count": "beaucoup"}, 400),
        ({"filter": "(" * 500}, 400),
    ):
        lu_ou_refuse = ent["ent"].get("/scim/v2/Users", params=parametres, headers=entetes)
        assert lu_ou_refuse.status_code == statut, f"{parametres} {lu_ou_refuse.text}"
    assert (
        ent["ent"].get("/scim/v2/Groups", params={"startIndex": 3, "count": 2}, headers=entetes).json()["itemsPerPage"]
        == 2
    )
    assert ent["ent"].post("/scim/v2/Users", json={}, headers=entetes).status_code == 501
    from scim2_models import SCIMException

    inconnu = client.get_resource_model("User")
    assert inconnu is not None
    with pytest.raises(SCIMException):
        client.query(inconnu, "personne")


def test_a_secret_opens_its_own_bac(ent: Any) -> None:
    """The secret of the same connector in another bac is nothing here, in Basic either; the refusal is explained."""
    for lu in ("", f"Bearer {ent.voisin.secret}", "Bearer faux"):
        refus = ent["ent"].get("/scim/v2/Users", headers={"Authorization": lu} if lu else {})
        assert (refus.status_code, "Resources" in refus.json()) == (401, False)
        assert refus.headers["content-type"].startswith("application/scim+json")
    assert ent["ent"].get("/scim/v2/Users", auth=("mdm", ent.voisin.secret)).status_code == 401
    assert ent["ent"].get("/scim/v2/Users", auth=("mdm", ent.secret)).status_code == 200
    dits = ent["ent"].get("/api/connecteurs/mdm/echanges").json()
    assert "Le secret n'est pas celui du connecteur." in dits[1]["explication"]
    assert '"Resources":[' in dits[0]["reponse"]
