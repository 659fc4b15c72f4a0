"""ENT projects: which schools an ENT is fed with, and the feeds written for it.

Source: AAF reference, sections 1.4 and 1.5; design, the chain's web services.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct, field
from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert

from services.aaf.models import Alimentation, Etat, Projet, ProjetEtablissement
from shared.contracts.refus import Inconnu, Refus
from shared.formats.aaf import ENCODAGES, GRAMMAIRES, Grammaire
from shared.formats.aaf.noms import verifier_projet
from shared.horloge.alimentations import JOURS, MAX_SUSPENSIONS, CalendrierAlimentation, Suspension
from shared.horloge.nuits import ALIMENTATION, HoraireNuits, horaire
from shared.identifiers import uai_valide
from shared.persistence.unite import Unite

MAX_PAR_FICHIER = 50_000


def jours_d_alimentation(u: Unite) -> list[int]:
    """The weekdays (0 = Monday) on which feeds are written."""
    return sorted(horaire(u.profil).creneau("aaf_alimentation").jours)


class Forme(Struct, frozen=True):
    """How a project is fed: generation of the grammar, records per file, declared encoding; on which days, complete on
    which, and whether archives also go to a drop folder."""

    grammaire: str = "6.4"
    max_par_fichier: int = 5000
    encodage: str = ENCODAGES[0]
    calendrier: CalendrierAlimentation = field(default_factory=CalendrierAlimentation)
    depot: bool = False


def calendrier_de(lu: Projet) -> CalendrierAlimentation:
    """The calendar of a project's feeds."""
    return CalendrierAlimentation.model_validate(lu.calendrier)


def nuits_du_projet(u: Unite, lu: Projet) -> HoraireNuits:
    """The nights as a project lives them."""
    return horaire(u.profil).pour_projet(calendrier_de(lu), u.profil)


def nuits_de_l_etablissement(u: Unite, uai: str) -> HoraireNuits:
    """The nights of the first project of a school, the académie's when it has none."""
    requete = select(Projet).join(ProjetEtablissement).where(ProjetEtablissement.uai == uai)
    lu = u.session.scalars(requete.order_by(Projet.code).limit(1)).first()
    return horaire(u.profil) if lu is None else nuits_du_projet(u, lu)


def prochaines(u: Unite, code: str, nombre: int) -> list[tuple[datetime, bool]]:
    """The next feeds of a project: instant, whether it is complete. Raises `Inconnu` PROJET_INCONNU."""
    lu = projet(u, code)
    nuits, instant, suite = nuits_du_projet(u, lu), u.maintenant, []
    for rang in range(nombre):
        instant = nuits.prochain(ALIMENTATION, instant, u.horloge.fuseau)
        premiere = rang == 0 and (lu.complet_demande or u.session.get(Alimentation, (code, 1)) is None)
        suite.append((instant, premiere or nuits.flux_complet(instant, u.horloge.fuseau)))
    return suite


def suspendre(u: Unite, code: str, suspension: Suspension) -> Projet:
    """Stop a project's feeds from one day to another. Raises `Inconnu` PROJET_INCONNU, `Refus` SUSPENSIONS_TROP."""
    change = projet(u, code)
    calendrier = calendrier_de(change)
    if len(calendrier.suspensions) >= MAX_SUSPENSIONS:
        raise Refus(
            f"Le projet « {code} » a déjà {MAX_SUSPENSIONS} périodes sans alimentation.",
            code="SUSPENSIONS_TROP",
            remede="Retirez celles qui sont passées.",
        )
    suspensions = sorted({*calendrier.suspensions, suspension}, key=lambda s: (s.debut, s.fin, s.motif))
    return _changer_suspensions(u, change, suspensions)


def reprendre(u: Unite, code: str, debut: date) -> Projet:
    """Take away the suspensions that begin on that day. Raises `Inconnu` PROJET_INCONNU, SUSPENSION_INCONNUE."""
    change = projet(u, code)
    toutes = calendrier_de(change).suspensions
    gardees = [s for s in toutes if s.debut != debut]
    if len(gardees) == len(toutes):
        raise Inconnu(
            f"Aucune période sans alimentation ne commence le {debut:%d/%m/%Y}.",
            code="SUSPENSION_INCONNUE",
            remede="Les périodes sont sur la page du projet.",
        )
    return _changer_suspensions(u, change, gardees)


def _changer_suspensions(u: Unite, change: Projet, suspensions: Sequence[Suspension]) -> Projet:
    calendrier = calendrier_de(change).model_copy(update={"suspensions": tuple(suspensions)})
    change.calendrier = calendrier.model_dump(mode="json")
    u.session.flush()
    u.journaliser("projet", f"Calendrier du projet {change.code} modifié", nb=len(suspensions))
    return change


