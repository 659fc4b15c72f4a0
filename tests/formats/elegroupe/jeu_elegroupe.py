"""An invented group-links file, and ways to wrap one in a zip."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

from shared.formats.elegroupe.depot import ContexteDepot
from shared.formats.elegroupe.ecriture import ecrire_liens
from shared.formats.elegroupe.liens import EleveLien, GroupeLien, Parametres

UAI = "0970001Z"
INSTANT = datetime.combine(date(2025, 10, 10), time(17, 45, 2))
RADICAL = "0970001ZELEGROUPE2025251010174502"
PARAMETRES = Parametres(UAI, 2025, date(2025, 10, 10), 3, "EDTSIM")
CONTEXTE = ContexteDepot(UAI, 2025, export_eleves_fait=True)
ELEVES = (
    EleveLien(
        "FICTIF",
        "Zoé",
        date(2013, 4, 17),
        (GroupeLien("5ESP2G1", date(2025, 9, 1), date(2026, 7, 3)), GroupeLien("5LATIN")),
        eleve_id=700101,
        nom_usage="FICTIF-MODÈLE",
    ),
    EleveLien(
        "EXEMPLE",
        "Aurélien",
        date(2013, 11, 2),
        (GroupeLien("5ALL2G1", date(2025, 9, 15)),),
        id_national="990000024BJ",
        prenom2="Tom",
    ),
    EleveLien("PRIVE", "Cléo", date(2014, 2, 28), (GroupeLien("5 LATIN"),), id_prv_ele=0, prenom3="Lou"),
)


def xml(version: str = "1.4", eleves: tuple[EleveLien, ...] = ELEVES) -> bytes:
    """The XML of the invented file."""
    tampon = io.BytesIO()
    ecrire_liens(tampon, PARAMETRES, eleves, version=version)
    return tampon.getvalue()


def zip_de(*membres: tuple[str, bytes]) -> bytes:
    """A zip of these members."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres:
            archive.writestr(nom, contenu)
    return tampon.getvalue()
