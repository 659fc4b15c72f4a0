"""Names of files: kept, save what names somebody in them, and the UAI when it is replaced.

Source: reference SIECLE, sections 1.1, 8.1 and 10; reference sts-edt, section 2.1; reference AAF, section 1.4.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from shared.formats.pseudonymes.mots import LETTRES
from shared.formats.pseudonymes.pseudonymes import Pseudonymes
from shared.identifiers import cle_tri

_UAI = re.compile(r"(?<![0-9A-Za-z])[0-9]{7}[A-Za-z]")
_CONNUS = re.compile(
    r"[a-z]?(elegroupe|prive|dossiers?)|exportxml|(eleves|responsables)(avec|sans)adresses|etablissementseleves|"
    r"nomenclatures?|communs?|structures?|etablissements?|geographique|sts|emp|edt|vers|to|ent\w*|complet|delta|"
    r"(pers)?releleve|eleve|pers(edu|rele)\w*|\w*educnat|manifeste|ficalimmenesr|copie|xml|zip|tar|gz|tgz|dtd"
)
"""Words that the applications put in the names of their files."""


class NomsDeFichiers:
    """The new names. Two files never end up with the same one."""

    def __init__(self, p: Pseudonymes, *, remplacer_uai: bool = False) -> None:
        self._p = p
        self._remplacer_uai = remplacer_uai
        self._donnes: dict[PurePosixPath, PurePosixPath] = {}
        self._pris: set[str] = set()

    def chemin(self, chemin: PurePosixPath) -> PurePosixPath:
        """The new path of a file, folders included; the same answer each time."""
        if chemin not in self._donnes:
            propose = PurePosixPath(*(self.nom(partie) for partie in chemin.parts))
            rang = 2
            while str(propose).casefold() in self._pris:
                propose = propose.with_stem(f"{propose.stem}-{rang}")
                rang += 1
            self._pris.add(str(propose).casefold())
            self._donnes[chemin] = propose
        return self._donnes[chemin]

    def membre(self, archive: PurePosixPath, membre: str) -> PurePosixPath:
        """The new name of a member of an archive."""
        return PurePosixPath(*self.chemin(archive / membre).parts[len(archive.parts) :])

    def nom(self, nom: str) -> str:
        """One name: words that name somebody of the files are replaced, the rest stays."""
        if self._remplacer_uai:
            nom = _UAI.sub(lambda m: self._p.uai(m[0]), nom)
        return LETTRES.sub(lambda m: m[0] if _CONNUS.fullmatch(cle_tri(m[0])) else self._mot(m[0]), nom)

    def _mot(self, mot: str) -> str:
        return self._p.libre.remplacer(mot, colle=False)
