"""Importations > Dossiers depuis affectation, Dossiers depuis autre EPLE; the origin school's export.

Source: procedures BEE-07, BEE-31 to BEE-37, BEE-62, BEE-64.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select, update

from services.siecle_bee.models import BaseEleves, Dossier, Eleve, LienGroupe
from services.siecle_bee.use_cases import bases
from services.siecle_bee.use_cases.creation import Creation, creer_fiches
from services.siecle_bee.use_cases.dossier_eple import dossiers_de
from services.siecle_bee.use_cases.receptions import deposer_dossiers
from shared.contracts.echanges import DossierEleveMsg
from shared.contracts.refus import Inconnu, Refus
from shared.nomenclatures import liste
from shared.persistence.unite import Unite

AFFECTATION, EPLE = "affectation", "eple"


def en_attente(u: Unite, b: BaseEleves, origine: str, *, verrou: bool = False) -> Sequence[Dossier]:
    """The dossiers that wait, by name; `verrou` keeps others from treating them at the same moment."""
    requete = select(Dossier).where(
        Dossier.uai == b.uai,
        Dossier.millesime == b.millesime,
        Dossier.origine == origine,
        Dossier.etat == "attente",
    )
    if verrou:
        requete = requete.with_for_update()
    return u.session.scalars(requete.order_by(Dossier.cle_tri, Dossier.cle)).all()


def compter_attente(u: Unite, b: BaseEleves) -> dict[str, int]:
    """How many dossiers wait, by origin (the yellow number of Importations is their sum)."""
    requete = (
        select(Dossier.origine, func.count())
        .where(Dossier.uai == b.uai, Dossier.millesime == b.millesime, Dossier.etat == "attente")
        .group_by(Dossier.origine)
    )
    comptes = dict(u.session.execute(requete).all())
    return {AFFECTATION: comptes.get(AFFECTATION, 0), EPLE: comptes.get(EPLE, 0)}


def _choisis(u: Unite, b: BaseEleves, origine: str, cles: Collection[str] | None) -> Sequence[Dossier]:
    attente = en_attente(u, b, origine, verrou=True)
    if cles is None:
        return attente
    choisis = [d for d in attente if d.cle in set(cles)]
    inconnues = sorted(set(cles) - {d.cle for d in choisis})
    if inconnues:
        raise Inconnu(
            f"{len(inconnues)} dossier(s) demandé(s) n'attendent pas dans cette liste.",
            code="DOSSIER_INCONNU",
            remede="Rechargez la liste des dossiers en attente.",
            details={"cles": inconnues[:20]},
        )
    return choisis


def importer(u: Unite, b: BaseEleves, origine: str, cles: Collection[str] | None) -> Creation:
    """« IMPORTER »: make fiches of the chosen dossiers (all when `cles` is None).

    A pupil who had left this school comes back: her fiche opens again, without MEF or division. Another pupil already
    in the base stays in the list. Raises `Inconnu` (DOSSIER_INCONNU).
    """
    choisis = _choisis(u, b, origine, cles)
    messages = [DossierEleveMsg.de_valeurs(d.contenu) for d in choisis]
    connus = {d.cle: d.eleve_id for d in choisis if d.eleve_id is not None}
    creation = _rouvrir(u, b, creer_fiches(u, b, messages, origine, connus))
    for dossier in choisis:
        eleve_id = creation.crees.get(dossier.cle) or creation.revenus.get(dossier.cle)
        if eleve_id is not None:
            dossier.eleve_id = eleve_id
            dossier.etat = "importe"
            dossier.traite_le = u.maintenant
    u.journaliser(
        f"importation_{origine}",
        "Dossiers importés depuis affectation" if origine == AFFECTATION else "Dossiers importés depuis autre EPLE",
        uai=b.uai,
        annee=b.millesime,
        nb=len(creation.crees) + len(creation.revenus),
        nb_refus=len(creation.deja),
        resume={
            "importes": len(creation.crees),
            "revenus": len(creation.revenus),
            "deja_presents": len(creation.deja),
        },
    )
    return creation


def _rouvrir(u: Unite, b: BaseEleves, creation: Creation) -> Creation:
    """Take out of `deja` those who had left: they come back today."""
    ids = sorted(creation.deja.values())
    requete = select(Eleve).where(
        Eleve.uai == b.uai, Eleve.millesime == b.millesime, Eleve.eleve_id.in_(ids), Eleve.date_sortie.is_not(None)
    )
    partis = {e.eleve_id: e for e in u.session.scalars(requete)} if ids else {}
    for fiche in partis.values():
        fiche.date_sortie, fiche.motif_sortie = None, ""
        fiche.mef_propose, fiche.mef, fiche.division = fiche.mef or fiche.mef_propose, "", ""
        fiche.date_entree = max(b.rentree_eleves, u.horloge.aujourd_hui())
        fiche.modifie_le = u.maintenant
    u.session.flush()
    revenus = {cle: eleve_id for cle, eleve_id in creation.deja.items() if eleve_id in partis}
    restes = {cle: eleve_id for cle, eleve_id in creation.deja.items() if eleve_id not in partis}
    return Creation(creation.crees, restes, revenus)


def supprimer(u: Unite, b: BaseEleves, origine: str, cles: Collection[str]) -> int:
    """« SUPPRIMER »: take away the lines that do not concern the school. Raises `Inconnu` (DOSSIER_INCONNU)."""
    choisis = _choisis(u, b, origine, cles)
    for dossier in choisis:
        dossier.etat = "supprime"
        dossier.traite_le = u.maintenant
    u.journaliser(
        "suppression_dossiers", "Dossiers en attente supprimés", uai=b.uai, annee=b.millesime, nb=len(choisis)
    )
    return len(choisis)


def sortir(u: Unite, b: BaseEleves, ids: Collection[int], date_sortie: date, motif: str) -> list[Eleve]:
    """Record the exit of pupils (BEE-62): their group links stop that day.

    In the base in preparation, if it is open and they were copied there, they leave too.
    Raises `Inconnu` (ELEVE_INCONNU) or `Refus` (MOTIF_SORTIE_INCONNU, DATE_SORTIE_INVALIDE).
    """
    verifier_sortie(b, date_sortie, motif)
    requete = select(Eleve).where(Eleve.uai == b.uai, Eleve.millesime >= b.millesime, Eleve.eleve_id.in_(ids))
    fiches = u.session.scalars(requete.order_by(Eleve.eleve_id, Eleve.millesime)).all()
    ici = [f for f in fiches if f.millesime == b.millesime]
    manquants = sorted(set(ids) - {f.eleve_id for f in ici})
    if manquants:
        raise Inconnu(
            f"L'élève d'identifiant {manquants[0]} n'existe pas dans cette base.",
            code="ELEVE_INCONNU",
            remede="Cherchez l'élève par son nom dans Fiches élèves > Recherche et MAJ.",
        )
    for fiche in fiches:
        fiche.date_sortie = date_sortie
        fiche.motif_sortie = motif
        fiche.modifie_le = u.maintenant
    u.session.execute(
        update(LienGroupe)
        .where(
            LienGroupe.uai == b.uai,
            LienGroupe.millesime == b.millesime,
            LienGroupe.eleve_id.in_(ids),
            or_(LienGroupe.fin.is_(None), LienGroupe.fin > date_sortie),
        )
        .values(fin=date_sortie)
    )
    return ici


def verifier_sortie(b: BaseEleves, date_sortie: date, motif: str) -> None:
    """Refuse an exit before the year began, or for a motif that is not in the nomenclature."""
    if motif not in {entree.code for entree in liste("motifs_sortie")}:
        raise Refus(
            f"Le motif de sortie « {motif} » n'est pas dans la nomenclature.",
            code="MOTIF_SORTIE_INCONNU",
            remede="Choisissez un motif de la liste ; « 99 » est le motif imprécis.",
        )
    if date_sortie.year < b.millesime:
        raise Refus(
            "La date de sortie précède l'année scolaire de cette base.",
            code="DATE_SORTIE_INVALIDE",
            remede="Vérifiez la date, ou choisissez l'année scolaire concernée.",
        )


def exporter_vers_eple(
    u: Unite,
    b: BaseEleves,
    ids: Collection[int],
    vers: str,
    date_sortie: date,
    motif: str,
    millesime: int | None = None,
) -> dict[str, Any]:
    """The origin school records the exit and exports the dossiers (BEE-35): they wait in the other school.

    Arguments: `vers`, UAI of the destination; `millesime`, the year in which they are expected there (by default
    this base's, or the next one for a pupil who finishes the year here).
    Raises `Inconnu` (UAI_INCONNU, ELEVE_INCONNU) or `Refus` (EPLE_DESTINATION, and those of `sortir`).
    """
    bases.fiche_etablissement(u, vers)
    if vers == b.uai:
        raise Refus(
            "L'établissement de destination est celui de l'élève.",
            code="EPLE_DESTINATION",
            remede="Indiquez l'UAI de l'établissement qui accueille l'élève.",
        )
    if millesime is None:
        millesime = b.millesime + (date_sortie >= b.sortie_eleves)
    messages = dossiers_de(u, b, sorted(set(ids)), date_sortie)
    sortis = sortir(u, b, ids, date_sortie, motif)
    deposer_dossiers(u, vers, millesime, EPLE, "", messages.values())
    par_cle = {message.cle: eleve_id for eleve_id, message in messages.items()}
    lignes = u.session.scalars(
        select(Dossier).where(
            Dossier.uai == vers,
            Dossier.millesime == millesime,
            Dossier.origine == EPLE,
            Dossier.cle.in_(par_cle),
        )
    )
    for ligne in lignes:
        ligne.eleve_id = par_cle[ligne.cle]
    u.journaliser(
        "exportation_eple",
        "Dossiers exportés vers un autre EPLE",
        uai=b.uai,
        annee=b.millesime,
        nb=len(sortis),
        resume={"vers": vers, "millesime": millesime},
    )
    return {"exportes": len(sortis), "vers": vers, "millesime": millesime}
