"""The module Nomenclatures: réceptionner, sélectionner, lancer le profilage.

Source: procedures NOM-01 to NOM-06, REC-10, BEE-14, STS-13; guide 000 section 2.2.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, update

from services.siecle_bee.models import (
    BaseEleves,
    JeuNomenclature,
    MatiereBase,
    MefBase,
    ProgrammeBase,
    Traitement,
)
from services.siecle_bee.use_cases.masse import copier
from shared.contracts.echanges import BasculeSts, DemandeNomenclature, NomenclaturesMsg
from shared.contracts.refus import Refus
from shared.persistence.unite import Unite

NOMENCLATURES_PROFILEES = 20
LONGUEUR_COURRIEL = 2000


def derniere_version(u: Unite) -> int | None:
    """The latest set loaded by the académie, None before the first."""
    version: int | None = u.session.execute(select(func.max(JeuNomenclature.version))).scalar_one()
    return version


def mefs_charges(u: Unite) -> frozenset[str]:
    """The codes of the MEF that the académie loaded last, national and local."""
    version = derniere_version(u)
    return frozenset(m.code for m in _jeu(u, version).mefs) if version is not None else frozenset()


def nouvelles_nomenclatures(u: Unite, b: BaseEleves) -> bool:
    """Whether the banner of BEE-14 stands: a set was loaded that the base has not profiled."""
    derniere = derniere_version(u)
    return derniere is not None and derniere > (b.version_profilee or 0)


def receptionner(u: Unite, b: BaseEleves) -> dict[str, Any]:
    """« Réceptionner les nomenclatures de scolarité » (NOM-01): what the académie loaded last.

    Raises `Refus` (NOMENCLATURES_ABSENTES) when it never loaded any.
    """
    version = derniere_version(u)
    if version is None:
        raise Refus(
            "Aucune nomenclature n'a été chargée par l'académie.",
            code="NOMENCLATURES_ABSENTES",
            remede="L'académie charge les nomenclatures ; elles arrivent dans la nuit qui suit (19 h).",
        )
    b.version_recue = version
    b.recue_le = u.maintenant
    jeu = _jeu(u, version)
    u.journaliser(
        "nomenclatures_reception",
        "Nomenclatures de scolarité réceptionnées",
        uai=b.uai,
        annee=b.millesime,
        nb=len(jeu.mefs),
        resume={"version": version},
    )
    return {"version": version, "mefs": len(jeu.mefs), "matieres": len(jeu.matieres)}


def _jeu(u: Unite, version: int) -> NomenclaturesMsg:
    contenu = u.session.execute(select(JeuNomenclature.contenu).where(JeuNomenclature.version == version)).scalar_one()
    return NomenclaturesMsg.de_valeurs(contenu)


def jeu_recu(u: Unite, b: BaseEleves) -> NomenclaturesMsg:
    """The set that the base received. Raises `Refus` (NOMENCLATURES_NON_RECUES)."""
    if b.version_recue is None:
        raise Refus(
            "Les nomenclatures de scolarité n'ont pas été réceptionnées.",
            code="NOMENCLATURES_NON_RECUES",
            remede="Dans le module Nomenclatures, commencez par « Réceptionner les nomenclatures de scolarité ».",
        )
    return _jeu(u, b.version_recue)


def selectionner(
    u: Unite, b: BaseEleves, mefs: Collection[str], matieres: Collection[str] | None = None
) -> dict[str, Any]:
    """« Sélectionner les nomenclatures propres à l'établissement » (NOM-02).

    Arguments: `mefs`, the codes to keep; `matieres`, likewise, or None for those of the programmes of these MEF.
    What was profiled before and is not chosen again leaves at the next profilage; what the school defined itself
    stays (NOM-05). Raises `Refus`
    (NOMENCLATURES_NON_RECUES, NOMENCLATURE_MANQUANTE: to be asked of the académie, NOM-04).
    """
    jeu = jeu_recu(u, b)
    connus, connues = {m.code: m for m in jeu.mefs}, {m.code: m for m in jeu.matieres}
    if matieres is None:
        choisies = {p.matiere for p in jeu.programmes if p.mef in set(mefs)}
    else:
        choisies = set(matieres)
    _refuser_manquants(mefs, connus, "MEF")
    _refuser_manquants(choisies, connues, "matière")
    ici = {"uai": b.uai, "millesime": b.millesime}
    profiles = set(u.session.scalars(select(MefBase.code).filter_by(**ici).where(MefBase.profile)))
    profilees = set(u.session.scalars(select(MatiereBase.code).filter_by(**ici).where(MatiereBase.profile)))
    lignes_mef = [{**ici, **_mef(connus[code]), "profile": code in profiles} for code in sorted(set(mefs))]
    lignes_matiere = [
        {**ici, **_matiere(connues[code]), "profile": code in profilees, "locale": False} for code in sorted(choisies)
    ]
    requete = select(MatiereBase).filter_by(**ici, locale=True).order_by(MatiereBase.code)
    lignes_matiere += [
        {**ici, **_matiere(m), "profile": m.profile, "locale": True}
        for m in u.session.scalars(requete)
        if m.code not in choisies
    ]
    remplacer(u, b, MefBase, lignes_mef)
    remplacer(u, b, MatiereBase, lignes_matiere)
    b.selectionnee_le = u.maintenant
    u.journaliser(
        "nomenclatures_selection",
        "Nomenclatures de l'établissement sélectionnées",
        uai=b.uai,
        annee=b.millesime,
        nb=len(lignes_mef),
        resume={"mefs": len(lignes_mef), "matieres": len(lignes_matiere)},
    )
    return {"mefs": len(lignes_mef), "matieres": len(lignes_matiere)}


def _refuser_manquants(codes: Iterable[str], connus: Mapping[str, object], quoi: str) -> None:
    manquants = sorted(set(codes) - set(connus))
    if manquants:
        raise Refus(
            f"Le code {quoi} {manquants[0]} n'est pas dans les nomenclatures reçues.",
            code="NOMENCLATURE_MANQUANTE",
            remede="Demandez son ajout à l'académie par courriel, puis réceptionnez à nouveau les nomenclatures.",
            details={"codes": manquants},
        )


def _mef(mef: Any) -> dict[str, Any]:
    return {
        "code": mef.code,
        "formation": mef.formation,
        "specialite": mef.specialite,
        "libelle_long": mef.libelle_long,
        "libelle_edition": mef.libelle_edition,
        "mefstat11": mef.mefstat11,
    }


def _matiere(matiere: Any) -> dict[str, Any]:
    return {
        "code": matiere.code,
        "code_gestion": matiere.code_gestion,
        "libelle_court": matiere.libelle_court,
        "libelle_long": matiere.libelle_long,
        "libelle_edition": matiere.libelle_edition,
    }


def remplacer(u: Unite, b: BaseEleves, table: Any, lignes: list[dict[str, Any]]) -> None:
    """Write the rows of a base in a table, in place of those it had."""
    u.session.execute(delete(table).where(table.uai == b.uai, table.millesime == b.millesime))
    copier(u, table, lignes)


def profiler(u: Unite, b: BaseEleves) -> dict[str, Any]:
    """« Lancer le profilage des nomenclatures » (NOM-03): MEF, matières and options become usable in BEE.

    Raises `Refus` (NOMENCLATURES_NON_RECUES, NOMENCLATURES_NON_SELECTIONNEES).
    """
    jeu = jeu_recu(u, b)
    ici = {"uai": b.uai, "millesime": b.millesime}
    mefs = set(u.session.scalars(select(MefBase.code).filter_by(**ici)))
    matieres = set(u.session.scalars(select(MatiereBase.code).filter_by(**ici)))
    if b.selectionnee_le is None or not mefs:
        raise Refus(
            "Aucune nomenclature propre à l'établissement n'est sélectionnée.",
            code="NOMENCLATURES_NON_SELECTIONNEES",
            remede="Sélectionnez d'abord les MEF et les matières de l'établissement.",
        )
    programmes = {
        (p.mef, p.matiere, p.modalite): {
            **ici,
            "mef": p.mef,
            "matiere": p.matiere,
            "modalite": p.modalite,
            "horaire": Decimal(str(p.horaire)),
        }
        for p in jeu.programmes
        if p.mef in mefs and p.matiere in matieres
    }
    remplacer(u, b, ProgrammeBase, [programmes[cle] for cle in sorted(programmes)])
    for table in (MefBase, MatiereBase):
        u.session.execute(update(table).filter_by(**ici).values(profile=True))
    b.version_profilee = b.version_recue
    b.profilee_le = u.maintenant
    u.session.add(
        Traitement(**ici, type=NOMENCLATURES_PROFILEES, nom="Nomenclature", instant=u.maintenant, taille=len(mefs))
    )
    resume = {"mefs": len(mefs), "matieres": len(matieres), "programmes": len(programmes)}
    u.journaliser(
        "nomenclatures_profilage",
        "Profilage des nomenclatures",
        uai=b.uai,
        annee=b.millesime,
        nb=len(mefs),
        resume=resume,
    )
    return resume


def recevoir_bascule_sts(u: Unite, message: BasculeSts) -> dict[str, Any]:
    """`bascule_sts`: a profilage done before the bascule of STS-Web counts for nothing (STS-13).

    The year in preparation then has no usable nomenclature, and the banner of BEE-14 stands, until the school
    profiles again. What was received and selected stays.
    """
    b = u.session.get(BaseEleves, (message.uai, message.millesime))
    if b is None or b.profilee_le is None:
        return {"nb": 0}
    nb = 0
    for table in (MefBase, MatiereBase):
        ici = update(table).filter_by(uai=b.uai, millesime=b.millesime, profile=True)
        nb += len(u.session.execute(ici.values(profile=False).returning(table.code)).all())
    b.version_profilee = b.profilee_le = None
    return {"nb": nb, "a_profiler_de_nouveau": True}


def demander_ajout(u: Unite, b: BaseEleves, genre: str, code: str, texte: str) -> None:
    """Ask the académie, by mail, for a nomenclature that is missing or does not match the reality (NOM-04).

    Arguments: `genre`, « mef » or « matiere »; `code`, if the school knows it. Raises `Refus` DEMANDE_INCOMPLETE.
    """
    if genre not in ("mef", "matiere") or not texte.strip():
        raise Refus(
            "La demande ne dit pas quelle nomenclature manque.",
            code="DEMANDE_INCOMPLETE",
            regle="NOM-04",
            remede="Choisissez MEF ou matière, et décrivez ce que l'établissement enseigne réellement.",
        )
    message = DemandeNomenclature(
        uai=b.uai,
        millesime=b.millesime,
        genre="mef" if genre == "mef" else "matiere",
        code=code.strip().upper()[:11],
        texte=texte.strip()[:LONGUEUR_COURRIEL],
    )
    u.envoyer("demande_nomenclature", "rectorat", message, uai=b.uai, annee=b.millesime, nb=1, immediat=True)
    u.journaliser(
        "demande_nomenclature", "Nomenclature manquante demandée à l'académie", uai=b.uai, annee=b.millesime, nb=1
    )


def matieres_profilees(u: Unite, b: BaseEleves) -> dict[str, tuple[str, str]]:
    """The profiled matières of a base: code → (code de gestion, label)."""
    requete = (
        select(MatiereBase.code, MatiereBase.code_gestion, MatiereBase.libelle_court)
        .where(MatiereBase.uai == b.uai, MatiereBase.millesime == b.millesime, MatiereBase.profile)
        .order_by(MatiereBase.code_gestion, MatiereBase.code)
    )
    return {code: (gestion, libelle) for code, gestion, libelle in u.session.execute(requete)}


def mefs_selectionnes(u: Unite, b: BaseEleves) -> frozenset[str]:
    """The codes of the MEF selected, profiled or not."""
    requete = select(MefBase.code).where(MefBase.uai == b.uai, MefBase.millesime == b.millesime)
    return frozenset(u.session.scalars(requete))
