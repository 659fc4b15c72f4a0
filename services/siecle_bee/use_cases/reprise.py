"""Reprise: loading a base as it is from the exports of SIECLE, identifiers kept.

Source: SIECLE reference, sections 1 to 7; architecture (initial state of a bac).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, BinaryIO

from services.siecle_bee.models import BaseEleves
from services.siecle_bee.use_cases import bases, reprise_ecriture
from shared.contracts.echanges import EtablissementMsg
from shared.contracts.refus import FichierRefuse, Lieu, Refus, Remarque
from shared.formats.siecle import communs, eleves, etablissements, nomenclature, responsables, structures
from shared.formats.siecle.communs import DocumentCommuns, lire_communs
from shared.formats.siecle.eleves import DocumentEleves
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.enveloppe import Enveloppe, verifier_jeu
from shared.formats.siecle.etablissements import DocumentEtablissements, lire_etablissements
from shared.formats.siecle.exports import ouvrir_export_zip
from shared.formats.siecle.nomenclature import DocumentNomenclature, lire_nomenclature
from shared.formats.siecle.responsables import DocumentResponsables, lire_responsables
from shared.formats.siecle.structures import DocumentStructures, lire_structures
from shared.persistence.masse import actualiser_statistiques
from shared.persistence.unite import Unite
from shared.security.archives import est_zip
from shared.security.xml import nom_de_racine

_IGNORES = ("BEE_GEOGRAPHIQUE",)


@dataclass(slots=True)
class Jeu:
    """The files of a school, once read; only the pupils' one is wanted."""

    eleves: DocumentEleves | None = None
    responsables: DocumentResponsables | None = None
    structures: DocumentStructures | None = None
    nomenclature: DocumentNomenclature | None = None
    communs: DocumentCommuns | None = None
    etablissements: DocumentEtablissements | None = None
    enveloppes: dict[str, Enveloppe] = field(default_factory=dict)


def lire_jeu(fichiers: Sequence[tuple[str, bytes]]) -> Jeu:
    """Read a set of files, zipped or not, in any order.

    Arguments: pairs (name, content). Raises `FichierRefuse`: a file that is no export of SIECLE, two of the same
    kind (REPRISE_FICHIER_EN_DOUBLE), of another school or year, or none of the pupils (REPRISE_SANS_ELEVES).
    """
    jeu = Jeu()
    for nom, contenu in fichiers:
        if est_zip(contenu[:4]):
            with ouvrir_export_zip(contenu, nom) as (membre, flux):
                _ranger(jeu, membre, flux.read())
        else:
            _ranger(jeu, nom, contenu)
    verifier_jeu(jeu.enveloppes)
    if jeu.eleves is None:
        raise FichierRefuse(
            "Le fichier des élèves manque.",
            code="REPRISE_SANS_ELEVES",
            remede="Ajoutez ElevesSansAdresses.xml ou ElevesAvecAdresses.xml (ou son fichier ZIP).",
        )
    return jeu


def _ranger(jeu: Jeu, nom: str, contenu: bytes) -> None:
    racine = nom_de_racine(BytesIO(contenu), nom)
    if racine in _IGNORES:
        return
    document: Any
    flux: BinaryIO = BytesIO(contenu)
    if racine in eleves.RACINES:
        document, attribut = lire_eleves(flux, nom), "eleves"
    elif racine in responsables.RACINES:
        document, attribut = lire_responsables(flux, nom), "responsables"
    elif racine in structures.RACINES:
        document, attribut = lire_structures(flux, nom), "structures"
    elif racine in nomenclature.RACINES:
        document, attribut = lire_nomenclature(flux, nom), "nomenclature"
    elif racine in communs.RACINES:
        document, attribut = lire_communs(flux, nom), "communs"
    elif racine in etablissements.RACINES:
        document, attribut = lire_etablissements(flux, nom), "etablissements"
    else:
        raise FichierRefuse(
            f"« {nom} » n'est pas un export XML générique de SIECLE.",
            code="REPRISE_FICHIER_INCONNU",
            lieu=Lieu(fichier=nom, ligne=1, element=racine),
            remede="Fournissez les exports de Exportations > En XML : Nomenclature, Structures, Communs, "
            "Élèves, Responsables.",
        )
    if getattr(jeu, attribut) is not None:
        raise FichierRefuse(
            f"« {nom} » : un fichier de la même sorte a déjà été fourni.",
            code="REPRISE_FICHIER_EN_DOUBLE",
            lieu=Lieu(fichier=nom),
            remede="Ne fournissez qu'un fichier de chaque sorte.",
        )
    setattr(jeu, attribut, document)
    jeu.enveloppes[nom] = document.entete.enveloppe


