"""Responsables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, select

from services.siecle_bee.models import BaseEleves, Eleve, LienResponsable, Personne
from services.siecle_bee.traces.commun import LIMITE, SERVICE, arrivee, bases_utiles, blocage, page
from services.siecle_bee.traces.remarques import homonymes, modifications, remarques_de_la_personne
from services.siecle_bee.use_cases import fiches, remontee
from services.siecle_bee.use_cases.remontee import FicheJugee
from shared.contracts.traces import Blocage, Etape, Trace
from shared.persistence.unite import Unite


def personnes(u: Unite, conditions: Sequence[ColumnElement[bool]]) -> list[Trace]:
    traces: list[Trace] = []
    for b in bases_utiles(u, conditions, Personne):
        requete = (
            select(Personne)
            .where(Personne.uai == b.uai, Personne.millesime == b.millesime, *conditions)
            .order_by(Personne.cle_tri, Personne.personne_id)
            .limit(LIMITE)
        )
        trouvees = u.session.scalars(requete).all()
        ids = [p.personne_id for p in trouvees]
        liens = u.session.scalars(
            select(LienResponsable)
            .where(
                LienResponsable.uai == b.uai,
                LienResponsable.millesime == b.millesime,
                LienResponsable.personne_id.in_(ids),
            )
            .order_by(LienResponsable.personne_id, LienResponsable.eleve_id)
        ).all()
        enfants = u.session.scalars(
            select(Eleve).where(fiches.de_la_base(b), Eleve.eleve_id.in_([lien.eleve_id for lien in liens]))
        ).all()
        juges = {j.lue.eleve.eleve_id: j for j in remontee.juger(u, b, fiches.lire(u, b, enfants))}
        memes, modifiees = homonymes(u, b, trouvees), modifications(u, b, trouvees)
        for p in trouvees:
            siens = [lien for lien in liens if lien.personne_id == p.personne_id]
            trace = _personne(u, b, p, siens, juges)
            trace.remarques = remarques_de_la_personne(p, memes.get((p.civilite, p.cle_tri), 1))
            if p.personne_id in modifiees:
                fait = Etape(instant=modifiees[p.personne_id], libelle="Dernière mise à jour de la fiche")
                trace.etapes.insert(0, fait)
            traces.append(trace)
    return traces


def _sans_eleve() -> Blocage:
    return Blocage(
        code="RESPONSABLE_SANS_ELEVE",
        raison="Cette fiche de responsable n'est rattachée à aucun élève.",
        regle="Seuls remontent les responsables d'un élève qui remonte.",
        remede="Rattachez-la dans l'onglet « Responsables » de la fiche de l'élève, en cherchant la personne dans la "
        "base plutôt qu'en la créant.",
        menu="Fiches élèves > Recherche et MAJ",
    )


def _personne(
    u: Unite, b: BaseEleves, p: Personne, liens: Sequence[LienResponsable], juges: Mapping[int, FicheJugee]
) -> Trace:
    trace = Trace(
        service=SERVICE,
        objet="responsable",
        libelle=f"{p.civilite} {p.nom} {p.prenom}".strip(),
        cles={"personne_id": str(p.personne_id), "uai": p.uai},
        details={
            "année": str(b.millesime),
            "élèves": ", ".join(str(lien.eleve_id) for lien in liens),
            "compte télé-services": "Utilisé" if p.compte_ts else "Aucun",
        },
        lien=page(b, f"eleves/{liens[0].eleve_id}?onglet=responsables" if liens else "eleves"),
    )
    for lien in liens:
        manquants = remontee.manques_du_lien(p, lien)
        trace.blocages += [
            Blocage(
                code="RESPONSABLE_INCOMPLET",
                raison=m.phrase,
                regle="Un responsable dont la fiche est incomplète ne sort pas.",
                remede="Le secrétariat complète la fiche, avec respect des peignes de saisie.",
                menu="Fiches élèves > Recherche et MAJ",
            )
            for m in manquants
        ]
    montent = [lien for lien in liens if lien.eleve_id in juges and not juges[lien.eleve_id].retenues]
    if not montent:
        trace.blocages += [
            blocage(r) for lien in liens if lien.eleve_id in juges for r in juges[lien.eleve_id].retenues
        ]
        trace.etat = "bloque" if liens else "absent"
        if not liens:
            trace.blocages.append(_sans_eleve())
    elif trace.blocages:
        trace.etat = "bloque"
    else:
        arrivee(u, trace, "remontee_bee")
    return trace
