"""The timetable goes to the ENT by itself: the URL that the authorised user received is put into EDT (EDT-46).

Source: guide 003 §5.2.1, whose screens are lost: where EDT asks for the URL, and at what time it sends, are ours.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases
from shared.contracts import echanges
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.acces import BAC_PRINCIPAL
from shared.persistence.unite import Unite

GENRE = "emploi_du_temps"
CHEMIN = re.compile(r"^(?:/b/(?P<bac>[^/]+))?/api/depots-edt/(?P<jeton>[0-9a-f]{40})/?$")
"""Path of the URL: only its secret is used, towards the ENT of this very bac, whatever host it names."""


def enregistrer(u: Unite, uai: str, annee: int, url: str, socle: str = rules.SOCLE) -> m.SocleEnt:
    """Put the URL into the base; the ENT says at once whether it holds.

    Raises `Inconnu` BASE_INCONNUE, SOCLE_INCONNU, URL_DEPOT_INCONNUE (said by the ENT), `Refus` URL_ILLISIBLE,
    URL_AUTRE_BAC, URL_AUTRE_ETABLISSEMENT, URL_AUTRE_ANNEE, BASE_COPIEE, `ServiceInjoignable`.
    """
    bases.trouver_reelle(u, uai, annee, "La copie d'une base n'envoie pas l'emploi du temps à l'ENT.")
    if socle not in rules.SOCLES:
        raise Inconnu(
            f"Le socle ENT « {socle} » n'est pas dans la liste.",
            code="SOCLE_INCONNU",
            remede=f"Choisissez-le dans la liste : {', '.join(rules.SOCLES)}.",
        )
    jeton = _jeton(u, url)
    acces: dict[str, Any] = u.clients["ent"].lire(f"/api/depots-edt/{jeton}")
    if acces["uai"] != uai:
        raise Refus(
            f"Cette URL est celle de l'établissement {acces['uai']}, la base est celle de {uai}.",
            code="URL_AUTRE_ETABLISSEMENT",
            regle="EDT-46",
            remede="Recopiez l'URL reçue par l'utilisateur autorisé de cet établissement.",
        )
    if acces["annee"] != annee:
        raise Refus(
            f"Cette URL est celle de l'année {acces['annee']}-{acces['annee'] + 1}, la base est de "
            f"{annee}-{annee + 1}.",
            code="URL_AUTRE_ANNEE",
            regle="EDT-46",
            remede="Faites déclarer l'utilisateur autorisé dans l'ENT pour cette année, puis recopiez l'URL reçue.",
        )
    fait = u.session.merge(
        m.SocleEnt(uai=uai, annee=annee, socle=socle, url=url.strip(), jeton=jeton, enregistre_le=u.maintenant)
    )
    u.session.flush()
    u.journaliser("envoi_ent", "URL d'envoi automatique à l'ENT enregistrée", uai=uai, annee=annee)
    return fait


def _jeton(u: Unite, url: str) -> str:
    try:
        trouve = CHEMIN.match(urlsplit(url.strip()).path)
    except ValueError:
        trouve = None
    if trouve is None:
        raise Refus(
            "Cette URL n'est pas celle d'un dépôt d'emploi du temps.",
            code="URL_ILLISIBLE",
            regle="EDT-46",
            remede="Recopiez en entier l'URL que l'utilisateur autorisé a reçue dans sa messagerie de l'ENT.",
        )
    if (trouve["bac"] or BAC_PRINCIPAL) != u.bac.nom:
        raise Refus(
            "Cette URL est celle d'un autre bac à sable.",
            code="URL_AUTRE_BAC",
            regle="EDT-46",
            remede="Recopiez l'URL reçue dans l'ENT de ce bac.",
        )
    return trouve["jeton"]


def socle(u: Unite, uai: str, annee: int) -> m.SocleEnt | None:
    """Where the base sends by itself, None when nowhere. Raises `Inconnu` BASE_INCONNUE."""
    bases.trouver(u, uai, annee)
    return u.session.get(m.SocleEnt, {"uai": uai, "annee": annee})


def arreter(u: Unite, uai: str, annee: int) -> None:
    """Send no more. Raises `Inconnu` BASE_INCONNUE, ENVOI_ENT_ABSENT."""
    u.session.delete(_exiger(u, uai, annee))
    u.journaliser("envoi_ent", "Envoi automatique à l'ENT arrêté", uai=uai, annee=annee)


def envoyer(u: Unite, uai: str, annee: int, *, immediat: bool = False) -> int:
    """Export the timetable and send it; how many courses. The ENT's answer is in `envois`, once it is delivered.

    `immediat`: deliver before the answer leaves. Raises `Inconnu` BASE_INCONNUE, ENVOI_ENT_ABSENT, `Refus` SANS_COURS.
    """
    from services.edt.use_cases import export_ent  # its format is heavy, and few export

    vers = _exiger(u, uai, annee)
    fichier = export_ent.exporter_ent(u, uai, annee, vers.socle)
    fait = u.session.get_one(m.ExportFait, (uai, annee, "ent"))
    u.envoyer(
        GENRE,
        "ent",
        echanges.EmploiDuTempsEdt(
            uai=uai, annee=annee, jeton=vers.jeton, fichier=fichier.nom, contenu=fichier.contenu.decode()
        ),
        uai=uai,
        annee=annee,
        nb=fait.nb,
        immediat=immediat,
    )
    return fait.nb


def envois(u: Unite, uai: str, annee: int, limite: int = 20) -> list[dict[str, Any]]:
    """What went to the ENT, latest first, and what it answered: its sentence when it refused."""
    table = m.Envoi
    lignes = u.session.scalars(
        select(table)
        .where(table.genre == GENRE, table.uai == uai, table.annee == annee)
        .order_by(table.id.desc())
        .limit(limite)
    )
    vus = []
    for x in lignes:
        dit = x.reponse or {}
        refuse = x.etat == "refuse"
        vus.append(
            {
                "instant": x.cree_le,
                "etat": x.etat,
                "cours": x.nb,
                "ecarts": None if refuse else dit.get("ecarts"),
                "code": dit.get("code", "") if refuse else "",
                "phrase": dit.get("title", "") if refuse else "",
                "remede": dit.get("remede") or "" if refuse else "",
            }
        )
    return vus


def a_envoyer(u: Unite) -> list[tuple[str, int]]:
    """The bases that send by themselves, of the school year in progress or of a later one."""
    annee = u.profil.annee_sts(u.horloge.aujourd_hui())
    requete = (
        select(m.SocleEnt.uai, m.SocleEnt.annee)
        .join(m.BaseEdt, (m.BaseEdt.uai == m.SocleEnt.uai) & (m.BaseEdt.annee == m.SocleEnt.annee))
        .where(m.SocleEnt.annee >= annee)
        .order_by(m.SocleEnt.uai, m.SocleEnt.annee)
    )
    return [(uai, an) for uai, an in u.session.execute(requete)]


def _exiger(u: Unite, uai: str, annee: int) -> m.SocleEnt:
    fait = socle(u, uai, annee)
    if fait is None:
        raise Inconnu(
            "L'envoi automatique à l'ENT n'est pas en place : EDT n'a pas d'URL.",
            code="ENVOI_ENT_ABSENT",
            regle="EDT-46",
            remede="Recopiez l'URL que l'utilisateur autorisé a reçue dans sa messagerie de l'ENT.",
        )
    return fait
