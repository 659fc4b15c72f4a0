"""Small schools as files: what each application would export of an invented school of year N.

`ecrire_ecole` gives the files of one school (name, bytes); `ecrire_ecoles` a folder of many, one folder each.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from rentree.demo import depart
from rentree.population import Eleve, Groupe, Parametres, Population, Service, generer
from shared import nomenclatures
from shared.formats import sts
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.formats.elegroupe.liens import Parametres as ParametresLiens
from shared.formats.siecle import communs, responsables, structures
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.exports import Export, ecrire_export_zip, nom_zip
from shared.identifiers import fabriquer_uai

INSTANT = datetime(2021, 9, 15, 10, 15)  # noqa: DTZ001 - the wall clock of the computer that exports


@dataclass(frozen=True)
class EcoleEcrite:
    """The files of a school, and whom it holds: what a test compares with what was loaded."""

    uai: str
    fichiers: dict[str, bytes]
    eleves: tuple[Eleve, ...]
    divisions: tuple[str, ...]
    groupes: tuple[str, ...]
    personnels: int
    liens: int
    """Memberships of groups."""


def uai_de(rang: int) -> str:
    """The UAI of the school of that rank."""
    return fabriquer_uai("096", rang + 1)


def ecrire_ecole(rang: int, *, annee: int = 2021, divisions: int = 2, effectif: int = 60) -> EcoleEcrite:
    """The seven files of a school of which only the first `divisions` divisions are kept (about 15 pupils each)."""
    p = generer(
        Parametres(
            uai=uai_de(rang), effectif=effectif, seed=f"charger:{rang}", annee=annee, anomalies=False, rang=rang
        ),
        random.Random(rang),
    )
    return _Ecole(p, divisions).ecrire()


def ecrire_ecoles(dossier: Path, nombre: int, **options: int) -> Iterator[EcoleEcrite]:
    """Write `nombre` schools under a folder, one folder each; each school as it is written."""
    for rang in range(nombre):
        ecole = ecrire_ecole(rang, **options)
        poser(dossier / ecole.uai, ecole.fichiers)
        yield ecole


def poser(dossier: Path, fichiers: dict[str, bytes]) -> Path:
    """Write files into a folder."""
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, octets in fichiers.items():
        (dossier / nom).write_bytes(octets)
    return dossier


class _Ecole:
    def __init__(self, p: Population, divisions: int) -> None:
        self.p = p
        self.divisions = p.divisions[:divisions]
        codes = {d.code for d in self.divisions}
        self.eleves = tuple(e for e in p.eleves if e.scolarite and e.scolarite.division in codes)
        presents = {e.id for e in self.eleves}
        self.membres = {
            g.code: [m for m in g.membres if m in presents] for g in p.besoins.groupes if set(g.divisions) & codes
        }
        self.groupes = tuple(g for g in p.besoins.groupes if self.membres.get(g.code))
        gardes = codes | {g.code for g in self.groupes}
        self.services = tuple(s for s in p.besoins.services if s.structure in gardes)
        self.codes = codes
        millesime = p.parametres.millesime_effectif
        instant = INSTANT.replace(year=p.parametres.annee)
        self.enveloppe = Enveloppe(p.etablissement.uai, millesime, instant.date(), instant)
        self.instant = instant

    def ecrire(self) -> EcoleEcrite:
        uai, annee = self.p.etablissement.uai, self.p.parametres.annee
        fichiers = {
            sts.nom_fichier_sts_emp(uai, annee): self.sts_emp(),
            sts.nom_fichier_emp_sts(uai, annee): self.emp_sts(),
            **dict(self.siecle()),
        }
        nom, octets = self.liens()
        fichiers[nom] = octets
        epp = sum(a.source == "EPP" for a in self.p.agents)
        codes = tuple(g.code for g in self.groupes)
        liens = sum(len(self.membres[code]) for code in codes)
        return EcoleEcrite(uai, fichiers, self.eleves, tuple(sorted(self.codes)), codes, epp, liens)

    def sts_emp(self) -> bytes:
        """Divisions and staff, as STS-Web exports them before any timetable."""
        e, annee = self.p.etablissement, self.p.parametres.annee
        mefs = sorted({m for d in self.divisions for m in d.mefs})
        matieres = sorted({s.matiere for s in self.services})
        doc = sts.StsEmp(
            parametres=sts.ParametresSts(
                uaj=sts.Uaj(
                    code=e.uai,
                    academie=sts.Academie(self.p.academie.code.zfill(3), self.p.academie.nom),
                    sigle=e.sigle,
                    denom_princ=e.denomination,
                    denom_compl=e.complement,
                    code_nature=e.nature,
                    code_categorie=e.categorie,
                    adresse=e.adresse.ligne1,
                    commune=e.adresse.libelle_postal,
                    code_postal=e.adresse.code_postal,
                    telephone=e.telephone,
                    statut="public",
                ),
                annee_scolaire=sts.AnneeScolaire(annee, date(annee, 9, 1), date(annee + 1, 8, 31)),
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
            individus=tuple(
                sts.IndividuSts(
                    id=str(a.id),
                    type="epp",
                    sexe=a.sexe,
                    civilite=a.civilite,
                    nom_usage=a.nom_usage or a.nom,
                    nom_patronymique=a.nom,
                    prenom=a.prenom,
                    date_naissance=a.date_naissance,
                    grade=a.grade,
                    fonction=a.fonction,
                )
                for a in self.p.agents
                if a.source == "EPP"
            ),
            divisions=tuple(
                sts.Division(
                    code=d.code,
                    libelle_long=d.libelle,
                    effectif_prevu=d.effectif,
                    effectif_calcule=d.effectif,
                    mefs=tuple(sts.MefAppartenance(m, d.effectif, d.effectif) for m in d.mefs),
                )
                for d in self.divisions
            ),
        )
        sortie = io.BytesIO()
        sts.ecrire_sts_emp(sortie, doc)
        return sortie.getvalue()

    def emp_sts(self) -> bytes:
        """Groups and services, as the timetable software gives them back."""
        par_structure: dict[str, list[Service]] = {}
        for s in self.services:
            par_structure.setdefault(s.structure, []).append(s)
        doc = sts.EmpSts(
            sts.ParametresEmp(self.p.etablissement.uai, self.p.parametres.annee),
            divisions=tuple(
                sts.Division(d.code, services=_services(par_structure.get(d.code, []))) for d in self.divisions
            ),
            groupes=tuple(self._groupe(g, par_structure.get(g.code, [])) for g in self.groupes),
        )
        sortie = io.BytesIO()
        sts.ecrire_emp_sts(sortie, doc)
        return sortie.getvalue()

    def _groupe(self, g: Groupe, services: list[Service]) -> sts.Groupe:
        return sts.Groupe(
            g.code,
            g.libelle,
            effectif_prevu=len(self.membres[g.code]),
            divisions=tuple(sts.DivisionAppartenance(d) for d in g.divisions if d in self.codes),
            services=_services(services),
        )

    def siecle(self) -> Iterator[tuple[str, bytes]]:
        """Élèves, Responsables, Structures and Communs, zipped as SIECLE zips them."""
        p, enveloppe = self.p, self.enveloppe
        eleves = []
        for e in self.eleves:
            assert e.scolarite is not None
            options = [(o.rang, o.matiere, o.modalite) for o in e.scolarite.options]
            place = {"mef": e.scolarite.mef, "division": e.scolarite.division}
            eleves.append(depart.eleve_siecle(e, **place, entree=p.rentree, sortie=None, motif=None, options=options))
        presents = {e.id for e in self.eleves}
        liens = [x for x in p.liens if x.eleve_id in presents]
        ids = {x.responsable_id for x in liens}
        personnes = [depart.personne_siecle(r) for r in p.responsables if r.id in ids]
        siennes = {e.adresse_id for e in eleves}
        leurs = {x.adresse_id for x in personnes}
        rattachements = [
            responsables.ResponsableEleve(
                eleve_id=x.eleve_id,
                personne_id=x.responsable_id,
                niveau=int(x.niveau),
                code_parente=x.parente,
                paie_frais=x.paie_frais,
                percoit_aides=x.percoit_aides,
                heberge=x.heberge,
                a_contacter_en_priorite=x.contact_prioritaire,
            )
            for x in liens
        ]
        adresses = [depart.adresse_siecle(a) for a in p.adresses if a.id in siennes]
        celles = [depart.adresse_siecle(a) for a in p.adresses if a.id in leurs]
        divisions = [structures.Division(d.code, d.libelle, None, p.etablissement.uai, d.mefs) for d in self.divisions]
        e = p.etablissement
        identite = communs.IdentiteEtablissement(
            etab_uaj_id=1,
            denom_princ=e.denomination,
            denom_compl=e.complement,
            ligne1=e.adresse.ligne1,
            code_postal=e.adresse.code_postal,
            libelle_postal=e.adresse.libelle_postal,
            code_pays="100",
            code_type_etab=e.sigle,
            secteur_code=e.secteur,
        )
        annee = communs.AnneeScolaire(p.rentree, p.sortie, p.rentree, p.sortie)
        yield self._zip(Export.ELEVES_AVEC_ADRESSES, lambda f: ecrire_eleves(f, enveloppe, eleves, adresses))
        yield self._zip(
            Export.RESPONSABLES_AVEC_ADRESSES,
            lambda f: responsables.ecrire_responsables(f, enveloppe, personnes, rattachements, celles),
        )
        yield self._zip(Export.STRUCTURES, lambda f: structures.ecrire_structures(f, enveloppe, divisions, ()))
        yield self._zip(
            Export.COMMUNS, lambda f: communs.ecrire_communs(f, enveloppe, communs.Communs(identite, annee))
        )

    def _zip(self, export: Export, ecrire: object) -> tuple[str, bytes]:
        sortie = io.BytesIO()
        ecrire_export_zip(sortie, export, self.instant, ecrire)  # type: ignore[arg-type]
        return nom_zip(export), sortie.getvalue()

    def liens(self) -> tuple[str, bytes]:
        """The group links, as the timetable software zips them for BEE."""
        groupes: dict[int, list[GroupeLien]] = {}
        for code in sorted(self.membres):
            for membre in self.membres[code]:
                groupes.setdefault(membre, []).append(GroupeLien(code, self.p.rentree, self.p.sortie))
        lignes = [
            EleveLien(e.nom, e.prenom, e.date_naissance, tuple(groupes[e.id]), eleve_id=e.id)
            for e in self.eleves
            if e.id in groupes
        ]
        sortie = io.BytesIO()
        parametres = ParametresLiens(self.enveloppe.uai, self.enveloppe.annee, self.instant.date(), 1, "ESSAI")
        fait = ecrire_liens_zip(sortie, parametres, lignes, self.instant)
        return fait.nom.nom_zip, sortie.getvalue()


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
