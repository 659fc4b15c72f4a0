"""The web service of the AAF: schools, exclusions, directory, projects and their feeds."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import Query
from fastapi.responses import FileResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from services.aaf import models
from services.aaf.use_cases import annuaire, integration, nuit_faussee, projets
from services.aaf.use_cases.extraction import extraire_complet
from shared.contracts.refus import Inconnu
from shared.formats.aaf import Grammaire
from shared.formats.aaf.dtd import NOM_DTD
from shared.formats.aaf.manifeste import NOM_MANIFESTE
from shared.horloge.alimentations import CalendrierAlimentation, Suspension
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur
from shared.persistence.unite import Unite

routeur = Routeur(prefix="/api", tags=["aaf"])


class EtablissementVu(BaseModel):
    """A school, its ENTStructureJointure and what the last integration made of it."""

    uai: str
    libelle: str
    structure_id: int | None
    integre_le: datetime | None
    modifie_le: datetime | None
    comptes: dict[str, Any]


class RemonteeVue(BaseModel):
    """A remontée received."""

    model_config = ConfigDict(from_attributes=True)

    source: str
    annee: int
    jour: date
    instant: datetime
    nb: int
    digest: str


class ExclusionVue(BaseModel):
    """Something that does not come out, why, since when and what to do."""

    model_config = ConfigDict(from_attributes=True)

    uai: str
    objet: str
    id: str
    code: str
    raison: str
    remede: str
    menu: str
    interlocuteur: str
    depuis: datetime
    cles: dict[str, str]
    libelle: str


class FicheVue(BaseModel):
    """What a school contributes to an object of the directory."""

    model_config = ConfigDict(from_attributes=True)

    categorie: str
    id: str
    uai: str
    cle: str
    libelle: str
    depuis: datetime
    modifie_le: datetime


class EnregistrementVu(BaseModel):
    """An object of the directory: its attributes in file order, the schools that contribute to it."""

    categorie: str
    id: str
    attributs: dict[str, list[str]]
    contributions: list[FicheVue]


class ProjetModifie(BaseModel):
    """A project as it must be. `calendrier`: on which days it is fed, complete on which."""

    model_config = ConfigDict(extra="forbid")

    libelle: str = ""
    uais: list[str]
    grammaire: str = "6.4"
    max_par_fichier: int = 5000
    encodage: str = "UTF-8"
    calendrier: CalendrierAlimentation = CalendrierAlimentation()
    depot: bool = False

    def forme(self) -> projets.Forme:
        """How it is to be fed."""
        return projets.Forme(self.grammaire, self.max_par_fichier, self.encodage, self.calendrier, self.depot)


class ProjetDemande(ProjetModifie):
    """A project to create."""

    code: str


class ProjetVu(BaseModel):
    """A project."""

    code: str
    libelle: str
    uais: list[str]
    grammaire: str
    degre: str
    max_par_fichier: int
    encodage: str
    complet_demande: bool
    calendrier: CalendrierAlimentation
    depot: bool


class ProchaineVue(BaseModel):
    """A feed to come."""

    instant: datetime
    complete: bool


class FichierVu(BaseModel):
    """A file of a feed."""

    model_config = ConfigDict(from_attributes=True)

    nom: str
    ajouts: int
    modifications: int
    suppressions: int
    octets: int
    sha256: str


class AlimentationVue(BaseModel):
    """A feed. `sha256` and `octets` are those of the archive; `comptes` by category and kind of request."""

    model_config = ConfigDict(from_attributes=True)

    projet: str
    numero: int
    type: str
    jour: date
    instant: datetime
    nom: str
    sha256: str = Field(validation_alias="digest")
    octets: int
    ajouts: int
    modifications: int
    suppressions: int
    comptes: dict[str, dict[str, int]]


@routeur.get("/etablissements")
def lister_etablissements(u: Lecture) -> list[EtablissementVu]:
    """Every school of which something came up."""
    return [_etablissement(s) for s in annuaire.etablissements(u)]


@routeur.get("/etablissements/{uai}")
def lire_etablissement(u: Lecture, uai: str) -> EtablissementVu:
    """A school."""
    return _etablissement(annuaire.etablissement(u, uai))


def _etablissement(s: models.Structure) -> EtablissementVu:
    return EtablissementVu(
        uai=s.uai,
        libelle=s.libelle,
        structure_id=s.numero,
        integre_le=s.integre_le,
        modifie_le=s.modifie_le,
        comptes=s.comptes,
    )


@routeur.get("/etablissements/{uai}/exclusions")
def lister_exclusions(u: Lecture, uai: str, code: str | None = None, objet: str | None = None) -> list[ExclusionVue]:
    """What does not come out of a school, and why."""
    return [ExclusionVue.model_validate(e) for e in annuaire.exclusions(u, uai, code, objet)]


@routeur.get("/etablissements/{uai}/remontees")
def lister_remontees(u: Lecture, uai: str) -> list[RemonteeVue]:
    """The remontées of a school, latest first."""
    annuaire.etablissement(u, uai)
    return [RemonteeVue.model_validate(r) for r in integration.dernieres_remontees(u, uai)]


@routeur.get("/annuaire")
def chercher(
    u: Lecture,
    q: str = "",
    categorie: str | None = None,
    uai: str | None = None,
    limite: int = Query(100, ge=1, le=2000),
) -> list[FicheVue]:
    """Contributions to the directory, by name, identifier, INE or other key."""
    _, fiches = annuaire.chercher(u, q, categories=[categorie] if categorie else (), uai=uai, limite=limite)
    return [FicheVue.model_validate(f) for f in fiches]


@routeur.get("/annuaire/{categorie}/{id_}")
def lire_enregistrement(u: Lecture, categorie: str, id_: str) -> EnregistrementVu:
    """An object of the directory with its attributes."""
    fiches, attributs = annuaire.enregistrement(u, categorie, id_)
    return EnregistrementVu(
        categorie=categorie,
        id=id_,
        attributs={nom: list(valeurs) for nom, valeurs in attributs},
        contributions=[FicheVue.model_validate(f) for f in fiches],
    )


@routeur.get("/projets")
def lister_projets(u: Lecture) -> list[ProjetVu]:
    """Every project."""
    return [_projet(p, uais) for p, uais in projets.lister_projets(u)]


@routeur.post("/projets", status_code=201)
def creer_projet(u: Ecriture, corps: ProjetDemande) -> ProjetVu:
    """Declare a project."""
    nouveau = projets.creer_projet(u, corps.code, corps.libelle, corps.uais, corps.forme())
    return _projet(nouveau, projets.uais_de(u, corps.code))


@routeur.get("/projets/{code}")
def lire_projet(u: Lecture, code: str) -> ProjetVu:
    """A project."""
    return _projet(projets.projet(u, code), projets.uais_de(u, code))


@routeur.put("/projets/{code}")
def modifier_projet(u: Ecriture, code: str, corps: ProjetModifie) -> ProjetVu:
    """Change a project's schools, the form of its files, the day of its complete feed, its drop folder."""
    change = projets.modifier_projet(u, code, corps.libelle, corps.uais, corps.forme())
    return _projet(change, projets.uais_de(u, code))


