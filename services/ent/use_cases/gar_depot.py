"""Depositing an export where its connector says: a folder of the installation, or an SFTP server.

The archive goes first, then its checksum. A server that does not answer spoils nothing: the export is kept, and the
deposit may be asked for again. Source: connectors reference §7.2.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from sqlalchemy import select

from services.ent.models import Cle, ExportGar
from services.ent.rules.gar import ReglagesGar
from services.ent.use_cases import cles, connecteurs, gar
from shared.contracts.refus import Refus
from shared.persistence.menage import DEPOT_GAR
from shared.persistence.unite import Unite


def dossier_de(u: Unite, code: str) -> Path:
    """The folder of a connector's deposits."""
    return u.fichiers.racine.parent / DEPOT_GAR / u.bac.nom / code


def cle_publique(u: Unite, code: str) -> str:
    """The public key that the ENT shows the SFTP server of that connector (OpenSSH, one line). `u` writes."""
    return _publique(u, code, cles.obtenir(u, _usage(code)))


def cle_connue(u: Unite, code: str) -> str:
    """The same, "" while it is not made."""
    connue = cles.trouver(u, _usage(code))
    return _publique(u, code, connue) if connue else ""


def _publique(u: Unite, code: str, cle: Cle) -> str:
    from cryptography.hazmat.primitives import serialization

    privee = serialization.load_pem_private_key(cle.privee.encode(), None)
    octets = privee.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return f"{octets.decode()} rentree-{u.bac.nom}-{code}"


def _usage(code: str) -> str:
    return f"gar-{code}"


def deposer(u: Unite, fait: ExportGar) -> ExportGar:
    """Deposit an export; `depot` and `depot_dit` say how it went, with an exchange of the connector."""
    reglages = gar.reglages_de(gar.trouver(u, fait.connecteur))
    if reglages.depot == "aucun":
        fait.depot, fait.depot_dit = "aucun", ""
        return fait
    try:
        lignes = _dans_le_dossier(u, fait) if reglages.depot == "dossier" else _par_sftp(u, fait, reglages)
    except Refus as refus:
        fait.depot, fait.depot_dit = "refuse", f"{refus.phrase} {refus.remede or ''}".strip()
        connecteurs.noter(u, fait.connecteur, "dépôt", fait.archive, "", refus.code, fait.depot_dit)
    else:
        fait.depot, fait.depot_dit = "fait", lignes[-1]
        connecteurs.noter(u, fait.connecteur, "dépôt", fait.archive, "\n".join(lignes))
    u.session.flush()
    return fait


def _nom_md5(fait: ExportGar) -> str:
    return fait.archive.removesuffix(".tar.gz") + ".md5"


def _dans_le_dossier(u: Unite, fait: ExportGar) -> list[str]:
    dossier = dossier_de(u, fait.connecteur)
    try:
        if not _deja(u, fait.connecteur) and dossier.exists():
            shutil.rmtree(dossier)  # of a bac or a connector that had the same name
        dossier.mkdir(parents=True, exist_ok=True)
        provisoire = dossier / f".{fait.archive}.partiel"
        shutil.copyfile(u.fichiers.chemin(fait.digest), provisoire)
        provisoire.replace(dossier / fait.archive)
        provisoire.write_text(fait.md5, encoding="ascii")
        provisoire.replace(dossier / _nom_md5(fait))
        _retirer_anciens(u, fait.connecteur, dossier)
    except OSError as erreur:
        raise Refus(
            f"Le dossier de dépôt ne peut pas être écrit : {erreur.strerror}.",
            code="GAR_DOSSIER",
            remede="Vérifiez les droits et la place dans RENTREE_HOME.",
        ) from erreur
    return [fait.archive, f"{DEPOT_GAR}/{u.bac.nom}/{fait.connecteur}/{_nom_md5(fait)}"]


def _retirer_anciens(u: Unite, code: str, dossier: Path) -> None:
    """Take out the exports that are not kept any more."""
    conserves = set(u.session.scalars(select(ExportGar.archive).where(ExportGar.connecteur == code)))
    for chemin in sorted(dossier.iterdir()):
        base = chemin.name.removesuffix(".md5").removesuffix(".tar.gz")
        if base != chemin.name and f"{base}.tar.gz" not in conserves:
            chemin.unlink(missing_ok=True)


def _deja(u: Unite, code: str) -> bool:
    """Whether that connector has deposited before."""
    faits = select(ExportGar.numero).where(ExportGar.connecteur == code, ExportGar.depot == "fait").limit(1)
    return u.session.scalar(faits) is not None


def _par_sftp(u: Unite, fait: ExportGar, reglages: ReglagesGar) -> list[str]:
    from shared.sftp import client

    if not (reglages.hote and reglages.utilisateur and reglages.cle_hote):
        raise Refus(
            "Le connecteur ne dit pas tout du serveur SFTP.",
            code="GAR_SFTP_INCOMPLET",
            remede="Donnez le serveur, l'utilisateur et la clé publique du serveur.",
        )
    cible = client.Cible(
        reglages.hote,
        reglages.port,
        reglages.utilisateur,
        reglages.dossier,
        reglages.cle_hote,
        cles.obtenir(u, _usage(fait.connecteur)).privee,
    )
    with tempfile.TemporaryDirectory(prefix="ent-gar-") as dossier:
        md5 = Path(dossier) / "md5"
        md5.write_text(fait.md5, encoding="ascii")
        return client.deposer(cible, [(fait.archive, u.fichiers.chemin(fait.digest)), (_nom_md5(fait), md5)])
