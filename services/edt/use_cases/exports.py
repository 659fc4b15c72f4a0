"""Exports: `emp_sts` to STS-Web, the liens élève-groupe zip to SIECLE."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, groupes
from shared import nomenclatures
from shared.contracts.refus import Refus
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien, Parametres
from shared.formats.sts import enregistrements as sts
from shared.formats.sts.emp_sts import ecrire_emp_sts, nom_fichier_emp_sts
from shared.horloge.calendrier import calendrier_scolaire
from shared.persistence.unite import Unite

LOGICIEL = "RENTREE"


@dataclass(frozen=True, slots=True)
class FichierExporte:
    """A file to hand over: its name, its bytes, what the software says of it."""

    nom: str
    contenu: bytes
    message: str
    avertissements: tuple[str, ...] = ()


def exporter_sts(u: Unite, uai: str, annee: int) -> FichierExporte:
    """Write `emp_sts` (EDT-33): groups, services, professeurs principaux, courses. What has no counterpart stays here.

    Raises `Refus` SANS_SERVICE when there is nothing to send.
    """
    bases.trouver(u, uai, annee)
    ici = {"uai": uai, "annee": annee}
    structures = {s.code: s for s in u.session.scalars(select(m.Structure).filter_by(**ici).order_by(m.Structure.code))}
    profs = {p.numero: p for p in u.session.scalars(select(m.Professeur).filter_by(**ici))}
    matieres = {x.code: x.sts_code for x in u.session.scalars(select(m.Matiere).filter_by(**ici))}
    cours: dict[tuple[str, str, str], list[m.Cours]] = defaultdict(list)
    for c in u.session.scalars(select(m.Cours).filter_by(**ici).order_by(m.Cours.jour, m.Cours.debut, m.Cours.numero)):
        cours[c.structure, c.matiere, c.modalite].append(c)
    services: dict[str, list[sts.Service]] = defaultdict(list)
    ecartes: list[str] = []
    ordre = (m.Service.structure, m.Service.matiere, m.Service.modalite)
    for s in u.session.scalars(select(m.Service).filter_by(**ici).order_by(*ordre)):
        exportables = [e for e in s.enseignants if profs[e["numero"]].sts_id and profs[e["numero"]].exportable]
        if not s.exportable or not matieres.get(s.matiere) or (s.enseignants and not exportables):
            ecartes.append(f"{s.structure} {s.matiere} {s.modalite}")
            continue
        seances = tuple(
            sts.Cours(c.alternance, c.jour, c.debut, timedelta(minutes=c.minutes))
            for c in cours[s.structure, s.matiere, s.modalite]
        )
        services[s.structure].append(
            sts.Service(
                code_matiere=matieres[s.matiere] or s.matiere,
                code_mod_cours=s.modalite,
                heures_structure=s.heures,
                co_ens=s.co_ens,
                enseignants=tuple(
                    sts.Enseignant(
                        id=profs[e["numero"]].sts_id or "",
                        type=profs[e["numero"]].sts_type,
                        heures_agent=Decimal(str(e["heures"])),
                        cours=seances,
                    )
                    for e in exportables
                ),
            )
        )
    if not services:
        raise Refus(
            "La base n'a aucun service à exporter vers STSWEB.",
            code="SANS_SERVICE",
            remede="Saisissez les services et établissez les correspondances, puis recommencez.",
        )
    principaux = u.session.scalars(
        select(m.ProfesseurPrincipal).filter_by(**ici).order_by(m.ProfesseurPrincipal.division)
    )
    individus = _individus(profs, list(principaux), structures)
    doc = sts.EmpSts(
        parametres=sts.ParametresEmp(uai, annee, "EDITEUR_PRIVE"),
        horaires=tuple(
            sts.Horaire(jour, creneaux[0], time(creneaux[-1].hour + 1))
            for jour, creneaux in sorted(rules.JOURS.items())
        ),
        alternances=_alternances(u, annee),
        individus=individus,
        divisions=tuple(
            sts.Division(code=s.sts_code or s.code, services=tuple(services[s.code]))
            for s in structures.values()
            if s.type == "D"
        ),
        groupes=tuple(
            sts.Groupe(
                code=s.sts_code or s.code,
                libelle_long=s.libelle,
                effectif_prevu=s.effectif,
                effectif_max_edt=s.effectif,
                divisions=tuple(sts.DivisionAppartenance(d, 0) for d in s.divisions),
                services=tuple(services[s.code]),
            )
            for s in structures.values()
            if s.type == "G"
        ),
    )
    sortie = io.BytesIO()
    ecrire_emp_sts(sortie, doc)
    nom = nom_fichier_emp_sts(uai, annee)
    avertissements = [f"Service sans correspondance, non exporté : {x}" for x in ecartes]
    vides = groupes.groupes_sans_eleve(u, uai, annee)
    if vides:
        avertissements.append(f"Groupes sans effectif : {', '.join(vides)}")
    nb = sum(len(x) for x in services.values())
    _noter(u, uai, annee, "sts", nom, sortie.getvalue(), nb)
    message = f"{nb} services ont été exportés dans le fichier {nom}"
    return FichierExporte(nom, sortie.getvalue(), message, tuple(avertissements))


def _individus(
    profs: dict[int, m.Professeur], principaux: list[m.ProfesseurPrincipal], structures: dict[str, m.Structure]
) -> tuple[sts.IndividuEmp, ...]:
    primes: dict[int, list[sts.Indemnite]] = defaultdict(list)
    for pp in principaux:
        mefs = structures[pp.division].mefs if pp.division in structures else []
        stat = nomenclatures.mef(mefs[0]).mefstat4 if mefs and nomenclatures.mef_existe(mefs[0]) else ""
        primes[pp.numero].append(sts.Indemnite(pp.division, stat))
    return tuple(
        sts.IndividuEmp(id=p.sts_id or "", indemnites=tuple(primes[n]))
        for n, p in sorted(profs.items())
        if p.sts_id and p.exportable
    )


def _alternances(u: Unite, annee: int) -> tuple[sts.Alternance, ...]:
    calendrier = calendrier_scolaire(annee, u.profil.calendrier, u.profil.zone)
    lundi = calendrier.rentree_eleves - timedelta(days=calendrier.rentree_eleves.weekday())
    semaines: list[date] = []
    while lundi <= calendrier.sortie_eleves:
        if any(calendrier.en_classe(lundi + timedelta(days=i)) for i in range(5)):
            semaines.append(lundi)
        lundi += timedelta(days=7)
    return (
        sts.Alternance(rules.HEBDOMADAIRE, "Cours Hebd", "Cours Hebdomadaire", tuple(semaines)),
        sts.Alternance(rules.QUINZAINES[0], "Quinzaine 1", "Quinzaine 1", tuple(semaines[::2])),
        sts.Alternance(rules.QUINZAINES[1], "Quinzaine 2", "Quinzaine 2", tuple(semaines[1::2])),
    )


def exporter_liens(u: Unite, uai: str, annee: int, *, internet: bool = True) -> FichierExporte:
    """Write the liens élève-groupe zip (EDT-36, EDT-38, EDT-40).

    `internet` False: the client is offline and the millésime of the file is one too many (EDT-39).
    Raises `Refus` SANS_SIECLE, ELEGROUPE_SANS_LIEN.
    """
    base = bases.trouver(u, uai, annee)
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
    parametres = Parametres(uai, base.millesime if internet else base.millesime + 1, instant.date(), 1, LOGICIEL)
    sortie = io.BytesIO()
    # The software knows no limit of STS-Web's: a group that STS rejected goes out too, and BEE says so.
    fait = ecrire_liens_zip(sortie, parametres, lignes, instant, longueur_code=20)
    nom = fait.nom.nom_zip
    _noter(u, uai, annee, "liens", nom, sortie.getvalue(), sum(len(x) for x in liens.values()))
    message = f"Les liens élèves/groupes de {fait.eleves} élèves ont été exportés dans le fichier ZIP suivant : {nom}"
    return FichierExporte(nom, sortie.getvalue(), message)


def _noter(u: Unite, uai: str, annee: int, genre: str, nom: str, contenu: bytes, nb: int) -> None:
    digest = u.fichiers.deposer(contenu)
    u.session.merge(
        m.ExportFait(uai=uai, annee=annee, genre=genre, instant=u.maintenant, nom=nom, digest=digest, nb=nb)
    )
    libelle = "Export vers STSWEB" if genre == "sts" else "Export des liens élèves/groupes"
    u.journaliser(f"export_{genre}", libelle, uai=uai, annee=annee, nb=nb, digest=digest)
