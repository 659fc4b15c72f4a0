"""« Exports »: structure and services to BEE, services to a private editor. What counts is the last one (STS-67)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import select

from services.sts_web.models import DernierExport, Envoi
from services.sts_web.use_cases import etablissements, messages
from shared.contracts.echanges import ServicesSts, StructureSts
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite

# Exact texts of the screens of guide 004 §3.4.
MESSAGE_STRUCTURE = "La structure a été envoyée à SCONET via un service Web."
MESSAGE_SERVICES = "Les services ont été envoyés à SCONET via un service Web."
MESSAGE_EDITEUR = (
    "Le fichier des services est prêt pour l'éditeur privé. Rien n'a été envoyé à SCONET : "
    "rien ne change dans la base élèves ni dans l'ENT."
)
Destination = Literal["sconet", "editeur"]
GENRES = ("structure", "services", "services_editeur", "emploi_du_temps")


@dataclass(frozen=True, slots=True)
class ExportFait:
    """The outcome of an export: the message shown and what was sent. `digest` names it in the file store."""

    message: str
    genre: str
    exporte_le: datetime
    digest: str
    nb: int
    divisions: int = 0
    groupes: int = 0
    services: int = 0
    personnels: int = 0
    fichier: str = ""


@dataclass(frozen=True, slots=True)
class ExportVue:
    """The last export of a kind, and what became of its message (`etat`: en_attente, livre, refuse, fichier).

    `groupes_sans_mef`: the groups that BEE did not take (STS-24); `liens_supprimes`: the pupils' links that fell with
    the groups which are gone.
    """

    genre: str
    instant: datetime
    digest: str
    nb: int
    fichier: str
    etat: str
    identique_depuis: datetime
    refus: str | None = None
    remede: str | None = None
    groupes_sans_mef: tuple[str, ...] = ()
    liens_supprimes: int = 0


def exporter_structure(u: Unite, uai: str, annee: int) -> ExportFait:
    """Send the whole structure to BEE by web service (STS-58). Raises `Refus` (STRUCTURE_VIDE)."""
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    message = messages.structure(u, uai, annee)
    if not message.divisions:
        raise Refus(
            "L'établissement n'a aucune division pour cette année : la structure n'a pas été envoyée.",
            code="STRUCTURE_VIDE",
            statut=409,
            remede="Créez les divisions (menu Structure), puis recommencez.",
        )
    nb = len(message.divisions) + len(message.groupes)
    codes = [*(d.code for d in message.divisions), *(g.code for g in message.groupes)]
    avant = messages.derniere_structure(u, uai, annee)
    ligne = _envoyer(u, "structure", message, nb, codes, _identique(avant, message))
    u.journaliser(
        "export_structure",
        "Exports : structure",
        uai=uai,
        annee=annee,
        nb=nb,
        digest=ligne.digest,
        resume={"divisions": len(message.divisions), "groupes": len(message.groupes)},
    )
    return ExportFait(
        MESSAGE_STRUCTURE,
        "structure",
        u.maintenant,
        ligne.digest,
        nb,
        divisions=len(message.divisions),
        groupes=len(message.groupes),
    )


def exporter_services(u: Unite, uai: str, annee: int, destination: Destination) -> ExportFait:
    """Send services, teachers and professeurs principaux to BEE, or give a file for a notes software.

    The second choice sends nothing: nothing changes in BEE nor in the ENT (STS-64 to STS-66).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    message = messages.services(u, uai, annee)
    nb = len(message.services)
    genre, texte, fichier = "services", MESSAGE_SERVICES, ""
    if destination == "sconet":
        avant = messages.derniers_services(u, uai, annee)
        ligne = _envoyer(u, genre, message, nb, (), _identique(avant, message))
    else:
        genre, texte, fichier = "services_editeur", MESSAGE_EDITEUR, f"services_{uai}_{annee}.json"
        digest = u.fichiers.deposer(msgspec.json.format(message.en_json(), indent=1))
        ligne = noter(u, uai, annee, genre, digest, nb, fichier=fichier)
    u.journaliser(
        f"export_{genre}",
        "Exports : services" + (" (éditeur privé)" if fichier else ""),
        uai=uai,
        annee=annee,
        nb=nb,
        digest=ligne.digest,
        resume={"services": nb, "personnels": len(message.personnels)},
    )
    return ExportFait(
        texte,
        genre,
        u.maintenant,
        ligne.digest,
        nb,
        services=nb,
        personnels=len(message.personnels),
        fichier=fichier,
    )


def derniers(u: Unite, uai: str, annee: int) -> list[ExportVue]:
    """The last export of each kind, in the order of the menu, and what became of it."""
    etablissements.ouvrir(u, uai, annee)
    lignes = {
        e.genre: e
        for e in u.session.scalars(select(DernierExport).where(DernierExport.uai == uai, DernierExport.annee == annee))
    }
    envois = {
        e.cle: e
        for e in u.session.scalars(
            select(Envoi).where(Envoi.cle.in_([e.envoi_cle for e in lignes.values() if e.envoi_cle]))
        )
    }
    return [_vue(lignes[g], envois.get(lignes[g].envoi_cle or "")) for g in GENRES if g in lignes]


def noter(
    u: Unite,
    uai: str,
    annee: int,
    genre: str,
    digest: str,
    nb: int,
    *,
    fichier: str = "",
    envoi_cle: str | None = None,
    codes: Sequence[str] = (),
    identique: bool = False,
) -> DernierExport:
    """Remember an export as the last of its kind; `identique`: it says what the one before said."""
    ligne = u.session.get(DernierExport, (uai, annee, genre))
    if ligne is None:
        ligne = DernierExport(uai=uai, annee=annee, genre=genre)
        u.session.add(ligne)
        identique = False
    ligne.instant, ligne.digest, ligne.nb = u.maintenant, digest, nb
    ligne.nom_fichier, ligne.envoi_cle, ligne.codes = fichier, envoi_cle, list(codes)
    if not identique:
        ligne.identique_depuis = u.maintenant
    u.session.flush()
    return ligne


def _envoyer(
    u: Unite,
    genre: str,
    message: StructureSts | ServicesSts,
    nb: int,
    codes: Sequence[str],
    identique: bool,
) -> DernierExport:
    uai, annee = message.uai, message.annee
    envoi = u.envoyer(f"{genre}_sts", "siecle_bee", message, uai=uai, annee=annee, nb=nb, immediat=True)
    return noter(u, uai, annee, genre, envoi.digest, nb, envoi_cle=envoi.cle, codes=codes, identique=identique)


def _identique(avant: StructureSts | ServicesSts | None, message: StructureSts | ServicesSts) -> bool:
    """Whether two exports say the same, but for their date."""
    return avant is not None and avant.avec(exporte_le=message.exporte_le) == message


def _vue(ligne: DernierExport, envoi: Envoi | None) -> ExportVue:
    reponse = (envoi.reponse or {}) if envoi else {}
    refuse = envoi is not None and envoi.etat == "refuse"
    return ExportVue(
        ligne.genre,
        ligne.instant,
        ligne.digest,
        ligne.nb,
        ligne.nom_fichier,
        envoi.etat if envoi else "fichier",
        ligne.identique_depuis,
        str(reponse.get("title", "")) if refuse else None,
        str(reponse.get("remede", "")) if refuse else None,
        tuple(reponse.get("groupes_sans_mef") or ()),
        int(reponse.get("liens_supprimes") or 0),
    )
