"""OneRoster 1.1 and 1.2, read by StrongMind's client, unmodified, and as Google's conformance cases read it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import oneroster_client  # type: ignore[import-untyped]
import pytest

from . import jeu_ent as jeu
from .test_ent_mon_ent import AURORE, CHEF, ILONA, LYCEE, PARTAGE, SECRET, THEO, alimenter

PORTEES = "https://purl.imsglobal.org/spec/or/{}/scope/roster{}.readonly"
V1, V2 = "/ims/oneroster/v1p1", "/ims/oneroster/rostering/v1p2"
PERSONNES = {
    ILONA: ("student", {jeu.UAI}),
    AURORE: ("parent", {jeu.UAI, LYCEE}),
    PARTAGE: ("teacher", {jeu.UAI, LYCEE}),
    CHEF: ("administrator", {jeu.UAI}),
}


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two schools in one ENT, and a OneRoster connector that may read everything; its secret is `ent.secret`."""
    from contextlib import ExitStack

    from shared.horloge.profils import profil
    from tests.conftest import BacEssai

    choisi = profil("nice-2021")
    for nom in ("essai_roster", "essai_roster2"):
        installation.gestion.creer(nom, profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac: Any = BacEssai(installation, "essai_roster", pile)
        bac.voisin = BacEssai(installation, "essai_roster2", pile)
        for b in (bac, bac.voisin):
            alimenter(b, tmp_path_factory.mktemp(b.nom))
            b.secret = declarer(b, demographie=True)
        yield bac
    for nom in ("essai_roster", "essai_roster2"):
        installation.gestion.supprimer(nom)


def declarer(bac: Any, code: str = "editeur", **reglages: Any) -> str:
    """A OneRoster connector: its secret."""
    corps = {"projet": "essai", "nom": "Éditeur", "protocole": "oneroster", "reglages": reglages}
    reponse = bac["ent"].put(f"/api/connecteurs/{code}", json=corps)
    assert reponse.status_code == 200, reponse.text
    return str(bac["ent"].post(f"/api/connecteurs/{code}/secret").json()["secret"])


def jeton(bac: Any, *portees: str, code: str = "editeur", secret: str = "") -> str:
    """A token, as any OAuth 2 client asks for it."""
    corps = {"grant_type": "client_credentials"} | ({"scope": " ".join(portees)} if portees else {})
    reponse = bac["ent"].post("/ims/oneroster/token", data=corps, auth=(code, secret or bac.secret))
    assert reponse.status_code == 200, reponse.text
    lu = reponse.json()
    assert lu["token_type"] == "Bearer"
    return str(lu["access_token"])


def lire(bac: Any, chemin: str, texte: str | None = None, **parametres: Any) -> httpx.Response:
    """A reading with a token."""
    entetes = {"Authorization": f"Bearer {texte or jeton(bac)}"}
    return bac["ent"].get(chemin, params=parametres, headers=entetes)  # type: ignore[no-any-return]


def client(bac: Any, nom: str) -> Any:
    """An interface of StrongMind's client, set as any software would set it."""
    reglages = oneroster_client.Configuration()
    reglages.host = f"{str(bac['ent'].base_url).rstrip('/')}{V1}"
    reglages.access_token = jeton(bac)
    return getattr(oneroster_client, f"{nom}ManagementApi")(oneroster_client.ApiClient(reglages))


def qui(bac: Any, aaf_id: int, version: str = V1) -> dict[str, Any]:
    """A person's record."""
    collection = lire(bac, f"{version}/users", filter=f"identifier='{aaf_id}'").json()["users"]
    assert len(collection) == 1
    return dict(collection[0])


def test_the_client_reads_everybody(ent: Any) -> None:
    """Pupil, parent of two children, teacher of two schools, chef: StrongMind's client takes each record for valid."""
    tous = {u.identifier: u for u in client(ent, "Users").get_users().users}
    ecoles = {o.sourced_id: o.identifier for o in client(ent, "Orgs").get_orgs().orgs}
    for aaf_id, (role, uais) in PERSONNES.items():
        lu = client(ent, "Users").get_user(tous[str(aaf_id)].sourced_id).user
        assert lu.role == role
        assert {ecoles[o.sourced_id] for o in lu.orgs} == uais
        assert [x.identifier for x in lu.user_ids if x.type == "ENTPersonJointure"] == [str(aaf_id)]
    enfants = {tous[str(ILONA)].sourced_id, tous[str(THEO)].sourced_id}
    assert {a.sourced_id for a in tous[str(AURORE)].agents} == enfants
    assert tous[str(AURORE)].sourced_id in {a.sourced_id for a in tous[str(ILONA)].agents}
    assert tous[str(ILONA)].email.endswith(".invalid")


def test_the_client_reads_classes_and_enrollments(ent: Any) -> None:
    """Division: homeroom, its principal primary; service: scheduled, its course the matière; each in a term."""
    classes = {c.class_code: c for c in client(ent, "Classes").get_classes().classes if c.class_type == "scheduled"}
    maths = classes[f"6A/{jeu.MATHS}"]
    assert maths.subject_codes == [jeu.MATHS]
    cours = client(ent, "Courses").get_course(maths.course.sourced_id).course
    assert (cours.title, cours.course_code) == ("MATHEMATIQUES", jeu.MATHS)
    assert client(ent, "Terms").get_term(maths.terms[0].sourced_id).academic_session.type == "term"
    inscrits = client(ent, "Enrollments").get_enrollments().enrollments
    principaux = [e for e in inscrits if e.primary]
    assert [e.role for e in principaux] == ["teacher"]
    titulaire = client(ent, "Classes").get_class(principaux[0]._class.sourced_id)._class
    assert (titulaire.class_type, titulaire.title) == ("homeroom", "CLASSE 6A")
    prof = client(ent, "Teachers").get_teacher(principaux[0].user.sourced_id).user
    assert prof.identifier == str(PARTAGE)
    siennes = client(ent, "Classes").get_classes_for_teacher(prof.sourced_id).classes
    assert len({c.school.sourced_id for c in siennes}) == 2, "two schools"
    latin = classes["LATIN"] if "LATIN" in classes else classes["6LATIN"]
    assert [s.given_name for s in client(ent, "Students").get_students_for_class(latin.sourced_id).users]
    naissance = client(ent, "Demographics").get_demographic(qui(ent, ILONA)["sourcedId"]).demographics
    assert naissance.birth_date is not None


@pytest.mark.parametrize("base", [V2, "/ims/oneroster/v1p2/rostering/v1p2"])
def test_what_google_asks(ent: Any, base: str) -> None:
    """A teacher by her address, her active classes with school and term, their pupils, the periods of the term."""
    texte = jeton(ent, PORTEES.format("v1p2", ""), PORTEES.format("v1p2", "-core"))
    un = lire(ent, f"{base}/teachers", texte, limit=1)
    assert len(un.json()["users"]) == 1
    mel = qui(ent, PARTAGE, V2)["email"]
    trouves = lire(ent, f"{base}/teachers", texte, filter=f"email='{mel}'").json()["users"]
    assert [u["email"] for u in trouves] == [mel]
    prof = trouves[0]
    assert sorted(r["role"] for r in prof["roles"]) == ["teacher", "teacher"]
    assert [r["roleType"] for r in prof["roles"]].count("primary") == 1
    chemin = f"{base}/teachers/{prof['sourcedId']}/classes"
    classes = lire(ent, chemin, texte, filter="status='active'").json()["classes"]
    assert classes
    for classe in classes:
        assert classe["school"]["sourcedId"]
        terme = classe["terms"][0]["sourcedId"]
        eleves = lire(ent, f"{base}/classes/{classe['sourcedId']}/students", texte).json()["users"]
        assert all(e["email"] for e in eleves)
        assert eleves or classe["classCode"].startswith("6B"), "Théo has left 6B"
    periodes = lire(ent, f"{base}/terms/{terme}/gradingPeriods", texte).json()["academicSessions"]
    assert [p["type"] for p in periodes] == ["gradingPeriod"] * 3
    assert all(p["title"] and p["startDate"] < p["endDate"] and p["schoolYear"] == "2022" for p in periodes)


def test_every_address_answers(ent: Any) -> None:
    """The whole list of the reference, in both versions; an unknown address or record is `unknownobject`."""
    texte = jeton(ent)
    ecole = lire(ent, f"{V1}/schools", texte, filter=f"identifier='{jeu.UAI}'").json()["orgs"][0]["sourcedId"]
    trouvees = lire(ent, f"{V1}/classes", texte, filter=f"classCode='6A/{jeu.MATHS}'", limit=1)
    classe = trouvees.json()["classes"][0]
    terme, cours = classe["terms"][0]["sourcedId"], classe["course"]["sourcedId"]
    lieu = classe["school"]["sourcedId"]
    eleve, prof = qui(ent, ILONA)["sourcedId"], qui(ent, PARTAGE)["sourcedId"]
    dans = f"/schools/{lieu}/classes/{classe['sourcedId']}"
    chemins = [
        *[
            "/academicSessions",
            "/terms",
            "/gradingPeriods",
            "/orgs",
            "/schools",
            "/courses",
            "/classes",
            "/users",
            "/students",
        ],
        *["/teachers", "/enrollments", "/demographics"],
        *(f"/terms/{terme}/{x}" for x in ("classes", "gradingPeriods")),
        *(f"/schools/{ecole}/{x}" for x in ["courses", "classes", "enrollments", "students", "teachers", "terms"]),
        *(f"{dans}/{x}" for x in ("enrollments", "students", "teachers")),
        f"/courses/{cours}/classes",
        *(f"/classes/{classe['sourcedId']}/{x}" for x in ("students", "teachers")),
        f"/users/{eleve}/classes",
        f"/students/{eleve}/classes",
        f"/teachers/{prof}/classes",
    ]
    for version in (V1, V2):
        for chemin in chemins:
            lu = lire(ent, version + chemin, texte, limit=3)
            assert lu.status_code == 200, f"{version}{chemin} {lu.text}"
            (cle,) = lu.json()
            fiches = lu.json()[cle]
            assert 1 <= len(fiches) <= 3, f"{version}{chemin}"
            assert int(lu.headers["X-Total-Count"]) >= len(fiches)
            for liens in re.findall(r'"href":"([^"]+)"', lu.text.replace(" ", "")):
                assert liens.startswith(f"{str(ent['ent'].base_url).rstrip('/')}{version}/")
            if chemin.count("/") == 1:
                une = lire(ent, f"{version}{chemin}/{fiches[0]['sourcedId']}", texte)
                assert list(une.json().values()) == [fiches[0]]
    for faux in (f"{V1}/students/{prof}", f"{V1}/students/{prof}/classes", f"{V1}/users/rien", f"{V1}/devoirs"):
        refus = lire(ent, faux, texte)
        assert refus.status_code == 404
        assert mineur(refus) == "unknownobject"


def mineur(reponse: httpx.Response) -> str:
    """Why, in the words of the standard."""
    lu = reponse.json()
    assert (lu["imsx_codeMajor"], lu["imsx_severity"]) == ("failure", "error")
    return str(lu["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"])


def test_pages_follow_each_other(ent: Any) -> None:
    """limit and offset, X-Total-Count, Link: from the first page to the last, everybody once."""
    texte = jeton(ent)
    tous = [u["sourcedId"] for u in lire(ent, f"{V2}/users", texte).json()["users"]]
    adresse: str | None = f"{ent['ent'].base_url}{V2[1:]}/users?limit=2&filter=status%3D%27active%27"
    vus: list[str] = []
    while adresse:
        page = ent["ent"].get(adresse, headers={"Authorization": f"Bearer {texte}"})
        assert int(page.headers["X-Total-Count"]) == len(tous)
        vus += [u["sourcedId"] for u in page.json()["users"]]
        liens = {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', page.headers["Link"])}
        assert {"first", "last"} <= set(liens)
        assert ("prev" in liens) == (len(vus) > 2)
        adresse = liens.get("next")
    assert vus == tous == sorted(tous)


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        ("familyName='VALBRUNE' AND role='student'", {ILONA, THEO}),
        ("familyName='VALBRUNE' OR role='administrator'", {ILONA, THEO, AURORE, CHEF}),
        ("givenName~'lon'", {ILONA}),
        ("role!='student' AND familyName~'valb'", {AURORE}),
        (f"identifier>='{THEO}' AND identifier<='{AURORE}' AND", None),
        ("userIds.identifier='7100001'", None),
        ("couleur='bleu'", None),
        ("status='active'", {7100003}),
        ("dateLastModified>'2030-01-01'", set()),
        ("dateLastModified>'hier'", None),
        ("givenName='l''inconnu'", set()),
        ("role='student' ; DROP", None),
    ],
)
def test_filters(ent: Any, filtre: str, attendus: set[int] | None) -> None:
    """One AND or OR, contains, lists, quotes; what cannot be read is told, not guessed."""
    lu = lire(ent, f"{V1}/users", filter=filtre)
    if attendus is None:
        assert (lu.status_code, mineur(lu)) == (400, "invalid_filter_field")
    else:
        trouves = {int(u["identifier"]) for u in lu.json()["users"]}
        assert trouves >= attendus if filtre.startswith("status") else trouves == attendus


