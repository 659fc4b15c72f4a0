"""Dossiers of pupils: those that wait, those that were set aside, and by which one a fiche came.

Source: procedures BEE-31 to BEE-38, DIAG-11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.siecle_bee.models import BaseEleves, DepotDossiers, Dossier, Eleve, LigneDossiers
from services.siecle_bee.traces.commun import LIMITE, SERVICE, arrivee
from services.siecle_bee.use_cases.dossiers_prives import DEPOSE, ORIGINES
from shared.contracts.traces import Blocage, Etape, Trace
from shared.persistence.unite import Unite

PAGES = {"affectation": "affectation", "eple": "autre-eple"}
MENU_SUIVI = "Suivi des échanges > Logiciel privé - Dossiers"


def dossiers(u: Unite, condition: ColumnElement[bool]) -> list[Trace]:
    """The pupils who wait in Importations: they are not fiches yet (DIAG-11); those whose dossier was set aside."""
    requete = select(Dossier).where(condition).order_by(Dossier.uai, Dossier.cle_tri).limit(LIMITE)
    attendus = u.session.scalars(requete.where(Dossier.etat == "attente"))
    connue = select(Eleve.eleve_id).where(
        or_(
            Eleve.ine == Dossier.contenu["ine"].astext,
            and_(Eleve.uai == Dossier.uai, Eleve.millesime == Dossier.millesime, Eleve.cle_tri == Dossier.cle_tri),
        )
    )
    ecartes = u.session.scalars(requete.where(Dossier.etat == "supprime", ~connue.exists()))
    return [*map(_attendu, attendus), *map(_ecarte, ecartes)]


def _trace(d: Dossier) -> Trace:
    ine = d.contenu.get("ine")
    return Trace(
        service=SERVICE,
        objet="eleve",
        libelle=f"{d.contenu['nom']} {' '.join(d.contenu['prenoms'][:1])}",
        cles={"uai": d.uai} | ({"ine": ine} if ine else {}),
        details={"année": str(d.millesime), "établissement d'origine": d.uai_origine},
        etapes=[_recu(d)],
        lien=f"/{d.uai}/{d.millesime}/importations/{PAGES[d.origine]}",
    )


def _recu(d: Dossier) -> Etape:
    return Etape(instant=d.recu_le, libelle=f"Dossier reçu ({ORIGINES[d.origine]})")


def _attendu(d: Dossier) -> Trace:
    trace = _trace(d)
    trace.etat = "bloque"
    trace.blocages.append(
        Blocage(
            code="DOSSIER_EN_ATTENTE",
            raison="Le dossier de l'élève attend d'être importé : sa fiche n'existe pas encore.",
            regle="Un élève de l'académie s'importe ; sa fiche ne se saisit pas.",
            remede="Importez le dossier, puis affectez l'élève dans un MEF et une division.",
            menu=f"Importations > {ORIGINES[d.origine]}",
        )
    )
    return trace


def _ecarte(d: Dossier) -> Trace:
    trace = _trace(d)
    trace.etat = "absent"
    if d.traite_le is not None:
        trace.etapes.append(Etape(instant=d.traite_le, libelle="Dossier supprimé de la liste"))
    trace.blocages.append(
        Blocage(
            code="DOSSIER_SUPPRIME",
            raison="Le dossier de l'élève est arrivé, puis a été supprimé de la liste sans être importé.",
            regle="« SUPPRIMER » écarte les dossiers qui ne concernent pas l'établissement.",
            remede="Si l'élève vient bien ici, demandez un nouvel envoi à l'établissement d'origine, puis importez-le.",
            menu=f"Importations > {ORIGINES[d.origine]}",
        )
    )
    return trace


def deposes(u: Unite, cle: str) -> list[Trace]:
    """The pupils of private schools, without a fiche yet, whose name begins by `cle`: deposited today, or rejected."""
    dernier = select(func.max(DepotDossiers.id)).where(DepotDossiers.etat == "traite").group_by(DepotDossiers.uai)
    connue = select(Eleve.eleve_id).where(
        Eleve.uai == DepotDossiers.uai,
        Eleve.millesime == DepotDossiers.millesime,
        Eleve.cle_tri == LigneDossiers.cle_tri,
    )
    requete = (
        select(LigneDossiers, DepotDossiers)
        .join(DepotDossiers, DepotDossiers.id == LigneDossiers.depot_id)
        .where(
            LigneDossiers.cle_tri.startswith(cle, autoescape=True),
            LigneDossiers.identifiant == 0,
            or_(
                and_(LigneDossiers.section == DEPOSE, DepotDossiers.etat == "attente"),
                and_(LigneDossiers.section == "ELE_REJ", DepotDossiers.id.in_(dernier)),
            ),
            ~connue.exists(),
        )
        .order_by(LigneDossiers.cle_tri, LigneDossiers.depot_id, LigneDossiers.rang)
    )
    return [_depose(u, ligne, depot) for ligne, depot in u.session.execute(requete.limit(LIMITE))]


def _depose(u: Unite, ligne: LigneDossiers, depot: DepotDossiers) -> Trace:
    trace = Trace(
        service=SERVICE,
        objet="eleve",
        libelle=ligne.nom.replace(",", ""),
        cles={"uai": depot.uai},
        details={"année": str(depot.millesime), "fichier": depot.fichier},
        etapes=[_deposee(depot)],
        lien=f"/{depot.uai}/{depot.millesime}/suivi/dossiers-prives",
    )
    if ligne.section == DEPOSE:
        trace.etat = "attente"
        arrivee(u, trace, "bee_depots")
        return trace
    trace.etat = "bloque"
    trace.etapes += _traitee(depot)
    trace.blocages.append(
        Blocage(
            code="DOSSIER_REJETE",
            raison=f"L'élève du dernier fichier déposé a été rejeté : {ligne.phrase}",
            regle=ligne.regle,
            remede="Corrigez le dossier dans le logiciel de gestion des élèves, puis déposez un nouveau fichier.",
            menu=MENU_SUIVI,
        )
    )
    return trace


def _deposee(depot: DepotDossiers) -> Etape:
    return Etape(instant=depot.depose_le, libelle=f"Dossiers déposés depuis un logiciel privé ({depot.fichier})")


def _traitee(depot: DepotDossiers) -> list[Etape]:
    return [Etape(instant=depot.traite_le, libelle="Dossiers déposés traités")] if depot.traite_le else []


@dataclass(slots=True)
class Venue:
    """By which dossier a fiche came, or was last brought up to date; what the last deposit said of it."""

    etapes: list[Etape] = field(default_factory=list)
    remarques: list[Blocage] = field(default_factory=list)


REMARQUES = {
    "ELE_REJ": ("DOSSIER_REJETE", "Le dernier fichier déposé n'a pas mis cette fiche à jour :"),
    "ELE_ANO": ("DOSSIER_ANOMALIE", "Le dernier fichier déposé a été pris avec une anomalie :"),
    "ELE_ABS": (
        "DOSSIER_ABSENT",
        "L'élève n'est pas dans le dernier fichier déposé : fiche restée telle quelle.",
    ),
}


def venues_de(u: Unite, b: BaseEleves, eleves: Sequence[Eleve]) -> dict[int, Venue]:
    """What the dossiers of those fiches say, by ELEVE_ID."""
    venues: dict[int, Venue] = {}
    ids = [e.eleve_id for e in eleves]
    importes = select(Dossier).where(
        Dossier.uai == b.uai, Dossier.millesime == b.millesime, Dossier.etat == "importe", Dossier.eleve_id.in_(ids)
    )
    for d in u.session.scalars(importes.order_by(Dossier.recu_le)):
        venue = venues.setdefault(d.eleve_id or 0, Venue())
        venue.etapes.append(_recu(d))
        if d.traite_le is not None:
            venue.etapes.append(Etape(instant=d.traite_le, libelle=f"Dossier importé ({ORIGINES[d.origine]})"))
    par_cle = {e.cle_tri: e.eleve_id for e in eleves}
    for depot in _derniers_depots(u, b):
        lignes = select(LigneDossiers).where(
            LigneDossiers.depot_id == depot.id,
            or_(LigneDossiers.identifiant.in_(ids), LigneDossiers.cle_tri.in_(par_cle)),
            LigneDossiers.section.in_((DEPOSE, "ELE_REJ", "ELE_ANO", "ELE_ABS", "ELE_MOD")),
        )
        vus: set[int] = set()
        for ligne in u.session.scalars(lignes.order_by(LigneDossiers.rang)):
            eleve_id = ligne.identifiant or par_cle.get(ligne.cle_tri, 0)
            venue = venues.setdefault(eleve_id, Venue())
            if eleve_id not in vus and ligne.section != "ELE_ABS":
                venue.etapes += [_deposee(depot), *_traitee(depot)]
            vus.add(eleve_id)
            if ligne.section in REMARQUES:
                venue.remarques.append(_remarque(ligne))
    return venues


def _derniers_depots(u: Unite, b: BaseEleves) -> list[DepotDossiers]:
    """The last deposit treated of a base, and the one that waits."""
    ici = (DepotDossiers.uai == b.uai, DepotDossiers.millesime == b.millesime)
    requete = select(DepotDossiers).where(*ici, DepotDossiers.etat.in_(("traite", "attente")))
    derniers = {d.etat: d for d in u.session.scalars(requete.order_by(DepotDossiers.id))}
    return [derniers[etat] for etat in ("traite", "attente") if etat in derniers]


def _remarque(ligne: LigneDossiers) -> Blocage:
    code, phrase = REMARQUES[ligne.section]
    return Blocage(
        code=code,
        raison=f"{phrase} {ligne.phrase}".strip(),
        regle=ligne.regle,
        remede="Corrigez le dossier dans le logiciel de gestion des élèves, puis déposez un nouveau fichier.",
        menu=MENU_SUIVI,
    )
