"""An AAF importer of a few lines, right, or wrong in one of the ways that importers are: a target for the catalogue."""

from __future__ import annotations

import io
import json
import re
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lxml import etree

GENS = ("Eleve", "PersRelEleve", "PersEducNat")


class PetitImporteur:
    """Accounts by number, in memory.

    Arguments: `defaut`, what it does wrong: « prend_ce_qui_vient » (applies what it can read of a cut feed),
    « sans_date » (takes feeds in whatever order), « sans_retour » (an account that left stays closed),
    « prend_le_vide », « double » (who changes has one account more), « ascii » (loses accents).
    """

    def __init__(self, defaut: str = "") -> None:
        self.defaut = defaut
        self.jour = ""
        self._comptes: dict[int, dict[str, Any]] = {}

    def comptes(self) -> list[dict[str, Any]]:
        """As the interface tells them."""
        return [{"aaf_id": i, **c} for i, c in sorted(self._comptes.items())]

    def importer(self, nom: str, octets: bytes) -> dict[str, str]:
        """Take a feed, whole or not at all."""
        trouve = re.search(r"_(Complet|Delta)_(\d{8})", nom)
        assert trouve is not None
        complet, jour = trouve.group(1) == "Complet", trouve.group(2)
        if self.defaut != "sans_date" and (jour < self.jour or (jour == self.jour and not complet)):
            return {"etat": "refuse", "dit": "périmée"}
        try:
            operations = list(self._lire(octets))
        except (OSError, EOFError, tarfile.TarError, etree.XMLSyntaxError, ValueError) as erreur:
            return {"etat": "refuse", "dit": type(erreur).__name__}
        gens = {i for genre, i, _ in operations if genre != "deleteRequest"}
        if complet and not gens and self.defaut != "prend_le_vide":
            return {"etat": "refuse", "dit": "vide"}
        if complet:
            for i, c in self._comptes.items():
                if i not in gens:
                    c["etat"] = "desactive"
        for genre, i, champs in operations:
            self._appliquer(genre, i, champs)
        self.jour = jour
        return {"etat": "applique", "dit": ""}

    def _appliquer(self, genre: str, i: int, champs: dict[str, Any]) -> None:
        deja = self._comptes.get(i)
        if genre == "deleteRequest":
            if deja:
                deja["etat"] = "desactive"
        elif deja is None:
            if genre == "addRequest":
                self._comptes[i] = champs | {"etat": "a_activer"}
        elif self.defaut == "double" and genre == "modifyRequest":
            self._comptes[i + 90_000_000] = deja | champs
        elif not (self.defaut == "sans_retour" and deja["etat"] == "desactive"):
            self._comptes[i] = deja | champs | {"etat": "a_activer"}

    def _lire(self, octets: bytes) -> Any:
        lache = self.defaut == "prend_ce_qui_vient"
        vus: set[str] = set()
        try:
            with tarfile.open(fileobj=io.BytesIO(octets)) as tar:
                for membre in tar:
                    flux = tar.extractfile(membre)
                    contenu = flux.read() if flux else b""
                    categorie = membre.name.rsplit("_", 2)[-2] if membre.name.endswith(".xml") else ""
                    vus.add(categorie)
                    if categorie in GENS:
                        yield from self._operations(contenu, lache)
        except (OSError, EOFError, tarfile.TarError):
            if not lache:
                raise
        if not lache and not set(GENS) <= vus:
            raise ValueError("il manque un fichier")

    def _operations(self, contenu: bytes, lache: bool) -> Any:
        analyseur = etree.XMLParser(recover=lache, resolve_entities=False, load_dtd=False, no_network=True)
        racine = etree.fromstring(contenu, analyseur)
        if racine is None:
            return
        for requete in racine.iterchildren("addRequest", "modifyRequest", "deleteRequest"):
            champs: dict[str, Any] = {}
            for attribut in requete.iter("attr", "modification"):
                valeurs = [v.text or "" for v in attribut.findall("value")]
                match attribut.get("name"):
                    case "sn":
                        champs["nom"] = self._texte(valeurs[0])
                    case "givenName":
                        champs["prenom"] = self._texte(valeurs[0])
                    case "ENTEleveClasses":
                        champs["classes"] = [v.split("$")[-1] for v in valeurs if v]
            yield str(requete.tag), int(requete.findtext("identifier/id") or 0), champs

    def _texte(self, texte: str) -> str:
        return texte.encode("ascii", "ignore").decode() if self.defaut == "ascii" else texte


class ParHttp:
    """The importer behind POST /imports and GET /comptes."""

    def __init__(self, importeur: PetitImporteur) -> None:
        class Poignee(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._rendre(importeur.comptes())

            def do_POST(self) -> None:
                corps = self.rfile.read(int(self.headers["content-length"]))
                tete, _, reste = corps.partition(b"\r\n\r\n")
                nom = re.search(rb'filename="([^"]+)"', tete)
                fin = reste.rindex(b"\r\n--")
                self._rendre(importeur.importer(nom.group(1).decode() if nom else "", reste[:fin]))

            def _rendre(self, dit: Any) -> None:
                corps = json.dumps(dit).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(corps)))
                self.end_headers()
                self.wfile.write(corps)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), Poignee)
        self.adresse = f"http://127.0.0.1:{self._serveur.server_port}"
        threading.Thread(target=self._serveur.serve_forever, daemon=True).start()

    def __enter__(self) -> ParHttp:
        return self

    def __exit__(self, *exc: object) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()


class ParDossier:
    """The importer behind a folder, as docs/kit.md says it: watches `entree`, writes `sortie`."""

    def __init__(self, importeur: PetitImporteur, dossier: Path) -> None:
        self._importeur, self._dossier = importeur, dossier
        self._fin = threading.Event()
        self._fil = threading.Thread(target=self._veiller, daemon=True)
        self._fil.start()

    def _veiller(self) -> None:
        while not self._fin.wait(0.02):
            for archive in sorted((self._dossier / "entree").glob("[!.]*.tar.gz")):
                dit = self._importeur.importer(archive.name, archive.read_bytes())
                archive.unlink()
                sortie = self._dossier / "sortie" / f"{archive.name}.json"
                sortie.write_text(json.dumps(dit | {"comptes": self._importeur.comptes()}), encoding="utf-8")

    def __enter__(self) -> ParDossier:
        return self

    def __exit__(self, *exc: object) -> None:
        self._fin.set()
        self._fil.join(5)