@routeur.post("/projets/{code}/suspensions", status_code=201)
def suspendre(u: Ecriture, code: str, corps: Suspension) -> ProjetVu:
    """Stop a project's feeds from one day to another, both included."""
    return _projet(projets.suspendre(u, code, corps), projets.uais_de(u, code))


@routeur.delete("/projets/{code}/suspensions/{debut}")
def reprendre(u: Ecriture, code: str, debut: date) -> ProjetVu:
    """Take away the suspensions that begin on that day."""
    return _projet(projets.reprendre(u, code, debut), projets.uais_de(u, code))


@routeur.get("/projets/{code}/prochaines")
def lister_prochaines(u: Lecture, code: str, nombre: int = Query(14, ge=1, le=100)) -> list[ProchaineVue]:
    """The next feeds of a project, as its calendar has them."""
    return [ProchaineVue(instant=i, complete=c) for i, c in projets.prochaines(u, code, nombre)]


@routeur.post("/projets/{code}/complet")
def demander_complet(u: Ecriture, code: str) -> ProjetVu:
    """Ask that the next feed be complete."""
    return _projet(projets.demander_complet(u, code), projets.uais_de(u, code))


def _projet(p: models.Projet, uais: list[str]) -> ProjetVu:
    return ProjetVu(
        code=p.code,
        libelle=p.libelle,
        uais=uais,
        grammaire=p.grammaire,
        degre=Grammaire(p.grammaire).degre.value,
        max_par_fichier=p.max_par_fichier,
        encodage=p.encodage,
        complet_demande=p.complet_demande,
        calendrier=projets.calendrier_de(p),
        depot=p.depot,
    )


@routeur.get("/projets/{code}/extraction")
def telecharger_extraction(u: Lecture, code: str) -> FileResponse:
    """A complete feed (tar.gz) of the directory as it stands: no number, no trace in the history of the project."""
    return servir_extraction(u, code)


