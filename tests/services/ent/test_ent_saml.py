"""SAML 2: the ENT as identity provider of pysaml2, unmodified, with xmlsec1; ÉduConnect and the guichets of the ENT."""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Iterator
from contextlib import ExitStack
from html import unescape
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT

from services.ent.use_cases.cles import fabriquer
from shared.horloge.profils import profil
from tests.conftest import BacEssai
from tests.navigateur.outils import LARGEURS, navigateur, verifier_largeur, verifier_page

from . import jeu_ent as jeu
from .client_saml import (
    ACS,
    SLO,
    SP,
    XMLSEC,
    au_guichet,
    champs,
    declarer,
    demander,
    derniers,
    envelopper,
    lire,
    logiciel,
    personne_encore,
    publier,
)
from .clients_cas import manquer
from .ecoute import ecouter
from .test_ent_cas import HTML, role
from .test_ent_mon_ent import AURORE, CHEF, ILONA, LYCEE, PARTAGE, alimenter

__all__ = ["navigateur"]


@pytest.fixture(scope="module")
def ent(installation: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two schools in one ENT, and a service provider's key."""
    if XMLSEC is None:
        manquer("xmlsec1 is missing: type « apt-get install -y xmlsec1 ».")
    choisi = profil("nice-2021")
    installation.gestion.creer("essai_saml", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        bac = BacEssai(installation, "essai_saml", pile)
        dossier = tmp_path_factory.mktemp("saml")
        alimenter(bac, dossier)
        cle, certificat, _ = fabriquer("sp")
        (dossier / "sp.pem").write_text(cle)
        (dossier / "sp.crt").write_text(certificat)
        bac.dossier = dossier  # type: ignore[attr-defined]
        yield bac
    installation.gestion.supprimer("essai_saml")


@pytest.mark.parametrize(
    ("aaf_id", "login", "sigle", "uais", "vecteurs"),
    [
        (ILONA, "ilona.valbrune", "ELV", [jeu.UAI], ["4|VALBRUNE|Ilona|1900001|" + jeu.UAI]),
        (
            AURORE,
            "aurore.valbrune",
            "TUT",
            [jeu.UAI, LYCEE],
            [f"2|VALBRUNE|Aurore|1900001|{jeu.UAI}", f"2|VALBRUNE|Aurore|1900002|{LYCEE}"],
        ),
        (PARTAGE, "berenice.orval", "ENS", [jeu.UAI, LYCEE], []),
        (CHEF, "odile.savigne", "DIR", [jeu.UAI], []),
    ],
)
def test_everybody_signs_in(
    ent: Any, aaf_id: int, login: str, sigle: str, uais: list[str], vecteurs: list[str]
) -> None:
    """Pupil, parent of two, teacher of two schools, chef, by either binding: pysaml2 takes the assertion."""
    liaison = BINDING_HTTP_POST if aaf_id in (AURORE, CHEF) else BINDING_HTTP_REDIRECT
    declarer(ent, demandes_signees=True)
    appli = logiciel(ent)
    with role(ent, aaf_id) as client:
        numero, recu = demander(ent, client, appli, liaison)
        assert (recu["adresse"], recu["RelayState"]) == (ACS, "ici")
        dit = lire(appli, numero, recu).ava
    assert dit["uid"] == [login]
    assert dit["ENTPersonProfils"][0] == f"National_{sigle}"
    assert sorted(dit["ENTPersonStructRattachRNE"]) == sorted(uais)
    assert dit.get("FrEduVecteur", []) == vecteurs


@pytest.mark.parametrize("famille", ["entcore", "apereo", "laclasse", "gar", "standard"])
def test_each_kind_of_ent_says_its_own(ent: Any, famille: str) -> None:
    """What is signed, who the NameID is, which attributes: pysaml2 reads each; an allow-list leaves the others out."""
    declarer(ent, prereglage=famille)
    signee = famille in ("entcore", "gar", "standard")
    appli = logiciel(ent, want_assertions_signed=signee, want_response_signed=famille in ("apereo", "laclasse"))
    with role(ent, AURORE) as client:
        numero, recu = demander(ent, client, appli)
        appli.config.entityid = ACS if famille == "laclasse" else SP  # whose audience is the address
        lu = lire(appli, numero, recu)
    attendu = {
        "entcore": {"FrEduVecteur", "FrEduUrlRetour"},
        "gar": {"GARPersonIdentifiant", "idEnt"},
        "apereo": {"ENTPersonJointure"},
        "laclasse": {"LaclasseNom", "categories"},
        "standard": {"ENTPersonJointure", "FrEduVecteur"},
    }[famille]
    assert attendu <= set(lu.ava)
    assert (lu.name_id.text == "aurore.valbrune") is (famille == "apereo")


@pytest.mark.parametrize("algorithme", ["aes256-gcm", "aes256-cbc", "aes128-cbc"])
def test_an_assertion_for_one_software_alone(ent: Any, algorithme: str) -> None:
    """Signed, encrypted, signed: xmlsec1 decrypts, pysaml2 judges; another key reads nothing; our page shows all."""
    declarer(ent, chiffrement=(ent.dossier / "sp.crt").read_text(), algorithme=algorithme)
    appli = logiciel(ent, want_response_signed=True)
    with role(ent, PARTAGE) as client:
        numero, recu = demander(ent, client, appli)
        xml = base64.b64decode(recu["SAMLResponse"])
        assert (b"berenice" in xml, algorithme.encode() in xml) == (False, True)
        assert lire(appli, numero, recu).ava["uid"] == ["berenice.orval"]
        assert "berenice.orval" in derniers(ent)[0]["reponse"]
        declarer(ent, chiffrement=fabriquer("autre")[1])
        assert lire(appli, *demander(ent, client, appli)).assertions == [], "that of somebody else"


def test_what_is_changed_on_the_way_is_refused_by_the_client(ent: Any) -> None:
    """A tampered assertion, one moved aside for another, one that answers nothing, one for somebody else."""
    from saml2.sigver import SignatureError

    declarer(ent)
    appli = logiciel(ent)
    with role(ent, ILONA) as client:
        numero, recu = demander(ent, client, appli)
    xml = base64.b64decode(recu["SAMLResponse"]).decode()
    for faux in (xml.replace("ilona.valbrune", "odile.savigne"), xml.replace("National_ELV", "National_DIR")):
        assert faux != xml
        with pytest.raises(SignatureError):
            lire(appli, numero, {"SAMLResponse": base64.b64encode(faux.encode()).decode()})
    with pytest.raises(Exception, match="id"):
        lire(appli, "id-autre", recu)
    appli.config.entityid = "https://autre.exemple.invalid/saml"
    with pytest.raises(Exception, match=r"(?i)audience|conditions"):
        lire(appli, numero, recu)


def test_a_request_that_is_not_the_connectors_is_refused(ent: Any) -> None:
    """Unknown entity, other address, unsigned, changed: a page, and a line on the connector's."""
    declarer(ent, demandes_signees=True)
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False) as client:

        def essayer(appli: Any, **options: Any) -> httpx.Response:
            _, envoi = appli.prepare_for_authenticate(binding=BINDING_HTTP_REDIRECT, **options)
            return client.get(dict(envoi["headers"])["Location"])

        muette = logiciel(ent, authn_requests_signed=False)
        assert "SIGNATURE_ABSENTE" in essayer(muette).text
        assert derniers(ent)[0]["code"] == "SIGNATURE_ABSENTE"
        ailleurs = essayer(logiciel(ent), assertion_consumer_service_url="https://voleur.invalid/acs")
        assert (ailleurs.status_code, "location" in ailleurs.headers) == (422, False)
        assert "elle est sur appli.exemple.invalid" in ailleurs.text
        bonne = dict(logiciel(ent).prepare_for_authenticate(binding=BINDING_HTTP_REDIRECT)[1]["headers"])["Location"]
        autre = bonne.replace("&SigAlg=", "&RelayState=x&SigAlg=") if "RelayState" not in bonne else bonne + "x"
        assert "SIGNATURE_FAUSSE" in client.get(autre).text
        assert derniers(ent)[0]["code"] == "SIGNATURE_FAUSSE"
        inconnue = logiciel(ent)
        inconnue.config.entityid = "https://appli.exemple.invalid/sam"
        assert f"Le plus proche est « {SP} »" in essayer(inconnue).text.replace("&#39;", "'")
        assert "MESSAGE_ILLISIBLE" in client.get("saml/sso", params={"SAMLRequest": "pas du base64"}).text
        assert "le paramètre SAMLRequest y est" in client.get("saml/sso").text
        bombe = "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
        refus = client.post("saml/sso", data={"SAMLRequest": base64.b64encode(bombe.encode()).decode()})
        assert refus.status_code == 422
        assert client.get("saml/suite", params={"demande": "_jamais"}).status_code == 404


def test_nobody_signed_in_is_asked_or_told(ent: Any) -> None:
    """The ENT's own page, then the answer; IsPassive asks nothing; ForceAuthn asks again; an answer is given once."""
    declarer(ent)
    appli = logiciel(ent)
    racine = str(ent["ent"].base_url).partition("/b/")[0]
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False, follow_redirects=True) as client:

        def aller(**options: Any) -> httpx.Response:
            _, envoi = appli.prepare_for_authenticate(binding=BINDING_HTTP_REDIRECT, **options)
            return client.get(dict(envoi["headers"])["Location"])

        page = aller()
        assert "Prendre le rôle" in page.text
        suite = urllib.parse.parse_qs(page.url.query.decode())["suite"][0]
        envoyee = client.post("mon-ent/role", data={"projet": "essai", "aaf_id": ILONA, "suite": suite})
        assert champs(envoyee.text)["adresse"] == ACS
        assert client.get(racine + ent["ent"].base_url.path.rstrip("/") + suite).status_code == 404, "answered once"
        assert "Prendre le rôle" in aller(force_authn="true").text
    with httpx.Client(base_url=ent["ent"].base_url, headers=HTML, verify=False, follow_redirects=True) as client:
        _, envoi = appli.prepare_for_authenticate(binding=BINDING_HTTP_REDIRECT, is_passive="true")
        recu = champs(client.get(dict(envoi["headers"])["Location"]).text)
        assert "NoPassive" in base64.b64decode(recu["SAMLResponse"]).decode()
        assert derniers(ent)[0]["code"] == "NoPassive"


