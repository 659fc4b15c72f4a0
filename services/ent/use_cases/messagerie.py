"""The messagerie: writing to a list of the assistant destinataire, reading a box (ENT-11, ENT-18, ENT-19)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import func, select, text

from services.ent import models, rules
from services.ent.models import Compte, Courrier, Message
from services.ent.use_cases import consultation, listes, vie_scolaire
from services.ent.use_cases.projets import projet_de
from shared.contracts.refus import Refus
from shared.persistence.masse import inserer
from shared.persistence.unite import Unite

Genre = Literal["profil", "division", "groupe", "groupe_edt"]
Public = Literal["eleves", "responsables", "enseignants"]
LIBELLES_PUBLIC = {"eleves": "élèves", "responsables": "responsables", "enseignants": "enseignants"}
ADMINISTRATEUR = "Administrateur de l'ENT"


def ecrire(
    u: Unite, uai: str, genre: Genre, nom: str, public: Public, objet: str, corps: str, lien: str = ""
) -> dict[str, Any]:
    """Write to the pupils, responsables or teachers of a list: each account receives the message (ENT-11).

    Arguments: `genre`, `nom`: `profil` (the whole school, `nom` is not read), a class, a group of the AAF, a group
    made from the timetable. Raises `Inconnu` ENSEMBLE_INCONNU, ENSEMBLE_EDT_INCONNU, `Refus` LISTE_VIDE.
    """
    projet = projet_de(u, uai, verrouiller=True)
    destinataires = _destinataires(u, projet.code, uai, genre, nom, public)
    libelle = f"{LIBELLES_PUBLIC[public]} de " + ("tout l'établissement" if genre == "profil" else nom)
    if not destinataires:
        raise Refus(
            f"La liste « {libelle} » est vide : le message n'a aucun destinataire.",
            code="LISTE_VIDE",
            statut=409,
            regle="ENT-19",
            remede="Les élèves d'un groupe viennent des liens élève-groupe déposés dans SIECLE, ses enseignants des "
            "services exportés de STS-Web.",
        )
    return envoyer(u, projet, uai, destinataires, libelle, objet, corps, lien)


def envoyer(
    u: Unite,
    projet: models.Projet,
    uai: str,
    destinataires: Sequence[int],
    liste: str,
    objet: str,
    corps: str,
    lien: str = "",
) -> dict[str, Any]:
    """Put a message in the boxes of these accounts; `projet` is locked. `lien`: path of an address of this ENT."""
    numero = (u.session.scalar(select(func.max(Message.id)).where(Message.projet == projet.code)) or 0) + 1
    u.session.add(
        Message(
            id=numero,
            projet=projet.code,
            uai=uai,
            expediteur=ADMINISTRATEUR,
            liste=liste,
            objet=objet,
            corps=corps,
            lien=lien,
            instant=u.maintenant,
        )
    )
    inserer(
        u.session,
        Courrier,
        [{"aaf_id": i, "message_id": numero, "projet": projet.code} for i in sorted(set(destinataires))],
    )
    u.journaliser("message", "Message envoyé dans la messagerie", uai=uai, nb=len(set(destinataires)))
    return {"id": numero, "liste": liste, "destinataires": len(set(destinataires))}


def boite(u: Unite, uai: str, aaf_id: int) -> list[dict[str, Any]]:
    """The messages of an account of a school, latest first.

    Raises `Inconnu` UAI_INCONNU, COMPTE_INCONNU, `Refus` COMPTE_DESACTIVE: nobody signs in any more, the messages
    are lost (ENT-15).
    """
    projet = projet_de(u, uai).code
    compte = consultation.compte(u, projet, aaf_id)
    if uai not in {e["uai"] for e in compte["etablissements"]} and compte["etat"] in rules.VIVANTS:
        raise consultation.compte_inconnu(f"Aucun compte de l'établissement n'a le numéro {aaf_id}.")
    if compte["etat"] not in rules.VIVANTS:
        raise Refus(
            "Ce compte est désactivé." if compte["etat"] == "desactive" else "Ce compte est supprimé.",
            code="COMPTE_DESACTIVE",
            statut=409,
            regle="ENT-15",
            remede="Ses messages ne sont plus lisibles. Si la personne a un autre compte, c'est lui qui vaut.",
        )
    lignes = u.session.scalars(
        select(Message)
        .join(Courrier, (Courrier.projet == Message.projet) & (Courrier.message_id == Message.id))
        .where(Courrier.projet == projet, Courrier.aaf_id == aaf_id)
        .order_by(Message.instant.desc(), Message.id.desc())
    )
    return [
        {
            "id": x.id,
            "instant": x.instant,
            "expediteur": x.expediteur,
            "liste": x.liste,
            "objet": x.objet,
            "corps": x.corps,
            "lien": x.lien or None,
        }
        for x in lignes
    ]


def _destinataires(u: Unite, projet: str, uai: str, genre: Genre, nom: str, public: Public) -> list[int]:
    if genre == "profil":
        profils = {"eleves": ("eleve",), "responsables": ("responsable",), "enseignants": ("enseignant", rules.INVITE)}
        requete = consultation.filtrer_comptes(projet, uai=uai).where(
            Compte.etat.in_(rules.VIVANTS), Compte.profil.in_(profils[public])
        )
        return sorted(u.session.scalars(requete.with_only_columns(Compte.aaf_id)))
    if genre == "groupe_edt":
        membres = vie_scolaire.ensemble(u, uai, "groupe", nom)
        if public == "responsables":
            return _responsables(u, projet, [e["aaf_id"] for e in membres["eleves"]])
    else:
        membres = listes.ensemble(u, projet, uai, genre, nom)
    return sorted(p["aaf_id"] for p in membres[public])


def _responsables(u: Unite, projet: str, eleves: Sequence[int]) -> list[int]:
    requete = """
        SELECT DISTINCT li.responsable_id FROM lien li
        JOIN compte c ON c.projet = li.projet AND c.aaf_id = li.responsable_id AND c.etat IN ('a_activer', 'actif')
        WHERE li.projet = :projet AND li.eleve_id = ANY(:eleves) ORDER BY 1
    """
    return list(u.session.execute(text(requete), {"projet": projet, "eleves": list(eleves)}).scalars())
