"""Validation of the V.S. (ventilations de service): what the school declares it pays and teaches (REC-18, STS-57).

Nothing else waits for it: exports go on after it, and after the date butoir.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter

from services.sts_web.models import Annee
from services.sts_web.use_cases import campagnes, etablissements, etats, hors_programme, libres
from services.sts_web.use_cases.alertes import Alerte
from services.sts_web.use_cases.etats import EtatServices
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

ETAT = TypeAdapter(EtatServices)


@dataclass(frozen=True, slots=True)
class VsVue:
    """The V.S. of a year: validated when, changed since or not, until when they may be, and what to look at first."""

    valides_le: datetime | None
    changees: bool
    date_butoir: date | None
    closes: bool
    avertissements: list[Alerte]


def lire(u: Unite, uai: str, annee: int) -> VsVue:
    """Where the V.S. of a year stand. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    c = etablissements.ouvrir(u, uai, annee)
    lu = etats.etat(u, uai, annee)
    valides, digest = c.annee.vs_valides_le, c.annee.vs_digest
    return VsVue(
        valides,
        digest is not None and digest != hashlib.sha256(_contenu(lu)).hexdigest(),
        campagnes.date_butoir(u, annee),
        _closes(u, annee),
        _avertissements(u, uai, annee, lu),
    )


def valider(u: Unite, uai: str, annee: int) -> None:
    """Validate the V.S., again if they were: the last time counts.

    Raises `Refus` (VS_VIDES, VS_CLOSES), both 409.
    """
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    _controler_ouvertes(u, annee)
    lu = etats.etat(u, uai, annee)
    if not any(a.services or a.ares for a in lu.agents):
        raise Refus(
            "Aucun enseignant n'a de service pour cette année : il n'y a rien à valider.",
            code="VS_VIDES",
            statut=409,
            remede="Importez l'emploi du temps ou saisissez les services (« Services et ARE »).",
        )
    c.annee.vs_valides_le, c.annee.vs_digest = u.maintenant, u.fichiers.deposer(_contenu(lu))
    u.journaliser(
        "validation_vs",
        "Validation des V.S.",
        uai=uai,
        annee=annee,
        nb=len(lu.agents),
        digest=c.annee.vs_digest,
        resume={"apport": lu.apport, "total": lu.total, "hsa": lu.hsa_saisies, "libres": lu.heures_libres},
    )


def annuler(u: Unite, uai: str, annee: int) -> None:
    """Take the validation back, before the date butoir. Raises `Refus` (VS_NON_VALIDES, VS_CLOSES), both 409."""
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    _exiger_valides(c.annee)
    _controler_ouvertes(u, annee)
    c.annee.vs_valides_le = c.annee.vs_digest = None
    u.journaliser("annulation_vs", "Annulation de la validation des V.S.", uai=uai, annee=annee, nb=1)


def fichier(u: Unite, uai: str, annee: int) -> bytes:
    """The V.S. as they were validated (JSON). Raises `Inconnu` (VS_NON_VALIDES)."""
    c = etablissements.ouvrir(u, uai, annee)
    if c.annee.vs_digest is None:
        raise Inconnu("Les V.S. n'ont pas été validées.", code="VS_NON_VALIDES", remede="Validez-les (« Campagne »).")
    return u.fichiers.lire(c.annee.vs_digest)


def _contenu(lu: EtatServices) -> bytes:
    return ETAT.dump_json(lu, indent=1)


def _closes(u: Unite, annee: int) -> bool:
    butoir = campagnes.date_butoir(u, annee)
    return butoir is not None and u.horloge.aujourd_hui() > butoir


def _controler_ouvertes(u: Unite, annee: int) -> None:
    butoir = campagnes.date_butoir(u, annee)
    if butoir is not None and _closes(u, annee):
        raise Refus(
            f"La date butoir de la remontée des V.S., le {butoir:%d/%m/%Y}, est passée.",
            code="VS_CLOSES",
            statut=409,
            regle="REC-18",
            remede="Adressez-vous au rectorat, qui peut la repousser. Les exports, eux, restent possibles et "
            "nécessaires.",
        )


def _exiger_valides(annee: Annee) -> None:
    if annee.vs_digest is None:
        raise Refus(
            "Les V.S. n'ont pas été validées.",
            code="VS_NON_VALIDES",
            statut=409,
            remede="Il n'y a rien à annuler.",
        )


def _avertissements(u: Unite, uai: str, annee: int, lu: EtatServices) -> list[Alerte]:
    """What deserves a look before validating; none of it prevents to."""
    libre = libres.lister(u, uai, annee)
    non_declares = [s for s in hors_programme.lister(u, uai, annee).services if not s.declare]
    sous = [a for a in lu.agents if a.enseigne and a.ecart < 0]
    ecarts_hsa = [a for a in lu.agents if a.hsa_saisies != a.hsa_calculees]
    possibles = [
        (
            len(libre.services),
            "SERVICES_LIBRES",
            f"Services sans enseignant : {len(libre.services)} ({libre.heures:.2f} h).",
            "Rattachez-les (« Services libres »).",
        ),
        (
            len(sous),
            "SOUS_SERVICE",
            f"Enseignants dont les heures n'atteignent pas leur apport : {len(sous)}.",
            "Vérifiez leurs services (« Etat des services »).",
        ),
        (
            len(ecarts_hsa),
            "HSA_A_VERIFIER",
            f"Enseignants dont les HSA saisies ne sont pas les HSA calculées : {len(ecarts_hsa)}.",
            "Comparez-les (« HSA »).",
        ),
        (
            len(non_declares),
            "HORS_PROGRAMME",
            f"Services hors programme qui ne sont pas déclarés : {len(non_declares)}.",
            "Déclarez leurs matières (« Services et ARE » > « Hors programme »).",
        ),
    ]
    return [Alerte(code, texte, remede) for nombre, code, texte, remede in possibles if nombre]
