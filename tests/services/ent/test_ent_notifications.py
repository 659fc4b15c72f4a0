"""Notifications: signed, in order, at least once; a receiver that fails is tried again, later and later; told again."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from services.ent.use_cases import livraison_dehors
from shared.contracts.refus import Refus
from shared.http.sortie import verifier_sortie
from tests.navigateur.outils import LARGEURS, navigateur, verifier_page

from . import jeu_ent as jeu
from .test_ent_mon_ent import ILONA, SECRET, alimenter, deux_ecoles

__all__ = ["navigateur"]


class Receveur:
    """A publisher's server: what it was sent, and how it answers. `delai`: seconds before it does."""

    def __init__(self) -> None:
        self.recus: list[tuple[dict[str, str], bytes]] = []
        self.statut, self.delai, self.adresse = 200, 0.0, ""

    @property
    def notifications(self) -> list[dict[str, Any]]:
        """Every notification received, in the order in which they came."""
        return [n for _, corps in self.recus for n in json.loads(corps)["notifications"]]


@contextmanager
def receveur() -> Iterator[Receveur]:
    """Listen on a free port of 127.0.0.1."""
    lui = Receveur()

    class Reponse(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            corps = self.rfile.read(int(self.headers["Content-Length"]))
            lui.recus.append((dict(self.headers.items()), corps))
            time.sleep(lui.delai)
            self.send_response(lui.statut)
            self.send_header("Location", "http://127.0.0.1:1/ailleurs")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Reponse)
    lui.adresse = f"http://127.0.0.1:{serveur.server_address[1]}/notifications"
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    try:
        yield lui
    finally:
        serveur.shutdown()
        serveur.server_close()


def declarer(bac: Any, adresse: str, code: str = "avis", **reglages: Any) -> str:
    """A connector that is notified: its signing key."""
    corps = {
        "projet": "essai",
        "nom": "Avis",
        "protocole": "webhook",
        "adresses": [adresse],
        "reglages": reglages,
    }
    reponse = bac["ent"].put(f"/api/connecteurs/{code}", json=corps)
    assert reponse.status_code == 200, reponse.text
    assert bac["ent"].post(f"/api/connecteurs/{code}/secret").status_code == 200
    return str(bac["ent"].post(f"/api/connecteurs/{code}/signature").json()["cle"])


def etat(bac: Any, code: str = "avis") -> dict[str, Any]:
    """How deliveries go."""
    lu: dict[str, Any] = bac["ent"].get(f"/api/connecteurs/{code}/notifications").json()
    return lu


def sans_theo(bac: Any, dossier: Path, jour: date) -> None:
    """A complete feed without Théo."""
    ecole, lycee = deux_ecoles()
    fiches = ecole.avec(eleves=(ecole.eleves[0], ecole.eleves[2])).enregistrements()
    fiches.insert(1, lycee.vers_enregistrement())
    assert jeu.importer(bac, jeu.archive_complete(dossier, fiches, jour))["etat"] == "applique"


def activer(bac: Any, aaf_id: int) -> None:
    """First steps."""
    compte = jeu.comptes(bac)[aaf_id]
    champs = {"login": compte["login"], "code": compte["code_activation"], "mot_de_passe": SECRET}
    reponse = bac["ent"].post("/api/projets/essai/activation", json=champs)
    assert reponse.status_code == 200, reponse.text


