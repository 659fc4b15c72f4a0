"""A school's set of files, made by the generator and the writers, and what it holds of people.

Teachers give their names to groups, labels hold INE, mails and telephones, a file bears a pupil's name, an element and
a comment that no table lists name somebody: all that real sets hold and that must not come out.
"""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from rentree.demo.depart import adresse_siecle, eleve_siecle, personne_siecle
from rentree.population import Eleve, Parametres, Population, generer
from shared import nomenclatures
from shared.formats.elegroupe.ecriture import ecrire_liens_zip
from shared.formats.elegroupe.liens import EleveLien, GroupeLien
from shared.formats.elegroupe.liens import Parametres as ParametresLiens
from shared.formats.siecle import communs, responsables, structures
from shared.formats.siecle.eleves import OptionEleve, ScolariteAnDernier, id_eleve_etab
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.exports import Export, ecrire_export_zip
from shared.formats.sts import enregistrements as sts
from shared.formats.sts.emp_sts import ecrire_emp_sts
from shared.formats.sts.sts_emp import ecrire_sts_emp
from tests.fichiers.anonymiser.jeu_aaf import deposer_aaf

UAI = "0960001E"
INSTANT = datetime(2021, 9, 15, 10, 15)  # noqa: DTZ001 - wall clock of the computer that exports
_ENVELOPPE = Enveloppe(UAI, 2021, INSTANT.date(), INSTANT)


@dataclass(frozen=True)
class Jeu:
    """The people, and the code of each group as the files give it (teachers' names in it)."""

    population: Population
    groupes: dict[str, tuple[str, str]]
    """By the generator's code: (code, label)."""


@lru_cache(maxsize=4)
def jeu(effectif: int = 600) -> Jeu:
    """An invented school, its groups renamed after their teachers and pupils."""
    p = generer(Parametres(uai=UAI, effectif=effectif, seed=7, annee=2021), random.Random(7))
    profs = {s.structure: p.agents_par_id[s.enseignants[0][0]] for s in p.besoins.services if s.enseignants}
    noms: dict[str, tuple[str, str]] = {}
    for rang, groupe in enumerate(p.besoins.groupes):
        prof = profs.get(groupe.code)
        nom = (prof.nom_usage or prof.nom) if prof else "SEUL"
        eleve = p.eleves_par_id[groupe.membres[0]] if groupe.membres else p.eleves[0]
        formes = (
            (f"{groupe.code[:1]} {nom}"[:20], f"GROUPE DE {prof.prenom if prof else ''} {nom}"[:20]),
            (f"{rang}LAT{nom}"[:8], groupe.libelle[:20]),
            (groupe.code, f"AIDE {eleve.prenom} {eleve.nom}"[:20]),
            (groupe.code, groupe.libelle[:20]),
        )
        noms[groupe.code] = formes[rang % len(formes)]
    return Jeu(p, noms)


def deposer(j: Jeu, dossier: Path) -> Path:
    """Write the whole set in `dossier`, which is made; the folder itself."""
    dossier.mkdir(parents=True)
    p = j.population
    (dossier / f"sts_emp_{UAI}_2021.xml").write_bytes(_sts_emp(j))
    (dossier / f"emp_sts_{UAI}_2021.xml").write_bytes(_emp_sts(j))
    (dossier / "ExportXML_ElevesAvecAdresses (1).zip").write_bytes(_zip(Export.ELEVES_AVEC_ADRESSES, eleves_xml(j)))
    (dossier / f"Responsables {p.eleves[3].nom}.xml").write_bytes(_responsables(j))
    (dossier / "ExportXML_Structures.zip").write_bytes(_zip(Export.STRUCTURES, _structures(j)))
    (dossier / "Communs.xml").write_bytes(_communs(j))
    _deposer_liens(j, dossier)
    deposer_aaf(j.population, _eleves(j), _places(j), dossier / "aaf")
    (dossier / "note.txt").write_text(f"Voir {p.eleves[0].nom} {p.eleves[0].prenom}", encoding="utf-8")
    return dossier


def _zip(export: Export, contenu: bytes) -> bytes:
    sortie = io.BytesIO()
    ecrire_export_zip(sortie, export, INSTANT, lambda f: f.write(contenu))
    return sortie.getvalue()


