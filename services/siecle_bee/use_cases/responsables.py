"""Responsables: looking for one before creating, linking, detaching, and merging doublons.

Source: procedures BEE-40 to BEE-51; guide 000 section 2.13.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, func, insert, select, tuple_, update

from services.siecle_bee.models import Adresse, BaseEleves, Eleve, FicheRenseignement, LienResponsable, Personne
from services.siecle_bee.rules import peignes
from services.siecle_bee.use_cases import identifiants
from services.siecle_bee.use_cases.creation import ecrire_adresse, valeurs_lien, valeurs_personne
from services.siecle_bee.use_cases.dossier_eple import adresse_msg, adresses_par_id
from services.siecle_bee.use_cases.fiches import eleve
from shared.contracts.echanges import AdresseMsg, ResponsableDossierMsg
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite


def chercher(u: Unite, b: BaseEleves, nom: str) -> Sequence[tuple[Personne, Adresse | None]]:
    """The persons whose name begins like that, with their address (BEE-40, BEE-41); none for an empty name."""
    cle = cle_tri(nom)
    if not cle:
        return []
    requete = (
        select(Personne)
        .where(
            Personne.uai == b.uai,
            Personne.millesime == b.millesime,
            Personne.cle_tri.startswith(cle, autoescape=True),
        )
        .order_by(Personne.cle_tri, Personne.personne_id)
        .limit(50)
    )
    personnes = u.session.scalars(requete).all()
    adresses = adresses_par_id(u, b, [p.adresse_id for p in personnes if p.adresse_id is not None])
    return [(p, adresses.get(p.adresse_id or 0)) for p in personnes]


def personne(u: Unite, b: BaseEleves, personne_id: int) -> Personne:
    """One person. Raises `Inconnu` (RESPONSABLE_INCONNU)."""
    trouvee = u.session.get(Personne, (b.uai, b.millesime, personne_id))
    if trouvee is None:
        raise Inconnu(
            f"Le responsable d'identifiant {personne_id} n'existe pas dans cette base.",
            code="RESPONSABLE_INCONNU",
            remede="Recherchez-le par son nom dans l'onglet RESPONSABLES d'une fiche.",
        )
    return trouvee


def rattache(u: Unite, b: BaseEleves, eleve_id: int, personne_id: int) -> tuple[Personne, LienResponsable]:
    """A person and what he is to a pupil. Raises `Inconnu` (ELEVE_INCONNU, RESPONSABLE_INCONNU)."""
    eleve(u, b, eleve_id)
    trouvee = personne(u, b, personne_id)
    lien = u.session.get(LienResponsable, (b.uai, b.millesime, eleve_id, personne_id))
    if lien is None:
        raise Inconnu(
            "Cette personne n'est pas un responsable de l'élève.",
            code="RESPONSABLE_NON_RATTACHE",
            remede="Rattachez-la dans l'onglet RESPONSABLES de la fiche.",
        )
    return trouvee, lien


def adresse(u: Unite, b: BaseEleves, p: Personne) -> AdresseMsg:
    """The address of a person, empty when he has none."""
    connues = adresses_par_id(u, b, [p.adresse_id]) if p.adresse_id is not None else {}
    return adresse_msg(connues.get(p.adresse_id or 0))


def creer(u: Unite, b: BaseEleves, msg: ResponsableDossierMsg) -> int:
    """« Créer un nouveau responsable »: his PERSONNE_ID. Someone already there makes a doublon (BEE-42).

    Raises `Refus` (PEIGNE_DE_SAISIE).
    """
    saisi = {nom: getattr(msg, nom) for nom in (*peignes.PEIGNES, "adresse") if hasattr(msg, nom)}
    peignes.verifier(saisi, jour=u.horloge.aujourd_hui())
    personne_id = identifiants.reserver(u, identifiants.PERSONNE, 1)
    u.session.execute(
        insert(Personne),
        [
            {
                "uai": b.uai,
                "millesime": b.millesime,
                "personne_id": personne_id,
                "cle_dossier": msg.cle or None,
                "adresse_id": ecrire_adresse(u, b, msg.adresse),
                **valeurs_personne(msg),
            }
        ],
    )
    u.journaliser("creation_responsable", "Responsable créé", uai=b.uai, annee=b.millesime, nb=1)
    return personne_id


def rattacher(u: Unite, b: BaseEleves, eleve_id: int, personne_id: int, msg: ResponsableDossierMsg) -> None:
    """Link a person to a pupil, or change what he is to her.

    Raises `Inconnu` (ELEVE_INCONNU, RESPONSABLE_INCONNU) or `Refus` (TROIS_REPRESENTANTS): a pupil has at most
    two représentants légaux.
    """
    fiche = eleve(u, b, eleve_id)
    personne(u, b, personne_id)
    valeurs = valeurs_lien(msg)
    if valeurs["niveau"] == 1:
        autres = select(func.count()).where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            LienResponsable.eleve_id == eleve_id,
            LienResponsable.niveau == 1,
            LienResponsable.personne_id != personne_id,
        )
        if u.session.execute(autres).scalar_one() >= 2:
            raise Refus(
                "L'élève a déjà deux représentants légaux.",
                code="TROIS_REPRESENTANTS",
                remede="Détachez l'un des deux, ou enregistrez cette personne comme personne en charge ou contact.",
            )
    detacher(u, b, eleve_id, personne_id, journal=False)
    u.session.execute(
        insert(LienResponsable),
        [{"uai": b.uai, "millesime": b.millesime, "eleve_id": eleve_id, "personne_id": personne_id, **valeurs}],
    )
    fiche.modifie_le = u.maintenant
    _journaliser(u, b, eleve_id, "rattachement_responsable", "Responsable rattaché à un élève")


def detacher(u: Unite, b: BaseEleves, eleve_id: int, personne_id: int, *, journal: bool = True) -> None:
    """Detach a person from a pupil; the person stays in the base."""
    u.session.execute(
        delete(LienResponsable).where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            LienResponsable.eleve_id == eleve_id,
            LienResponsable.personne_id == personne_id,
        )
    )
    if journal:
        _journaliser(u, b, eleve_id, "detachement_responsable", "Responsable détaché d'un élève")


def _journaliser(u: Unite, b: BaseEleves, eleve_id: int, genre: str, libelle: str) -> None:
    u.journaliser(genre, libelle, uai=b.uai, annee=b.millesime, nb=1, resume={"eleve_id": eleve_id})


def modifier(u: Unite, b: BaseEleves, personne_id: int, changements: dict[str, Any]) -> Personne:
    """« MAJ Responsable »: the columns of a person, and `adresse` (AdresseMsg).

    Typing someone else's identity over a fiche is accepted, and wrong: her ENT account passes to him (BEE-43).
    Raises `Inconnu` (RESPONSABLE_INCONNU) or `Refus` (PEIGNE_DE_SAISIE).
    """
    fiche = personne(u, b, personne_id)
    peignes.verifier(changements, jour=u.horloge.aujourd_hui())
    for nom in sorted(set(changements) - {"adresse"}):
        setattr(fiche, nom, changements[nom])
    fiche.cle_tri = cle_tri(f"{fiche.nom} {fiche.prenom}")
    if "adresse" in changements:
        fiche.adresse_id = ecrire_adresse(u, b, changements["adresse"] or AdresseMsg())
    u.journaliser(
        "modification_responsable",
        "Fiche responsable modifiée",
        uai=b.uai,
        annee=b.millesime,
        nb=1,
        resume={"champs": sorted(changements), "personne_id": personne_id},
    )
    return fiche


class Doublon(Struct, frozen=True):
    """One line of Doublons responsables : Liste des responsables."""

    personne: Personne
    adresse: Adresse | None
    eleves: int
    boursiers: bool
    rattaches: tuple[Eleve, ...] = ()


def doublons(u: Unite, b: BaseEleves) -> list[list[Doublon]]:
    """The responsables of the same civilité, name and prénom, group by group (BEE-46, BEE-49)."""
    ici = (Personne.uai == b.uai, Personne.millesime == b.millesime)
    # In two steps: as a subquery, on tables without statistics, it is planned as a loop over everybody.
    cles = u.session.execute(
        select(Personne.civilite, Personne.cle_tri)
        .where(*ici)
        .group_by(Personne.civilite, Personne.cle_tri)
        .having(func.count() > 1)
        .order_by(Personne.cle_tri, Personne.civilite)
    ).all()
    requete = (
        select(Personne, func.count(LienResponsable.eleve_id), func.coalesce(func.bool_or(Eleve.boursier), False))
        .outerjoin(
            LienResponsable,
            (LienResponsable.uai == Personne.uai)
            & (LienResponsable.millesime == Personne.millesime)
            & (LienResponsable.personne_id == Personne.personne_id),
        )
        .outerjoin(
            Eleve,
            (Eleve.uai == LienResponsable.uai)
            & (Eleve.millesime == LienResponsable.millesime)
            & (Eleve.eleve_id == LienResponsable.eleve_id),
        )
        .where(*ici, tuple_(Personne.civilite, Personne.cle_tri).in_([tuple(cle) for cle in cles]))
        .group_by(*Personne.__table__.primary_key)
        .order_by(Personne.cle_tri, Personne.civilite, Personne.personne_id)
    )
    lignes = u.session.execute(requete).all()
    adresses = adresses_par_id(u, b, [p.adresse_id for p, _, _ in lignes if p.adresse_id is not None])
    enfants = _enfants(u, b, [p.personne_id for p, _, _ in lignes])
    groupes: dict[tuple[str, str], list[Doublon]] = {}
    for p, nombre, boursiers in lignes:
        groupes.setdefault((p.cle_tri, p.civilite), []).append(
            Doublon(p, adresses.get(p.adresse_id or 0), nombre, boursiers, tuple(enfants.get(p.personne_id, ())))
        )
    return list(groupes.values())


def _enfants(u: Unite, b: BaseEleves, personnes: Sequence[int]) -> dict[int, list[Eleve]]:
    """The pupils of those persons, by PERSONNE_ID (« Détail »)."""
    requete = (
        select(LienResponsable.personne_id, Eleve)
        .join(
            Eleve,
            (Eleve.uai == LienResponsable.uai)
            & (Eleve.millesime == LienResponsable.millesime)
            & (Eleve.eleve_id == LienResponsable.eleve_id),
        )
        .where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            LienResponsable.personne_id.in_(personnes),
        )
    )
    trouves: dict[int, list[Eleve]] = {}
    for personne_id, e in u.session.execute(requete.order_by(Eleve.cle_tri, Eleve.eleve_id)):
        trouves.setdefault(personne_id, []).append(e)
    return trouves


def fusionner(u: Unite, b: BaseEleves, supprimer: int, remplacer: int) -> dict[str, Any]:
    """« MODIFIER » on a pair: the children of the person deleted pass to the other (BEE-48).

    A compte télé-services in use is deleted and a new one created, its digit increased (BEE-50).
    Raises `Inconnu` (RESPONSABLE_INCONNU) or `Refus` (PAS_UN_DOUBLON).
    """
    partant, restant = personne(u, b, supprimer), personne(u, b, remplacer)
    memes = (partant.civilite, partant.cle_tri) == (restant.civilite, restant.cle_tri)
    if supprimer == remplacer or not memes:
        raise Refus(
            "Ces deux fiches ne sont pas un doublon : civilité, nom et prénom diffèrent.",
            code="PAS_UN_DOUBLON",
            remede="Choisissez deux fiches de la liste des doublons responsables.",
        )
    ici = (LienResponsable.uai == b.uai, LienResponsable.millesime == b.millesime)
    deja = set(
        u.session.scalars(select(LienResponsable.eleve_id).where(*ici, LienResponsable.personne_id == remplacer))
    )
    passes = 0
    for lien in u.session.scalars(select(LienResponsable).where(*ici, LienResponsable.personne_id == supprimer)):
        if lien.eleve_id in deja:
            u.session.delete(lien)
        else:
            lien.personne_id = remplacer
            passes += 1
    avant = max(partant.compte_ts, restant.compte_ts) if partant.compte_ts else 0
    if avant:
        restant.compte_ts = avant + 1
    if restant.adresse_id is None:
        restant.adresse_id = partant.adresse_id
    u.session.execute(
        update(FicheRenseignement)
        .where(
            FicheRenseignement.uai == b.uai,
            FicheRenseignement.millesime == b.millesime,
            FicheRenseignement.personne_id == supprimer,
        )
        .values(personne_id=remplacer)
    )
    u.session.delete(partant)
    u.session.flush()
    u.journaliser(
        "fusion_doublon",
        "Doublon responsable supprimé",
        uai=b.uai,
        annee=b.millesime,
        nb=1,
        resume={
            "liens": passes,
            "supprimee": supprimer,
            "restante": remplacer,
            "compte_avant": avant,
            "compte_apres": restant.compte_ts,
        },
    )
    return {"liens_transferes": passes, "compte_ts": restant.compte_ts}
