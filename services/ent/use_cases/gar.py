"""The exports of an ENT for the GAR: written, judged as the GAR would judge them, kept, deposited.

Source: connectors reference §7.2: every night at 21:00, one export by project; an export that the schema refuses is
sent all the same, with its report kept.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from sqlalchemy import delete, func, select

from services.ent.models import Connecteur, ExportGar, Projet
from services.ent.rules import gar as rules
from services.ent.rules.gar import ReglagesGar
from services.ent.use_cases import connecteurs
from services.ent.use_cases.gar_selection import Selection
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.sql import ENTIER
from shared.contracts.refus import Inconnu
from shared.formats.gar import Archive, Degre, EcrivainGar, NomGar, ecrire_archive
from shared.formats.gar.verification import verifier_archive
from shared.persistence.unite import Unite

PROTOCOLE = "gar"


def declares(u: Unite) -> list[Connecteur]:
    """The GAR connectors, by code."""
    return [c for c in connecteurs.lister(u) if c.protocole == PROTOCOLE]


def trouver(u: Unite, code: str) -> Connecteur:
    """A GAR connector. Raises `Inconnu` CONNECTEUR_INCONNU, CONNECTEUR_PAS_GAR."""
    connecteur = connecteurs.trouver(u, code)
    if connecteur.protocole != PROTOCOLE:
        raise Inconnu(
            f"Le connecteur « {code} » n'est pas un connecteur GAR.",
            code="CONNECTEUR_PAS_GAR",
            remede="La page « Connecteurs » dit le protocole de chacun.",
        )
    return connecteur


def reglages_de(connecteur: Connecteur) -> ReglagesGar:
    """Its settings."""
    return ReglagesGar.model_validate(connecteur.reglages)


def ident_de(projet: str, reglages: ReglagesGar) -> str:
    """The idENT."""
    return reglages.ident or rules.identifiant_de_projet(projet)


def degre_de(projet: Projet) -> Degre:
    """The degree of its exports: that of its feeds, the second before the first of them."""
    return Degre(projet.degre or Degre.SECOND)


class Ecrit(Struct, frozen=True):
    """An export written in a folder."""

    archive: Archive
    fichiers: list[list[Any]]
    exclusions: list[dict[str, Any]]


def ecrire(u: Unite, projet: Projet, reglages: ReglagesGar, dossier: Path) -> Ecrit:
    """Write the export of a project, as the ENT is now: files, archive and checksum in `dossier`."""
    local = u.horloge.local().replace(tzinfo=None)
    degre = degre_de(projet)
    nom = NomGar(ident_de(projet.code, reglages), local, degre)
    with tempfile.TemporaryDirectory(prefix="ent-gar-", dir=dossier) as fichiers:
        ecrivain = EcrivainGar(Path(fichiers), nom, reglages.noeuds_par_fichier)
        selection = Selection(u, projet, reglages, degre)
        for sorte, noeuds in selection.tout():
            ecrivain.ecrire(sorte, noeuds)
        archive = ecrire_archive(ecrivain, u.maintenant, dossier)
    return Ecrit(archive, [[f.nom, sum(f.comptes.values())] for f in ecrivain.fichiers], selection.exclusions())


def exporter(u: Unite, code: str, origine: Literal["nuit", "main"]) -> ExportGar:
    """Make an export of a connector, and keep it. Raises what `trouver` raises.

    Earlier ones beyond those that the connector keeps are forgotten. Depositing it is for whoever asks
    (`gar_depot`): what the network does changes nothing of what is kept.
    """
    connecteur = trouver(u, code)
    projet = lire_projet(u, connecteur.projet, verrouiller=True)
    reglages = reglages_de(connecteur)
    with tempfile.TemporaryDirectory(prefix="ent-gar-") as dossier:
        ecrit = ecrire(u, projet, reglages, Path(dossier))
        rapport = verifier_archive(ecrit.archive.chemin, ecrit.archive.md5)
        digest, taille = u.fichiers.deposer_fichier(ecrit.archive.chemin)
    fait = ExportGar(
        numero=_prochain(u, code),
        connecteur=code,
        projet=projet.code,
        instant=u.maintenant,
        origine=origine,
        archive=ecrit.archive.chemin.name,
        digest=digest,
        md5=ecrit.archive.md5,
        taille=taille,
        fichiers=ecrit.fichiers,
        rapport=rapport.en_json(),
        exclusions=ecrit.exclusions,
        depot="aucun",
        depot_dit="",
    )
    u.session.add(fait)
    u.session.flush()
    table = ExportGar
    anciens = table.numero <= fait.numero - reglages.conserves
    u.session.execute(delete(table).where(table.connecteur == code, anciens))
    u.journaliser(
        "export_gar",
        f"Export GAR « {connecteur.nom} » n° {fait.numero}",
        sens="lot" if origine == "nuit" else "action",
        nb=sum(rapport.comptes.values()),
        nb_refus=sum(rapport.nombres.values()),
        resume={"connecteur": code, "projet": projet.code, "export": fait.numero, "anomalies": dict(rapport.nombres)},
    )
    return fait


def exports(u: Unite, code: str) -> list[ExportGar]:
    """The exports kept of a connector, latest first. Raises what `trouver` raises."""
    trouver(u, code)
    requete = select(ExportGar).where(ExportGar.connecteur == code).order_by(ExportGar.numero.desc())
    return list(u.session.scalars(requete))


def export(u: Unite, code: str, numero: int | None = None) -> ExportGar:
    """One export, the last by default. Raises `Inconnu` EXPORT_INCONNU, and what `trouver` raises."""
    trouver(u, code)
    requete = select(ExportGar).where(ExportGar.connecteur == code).order_by(ExportGar.numero.desc()).limit(1)
    if numero is not None:
        requete = requete.where(ExportGar.numero == min(max(numero, 0), ENTIER))
    trouve = u.session.scalars(requete).first()
    if trouve is None:
        raise Inconnu(
            f"Le connecteur « {code} » n'a pas cet export."
            if numero is not None
            else f"Le connecteur « {code} » n'a encore rien exporté.",
            code="EXPORT_INCONNU",
            remede="Avancez l'horloge au-delà de 21 h, ou demandez un export tout de suite sur sa page.",
        )
    return trouve


def dernier_instant(u: Unite, code: str) -> datetime | None:
    """When a connector exported last, None if it never did."""
    return u.session.scalar(select(func.max(ExportGar.instant)).where(ExportGar.connecteur == code))


def _prochain(u: Unite, code: str) -> int:
    return (u.session.scalar(select(func.max(ExportGar.numero)).where(ExportGar.connecteur == code)) or 0) + 1