def test_sorting_and_selection(ent: Any) -> None:
    """An unknown sort is ignored; an unknown field gives all with a warning; a blank one is refused."""
    texte = jeton(ent)
    noms = [u["familyName"] for u in lire(ent, f"{V1}/users", texte, sort="familyName", orderBy="desc").json()["users"]]
    assert noms == sorted(noms, reverse=True)
    assert lire(ent, f"{V1}/users", texte, sort="couleur").status_code == 200
    choisis = lire(ent, f"{V1}/users", texte, fields="sourcedId,email").json()["users"]
    assert all(list(u) == ["sourcedId", "email"] for u in choisis)
    avec = lire(ent, f"{V1}/users", texte, fields="couleur").json()
    assert (avec["imsx_codeMajor"], avec["imsx_severity"]) == ("success", "warning")
    assert len(avec["users"][0]) > 5
    assert mineur(lire(ent, f"{V1}/users", texte, fields="email,,role")) == "invalid_blank_selection_field"
    assert mineur(lire(ent, f"{V1}/users", texte, limit="beaucoup")) == "invaliddata"
    for etrange in ({"limit": "0"}, {"offset": "9" * 40}, {"orderBy": "non"}, {"filter": "givenName='\0'"}):
        assert lire(ent, f"{V1}/users", texte, **etrange).status_code == 400
    for curieux in ({"sort": "metadata.a'b"}, {"sort": "roles"}, {"filter": "dateLastModified>'0001-01-01'"}):
        assert lire(ent, f"{V2}/users", texte, **curieux).status_code == 200, curieux
    apres = lire(ent, f"{V1}/enrollments", texte, filter="class.type='class' AND role='teacher'")
    assert apres.json()["enrollments"], "a dotted name"


