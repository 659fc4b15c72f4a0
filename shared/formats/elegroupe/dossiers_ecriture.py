"""Writing a dossiers file as the pupil-management program of a private school does.

Source: reference SIECLE, section 10.1. Every file carries all pupils, leavers included.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import BinaryIO

from shared.contracts.refus import Lieu, Refus
from shared.formats.ecriture import EcrivainXml
from shared.formats.elegroupe import dossiers as d
from shared.formats.elegroupe.ecriture import ouvrir_import
from shared.formats.elegroupe.liens import Parametres
from shared.formats.siecle.champs import Champ, ecrire_champs


class _Ecriture:
    """The writing of one file in one version."""

    def __init__(self, xml: EcrivainXml, version: str) -> None:
        self.xml = xml
        self.version = version
        self._absents = d.ABSENTS[version]

    def champs(self, source: object, champs: Sequence[Champ], repere: str) -> None:
        ecrire_champs(self.xml, source, [c for c in champs if c.balise not in self._absents], repere)

    def bloc(self, balise: str, source: object, champs: Sequence[Champ], repere: str) -> None:
        self.xml.ouvrir(balise)
        self.champs(source, champs, repere)
        self.xml.fermer()

    def adresse(self, adresse: d.AdresseDossier | None, repere: str) -> None:
        if adresse is None:
            return
        postale = adresse.code_postal is not None and adresse.libelle_postal is not None
        if postale == (adresse.commune_etrangere is not None):
            raise _incomplet(repere, "ADRESSE", "un code postal avec son libellé, ou une commune étrangère")
        self.bloc("ADRESSE", adresse, d.CHAMPS_ADRESSE, repere)

    def personne(self, personne: d.PersonneDossier) -> None:
        repere = f"PERSONNE {personne.id_prv_per}"
        self.xml.ouvrir("PERSONNE")
        self.champs(personne, d.CHAMPS_PERSONNE_DEBUT, repere)
        self.adresse(personne.adresse, repere)
        self.champs(personne, d.CHAMPS_PERSONNE_FIN, repere)
        self.xml.fermer()

    def eleve(self, eleve: d.EleveDossier) -> None:
        repere = f"ELEVE {eleve.id_prv_ele}"
        _verifier_eleve(eleve, repere)
        self.xml.ouvrir("ELEVE")
        self.champs(eleve, d.CHAMPS_ELEVE_DEBUT, repere)
        self.adresse(eleve.adresse, repere)
        self.champs(eleve, d.CHAMPS_ELEVE_FIN, repere)
        if eleve.bourses:
            self.xml.ouvrir("BOURSES")
            for bourse in eleve.bourses:
                self.bloc("BOURSE", bourse, d.CHAMPS_BOURSE, repere)
            self.xml.fermer()
        self._responsables(eleve, repere)
        if eleve.scolarite is not None:
            self._scolarite(eleve.scolarite, repere)
        if eleve.an_dernier is not None:
            self._an_dernier(eleve.an_dernier, repere)
        self.xml.fermer()

    def _responsables(self, eleve: d.EleveDossier, repere: str) -> None:
        if not eleve.responsables:
            return
        self.xml.ouvrir("RESPONSABLES_ELEVE")
        for nature in d.Nature:
            champs: tuple[Champ, ...] = d.CHAMPS_CONTACT if nature is d.Nature.CONTACT else d.CHAMPS_LIEN
            if nature is d.Nature.EN_CHARGE and self.version == "3.1":
                champs = tuple(c for c in champs if c.balise != "PERCOIT_LES_AIDES")
            for lien in eleve.responsables:
                if lien.nature is nature:
                    self.bloc(nature.value, lien, champs, repere)
        self.xml.fermer()

    def _dpps(self, dpps: tuple[d.Dpp, ...], repere: str) -> None:
        if not dpps or self.version == "3.1":
            return
        self.xml.ouvrir("DPPS")
        for dpp in dpps:
            self.bloc("DPP", dpp, d.CHAMPS_DPP, repere)
        self.xml.fermer()

    def _scolarite(self, scolarite: d.ScolariteActive, repere: str) -> None:
        self.xml.ouvrir("SCOLARITE_ACTIVE")
        self.champs(scolarite, d.CHAMPS_SCOLARITE, repere)
        if scolarite.options:
            self.xml.ouvrir("OPTIONS")
            for option in scolarite.options:
                self.bloc("OPTION", option, d.CHAMPS_OPTION, repere)
            self.xml.fermer()
        else:
            self.xml.feuille("OPTIONS")
        self._dpps(scolarite.dpps, repere)
        self.xml.fermer()

    def _an_dernier(self, passe: d.AnDernier, repere: str) -> None:
        if (passe.code_rne is None) == (passe.code_departement is None):
            raise _incomplet(repere, "ETABLISSEMENT_AN_DERNIER", "un UAI, ou bien un département")
        self.xml.ouvrir("ETABLISSEMENT_AN_DERNIER")
        retires = {"CODE_REGIME"} if self.version == "3.1" else set()
        self.champs(passe, [c for c in d.CHAMPS_AN_DERNIER if c.balise not in retires], repere)
        if passe.options:
            self.xml.ouvrir("OPTIONS_AN_DERNIER")
            for code in passe.options:
                self.xml.feuille("CODE_MATIERE", code)
            self.xml.fermer()
        else:
            self.xml.feuille("OPTIONS_AN_DERNIER")
        self._dpps(passe.dpps, repere)
        self.xml.fermer()


def _incomplet(repere: str, element: str, attendu: str) -> Refus:
    return Refus(
        f"Le dossier {repere} est incomplet : {element} demande {attendu}.",
        code="DOSSIERS_INCOMPLET",
        lieu=Lieu(element=element),
        remede="Compléter le dossier, puis refaire l'export.",
    )


def _verifier_eleve(eleve: d.EleveDossier, repere: str) -> None:
    if (eleve.date_sortie is None) != (eleve.code_motif_sortie is None):
        raise _incomplet(repere, "DATE_SORTIE", "une date et un motif de sortie ensemble")
    if eleve.code_commune_insee_naiss is not None and eleve.ville_naiss is not None:
        raise _incomplet(repere, "VILLE_NAISS", "une commune de naissance, ou bien une ville étrangère")
    if eleve.sorti:
        return
    legaux = [lien for lien in eleve.responsables if lien.nature is d.Nature.LEGAL]
    if not 1 <= len(legaux) <= 2:
        raise _incomplet(repere, "LEGAL", "un ou deux représentants légaux")
    if eleve.scolarite is None:
        raise _incomplet(repere, "SCOLARITE_ACTIVE", "une scolarité en cours")
    if eleve.an_dernier is None:
        raise _incomplet(repere, "ETABLISSEMENT_AN_DERNIER", "une scolarité de l'an dernier")
    if eleve.code_pays_nat is None or eleve.code_sexe is None:
        raise _incomplet(repere, "CODE_SEXE", "un sexe et une nationalité")
    if eleve.code_commune_insee_naiss is None and eleve.ville_naiss is None:
        raise _incomplet(repere, "CODE_COMMUNE_INSEE_NAISS", "un lieu de naissance")


def ecrire_dossiers(
    sortie: BinaryIO,
    parametres: Parametres,
    personnes: Collection[d.PersonneDossier],
    eleves: Collection[d.EleveDossier],
    *,
    version: str = "4.0",
) -> int:
    """Write a dossiers file, records in the order given; what `version` does not know is left out.

    Returns the number of characters replaced for want of an encoding. Raises `Refus`: no person or no pupil
    (DOSSIERS_VIDES), a dossier that BEE would not take (DOSSIERS_INCOMPLET), a value missing or too long;
    `ValueError` on another version.
    """
    if version not in d.VERSIONS:
        raise ValueError(f"version de fichier inconnue : {version!r}")
    if not personnes or not eleves:
        raise Refus(
            "Aucun dossier à exporter : un fichier doit porter au moins un élève et un responsable.",
            code="DOSSIERS_VIDES",
            remede="Saisir les élèves et leurs responsables, puis refaire l'export.",
        )
    xml = ouvrir_import(sortie, version, parametres)
    ecriture = _Ecriture(xml, version)
    xml.ouvrir("PERSONNES")
    for personne in personnes:
        ecriture.personne(personne)
    xml.fermer()
    xml.ouvrir("ELEVES")
    for eleve in eleves:
        ecriture.eleve(eleve)
    for _ in range(3):
        xml.fermer()
    return xml.substitutions