def projet(u: Unite, code: str) -> Projet:
    """A project. Raises `Inconnu` PROJET_INCONNU."""
    trouve = u.session.get(Projet, code)
    if trouve is None:
        raise Inconnu(
            f"Le projet « {code[:60]} » n'existe pas dans l'AAF.",
            code="PROJET_INCONNU",
            remede="Vérifiez le code, ou créez le projet (menu Projets).",
        )
    return trouve


def lister_projets(u: Unite) -> list[tuple[Projet, list[str]]]:
    """Every project with its schools, by code."""
    ecoles: dict[str, list[str]] = {}
    lignes = select(ProjetEtablissement.projet, ProjetEtablissement.uai).order_by("projet", "uai")
    for code, uai in u.session.execute(lignes):
        ecoles.setdefault(code, []).append(uai)
    return [(p, ecoles.get(p.code, [])) for p in u.session.scalars(select(Projet).order_by(Projet.code))]


def dernieres_alimentations(u: Unite) -> dict[str, Alimentation]:
    """The last feed of each project that has one."""
    requete = select(Alimentation).ext(distinct_on(Alimentation.projet))
    ordre = requete.order_by(Alimentation.projet, Alimentation.numero.desc())
    return {a.projet: a for a in u.session.scalars(ordre)}


def uais_de(u: Unite, code: str) -> list[str]:
    """The schools of a project, in order."""
    requete = select(ProjetEtablissement.uai).where(ProjetEtablissement.projet == code)
    return list(u.session.scalars(requete.order_by(ProjetEtablissement.uai)))


def creer_projet(u: Unite, code: str, libelle: str, uais: Sequence[str], forme: Forme = Forme()) -> Projet:
    """Declare a project; its first feed is complete and is written the night after an integration.

    Raises `Refus` AAF_PROJET, PROJET_EXISTANT, GRAMMAIRE_INCONNUE, DEGRE_NON_SERVI, ENCODAGE_INCONNU, UAI_INVALIDE,
    PROJET_SANS_ETABLISSEMENT, TAILLE_FICHIER, JOUR_COMPLET, JOURS_SANS.
    """
    verifier_projet(code)
    if u.session.get(Projet, code) is not None:
        raise Refus(
            f"Le projet « {code} » existe déjà.",
            code="PROJET_EXISTANT",
            statut=409,
            remede="Choisissez un autre code, ou modifiez le projet existant.",
        )
    _verifier(u, uais, forme)
    nouveau = Projet(
        code=code,
        libelle=libelle or code,
        grammaire=forme.grammaire,
        max_par_fichier=forme.max_par_fichier,
        encodage=forme.encodage,
        complet_demande=False,
        calendrier=forme.calendrier.model_dump(mode="json"),
        depot=forme.depot,
        cree_le=u.maintenant,
        modifie_le=u.maintenant,
    )
    u.session.add(nouveau)
    u.session.flush()
    _fixer_etablissements(u, code, uais)
    u.journaliser("projet", f"Projet {code} créé", nb=len(set(uais)))
    return nouveau


def modifier_projet(u: Unite, code: str, libelle: str, uais: Sequence[str], forme: Forme) -> Projet:
    """Change a project. A new perimeter goes out in the next delta; a new grammar makes the next feed complete.

    Raises `Inconnu` PROJET_INCONNU, and the refusals of `creer_projet`.
    """
    change = projet(u, code)
    _verifier(u, uais, forme)
    if forme.grammaire != change.grammaire:
        change.complet_demande = True
        u.session.execute(update(Etat).where(Etat.projet == code).values(empreinte=""))
    change.libelle, change.grammaire = libelle or code, forme.grammaire
    change.max_par_fichier, change.encodage = forme.max_par_fichier, forme.encodage
    change.calendrier, change.depot = forme.calendrier.model_dump(mode="json"), forme.depot
    change.modifie_le = u.maintenant
    _fixer_etablissements(u, code, uais)
    u.journaliser("projet", f"Projet {code} modifié", nb=len(set(uais)))
    return change


def demander_complet(u: Unite, code: str) -> Projet:
    """Ask that the next feed of a project be complete. Raises `Inconnu` PROJET_INCONNU."""
    change = projet(u, code)
    change.complet_demande = True
    u.journaliser("projet", f"Alimentation complète demandée pour le projet {code}")
    return change


