"""The calendar of a year, and the delay to the ENT."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from msgspec.structs import asdict
from pydantic import BaseModel

from services.pilotage.api.etat import horloge_du_poste, voisins
from services.pilotage.rules.calendrier import Etape
from services.pilotage.use_cases import calendrier
from services.pilotage.use_cases.poste import Poste
from shared.horloge.delais import Delai, delai
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["pilotage"])

HorlogeLue = Annotated[Poste, Depends(horloge_du_poste)]


class EtapeLue(BaseModel):
    """A step of the year and where it stands; `desordre` and `attend` are keys of other steps."""

    cle: str
    periode: str
    qui: str
    quoi: str
    ou: str
    debut: date
    fin: date
    apres: list[str]
    suite: str
    guide: str
    etat: str
    fait_le: datetime | None
    dernier_le: datetime | None
    fois: int
    desordre: list[str]
    attend: list[str]

    @classmethod
    def de(cls, e: Etape) -> EtapeLue:
        """From the rules' own."""
        jalon = {n: v for n, v in asdict(e.jalon).items() if n in cls.model_fields}
        return cls(**jalon, **{n: getattr(e, n) for n in e.__struct_fields__ if n != "jalon"})


class ArretLu(BaseModel):
    """A stop on the way to the ENT."""

    nom: str
    instant: datetime


class DelaiLu(BaseModel):
    """The delay: the setting, the guide's words (`annonce`, `depuis`), what stretches it, the stops, the arrival."""

    reglage: str
    annonce: str
    depuis: str
    reserve: str
    depart: datetime
    etapes: list[ArretLu]
    arrivee: datetime

    @classmethod
    def de(cls, d: Delai) -> DelaiLu:
        """From shared's own."""
        return cls(
            reglage=d.reglage,
            annonce=d.annonce.mots,
            depuis=d.annonce.depuis,
            reserve=d.annonce.reserve,
            depart=d.depart,
            etapes=[ArretLu(nom=e.nom, instant=e.instant) for e in d.etapes],
            arrivee=d.arrivee,
        )


class CalendrierLu(BaseModel):
    """The year of a school."""

    uai: str
    annee: int
    libelle: str
    calendrier: str
    rentree_professeurs: date
    rentree_eleves: date
    sortie_eleves: date
    sortie_professeurs: date
    campagne_debut: date
    campagne_fin: date
    etapes: list[EtapeLue]
    consignes: list[str]
    delai: DelaiLu
    muets: dict[str, str]


@routeur.get("/calendrier")
def lire_calendrier(
    request: Request, lu: HorlogeLue, uai: str = "", annee: int | None = Query(None, ge=1990, le=2200)
) -> CalendrierLu:
    """Who does what when, what it depends on, what was done in this bac and when, what is late."""
    vu = calendrier.dresser(lu, voisins(request), uai.strip().upper(), annee)
    return CalendrierLu(
        uai=vu.uai,
        annee=vu.annee,
        libelle=vu.libelle,
        calendrier=vu.scolaire.calendrier,
        rentree_professeurs=vu.scolaire.rentree_professeurs,
        rentree_eleves=vu.scolaire.rentree_eleves,
        sortie_eleves=vu.scolaire.sortie_eleves,
        sortie_professeurs=vu.scolaire.sortie_professeurs,
        campagne_debut=vu.campagne[0],
        campagne_fin=vu.campagne[1],
        etapes=[EtapeLue.de(e) for e in vu.etapes],
        consignes=list(vu.consignes),
        delai=DelaiLu.de(vu.delai),
        muets=dict(vu.muets),
    )


@routeur.get("/delai")
def lire_delai(
    lu: HorlogeLue,
    depart: datetime | None = None,
    depuis: Literal["bee_depots", "remontee_bee", "remontee_sts", "remontee_rectorat"] = "bee_depots",
) -> DelaiLu:
    """When what is deposited in SIECLE or exported by STS-Web is in the ENT; `depart` without offset is local."""
    instant = depart or lu.instant
    return DelaiLu.de(delai(lu.profil, instant if instant.tzinfo else instant.replace(tzinfo=lu.fuseau), depuis))
