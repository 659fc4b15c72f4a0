"""« Mettre à jour les codifications »: labels of MEF and matières, from SIECLE's Nomenclature file (EDT-06).

In EDT 2013 the entry is « Récupérer les codifications » (EDT-02).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, import_siecle
from services.edt.use_cases.lignes import ajouter, verifier
from shared import nomenclatures
from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.reconnaissance import Famille
from shared.formats.siecle.nomenclature import lire_nomenclature
from shared.persistence.unite import Unite

MEF = "mef"


def mettre_a_jour(u: Unite, uai: str, annee: int, nom: str, contenu: bytes) -> dict[str, int]:
    """Take the labels of a Nomenclature file, zipped or not: MEF, and the matières that the base has.

    Raises `Inconnu` BASE_INCONNUE, `FichierRefuse` FICHIER_INATTENDU, AUTRE_ETABLISSEMENT, AUTRE_ANNEE.
    """
    choisis = import_siecle.examiner(u, uai, annee, import_siecle.deposer(u, [(nom, contenu)]))
    if not choisis or choisis[0].famille is not Famille.SIECLE_NOMENCLATURE:
        raise FichierRefuse(
            "Ce fichier n'est pas celui des nomenclatures de SIECLE.",
            code="FICHIER_INATTENDU",
            lieu=Lieu(nom),
            remede="Exportez « Nomenclature » de la base élèves (Exportations > En XML > Génériques), et prenez-le.",
        )
    choisi = choisis[0]
    verifier(nom, rules.etablissement(uai), u.profil.millesime_de_l_annee(annee), choisi.uai, choisi.annee)
    changees = 0
    libelles: dict[str, str] = {}
    for interne, flux in import_siecle.documents(nom, contenu):
        lu = lire_nomenclature(flux, interne).nomenclatures
        libelles = {x.code: x.libelle_edition or x.libelle_long or x.formation for x in lu.mefs}
        lues = {x.code: x.libelle_edition or x.libelle_long for x in lu.matieres if x.code}
        for matiere in u.session.scalars(select(m.Matiere).filter_by(uai=uai, annee=annee)):
            libelle = lues.get(matiere.sts_code or matiere.code)
            if libelle and libelle != matiere.libelle:
                matiere.libelle = libelle
                changees += 1
    u.session.flush()
    retenir_mefs(u, uai, annee, libelles)
    u.journaliser("codifications", "Codifications mises à jour", uai=uai, annee=annee, nb=len(libelles) + changees)
    return {"mefs": len(libelles), "matieres": changees}


def retenir_mefs(u: Unite, uai: str, annee: int, libelles: Mapping[str, str]) -> None:
    """Keep the labels of MEF; those that are there already change."""
    lignes = [
        {"uai": uai, "annee": annee, "genre": MEF, "code": code, "libelle": libelle}
        for code, libelle in sorted(libelles.items())
    ]
    ajouter(u, m.Codification, lignes, ("uai", "annee", "genre", "code"), ("libelle",))


def libelles_des_mefs(u: Unite, uai: str, annee: int) -> dict[str, str]:
    """Labels of MEF by code, as the last file gave them; where none did, those of the nation."""
    bases.trouver(u, uai, annee)
    table = m.Codification
    connus = dict(u.session.execute(select(table.code, table.libelle).filter_by(uai=uai, annee=annee, genre=MEF)).all())
    mefs = u.session.scalars(select(m.Structure.mefs).filter_by(uai=uai, annee=annee))
    for code in sorted({code for codes in mefs for code in codes} - set(connus)):
        connus[code] = nomenclatures.mef(code).libelle_edition if nomenclatures.mef_existe(code) else code
    return connus