def test_the_session_closes_on_both_sides(ent: Any) -> None:
    """The ENT tells by SOAP, pysaml2 reads it; pysaml2's own signed request closes the ENT's, and comes back."""
    with ecouter() as ecoute:
        declarer(ent, deconnexion=ecoute.adresse + "/soap", retour_deconnexion=SLO)
        points = {
            "assertion_consumer_service": [(ACS, BINDING_HTTP_POST)],
            "single_logout_service": [(SLO, BINDING_HTTP_REDIRECT), (ecoute.adresse + "/soap", BINDING_HTTP_POST)],
        }
        appli = logiciel(ent, endpoints=points)
        with role(ent, ILONA) as client:
            lu = lire(appli, *demander(ent, client, appli))
            client.follow_redirects = False
            client.get("auth/logout")
            ((_, chemin, genre, corps),) = ecoute.recus
            assert (chemin, genre.partition(";")[0]) == ("/soap", "text/xml")
            assert lu.name_id.text in corps.decode()
            # pysaml2 renames the prefixes of a SOAP body before it verifies it: it is given what the body holds.
            (dedans,) = re.findall(rb"<s:Body>(.*)</s:Body>", corps, re.S)
            sortie = appli.parse_logout_request(base64.b64encode(dedans).decode(), BINDING_HTTP_POST)
            assert sortie.message.session_index[0].text == lu.session_info()["session_index"]
        with role(ent, AURORE) as client:
            lu = lire(appli, *demander(ent, client, appli))
            client.follow_redirects = False
            entite = lu.issuer()
            for indice, ouverte in (("_autre", True), (lu.session_info()["session_index"], False)):
                _, demande = appli.create_logout_request(
                    f"{ent['ent'].base_url}saml/slo", entite, name_id=lu.name_id, session_indexes=[indice]
                )
                envoi = appli.apply_binding(
                    BINDING_HTTP_REDIRECT, str(demande), f"{ent['ent'].base_url}saml/slo", "r", sign=True
                )
                retour = client.get(dict(envoi["headers"])["Location"])
                assert retour.headers["location"].startswith(SLO + "?SAMLResponse=")
                assert ("/mon-ent/connexion" not in client.get("mon-ent").headers.get("location", "")) is ouverte


