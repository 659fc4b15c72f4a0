"""What a conclusion is made of: the five words, where the path stops, the instants from which delays are computed.

Source: DIAG-01 (five words), DIAG-02 (first question), CAL-08 to CAL-14. Pure data and functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from services.pilotage.rules.assistance import Assistance, Verification
from shared.horloge.horloge import instant_fr
from shared.horloge.nuits import Etape, HoraireNuits

PUBLICS = {
    "eleve": "Élève",
    "responsable": "Responsable d'élève (parent)",
    "enseignant": "Enseignant",
    "agent": "Personnel non enseignant (ATSS)",
    "groupe": "Élèves et enseignants du groupe",
    "division": "Élèves et enseignants de la division",
}
VERIFIE = "Le secrétariat vérifie"
RIEN = "Aucune anomalie"
EXISTANT, INEXISTANT, DESACTIVE = "existant", "inexistant", "desactive"
"""Answers to the first question (DIAG-02): is there an ENT account?"""


class Diagnostic(Struct, frozen=True):
    """The five words of the guide (DIAG-01)."""

    anomalie: str
    public: str
    interlocuteur: str
    diagnostic: str
    conduite: str


class Obstacle(Struct, frozen=True):
    """One stop. `service` says it, `application` mends it, at `menu`, which opens `lien` (a path there, or "").

    `retient`: it holds the thing back, and not some part of it alone; `echeance`: when it is in the ENT if this is
    mended now; `ailleurs`: the same stop in other schools, one of which mends it: UAI → page.
    """

    service: str
    application: str
    code: str
    raison: str
    regle: str
    qui: str
    menu: str
    lien: str
    remede: str
    retient: bool
    echeance: datetime
    uai: str = ""
    ailleurs: Mapping[str, str] = field(default_factory=dict)


class Conclusion(Struct, frozen=True):
    """Where the path stops.

    `etat`: `arrive` (in the ENT, nothing holds it back), `en_route`, `bloque`, `reserve` (it passes, but something of
    it does not), `perdu` (the delay is over and it is not there) or `retire` (it leaves the ENT, or stays there as a
    relic). `ou`: the application (None when arrived); `application`, `menu`, `lien`: where it is mended; `obstacles`:
    all that is known to stand in the way, in order; `echeance`: when it will be in the ENT, if all that must be done is
    done now; `compte`: the answer to the first question ("" for what has no account); `assistance`: the heading that
    follows; `verifications`: what the secretariat looks at.
    """

    etat: str
    phrase: str
    diagnostic: Diagnostic
    ou: str | None = None
    pourquoi: str = ""
    code: str = ""
    regle: str = ""
    qui: str = ""
    menu: str = ""
    remede: str = ""
    echeance: datetime | None = None
    compte: str = ""
    application: str = ""
    lien: str = ""
    obstacles: tuple[Obstacle, ...] = ()
    assistance: Assistance | None = None
    verifications: tuple[Verification, ...] = ()


class Cadran(Struct, frozen=True):
    """What is needed to compute delays: the instant, the night timetable, the time zone; the profile's `assistance`
    and `ent.purge` (days); of the school's ENT, the days before it deactivates (`attente`), and whether it takes
    complete feeds alone (`complet_seul`).
    """

    maintenant: datetime
    nuits: HoraireNuits
    fuseau: ZoneInfo
    forme: str = "dossier"
    purge: int = 56
    attente: int = 0
    complet_seul: bool = False

    def dire(self, instant: datetime) -> str:
        """« mardi 24 août 2021 à 05 h 00 »."""
        return instant_fr(instant, self.fuseau)

    def arrivee(self, service: str, quoi: str, depart: datetime, liens: bool = False) -> datetime:
        """When what is mended in `service` at `depart` is in the ENT. `quoi`: the kind of thing; `liens`: the links
        of a group, which wait for the evening in SIECLE.
        """
        return self.recu(self._trajet(service, quoi, depart, liens)[-1].instant)

    def passage(self, service: str, vers: str, quoi: str, depart: datetime, liens: bool = False) -> datetime:
        """When the application `vers` has what is mended in `service` at `depart`; at once when no batch is between."""
        if service == "rectorat" and vers in ("sts_web", "siecle_bee"):
            return self.nuits.prochain("rectorat_diffusion", depart, self.fuseau)
        lot = {"aaf": "aaf_integration", "ent": "ent_alimentation"}.get(vers)
        if lot == "ent_alimentation":
            return self.arrivee(service, quoi, depart, liens)
        return next((e.instant for e in self._trajet(service, quoi, depart, liens) if e.nom == lot), depart)

    def _trajet(self, service: str, quoi: str, depart: datetime, liens: bool) -> list[Etape]:
        depuis = {"enseignant": "remontee_sts", "agent": "remontee_rectorat"}.get(quoi, "remontee_bee")
        if service in ("aaf", "ent"):
            etapes = []
            for nom in ("aaf_alimentation", "ent_alimentation")[service == "ent" :]:
                depart = self.nuits.prochain(nom, depart, self.fuseau)
                etapes.append(Etape(nom, depart))
            return etapes
        if service == "rectorat" and quoi != "agent":
            depart = self.nuits.prochain("rectorat_diffusion", depart, self.fuseau)
        elif liens or (service == "edt" and quoi in ("eleve", "groupe")):
            depuis = "bee_depots"
        return self.nuits.trajet(depart, self.fuseau, depuis=depuis)

    def recu(self, instant: datetime) -> datetime:
        """When the ENT of the school takes in what the académie's nights would bring it at `instant`: its project may
        have a calendar of its own, or take complete feeds alone.
        """
        return self.livraison(instant)[1]

    def livraison(self, instant: datetime) -> tuple[datetime, datetime]:
        """The same, with when the AAF writes the feed that brings it."""
        alimentation = instant - timedelta(days=1)
        while True:
            alimentation = self.nuits.prochain("aaf_alimentation", alimentation, self.fuseau)
            arrivee = self.nuits.prochain("ent_alimentation", alimentation, self.fuseau)
            if arrivee >= instant and not (
                self.complet_seul and not self.nuits.flux_complet(alimentation, self.fuseau)
            ):
                return alimentation, arrivee

    def complet(self, depart: datetime) -> datetime:
        """When the ENT takes in the first complete feed that knows what SIECLE held at `depart`."""
        trajet = self.nuits.trajet(depart, self.fuseau, depuis="remontee_bee")
        return replace(self, complet_seul=True).recu(trajet[-1].instant)

    def desactivation(self, complet: datetime) -> datetime:
        """When an account that the complete feed taken in at `complet` no longer holds is deactivated."""
        if not self.attente:
            return complet
        return self.nuits.prochain("ent_alimentation", complet + timedelta(days=self.attente, hours=-1), self.fuseau)

    def suppression(self, desactive_le: datetime) -> datetime:
        """When an account deactivated at that instant is deleted (ENT-13, ENT-14)."""
        jour = desactive_le.astimezone(self.fuseau).date() + timedelta(days=self.purge)
        veille = datetime.combine(jour, time(), self.fuseau)
        return self.nuits.prochain("ent_alimentation", veille, self.fuseau)


def point(phrase: str) -> str:
    """A sentence ends with a stop."""
    phrase = phrase.strip()
    return phrase if not phrase or phrase[-1] in ".!?…" else phrase + "."
