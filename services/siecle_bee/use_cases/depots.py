"""Importations > Liens élève-groupe depuis logiciel privé: the deposit, and Suivi des échanges.

Source: procedures BEE-70 to BEE-98; SIECLE reference, section 8.2. What is deposited is treated in the night
(use_cases.traitement_depots): nothing changes before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from msgspec import Struct
from sqlalchemy import select, update

from services.siecle_bee.models import Anomalie, BaseEleves, Depot
from services.siecle_bee.use_cases import identifiants
from services.siecle_bee.use_cases.exports import eleves_deja_exportes
from services.siecle_bee.use_cases.masse import lignes_de
from shared.contracts.refus import Inconnu, Refus
from shared.formats.elegroupe.anomalies import LIBELLE_PARTIEL, libelle_ligne
from shared.formats.elegroupe.depot import ContexteDepot, verifier_depot
from shared.persistence.unite import Unite

CONFIRMATION = (
    "Veuillez-vous assurer qu'un import des groupes du logiciel d'emploi du temps vers STSWeb a bien été effectué "
    "pour éviter des rejets de groupe inexistant sans Sconet BEE.",
    "ATTENTION : Les liens élève-groupe éventuellement créés/modifiés dans Sconet seront supprimés.",
    "Pour confirmer ce dépôt, cliquer sur le bouton OK.",
)
FICHIER_DEPOSE = "Fichier déposé."


def deposer(u: Unite, b: BaseEleves, nom: str, contenu: bytes, *, confirme: bool) -> tuple[Depot, str]:
    """« DÉPOSER »: check the file at once and keep it for the night; the deposit and the message shown.

    The last deposit of a school counts, those that waited are replaced (BEE-87). The message is « Fichier
    déposé. » or nothing, as the profile says (BEE-80, BEE-81).
    Raises `Refus` (CONFIRMATION_REQUISE), and every refusal of `verifier_depot`.
    """
    if not confirme:
        raise Refus(
            " ".join(CONFIRMATION),
            code="CONFIRMATION_REQUISE",
            statut=409,
            remede="Confirmez le dépôt (OK), ou annulez : rien n'a été déposé.",
        )
    contexte = ContexteDepot(b.uai, b.millesime, eleves_deja_exportes(u, b.uai))
    depose = verifier_depot(nom, contenu, contexte)
    u.session.execute(update(Depot).where(Depot.uai == b.uai, Depot.etat == "attente").values(etat="remplace"))
    depot = Depot(
        id=identifiants.reserver(u, identifiants.DEPOT, 1),
        uai=b.uai,
        millesime=b.millesime,
        fichier=depose.nom.nom_xml,
        digest=u.fichiers.deposer(contenu),
        depose_le=u.maintenant,
        etat="attente",
        lus=len(depose.document.eleves),
    )
    u.session.add(depot)
    u.session.flush()
    u.journaliser(
        "depot_liens",
        "Liens élève-groupe déposés",
        uai=b.uai,
        annee=b.millesime,
        nb=len(depose.document.eleves),
        resume={"depot": depot.id, "fichier": depot.fichier},
        digest=depot.digest,
    )
    return depot, FICHIER_DEPOSE if u.profil.bee_message_depot == "fichier_depose" else ""


class LigneSuivi(Struct, frozen=True):
    """One line of Suivi des échanges; `date` is that of the treatment or of the submission (BEE-89, BEE-90)."""

    depot: Depot
    date: datetime


def suivi(u: Unite, b: BaseEleves) -> list[LigneSuivi]:
    """Suivi des échanges > Logiciel privé - Liens élève-groupe: the deposits treated, the latest first."""
    requete = (
        select(Depot)
        .where(Depot.uai == b.uai, Depot.millesime == b.millesime, Depot.etat.in_(("traite", "echec")))
        .order_by(Depot.id.desc())
    )
    return [LigneSuivi(d, date_affichee(u, d)) for d in u.session.scalars(requete)]


def date_affichee(u: Unite, depot: Depot) -> datetime:
    """The date that the profile shows for a deposit."""
    if u.profil.bee_suivi_date == "soumission" or depot.traite_le is None:
        return depot.depose_le
    return depot.traite_le


def en_attente(u: Unite, uai: str) -> Depot | None:
    """The deposit that waits for the night, if any."""
    requete = select(Depot).where(Depot.uai == uai, Depot.etat == "attente").order_by(Depot.id.desc())
    return u.session.scalars(requete.limit(1)).first()


class LigneCompteRendu(Struct, frozen=True):
    """One pupil of a report: what the list shows, and the detail of the pop-up (rule, code, sentence)."""

    eleve: str
    eleve_id: int
    id_prv: int
    anomalie: str
    regle: str
    details: tuple[Anomalie, ...]

    @property
    def identifiants(self) -> str:
        """« 210167 / 0 »: identifiant interne SIECLE and the private one."""
        return f"{self.eleve_id} / {self.id_prv}"


class CompteRendu(Struct, frozen=True):
    """« Compte-rendu d'import des liens élève-groupe »: section 1 (rejetés) and section 2 (avec anomalies)."""

    depot: Depot
    date: datetime
    rejetes: list[LigneCompteRendu]
    anomalies: list[LigneCompteRendu]


def compte_rendu(u: Unite, b: BaseEleves, depot_id: int, ordre: int | None = None) -> CompteRendu:
    """The report of a treated deposit; of one pupil, by her rank in the file, when `ordre` is given.

    Raises `Inconnu` (COMPTE_RENDU_INCONNU).
    """
    depot = u.session.get(Depot, depot_id)
    if depot is None or (depot.uai, depot.millesime) != (b.uai, b.millesime) or depot.traite_le is None:
        raise Inconnu(
            "Il n'y a pas de compte rendu pour ce dépôt.",
            code="COMPTE_RENDU_INCONNU",
            remede="Le traitement est fait dans la nuit qui suit le dépôt : consultez le suivi le lendemain matin.",
        )
    voulues = [Anomalie.depot_id == depot_id, *([] if ordre is None else [Anomalie.ordre == ordre])]
    lignes = lignes_de(u, Anomalie, *voulues, ordre=(Anomalie.rang,))
    sections: dict[str, list[LigneCompteRendu]] = {"REJ": [], "PAR": []}
    for _, groupe in groupby(lignes, key=lambda a: a.ordre):
        details = tuple(groupe)
        sections[details[0].type].append(_ligne(details))
    return CompteRendu(depot, date_affichee(u, depot), sections["REJ"], sections["PAR"])


def _ligne(details: Sequence[Anomalie]) -> LigneCompteRendu:
    libelle, regle = libelle_ligne([a.code for a in details])
    premiere = details[0]
    if premiere.type == "REJ" and libelle == LIBELLE_PARTIEL:
        libelle = premiere.phrase
    return LigneCompteRendu(premiere.eleve, premiere.eleve_id, premiere.id_prv, libelle, regle, tuple(details))
