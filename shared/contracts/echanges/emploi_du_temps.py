"""EDT → ENT: the timetable, by itself (EDT-46)."""

from __future__ import annotations

from shared.contracts.echanges.socle import Message


class EmploiDuTempsEdt(Message, frozen=True, kw_only=True):
    """`emploi_du_temps` (EDT → ENT): the file of « Export vers un socle », and the secret of the URL it goes to."""

    uai: str
    annee: int
    jeton: str
    fichier: str
    contenu: str
