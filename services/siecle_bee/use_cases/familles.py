"""Families: their télé-services accounts, and the sheets of renseignements that they fill in there.

Source: procedures BEE-39, BEE-50, BEE-52; guide 000 section 2.13. What a sheet does to a fiche is Rentrée's own: the
page holds nothing until a family answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from services.siecle_bee.models import BaseEleves, Eleve, FicheRenseignement, Journal, LienResponsable, Personne
from services.siecle_bee.rules.teleservices import CHAMPS, identifiant, verifier
from services.siecle_bee.use_cases import identifiants, responsables, sysca
from services.siecle_bee.use_cases.masse import lignes_de
from shared.contracts.echanges import AdresseMsg
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

FUSION = "fusion_doublon"
COMPTEUR = "fiche_renseignement"
_HORS_COMPTES = (
    "telephone_personnel",
    "telephone_portable",
    "telephone_professionnel",
    "accepte_sms",
    "communication_adresse",
    "mel",
    "profession",
    "cle_dossier",
    "id_prv_per",
)
"""What the list of accounts does not show, hence does not read."""


def identifiant_de(p: Personne) -> str:
    """The identifier of a person's account, "" before the first use."""
    return identifiant(p.prenom, p.nom, p.compte_ts) if p.compte_ts else ""


class Compte(Struct, frozen=True):
    """An account that a person of the base may have: how many pupils it opens, whether EduConnect knows him."""

    personne: Personne
    identifiant: str
    eleves: int
    educonnect: bool


def comptes(u: Unite, b: BaseEleves) -> list[Compte]:
    """« Administration Téléservices »: the responsables of the base and their accounts, by name."""
    rattaches = select(LienResponsable.personne_id, func.count()).where(
        LienResponsable.uai == b.uai, LienResponsable.millesime == b.millesime
    )
    eleves = dict(u.session.execute(rattaches.group_by(LienResponsable.personne_id)).all())
    ici = (Personne.uai == b.uai, Personne.millesime == b.millesime)
    personnes = lignes_de(u, Personne, *ici, ordre=(Personne.cle_tri, Personne.personne_id), sauf=_HORS_COMPTES)
    connus = sysca.derniere_remontee(u, b).responsables
    return [
        Compte(p, identifiant_de(p), eleves[p.personne_id], p.personne_id in connus)
        for p in personnes
        if p.personne_id in eleves
    ]


class CompteRecree(Struct, frozen=True):
    """An account deleted with a doublon and made again: the digits before and after. `nom`: "" for one gone since."""

    instant: datetime
    personne_id: int
    nom: str
    avant: int
    apres: int


def comptes_recrees(u: Unite, b: BaseEleves) -> list[CompteRecree]:
    """What the merging of doublons did to accounts, the latest first (BEE-50)."""
    requete = select(Journal.instant, Journal.resume).where(
        Journal.genre == FUSION, Journal.uai == b.uai, Journal.annee == b.millesime
    )
    lus = [(i, r) for i, r in u.session.execute(requete.order_by(Journal.id.desc())) if r.get("compte_avant")]
    gardees = select(Personne.personne_id, Personne.nom, Personne.prenom).where(
        Personne.uai == b.uai,
        Personne.millesime == b.millesime,
        Personne.personne_id.in_({int(resume["restante"]) for _, resume in lus}),
    )
    noms = {personne_id: f"{nom} {prenom}" for personne_id, nom, prenom in u.session.execute(gardees)} if lus else {}
    return [
        CompteRecree(
            instant,
            resume["restante"],
            noms.get(resume["restante"], ""),
            resume["compte_avant"],
            resume["compte_apres"],
        )
        for instant, resume in lus
    ]


def activer(u: Unite, b: BaseEleves, personne_id: int) -> str:
    """The family opens its account for the first time: its identifier.

    Raises `Inconnu` (RESPONSABLE_INCONNU) or `Refus` (COMPTE_TS_DEJA_UTILISE). Two homonyms get two digits.
    """
    p = responsables.personne(u, b, personne_id)
    if p.compte_ts:
        raise Refus(
            "Ce responsable a déjà un compte télé-services.",
            code="COMPTE_TS_DEJA_UTILISE",
            remede="Utilisez l'identifiant affiché dans Administration Téléservices.",
            statut=409,
        )
    dernier = select(func.max(Personne.compte_ts)).where(
        Personne.uai == b.uai, Personne.millesime == b.millesime, Personne.cle_tri == p.cle_tri
    )
    p.compte_ts = (u.session.scalar(dernier) or 0) + 1
    u.session.flush()
    u.journaliser("compte_ts", "Compte télé-services utilisé", uai=b.uai, annee=b.millesime, nb=1)
    return identifiant_de(p)


def ouvrir(u: Unite, b: BaseEleves, nom_de_compte: str) -> Personne:
    """Who signs in to télé-services with that identifier. Raises `Inconnu` (COMPTE_TS_INCONNU)."""
    cherche = nom_de_compte.strip().lower()
    requete = select(Personne).where(Personne.uai == b.uai, Personne.millesime == b.millesime, Personne.compte_ts > 0)
    for p in u.session.scalars(requete.order_by(Personne.personne_id)):
        if identifiant_de(p) == cherche:
            return p
    raise Inconnu(
        "Cet identifiant n'ouvre aucun compte télé-services.",
        code="COMPTE_TS_INCONNU",
        remede="Le compte d'un doublon supprimé est recréé avec un chiffre supérieur : demandez le nouvel identifiant "
        "à l'établissement.",
    )


