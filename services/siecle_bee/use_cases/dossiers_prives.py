"""Importations > Dossiers depuis logiciel privé: the deposit; Suivi des échanges > Logiciel privé - Dossiers.

Source: procedures BEE-38, BEE-06, ACC-11; SIECLE reference, section 10. What is deposited is treated in the night
(use_cases.traitement_dossiers): nothing changes before.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from services.siecle_bee.models import BaseEleves, DepotDossiers, LigneDossiers
from services.siecle_bee.use_cases import bases, identifiants
from services.siecle_bee.use_cases.depots import FICHIER_DEPOSE
from shared.contracts.refus import Inconnu, Refus
from shared.formats.elegroupe.depot import ContexteDepot
from shared.formats.elegroupe.dossiers_lecture import verifier_depot_dossiers
from shared.persistence.unite import Unite


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
    u.session.execute(attente.values(etat="remplace"))
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
    requete = select(LigneDossiers).where(LigneDossiers.depot_id == depot_id).order_by(LigneDossiers.rang)
    sections: dict[str, list[LigneDossiers]] = {}
    for ligne in u.session.scalars(requete):
        sections.setdefault(ligne.section, []).append(ligne)
    return depot, sections