def reprendre(u: Unite, fichiers: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Load the base of a school and year from its files; the counts, and the remarks on the files.

    ELEVE_ID, PERSONNE_ID and ADRESSE_ID are kept. Without Nomenclature or Structures, what the fiches use is
    taken as profiled and received: a base that holds it had it.
    Raises `FichierRefuse` (see `lire_jeu`) and `Refus` (BASE_DEJA_OUVERTE).
    """
    jeu = lire_jeu(fichiers)
    assert jeu.eleves is not None  # lire_jeu() refuses a set without pupils
    enveloppe = jeu.eleves.entete.enveloppe
    uai, millesime = enveloppe.uai, enveloppe.annee
    if u.session.get(BaseEleves, (uai, millesime)) is not None:
        raise Refus(
            f"La base {millesime} de l'établissement {uai} existe déjà.",
            code="BASE_DEJA_OUVERTE",
            statut=409,
            remede="La reprise ne se fait qu'une fois par établissement et par année ; créez un autre bac.",
        )
    bases.enregistrer_etablissement(u, _identite(u, uai, jeu))
    b = bases.ouvrir_base(u, uai, millesime, "reprise")
    if jeu.communs is not None:
        _reprendre_calendrier(b, jeu.communs)
    comptes = reprise_ecriture.ecrire(u, b, jeu.eleves, jeu.responsables, jeu.structures, jeu.nomenclature)
    actualiser_statistiques(u.session)
    remarques: list[Remarque] = []
    for document in (
        jeu.eleves,
        jeu.responsables,
        jeu.structures,
        jeu.nomenclature,
        jeu.communs,
        jeu.etablissements,
    ):
        if document is not None:
            remarques += document.remarques
    u.journaliser(
        "reprise",
        "Reprise de la base depuis les exports XML",
        uai=uai,
        annee=millesime,
        nb=comptes["eleves"],
        resume=dict(comptes),
    )
    return {
        "uai": uai,
        "millesime": millesime,
        **comptes,
        "remarques": [{"code": r.code, "phrase": r.phrase, "lieu": str(r.lieu)} for r in remarques],
    }


def _identite(u: Unite, uai: str, jeu: Jeu) -> EtablissementMsg:
    """What the files say of the school, over what was known of it."""
    try:
        connue = bases.fiche_etablissement(u, uai)
    except Refus:
        connue = EtablissementMsg(uai=uai)
    valeurs: dict[str, str | None] = {}
    if jeu.etablissements is not None:
        for e in jeu.etablissements.etablissements:
            if e.code == uai:
                valeurs |= {
                    "sigle": e.sigle,
                    "nature": e.code_nature,
                    "academie_code": e.code_academie,
                }
    if jeu.communs is not None:
        i = jeu.communs.communs.uaj
        valeurs |= {
            "denomination": i.denom_princ,
            "nom": i.denom_compl,
            "categorie": i.code_type_etab,
            "secteur": i.secteur_code if i.secteur_code in ("PU", "PR") else None,
            "adresse": i.ligne1,
            "code_postal": i.code_postal,
            "commune": i.libelle_postal,
            "code_commune_insee": i.code_commune_insee,
            "telephone": i.telephone,
            "mel": i.mel_1,
            "siren": i.num_siren,
        }
    return EtablissementMsg.de_valeurs(connue.valeurs() | {nom: valeur for nom, valeur in valeurs.items() if valeur})


def _reprendre_calendrier(b: BaseEleves, document: DocumentCommuns) -> None:
    annee = document.communs.annee
    b.rentree_eleves = annee.debut_eleve or b.rentree_eleves
    b.sortie_eleves = annee.fin_eleve or b.sortie_eleves
    b.rentree_professeurs = annee.debut_prof or b.rentree_professeurs
    b.sortie_professeurs = annee.fin_prof or b.sortie_professeurs
