"""The ENT provisions a publisher's SCIM server: at the CAS sign-in, when the directory changes, whole on demand.

The server of the tests keeps what it is told as scim2-models reads and applies it: what is not SCIM is refused there.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import jeu_ent as jeu
from .test_ent_cas import SERVICE, role, ticket_pour
from .test_ent_cas import declarer as declarer_cas
from .test_ent_mon_ent import ILONA, LYCEE, PARTAGE, THEO, alimenter
from .test_ent_notifications import sans_theo


class ServeurScim:
    """A publisher's server. `appels`: what was asked, in order; `panne`: the status that it answers to everything."""

    def __init__(self) -> None:
        self.users: dict[str, Any] = {}
        self.groups: dict[str, Any] = {}
        self.appels: list[str] = []
        self.jetons: set[str] = set()
        self.adresse, self.panne = "", 0

    def repondre(self, methode: str, chemin: str, corps: bytes) -> tuple[int, Any]:
        """The answer to a request."""
        from scim2_models import Context, PatchOp  # two seconds: only whoever uses it pays them

        from services.ent.use_cases.scim_modeles import Compte, Groupe

        lu = urlsplit(chemin)
        collection, _, sid = lu.path.strip("/").partition("/")
        self.appels.append(f"{methode} {collection}")
        if self.panne:
            return self.panne, {}
        modele: Any
        modele, ici = (Compte, self.users) if collection == "Users" else (Groupe, self.groups)
        if methode == "POST":
            cree = modele.model_validate_json(corps, scim_ctx=Context.RESOURCE_CREATION_REQUEST)
            cree.id = f"{collection[0]}{len(ici) + 1}"
            ici[cree.id] = cree
            return 201, self._dire(cree)
        if methode == "GET":
            filtre = re.fullmatch(r'(\w+) eq "(.*)"', parse_qs(lu.query)["filter"][0])
            assert filtre is not None
            nom = re.sub(r"([A-Z])", r"_\1", filtre[1]).lower()
            trouves = [self._dire(r) for r in ici.values() if getattr(r, nom) == filtre[2]]
            return 200, {"totalResults": len(trouves), "Resources": trouves}
        if sid not in ici:
            return 404, {}
        if methode == "DELETE":
            del ici[sid]
            return 204, None
        PatchOp[modele].model_validate_json(corps, scim_ctx=Context.RESOURCE_PATCH_REQUEST).patch(ici[sid])
        return 200, self._dire(ici[sid])

    def _dire(self, ressource: Any) -> Any:
        """A resource, with the groups of an account."""
        from scim2_models import Context

        lu = ressource.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
        if ressource.id in self.users:
            dedans = [g for g in self.groups.values() if ressource.id in {m.value for m in g.members or []}]
            lu["groups"] = [{"value": g.id, "display": g.display_name} for g in dedans]
        return lu

    def membres(self, nom: str) -> set[str]:
        """The members of a group, by name."""
        (groupe,) = [g for g in self.groups.values() if g.display_name == nom]
        ids = {m.value for m in groupe.members or []}
        return {x.user_name for x in self.users.values() if x.id in ids} | {
            x.display_name for x in self.groups.values() if x.id in ids
        }


@contextmanager
def serveur() -> Iterator[ServeurScim]:
    """Listen on a free port of 127.0.0.1, under /scim."""
    lui = ServeurScim()

    class Reponse(BaseHTTPRequestHandler):
        def repondre(self) -> None:
            corps = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            lui.jetons.add(self.headers.get("Authorization", ""))
            statut, dit = lui.repondre(self.command, self.path.removeprefix("/scim"), corps)
            octets = b"" if dit is None else json.dumps(dit).encode()
            self.send_response(statut)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        do_GET = do_POST = do_PATCH = do_DELETE = repondre

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    ecoute = ThreadingHTTPServer(("127.0.0.1", 0), Reponse)
    lui.adresse = f"http://127.0.0.1:{ecoute.server_address[1]}/scim"
    threading.Thread(target=ecoute.serve_forever, daemon=True).start()
    try:
        yield lui
    finally:
        ecoute.shutdown()
        ecoute.server_close()


