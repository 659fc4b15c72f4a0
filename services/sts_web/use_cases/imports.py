"""« Imports » > « Emploi du temps »: the remontée of the timetable software (STS-45 to STS-53)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from sqlalchemy import delete, insert, select

from services.sts_web.models import (
    Are,
    Groupe,
    GroupeDivision,
    ProfPrincipal,
    RejetImport,
    Service,
)
from services.sts_web.rules.annees import bornes
from services.sts_web.rules.importation import (
    Enseignant,
    Existant,
    FichierLu,
    GroupeLu,
    PlanImport,
    ServiceLu,
    planifier_import,
)
from services.sts_web.use_cases import etablissements, lecture, services
from services.sts_web.use_cases.etablissements import Contexte
from services.sts_web.use_cases.receptions import matieres_connues
from services.sts_web.use_cases.reprise import numero, reel
from shared import nomenclatures
from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats import sts
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite

QUESTION = "Souhaitez-vous conserver les services, ..."
CONSEILS = {
    "structure_puis_services": (
        "Il faut maintenant lancer « Exports » > « Structure », puis « Exports » > « Services » : "
        "sans eux, la base élèves, l'annuaire et l'ENT ne voient rien de cet import."
    ),
    "services": (
        "Il faut maintenant lancer « Exports » > « Services » : l'export des services depuis STS-Web "
        "doit être réalisé après toute modification !"
    ),
}


@dataclass(frozen=True, slots=True)
class RapportImport:
    """What the import did. `groupes_rejetes`: {code, motif, raison, remede}; `messages`: {code, texte}."""

    fichier: str
    conserver_services: bool
    groupes_crees: list[str]
    groupes_supprimes: list[str]
    groupes_rejetes: list[dict[str, str]]
    groupes: int
    services: int
    cours: int
    alternances: int
    professeurs_principaux: int
    messages: list[dict[str, str]]
    conseil: str


def importer(u: Unite, uai: str, annee: int, flux: BinaryIO, nom: str, *, conserver_services: bool) -> RapportImport:
    """Read the file and replace what STS-Web holds (« annule et remplace »), or keep services (STS-47, STS-48).

    Raises `FichierRefuse` (not an emp_sts; AUTRE_ETABLISSEMENT, AUTRE_ANNEE): the file is then refused whole.
    """
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    doc = sts.lire_emp_sts(flux, nom)
    _controler_cible(c, doc.parametres, nom)
    plan = planifier_import(
        _fichier(doc, nom), _existant(u, c), etablissements.regles_noms(u), conserver_services=conserver_services
    )
    for remarque in doc.remarques:
        plan.dire(remarque.code, remarque.phrase)
    if doc.parametres.annee_scolaire is None:
        plan.dire("ANNEE_ABSENTE", f"Le fichier ne dit pas son année : il a été pris pour {libelle_annee(annee)}.")
    _ecrire_groupes(u, c, plan)
    _ecrire_services(u, c, plan)
    rapport = RapportImport(
        nom,
        conserver_services,
        plan.crees,
        plan.supprimes,
        [{"code": code, "motif": m.code, "raison": m.raison, "remede": m.remede} for code, m in plan.rejetes],
        len(plan.groupes),
        len(plan.services or ()),
        plan.nb_cours,
        len(doc.alternances),
        len(plan.indemnites or ()),
        [{"code": m.code, "texte": m.texte} for m in plan.messages],
        CONSEILS[u.profil.sts_exports_apres_import],
    )
    flux.seek(0)
    c.annee.edt_importe_le = u.maintenant
    c.annee.edt_digest, _ = u.fichiers.deposer_flux(iter(lambda: flux.read(1 << 20), b""))
    c.annee.edt_rapport = asdict(rapport)
    u.journaliser(
        "import_emploi_du_temps",
        "Imports : emploi du temps",
        uai=uai,
        annee=annee,
        nb=rapport.services,
        nb_refus=len(rapport.groupes_rejetes) + len(rapport.messages),
        digest=c.annee.edt_digest,
        resume={
            "conserver_services": conserver_services,
            "groupes": rapport.groupes,
            "groupes_rejetes": [code for code, _ in plan.rejetes],
        },
    )
    return rapport


def dernier_rapport(u: Unite, uai: str, annee: int) -> dict[str, Any] | None:
    """The report of the last import of that year, or None."""
    return etablissements.ouvrir(u, uai, annee).annee.edt_rapport


def _controler_cible(c: Contexte, p: sts.ParametresEmp, nom: str) -> None:
    if p.uaj.strip() != c.uai:
        raise FichierRefuse(
            f"Le fichier « {nom} » est celui de l'établissement {p.uaj[:20]} ; vous travaillez sur {c.uai}.",
            code="AUTRE_ETABLISSEMENT",
            lieu=Lieu(nom, element="PARAMETRES/UAJ"),
            remede="Choisissez le fichier produit par le logiciel d'emploi du temps de cet établissement.",
        )
    if p.annee_scolaire is not None and p.annee_scolaire != c.annee.annee:
        raise FichierRefuse(
            f"Le fichier « {nom} » est celui de l'année {libelle_annee(p.annee_scolaire)} ; vous travaillez "
            f"sur l'année {libelle_annee(c.annee.annee)}.",
            code="AUTRE_ANNEE",
            lieu=Lieu(nom, element="PARAMETRES/ANNEE_SCOLAIRE"),
            remede="Changez d'année dans STS-Web (menu « Changement d'année »), ou produisez le fichier "
            "depuis la base de la bonne année.",
        )


def _existant(u: Unite, c: Contexte) -> Existant:
    noms = lecture.types(u, c.uai, c.annee.annee)
    gens, suppleants = lecture.personnes(u, c.uai, c.annee.annee)
    tous = [*suppleants, *gens]
    return Existant(
        divisions={n for n, genre in noms.items() if genre == "D"},
        groupes={n for n, genre in noms.items() if genre == "G"},
        matieres=matieres_connues(u),
        modalites={m.code for m in nomenclatures.modalites_cours()},
        agents={p.id: p.type for p in tous if p.type != "local"},
        locaux={p.id: p.type for p in tous if p.type == "local"},
    )


def _fichier(doc: sts.EmpSts, nom: str) -> FichierLu:
    return FichierLu(
        groupes=tuple(
            GroupeLu(
                g.code,
                g.libelle_long,
                g.effectif_prevu or 0,
                g.effectif_max_edt or 0,
                tuple((d.code, d.effectif_prevu or 0) for d in g.divisions),
            )
            for g in doc.groupes
        ),
        services=tuple(
            _service(s, structure.code, genre, nom)
            for genre, structures in (("D", doc.divisions), ("G", doc.groupes))
            for structure in structures
            for s in structure.services
        ),
        indemnites=tuple(
            (numero(i.id, nom, "INDIVIDU"), x.code_structure) for i in doc.individus for x in i.indemnites
        ),
        ares=tuple((numero(i.id, nom, "INDIVIDU"), a.code_are, reel(a.heures)) for i in doc.individus for a in i.ares),
    )


def _service(s: sts.Service, structure: str, genre: str, nom: str) -> ServiceLu:
    return ServiceLu(
        structure,
        genre,
        s.code_matiere,
        s.code_mod_cours,
        reel(s.heures_structure),
        bool(s.co_ens),
        tuple(
            Enseignant(
                numero(e.id, nom, "ENSEIGNANT"),
                e.type,
                reel(e.heures_agent),
                None if e.taux_ponderation is None else float(e.taux_ponderation),
            )
            for e in s.enseignants
        ),
        sum(len(e.cours) for e in s.enseignants),
    )


def _ecrire_groupes(u: Unite, c: Contexte, plan: PlanImport) -> None:
    uai, annee = c.uai, c.annee.annee
    if plan.supprimes:
        u.session.execute(
            delete(Groupe).where(Groupe.uai == uai, Groupe.annee == annee, Groupe.code.in_(plan.supprimes))
        )
    crees = set(plan.crees)
    nouveaux = [
        {
            "uai": uai,
            "annee": annee,
            "code": g.code,
            "libelle": g.libelle or g.code,
            "effectif_prevu": g.effectif_prevu,
            "effectif_calcule": 0,
            "effectif_max_edt": g.effectif_max,
        }
        for g in plan.groupes
        if g.code in crees
    ]
    if nouveaux:
        u.session.execute(insert(Groupe), nouveaux)
    anciens = {g.code: g for g in u.session.scalars(select(Groupe).where(Groupe.uai == uai, Groupe.annee == annee))}
    for g in plan.groupes:
        ligne = anciens[g.code]
        ligne.libelle = g.libelle or ligne.libelle
        ligne.effectif_prevu, ligne.effectif_max_edt = g.effectif_prevu, g.effectif_max
    u.session.flush()
    _ecrire_appartenances(u, c, plan)
    u.session.execute(delete(RejetImport).where(RejetImport.uai == uai, RejetImport.annee == annee))
    gardes = {g.code for g in plan.groupes}
    rejets = {code: motif for code, motif in plan.rejetes if code not in gardes}
    if rejets:
        u.session.execute(
            insert(RejetImport),
            [
                {
                    "uai": uai,
                    "annee": annee,
                    "code": code,
                    "motif": rejets[code].code,
                    "raison": rejets[code].raison,
                    "instant": u.maintenant,
                }
                for code in sorted(rejets)
            ],
        )


def _ecrire_appartenances(u: Unite, c: Contexte, plan: PlanImport) -> None:
    """Replace the divisions of the groups of the file; pupils counted by BEE are kept."""
    ici = (GroupeDivision.uai == c.uai, GroupeDivision.annee == c.annee.annee)
    calcules = {
        (a.groupe, a.division): a.effectif_calcule for a in u.session.scalars(select(GroupeDivision).where(*ici))
    }
    u.session.execute(delete(GroupeDivision).where(*ici, GroupeDivision.groupe.in_([g.code for g in plan.groupes])))
    lignes = [
        {
            "uai": c.uai,
            "annee": c.annee.annee,
            "groupe": g.code,
            "division": division,
            "effectif_prevu": effectif,
            "effectif_calcule": calcules.get((g.code, division), 0),
        }
        for g in plan.groupes
        for division, effectif in g.divisions
    ]
    if lignes:
        u.session.execute(insert(GroupeDivision), lignes)


def _ecrire_services(u: Unite, c: Contexte, plan: PlanImport) -> None:
    """Replace services, indemnités and ARE; does nothing where those of STS-Web are kept."""
    uai, annee = c.uai, c.annee.annee
    if plan.services is None:
        return
    u.session.execute(delete(Service).where(Service.uai == uai, Service.annee == annee))
    services.inserer(u, uai, annee, plan.services, 1)
    debut, fin = bornes(annee, u.profil.calendrier)
    u.session.execute(delete(ProfPrincipal).where(ProfPrincipal.uai == uai, ProfPrincipal.annee == annee))
    if plan.indemnites:
        u.session.execute(
            insert(ProfPrincipal),
            [
                {
                    "uai": uai,
                    "annee": annee,
                    "division": division,
                    "type": type_,
                    "agent_id": agent,
                    "debut": debut,
                    "fin": fin,
                }
                for agent, type_, division in plan.indemnites
            ],
        )
    u.session.execute(delete(Are).where(Are.uai == uai, Are.annee == annee))
    if plan.ares:
        u.session.execute(
            insert(Are),
            [
                {"uai": uai, "annee": annee, "agent_id": agent, "code": code, "heures": heures}
                for agent, code, heures in plan.ares
            ],
        )
