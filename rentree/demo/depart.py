"""The state before the rentrée, as files: year N-1 of the school, and its neighbour, in the national formats.

The applications load them as a school's real exports would be loaded (their `reprise`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from rentree.population import Adresse, Agent, Eleve, Etablissement, Lien, Population, Responsable
from shared import nomenclatures
from shared.formats.siecle import adresses as f_adresses
from shared.formats.siecle import communs as f_communs
from shared.formats.siecle import eleves as f_eleves
from shared.formats.siecle import responsables as f_responsables
from shared.formats.siecle import structures as f_structures
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.formats.siecle.exports import Export, ecrire_export_zip, nom_zip
from shared.formats.sts import enregistrements as sts
from shared.formats.sts.sts_emp import ecrire_sts_emp


class Avant(Struct, frozen=True):
    """The files of the state before: the school's `sts_emp`, then the SIECLE exports of each base, (name, bytes)."""

    sts: bytes
    bases: tuple[list[tuple[str, bytes]], ...]


def avant_la_rentree(p: Population, instant: datetime) -> Avant:
    """What the applications hold before the rentrée, exported at that instant (local time)."""
    return Avant(sts_precedent(p), (base_precedente(p, instant), base_voisine(p, instant)))


CIVILITES = {"M.": "MONSIEUR", "MME": "MADAME"}


def adresse_siecle(a: Adresse) -> f_adresses.Adresse:
    """An address of the population as an ADRESSE of SIECLE."""
    return f_adresses.Adresse(
        adresse_id=a.id,
        ligne1=a.ligne1,
        ligne2=a.ligne2,
        code_postal=a.code_postal,
        code_pays=a.pays,
        code_commune_insee=a.commune_insee,
        libelle_pays="FRANCE" if a.pays == "100" else None,
        code_departement=a.departement,
        libelle_postal=a.libelle_postal,
    )


def personne_siecle(r: Responsable) -> f_responsables.Personne:
    """A responsable as a PERSONNE of SIECLE."""
    return f_responsables.Personne(
        personne_id=r.id,
        nom_de_famille=r.nom,
        prenom=r.prenom,
        lc_civilite=r.civilite,
        ll_civilite=CIVILITES.get(r.civilite),
        nom_usage=r.nom_usage,
        tel_personnel=r.tel_personnel,
        tel_portable=r.tel_portable,
        accepte_sms=r.accepte_sms,
        tel_professionnel=r.tel_professionnel,
        mel=r.mel,
        communication_adresse=r.communication_adresse,
        adresse_id=r.adresse_id,
        code_profession=r.pcs,
    )


def eleve_siecle(
    e: Eleve,
    *,
    mef: str,
    division: str | None,
    entree: date | None,
    sortie: date | None,
    motif: str | None,
    options: Sequence[tuple[int, str, str]],
    an_dernier: f_eleves.ScolariteAnDernier | None = None,
) -> f_eleves.Eleve:
    """A pupil as an ELEVE of SIECLE, in the place that the base of that year gives her."""
    return f_eleves.Eleve(
        eleve_id=e.id,
        elenoet=e.elenoet,
        nom_de_famille=e.nom,
        prenom=e.prenom,
        date_naiss=e.date_naissance,
        doublement=False,
        code_regime=e.regime,
        date_entree=entree,
        code_sexe=e.sexe,
        adhesion_transport=e.transport,
        id_national=e.ine,
        ine_rnie=e.ine,
        nom_usage=e.nom_usage,
        prenom2=e.prenom2,
        prenom3=e.prenom3,
        code_pays=e.pays_naissance,
        date_sortie=sortie,
        mel=e.mel,
        ville_naiss=e.ville_naissance,
        adresse_id=e.adresse_id,
        code_motif_sortie=motif,
        tel_portable=e.tel_portable,
        code_pays_nat=e.nationalite,
        code_statut=e.statut,
        code_mef=mef,
        code_departement_naiss=e.departement_naissance,
        code_commune_insee_naiss=e.commune_naissance,
        code_provenance=e.provenance,
        options=tuple(f_eleves.OptionEleve(rang, modalite, matiere) for rang, matiere, modalite in options),
        division=division,
        scolarite_an_dernier=an_dernier,
    )