def test_a_token_opens_what_its_scopes_say_in_its_own_bac(ent: Any) -> None:
    """Core scope: no nested address, no date of birth; a token of another bac, or an old one, is nothing."""
    noyau = jeton(ent, PORTEES.format("v1p1", "-core"))
    assert lire(ent, f"{V1}/users", noyau).status_code == 200
    assert lire(ent, f"{V1}/demographics", noyau).status_code == 403
    assert mineur(lire(ent, f"{V1}/students", noyau)) == "forbidden"
    ailleurs = jeton(ent.voisin)
    assert lire(ent.voisin, f"{V1}/users", ailleurs).status_code == 200
    refus = lire(ent, f"{V1}/users", ailleurs)
    assert (refus.status_code, mineur(refus), "users" in refus.json()) == (401, "unauthorisedrequest", False)
    assert ent["ent"].get(f"{V1}/users").status_code == 401
    corps = {"grant_type": "client_credentials"}
    assert ent["ent"].post("/ims/oneroster/token", data=corps, auth=("editeur", "faux")).json()["error"] == (
        "invalid_client"
    )
    croise = ent["ent"].post("/ims/oneroster/token", data=corps, auth=("editeur", ent.voisin.secret))
    assert croise.status_code == 401
    en_json = ent["ent"].post("/ims/oneroster/token", json=corps, auth=("editeur", ent.secret))
    assert en_json.json()["error"] == "unsupported_grant_type"
    assert "x-www-form-urlencoded (reçu : « application/json »)" in en_json.json()["error_description"]
    assert ent["ent"].get("/api/connecteurs/editeur/echanges").json()[0]["code"] == "UNSUPPORTED_GRANT_TYPE"
    for faux, dit in (("/user", "La plus proche est /v1p1/users."), ("/devoirs", "docs/connecteurs-oneroster.md")):
        assert dit in lire(ent, V1 + faux, noyau).json()["imsx_description"]
    declarer(ent, "mefiant")
    secret = str(ent["ent"].post("/api/connecteurs/mefiant/secret").json()["secret"])
    refusee = ent["ent"].post(
        "/ims/oneroster/token",
        data=corps | {"scope": PORTEES.format("v1p1", "-demographics")},
        auth=("mefiant", secret),
    )
    assert (refusee.status_code, refusee.json()["error"]) == (400, "invalid_scope")
    dits = ent["ent"].get("/api/connecteurs/editeur/echanges").json()
    assert {"", "FORBIDDEN", "UNAUTHORISEDREQUEST"} <= {e["code"] for e in dits}
    assert any('"users":[' in e["reponse"] for e in dits)
    assert all(noyau not in e["demande"] + e["reponse"] for e in dits), "a token is not told again"


