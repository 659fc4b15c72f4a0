"""« Import automatisé »: who is authorised, the URL that he receives, what arrives at it (ENT-38, ENT-39).

The guide's screens of §5.2.1 are lost: the words of the message are ours.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from sqlalchemy import select

from services.ent import models, rules
from services.ent.models import AccesAutomatise, Compte
from services.ent.use_cases import consultation, import_edt, messagerie
from services.ent.use_cases.projets import projet_de
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

CHEMIN = "/api/depots-edt/"
"""Path of the URL, before its secret."""
OBJET = "Import automatisé de l'emploi du temps"
CORPS = (
    "Vous êtes désormais autorisé à déposer l'emploi du temps de l'établissement. Recopiez l'adresse ci-dessous dans "
    "EDT : l'emploi du temps arrivera de lui-même dans l'ENT. Ne la transmettez à personne."
)
PROFILS = ("enseignant", "autre", rules.INVITE)


def acces(u: Unite, uai: str) -> AccesAutomatise | None:
    """Who is authorised in the school's year. Raises `Inconnu` UAI_INCONNU."""
    return u.session.get(AccesAutomatise, {"uai": uai, "annee": projet_de(u, uai).annee})


def candidats(u: Unite, uai: str) -> list[tuple[int, str]]:
    """The live accounts that may be authorised, by name: (number, name)."""
    projet = projet_de(u, uai)
    requete = consultation.filtrer_comptes(projet.code, uai=uai).where(
        Compte.etat.in_(rules.VIVANTS), Compte.profil.in_(PROFILS)
    )
    lignes = u.session.scalars(requete.order_by(Compte.cle_tri, Compte.aaf_id))
    return [(c.aaf_id, f"{c.nom} {c.prenom} ({rules.LIBELLES_PROFIL[c.profil].lower()})") for c in lignes]


def declarer(u: Unite, uai: str, aaf_id: int) -> AccesAutomatise:
    """Authorise a user: he receives the URL in his box; that of whoever was authorised before no longer works.

    Raises `Inconnu` UAI_INCONNU, COMPTE_INCONNU, `Refus` UTILISATEUR_NON_AUTORISABLE, IMPORT_MANUEL_REQUIS.
    """
    projet = projet_de(u, uai, verrouiller=True)
    compte = consultation.compte(u, projet.code, aaf_id)
    if (
        compte["profil"] not in PROFILS
        or compte["etat"] not in rules.VIVANTS
        or uai not in {e["uai"] for e in compte["etablissements"]}
    ):
        raise Refus(
            "Cet utilisateur ne peut pas être autorisé pour les imports automatisés.",
            code="UTILISATEUR_NON_AUTORISABLE",
            regle="ENT-38",
            remede="Choisissez un enseignant ou un personnel de l'établissement dont le compte est ouvert.",
        )
    if import_edt.reglage(u, uai) is None:
        raise Refus(
            "L'import ne s'automatise qu'après un premier import à la main.",
            code="IMPORT_MANUEL_REQUIS",
            statut=409,
            regle="ENT-27",
            remede="Faites le premier import avec l'assistant, regardez ce qui n'a pas été rapproché, puis revenez.",
        )
    ancien = acces(u, uai)
    rang = ancien.rang + 1 if ancien is not None else 1
    fait = u.session.merge(
        AccesAutomatise(
            uai=uai,
            annee=projet.annee,
            projet=projet.code,
            aaf_id=aaf_id,
            jeton=f"{u.alea('import_automatise', uai, projet.annee, rang).getrandbits(160):040x}",
            rang=rang,
            declare_le=u.maintenant,
        )
    )
    u.session.flush()
    messagerie.envoyer(u, projet, uai, [aaf_id], "", OBJET, CORPS, CHEMIN + fait.jeton)
    u.journaliser("import_automatise", "Utilisateur autorisé pour les imports automatisés", uai=uai, annee=projet.annee)
    return fait


def retirer(u: Unite, uai: str) -> None:
    """Nobody is authorised any more: the URL no longer works. Raises `Refus` PERSONNE_AUTORISE."""
    fait = acces(u, uai)
    if fait is None:
        raise Inconnu(
            "Personne n'est autorisé pour les imports automatisés.",
            code="PERSONNE_AUTORISE",
            remede="Rien n'est à retirer.",
        )
    u.session.delete(fait)
    u.journaliser("import_automatise", "Autorisation d'import automatisé retirée", uai=uai, annee=fait.annee)


def verifier(u: Unite, jeton: str) -> dict[str, Any]:
    """What a URL gives access to: school, year, project. Raises `Inconnu` URL_DEPOT_INCONNUE."""
    return _decrire(_trouver(u, jeton))


def deposer(u: Unite, jeton: str, contenu: BinaryIO, nom: str) -> models.ImportEdt:
    """Take in a timetable that came by the URL, with the settings of the last import (ENT-39, ENT-35).

    Raises `Inconnu` URL_DEPOT_INCONNUE and what `import_edt.importer` raises.
    """
    return import_edt.importer(u, _trouver(u, jeton).uai, contenu, nom, origine="automatique")


def _decrire(fait: AccesAutomatise) -> dict[str, Any]:
    return {"uai": fait.uai, "annee": fait.annee, "projet": fait.projet, "declare_le": fait.declare_le}


def _trouver(u: Unite, jeton: str) -> AccesAutomatise:
    fait = u.session.scalars(select(AccesAutomatise).where(AccesAutomatise.jeton == jeton)).first()
    compte = None if fait is None else u.session.get(Compte, {"aaf_id": fait.aaf_id, "projet": fait.projet})
    passee = fait is not None and fait.annee != projet_de(u, fait.uai).annee
    if fait is None or passee or compte is None or compte.etat not in rules.VIVANTS:
        raise Inconnu(
            "Cette adresse de dépôt ne vaut pas ou ne vaut plus.",
            code="URL_DEPOT_INCONNUE",
            regle="ENT-38",
            remede="Faites déclarer à nouveau l'utilisateur autorisé dans l'ENT (Import automatisé), et recopiez l'URL "
            "qu'il reçoit dans sa messagerie.",
        )
    return fait
