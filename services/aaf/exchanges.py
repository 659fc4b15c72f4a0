"""What the AAF hears: the remontées of BEE, STS-Web and the rectorat. It sends nothing: the ENT comes for its feeds."""

from __future__ import annotations

from services.aaf.use_cases.remontees import recevoir_bee, recevoir_rectorat, recevoir_sts
from shared.contracts.echanges import RemonteeBee, RemonteeRectorat, RemonteeSts
from shared.http.service import Reception

RECEPTIONS: tuple[Reception, ...] = (
    Reception("remontee_bee", "Remontée de SIECLE Base élèves reçue", RemonteeBee, recevoir_bee),
    Reception("remontee_sts", "Remontée de STS-Web reçue", RemonteeSts, recevoir_sts),
    Reception("remontee_rectorat", "Remontée du rectorat reçue", RemonteeRectorat, recevoir_rectorat),
)
