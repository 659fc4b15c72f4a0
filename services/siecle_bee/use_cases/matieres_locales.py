"""Matières d'Enseignement Technologique et Professionnelle that a lycée professionnel defines itself.

Source: procedure NOM-05; guide 002, Les MEF et les matières. They reach STS-Web at the profilage, and the timetable
software by sts_emp, where they want a correspondence by hand (STS-56, EDT-16). What may be a code is inferred.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select

from services.siecle_bee.models import BaseEleves, MatiereBase, OptionEleve
from services.siecle_bee.use_cases import bases, nomenclatures
from shared.contracts.echanges import MatiereNationaleMsg, NomenclaturesMsg
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers.codes import code_gestion_valide, code_matiere_valide
from shared.persistence.unite import Unite

NATURE_LP = "320"
LONGUEUR_LIBELLE = 20


def est_lycee_professionnel(u: Unite, b: BaseEleves) -> bool:
    """Whether the school may define matières: a lycée professionnel, by its nature or its type."""
    fiche = bases.fiche_etablissement(u, b.uai)
    return fiche.nature == NATURE_LP or "LP" in (fiche.categorie, fiche.sigle)


def locales(u: Unite, b: BaseEleves) -> Sequence[MatiereBase]:
    """The matières that the school defined, by code."""
    requete = select(MatiereBase).where(
        MatiereBase.uai == b.uai, MatiereBase.millesime == b.millesime, MatiereBase.locale
    )
    return u.session.scalars(requete.order_by(MatiereBase.code)).all()


def definir(u: Unite, b: BaseEleves, code: str, code_gestion: str, libelle: str) -> None:
    """Add a matière; it is usable after the next profilage.

    Arguments: `code`, 6 characters; `code_gestion`, at most 5; `libelle`, at most 20. Raises `Refus`:
    MATIERE_LOCALE_RESERVEE_LP, MATIERE_LOCALE_INVALIDE, MATIERE_DEJA_NATIONALE, MATIERE_LOCALE_EN_DOUBLE.
    """
    if not est_lycee_professionnel(u, b):
        raise Refus(
            "Seul un lycée professionnel définit ses propres matières.",
            code="MATIERE_LOCALE_RESERVEE_LP",
            regle="NOM-05",
            remede="Prenez une matière nationale ou académique ; s'il en manque une, demandez-la à l'académie.",
        )
    code, code_gestion, libelle = code.strip().upper(), code_gestion.strip().upper(), libelle.strip()
    if (
        not code_matiere_valide(code)
        or not code_gestion_valide(code_gestion)
        or not 0 < len(libelle) <= LONGUEUR_LIBELLE
    ):
        raise Refus(
            "Le code, le code de gestion ou le libellé de la matière n'a pas la forme attendue.",
            code="MATIERE_LOCALE_INVALIDE",
            regle="NOM-05",
            remede="Code : 6 chiffres ou majuscules ; code de gestion : 1 à 5 caractères ; libellé : au plus 20.",
        )
    recues = nomenclatures.jeu_recu(u, b).matieres
    if any(code == m.code or code_gestion == m.code_gestion for m in recues):
        raise Refus(
            "Une matière nationale ou académique a déjà ce code ou ce code de gestion.",
            code="MATIERE_DEJA_NATIONALE",
            regle="NOM-05",
            remede="Utilisez-la : elle se rapproche d'elle-même dans le logiciel d'emploi du temps.",
        )
    # STS-Web knows a matière by its code, in the whole académie.
    ailleurs = select(MatiereBase.uai, MatiereBase.libelle_long).where(MatiereBase.locale, MatiereBase.code == code)
    ici = any(m.code_gestion == code_gestion for m in locales(u, b))
    if ici or any(uai == b.uai or nom != libelle for uai, nom in u.session.execute(ailleurs)):
        raise Refus(
            "Une matière définie par un établissement a déjà ce code ou ce code de gestion.",
            code="MATIERE_LOCALE_EN_DOUBLE",
            regle="NOM-05",
            remede="Choisissez un autre code.",
        )
    valeurs = {"code": code, "code_gestion": code_gestion, "libelle_court": libelle, "libelle_long": libelle}
    u.session.execute(
        insert(MatiereBase), [{"uai": b.uai, "millesime": b.millesime, **valeurs, "profile": False, "locale": True}]
    )
    u.journaliser("matiere_locale", "Matière de l'établissement définie", uai=b.uai, annee=b.millesime, nb=1)


def supprimer(u: Unite, b: BaseEleves, code: str) -> None:
    """Take a matière away. Raises `Inconnu` (MATIERE_LOCALE_INCONNUE), `Refus` (MATIERE_LOCALE_UTILISEE)."""
    if code not in {m.code for m in locales(u, b)}:
        raise Inconnu(
            "Cette matière n'est pas de celles que l'établissement a définies.",
            code="MATIERE_LOCALE_INCONNUE",
            remede="Choisissez une matière de la liste.",
        )
    ici = {"uai": b.uai, "millesime": b.millesime}
    if u.session.scalars(select(OptionEleve.eleve_id).filter_by(**ici, matiere=code).limit(1)).first() is not None:
        raise Refus(
            "Des élèves suivent cette matière.",
            code="MATIERE_LOCALE_UTILISEE",
            statut=409,
            remede="Retirez-la d'abord des options de leurs fiches.",
        )
    u.session.execute(delete(MatiereBase).filter_by(**ici, code=code))
    u.journaliser("matiere_locale", "Matière de l'établissement supprimée", uai=b.uai, annee=b.millesime, nb=1)


def profiler(u: Unite, b: BaseEleves) -> dict[str, Any]:
    """« Lancer le profilage des nomenclatures »: as `nomenclatures.profiler`; STS-Web is told the local matières."""
    return nomenclatures.profiler(u, b) | {"locales": _envoyer_a_sts(u, b)}


def _envoyer_a_sts(u: Unite, b: BaseEleves) -> int:
    """Tell STS-Web the matières that the school defined: services may name them from then on; how many."""
    lues = locales(u, b)
    if lues:
        message = NomenclaturesMsg(
            version=nomenclatures.derniere_version(u) or 0,
            matieres=tuple(
                MatiereNationaleMsg(
                    code=m.code,
                    code_gestion=m.code_gestion,
                    libelle_court=m.libelle_court,
                    libelle_long=m.libelle_long,
                )
                for m in lues
            ),
        )
        u.envoyer("nomenclatures", "sts_web", message, uai=b.uai, annee=b.millesime, nb=len(lues), immediat=True)
    return len(lues)
