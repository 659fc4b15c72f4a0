"""Importing the timetable of EDT: the assistant the first time, its settings afterwards (ENT-27 to ENT-36).

A file is taken whole or refused whole; what an import brings replaces what the last one brought and all that was done
by hand since (ENT-35). Source: guide 003 §4.1.2.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from msgspec import Struct
from sqlalchemy import func, select

from services.ent import models
from services.ent.rules import emploi_du_temps as regles
from services.ent.use_cases.imports import nom_sur
from services.ent.use_cases.projets import projet_de
from services.ent.use_cases.sql import ENTIER
from shared.contracts.refus import FichierRefuse, Inconnu, Lieu, Refus
from shared.persistence.unite import Unite

if TYPE_CHECKING:
    from services.ent.use_cases.lecture_edt import EmploiDuTempsLu

Origine = Literal["assistant", "main", "automatique"]
LIBELLES_ORIGINE = {"assistant": "assistant", "main": "à la main", "automatique": "automatique"}


class Reponses(Struct, frozen=True):
    """The answers to the assistant (ENT-29): a value of each question of `rules.emploi_du_temps.QUESTIONS`."""

    groupes: str
    peuplement: str
    logiciel: str = regles.LOGICIELS[0]
    version: str = regles.VERSIONS[0]
    agricole: str = "non"

    def pilotage(self) -> regles.Pilotage:
        """What they choose. Raises `Refus` REPONSE_INCONNUE."""
        for nom, question, choix in regles.QUESTIONS:
            if getattr(self, nom) not in dict(choix):
                raise Refus(
                    f"La question « {question} » n'a pas cette réponse.",
                    code="REPONSE_INCONNUE",
                    remede=f"Réponses possibles : {', '.join(libelle for _, libelle in choix)}.",
                    regle="ENT-29",
                )
        return regles.PILOTAGES[self.groupes, self.peuplement]


def reglage(u: Unite, uai: str) -> models.ReglageEdt | None:
    """The settings of the last import with the assistant, None before it. Raises `Inconnu` UAI_INCONNU."""
    return u.session.get(models.ReglageEdt, {"uai": uai, "annee": projet_de(u, uai).annee})


def importer(
    u: Unite,
    uai: str,
    contenu: BinaryIO,
    nom: str,
    reponses: Reponses | None = None,
    origine: Origine | None = None,
    cle_privee: bytes | None = None,
) -> models.ImportEdt:
    """Take a timetable in.

    Arguments: `reponses`, the answers to the assistant, None for a later import (same settings, ENT-34); `origine`,
    None for a person; `cle_privee`, of the ENT, when the file is in its encrypted container.
    Raises `Inconnu` UAI_INCONNU, `Refus` ASSISTANT_REQUIS, REPONSE_INCONNUE, and `FichierRefuse`:
    EDT_AUTRE_ETABLISSEMENT, EDT_AUTRE_ANNEE, those of `lecture_edt.lire`.
    """
    from services.ent.use_cases import application_edt, lecture_edt  # the format is heavy, and few import

    projet = projet_de(u, uai, verrouiller=True)
    connu = u.session.get(models.ReglageEdt, {"uai": uai, "annee": projet.annee})
    if reponses is None and connu is None:
        raise Refus(
            "Le premier import de l'année se fait avec l'assistant d'import d'emploi du temps.",
            code="ASSISTANT_REQUIS",
            statut=409,
            remede="Pédagogie > Gestion emploi du temps > Import emploi du temps > Lancer l'assistant.",
            regle="ENT-27",
        )
    pilotage = reponses.pilotage() if reponses is not None else regles.pilotage(connu.option if connu else 0)
    nom = nom_sur(nom)
    with tempfile.TemporaryDirectory(prefix="ent-") as dossier:
        chemin = Path(dossier) / nom
        with chemin.open("wb") as sortie:
            while morceau := contenu.read(1 << 20):
                sortie.write(morceau)
        with chemin.open("rb") as flux:
            lu = lecture_edt.lire(flux, nom, cle_privee)
        _verifier(u, lu, nom, uai, projet.annee)
        digest, _ = u.fichiers.deposer_fichier(chemin)
    if reponses is not None:
        _regler(u, projet, uai, reponses, pilotage)
    numero = (u.session.scalar(_dernier(uai, projet.annee)) or 0) + 1
    fait = models.ImportEdt(
        numero=numero,
        uai=uai,
        annee=projet.annee,
        projet=projet.code,
        instant=u.maintenant,
        origine=origine or ("assistant" if reponses is not None else "main"),
        fichier=nom,
        digest=digest,
        option=pilotage.option,
        debut=lu.debut,
        fin=lu.fin,
        semaine1=lu.semaine1,
        compteurs=application_edt.appliquer(u, projet, uai, numero, lu, pilotage),
    )
    u.session.add(fait)
    u.session.flush()
    u.journaliser(
        "import_edt",
        f"Emploi du temps importé ({LIBELLES_ORIGINE[fait.origine]})",
        uai=uai,
        annee=projet.annee,
        nb=fait.compteurs["cours"],
        nb_refus=sum(fait.compteurs["ecarts"].values()),
        resume={k: v for k, v in fait.compteurs.items() if k != "remarques"},
        digest=digest,
    )
    return fait


def imports(u: Unite, uai: str) -> list[models.ImportEdt]:
    """The imports of the school's year, latest first. Raises `Inconnu` UAI_INCONNU."""
    table, projet = models.ImportEdt, projet_de(u, uai)
    requete = select(table).where(table.uai == uai, table.annee == projet.annee).order_by(table.numero.desc())
    return list(u.session.scalars(requete))


