"""« Récupérer les données des élèves »: the files that SIECLE exported (EDT-21 to EDT-27)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO, Literal

from msgspec import Struct
from sqlalchemy import delete, select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases
from services.edt.use_cases.groupes import compter_effectifs
from services.edt.use_cases.lignes import ajouter, verifier
from shared.contracts.refus import FichierRefuse, Lieu, Refus
from shared.formats.reconnaissance import Famille, reconnaitre
from shared.formats.siecle.eleves import Eleve
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.exports import ouvrir_export_zip
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite
from shared.security.xml import root_of

FORMATS: tuple[tuple[Famille, str], ...] = (
    (Famille.SIECLE_ELEVES, "Elèves (avec ou sans adresse)"),
    (Famille.SIECLE_RESPONSABLES, "Responsables (avec adresse uniquement)"),
    (Famille.SIECLE_STRUCTURES, "Structures"),
    (Famille.SIECLE_NOMENCLATURE, "Nomenclatures"),
    (Famille.SIECLE_COMMUNS, "Commun"),
    (Famille.SIECLE_ETABLISSEMENTS, "Etablissements"),
    (Famille.SIECLE_GEOGRAPHIQUE, "Géographique"),
)
"""What the picker lists, in its order (EDT-23)."""

JEU_DE_SIX = frozenset(f for f, _ in FORMATS) - {Famille.SIECLE_ETABLISSEMENTS}
Methode = Literal["fichiers", "netsynchro"]
"""Where pupils come from (EDT-22): files exported of SIECLE, or its automatic exchanges."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class FichierChoisi(Struct, frozen=True):
    """A file of the picker: its name, its digest in the file store, what it says of itself.

    `probleme`: why it cannot be taken, "" when it can.
    """

    nom: str
    digest: str
    famille: Famille
    uai: str | None = None
    annee: int | None = None
    date_export: str = ""
    probleme: str = ""


class ChoixDonnees(Struct, frozen=True):
    """« Choix des données à importer » (EDT-24 to EDT-26). What is not taken stays as it was in the base."""

    nouveaux: bool = True
    identite: bool = True
    scolarite: bool = True
    ignorer_sortis: bool = True
    alimenter_groupes: bool = False


