"""The GAR by web service: exports of a connector, and what the GAR itself would answer.

Under `/api`, for who runs the project; under `/gar`, for whoever shows the secret of the connector, where the real GAR
wants a client certificate. Source: connectors reference §7.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import FileResponse, Response

from services.ent.models import Connecteur, ExportGar
from services.ent.rules.gar import ReglagesGar
from services.ent.use_cases import connecteurs, gar, gar_depot, gar_ressources, secrets_connecteurs
from services.ent.use_cases.projets import projet as lire_projet
from shared.contracts.refus import Refus
from shared.formats.gar.ressources import erreur_json, erreur_xml, liste_json, liste_xml
from shared.formats.gar.verification import texte_du_rapport
from shared.http.dependances import Ecriture, Lecture
from shared.http.reponses import repondre
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

api = Routeur(prefix="/api", tags=["gar"])
publique = Routeur(prefix="/gar", tags=["gar"])
Piece = Literal["archive", "md5", "rapport"]


class ExportVu(BaseModel):
    """An export. `fichiers`: name, records; `rapport`: what the GAR would report; `exclusions`: who was left out."""

    model_config = ConfigDict(from_attributes=True)

    numero: int
    connecteur: str
    projet: str
    instant: datetime
    origine: str
    archive: str
    md5: str
    taille: int
    fichiers: list[tuple[str, int]]
    rapport: dict[str, Any]
    exclusions: list[dict[str, Any]]
    depot: str
    depot_dit: str


class CleSsh(BaseModel):
    """The public key with which the ENT deposits."""

    cle: str


@api.get("/projets/{projet}/gar/extraction")
def extraire(u: Lecture, projet: str, connecteur: str | None = None) -> Response:
    """The archive of a project as the ENT is now; nothing is kept. With the settings of that `connecteur`, else of the
    project's only one."""
    lu = lire_projet(u, projet)
    siens = [c.code for c in gar.declares(u) if c.projet == projet]
    code = connecteur or (siens[0] if len(siens) == 1 else None)
    reglages = gar.reglages_de(gar.trouver(u, code)) if code else ReglagesGar()
    with tempfile.TemporaryDirectory(prefix="ent-gar-") as dossier:
        archive = gar.ecrire(u, lu, reglages, Path(dossier)).archive
        contenu = archive.chemin.read_bytes()
    return Response(contenu, media_type="application/gzip", headers=_nomme(archive.chemin.name))


@api.get("/connecteurs/{code}/gar/exports")
def lister(u: Lecture, code: str) -> list[ExportVu]:
    """The exports of a connector, latest first."""
    return [ExportVu.model_validate(e) for e in gar.exports(u, code)]


@api.post("/connecteurs/{code}/gar/exports", status_code=201)
def exporter(u: Ecriture, code: str) -> ExportVu:
    """Make an export now, and deposit it."""
    return ExportVu.model_validate(gar_depot.deposer(u, gar.exporter(u, code, "main")))


@api.post("/connecteurs/{code}/gar/cle")
def faire_cle(u: Ecriture, code: str) -> CleSsh:
    """The key to admit on the SFTP server; made if it was not."""
    gar.trouver(u, code)
    return CleSsh(cle=gar_depot.cle_publique(u, code))


@api.get("/connecteurs/{code}/gar/exports/{numero}")
def lire(u: Lecture, code: str, numero: int | Literal["latest"]) -> ExportVu:
    """One export; the last one: `latest`."""
    return ExportVu.model_validate(_export(u, code, numero))


@api.get("/connecteurs/{code}/gar/exports/{numero}/{piece}")
def telecharger(u: Lecture, code: str, numero: int | Literal["latest"], piece: Piece) -> Response:
    """The archive of an export, its checksum, or the report as text."""
    return donner(u, _export(u, code, numero), piece)


def _export(u: Unite, code: str, numero: int | Literal["latest"]) -> ExportGar:
    return gar.export(u, code, None if numero == "latest" else numero)


