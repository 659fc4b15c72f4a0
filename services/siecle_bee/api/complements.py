"""Beside the fiches: calendar of Communs, families, tabs HISTORIQUE and SCOLARITÉ COMPLEXE."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from msgspec.structs import asdict

from services.siecle_bee.api.bases import BASE
from services.siecle_bee.api.messages import Corps
from services.siecle_bee.models import ScolariteComplexe
from services.siecle_bee.rules.complexe import GENRES
from services.siecle_bee.rules.fermetures import Periode
from services.siecle_bee.use_cases import bases, complexe, familles, fermetures, fiches, historique
from shared.http.dependances import Ecriture, Lecture
from shared.http.routes import Routeur

routeur = Routeur()


@routeur.get(BASE + "/communs/vacances")
def vacances(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Commun > Calendrier > Vacances scolaires: first day without class, first day of class after it."""
    return [asdict(p) for p in fermetures.vacances(u, bases.base(u, uai, millesime))]


class FermetureCorps(Corps):
    """A closure of the school, both days included."""

    debut: date
    fin: date
    motif: str
    libelle: str = ""


@routeur.get(BASE + "/communs/fermetures")
def autres_periodes(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Commun > Calendrier > Autres périodes de fermeture."""
    return [
        {"debut": f.debut, "fin": f.fin, "motif": f.motif, "libelle": f.libelle}
        for f in fermetures.fermetures(u, bases.base(u, uai, millesime))
    ]


@routeur.post(BASE + "/communs/fermetures", status_code=201)
def ajouter_periode(u: Ecriture, uai: str, millesime: int, corps: FermetureCorps) -> dict[str, Any]:
    """Type a closure."""
    periode = Periode(corps.debut, corps.fin, corps.motif.strip(), corps.libelle.strip())
    fermetures.ajouter(u, bases.base(u, uai, millesime), periode)
    return asdict(periode)


@routeur.delete(BASE + "/communs/fermetures/{debut}", status_code=204)
def supprimer_periode(u: Ecriture, uai: str, millesime: int, debut: date) -> None:
    """Take away the closure that begins that day."""
    fermetures.supprimer(u, bases.base(u, uai, millesime), debut)


@routeur.get(BASE + "/teleservices")
def comptes(u: Lecture, uai: str, millesime: int) -> dict[str, Any]:
    """Administration Téléservices: accounts in use or not, and those made again after a doublon."""
    b = bases.base(u, uai, millesime)
    return {
        "comptes": [
            {
                "personne_id": c.personne.personne_id,
                "nom": c.personne.nom,
                "prenom": c.personne.prenom,
                "eleves": c.eleves,
                "identifiant": c.identifiant or None,
                "educonnect": c.educonnect,
            }
            for c in familles.comptes(u, b)
        ],
        "recrees": [asdict(c) for c in familles.comptes_recrees(u, b)],
    }


@routeur.post(BASE + "/teleservices/{personne_id}/activation", status_code=201)
def activer(u: Ecriture, uai: str, millesime: int, personne_id: int) -> dict[str, str]:
    """The family opens its account."""
    return {"identifiant": familles.activer(u, bases.base(u, uai, millesime), personne_id)}


class ConnexionCorps(Corps):
    """An identifier of télé-services."""

    identifiant: str


@routeur.post(BASE + "/teleservices/connexion")
def ouvrir(u: Lecture, uai: str, millesime: int, corps: ConnexionCorps) -> dict[str, int]:
    """Who signs in with this identifier; refused when the account was deleted."""
    return {"personne_id": familles.ouvrir(u, bases.base(u, uai, millesime), corps.identifiant).personne_id}


class RenseignementsCorps(Corps):
    """What a family changed: fields of `rules.teleservices.CHAMPS`."""

    identifiant: str
    champs: dict[str, str]


@routeur.post(BASE + "/teleservices/fiches", status_code=201)
def deposer(u: Ecriture, uai: str, millesime: int, corps: RenseignementsCorps) -> dict[str, int]:
    """A family fills in its sheet: it waits in Importations > Fiches de renseignements."""
    return {"id": familles.deposer(u, bases.base(u, uai, millesime), corps.identifiant, corps.champs).id}


@routeur.get(BASE + "/fiches-renseignements")
def fiches_renseignements(u: Lecture, uai: str, millesime: int) -> list[dict[str, Any]]:
    """Importations > Fiches de renseignements: the sheets that wait."""
    return [
        {
            "id": x.fiche.id,
            "eleve_id": x.eleve.eleve_id,
            "personne_id": x.personne.personne_id,
            "recu_le": x.fiche.recu_le,
            "champs": x.fiche.champs,
        }
        for x in familles.en_attente(u, bases.base(u, uai, millesime))
    ]


class TraitementCorps(Corps):
    """Sheets, and what to do with them."""

    ids: list[int]
    acte: Literal["integrer", "rejeter"]


@routeur.post(BASE + "/fiches-renseignements")
def traiter(u: Ecriture, uai: str, millesime: int, corps: TraitementCorps) -> dict[str, int]:
    """Write the sheets in the fiches of the responsables, or reject them."""
    b = bases.base(u, uai, millesime)
    return {"traitees": familles.traiter(u, b, corps.ids, integrer=corps.acte == "integrer")}


@routeur.get(BASE + "/eleves/{eleve_id}/historique")
def historique_eleve(u: Lecture, uai: str, millesime: int, eleve_id: int) -> dict[str, Any]:
    """The scolarités known of a pupil, and what was done to the fiche."""
    b = bases.base(u, uai, millesime)
    e = fiches.eleve(u, b, eleve_id)
    return {
        "scolarites": [asdict(x) for x in historique.scolarites(u, b, e)],
        "evenements": [
            {"instant": x.instant, "genre": x.genre, "libelle": x.libelle, "champs": x.resume.get("champs", [])}
            for x in historique.evenements(u, b, eleve_id)
        ],
    }


class ComplexeCorps(Corps):
    """A scolarité complexe; `fin` null: until further notice."""

    genre: str
    lieu: str = ""
    debut: date
    fin: date | None = None


def _complexe(x: ScolariteComplexe) -> dict[str, Any]:
    genre = GENRES[x.genre]
    return {
        "rang": x.rang,
        "genre": x.genre,
        "libelle": genre.libelle,
        "famille": genre.famille,
        "lieu": x.lieu,
        "debut": x.debut,
        "fin": x.fin,
    }


@routeur.get(BASE + "/eleves/{eleve_id}/complexe")
def complexes(u: Lecture, uai: str, millesime: int, eleve_id: int) -> list[dict[str, Any]]:
    """The tab SCOLARITÉ COMPLEXE."""
    b = bases.base(u, uai, millesime)
    fiches.eleve(u, b, eleve_id)
    return [_complexe(x) for x in complexe.lister(u, b, eleve_id)]


@routeur.post(BASE + "/eleves/{eleve_id}/complexe", status_code=201)
def ajouter_complexe(u: Ecriture, uai: str, millesime: int, eleve_id: int, corps: ComplexeCorps) -> dict[str, Any]:
    """Type a scolarité complexe."""
    b = bases.base(u, uai, millesime)
    return _complexe(complexe.ajouter(u, b, eleve_id, corps.genre, corps.lieu.strip(), corps.debut, corps.fin))


@routeur.delete(BASE + "/eleves/{eleve_id}/complexe/{rang}", status_code=204)
def supprimer_complexe(u: Ecriture, uai: str, millesime: int, eleve_id: int, rang: int) -> None:
    """Take a scolarité complexe away."""
    complexe.supprimer(u, bases.base(u, uai, millesime), eleve_id, rang)
