"""Traces of persons who came up and are not in the directory: not integrated yet, or gone since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select

from services.aaf.models import Identifiant
from services.aaf.traces.commun import LIBELLES, LIMITE, SOURCES
from shared.contracts.traces import Blocage, Etape, ObjetTrace, Trace
from shared.horloge.nuits import horaire
from shared.persistence.unite import Unite

CLES = {"ine": "eleve", "personne_id": "responsable", "agent_id": "agent"}
OBJETS: dict[str, ObjetTrace] = {"eleve": "eleve", "responsable": "responsable", "agent": "agent"}


def tracer_attente(u: Unite, q: str, cles: Mapping[str, str]) -> list[Trace]:
    """The persons known by their source's key alone."""
    requete = select(Identifiant)
    if q:
        requete = requete.where(Identifiant.cle == q.upper())
    else:
        connues = [(genre, cles[nom]) for nom, genre in CLES.items() if cles.get(nom)]
        criteres: list[ColumnElement[bool]] = [(Identifiant.genre == g) & (Identifiant.cle == c) for g, c in connues]
        numero = cles.get("aaf_id", "")
        if numero.isascii() and numero.isdecimal() and len(numero) < 19:
            criteres.append(Identifiant.numero == int(numero))
        if not criteres:
            return []
        requete = requete.where(or_(*criteres))
    lus = u.session.scalars(requete.order_by(Identifiant.genre, Identifiant.cle).limit(LIMITE))
    return [_trace(u, i) for i in lus]


def _trace(u: Unite, i: Identifiant) -> Trace:
    noms = {genre: nom for nom, genre in CLES.items()}
    cles = {noms[i.genre]: i.cle.rpartition(":")[2] if i.genre == "agent" else i.cle}
    trace = Trace(
        service="aaf",
        objet=OBJETS[i.genre],
        libelle=f"Remontée reçue, clé {noms[i.genre]}",
        cles=cles | ({"aaf_id": str(i.numero)} if i.numero is not None else {}),
        etapes=[Etape(instant=i.connu_le, libelle="Première remontée reçue")],
    )
    if i.numero is None:
        trace.etat = "attente"
        source = SOURCES[OBJETS[i.genre]]
        etapes = horaire(u.profil).trajet(i.connu_le - timedelta(seconds=1), u.horloge.fuseau, depuis=source)
        trace.etapes += [Etape(instant=e.instant, libelle=LIBELLES[e.nom], prevu=True, lot=e.nom) for e in etapes[1:]]
        trace.echeance = etapes[-1].instant
        return trace
    trace.etat = "absent"
    trace.blocages.append(
        Blocage(
            code="PLUS_REMONTE",
            raison="La dernière remontée de l'établissement ne contient plus cette fiche.",
            regle="L'annuaire contient ce que disent les dernières remontées.",
            remede="Vérifiez la fiche dans l'application d'origine (sortie, suppression, fusion de doublons).",
            menu="STS-Web : Ressources" if i.genre == "agent" else "SIECLE - BEE : Fiches élèves > Recherche et MAJ",
        )
    )
    return trace