def servir_extraction(u: Unite, code: str) -> FileResponse:
    """The extraction as a download; it is written first, and removed once sent."""
    dossier = Path(tempfile.mkdtemp(prefix="aaf-extraction-"))
    try:
        archive = extraire_complet(u, code, dossier)
    except BaseException:
        shutil.rmtree(dossier, ignore_errors=True)
        raise
    apres = BackgroundTask(shutil.rmtree, dossier, ignore_errors=True)
    return FileResponse(archive, media_type="application/gzip", filename=archive.name, background=apres)


@routeur.get("/projets/{code}/alimentations")
def lister_alimentations(
    u: Lecture, code: str, apres: int = Query(0, ge=0, lt=2**31), nuit: bool = False
) -> list[AlimentationVue]:
    """The feeds of a project, in order; `apres`: of a greater number; `nuit`: as the chain's ENT finds them now."""
    if not nuit:
        return [AlimentationVue.model_validate(a) for a in projets.alimentations(u, code, apres)]
    return [
        AlimentationVue.model_validate(a.alimentation).model_copy(update={"sha256": a.sha256, "octets": a.octets})
        for a in nuit_faussee.annonces(u, code, apres)
    ]


@routeur.get("/projets/{code}/alimentations/latest")
def derniere_alimentation(u: Lecture, code: str) -> AlimentationVue:
    """The latest feed of a project."""
    return AlimentationVue.model_validate(projets.alimentation(u, code))


@routeur.get("/projets/{code}/alimentations/{numero}")
def lire_alimentation(u: Lecture, code: str, numero: int) -> AlimentationVue:
    """A feed."""
    return AlimentationVue.model_validate(projets.alimentation(u, code, numero))


@routeur.get("/projets/{code}/alimentations/{numero}/fichiers")
def lister_fichiers(u: Lecture, code: str, numero: int) -> list[FichierVu]:
    """The files of a feed, in reading order, with their counts and SHA-256."""
    return [FichierVu.model_validate(f) for f in projets.alimentation(u, code, numero).fichiers]


@routeur.get("/projets/{code}/alimentations/{numero}/fichiers/{nom}")
def telecharger_fichier(u: Lecture, code: str, numero: int, nom: str) -> StreamingResponse:
    """A file of a feed, taken out of its archive: XML, DTD or manifest."""
    return servir_fichier(u, code, numero, nom)


@routeur.get("/projets/{code}/alimentations/{numero}/archive")
def telecharger_archive(u: Lecture, code: str, numero: int, nuit: bool = False) -> Response:
    """The archive of a feed (tar.gz): files, DTD, manifest. `nuit`: as the chain's ENT receives it now."""
    octets = nuit_faussee.archive(u, projets.alimentation(u, code, numero)) if nuit else None
    if octets is not None:
        return Response(octets, media_type="application/gzip")
    return servir_archive(u, code, numero)


def servir_archive(u: Unite, code: str, numero: int) -> FileResponse:
    """The archive as a download, streamed from the file store."""
    a = projets.alimentation(u, code, numero)
    u.fichiers.ouvrir(a.digest).close()
    return FileResponse(u.fichiers.chemin(a.digest), media_type="application/gzip", filename=a.nom)


def servir_fichier(u: Unite, code: str, numero: int, nom: str) -> StreamingResponse:
    """A file of an archive as a download, streamed. Raises `Inconnu` FICHIER_INCONNU."""
    a = projets.alimentation(u, code, numero)
    if nom not in {NOM_DTD, NOM_MANIFESTE, *(f["nom"] for f in a.fichiers)}:
        raise Inconnu(
            f"L'alimentation n° {numero} n'a pas de fichier « {nom[:80]} ».",
            code="FICHIER_INCONNU",
            remede="La liste de ses fichiers est sur sa page.",
        )
    u.fichiers.ouvrir(a.digest).close()
    return StreamingResponse(
        _membre(u.fichiers.chemin(a.digest), nom),
        media_type="application/xml" if nom.endswith(".xml") else "application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{nom}"'},
    )


def _membre(archive: Path, nom: str) -> Iterator[bytes]:
    """The bytes of a file of an archive."""
    with tarfile.open(archive) as tar:
        for membre in tar:
            flux = tar.extractfile(membre) if membre.name.rpartition("/")[2] == nom else None
            if flux is not None:
                while morceau := flux.read(1 << 16):
                    yield morceau
                return
