"""What STS-Web hears from the rectorat. What it sends is built by `use_cases/messages.py`."""

from __future__ import annotations

from services.sts_web.use_cases.effectifs import recevoir_effectifs
from services.sts_web.use_cases.receptions import recevoir_agents, recevoir_date_butoir, recevoir_nomenclatures
from shared.contracts.echanges import AgentsEpp, DateButoirVs, EffectifsBee, NomenclaturesMsg
from shared.http.service import Reception

RECEPTIONS: tuple[Reception, ...] = (
    Reception("agents_epp", "Réception des agents (EPP)", AgentsEpp, recevoir_agents),
    Reception("nomenclatures", "Réception des nomenclatures", NomenclaturesMsg, recevoir_nomenclatures),
    Reception(
        "date_butoir_vs", "Réception de la date butoir de la remontée des V.S.", DateButoirVs, recevoir_date_butoir
    ),
    Reception("effectifs_bee", "Effectifs comptés par SIECLE BEE", EffectifsBee, recevoir_effectifs),
)
