"""The DSI delivers the NetSynchro certificates that schools asked for (REC-20).

Source: guide 003 §5.1, which only says that the certificate is asked beforehand: it leaves with the evening's
diffusion, or at once when somebody of the DSI delivers it by hand.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from services.rectorat import models
from shared.contracts import echanges as msg
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite


def recevoir_demande(u: Unite, demande: msg.DemandeCertificat) -> dict[str, Any]:
    """Keep a request; asked again before it is delivered, nothing changes, after, it is delivered again."""
    ligne = u.session.get(models.CertificatNetsynchro, (demande.uai, demande.annee))
    if ligne is None:
        ligne = models.CertificatNetsynchro(uai=demande.uai, annee=demande.annee, demande_le=u.maintenant)
        u.session.add(ligne)
    elif ligne.delivre_le is not None:
        ligne.demande_le, ligne.delivre_le = u.maintenant, None
    return {"nb": 1}


def certificats(u: Unite) -> list[models.CertificatNetsynchro]:
    """Every request, those that wait first."""
    table = models.CertificatNetsynchro
    return list(u.session.scalars(select(table).order_by(table.delivre_le.is_not(None), table.uai, table.annee)))


def delivrer(u: Unite, uai: str, annee: int) -> None:
    """Deliver one at once. Raises `Inconnu` CERTIFICAT_NON_DEMANDE, `Refus` CERTIFICAT_DELIVRE."""
    ligne = u.session.get(models.CertificatNetsynchro, (uai, annee))
    if ligne is None:
        raise Inconnu(
            f"L'établissement {uai} n'a pas demandé de certificat NetSynchro pour {annee}.",
            code="CERTIFICAT_NON_DEMANDE",
            regle="REC-20",
            remede="L'établissement le demande d'abord : PRONOTE, « Gestion du certificat NetSynchro ».",
        )
    if ligne.delivre_le is not None:
        raise Refus(
            "Ce certificat est déjà délivré.",
            code="CERTIFICAT_DELIVRE",
            statut=409,
            remede="Rien n'est à faire : l'établissement l'a reçu.",
        )
    _envoyer(u, ligne)


def en_attente(u: Unite) -> list[models.CertificatNetsynchro]:
    """Those that the next diffusion delivers."""
    return [c for c in certificats(u) if c.delivre_le is None]


def delivrer_en_attente(u: Unite) -> int:
    """What the evening delivers; how many."""
    lignes = en_attente(u)
    for ligne in lignes:
        _envoyer(u, ligne)
    return len(lignes)


def _envoyer(u: Unite, ligne: models.CertificatNetsynchro) -> None:
    ligne.delivre_le = u.maintenant
    message = msg.CertificatNetsynchro(uai=ligne.uai, annee=ligne.annee)
    u.envoyer("certificat_netsynchro", "edt", message, uai=ligne.uai, annee=ligne.annee, nb=1, immediat=True)
    u.journaliser("certificat_netsynchro", "Certificat NetSynchro délivré", uai=ligne.uai, annee=ligne.annee, nb=1)
