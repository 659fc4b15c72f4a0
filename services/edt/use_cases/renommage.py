"""A class or a group that changes in EDT. Of its old name, STS-Web, SIECLE and the ENT still know.

Source: guide 003, « Le principe de l'alimentation de l'ENT »: names that change in the year make doublons in the ENT.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from services.edt import models as m
from services.edt.use_cases import bases
from services.edt.use_cases.groupes import NouveauGroupe, inconnu, structures_de, verifier_classes
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

COLONNES = (m.Service.structure, m.Cours.structure, m.Appartenance.groupe, m.ProfesseurPrincipal.division)
"""Where the code of a class or of a group stands, beside `Structure` and the class of pupils."""


def renommer(u: Unite, uai: str, annee: int, ancien: str, nouveau: str) -> list[str]:
    """Rename a class or a group of the base; what comes of it elsewhere, in sentences.

    Its counterpart in STS-Web stays: the export to STS-Web keeps the old name, the links and the file for the ENT
    bear the new one. Raises `Inconnu` STRUCTURE_INCONNUE, `Refus` GROUPE_SANS_NOM, GROUPE_EXISTE.
    """
    bases.trouver(u, uai, annee)
    nouveau = " ".join(nouveau.split())
    structures = structures_de(u, uai, annee)
    structure = structures.get(ancien)
    if structure is None:
        raise Inconnu(
            f"La classe ou le groupe « {ancien} » n'existe pas dans la base.",
            code="STRUCTURE_INCONNUE",
            remede="Choisissez-le dans la liste.",
        )
    if not nouveau:
        raise Refus("Le nouveau nom est vide.", code="GROUPE_SANS_NOM", remede="Donnez un nom.")
    if nouveau in structures:
        raise Refus(
            f"« {nouveau} » est déjà le nom d'une classe ou d'un groupe.",
            code="GROUPE_EXISTE",
            statut=409,
            remede="Choisissez un autre nom : classes et groupes partagent les mêmes noms.",
        )
    ici = {"uai": uai, "annee": annee}
    for autre in structures.values():
        if ancien in autre.divisions:
            autre.divisions = sorted(nouveau if d == ancien else d for d in autre.divisions)
    u.session.flush()
    for colonne in COLONNES:
        u.session.execute(
            update(colonne.class_).filter_by(**ici).where(colonne == ancien).values({colonne.key: nouveau})
        )
    if structure.type == "D":
        u.session.execute(update(m.Eleve).filter_by(**ici, division=ancien).values(division=nouveau))
    u.session.execute(update(m.Structure).filter_by(**ici, code=ancien).values(code=nouveau))
    u.session.expire_all()
    u.journaliser("renommage", "Classe ou groupe renommé", uai=uai, annee=annee, nb=1)
    return _suites(u, uai, annee, ancien, nouveau)


def modifier_groupe(u: Unite, uai: str, annee: int, voulu: NouveauGroupe) -> None:
    """Change the label, the classes and the barrette of a group that is there.

    Raises `Inconnu` GROUPE_INCONNU, CLASSE_INCONNUE, `Refus` GROUPE_SANS_CLASSE, CLASSE_PEUPLEE.
    """
    bases.trouver(u, uai, annee)
    structures = structures_de(u, uai, annee)
    groupe = structures.get(voulu.code)
    if groupe is None or groupe.type != "G":
        raise inconnu("Le groupe", voulu.code, "GROUPE_INCONNU")
    verifier_classes(structures, voulu)
    for classe in sorted(set(groupe.divisions) - set(voulu.divisions)):
        nb = _membres(u, uai, annee, voulu.code, classe)
        if nb:
            raise Refus(
                f"{nb} élève(s) de « {classe} » sont dans le groupe « {voulu.code} ».",
                code="CLASSE_PEUPLEE",
                statut=409,
                remede="Retirez-les du groupe, puis ôtez la classe.",
            )
    groupe.libelle, groupe.barrette = voulu.libelle, voulu.barrette
    groupe.divisions = sorted(voulu.divisions)
    groupe.mefs = sorted({x for d in voulu.divisions for x in structures[d].mefs})
    u.journaliser("groupes", "Groupe modifié", uai=uai, annee=annee, nb=1)


def _membres(u: Unite, uai: str, annee: int, groupe: str, classe: str) -> int:
    a, e = m.Appartenance, m.Eleve
    requete = (
        select(func.count())
        .select_from(a)
        .join(e, (e.uai == a.uai) & (e.annee == a.annee) & (e.eleve_id == a.eleve_id))
        .where(a.uai == uai, a.annee == annee, a.groupe == groupe, e.division == classe)
    )
    return u.session.scalar(requete) or 0


def _suites(u: Unite, uai: str, annee: int, ancien: str, nouveau: str) -> list[str]:
    ailleurs = u.session.scalar(select(m.Structure.sts_code).filter_by(uai=uai, annee=annee, code=nouveau))
    exports = u.session.scalars(select(m.ExportFait.genre).filter_by(uai=uai, annee=annee)).all()
    suites = []
    if ailleurs is not None and ailleurs != nouveau:
        suites.append(
            f"STS-Web et SIECLE connaissent encore « {ailleurs} » : les liens élèves/groupes de « {nouveau} » y seront "
            "rejetés tant que les noms ne sont pas les mêmes partout."
        )
    if exports:
        suites.append(
            f"Un nom qui change en cours d'année fait des doublons dans l'ENT : « {ancien} » et « {nouveau} » y seront "
            "deux groupes ou deux classes, avec chacun ses séances de cahier de textes."
        )
    return suites
