"""Schools and their years: which exist, in what state, and may they be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.sts_web.models import Annee, Etablissement
from services.sts_web.rules.annees import LIBELLE_ETAT, EtatAnnee, etats_des_annees
from services.sts_web.rules.structure import ReglesNoms
from services.sts_web.use_cases.cles import PLUS_GRAND, chercher, possible
from shared.contracts.echanges import EtablissementMsg
from shared.contracts.refus import Inconnu, Refus
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite


@dataclass(frozen=True, slots=True)
class AnneeVue:
    """A year of a school and its state on the simulated day."""

    annee: int
    etat: EtatAnnee

    @property
    def libelle(self) -> str:
        """« Année en cours 2018-2019 »."""
        return f"{LIBELLE_ETAT[self.etat]} {libelle_annee(self.annee)}"


@dataclass(frozen=True, slots=True)
class EtablissementVue:
    """A school and the years that STS-Web holds of it."""

    uai: str
    denomination: str
    commune: str
    annees: tuple[AnneeVue, ...]


class Contexte(Struct, frozen=True):
    """What every page and use case of a school's year starts from."""

    etablissement: Etablissement
    annee: Annee
    etat: EtatAnnee

    @property
    def uai(self) -> str:
        """The school's UAI."""
        return self.etablissement.uai

    @property
    def bandeau(self) -> str:
        """« COLLEGE … (<UAI> - Année en cours 2018-2019) » (STS-01)."""
        vue = AnneeVue(self.annee.annee, self.etat)
        return f"{denomination(self.etablissement)} ({self.uai} - {vue.libelle})"


def denomination(etablissement: Etablissement) -> str:
    """« COLLEGE DES TROIS MOULINS »."""
    return f"{etablissement.denom_princ} {etablissement.denom_compl}".strip() or etablissement.uai


def annee_du_jour(u: Unite) -> int:
    """The STS year that the simulated day belongs to."""
    return u.profil.annee_sts(u.horloge.aujourd_hui())


def regles_noms(u: Unite) -> ReglesNoms:
    """What the profile says of division and group names."""
    return ReglesNoms(u.profil.structure_longueur_code, u.profil.structure_caracteres)


def trouver(u: Unite, uai: str) -> Etablissement:
    """The school. Raises `Inconnu` (UAI_INCONNU)."""
    etablissement = chercher(u, Etablissement, (uai,))
    if etablissement is None:
        raise Inconnu(
            f"L'établissement « {uai[:20]} » n'existe pas dans STS-Web.",
            code="UAI_INCONNU",
            remede="Vérifiez l'UAI, ou attendez que le rectorat diffuse l'établissement (19 h 00).",
        )
    return etablissement


def etats(u: Unite, uai: str) -> dict[int, EtatAnnee]:
    """The state of each year of a school, in order."""
    return etats_des_annees(u.session.scalars(select(Annee.annee).where(Annee.uai == uai)), annee_du_jour(u))


def ouvrir(u: Unite, uai: str, annee: int, *, ecriture: bool = False) -> Contexte:
    """The year of a school to read, or to write (`ecriture`: not an earlier year).

    Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE) and `Refus` (ANNEE_ANTERIEURE, 409).
    """
    etablissement = trouver(u, uai)
    # A writer locks the year: numbers of services are allotted under that lock.
    connue = possible(annee, PLUS_GRAND)
    ligne = u.session.get(Annee, (uai, annee), with_for_update=True if ecriture else None) if connue else None
    if ligne is None:
        raise Inconnu(
            f"L'année {libelle_annee(annee)} n'existe pas dans STS-Web pour cet établissement.",
            code="ANNEE_INCONNUE",
            remede="L'année en préparation naît de la bascule ; choisissez l'année par « Changement d'année ».",
        )
    etat = etats(u, uai)[annee]
    if ecriture and etat == "anterieure":
        raise Refus(
            f"L'année {libelle_annee(annee)} est terminée : elle ne peut plus être modifiée.",
            code="ANNEE_ANTERIEURE",
            statut=409,
            remede="Choisissez l'année en cours ou l'année en préparation par « Changement d'année ».",
        )
    return Contexte(etablissement, ligne, etat)


def lister(u: Unite) -> list[EtablissementVue]:
    """Every school that who asks may see, by UAI, with its years."""
    jour = annee_du_jour(u)
    annees: dict[str, list[int]] = {}
    for uai, annee in u.session.execute(select(Annee.uai, Annee.annee)):
        annees.setdefault(uai, []).append(annee)
    return [
        EtablissementVue(e.uai, denomination(e), e.commune, _vues(annees.get(e.uai, []), jour))
        for e in u.session.scalars(
            select(Etablissement).where(u.du_perimetre(Etablissement.uai)).order_by(Etablissement.uai)
        )
    ]


def decrire(u: Unite, uai: str) -> EtablissementVue:
    """One school and its years. Raises `Inconnu`."""
    e = trouver(u, uai)
    annees = list(u.session.scalars(select(Annee.annee).where(Annee.uai == uai)))
    return EtablissementVue(uai, denomination(e), e.commune, _vues(annees, annee_du_jour(u)))


def _vues(annees: list[int], jour: int) -> tuple[AnneeVue, ...]:
    return tuple(AnneeVue(a, etat) for a, etat in etats_des_annees(annees, jour).items())


def enregistrer(u: Unite, valeurs: Mapping[str, str]) -> None:
    """Insert or replace the description of a school (`valeurs`: columns of `Etablissement`)."""
    requete = insert(Etablissement).values(**valeurs)
    u.session.execute(
        requete.on_conflict_do_update(
            index_elements=["uai"], set_={c: requete.excluded[c] for c in valeurs if c != "uai"}
        )
    )


def colonnes(message: EtablissementMsg) -> dict[str, str]:
    """The columns of `Etablissement` that the rectorat's message fills."""
    return {
        "uai": message.uai,
        "sigle": message.sigle,
        "denom_princ": message.denomination,
        "denom_compl": message.nom,
        "nature": message.nature,
        "categorie": message.categorie,
        "secteur": message.secteur,
        "adresse": message.adresse,
        "code_postal": message.code_postal,
        "commune": message.commune,
        "telephone": message.telephone,
        "academie_code": message.academie_code,
        "academie_nom": message.academie_nom,
    }
