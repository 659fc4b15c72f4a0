"""Projects, accounts, classes and groups, imports of the AAF."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import File, Form, Query, Request, Response, UploadFile
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from services.ent import models
from services.ent.freins import freiner
from services.ent.rules.logins import PremiersPas, RegleLogin
from services.ent.rules.modeles import MODELES, Flux, Nommage, Reglages, SuppressionsDelta
from services.ent.use_cases import (
    connexion,
    consultation,
    cycle,
    identifiants,
    imports,
    listes,
    projets,
    rapprochement_comptes,
)
from shared.http.dependances import Ecriture, Lecture
from shared.http.fichiers import en_piece_jointe
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["ent"])

Profil = Literal["eleve", "responsable", "enseignant", "autre", "invite"]
Etat = Literal["a_activer", "actif", "desactive", "purge"]


class ProjetModifie(BaseModel):
    """A project as it must be. `modele`: a known ENT whose settings it takes; a setting given prevails over its own.

    `purge_jours` None: the profile's.
    """

    model_config = ConfigDict(extra="forbid")

    aaf_projet: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")
    libelle: str = Field(min_length=1, max_length=200)
    uais: list[str] = Field(min_length=1)
    modele: Literal["", "entmip", "ecollege31", "entcore", "laclasse"] = ""
    regle_login: RegleLogin = "entmip"
    premiers_pas: PremiersPas = "code"
    desactivation_jours: int = Field(default=0, ge=0, le=3650)
    purge_jours: int | None = Field(default=None, ge=0, le=3650)
    suppressions_delta: SuppressionsDelta = "attendre_complet"
    flux: Flux = "tout"
    nommage: Nommage = "skolengo"
    fusion_ine: bool = True

    def reglages(self) -> Reglages:
        """Its settings."""
        base = MODELES[self.modele].reglages if self.modele else Reglages()
        return replace(base, **self.model_dump(include=self.model_fields_set & set(projets.REGLAGES)))


class ProjetDemande(ProjetModifie):
    """A project to open."""

    code: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")


class ProjetVu(BaseModel):
    code: str
    aaf_projet: str
    libelle: str
    uais: list[str]
    modele: str
    regle_login: str
    premiers_pas: str
    desactivation_jours: int
    purge_jours: int
    suppressions_delta: str
    flux: str
    nommage: str
    fusion_ine: bool
    annee: int
    degre: Literal["", "1D", "2D"]
    dernier_numero: int
    dernier_jour: date | None


class EtablissementDeCompte(BaseModel):
    uai: str
    fonctions: list[str]


class CompteVu(BaseModel):
    """An account, with its schools, classes and groups of the year."""

    aaf_id: int
    profil: Profil
    etat: Etat
    nom: str
    prenom: str
    login: str | None
    code_activation: str | None
    ine: str | None
    eleve_id: int | None
    mel: str
    mef: str
    cree_le: datetime
    active_le: datetime | None
    retrait_annonce_le: datetime | None
    absent_le: datetime | None
    fusion_id: int | None
    desactive_le: datetime | None
    purge_le: datetime | None
    etablissements: list[EtablissementDeCompte]
    classes: list[str]
    groupes: list[str]
    professeur_principal: list[str]


class ImportVu(BaseModel):
    """The report of an import."""

    id: int
    numero: int | None
    type: str
    jour: date | None
    instant: datetime
    origine: Literal["nuit", "main"]
    fichier: str
    sha256: str | None
    etat: Literal["applique", "refuse"]
    code: str
    phrase: str
    remede: str
    tentatives: int
    compteurs: dict[str, Any]


class ImportDetaille(ImportVu):
    lignes: list[dict[str, Any]]


class ActivationDemande(BaseModel):
    """`mot_de_passe`: the one that the person chooses; without it she keeps the code."""

    login: str
    code: str
    mot_de_passe: str | None = Field(default=None, max_length=200)


class ConnexionDemande(BaseModel):
    login: str
    mot_de_passe: str = Field(max_length=200)


@routeur.post("/projets", status_code=201)
def ouvrir_projet(u: Ecriture, corps: ProjetDemande) -> ProjetVu:
    """Open an ENT, fed from the next night on."""
    ouvert = projets.creer_projet(u, corps.code, corps.aaf_projet, corps.libelle, corps.uais, corps.reglages())
    return _projet(u, ouvert)


@routeur.get("/projets")
def lister_projets(u: Lecture) -> list[ProjetVu]:
    """Every project."""
    return [_projet(u, p) for p in projets.projets(u)]


@routeur.get("/projets/{code}")
def lire_projet(u: Lecture, code: str) -> ProjetVu:
    """One project."""
    return _projet(u, projets.projet(u, code))


@routeur.put("/projets/{code}")
def modifier_projet(u: Ecriture, code: str, corps: ProjetModifie) -> ProjetVu:
    """Change a project: its schools, the AAF project that feeds it, its settings."""
    change = projets.modifier_projet(u, code, corps.aaf_projet, corps.libelle, corps.uais, corps.reglages())
    return _projet(u, change)


@routeur.get("/projets/{code}/groupes-de-profil")
def lister_groupes_de_profil(u: Lecture, code: str, uai: str) -> list[dict[str, Any]]:
    """The profile groups of a school: of the whole of it, of each class and group, named as this ENT names them."""
    return listes.groupes_de_profil(u, code, uai)


@routeur.get("/projets/{code}/comptes")
def lister_comptes(
    u: Lecture,
    reponse: Response,
    code: str,
    profil: Profil | None = None,
    uai: str | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
    etat: Etat | None = None,
    limite: Annotated[int, Query(ge=1, le=5000)] = 100,
    debut: Annotated[int, Query(ge=0)] = 0,
) -> list[CompteVu]:
    """Accounts by name; how many match in all is in the header X-Rentree-Total."""
    total, lignes = consultation.comptes(u, code, profil, uai, q, etat, limite, debut)
    reponse.headers["X-Rentree-Total"] = str(total)
    return [CompteVu.model_validate(x) for x in lignes]


@routeur.get("/projets/{code}/comptes/latest")
def lire_dernier_compte(u: Lecture, code: str) -> CompteVu:
    """The account created last."""
    return CompteVu.model_validate(consultation.dernier_compte(u, code))


@routeur.get("/projets/{code}/comptes/{aaf_id}")
def lire_compte(u: Lecture, code: str, aaf_id: int) -> dict[str, Any]:
    """One account, who is linked to it, what happened to it."""
    vu = CompteVu.model_validate(consultation.compte(u, code, aaf_id)).model_dump()
    faits = [
        {"instant": e.instant, "genre": e.genre, "import": e.import_id}
        for e in consultation.historique(u, code, aaf_id)
    ]
    return vu | {"liens": consultation.liens(u, code, aaf_id), "historique": faits}


@routeur.get("/projets/{code}/comptes/{aaf_id}/vue")
def voir_comme(u: Lecture, code: str, aaf_id: int, uai: str | None = None) -> list[dict[str, Any]]:
    """« Mes classes, mes groupes » as this person sees it: herself or each pupil of hers, school by school."""
    return listes.vue(u, code, aaf_id, uai)


@routeur.get("/projets/{code}/destinataires")
def lister_destinataires(u: Lecture, code: str, uai: str) -> dict[str, list[dict[str, Any]]]:
    """The assistant destinataire of the messagerie: every list of a school and how many it holds, empty or not."""
    return listes.destinataires(u, code, uai)


@routeur.post("/projets/{code}/activation")
def activer(request: Request, u: Ecriture, code: str, corps: ActivationDemande) -> CompteVu:
    """First steps: login and activation code; the account becomes active."""
    with freiner(request, code, corps.login):
        compte = connexion.activer(u, code, corps.login, corps.code, corps.mot_de_passe)
    return CompteVu.model_validate(consultation.compte(u, code, compte.aaf_id))


@routeur.post("/projets/{code}/connexion")
def connecter(request: Request, u: Ecriture, code: str, corps: ConnexionDemande) -> CompteVu:
    """Whose account this login and password open."""
    with freiner(request, code, corps.login):
        compte = connexion.connecter(u, code, corps.login, corps.mot_de_passe)
    return CompteVu.model_validate(consultation.compte(u, code, compte.aaf_id))


@routeur.get("/projets/{code}/identifiants", response_class=Response)
def telecharger_identifiants(u: Lecture, code: str, uai: str, profil: Profil | None = None) -> Response:
    """The fichier des identifiants of a school (CSV, ENT-04)."""
    nom = identifiants.nom_fichier(u, code, uai)
    return en_piece_jointe(nom, "text/csv; charset=utf-8", identifiants.fichier(u, code, uai, profil))


@routeur.get("/projets/{code}/identifiants/{type_fichier}", response_class=Response)
def telecharger_rapprochement(
    u: Lecture, code: str, type_fichier: str, uai: str, prefixe: str = rapprochement_comptes.PREFIXE
) -> Response:
    """The account-matching file of a product: gepi, sacoche, cerise-eleves, pmb-eleves, esidoc…"""
    return en_piece_jointe(*rapprochement_comptes.fichier(u, code, uai, type_fichier, prefixe))


@routeur.get("/projets/{code}/classes")
def lister_classes(u: Lecture, code: str, uai: str | None = None) -> list[dict[str, Any]]:
    """Classes of the year, with their pupils and their équipe pédagogique."""
    return consultation.avec_membres(u, code, "division", uai)


@routeur.get("/projets/{code}/groupes")
def lister_groupes(u: Lecture, code: str, uai: str | None = None) -> list[dict[str, Any]]:
    """Groupes d'enseignement of the year, with their pupils and teachers."""
    return consultation.avec_membres(u, code, "groupe", uai)


