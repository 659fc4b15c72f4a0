"""What leaves the ENT, or stays there as a relic: merged doublons, fiches gone, structures renamed in mid-year.

The first stop along the chain says nothing of it: the ENT must be looked at first.
Source: DIAG-15, DIAG-16, DIAG-18; ENT-11 to ENT-16, ENT-24; BEE-48, BEE-51. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.pilotage.rules.verdict import PUBLICS, VERIFIE, Cadran, Conclusion, Diagnostic, point
from shared.contracts.traces import Blocage, Trace

FUSIONNEE, DESACTIVE, ANCIEN_NOM = "FICHE_FUSIONNEE", "COMPTE_DESACTIVE", "ANCIEN_NOM"
SERVAIT = "Compte activé par son titulaire"
PRONOTE = "Jusque-là, le rapprochement des identifiants PRONOTE n'est pas possible pour cette personne."


def depart(traces: Sequence[Trace], quoi: str, cadran: Cadran, muets: Mapping[str, str]) -> Conclusion | None:
    """The conclusion on what leaves or remains; None for all the rest."""
    ent = next((t for t in traces if t.service == "ent"), None)
    if ent is None:
        return None
    if quoi in ("groupe", "division"):
        return _structure(traces, quoi, ent, cadran, muets)
    if quoi in ("eleve", "responsable"):
        return _personne(traces, quoi, ent, cadran, muets)
    return None


def _structure(
    traces: Sequence[Trace], quoi: str, ent: Trace, cadran: Cadran, muets: Mapping[str, str]
) -> Conclusion | None:
    ancien = next((b for b in ent.blocages if b.code == ANCIEN_NOM), None)
    connue = any(t.service == "sts_web" for t in traces)
    if ancien is None and (connue or "sts_web" in muets):
        return None
    quand = cadran.arrivee("sts_web", quoi, cadran.maintenant)
    nom = "Le groupe" if quoi == "groupe" else "La division"
    raison = (
        ancien.raison
        if ancien
        else f"{nom} n'est plus dans STS-Web (renommage ou suppression) : l'ENT garde l'ancien nom à côté du nouveau."
    )
    edt = any(t.service == "edt" for t in traces)
    remede = " ".join(
        p
        for p in (
            point(ancien.remede) if ancien else "Ne pas renommer en cours d'année.",
            "Le logiciel d'emploi du temps porte encore ce nom : les noms doivent correspondre exactement."
            if edt
            else "",
        )
        if p
    )
    return _retire(
        quoi,
        Blocage(
            code=ANCIEN_NOM if ancien else "RENOMME_EN_COURS_D_ANNEE",
            raison=raison,
            regle="ENT-24, DIAG-15",
            remede=remede,
            menu="STS-Web > Structure",
            interlocuteur=VERIFIE,
        ),
        anomalie="Classe, groupe ou séance en double dans l'ENT",
        ou="ent" if ancien else "sts_web",
        quand=quand,
        suite=(
            f"Si l'ancien est retiré de STS-Web et exporté maintenant, l'ENT le sait le {cadran.dire(quand)}."
            if connue
            else f"Si ce nom est remis dans STS-Web et exporté maintenant, dans l'ENT le {cadran.dire(quand)} ; sinon "
            "l'ancien y reste, vide."
        ),
    )


def _personne(
    traces: Sequence[Trace], quoi: str, ent: Trace, cadran: Cadran, muets: Mapping[str, str]
) -> Conclusion | None:
    siecle = [t for t in traces if t.service == "siecle_bee"]
    fusion = next((t for t in siecle if any(b.code == FUSIONNEE for b in t.blocages)), None)
    desactive = any(b.code == DESACTIVE for b in ent.blocages)
    if fusion is None and (siecle or "siecle_bee" in muets):
        return None  # SIECLE knows the fiche: what holds it back is told there
    if desactive:
        prevues = [e.instant for e in ent.etapes if e.prevu]
        fin = max(prevues) if prevues else cadran.suppression(cadran.maintenant)
        suite = f"Le compte est désactivé ; il sera supprimé le {cadran.dire(fin)}. {PRONOTE}"
    else:
        complet = cadran.complet(
            max((e.instant for e in fusion.etapes), default=cadran.maintenant) if fusion else cadran.maintenant
        )
        complet = cadran.desactivation(complet)
        fin = cadran.suppression(complet)
        suite = (
            f"Le compte sera désactivé à l'import du {cadran.dire(complet)}, puis supprimé le "
            f"{cadran.dire(fin)}. {PRONOTE}"
        )
    retour = None
    if fusion is None:
        # A pupil's fiche typed again has no INE: the registre gives it, the same for the same identity.
        retour = cadran.arrivee("rectorat" if quoi == "eleve" else "siecle_bee", quoi, cadran.maintenant)
        suite = f"{suite} Si la fiche est remise dans SIECLE maintenant, dans l'ENT le {cadran.dire(retour)}."
    servait = any(e.libelle == SERVAIT for e in ent.etapes)
    if fusion is not None:
        b = next(b for b in fusion.blocages if b.code == FUSIONNEE)
    else:
        b = Blocage(
            code=DESACTIVE if desactive else "INCONNU_DE_SIECLE",
            raison="SIECLE ne connaît plus cette fiche (fusion de doublons, sortie ou suppression).",
            regle="ENT-12",
            remede="Rien à faire si c'était un doublon ; sinon, remettez la fiche dans SIECLE.",
            menu="Fiches élèves > Recherche et MAJ",
        )
    if servait:
        b = b.model_copy(
            update={
                "raison": f"{point(b.raison)} Le titulaire se servait de ce compte : la fusion tardive l'emporte.",
                "regle": f"{b.regle}, BEE-51, ENT-15",
                "remede": "Donnez au titulaire l'identifiant du compte de la fiche gardée.",
            }
        )
    parent = quoi == "responsable"
    return _retire(
        quoi,
        b,
        anomalie=("Parent à deux comptes, dont un désactivé" if desactive and parent else "Compte désactivé")
        if desactive
        else "Parent à deux comptes, notifications en double"
        if parent
        else "Compte ENT sans fiche dans SIECLE",
        ou="ent" if desactive else "siecle_bee",
        quand=retour or fin,
        suite=suite,
    )


def _retire(quoi: str, b: Blocage, *, anomalie: str, ou: str, quand: datetime, suite: str) -> Conclusion:
    conduite = " ".join(p for p in (point(b.remede), f"Menu : {b.menu}." if b.menu else "", suite) if p)
    return Conclusion(
        etat="retire",
        phrase=" ".join(p for p in (point(b.raison), point(b.remede), suite) if p),
        diagnostic=Diagnostic(anomalie, PUBLICS[quoi], b.interlocuteur or VERIFIE, point(b.raison), conduite),
        ou=ou,
        pourquoi=b.raison,
        code=b.code,
        regle=b.regle,
        qui=b.interlocuteur,
        menu=b.menu,
        remede=b.remede,
        echeance=quand,
    )
