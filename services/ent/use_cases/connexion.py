"""A person and her account: first steps, signing in.

Source: connectors reference §8.2 (entcore: a code, then a password of eight signs or more; Laclasse: a first password).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from sqlalchemy import select

from services.ent import models
from services.ent.models import Compte
from services.ent.rules import VIVANTS
from services.ent.use_cases import consultation, notifications
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.projets import projets
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

LONGUEUR_MINIMALE = 8
COUT = 2**12


def activer(u: Unite, code_projet: str, login: str, code: str, mot_de_passe: str | None = None) -> Compte:
    """First steps of a user: login, activation code, and the password chosen (the code itself without one).

    Raises `Inconnu` ACTIVATION_REFUSEE (the answer is the same for an unknown login and a wrong code), `Refus`
    COMPTE_DESACTIVE, COMPTE_DEJA_ACTIF, MOT_DE_PASSE_COURT.
    """
    compte = _compte(u, code_projet, login)
    if compte is not None and compte.etat == "desactive":
        raise _desactive()
    if compte is not None and compte.etat == "actif":
        raise Refus(
            "Ce compte est déjà activé.",
            code="COMPTE_DEJA_ACTIF",
            statut=409,
            remede="Connectez-vous avec le mot de passe choisi à l'activation.",
        )
    if compte is None or not _egaux(compte.code_activation or "", code.strip().lower()):
        raise Inconnu(
            "L'identifiant ou le code d'activation n'est pas le bon.",
            code="ACTIVATION_REFUSEE",
            remede="Recopiez-les du document remis par l'établissement.",
        )
    if mot_de_passe is not None and len(mot_de_passe) < LONGUEUR_MINIMALE:
        raise Refus(
            f"Un mot de passe a {LONGUEUR_MINIMALE} caractères au moins.",
            code="MOT_DE_PASSE_COURT",
            remede="Choisissez-en un plus long.",
        )
    return _ouvrir(u, compte, mot_de_passe if mot_de_passe is not None else code.strip().lower())


def connecter(u: Unite, code_projet: str, login: str, mot_de_passe: str) -> Compte:
    """The account of who signs in. A first password activates the account by itself.

    Raises `Refus` CONNEXION_REFUSEE (401), COMPTE_DESACTIVE, COMPTE_A_ACTIVER.
    """
    compte = _compte(u, code_projet, login)
    if compte is not None and compte.etat == "actif":
        bon = _egaux(compte.mot_de_passe or "", _empreinte(u, compte, mot_de_passe))
        if bon:
            return compte
    elif compte is not None and _egaux(compte.code_activation or "", mot_de_passe.strip().lower()):
        if compte.etat == "desactive":
            raise _desactive()
        if lire_projet(u, code_projet).premiers_pas == "mot_de_passe":
            return _ouvrir(u, compte, mot_de_passe.strip().lower())
        raise Refus(
            "Ce compte n'est pas encore activé.",
            code="COMPTE_A_ACTIVER",
            statut=409,
            remede="Passez par « Première connexion » avec ce code d'activation.",
        )
    elif compte is not None and _egaux(compte.mot_de_passe or "", _empreinte(u, compte, mot_de_passe)):
        raise _desactive()
    raise Refus(
        "L'identifiant ou le mot de passe n'est pas le bon.",
        code="CONNEXION_REFUSEE",
        statut=401,
        remede="Vérifiez la saisie ; sinon, adressez-vous à l'établissement.",
    )


def prendre(u: Unite, code_projet: str, aaf_id: int) -> Compte:
    """The account of an invented person, opened for who conducts the simulation; activated if it was not.

    Raises `Inconnu` COMPTE_INCONNU, `Refus` COMPTE_DESACTIVE.
    """
    requete = select(Compte).where(Compte.projet == code_projet, Compte.aaf_id == aaf_id)
    compte = u.session.scalars(requete.with_for_update()).first()
    if compte is None or compte.etat == "purge":
        raise consultation.compte_inconnu(f"Aucun compte de l'ENT n'a le numéro {aaf_id}.")
    if compte.etat == "desactive":
        raise _desactive()
    return compte if compte.etat == "actif" else _ouvrir(u, compte, compte.code_activation or "")


def roles(u: Unite, q: str, par_role: int) -> list[dict[str, Any]]:
    """Invented people to sign in as: a few of each role, by name, whose name or login holds `q`.

    Of each: `role`, `projet`, `aaf_id`, `nom`, `prenom`, `login`, `detail` (school, classes).
    """
    choisis = []
    for p in projets(u):
        for profil, role in (
            ("eleve", "Élève"),
            ("responsable", "Parent"),
            ("enseignant", "Enseignant"),
            ("autre", "Personnel"),
        ):
            _, trouves = consultation.comptes(u, p.code, profil, q=q, limite=par_role)
            for c in trouves:
                if c["etat"] in VIVANTS:
                    direction = any(e["direction"] for e in c["etablissements"])
                    detail = ", ".join([e["nom"] for e in c["etablissements"]] + c["classes"][:3])
                    choisis.append(c | {"projet": p.code, "role": "Direction" if direction else role, "detail": detail})
    return choisis


def _compte(u: Unite, code_projet: str, login: str) -> Compte | None:
    requete = select(Compte).where(Compte.projet == code_projet, Compte.login == login.strip().lower())
    return u.session.scalars(requete.with_for_update()).first()


def _ouvrir(u: Unite, compte: Compte, mot_de_passe: str) -> Compte:
    """The account becomes active, with this password."""
    compte.etat, compte.active_le, compte.code_activation = "actif", u.maintenant, None
    compte.mot_de_passe = _empreinte(u, compte, mot_de_passe)
    u.session.add(
        models.Evenement(
            projet=compte.projet, aaf_id=compte.aaf_id, instant=u.maintenant, genre="active", import_id=None
        )
    )
    u.session.flush()
    notifications.relever(u, compte.projet, immediat=True, ensembles=False)
    u.journaliser("activation", "Compte activé", nb=1, resume={"projet": compte.projet, "aaf_id": compte.aaf_id})
    return compte


def _empreinte(u: Unite, compte: Compte, mot_de_passe: str) -> str:
    """What is kept of a password: it goes with the login, and the same bac gives the same."""
    sel = f"{u.bac.graine}:{compte.projet}:{compte.login}".encode()
    return hashlib.scrypt(mot_de_passe.encode(), salt=sel, n=COUT, r=8, p=1, dklen=32).hex()


def _egaux(present: str, attendu: str) -> bool:
    return bool(present) and hmac.compare_digest(present.encode(), attendu.encode())


def _desactive() -> Refus:
    return Refus(
        "Ce compte est désactivé.",
        code="COMPTE_DESACTIVE",
        statut=409,
        remede="Adressez-vous à l'administrateur de l'ENT de votre établissement.",
        regle="ENT-12",
    )
