"""Examining files, folders and archives of the chain: each document by itself, then all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from shared.contracts.refus import FichierRefuse, Lieu
from shared.formats.examen.aaf import examiner_aaf
from shared.formats.examen.annonces import objets_annonces, sans_les_annonces
from shared.formats.examen.croisements import DocumentDuJeu
from shared.formats.examen.edt import examiner_conteneur, examiner_edt, examiner_exp_cours, examiner_udcal
from shared.formats.examen.ensemble import croiser, jeux_de
from shared.formats.examen.gar import examiner_gar
from shared.formats.examen.imports import examiner_dossiers, examiner_liens
from shared.formats.examen.lecture import Lecture
from shared.formats.examen.noms import controler_nom
from shared.formats.examen.personnes import element_eleves, element_responsables
from shared.formats.examen.rapport import DocumentExamine, Probleme, RapportExamen, Recueil
from shared.formats.examen.siecle import (
    element_communs,
    element_etablissements,
    element_geographique,
    element_nomenclature,
    element_structures,
    examiner_siecle,
)
from shared.formats.examen.sources import (
    Alimentation,
    Document,
    Ecarte,
    ExportDuGar,
    Rejete,
    Source,
    parcourir_sources,
)
from shared.formats.examen.sts import examiner_sts
from shared.formats.reconnaissance import Famille, FichierReconnu
from shared.formats.siecle.eleves import VERSION as VERSION_ELEVES

LIBELLES = {
    Famille.STS_EMP: "sts_emp",
    Famille.EMP_STS: "emp_sts",
    Famille.SIECLE_ELEVES: "SIECLE Élèves",
    Famille.SIECLE_RESPONSABLES: "SIECLE Responsables",
    Famille.SIECLE_STRUCTURES: "SIECLE Structures",
    Famille.SIECLE_NOMENCLATURE: "SIECLE Nomenclature",
    Famille.SIECLE_COMMUNS: "SIECLE Communs",
    Famille.SIECLE_ETABLISSEMENTS: "SIECLE Établissements",
    Famille.SIECLE_GEOGRAPHIQUE: "SIECLE Géographique",
    Famille.LIENS_ELEVE_GROUPE: "Liens élève-groupe",
    Famille.DOSSIERS: "Dossiers",
    Famille.AAF: "AAF",
    Famille.EDT: "EDT vers ENT",
    Famille.EDT_CONTENEUR: "EDT vers ENT, conteneur",
    Famille.EXP_COURS: "EDT EXP_COURS",
    Famille.UDCAL: "UnDeuxTEMPS UDCal",
    Famille.GAR: "ENT vers GAR",
}
_EXAMENS: dict[Famille, Callable[[Lecture], None]] = {
    Famille.STS_EMP: examiner_sts,
    Famille.EMP_STS: examiner_sts,
    Famille.SIECLE_ELEVES: partial(examiner_siecle, element=element_eleves),
    Famille.SIECLE_RESPONSABLES: partial(examiner_siecle, element=element_responsables),
    Famille.SIECLE_STRUCTURES: partial(examiner_siecle, element=element_structures),
    Famille.SIECLE_NOMENCLATURE: partial(examiner_siecle, element=element_nomenclature),
    Famille.SIECLE_COMMUNS: partial(examiner_siecle, element=element_communs),
    Famille.SIECLE_ETABLISSEMENTS: partial(examiner_siecle, element=element_etablissements),
    Famille.SIECLE_GEOGRAPHIQUE: partial(examiner_siecle, element=element_geographique),
    Famille.LIENS_ELEVE_GROUPE: examiner_liens,
    Famille.DOSSIERS: examiner_dossiers,
    Famille.EDT: examiner_edt,
    Famille.EDT_CONTENEUR: examiner_conteneur,
    Famille.EXP_COURS: examiner_exp_cours,
    Famille.UDCAL: examiner_udcal,
}


class _Examen:
    """One examination: documents as they come, and what is kept of them for the end."""

    def __init__(self, *, approfondi: bool) -> None:
        self._approfondi = approfondi
        self._lus: list[tuple[DocumentExamine, Recueil]] = []
        self._jeu: list[tuple[str, int | None, DocumentDuJeu]] = []
        self._recueils: dict[str, Recueil] = {}
        self._ecartes: list[str] = []

    def source(self, source: Source) -> None:
        """Examine one source; whatever it is, the others follow."""
        if isinstance(source, Document):
            self._document(source)
        elif isinstance(source, Alimentation):
            self._alimentation(source)
        elif isinstance(source, ExportDuGar):
            self._export_gar(source)
        elif isinstance(source, Rejete):
            recueil = self._recueil(source.nom)
            recueil.refus(source.refus)
            self._garde(DocumentExamine(source.nom, str(source.chemin), Famille.INCONNU.value, "Illisible"), recueil)
        else:
            self._ecartes.append(source.nom)

    def _recueil(self, nom: str) -> Recueil:
        return self._recueils.setdefault(nom, Recueil(nom))

    def _garde(self, document: DocumentExamine, recueil: Recueil) -> None:
        self._lus.append((document, recueil))

    def _document(self, source: Document) -> None:
        recueil = self._recueil(source.nom)
        reconnu = source.reconnu
        lu = Lecture(source.nom, source.base, source.ouvrir, reconnu, recueil, self._approfondi)
        lu.uai, lu.annee = reconnu.uai, reconnu.annee
        examine = _EXAMENS.get(reconnu.famille)
        if examine is None:
            recueil.erreur(
                "FAMILLE_INCONNUE",
                reconnu.phrase or "Ce fichier est reconnu, mais il n'est pas examiné.",
                remede="Donnez les fichiers tels que les applications les ont produits.",
            )
        else:
            try:
                examine(lu)
            except FichierRefuse as refus:
                recueil.refus(refus)
            if self._approfondi:
                controler_nom(recueil, source.base, source.zip_, reconnu, lu.uai, lu.annee)
            if lu.uai:
                cles = DocumentDuJeu(reconnu.famille, source.nom, lu.cles)
                self._jeu.append((lu.uai, lu.annee, cles))
        self._garde(
            DocumentExamine(
                nom=source.nom,
                chemin=str(source.chemin),
                famille=reconnu.famille.value,
                libelle=LIBELLES.get(reconnu.famille, "Inconnu"),
                version=reconnu.version,
                generation=_generation(reconnu),
                variante=reconnu.variante,
                uai=lu.uai,
                annee=lu.annee,
                comptes=tuple(lu.comptes.items()),
            ),
            recueil,
        )

    def _alimentation(self, source: Alimentation) -> None:
        recueil = self._recueil(source.nom)
        contenu = examiner_aaf(source.source, recueil, approfondi=self._approfondi)
        uais = sorted(contenu.uais)
        self._garde(
            DocumentExamine(
                nom=source.nom,
                chemin=str(source.chemin),
                famille=Famille.AAF.value,
                libelle=LIBELLES[Famille.AAF],
                generation=contenu.generation,
                variante=contenu.variante,
                uai=uais[0] if len(uais) == 1 else None,
                comptes=tuple(contenu.comptes.items()),
            ),
            recueil,
        )

    def _export_gar(self, source: ExportDuGar) -> None:
        recueil = self._recueil(source.nom)
        contenu = examiner_gar(source.source, source.chemin, recueil, approfondi=self._approfondi)
        uais = sorted(contenu.uais)
        self._garde(
            DocumentExamine(
                nom=source.nom,
                chemin=str(source.chemin),
                famille=Famille.GAR.value,
                libelle=LIBELLES[Famille.GAR],
                version=contenu.version,
                variante=contenu.degre,
                uai=uais[0] if len(uais) == 1 else None,
                comptes=tuple(contenu.comptes.items()),
            ),
            recueil,
        )

    def rapport(self) -> RapportExamen:
        """The report, once every source has been seen."""
        ensemble = Recueil("")
        if self._approfondi:
            croiser(jeux_de(self._jeu), self._recueil, ensemble)
        return RapportExamen(
            tuple(_avec(document, recueil.problemes()) for document, recueil in self._lus),
            ensemble.problemes(),
            tuple(self._ecartes),
        )


def _generation(reconnu: FichierReconnu) -> str | None:
    """The pupils' export of 2018 has the elements of 2016: its VERSION alone tells it."""
    if reconnu.famille is Famille.SIECLE_ELEVES and reconnu.version == VERSION_ELEVES and reconnu.generation == "2016":
        return "2018"
    return reconnu.generation


