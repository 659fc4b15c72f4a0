"""What the exports of pupils and responsables hold, read from the base in a handful of queries.

Source: SIECLE reference, sections 2, 3 and 14.
"""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO

from sqlalchemy import and_, or_, select

from services.siecle_bee.models import (
    BaseEleves,
    Eleve,
    LienGroupe,
    Personne,
)
from services.siecle_bee.rules.civilites import LONGUES
from services.siecle_bee.use_cases.dossier_eple import adresses_par_id, liens_de_la_base, options_de
from services.siecle_bee.use_cases.fiches import de_la_base
from services.siecle_bee.use_cases.masse import lignes_de
from shared import nomenclatures as national
from shared.formats.siecle import responsables as f_responsables
from shared.formats.siecle.adresses import Adresse
from shared.formats.siecle.eleves import Eleve as EleveXml
from shared.formats.siecle.eleves import OptionEleve as OptionXml
from shared.formats.siecle.eleves import ScolariteAnDernier, id_eleve_etab
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.enveloppe import Enveloppe
from shared.horloge.horloge import HorlogeFixe
from shared.persistence.unite import Unite

# The column is never empty in the files: a fiche whose régime is still to be typed comes out as the first one.
EXTERNE_LIBRE = "0"


def _ou_rien(texte: str) -> str | None:
    return texte or None


def departement(commune: str) -> str | None:
    """The ministry's code of the département of a commune, on 3 characters (075, 02A, 974)."""
    if len(commune) != 5:
        return None
    return commune[:3] if commune.startswith(("97", "98")) else "0" + commune[:2]


def groupes_des_eleves(u: Unite, b: BaseEleves, jour: date) -> dict[int, list[str]]:
    """The groups of each pupil, sorted: those still running on `jour`, or that ended when the pupil left."""
    requete = (
        select(LienGroupe.eleve_id, LienGroupe.groupe)
        .join(
            Eleve,
            and_(
                Eleve.uai == LienGroupe.uai,
                Eleve.millesime == LienGroupe.millesime,
                Eleve.eleve_id == LienGroupe.eleve_id,
            ),
        )
        .where(
            LienGroupe.uai == b.uai,
            LienGroupe.millesime == b.millesime,
            or_(
                and_(
                    or_(Eleve.date_sortie.is_(None), Eleve.date_sortie > jour),
                    or_(LienGroupe.fin.is_(None), LienGroupe.fin >= jour),
                ),
                and_(Eleve.date_sortie <= jour, LienGroupe.fin == Eleve.date_sortie),
            ),
        )
        .order_by(LienGroupe.eleve_id, LienGroupe.groupe)
    )
    trouves: dict[int, list[str]] = {}
    for eleve_id, groupe in u.session.execute(requete):
        trouves.setdefault(eleve_id, []).append(groupe)
    return trouves


def _adresses_xml(u: Unite, b: BaseEleves, utiles: set[int]) -> list[Adresse]:
    pays = {e.code: e.libelle_long for e in national.liste("pays")}
    return [
        Adresse(
            adresse_id=a.adresse_id,
            ligne1=a.ligne1,
            ligne2=a.ligne2,
            ligne3=a.ligne3,
            ligne4=a.ligne4,
            commune_etrangere=_ou_rien(a.commune_etrangere),
            code_postal=_ou_rien(a.code_postal),
            code_pays=_ou_rien(a.pays),
            code_commune_insee=_ou_rien(a.code_commune),
            libelle_pays=pays.get(a.pays),
            code_departement=departement(a.code_commune),
            libelle_postal=_ou_rien(a.commune),
        )
        for cle, a in adresses_par_id(u, b).items()
        if cle in utiles
    ]