def test_a_page_told_again_is_what_the_directory_says(ent: Any) -> None:
    """Kept in memory until something changes: told as it is now, to whom may have it, and seen among the exchanges."""
    texte = jeton(ent)
    chemin, filtre = f"{V1}/users", "identifier='7100003'"
    avant = lire(ent, chemin, texte, filter=filtre)
    encore = lire(ent, chemin, texte, filter=filtre)
    assert (encore.content, encore.headers["link"]) == (avant.content, avant.headers["link"])
    dits = ent["ent"].get("/api/connecteurs/editeur/echanges").json()
    assert [e["demande"] for e in dits[:2]] == [f"GET {chemin}?{encore.request.url.query.decode()}"] * 2
    assert avant.json()["users"][0]["metadata"]["etat"] == "a_activer"
    compte = jeu.comptes(ent)[7100003]
    champs = {"login": compte["login"], "code": compte["code_activation"], "mot_de_passe": SECRET}
    assert ent["ent"].post("/api/projets/essai/activation", json=champs).status_code == 200
    assert lire(ent, chemin, texte, filter=filtre).json()["users"][0]["metadata"]["etat"] == "actif"
    court = jeton(ent, code="court", secret=declarer(ent, "court", duree=1))
    assert lire(ent, chemin, court).status_code == lire(ent, chemin, court).status_code == 200
    ent.avancer("lot")
    vieux = lire(ent, chemin, court)
    assert (vieux.status_code, mineur(vieux)) == (401, "unauthorisedrequest"), "it died with the clock"


