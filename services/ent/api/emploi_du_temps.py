"""« Gestion emploi du temps » by program: assistant, imports, what they brought, séances, imports automatisés."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import File, Form, Query, UploadFile
from pydantic import BaseModel, Field

from services.ent import models
from services.ent.rules import emploi_du_temps as regles
from services.ent.use_cases import automatise, import_edt, rapprochement, seances, vie_scolaire
from shared.contracts.refus import Refus
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["ent"])
ICI = "/etablissements/{uai}/emploi-du-temps"
LIMITE = 20_000
"""People of one request of matching."""

Genre = Literal["division", "groupe"]


class Recapitulatif(BaseModel):
    """« Récapitulatif » of the assistant. `propre_a_rentree`: no guide shows this piloting."""

    type_import: str
    option: int
    pilotage: str
    fonctionnement: list[str]
    propre_a_rentree: bool


class ImportEdtVu(BaseModel):
    """The report of an import."""

    numero: int
    instant: datetime
    origine: Literal["assistant", "main", "automatique"]
    fichier: str
    sha256: str
    option: int
    compteurs: dict[str, Any]


class ImportEdtDetaille(ImportEdtVu):
    ecarts: list[dict[str, Any]]


class Peuplement(BaseModel):
    """Pupils that a teacher adds to a group of his, or takes out."""

    enseignant: int
    eleves: list[int] = Field(min_length=1, max_length=500)


class PeriodeDemande(BaseModel):
    """Between two days; None: the beginning or the end of the year."""

    debut: date | None = None
    fin: date | None = None


class AutorisationDemande(BaseModel):
    aaf_id: int


class AutorisationVue(BaseModel):
    """Who is authorised for the imports automatisés (the URL is in his box only)."""

    aaf_id: int
    declare_le: datetime


class IdentiteDemande(BaseModel):
    """A person as PRONOTE knows her."""

    genre: Literal["eleve", "responsable", "enseignant"]
    nom: str = Field(min_length=1, max_length=200)
    prenom: str = Field(max_length=200)
    naissance: date | None = None
    ine: str = ""
    eleve_id: int | None = None


@routeur.get(ICI)
def lire_synthese(u: Lecture, uai: str) -> dict[str, Any]:
    """« Synthèse vie scolaire »: settings, last import, classes and groups of the timetable."""
    connu, dernier = import_edt.reglage(u, uai), import_edt.dernier(u, uai)
    return {
        "reglage": None if connu is None else recapituler(reponses_de(connu)),
        "dernier_import": None if dernier is None else vue_import(dernier),
        "ensembles": vie_scolaire.synthese(u, uai),
    }


@routeur.get(ICI + "/assistant")
def lire_assistant(u: Lecture, uai: str) -> dict[str, Any]:
    """The assistant: what it says and asks."""
    import_edt.reglage(u, uai)
    return {"texte": regles.ASSISTANT, "questions": import_edt.questions()}


@routeur.get(ICI + "/assistant/recapitulatif")
def lire_recapitulatif(
    u: Lecture,
    uai: str,
    groupes: str,
    peuplement: str,
    logiciel: str = regles.LOGICIELS[0],
    version: str = regles.VERSIONS[0],
    agricole: str = "non",
) -> Recapitulatif:
    """What the answers choose, before any file is given."""
    import_edt.reglage(u, uai)
    return recapituler(import_edt.Reponses(groupes, peuplement, logiciel, version, agricole))


@routeur.post(ICI + "/imports", status_code=201)
def importer(
    u: Ecriture,
    uai: str,
    fichier: Annotated[UploadFile, File()],
    groupes: Annotated[str | None, Form()] = None,
    peuplement: Annotated[str | None, Form()] = None,
    logiciel: Annotated[str, Form()] = regles.LOGICIELS[0],
    version: Annotated[str, Form()] = regles.VERSIONS[0],
    agricole: Annotated[str, Form()] = "non",
    cle_privee: Annotated[UploadFile | None, File()] = None,
) -> ImportEdtDetaille:
    """Import a timetable: with the assistant's answers, or (without them) with the settings of the last import.

    `cle_privee`: of the ENT, when EDT wrote the file for it alone.
    """
    reponses = None
    if groupes is not None or peuplement is not None:
        reponses = import_edt.Reponses(groupes or "", peuplement or "", logiciel, version, agricole)
    cle = cle_privee.file.read() if cle_privee else None
    fait = import_edt.importer(u, uai, fichier.file, fichier.filename or "EDT.xml", reponses, cle_privee=cle)
    return detail(u, fait)


@routeur.get(ICI + "/imports")
def lister_imports(u: Lecture, uai: str) -> list[ImportEdtVu]:
    """The imports of the year, latest first."""
    return [vue_import(x) for x in import_edt.imports(u, uai)]


@routeur.get(ICI + "/imports/{numero}")
def lire_import(u: Lecture, uai: str, numero: int) -> ImportEdtDetaille:
    """One import, and what it did not match."""
    return detail(u, import_edt.un_import(u, uai, numero))


@routeur.get(ICI + "/cours")
def lister_cours(
    u: Lecture, uai: str, genre: Genre | None = None, nom: str = "", aaf_id: int | None = None
) -> list[dict[str, Any]]:
    """The courses of the week: all, of a class or group, of a person."""
    return vie_scolaire.cours(u, uai, genre=genre or "", nom=nom, aaf_id=aaf_id)


@routeur.get(ICI + "/ensembles/{genre}/{nom:path}")
def lire_ensemble(u: Lecture, uai: str, genre: Genre, nom: str) -> dict[str, Any]:
    """A class or group of the timetable: members and courses."""
    return vie_scolaire.ensemble(u, uai, genre, nom)


@routeur.post(ICI + "/groupes/{nom:path}/eleves")
def ajouter_eleves(u: Ecriture, uai: str, nom: str, corps: Peuplement) -> dict[str, int]:
    """A teacher puts pupils in a group of his."""
    return {"ajoutes": vie_scolaire.peupler(u, uai, nom, corps.enseignant, corps.eleves)}


@routeur.post(ICI + "/groupes/{nom:path}/eleves/retrait")
def retirer_eleves(u: Ecriture, uai: str, nom: str, corps: Peuplement) -> dict[str, int]:
    """A teacher takes pupils out of a group of his."""
    return {"retires": vie_scolaire.depeupler(u, uai, nom, corps.enseignant, corps.eleves)}


@routeur.post(ICI + "/seances", status_code=201)
def generer_seances(u: Ecriture, uai: str, corps: PeriodeDemande) -> dict[str, int]:
    """« Génération de séances »."""
    return seances.generer(u, uai, corps.debut, corps.fin)


@routeur.get(ICI + "/seances")
def lister_seances(
    u: Lecture,
    uai: str,
    genre: Genre | None = None,
    nom: str = "",
    debut: date | None = None,
    fin: date | None = None,
    limite: Annotated[int, Query(ge=1, le=5000)] = 200,
) -> list[dict[str, Any]]:
    """The séances of a class or group; without one, how many each has."""
    return seances.seances(u, uai, genre, nom, debut, fin, limite) if genre else seances.bilan(u, uai)


@routeur.put(ICI + "/import-automatise")
def autoriser(u: Ecriture, uai: str, corps: AutorisationDemande) -> AutorisationVue:
    """Declare the authorised user: he receives the URL in his messagerie."""
    fait = automatise.declarer(u, uai, corps.aaf_id)
    return AutorisationVue(aaf_id=fait.aaf_id, declare_le=fait.declare_le)


@routeur.get(ICI + "/import-automatise")
def lire_autorisation(u: Lecture, uai: str) -> AutorisationVue | None:
    """Who is authorised, or nobody."""
    fait = automatise.acces(u, uai)
    return None if fait is None else AutorisationVue(aaf_id=fait.aaf_id, declare_le=fait.declare_le)


@routeur.delete(ICI + "/import-automatise", status_code=204)
def retirer_autorisation(u: Ecriture, uai: str) -> None:
    """Nobody is authorised any more."""
    automatise.retirer(u, uai)


@routeur.get("/depots-edt/{jeton}")
def verifier_depot(u: Lecture, jeton: str) -> dict[str, Any]:
    """What the URL that the authorised user received gives access to."""
    return automatise.verifier(u, jeton)


@routeur.post("/depots-edt/{jeton}", status_code=201)
def deposer(u: Ecriture, jeton: str, fichier: Annotated[UploadFile, File()]) -> ImportEdtDetaille:
    """Deposit a timetable at that URL: it is imported at once, with the settings of the last import."""
    return detail(u, automatise.deposer(u, jeton, fichier.file, fichier.filename or "EDT.xml"))


@routeur.post("/etablissements/{uai}/rapprochement")
def rapprocher(u: Ecriture, uai: str, corps: list[IdentiteDemande]) -> list[dict[str, Any]]:
    """Match identities of PRONOTE with accounts: the login, or why there is none."""
    if len(corps) > LIMITE:
        raise Refus(
            f"Le rapprochement porte sur {len(corps)} personnes : c'est trop à la fois.",
            code="TROP_DE_PERSONNES",
            remede=f"Envoyez-les par paquets de {LIMITE} au plus.",
        )
    return rapprochement.rapprocher(u, uai, [rapprochement.Identite(**x.model_dump()) for x in corps])


def reponses_de(connu: models.ReglageEdt) -> import_edt.Reponses:
    """The answers that were given to the assistant."""
    return import_edt.Reponses(
        connu.groupes_crees, connu.peuplement, connu.logiciel, connu.version, "oui" if connu.agricole else "non"
    )


def recapituler(reponses: import_edt.Reponses) -> Recapitulatif:
    """What answers choose."""
    choisi = reponses.pilotage()
    return Recapitulatif(
        type_import=reponses.version,
        option=choisi.option,
        pilotage=choisi.libelle,
        fonctionnement=list(choisi.fonctionnement),
        propre_a_rentree=not choisi.guide,
    )


def vue_import(x: models.ImportEdt) -> ImportEdtVu:
    return ImportEdtVu.model_validate(_valeurs(x))


def detail(u: Lecture, x: models.ImportEdt) -> ImportEdtDetaille:
    return ImportEdtDetaille.model_validate(_valeurs(x) | {"ecarts": import_edt.ecarts(u, x)})


def _valeurs(x: models.ImportEdt) -> dict[str, Any]:
    return {nom: getattr(x, nom) for nom in ImportEdtVu.model_fields if nom != "sha256"} | {"sha256": x.digest}