def declarer(bac: Any, adresse: str, **reglages: Any) -> str:
    """A connector that is provisioned: the token that its server will be shown."""
    corps = {
        "projet": "essai",
        "nom": "MDM",
        "protocole": "scim_sortant",
        "adresses": [adresse],
        "reglages": reglages,
    }
    reponse = bac["ent"].put("/api/connecteurs/mdm", json=corps)
    assert reponse.status_code == 200, reponse.text
    assert bac["ent"].post("/api/connecteurs/mdm/secret").status_code == 200
    return str(bac["ent"].post("/api/connecteurs/mdm/signature").json()["cle"])


def test_just_in_time_then_from_feed_to_feed(bac: Any, tmp_path: Path) -> None:
    """At the CAS sign-in the account is there with its school and class; who leaves is deactivated; a fault waits."""
    alimenter(bac, tmp_path)
    with serveur() as mdm:
        jeton = declarer(bac, mdm.adresse, cas="appli")
        declarer_cas(bac)
        declarer_cas(bac, "autre", "https://autre.exemple.invalid/")
        with role(bac, ILONA) as client:
            ticket_pour(client, "https://autre.exemple.invalid/")
            assert not mdm.appels, "another software's sign-in"
            ticket_pour(client, SERVICE)
        assert mdm.jetons == {f"Bearer {jeton}"}
        ordre = "GET Users, POST Users, GET Groups, POST Groups, GET Groups, POST Groups, PATCH Groups, PATCH Groups"
        assert ", ".join(mdm.appels).startswith(ordre)
        (ilona,) = mdm.users.values()
        assert (ilona.user_name, ilona.external_id, ilona.active) == ("ilona.valbrune", str(ILONA), True)
        assert mdm.membres(jeu.UAI) == {f"{jeu.UAI}/6A"}
        assert mdm.membres(f"{jeu.UAI}/6A") == {"ilona.valbrune"}
        avant = len(mdm.users), len(mdm.groups)
        with role(bac, ILONA) as client:
            ticket_pour(client, SERVICE)
        assert (len(mdm.users), len(mdm.groups)) == avant, "a second time changes nothing"

        tous = bac["ent"].post("/api/connecteurs/mdm/provisionnement", json={}).json()["comptes"]
        assert tous == len(mdm.users) == 7, "pupils and staff, no parents"
        prof = next(u for u in mdm.users.values() if u.external_id == str(PARTAGE))
        siennes = {g.display_name for g in mdm.groups.values() if prof.id in {m.value for m in g.members or []}}
        assert siennes == {f"{jeu.UAI}/6A", f"{jeu.UAI}/6B", f"{LYCEE}/6A"}, "a teacher of two schools"

        mdm.panne = 503
        sans_theo(bac, tmp_path, date(2021, 9, 7))
        bac.avancer("nuit")
        dit = bac["ent"].get("/api/connecteurs/mdm/echanges").json()[0]
        assert (dit["code"], dit["genre"]) == ("SCIM_REFUSE", "scim")
        theo = next(u for u in mdm.users.values() if u.external_id == str(THEO))
        assert theo.active
        mdm.panne = 0
        bac.avancer("24h")
        assert not theo.active, "kept, tried again, told"
        assert "→ 200" in bac["ent"].get("/api/connecteurs/mdm/echanges").json()[0]["reponse"]


def test_a_class_left(bac: Any, tmp_path: Path) -> None:
    """A pupil who changes class is put in the new one and taken out of the other."""
    jeu.ouvrir_projet(bac)
    ecole = jeu.ecole_type()
    with serveur() as mdm:
        declarer(bac, mdm.adresse, quand="import", personnels=False)
        jeu.importer(bac, jeu.complet(tmp_path, ecole, date(2021, 9, 6)))
        bac["ent"].post("/api/connecteurs/mdm/provisionnement", json={})
        assert (len(mdm.users), len(mdm.membres(f"{jeu.UAI}/6A"))) == (3, 2)
        changee = jeu.eleve(1, "VALBRUNE", "Ilona", "6B", ["6LATIN"], liens=ecole.eleves[0].liens)
        jeu.importer(bac, jeu.complet(tmp_path, ecole.avec(eleves=(changee, *ecole.eleves[1:])), date(2021, 9, 7)))
        bac.avancer("nuit")
        assert "ilona.valbrune" in mdm.membres(f"{jeu.UAI}/6B")
        assert "ilona.valbrune" not in mdm.membres(f"{jeu.UAI}/6A")
