"""The name of a file and its content: only a name that announces something is held to it.

Source: reference SIECLE, sections 1.1 and 8.1; reference sts-edt, sections 2.1 and 3.1; procedures BEE-71, BEE-79.
"""

from __future__ import annotations

import re

from shared.contracts.refus import FichierRefuse
from shared.formats.elegroupe.noms import MARQUE, MARQUE_DOSSIERS, analyser_nom
from shared.formats.examen.rapport import Recueil, dit
from shared.formats.reconnaissance import Famille, FichierReconnu
from shared.formats.siecle.exports import reconnaitre_nom

_STS = re.compile(r"(sts_emp|emp_sts)_([0-9]{7}[A-Za-z])(?:_([0-9]{4}))?(?: ?\([0-9]+\))?\.xml", re.IGNORECASE)
_RENOMMER = "Rendez au fichier le nom que l'application lui a donné, ou vérifiez que c'est le bon."
_MARQUES = {Famille.LIENS_ELEVE_GROUPE: MARQUE, Famille.DOSSIERS: MARQUE_DOSSIERS}
_STRUCTURES_SIECLE = {
    Famille.SIECLE_ELEVES: "Eleves",
    Famille.SIECLE_RESPONSABLES: "Responsables",
    Famille.SIECLE_STRUCTURES: "Structures",
    Famille.SIECLE_NOMENCLATURE: "Nomenclature",
    Famille.SIECLE_COMMUNS: "Communs",
    Famille.SIECLE_ETABLISSEMENTS: "Etablissements",
    Famille.SIECLE_GEOGRAPHIQUE: "Geographique",
}


def controler_nom(
    recueil: Recueil, base: str, zip_: str | None, reconnu: FichierReconnu, uai: str | None, annee: int | None
) -> None:
    """Remark a name that says something else than the content.

    Arguments: `base`, the document's name; `zip_`, that of its archive; `uai`, `annee`, of the content.
    """
    for nom in dict.fromkeys(n for n in (zip_, base) if n):
        _sts(recueil, nom, reconnu, uai, annee)
        _siecle(recueil, nom, reconnu)
    _import(recueil, base, zip_, reconnu, uai, annee)


def _contredit(recueil: Recueil, nom: str, quoi: str, annonce: str, contenu: str) -> None:
    recueil.remarque(
        "NOM_CONTENU",
        f"Le nom « {dit(nom)} » annonce {quoi} {dit(annonce)}, mais le contenu est {dit(contenu)}.",
        remede=_RENOMMER,
    )


def _identite(
    recueil: Recueil, nom: str, annonces: tuple[str, int | None], contenu: tuple[str | None, int | None]
) -> None:
    if contenu[0] and annonces[0].upper() != contenu[0].upper():
        _contredit(recueil, nom, "l'établissement", annonces[0], f"de {contenu[0]}")
    if annonces[1] and contenu[1] and annonces[1] != contenu[1]:
        _contredit(recueil, nom, "l'année", str(annonces[1]), f"de {contenu[1]}")


def _sts(recueil: Recueil, nom: str, reconnu: FichierReconnu, uai: str | None, annee: int | None) -> None:
    trouve = _STS.fullmatch(nom)
    if trouve is None:
        return
    if trouve[1].lower() != reconnu.famille.value:
        _contredit(recueil, nom, "un fichier", trouve[1], f"un {reconnu.famille.value}")
        return
    _identite(recueil, nom, (trouve[2], int(trouve[3]) if trouve[3] else None), (uai, annee))


def _siecle(recueil: Recueil, nom: str, reconnu: FichierReconnu) -> None:
    export = reconnaitre_nom(nom)
    if export is None:
        return
    radical = export.value.radical
    attendu = _STRUCTURES_SIECLE.get(reconnu.famille)
    if attendu is None or not radical.startswith(attendu):
        _contredit(recueil, nom, "l'export", radical, f"un {reconnu.famille.value}")
        return
    adresses = {"avec_adresses": "AvecAdresses", "sans_adresses": "SansAdresses"}.get(reconnu.variante or "")
    if adresses and "Adresses" in radical and adresses not in radical:
        _contredit(recueil, nom, "l'export", radical, f"{'avec' if adresses.startswith('Avec') else 'sans'} adresses")


def _import(
    recueil: Recueil, base: str, zip_: str | None, reconnu: FichierReconnu, uai: str | None, annee: int | None
) -> None:
    """BEE takes the two imports by their name: that of the zip, and of the XML inside."""
    marque = _MARQUES.get(reconnu.famille)
    if marque is None:
        return
    if zip_ is None:
        if marque not in base.upper():
            return  # the XML alone, out of its archive, under any name
        nom = base.rpartition(".")[0] + ".zip"
    else:
        nom = zip_
    try:
        lu = analyser_nom(nom, marque)
    except FichierRefuse as refus:
        recueil.remarque(refus.code, refus.phrase, remede=refus.remede)
        return
    _identite(recueil, nom, (lu.uai, lu.millesime), (uai, annee))
    if zip_ is not None and base != lu.nom_xml:
        recueil.remarque(
            "NOM_ZIP_XML_DIFFERENTS",
            "Le nom du fichier ZIP doit être celui du fichier XML qu'il contient.",
            element=base,
            remede="Ne pas modifier le nom du fichier : le produire à nouveau, puis le déposer tel quel.",
        )
