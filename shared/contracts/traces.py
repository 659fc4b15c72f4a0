"""What an application says of someone or something: the material of *Suivre*.

`GET /_sim/trace?q=…` looks a text up (name, INE, code); `GET /_sim/trace?cle=eleve_id:210167` looks one key up.
Keys join the answers of the services: `ine`, `eleve_id`, `personne_id`, `agent_id`, `aaf_id` (ENTPersonJointure),
`compte` (login), `division`, `groupe` (code), always with `uai` when the thing belongs to a school.
Source: architecture, "Nothing is lost, everything can be explained"; DIAG-01.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

ObjetTrace = Literal["eleve", "responsable", "enseignant", "agent", "groupe", "division"]
OBJETS: dict[str, str] = {
    "eleve": "Élève",
    "responsable": "Responsable",
    "enseignant": "Enseignant",
    "agent": "Agent",
    "groupe": "Groupe",
    "division": "Division",
}
"""What may be followed → its word on pages."""


class Blocage(BaseModel):
    """Why it stopped here: code, sentence, rule, remedy, menu to open, who can mend it.

    `menu` begins with the name of the application where it is, when it is another one (« STS-Web > Exports >
    Structure »). `repete`: the application upstream said so in its last message, and it alone can take it back.
    """

    code: str
    raison: str
    regle: str = ""
    remede: str = ""
    menu: str = ""
    interlocuteur: str = "Le secrétariat de l'établissement"
    repete: bool = False


class Etape(BaseModel):
    """A fact, dated on the simulated clock (`prevu`: still to come).

    `lot`: the batch of the night that does it, where the académie's nights alone gave its instant.
    """

    instant: datetime
    libelle: str
    prevu: bool = False
    lot: str = ""


class Trace(BaseModel):
    """One thing as one application knows it.

    `etat`: `present` (here and passed on), `attente` (here, will pass at `echeance`), `bloque` (here, held back by
    `blocages`), `absent` (known to be missing, with `blocages`). `remarques` hold nothing back, but explain what a user
    complains of (a doubled account, an odd login, dates put right).
    """

    service: str
    objet: ObjetTrace
    libelle: str
    cles: dict[str, str] = Field(default_factory=dict)
    etat: Literal["present", "attente", "bloque", "absent"] = "present"
    details: dict[str, str] = Field(default_factory=dict)
    etapes: list[Etape] = Field(default_factory=list)
    blocages: list[Blocage] = Field(default_factory=list)
    remarques: list[Blocage] = Field(default_factory=list)
    echeance: datetime | None = None
    lien: str = ""
