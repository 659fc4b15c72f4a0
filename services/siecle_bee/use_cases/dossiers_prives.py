"""Importations > Dossiers depuis logiciel privé: the deposit; Suivi des échanges > Logiciel privé - Dossiers.

Source: procedures BEE-38, BEE-06, ACC-11; SIECLE reference, section 10. What is deposited is treated in the night
(use_cases.traitement_dossiers): nothing changes before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import case, delete, func, select, update

from services.siecle_bee.models import BaseEleves, DepotDossiers, Dossier, LigneDossiers
from services.siecle_bee.use_cases import bases, identifiants
from services.siecle_bee.use_cases.depots import FICHIER_DEPOSE
from services.siecle_bee.use_cases.masse import copier, lignes_de
from shared.contracts.refus import Inconnu, Refus
from shared.formats.elegroupe.depot import ContexteDepot
from shared.formats.elegroupe.dossiers import EleveDossier
from shared.formats.elegroupe.dossiers_lecture import verifier_depot_dossiers
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite

DEPOSE = "DEPOSE"
"""The section of the pupils of a deposit that waits."""


def refuser_public(u: Unite, b: BaseEleves) -> None:
    """Refuse a public school: only private ones keep their pupils in a software of their own (RESERVE_AU_PRIVE)."""
    if bases.fiche_etablissement(u, b.uai).secteur != "PR":
        raise Refus(
            "L'import des dossiers depuis un logiciel privé est réservé aux établissements privés.",
            code="RESERVE_AU_PRIVE",
            regle="BEE-38",
            remede="Un établissement public met ses fiches à jour dans SIECLE. Pour les groupes des élèves, la page "
            "est « Liens élève-groupe depuis logiciel privé ».",
        )


def logiciel_connu(u: Unite, uai: str) -> str | None:
    """The software of the school's former deposits, None before the first."""
    requete = select(DepotDossiers.logiciel).where(DepotDossiers.uai == uai).order_by(DepotDossiers.id.desc())
    return u.session.scalars(requete.limit(1)).first()


def deposer(u: Unite, b: BaseEleves, nom: str, contenu: bytes) -> tuple[DepotDossiers, str]:
    """Check a file at once and keep it for the night; the deposit and the message shown.

    The last deposit counts, those that waited are replaced. Raises `Refus` (RESERVE_AU_PRIVE) and every refusal of
    `verifier_depot_dossiers`.
    """
    refuser_public(u, b)
    contexte = ContexteDepot(b.uai, b.millesime, export_eleves_fait=True)
    depose = verifier_depot_dossiers(nom, contenu, contexte, logiciel_connu(u, b.uai))
    attente = update(DepotDossiers).where(DepotDossiers.uai == b.uai, DepotDossiers.etat == "attente")
    remplaces = u.session.scalars(attente.values(etat="remplace").returning(DepotDossiers.id)).all()
    u.session.execute(delete(LigneDossiers).where(LigneDossiers.depot_id.in_(remplaces)))
    document = depose.document
    depot = DepotDossiers(
        id=identifiants.reserver(u, identifiants.DEPOT_DOSSIERS, 1),
        uai=b.uai,
        millesime=b.millesime,
        fichier=depose.nom.nom_xml,
        digest=u.fichiers.deposer(contenu),
        logiciel=document.entete.parametres.logiciel,
        depose_le=u.maintenant,
        resume={"personnes": len(document.personnes), "eleves": len(document.eleves)},
    )
    u.session.add(depot)
    u.session.flush()
    copier(u, LigneDossiers, [_deposee(depot.id, rang, e) for rang, e in enumerate(document.eleves, 1)])
    u.journaliser(
        "depot_dossiers",
        "Dossiers déposés depuis un logiciel privé",
        uai=b.uai,
        annee=b.millesime,
        nb=len(document.eleves),
        resume={"depot": depot.id, "fichier": depot.fichier, **depot.resume},
        digest=depot.digest,
    )
    return depot, FICHIER_DEPOSE


def _deposee(depot_id: int, rang: int, e: EleveDossier) -> dict[str, Any]:
    """A pupil of a deposit, for *Suivre*, until the night treats it."""
    nom = f"{e.nom_de_famille.upper()}, {e.prenom}"
    return {
        "depot_id": depot_id,
        "rang": rang,
        "section": DEPOSE,
        "identifiant": e.id_siecle_ele or 0,
        "id_prv": e.id_prv_ele,
        "nom": nom,
        "cle_tri": cle_tri(nom),
    }


