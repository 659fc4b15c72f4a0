"""Tables of the ENT."""

from __future__ import annotations

from services.ent.models.annuaire import (
    Compte,
    Ensemble,
    Envoi,
    Evenement,
    Import,
    ImportLigne,
    Journal,
    Libelle,
    Lien,
    Membre,
    Projet,
    Rattachement,
    Structure,
)
from services.ent.models.attente import ATTENTES
from services.ent.models.base import Base
from services.ent.models.connecteurs import Connecteur, EchangeConnecteur, Seance, Ticket
from services.ent.models.emploi_du_temps import (
    AccesAutomatise,
    CoursEdt,
    EcartEdt,
    EnsembleEdt,
    ImportEdt,
    MembreEdt,
    ReglageEdt,
    SeanceEdt,
)
from services.ent.models.federation import Cle, MessageSaml, Octroi
from services.ent.models.gar import ExportGar
from services.ent.models.messagerie import Courrier, Manuel, Message
from services.ent.models.notifications import EmpreinteEnsemble, FilNotifications, Livraison, Notification
from services.ent.models.registre import (
    AttenteRegistre,
    EtatRegistre,
    FicheCarnet,
    FicheRegistre,
    JetonRegistre,
    NonceOauth,
)

__all__ = [
    "ATTENTES",
    "AccesAutomatise",
    "AttenteRegistre",
    "Base",
    "Cle",
    "Compte",
    "Connecteur",
    "Courrier",
    "CoursEdt",
    "EcartEdt",
    "EchangeConnecteur",
    "EmpreinteEnsemble",
    "Ensemble",
    "EnsembleEdt",
    "Envoi",
    "EtatRegistre",
    "Evenement",
    "ExportGar",
    "FicheCarnet",
    "FicheRegistre",
    "FilNotifications",
    "Import",
    "ImportEdt",
    "ImportLigne",
    "JetonRegistre",
    "Journal",
    "Libelle",
    "Lien",
    "Livraison",
    "Manuel",
    "Membre",
    "MembreEdt",
    "Message",
    "MessageSaml",
    "NonceOauth",
    "Notification",
    "Octroi",
    "Projet",
    "Rattachement",
    "ReglageEdt",
    "Seance",
    "SeanceEdt",
    "Structure",
    "Ticket",
]
