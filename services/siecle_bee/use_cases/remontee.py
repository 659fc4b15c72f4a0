"""The remontée to the AAF (23:30): valid fiches, and what is held back with its reason.

Source: procedures AAF-02, AAF-04, AAF-07, AAF-08, REC-14, REC-15, BEE-59; contract `RemonteeBee`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import select

from services.siecle_bee.models import (
    BaseEleves,
    Division,
    Eleve,
    Envoi,
    Groupe,
    LienResponsable,
    OptionEleve,
    Personne,
)
from services.siecle_bee.rules.fiche import FicheResponsable, Manque, manques_responsable
from services.siecle_bee.rules.remontee import (
    MENU_FICHE,
    Retenue,
    retenues,
)
from services.siecle_bee.use_cases import bases, fiches
from services.siecle_bee.use_cases.dossier_eple import Parentes, adresse_dite, adresses_par_id, options_de, parentes_de
from services.siecle_bee.use_cases.effectifs import envoyer_effectifs
from services.siecle_bee.use_cases.exports_personnes import groupes_des_eleves
from services.siecle_bee.use_cases.masse import lignes_de
from services.siecle_bee.use_cases.signalements import phrases_multi_inscription, renouveler_signalements
from services.siecle_bee.use_cases.sysca import remonter_sysca
from shared.contracts.echanges import (
    AdresseMsg,
    DivisionMsg,
    ExclusionMsg,
    GroupeMsg,
    ServicesSts,
    StructureSts,
    empreinte_du_corps,
    sans_contenu,
)
from shared.persistence.unite import Unite

Contenu = dict[str, Any]
"""A message, or something in it, as its contract names and orders the fields: thousands of objects of a class that
checks each field would cost as much as all the rest. Who receives it checks it."""
SANS_ADRESSE = AdresseMsg().valeurs()
NE_MONTE_PAS = ("an_dernier", "id_prv_ele", "ine_bea", "provenance", "uai_origine", "ine_demande_le", "cle_usage")
"""What the remontée does not read of a fiche."""


def millesime_collecte(u: Unite) -> int:
    """The millésime that the AAF collects today."""
    return u.profil.millesime_de_l_annee(u.profil.annee_collectee(u.horloge.aujourd_hui()))


def etablissements_a_remonter(u: Unite) -> list[tuple[str, int]]:
    """The schools whose base of the collected year is open, in order, with the millésime."""
    millesime = millesime_collecte(u)
    requete = select(BaseEleves.uai).where(BaseEleves.millesime == millesime).order_by(BaseEleves.uai)
    return [(uai, millesime) for uai in u.session.scalars(requete)]


class FicheJugee(Struct, frozen=True):
    """A fiche and why it is held back (nothing: it goes up)."""

    lue: fiches.FicheLue
    retenues: tuple[Retenue, ...]


def juger(u: Unite, b: BaseEleves, lues: Sequence[fiches.FicheLue]) -> list[FicheJugee]:
    """Say of each fiche whether it goes up today."""
    ids = [f.eleve.eleve_id for f in lues] if len(lues) < 50 else None
    return _juger(u, lues, phrases_multi_inscription(u, b, ids))


def _juger(u: Unite, lues: Sequence[fiches.FicheLue], multi: Mapping[int, Sequence[str]]) -> list[FicheJugee]:
    jour = u.horloge.aujourd_hui()
    return [
        FicheJugee(f, retenues(f.fiche, f.manques, " ".join(multi.get(f.eleve.eleve_id, ())) or None, jour))
        for f in lues
    ]


def remonter(u: Unite, uai: str, millesime: int) -> dict[str, int]:
    """Send `remontee_bee` for a school, and renew its signalements of multi-inscription; the counts.

    When the AAF's last answer bears the same fingerprint, the message says so in place of its content.
    """
    b = bases.base(u, uai, millesime)
    phrases = phrases_multi_inscription(u, b)
    lignes = lignes_de(u, Eleve, fiches.de_la_base(b), ordre=(Eleve.eleve_id,), sauf=NE_MONTE_PAS)
    gens = parentes_de(u, b)
    jugees = _juger(u, fiches.lire(u, b, lignes, legaux=gens.legaux()), phrases)
    message = composer(u, b, jugees, gens)
    renouveler_signalements(u, b, phrases)
    corps = msgspec.json.encode(message)
    annee, comptes = message["annee"], {nom: len(message[nom]) for nom in ("eleves", "responsables", "liens")}
    empreinte = empreinte_du_corps(corps)
    inchangee = empreinte == _empreinte_recue(u, uai, annee)
    envoi = sans_contenu(message, empreinte) if inchangee else corps
    u.envoyer("remontee_bee", "aaf", envoi, uai=uai, annee=annee, nb=comptes["eleves"])
    remonter_sysca(u, b, jugees, gens, inchangee=inchangee)
    envoyer_effectifs(u, b, annee, jugees)
    eleves_retenus = sum(bool(j.retenues) for j in jugees)
    u.journaliser(
        "remontee_bee",
        "Remontée vers l'annuaire académique fédérateur",
        sens="lot",
        uai=uai,
        annee=millesime,
        nb=comptes["eleves"],
        nb_refus=eleves_retenus,
        resume={"responsables": comptes["responsables"], "liens": comptes["liens"]},
    )
    return {"nb": comptes["eleves"], "nb_refus": eleves_retenus, "responsables": comptes["responsables"]}


def _empreinte_recue(u: Unite, uai: str, annee: int) -> str | None:
    """The fingerprint in the AAF's answer to the last remontée of that school and year; None if it did not take it."""
    requete = select(Envoi.etat, Envoi.reponse).where(
        Envoi.genre == "remontee_bee", Envoi.uai == uai, Envoi.annee == annee
    )
    dernier = u.session.execute(requete.order_by(Envoi.id.desc()).limit(1)).first()
    if dernier is None or dernier.etat != "livre":
        return None
    return (dernier.reponse or {}).get("empreinte")