def rattachement_siecle(x: Lien) -> f_responsables.ResponsableEleve:
    """A link of the population as a RESPONSABLE_ELEVE of SIECLE."""
    return f_responsables.ResponsableEleve(
        eleve_id=x.eleve_id,
        personne_id=x.responsable_id,
        niveau=int(x.niveau),
        code_parente=x.parente,
        paie_frais=x.paie_frais,
        percoit_aides=x.percoit_aides,
        heberge=x.heberge,
        a_contacter_en_priorite=x.contact_prioritaire,
    )


def identite_siecle(ecole: Etablissement) -> f_communs.IdentiteEtablissement:
    """A school as the Communs of SIECLE say it."""
    return f_communs.IdentiteEtablissement(
        etab_uaj_id=1,
        denom_princ=ecole.denomination,
        denom_compl=ecole.complement,
        ligne1=ecole.adresse.ligne1,
        telephone=ecole.telephone,
        mel_1=ecole.mel,
        code_type_etab=ecole.sigle,
        secteur_code=ecole.secteur,
        code_postal=ecole.adresse.code_postal,
        code_commune_insee=ecole.adresse.commune_insee,
        code_pays="100",
        libelle_postal=ecole.adresse.libelle_postal,
    )


def uaj_sts(e: Etablissement, academie: nomenclatures.Academie) -> sts.Uaj:
    """A school as the PARAMETRES of STS say it."""
    return sts.Uaj(
        code=e.uai,
        academie=sts.Academie(academie.code.zfill(3), academie.nom),
        sigle=e.sigle,
        denom_princ=e.denomination,
        denom_compl=e.complement,
        code_nature=e.nature,
        code_categorie=e.categorie,
        adresse=e.adresse.ligne1,
        commune=e.adresse.libelle_postal,
        code_postal=e.adresse.code_postal,
        cedex="N",
        telephone=e.telephone,
        statut="public",
        etablissement_sensible=False,
    )


