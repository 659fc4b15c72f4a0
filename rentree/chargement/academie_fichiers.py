"""A school of an invented académie as the applications exchange it: the files and messages of its year.

The state is that of a day of September: everything typed, the timetable remonté, nothing of the night done yet.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import BinaryIO

import msgspec.structs

from rentree.chargement.preparation import Charge, Fichier
from rentree.demo import depart, messages
from rentree.population.academie_modeles import Ecole
from rentree.population.modeles import Agent, Eleve, Service
from shared import nomenclatures
from shared.formats import sts
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.formats.elegroupe.liens import Parametres as ParametresLiens
from shared.formats.siecle import communs, responsables, structures
from shared.formats.siecle import eleves as f_eleves
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe

LOGICIEL = "RENTREE"


def charge_de(e: Ecole, instant: datetime) -> Charge:
    """What each application is given of a school. `instant`: the wall clock of the exports (local, without zone)."""
    enveloppe = Enveloppe(e.etablissement.uai, e.millesime, instant.date(), instant)
    codes = frozenset([*(d.code for d in e.divisions), *(g.code for g in e.besoins.groupes)])
    return Charge(
        uai=e.etablissement.uai,
        annee=e.annee,
        millesime=e.millesime,
        etablissement=messages.etablissement(e.etablissement, e.academie),
        agents=tuple(messages.agent(a, e.etablissement.uai) for a in e.agents),
        sts=(sts.nom_fichier_sts_emp(e.etablissement.uai, e.annee), _sts_emp(e)),
        siecle=_siecle(e, enveloppe),
        liens=_liens(e, instant),
        structures_sts=codes,
        structures_bee=codes,
        services=len(e.besoins.services),
    )


def _libelle_discipline(code: str | None) -> str:
    return nomenclatures.discipline(code).libelle_court if code else ""


# STS-Web: structure, staff and services, as it holds them once the timetable is remonté


def _sts_emp(e: Ecole) -> bytes:
    s, services = e.etablissement, _par_structure(e.besoins.services)
    chefs: dict[int, list[str]] = {}
    for division, agent in e.besoins.professeurs_principaux:
        chefs.setdefault(agent, []).append(division)
    mefs = sorted({m for d in e.divisions for m in d.mefs})
    matieres = sorted({x.matiere for x in e.besoins.services})
    doc = sts.StsEmp(
        parametres=sts.ParametresSts(
            uaj=depart.uaj_sts(s, e.academie),
            annee_scolaire=sts.AnneeScolaire(e.annee, *_bornes(e)),
        ),
        nomenclatures=sts.NomenclaturesSts(
            matieres=tuple(
                sts.Matiere(m.code, m.code_gestion, m.libelle_court, m.libelle_long, m.libelle_edition)
                for m in map(nomenclatures.matiere, matieres)
            ),
            mefs=tuple(
                sts.Mef(m.code, m.formation, m.specialite or None, m.libelle_long, m.libelle_edition, m.mefstat11)
                for m in map(nomenclatures.mef, mefs)
            ),
        ),
        individus=tuple(_individu(a, chefs.get(a.id, [])) for a in e.agents if a.source == "EPP"),
        divisions=tuple(
            sts.Division(
                code=d.code,
                libelle_long=d.libelle,
                effectif_prevu=d.effectif,
                effectif_calcule=d.effectif,
                mefs=tuple(sts.MefAppartenance(m, d.effectif, d.effectif) for m in d.mefs),
                services=_services(services.get(d.code, [])),
            )
            for d in e.divisions
        ),
        groupes=tuple(
            sts.Groupe(
                code=g.code,
                libelle_long=g.libelle,
                effectif_prevu=len(g.membres),
                effectif_calcule=len(g.membres),
                divisions=tuple(sts.DivisionAppartenance(d) for d in g.divisions),
                mefs=tuple(sts.MefAppartenance(m) for m in g.mefs),
                services=_services(services.get(g.code, [])),
            )
            for g in e.besoins.groupes
        ),
    )
    return _octets(lambda f: sts.ecrire_sts_emp(f, doc))


def _bornes(e: Ecole) -> tuple[date, date]:
    """The school year of STS: from September to August, or the civil year where it starts in February."""
    if e.rentree.month < e.sortie.month:
        return date(e.annee, 1, 1), date(e.annee, 12, 31)
    return date(e.annee, 9, 1), date(e.annee + 1, 8, 31)


def _individu(a: Agent, divisions: list[str]) -> sts.IndividuSts:
    return msgspec.structs.replace(
        depart.individu_sts(a),
        profs_princ=tuple(sts.ProfPrinc(d) for d in divisions),
        disciplines=(sts.Discipline(a.discipline, _libelle_discipline(a.discipline), a.heures_dues),)
        if a.discipline
        else (),
    )


def _par_structure(services: tuple[Service, ...]) -> dict[str, list[Service]]:
    rangees: dict[str, list[Service]] = {}
    for s in services:
        rangees.setdefault(s.structure, []).append(s)
    return rangees


def _services(services: list[Service]) -> tuple[sts.Service, ...]:
    return tuple(
        sts.Service(
            s.matiere,
            s.modalite,
            s.heures,
            s.co_enseignement,
            tuple(sts.Enseignant(str(n), "epp", heures) for n, heures in s.enseignants),
        )
        for s in services
    )


# SIECLE: the pupils, their responsables, their divisions, the school


def _siecle(e: Ecole, enveloppe: Enveloppe) -> tuple[Fichier, ...]:
    s = e.etablissement
    eleves = [_eleve(x) for x in e.eleves]
    personnes = [depart.personne_siecle(r) for r in e.responsables]
    adresses = {a.id: depart.adresse_siecle(a) for a in e.adresses}
    siennes = [adresses[i] for i in sorted({x.adresse_id for x in e.eleves if x.adresse_id is not None})]
    leurs = [adresses[i] for i in sorted({r.adresse_id for r in e.responsables if r.adresse_id is not None})]
    liens = [depart.rattachement_siecle(x) for x in e.liens]
    divisions = [structures.Division(d.code, d.libelle, None, s.uai, d.mefs) for d in e.divisions]
    annee = communs.AnneeScolaire(e.rentree, e.sortie, e.rentree, e.sortie)
    ecole = communs.Communs(depart.identite_siecle(s), annee)
    return (
        ("ElevesAvecAdresses.xml", _octets(lambda f: ecrire_eleves(f, enveloppe, eleves, siennes))),
        (
            "ResponsablesAvecAdresses.xml",
            _octets(lambda f: responsables.ecrire_responsables(f, enveloppe, personnes, liens, leurs)),
        ),
        ("Structures.xml", _octets(lambda f: structures.ecrire_structures(f, enveloppe, divisions, ()))),
        (
            "Communs.xml",
            _octets(lambda f: communs.ecrire_communs(f, enveloppe, ecole)),
        ),
    )


def _eleve(x: Eleve) -> f_eleves.Eleve:
    place, avant = x.scolarite, x.scolarite_precedente
    assert place is not None
    return depart.eleve_siecle(
        x,
        mef=place.mef,
        division=place.division,
        entree=place.date_entree,
        sortie=None,
        motif=None,
        options=[(o.rang, o.matiere, o.modalite) for o in place.options],
        an_dernier=f_eleves.ScolariteAnDernier(
            code_mef=avant.mef, code_structure=avant.division, code_rne=avant.uai or None
        ),
    )


def _liens(e: Ecole, instant: datetime) -> Fichier | None:
    """The zip that the timetable software gives for BEE; None for a school without groups."""
    groupes: dict[int, list[GroupeLien]] = {}
    for g in sorted(e.besoins.groupes, key=lambda g: g.code):
        for membre in g.membres:
            groupes.setdefault(membre, []).append(GroupeLien(g.code, e.rentree, e.sortie))
    lignes = [
        EleveLien(x.nom, x.prenom, x.date_naissance, tuple(groupes[x.id]), eleve_id=x.id)
        for x in e.eleves
        if x.id in groupes
    ]
    if not lignes:
        return None
    parametres = ParametresLiens(e.etablissement.uai, e.millesime, instant.date(), 1, LOGICIEL)
    sortie = io.BytesIO()
    return ecrire_liens_zip(sortie, parametres, lignes, instant).nom.nom_zip, sortie.getvalue()


def _octets(ecrire: Callable[[BinaryIO], object]) -> bytes:
    sortie = io.BytesIO()
    ecrire(sortie)
    return sortie.getvalue()
