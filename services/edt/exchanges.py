"""What the software hears: the DSI's answer (REC-20). What it sends: `demande_certificat`."""

from __future__ import annotations

from services.edt.use_cases.netsynchro import recevoir_certificat
from shared.contracts.echanges import CertificatNetsynchro
from shared.http.service import Reception

RECEPTIONS = (
    Reception(
        "certificat_netsynchro", "Certificat NetSynchro délivré par la DSI", CertificatNetsynchro, recevoir_certificat
    ),
)
