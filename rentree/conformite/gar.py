"""Cases for whoever writes exports for the GAR: an archive, a folder or an address, judged rule by rule.

Source: reference connectors §7 ; the schema and the rules are those of `shared.formats.gar`.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from types import TracebackType

import httpx

from rentree.conformite.catalogue import Cas, echec, sans_objet
from shared.contracts.refus import Refus
from shared.formats.gar.coherence import REGLES
from shared.formats.gar.verification import Rapport, md5_voisin, verifier_archive

RETENU = "Le GAR laisse de côté ce qu'il ne comprend pas : des élèves n'ont pas leurs manuels."
DITES = 3
"""Lines of a rule that its verdict tells."""


class BancGar:
    """An export, its report. `cible`: its address, its folder or its archive. Raises `Refus` CIBLE_INVALIDE."""

    def __init__(self, cible: str, patience: float) -> None:
        self._dossier: Path | None = None
        chemin = self._telecharger(cible, patience) if cible.startswith(("http://", "https://")) else Path(cible)
        if not chemin.exists():
            raise _invalide(cible)
        self.md5 = md5_voisin(chemin)
        self.rapport: Rapport = verifier_archive(chemin, self.md5)

    def __enter__(self) -> BancGar:
        return self

    def __exit__(self, genre: type[BaseException] | None, e: BaseException | None, t: TracebackType | None) -> None:
        if self._dossier is not None:
            shutil.rmtree(self._dossier, ignore_errors=True)

    def _telecharger(self, cible: str, patience: float) -> Path:
        self._dossier = Path(tempfile.mkdtemp(prefix="conformite-gar-"))
        try:
            r = httpx.get(cible, timeout=patience, trust_env=False, follow_redirects=True)
            r.raise_for_status()
        except httpx.HTTPError:
            raise _invalide(cible) from None
        dit = re.search(r'filename="?([\w.-]+)"?', r.headers.get("content-disposition", ""))
        chemin = self._dossier / (dit.group(1) if dit else cible.rpartition("/")[2] or "archive.tar.gz")
        chemin.write_bytes(r.content)
        return chemin


def _invalide(cible: str) -> Refus:
    return Refus(
        f"« {cible} » n'est pas un export : ni dossier, ni archive, ni adresse qui en donne une.",
        code="CIBLE_INVALIDE",
        remede="Donnez le dossier ou l'archive (.tar.gz) de l'export, son .md5 à côté, ou l'adresse de l'archive.",
    )


def sans(*codes: str) -> Callable[[BancGar], str]:
    """None of these anomalies is in the report."""

    def jouer(b: BancGar) -> str:
        return _exiger(b, codes)

    return jouer


def _exiger(b: BancGar, codes: Collection[str]) -> str:
    nombre = sum(b.rapport.nombres[c] for c in codes)
    if nombre:
        lignes = [r for r in b.rapport.lignes if r.code in codes][:DITES]
        dites = " ; ".join(f"{r.lieu.fichier} ligne {r.lieu.ligne or '?'} : {r.phrase}" for r in lignes)
        raise echec(f"{nombre} fois : {dites}")
    return "Rien à redire."


def lisible(b: BancGar) -> str:
    """There is something in it."""
    _exiger(b, ("GAR_ABSENT",))
    if not b.rapport.comptes:
        raise echec("Aucune fiche n'est lue.")
    return f"{sum(b.rapport.comptes.values())} fiches : " + ", ".join(
        f"{n} {element}" for element, n in sorted(b.rapport.comptes.items())
    )


def empreinte(b: BancGar) -> str:
    """The checksum beside the archive."""
    if b.md5 is None:
        raise sans_objet("Pas de fichier .md5 à côté.")
    return _exiger(b, ("GAR_MD5",))


def autres(b: BancGar) -> str:
    """Whatever the other cases do not look at: a file that is not read, an entity, an archive that is spoilt."""
    return _exiger(b, sorted(set(b.rapport.nombres) - VUS))


_ENSEMBLE = ("GAR_FICHIER_ABSENT", "GAR_MELANGE", "GAR_NUMEROS")
VUS = frozenset({"GAR_ABSENT", "GAR_MD5", "GAR_NOM", "GAR_SCHEMA", *_ENSEMBLE, *REGLES})
_LISTE: list[Cas[BancGar]] = [
    Cas("", "L'export se lit", RETENU, lisible),
    Cas("", "L'empreinte est celle de l'archive", "Une archive coupée en chemin n'est pas lue à moitié.", empreinte),
    Cas("", "Les noms", "<idENT>_GAR-ENT_Complet_<AAAAMMJJ>_<HHMMSS>_<2D|1D>_…", sans("GAR_NOM")),
    Cas("", "Les fichiers", "Tous là, d'un seul export, numérotés depuis 0000.", sans(*_ENSEMBLE)),
    Cas("", "Le schéma", "Chaque fichier est valide.", sans("GAR_SCHEMA")),
    *(Cas("", f"Jamais : {phrase[0].lower()}{phrase[1:]}", remede, sans(c)) for c, (phrase, remede) in REGLES.items()),
    Cas("", "Rien d'autre", RETENU, autres),
]
CATALOGUE = [Cas(f"GAR-{rang:02}", c.titre, c.pourquoi, c.jouer) for rang, c in enumerate(_LISTE, 1)]
