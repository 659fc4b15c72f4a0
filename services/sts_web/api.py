"""The web service of STS-Web: thin routes over the use cases."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Form, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from services.sts_web.rules.importation import Enseignant, ServiceLu
from services.sts_web.rules.structure import DivisionSaisie, GroupeSaisi
from services.sts_web.use_cases import (
    alertes,
    bascule,
    emploi_du_temps,
    etablissements,
    exports,
    imports,
    lecture,
    locales,
    reprise,
    services,
    structure,
)
from shared.contracts.refus import Inconnu
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["STS-Web"])
ANNEE = "/etablissements/{uai}/annees/{annee}"


class Corps(BaseModel):
    """Base of the bodies: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class PartSaisie(Corps):
    """A MEF of a division, or a division of a group."""

    code: str
    effectif_prevu: int = Field(0, ge=0)


class DivisionCorps(Corps):
    """A division as typed; a MEF may be its code alone."""

    code: str
    libelle: str = ""
    mefs: list[PartSaisie | str] = Field(default_factory=list)

    def saisie(self) -> DivisionSaisie:
        """For the use cases."""
        return DivisionSaisie(self.code, self.libelle or self.code, _paires(self.mefs))


class GroupeCorps(Corps):
    """A group as typed; a division may be its code alone."""

    code: str
    libelle: str = ""
    divisions: list[PartSaisie | str] = Field(default_factory=list)
    effectif_prevu: int = Field(0, ge=0)

    def saisie(self) -> GroupeSaisi:
        """For the use cases."""
        return GroupeSaisi(self.code, self.libelle or self.code, _paires(self.divisions), self.effectif_prevu)


class EnseignantCorps(Corps):
    """A teacher of a service."""

    id: int
    type: Literal["epp", "local"] = "epp"
    heures: float = Field(0.0, ge=0)


class ServiceCorps(Corps):
    """A service as typed."""

    structure: str
    matiere: str
    modalite: str = "CG"
    heures: float = Field(0.0, ge=0)
    co_ens: bool = False
    enseignants: list[EnseignantCorps] = Field(default_factory=list)

    def saisie(self) -> ServiceLu:
        """For the use cases, which find whether the structure is a division or a group."""
        return ServiceLu(
            self.structure,
            "",
            self.matiere,
            self.modalite,
            self.heures,
            self.co_ens,
            tuple(Enseignant(e.id, e.type, e.heures) for e in self.enseignants),
        )


class LocaleCorps(Corps):
    """A person whom the school declares itself."""

    nom: str
    prenom: str
    date_naissance: date | None = None
    heures: float = Field(0.0, ge=0, le=99)


class BasculeCorps(Corps):
    """What the bascule carries over."""

    reconduire: list[str] = Field(default_factory=lambda: ["divisions"])


class ExportServicesCorps(Corps):
    """« Souhaitez-vous : Exporter les services à destination de… »."""

    destination: Literal["sconet", "editeur"] = "sconet"


class SupportCorps(Corps):
    """« Changement support »: the teacher replaced, the one who replaces him, the services ticked."""

    origine: int
    destinataire: int
    services: list[int]


class SuppleancesCorps(Corps):
    """« Saisie rapide »: the lines ticked."""

    suppleances: list[str]


class StructureReponse(BaseModel):
    """What was written, and what deserves a look."""

    codes: list[str]
    avertissements: list[str] = Field(default_factory=list)


def _paires(parts: list[PartSaisie | str]) -> tuple[tuple[str, int], ...]:
    return tuple((p, 0) if isinstance(p, str) else (p.code, p.effectif_prevu) for p in parts)


def _liste(corps: Any) -> list[Any]:
    return corps if isinstance(corps, list) else [corps]


# --- schools and years ---------------------------------------------------------------------------------


@routeur.post("/reprise", status_code=201)
def post_reprise(u: Ecriture, fichier: UploadFile) -> reprise.RepriseFaite:
    """Load a school's year as it is, from a sts_emp file."""
    return reprise.reprendre(u, fichier.file, fichier.filename or "sts_emp.xml")


@routeur.get("/etablissements")
def get_etablissements(u: Lecture) -> list[etablissements.EtablissementVue]:
    """Every school and its years."""
    return etablissements.lister(u)


@routeur.get("/etablissements/{uai}")
def get_etablissement(u: Lecture, uai: str) -> etablissements.EtablissementVue:
    """One school and its years."""
    return etablissements.decrire(u, uai)


@routeur.post("/etablissements/{uai}/bascule", status_code=201)
def post_bascule(u: Ecriture, uai: str, corps: BasculeCorps) -> dict[str, int]:
    """Open the year in preparation."""
    return {"annee": bascule.basculer(u, uai, corps.reconduire)}


