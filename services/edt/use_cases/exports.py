"""Exports: `emp_sts` to STS-Web, the liens élève-groupe zip to SIECLE."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection
from datetime import date, time, timedelta
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import func, select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, controles
from shared import nomenclatures
from shared.contracts.refus import Inconnu, Refus
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien, Parametres
from shared.formats.sts import enregistrements as sts
from shared.formats.sts.emp_sts import ecrire_emp_sts, nom_fichier_emp_sts
from shared.horloge.calendrier import calendrier_scolaire
from shared.persistence.unite import Unite

LOGICIEL = "RENTREE"
GENRES = ("sts", "liens", "ent", "preparation")
LIBELLES = {
    "sts": "Export vers STSWEB",
    "liens": "Export des liens élèves/groupes",
    "ent": "Export de l'emploi du temps vers un socle",
    "preparation": "Préparer l'année suivante",
}


class FichierExporte(Struct, frozen=True):
    """A file to hand over: its name, its bytes, what the software says of it."""

    nom: str
    contenu: bytes
    message: str
    avertissements: tuple[str, ...] = ()


def exporter_sts(u: Unite, uai: str, annee: int, mis_de_cote: Collection[str] | None = None) -> FichierExporte:
    """Write `emp_sts` (EDT-33): groups, services, professeurs principaux, courses. What has no counterpart stays here.

    `mis_de_cote`: with the assistant, the points de contrôle that somebody set aside; None: without it (EDT-34).
    Raises `Refus` SANS_SERVICE when there is nothing to send, and what `controles.arreter` raises.
    """
    bases.trouver(u, uai, annee)
    points = controles.controler(u, uai, annee)
    if mis_de_cote is not None:
        controles.arreter(points, mis_de_cote)
    etat = controles.lire_etat(u, uai, annee)
    structures = etat.structures
    cours: dict[rules.Cle, list[m.Cours]] = defaultdict(list)
    requete = select(m.Cours).filter_by(uai=uai, annee=annee).order_by(m.Cours.jour, m.Cours.debut, m.Cours.numero)
    for c in u.session.scalars(requete):
        cours[c.structure, c.matiere, c.modalite].append(c)
    services: dict[str, list[sts.Service]] = defaultdict(list)
    for s in etat.exportes:
        services[s.structure].append(_service(s, etat, cours[s.structure, s.matiere, s.modalite]))
    if not services:
        raise Refus(
            "La base n'a aucun service à exporter vers STSWEB.",
            code="SANS_SERVICE",
            remede="Saisissez les services et établissez les correspondances, puis recommencez.",
        )
    principaux = u.session.scalars(
        select(m.ProfesseurPrincipal).filter_by(uai=uai, annee=annee).order_by(m.ProfesseurPrincipal.division)
    )
    effectifs = _effectifs_par_classe(u, uai, annee)
    doc = sts.EmpSts(
        parametres=sts.ParametresEmp(rules.etablissement(uai), annee, "EDITEUR_PRIVE"),
        horaires=tuple(
            sts.Horaire(jour, creneaux[0], time(creneaux[-1].hour + 1))
            for jour, creneaux in sorted(rules.JOURS.items())
        ),
        alternances=_alternances(u, annee),
        individus=_individus(etat.profs, list(principaux), structures),
        divisions=tuple(
            sts.Division(code=s.sts_code, services=tuple(services[s.code]))
            for s in structures.values()
            if s.type == "D" and s.sts_code
        ),
        groupes=tuple(
            sts.Groupe(
                code=s.sts_code or s.code,
                libelle_long=s.libelle,
                effectif_prevu=s.effectif,
                effectif_max_edt=s.effectif,
                divisions=tuple(
                    sts.DivisionAppartenance(structures[d].sts_code or d, effectifs.get((s.code, d), 0))
                    for d in s.divisions
                    if d in structures and structures[d].sts_code
                ),
                services=tuple(services[s.code]),
            )
            for s in structures.values()
            if s.type == "G"
        ),
    )
    sortie = io.BytesIO()
    ecrire_emp_sts(sortie, doc)
    nb = sum(len(x) for x in services.values())
    nom = nom_fichier_emp_sts(rules.etablissement(uai), annee)
    message = f"{nb} services ont été exportés dans le fichier {nom}"
    avertissements = tuple(f"{point.titre} : {', '.join(point.lignes)}" for point in points if point.lignes)
    return noter(u, uai, annee, "sts", FichierExporte(nom, sortie.getvalue(), message, avertissements), nb)


def _service(s: m.Service, etat: controles.Etat, cours: list[m.Cours]) -> sts.Service:
    seances = tuple(sts.Cours(c.alternance, c.jour, c.debut, timedelta(minutes=c.minutes)) for c in cours)
    gens = [(etat.profs[e["numero"]], e["heures"]) for e in s.enseignants if e["numero"] in etat.profs]
    return sts.Service(
        code_matiere=etat.matieres[s.matiere],
        code_mod_cours=s.modalite,
        heures_structure=s.heures,
        co_ens=s.co_ens,
        enseignants=tuple(
            sts.Enseignant(id=p.sts_id, type=p.sts_type, heures_agent=Decimal(str(heures)), cours=seances)
            for p, heures in gens
            if p.sts_id and p.exportable
        ),
    )


def _effectifs_par_classe(u: Unite, uai: str, annee: int) -> dict[tuple[str, str], int]:
    """How many pupils of each class a group holds."""
    a, e = m.Appartenance, m.Eleve
    requete = (
        select(a.groupe, e.division, func.count())
        .join(e, (e.uai == a.uai) & (e.annee == a.annee) & (e.eleve_id == a.eleve_id))
        .where(a.uai == uai, a.annee == annee, e.division.is_not(None))
        .group_by(a.groupe, e.division)
    )
    return {(groupe, division or ""): nombre for groupe, division, nombre in u.session.execute(requete)}


def _individus(
    profs: dict[int, m.Professeur], principaux: list[m.ProfesseurPrincipal], structures: dict[str, m.Structure]
) -> tuple[sts.IndividuEmp, ...]:
    primes: dict[int, list[sts.Indemnite]] = defaultdict(list)
    for pp in principaux:
        if pp.division not in structures or not structures[pp.division].sts_code:
            continue
        mefs = structures[pp.division].mefs
        stat = nomenclatures.mef(mefs[0]).mefstat4 if mefs and nomenclatures.mef_existe(mefs[0]) else ""
        primes[pp.numero].append(sts.Indemnite(structures[pp.division].sts_code or pp.division, stat))
    return tuple(
        sts.IndividuEmp(id=p.sts_id or "", indemnites=tuple(primes[n]))
        for n, p in sorted(profs.items())
        if p.sts_id and p.exportable
    )


def semaines_par_alternance(u: Unite, annee: int) -> dict[str, tuple[date, ...]]:
    """The Mondays of the weeks with class, by alternance: every week, one in two, the other."""
    calendrier = calendrier_scolaire(annee, u.profil.calendrier, u.profil.zone)
    lundi = calendrier.rentree_eleves - timedelta(days=calendrier.rentree_eleves.weekday())
    semaines: list[date] = []
    while lundi <= calendrier.sortie_eleves:
        if any(calendrier.en_classe(lundi + timedelta(days=i)) for i in range(5)):
            semaines.append(lundi)
        lundi += timedelta(days=7)
    return {
        rules.HEBDOMADAIRE: tuple(semaines),
        rules.QUINZAINES[0]: tuple(semaines[::2]),
        rules.QUINZAINES[1]: tuple(semaines[1::2]),
    }


def _alternances(u: Unite, annee: int) -> tuple[sts.Alternance, ...]:
    semaines = semaines_par_alternance(u, annee)
    return (
        sts.Alternance(rules.HEBDOMADAIRE, "Cours Hebd", "Cours Hebdomadaire", semaines[rules.HEBDOMADAIRE]),
        *(
            sts.Alternance(q, f"Quinzaine {n}", f"Quinzaine {n}", semaines[q])
            for n, q in enumerate(rules.QUINZAINES, 1)
        ),
    )


def exporter_liens(u: Unite, uai: str, annee: int, *, internet: bool = True, exclusif: bool = True) -> FichierExporte:
    """Write the liens élève-groupe zip (EDT-36, EDT-38, EDT-40).

    `internet` False: the client is offline and the millésime of the file is one too many (EDT-39); `exclusif` False:
    somebody else works in the base (EDT-37). Raises `Refus` USAGE_EXCLUSIF, SANS_SIECLE, ELEGROUPE_SANS_LIEN.
    """
    base = bases.trouver(u, uai, annee)
    if not exclusif:
        raise Refus(
            "L'export des liens élèves/groupes demande le mode usage exclusif.",
            code="USAGE_EXCLUSIF",
            statut=409,
            regle="EDT-37",
            remede="Passez en mode usage exclusif : personne d'autre ne doit travailler dans la base.",
        )
    if base.millesime is None:
        raise Refus(
            "La base n'a pas encore les élèves de SIECLE.",
            code="SANS_SIECLE",
            remede="Fichier > Avec SIECLE > Récupérer les données des élèves, puis recommencez.",
        )
    liens: dict[int, list[GroupeLien]] = defaultdict(list)
    inscriptions = (
        select(m.Appartenance).filter_by(uai=uai, annee=annee).order_by(m.Appartenance.eleve_id, m.Appartenance.groupe)
    )
    for a in u.session.scalars(inscriptions):
        liens[a.eleve_id].append(GroupeLien(a.groupe, a.debut, a.fin))
    eleves = u.session.scalars(
        select(m.Eleve).filter_by(uai=uai, annee=annee).order_by(m.Eleve.cle_tri, m.Eleve.eleve_id)
    )
    lignes = [
        EleveLien(
            nom_de_famille=e.nom,
            nom_usage=e.nom_usage,
            prenom=e.prenom,
            prenom2=e.prenom2,
            prenom3=e.prenom3,
            date_naiss=e.date_naissance,
            groupes=tuple(liens[e.eleve_id]),
            eleve_id=e.eleve_id,
        )
        for e in eleves
        if e.eleve_id in liens
    ]
    instant = u.horloge.local().replace(tzinfo=None)
    millesime = base.millesime if internet else base.millesime + 1
    parametres = Parametres(rules.etablissement(uai), millesime, instant.date(), 1, LOGICIEL)
    sortie = io.BytesIO()
    # The software knows no limit of STS-Web's: a group that STS rejected goes out too, and BEE says so.
    fait = ecrire_liens_zip(sortie, parametres, lignes, instant, longueur_code=20)
    nom = fait.nom.nom_zip
    message = f"Les liens élèves/groupes de {fait.eleves} élèves ont été exportés dans le fichier ZIP suivant : {nom}"
    nb = sum(len(x.groupes) for x in lignes)
    return noter(u, uai, annee, "liens", FichierExporte(nom, sortie.getvalue(), message), nb)


def dernier(u: Unite, uai: str, annee: int, genre: str) -> FichierExporte:
    """The last file of a kind (`GENRES`) that the base wrote. Raises `Inconnu` SANS_EXPORT."""
    bases.trouver(u, uai, annee)
    fait = u.session.get(m.ExportFait, (uai, annee, genre))
    if fait is None:
        raise Inconnu(
            "Aucun fichier de cette sorte n'a été exporté.",
            code="SANS_EXPORT",
            remede="Lancez l'export, puis téléchargez le fichier.",
        )
    return FichierExporte(fait.nom, u.fichiers.lire(fait.digest), fait.message, tuple(fait.avertissements))


def noter(u: Unite, uai: str, annee: int, genre: str, fichier: FichierExporte, nb: int) -> FichierExporte:
    """Keep a file as the last of its kind; the file."""
    digest = u.fichiers.deposer(fichier.contenu)
    u.session.merge(
        m.ExportFait(
            uai=uai,
            annee=annee,
            genre=genre,
            instant=u.maintenant,
            nom=fichier.nom,
            digest=digest,
            nb=nb,
            message=fichier.message,
            avertissements=list(fichier.avertissements),
        )
    )
    u.journaliser(f"export_{genre}", LIBELLES[genre], uai=uai, annee=annee, nb=nb, digest=digest)
    return fichier