def individu_sts(a: Agent) -> sts.IndividuSts:
    """An agent of EPP as an INDIVIDU of STS, without his service."""
    return sts.IndividuSts(
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


def base_precedente(p: Population, instant: datetime) -> list[tuple[str, bytes]]:
    """The school's SIECLE exports of millésime N-1: (zip name, bytes)."""
    millesime = p.parametres.millesime_effectif - 1
    enveloppe = Enveloppe(p.etablissement.uai, millesime, instant.date(), instant.replace(tzinfo=None))
    eleves = []
    for e in p.base_precedente:
        avant = e.scolarite_precedente
        eleves.append(
            eleve_siecle(
                e,
                mef=avant.mef,
                division=avant.division,
                entree=avant.date_entree,
                sortie=avant.date_sortie,
                motif=avant.motif_sortie,
                options=[(o.rang, o.matiere, o.modalite) for o in avant.options],
            )
        )
    divisions = [
        f_structures.Division(d.code, d.libelle, None, p.etablissement.uai, d.mefs) for d in p.divisions_precedentes
    ]
    return _exports(p, enveloppe, p.etablissement, eleves, divisions)


def base_voisine(p: Population, instant: datetime) -> list[tuple[str, bytes]]:
    """The neighbour's exports of millésime N: the pupils who are to come from there, still in its base."""
    enveloppe = Enveloppe(p.voisin.uai, p.parametres.millesime_effectif, instant.date(), instant.replace(tzinfo=None))
    eleves = []
    for v in p.scolarites_voisines:
        e = p.eleves_par_id[v.eleve_id]
        avant = e.scolarite_precedente
        mef = (e.scolarite.mef if e.scolarite else None) or v.mef
        eleves.append(
            eleve_siecle(
                e,
                mef=mef,
                division=v.division,
                entree=p.rentree,
                sortie=None,
                motif=None,
                options=[(o.rang, o.matiere, o.modalite) for o in avant.options],
                an_dernier=f_eleves.ScolariteAnDernier(
                    code_mef=avant.mef,
                    code_structure=avant.division or f"{int(v.division[0]) + 1}{v.division[1:]}",
                    code_rne=p.voisin.uai,
                ),
            )
        )
    if not eleves:
        return []
    par_division: dict[str, set[str]] = {}
    for v, place in zip(p.scolarites_voisines, eleves, strict=True):
        par_division.setdefault(v.division, set()).add(place.code_mef or v.mef)
    divisions = [
        f_structures.Division(code, code, None, p.voisin.uai, tuple(sorted(m)))
        for code, m in sorted(par_division.items())
    ]
    return _exports(p, enveloppe, p.voisin, eleves, divisions)


def _exports(
    p: Population,
    enveloppe: Enveloppe,
    ecole: Etablissement,
    eleves: Sequence[f_eleves.Eleve],
    divisions: Sequence[f_structures.Division],
) -> list[tuple[str, bytes]]:
    presents = {e.eleve_id for e in eleves}
    liens = [x for x in p.liens if x.eleve_id in presents]
    ids = {x.responsable_id for x in liens}
    personnes = [personne_siecle(r) for r in p.responsables if r.id in ids]
    logis = {q.adresse_id for q in personnes} | {e.adresse_id for e in eleves}
    adresses = [adresse_siecle(a) for a in p.adresses if a.id in logis]
    siennes = [a for a in adresses if a.adresse_id in {e.adresse_id for e in eleves}]
    celles_des_personnes = [a for a in adresses if a.adresse_id in {q.adresse_id for q in personnes}]
    rattachements = [rattachement_siecle(x) for x in liens]
    duree = date(p.rentree.year - 1, p.rentree.month, 1)
    communs = f_communs.Communs(
        uaj=identite_siecle(ecole),
        annee=f_communs.AnneeScolaire(
            duree,
            p.sortie.replace(year=p.sortie.year - 1),
            duree,
            p.sortie.replace(year=p.sortie.year - 1),
        ),
    )
    if enveloppe.annee == p.parametres.millesime_effectif:
        communs = f_communs.Communs(communs.uaj, f_communs.AnneeScolaire(p.rentree, p.sortie, p.rentree, p.sortie))
    h = enveloppe.horodatage
    return [
        _zip(Export.ELEVES_AVEC_ADRESSES, h, lambda f: ecrire_eleves(f, enveloppe, eleves, siennes)),
        _zip(
            Export.RESPONSABLES_AVEC_ADRESSES,
            h,
            lambda f: f_responsables.ecrire_responsables(f, enveloppe, personnes, rattachements, celles_des_personnes),
        ),
        _zip(Export.STRUCTURES, h, lambda f: f_structures.ecrire_structures(f, enveloppe, divisions, ())),
        _zip(Export.COMMUNS, h, lambda f: f_communs.ecrire_communs(f, enveloppe, communs)),
    ]


def _zip(export: Export, horodatage: datetime, ecrire: object) -> tuple[str, bytes]:
    sortie = io.BytesIO()
    ecrire_export_zip(sortie, export, horodatage, ecrire)  # type: ignore[arg-type]
    return nom_zip(export), sortie.getvalue()


def sts_precedent(p: Population) -> bytes:
    """The school's `sts_emp` of year N-1: its divisions and the staff that EPP held."""
    annee = p.parametres.annee - 1
    debut = date(annee, 9, 1) if p.parametres.calendrier == "nord" else date(annee, 1, 1)
    fin = date(annee + 1, 8, 31) if p.parametres.calendrier == "nord" else date(annee, 12, 31)
    mefs = sorted({m for d in p.divisions_precedentes for m in d.mefs})
    e = p.etablissement
    doc = sts.StsEmp(
        parametres=sts.ParametresSts(
            uaj=uaj_sts(e, p.academie),
            annee_scolaire=sts.AnneeScolaire(annee, debut, fin),
        ),
        nomenclatures=sts.NomenclaturesSts(
            mefs=tuple(
                sts.Mef(
                    m.code,
                    m.formation,
                    m.specialite or None,
                    m.libelle_long,
                    m.libelle_edition,
                    m.mefstat11,
                    m.mefstat4,
                )
                for m in map(nomenclatures.mef, mefs)
            ),
        ),
        individus=tuple(individu_sts(a) for a in p.agents if a.source == "EPP"),
        divisions=tuple(
            sts.Division(
                code=d.code,
                libelle_long=d.libelle,
                effectif_prevu=d.effectif,
                effectif_calcule=d.effectif,
                mefs=tuple(sts.MefAppartenance(m) for m in d.mefs),
            )
            for d in p.divisions_precedentes
        ),
    )
    sortie = io.BytesIO()
    ecrire_sts_emp(sortie, doc)
    return sortie.getvalue()
