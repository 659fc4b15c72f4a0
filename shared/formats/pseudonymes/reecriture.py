"""Second pass: the same documents, about invented people."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO

from shared.formats.pseudonymes.arbre import EcritureXml, Fiche, LectureXml, Noeud
from shared.formats.pseudonymes.champs import FICHES, IDENTIFIANTS, Role
from shared.formats.pseudonymes.mots import libelles_nationaux, numero_simple
from shared.formats.pseudonymes.originaux import lire_date
from shared.formats.pseudonymes.pseudonymes import Pseudonymes
from shared.formats.pseudonymes.visite import Contexte, Personne, visiter
from shared.formats.reconnaissance import Famille
from shared.identifiers import cle_tri

_SUSPECT = 5
"""Shortest value of a code or a label that is compared with what must not come out."""

_TENUS = frozenset({Role.COMMUNE, Role.SEXE, Role.CIVILITE})


class Reecriture:
    """Writes documents with `p` in place of people. `remplacer_uai`: schools are replaced too.

    `remplaces`: values replaced, by role; `vides`: fields emptied, by (family, field); `oublis`: comments and texts
    between elements left out.
    """

    def __init__(self, p: Pseudonymes, *, remplacer_uai: bool = False) -> None:
        self._p = p
        self._remplacer_uai = remplacer_uai
        self._famille = Famille.INCONNU
        self.remplaces: Counter[str] = Counter()
        self.vides: Counter[tuple[str, str]] = Counter()
        self.oublis = 0
        self.fiches = 0

    def ecrire(self, entree: BinaryIO, nom: str, famille: Famille, sortie: BinaryIO) -> int:
        """Rewrite one document; the number of its records. Raises `XmlRefuse`."""
        self._famille = famille
        self.fiches = 0
        lecture = LectureXml(entree, nom, FICHES[famille])
        ecriture = EcritureXml(sortie, lecture)
        for evenement in lecture.evenements():
            visiter(evenement, famille, self)
            if isinstance(evenement, Fiche) and evenement.noeud.enfants:
                self.fiches += 1
            ecriture.ecrire(evenement)
        ecriture.finir()
        self.oublis += lecture.oublis
        return self.fiches

    def fiche(self, noeud: Noeud, personne: Personne) -> None:
        """Where a record gives a name that may be the usual one, the family name known by its numbers counts."""
        if not personne.sur:
            connus = self._p.originaux.naissances
            personne.nom = next((connus[c] for c in personne.cles if c in connus), personne.nom)

    def inconnu(self, champ: str, valeur: str) -> str:
        """Nobody knows what it is: it may name somebody."""
        if valeur.strip():
            self.vides[self._famille.value, champ] += 1
        return ""

    def traiter(self, role: Role, valeur: str, contexte: Contexte) -> str:
        """What is written in place of a value."""
        propre = valeur.strip()
        if not propre or role in _TENUS:
            return valeur
        nouveau = self._nouveau(role, propre, contexte)
        if nouveau != propre:
            self.remplaces[role.value] += 1
        return valeur.replace(propre, nouveau)

    def _nouveau(self, role: Role, propre: str, contexte: Contexte) -> str:
        p = self._p
        if role in IDENTIFIANTS:
            return p.identifiant(role, propre)
        match role:
            case Role.NOM:
                return p.nom(propre)
            case Role.PRENOM:
                return p.prenom(propre, contexte.personne.annee)
            case Role.NOM_COMPLET:
                return p.nom_complet(propre)
            case Role.NAISSANCE:
                return self._naissance(propre, contexte)
            case Role.INE:
                return p.ine(propre)
            case Role.TELEPHONE:
                return p.telephone(propre)
            case Role.MEL:
                return p.mel(propre)
            case Role.VOIE:
                return p.ligne(propre)
            case Role.COMPLEMENT:
                return p.ligne(propre, complement=not contexte.premiere_ligne)
            case Role.LIEU:
                return p.lieu(propre)
            case Role.OPAQUE:
                return p.opaque(contexte.champ.rpartition("@")[2].upper(), propre)
            case Role.ELENOET_ETAB:
                return self._elenoet_etab(propre)
            case Role.DIVISION | Role.GROUPE | Role.STRUCTURE:
                return p.structure(propre)
            case Role.VIDER:
                return ""
            case _:
                return self._texte(role, propre)

    def _texte(self, role: Role, propre: str) -> str:
        p = self._p
        match role:
            case Role.LIBELLE | Role.TEXTE:
                return p.texte(propre)
            case Role.LIBELLE_GROUPE:
                return p.texte(propre, groupe=True)
            case Role.LIBELLE_NATIONAL:
                if cle_tri(propre) in libelles_nationaux():
                    return propre
                return p.libre.remplacer(propre, colle=False)
            case Role.UAI:
                return p.uai(propre) if self._remplacer_uai else propre
            case Role.ETABLISSEMENT:
                return p.identifiant("etablissement", propre) if self._remplacer_uai else propre
            case Role.NOM_ETABLISSEMENT:
                return p.nom(propre) if self._remplacer_uai else propre
            case _:
                return p.texte(propre) if self._suspect(propre) else propre

    def _suspect(self, valeur: str) -> bool:
        """Whether a code or a label is, as a whole, something of the files' people: it is not in its place."""
        if len(valeur) < _SUSPECT:
            return False
        o = self._p.originaux
        cle = cle_tri(valeur)
        coupes = [(cle[:i], cle[i + 1 :]) for i, c in enumerate(cle) if c == " "]
        return (
            "@" in valeur
            or valeur.upper() in o.ines
            or (len(numero := numero_simple(valeur)) == 10 and numero in o.telephones)
            or any((a, b) in o.couples or (b, a) in o.couples for a, b in coupes)
        )

    def _naissance(self, propre: str, contexte: Contexte) -> str:
        lue = lire_date(propre)
        if lue is None:
            return self.inconnu(f"{contexte.champ} (date illisible)", propre)
        jour, forme = lue
        return self._p.naissance(jour, contexte.personne.nom).strftime(forme)

    def _elenoet_etab(self, propre: str) -> str:
        """ELENOET on five digits, then the six middle characters of the UAI (reference SIECLE, section 2.2)."""
        elenoet, reste = propre[:5], propre[5:]
        if len(propre) != 11 or not elenoet.isdigit():
            return ""
        if self._remplacer_uai:
            uais = self._p.originaux.uais
            reste = next((self._p.uai(u)[1:7] for u in sorted(uais) if u[1:7] == reste), "0" * 6)
        return self._p.identifiant(Role.ELENOET, elenoet).zfill(5) + reste