def test_a_connector_of_one_bac_gets_nothing_from_another(ent: Any, bac: Any) -> None:
    """Another key, another issuer: the assertion of one bac is not taken by who trusts the other."""
    declarer(ent)
    jeu.ouvrir_projet(bac, uais=[jeu.UAI])
    bac.dossier = ent.dossier
    with role(ent, ILONA) as client:
        numero, recu = demander(ent, client, logiciel(ent))
    with pytest.raises(Exception, match=r"(?i)issuer|entity|key|unknown|http"):
        lire(logiciel(bac), numero, recu)


# --- ÉduConnect and the guichets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("guichet", "aaf_id", "nom"),
    [
        ("educonnect", ILONA, "Ilona VALBRUNE"),
        ("educonnect", AURORE, "Aurore VALBRUNE"),
        ("guichet", ILONA, "Ilona VALBRUNE"),
        ("guichet", AURORE, "Aurore VALBRUNE"),
    ],
)
def test_families_come_by_a_guichet(ent: Any, guichet: str, aaf_id: int, nom: str) -> None:
    """What the guichet says by itself is enough: the account is found, activated if it was not, and signed in."""
    with personne_encore(ent) as client:
        _, retour = au_guichet(client, guichet, aaf_id, suite="/oidc/authorize?client_id=x")
        assert retour.headers["location"].endswith("/oidc/authorize?client_id=x")
        assert nom in client.get("mon-ent").text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("guichet", "valeurs", "code", "dit"),
    [
        ("guichet", f"4|||999|{jeu.UAI}", "invalid.vector", "Aucun élève de l'ENT n'a ce numéro SIECLE"),
        ("guichet", f"4|||1900001|{LYCEE}", "invalid.vector", "n'est pas dans l'établissement"),
        ("guichet", f"2|VALBRUN|Aurore|1900001|{jeu.UAI}", "invalid.vector", "ce prénom et un autre nom"),
        ("guichet", f"12|X|Y|1900001|{jeu.UAI}", "blocked.profile", "ni un élève ni un responsable"),
        ("guichet", "", "invalid.vector", "n'a pas de FrEduVecteur"),
        ("educonnect", "{AAF}99|1|7999999", "invalid.joinKey", "numéro AAF"),
        ("agents", "inconnu@exemple.invalid", "invalid.vector", "adresse académique"),
    ],
)
def test_nobody_answers_and_the_page_says_why(ent: Any, guichet: str, valeurs: str, code: str, dit: str) -> None:
    """entcore's code, what was received, what differs from the nearest."""
    with personne_encore(ent) as client:
        _, refus = au_guichet(client, guichet, CHEF if guichet == "agents" else AURORE, valeurs)
        lu = unescape(refus.text)
    assert refus.status_code == 403
    assert code in lu
    assert dit in lu
    assert not valeurs or valeurs.split("\n")[0] in lu


