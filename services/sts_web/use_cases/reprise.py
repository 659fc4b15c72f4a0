"""Loading a school's year as it stands, from a sts_emp file: the initial state of a simulation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from sqlalchemy import select

from services.sts_web.models import (
    Annee,
    Division,
    DivisionMef,
    Groupe,
    GroupeDivision,
    Nomination,
    ProfPrincipal,
)
from services.sts_web.rules.importation import Enseignant, ServiceLu
from services.sts_web.use_cases import etablissements, receptions, services
from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.formats import sts
from shared.horloge.annees import libelle_annee
from shared.identifiers.uai import uai_valide
from shared.persistence.masse import inserer
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class RepriseFaite:
    """What was loaded."""

    uai: str
    annee: int
    divisions: int
    groupes: int
    ressources: int
    suppleants: int
    services: int
    remarques: tuple[str, ...]


def reprendre(u: Unite, flux: BinaryIO, nom: str) -> RepriseFaite:
    """Load the school and the year of a sts_emp file: structure, ressources, services, groups.

    People whom EPP has already sent keep their appointments. Raises `FichierRefuse` (not a sts_emp, bad UAI,
    identifier that is not a number), `Refus` (ANNEE_DEJA_CHARGEE, 409).
    """
    doc = sts.lire_sts_emp(flux, nom)
    uai, annee = doc.parametres.uaj.code, doc.parametres.annee_scolaire.annee
    if not uai_valide(uai):
        raise FichierRefuse(
            f"Le fichier « {nom} » porte l'UAI « {uai[:20]} », qui n'est pas valide.",
            code="UAI_INVALIDE",
            lieu=Lieu(nom, element="PARAMETRES/UAJ"),
            remede="Corrigez la lettre de contrôle de l'UAI.",
        )
    if u.session.get(Annee, (uai, annee)) is not None:
        raise Refus(
            f"L'année {libelle_annee(annee)} de l'établissement {uai} est déjà dans STS-Web.",
            code="ANNEE_DEJA_CHARGEE",
            statut=409,
            remede="La reprise ne charge qu'une année absente ; prenez un bac neuf pour recommencer.",
        )
    etablissements.enregistrer(u, _etablissement(doc.parametres.uaj))
    u.session.add(Annee(uai=uai, annee=annee, initiale=True, ouverte_le=u.maintenant, reconduit=[]))
    u.session.flush()
    _charger_nomenclatures(u, doc.nomenclatures)
    _charger_personnes(u, uai, annee, doc, nom)
    _charger_structure(u, uai, annee, doc)
    lus = [
        _service(s, d.code, genre, nom)
        for genre, structures in (("D", doc.divisions), ("G", doc.groupes))
        for d in structures
        for s in d.services
    ]
    uniques = {s.cle: s for s in lus}
    services.inserer(u, uai, annee, [uniques[cle] for cle in sorted(uniques)], 1)
    faite = RepriseFaite(
        uai,
        annee,
        len(doc.divisions),
        len(doc.groupes),
        len(doc.individus),
        len(doc.suppleants),
        len(uniques),
        tuple(r.phrase for r in doc.remarques),
    )
    u.journaliser(
        "reprise",
        f"Reprise de l'année {libelle_annee(annee)}",
        uai=uai,
        annee=annee,
        nb=faite.divisions + faite.groupes,
        resume={"divisions": faite.divisions, "groupes": faite.groupes, "ressources": faite.ressources},
    )
    return faite


def numero(texte: str, nom: str, element: str) -> int:
    """The number of a person. Raises `FichierRefuse` (IDENTIFIANT_INVALIDE)."""
    if texte.isascii() and texte.isdigit() and len(texte) <= 15:
        return int(texte)
    raise FichierRefuse(
        f"Le fichier « {nom} » contient un numéro d'individu qui n'est pas un nombre.",
        code="IDENTIFIANT_INVALIDE",
        lieu=Lieu(nom, element=element),
        remede="Produisez à nouveau le fichier depuis l'application d'origine.",
    )


def reel(valeur: Decimal | None) -> float:
    """Hours of the file, 0 when missing."""
    return float(valeur) if valeur is not None else 0.0


def _etablissement(uaj: sts.Uaj) -> dict[str, str]:
    return {
        "uai": uaj.code,
        "sigle": uaj.sigle,
        "denom_princ": uaj.denom_princ,
        "denom_compl": uaj.denom_compl,
        "nature": uaj.code_nature,
        "categorie": uaj.code_categorie,
        "secteur": "PR" if uaj.statut.lower().startswith("priv") else "PU",
        "adresse": uaj.adresse,
        "code_postal": uaj.code_postal,
        "commune": uaj.commune,
        "telephone": uaj.telephone,
        "academie_code": uaj.academie.code if uaj.academie else "",
        "academie_nom": uaj.academie.libelle if uaj.academie else "",
    }


def _charger_nomenclatures(u: Unite, lues: sts.NomenclaturesSts) -> None:
    """What the académie has not sent yet comes from the file; what it sent is not touched."""
    receptions.enregistrer_mefs(
        u,
        [
            {
                "code": m.code,
                "formation": m.formation or "",
                "specialite": m.specialite or "",
                "libelle_long": m.libelle_long or "",
                "libelle_edition": m.libelle_edition or "",
                "mefstat11": m.mefstat11 or "",
                "mefstat4": m.mefstat4 or "",
            }
            for m in lues.mefs
        ],
        remplacer=False,
    )
    receptions.enregistrer_matieres(
        u,
        [
            {
                "code": m.code,
                "code_gestion": m.code_gestion or "",
                "libelle_court": m.libelle_court or "",
                "libelle_long": m.libelle_long,
                "libelle_edition": m.libelle_edition or "",
            }
            for m in lues.matieres
        ],
        remplacer=False,
    )
    receptions.enregistrer_programmes(
        u, [(p.code_mef, p.code_matiere, reel(p.horaire)) for p in lues.programmes], remplacer=False
    )


def _charger_personnes(u: Unite, uai: str, annee: int, doc: sts.StsEmp, nom: str) -> None:
    connus = {
        (type_, agent)
        for type_, agent in u.session.execute(select(Nomination.type, Nomination.agent_id).where(Nomination.uai == uai))
    }
    agents: dict[tuple[str, int], dict[str, Any]] = {}
    nominations: list[dict[str, Any]] = []
    pps: dict[tuple[str, str, int], dict[str, Any]] = {}
    divisions = {d.code for d in doc.divisions}
    for nature, individus in (("AFA", doc.individus), ("SUP", doc.suppleants)):
        for i in individus:
            cle = (i.type or receptions.EPP, numero(i.id, nom, "INDIVIDU"))
            agents[cle] = _agent(uai, cle, i)
            for p in i.profs_princ:
                if p.code_structure in divisions:
                    pps[(p.code_structure, *cle)] = {
                        "uai": uai,
                        "annee": annee,
                        "division": p.code_structure,
                        "type": cle[0],
                        "agent_id": cle[1],
                        "debut": p.date_debut,
                        "fin": p.date_fin,
                    }
            if cle not in connus:
                connus.add(cle)
                nominations += _nominations(uai, cle, i, nature)
    receptions.enregistrer_agents(u, [agents[cle] for cle in sorted(agents)])
    inserer(u.session, Nomination, nominations)
    inserer(u.session, ProfPrincipal, [pps[cle] for cle in sorted(pps)])


def _agent(uai: str, cle: tuple[str, int], i: sts.IndividuSts) -> dict[str, Any]:
    return {
        "uai": uai,
        "type": cle[0],
        "id": cle[1],
        "sexe": i.sexe,
        "civilite": i.civilite or "",
        "nom_usage": i.nom_usage,
        "nom_patronymique": i.nom_patronymique,
        "prenom": i.prenom,
        "date_naissance": i.date_naissance,
        "grade": i.grade or "",
        "mel": "",
    }


def _nominations(uai: str, cle: tuple[str, int], i: sts.IndividuSts, nature: str) -> list[dict[str, Any]]:
    """One appointment per discipline of the file, at least one, without dates: the file gives none."""
    return [
        {
            "uai": uai,
            "type": cle[0],
            "agent_id": cle[1],
            "rang": rang,
            "nature": nature,
            "fonction": i.fonction or "",
            "support": "",
            "discipline": d.code,
            "discipline_libelle": d.libelle_court,
            "heures": reel(d.nb_heures),
            "debut": None,
            "fin": None,
            "supplee_id": None,
        }
        for rang, d in enumerate(i.disciplines or (sts.Discipline(""),))
    ]


def _charger_structure(u: Unite, uai: str, annee: int, doc: sts.StsEmp) -> None:
    cle = {"uai": uai, "annee": annee}
    tables: dict[type, list[dict[str, Any]]] = {Division: [], DivisionMef: [], Groupe: [], GroupeDivision: []}
    codes = set()
    for d in sorted(doc.divisions, key=lambda d: d.code):
        codes.add(d.code)
        effectifs = {"effectif_prevu": d.effectif_prevu or 0, "effectif_calcule": d.effectif_calcule or 0}
        tables[Division].append({**cle, "code": d.code, "libelle": d.libelle_long, **effectifs})
        tables[DivisionMef] += [
            {
                **cle,
                "division": d.code,
                "mef": m.code,
                "effectif_prevu": m.effectif_prevu or 0,
                "effectif_calcule": m.effectif_calcule or 0,
            }
            for m in d.mefs
        ]
    for g in sorted(doc.groupes, key=lambda g: g.code):
        tables[Groupe].append(
            {
                **cle,
                "code": g.code,
                "libelle": g.libelle_long,
                "effectif_prevu": g.effectif_prevu or 0,
                "effectif_calcule": g.effectif_calcule or 0,
                "effectif_max_edt": g.effectif_max_edt or 0,
            }
        )
        tables[GroupeDivision] += [
            {
                **cle,
                "groupe": g.code,
                "division": a.code,
                "effectif_prevu": a.effectif_prevu or 0,
                "effectif_calcule": a.effectif_calcule or 0,
            }
            for a in g.divisions
            if a.code in codes
        ]
    for table, lignes in tables.items():
        inserer(u.session, table, lignes)


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
                e.type or receptions.EPP,
                reel(e.heures_agent),
                float(e.taux_ponderation) if e.taux_ponderation is not None else None,
            )
            for e in s.enseignants
        ),
    )