class Arrivee(Struct, frozen=True):
    """Dossiers that arrived together: when, whence (`origine`, and what names the sending), and what became of them."""

    recu_le: datetime
    origine: str
    detail: str
    dossiers: int
    en_attente: int
    importes: int
    supprimes: int
    etat: str


ORIGINES = {
    "affectation": "Dossiers depuis affectation",
    "eple": "Dossiers depuis autre EPLE",
    "logiciel_prive": "Dossiers depuis logiciel privé",
}
ETATS_DEPOT = {"attente": "En attente de la nuit", "remplace": "Remplacé", "traite": "Traité", "echec": "Échec"}


def arrivees(u: Unite, b: BaseEleves) -> list[Arrivee]:
    """Every arrival of dossiers in a base, whatever the way, the latest first."""
    attente, importes, supprimes = (
        func.count().filter(Dossier.etat == etat) for etat in ("attente", "importe", "supprime")
    )
    detail = case((Dossier.origine == "eple", Dossier.uai_origine), else_=Dossier.tour).label("detail")
    envoi = (Dossier.recu_le, Dossier.origine, detail)
    recus = u.session.execute(
        select(*envoi, func.count().label("nombre"), attente.label("a"), importes.label("i"), supprimes.label("s"))
        .where(Dossier.uai == b.uai, Dossier.millesime == b.millesime)
        .group_by(*envoi)
    )
    trouvees = [
        Arrivee(
            recu_le=r.recu_le,
            origine=r.origine,
            detail=r.detail,
            dossiers=r.nombre,
            en_attente=r.a,
            importes=r.i,
            supprimes=r.s,
            etat="En attente" if r.a else "Traité",
        )
        for r in recus
    ]
    deposes = select(DepotDossiers).where(DepotDossiers.uai == b.uai, DepotDossiers.millesime == b.millesime)
    for d in u.session.scalars(deposes):
        lus = int(d.resume.get("eleves", 0))
        a_traiter = lus if d.etat == "attente" else 0
        rejetes = int(d.resume.get("ele_rej", 0))
        pris = lus - rejetes if d.etat == "traite" else 0
        trouvees.append(
            Arrivee(d.depose_le, "logiciel_prive", d.fichier, lus, a_traiter, pris, rejetes, ETATS_DEPOT[d.etat])
        )
    return sorted(trouvees, key=lambda a: (a.recu_le, a.origine, a.detail), reverse=True)


def suivi(u: Unite, b: BaseEleves) -> Sequence[DepotDossiers]:
    """Suivi des échanges > Logiciel privé - Dossiers: the deposits treated, the latest first."""
    requete = (
        select(DepotDossiers)
        .where(
            DepotDossiers.uai == b.uai,
            DepotDossiers.millesime == b.millesime,
            DepotDossiers.etat.in_(("traite", "echec")),
        )
        .order_by(DepotDossiers.id.desc())
    )
    return u.session.scalars(requete).all()


def en_attente(u: Unite, uai: str) -> DepotDossiers | None:
    """The deposit that waits for the night, if any."""
    requete = select(DepotDossiers).where(DepotDossiers.uai == uai, DepotDossiers.etat == "attente")
    return u.session.scalars(requete.order_by(DepotDossiers.id.desc()).limit(1)).first()


def compte_rendu(u: Unite, b: BaseEleves, depot_id: int) -> tuple[DepotDossiers, dict[str, list[LigneDossiers]]]:
    """The report of a treated deposit: its lines by section. Raises `Inconnu` (COMPTE_RENDU_INCONNU)."""
    depot = u.session.get(DepotDossiers, depot_id)
    if depot is None or (depot.uai, depot.millesime) != (b.uai, b.millesime) or depot.traite_le is None:
        raise Inconnu(
            "Il n'y a pas de compte rendu pour ce dépôt.",
            code="COMPTE_RENDU_INCONNU",
            remede="Le traitement est fait dans la nuit qui suit le dépôt : consultez le suivi le lendemain matin.",
        )
    sections: dict[str, list[LigneDossiers]] = {}
    for ligne in lignes_de(u, LigneDossiers, LigneDossiers.depot_id == depot_id, ordre=(LigneDossiers.rang,)):
        sections.setdefault(ligne.section, []).append(ligne)
    return depot, sections
