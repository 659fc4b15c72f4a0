"""Traces of groups and divisions (DIAG-13 to DIAG-15)."""

from __future__ import annotations

from services.sts_web.models import RejetImport
from services.sts_web.traces.commun import ADJOINT, CHEF, Dossier
from shared.contracts.echanges import DivisionMsg, GroupeMsg, ServiceMsg, ServicesSts
from shared.contracts.traces import Blocage, ObjetTrace, Trace


def tracer_groupe(d: Dossier, code: str) -> Trace | None:
    """What STS-Web knows of a group: rejected at the import, without MEF, not exported, on its way."""
    groupe = next((g for g in d.structure.groupes if g.code == code), None)
    rejet = d.u.session.get(RejetImport, (d.uai, d.annee, code))
    exporte = next((g for g in (d.structure_exportee.groupes if d.structure_exportee else ()) if g.code == code), None)
    if groupe is None and rejet is None and exporte is None:
        return None
    blocages = []
    if rejet is not None:
        blocages.append(
            Blocage(
                code="GROUPE_REJETE_IMPORT",
                raison=rejet.raison,
                regle="STS-49",
                remede="Renommez le groupe dans le logiciel d'emploi du temps (lettres, chiffres, espaces, "
                "« - » et « _ »), exportez-le, importez-le dans STS-Web, puis lancez « Exports » > "
                "« Structure » et « Services ».",
                menu="Imports > Emploi du temps",
                interlocuteur=ADJOINT,
            )
        )
    if groupe is not None and not groupe.mefs:
        blocages.append(
            Blocage(
                code="GROUPE_SANS_MEF",
                raison=f"Le groupe « {code} » n'est rattaché à aucune division, donc à aucun MEF.",
                regle="STS-24",
                remede="Rattachez-le à ses divisions (menu Structure), puis lancez « Exports » > « Structure ».",
                menu="Structure",
                interlocuteur=CHEF,
            )
        )
    return _tracer(d, "groupe", code, groupe, exporte, blocages)


def tracer_division(d: Dossier, code: str) -> Trace | None:
    """What STS-Web knows of a division: not exported, changed since, on its way."""
    division = next((x for x in d.structure.divisions if x.code == code), None)
    exportee = next(
        (x for x in (d.structure_exportee.divisions if d.structure_exportee else ()) if x.code == code), None
    )
    if division is None and exportee is None:
        return None
    return _tracer(d, "division", code, division, exportee, [])


def _tracer(
    d: Dossier,
    objet: ObjetTrace,
    code: str,
    actuel: DivisionMsg | GroupeMsg | None,
    exporte: DivisionMsg | GroupeMsg | None,
    blocages: list[Blocage],
) -> Trace:
    nom = f"Le groupe « {code} »" if objet == "groupe" else f"La division « {code} »"
    if actuel is None and exporte is not None:
        blocages.append(
            d.structure_a_exporter(f"{nom} n'est plus dans STS-Web, mais la base élèves l'a reçu et le garde.")
        )
    elif actuel is not None and exporte is None:
        depuis = "n'a pas été exportée" if d.structure_exportee is None else "n'a pas été exportée depuis sa création"
        blocages.append(d.structure_a_exporter(f"{nom} n'est pas connu de la base élèves : la structure {depuis}."))
    elif actuel is not None and actuel != exporte:
        blocages.append(d.structure_a_exporter(f"{nom} a changé depuis le dernier export de la structure."))
    blocages += d.refus_de_bee("structure")
    if actuel is not None:
        blocages += _blocages_services(d, nom, code)
    echeance = None
    etapes = d.etapes()
    if actuel is not None and "structure" in d.exports and not blocages:
        suite = d.trajet(d.exports["structure"].identique_depuis, "remontee_bee")
        etapes += suite
        echeance = suite[-1].instant
    en_route = echeance is not None and echeance > d.u.maintenant
    return Trace(
        service="sts_web",
        objet=objet,
        libelle=code if actuel is None or actuel.libelle in ("", code) else f"{code} ({actuel.libelle})",
        cles={"uai": d.uai, objet: code},
        etat="absent" if actuel is None else "bloque" if blocages else "attente" if en_route else "present",
        details=_details(d, code, actuel),
        etapes=etapes,
        blocages=blocages,
        echeance=echeance if en_route else None,
        lien=d.page("structure"),
    )


def _blocages_services(d: Dossier, nom: str, code: str) -> list[Blocage]:
    actuels = _services(d.services, code)
    if d.services_exportes is None:
        return [d.services_a_exporter(f"{nom} : les services n'ont jamais été exportés.")] if actuels else []
    if actuels != _services(d.services_exportes, code):
        return [d.services_a_exporter(f"{nom} : ses services ont changé depuis leur dernier export.")]
    return d.refus_de_bee("services")


def _services(message: ServicesSts, code: str) -> list[ServiceMsg]:
    return [s for s in message.services if s.structure == code]


def _details(d: Dossier, code: str, actuel: DivisionMsg | GroupeMsg | None) -> dict[str, str]:
    services = _services(d.services, code)
    details = {"Année": f"{d.annee}-{d.annee + 1}", "Services": str(len(services))}
    if actuel is not None:
        details["MEF"] = ", ".join(actuel.mefs) or "aucun"
    if isinstance(actuel, GroupeMsg):
        details["Divisions"] = ", ".join(actuel.divisions) or "aucune"
    libres = sum(not s.enseignants for s in services)
    if libres:
        details["Services sans enseignant"] = str(libres)
    details["Enseignants"] = str(len({e.id for s in services for e in s.enseignants}))
    return details