def _places(j: Jeu) -> dict[int, tuple[str, ...]]:
    return {e.id: tuple(j.groupes[g][0] for g in j.population.groupes_par_eleve.get(e.id, ())) for e in _eleves(j)}


def _eleves(j: Jeu) -> list[Eleve]:
    return [e for e in j.population.eleves if e.scolarite and e.scolarite.division]


def eleves_xml(j: Jeu) -> bytes:
    """The export of the pupils, with an element that no table lists."""
    p, places = j.population, _places(j)
    fiches = []
    for e in _eleves(j):
        assert e.scolarite is not None
        fiche = eleve_siecle(
            e,
            mef=e.scolarite.mef,
            division=e.scolarite.division,
            entree=p.rentree,
            sortie=None,
            motif=None,
            options=(),
        )
        avant = ScolariteAnDernier(
            code_mef=e.scolarite_precedente.mef,
            code_structure=e.scolarite_precedente.division,
            code_rne=p.voisin.uai,
            denom_princ="COLLEGE",
            ligne1=p.voisin.adresse.ligne1,
            telephone=p.voisin.telephone,
            mel=p.voisin.mel,
        )
        fiches.append(
            replace(
                fiche,
                id_eleve_etab=id_eleve_etab(e.elenoet, UAI),
                groupes=places[e.id],
                options=tuple(OptionEleve(o.rang, o.modalite, o.matiere) for o in e.scolarite.options),
                scolarite_an_dernier=avant,
            )
        )
    siennes = {e.adresse_id for e in _eleves(j)}
    sortie = io.BytesIO()
    ecrire_eleves(sortie, _ENVELOPPE, fiches, [adresse_siecle(a) for a in p.adresses if a.id in siennes])
    premier = p.eleves[0]
    intrus = f"<OBSERVATION>{premier.prenom} {premier.nom}, {premier.ine}</OBSERVATION>\n      </ELEVE>"
    texte = sortie.getvalue().decode("iso-8859-15").replace("</ELEVE>", intrus, 1)
    return texte.replace("<ELEVES>", f"<!-- export de {premier.nom} {premier.prenom} --><ELEVES>", 1).encode(
        "iso-8859-15"
    )


def _responsables(j: Jeu) -> bytes:
    p = j.population
    presents = {e.id for e in _eleves(j)}
    liens = [x for x in p.liens if x.eleve_id in presents]
    ids = {x.responsable_id for x in liens}
    personnes = [r for r in p.responsables if r.id in ids]
    logis = {r.adresse_id for r in personnes}
    sortie = io.BytesIO()
    responsables.ecrire_responsables(
        sortie,
        _ENVELOPPE,
        [personne_siecle(r) for r in personnes],
        [
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
        ],
        [adresse_siecle(a) for a in p.adresses if a.id in logis],
    )
    return sortie.getvalue()


def _structures(j: Jeu) -> bytes:
    p = j.population
    sortie = io.BytesIO()
    structures.ecrire_structures(
        sortie,
        _ENVELOPPE,
        [structures.Division(d.code, d.libelle, None, UAI, d.mefs) for d in p.divisions],
        [structures.Groupe(*j.groupes[g.code], None, UAI, g.mefs, g.divisions) for g in p.besoins.groupes],
    )
    return sortie.getvalue()


def _communs(j: Jeu) -> bytes:
    e, chef = j.population.etablissement, j.population.agents[0]
    uaj = communs.IdentiteEtablissement(
        etab_uaj_id=1,
        denom_princ=e.denomination,
        denom_compl=e.complement,
        nom_resp=f"{chef.prenom} {chef.nom}"[:25],
        ligne1=e.adresse.ligne1,
        telephone=e.telephone,
        mel_1=e.mel,
        code_postal=e.adresse.code_postal,
        libelle_postal=e.adresse.libelle_postal,
    )
    sortie = io.BytesIO()
    annee = communs.AnneeScolaire(j.population.rentree, j.population.sortie)
    communs.ecrire_communs(sortie, _ENVELOPPE, communs.Communs(uaj, annee))
    return sortie.getvalue()


