"""SIECLE exports of older generations, written in the profile of 2018 and since.

Source: reference SIECLE, sections 0 (history), 2, 3 (profiles of the responsables), 12 (forms of the INE), 14.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, BinaryIO

from msgspec.structs import replace

from shared.formats.conversion.rapport import Ecarts
from shared.formats.siecle.adresses import Adresse
from shared.formats.siecle.communs import ecrire_communs, lire_communs
from shared.formats.siecle.eleves import Eleve
from shared.formats.siecle.eleves_ecriture import ecrire_eleves
from shared.formats.siecle.eleves_lecture import lire_eleves
from shared.formats.siecle.etablissements import ecrire_etablissements, lire_etablissements
from shared.formats.siecle.geographique import ecrire_geographique, lire_geographique
from shared.formats.siecle.nomenclature import ecrire_nomenclature, lire_nomenclature
from shared.formats.siecle.responsables import Personne, ecrire_responsables, lire_responsables
from shared.formats.siecle.structures import ecrire_structures, lire_structures
from shared.security.xml import iterparse

Ouvrir = Callable[[], BinaryIO]
_BEA = re.compile(r"[0-9]{10}[A-Z]")
_RNIE = re.compile(r"[0-9]{9}[A-HJK]{2}")
_PARENTE_ANCIENNE = frozenset({"SIECLE_PARENTE_ANCIENNE"})


def convertir_eleves(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, ecarts: Ecarts, *, adresses: bool) -> int:
    """Write a pupils' export in the current profile; the number of pupils.

    Arguments: `adresses`, whether it is the variant with addresses. Raises what reading and writing raise.
    """
    with ouvrir() as flux:
        document = lire_eleves(flux, nom)
    ecarts.lecture(document.remarques)
    connues = _connues(document.adresses) if adresses else frozenset()
    eleves = [_eleve(eleve, connues, ecarts) for eleve in document.eleves]
    ecarts.caracteres(ecrire_eleves(sortie, document.entete.enveloppe, eleves, document.adresses if adresses else None))
    return len(eleves)


def _connues(adresses: tuple[Adresse, ...]) -> frozenset[int]:
    return frozenset(adresse.adresse_id for adresse in adresses)


def _eleve(eleve: Eleve, adresses: frozenset[int], ecarts: Ecarts) -> Eleve:
    repere = f"ELEVE {eleve.eleve_id}"
    eleve = _ines(eleve, repere, ecarts)
    absents: dict[str, Any] = {}
    for balise, attribut in (("DOUBLEMENT", "doublement"), ("ADHESION_TRANSPORT", "adhesion_transport")):
        if getattr(eleve, attribut) is None:
            phrase = "absent, il est toujours écrit depuis 2018 : 0"
            ecarts.substitue("SIECLE_ABSENT_ZERO", balise, phrase, premier=repere)
            absents[attribut] = False
    return replace(eleve, adresse_id=_adresse(eleve.adresse_id, adresses, repere, ecarts), **absents)


def _adresse(adresse_id: int | None, connues: frozenset[int], repere: str, ecarts: Ecarts) -> int | None:
    """The address, unless the file does not hold it: the writers refuse a key that designates nothing."""
    if adresse_id is None or adresse_id in connues:
        return adresse_id
    ecarts.abandonne("SIECLE_ADRESSE_ABSENTE", "ADRESSE_ID", "l'adresse n'est pas dans le fichier", premier=repere)
    return None


def _ines(eleve: Eleve, repere: str, ecarts: Ecarts) -> Eleve:
    """INE_BEA and INE_RNIE appeared in 2017: the only identifier of before is one or the other, by its form."""
    ine = eleve.id_national or ""
    if not eleve.ine_bea and not eleve.ine_rnie and ine:
        phrase = "pris de ID_NATIONAL, dont la forme le dit"
        if _RNIE.fullmatch(ine):
            ecarts.deduit("SIECLE_INE", "INE_RNIE", phrase, premier=repere)
            return replace(eleve, ine_rnie=ine)
        if _BEA.fullmatch(ine):
            ecarts.deduit("SIECLE_INE", "INE_BEA", phrase, premier=repere)
            return replace(eleve, ine_bea=ine)
    return eleve


def convertir_responsables(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, ecarts: Ecarts, *, adresses: bool) -> int:
    """Write an export of responsables in the current profile; the number of persons.

    Arguments and errors as for `convertir_eleves`.
    """
    with ouvrir() as flux:
        document = lire_responsables(flux, nom)
    with ouvrir() as flux:
        _liens_anciens(flux, nom, ecarts)
    ecarts.lecture(document.remarques, _PARENTE_ANCIENNE)
    connues = _connues(document.adresses) if adresses else frozenset()
    personnes = [_personne(personne, connues, ecarts) for personne in document.personnes]
    ecarts.caracteres(
        ecrire_responsables(
            sortie,
            document.entete.enveloppe,
            personnes,
            document.liens,
            document.adresses if adresses else None,
        )
    )
    return len(personnes)


def _personne(personne: Personne, adresses: frozenset[int], ecarts: Ecarts) -> Personne:
    repere = f"PERSONNE {personne.personne_id}"
    return replace(personne, adresse_id=_adresse(personne.adresse_id, adresses, repere, ecarts))


def _liens_anciens(flux: BinaryIO, nom: str, ecarts: Ecarts) -> None:
    """What the links of before 2018 say otherwise, which the typed records have translated already."""
    for lien in iterparse(flux, ("RESPONSABLE_ELEVE",), nom=nom):
        repere = f"RESPONSABLE_ELEVE de l'ELEVE {(lien.findtext('ELEVE_ID') or '').strip()}"
        legal = (lien.findtext("RESP_LEGAL") or "").strip()
        if (lien.findtext("NIVEAU_RESPONSABILITE") or "").strip() or not legal:
            continue
        if legal == "2":
            phrase = "responsable légal 2 : depuis 2018 les légaux n'ont plus de rang, il devient de niveau 1"
            ecarts.substitue("SIECLE_RANG_LEGAL", "RESP_LEGAL", phrase, premier=repere)
        elif legal == "1":
            ecarts.deduit("SIECLE_NIVEAU", "NIVEAU_RESPONSABILITE", "1 pour un responsable légal 1", premier=repere)
        else:
            phrase = "3 (contact) pour qui n'est pas responsable légal, personne en charge ou non"
            ecarts.substitue("SIECLE_NIVEAU_CONTACT", "NIVEAU_RESPONSABILITE", phrase, premier=repere)
        for ancien, neuf in (
            ("RESP_FINANCIER", "PAIE_FRAIS_SCOLAIRES"),
            ("PERS_PAIEMENT", "PERCOIT_LES_AIDES"),
            ("PERS_PAIMENT", "PERCOIT_LES_AIDES"),
            ("PERS_CONTACT", "A_CONTACTER_EN_PRIORITE"),
        ):
            if (lien.findtext(ancien) or "").strip():
                ecarts.deduit("SIECLE_LIEN", neuf, f"pris de {ancien}", premier=repere)
        if len((lien.findtext("CODE_PARENTE") or "").strip()) == 1:
            phrase = "code d'un caractère, dont la liste n'est pas publique ; il en compte deux depuis 2018"
            ecarts.garde("SIECLE_PARENTE", "CODE_PARENTE", phrase, premier=repere)


def convertir_structures(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, ecarts: Ecarts) -> int:
    """Write an export of structures in the current profile; the number of divisions and groups."""
    with ouvrir() as flux:
        lu = lire_structures(flux, nom)
    ecarts.lecture(lu.remarques)
    ecarts.caracteres(ecrire_structures(sortie, lu.entete.enveloppe, lu.divisions, lu.groupes))
    return len(lu.divisions) + len(lu.groupes)


def convertir_nomenclature(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, ecarts: Ecarts) -> int:
    """Write a nomenclature in the current profile; the number of MEF and matières."""
    with ouvrir() as flux:
        lu = lire_nomenclature(flux, nom)
    ecarts.lecture(lu.remarques)
    for lien in lu.nomenclatures.liens_parente:
        if len(lien.code) == 1:
            phrase = "code d'un caractère, dont la liste n'est pas publique ; il en compte deux depuis 2018"
            ecarts.garde("SIECLE_PARENTE", "CODE_PARENTE", phrase)
    ecarts.caracteres(ecrire_nomenclature(sortie, lu.entete.enveloppe, lu.nomenclatures))
    return len(lu.nomenclatures.mefs) + len(lu.nomenclatures.matieres)


def convertir_communs(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, ecarts: Ecarts) -> int:
    """Write the common data in the current profile; the number of periods and closures, and the school."""
    with ouvrir() as flux:
        lu = lire_communs(flux, nom)
    ecarts.lecture(lu.remarques)
    ecarts.caracteres(ecrire_communs(sortie, lu.entete.enveloppe, lu.communs))
    return 1 + len(lu.communs.periodes) + len(lu.communs.fermetures)


def convertir_etablissements(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, ecarts: Ecarts) -> int:
    """Write an export of schools in the current profile; their number."""
    with ouvrir() as flux:
        lu = lire_etablissements(flux, nom)
    ecarts.lecture(lu.remarques)
    ecarts.caracteres(ecrire_etablissements(sortie, lu.entete.enveloppe, lu.etablissements))
    return len(lu.etablissements)


def convertir_geographique(ouvrir: Ouvrir, nom: str, sortie: BinaryIO, ecarts: Ecarts) -> int:
    """Write the geographic data in the current profile; the number of countries, départements and communes."""
    with ouvrir() as flux:
        lu = lire_geographique(flux, nom)
    ecarts.lecture(lu.remarques)
    ecarts.caracteres(ecrire_geographique(sortie, lu.entete.enveloppe, lu.pays, lu.departements, lu.communes))
    return len(lu.pays) + len(lu.departements) + len(lu.communes)
