"""Examining an AAF feed: what it holds, then the checks of `shared.formats.aaf.verification`.

Source: reference aaf.md, sections 1.2, 7 and 8.
Memory: the checks keep identifiers, as they do everywhere; counting keeps nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from shared.contracts.refus import FichierRefuse
from shared.formats.aaf.depot import Depot, FichierALire, ouvrir
from shared.formats.aaf.dtd import RACINE
from shared.formats.aaf.enregistrement import Suppression
from shared.formats.aaf.grammaire import Categorie, Grammaire, reconnaitre_grammaire
from shared.formats.aaf.lecture import REQUETES, Lecteur, lire_fichier_depose, ouvrir_document
from shared.formats.aaf.verification import verifier_alimentation
from shared.formats.examen.rapport import Gravite, Recueil
from shared.formats.examen.valeurs import controler_uai
from shared.security.xml import iterparse

_GRAVITES = {
    "AAF_ATTRIBUT_INCONNU": Gravite.REMARQUE,
    "AAF_DTD_ABSENTE": Gravite.REMARQUE,
    "AAF_NON_ASCII": Gravite.REMARQUE,
    "AAF_ORDRE": Gravite.REMARQUE,
}
"""What readers put up with; for anything else, some of them fail or lose a record."""
_QUOI = {
    Categorie.ELEVE: "élèves",
    Categorie.RESPONSABLE: "responsables",
    Categorie.PERSONNEL: "personnels",
    Categorie.ETABLISSEMENT: "établissements",
    Categorie.MEF: "MEF",
    Categorie.MATIERE: "matières",
}
_OPERATIONS = {"modifyRequest": " modifiés", "deleteRequest": " supprimés"}


@dataclass(slots=True)
class ContenuAaf:
    """What a feed is and holds. `uais`: of the structures it carries."""

    generation: str | None = None
    variante: str | None = None
    comptes: Counter[str] = field(default_factory=Counter)
    uais: set[str] = field(default_factory=set)


def examiner_aaf(source: Path, recueil: Recueil, *, approfondi: bool) -> ContenuAaf:
    """Examine a feed: folder, archive or file. What cannot be read is a problem, never a refusal."""
    contenu = ContenuAaf()
    try:
        with ouvrir(source) as depot:
            _decrire(depot, contenu)
            for fichier in depot.fichiers:
                try:
                    _compter(fichier, contenu)
                except FichierRefuse as refus:
                    if not approfondi:
                        recueil.refus(refus)
    except FichierRefuse as refus:
        if not approfondi:
            recueil.refus(refus)
    for uai in sorted(contenu.uais):
        controler_uai(recueil, uai, None, "ENTStructureUAI")
    if approfondi:
        for remarque in verifier_alimentation(source):
            gravite = _GRAVITES.get(remarque.code, Gravite.ERREUR)
            if remarque.code == "AAF_NON_ASCII" and contenu.generation == Grammaire.SDET_4.value:
                gravite = Gravite.INFORMATION  # feeds of that time are in UTF-8 (section 1.2)
            recueil.reprend(remarque, gravite, fichier=remarque.lieu.fichier)
    return contenu


def _decrire(depot: Depot, contenu: ContenuAaf) -> None:
    contenu.variante = depot.type_.value if depot.type_ else None
    if depot.manifeste is not None:
        contenu.generation = depot.manifeste.grammaire.value


def _compter(fichier: FichierALire, contenu: ContenuAaf) -> None:
    categorie = fichier.nom.categorie
    if categorie is Categorie.ETABLISSEMENT:
        for operation in lire_fichier_depose(fichier):
            if not isinstance(operation, Suppression):
                contenu.uais.update(operation.remplis().get("ENTStructureUAI", ()))
    quoi = _QUOI.get(categorie, categorie.value)
    with fichier.ouvrir() as brut:
        flux, _ = ouvrir_document(brut, str(fichier))
        lecteur = Lecteur(str(fichier), None, False)
        for element in iterparse(flux, REQUETES, nom=str(fichier), doctype=RACINE):
            contenu.comptes[quoi + _OPERATIONS.get(str(element.tag), "")] += 1
            if contenu.generation is None and element.tag == "addRequest":
                operation = lecteur.operation(element)
                contenu.generation = reconnaitre_grammaire(categorie, operation.noms).value