def _deposer_liens(j: Jeu, dossier: Path) -> None:
    places = _places(j)
    liens = [
        EleveLien(e.nom, e.prenom, e.date_naissance, tuple(GroupeLien(g) for g in places[e.id]), e.id)
        for e in _eleves(j)
        if places[e.id]
    ]
    sortie = io.BytesIO()
    parametres = ParametresLiens(UAI, 2021, INSTANT.date(), 1, "ESSAI")
    ecrit = ecrire_liens_zip(sortie, parametres, liens, INSTANT, longueur_code=20)
    (dossier / ecrit.nom.nom_zip).write_bytes(sortie.getvalue())


def _division(p: Population, code: str, libelle: str, **champs: object) -> sts.Division:
    services = tuple(
        sts.Service(
            s.matiere,
            s.modalite,
            s.heures,
            s.co_enseignement,
            tuple(sts.Enseignant(str(n), "epp", h) for n, h in s.enseignants),
        )
        for s in p.services_par_structure.get(code, ())
    )
    return sts.Division(code, libelle, services=services, **champs)  # type: ignore[arg-type]


def _sts_emp(j: Jeu) -> bytes:
    p, e = j.population, j.population.etablissement
    principal, ine = dict(p.besoins.professeurs_principaux), p.eleves[1].ine
    divisions = [
        _division(
            p,
            d.code,
            f"{d.libelle} {p.agents_par_id[principal[d.code]].nom}"[:40] if d.code in principal else d.libelle,
            effectif_prevu=d.effectif,
            mefs=tuple(sts.MefAppartenance(m) for m in d.mefs),
        )
        for d in p.divisions
    ]
    groupes = []
    for g in p.besoins.groupes:
        code, libelle = j.groupes[g.code]
        groupes.append(
            sts.Groupe(
                code,
                f"{libelle} {ine} 06.39.98.00.01" if not groupes else libelle,
                len(g.membres),
                divisions=tuple(sts.DivisionAppartenance(d) for d in g.divisions),
                mefs=tuple(sts.MefAppartenance(m) for m in g.mefs),
                services=_division(p, g.code, "").services,
            )
        )
    doc = sts.StsEmp(
        parametres=sts.ParametresSts(
            sts.Uaj(
                code=UAI,
                academie=sts.Academie(p.academie.code.zfill(3), p.academie.nom),
                denom_princ=e.denomination,
                denom_compl=e.complement,
                adresse=e.adresse.ligne1,
                commune=e.adresse.libelle_postal,
                code_postal=e.adresse.code_postal,
                telephone=e.telephone,
            ),
            sts.AnneeScolaire(2021),
        ),
        nomenclatures=sts.NomenclaturesSts(
            matieres=tuple(
                sts.Matiere(m.code, m.code_gestion, m.libelle_court, m.libelle_long, m.libelle_edition)
                for m in nomenclatures.matieres()
            )
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
            for a in p.agents
            if a.source == "EPP"
        ),
        divisions=tuple(divisions),
        groupes=tuple(groupes),
    )
    sortie = io.BytesIO()
    ecrire_sts_emp(sortie, doc)
    return sortie.getvalue()


def _emp_sts(j: Jeu) -> bytes:
    p = j.population
    salle = f"SALLE {p.agents[5].nom}"
    doc = sts.EmpSts(
        parametres=sts.ParametresEmp(UAI, 2021),
        salles=(sts.SalleCours(salle),),
        individus=tuple(sts.IndividuEmp(str(a.id)) for a in p.enseignants),
        divisions=tuple(_division(p, d.code, "") for d in p.divisions),
        groupes=tuple(sts.Groupe(*j.groupes[g.code], len(g.membres)) for g in p.besoins.groupes),
    )
    sortie = io.BytesIO()
    ecrire_emp_sts(sortie, doc)
    return sortie.getvalue()


def contenus(dossier: Path) -> dict[str, bytes]:
    """Every file of a folder, archives opened: bytes by name."""
    vus: dict[str, bytes] = {}
    for chemin in sorted(c for c in dossier.rglob("*") if c.is_file()):
        octets, nom = chemin.read_bytes(), chemin.relative_to(dossier).as_posix()
        if zipfile.is_zipfile(io.BytesIO(octets)):
            with zipfile.ZipFile(io.BytesIO(octets)) as archive:
                vus |= {f"{nom}/{m}": archive.read(m) for m in archive.namelist()}
        else:
            vus[nom] = octets
    return vus
