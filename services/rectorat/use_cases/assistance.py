"""Dossiers d'assistance: a school opens one after its diagnosis, the académie answers or sends it back.

Source: guide 002 « Aide au diagnostic »; procedures ACC-14 to ACC-16. How a wrong heading comes back is ours: by hand,
or with the evening's diffusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from services.rectorat import models, use_cases
from services.rectorat.rules import assistance as regles
from shared.contracts.assistance import RUBRIQUES
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

LONGUEUR = 4000
"""The longest text of a message."""


@dataclass(frozen=True, slots=True)
class LigneHistorique:
    """A line of the history of a dossier, with its heading at that moment."""

    rang: int
    genre: str
    rubrique: str
    texte: str
    instant: datetime


@dataclass(frozen=True, slots=True)
class DossierVu:
    """A dossier with its history; `rubriques_attendues`: the headings that follow from the diagnosis."""

    numero: int
    uai: str
    rubrique: str
    constat: str
    verification: str
    etat: str
    ouvert_le: datetime
    modifie_le: datetime
    bonne_rubrique: bool
    rubriques_attendues: tuple[str, ...]
    historique: tuple[LigneHistorique, ...]


def ouvrir(u: Unite, uai: str, rubrique: str, constat: str, verification: str, texte: str) -> int:
    """Open a dossier: what was observed (`constat`), what the verification gave, a text; its number.

    On a forum there is no heading: `rubrique` is not kept. A wrong heading is taken, and sent back later.
    Raises `Inconnu` UAI_INCONNU, `Refus` RUBRIQUE_INCONNUE, DIAGNOSTIC_ABSENT, RIEN_A_OUVRIR, TEXTE_INVALIDE.
    """
    use_cases.etablissement(u, uai)
    suite = regles.verification(constat, verification)
    if suite is None:
        raise Refus(
            "Le diagnostic n'est pas fait : ce qui est constaté et ce qui est vérifié ne vont pas ensemble.",
            code="DIAGNOSTIC_ABSENT",
            regle="ACC-15",
            remede="Choisissez l'anomalie, puis ce que la vérification du secrétariat a donné pour cette anomalie.",
        )
    if not suite.rubriques:
        raise Refus(
            "Aucun dossier n'est à ouvrir : l'établissement peut corriger lui-même.",
            code="RIEN_A_OUVRIR",
            statut=409,
            regle="DIAG-08" if constat == "compte_famille" else "DIAG-04",
            remede=suite.a_faire,
        )
    retenue = _rubrique(u, rubrique)
    message = _texte(texte)
    numero = (u.session.scalar(select(func.max(models.DossierAssistance.numero))) or 0) + 1
    dossier = models.DossierAssistance(
        numero=numero,
        uai=uai,
        rubrique=retenue,
        constat=constat,
        verification=verification,
        etat="ouvert",
        ouvert_le=u.maintenant,
        modifie_le=u.maintenant,
    )
    u.session.add(dossier)
    u.session.flush()
    _noter(u, dossier, "ouverture", message, "ouvert")
    return numero


def _rubrique(u: Unite, rubrique: str) -> str:
    if u.profil.assistance == "forum":
        return ""
    if rubrique not in RUBRIQUES:
        raise Refus(
            "Cette rubrique n'existe pas.",
            code="RUBRIQUE_INCONNUE",
            regle="ACC-15",
            remede="Choisissez parmi : " + " ; ".join(f"« {nom} »" for nom in RUBRIQUES.values()) + ".",
        )
    return rubrique


def _texte(texte: str) -> str:
    message = texte.strip()
    if not message or len(message) > LONGUEUR:
        raise Refus(
            "Le texte est vide, ou trop long.",
            code="TEXTE_INVALIDE",
            remede=f"Écrivez en quelques phrases, {LONGUEUR} caractères au plus.",
        )
    return message


def _noter(u: Unite, dossier: models.DossierAssistance, genre: str, texte: str, etat: str) -> None:
    table = models.MessageAssistance
    rang = (u.session.scalar(select(func.max(table.rang)).where(table.numero == dossier.numero)) or 0) + 1
    dossier.etat, dossier.modifie_le = etat, u.maintenant
    u.session.add(
        table(
            numero=dossier.numero,
            rang=rang,
            genre=genre,
            rubrique=dossier.rubrique,
            texte=texte,
            instant=u.maintenant,
        )
    )
    u.session.flush()
    u.journaliser("assistance", f"Assistance : {genre}", uai=dossier.uai, nb=1, resume={"numero": dossier.numero})


def _dossier(u: Unite, numero: int, uai: str | None) -> models.DossierAssistance:
    """A dossier; of that school when `uai` is given. Raises `Inconnu` DOSSIER_INCONNU."""
    dossier = u.session.get(models.DossierAssistance, numero)
    if dossier is None or uai not in (None, dossier.uai):
        raise Inconnu(
            f"Le dossier {numero} n'existe pas{'' if uai is None else ' dans cet établissement'}.",
            code="DOSSIER_INCONNU",
            remede="Voyez la liste des dossiers.",
        )
    return dossier


def _exiger(dossier: models.DossierAssistance, *etats: str) -> None:
    if dossier.etat not in etats:
        raise Refus(
            f"Le dossier {dossier.numero} est {regles.ETATS[dossier.etat][0]}.",
            code="DOSSIER_ETAT",
            statut=409,
            remede="Relisez son historique : cet acte n'est possible que si le dossier est "
            + " ou ".join(regles.ETATS[e][0] for e in etats)
            + ".",
        )


def preciser(u: Unite, uai: str, numero: int, texte: str) -> None:
    """The school adds something; an answered dossier is open again. Raises `Inconnu` DOSSIER_INCONNU, `Refus`
    DOSSIER_ETAT, TEXTE_INVALIDE.
    """
    dossier = _dossier(u, numero, uai)
    _exiger(dossier, "ouvert", "repondu")
    _noter(u, dossier, "precision", _texte(texte), "ouvert")


def rouvrir(u: Unite, uai: str, numero: int, rubrique: str, texte: str = "") -> None:
    """The school opens again, under another heading, a dossier that was sent back.

    Raises `Inconnu` DOSSIER_INCONNU, `Refus` DOSSIER_ETAT, RUBRIQUE_INCONNUE.
    """
    dossier = _dossier(u, numero, uai)
    _exiger(dossier, "renvoye")
    dossier.rubrique = _rubrique(u, rubrique)
    _noter(u, dossier, "reouverture", texte.strip()[:LONGUEUR], "ouvert")


def clore(u: Unite, uai: str, numero: int) -> None:
    """The school closes its dossier. Raises `Inconnu` DOSSIER_INCONNU, `Refus` DOSSIER_ETAT."""
    dossier = _dossier(u, numero, uai)
    _exiger(dossier, "ouvert", "renvoye", "repondu")
    _noter(u, dossier, "cloture", "", "clos")


def repondre(u: Unite, numero: int, texte: str) -> None:
    """The académie answers.

    Raises `Inconnu` DOSSIER_INCONNU, `Refus` DOSSIER_ETAT, MAUVAISE_RUBRIQUE, TEXTE_INVALIDE.
    """
    dossier = _dossier(u, numero, None)
    _exiger(dossier, "ouvert")
    if not _bien_range(dossier):
        raise Refus(
            "Le dossier est ouvert sous une rubrique que son diagnostic n'appelle pas.",
            code="MAUVAISE_RUBRIQUE",
            statut=409,
            regle="ACC-15",
            remede="Renvoyez-le à l'établissement, qui le rouvre sous la bonne rubrique.",
        )
    _noter(u, dossier, "reponse", _texte(texte), "repondu")


def renvoyer(u: Unite, numero: int) -> None:
    """The académie sends back a dossier whose heading is not the diagnosis's (ACC-15).

    Raises `Inconnu` DOSSIER_INCONNU, `Refus` DOSSIER_ETAT, BONNE_RUBRIQUE.
    """
    dossier = _dossier(u, numero, None)
    _exiger(dossier, "ouvert")
    if _bien_range(dossier):
        raise Refus(
            "La rubrique de ce dossier suit son diagnostic.",
            code="BONNE_RUBRIQUE",
            statut=409,
            regle="ACC-15",
            remede="Répondez à l'établissement.",
        )
    _noter(u, dossier, "renvoi", regles.phrase_de_renvoi(dossier.constat, dossier.verification), "renvoye")


def a_renvoyer(u: Unite) -> list[int]:
    """The open dossiers under a wrong heading, which the evening sends back."""
    table = models.DossierAssistance
    ouverts = u.session.scalars(select(table).where(table.etat == "ouvert").order_by(table.numero))
    return [d.numero for d in ouverts if not _bien_range(d)]


def _bien_range(dossier: models.DossierAssistance) -> bool:
    return not dossier.rubrique or regles.bonne_rubrique(dossier.rubrique, dossier.constat, dossier.verification)


def lister(u: Unite, uai: str | None = None, etat: str | None = None) -> list[models.DossierAssistance]:
    """Dossiers, those that wait for the académie first, then the latest; of one school, in one state."""
    table = models.DossierAssistance
    requete = select(table).order_by(
        case({"ouvert": 0, "renvoye": 1, "repondu": 2}, value=table.etat, else_=3), table.numero.desc()
    )
    if uai:
        requete = requete.where(table.uai == uai)
    if etat:
        requete = requete.where(table.etat == etat)
    return list(u.session.scalars(requete))


def lire(u: Unite, numero: int, uai: str | None = None) -> DossierVu:
    """A dossier and its history; of that school when `uai` is given. Raises `Inconnu` DOSSIER_INCONNU."""
    dossier = _dossier(u, numero, uai)
    table = models.MessageAssistance
    lignes: Sequence[models.MessageAssistance] = u.session.scalars(
        select(table).where(table.numero == numero).order_by(table.rang)
    ).all()
    suite = regles.verification(dossier.constat, dossier.verification)
    return DossierVu(
        dossier.numero,
        dossier.uai,
        dossier.rubrique,
        dossier.constat,
        dossier.verification,
        dossier.etat,
        dossier.ouvert_le,
        dossier.modifie_le,
        _bien_range(dossier),
        suite.rubriques if suite else (),
        tuple(LigneHistorique(x.rang, x.genre, x.rubrique, x.texte, x.instant) for x in lignes),
    )
