"""What the exports about the school itself hold: structures, communs, établissements, géographie, nomenclature.

Source: SIECLE reference, sections 4 to 7.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

from sqlalchemy import select

from services.siecle_bee.models import BaseEleves, MatiereBase, MefBase, ProgrammeBase
from services.siecle_bee.rules.annees import calendrier_initial
from services.siecle_bee.use_cases import bases, fermetures
from shared import nomenclatures as national
from shared.formats.siecle import communs as f_communs
from shared.formats.siecle import etablissements as f_etablissements
from shared.formats.siecle import geographique as f_geographique
from shared.formats.siecle import nomenclature as f_nomenclature
from shared.formats.siecle import structures as f_structures
from shared.formats.siecle.enveloppe import Enveloppe
from shared.persistence.unite import Unite

SANS_FIN = date(9999, 12, 31)


def _ou_rien(texte: str) -> str | None:
    return texte or None


def structures(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """Structures.xml: what STS-Web last sent. Raises `Refus` (SIECLE_SANS_STRUCTURE)."""
    secteur = bases.fiche_etablissement(u, b.uai).secteur
    contrat = "3" if secteur == "PR" else None
    return f_structures.ecrire_structures(
        flux,
        enveloppe,
        [
            f_structures.Division(d.code, d.libelle[:20] or d.code, contrat, b.uai, tuple(d.mefs))
            for d in bases.divisions(u, b)
        ],
        [
            f_structures.Groupe(g.code, g.libelle[:20] or g.code, contrat, b.uai, tuple(g.mefs), tuple(g.divisions))
            for g in bases.groupes(u, b)
        ],
    )


def communs(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """Communs.xml: identity of the school and calendar."""
    e = bases.fiche_etablissement(u, b.uai)
    precedente = calendrier_initial(u.profil, b.millesime - 1)
    connue = u.session.get(BaseEleves, (b.uai, b.millesime - 1))
    derniere = bases.calendrier(connue) if connue is not None else precedente
    identite = f_communs.IdentiteEtablissement(
        etab_uaj_id=int(b.uai[1:7]),
        num_siren=_ou_rien(e.siren),
        denom_princ=_ou_rien(e.denomination[:30]),
        denom_compl=_ou_rien(e.nom[:30]),
        ligne1=_ou_rien(e.adresse[:38]),
        telephone=_ou_rien(e.telephone),
        mel_1=_ou_rien(e.mel),
        code_type_etab=_ou_rien(e.categorie[:4]),
        secteur_code=e.secteur,
        code_postal=_ou_rien(e.code_postal),
        code_commune_insee=_ou_rien(e.code_commune_insee),
        code_pays="100",
        libelle_postal=_ou_rien(e.commune[:32]),
    )
    annees = [
        f_communs.AnneeScolaire(c.rentree_eleves, c.sortie_eleves, c.rentree_professeurs, c.sortie_professeurs)
        for c in (bases.calendrier(b), derniere)
    ]
    fermees = tuple(
        f_communs.Fermeture(f.motif, f.debut, f.fin, libelle=_ou_rien(f.libelle)) for f in fermetures.fermetures(u, b)
    )
    donnees = f_communs.Communs(identite, annees[0], annees[1], fermetures=fermees)
    return f_communs.ecrire_communs(flux, enveloppe, donnees)


def etablissements(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """Etablissements.xml: the schools that SIECLE knows."""
    fiches = (bases.fiche_etablissement(u, ligne.uai) for ligne in bases.etablissements(u))
    return f_etablissements.ecrire_etablissements(
        flux,
        enveloppe,
        [
            f_etablissements.Etablissement(
                code=e.uai,
                code_type_etab=e.categorie[:4] or "CLG",
                code_academie=_ou_rien(e.academie_code[-2:]),
                code_nature=_ou_rien(e.nature),
                code_secteur=e.secteur,
                sigle=_ou_rien(e.sigle[:14]),
                code_pays="100",
                denom_princ=_ou_rien(e.denomination[:30]),
                denom_compl=_ou_rien(e.nom[:30]),
                ministere="06",
                ligne1=_ou_rien(e.adresse[:38]),
                code_commune_insee=_ou_rien(e.code_commune_insee),
                code_postal=_ou_rien(e.code_postal),
                mel=_ou_rien(e.mel),
                telephone=_ou_rien(e.telephone),
            )
            for e in fiches
        ],
    )


def geographique(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """Geographique.xml: countries, départements and communes of the national lists."""
    par_insee = {c.insee: c for c in sorted(national.communes(), key=lambda c: (c.insee, c.code_postal))}
    codes = sorted({c.departement for c in par_insee.values()})
    academies = {d: a.code for a in national.academies() for d in a.departements}
    return f_geographique.ecrire_geographique(
        flux,
        enveloppe,
        [
            f_geographique.Pays(e.code, libelle_long=e.libelle_long[:40])
            for e in sorted(national.liste("pays"), key=lambda e: e.code)
        ],
        [f_geographique.Departement(d, d, academies.get(d)) for d in codes],
        [f_geographique.Commune(c.insee, c.departement, c.libelle[:32]) for c in par_insee.values()],
    )


def nomenclature(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """Nomenclature.xml: what the school profiled. Raises `Refus` (SIECLE_SANS_NOMENCLATURE)."""
    ici = {"uai": b.uai, "millesime": b.millesime}
    mefs = u.session.scalars(select(MefBase).filter_by(**ici).where(MefBase.profile).order_by(MefBase.code)).all()
    matieres = u.session.scalars(
        select(MatiereBase).filter_by(**ici).where(MatiereBase.profile).order_by(MatiereBase.code)
    ).all()
    programmes = u.session.scalars(
        select(ProgrammeBase)
        .filter_by(**ici)
        .order_by(ProgrammeBase.mef, ProgrammeBase.matiere, ProgrammeBase.modalite)
    ).all()
    return f_nomenclature.ecrire_nomenclature(
        flux,
        enveloppe,
        f_nomenclature.Nomenclatures(
            mefs=tuple(_mef_xml(m) for m in mefs),
            matieres=tuple(
                f_nomenclature.Matiere(
                    m.code, m.libelle_long, m.locale, m.code_gestion, m.libelle_court, m.libelle_edition
                )
                for m in matieres
            ),
            programmes=tuple(f_nomenclature.Programme(p.mef, p.matiere, p.modalite, p.horaire) for p in programmes),
            options_obligatoires=tuple(_options_obligatoires(programmes)),
            modalites_election=_liste("modalites_election"),
            regimes=_liste("regimes"),
            liens_parente=tuple(
                f_nomenclature.CodeLibelle(p.code, p.libelle_court, p.libelle_long) for p in national.parentes()
            ),
            bourses=tuple(
                f_nomenclature.Bourse(e.code, e.libelle_court[:6], e.libelle_long) for e in national.liste("bourses")
            ),
            professions=tuple(
                f_nomenclature.CodeLibelle(p.code, p.libelle_court, p.libelle_long) for p in national.pcs()
            ),
            provenances=_liste("provenances"),
            motifs_sortie=_liste("motifs_sortie"),
            statuts_eleve=_liste("statuts"),
            contrats=_contrats(),
            civilites=_liste("civilites"),
            modalites_cours=tuple(
                f_nomenclature.ModaliteCours(m.code, m.libelle_court, m.libelle_long, m.co_enseignement)
                for m in national.modalites_cours()
            ),
        ),
    )


def _mef_xml(m: MefBase) -> f_nomenclature.Mef:
    connu = national.mef(m.code) if national.mef_existe(m.code) else None
    return f_nomenclature.Mef(
        code=m.code,
        formation=m.formation or m.code[:6],
        specialite=_ou_rien(m.specialite),
        libelle_long=m.libelle_long,
        libelle_edition=_ou_rien(m.libelle_edition),
        mef_rattachement=connu.rattachement if connu else m.code[:10] + "0",
        code_mefstat=_ou_rien(m.mefstat11),
        nb_opt_oblig=connu.nb_options_obligatoires if connu else 0,
        nb_opt_mini=connu.nb_options_minimum if connu else 0,
        inscription_etab=1,
        mef_selectionne=1,
        date_ouverture=connu.ouverture if connu else None,
        date_fermeture=(connu.fermeture if connu else None) or SANS_FIN,
    )


def _options_obligatoires(programmes: Iterable[ProgrammeBase]) -> list[f_nomenclature.OptionObligatoire]:
    """A rank for each compulsory line of the programmes, within its MEF: LV1, LV2, then the others."""
    par_mef: dict[str, list[str]] = {}
    for p in programmes:
        if p.modalite == "O":
            par_mef.setdefault(p.mef, []).append(p.matiere)
    rangs = []
    for mef in sorted(par_mef):
        connus = dict(national.options_obligatoires(mef)) if national.mef_existe(mef) else {}
        rangs += [
            f_nomenclature.OptionObligatoire(mef, matiere, connus.get(matiere, 1))
            for matiere in sorted(set(par_mef[mef]))
        ]
    return rangs


def _liste(nom: str) -> tuple[f_nomenclature.CodeLibelle, ...]:
    return tuple(f_nomenclature.CodeLibelle(e.code, e.libelle_court, e.libelle_long) for e in national.liste(nom))


def _contrats() -> tuple[f_nomenclature.CodeLibelle, ...]:
    """The two contracts of SIECLE's one-character list that are public (reference SIECLE, §4)."""
    return (
        f_nomenclature.CodeLibelle("1", "HORS CTR", "HORS CONTRAT"),
        f_nomenclature.CodeLibelle("3", "ASSOC", "CONTRAT D'ASSOCIATION"),
    )