@routeur.get("/projets/{code}/bilan")
def lire_bilan(u: Lecture, code: str, uai: str | None = None) -> dict[str, Any]:
    """What the ENT holds: accounts, classes, groups, liens élève-groupe."""
    return consultation.bilan(u, code, uai)


@routeur.get("/projets/{code}/imports")
def lister_imports(u: Lecture, code: str, limite: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[ImportVu]:
    """Imports of AAF feeds, latest first."""
    return [_import(x) for x in imports.imports(u, code, limite)]


@routeur.get("/projets/{code}/imports/latest")
def lire_dernier_import(u: Lecture, code: str) -> ImportDetaille:
    """The last import and what it lists."""
    derniers = imports.imports(u, code, 1)
    return _detail(u, derniers[0] if derniers else imports.un_import(u, code, 0))


@routeur.get("/projets/{code}/imports/{import_id}")
def lire_import(u: Lecture, code: str, import_id: int) -> ImportDetaille:
    """One import and what it lists."""
    return _detail(u, imports.un_import(u, code, import_id))


@routeur.post("/projets/{code}/imports", status_code=201)
def importer(
    u: Ecriture, code: str, archive: Annotated[UploadFile, File()], numero: Annotated[int | None, Form()] = None
) -> ImportDetaille:
    """Import a feed by hand (.tar.gz, .zip or one XML file). A refused feed is recorded: `etat` says so."""
    fait = imports.importer_a_la_main(u, code, archive.file, archive.filename or "alimentation", numero)
    return _detail(u, fait)


def _projet(u: Lecture, p: models.Projet) -> ProjetVu:
    lus = {nom: getattr(p, nom) for nom in ProjetVu.model_fields}
    return ProjetVu.model_validate(lus | {"purge_jours": cycle.delai_purge(u, p)})


def _import(x: models.Import) -> ImportVu:
    return ImportVu.model_validate(_valeurs(x))


def _detail(u: Lecture, x: models.Import) -> ImportDetaille:
    return ImportDetaille.model_validate(_valeurs(x) | {"lignes": imports.lignes(u, x.projet, x.id)})


def _valeurs(x: models.Import) -> dict[str, Any]:
    valeurs = {nom: getattr(x, nom) for nom in ImportVu.model_fields if nom != "sha256"}
    return valeurs | {"sha256": x.digest}