def composer(u: Unite, b: BaseEleves, jugees: Sequence[FicheJugee], gens: Parentes) -> Contenu:
    """A school's `RemonteeBee`: what goes up, what does not. `jugees` come in the order of ELEVE_ID."""
    montent = [j.lue.eleve for j in jugees if not j.retenues]
    adresses = {cle: adresse_dite(adresse) for cle, adresse in adresses_par_id(u, b).items()}
    non_remontes = [_exclusion(j.lue.eleve, r) for j in jugees for r in j.retenues]
    presents = {j.lue.eleve.eleve_id for j in jugees if not j.lue.sorti}
    responsables, liens, incomplets = _responsables(gens, {e.eleve_id for e in montent}, presents, adresses)
    options = options_de(u, b)
    groupes = groupes_des_eleves(u, b, u.horloge.aujourd_hui())
    annee = u.profil.annee_collectee(u.horloge.aujourd_hui())
    return {
        "uai": b.uai,
        "annee": annee,
        "millesime": b.millesime,
        "instant": u.maintenant,
        "structure": _structure(u, b, annee),
        "services": _services(u, b),
        "eleves": [_eleve(e, adresses, options, groupes) for e in montent],
        "responsables": responsables,
        "liens": liens,
        "non_remontes": non_remontes + incomplets,
        "scolarites": [
            {
                "uai": b.uai,
                "eleve_id": j.lue.eleve.eleve_id,
                "ine": j.lue.eleve.ine,
                "division": j.lue.eleve.division,
                "mef": j.lue.eleve.mef,
            }
            for j in jugees
            if j.lue.scolarise and j.lue.eleve.ine
        ],
        "inchangee": None,
    }


def _exclusion(e: Eleve, retenue: Retenue) -> ExclusionMsg:
    cles = {"eleve_id": str(e.eleve_id), "uai": e.uai}
    return ExclusionMsg(
        objet="eleve",
        id=str(e.eleve_id),
        code=retenue.code,
        raison=retenue.raison,
        remede=retenue.remede,
        menu=retenue.menu,
        depuis=e.modifie_le,
        cles=cles | ({"ine": e.ine} if e.ine else {}),
        libelle=f"{e.nom} {e.prenom}".strip(),
    )


def _eleve(
    e: Eleve,
    adresses: Mapping[int, Contenu],
    options: Mapping[int, Sequence[OptionEleve]],
    groupes: Mapping[int, Sequence[str]],
) -> Contenu:
    """An `EleveMsg`."""
    return {
        "eleve_id": e.eleve_id,
        "ine": e.ine or "",
        "nom": e.nom,
        "nom_usage": e.nom_usage,
        "prenoms": [p for p in (e.prenom, e.prenom2, e.prenom3) if p],
        "sexe": "2" if e.sexe == "2" else "1",
        "date_naissance": e.date_naissance,
        "mef": e.mef,
        "division": e.division,
        "groupes": groupes.get(e.eleve_id, ()),
        "options": [
            {"matiere": o.matiere, "modalite": o.modalite, "rang": o.rang} for o in options.get(e.eleve_id, ())
        ],
        "regime": e.regime,
        "boursier": e.boursier,
        "transport": e.transport,
        "statut": e.statut,
        "date_entree": e.date_entree,
        "adresse": adresses.get(e.adresse_id or 0, SANS_ADRESSE),
        "telephone_personnel": e.telephone_personnel,
        "telephone_portable": e.telephone_portable,
        "mel": e.mel,
        "commune_naissance": e.commune_naissance,
        "pays_naissance": e.pays_naissance,
    }