def _eleves(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO, *, adresses: bool) -> int:
    jour = enveloppe.date_export
    fuseau = u.horloge.fuseau
    groupes = groupes_des_eleves(u, b, jour)
    options = options_de(u, b)
    xml = [
        EleveXml(
            eleve_id=e.eleve_id,
            elenoet=e.elenoet,
            id_national=e.ine,
            ine_bea=_ou_rien(e.ine_bea),
            ine_rnie=e.ine,
            id_eleve_etab=id_eleve_etab(e.elenoet, e.uai),
            id_prv_ele=e.id_prv_ele,
            nom_de_famille=e.nom,
            nom_usage=_ou_rien(e.nom_usage),
            prenom=e.prenom,
            prenom2=_ou_rien(e.prenom2),
            prenom3=_ou_rien(e.prenom3),
            date_naiss=e.date_naissance,
            doublement=e.redoublant,
            code_pays=_ou_rien(e.pays_naissance),
            accepte_sms=e.accepte_sms,
            date_modification=HorlogeFixe(e.modifie_le, fuseau).aujourd_hui(),
            date_sortie=e.date_sortie,
            mel=_ou_rien(e.mel),
            code_regime=e.regime or EXTERNE_LIBRE,
            date_entree=e.date_entree,
            ville_naiss=e.ville_naissance,
            adresse_id=e.adresse_id,
            code_motif_sortie=_ou_rien(e.motif_sortie),
            tel_personnel=_ou_rien(e.telephone_personnel),
            tel_portable=_ou_rien(e.telephone_portable),
            tel_professionnel=_ou_rien(e.telephone_professionnel),
            code_sexe=e.sexe,
            code_pays_nat=_ou_rien(e.nationalite),
            code_statut=_ou_rien(e.statut),
            code_mef=_ou_rien(e.mef),
            code_departement_naiss=departement(e.commune_naissance),
            code_commune_insee_naiss=_ou_rien(e.commune_naissance),
            adhesion_transport=e.transport,
            code_provenance=_ou_rien(e.provenance),
            scolarite_an_dernier=_an_dernier(e.an_dernier),
            options=tuple(OptionXml(o.rang, o.modalite, o.matiere) for o in options.get(e.eleve_id, ())),
            division=_ou_rien(e.division),
            groupes=tuple(groupes.get(e.eleve_id, ())),
        )
        for e in lignes_de(u, Eleve, de_la_base(b), ordre=(Eleve.eleve_id,))
    ]
    utiles = {e.adresse_id for e in xml if e.adresse_id is not None}
    return ecrire_eleves(flux, enveloppe, xml, _adresses_xml(u, b, utiles) if adresses else None)


def _an_dernier(valeurs: dict[str, Any]) -> ScolariteAnDernier | None:
    connues = {nom: valeur for nom, valeur in valeurs.items() if valeur}
    return ScolariteAnDernier(**connues) if connues else None


def eleves_sans_adresses(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """ElevesSansAdresses.xml: every fiche, leavers too. Raises `Refus` (SIECLE_SANS_ELEVE)."""
    return _eleves(u, b, enveloppe, flux, adresses=False)


def eleves_avec_adresses(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """ElevesAvecAdresses.xml. Raises `Refus` (SIECLE_SANS_ELEVE)."""
    return _eleves(u, b, enveloppe, flux, adresses=True)


def _responsables(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO, *, adresses: bool) -> int:
    personnes = [
        f_responsables.Personne(
            personne_id=p.personne_id,
            id_prv_per=p.id_prv_per,
            lc_civilite=_ou_rien(p.civilite),
            ll_civilite=LONGUES.get(p.civilite),
            nom_de_famille=p.nom,
            nom_usage=_ou_rien(p.nom_usage),
            prenom=p.prenom,
            tel_personnel=_ou_rien(p.telephone_personnel),
            tel_portable=_ou_rien(p.telephone_portable),
            accepte_sms=p.accepte_sms,
            tel_professionnel=_ou_rien(p.telephone_professionnel),
            mel=_ou_rien(p.mel),
            communication_adresse=p.communication_adresse,
            adresse_id=p.adresse_id,
            code_profession=_ou_rien(p.profession),
        )
        for p in lignes_de(
            u, Personne, Personne.uai == b.uai, Personne.millesime == b.millesime, ordre=(Personne.personne_id,)
        )
    ]
    liens = [
        f_responsables.ResponsableEleve(
            eleve_id=lien.eleve_id,
            personne_id=lien.personne_id,
            niveau=lien.niveau,
            code_parente=lien.parente or "90",
            paie_frais=lien.paie_frais,
            percoit_aides=lien.percoit_aides,
            heberge=lien.heberge,
            a_contacter_en_priorite=lien.prioritaire,
        )
        for lien in liens_de_la_base(u, b)
    ]
    utiles = {p.adresse_id for p in personnes if p.adresse_id is not None}
    return f_responsables.ecrire_responsables(
        flux, enveloppe, personnes, liens, _adresses_xml(u, b, utiles) if adresses else None
    )


def responsables_sans_adresses(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """ResponsablesSansAdresses.xml. Raises `Refus` (SIECLE_SANS_RESPONSABLE)."""
    return _responsables(u, b, enveloppe, flux, adresses=False)


def responsables_avec_adresses(u: Unite, b: BaseEleves, enveloppe: Enveloppe, flux: BinaryIO) -> int:
    """ResponsablesAvecAdresses.xml. Raises `Refus` (SIECLE_SANS_RESPONSABLE)."""
    return _responsables(u, b, enveloppe, flux, adresses=True)
