"""What the ENT asks of the AAF within its night (newer feeds, their archives), and takes from EDT; it sends nothing."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from services.ent import models, rules
from services.ent.use_cases import automatise, imports
from services.ent.use_cases.projets import projet as lire_projet
from shared.contracts import echanges
from shared.contracts.refus import Refus
from shared.formats.aaf import TypeAlimentation
from shared.http.service import Reception
from shared.persistence.unite import Unite


def alimenter(u: Unite, code: str) -> dict[str, int]:
    """The night's import: ask the AAF what is newer than the last feed applied, import it in order.

    A feed refused one night is asked for again the next: if it comes whole it is applied then. Raises the AAF's
    refusal when it does not answer (it is tried again), not when it does not know the project: that is recorded, unless
    the project is of écoles.
    """
    projet = lire_projet(u, code, verrouiller=True)
    aaf = u.clients["aaf"]
    chemin = f"/api/projets/{projet.aaf_projet}/alimentations"
    appliques = refuses = 0
    try:
        annoncees: list[dict[str, Any]] = aaf.lire(chemin, apres=projet.dernier_numero, nuit=True)
    except Refus as refus:
        if refus.statut >= 500:
            raise
        if projet.degre == rules.PREMIER_DEGRE and refus.code == "PROJET_INCONNU":
            return {"appliques": 0, "refuses": 0}  # the AAF serves no école: such an ENT is fed by hand
        imports.noter_refus(u, projet, refus, imports.Flux(Path("alimentations"), "nuit"))
        return {"appliques": 0, "refuses": 1}
    for annonce in sorted(annoncees, key=lambda a: int(a["numero"])):
        numero, type_ = int(annonce["numero"]), str(annonce["type"])
        if projet.flux == "complet" and type_ != TypeAlimentation.COMPLET:
            continue  # an ENT that reads complete feeds alone leaves the deltas where they are
        with tempfile.TemporaryDirectory(prefix="ent-") as dossier:
            archive = Path(dossier) / f"{projet.aaf_projet}_{type_}_{numero:04d}.tar.gz"
            flux = imports.Flux(archive, "nuit", numero, type_, annonce.get("sha256"))
            fait = _recuperer_et_importer(u, projet, flux, f"{chemin}/{numero}/archive")
        appliques += fait.etat == "applique"
        refuses += fait.etat == "refuse"
    return {"appliques": appliques, "refuses": refuses}


def _recuperer_et_importer(u: Unite, projet: models.Projet, flux: imports.Flux, chemin: str) -> models.Import:
    """Fetch one feed and import it, unless its number already condemns it."""
    try:
        complet = flux.type_ == TypeAlimentation.COMPLET
        rules.juger_flux(imports.suite_de(projet), complet, flux.numero, None)
        flux.chemin.write_bytes(u.clients["aaf"].demander("GET", chemin, params={"nuit": True}).content)
    except Refus as refus:
        if refus.statut >= 500:
            raise
        return imports.noter_refus(u, projet, refus, flux)
    return imports.importer(u, projet, flux)


def recevoir_emploi_du_temps(u: Unite, message: echanges.EmploiDuTempsEdt) -> dict[str, Any]:
    """The timetable that EDT sends by itself (ENT-39). Raises the refusals of `automatise.deposer`."""
    fait = automatise.deposer(u, message.jeton, io.BytesIO(message.contenu.encode()), message.fichier)
    ecarts = sum(fait.compteurs["ecarts"].values())
    return {"nb": fait.compteurs["cours"], "nb_refus": ecarts, "import": fait.numero, "ecarts": ecarts}


RECEPTIONS = (
    Reception("emploi_du_temps", "Emploi du temps reçu d'EDT", echanges.EmploiDuTempsEdt, recevoir_emploi_du_temps),
)
