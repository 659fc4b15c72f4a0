"""Finding a school and its base; opening one; the calendar of Communs; what every page needs to know.

Source: procedures ACC-07, COM-01 to COM-05, REC-11.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from services.siecle_bee.models import (
    BaseEleves,
    Division,
    Eleve,
    Etablissement,
    Groupe,
    LienResponsable,
    MefBase,
)
from services.siecle_bee.rules.annees import (
    Calendrier,
    EtatBase,
    calendrier_initial,
    etat_base,
    verifier_calendrier,
)
from services.siecle_bee.rules.fiche import Scolarites
from shared.contracts.echanges import EtablissementMsg
from shared.contracts.refus import Inconnu
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite


def etablissements(u: Unite) -> Sequence[Etablissement]:
    """Every school that who asks may see, by UAI."""
    visibles = select(Etablissement).where(u.du_perimetre(Etablissement.uai))
    return u.session.scalars(visibles.order_by(Etablissement.uai)).all()


def fiche_etablissement(u: Unite, uai: str) -> EtablissementMsg:
    """The identity of a school. Raises `Inconnu` (UAI_INCONNU)."""
    ligne = u.session.get(Etablissement, uai)
    if ligne is None:
        raise Inconnu(
            f"L'établissement {uai} n'est pas connu de SIECLE.",
            code="UAI_INCONNU",
            remede="Vérifiez l'UAI : la liste des établissements est à l'accueil de l'application.",
        )
    return EtablissementMsg.de_valeurs(ligne.fiche)


def enregistrer_etablissement(u: Unite, fiche: EtablissementMsg) -> None:
    """Keep the identity of a school, as the académie says it last."""
    requete = insert(Etablissement).values(uai=fiche.uai, fiche=fiche.valeurs())
    u.session.execute(requete.on_conflict_do_update(index_elements=["uai"], set_={"fiche": requete.excluded.fiche}))


def bases_de(u: Unite, uai: str) -> Sequence[BaseEleves]:
    """The bases of a school, the latest first. Raises `Inconnu` (UAI_INCONNU)."""
    fiche_etablissement(u, uai)
    requete = select(BaseEleves).where(BaseEleves.uai == uai).order_by(BaseEleves.millesime.desc())
    return u.session.scalars(requete).all()


def bases_par_etablissement(u: Unite) -> dict[str, list[BaseEleves]]:
    """The bases of every school that who asks may see, the latest first, by UAI."""
    requete = select(BaseEleves).where(u.du_perimetre(BaseEleves.uai))
    par_uai: dict[str, list[BaseEleves]] = {}
    for b in u.session.scalars(requete.order_by(BaseEleves.uai, BaseEleves.millesime.desc())):
        par_uai.setdefault(b.uai, []).append(b)
    return par_uai


def base(u: Unite, uai: str, millesime: int) -> BaseEleves:
    """The base of a school and year. Raises `Inconnu` (UAI_INCONNU, BASE_INCONNUE)."""
    trouvee = u.session.get(BaseEleves, (uai, millesime))
    if trouvee is None:
        fiche_etablissement(u, uai)
        raise Inconnu(
            f"La base élèves {libelle_annee(millesime)} de l'établissement {uai} n'est pas ouverte.",
            code="BASE_INCONNUE",
            remede="Elle s'ouvre à la bascule de SIECLE - BEE, faite par l'académie en mai-juin ; "
            "sinon, choisissez une autre année scolaire.",
        )
    return trouvee


def etat(u: Unite, millesime: int) -> EtatBase:
    """What the base of that millésime is today."""
    return etat_base(millesime, u.profil.millesime_bee(u.horloge.aujourd_hui()))


def ouvrir_base(u: Unite, uai: str, millesime: int, origine: str) -> BaseEleves:
    """Open an empty base with the calendar of the académie."""
    prevu = calendrier_initial(u.profil, millesime)
    nouvelle = BaseEleves(
        uai=uai,
        millesime=millesime,
        origine=origine,
        ouverte_le=u.maintenant,
        rentree_eleves=prevu.rentree_eleves,
        sortie_eleves=prevu.sortie_eleves,
        rentree_professeurs=prevu.rentree_professeurs,
        sortie_professeurs=prevu.sortie_professeurs,
    )
    u.session.add(nouvelle)
    u.session.flush()
    return nouvelle


def calendrier(b: BaseEleves) -> Calendrier:
    """The calendar of a base."""
    return Calendrier(b.rentree_eleves, b.sortie_eleves, b.rentree_professeurs, b.sortie_professeurs)


def modifier_calendrier(u: Unite, b: BaseEleves, nouveau: Calendrier) -> None:
    """Communs > Calendrier > Année scolaire > Modifier: counts from the next night on (COM-03).

    Raises `Refus` (CALENDRIER_INVALIDE).
    """
    verifier_calendrier(nouveau, b.millesime)
    b.rentree_eleves, b.sortie_eleves = nouveau.rentree_eleves, nouveau.sortie_eleves
    b.rentree_professeurs, b.sortie_professeurs = nouveau.rentree_professeurs, nouveau.sortie_professeurs
    u.journaliser("calendrier", "Calendrier de l'année scolaire modifié", uai=b.uai, annee=b.millesime)


def mefs_profiles(u: Unite, b: BaseEleves) -> dict[str, str]:
    """The profiled MEF of a base: code → label, by code."""
    requete = select(MefBase.code, MefBase.libelle_long).where(
        MefBase.uai == b.uai, MefBase.millesime == b.millesime, MefBase.profile
    )
    lignes = u.session.execute(requete.order_by(MefBase.code))
    return dict(lignes.all())


def divisions(u: Unite, b: BaseEleves) -> Sequence[Division]:
    """The divisions received from STS-Web, by code."""
    requete = select(Division).where(Division.uai == b.uai, Division.millesime == b.millesime)
    return u.session.scalars(requete.order_by(Division.code)).all()


def groupes(u: Unite, b: BaseEleves) -> Sequence[Groupe]:
    """The groups received from STS-Web, by code."""
    requete = select(Groupe).where(Groupe.uai == b.uai, Groupe.millesime == b.millesime)
    return u.session.scalars(requete.order_by(Groupe.code)).all()


def scolarites(u: Unite, b: BaseEleves) -> Scolarites:
    """What the rules of a complete fiche look at in a base."""
    return Scolarites(
        mefs=frozenset(mefs_profiles(u, b)),
        divisions={d.code: frozenset(d.mefs) for d in divisions(u, b)},
    )


def nombre_eleves(u: Unite, b: BaseEleves) -> int:
    """How many fiches the base holds, leavers included."""
    requete = select(func.count()).select_from(Eleve).where(Eleve.uai == b.uai, Eleve.millesime == b.millesime)
    return u.session.scalar(requete) or 0


def nombre_responsables(u: Unite, b: BaseEleves) -> int:
    """How many persons have a pupil of the base in charge, or are to be called for one."""
    requete = select(func.count(LienResponsable.personne_id.distinct())).where(
        LienResponsable.uai == b.uai, LienResponsable.millesime == b.millesime
    )
    return u.session.scalar(requete) or 0
