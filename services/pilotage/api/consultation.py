"""What the control room shows: map, journal, investigations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from pydantic import BaseModel

from services.pilotage.api.etat import memoire, poste, voisins
from services.pilotage.api.horloge import EtatHorloge, etat_horloge
from services.pilotage.rules.assistance import Assistance
from services.pilotage.rules.carte import AttenteVue, EchangeVu, FlecheVue, Passage
from services.pilotage.rules.verdict import Obstacle
from services.pilotage.use_cases import carte, journal, suivre
from services.pilotage.use_cases.carte import Carte
from services.pilotage.use_cases.poste import Poste
from shared.contracts.assistance import RUBRIQUES
from shared.contracts.traces import Trace
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.screens.liens import lien_vers

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


class AssistanceLue(BaseModel):
    """What to ask for (ACC-15): `rubriques`, the headings that follow; `ouvrir`, whether to ask now."""

    constat: str
    verification: str
    diagnostic: str
    rubriques: list[str]
    phrase: str
    ouvrir: bool

    @classmethod
    def de(cls, a: Assistance) -> AssistanceLue:
        """From the rules' own, the headings in words."""
        return cls(**{n: getattr(a, n) for n in a.__slots__} | {"rubriques": [RUBRIQUES[r] for r in a.rubriques]})


class VerificationLue(BaseModel):
    """What the secretariat looks at, and finds."""

    ou: str
    quoi: str
    reponse: str
    bon: bool


class ObservationLue(BaseModel):
    """What explains another complaint; `echeance`, when it ends if it is mended now."""

    code: str
    anomalie: str
    raison: str
    regle: str
    remede: str
    menu: str
    qui: str
    service: str
    echeance: datetime | None
    quand: str


class ObstacleLu(BaseModel):
    """Something that stands in the way: `service` says it, `application` mends it, at `menu`, whose page is `lien`."""

    service: str
    application: str
    code: str
    raison: str
    regle: str
    qui: str
    menu: str
    lien: str
    remede: str
    retient: bool
    echeance: datetime
    uai: str

    @classmethod
    def de(cls, o: Obstacle, ouvrir: Callable[[str, str], str]) -> ObstacleLu:
        """From the rules' own; `ouvrir` gives the address of a page of an application."""
        return cls(**asdict(o) | {"lien": ouvrir(o.application, o.lien)})


class AbsentLu(BaseModel):
    """What to verify when nobody knows that name, for one public."""

    quoi: str
    ou: str
    regle: str
    diagnostic: dict[str, str]
    assistance: AssistanceLue


class DossierLu(BaseModel):
    """One thing followed: its traces along the chain, and where its path stops.

    `conclusion` is a sentence; `ou`, the application; `qui`, who can mend it; `menu`, what to open; `echeance`, when
    it will be in the ENT if it is done now; `diagnostic`, the five words of the guide (DIAG-01); `compte`, the answer
    to the first question (DIAG-02); `obstacles`, all that is known to stand in the way, `ou` first; `lien`, the address
    of the page that `menu` opens in `application`.
    """

    objet: str
    libelle: str
    cles: dict[str, str]
    traces: list[Trace]
    conclusion: str
    etat: str
    ou: str | None
    pourquoi: str
    code: str
    regle: str
    qui: str
    menu: str
    remede: str
    echeance: datetime | None
    diagnostic: dict[str, str]
    compte: str
    assistance: AssistanceLue | None
    verifications: list[VerificationLue]
    observations: list[ObservationLue]
    application: str
    lien: str
    obstacles: list[ObstacleLu]

    @classmethod
    def de(cls, d: suivre.Dossier, ouvrir: Callable[[str, str], str]) -> DossierLu:
        """From the use case's own; `ouvrir` gives the address of a page of an application."""
        c = d.conclusion
        return cls(
            objet=d.objet,
            libelle=d.libelle,
            cles=d.cles,
            traces=list(d.traces),
            conclusion=c.phrase,
            etat=c.etat,
            ou=c.ou,
            pourquoi=c.pourquoi,
            code=c.code,
            regle=c.regle,
            qui=c.qui,
            menu=c.menu,
            remede=c.remede,
            echeance=c.echeance,
            diagnostic=asdict(c.diagnostic),
            compte=c.compte,
            assistance=AssistanceLue.de(c.assistance) if c.assistance else None,
            verifications=[VerificationLue(**asdict(v)) for v in c.verifications],
            observations=[ObservationLue(**asdict(o)) for o in d.observations],
            application=c.application,
            lien=ouvrir(c.application, c.lien),
            obstacles=[ObstacleLu.de(o, ouvrir) for o in c.obstacles],
        )


def ouvreur(request: Request, bac: str) -> Callable[[str, str], str]:
    """Gives the address of a page of an application in a bac; "" for no page."""
    adresses = noyau(request).reglages.adresses
    return lambda service, page: lien_vers(adresses, bac, service, page) if page else ""


class EnqueteLue(BaseModel):
    """The answer to a search. `muets`: applications that did not answer; `ecartes`: things beyond the limit; `absents`:
    what to verify when nothing was found.
    """

    q: str
    instant: datetime
    dossiers: list[DossierLu]
    muets: dict[str, str]
    ecartes: int
    absents: list[AbsentLu]


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


@routeur.get("/suivre")
def lire_suivi(request: Request, lu: PosteLu, q: str = "") -> EnqueteLue:
    """Where a name, an INE, a group or a division is in each application, what holds it back, when it will pass."""
    e = suivre.enqueter(lu, voisins(request), q)
    ouvrir = ouvreur(request, lu.bac)
    return EnqueteLue(
        q=e.q,
        instant=e.instant,
        dossiers=[DossierLu.de(d, ouvrir) for d in e.dossiers],
        muets=dict(e.muets),
        ecartes=e.ecartes,
        absents=[
            AbsentLu(
                quoi=a.quoi,
                ou=a.ou,
                regle=a.regle,
                diagnostic=asdict(a.diagnostic),
                assistance=AssistanceLue.de(a.assistance),
            )
            for a in e.absents
        ],
    )