def deposer(u: Unite, b: BaseEleves, nom_de_compte: str, champs: Mapping[str, str]) -> FicheRenseignement:
    """A family fills in the sheet of its first pupil of the base.

    Raises `Inconnu` (COMPTE_TS_INCONNU) or `Refus` (SANS_ELEVE, FICHE_RENSEIGNEMENTS_VIDE,
    FICHE_RENSEIGNEMENTS_INVALIDE).
    """
    p = ouvrir(u, b, nom_de_compte)
    remplis = verifier(champs)
    requete = select(func.min(LienResponsable.eleve_id)).where(
        LienResponsable.uai == b.uai,
        LienResponsable.millesime == b.millesime,
        LienResponsable.personne_id == p.personne_id,
    )
    eleve_id = u.session.scalar(requete)
    if eleve_id is None:
        raise Refus(
            "Ce responsable n'est rattaché à aucun élève de la base.",
            code="SANS_ELEVE",
            remede="Rattachez-le dans l'onglet RESPONSABLES d'une fiche élève.",
        )
    fiche = FicheRenseignement(
        id=identifiants.reserver(u, COMPTEUR, 1),
        uai=b.uai,
        millesime=b.millesime,
        eleve_id=eleve_id,
        personne_id=p.personne_id,
        champs=dict(remplis),
        recu_le=u.maintenant,
    )
    u.session.add(fiche)
    u.session.flush()
    u.journaliser(
        "fiche_renseignements", "Fiche de renseignements reçue d'une famille", uai=b.uai, annee=b.millesime, nb=1
    )
    return fiche


class FicheEnAttente(Struct, frozen=True):
    """A sheet that waits, with who filled it in and for whom; `changements`: label and value."""

    fiche: FicheRenseignement
    eleve: Eleve
    personne: Personne
    changements: tuple[tuple[str, str], ...]


def en_attente(u: Unite, b: BaseEleves) -> list[FicheEnAttente]:
    """« Fiches de renseignements »: the sheets to look at, the oldest first."""
    requete = (
        select(FicheRenseignement, Eleve, Personne)
        .join(
            Eleve,
            (Eleve.uai == FicheRenseignement.uai)
            & (Eleve.millesime == FicheRenseignement.millesime)
            & (Eleve.eleve_id == FicheRenseignement.eleve_id),
        )
        .join(
            Personne,
            (Personne.uai == FicheRenseignement.uai)
            & (Personne.millesime == FicheRenseignement.millesime)
            & (Personne.personne_id == FicheRenseignement.personne_id),
        )
        .where(
            FicheRenseignement.uai == b.uai,
            FicheRenseignement.millesime == b.millesime,
            FicheRenseignement.etat == "attente",
        )
        .order_by(FicheRenseignement.id)
    )
    return [
        FicheEnAttente(f, e, p, tuple((CHAMPS[nom][0], f.champs[nom]) for nom in CHAMPS if nom in f.champs))
        for f, e, p in u.session.execute(requete)
    ]


def compter_attente(u: Unite, b: BaseEleves) -> int:
    """How many sheets wait to be looked at."""
    ici = {"uai": b.uai, "millesime": b.millesime, "etat": "attente"}
    return u.session.scalar(select(func.count()).select_from(FicheRenseignement).filter_by(**ici)) or 0


def traiter(u: Unite, b: BaseEleves, ids: Sequence[int], *, integrer: bool) -> int:
    """Write the sheets chosen in the fiches of the responsables, or reject them; how many.

    Raises `Refus` (AUCUNE_FICHE).
    """
    choisies = [x for x in en_attente(u, b) if x.fiche.id in set(ids)]
    if not choisies:
        raise Refus(
            "Aucune fiche de renseignements n'est choisie.",
            code="AUCUNE_FICHE",
            remede="Cochez au moins une fiche de la liste.",
        )
    for x in choisies:
        if integrer:
            responsables.modifier(u, b, x.personne.personne_id, _changements(u, b, x))
        x.fiche.etat = "integre" if integrer else "rejete"
        x.fiche.traite_le = u.maintenant
    u.session.flush()
    libelle = "Fiches de renseignements intégrées" if integrer else "Fiches de renseignements rejetées"
    u.journaliser("fiches_renseignements", libelle, uai=b.uai, annee=b.millesime, nb=len(choisies))
    return len(choisies)


def _changements(u: Unite, b: BaseEleves, x: FicheEnAttente) -> dict[str, Any]:
    """The sheet as the changes of a fiche; what it does not say of the address stays as it was."""
    champs: dict[str, Any] = dict(x.fiche.champs)
    dits = {nom: champs.pop(nom) for nom in ("ligne1", "code_postal", "commune") if nom in champs}
    if dits:
        connue = responsables.adresse(u, b, x.personne)
        champs["adresse"] = AdresseMsg(
            lignes=(dits["ligne1"],) if "ligne1" in dits else connue.lignes,
            code_postal=dits.get("code_postal", connue.code_postal),
            commune=dits.get("commune", connue.commune),
            code_commune_insee="" if "commune" in dits else connue.code_commune_insee,
        )
    return champs
