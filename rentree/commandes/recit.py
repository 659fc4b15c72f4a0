"""Telling an investigation in the terminal."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape


def raconter(console: Console, reponse: dict[str, Any], fuseau: str) -> None:
    """Print what *Suivre* answered: application by application, then what to do, by whom, where, and when it is there.

    Instants are told in `fuseau`, the académie's own time zone.
    """
    zone = ZoneInfo(fuseau)
    dossiers = reponse.get("dossiers", [])
    for service, cause in reponse.get("muets", {}).items():
        console.print(f"[yellow]{service} n'a rien dit.[/yellow] {escape(cause)}")
    if not dossiers:
        console.print("Rien ni personne de ce nom dans la chaîne. Essayez un INE, un code de groupe ou de division.")
        for absent in reponse.get("absents", ()):
            _dire_absent(console, absent, zone)
        return
    for dossier in dossiers:
        console.print(f"\n[bold]{escape(dossier['libelle'])}[/bold] ({dossier['objet']})")
        for trace in dossier["traces"]:
            _dire_trace(console, trace, zone)
        console.print(f"  → {escape(dossier['conclusion'])}")
        for rang, obstacle in enumerate(dossier.get("obstacles", ()), 1):
            console.print(f"  {rang}. [bold]{escape(obstacle['raison'])}[/bold]")
            _dire_remede(console, obstacle, zone)
        for observation in dossier.get("observations", ()):
            console.print(f"  • {escape(observation['anomalie'])} : {escape(observation['raison'])}")
            console.print(f"     que faire : {escape(observation['remede'])} {observation['quand']}".rstrip())
    if reponse.get("ecartes"):
        console.print(f"\nEt {reponse['ecartes']} autres : précisez le nom, ou donnez l'INE.")


def _dire_trace(console: Console, trace: dict[str, Any], zone: ZoneInfo) -> None:
    console.print(f"  {trace['service']:<12} {trace['etat']:<9} {escape(trace['libelle'])}")
    for etape in trace["etapes"]:
        quand = "prévu le" if etape["prevu"] else "le"
        console.print(f"      {quand} {_local(etape['instant'], zone)} : {escape(etape['libelle'])}")
    for blocage in trace["blocages"]:
        console.print(f"      [yellow]{blocage['code']}[/yellow] {escape(blocage['raison'])}")


def _dire_remede(console: Console, quoi: dict[str, Any], zone: ZoneInfo) -> None:
    """Remedy, person, menu and its page, rule, promised instant."""
    lignes = (
        ("que faire", quoi["remede"]),
        ("qui", quoi["qui"]),
        ("menu", quoi["menu"]),
        ("page", quoi["lien"]),
        *(("page", f"{lien} ({uai})") for uai, lien in quoi.get("ailleurs", {}).items()),
        ("règle", " ".join(x for x in (quoi["regle"], quoi["code"]) if x)),
        ("si c'est fait maintenant", f"dans l'ENT le {_local(quoi['echeance'], zone)}"),
    )
    for mot, texte in lignes:
        if texte:
            console.print(f"     {mot} : {escape(texte)}", soft_wrap=mot == "page")


def _dire_absent(console: Console, absent: dict[str, Any], zone: ZoneInfo) -> None:
    diagnostic = absent["diagnostic"]
    console.print(f"  [bold]{diagnostic['public']}[/bold] : {escape(diagnostic['diagnostic'])}")
    _dire_remede(console, absent | {"remede": absent["assistance"]["phrase"], "code": ""}, zone)


def _local(instant: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(zone):%d/%m/%Y à %H:%M}"
