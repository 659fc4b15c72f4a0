"""Nomenclatures: loading them, the mails of schools that miss one, what the académie adds (REC-10, REC-17, NOM-04)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import func, select

from services.rectorat import models
from shared import nomenclatures
from shared.contracts import echanges as msg
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers import code_gestion_valide, code_matiere_valide, code_mef_valide
from shared.persistence.unite import Unite

Genre = Literal["mef", "matiere"]
NOMS = {"mef": "MEF", "matiere": "matière"}


def charger_nomenclatures(u: Unite) -> int:
    """Load the national set with what the académie added to it; the new version goes out in the evening (REC-10)."""
    version = (u.session.scalar(select(func.max(models.JeuNomenclatures.version))) or 0) + 1
    message = _composer(version, ajouts(u), u.session.scalar(select(models.Academie.code)))
    u.session.add(
        models.JeuNomenclatures(
            version=version,
            digest=u.fichiers.deposer(message.en_json()),
            charge_le=u.maintenant,
        )
    )
    u.journaliser("nomenclatures", "Nomenclatures chargées", nb=len(message.mefs), resume={"version": version})
    return version


def _composer(
    version: int, ajoutees: Sequence[models.NomenclatureAjoutee], academie: str | None
) -> msg.NomenclaturesMsg:
    """The national set, what this académie alone teaches included; an addition takes the place of the national line
    of the same code."""
    mefs = {m.code: _mef(m) for m in nomenclatures.mefs()}
    matieres = {m.code: _matiere(m) for m in nomenclatures.matieres()}
    programmes = [p for m in nomenclatures.mefs() for p in _programme(m.code, m.code, academie)]
    for ajout in ajoutees:
        if ajout.genre == "matiere":
            matieres[ajout.code] = msg.MatiereNationaleMsg.de_valeurs(ajout.donnees)
            continue
        if ajout.code not in mefs:
            programmes += _programme(ajout.code, ajout.modele, academie)
        mefs[ajout.code] = msg.MefMsg.de_valeurs(ajout.donnees)
    return msg.NomenclaturesMsg(
        version=version,
        mefs=tuple(mefs[code] for code in sorted(mefs)),
        matieres=tuple(matieres[code] for code in sorted(matieres)),
        programmes=tuple(programmes),
    )


def _mef(m: nomenclatures.Mef) -> msg.MefMsg:
    champs = ("code", "formation", "specialite", "libelle_long", "libelle_edition", "mefstat11", "mefstat4")
    return msg.MefMsg(**{champ: getattr(m, champ) for champ in champs})


def _matiere(m: nomenclatures.Matiere) -> msg.MatiereNationaleMsg:
    champs = ("code", "code_gestion", "libelle_court", "libelle_long", "libelle_edition")
    return msg.MatiereNationaleMsg(**{champ: getattr(m, champ) for champ in champs})


def _programme(code: str, modele: str, academie: str | None) -> list[msg.ProgrammeMsg]:
    return [
        msg.ProgrammeMsg(mef=code, matiere=p.matiere, horaire=float(p.horaire), modalite=p.modalite)
        for p in nomenclatures.programmes(modele, academie)
    ]


def ajouts(u: Unite) -> list[models.NomenclatureAjoutee]:
    """What the académie added, in the order of codes."""
    table = models.NomenclatureAjoutee
    return list(u.session.scalars(select(table).order_by(table.genre, table.code)))


def recevoir_demande(u: Unite, demande: msg.DemandeNomenclature) -> dict[str, Any]:
    """Keep the mail of a school (NOM-04)."""
    table = models.DemandeNomenclature
    numero = (u.session.scalar(select(func.max(table.numero))) or 0) + 1
    u.session.add(table(numero=numero, recue_le=u.maintenant, etat="recue", **demande.champs()))
    return {"nb": 1, "numero": numero}


def ajouter_mef(u: Unite, code: str, modele: str, libelle: str, demande: int | None = None) -> int:
    """Add a MEF, on the model of a national one whose formation and programme it takes; the version loaded (REC-17).

    `demande`: the mail it answers. Raises `Refus` MEF_INVALIDE, LIBELLE_VIDE, `Inconnu` NOMENCLATURE_INCONNUE (no
    such model), DEMANDE_INCONNUE.
    """
    code = code.strip().upper()
    if not code_mef_valide(code):
        raise Refus(
            f"« {code[:20]} » n'est pas un code MEF.",
            code="MEF_INVALIDE",
            regle="REC-17",
            remede="Onze caractères, dont trois chiffres au début ; par exemple 10010012110.",
        )
    libelle = _libelle(libelle, 40)
    national = _mef(nomenclatures.mef(modele.strip()))
    donnees = national.avec(code=code, libelle_long=libelle.upper(), libelle_edition=libelle).valeurs()
    return _ajouter(u, "mef", code, national.code, donnees, demande)


def ajouter_matiere(u: Unite, code: str, code_gestion: str, libelle: str, demande: int | None = None) -> int:
    """Add a matière; the version loaded (REC-17). Raises `Refus` MATIERE_INVALIDE, CODE_GESTION_PRIS, LIBELLE_VIDE,
    `Inconnu` DEMANDE_INCONNUE.
    """
    code, gestion = code.strip().upper(), code_gestion.strip().upper()
    if not (code_matiere_valide(code) and code_gestion_valide(gestion)):
        raise Refus(
            "Le code de la matière ou son code de gestion ne convient pas.",
            code="MATIERE_INVALIDE",
            regle="REC-17",
            remede="Six chiffres ou majuscules pour le code, un à cinq caractères pour le code de gestion.",
        )
    pris = {m.code_gestion: m.code for m in nomenclatures.matieres()}
    pris |= {a.donnees["code_gestion"]: a.code for a in ajouts(u) if a.genre == "matiere"}
    if pris.get(gestion, code) != code:
        raise Refus(
            f"Le code de gestion « {gestion} » est celui de la matière {pris[gestion]}.",
            code="CODE_GESTION_PRIS",
            remede="Choisissez un autre code de gestion : deux matières n'ont jamais le même.",
        )
    libelle = _libelle(libelle, 60)
    matiere = msg.MatiereNationaleMsg(
        code=code,
        code_gestion=gestion,
        libelle_court=libelle.upper()[:20],
        libelle_long=libelle.upper()[:40],
        libelle_edition=libelle,
    )
    return _ajouter(u, "matiere", code, "", matiere.valeurs(), demande)


def _libelle(texte: str, longueur: int) -> str:
    libelle = texte.strip()
    if not libelle or len(libelle) > longueur:
        raise Refus(
            f"Le libellé est vide, ou plus long que {longueur} caractères.",
            code="LIBELLE_INVALIDE",
            remede="Écrivez le libellé tel que l'établissement doit le lire.",
        )
    return libelle


def _ajouter(u: Unite, genre: Genre, code: str, modele: str, donnees: dict[str, Any], numero: int | None) -> int:
    if numero is not None:
        demande = _demande(u, numero)
        demande.etat, demande.traitee_le = "traitee", u.maintenant
        demande.reponse = (
            f"{NOMS[genre]} {code} : ajout fait ; réceptionnez les nomenclatures, puis profilez à nouveau."
        )
    u.session.merge(
        models.NomenclatureAjoutee(genre=genre, code=code, modele=modele, donnees=donnees, ajoutee_le=u.maintenant)
    )
    u.session.flush()
    u.journaliser("nomenclature_ajoutee", f"Nomenclature ajoutée : {NOMS[genre]} {code}", nb=1)
    return charger_nomenclatures(u)


def repondre(u: Unite, numero: int, reponse: str) -> None:
    """Answer a mail without adding anything.

    Raises `Inconnu` DEMANDE_INCONNUE, `Refus` REPONSE_VIDE, DEMANDE_TRAITEE.
    """
    demande = _demande(u, numero)
    if not reponse.strip():
        raise Refus("La réponse est vide.", code="REPONSE_VIDE", remede="Écrivez la réponse à l'établissement.")
    demande.etat, demande.reponse, demande.traitee_le = "traitee", reponse.strip(), u.maintenant
    u.journaliser("demande_nomenclature", "Demande de nomenclature : réponse", uai=demande.uai, nb=1)


def _demande(u: Unite, numero: int) -> models.DemandeNomenclature:
    demande = u.session.get(models.DemandeNomenclature, numero)
    if demande is None:
        raise Inconnu(
            f"La demande {numero} n'existe pas.", code="DEMANDE_INCONNUE", remede="Voyez la liste des demandes."
        )
    if demande.etat == "traitee":
        raise Refus(
            f"La demande {numero} a déjà sa réponse.",
            code="DEMANDE_TRAITEE",
            statut=409,
            remede="Ouvrez une autre demande de la liste.",
        )
    return demande
