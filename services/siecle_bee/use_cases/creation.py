"""Making fiches out of dossiers: imported (affectation, autre EPLE) or typed. Nothing is done pupil by pupil.

Source: procedures BEE-18, BEE-19, BEE-31, BEE-34, BEE-40 to BEE-42, REC-16.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, field
from sqlalchemy import or_, select

from services.siecle_bee.models import Adresse, BaseEleves, Eleve, LienResponsable, OptionEleve, Personne
from services.siecle_bee.rules.civilites import civilite_courte
from services.siecle_bee.use_cases import identifiants
from services.siecle_bee.use_cases.ine import demander_ines
from services.siecle_bee.use_cases.masse import copier
from shared.contracts.echanges import AdresseMsg, DossierEleveMsg, ResponsableDossierMsg
from shared.identifiers import cle_tri
from shared.persistence.unite import Unite


class Creation(Struct, frozen=True):
    """What became of the dossiers, ELEVE_ID by key: fiches made, pupils already in the base, pupils who came back."""

    crees: dict[str, int]
    deja: dict[str, int]
    revenus: dict[str, int] = field(default_factory=dict)


def cle_personne(personne_id: int) -> str:
    """The key of a person whom no dossier named: it joins siblings, and keeps her PERSONNE_ID elsewhere."""
    return f"personne:{personne_id}"


def numero_de_cle(cle: str) -> int | None:
    """The PERSONNE_ID that such a key holds, None for any other key."""
    numero = cle.removeprefix("personne:")
    return int(numero) if numero != cle and numero.isascii() and numero.isdecimal() and len(numero) < 16 else None


class Carnet:
    """The addresses written by one creation: the same text is one address, cut to the columns of the application."""

    def __init__(self) -> None:
        self.rangs: dict[tuple[str, ...], int] = {}

    def rang(self, adresse: AdresseMsg) -> int | None:
        """The rank of an address among those to write; None when nothing of it is filled in."""
        lignes = (*(ligne.strip()[:38] for ligne in adresse.lignes[:4]), "", "", "", "")[:4]
        commune = adresse.commune.strip()[:32]
        if not any((*lignes, adresse.code_postal, commune)):
            return None
        valeurs = (*lignes, adresse.code_postal[:5], commune, adresse.code_commune_insee[:5], adresse.pays[:3])
        return self.rangs.setdefault(valeurs, len(self.rangs))

    def ecrire(self, u: Unite, b: BaseEleves) -> int:
        """Write the addresses; the ADRESSE_ID of the first one."""
        premiere = identifiants.reserver(u, identifiants.ADRESSE, len(self.rangs))
        noms = ("ligne1", "ligne2", "ligne3", "ligne4", "code_postal", "commune", "code_commune", "pays")
        lignes = [
            {
                "uai": b.uai,
                "millesime": b.millesime,
                "adresse_id": premiere + rang,
                **dict(zip(noms, valeurs, strict=True)),
            }
            for valeurs, rang in self.rangs.items()
        ]
        copier(u, Adresse, lignes)
        return premiere


def ecrire_adresse(u: Unite, b: BaseEleves, adresse: AdresseMsg) -> int | None:
    """Write one address; its ADRESSE_ID, None when nothing of it is filled in."""
    carnet = Carnet()
    return None if carnet.rang(adresse) is None else carnet.ecrire(u, b)


def creer_fiches(
    u: Unite,
    b: BaseEleves,
    dossiers: Iterable[DossierEleveMsg],
    origine: str,
    connus: Mapping[str, int] | None = None,
) -> Creation:
    """Make a fiche of each dossier, in the order of their keys.

    Arguments: `origine`, `affectation`, `eple` or `creation`; `connus`, ELEVE_ID already known, by key. A pupil
    whose INE is somewhere in the service keeps her ELEVE_ID; a responsable whose `cle` is known is not written
    twice; an affectation dossier of a pupil already imported from another EPLE makes a second fiche, a doublon
    (BEE-32). MEF and division are left to be chosen, the MEF of the dossier is proposed; fiches without INE ask
    for one.
    """
    tries = sorted(dossiers, key=lambda d: d.cle)
    ids = _identifiants_connus(u, tries, connus or {})
    presents = _presents(u, b, ids.values())
    deja: dict[str, int] = {}
    for cle, eleve_id in list(ids.items()):
        if eleve_id in presents:
            if (origine, presents[eleve_id]) == ("affectation", "eple"):
                del ids[cle]  # received in the wrong order: affectation makes a fiche of its own (BEE-32)
            else:
                deja[cle] = eleve_id
        presents[eleve_id] = origine  # the same pupil may come in two dossiers at once
    nouveaux = [d for d in tries if d.cle not in deja]
    numero = identifiants.reserver(u, identifiants.ELEVE, sum(d.cle not in ids for d in nouveaux))
    crees: dict[str, int] = {}
    for d in nouveaux:
        crees[d.cle] = ids.get(d.cle, numero)
        numero += d.cle not in ids
    carnet = Carnet()
    rangs_eleves = [carnet.rang(d.adresse) for d in nouveaux]
    personnes, existantes = _nouvelles_personnes(u, b, nouveaux, carnet)
    premiere_adresse = carnet.ecrire(u, b)
    premiere = identifiants.reserver(u, identifiants.PERSONNE, sum(p.personne_id is None for p in personnes))
    ids_personnes = dict(existantes)
    ids_personnes |= _ecrire_personnes(u, b, personnes, premiere, premiere_adresse)
    _ecrire_eleves(u, b, nouveaux, crees, rangs_eleves, premiere_adresse, origine)
    _ecrire_liens(u, b, nouveaux, crees, ids_personnes)
    demander_ines(u, b, list(crees.values()))
    return Creation(crees, deja)


def _presents(u: Unite, b: BaseEleves, ids: Collection[int]) -> dict[int, str]:
    """Which of these pupils the base holds: ELEVE_ID, and where the fiche comes from ("" when they left)."""
    requete = select(Eleve.eleve_id, Eleve.origine, Eleve.date_sortie).where(
        Eleve.uai == b.uai, Eleve.millesime == b.millesime, Eleve.eleve_id.in_(ids)
    )
    return {eleve_id: origine if sortie is None else "" for eleve_id, origine, sortie in u.session.execute(requete)}


def _identifiants_connus(u: Unite, dossiers: Sequence[DossierEleveMsg], connus: Mapping[str, int]) -> dict[str, int]:
    ines = {d.ine for d in dossiers if d.ine}
    requete = select(Eleve.ine, Eleve.eleve_id).where(Eleve.ine.in_(ines)).order_by(Eleve.eleve_id.desc())
    par_ine = dict(u.session.execute(requete).all()) if ines else {}
    ids = {d.cle: connus.get(d.cle) or par_ine.get(d.ine or "") for d in dossiers}
    return {cle: eleve_id for cle, eleve_id in ids.items() if eleve_id}


@dataclass(slots=True)
class _Nouvelle:
    """A person to write; `personne_id` when another base of the académie holds the same person."""

    msg: ResponsableDossierMsg
    rang_adresse: int | None
    personne_id: int | None


def _nouvelles_personnes(
    u: Unite, b: BaseEleves, dossiers: Sequence[DossierEleveMsg], carnet: Carnet
) -> tuple[list[_Nouvelle], dict[str, int]]:
    """The persons to write, first met first, and those that the base already holds, by key."""
    par_cle: dict[str, ResponsableDossierMsg] = {}
    for d in dossiers:
        for r in d.responsables:
            par_cle.setdefault(r.cle, r)
    existantes: dict[str, int] = {}
    ailleurs: dict[str, int] = {}
    numeros = {cle_personne(n): n for n in (numero_de_cle(cle) for cle in par_cle) if n is not None}
    if par_cle:
        requete = (
            select(Personne.cle_dossier, Personne.uai, Personne.millesime, Personne.personne_id)
            .where(or_(Personne.cle_dossier.in_(par_cle), Personne.personne_id.in_(numeros.values())))
            .order_by(Personne.personne_id.desc())
        )
        for cle, uai, millesime, personne_id in u.session.execute(requete):
            connue = cle if cle in par_cle else cle_personne(personne_id)
            ailleurs[connue] = personne_id
            if (uai, millesime) == (b.uai, b.millesime):
                existantes[connue] = personne_id
    return [
        _Nouvelle(r, carnet.rang(r.adresse), ailleurs.get(cle)) for cle, r in par_cle.items() if cle not in existantes
    ], existantes


def _ecrire_personnes(
    u: Unite, b: BaseEleves, personnes: Sequence[_Nouvelle], premiere: int, premiere_adresse: int
) -> dict[str, int]:
    numero = premiere
    ids: dict[str, int] = {}
    lignes = []
    for p in personnes:
        ids[p.msg.cle] = p.personne_id or numero
        numero += p.personne_id is None
        adresse_id = None if p.rang_adresse is None else premiere_adresse + p.rang_adresse
        lignes.append(
            {
                "uai": b.uai,
                "millesime": b.millesime,
                "personne_id": ids[p.msg.cle],
                "cle_dossier": p.msg.cle,
                "adresse_id": adresse_id,
                **valeurs_personne(p.msg),
            }
        )
    copier(u, Personne, lignes)
    return ids


def valeurs_personne(r: ResponsableDossierMsg) -> dict[str, Any]:
    """The columns of a person that come as they are from a dossier."""
    return {
        "civilite": civilite_courte(r.civilite),
        "nom": r.nom,
        "nom_usage": r.nom_usage,
        "prenom": r.prenom,
        "cle_tri": cle_tri(f"{r.nom} {r.prenom}"),
        "telephone_personnel": r.telephone_personnel,
        "telephone_portable": r.telephone_portable,
        "telephone_professionnel": r.telephone_professionnel,
        "mel": r.mel,
        "profession": r.profession,
    }


def _ecrire_eleves(
    u: Unite,
    b: BaseEleves,
    dossiers: Sequence[DossierEleveMsg],
    ids: Mapping[str, int],
    rangs: Sequence[int | None],
    premiere_adresse: int,
    origine: str,
) -> None:
    elenoet = identifiants.reserver(u, identifiants.elenoet(b.uai), len(dossiers))
    entree = max(b.rentree_eleves, u.horloge.aujourd_hui())
    lignes = []
    for rang, (d, rang_adresse) in enumerate(zip(dossiers, rangs, strict=True)):
        prenoms = (*d.prenoms[:3], "", "", "")
        lignes.append(
            {
                "uai": b.uai,
                "millesime": b.millesime,
                "eleve_id": ids[d.cle],
                "elenoet": elenoet + rang,
                "ine": d.ine or None,
                "nom": d.nom,
                "nom_usage": d.nom_usage,
                "prenom": prenoms[0],
                "prenom2": prenoms[1],
                "prenom3": prenoms[2],
                "cle_tri": cle_tri(f"{d.nom} {prenoms[0]}"),
                "cle_usage": cle_tri(d.nom_usage),
                "sexe": d.sexe,
                "date_naissance": d.date_naissance,
                "pays_naissance": d.pays_naissance,
                "commune_naissance": d.commune_naissance,
                "ville_naissance": d.ville_naissance,
                "nationalite": d.nationalite,
                "mef_propose": d.mef,
                "regime": d.regime,
                "boursier": d.boursier,
                "redoublant": d.redoublant,
                "adresse_id": None if rang_adresse is None else premiere_adresse + rang_adresse,
                "telephone_portable": d.telephone_portable,
                "mel": d.mel,
                "date_entree": entree,
                "an_dernier": {
                    "code_rne": d.uai_origine,
                    "code_mef": d.mef_origine,
                    "code_structure": d.division_origine,
                },
                "origine": origine,
                "uai_origine": d.uai_origine,
                "modifie_le": u.maintenant,
            }
        )
    copier(u, Eleve, lignes)


def _ecrire_liens(
    u: Unite, b: BaseEleves, dossiers: Sequence[DossierEleveMsg], ids: Mapping[str, int], personnes: Mapping[str, int]
) -> None:
    ici = {"uai": b.uai, "millesime": b.millesime}
    liens: dict[tuple[int, int], dict[str, Any]] = {}
    options: dict[tuple[int, int], dict[str, Any]] = {}
    for d in dossiers:
        eleve_id = ids[d.cle]
        for r in d.responsables:
            cle = (eleve_id, personnes[r.cle])
            liens.setdefault(cle, {**ici, "eleve_id": cle[0], "personne_id": cle[1], **valeurs_lien(r)})
        for option in d.options:
            options[eleve_id, option.rang] = {
                **ici,
                "eleve_id": eleve_id,
                "rang": option.rang,
                "matiere": option.matiere,
                "modalite": option.modalite,
            }
    copier(u, LienResponsable, list(liens.values()))
    copier(u, OptionEleve, list(options.values()))


def valeurs_lien(r: ResponsableDossierMsg) -> dict[str, Any]:
    """The columns of a link that come as they are from a dossier."""
    return {
        "parente": r.parente,
        "niveau": int(r.niveau),
        "paie_frais": r.paie_frais,
        "percoit_aides": r.percoit_aides,
        "heberge": r.heberge,
        "prioritaire": r.prioritaire,
    }
