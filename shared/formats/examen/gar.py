"""Examining a GAR export: what it holds, then what the GAR would report of it.

Source: connectors reference §7.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from shared.contracts.refus import FichierRefuse
from shared.formats.examen.rapport import Gravite, Recueil
from shared.formats.examen.valeurs import controler_uai
from shared.formats.gar.lecture import ouvrir
from shared.formats.gar.verification import md5_voisin, verifier_archive

_QUOI = {
    "GAREtab": "établissements",
    "GAREleve": "élèves",
    "GAREnseignant": "personnels",
    "GARRespAff": "responsables d'affectation",
    "GARGroupe": "divisions et groupes",
}
_GRAVITES = {"GAR_NOM": Gravite.REMARQUE}


@dataclass(slots=True)
class ContenuGar:
    """What an export is and holds. `degre`: 2D or 1D; `uais`: of the schools it declares."""

    degre: str | None = None
    version: str | None = None
    comptes: Counter[str] = field(default_factory=Counter)
    uais: set[str] = field(default_factory=set)


def examiner_gar(source: Path, montre: Path, recueil: Recueil, *, approfondi: bool) -> ContenuGar:
    """Examine an export: archive, folder or file. What cannot be read is a problem, never a refusal.

    Arguments: `montre`, the path that the person gave, beside which the checksum may stand.
    """
    contenu = ContenuGar()
    try:
        with ouvrir(source) as export:
            for fichier in export.fichiers:
                contenu.degre = contenu.degre or fichier.degre.value
                for noeud in fichier.noeuds():
                    if noeud.nom in _QUOI:
                        contenu.comptes[_QUOI[noeud.nom]] += 1
                    if noeud.nom == "GAREtab":
                        contenu.uais.add(noeud.un("GARStructureUAI"))
    except FichierRefuse as refus:
        if not approfondi:
            recueil.refus(refus)
    if approfondi:
        for uai in sorted(contenu.uais):
            controler_uai(recueil, uai, None, "GARStructureUAI")
        for remarque in verifier_archive(source, md5_voisin(montre), montre.name).lignes:
            gravite = _GRAVITES.get(remarque.code, Gravite.ERREUR)
            recueil.reprend(remarque, gravite, fichier=remarque.lieu.fichier)
    return contenu