def _verifier(u: Unite, uais: Sequence[str], forme: Forme) -> None:
    if forme.grammaire == Grammaire.V6_3_1D:
        raise Refus(
            "Un projet du premier degré n'aurait rien à recevoir : la chaîne ne porte que le second degré, les écoles "
            "ne remontent ni de BEE ni de STS-Web.",
            code="DEGRE_NON_SERVI",
            remede=f"Choisissez une grammaire du second degré : {', '.join(GRAMMAIRES)}.",
        )
    if forme.grammaire not in GRAMMAIRES:
        raise Refus(
            f"La grammaire « {forme.grammaire[:20]} » n'est pas connue.",
            code="GRAMMAIRE_INCONNUE",
            remede=f"Choisissez l'une de celles-ci : {', '.join(GRAMMAIRES)}.",
        )
    if not 1 <= forme.max_par_fichier <= MAX_PAR_FICHIER:
        raise Refus(
            f"Un fichier ne peut pas compter {forme.max_par_fichier} enregistrements.",
            code="TAILLE_FICHIER",
            remede=f"Donnez un nombre de 1 à {MAX_PAR_FICHIER}.",
        )
    if forme.encodage not in ENCODAGES:
        raise Refus(
            f"L'encodage « {forme.encodage[:20]} » n'est pas de ceux que déclare une alimentation.",
            code="ENCODAGE_INCONNU",
            remede=f"Choisissez l'un de ceux-ci : {', '.join(ENCODAGES)}. Les octets sont ASCII dans tous les cas.",
        )
    _verifier_jours(u, forme.calendrier)
    if not uais:
        raise Refus(
            "Un projet porte sur un établissement au moins.",
            code="PROJET_SANS_ETABLISSEMENT",
            remede="Donnez l'UAI de chaque établissement du projet.",
        )
    for uai in uais:
        if not uai_valide(uai):
            raise Refus(
                f"« {uai[:20]} » n'est pas un UAI : sa lettre de contrôle ne convient pas.",
                code="UAI_INVALIDE",
                remede="Sept chiffres et une lettre, par exemple 0961234X : vérifiez la saisie.",
            )


def _verifier_jours(u: Unite, calendrier: CalendrierAlimentation) -> None:
    ecrits = set(jours_d_alimentation(u))
    restants = sorted(ecrits - set(calendrier.jours_sans))
    if not restants:
        raise Refus(
            "Aucune alimentation ne serait jamais écrite : tous les jours sont sans alimentation.",
            code="JOURS_SANS",
            remede="Laissez au moins un jour de la semaine.",
        )
    complets = calendrier.jours_complets or tuple(sorted(horaire(u.profil).jours_flux_complet))
    if not set(complets) <= set(restants):
        raise Refus(
            "Aucune alimentation n'est écrite le jour de la complète.",
            code="JOUR_COMPLET",
            remede=f"Choisissez parmi ces jours : {', '.join(JOURS[j] for j in restants)}.",
        )


def _fixer_etablissements(u: Unite, code: str, uais: Sequence[str]) -> None:
    voulus = sorted(set(uais))
    u.session.execute(
        delete(ProjetEtablissement).where(ProjetEtablissement.projet == code, ProjetEtablissement.uai.not_in(voulus))
    )
    u.session.execute(
        insert(ProjetEtablissement).on_conflict_do_nothing(), [{"projet": code, "uai": uai} for uai in voulus]
    )


def alimentations(u: Unite, code: str, apres: int = 0) -> list[Alimentation]:
    """The feeds of a project written after number `apres`, in order. Raises `Inconnu` PROJET_INCONNU."""
    projet(u, code)
    requete = select(Alimentation).where(Alimentation.projet == code, Alimentation.numero > apres)
    return list(u.session.scalars(requete.order_by(Alimentation.numero)))


def alimentation(u: Unite, code: str, numero: int | None = None) -> Alimentation:
    """A feed of a project, the latest by default. Raises `Inconnu` PROJET_INCONNU, ALIMENTATION_INCONNUE."""
    projet(u, code)
    derniere = u.session.scalar(select(func.max(Alimentation.numero)).where(Alimentation.projet == code))
    numero = derniere if numero is None else numero
    trouvee = u.session.get(Alimentation, (code, numero)) if numero is not None and abs(numero) < 2**31 else None
    if trouvee is None:
        raise Inconnu(
            f"Le projet « {code} » n'a pas d'alimentation n° {numero} : la dernière est la n° {derniere}."
            if derniere is not None
            else f"Le projet « {code} » n'a encore aucune alimentation.",
            code="ALIMENTATION_INCONNUE",
            remede="La première est écrite à 02:00, la nuit qui suit l'intégration des remontées de l'établissement.",
        )
    return trouvee
