"""Giving a described world to the applications of a bac, through their own web services."""

from __future__ import annotations

from datetime import datetime, time

from rentree.chargement.chargeur import Bac
from rentree.chargement.envoi import Envoyeur
from rentree.chargement.rapport import Part
from rentree.mondes.fichiers import Annee, charges
from rentree.mondes.numeros import completer, numeroter, poser
from shared import nomenclatures
from shared.contracts.mondes import MondeDecrit, MondeMis
from shared.contracts.refus import Refus
from shared.horloge.calendrier import calendrier_scolaire


def annoncer(monde: MondeDecrit, bac: Bac) -> MondeMis:
    """What `poser_monde` would answer in that bac; nothing is put."""
    entier, annee = completer(monde), _annee(bac)
    return poser(entier, numeroter(entier), annee.annee, annee.millesime)


def poser_monde(monde: MondeDecrit, bac: Bac) -> MondeMis:
    """Put a world in a bac that holds no school: the state that its schools' exports give, and an ENT for them.

    Nothing passes before the night: move the clock. Raises `Refus` MONDE_DEJA_POSE, and the applications' refusals.
    """
    envoyeur = Envoyeur(bac.clients)
    if envoyeur.amorcer():
        raise Refus(
            f"Le bac « {bac.nom} » a déjà des établissements.",
            code="MONDE_DEJA_POSE",
            statut=409,
            remede="Posez le monde dans un bac neuf : POST /api/bacs.",
        )
    monde, annee = completer(monde), _annee(bac)
    numeros = numeroter(monde)
    academie = nomenclatures.academie(next(iter(numeros.ecoles.values())).code_academie)
    envoyeur.ouvrir_academie(academie.code, academie.nom)
    for c in charges(monde, numeros, annee):
        for part in (
            envoyeur.inscrire(c),
            envoyeur.reprendre_sts(c),
            envoyeur.reprendre_bee(c, c.remarques),
            envoyeur.exporter(c, structure=True),
        ):
            _exiger(part)
    uais = [e.uai for e in numeros.ecoles.values()]
    projet = {"code": monde.projet, "libelle": "ENT des essais", "uais": uais}
    bac.clients["aaf"].poster("/api/projets", {**projet, "grammaire": "6.4"})
    bac.clients["ent"].poster("/api/projets", {**projet, "aaf_projet": monde.projet})
    return poser(monde, numeros, annee.annee, annee.millesime)


def _exiger(part: Part) -> None:
    if part.refus is not None:
        raise part.refus


def _annee(bac: Bac) -> Annee:
    annee = bac.profil.annee_collectee(bac.jour)
    scolaire = calendrier_scolaire(annee, bac.profil.calendrier, bac.profil.zone)
    return Annee(
        annee,
        bac.profil.millesime_de_l_annee(annee),
        scolaire.rentree_eleves,
        scolaire.sortie_eleves,
        datetime.combine(bac.jour, time(8)),
    )
