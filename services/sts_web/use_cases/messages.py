"""The messages that STS-Web sends: structure and services to BEE, the remontée to the AAF."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from services.sts_web.models import DernierExport, Matiere
from services.sts_web.rules import ressources as regles
from services.sts_web.use_cases import lecture
from services.sts_web.use_cases.lecture import PersonneVue
from shared.contracts.echanges import (
    DisciplineMsg,
    DivisionMsg,
    EnseignantServiceMsg,
    GroupeMsg,
    MatiereMsg,
    PersonnelMsg,
    RemonteeSts,
    ServiceMsg,
    ServicesSts,
    StructureSts,
)
from shared.persistence.unite import Unite


def structure(u: Unite, uai: str, annee: int) -> StructureSts:
    """The whole structure of a year, as « Exports » > « Structure » sends it (STS-58)."""
    vue = lecture.structure(u, uai, annee)
    return StructureSts(
        uai=uai,
        annee=annee,
        millesime=u.profil.millesime_de_l_annee(annee),
        exporte_le=u.maintenant,
        divisions=tuple(
            DivisionMsg(
                code=d.code,
                libelle=d.libelle,
                mefs=tuple(m.code for m in d.mefs),
                effectif_prevu=d.effectif_prevu,
            )
            for d in vue.divisions
        ),
        groupes=tuple(
            GroupeMsg(
                code=g.code,
                libelle=g.libelle,
                divisions=tuple(d.code for d in g.divisions),
                mefs=g.mefs,
                effectif_prevu=g.effectif_prevu,
            )
            for g in vue.groupes
        ),
    )


def services(u: Unite, uai: str, annee: int) -> ServicesSts:
    """All services, their teachers and professeurs principaux, as « Exports » > « Services » sends them (STS-65).

    A suppléant is in it until the end of his suppléance, beside the suppléé, to whom the services fall back.
    """
    jour = u.horloge.aujourd_hui()
    gens, suppleants = lecture.personnes(u, uai, annee)
    pps = {
        cle: tuple(pp.division for pp in parts if pp.fin is None or pp.fin >= jour)
        for cle, parts in lecture.profs_principaux(u, uai, annee).items()
    }
    fins = {(p.id, n.supplee_id, n.debut): n.fin for p in suppleants for n in p.nominations}
    lus = []
    for s in lecture.services(u, uai, annee):
        enseignants = []
        for e in s.enseignants:
            if e.supplee_id is not None:
                cle = (e.id, e.supplee_id, e.suppleance_debut)
                fin = fins.get(cle)
                if cle not in fins or (fin is not None and fin < jour):
                    continue
            enseignants.append(EnseignantServiceMsg(id=e.id, type=_type(e.type), heures=e.heures))
        lus.append(
            ServiceMsg(
                structure=s.structure,
                type_structure="D" if s.type_structure == "D" else "G",
                matiere=s.matiere,
                modalite=s.modalite,
                heures=s.heures,
                co_ens=s.co_ens,
                enseignants=tuple(enseignants),
            )
        )
    cites = {(e.type, e.id) for s in lus for e in s.enseignants}
    tous = {(p.type, p.id): p for p in [*(p for p in suppleants if (p.type, p.id) in cites), *gens]}
    codes = sorted({s.matiere for s in lus})
    matieres = u.session.scalars(select(Matiere).where(Matiere.code.in_(codes)).order_by(Matiere.code))
    return ServicesSts(
        uai=uai,
        annee=annee,
        millesime=u.profil.millesime_de_l_annee(annee),
        exporte_le=u.maintenant,
        personnels=tuple(personnel(tous[cle], pps.get(cle, ())) for cle in sorted(tous, key=_ordre)),
        services=tuple(lus),
        matieres=tuple(
            MatiereMsg(code=m.code, code_gestion=m.code_gestion, libelle=m.libelle_edition or m.libelle_long)
            for m in matieres
        ),
    )


def remontee(u: Unite, uai: str, annee: int) -> RemonteeSts:
    """Who is in Ressources today; professeurs principaux and services as last exported (STS-67, AAF-05)."""
    jour = u.horloge.aujourd_hui()
    exportes = derniers_services(u, uai, annee)
    pps = {(p.type, p.id): p.divisions_pp for p in exportes.personnels} if exportes else {}
    gens, suppleants = lecture.personnes(u, uai, annee)
    tous = {
        (p.type, p.id): p
        for p in [*suppleants, *gens]
        if any(regles.en_poste(n.nature, n.debut, n.fin, jour) for n in p.nominations)
    }
    return RemonteeSts(
        uai=uai,
        annee=annee,
        instant=u.maintenant,
        personnels=tuple(
            personnel(tous[cle], pps.get((_type(cle[0]), cle[1]), ())) for cle in sorted(tous, key=_ordre)
        ),
        services=exportes if u.profil.aaf_chemin_services == "sts_direct" else None,
    )


def derniere_structure(u: Unite, uai: str, annee: int) -> StructureSts | None:
    """The structure as last exported, or None."""
    digest = _digest(u, uai, annee, "structure")
    return StructureSts.lire(u.fichiers.lire(digest)) if digest else None


def derniers_services(u: Unite, uai: str, annee: int) -> ServicesSts | None:
    """The services as last exported to SCONET, or None."""
    digest = _digest(u, uai, annee, "services")
    return ServicesSts.lire(u.fichiers.lire(digest)) if digest else None


def personnel(p: PersonneVue, divisions_pp: tuple[str, ...]) -> PersonnelMsg:
    """A person as messages carry him: one discipline a line, hours added."""
    disciplines: dict[str, DisciplineMsg] = {}
    for n in p.nominations:
        if n.discipline:
            avant = disciplines.get(n.discipline)
            disciplines[n.discipline] = DisciplineMsg(
                code=n.discipline,
                libelle=n.discipline_libelle,
                heures=n.heures + (avant.heures if avant else 0.0),
            )
    return PersonnelMsg(
        id=p.id,
        type=_type(p.type),
        sexe="1" if p.sexe == "1" else "2" if p.sexe == "2" else "",
        civilite=p.civilite,
        nom_usage=p.nom_usage,
        nom_patronymique=p.nom_patronymique,
        prenom=p.prenom,
        date_naissance=p.date_naissance,
        grade=p.grade,
        fonction=p.fonction,
        disciplines=tuple(disciplines[code] for code in sorted(disciplines)),
        mel=p.mel,
        divisions_pp=divisions_pp,
    )


def _digest(u: Unite, uai: str, annee: int, genre: str) -> str | None:
    ligne = u.session.get(DernierExport, (uai, annee, genre))
    return ligne.digest if ligne else None


def _type(texte: str) -> Literal["epp", "local"]:
    return "local" if texte == "local" else "epp"


def _ordre(cle: tuple[str, int]) -> tuple[int, str]:
    return cle[1], cle[0]
