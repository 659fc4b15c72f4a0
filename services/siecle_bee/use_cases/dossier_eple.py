"""A fiche as the dossier that another school will receive (BEE-33 to BEE-35)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import and_, select

from services.siecle_bee.models import Adresse, BaseEleves, Eleve, LienResponsable, OptionEleve, Personne
from services.siecle_bee.use_cases.creation import cle_personne
from services.siecle_bee.use_cases.fiches import LEGAL, de_la_base
from services.siecle_bee.use_cases.masse import lignes_de
from shared.contracts.echanges import AdresseMsg, DossierEleveMsg, OptionMsg, ResponsableDossierMsg
from shared.persistence.unite import Unite


def adresses_par_id(u: Unite, b: BaseEleves, ids: Sequence[int] | None = None) -> dict[int, Adresse]:
    """The addresses of a base (those of `ids`, or all), by ADRESSE_ID: to read, not to change."""
    conditions = [Adresse.uai == b.uai, Adresse.millesime == b.millesime]
    if ids is not None:
        conditions.append(Adresse.adresse_id.in_(ids))
    return {a.adresse_id: a for a in lignes_de(u, Adresse, *conditions, ordre=(Adresse.adresse_id,))}


def adresse_msg(adresse: Adresse | None) -> AdresseMsg:
    """An address as messages carry it; empty when there is none."""
    return AdresseMsg() if adresse is None else AdresseMsg(**adresse_dite(adresse))


def adresse_dite(adresse: Adresse) -> dict[str, Any]:
    """The fields of an `AdresseMsg`, in its order."""
    lignes: tuple[str, ...] = (adresse.ligne1, adresse.ligne2, adresse.ligne3, adresse.ligne4)
    while lignes and not lignes[-1]:
        lignes = lignes[:-1]
    return {
        "lignes": lignes,
        "code_postal": adresse.code_postal,
        "commune": adresse.commune or adresse.commune_etrangere,
        "code_commune_insee": adresse.code_commune,
        "pays": adresse.pays,
    }


def liens_de(u: Unite, b: BaseEleves, ids: Sequence[int]) -> list[tuple[LienResponsable, Personne]]:
    """The responsables of those pupils, by pupil then level then PERSONNE_ID."""
    requete = (
        select(LienResponsable, Personne)
        .join(
            Personne,
            and_(
                Personne.uai == LienResponsable.uai,
                Personne.millesime == LienResponsable.millesime,
                Personne.personne_id == LienResponsable.personne_id,
            ),
        )
        .where(
            LienResponsable.uai == b.uai,
            LienResponsable.millesime == b.millesime,
            LienResponsable.eleve_id.in_(ids),
        )
        .order_by(LienResponsable.eleve_id, LienResponsable.niveau, LienResponsable.personne_id)
    )
    return [(lien, personne) for lien, personne in u.session.execute(requete)]


def liens_de_la_base(u: Unite, b: BaseEleves) -> list[LienResponsable]:
    """Who is what to whom in a base, in the same order: to read, not to change."""
    return lignes_de(
        u,
        LienResponsable,
        LienResponsable.uai == b.uai,
        LienResponsable.millesime == b.millesime,
        ordre=(LienResponsable.eleve_id, LienResponsable.niveau, LienResponsable.personne_id),
    )


class Parentes(Struct, frozen=True):
    """The persons of a base, by PERSONNE_ID, and their links as `liens_de_la_base` orders them: to read."""

    personnes: dict[int, Personne]
    liens: list[LienResponsable]

    def legaux(self) -> dict[int, tuple[int, int]]:
        """By pupil: how many représentants légaux, and how many of them have an address."""
        comptes: dict[int, tuple[int, int]] = {}
        for lien in self.liens:
            if lien.niveau == LEGAL and (p := self.personnes.get(lien.personne_id)) is not None:
                nombre, adresses = comptes.get(lien.eleve_id, (0, 0))
                comptes[lien.eleve_id] = (nombre + 1, adresses + (p.adresse_id is not None))
        return comptes


_HORS_PARENTES = ("id_prv_per", "cle_dossier", "cle_tri", "communication_adresse", "compte_ts")
"""What nobody looks at in a person who goes up."""


def parentes_de(u: Unite, b: BaseEleves) -> Parentes:
    """The persons and the links of a base, read once for all that a night says of them."""
    ici = (Personne.uai == b.uai, Personne.millesime == b.millesime)
    lues = lignes_de(u, Personne, *ici, ordre=(Personne.personne_id,), sauf=_HORS_PARENTES)
    return Parentes({p.personne_id: p for p in lues}, liens_de_la_base(u, b))


def options_de(u: Unite, b: BaseEleves, ids: Sequence[int] | None = None) -> dict[int, list[OptionEleve]]:
    """The options of those pupils (all when None), by pupil, in the order of their ranks: to read, not to change."""
    conditions = [OptionEleve.uai == b.uai, OptionEleve.millesime == b.millesime]
    if ids is not None:
        conditions.append(OptionEleve.eleve_id.in_(ids))
    trouvees: dict[int, list[OptionEleve]] = {}
    for option in lignes_de(u, OptionEleve, *conditions, ordre=(OptionEleve.eleve_id, OptionEleve.rang)):
        trouvees.setdefault(option.eleve_id, []).append(option)
    return trouvees


def dossiers_de(u: Unite, b: BaseEleves, ids: Sequence[int], date_sortie: date) -> dict[int, DossierEleveMsg]:
    """The dossiers of those pupils, by ELEVE_ID; absent pupils are left out."""
    eleves = u.session.scalars(select(Eleve).where(de_la_base(b), Eleve.eleve_id.in_(ids)).order_by(Eleve.eleve_id))
    liens = liens_de(u, b, ids)
    fiches = eleves.all()
    utiles = {e.adresse_id for e in fiches} | {p.adresse_id for _, p in liens}
    adresses = adresses_par_id(u, b, sorted(i for i in utiles if i is not None))
    options = options_de(u, b, ids)
    responsables: dict[int, list[ResponsableDossierMsg]] = {}
    for lien, personne in liens:
        responsables.setdefault(lien.eleve_id, []).append(_responsable(lien, personne, adresses))
    return {
        e.eleve_id: DossierEleveMsg(
            cle=f"eple:{b.uai}:{e.eleve_id}",
            ine=e.ine,
            nom=e.nom,
            nom_usage=e.nom_usage,
            prenoms=tuple(p for p in (e.prenom, e.prenom2, e.prenom3) if p),
            sexe="2" if e.sexe == "2" else "1",
            date_naissance=e.date_naissance,
            pays_naissance=e.pays_naissance,
            commune_naissance=e.commune_naissance,
            ville_naissance=e.ville_naissance,
            nationalite=e.nationalite,
            regime=e.regime,
            boursier=e.boursier,
            options=tuple(
                OptionMsg(matiere=o.matiere, modalite=o.modalite, rang=o.rang) for o in options.get(e.eleve_id, ())
            ),
            adresse=adresse_msg(adresses.get(e.adresse_id or 0)),
            telephone_portable=e.telephone_portable,
            mel=e.mel,
            uai_origine=uai,
            division_origine=division,
            mef_origine=mef,
            date_sortie_origine=date_sortie,
            responsables=tuple(responsables.get(e.eleve_id, ())),
        )
        for e in fiches
        for uai, division, mef in (_origine(b, e, date_sortie),)
    }


def _origine(b: BaseEleves, e: Eleve, date_sortie: date) -> tuple[str, str, str]:
    """School, division and MEF where a pupil was before: last year's, when she leaves before this year begins."""
    passee = e.an_dernier if date_sortie <= b.rentree_eleves else {}
    if passee.get("code_rne"):
        return passee["code_rne"], passee.get("code_structure") or "", passee.get("code_mef") or ""
    return b.uai, e.division, e.mef


def _responsable(lien: LienResponsable, personne: Personne, adresses: dict[int, Adresse]) -> ResponsableDossierMsg:
    niveau: Any = str(lien.niveau)
    return ResponsableDossierMsg(
        cle=personne.cle_dossier or cle_personne(personne.personne_id),
        civilite=personne.civilite,
        nom=personne.nom,
        nom_usage=personne.nom_usage,
        prenom=personne.prenom,
        adresse=adresse_msg(adresses.get(personne.adresse_id or 0)),
        telephone_personnel=personne.telephone_personnel,
        telephone_portable=personne.telephone_portable,
        telephone_professionnel=personne.telephone_professionnel,
        mel=personne.mel,
        profession=personne.profession,
        parente=lien.parente,
        niveau=niveau,
        paie_frais=lien.paie_frais,
        percoit_aides=lien.percoit_aides,
        heberge=lien.heberge,
        prioritaire=lien.prioritaire,
    )
