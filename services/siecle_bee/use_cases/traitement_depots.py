"""The night's treatment of a deposit of group links: full replacement of the school's links.

Source: SIECLE reference, sections 8.4 and 9; procedures BEE-82 to BEE-91, BEE-97 to BEE-104.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, delete, literal, select, update

from services.siecle_bee.models import Anomalie, BaseEleves, Depot, Eleve, LienGroupe
from services.siecle_bee.rules.liens import Compte, Contexte, EleveDeLaBase, importer
from services.siecle_bee.use_cases import bases
from services.siecle_bee.use_cases.fiches import de_la_base
from services.siecle_bee.use_cases.masse import copier
from services.siecle_bee.use_cases.relecture import relire
from shared.formats.elegroupe.depot import verifier_depot
from shared.formats.elegroupe.liens import EleveLien
from shared.persistence.unite import Unite


def deposants(u: Unite) -> Sequence[tuple[str, int]]:
    """The schools that have a deposit waiting, with the deposit, in order."""
    requete = select(Depot.uai, Depot.id).where(Depot.etat == "attente").order_by(Depot.uai, Depot.id)
    return [(uai, depot_id) for uai, depot_id in u.session.execute(requete)]


def traiter(u: Unite, depot_id: int) -> dict[str, Any]:
    """Treat a waiting deposit and write its report; its counts.

    A file that has become unreadable, or whose base is gone, fails as a whole: links stay as they were.
    """
    relu = relire(u, Depot, depot_id, lambda depot, *fichier: verifier_depot(*fichier).document.eleves)
    if isinstance(relu, dict):
        return relu
    depot, b, eleves = relu.depot, relu.base, relu.document
    compte = _juger(u, b, eleves)
    _remplacer_liens(u, b, depot, compte)
    _ecrire_anomalies(u, depot, compte)
    depot.etat = "traite"
    depot.lus, depot.complets, depot.partiels = compte.lus, compte.complets, compte.partiels
    depot.rejetes, depot.absents, depot.liens = compte.rejetes, compte.absents, len(compte.liens)
    resume = {
        "nb": compte.lus,
        "nb_refus": compte.rejetes,
        "depot": depot.id,
        "complets": compte.complets,
        "partiels": compte.partiels,
        "absents": compte.absents,
        "liens": len(compte.liens),
        "codes": _compter_codes(compte),
    }
    u.journaliser(
        "bee_depots",
        "Import des liens élève-groupe",
        sens="lot",
        uai=b.uai,
        annee=b.millesime,
        nb=compte.lus,
        nb_refus=compte.rejetes,
        resume=resume,
    )
    return resume


def _compter_codes(compte: Compte) -> dict[str, int]:
    codes = [a.code for a in compte.anomalies]
    return {code: codes.count(code) for code in sorted(set(codes))}


def _juger(u: Unite, b: BaseEleves, eleves: Sequence[EleveLien]) -> Compte:
    colonnes = (  # as EleveDeLaBase has them
        Eleve.eleve_id,
        Eleve.ine,
        Eleve.id_prv_ele,
        Eleve.nom,
        Eleve.nom_usage,
        Eleve.prenom,
        Eleve.prenom2,
        Eleve.prenom3,
        Eleve.date_naissance,
        Eleve.mef,
        Eleve.date_entree,
        Eleve.date_sortie,
    )
    lignes = u.session.execute(select(*colonnes).where(de_la_base(b)).order_by(Eleve.eleve_id))
    fiches = list(starmap(EleveDeLaBase, lignes))
    connus = {f.eleve_id for f in fiches}
    inconnus = {e.eleve_id for e in eleves if e.eleve_id is not None} - connus
    ailleurs = frozenset(
        u.session.scalars(select(Eleve.eleve_id).where(Eleve.eleve_id.in_(inconnus)).distinct()) if inconnus else ()
    )
    contexte = Contexte(
        groupes={g.code: frozenset(g.mefs) for g in bases.groupes(u, b)},
        debut=b.rentree_eleves,
        fin=b.sortie_eleves,
        hors_annee=u.profil.bee_liens_date_hors_annee,
        ailleurs=ailleurs,
    )
    return importer(eleves, fiches, contexte)


def _remplacer_liens(u: Unite, b: BaseEleves, depot: Depot, compte: Compte) -> None:
    """Replace all links; pupils who lose or gain one are dated of this night."""
    ici = (LienGroupe.uai == b.uai, LienGroupe.millesime == b.millesime)
    avant = set(u.session.execute(select(LienGroupe.eleve_id, LienGroupe.groupe).where(*ici)))
    apres = {(lien.eleve_id, lien.groupe) for lien in compte.liens}
    u.session.execute(delete(LienGroupe).where(*ici))
    copier(
        u,
        LienGroupe,
        [
            {
                "uai": b.uai,
                "millesime": b.millesime,
                "eleve_id": lien.eleve_id,
                "groupe": lien.groupe,
                "debut": lien.debut,
                "fin": lien.fin,
                "depot_id": depot.id,
            }
            for lien in compte.liens
        ],
    )
    touches = sorted({eleve_id for eleve_id, _ in avant ^ apres})
    if touches:
        u.session.execute(
            update(Eleve)
            .where(de_la_base(b), Eleve.eleve_id == any_(literal(touches, ARRAY(BigInteger))))
            .values(modifie_le=u.maintenant)
            .execution_options(synchronize_session=False)
        )


def _ecrire_anomalies(u: Unite, depot: Depot, compte: Compte) -> None:
    copier(
        u,
        Anomalie,
        [
            {
                "depot_id": depot.id,
                "rang": rang,
                "ordre": a.ordre,
                "type": a.type,
                "eleve_id": a.eleve_id,
                "id_prv": a.id_prv,
                "eleve": a.eleve,
                "regle": a.regle,
                "code": a.code,
                "phrase": a.phrase,
                "groupe": a.groupe,
            }
            for rang, a in enumerate(compte.anomalies, 1)
        ],
    )
