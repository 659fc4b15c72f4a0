"""« Ressources locales »: the people whom the school itself declares; all others come from EPP (STS-28).

Source: reference sts-edt §2 (INDIVIDU of type `local`).
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from sqlalchemy import delete, select

from services.sts_web.models import Agent, Are, EnseignantService, Nomination, ProfPrincipal
from services.sts_web.rules.annees import bornes
from services.sts_web.rules.ressources import ENSEIGNANT
from services.sts_web.rules.textes import controler_texte
from services.sts_web.use_cases import etablissements, lecture
from services.sts_web.use_cases.lecture import PersonneVue
from services.sts_web.use_cases.receptions import enregistrer_agents
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers.texte import cle_tri
from shared.persistence import masse
from shared.persistence.unite import Unite

LOCAL = "local"
# The first number of a local person; numbers of EPP are longer.
PREMIER_NUMERO = 501
LONGUEUR_NOM = 50


class LocaleSaisie(Struct, frozen=True):
    """A local person as typed. `heures`: weekly hours; the birth date may be unknown."""

    nom: str
    prenom: str
    date_naissance: date | None = None
    heures: float = 0.0


def lister(u: Unite, uai: str, annee: int) -> list[PersonneVue]:
    """The local people of a year, by name. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    etablissements.ouvrir(u, uai, annee)
    return [p for p in lecture.personnes(u, uai, annee)[0] if p.type == LOCAL]


def creer(u: Unite, uai: str, annee: int, saisie: LocaleSaisie) -> int:
    """Declare a local person for a year; give his number, free of any other in the school.

    Raises `Refus` (NOM_VIDE, NOM_TROP_LONG, RESSOURCE_EXISTANTE).
    """
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    nom, prenom = saisie.nom.strip().upper(), saisie.prenom.strip()
    _controler_nom(nom, prenom)
    cle = cle_tri(f"{nom} {prenom}")
    if any(cle_tri(p.nom) == cle for p in lister(u, uai, annee)):
        raise Refus(
            "Cette personne est déjà parmi les ressources locales de l'année.",
            code="RESSOURCE_EXISTANTE",
            statut=409,
            remede="Vérifiez la liste ; pour un homonyme, précisez le prénom.",
        )
    pris = set(u.session.scalars(select(Agent.id).where(Agent.uai == uai)))
    numero = next(n for n in range(PREMIER_NUMERO, PREMIER_NUMERO + len(pris) + 1) if n not in pris)
    debut, fin = bornes(annee, u.profil.calendrier)
    enregistrer_agents(
        u,
        [
            {
                "uai": uai,
                "type": LOCAL,
                "id": numero,
                "sexe": "",
                "civilite": "",
                "nom_usage": nom,
                "nom_patronymique": nom,
                "prenom": prenom,
                "date_naissance": saisie.date_naissance,
                "grade": "",
                "mel": "",
            }
        ],
    )
    masse.inserer(
        u.session,
        Nomination,
        [
            {
                "uai": uai,
                "type": LOCAL,
                "agent_id": numero,
                "rang": 0,
                "nature": "LOC",
                "fonction": ENSEIGNANT,
                "support": "",
                "discipline": "",
                "discipline_libelle": "",
                "heures": saisie.heures,
                "debut": debut,
                "fin": fin,
                "supplee_id": None,
            }
        ],
    )
    u.journaliser(
        "creation_ressource_locale", "Ressources : création d'une ressource locale", uai=uai, annee=annee, nb=1
    )
    return numero


def supprimer(u: Unite, uai: str, annee: int, numero: int) -> None:
    """Take a local person away. Raises `Inconnu` (PERSONNE_INCONNUE), `Refus` (RESSOURCE_EN_SERVICE)."""
    etablissements.ouvrir(u, uai, annee, ecriture=True)
    if numero not in {p.id for p in lister(u, uai, annee)}:
        raise Inconnu(
            f"La ressource locale n° {numero} n'existe pas.",
            code="PERSONNE_INCONNUE",
            remede="Choisissez dans la liste ; un enseignant d'EPP ne se supprime pas ici.",
        )
    tenu = select(EnseignantService.numero).where(
        EnseignantService.uai == uai, EnseignantService.type == LOCAL, EnseignantService.agent_id == numero
    )
    autres = (
        select(table.agent_id).where(table.uai == uai, table.agent_id == numero) for table in (Are, ProfPrincipal)
    )
    if any(u.session.scalar(requete.limit(1)) is not None for requete in (tenu, *autres)):
        raise Refus(
            f"La ressource locale n° {numero} assure des services, une ARE ou une fonction de professeur principal : "
            "elle ne peut pas être supprimée.",
            code="RESSOURCE_EN_SERVICE",
            statut=409,
            remede="Basculez d'abord ses services (« Services et ARE » > « Changement support »), supprimez ses ARE "
            "et ses indemnités.",
        )
    u.session.execute(
        delete(Nomination).where(Nomination.uai == uai, Nomination.type == LOCAL, Nomination.agent_id == numero)
    )
    u.journaliser(
        "suppression_ressource_locale", "Ressources : suppression d'une ressource locale", uai=uai, annee=annee, nb=1
    )


def _controler_nom(nom: str, prenom: str) -> None:
    if not nom or not prenom:
        raise Refus(
            "Le nom et le prénom d'une ressource locale sont obligatoires.",
            code="NOM_VIDE",
            remede="Saisissez le nom et le prénom.",
        )
    controler_texte(nom + prenom, "Le nom ou le prénom")
    if max(len(nom), len(prenom)) > LONGUEUR_NOM:
        raise Refus(
            f"Le nom ou le prénom dépasse {LONGUEUR_NOM} caractères.",
            code="NOM_TROP_LONG",
            remede=f"Abrégez-le à {LONGUEUR_NOM} caractères au plus.",
        )
