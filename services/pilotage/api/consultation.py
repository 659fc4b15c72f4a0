"""What the control room shows: map, journal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from services.pilotage.api.etat import memoire, poste, voisins
from services.pilotage.api.horloge import EtatHorloge, etat_horloge
from services.pilotage.rules.carte import AttenteVue, EchangeVu, FlecheVue, Passage
from services.pilotage.use_cases import carte, journal
from services.pilotage.use_cases.carte import Carte
from services.pilotage.use_cases.poste import Poste
from shared.http.dependances import noyau
from shared.http.routes import Routeur

routeur = Routeur(prefix="/api", tags=["pilotage"])

PosteLu = Annotated[Poste, Depends(poste)]
Application = Literal["", "pilotage", "rectorat", "sts_web", "siecle_bee", "edt", "aaf", "ent"]
Sens = Literal["", "recu", "lot", "action"]


class ApplicationVue(BaseModel):
    """An application of the chain: whether it answers, and the address of its pages."""

    nom: str
    titre: str
    lien: str
    repond: bool
    cause: str


class PassageVu(BaseModel):
    """What last passed."""

    libelle: str
    instant: datetime
    nb: int
    nb_refus: int

    @classmethod
    def de(cls, p: Passage | None) -> PassageVu | None:
        """From the rules' own."""
        return None if p is None else cls(libelle=p.libelle, instant=p.instant, nb=p.nb, nb_refus=p.nb_refus)


class AttenteLue(BaseModel):
    """What waits: until an instant, or (`geste`) until a person does something."""

    nb: int
    quoi: str
    jusqu_a: datetime | None
    geste: str

    @classmethod
    def de(cls, a: AttenteVue) -> AttenteLue:
        """From the rules' own."""
        return cls(nb=a.nb, quoi=a.mot, jusqu_a=a.jusqu_a, geste=a.geste)


class EchangeLu(BaseModel):
    """An exchange: how it is carried, what last passed, what waits, its next batch, its numbers in the guides."""

    cle: str
    libelle: str
    mode: str
    etat: str
    synchro: str
    fiche_2013: str
    dernier: PassageVu | None
    attentes: list[AttenteLue]
    prochain: datetime | None
    en_file: int
    refuses: int

    @classmethod
    def de(cls, e: EchangeVu) -> EchangeLu:
        """From the rules' own."""
        return cls(
            cle=e.echange.cle,
            libelle=e.echange.libelle,
            mode=e.echange.mode,
            etat=e.etat,
            synchro=e.echange.synchro,
            fiche_2013=e.echange.fiche_2013,
            dernier=PassageVu.de(e.dernier),
            attentes=[AttenteLue.de(a) for a in e.attentes],
            prochain=e.prochain,
            en_file=e.en_file,
            refuses=e.refuses,
        )


class FlecheLue(BaseModel):
    """The exchanges from an application to another."""

    cle: str
    de: str
    vers: str
    etat: str
    lots: list[str]
    echanges: list[EchangeLu]

    @classmethod
    def depuis(cls, f: FlecheVue) -> FlecheLue:
        """From the rules' own."""
        return cls(
            cle=f.fleche.cle,
            de=f.fleche.de,
            vers=f.fleche.vers,
            etat=f.etat,
            lots=list(f.fleche.lots),
            echanges=[EchangeLu.de(e) for e in f.echanges],
        )


class CarteLue(BaseModel):
    """The map. `textes` and `etats` are what the page prints, by address."""

    horloge: EtatHorloge
    applications: list[ApplicationVue]
    fleches: list[FlecheLue]
    textes: dict[str, str]
    etats: dict[str, str]


class LigneLue(BaseModel):
    """A line of the journal."""

    service: str
    id: int
    instant: datetime
    sens: str
    genre: str
    libelle: str
    origine: str | None
    uai: str | None
    annee: int | None
    nb: int
    nb_refus: int
    resume: dict[str, Any]


class PageJournal(BaseModel):
    """A page of the journal, latest first. `suite`: older lines follow."""

    lignes: list[LigneLue]
    page: int
    taille: int
    suite: bool
    muets: dict[str, str]


def dresser_carte(request: Request, lu: Poste) -> Carte:
    """The map of the bac of the request."""
    return carte.dresser(lu, memoire(request), noyau(request).reglages.adresses)


@routeur.get("/carte")
def lire_carte(request: Request, lu: PosteLu) -> CarteLue:
    """The map: each exchange, what last passed, when, how many, what waits and until when."""
    c = dresser_carte(request, lu)
    return CarteLue(
        horloge=etat_horloge(lu),
        applications=[
            ApplicationVue(nom=a.nom, titre=a.titre, lien=a.lien, repond=a.repond, cause=a.cause)
            for a in c.applications
        ],
        fleches=[FlecheLue.depuis(f) for f in c.fleches],
        textes=dict(c.textes),
        etats=dict(c.etats),
    )


@routeur.get("/journal")
def lire_journal(
    request: Request,
    application: Application = "",
    uai: str = "",
    sens: Sens = "",
    page: int = Query(1, ge=1, le=400),
    taille: int = Query(50, ge=1, le=200),
) -> PageJournal:
    """The journals of all applications, merged by simulated instant, latest first."""
    filtre = journal.Filtre(application, uai.strip().upper(), sens)
    lue = journal.lire(noyau(request).fabrique, voisins(request), request.state.bac, filtre, page, taille)
    return PageJournal(
        lignes=[
            LigneLue(
                **{nom: getattr(x, nom) for nom in LigneLue.model_fields if nom != "resume"}, resume=dict(x.resume)
            )
            for x in lue.lignes
        ],
        page=lue.page,
        taille=lue.taille,
        suite=lue.suite,
        muets=dict(lue.muets),
    )