def deposer(u: Unite, fichiers: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Keep files that were chosen, in the file store: (name, digest)."""
    return [(nom, u.fichiers.deposer(contenu)) for nom, contenu in fichiers if contenu]


def examiner(u: Unite, uai: str, annee: int, deposes: Sequence[tuple[str, str]]) -> list[FichierChoisi]:
    """What the picker shows of files in the store: kind, date of export, school. Raises `Inconnu` BASE_INCONNUE.

    A hostile file raises its refusal.
    """
    bases.trouver(u, uai, annee)
    millesime = u.profil.millesime_de_l_annee(annee)
    choisis: list[FichierChoisi] = []
    for nom, digest in deposes:
        choisi = _reconnaitre(u, nom, digest)
        if not choisi.probleme:
            choisi = _controler(choisi, rules.etablissement(uai), millesime, {c.famille for c in choisis})
        choisis.append(choisi)
    return choisis


def _reconnaitre(u: Unite, nom: str, digest: str) -> FichierChoisi:
    if not _DIGEST.fullmatch(digest):
        raise Refus("Cette sélection n'est plus lisible.", code="SELECTION_PERDUE", remede="Choisissez les fichiers.")
    lu = reconnaitre(u.fichiers.chemin(digest), nom)
    if lu.famille not in {f for f, _ in FORMATS}:
        return FichierChoisi(nom, digest, lu.famille, probleme="Ce fichier n'est pas un export de SIECLE.")
    with u.fichiers.ouvrir(digest) as fichier:
        for interne, flux in documents(nom, fichier.read()):
            jour = root_of(flux, interne).textes.get("PARAMETRES/DATE_EXPORT", "")
            sans_adresses = lu.famille is Famille.SIECLE_RESPONSABLES and lu.variante == "sans_adresses"
            probleme = "Le fichier des responsables doit être « avec adresse »." if sans_adresses else ""
            return FichierChoisi(nom, digest, lu.famille, lu.uai, lu.annee, jour, probleme)
    raise AssertionError("an archive that was recognised holds a document")


def _controler(choisi: FichierChoisi, uai: str, millesime: int, vues: set[Famille]) -> FichierChoisi:
    probleme = ""
    if choisi.uai != uai:
        probleme = f"Ce fichier est celui de l'établissement {choisi.uai or 'inconnu'}."
    elif choisi.annee != millesime:
        probleme = f"Ce fichier est de l'année {choisi.annee}, la base attend {millesime}."
    elif choisi.famille in vues:
        probleme = "Un autre fichier de ce format est déjà choisi."
    if not probleme:
        return choisi
    return FichierChoisi(
        choisi.nom, choisi.digest, choisi.famille, choisi.uai, choisi.annee, choisi.date_export, probleme
    )


def formats_attendus(u: Unite) -> list[tuple[Famille, str]]:
    """The kinds of files that the académie asks for: seven, or six (BEE-66, BEE-67)."""
    return [(f, titre) for f, titre in FORMATS if u.profil.edt_jeu_siecle == 7 or f in JEU_DE_SIX]


def importer_siecle(
    u: Unite, uai: str, annee: int, fichiers: Iterable[tuple[str, bytes]], choix: ChoixDonnees | None = None
) -> dict[str, Any]:
    """Every file of BEE, in any order; only the pupils' feeds the base (EDT-21).

    The whole is refused for one file of another school or millésime, or of another kind. Raises `FichierRefuse`
    AUTRE_ETABLISSEMENT, AUTRE_ANNEE, FICHIER_INATTENDU, SANS_ELEVES.
    """
    return importer_deposes(u, uai, annee, deposer(u, fichiers), choix)


def importer_deposes(
    u: Unite, uai: str, annee: int, deposes: Sequence[tuple[str, str]], choix: ChoixDonnees | None = None
) -> dict[str, Any]:
    """« Importer », once the selection was validated. Same answer and errors as `importer_siecle`."""
    base = bases.trouver(u, uai, annee)
    millesime = u.profil.millesime_de_l_annee(annee)
    choisis = examiner(u, uai, annee, deposes)
    for c in choisis:
        if c.famille in {f for f, _ in FORMATS}:
            verifier(c.nom, rules.etablissement(uai), millesime, c.uai, c.annee)
        if c.probleme:
            raise FichierRefuse(
                c.probleme, code="FICHIER_INATTENDU", lieu=Lieu(c.nom), remede="Retirez-le de la sélection."
            )
    eleves = next((c for c in choisis if c.famille is Famille.SIECLE_ELEVES), None)
    if eleves is None:
        raise FichierRefuse(
            "Le fichier des élèves manque.",
            code="SANS_ELEVES",
            remede="Exportez « Élèves avec adresse » ou « sans adresse » de la base élèves, et ajoutez-le.",
        )
    nb: dict[str, int] = {}
    for interne, flux in documents(eleves.nom, u.fichiers.lire(eleves.digest)):
        nb = _importer_eleves(u, uai, annee, lire_eleves(flux, interne).eleves, choix or ChoixDonnees())
    base.siecle_importe_le = u.maintenant
    base.millesime = millesime
    u.journaliser("import_siecle", "Données SIECLE importées", uai=uai, annee=annee, nb=nb["eleves"], resume=nb)
    lus = {c.famille for c in choisis}
    return {
        **nb,
        "fichiers": [titre for f, titre in FORMATS if f in lus],
        "manquants": [titre for f, titre in formats_attendus(u) if f not in lus],
    }


def documents(nom: str, contenu: bytes) -> Iterable[tuple[str, BinaryIO]]:
    """The XML document of a file, or of its archive: (name, stream)."""
    if contenu[:2] == b"PK":
        with ouvrir_export_zip(contenu, nom) as (interne, flux):
            yield interne, io.BytesIO(flux.read())
    else:
        yield nom, io.BytesIO(contenu)


def _present(eleve: Eleve, jour: date) -> bool:
    return eleve.date_sortie is None or eleve.date_sortie > jour


def _importer_eleves(u: Unite, uai: str, annee: int, lus: Sequence[Eleve], choix: ChoixDonnees) -> dict[str, int]:
    """New pupils, changed ones; leavers do not come in, and go out, when they are to be ignored (EDT-25)."""
    jour = u.horloge.aujourd_hui()
    presents = [e for e in lus if not choix.ignorer_sortis or _present(e, jour)]
    connus = set(u.session.scalars(select(m.Eleve.eleve_id).where(m.Eleve.uai == uai, m.Eleve.annee == annee)))
    classes = _codes_de_la_base(u, uai, annee, "D")
    lignes = [_ligne(uai, annee, e, classes) for e in presents if choix.nouveaux or e.eleve_id in connus]
    vus = {e.eleve_id for e in presents}
    partis = connus - vus
    peuples = sorted(set(u.session.scalars(select(m.Appartenance.groupe).filter_by(uai=uai, annee=annee))))
    for table in (m.Appartenance, m.Eleve):
        if partis:
            u.session.execute(
                delete(table).where(table.uai == uai, table.annee == annee, table.eleve_id.in_(sorted(partis)))
            )
    champs: list[str] = []
    if choix.identite:
        champs += ["nom", "nom_usage", "prenom", "prenom2", "prenom3", "date_naissance", "sexe", "ine", "cle_tri"]
    if choix.scolarite:
        champs.append("division")
    ajouter(u, m.Eleve, lignes, ("uai", "annee", "eleve_id"), champs)
    if choix.alimenter_groupes:
        retenus = {x["eleve_id"] for x in lignes}
        _alimenter_groupes(u, uai, annee, [e for e in presents if e.eleve_id in retenus])
    compter_effectifs(u, uai, annee, peuples)
    return {
        "eleves": len(lignes),
        "nouveaux": len(vus - connus) if choix.nouveaux else 0,
        "modifies": len(vus & connus) if champs else 0,
        "partis": len(partis),
    }


def _codes_de_la_base(u: Unite, uai: str, annee: int, genre: Literal["D", "G"]) -> dict[str, str]:
    """Code in STS-Web, hence in SIECLE → code in the base, where they differ (a class renamed, matched by hand)."""
    structures = u.session.scalars(select(m.Structure).filter_by(uai=uai, annee=annee, type=genre))
    return {s.sts_code: s.code for s in structures if s.sts_code is not None and s.sts_code != s.code}


def _ligne(uai: str, annee: int, e: Eleve, classes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "uai": uai,
        "annee": annee,
        "eleve_id": e.eleve_id,
        "nom": e.nom_de_famille,
        "nom_usage": e.nom_usage,
        "prenom": e.prenom,
        "prenom2": e.prenom2,
        "prenom3": e.prenom3,
        "date_naissance": e.date_naiss,
        "sexe": e.code_sexe,
        "ine": e.id_national,
        "division": classes.get(e.division or "", e.division),
        "cle_tri": cle_tri(f"{e.nom_de_famille} {e.prenom}"),
    }


def _alimenter_groupes(u: Unite, uai: str, annee: int, eleves: Sequence[Eleve]) -> None:
    """The members that BEE holds replace those of the base, whatever was typed since (EDT-26)."""
    groupes = set(u.session.scalars(select(m.Structure.code).filter_by(uai=uai, annee=annee, type="G")))
    codes = _codes_de_la_base(u, uai, annee, "G")
    table = m.Appartenance
    u.session.execute(delete(table).where(table.uai == uai, table.annee == annee))
    lignes = [
        {"uai": uai, "annee": annee, "groupe": groupe, "eleve_id": e.eleve_id, "debut": None, "fin": None}
        for e in eleves
        for groupe in sorted({codes.get(g, g) for g in e.groupes} & groupes)
    ]
    ajouter(u, table, lignes, ("uai", "annee", "groupe", "eleve_id"), ())
