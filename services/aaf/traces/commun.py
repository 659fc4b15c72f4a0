"""What every trace of the AAF needs: which feeds carried an object, and when the next one goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from services.aaf.models import Alimentation, Etat, Projet, ProjetEtablissement
from services.aaf.use_cases.projets import nuits_de_l_etablissement, nuits_du_projet
from shared.contracts.traces import Blocage, Etape, Trace
from shared.horloge.horloge import instant_fr
from shared.persistence.unite import Unite

LIMITE = 20
"""Traces of one kind, at most."""
LIBELLES = {
    "remontee_bee": "Remontée de SIECLE Base élèves",
    "remontee_sts": "Remontée de STS-Web",
    "remontee_rectorat": "Remontée du rectorat (EPP, GI/GC)",
    "aaf_integration": "Intégration dans l'annuaire",
    "aaf_alimentation": "Alimentation de l'ENT",
    "ent_alimentation": "Arrivée dans l'ENT",
}
SOURCES = {
    "eleve": "remontee_bee",
    "responsable": "remontee_bee",
    "groupe": "remontee_bee",
    "division": "remontee_bee",
    "enseignant": "remontee_sts",
    "agent": "remontee_rectorat",
}
"""The remontée that mends each kind of object."""


class Sortie(Struct, frozen=True):
    """A feed that carried an object as it stands, or the last feed of a project."""

    projet: str
    numero: int
    type: str
    instant: datetime

    @property
    def phrase(self) -> str:
        """The step, as text."""
        return f"Sorti dans l'alimentation n° {self.numero} ({self.type}) du projet {self.projet}"


class Sorties:
    """Which feeds carried some objects, for the projects of some schools. A few queries, whatever their number."""

    def __init__(self, u: Unite, uais: Collection[str], objets: Collection[tuple[str, str]]) -> None:
        self._u = u
        self.projets: dict[str, list[str]] = defaultdict(list)
        lignes = select(ProjetEtablissement.uai, ProjetEtablissement.projet)
        lignes = lignes.where(ProjetEtablissement.uai.in_(sorted(set(uais)))).order_by("uai", "projet")
        for uai, projet in u.session.execute(lignes):
            self.projets[uai].append(projet)
        codes = sorted({p for projets in self.projets.values() for p in projets})
        dernieres = select(Alimentation).ext(distinct_on(Alimentation.projet)).where(Alimentation.projet.in_(codes))
        dernieres = dernieres.order_by(Alimentation.projet, Alimentation.numero.desc())
        self.dernieres = {a.projet: Sortie(a.projet, a.numero, a.type, a.instant) for a in u.session.scalars(dernieres)}
        self.faites: dict[tuple[str, str, str], Sortie] = {}
        if objets:
            jointes = (
                select(Etat.categorie, Etat.id, Etat.projet, Etat.numero, Alimentation.type, Alimentation.instant)
                .join(Alimentation, (Alimentation.projet == Etat.projet) & (Alimentation.numero == Etat.numero))
                .where(Etat.projet.in_(codes), tuple_(Etat.categorie, Etat.id).in_(sorted(set(objets))))
            )
            for categorie, id_, projet, numero, type_, instant in u.session.execute(jointes):
                self.faites[projet, categorie, id_] = Sortie(projet, numero, type_, instant)

    def raconter(self, trace: Trace, uai: str, objet: tuple[str, str] | None, modifie_le: datetime) -> None:
        """Add to a trace the feeds done and to come of something of a school, changed at `modifie_le`.

        `objet`: category and identifier in the feed; None for a part of a structure's record.
        """
        if not self.projets.get(uai):
            trace.etat = "bloque"
            trace.blocages.append(
                Blocage(
                    code="SANS_PROJET",
                    raison="Aucun projet d'ENT ne porte sur cet établissement : rien n'en sort.",
                    regle="Une alimentation ne contient que les établissements de son projet.",
                    remede="Ajouter l'établissement au projet de l'ENT.",
                    menu="AAF : Projets",
                    interlocuteur="L'académie",
                )
            )
            return
        maintenant, fuseau = self._u.maintenant, self._u.horloge.fuseau
        arrivees: list[datetime] = []
        for projet in self.projets[uai]:
            nuits = nuits_du_projet(self._u, self._u.session.get_one(Projet, projet))
            derniere = self.dernieres.get(projet)
            portee = self.faites.get((projet, *objet)) if objet else derniere
            if portee is not None and portee.instant >= modifie_le:
                trace.etapes.append(Etape(instant=portee.instant, libelle=portee.phrase))
                arrivees.append(nuits.prochain("ent_alimentation", portee.instant, fuseau))
                continue
            if derniere is not None and derniere.instant >= modifie_le:  # a content that came back to what it was
                arrivees.append(nuits.prochain("ent_alimentation", derniere.instant, fuseau))
                continue
            depart = nuits.prochain("aaf_alimentation", maintenant, fuseau)
            trace.etat = "attente"
            trace.etapes.append(Etape(instant=depart, libelle=f"Alimentation du projet {projet}", prevu=True))
            arrivees.append(nuits.prochain("ent_alimentation", depart, fuseau))
        arrivee = max(arrivees)
        a_venir = arrivee > maintenant
        trace.etapes.append(Etape(instant=arrivee, libelle=LIBELLES["ent_alimentation"], prevu=a_venir))
        trace.echeance = arrivee if a_venir else None


def si_corrige(u: Unite, objet: str, uai: str) -> str:
    """When what is mended today reaches the ENT of a school, as text."""
    trajet = nuits_de_l_etablissement(u, uai).trajet(
        u.maintenant, u.horloge.fuseau, depuis=SOURCES.get(objet, "remontee_bee")
    )
    return instant_fr(trajet[-1].instant, u.horloge.fuseau)
