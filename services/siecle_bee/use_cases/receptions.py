"""What arrives by web service: structures and services of STS-Web, nomenclatures, affectations, INE.

Source: procedures STS-58 to STS-65, REC-09, REC-10, REC-16, STS-24; SIECLE reference, section 11.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from services.siecle_bee.models import (
    BaseEleves,
    Division,
    Dossier,
    EchangeSts,
    Eleve,
    Groupe,
    JeuNomenclature,
    LienGroupe,
    Traitement,
)
from services.siecle_bee.rules.structures import groupes_connus
from services.siecle_bee.use_cases.masse import copier
from shared.contracts.echanges import (
    Affectations,
    DivisionMsg,
    DossierEleveMsg,
    GroupeMsg,
    InesAttribues,
    NomenclaturesMsg,
    ServicesSts,
    StructureSts,
)
from shared.contracts.refus import Refus
from shared.horloge.annees import libelle_annee
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

STRUCTURES_RECUES = 5


def _base_visee(u: Unite, uai: str, millesime: int) -> BaseEleves:
    base = u.session.get(BaseEleves, (uai, millesime))
    if base is None:
        raise Refus(
            f"La base élèves {libelle_annee(millesime)} de l'établissement {uai} n'est pas ouverte dans SIECLE.",
            code="BASE_NON_OUVERTE",
            remede="Vérifiez l'année choisie dans STS-Web ; la base de l'année en préparation s'ouvre à la "
            "bascule de SIECLE - BEE, faite par l'académie en mai-juin. Refaites ensuite l'export.",
        )
    return base


def recevoir_structure(u: Unite, message: StructureSts) -> dict[str, Any]:
    """`structure_sts`: replaces the divisions and groups of that millésime.

    A group without MEF is not taken (STS-24); links to groups that are gone fall. Pupils of a division that is
    gone keep its code and become « à compléter ».
    Raises `Refus` (BASE_NON_OUVERTE).
    """
    base = _base_visee(u, message.uai, message.millesime)
    retenus, sans_mef = groupes_connus(message.divisions, message.groupes)
    perdus = remplacer_structure(u, base, message.divisions, retenus)
    base.structures_exportees_le = message.exporte_le
    base.structures_recues_le = u.maintenant
    resume: dict[str, Any] = {
        "nb": len(message.divisions) + len(retenus),
        "nb_refus": len(sans_mef),
        "divisions": len(message.divisions),
        "groupes": len(retenus),
        "groupes_sans_mef": sans_mef,
        "liens_supprimes": perdus,
    }
    _tracer_echange(u, base, "structure", message.exporte_le, resume)
    u.session.add(
        Traitement(
            uai=base.uai,
            millesime=base.millesime,
            type=STRUCTURES_RECUES,
            nom="Structures",
            instant=u.maintenant,
            taille=resume["nb"],
        )
    )
    return resume


def remplacer_structure(
    u: Unite, base: BaseEleves, divisions: Iterable[DivisionMsg], groupes: Iterable[GroupeMsg]
) -> int:
    """Write the structure of a base in place of the one it had; how many group links fell."""
    ici = {"uai": base.uai, "millesime": base.millesime}
    u.session.execute(delete(Division).filter_by(**ici))
    u.session.execute(delete(Groupe).filter_by(**ici))
    lignes = [
        {
            **ici,
            "code": d.code,
            "libelle": d.libelle,
            "mefs": sorted(set(d.mefs)),
            "effectif_prevu": d.effectif_prevu,
        }
        for d in sorted(divisions, key=lambda d: d.code)
    ]
    copier(u, Division, lignes)
    codes = []
    lignes = []
    for g in sorted(groupes, key=lambda g: g.code):
        codes.append(g.code)
        lignes.append(
            {
                **ici,
                "code": g.code,
                "libelle": g.libelle,
                "mefs": sorted(set(g.mefs)),
                "divisions": sorted(set(g.divisions)),
                "effectif_prevu": g.effectif_prevu,
            }
        )
    copier(u, Groupe, lignes)
    perdus = u.session.execute(
        delete(LienGroupe)
        .where(
            LienGroupe.uai == base.uai,
            LienGroupe.millesime == base.millesime,
            LienGroupe.groupe.not_in(codes),
        )
        .returning(LienGroupe.eleve_id)
    )
    return len(perdus.all())


def recevoir_services(u: Unite, message: ServicesSts) -> dict[str, Any]:
    """`services_sts`: keeps the services of that millésime, in place of the last ones (STS-67).

    Raises `Refus` (BASE_NON_OUVERTE).
    """
    base = _base_visee(u, message.uai, message.millesime)
    base.services_exportes_le = message.exporte_le
    base.services_digest = u.fichiers.deposer(u.corps_de(message))
    resume: dict[str, Any] = {
        "nb": len(message.services),
        "services": len(message.services),
        "personnels": len(message.personnels),
    }
    _tracer_echange(u, base, "services", message.exporte_le, resume)
    return resume


def _tracer_echange(u: Unite, base: BaseEleves, genre: str, exporte_le: Any, resume: dict[str, Any]) -> None:
    u.session.add(
        EchangeSts(
            uai=base.uai,
            millesime=base.millesime,
            genre=genre,
            exporte_le=exporte_le,
            recu_le=u.maintenant,
            resume=resume,
        )
    )


def recevoir_nomenclatures(u: Unite, message: NomenclaturesMsg) -> dict[str, Any]:
    """`nomenclatures`: a set loaded by the académie; schools are told until they have profiled it (BEE-14)."""
    requete = upsert(JeuNomenclature).values(version=message.version, recu_le=u.maintenant, contenu=message.valeurs())
    u.session.execute(
        requete.on_conflict_do_update(
            index_elements=["version"],
            set_={"recu_le": requete.excluded.recu_le, "contenu": requete.excluded.contenu},
        )
    )
    return {
        "nb": len(message.mefs),
        "version": message.version,
        "mefs": len(message.mefs),
        "matieres": len(message.matieres),
    }


def recevoir_affectations(u: Unite, message: Affectations) -> dict[str, Any]:
    """`affectations`: the dossiers wait in Importations > Dossiers depuis affectation (REC-09).

    A dossier already imported or removed is left as it is.
    """
    nouveaux = deposer_dossiers(u, message.uai, message.millesime, "affectation", message.tour, message.dossiers)
    return {"nb": nouveaux, "nb_refus": len(message.dossiers) - nouveaux, "tour": message.tour}


def deposer_dossiers(
    u: Unite, uai: str, millesime: int, origine: str, tour: str, dossiers: Iterable[DossierEleveMsg]
) -> int:
    """Put dossiers in the waiting list of a school; how many now wait (those treated before do not)."""
    lignes = [
        {
            "uai": uai,
            "millesime": millesime,
            "origine": origine,
            "cle": d.cle,
            "tour": tour,
            "cle_tri": cle_tri(f"{d.nom} {d.prenoms[0] if d.prenoms else ''}"),
            "contenu": d.valeurs(),
            "uai_origine": d.uai_origine,
            "sortie_le": d.date_sortie_origine,
            "recu_le": u.maintenant,
            "etat": "attente",
        }
        for d in sorted(dossiers, key=lambda d: d.cle)
    ]
    if not lignes:
        return 0
    requete = upsert(Dossier)
    u.session.execute(
        requete.on_conflict_do_update(
            index_elements=["uai", "millesime", "origine", "cle"],
            set_={
                nom: getattr(requete.excluded, nom)
                for nom in ("tour", "cle_tri", "contenu", "uai_origine", "sortie_le", "recu_le")
            },
            where=Dossier.etat == "attente",
        ),
        lignes,
    )
    cles = [ligne["cle"] for ligne in lignes]
    attente = select(func.count()).where(
        Dossier.uai == uai,
        Dossier.millesime == millesime,
        Dossier.origine == origine,
        Dossier.cle.in_(cles),
        Dossier.etat == "attente",
    )
    nombre: int = u.session.execute(attente).scalar_one()
    return nombre


def recevoir_ines(u: Unite, message: InesAttribues) -> dict[str, Any]:
    """`ines_attribues`: the registry's answers, by ELEVE_ID; given to the fiche in every open millésime."""
    attributions = {int(cle): ine for cle, ine in message.attributions.items() if cle.isdecimal()}
    requete = select(Eleve.millesime, Eleve.eleve_id).where(
        Eleve.uai == message.uai, Eleve.eleve_id.in_(attributions), Eleve.ine.is_(None)
    )
    fiches = u.session.execute(requete.order_by(Eleve.millesime, Eleve.eleve_id)).all()
    if fiches:
        u.session.execute(
            update(Eleve),
            [
                {
                    "uai": message.uai,
                    "millesime": millesime,
                    "eleve_id": eleve_id,
                    "ine": attributions[eleve_id],
                    "modifie_le": u.maintenant,
                }
                for millesime, eleve_id in fiches
            ],
        )
    servis = {eleve_id for _, eleve_id in fiches}
    return {"nb": len(servis), "nb_refus": len(message.attributions) - len(servis)}
