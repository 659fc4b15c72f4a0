"""What deserves a look in a year: the wrong year, exports out of date, groups without service, typing by hand."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from services.sts_web.models import Journal
from services.sts_web.use_cases import etablissements, messages
from services.sts_web.use_cases.etablissements import AnneeVue, Contexte
from shared.contracts.echanges import ServicesSts, StructureSts
from shared.horloge.annees import libelle_annee
from shared.persistence.unite import Unite

REMEDE_EXPORTS = (
    "Lancez « Exports » > « Structure », puis « Exports » > « Services » : ce qui compte pour la base élèves, "
    "l'annuaire et l'ENT est le dernier export."
)
# Acts of the journal by which groups and services are typed instead of imported (STS-52).
SAISIES = (
    "creation_groupes",
    "modification_groupe",
    "suppression_groupe",
    "saisie_services",
    "modification_service",
    "suppression_service",
    "liberation_service",
)


@dataclass(frozen=True, slots=True)
class Alerte:
    """A sentence for the user, its stable code, and what to do."""

    code: str
    texte: str
    remede: str


def annee_a_verifier(u: Unite, c: Contexte) -> Alerte | None:
    """The warning that one works in another year than the current one (STS-07; in the north, Rentrée's own)."""
    if c.etat == "courante":
        return None
    courantes = ", ".join(libelle_annee(a) for a, e in etablissements.etats(u, c.uai).items() if e == "courante")
    ici = AnneeVue(c.annee.annee, c.etat).libelle
    remede = (
        "Vérifiez dans « Campagne » ; changez d'année par « Changement d'année ». Les fichiers et la structure "
        "exportés d'ici sont ceux de l'année affichée."
    )
    if u.profil.calendrier == "sud":
        return Alerte(
            "ANNEE_A_VERIFIER",
            f"Vous travaillez sur une autre année que l'année en cours : {ici} (année en cours : {courantes}).",
            remede,
        )
    verbe = "travaillez sur" if c.etat == "preparation" else "consultez"
    return Alerte(
        "ANNEE_A_VERIFIER", f"Vous {verbe} l'{ici[0].lower()}{ici[1:]} ; l'année en cours est {courantes}.", remede
    )


def alertes(u: Unite, uai: str, annee: int) -> list[Alerte]:
    """The alerts of a year, as its home page shows them. Raises `Inconnu` (UAI_INCONNU, ANNEE_INCONNUE)."""
    c = etablissements.ouvrir(u, uai, annee)
    if c.etat == "anterieure":  # nothing of it can be changed nor exported any more
        return [a for a in (annee_a_verifier(u, c),) if a is not None]
    structure, services = messages.structure(u, uai, annee), messages.services(u, uai, annee)
    trouvees = [
        annee_a_verifier(u, c),
        _structure_a_exporter(structure, messages.derniere_structure(u, uai, annee)),
        _services_a_exporter(services, messages.derniers_services(u, uai, annee)),
        _groupes_sans_service(structure, services),
        _saisie_a_la_main(u, c),
    ]
    return [a for a in trouvees if a is not None]


def _structure_a_exporter(actuelle: StructureSts, exportee: StructureSts | None) -> Alerte | None:
    if exportee is None:
        if not actuelle.divisions:
            return None
        return Alerte(
            "STRUCTURE_JAMAIS_EXPORTEE", "La structure n'a jamais été exportée vers la base élèves.", REMEDE_EXPORTS
        )
    if (actuelle.divisions, actuelle.groupes) == (exportee.divisions, exportee.groupes):
        return None
    return Alerte("STRUCTURE_CHANGEE", "La structure a changé depuis son dernier export.", REMEDE_EXPORTS)


def _services_a_exporter(actuels: ServicesSts, exportes: ServicesSts | None) -> Alerte | None:
    if exportes is None:
        if not actuels.services:
            return None
        return Alerte(
            "SERVICES_JAMAIS_EXPORTES", "Les services n'ont jamais été exportés vers la base élèves.", REMEDE_EXPORTS
        )
    if (actuels.services, actuels.personnels) == (exportes.services, exportes.personnels):
        return None
    return Alerte(
        "SERVICES_CHANGES",
        "Les services ou les enseignants ont changé depuis le dernier export des services.",
        REMEDE_EXPORTS,
    )


def _groupes_sans_service(structure: StructureSts, services: ServicesSts) -> Alerte | None:
    """STS-53: a group that carries a service de notation must have a service of that discipline here."""
    servis = {s.structure for s in services.services}
    codes = [g.code for g in structure.groupes if g.code not in servis]
    if not codes:
        return None
    return Alerte(
        "GROUPE_SANS_SERVICE",
        f"Groupes sans service : {', '.join(codes)}. Les évaluations d'un tel groupe, s'il porte un service de "
        "notation dans PRONOTE, ne pourront pas être transmises (LSU).",
        "Créez dans STS-Web le service de cette discipline (« Services et ARE » > « Rattachement »), ou importez "
        "l'emploi du temps.",
    )


def _saisie_a_la_main(u: Unite, c: Contexte) -> Alerte | None:
    """STS-52: what was typed since the last import of a timetable may not be called as in EDT."""
    ici = select(func.max(Journal.id)).where(Journal.uai == c.uai, Journal.annee == c.annee.annee)
    saisie = u.session.scalar(ici.where(Journal.genre.in_(SAISIES)))
    importe = u.session.scalar(ici.where(Journal.genre == "import_emploi_du_temps"))
    if saisie is None or (importe is not None and importe > saisie):
        return None
    return Alerte(
        "SAISIE_A_LA_MAIN",
        "Des groupes ou des services ont été saisis dans STS-Web sans passer par l'import de l'emploi du temps.",
        "Vérifiez les correspondances entre le logiciel privé d'emploi du temps et STS-Web.",
    )
