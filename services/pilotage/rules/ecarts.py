"""What two applications say differently of the same thing, and neither sees alone: links of EDT that SIECLE lacks.

Source: guide 002 (« l'enseignant ne voit pas tous ses élèves »), guide 001 §4, guide 004 §3.5; DIAG-13. Pure functions.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts.traces import Blocage, Trace

REGLE = "Les élèves d'un groupe viennent des liens élève-groupe déposés dans SIECLE, autant de fois qu'ils changent."
REMEDE = (
    "Dans le logiciel d'emploi du temps, exportez les liens élèves/groupes ; dans SIECLE, « Importations » > « Liens "
    "élève-groupe depuis logiciel privé », déposez le fichier."
)
MENU = "Importations > Liens élève-groupe depuis logiciel privé"
QUI = "La personne qui tient EDT"


def comparer(traces: Sequence[Trace]) -> list[Trace]:
    """The trace of SIECLE again, with what EDT says otherwise as its only stop; none when they agree.

    A deposit that waits, or whose anomalies SIECLE tells, explains the difference already.
    """
    siecle = next((t for t in traces if t.service == "siecle_bee"), None)
    edt = [t for t in traces if t.service == "edt" and siecle and t.cles.get("uai") == siecle.cles.get("uai")]
    if siecle is None or not edt or siecle.etat != "present" or siecle.blocages:
        return []
    raison = {"eleve": _eleve, "groupe": _groupe}.get(siecle.objet, _rien)(edt[0], siecle)
    if not raison:
        return []
    blocage = Blocage(code="LIENS_NON_DEPOSES", raison=raison, regle=REGLE, remede=REMEDE, menu=MENU, interlocuteur=QUI)
    return [siecle.model_copy(update={"blocages": [blocage], "etapes": []})]


def _eleve(edt: Trace, siecle: Trace) -> str:
    manquent = sorted(_codes(edt) - _codes(siecle))
    if not manquent:
        return ""
    groupes = f"le groupe {manquent[0]}" if len(manquent) == 1 else f"les groupes {', '.join(manquent)}"
    return f"Dans EDT, l'élève est dans {groupes} ; SIECLE ne le sait pas."


def _codes(trace: Trace) -> set[str]:
    return {code for code in trace.details.get("groupes", "").split(", ") if code not in ("", "aucun")}


def _groupe(edt: Trace, siecle: Trace) -> str:
    ici, la = (int(t.details.get("élèves") or 0) for t in (siecle, edt))
    return f"EDT compte {la} élèves dans ce groupe, SIECLE {ici}." if la > ici else ""


def _rien(edt: Trace, siecle: Trace) -> str:
    return ""