def test_the_ine_is_told_to_whom_may_have_it(ent: Any) -> None:
    """Without the setting neither the record nor a filter says it; with it, userIds holds it."""
    assert "INE" not in {x["type"] for x in qui(ent, ILONA)["userIds"]}
    texte = jeton(ent, code="avec-ine", secret=declarer(ent, "avec-ine", ine=True))
    lu = lire(ent, f"{V1}/students", texte, filter="identifier='7100001'").json()["users"][0]
    assert {x["type"] for x in lu["userIds"]} == {"ENTPersonJointure", "INE"}


def test_signed_requests(ent: Any) -> None:
    """OAuth 1.0a, two legs, as any library signs them: once each; a changed address is not what was signed."""
    cle = ent["ent"].post("/api/connecteurs/editeur/signature").json()["cle"]
    adresse = f"{ent['ent'].base_url}{V1[1:]}/users"
    for methode in ("HMAC-SHA1", "HMAC-SHA256"):
        entete = signer(adresse, {"limit": "2"}, cle, methode)
        assert len(ent["ent"].get(adresse, params={"limit": 2}, headers=entete).json()["users"]) == 2
        assert ent["ent"].get(adresse, params={"limit": 2}, headers=entete).status_code == 401, "used once"
        assert ent["ent"].get(adresse, params={"limit": 3}, headers=entete).status_code == 401
    ailleurs = ent.voisin["ent"].post("/api/connecteurs/editeur/signature").json()["cle"]
    for autre in (ailleurs, "autre-cle"):
        assert autre != cle
        assert ent["ent"].get(adresse, headers=signer(adresse, {}, autre, "HMAC-SHA1")).status_code == 401


def signer(adresse: str, parametres: dict[str, str], cle: str, methode: str) -> dict[str, str]:
    """The header of a request signed by the text of RFC 5849, not by the library that the ENT verifies with."""
    oauth = {
        "oauth_consumer_key": "editeur",
        "oauth_nonce": f"n{time.perf_counter_ns()}",
        "oauth_signature_method": methode,
        "oauth_timestamp": "1630900000",
        "oauth_version": "1.0",
    }
    lieu = urlsplit(adresse)
    tous = "&".join(f"{quote(n, '')}={quote(v, '')}" for n, v in sorted((oauth | parametres).items()))
    base = "&".join(["GET", quote(f"{lieu.scheme}://{lieu.netloc}{lieu.path}", ""), quote(tous, "")])
    condensat = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}[methode]
    signature = base64.b64encode(hmac.new(f"{cle}&".encode(), base.encode(), condensat).digest()).decode()
    champs = ", ".join(f'{n}="{quote(v, "")}"' for n, v in (oauth | {"oauth_signature": signature}).items())
    return {"Authorization": f"OAuth {champs}"}