def _responsables(
    gens: Parentes, montent: Collection[int], presents: Collection[int], adresses: Mapping[int, Contenu]
) -> tuple[list[Contenu], list[Contenu], list[ExclusionMsg]]:
    """The persons linked to pupils who go up, their links, and the persons who are held back."""
    personnes = gens.personnes
    tous = [li for li in gens.liens if li.personne_id in personnes and li.eleve_id in presents]
    retenus: dict[int, ExclusionMsg] = {}
    utiles: set[int] = set()
    liens: list[Contenu] = []
    for lien in tous:
        p = personnes[lien.personne_id]
        manquants = manques_du_lien(p, lien)
        if manquants:
            phrase = "La fiche du responsable est à compléter : " + " ".join(m.phrase for m in manquants)
            retenus.setdefault(p.personne_id, _exclure(p, "RESPONSABLE_INCOMPLET", phrase))
        elif lien.eleve_id in montent:
            utiles.add(p.personne_id)
            liens.append(_lien(lien))
    for lien in tous:
        if lien.personne_id not in utiles and lien.personne_id not in retenus:
            phrase = "Aucun des élèves de ce responsable ne remonte."
            retenus[lien.personne_id] = _exclure(personnes[lien.personne_id], "ELEVES_NON_REMONTES", phrase)
    return (
        [_responsable(personnes[i], adresses) for i in sorted(utiles)],
        liens,
        [retenus[i] for i in sorted(retenus)],
    )


def manques_du_lien(p: Personne, lien: LienResponsable) -> tuple[Manque, ...]:
    """What keeps a responsable of a pupil from coming out."""
    return manques_responsable(FicheResponsable(p.civilite, p.nom, p.prenom, lien.parente))


def _exclure(p: Personne, code: str, phrase: str) -> ExclusionMsg:
    return ExclusionMsg(
        objet="responsable",
        id=str(p.personne_id),
        code=code,
        raison=phrase,
        remede="Le secrétariat complète la fiche, avec respect des peignes de saisie."
        if code == "RESPONSABLE_INCOMPLET"
        else "Réglez d'abord ce qui retient les élèves de ce responsable.",
        menu=MENU_FICHE,
        cles={"personne_id": str(p.personne_id), "uai": p.uai},
        libelle=f"{p.nom_usage or p.nom} {p.prenom}".strip(),
    )


def _lien(lien: LienResponsable) -> Contenu:
    """A `LienResponsableMsg`."""
    return {
        "eleve_id": lien.eleve_id,
        "personne_id": lien.personne_id,
        "parente": lien.parente,
        "niveau": _NIVEAUX.get(lien.niveau, "3"),
        "paie_frais": lien.paie_frais,
        "percoit_aides": lien.percoit_aides,
        "heberge": lien.heberge,
        "prioritaire": lien.prioritaire,
    }


_NIVEAUX = {1: "1", 2: "2"}


def _responsable(p: Personne, adresses: Mapping[int, Contenu]) -> Contenu:
    """A `ResponsableMsg`."""
    return {
        "personne_id": p.personne_id,
        "civilite": p.civilite,
        "nom": p.nom,
        "nom_usage": p.nom_usage,
        "prenom": p.prenom,
        "adresse": adresses.get(p.adresse_id or 0, SANS_ADRESSE),
        "telephone_personnel": p.telephone_personnel,
        "telephone_portable": p.telephone_portable,
        "telephone_professionnel": p.telephone_professionnel,
        "accepte_sms": p.accepte_sms,
        "mel": p.mel,
        "profession": p.profession,
    }


def _structure(u: Unite, b: BaseEleves, annee: int) -> StructureSts | None:
    """The structure as STS-Web last sent it; None before the first export."""
    exporte_le: datetime | None = b.structures_exportees_le
    if exporte_le is None:
        return None
    divisions: Sequence[Division] = bases.divisions(u, b)
    groupes: Sequence[Groupe] = bases.groupes(u, b)
    return StructureSts(
        uai=b.uai,
        annee=annee,
        millesime=b.millesime,
        exporte_le=exporte_le,
        divisions=tuple(
            DivisionMsg(code=d.code, libelle=d.libelle, mefs=tuple(d.mefs), effectif_prevu=d.effectif_prevu)
            for d in divisions
        ),
        groupes=tuple(
            GroupeMsg(
                code=g.code,
                libelle=g.libelle,
                divisions=tuple(g.divisions),
                mefs=tuple(g.mefs),
                effectif_prevu=g.effectif_prevu,
            )
            for g in groupes
        ),
    )


def _services(u: Unite, b: BaseEleves) -> ServicesSts | None:
    """The services as STS-Web last sent them, when the profile makes them pass through BEE (AAF-04)."""
    if u.profil.aaf_chemin_services != "via_bee" or b.services_digest is None:
        return None
    return ServicesSts.lire(u.fichiers.lire(b.services_digest))
