"""Multi-inscriptions: the sentence of each, and the signalements académiques that the night writes.

Source: guide 000 section 2.13; procedures REC-15, BEE-13, BEE-58 to BEE-63.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import delete, insert, select

from services.siecle_bee.models import BaseEleves, Eleve, Etablissement, Signalement
from services.siecle_bee.rules.remontee import Scolarite, phrase_multi_inscription
from services.siecle_bee.use_cases import fiches
from shared.nomenclatures import mef, mef_existe
from shared.persistence.unite import Unite


def signalements(u: Unite, b: BaseEleves) -> Sequence[Signalement]:
    """The signalements of multi-inscription of a base, as the last night wrote them."""
    requete = select(Signalement).where(Signalement.uai == b.uai, Signalement.millesime == b.millesime)
    return u.session.scalars(requete.order_by(Signalement.phrase, Signalement.eleve_id)).all()


def phrases_multi_inscription(u: Unite, b: BaseEleves, ids: Collection[int] | None = None) -> dict[int, list[str]]:
    """The sentences of BEE-61, by pupil, for those who have another active scolarité."""
    trouvees = fiches.multi_inscriptions(u, b, ids)
    if not trouvees:
        return {}
    uais = {autre.uai for autres in trouvees.values() for autre in autres}
    ecoles = {e.uai: e.fiche for e in u.session.scalars(select(Etablissement).where(Etablissement.uai.in_(uais)))}
    phrases: dict[int, list[str]] = {}
    requete = select(Eleve).where(fiches.de_la_base(b), Eleve.eleve_id.in_(trouvees)).order_by(Eleve.eleve_id)
    for e in u.session.scalars(requete):
        ici = Scolarite(e.uai, e.eleve_id, libelle_mef(e.mef), e.division, "", "")
        for autre in trouvees[e.eleve_id]:
            ecole = ecoles.get(autre.uai, {})
            nom = f"{ecole.get('denomination', '')} {ecole.get('nom', '')}".strip()
            la = Scolarite(
                autre.uai, autre.eleve_id, libelle_mef(autre.mef), autre.division, nom, ecole.get("commune", "")
            )
            phrases.setdefault(e.eleve_id, []).append(phrase_multi_inscription(e.prenom, e.nom, ici, la))
    return phrases


def libelle_mef(code: str) -> str:
    """The long label of a MEF, its code when the national list does not hold it."""
    return mef(code).libelle_long if mef_existe(code) else code


def renouveler_signalements(u: Unite, b: BaseEleves, phrases: dict[int, list[str]]) -> int:
    """Write anew the signalements académiques of a base (REC-15); one that lasts keeps its first date."""
    ici = (Signalement.uai == b.uai, Signalement.millesime == b.millesime)
    requete = select(Signalement.eleve_id, Signalement.phrase, Signalement.depuis).where(*ici)
    depuis = {(eleve_id, phrase): instant for eleve_id, phrase, instant in u.session.execute(requete)}
    u.session.execute(delete(Signalement).where(*ici))
    lignes = [
        {
            "uai": b.uai,
            "millesime": b.millesime,
            "eleve_id": eleve_id,
            "rang": rang,
            "phrase": phrase,
            "depuis": depuis.get((eleve_id, phrase), u.maintenant),
        }
        for eleve_id in sorted(phrases)
        for rang, phrase in enumerate(phrases[eleve_id], 1)
    ]
    if lignes:
        u.session.execute(insert(Signalement), lignes)
    return len(lignes)