def test_two_accounts_answer_and_the_user_chooses(ent: Any) -> None:
    """Two references: the page asks; the account taken is one of those that answered, and no other."""
    with personne_encore(ent) as client:
        _, page = au_guichet(client, "educonnect", AURORE, f"{{AAF}}99|1|{ILONA}\n{{AAF}}99|1|{AURORE}")
        assert "Plusieurs comptes" in page.text
        (cle, *_) = re.findall(r'name="cle" value="([^"]+)"', page.text)
        assert client.post("saml/choix", data={"cle": cle, "aaf_id": CHEF}).status_code == 404
        assert client.post("saml/choix", data={"cle": cle, "aaf_id": ILONA}).status_code == 303
        assert "Ilona VALBRUNE" in client.get("mon-ent").text.replace("\xa0", " ")


def test_an_assertion_is_judged_before_it_is_read(ent: Any) -> None:
    """Replayed, changed, wrapped, unsigned, of another guichet, answering nothing: refused, nobody signed in."""
    with personne_encore(ent) as client:
        recu, retour = au_guichet(client, "guichet", ILONA)
        assert retour.status_code == 303
        client.cookies.clear()
        envoi = {"SAMLResponse": recu["SAMLResponse"], "RelayState": recu["RelayState"]}
        assert "ASSERTION_REJOUEE" in client.post("saml/acs", data=envoi).text
        xml = base64.b64decode(recu["SAMLResponse"])

        def poster(message: bytes) -> str:
            dit = envoi | {"SAMLResponse": base64.b64encode(message).decode()}
            reponse = client.post("saml/acs", data=dit)
            assert reponse.status_code in (403, 422), reponse.text
            return unescape(reponse.text)

        assert "SIGNATURE_FAUSSE" in poster(xml.replace(b"|1900001|", b"|1900002|"))
        assert "SIGNATURE_FAUSSE" in poster(envelopper(xml))
        assert "SIGNATURE_ABSENTE" in poster(re.sub(rb"<ds:Signature.*?</ds:Signature>", b"", xml, flags=re.S))
        assert "EMETTEUR_INCONNU" in poster(xml.replace(b"/educonnect/guichet/", b"/educonnect/autre/"))
        assert "SIGNATURE_FAUSSE" in poster(xml.replace(b"/educonnect/guichet/", b"/educonnect/educonnect/"))
        autre, _ = au_guichet(client, "guichet", ILONA)
        client.cookies.clear()
        mele = {"SAMLResponse": autre["SAMLResponse"], "RelayState": "_autre"}
        assert "ASSERTION_REJOUEE" in client.post("saml/acs", data=mele).text
        assert "/mon-ent/connexion" in client.get("mon-ent").headers["location"]