def test_what_is_told(bac: Any, tmp_path: Path) -> None:
    """Accounts, classes, imports, each numbered once, signed; what a connector did not want, it is not told."""
    jeu.ouvrir_projet(bac)
    with receveur() as tous, receveur() as peu:
        cle = declarer(bac, tous.adresse)
        declarer(bac, peu.adresse, "peu", comptes=False, classes=False)
        muet = {"projet": "essai", "nom": "Sans secret", "protocole": "webhook", "adresses": [peu.adresse]}
        assert bac["ent"].put("/api/connecteurs/muet", json=muet).status_code == 200
        complet = jeu.complet(tmp_path, jeu.ecole_type(), date(2021, 9, 6))
        jeu.importer(bac, complet)
        assert (etat(bac, "muet")["en_attente"], etat(bac, "muet")["echecs"]) == (1, 0), "nothing leaves unsigned"
        genres = [n["genre"] for n in tous.notifications]
        assert genres.count("account.created") == 8
        assert genres.count("class.changed") == 2
        assert genres.count("group.changed") == 2
        assert genres[-1] == "import.done"
        assert [n["numero"] for n in tous.notifications] == list(range(1, len(genres) + 1))
        assert [n["genre"] for n in peu.notifications] == ["import.done"]
        ilona = next(n for n in tous.notifications if n["donnees"].get("identifiant") == str(ILONA))
        assert ilona["donnees"]["login"] == "ilona.valbrune"
        assert "VALBRUNE" not in json.dumps(tous.notifications), "nor names nor INE"

        entetes, corps = tous.recus[0]
        horodatage = int(entetes["X-Rentree-Horodatage"])
        assert horodatage == int(bac.maintenant.timestamp()), "the simulated clock's"
        signe = hmac.new(cle.encode(), f"{horodatage}.".encode() + corps, hashlib.sha256).hexdigest()
        assert entetes["X-Rentree-Signature"] == f"v1={signe}"

        activer(bac, ILONA)
        assert (tous.notifications[-1]["genre"], tous.notifications[-1]["objet"]) == (
            "account.activated",
            ilona["objet"],
        )
        jeu.importer(bac, complet)
        assert tous.notifications[-1]["genre"] == "import.done"
        assert len(tous.notifications) == len(genres) + 2, "the same feed changes nothing, and is told"
        assert etat(bac)["acquitte"] == etat(bac)["dernier"] == len(genres) + 2
        dits = bac["ent"].get("/api/connecteurs/avis/echanges").json()
        assert "X-Rentree-Signature: v1=" in dits[0]["demande"]
        assert dits[0]["reponse"].startswith("200")


