"""« Exports » > « Emploi du temps »: the sts_emp file of a year (STS-40 to STS-44)."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import select

from services.sts_web.models import Matiere, Mef, Programme
from services.sts_web.rules.annees import bornes
from services.sts_web.use_cases import etablissements, exports, hors_programme, lecture
from services.sts_web.use_cases.etablissements import Contexte
from services.sts_web.use_cases.lecture import Part, PersonneVue, ServiceVue, StructureVue
from shared import nomenclatures
from shared.formats import sts
from shared.persistence.unite import Unite

# The weight of hours seen in real files (reference sts-edt §2.3).
TAUX_BTS = sts.TauxPond(Decimal("1.25"), "bts")


class FichierEdt(Struct, frozen=True):
    """The file, its name by the profile, and its bytes (ISO-8859-15)."""

    nom: str
    contenu: bytes
    digest: str


def exporter(u: Unite, uai: str, annee: int) -> FichierEdt:
    """Write the file from the database and remember it as the last one."""
    c = etablissements.ouvrir(u, uai, annee, ecriture=True)
    doc = document(u, c)
    sortie = io.BytesIO()
    remplaces = sts.ecrire_sts_emp(sortie, doc)
    contenu = sortie.getvalue()
    nom = sts.nom_fichier_sts_emp(uai, annee, u.profil.sts_nom_export_edt == "avec_annee")
    digest = u.fichiers.deposer(contenu)
    nb = len(doc.individus) + len(doc.divisions) + len(doc.groupes)
    exports.noter(u, uai, annee, "emploi_du_temps", digest, nb, fichier=nom)
    u.journaliser(
        "export_emploi_du_temps",
        "Exports : emploi du temps",
        uai=uai,
        annee=annee,
        nb=nb,
        digest=digest,
        resume={
            "individus": len(doc.individus),
            "divisions": len(doc.divisions),
            "groupes": len(doc.groupes),
            "suppleants": len(doc.suppleants),
            "caracteres_remplaces": remplaces,
        },
    )
    return FichierEdt(nom, contenu, digest)


def document(u: Unite, c: Contexte) -> sts.StsEmp:
    """The sts_emp document of a year: nomenclatures limited to what the school uses."""
    annee = c.annee.annee
    vue = lecture.structure(u, c.uai, annee)
    services = lecture.services(u, c.uai, annee)
    gens, suppleants = lecture.personnes(u, c.uai, annee)
    pps = lecture.profs_principaux(u, c.uai, annee)
    debut, fin = bornes(annee, u.profil.calendrier)
    connus = {(p.type, p.id) for p in gens}
    par_structure: dict[str, list[sts.Service]] = defaultdict(list)
    for s in services:
        par_structure[s.structure].append(_service(s, connus))
    return sts.StsEmp(
        parametres=sts.ParametresSts(_uaj(c), sts.AnneeScolaire(annee, debut, fin)),
        nomenclatures=_nomenclatures(u, vue, services, hors_programme.matieres_declarees(u, c.uai, annee)),
        individus=tuple(
            _individu(
                p,
                p.type,
                tuple(
                    sts.ProfPrinc(pp.division, pp.debut or debut, pp.fin or fin) for pp in pps.get((p.type, p.id), ())
                ),
            )
            for p in sorted(gens, key=lambda p: (p.id, p.type))
        ),
        divisions=tuple(
            sts.Division(
                d.code,
                d.libelle,
                d.effectif_prevu,
                d.effectif_calcule,
                tuple(sts.MefAppartenance(m.code, m.effectif_prevu, m.effectif_calcule) for m in d.mefs),
                tuple(par_structure[d.code]),
            )
            for d in vue.divisions
        ),
        groupes=_groupes(vue, par_structure),
        suppleants=tuple(_individu(p, None, ()) for p in sorted(suppleants, key=lambda p: (p.id, p.type))),
    )


def _uaj(c: Contexte) -> sts.Uaj:
    e = c.etablissement
    return sts.Uaj(
        code=e.uai,
        academie=sts.Academie(e.academie_code.zfill(3) if e.academie_code else "", e.academie_nom.upper()),
        sigle=e.sigle,
        denom_princ=e.denom_princ,
        denom_compl=e.denom_compl,
        code_nature=e.nature,
        code_categorie=e.categorie,
        adresse=e.adresse,
        commune=e.commune,
        code_postal=e.code_postal,
        cedex="N",
        telephone=e.telephone,
        statut="prive" if e.secteur == "PR" else "public",
        etablissement_sensible=False,
    )


def _individu(p: PersonneVue, type_: str | None, pps: tuple[sts.ProfPrinc, ...]) -> sts.IndividuSts:
    heures: dict[str, tuple[str, float]] = {}
    for n in p.nominations:
        if n.discipline:
            heures[n.discipline] = (
                n.discipline_libelle,
                n.heures + heures.get(n.discipline, ("", 0.0))[1],
            )
    return sts.IndividuSts(
        id=str(p.id),
        type=type_,
        sexe=p.sexe,
        civilite=p.civilite or None,
        nom_usage=p.nom_usage,
        nom_patronymique=p.nom_patronymique,
        prenom=p.prenom,
        date_naissance=p.date_naissance,
        grade=p.grade or None,
        fonction=p.fonction or None,
        profs_princ=pps,
        disciplines=tuple(
            sts.Discipline(code, libelle, _decimal(nombre)) for code, (libelle, nombre) in sorted(heures.items())
        ),
    )


def _service(s: ServiceVue, connus: set[tuple[str, int]]) -> sts.Service:
    """A service and its teachers; suppléants stand apart in the file, and leavers are in it no more."""
    return sts.Service(
        s.matiere,
        s.modalite,
        _decimal(s.heures),
        s.co_ens,
        tuple(
            sts.Enseignant(
                str(e.id),
                e.type,
                _decimal(e.heures),
                None if e.ponderation is None else _decimal(e.ponderation),
            )
            for e in s.enseignants
            if e.supplee_id is None and (e.type, e.id) in connus
        ),
    )


def _groupes(vue: StructureVue, services: dict[str, list[sts.Service]]) -> tuple[sts.Groupe, ...]:
    mefs_division = {d.code: d.mefs for d in vue.divisions}
    return tuple(
        sts.Groupe(
            g.code,
            g.libelle,
            g.effectif_prevu,
            g.effectif_calcule,
            g.effectif_max_edt,
            tuple(sts.DivisionAppartenance(d.code, d.effectif_prevu, d.effectif_calcule) for d in g.divisions),
            _mefs(g.divisions, mefs_division, g.mefs),
            tuple(services[g.code]),
        )
        for g in vue.groupes
    )


def _mefs(
    divisions: Sequence[Part], mefs_division: dict[str, tuple[Part, ...]], codes: Iterable[str]
) -> tuple[sts.MefAppartenance, ...]:
    """The MEF of a group; pupils are counted where its divisions are mono-MEF, otherwise nobody knows."""
    prevus: dict[str, int] = defaultdict(int)
    calcules: dict[str, int] = defaultdict(int)
    for d in divisions:
        mefs = mefs_division.get(d.code, ())
        if len(mefs) == 1:
            prevus[mefs[0].code] += d.effectif_prevu
            calcules[mefs[0].code] += d.effectif_calcule
    return tuple(sts.MefAppartenance(code, prevus[code], calcules[code]) for code in codes)


def _nomenclatures(
    u: Unite, vue: StructureVue, services: Sequence[ServiceVue], declarees: set[str]
) -> sts.NomenclaturesSts:
    """What the school uses; a matière declared hors programme is in no PROGRAMME, but it can be taught."""
    codes_mef = sorted({m.code for d in vue.divisions for m in d.mefs})
    mefs = list(u.session.scalars(select(Mef).where(Mef.code.in_(codes_mef)).order_by(Mef.code)))
    programmes = list(
        u.session.scalars(
            select(Programme).where(Programme.mef.in_(codes_mef)).order_by(Programme.mef, Programme.matiere)
        )
    )
    voulues = sorted({p.matiere for p in programmes} | {s.matiere for s in services} | declarees)
    matieres = list(u.session.scalars(select(Matiere).where(Matiere.code.in_(voulues)).order_by(Matiere.code)))
    presentes = {m.code for m in matieres}
    niveaux = {m.mefstat4 for m in mefs}
    return sts.NomenclaturesSts(
        types_ahe=tuple(sts.TypeAhe(t.code, t.libelle_court, t.libelle_long) for t in nomenclatures.liste("types_ahe")),
        civilites=tuple(
            sts.Civilite(t.code, t.libelle_court, t.libelle_long) for t in nomenclatures.liste("civilites")
        ),
        mefstats4=tuple(
            sts.Mefstat4(m.code, m.libelle_court, m.libelle_long, m.indemnite_pp)
            for m in nomenclatures.mefstats4()
            if m.code in niveaux
        ),
        taux_ponds=(TAUX_BTS,),
        mods_cours=tuple(
            sts.ModCours(m.code, m.libelle_court, m.libelle_long, m.co_enseignement)
            for m in nomenclatures.modalites_cours()
        ),
        matieres=tuple(
            sts.Matiere(m.code, m.code_gestion, m.libelle_court, m.libelle_long, m.libelle_edition or m.libelle_long)
            for m in matieres
        ),
        mefs=tuple(
            sts.Mef(
                m.code,
                m.formation,
                m.specialite,
                m.libelle_long,
                m.libelle_edition or m.libelle_long,
                m.mefstat11,
                m.mefstat4,
            )
            for m in mefs
        ),
        programmes=tuple(
            sts.Programme(p.mef, p.matiere, _decimal(p.horaire)) for p in programmes if p.matiere in presentes
        ),
    )


def _decimal(valeur: float) -> Decimal:
    return Decimal(str(round(valeur, 2)))
