"""Complaints that hold nothing back: doubled accounts, odd logins, PRONOTE, dates put right, missing timetables.

Source: DIAG-16 to DIAG-18, DIAG-21, DIAG-22; ENT-09, ENT-16. Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from services.pilotage.rules.rapprochement import objet
from services.pilotage.rules.verdict import Cadran, Conclusion, Diagnostic
from shared.contracts.traces import Blocage, Trace
from shared.identifiers import sans_accent

ANOMALIES = {
    "DOUBLON_RESPONSABLE": "Parent à deux comptes, notifications en double",
    "DEUX_PERSONNES_EN_UNE_FICHE": "Identifiant de connexion inhabituel",
    "IDENTIFIANT_FIGE": "Identifiant de connexion qu'une correction ne change pas",
    "PRONOTE_NON_RAPPROCHE": "PRONOTE ne peut pas être rapproché du compte",
    "GROUPE_RECONDUIT": "Classe, groupe ou séance en double dans l'ENT",
    "NON_EXPORTABLE": "Emploi du temps d'un enseignant absent de l'ENT",
    "NON_RAPPROCHE": "Emploi du temps d'un enseignant absent de l'ENT",
}
DATES = "Beaucoup d'anomalies de dates d'un coup"
BENIN = "ELEGRP"
AUTRES_COMPTES = "autres comptes du même nom"


class Observation(Struct, frozen=True):
    """A complaint and what explains it, as `service` knows it.

    `echeance`: when it ends if what must be done is done now (None: unknown).
    """

    code: str
    anomalie: str
    raison: str
    regle: str
    remede: str
    menu: str
    qui: str
    service: str
    echeance: datetime | None = None
    quand: str = ""


def observer(
    traces: Sequence[Trace],
    cadran: Cadran,
    muets: Collection[str] = (),
    suppression: datetime | None = None,
) -> tuple[Observation, ...]:
    """What the applications remark of one thing, and what its login shows.

    `muets`: who did not answer; `suppression`: when another account of the same name, deactivated, is deleted.
    """
    trouvees = [_de_la_remarque(t, b, cadran) for t in traces for b in t.remarques]
    ent = next((t for t in traces if t.service == "ent" and t.etat == "present"), None)
    if ent is not None and objet(traces) not in ("groupe", "division"):
        if identifiant_fige(ent.libelle, ent.cles.get("compte", "")):
            trouvees.append(_fige())
        if objet(traces) == "responsable" and ent.details.get(AUTRES_COMPTES):
            trouvees.append(_pronote(traces, cadran, suppression))
    if objet(traces) == "groupe" and _reconduit(traces, muets):
        trouvees.append(_groupe_reconduit(cadran))
    return tuple(trouvees)


def _reconduit(traces: Sequence[Trace], muets: Collection[str]) -> bool:
    """A group of STS-Web that has no pupil and that EDT, where groups are made, does not know."""
    par_service = {t.service: t for t in traces}
    siecle = par_service.get("siecle_bee")
    return (
        "edt" not in par_service
        and "edt" not in muets
        and par_service.get("sts_web") is not None
        and siecle is not None
        and siecle.details.get("élèves") == "0"
    )


def _groupe_reconduit(cadran: Cadran) -> Observation:
    arrivee = cadran.arrivee("sts_web", "groupe", cadran.maintenant)
    return Observation(
        code="GROUPE_RECONDUIT",
        anomalie=ANOMALIES["GROUPE_RECONDUIT"],
        raison="Ce groupe est dans STS-Web, sans élève, et le logiciel d'emploi du temps ne le connaît pas : sans "
        "doute un groupe de l'an dernier, reconduit à la bascule.",
        regle="STS-12, DIAG-15",
        remede="Supprimez-le dans STS-Web, puis lancez « Exports » > « Structure » et « Services ».",
        menu="STS-Web > Structure",
        qui="Le chef d'établissement ou son adjoint",
        service="sts_web",
        echeance=arrivee,
        quand=f"Si c'est fait maintenant, dans l'ENT le {cadran.dire(arrivee)}.",
    )


def nuancer(c: Conclusion, observations: Sequence[Observation]) -> Conclusion:
    """The conclusion on what has arrived, when a complaint is explained all the same: its five words are the
    complaint's. A harmless remark changes nothing.
    """
    o = next((o for o in observations if not o.code.startswith(BENIN)), None)
    if c.etat != "arrive" or o is None:
        return c
    conduite = " ".join(p for p in (o.remede, f"Menu : {o.menu}." if o.menu else "", o.quand) if p)
    return replace(
        c,
        phrase=f"{c.phrase.removesuffix(' Rien ne le retient.')} Mais : {o.anomalie[0].lower()}{o.anomalie[1:]}.",
        diagnostic=Diagnostic(o.anomalie, c.diagnostic.public, o.qui, o.raison, conduite),
        ou=o.service,
        pourquoi=o.raison,
        code=o.code,
        regle=o.regle,
        qui=o.qui,
        menu=o.menu,
        application="",
        lien="",
        remede=o.remede,
        echeance=o.echeance,
        assistance=None,
    )


def identifiant_fige(nom: str, identifiant: str) -> bool:
    """Whether a login was made from another name than the one displayed: a word of the name is not in it."""
    lettres = _lettres(identifiant)
    mots = [m for mot in nom.split() if len(m := _lettres(mot)) > 1]
    return bool(lettres) and any(mot not in lettres for mot in mots)


def _lettres(texte: str) -> str:
    return "".join(c for c in sans_accent(texte).lower() if "a" <= c <= "z")


def _de_la_remarque(trace: Trace, b: Blocage, cadran: Cadran) -> Observation:
    echeance, quand = None, ""
    if b.code == "DOUBLON_RESPONSABLE":
        echeance = cadran.complet(cadran.maintenant)
        quand = (
            f"Si la fusion est faite maintenant, le compte du doublon est désactivé à l'import complet du "
            f"{cadran.dire(echeance)}, et supprimé {cadran.purge} jours plus tard."
        )
    return Observation(
        code=b.code,
        anomalie=ANOMALIES.get(b.code, DATES if b.code.startswith(BENIN) else b.code),
        raison=b.raison,
        regle=b.regle,
        remede=b.remede,
        menu=b.menu,
        qui=b.interlocuteur,
        service=trace.service,
        echeance=echeance,
        quand=quand,
    )


def _fige() -> Observation:
    return Observation(
        code="IDENTIFIANT_FIGE",
        anomalie=ANOMALIES["IDENTIFIANT_FIGE"],
        raison="L'identifiant a été créé avec un autre nom ou prénom que celui d'aujourd'hui. Même après la correction "
        "dans SIECLE, l'identifiant ENT n'est pas mis à jour : seul le nom affiché change.",
        regle="ENT-09",
        remede="Aucun remède dans SIECLE : demandez un changement d'identifiant à l'administrateur de l'ENT.",
        menu="",
        qui="L'administrateur de l'ENT",
        service="ent",
    )


def _pronote(traces: Sequence[Trace], cadran: Cadran, suppression: datetime | None) -> Observation:
    doublon = any(b.code == "DOUBLON_RESPONSABLE" for t in traces for b in t.remarques)
    fin = f"sa suppression, {cadran.purge} jours après sa désactivation"
    return Observation(
        code="PRONOTE_NON_RAPPROCHE",
        anomalie=ANOMALIES["PRONOTE_NON_RAPPROCHE"],
        raison=f"Un autre compte ENT porte le même nom{'' if doublon or suppression else ' (homonyme ou doublon)'} : "
        "tant qu'un doublon existe, même désactivé, le rapprochement des identifiants PRONOTE n'est pas possible.",
        regle="ENT-16, EDT-47",
        remede=f"Fusionnez d'abord les fiches dans SIECLE, puis attendez {fin}."
        if doublon
        else f"Attendez que l'autre compte disparaisse : {fin}.",
        menu="",
        qui="L'administrateur de l'ENT",
        service="ent",
        echeance=suppression,
        quand=f"L'autre compte sera supprimé le {cadran.dire(suppression)}." if suppression else "",
    )
