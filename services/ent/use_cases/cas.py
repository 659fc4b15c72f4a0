"""The CAS server of an ENT: sessions, tickets, their validation, single logout.

Instants are the simulated clock's: a ticket dies when the clock passes its life. Source: connectors reference §2.2 to
2.7; the CAS protocol, version 3.
"""

# ruff: noqa: S608 - statements are composed of constants, values are always parameters

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select, text

from services.ent.models import Compte, Connecteur, Seance, Ticket
from services.ent.rules.cas_attributs import Contexte
from services.ent.rules.cas_prereglages import PREREGLAGES, PRINCIPAUX
from services.ent.rules.connecteurs import Personne, ReglagesCas, meme_service
from services.ent.use_cases import connecteurs, personnes
from services.ent.use_cases.connecteurs import Cahier
from services.ent.use_cases.memoire_registre import BASE
from shared.contracts.cas import Attributs, Forme
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite

SANS_P3 = "SANS_P3"
"""Not a code of CAS: the address is not there."""


class Secret(Struct, frozen=True):
    """What tickets are drawn from: nobody guesses the next, and the same bac gives the same."""

    cle: bytes

    def tirer(self, u: Unite, genre: str) -> str:
        """A new ticket's text, of that kind."""
        rang = u.session.execute(text("SELECT nextval('ticket_cas_rang')")).scalar_one()
        graine = f"{u.bac.nom}/{u.bac.generation}/{genre}/{rang}".encode()
        return f"{genre}-{rang}-{hmac.new(self.cle, graine, hashlib.sha256).hexdigest()[:40]}"


class Bon(Struct, frozen=True):
    """A ticket that was good: whose, through which proxies (nearest first)."""

    connecteur: str
    reglages: ReglagesCas
    personne: Personne
    service: str
    seance: str
    mandataires: tuple[str, ...]

    @property
    def forme(self) -> Forme:
        """The shape of the body."""
        return self.reglages.forme or PREREGLAGES[self.reglages.prereglage].forme

    def _contexte(self) -> Contexte:
        prereglage = PREREGLAGES[self.reglages.prereglage]
        return Contexte(self.reglages.prefixe, self.reglages.codes or prereglage.codes, self.service)

    def utilisateur(self) -> str:
        """`cas:user`."""
        principal = self.reglages.principal or PREREGLAGES[self.reglages.prereglage].principal
        return PRINCIPAUX[principal][1](self.personne, self._contexte())

    def attributs(self) -> Attributs:
        """What the connector is told."""
        return PREREGLAGES[self.reglages.prereglage].attributs(self.personne, self._contexte())


class Mauvais(Struct, frozen=True):
    """A ticket that was not: a key of `shared.formats.cas.ECHECS`, and what to tell whoever looks for why."""

    code: str
    explication: str
    connecteur: str = ""


class Appel(Struct, frozen=True):
    """A logout request to send: to which connector, where, for which ticket."""

    connecteur: str
    maniere: str
    service: str
    ticket: str


def reglages_de(connecteur: Connecteur) -> ReglagesCas:
    """The settings of a connector."""
    return ReglagesCas.model_validate(connecteur.reglages)


# --- sessions --------------------------------------------------------------------------------------------------------


def ouvrir(u: Unite, secret: Secret, projet: str, aaf_id: int, service: str = "", deja: str = "") -> str:
    """Open a session for an account that has shown who it is; the text that its cookie holds.

    Arguments: `service`, the one that sent the user to sign in; `deja`, the text of a session that is open in the same
    browser: it goes on when it is the account's, so that one logout still closes all.
    """
    lue = u.session.get(Seance, _empreinte(deja)) if deja else None
    if lue is not None and (lue.projet, lue.aaf_id) == (projet, aaf_id):
        lue.prouvee_pour = service
        return deja
    texte = secret.tirer(u, "TGT")
    cle = _empreinte(texte)
    u.session.add(Seance(cle=cle, projet=projet, aaf_id=aaf_id, ouverte_le=u.maintenant, prouvee_pour=service))
    u.session.flush()
    return texte


def seance(u: Unite, texte: str) -> Seance | None:
    """The session of a cookie, while its account is active."""
    lue = u.session.get(Seance, _empreinte(texte)) if texte else None
    if lue is None:
        return None
    compte = u.session.get(Compte, {"aaf_id": lue.aaf_id, "projet": lue.projet})
    return lue if compte is not None and compte.etat == "actif" else None


