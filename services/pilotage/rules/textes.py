"""The map in words: the lines beside an arrow, the cells of its table. Pure functions.

Every text has an address (`fleche.edt-sts_web.dernier`): the page is printed with them, then renewed by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from services.pilotage.rules.carte import AttenteVue, EchangeVu, FlecheVue, Passage
from services.pilotage.rules.chaine import CHAINE
from shared.horloge.horloge import INSECABLE, date_fr
from shared.screens.composants import nombre_fr, pluriel

JOURS_COURTS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
RIEN = "rien"
JAMAIS = "jamais"


def moment(instant: datetime, fuseau: ZoneInfo) -> str:
    """« mar. 24/08 05:00 », local."""
    local = instant.astimezone(fuseau)
    return f"{JOURS_COURTS[local.weekday()]}{INSECABLE}{local:%d/%m}{INSECABLE}{local:%H:%M}"


def jour_heure(instant: datetime, fuseau: ZoneInfo) -> str:
    """« dim. 20:00 », local: nothing waits for a whole week."""
    local = instant.astimezone(fuseau)
    return f"{JOURS_COURTS[local.weekday()]}{INSECABLE}{local:%H:%M}"


def date_heure(instant: datetime, fuseau: ZoneInfo) -> str:
    """« 24/08/2021 05:00 », local."""
    local = instant.astimezone(fuseau)
    return f"{date_fr(local.date())}{INSECABLE}{local:%H:%M}"


def passage(p: Passage | None, fuseau: ZoneInfo) -> str:
    """« 24/08/2021 05:00 : 132 », or « jamais »."""
    return f"{date_heure(p.instant, fuseau)} : {nombre_fr(p.nb)}" if p else JAMAIS


def refus(nb: int) -> str:
    """« 2 refus », or nothing."""
    return f"{nombre_fr(nb)}{INSECABLE}refus" if nb else ""


def attente(a: AttenteVue, fuseau: ZoneInfo) -> str:
    """« 3 dossiers saisis, jusqu'au 24/08/2021 19:00 », « 1 fichier exporté, attend l'import dans EDT »."""
    fin = f"jusqu'au {date_heure(a.jusqu_a, fuseau)}" if a.jusqu_a else f"en attente de {a.geste}"
    return f"{nombre_fr(a.nb)}{INSECABLE}{a.mot}, {fin}"


def attentes(e: EchangeVu, fuseau: ZoneInfo) -> str:
    """Everything that waits on an exchange, or « rien »."""
    textes = [attente(a, fuseau) for a in e.attentes]
    if e.en_file:
        textes.append(f"{pluriel(e.en_file, 'message')} en file, jusqu'à la prochaine avance de l'horloge")
    return " ; ".join(textes) or RIEN


def _etiquette_attente(f: FlecheVue, fuseau: ZoneInfo) -> str:
    """The last line beside an arrow: the soonest of what waits."""
    en_file = sum(e.en_file for e in f.echanges)
    if not f.attentes:
        return f"attend : {pluriel(en_file, 'message')}" if en_file else ""
    a = f.attentes[0]
    quand = jour_heure(a.jusqu_a, fuseau) if a.jusqu_a else "un geste"
    return f"attend {nombre_fr(a.nb)} → {quand}"


def adresses_des_textes(vues: Iterable[FlecheVue], muets: Mapping[str, str], fuseau: ZoneInfo) -> dict[str, str]:
    """Every text of the map by its address."""
    textes: dict[str, str] = {}
    for nom in CHAINE:
        textes[f"application.{nom}.etat"] = "ne répond pas" if nom in muets else "répond"
    for f in vues:
        base = f"fleche.{f.fleche.cle}"
        dernier = f.dernier
        textes[f"{base}.dernier"] = (
            f"{moment(dernier.instant, fuseau)} · {nombre_fr(dernier.nb)}" if dernier else "pas encore passé"
        )
        textes[f"{base}.refus"] = refus(dernier.nb_refus) if dernier else ""
        textes[f"{base}.attente"] = _etiquette_attente(f, fuseau)
        for e in f.echanges:
            ici = f"echange.{e.echange.cle}"
            textes[f"{ici}.dernier"] = passage(e.dernier, fuseau)
            textes[f"{ici}.refus"] = refus((e.dernier.nb_refus if e.dernier else 0) + e.refuses) or "aucun"
            textes[f"{ici}.attente"] = attentes(e, fuseau)
            textes[f"{ici}.prochain"] = date_heure(e.prochain, fuseau) if e.prochain else _sans_lot(e)
    return textes


def _sans_lot(e: EchangeVu) -> str:
    return "quand une personne l'apporte" if e.echange.mode == "personne" else "sur-le-champ"


def adresses_des_etats(vues: Iterable[FlecheVue], muets: Mapping[str, str]) -> dict[str, str]:
    """The state of each arrow, exchange and application, by its address."""
    etats = {f"application.{nom}": "muet" if nom in muets else "repond" for nom in CHAINE}
    for f in vues:
        etats[f"fleche.{f.fleche.cle}"] = f.etat
        etats |= {f"echange.{e.echange.cle}": e.etat for e in f.echanges}
    return etats
