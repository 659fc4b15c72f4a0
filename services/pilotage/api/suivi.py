"""*Suivre*: where someone or something is in each application, what stands in the way, who mends it, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from msgspec.structs import asdict
from pydantic import BaseModel

from services.pilotage.api.etat import poste, voisins
from services.pilotage.rules.assistance import Assistance
from services.pilotage.rules.verdict import Obstacle
from services.pilotage.use_cases import suivre
from services.pilotage.use_cases.poste import Poste
from shared.contracts.assistance import RUBRIQUES
from shared.contracts.traces import Trace
from shared.http.dependances import noyau
from shared.http.routes import Routeur
from shared.screens.liens import lien_vers

routeur = Routeur(prefix="/api", tags=["pilotage"])

PosteLu = Annotated[Poste, Depends(poste)]


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
        champs = {n: getattr(a, n) for n in a.__struct_fields__}
        return cls(**champs | {"rubriques": [RUBRIQUES[r] for r in a.rubriques]})


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
    """Something that stands in the way: `service` says it, `application` mends it, at `menu`, whose page is `lien`;
    `ailleurs`, the same page in the other schools that it is about, by UAI.
    """

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
    ailleurs: dict[str, str]

    @classmethod
    def de(cls, o: Obstacle, ouvrir: Callable[[str, str], str]) -> ObstacleLu:
        """From the rules' own; `ouvrir` gives the address of a page of an application."""
        valeurs = {nom: getattr(o, nom) for nom in cls.model_fields}
        valeurs["lien"] = ouvrir(o.application, o.lien)
        valeurs["ailleurs"] = {uai: ouvrir(o.application, page) for uai, page in o.ailleurs.items()}
        return cls(**valeurs)


class AbsentLu(BaseModel):
    """What to verify when nobody knows that name, for one public; `qui` mends it, at `menu`, whose page is `lien`."""

    quoi: str
    ou: str
    regle: str
    diagnostic: dict[str, str]
    assistance: AssistanceLue
    qui: str
    application: str
    menu: str
    lien: str
    echeance: datetime


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
                qui=a.qui,
                application=a.application,
                menu=a.menu,
                lien=ouvrir(a.application, a.lien),
                echeance=a.echeance,
            )
            for a in e.absents
        ],
    )