def fermer(u: Unite, cle: str) -> list[Appel]:
    """Close the session of that key with all its tickets; the logout requests to send, oldest ticket first."""
    utilises = u.session.scalars(
        select(Ticket)
        .where(Ticket.seance == cle, Ticket.genre.in_(("ST", "PT")), Ticket.utilise_le.is_not(None))
        .order_by(Ticket.cree_le, Ticket.texte)
    ).all()
    reglages = {c.code: reglages_de(c) for c in connecteurs.lister(u) if c.protocole == "cas"}
    appels = [
        Appel(t.connecteur, reglages[t.connecteur].deconnexion, t.service, t.texte)
        for t in utilises
        if t.connecteur in reglages and reglages[t.connecteur].deconnexion != "aucune"
    ]
    u.session.execute(delete(Ticket).where(Ticket.seance == cle))
    u.session.execute(delete(Seance).where(Seance.cle == cle))
    return appels


def _empreinte(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()


# --- tickets ---------------------------------------------------------------------------------------------------------


def donner(u: Unite, secret: Secret, de: Seance, service: str) -> str:
    """A service ticket. Raises `Refus` SERVICE_NON_AUTORISE (403), which tells the nearest address declared."""
    connecteur = connecteurs.du_service(u, service)
    if connecteur is None or connecteur.projet != de.projet:
        raise non_autorise(u, service)
    texte = secret.tirer(u, "ST")
    u.session.add(
        Ticket(
            texte=texte,
            genre="ST",
            seance=de.cle,
            connecteur=connecteur.code,
            service=service,
            mandataires=[],
            cree_le=u.maintenant,
            utilise_le=None,
            preuve=de.prouvee_pour == service,
        )
    )
    de.prouvee_pour = ""
    connecteurs.noter(u, connecteur.code, "connexion", f"service={service}", f"ticket={texte}")
    return texte


def non_autorise(u: Unite, service: str) -> Refus:
    """No connector of this ENT is at that address."""
    return Refus(
        "Ce service n'est pas autorisé à utiliser l'ENT.",
        code="SERVICE_NON_AUTORISE",
        statut=403,
        remede=connecteurs.pourquoi_pas(u, service),
    )


class Validation(Struct, frozen=True):
    """What a connector asks: to judge a ticket and spend it.

    It is marked used before its service is compared, so that a wrong one burns it (entcore). `mandats`: whether a proxy
    ticket will do; `saml`: whether samlValidate asks; `renew`: whether only a ticket given right after credentials will
    do; `p3`: whether a /p3/ address asks: a connector that has none (the code is then `SANS_P3`) keeps its ticket.
    """

    ticket: str
    service: str
    mandats: bool = False
    saml: bool = False
    renew: bool = False
    p3: bool = False

    def _impossible(self) -> Mauvais | None:
        """Why no ticket is looked for."""
        if not self.ticket or not self.service:
            return Mauvais("INVALID_REQUEST", "La demande n'a pas de ticket, ou pas de service.")
        if self.ticket.startswith("PT-") and not self.mandats:
            code = "UNSUPPORTED_SAML_PROXY_VALIDATION" if self.saml else "UNAUTHORIZED_SERVICE_PROXY"
            return Mauvais(code, "C'est un PT-.")
        return None

    def parametres(self) -> dict[str, object]:
        """What `DEPENSER` is asked."""
        return {"ticket": "" if self._impossible() else self.ticket, "p3": self.p3}

    def juger(self, bac: str, lu: Sequence[Any]) -> Bon | Mauvais:
        """What the row of `DEPENSER` in that bac says of the ticket."""
        refus = self._impossible()
        if refus is not None:
            return refus
        maintenant, _, connecteur, seance, donne_pour, mandataires, cree_le, utilise_le, preuve, voulus = lu[:10]
        qui = lu[10:-2]
        if connecteur is None:
            return Mauvais("INVALID_TICKET", "Ce ticket n'a jamais été donné, ou sa session est fermée.")
        reglages = ReglagesCas.model_validate(voulus)
        if self.p3 and not reglages.p3:
            return Mauvais(SANS_P3, "Ce connecteur n'a pas /p3/.", connecteur)
        if utilise_le is not None:
            return Mauvais("INVALID_TICKET", "Ce ticket a déjà servi : il ne vaut qu'une fois.", connecteur)
        if maintenant - cree_le > timedelta(seconds=reglages.duree):
            vieux = f"Ce ticket a plus de {reglages.duree} s à l'horloge simulée (réglage « duree »)."
            return Mauvais("INVALID_TICKET", vieux, connecteur)
        if not meme_service(reglages.service, donne_pour, self.service):
            return Mauvais("INVALID_SERVICE", f"Il a été donné pour {donne_pour}.", connecteur)
        if self.renew and not preuve:
            dit = "Il vient d'une session déjà ouverte : avec renew, l'utilisateur doit venir de se connecter."
            return Mauvais("INVALID_TICKET", dit, connecteur)
        if qui[0] is None:
            return Mauvais("INVALID_TICKET", "Le compte n'est plus actif, ou sa session est fermée.", connecteur)
        personne = personnes.de_colonnes(bac, qui)
        return Bon(connecteur, reglages, personne, self.service, seance, tuple(mandataires))


def cahier(bac: str, lu: Sequence[Any]) -> Cahier | None:
    """Where the exchange is kept, as the row of `DEPENSER` says; None for a ticket that is nobody's."""
    return None if lu[2] is None else Cahier(bac, lu[1], lu[2], lu[0], lu[-2], lu[-1])


DEPENSER = f"""
    WITH lu AS (
        SELECT * FROM ticket_cas WHERE texte = %(ticket)s AND genre <> 'PGT' FOR UPDATE),
    depense AS (
        UPDATE ticket_cas SET utilise_le = h.instant
        FROM lu JOIN connecteur k ON k.code = lu.connecteur CROSS JOIN sim.horloge h
        WHERE ticket_cas.texte = lu.texte AND lu.utilise_le IS NULL
            AND NOT (%(p3)s AND (k.reglages ->> 'p3') IS NOT DISTINCT FROM 'false'))
    SELECT h.instant, {BASE}, k.code,
        lu.seance, lu.service, lu.mandataires, lu.cree_le, lu.utilise_le, lu.preuve, k.reglages,
        {personnes.COLONNES},
        CASE WHEN k.code IS NOT NULL THEN {connecteurs.NUMERO} END, NULLIF(k.fautes, '[]')
    FROM sim.horloge h LEFT JOIN (lu JOIN connecteur k ON k.code = lu.connecteur) ON true
    LEFT JOIN seance_sso o ON o.cle = lu.seance
    LEFT JOIN compte c ON c.projet = o.projet AND c.aaf_id = o.aaf_id AND c.etat = 'actif'
"""
"""Spend a ticket: one row, the instant first; nulls for a ticket that is nobody's. Run under the bac's lock."""


def mandater(u: Unite, secret: Secret, bon: Bon, rappel: str) -> tuple[str, str] | None:
    """A proxy-granting ticket and its IOU, to be sent to `rappel`; None when the connector may not have one."""
    if not bon.reglages.mandat or not (rappel.startswith("https://") or bon.reglages.rappel_clair):
        return None
    pgt, iou = secret.tirer(u, "PGT"), secret.tirer(u, "PGTIOU")
    u.session.add(
        Ticket(
            texte=_empreinte(pgt),
            genre="PGT",
            seance=bon.seance,
            connecteur=bon.connecteur,
            service=rappel,
            mandataires=[rappel, *bon.mandataires],
            cree_le=u.maintenant,
            utilise_le=None,
        )
    )
    u.session.flush()
    return pgt, iou


def oublier_mandat(u: Unite, pgt: str) -> None:
    """The callback did not answer: its ticket is worth nothing."""
    u.session.execute(delete(Ticket).where(Ticket.texte == _empreinte(pgt)))


def donner_mandat(u: Unite, secret: Secret, pgt: str, service: str) -> str | Mauvais:
    """A proxy ticket for another service of the same ENT."""
    if not pgt or not service:
        return Mauvais("INVALID_REQUEST", "La demande n'a pas de pgt, ou pas de targetService.")
    trouve = u.session.get(Ticket, _empreinte(pgt))
    if trouve is None or trouve.genre != "PGT":
        return Mauvais("INVALID_TICKET", "Ce PGT n'a jamais été donné, ou sa session est fermée.")
    de = u.session.get(Seance, trouve.seance)
    vers = connecteurs.du_service(u, service)
    if de is None or vers is None or vers.projet != de.projet:
        return Mauvais("UNAUTHORIZED_SERVICE", connecteurs.pourquoi_pas(u, service), trouve.connecteur)
    texte = secret.tirer(u, "PT")
    u.session.add(
        Ticket(
            texte=texte,
            genre="PT",
            seance=trouve.seance,
            connecteur=vers.code,
            service=service,
            mandataires=trouve.mandataires,
            cree_le=u.maintenant,
            utilise_le=None,
        )
    )
    return texte