def _avec(document: DocumentExamine, problemes: tuple[Probleme, ...]) -> DocumentExamine:
    return replace(document, problemes=problemes)


def examiner(
    chemins: Sequence[Path], *, approfondi: bool = True, suivi: Callable[[str], None] | None = None
) -> RapportExamen:
    """Say what files are and everything that is wrong with them, one by one and between them.

    Arguments: `chemins`, files, archives or folders (walked, hidden files left out); `approfondi`, False to only
    recognise and count; `suivi` is told the name of each document before it is examined. A hostile or broken file is a
    problem of its own, the others are examined. Memory holds keys, never documents.

    Raises `Refus` FICHIER_INTROUVABLE, CHEMINS_ABSENTS, AUCUN_FICHIER (nothing of the chain there).
    """
    examen = _Examen(approfondi=approfondi)
    vus = 0
    for source in parcourir_sources(chemins):
        if suivi is not None:
            suivi(source.nom)
        examen.source(source)
        vus += not isinstance(source, Ecarte)
    if not vus:
        raise FichierRefuse(
            "Il n'y a là aucun fichier XML, ni archive qui en contienne.",
            code="AUCUN_FICHIER",
            remede="Donnez des fichiers de STS-Web, de SIECLE, d'emploi du temps ou d'AAF, ou leur dossier.",
            lieu=Lieu(str(chemins[0])),
        )
    return sans_les_annonces(examen.rapport(), objets_annonces(chemins))