@routeur.get(ANNEE + "/campagne")
def get_campagne(u: Lecture, uai: str, annee: int) -> alertes.CampagneVue:
    """The campagne « Rentrée » of a year, and a warning when the year may be the wrong one."""
    return alertes.campagne(u, uai, annee)


@routeur.get(ANNEE + "/alertes")
def get_alertes(u: Lecture, uai: str, annee: int) -> list[alertes.Alerte]:
    """What deserves a look: the wrong year, exports out of date, groups without service, typing by hand."""
    return alertes.alertes(u, uai, annee)


# --- structure -----------------------------------------------------------------------------------------


@routeur.get(ANNEE + "/divisions")
def get_divisions(u: Lecture, uai: str, annee: int) -> tuple[lecture.DivisionVue, ...]:
    """The divisions of a year and their MEF."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.structure(u, uai, annee).divisions


@routeur.post(ANNEE + "/divisions", status_code=201)
def post_divisions(u: Ecriture, uai: str, annee: int, corps: DivisionCorps | list[DivisionCorps]) -> StructureReponse:
    """Create one division, or a list (all or none)."""
    saisies = [d.saisie() for d in _liste(corps)]
    structure.creer_divisions(u, uai, annee, saisies)
    return StructureReponse(codes=[s.code for s in saisies])


@routeur.put(ANNEE + "/divisions/{code:path}")
def put_division(u: Ecriture, uai: str, annee: int, code: str, corps: DivisionCorps) -> StructureReponse:
    """Change a division; another code renames it."""
    structure.modifier_division(u, uai, annee, code, corps.saisie())
    return StructureReponse(codes=[corps.code])


@routeur.delete(ANNEE + "/divisions/{code:path}", status_code=204)
def delete_division(u: Ecriture, uai: str, annee: int, code: str) -> None:
    """Delete a division."""
    structure.supprimer_division(u, uai, annee, code)


@routeur.get(ANNEE + "/groupes")
def get_groupes(u: Lecture, uai: str, annee: int) -> tuple[lecture.GroupeVue, ...]:
    """The groups of a year, their divisions and MEF."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.structure(u, uai, annee).groupes


@routeur.post(ANNEE + "/groupes", status_code=201)
def post_groupes(u: Ecriture, uai: str, annee: int, corps: GroupeCorps | list[GroupeCorps]) -> StructureReponse:
    """Create one group, or a list (all or none)."""
    saisies = [g.saisie() for g in _liste(corps)]
    avertissements = structure.creer_groupes(u, uai, annee, saisies)
    return StructureReponse(codes=[s.code for s in saisies], avertissements=avertissements)


@routeur.put(ANNEE + "/groupes/{code:path}")
def put_groupe(u: Ecriture, uai: str, annee: int, code: str, corps: GroupeCorps) -> StructureReponse:
    """Change a group; another code renames it."""
    avertissements = structure.modifier_groupe(u, uai, annee, code, corps.saisie())
    return StructureReponse(codes=[corps.code], avertissements=avertissements)


@routeur.delete(ANNEE + "/groupes/{code:path}", status_code=204)
def delete_groupe(u: Ecriture, uai: str, annee: int, code: str) -> None:
    """Delete a group."""
    structure.supprimer_groupe(u, uai, annee, code)


# --- ressources and services ---------------------------------------------------------------------------


