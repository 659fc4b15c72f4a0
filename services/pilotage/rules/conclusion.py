"""What an investigation concludes: where the path stops, why, who can mend it, and when it will be in the ENT.

Source: DIAG-01 to DIAG-09 (every diagnosis in five words), CAL-08 to CAL-13. Pure functions, from the traces alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.pilotage.rules.chaine import LIEUX, SUJETS
from services.pilotage.rules.rapprochement import FAMILLES, objet
from shared.contracts.traces import Blocage, Trace
from shared.horloge.horloge import instant_fr
from shared.horloge.nuits import HoraireNuits
from shared.screens.composants import pluriel

PARCOURS: dict[str, tuple[str, ...]] = {
    "eleve": ("siecle_bee", "aaf", "ent"),
    "responsable": ("siecle_bee", "aaf", "ent"),
    "enseignant": ("rectorat", "sts_web", "aaf", "ent"),
    "agent": ("rectorat", "aaf", "ent"),
    "groupe": ("sts_web", "siecle_bee", "aaf", "ent"),
    "division": ("sts_web", "siecle_bee", "aaf", "ent"),
}
"""The applications through which each kind of thing must pass to reach the ENT."""

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
ASSISTANCE = "Ouvrez un dossier d'assistance « un incident sur l'ENT administration - identifiants utilisateurs »."
LIENS = "liens élève-groupe"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """The five words of the guide (DIAG-01)."""

    anomalie: str
    public: str
    interlocuteur: str
    diagnostic: str
    conduite: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Where the path stops.

    `etat`: `arrive` (in the ENT, nothing holds it back), `en_route`, `bloque`, `reserve` (it passes, but something of
    it does not) or `perdu` (the delay is over and it is not there). `ou`: the application (None when arrived);
    `echeance`: when it will be in the ENT, if what must be done is done now.
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


@dataclass(frozen=True, slots=True)
class Cadran:
    """What is needed to compute delays: the instant, the night timetable, the time zone."""

    maintenant: datetime
    nuits: HoraireNuits
    fuseau: ZoneInfo

    def dire(self, instant: datetime) -> str:
        """« mardi 24 août 2021 à 05 h 00 »."""
        return instant_fr(instant, self.fuseau)

    def arrivee(self, service: str, quoi: str, depart: datetime, liens: bool = False) -> datetime:
        """When what is mended in `service` at `depart` is in the ENT. `quoi`: the kind of thing."""
        depuis = {"enseignant": "remontee_sts", "agent": "remontee_rectorat"}.get(quoi, "remontee_bee")
        if service == "ent":
            return self.nuits.prochain("ent_alimentation", depart, self.fuseau)
        if service == "rectorat" and quoi != "agent":
            depart = self.nuits.prochain("rectorat_diffusion", depart, self.fuseau)
        elif liens or (service == "edt" and quoi in ("eleve", "groupe")):
            depuis = "bee_depots"
        return self.nuits.trajet(depart, self.fuseau, depuis=depuis)[-1].instant


def conclure(traces: Sequence[Trace], cadran: Cadran, muets: Mapping[str, str]) -> Conclusion:
    """Read the traces of one thing, ordered along the chain, and say where its path stops.

    `muets`: the services that did not answer: nothing is concluded from their silence.
    """
    quoi = objet(traces)
    arrete = next((t for t in traces if t.etat != "present"), None)
    if arrete is not None and arrete.etat == "attente":
        return _en_route(traces, quoi, arrete, cadran)
    if arrete is not None:
        return _arrete(traces, quoi, arrete, "bloque", cadran)
    reserve = next((t for t in traces if t.blocages), None)
    if reserve is not None:
        return _arrete(traces, quoi, reserve, "reserve", cadran)
    return _jusqu_ou(traces, quoi, cadran, muets)


def _dans_l_ent(traces: Sequence[Trace]) -> bool:
    return any(t.service == "ent" and t.etat == "present" for t in traces)


def _anomalie(traces: Sequence[Trace], quoi: str) -> str:
    """DIAG-02: the first question is whether there is an ENT account."""
    dans_l_ent = _dans_l_ent(traces)
    if FAMILLES[quoi] in ("groupe", "division"):
        nom = "Groupe" if quoi == "groupe" else "Division"
        return f"{nom} dans l'ENT, incomplet ou pas à jour" if dans_l_ent else f"{nom} inexistant dans l'ENT"
    return "Compte existant, lien inexistant ou donnée pas à jour" if dans_l_ent else "Compte ENT inexistant"


def _arrete(traces: Sequence[Trace], quoi: str, trace: Trace, etat: str, cadran: Cadran) -> Conclusion:
    b = trace.blocages[0] if trace.blocages else _blocage_tu(trace)
    liens = LIENS in b.menu.lower()
    echeance = trace.echeance if trace.etat != "present" and trace.echeance else None
    echeance = echeance or cadran.arrivee(trace.service, quoi, cadran.maintenant, liens)
    ou = LIEUX[trace.service]
    autres = len(trace.blocages) - 1
    suite = f" ({pluriel(autres, 'autre cause', 'autres causes')} au même endroit.)" if autres > 0 else ""
    debut = f"Arrêté {ou}" if etat == "bloque" else f"Passe, mais avec une réserve {ou}"
    quand = f"Si c'est fait maintenant, dans l'ENT le {cadran.dire(echeance)}."
    conduite = " ".join(p for p in (_point(b.remede), f"Menu : {b.menu}." if b.menu else "", quand) if p)
    return Conclusion(
        etat=etat,
        phrase=" ".join(p for p in (f"{debut} : {_point(b.raison)}{suite}", _point(b.remede), quand) if p),
        diagnostic=Diagnostic(
            anomalie=_anomalie(traces, quoi),
            public=PUBLICS[quoi],
            interlocuteur=b.interlocuteur or VERIFIE,
            diagnostic=_point(b.raison),
            conduite=conduite,
        ),
        ou=trace.service,
        pourquoi=b.raison,
        code=b.code,
        regle=b.regle,
        qui=b.interlocuteur,
        menu=b.menu,
        remede=b.remede,
        echeance=echeance,
    )


def _blocage_tu(trace: Trace) -> Blocage:
    """An application that holds back without a reason: said as it is."""
    mot = "ne le connaît pas" if trace.etat == "absent" else "le retient"
    return Blocage(
        code="SANS_RAISON",
        raison=f"{SUJETS[trace.service]} {mot}, sans en dire la raison.",
        remede="Ouvrez la page de l'application et vérifiez la fiche.",
    )


def _en_route(traces: Sequence[Trace], quoi: str, trace: Trace, cadran: Cadran) -> Conclusion:
    ou = LIEUX[trace.service]
    echeance = trace.echeance
    if echeance is None or trace.service == "rectorat":  # the rectorat's own batch is only the first of the way
        echeance = cadran.arrivee(trace.service, quoi, cadran.maintenant)
    arrive = _dans_l_ent(traces)
    quand = cadran.dire(echeance)
    if arrive:
        phrase = f"Déjà dans l'ENT ; ce qui attend {ou} y sera le {quand}."
    else:
        phrase = f"En route : attend {ou}, sera dans l'ENT le {quand}."
    attendre = f"Rien à faire qu'attendre : dans l'ENT le {quand}."
    reserve = trace.blocages[0] if trace.blocages else None
    if reserve is None:
        return Conclusion(
            etat="en_route",
            phrase=phrase,
            diagnostic=Diagnostic(
                anomalie=RIEN if arrive else _anomalie(traces, quoi),
                public=PUBLICS[quoi],
                interlocuteur=VERIFIE,
                diagnostic=f"La donnée est {ou} et attend le prochain passage.",
                conduite=attendre,
            ),
            ou=trace.service,
            pourquoi="Le prochain passage n'a pas encore eu lieu.",
            code="EN_ATTENTE",
            echeance=echeance,
        )
    return Conclusion(
        etat="en_route",
        phrase=f"{phrase} Réserve : {_point(reserve.raison)}",
        diagnostic=Diagnostic(
            anomalie=_anomalie(traces, quoi),
            public=PUBLICS[quoi],
            interlocuteur=reserve.interlocuteur or VERIFIE,
            diagnostic=_point(reserve.raison),
            conduite=" ".join(
                p for p in (_point(reserve.remede), f"Pour le reste : {attendre[0].lower()}{attendre[1:]}") if p
            ),
        ),
        ou=trace.service,
        pourquoi=reserve.raison,
        code=reserve.code,
        regle=reserve.regle,
        qui=reserve.interlocuteur,
        menu=reserve.menu,
        remede=reserve.remede,
        echeance=echeance,
    )


def _jusqu_ou(traces: Sequence[Trace], quoi: str, cadran: Cadran, muets: Mapping[str, str]) -> Conclusion:
    """Nothing holds it back where it is: how far has it come?"""
    presents = {t.service: t for t in traces}
    if "ent" in presents:
        faits = [e.instant for e in presents["ent"].etapes if not e.prevu]
        depuis = f" (dernier fait : {cadran.dire(max(faits))})" if faits else ""
        return Conclusion(
            etat="arrive",
            phrase=f"Dans l'ENT{depuis}. Rien ne le retient.",
            diagnostic=Diagnostic(
                anomalie=RIEN,
                public=PUBLICS[quoi],
                interlocuteur=VERIFIE,
                diagnostic="Les données sont passées d'application en application jusqu'à l'ENT.",
                conduite=f"Rien à faire. Si l'utilisateur ne le voit pas : {ASSISTANCE}",
            ),
        )
    parcours = PARCOURS[quoi]
    atteints = [rang for rang, service in enumerate(parcours) if service in presents]
    dernier = presents[parcours[atteints[-1]]] if atteints else traces[-1]
    manque = parcours[atteints[-1] + 1 if atteints else 0]
    if manque in muets:
        return _muet(traces, quoi, manque)
    faits = [e.instant for e in dernier.etapes if not e.prevu]
    echeance = cadran.arrivee(dernier.service, quoi, max(faits)) if faits else None
    ici, apres = LIEUX[dernier.service], LIEUX[manque]
    if echeance is None or echeance > cadran.maintenant:
        echeance = echeance or cadran.arrivee(dernier.service, quoi, cadran.maintenant)
        return Conclusion(
            etat="en_route",
            phrase=f"En route : {ici}, pas encore {apres} ; dans l'ENT le {cadran.dire(echeance)}.",
            diagnostic=Diagnostic(
                anomalie=_anomalie(traces, quoi),
                public=PUBLICS[quoi],
                interlocuteur=VERIFIE,
                diagnostic=f"La donnée est {ici} et n'est pas encore passée {apres}.",
                conduite=f"Rien à faire qu'attendre : dans l'ENT le {cadran.dire(echeance)}.",
            ),
            ou=dernier.service,
            pourquoi=f"Pas encore passé {apres}.",
            code="EN_ATTENTE",
            echeance=echeance,
        )
    echeance = cadran.arrivee(dernier.service, quoi, cadran.maintenant)
    raison = f"{ici[0].upper()}{ici[1:]}, mais pas {apres}, alors que le délai est passé."
    return Conclusion(
        etat="perdu",
        phrase=f"{raison} S'il repart maintenant, dans l'ENT le {cadran.dire(echeance)}.",
        diagnostic=Diagnostic(
            anomalie=_anomalie(traces, quoi),
            public=PUBLICS[quoi],
            interlocuteur=VERIFIE,
            diagnostic=raison,
            conduite=f"Vérifiez la donnée {ici}. Si elle est correcte : {ASSISTANCE}",
        ),
        ou=manque,
        pourquoi=raison,
        code="NON_ARRIVE",
        regle="DIAG-03",
        qui=VERIFIE,
        remede=ASSISTANCE,
        echeance=echeance,
    )


def _muet(traces: Sequence[Trace], quoi: str, service: str) -> Conclusion:
    raison = f"{SUJETS[service]} ne répond pas : on ne sait pas si la donnée y est."
    remede = "Regardez la page « Santé », puis recommencez."
    return Conclusion(
        etat="en_route",
        phrase=f"{raison} {remede}",
        diagnostic=Diagnostic(_anomalie(traces, quoi), PUBLICS[quoi], VERIFIE, raison, remede),
        ou=service,
        pourquoi=raison,
        code="SERVICE_INJOIGNABLE",
        remede=remede,
    )


def _point(phrase: str) -> str:
    """A sentence ends with a stop."""
    phrase = phrase.strip()
    return phrase if not phrase or phrase[-1] in ".!?…" else phrase + "."