def dernier(u: Unite, uai: str) -> models.ImportEdt | None:
    """The last import of the school's year, None before the first."""
    return next(iter(imports(u, uai)), None)


def un_import(u: Unite, uai: str, numero: int) -> models.ImportEdt:
    """One import. Raises `Inconnu` IMPORT_EDT_INCONNU."""
    cle = {"numero": numero, "uai": uai, "annee": projet_de(u, uai).annee}
    trouve = u.session.get(models.ImportEdt, cle) if abs(numero) <= ENTIER else None
    if trouve is None:
        raise Inconnu(
            f"L'import d'emploi du temps n° {numero} n'existe pas.",
            code="IMPORT_EDT_INCONNU",
            remede="Pédagogie > Gestion emploi du temps > Synthèse vie scolaire : la liste des imports y est.",
        )
    return trouve


def ecarts(u: Unite, fait: models.ImportEdt) -> list[dict[str, Any]]:
    """What an import did not match: people, classes, groups, courses, each with what to do (ENT-27)."""
    table = models.EcartEdt
    lignes = u.session.scalars(
        select(table)
        .where(table.numero == fait.numero, table.uai == fait.uai, table.annee == fait.annee)
        .order_by(table.id)
    )
    return [
        {
            "genre": x.genre,
            "code": x.code,
            "nom": x.nom,
            "detail": x.detail,
            "phrase": regles.ECARTS[x.code][0],
            "remede": regles.ECARTS[x.code][1],
        }
        for x in lignes
    ]


def _dernier(uai: str, annee: int) -> Any:
    table = models.ImportEdt
    return select(func.max(table.numero)).where(table.uai == uai, table.annee == annee)


def _verifier(u: Unite, lu: EmploiDuTempsLu, nom: str, uai: str, annee: int) -> None:
    """The file must be of this school and of this year."""
    if lu.uai != uai:
        raise FichierRefuse(
            f"Fichier « {nom} » : c'est l'emploi du temps de l'établissement {lu.uai[:8] or 'inconnu'}, alors que "
            f"l'import est celui de {uai}.",
            code="EDT_AUTRE_ETABLISSEMENT",
            remede="Choisissez le fichier exporté depuis la base EDT de l'établissement.",
            lieu=Lieu(nom),
            regle="ENT-33",
        )
    sienne = u.profil.annee_sts(lu.debut)
    if sienne != annee:
        raise FichierRefuse(
            f"Fichier « {nom} » : il est de l'année {sienne}-{sienne + 1}, alors que l'ENT est en {annee}-{annee + 1}.",
            code="EDT_AUTRE_ANNEE",
            remede="Ouvrez la base EDT de l'année en cours, puis refaites l'export.",
            lieu=Lieu(nom),
            regle="ENT-33",
        )


def _regler(u: Unite, projet: models.Projet, uai: str, reponses: Reponses, pilotage: regles.Pilotage) -> None:
    u.session.merge(
        models.ReglageEdt(
            uai=uai,
            annee=projet.annee,
            projet=projet.code,
            logiciel=reponses.logiciel,
            version=reponses.version,
            agricole=reponses.agricole == "oui",
            groupes_crees=reponses.groupes,
            peuplement=reponses.peuplement,
            option=pilotage.option,
            modifie_le=u.maintenant,
        )
    )


def questions() -> Sequence[dict[str, Any]]:
    """The questions of the assistant, as a program reads them."""
    return [
        {"nom": nom, "question": question, "reponses": [{"valeur": v, "libelle": li} for v, li in choix]}
        for nom, question, choix in regles.QUESTIONS
    ]