def test_a_software_may_trust_the_guichet_itself(ent: Any) -> None:
    """pysaml2 asks ÉduConnect, not the ENT: the attributes that ÉduConnect gives a service."""
    declarer(ent)
    appli = logiciel(ent, "educonnect/educonnect/metadonnees")
    numero, envoi = appli.prepare_for_authenticate(binding=BINDING_HTTP_REDIRECT)
    with personne_encore(ent) as client:
        client.follow_redirects = True
        page = client.get(dict(envoi["headers"])["Location"])
        demande = urllib.parse.parse_qs(page.url.query.decode())["demande"][0]
        qui = {"demande": demande, "projet": "essai", "aaf_id": str(ILONA), "valeurs": "{AAF}99|1|7100001"}
        dit = lire(appli, numero, champs(client.post("educonnect/educonnect/personne", data=qui).text)).ava
    assert dit["FrEduCtRefId"] == ["{AAF}99|1|7100001"]
    assert dit["urn:oid:1.3.6.1.4.1.20326.10.999.1.7"] == ["eleve2d"]
    assert dit["sn"] == ["VALBRUNE"]


@pytest.mark.navigateur
def test_the_pages_of_federation(navigateur: Browser, ent: Any) -> None:
    """A connector is declared in the browser; a guichet signs in, a failure is explained; each page in two widths."""
    base = str(ent["ent"].base_url).rstrip("/")
    page = navigateur.new_page()
    page.goto(f"{base}/connecteurs/nouveau/oidc")
    page.fill("#champ-code", "page")
    page.fill("#champ-nom", "Logiciel de la page")
    page.fill("#champ-adresses", "https://page.exemple.invalid/retour")
    page.click("button:has-text('Déclarer')")
    page.click("button:has-text('Donner un secret')")
    assert page.get_by_text("SC-").is_visible()
    verifier_page(page, f"{base}/connecteurs/nouveau/saml", LARGEURS, "ent-saml-demande")
    page.goto(f"{base}/mon-ent/connexion")
    page.click("text=Guichet académique")
    page.click("text=Aurore VALBRUNE")
    verifier_page(page, page.url, LARGEURS, "ent-guichet-personne")
    page.fill("#champ-valeurs", f"2|VALBRUN|Aurore|1900001|{jeu.UAI}")
    page.click("button:has-text('Connecter')")
    page.wait_for_url("**/saml/acs")  # the form that carries the assertion sent itself
    assert page.get_by_text("invalid.vector").is_visible()
    for largeur in LARGEURS:
        page.set_viewport_size({"width": largeur, "height": 900})
        verifier_largeur(page)
    page.goto(f"{base}/saml/federation/educonnect")
    page.click("text=Ilona VALBRUNE")
    page.click("button:has-text('Connecter')")
    page.wait_for_url("**/mon-ent")
    assert page.get_by_text("Vous êtes connecté.").is_visible()
    page.close()


def test_metadata_fill_the_demand(ent: Any) -> None:
    """Those that pysaml2 writes of itself are read: address, entityID, certificate; the connector works as it is."""
    publiees = publier(logiciel(ent))
    lues = ent["ent"].post("/api/connecteurs/saml/metadonnees", content=publiees.encode()).json()
    assert (lues["adresses"], lues["reglages"]["entite"]) == ([ACS], SP)
    assert {"certificat", "chiffrement"} <= set(lues["reglages"])
    declarer(ent, **(lues["reglages"] | {"demandes_signees": True}))
    with role(ent, CHEF) as client:
        appli = logiciel(ent)
        assert lire(appli, *demander(ent, client, appli)).ava["uid"] == ["odile.savigne"]
    page = ent["ent"].post("/connecteurs/nouveau/saml/metadonnees", data={"xml": publiees}, headers=HTML)
    assert f'value="{SP}"' in page.text
    faux = ent["ent"].post("/api/connecteurs/saml/metadonnees", content=b"<a/>")
    assert (faux.status_code, faux.json()["code"]) == (422, "MESSAGE_ILLISIBLE")