def test_a_receiver_that_fails_is_told_later_and_in_order(
    bac: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500, nobody, too late: kept, tried again on the simulated clock, in order, the same key; the others go on."""
    monkeypatch.setattr(livraison_dehors, "PATIENCE", 0.3)
    alimenter(bac, tmp_path)
    with receveur() as bon, receveur() as mauvais:
        declarer(bac, bon.adresse, "bon")
        declarer(bac, mauvais.adresse)
        mauvais.statut = 500
        activer(bac, ILONA)
        assert len(bon.recus) == len(mauvais.recus) == 1
        vu = etat(bac)
        assert (vu["echecs"], vu["en_attente"], vu["acquitte"]) == (1, 1, 0)
        essai = datetime.fromisoformat(vu["prochain_essai"])
        assert essai - bac.maintenant == timedelta(minutes=1)
        sans_theo(bac, tmp_path, date(2021, 9, 7))
        assert len(mauvais.recus) == 1, "before its next attempt nothing is sent to it"
        assert {n["genre"] for n in bon.notifications} >= {"account.disabled", "class.changed", "import.done"}
        dit = bac["ent"].get("/api/connecteurs/avis/echanges").json()[0]
        assert dit["code"] == "REPONSE_500"

        mauvais.statut = 302
        bac.avancer("nuit")
        echecs = etat(bac)["echecs"]
        assert echecs > 1, "a redirection is not followed"
        mauvais.statut, mauvais.delai = 200, 0.6
        bac.avancer("24h")
        assert etat(bac)["echecs"] > echecs
        assert bac["ent"].get("/api/connecteurs/avis/echanges").json()[0]["code"] == "SANS_REPONSE"
        mauvais.delai = 0.0
        mauvais.recus, deja = [], mauvais.recus
        bac.avancer("24h")
        assert [n["numero"] for n in mauvais.notifications] == [n["numero"] for n in bon.notifications]
        cles = {entetes["Idempotency-Key"] for entetes, _ in deja}
        assert cles == {mauvais.recus[0][0]["Idempotency-Key"]}, "always the first, with the same key"
        assert int(mauvais.recus[0][0]["X-Rentree-Essai"]) == len(deja) + 1
        vu = etat(bac)
        assert (vu["echecs"], vu["en_attente"], vu["prochain_essai"]) == (0, 0, None)


def test_told_again_from_a_number(bac: Any, tmp_path: Path) -> None:
    """From the number that was lost, everything, in order; from one that is not there, a refusal."""
    alimenter(bac, tmp_path)
    with receveur() as lui:
        declarer(bac, lui.adresse)
        activer(bac, ILONA)
        sans_theo(bac, tmp_path, date(2021, 9, 7))
        attendus = lui.notifications
        lui.recus = []
        assert bac["ent"].post("/api/connecteurs/avis/notifications/rejeu", json={"depuis": 2}).status_code == 202
        assert lui.notifications == attendus[1:]
        refus = bac["ent"].post("/api/connecteurs/avis/notifications/rejeu", json={"depuis": 999})
        assert (refus.status_code, refus.json()["code"]) == (422, "NUMERO_INCONNU")
        lui.statut, lui.recus = 503, []
        activer(bac, 7100003)
        assert etat(bac)["en_attente"] == 1
        lui.statut = 200
        assert bac["ent"].post("/api/connecteurs/avis/notifications/livraison").status_code == 202
        assert etat(bac)["en_attente"] == 0
        assert bac["ent"].delete("/api/connecteurs/avis").status_code == 204
        recus = len(lui.recus)
        sans_theo(bac, tmp_path, date(2021, 9, 8))
        assert len(lui.recus) == recus, "taken back: told of nothing"


def test_nothing_is_sent_inside(bac: Any) -> None:
    """The simulation's own applications and link-local addresses are refused, under any name."""
    adresses = [str(bac[s].base_url) for s in ("ent", "pilotage")]
    port = adresses[0].split(":")[2].split("/")[0]
    for interdite in (
        adresses[1],
        f"http://localhost:{port}/api",
        f"http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/",
        "http://0.0.0.0:9/",
        "ftp://exemple.invalid/",
        "http://nulle-part.exemple.invalid/",
    ):
        with pytest.raises(Refus) as refus:
            verifier_sortie(interdite, adresses)
        assert refus.value.code == "SORTIE_INTERDITE"
    verifier_sortie("http://127.0.0.1:9/recevoir", adresses)


def test_the_page_of_the_notifications(bac: Any, tmp_path: Path, navigateur: Browser) -> None:
    """Declared by the form, told of an import, told again by a button; at both widths."""
    alimenter(bac, tmp_path)
    page = navigateur.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{bac['ent'].base_url}connecteurs/nouveau/webhook")
    with receveur() as lui:
        page.get_by_label("Code").fill("avis")
        page.get_by_label("Projet d'ENT").select_option("essai")
        page.get_by_label("Logiciel").first.fill("Avis")
        page.get_by_label("Adresses du logiciel").fill(lui.adresse)
        page.get_by_role("button", name="Déclarer").click()
        page.get_by_role("button", name="Donner un secret").click()
        sans_theo(bac, tmp_path, date(2021, 9, 7))
        page.goto(f"{bac['ent'].base_url}connecteurs/avis/notifications")
        assert page.get_by_text("account.disabled").is_visible()
        nombre = len(lui.recus)
        page.get_by_label("Depuis le numéro").fill("1")
        page.get_by_role("button", name="Rejouer").click()
        page.get_by_text("repartent depuis le n° 1").wait_for()
        assert len(lui.recus) == nombre + 1
        base = f"{bac['ent'].base_url}connecteurs"
        page.get_by_role("button", name="Montrer la clé de signature").click()
        assert page.get_by_text("SG-").is_visible()
        verifier_page(page, f"{base}/avis/notifications", LARGEURS, "ent-notifications")
        corps = {"projet": "essai", "nom": "Éditeur", "protocole": "oneroster"}
        assert bac["ent"].put("/api/connecteurs/editeur", json=corps).status_code == 200
        verifier_page(page, f"{base}/editeur", LARGEURS, "ent-oneroster")
        pousse = {"projet": "essai", "nom": "MDM", "protocole": "scim_sortant", "adresses": [lui.adresse]}
        assert bac["ent"].put("/api/connecteurs/mdm", json=pousse).status_code == 200
        assert bac["ent"].post("/api/connecteurs/mdm/secret").status_code == 200
        verifier_page(page, f"{base}/mdm", LARGEURS, "ent-scim-sortant")
    page.close()
