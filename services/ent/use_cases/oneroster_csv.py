"""The zip of OneRoster: everything (bulk), or what changed since an instant (delta).

Source: connectors reference §6.2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import text

from services.ent.models import Connecteur
from services.ent.rules.oneroster import ReglagesOneRoster
from services.ent.use_cases import registre
from services.ent.use_cases.oneroster import instant
from shared.formats.oneroster import fichiers
from shared.formats.oneroster.fiches import COLLECTIONS, Version
from shared.formats.oneroster.fichiers import Mode
from shared.persistence.unite import Unite
from shared.security.ecriture_archives import write_zip

SYSTEME = "Rentrée (ENT simulé)"
PAR_PAGE = 2000


class Archive(Struct, frozen=True):
    """An archive that was written: its name for who downloads it, where it is, its rows by file."""

    nom: str
    chemin: Path
    lignes: dict[str, int]


def ecrire(u: Unite, connecteur: Connecteur, version: Version, dossier: Path, depuis: datetime | None) -> Archive:
    """Write the archive of a connector's project in `dossier`; without `depuis` everything that is active.

    A delta holds what changed after `depuis`, departures included.
    """
    projet = connecteur.projet
    if registre.a_jour(u, projet) is None:
        registre.rafraichir(u, projet)
    reglages = ReglagesOneRoster.model_validate(connecteur.reglages)
    mode: Mode = "bulk" if depuis is None else "delta"
    colonnes = fichiers.fichiers(version)
    if not reglages.demographie:
        del colonnes["demographics"]
    comptes = dict.fromkeys(colonnes, 0)
    with ExitStack() as pile:
        sorties = {
            n: pile.enter_context((dossier / f"{n}.csv").open("w", encoding="utf-8", newline="")) for n in colonnes
        }
        for nom, sortie in sorties.items():
            fichiers.ecrire(sortie, [colonnes[nom]])
        for genre, fiche in _fiches(u, projet, version, depuis, ine=reglages.ine):
            nom = COLLECTIONS[genre]
            if nom not in colonnes:
                continue
            fichiers.ecrire(sorties[nom], [fichiers.ligne(colonnes[nom], fiche)])
            comptes[nom] += 1
            if nom == "users" and version == "v1p2":
                roles = list(fichiers.lignes_de_roles(colonnes["roles"], fiche))
                fichiers.ecrire(sorties["roles"], roles)
                comptes["roles"] += len(roles)
        manifeste = pile.enter_context((dossier / "manifest.csv").open("w", encoding="utf-8", newline=""))
        fichiers.ecrire(manifeste, fichiers.manifeste(version, mode, colonnes, SYSTEME, projet))
    nom = f"oneroster_{projet}_{version}_{mode}_{u.horloge.local():%Y%m%d%H%M}.zip"
    chemin = dossier / "archive.zip"
    with chemin.open("wb") as archive:
        membres = [(f"{n}.csv", dossier / f"{n}.csv") for n in ("manifest", *colonnes)]
        write_zip(archive, membres, u.horloge.local())
    return Archive(nom, chemin, comptes)


def _fiches(
    u: Unite, projet: str, version: Version, depuis: datetime | None, *, ine: bool
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The records, kind by kind, by sourcedId, a page at a time."""
    requete = text(_FICHES.format(version=version, ou="f.actif" if depuis is None else "f.modifie_le > :depuis"))
    parametres = {"projet": projet} | ({} if depuis is None else {"depuis": depuis})
    for f in u.session.execute(requete, parametres, execution_options={"yield_per": PAR_PAGE}):
        corps: dict[str, Any] = json.loads(f.corps)
        if ine and f.ine:
            corps["userIds"].append({"type": "INE", "identifier": f.ine})
        tete = {"sourcedId": f.sourced_id}
        if depuis is not None:
            tete |= {"status": "active" if f.actif else "tobedeleted", "dateLastModified": instant(f.modifie_le)}
        yield f.genre, tete | corps


_FICHES = """
    SELECT f.genre, f.sourced_id, f.actif, f.modifie_le, f.ine, f.{version} AS corps FROM fiche_registre f
    WHERE f.projet = :projet AND {ou} ORDER BY f.genre, f.sourced_id
"""
