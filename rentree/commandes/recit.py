"""Telling an investigation in the terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console


def raconter(console: Console, reponse: dict[str, Any], fuseau: str) -> None:
    """Print what *Suivre* answered: application by application, where it stops, why, what to do.

    Instants are told in `fuseau`, the académie's own time zone.
    """
    zone = ZoneInfo(fuseau)
    dossiers = reponse.get("dossiers", [])
    if not dossiers:
        console.print("Rien ni personne de ce nom dans la chaîne. Essayez un INE, un code de groupe ou de division.")
        return
    for dossier in dossiers:
        console.print(f"\n[bold]{dossier['libelle']}[/bold] ({dossier['objet']})")
        for trace in dossier["traces"]:
            console.print(f"  {trace['service']:<12} {trace['etat']:<9} {trace['libelle']}")
            for etape in trace["etapes"]:
                quand = "prévu le" if etape["prevu"] else "le"
                instant = datetime.fromisoformat(etape["instant"]).astimezone(zone)
                console.print(f"      {quand} {instant:%d/%m/%Y à %H:%M} : {etape['libelle']}")
            for blocage in trace["blocages"]:
                console.print(f"      [yellow]{blocage['code']}[/yellow] {blocage['raison']}")
                if blocage["remede"]:
                    console.print(f"        que faire : {blocage['remede']}")
        if dossier.get("conclusion"):
            console.print(f"  → {dossier['conclusion']}")
