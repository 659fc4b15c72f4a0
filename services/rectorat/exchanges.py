"""What the rectorat hears (requests of schools, complete fiches) and sends (agents, nomenclatures, INE, remontée)."""

from __future__ import annotations

from sqlalchemy import select

from services.rectorat import models, use_cases
from services.rectorat.use_cases import dsi, nomenclatures, sysca
from shared.contracts import echanges as msg
from shared.http.service import Reception
from shared.persistence.unite import Unite

RECEPTIONS = (
    Reception("demande_ine", "Demande d'INE reçue de SIECLE", msg.DemandeIne, use_cases.recevoir_demande_ine),
    Reception(
        "demande_nomenclature",
        "Courriel : nomenclature manquante",
        msg.DemandeNomenclature,
        nomenclatures.recevoir_demande,
    ),
    Reception("demande_certificat", "Demande de certificat NetSynchro", msg.DemandeCertificat, dsi.recevoir_demande),
    Reception("remontee_sysca", "Fiches complètes reçues de SIECLE (SYSCA)", msg.RemonteeSysca, sysca.recevoir),
)


def envoyer_agents(u: Unite, uai: str) -> int:
    """`agents_epp` to STS-Web: every agent of EPP appointed in the school."""
    agents = tuple(use_cases.agents_de(u, uai, ("epp",)))
    message = msg.AgentsEpp(uai=uai, etablissement=use_cases.etablissement(u, uai), agents=agents)
    u.envoyer("agents_epp", "sts_web", message, uai=uai, nb=len(agents))
    return len(agents)


def envoyer_nomenclatures(u: Unite, jeu: models.JeuNomenclatures) -> int:
    """`nomenclatures` to STS-Web and BEE."""
    message = msg.NomenclaturesMsg.lire(u.fichiers.lire(jeu.digest))
    for destinataire in ("sts_web", "siecle_bee"):
        u.envoyer("nomenclatures", destinataire, message, nb=len(message.mefs) + len(message.matieres))
    return len(message.mefs) + len(message.matieres)


def envoyer_ines(u: Unite, uai: str, millesime: int) -> int:
    """`ines_attribues` to BEE: what was given and not yet told."""
    table = models.DemandeIne
    lignes = u.session.scalars(
        select(table)
        .where(table.uai == uai, table.millesime == millesime, table.etat == "attribuee", table.diffusee_le.is_(None))
        .order_by(table.cle)
    ).all()
    attributions = {x.cle: x.ine for x in lignes if x.ine}
    if attributions:
        message = msg.InesAttribues(uai=uai, millesime=millesime, attributions=attributions)
        u.envoyer("ines_attribues", "siecle_bee", message, uai=uai, annee=millesime, nb=len(attributions))
    for ligne in lignes:
        ligne.diffusee_le = u.maintenant
    return len(attributions)


def envoyer_remontee(u: Unite, uai: str, *, nomenclatures: bool) -> int:
    """`remontee_rectorat` to the AAF: the school, its agents of EPP and GI/GC, and once a night the nomenclatures."""
    agents = tuple(use_cases.agents_de(u, uai))
    jeu = _jeu_en_vigueur(u) if nomenclatures else None
    message = msg.RemonteeRectorat(
        uai=uai,
        instant=u.maintenant,
        etablissement=use_cases.etablissement(u, uai),
        agents=agents,
        nomenclatures=msg.NomenclaturesMsg.lire(u.fichiers.lire(jeu.digest)) if jeu else None,
    )
    u.envoyer("remontee_rectorat", "aaf", message, uai=uai, nb=len(agents))
    return len(agents)


def _jeu_en_vigueur(u: Unite) -> models.JeuNomenclatures | None:
    table = models.JeuNomenclatures
    requete = select(table).where(table.diffuse_le.is_not(None)).order_by(table.version.desc()).limit(1)
    return u.session.scalars(requete).first()
