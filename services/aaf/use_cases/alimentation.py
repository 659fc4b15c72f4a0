"""Writing the feeds of the ENT projects: complete or delta, numbered, archived, with their history.

Source: architecture, "Nights" (02:00 Monday to Saturday; complete on Saturday or on the days of the project, its first
always); AAF reference, sections 1.4, 1.5, 2.2; procedure AAF-11.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import exists, func, select

from services.aaf.models import Alimentation, Projet, ProjetEtablissement, Structure
from services.aaf.use_cases import etat
from services.aaf.use_cases.depot import deposer
from services.aaf.use_cases.projets import nuits_du_projet, uais_de
from shared.batches.lots import PartAFaire
from shared.formats.aaf import (
    Categorie,
    EcrivainAlimentation,
    Enregistrement,
    Grammaire,
    Manifeste,
    Operation,
    Substitutions,
    Suppression,
    TypeAlimentation,
    calculer_delta,
    ecrire_archive,
    nom_archive,
)
from shared.horloge.nuits import ALIMENTATION
from shared.persistence.unite import Unite

ACADEMIE_SIMULEE = "99"


def planifier_alimentation(u: Unite, instant: datetime) -> list[PartAFaire]:
    """One part per project that is fed that day and of which a school is integrated: number and type of its feed."""
    jour = instant.astimezone(u.horloge.fuseau).date()
    dernieres = dict(
        u.session.execute(
            select(Alimentation.projet, func.max(Alimentation.numero)).group_by(Alimentation.projet)
        ).all()
    )
    integres = select(Projet).where(
        exists().where(
            ProjetEtablissement.projet == Projet.code,
            ProjetEtablissement.uai == Structure.uai,
            Structure.integre_le.is_not(None),
        )
    )
    parts = []
    for projet in u.session.scalars(integres.order_by(Projet.code)):
        nuits = nuits_du_projet(u, projet)
        if not nuits.travaille(ALIMENTATION, jour):
            continue
        attendu = nuits.flux_complet(instant, u.horloge.fuseau)
        complet = attendu or projet.complet_demande or projet.code not in dernieres
        parts.append(
            PartAFaire(
                projet.code,
                {
                    "numero": dernieres.get(projet.code, 0) + 1,
                    "type": (TypeAlimentation.COMPLET if complet else TypeAlimentation.DELTA).value,
                    "jour": jour.isoformat(),
                },
            )
        )
    return parts


def ecrire_alimentation(u: Unite, part: PartAFaire) -> dict[str, Any]:
    """Write the feed of a project, keep its archive, remember what it said."""
    projet = u.session.get_one(Projet, part.cle)
    perimetre = perimetre_de(u, projet)
    type_ = TypeAlimentation(part.donnees["type"])
    jour = date.fromisoformat(part.donnees["jour"])
    numero: int = part.donnees["numero"]
    substitutions = Substitutions()
    with tempfile.TemporaryDirectory(prefix="aaf-") as temporaire:
        complete = type_ is TypeAlimentation.COMPLET
        lignes = _complet(u, perimetre, numero) if complete else _delta(u, projet, perimetre, numero)
        archive, manifeste = rediger(u, projet, perimetre, type_, jour, lignes, Path(temporaire), substitutions)
        digest, octets = u.fichiers.deposer_fichier(archive)
    ligne = _historique(projet, numero, jour, u.maintenant, manifeste, digest, octets)
    u.session.add(ligne)
    projet.complet_demande = False
    if projet.depot:
        deposer(u, projet)
    nb = ligne.ajouts + ligne.modifications + ligne.suppressions
    resume: dict[str, Any] = {"projet": projet.code, "numero": numero, "type": type_.value, "comptes": ligne.comptes}
    if substitutions.nombre:
        resume["substitutions"] = [remarque.phrase for remarque in substitutions.remarques]
    u.journaliser(
        "aaf_alimentation",
        f"Alimentation {type_} n° {numero} du projet {projet.code}",
        sens="lot",
        nb=nb,
        resume=resume,
        digest=digest,
    )
    return {"nb": nb, "numero": numero, "type": type_.value}


def perimetre_de(u: Unite, projet: Projet) -> etat.Perimetre:
    """What a feed of a project is read from."""
    return etat.Perimetre(projet.code, tuple(uais_de(u, projet.code)), Grammaire(projet.grammaire))


def rediger(
    u: Unite,
    projet: Projet,
    perimetre: etat.Perimetre,
    type_: TypeAlimentation,
    jour: date,
    lignes: Iterable[Enregistrement | Operation],
    dossier: Path,
    substitutions: Substitutions,
) -> tuple[Path, Manifeste]:
    """Write a feed in the form of its project, as an archive in `dossier`; its path and its manifest."""
    ecrivain = EcrivainAlimentation(
        dossier / "alimentation",
        projet.code,
        _code_academie(u, perimetre.uais),
        jour,
        type_,
        perimetre.grammaire,
        projet.max_par_fichier,
        projet.encodage,
        substitutions,
    )
    with ecrivain:
        ecrivain.ecrire(lignes)
    return ecrire_archive(ecrivain.dossier, ecrivain.manifeste, u.maintenant), ecrivain.manifeste


def _complet(u: Unite, perimetre: etat.Perimetre, numero: int) -> Iterator[Enregistrement]:
    """The whole directory of the perimeter; what the last feeds said and it no longer holds is forgotten."""
    if numero == 1:
        yield from etat.remplir_etat(u, perimetre, numero, etat.annuaire(u, perimetre))
        return
    yield from (enregistrement for enregistrement, _ in etat.annuaire(u, perimetre))
    suivi = etat.SuiviEtat(u, perimetre, numero)
    for operation in _changements(u, perimetre, suivi):
        suivi.noter(operation)
    suivi.terminer()


def _delta(u: Unite, projet: Projet, perimetre: etat.Perimetre, numero: int) -> Iterator[Operation]:
    """What changed since the last feed; nothing at all, not even the references, when nothing did."""
    if not _a_change(u, projet, perimetre.lieux, numero - 1):
        return
    retenus = etat.doublons_retenus(u, perimetre)
    suivi = etat.SuiviEtat(u, perimetre, numero)
    for operation in _changements(u, perimetre, suivi):
        retenu = operation.categorie is Categorie.RESPONSABLE and operation.id in retenus
        if retenu and isinstance(operation, Suppression):
            continue
        suivi.noter(operation)
        yield operation
    suivi.terminer()


def _changements(u: Unite, perimetre: etat.Perimetre, suivi: etat.SuiviEtat) -> Iterator[Operation]:
    """The operations that lead from what the last feeds said to the directory as it stands."""
    ids = etat.changes(u, perimetre)
    return calculer_delta(etat.anciens(u, perimetre, ids), suivi.suivre(etat.nouveaux(u, perimetre, ids)))


def _a_change(u: Unite, projet: Projet, lieux: Sequence[str], precedente: int) -> bool:
    """Whether a school of the project, the nomenclatures or the project itself changed since its last feed."""
    instant = u.session.execute(
        select(Alimentation.instant).where(Alimentation.projet == projet.code, Alimentation.numero == precedente)
    ).scalar_one()
    touchees = exists().where(Structure.uai.in_(lieux), Structure.modifie_le > instant)
    return projet.modifie_le > instant or bool(u.session.scalar(select(touchees)))


def _historique(
    projet: Projet, numero: int, jour: date, instant: datetime, manifeste: Manifeste, digest: str, octets: int
) -> Alimentation:
    comptes: dict[str, dict[str, int]] = {}
    for fichier in manifeste.fichiers:
        categorie = fichier.nom.rsplit("_", 2)[1]
        compte = comptes.setdefault(categorie, {"ajouts": 0, "modifications": 0, "suppressions": 0})
        for genre in compte:
            compte[genre] += getattr(fichier, genre)
    return Alimentation(
        projet=projet.code,
        numero=numero,
        type=manifeste.type_.value,
        jour=jour,
        instant=instant,
        nom=nom_archive(projet.code, manifeste.type_, jour),
        digest=digest,
        octets=octets,
        ajouts=sum(c["ajouts"] for c in comptes.values()),
        modifications=sum(c["modifications"] for c in comptes.values()),
        suppressions=sum(c["suppressions"] for c in comptes.values()),
        comptes=comptes,
        fichiers=[asdict(f) for f in manifeste.fichiers],
    )


def _code_academie(u: Unite, uais: Sequence[str]) -> str:
    """The code of the académie on two digits: that of the first school that has one."""
    requete = select(Structure.code_academie).where(Structure.uai.in_(uais), Structure.code_academie != "")
    return u.session.scalars(requete.order_by(Structure.uai).limit(1)).first() or ACADEMIE_SIMULEE
