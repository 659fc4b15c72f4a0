"""What the demo leaves: `bilan.json`, the files, the table of the three instants.

Every figure is asked of the application that holds it; none is known beforehand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.table import Table

from rentree.alimentations import deplier
from rentree.demo.etapes import PROJET
from rentree.demo.partie import Rentree
from shared.contracts.refus import Refus
from shared.horloge.horloge import date_fr

PROFILS = ("eleves", "responsables", "enseignants", "autres")


def photographier(r: Rentree) -> dict[str, Any]:
    """What the ENT holds now: accounts by profile, classes, groups, liens élève-groupe."""
    vu: dict[str, Any] = r.clients["ent"].lire(f"/api/projets/{PROJET}/bilan", uai=r.uai)
    return vu


def tableau(photos: Iterable[tuple[str, datetime, dict[str, Any]]], r: Rentree) -> Table:
    """The three instants side by side."""
    table = Table(title="Ce que l'ENT contient", title_style="bold")
    table.add_column("")
    photos = list(photos)
    for nom, instant, _ in photos:
        local = instant.astimezone(r.fuseau)
        table.add_column(f"{nom}\n{date_fr(local.date())} {local:%H:%M}", justify="right")
    for profil in PROFILS:
        table.add_row(f"comptes {profil}", *(str(vu["comptes"][profil]) for _, _, vu in photos))
    for quoi in ("classes", "groupes", "liens"):
        libelle = "liens élève-groupe" if quoi == "liens" else quoi
        table.add_row(libelle, *(str(vu[quoi]) for _, _, vu in photos))
    return table


def exclusions(r: Rentree) -> list[dict[str, str]]:
    """Who and what did not come out, with the reason that each application gives; sorted."""
    lignes: list[dict[str, str]] = []
    for x in r.clients["aaf"].lire(f"/api/etablissements/{r.uai}/exclusions"):
        lignes.append({"objet": x["objet"], "id": x["id"], "code": x["code"], "raison": x["raison"]})
    for rejet in r.rapports.get("import_sts", {}).get("groupes_rejetes", []):
        lignes.append({"objet": "groupe", "id": rejet["code"], "code": "GROUPE_REJETE_STS", "raison": rejet["raison"]})
    bee = r.clients["siecle_bee"]
    suivi = bee.lire(f"{r.bee}/suivi/liens-eleve-groupe")
    if suivi:
        compte_rendu = bee.lire(f"{r.bee}/suivi/liens-eleve-groupe/{suivi[0]['id']}")
        for section in ("section1_rejetes", "section2_anomalies"):
            for ligne in compte_rendu[section]:
                for anomalie in ligne["details"]:
                    lignes.append(
                        {
                            "objet": "lien",
                            "id": str(ligne["eleve_id"]),
                            "code": anomalie["code"],
                            "raison": anomalie["phrase"],
                        }
                    )
    for doublon in bee.lire(f"{r.bee}/doublons-responsables"):
        for personne in doublon["responsables"]:
            lignes.append(
                {
                    "objet": "responsable",
                    "id": str(personne["personne_id"]),
                    "code": "RESPONSABLE_EN_DOUBLE",
                    "raison": "La même personne a deux fiches dans la base élèves : elle a deux comptes dans l'ENT.",
                }
            )
    uniques = {json.dumps(x, sort_keys=True, ensure_ascii=False): x for x in lignes}
    return [uniques[cle] for cle in sorted(uniques)]


def composer(r: Rentree, fichiers: dict[str, str], sources: list[dict[str, str]]) -> dict[str, Any]:
    """The content of bilan.json. `fichiers`: name → SHA-256; `sources`: where each part of the input came from."""
    vu = photographier(r)
    base = r.clients["siecle_bee"].lire(r.bee)
    bilan: dict[str, Any] = {
        "uai": r.uai,
        "annee": r.annee,
        "millesime": r.millesime,
        "eleves": len(r.eleves),
        "responsables": base["responsables"],
        "enseignants": len(r.population.enseignants),
        "divisions": len(r.population.divisions),
        "groupes": vu["groupes"],
        "liens": vu["liens"],
        "comptes": vu["comptes"],
        "jalons": r.jalons,
        "exclusions": exclusions(r),
        "fichiers": [{"nom": nom, "sha256": somme} for nom, somme in sorted(fichiers.items())],
    }
    if sources:
        bilan["sources"] = sources
    return bilan


def rassembler(r: Rentree) -> dict[str, bytes]:
    """Every file of the chain: those carried by hand, the last complete AAF feed (with its DTD), the deltas since."""
    fichiers = dict(r.fichiers)
    aaf = r.clients["aaf"]
    alimentations = sorted(aaf.lire(f"/api/projets/{PROJET}/alimentations"), key=lambda a: a["numero"])
    completes = [a for a in alimentations if a["type"] == "Complet"]
    if not completes:
        raise Refus(
            "Aucune alimentation complète n'a été écrite.",
            code="SANS_ALIMENTATION",
            remede="Laissez passer une nuit de plus.",
            statut=500,
        )
    for a in alimentations[alimentations.index(completes[-1]) :]:
        archive = aaf.demander("GET", f"/api/projets/{PROJET}/alimentations/{a['numero']}/archive").content
        dossier = f"aaf/{a['numero']:04d}-{a['type']}"
        fichiers |= {f"{dossier}/{nom}": contenu for nom, contenu in deplier(archive).items()}
    return fichiers


def ecrire(dossier: Path, fichiers: dict[str, bytes], bilan: dict[str, Any]) -> None:
    """Leave the files and bilan.json in `dossier`. Raises `Refus` DOSSIER_INACCESSIBLE."""
    try:
        for nom, contenu in sorted(fichiers.items()):
            chemin = dossier / nom
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_bytes(contenu)
        texte = json.dumps(bilan, ensure_ascii=False, indent=2, sort_keys=True)
        (dossier / "bilan.json").write_text(texte + "\n", encoding="utf-8")
    except OSError as erreur:
        raise Refus(
            f"Le dossier « {dossier.name} » ne peut pas être écrit.",
            code="DOSSIER_INACCESSIBLE",
            remede="Donnez à --out un dossier où vous avez le droit d'écrire.",
        ) from erreur


def sommes(fichiers: dict[str, bytes]) -> dict[str, str]:
    """Name → SHA-256."""
    return {nom: hashlib.sha256(contenu).hexdigest() for nom, contenu in sorted(fichiers.items())}