@routeur.get(ANNEE + "/ressources")
def get_ressources(u: Lecture, uai: str, annee: int) -> list[lecture.PersonneVue]:
    """Ressources of a year, as EPP gives them; suppléants are not among them (REC-04)."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.personnes(u, uai, annee)[0]


@routeur.get(ANNEE + "/ressources/locales")
def get_locales(u: Lecture, uai: str, annee: int) -> list[lecture.PersonneVue]:
    """The local people of a year; they are among the Ressources too."""
    return locales.lister(u, uai, annee)


@routeur.post(ANNEE + "/ressources/locales", status_code=201)
def post_locales(u: Ecriture, uai: str, annee: int, corps: LocaleCorps) -> dict[str, int]:
    """Declare a local person."""
    return {"numero": locales.creer(u, uai, annee, locales.LocaleSaisie(**corps.model_dump()))}


@routeur.delete(ANNEE + "/ressources/locales/{numero}", status_code=204)
def delete_locale(u: Ecriture, uai: str, annee: int, numero: int) -> None:
    """Take a local person away."""
    locales.supprimer(u, uai, annee, numero)


@routeur.get(ANNEE + "/services")
def get_services(u: Lecture, uai: str, annee: int) -> list[lecture.ServiceVue]:
    """The services of a year and their teachers."""
    etablissements.ouvrir(u, uai, annee)
    return lecture.services(u, uai, annee)


@routeur.post(ANNEE + "/services", status_code=201)
def post_services(u: Ecriture, uai: str, annee: int, corps: ServiceCorps | list[ServiceCorps]) -> dict[str, list[int]]:
    """Type one service, or a list (all or none)."""
    return {"numeros": services.creer_services(u, uai, annee, [s.saisie() for s in _liste(corps)])}


@routeur.put(ANNEE + "/services/{numero}")
def put_service(u: Ecriture, uai: str, annee: int, numero: int, corps: ServiceCorps) -> dict[str, int]:
    """Change a service: structure, matière, modalité, hours, teachers."""
    services.modifier_service(u, uai, annee, numero, corps.saisie())
    return {"numero": numero}


@routeur.delete(ANNEE + "/services/{numero}", status_code=204)
def delete_service(u: Ecriture, uai: str, annee: int, numero: int) -> None:
    """Delete a service."""
    services.supprimer_service(u, uai, annee, numero)


@routeur.post(ANNEE + "/changement-support")
def post_changement_support(u: Ecriture, uai: str, annee: int, corps: SupportCorps) -> dict[str, int]:
    """« Rattacher »: move services from one teacher to another."""
    nb = services.changer_support(u, uai, annee, corps.origine, corps.destinataire, corps.services)
    return {"services": nb}


@routeur.get(ANNEE + "/suppleances")
def get_suppleances(u: Lecture, uai: str, annee: int) -> list[services.SuppleanceVue]:
    """The lines of « Services suppléants »."""
    etablissements.ouvrir(u, uai, annee)
    return services.suppleances(u, uai, annee)


@routeur.post(ANNEE + "/suppleances/rattachement")
def post_suppleances(u: Ecriture, uai: str, annee: int, corps: SuppleancesCorps) -> dict[str, dict[str, int]]:
    """« Valider »: attach to each suppléant the services of his suppléé."""
    return {"services": services.rattacher_suppleants(u, uai, annee, corps.suppleances)}


# --- exports and imports -------------------------------------------------------------------------------


@routeur.get(ANNEE + "/exports")
def get_exports(u: Lecture, uai: str, annee: int) -> list[exports.ExportVue]:
    """The last export of each kind and what became of it."""
    return exports.derniers(u, uai, annee)


@routeur.get(ANNEE + "/exports/{genre}/fichier", response_class=Response)
def get_export(u: Lecture, uai: str, annee: int, genre: str) -> Response:
    """What the last export of that kind sent or wrote."""
    for e in exports.derniers(u, uai, annee):
        if e.genre == genre:
            nom = e.fichier or f"{genre}_{uai}_{annee}.json"
            return fichier_joint(nom, u.fichiers.lire(e.digest))
    raise Inconnu("Cet export n'a jamais été fait.", code="EXPORT_INCONNU", remede="Lancez-le d'abord.")


@routeur.post(ANNEE + "/exports/emploi-du-temps", response_class=Response)
def post_export_edt(u: Ecriture, uai: str, annee: int) -> Response:
    """The sts_emp file."""
    fichier = emploi_du_temps.exporter(u, uai, annee)
    return fichier_joint(fichier.nom, fichier.contenu)


@routeur.post(ANNEE + "/exports/structure")
def post_export_structure(u: Ecriture, uai: str, annee: int) -> exports.ExportFait:
    """Send the structure to BEE."""
    return exports.exporter_structure(u, uai, annee)


@routeur.post(ANNEE + "/exports/services")
def post_export_services(u: Ecriture, uai: str, annee: int, corps: ExportServicesCorps) -> exports.ExportFait:
    """Send the services to BEE, or make the file for a private editor."""
    return exports.exporter_services(u, uai, annee, corps.destination)


@routeur.post(ANNEE + "/imports/emploi-du-temps")
def post_import_edt(
    u: Ecriture,
    uai: str,
    annee: int,
    fichier: UploadFile,
    conserver_services: Annotated[Literal["oui", "non"], Form()],
) -> imports.RapportImport:
    """Import the remontée of the timetable software; the answer is the report."""
    return imports.importer(
        u,
        uai,
        annee,
        fichier.file,
        fichier.filename or "emp_sts.xml",
        conserver_services=conserver_services == "oui",
    )


@routeur.get(ANNEE + "/imports/emploi-du-temps")
def get_import_edt(u: Lecture, uai: str, annee: int) -> imports.RapportImport | None:
    """The report of the last import, null when there was none."""
    rapport = imports.dernier_rapport(u, uai, annee)
    return imports.RapportImport(**rapport) if rapport else None


def fichier_joint(nom: str, contenu: bytes) -> Response:
    """A file to save (STS-43: never to open)."""
    genre = "application/json" if nom.endswith(".json") else "application/xml"
    return Response(contenu, media_type=genre, headers={"Content-Disposition": f'attachment; filename="{nom}"'})