def donner(u: Unite, fait: ExportGar, piece: Piece) -> Response:
    """A piece of an export, under its name. Raises `Inconnu` FICHIER_PERDU."""
    base = fait.archive.removesuffix(".tar.gz")
    if piece == "archive":
        chemin = u.fichiers.chemin(fait.digest)
        if not chemin.is_file():
            u.fichiers.ouvrir(fait.digest)  # which says what is lost
        return FileResponse(chemin, media_type="application/gzip", filename=fait.archive)
    if piece == "md5":
        return Response(fait.md5, media_type="text/plain", headers=_nomme(f"{base}.md5"))
    texte = texte_du_rapport(fait.rapport)
    return Response(texte, media_type="text/plain; charset=utf-8", headers=_nomme(f"{base}_rapport.txt"))


def _nomme(nom: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{nom}"'}


# --- what a publisher, and the Médiacentre of an ENT, ask of the GAR --------------------------------------------------


def _montre(u: Unite, request: Request, possibles: Iterable[Connecteur]) -> Connecteur:
    """The connector whose secret the request shows. Raises `Refus` JETON_CONNECTEUR (401)."""
    genre, _, texte = request.headers.get("Authorization", "").partition(" ")
    montre = [c for c in possibles if genre.lower() == "bearer" and secrets_connecteurs.bon(u, c, texte.strip())]
    if not montre:
        raise Refus(
            "Le secret de ce connecteur GAR n'est pas montré, ou n'est pas le bon.",
            code="JETON_CONNECTEUR",
            statut=401,
            remede="Demandez un secret sur la page du connecteur ; montrez-le par « Authorization: Bearer … ».",
        )
    return montre[0]


@publique.get("/exports/{code}/latest/{piece}")
def dernier(request: Request, u: Ecriture, code: str, piece: Piece) -> Response:
    """The last export of a connector, for who shows its secret; both are exchanges of the connector."""
    connecteur = gar.trouver(u, code)
    try:
        _montre(u, request, [connecteur])
        fait = gar.export(u, code)
    except Refus as refus:
        connecteurs.noter(u, code, "téléchargement", request.url.path, "", refus.code, refus.phrase)
        return repondre(request, refus)
    connecteurs.noter(u, code, "téléchargement", request.url.path, f"{fait.archive}, export n° {fait.numero}")
    return donner(u, fait, piece)


@publique.get("/ressources/{ident}/{etablissement}/{identifiant}")
def ressources(request: Request, u: Ecriture, ident: str, etablissement: str, identifiant: str) -> Response:
    """The resources of a person, as the GAR answers them.

    No session opens it, of whatever school: only the secret of a connector, in the schools of its project.
    """
    connecteur = None
    try:
        connecteur = _montre(u, request, gar_ressources.connecteurs_de(u, ident))
        trouvees = gar_ressources.de_l_identifiant(u, connecteur, etablissement, identifiant)
    except Refus as refus:
        if connecteur is not None:
            connecteurs.noter(u, connecteur.code, "ressources", request.url.path, "", refus.code, refus.phrase)
        message = f"{refus.phrase} {refus.remede or ''}".strip()
        return _liste(request, [], message, refus.statut)
    connecteurs.noter(u, connecteur.code, "ressources", request.url.path, liste_json(trouvees).decode())
    return _liste(request, trouvees)


def _liste(request: Request, ressources: list[dict[str, Any]], erreur: str = "", statut: int = 200) -> Response:
    """JSON, or XML for who accepts nothing else; compressed for who takes it."""
    xml = "xml" in (accepte := request.headers.get("Accept", "")) and "json" not in accepte
    if erreur:
        octets = (erreur_xml if xml else erreur_json)(erreur)
    else:
        octets = (liste_xml if xml else liste_json)(ressources)
    entetes = {"Vary": "Accept, Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        octets = gzip.compress(octets, mtime=0)
        entetes["Content-Encoding"] = "gzip"
    return Response(octets, statut, media_type=f"application/{'xml' if xml else 'json'}", headers=entetes)
