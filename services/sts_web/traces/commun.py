"""What the traces of one school share: the year the AAF collects, the last exports, the way to the ENT."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from services.sts_web.models import Annee
from services.sts_web.use_cases import etablissements, exports, messages
from services.sts_web.use_cases.exports import ExportVue
from shared.contracts.echanges import ServicesSts, StructureSts
from shared.contracts.traces import Blocage, Etape
from shared.horloge.nuits import horaire
from shared.persistence.unite import Unite

ADJOINT = "La personne qui tient l'emploi du temps"
CHEF = "Le chef d'établissement ou son adjoint"
LIBELLES = {
    "remontee_bee": "Remontée de la base élèves vers l'annuaire académique",
    "remontee_sts": "Remontée de STS-Web vers l'annuaire académique",
    "aaf_integration": "Intégration dans l'annuaire académique",
    "aaf_alimentation": "Alimentation écrite par l'annuaire",
    "ent_alimentation": "Import dans l'ENT",
}


class Dossier(Struct, frozen=True):
    """A school's year as *Suivre* looks at it: as it stands (`structure`, `services`), and as last exported."""

    u: Unite
    uai: str
    annee: int
    ligne: Annee
    structure: StructureSts
    services: ServicesSts
    structure_exportee: StructureSts | None
    services_exportes: ServicesSts | None
    exports: dict[str, ExportVue]

    @classmethod
    def ouvrir(cls, u: Unite, uai: str) -> Dossier | None:
        """The year that the AAF collects, or the current one where the school does not hold it."""
        annees = etablissements.etats(u, uai)
        if not annees:
            return None
        collectee = u.profil.annee_collectee(u.horloge.aujourd_hui())
        annee = collectee if collectee in annees else next(a for a, e in annees.items() if e == "courante")
        return cls(
            u,
            uai,
            annee,
            etablissements.ouvrir(u, uai, annee).annee,
            messages.structure(u, uai, annee),
            messages.services(u, uai, annee),
            messages.derniere_structure(u, uai, annee),
            messages.derniers_services(u, uai, annee),
            {e.genre: e for e in exports.derniers(u, uai, annee)},
        )

    def page(self, suite: str) -> str:
        """The path of a page of that year."""
        return f"/{self.uai}/{self.annee}/{suite}"

    def etapes(self) -> list[Etape]:
        """The dated facts that every trace of the school tells, in order."""
        faits = []
        if self.ligne.edt_importe_le:
            faits.append(Etape(instant=self.ligne.edt_importe_le, libelle="Imports > Emploi du temps"))
        for genre, libelle in (("structure", "Exports > Structure"), ("services", "Exports > Services")):
            if genre in self.exports:
                faits.append(Etape(instant=self.exports[genre].instant, libelle=libelle))
        return sorted(faits, key=lambda e: e.instant)

    def trajet(self, depart: datetime, depuis: str) -> list[Etape]:
        """The stops to the ENT of what left at `depart`."""
        nuits = horaire(self.u.profil)
        return [
            Etape(instant=e.instant, libelle=LIBELLES[e.nom], prevu=e.instant > self.u.maintenant, lot=e.nom)
            for e in nuits.trajet(depart, self.u.horloge.fuseau, depuis=depuis)
        ]

    @property
    def chemin_services(self) -> str:
        """The remontée that carries services, by the profile (AAF-04, AAF-05)."""
        return "remontee_sts" if self.u.profil.aaf_chemin_services == "sts_direct" else "remontee_bee"

    def refus_de_bee(self, genre: str) -> list[Blocage]:
        """The last export of that kind, where BEE refused it or has not answered."""
        e = self.exports.get(genre)
        menu = f"Exports > {genre.capitalize()}"
        if e is None or e.etat not in ("refuse", "en_attente"):
            return []
        if e.etat == "en_attente":
            return [
                Blocage(
                    code="EXPORT_EN_COURS",
                    raison="Le dernier export attend : la base élèves n'a pas encore répondu.",
                    regle="STS-59",
                    remede="Attendez le message de fin avant de continuer.",
                    menu=menu,
                    interlocuteur=CHEF,
                )
            ]
        return [
            Blocage(
                code="EXPORT_REFUSE",
                raison=f"La base élèves a refusé le dernier export : {e.refus}",
                regle="STS-58",
                remede=e.remede or "Corrigez, puis relancez l'export.",
                menu=menu,
                interlocuteur=CHEF,
            )
        ]

    def structure_a_exporter(self, raison: str) -> Blocage:
        """The block of what BEE does not know, or no longer as it is (STS-62)."""
        return Blocage(
            code="STRUCTURE_NON_EXPORTEE",
            raison=raison,
            regle="STS-62",
            remede="Lancez « Exports » > « Structure », puis « Exports » > « Services » ; "
            "dans l'ENT 48 heures plus tard.",
            menu="Exports > Structure",
            interlocuteur=CHEF,
        )

    def services_a_exporter(self, raison: str) -> Blocage:
        """The block of services that only STS-Web knows (STS-63, STS-67)."""
        return Blocage(
            code="SERVICES_NON_EXPORTES",
            raison=raison,
            regle="STS-63" if self.services_exportes is None else "STS-67",
            remede="Lancez « Exports » > « Services » à destination de SCONET : l'export des services "
            "doit être réalisé après toute modification ; dans l'ENT 48 heures plus tard.",
            menu="Exports > Services",
            interlocuteur=CHEF,
        )
