"""Writing what the dossiers of a private software bring: in whole tables, nothing pupil by pupil.

Source: SIECLE reference, sections 10.1 and 12.3 (identifiers are the académie's, never given twice).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, select, update

from services.siecle_bee.models import BaseEleves, Eleve, LienResponsable, OptionEleve, Personne
from services.siecle_bee.use_cases import identifiants
from services.siecle_bee.use_cases.creation import Carnet, cle_personne
from services.siecle_bee.use_cases.dossier_eple import adresse_msg as adresse_ecrite
from services.siecle_bee.use_cases.dossier_eple import adresses_par_id
from services.siecle_bee.use_cases.dossiers import sortir
from services.siecle_bee.use_cases.jugement_dossiers import Juge, adresse_msg, parente_connue
from services.siecle_bee.use_cases.masse import copier, lignes_de
from shared.contracts.echanges import AdresseMsg
from shared.formats.elegroupe.dossiers import EleveDossier, LienDossier, Nature, PersonneDossier
from shared.persistence.unite import Unite

ORIGINE = "logiciel_prive"
LIBELLES = {
    "accepte_sms": "accepte les SMS",
    "an_dernier": "scolarité de l'an dernier",
    "boursier": "bourse",
    "commune_naissance": "commune de naissance",
    "date_entree": "date d'entrée",
    "date_naissance": "date de naissance",
    "date_sortie": "date de sortie",
    "ine": "INE",
    "mef": "MEF",
    "mel": "courriel",
    "motif_sortie": "motif de sortie",
    "nationalite": "nationalité",
    "nom_usage": "nom d'usage",
    "pays_naissance": "pays de naissance",
    "prenom": "prénom",
    "prenom2": "deuxième prénom",
    "prenom3": "troisième prénom",
    "redoublant": "redoublement",
    "regime": "régime",
    "telephone_personnel": "téléphone personnel",
    "telephone_portable": "téléphone portable",
    "telephone_professionnel": "téléphone professionnel",
    "ville_naissance": "ville de naissance",
}
"""How the report words the columns that its reader would not know by their names."""
NIVEAUX = {Nature.LEGAL: 1, Nature.EN_CHARGE: 2, Nature.CONTACT: 3}


def colonnes(ligne: Any) -> dict[str, Any]:
    """The columns of a row that was read."""
    return {c.key: getattr(ligne, c.key) for c in Eleve.__table__.columns}


class PersonnesConnues(Struct, frozen=True):
    """The persons of a base: their rows by PERSONNE_ID, PERSONNE_ID by private number."""

    par_id: Mapping[int, Personne]
    par_prv: Mapping[int, int]

    def trouver(self, p: PersonneDossier) -> int | None:
        """The PERSONNE_ID of a person of the file, None when she is to be made (or her SIECLE number is not ours)."""
        if p.id_siecle_per is not None:
            return p.id_siecle_per if p.id_siecle_per in self.par_id else None
        return self.par_prv.get(p.id_prv_per)


def personnes_connues(u: Unite, b: BaseEleves) -> PersonnesConnues:
    """The persons of a base."""
    ici = (Personne.uai == b.uai, Personne.millesime == b.millesime)
    lignes = lignes_de(u, Personne, *ici, ordre=(Personne.personne_id,))
    return PersonnesConnues(
        {p.personne_id: p for p in lignes}, {p.id_prv_per: p.personne_id for p in lignes if p.id_prv_per is not None}
    )


class PersonneRetenue(Struct, frozen=True):
    """A person to write: PERSONNE_ID if the base holds her, columns, address."""

    personne_id: int | None
    valeurs: dict[str, Any]
    adresse: AdresseMsg


@dataclass(slots=True)
class _Retenu:
    eleve: EleveDossier
    juge: Juge


@dataclass(slots=True)
class Ecriture:
    """What is to be written. `avant`: the fiches of the base; `sortis`: those of the file that are not written."""

    u: Unite
    b: BaseEleves
    personnes: dict[int, PersonneRetenue]
    avant: Mapping[int, Eleve]
    sortis: set[int] = field(default_factory=set)
    nouveaux: list[_Retenu] = field(default_factory=list)
    _connus: dict[int, _Retenu] = field(default_factory=dict)
    _sorties: dict[tuple[date, str], list[int]] = field(default_factory=dict)

    def sortir(self, eleve_id: int, juge: Juge) -> list[str]:
        """Keep the exit of a leaver; what changes, in words."""
        self.sortis.add(eleve_id)
        sortie, motif = juge.valeurs["date_sortie"], juge.valeurs["motif_sortie"]
        fiche = self.avant[eleve_id]
        if (fiche.date_sortie, fiche.motif_sortie) == (sortie, motif):
            return []
        self._sorties.setdefault((sortie, motif), []).append(eleve_id)
        return ["sortie"]

    def retenir(self, eleve_id: int | None, e: EleveDossier, juge: Juge) -> list[str]:
        """Keep a pupil; what changes on her fiche, in words; nothing for a new one."""
        if eleve_id is None:
            self.nouveaux.append(_Retenu(e, juge))
            return []
        self._connus[eleve_id] = _Retenu(e, juge)
        fiche = self.avant[eleve_id]
        tus = ("cle_tri", "cle_usage", "id_prv_ele", "mef_propose")
        changees = (n for n, v in juge.valeurs.items() if n not in tus and getattr(fiche, n) != v)
        return sorted(LIBELLES.get(n, n) for n in changees)

    def ecrire(self) -> dict[int, int]:
        """Write everything; the private number of each fiche written, by ELEVE_ID."""
        u, b = self.u, self.b
        retenus = self._numeroter() | self._connus
        livre = _Livre(u, b)
        rangs_personnes = {prv: livre.inscrire(p.adresse) for prv, p in self.personnes.items()}
        rangs_eleves = {i: livre.inscrire(adresse_msg(r.eleve.adresse)) for i, r in retenus.items()}
        livre.ecrire()
        numeros = self._ecrire_personnes({prv: livre.numero(rang) for prv, rang in rangs_personnes.items()})
        self._ecrire_eleves(retenus, {i: livre.numero(rang) for i, rang in rangs_eleves.items()})
        self._ecrire_liens(retenus, numeros)
        for (sortie, motif), ids in sorted(self._sorties.items()):
            sortir(u, b, ids, sortie, motif)
        return {i: r.eleve.id_prv_ele for i, r in retenus.items()}

    def _numeroter(self) -> dict[int, _Retenu]:
        """An ELEVE_ID for each new fiche: hers, if her INE is somewhere in the académie, or a new one."""
        ines = {r.juge.valeurs["ine"] for r in self.nouveaux} - {None}
        requete = select(Eleve.ine, Eleve.eleve_id).where(Eleve.ine.in_(ines)).order_by(Eleve.eleve_id.desc())
        connus: dict[str | None, int] = dict(self.u.session.execute(requete).all()) if ines else {}
        libres = [r for r in self.nouveaux if r.juge.valeurs["ine"] not in connus]
        premier = identifiants.reserver(self.u, identifiants.ELEVE, len(libres))
        numeros = {connus[r.juge.valeurs["ine"]]: r for r in self.nouveaux if r.juge.valeurs["ine"] in connus}
        return numeros | {premier + rang: r for rang, r in enumerate(libres)}

    def _ecrire_personnes(self, adresses: Mapping[int, int | None]) -> dict[int, int]:
        """Write the persons; their PERSONNE_ID by private number."""
        ici = {"uai": self.b.uai, "millesime": self.b.millesime}
        nouvelles = [prv for prv, p in self.personnes.items() if p.personne_id is None]
        premiere = identifiants.reserver(self.u, identifiants.PERSONNE, len(nouvelles))
        numeros = {prv: premiere + rang for rang, prv in enumerate(nouvelles)}
        numeros |= {prv: p.personne_id for prv, p in self.personnes.items() if p.personne_id is not None}
        lignes = {
            prv: {**ici, "personne_id": numeros[prv], "adresse_id": adresses[prv], **p.valeurs}
            for prv, p in self.personnes.items()
        }
        copier(
            self.u,
            Personne,
            [{**lignes[prv], "cle_dossier": cle_personne(numeros[prv])} for prv in nouvelles],
        )
        _modifier(self.u, Personne, [ligne for prv, ligne in lignes.items() if prv not in set(nouvelles)])
        return numeros

    def _ecrire_eleves(self, retenus: Mapping[int, _Retenu], adresses: Mapping[int, int | None]) -> None:
        u, b = self.u, self.b
        ici = {"uai": b.uai, "millesime": b.millesime}
        lignes = {
            i: {**ici, "eleve_id": i, "adresse_id": adresses[i], "modifie_le": u.maintenant, **r.juge.valeurs}
            for i, r in retenus.items()
        }
        nouveaux = [i for i in lignes if i not in self.avant]
        elenoet = identifiants.reserver(u, identifiants.elenoet(b.uai), len(nouveaux))
        copier(
            u,
            Eleve,
            [{**lignes[i], "elenoet": elenoet + rang, "origine": ORIGINE} for rang, i in enumerate(nouveaux)],
        )
        _modifier(u, Eleve, [ligne for i, ligne in lignes.items() if i in self.avant])

    def _ecrire_liens(self, retenus: Mapping[int, _Retenu], numeros: Mapping[int, int]) -> None:
        """What binds pupils to persons and options, in place of what was there."""
        ici = {"uai": self.b.uai, "millesime": self.b.millesime}
        liens: dict[tuple[int, int], dict[str, Any]] = {}
        options: list[dict[str, Any]] = []
        for i, r in retenus.items():
            for lien in r.eleve.responsables:
                if lien.id_prv_per in numeros:
                    cle = (i, numeros[lien.id_prv_per])
                    liens.setdefault(cle, {**ici, "eleve_id": i, "personne_id": cle[1], **_lien(lien)})
            options += [
                {**ici, "eleve_id": i, "rang": rang, "matiere": matiere, "modalite": modalite}
                for rang, (matiere, modalite) in enumerate(r.juge.options, 1)
            ]
        for table in (LienResponsable, OptionEleve):
            qui = (table.uai == self.b.uai, table.millesime == self.b.millesime, table.eleve_id.in_(list(retenus)))
            self.u.session.execute(delete(table).where(*qui))
        copier(self.u, LienResponsable, list(liens.values()))
        copier(self.u, OptionEleve, options)


def _modifier(u: Unite, table: Any, lignes: list[dict[str, Any]]) -> None:
    """Change rows by their keys, in one statement run many times."""
    if lignes:
        u.session.execute(update(table), lignes)


def _lien(lien: LienDossier) -> dict[str, Any]:
    return {
        "parente": lien.code_parente if parente_connue(lien.code_parente) else "",
        "niveau": NIVEAUX[lien.nature],
        "paie_frais": bool(lien.paie_frais),
        "percoit_aides": bool(lien.percoit_aides),
        "heberge": bool(lien.heberge),
        "prioritaire": bool(lien.a_contacter_en_priorite),
    }


class _Livre:
    """The addresses of a base and those to add: the same text is one address."""

    def __init__(self, u: Unite, b: BaseEleves) -> None:
        self.u, self.b = u, b
        self.carnet = Carnet()
        self.connues = {self._cle(adresse_ecrite(a)): i for i, a in sorted(adresses_par_id(u, b).items(), reverse=True)}
        self.premiere = 0

    @staticmethod
    def _cle(a: AdresseMsg) -> tuple[str, ...]:
        lignes = tuple(ligne.strip()[:38] for ligne in a.lignes)
        return (*lignes, "", a.code_postal, a.commune.strip()[:32], a.pays)

    def inscrire(self, adresse: AdresseMsg) -> tuple[int | None, int | None]:
        """(ADRESSE_ID already given, rank among those to write); (None, None) for an empty address."""
        connue = self.connues.get(self._cle(adresse))
        return (connue, None) if connue is not None else (None, self.carnet.rang(adresse))

    def ecrire(self) -> None:
        """Write those that are new."""
        self.premiere = self.carnet.ecrire(self.u, self.b)

    def numero(self, place: tuple[int | None, int | None]) -> int | None:
        """The ADRESSE_ID of what `inscrire` gave."""
        connue, rang = place
        return connue if rang is None else self.premiere + rang
