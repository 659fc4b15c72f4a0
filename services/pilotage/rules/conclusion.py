"""What an investigation concludes: where the path stops, why, who can mend it, and when it will be in the ENT.

Source: DIAG-01 to DIAG-09 (every diagnosis in five words), CAL-08 to CAL-13. Pure functions, from the traces alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from services.pilotage.rules import assistance
from services.pilotage.rules.chaine import LIEUX, SUJETS
from services.pilotage.rules.departs import depart
from services.pilotage.rules.ecarts import comparer
from services.pilotage.rules.obstacles import Releve, localiser, recenser
from services.pilotage.rules.rapprochement import FAMILLES, objet
from services.pilotage.rules.verdict import (
    DESACTIVE,
    EXISTANT,
    INEXISTANT,
    PUBLICS,
    RIEN,
    VERIFIE,
    Cadran,
    Conclusion,
    Diagnostic,
    point,
)
from shared.contracts.traces import Trace
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

D_UNE_ECOLE = frozenset({"SORTI", "SANS_PROJET", "ABSENT_DES_RESSOURCES"})
"""Stops that hold in one school only: gone from it, named there no more, or no ENT project holds it."""
SI_INVISIBLE = {
    "enseignant": "Si l'enseignant ne voit pas ses classes ou ses groupes, ou ne voit pas tous ses élèves",
    "eleve": "Si le lien entre l'élève et l'enseignant manque pourtant dans l'ENT",
    "groupe": "Si l'enseignant ne voit pourtant pas ce groupe ou tous ses élèves",
    "division": "Si l'enseignant ne voit pourtant pas cette classe ou tous ses élèves",
}
SI_ABSENT = "Si l'utilisateur ne trouve pourtant pas ce qu'il attend dans l'ENT"


def conclure(
    toutes: Sequence[Trace],
    cadran: Cadran,
    muets: Mapping[str, str],
    lieux: Mapping[str, str] = MappingProxyType({}),
) -> Conclusion:
    """Read the traces of one thing, ordered along the chain, and say where its path stops.

    `muets`: the services that did not answer: nothing is concluded from their silence; `lieux`: the school and the
    year (`uai`, `annee`, `millesime`) under which the pages of the menus stand.
    """
    quittees = {t.cles.get("uai") for t in toutes if t.service != "aaf" and _quitte(t, toutes)}
    traces = [
        t
        for t in toutes
        if not (_quitte(t, toutes) or (t.service == "aaf" and t.etat != "present" and t.cles.get("uai") in quittees))
    ]
    quoi = objet(traces)
    releve = recenser([*traces, *comparer(traces)], toutes, quoi, cadran, lieux)
    trouvee = depart(traces, quoi, cadran, muets) or _suivre_le_chemin(traces, quoi, cadran, muets, releve)
    compte = _compte(traces, quoi)
    return replace(
        localiser(trouvee, traces, lieux),
        compte=compte,
        assistance=_assistance(trouvee, traces, quoi, compte, cadran),
        verifications=assistance.verifications(traces, quoi),
    )


def _suivre_le_chemin(
    traces: Sequence[Trace], quoi: str, cadran: Cadran, muets: Mapping[str, str], releve: Releve
) -> Conclusion:
    if releve.retenants:
        return _arrete(traces, quoi, releve, cadran)
    attente = next((t for t in traces if t.etat == "attente"), None)
    if attente is not None:
        return _en_route(traces, quoi, attente, cadran, releve)
    if releve.en_chemin:
        return _en_route(traces, quoi, traces[0], cadran, releve)
    if releve.obstacles:
        return _arrete(traces, quoi, releve, cadran)
    return _jusqu_ou(traces, quoi, cadran, muets)


def _quitte(trace: Trace, traces: Sequence[Trace]) -> bool:
    """Whether a trace is of a school that stops somebody whom the same application knows in another one."""
    return _d_une_ecole(trace) and any(t.service == trace.service and not _d_une_ecole(t) for t in traces)


def _d_une_ecole(trace: Trace) -> bool:
    return bool(trace.blocages) and {b.code for b in trace.blocages} <= D_UNE_ECOLE


def _compte(traces: Sequence[Trace], quoi: str) -> str:
    """DIAG-02: is there an ENT account? Nothing to answer for a group or a division."""
    if FAMILLES[quoi] in ("groupe", "division"):
        return ""
    ent = [t for t in traces if t.service == "ent"]
    if any(t.etat == "present" for t in ent):
        return EXISTANT
    return DESACTIVE if any(b.code == "COMPTE_DESACTIVE" for t in ent for b in t.blocages) else INEXISTANT


def _assistance(
    c: Conclusion, traces: Sequence[Trace], quoi: str, compte: str, cadran: Cadran
) -> assistance.Assistance | None:
    """The heading that follows from the conclusion (DIAG-03 to DIAG-09)."""
    if quoi == "agent" and any(t.details.get("source") == "EPP" for t in traces):
        quoi = "enseignant"  # a dossier of EPP that says no function yet
    constats = {"enseignant": "compte_enseignant", "agent": "compte_atss"}
    constat = "lien" if compte in (EXISTANT, "") else constats.get(quoi, "compte_famille")
    if c.etat == "arrive":
        return assistance.correctes(constat, cadran.forme, SI_INVISIBLE.get(quoi, SI_ABSENT))
    if c.etat == "perdu":
        return assistance.correctes(constat, cadran.forme)
    if c.etat == "en_route" and c.echeance is not None:
        return assistance.attendre(constat, cadran.dire(c.echeance))
    if c.etat not in ("bloque", "reserve") or c.ou is None:
        return None
    vues = assistance.verifications(traces, quoi)[: 1 if quoi == "enseignant" else None]
    if constat != "lien" and c.ou in ("aaf", "ent") and all(v.bon for v in vues):
        return assistance.correctes(constat, cadran.forme)  # DIAG-05 to DIAG-07: present and right, yet no account
    if constat == "lien":
        return (
            assistance.correctes(constat, cadran.forme)
            if c.ou == "ent"
            else assistance.lien_incorrect(c.ou, cadran.forme)
        )
    codes = [b.code for t in traces for b in t.blocages]
    return assistance.compte_inexistant(quoi, codes, cadran.forme)


def _dans_l_ent(traces: Sequence[Trace]) -> bool:
    return any(t.service == "ent" and t.etat == "present" for t in traces)


def _anomalie(traces: Sequence[Trace], quoi: str) -> str:
    """DIAG-02: the first question is whether there is an ENT account."""
    dans_l_ent = _dans_l_ent(traces)
    if FAMILLES[quoi] in ("groupe", "division"):
        nom = "Groupe" if quoi == "groupe" else "Division"
        return f"{nom} dans l'ENT, incomplet ou pas à jour" if dans_l_ent else f"{nom} inexistant dans l'ENT"
    if dans_l_ent:
        return "Compte existant, lien inexistant ou donnée pas à jour"
    return "Compte inexistant" if quoi in ("eleve", "responsable") else "Compte ENT inexistant"


def _arrete(traces: Sequence[Trace], quoi: str, releve: Releve, cadran: Cadran) -> Conclusion:
    """Stopped at the first obstacle that holds the thing back; without any, passed but for a part of it."""
    retenants = releve.retenants
    o = (retenants or releve.obstacles)[0]
    autres = tuple(x for x in releve.obstacles if x is not o)
    ou = LIEUX[o.service]
    attendues = [t.echeance for t in traces if t.etat == "attente" and t.echeance]
    echeance = max([x.echeance for x in retenants or releve.obstacles] + attendues)
    debut = f"Arrêté {ou}" if retenants else f"Passe, mais avec une réserve {ou}"
    fait = "tout est fait" if len(retenants) > 1 else "c'est fait"
    quand = f"Si {fait} maintenant, dans l'ENT le {cadran.dire(echeance)}."
    reste = f"Derrière, {pluriel(len(autres), 'autre cause', 'autres causes')} : à régler aussi." if autres else ""
    menu = f"Menu : {o.menu}." if o.menu else ""
    conduite = " ".join(p for p in (point(o.remede), menu, reste, quand) if p)
    return Conclusion(
        etat="bloque" if retenants else "reserve",
        phrase=" ".join(p for p in (f"{debut} : {point(o.raison)}", point(o.remede), reste, quand) if p),
        diagnostic=Diagnostic(
            anomalie=_anomalie(traces, quoi),
            public=PUBLICS[quoi],
            interlocuteur=o.qui or VERIFIE,
            diagnostic=point(o.raison),
            conduite=conduite,
        ),
        ou=o.service,
        pourquoi=o.raison,
        code=o.code,
        regle=o.regle,
        qui=o.qui,
        menu=o.menu,
        remede=o.remede,
        echeance=echeance,
        application=o.application,
        lien=o.lien,
        obstacles=(o, *autres),
    )


def _en_route(traces: Sequence[Trace], quoi: str, trace: Trace, cadran: Cadran, releve: Releve) -> Conclusion:
    ou = LIEUX[trace.service]
    propre = cadran.recu(trace.echeance) if trace.etat == "attente" and trace.echeance else None
    if trace.etat == "attente" and (propre is None or trace.service == "rectorat"):
        # the rectorat's own batch is only the first of the way
        propre = cadran.arrivee(trace.service, quoi, cadran.maintenant)
    echeance = max([*releve.en_chemin, *([propre] if propre else [])])
    arrive = _dans_l_ent(traces)
    quand = cadran.dire(echeance)
    if arrive:
        phrase = f"Déjà dans l'ENT ; ce qui attend {ou} y sera le {quand}."
    else:
        phrase = f"En route : attend {ou}, sera dans l'ENT le {quand}."
    attendre = f"Rien à faire qu'attendre : dans l'ENT le {quand}."
    reserve = releve.obstacles[0] if releve.obstacles else None
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
        phrase=f"{phrase} Réserve : {point(reserve.raison)}",
        diagnostic=Diagnostic(
            anomalie=_anomalie(traces, quoi),
            public=PUBLICS[quoi],
            interlocuteur=reserve.qui or VERIFIE,
            diagnostic=point(reserve.raison),
            conduite=" ".join(
                p for p in (point(reserve.remede), f"Pour le reste : {attendre[0].lower()}{attendre[1:]}") if p
            ),
        ),
        ou=trace.service,
        pourquoi=reserve.raison,
        code=reserve.code,
        regle=reserve.regle,
        qui=reserve.qui,
        menu=reserve.menu,
        remede=reserve.remede,
        echeance=echeance,
        application=reserve.application,
        lien=reserve.lien,
        obstacles=releve.obstacles,
    )


def _jusqu_ou(traces: Sequence[Trace], quoi: str, cadran: Cadran, muets: Mapping[str, str]) -> Conclusion:
    """Nothing holds it back where it is: how far has it come?"""
    presents = {t.service: t for t in traces}
    if "ent" in presents:
        modifie = _mise_a_jour(presents, quoi, cadran)
        if modifie is not None:
            return _en_route(traces, quoi, modifie, cadran, Releve(()))
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
                conduite=f"Rien à faire. {_si_rien_ne_manque(quoi, cadran)}",
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
    remede = assistance.correctes("", cadran.forme, "Si elle est correcte").phrase
    return Conclusion(
        etat="perdu",
        phrase=f"{raison} S'il repart maintenant, dans l'ENT le {cadran.dire(echeance)}.",
        diagnostic=Diagnostic(
            anomalie=_anomalie(traces, quoi),
            public=PUBLICS[quoi],
            interlocuteur=VERIFIE,
            diagnostic=raison,
            conduite=f"Vérifiez la donnée {ici}. {remede}",
        ),
        ou=manque,
        pourquoi=raison,
        code="NON_ARRIVE",
        regle="DIAG-03",
        qui=VERIFIE,
        remede=remede,
        echeance=echeance,
    )


def _si_rien_ne_manque(quoi: str, cadran: Cadran) -> str:
    return assistance.correctes("", cadran.forme, SI_INVISIBLE.get(quoi, SI_ABSENT)).phrase


def _mise_a_jour(presents: Mapping[str, Trace], quoi: str, cadran: Cadran) -> Trace | None:
    """The trace of SIECLE when its last change is not in the ENT yet, with the date of its arrival."""
    trace = presents.get("siecle_bee")
    if trace is None or quoi not in ("eleve", "responsable"):
        return None
    faits = [e.instant for e in trace.etapes if not e.prevu]
    arrivee = cadran.arrivee("siecle_bee", quoi, max(faits)) if faits else cadran.maintenant
    return trace.model_copy(update={"echeance": arrivee, "etat": "attente"}) if arrivee > cadran.maintenant else None


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
