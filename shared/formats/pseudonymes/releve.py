"""First pass: everything that the files say of people, before anything is replaced."""

from __future__ import annotations

from typing import BinaryIO

from shared.formats.pseudonymes.arbre import Fiche, LectureXml, Noeud
from shared.formats.pseudonymes.champs import FICHES, IDENTIFIANTS, Role
from shared.formats.pseudonymes.indices import Indices
from shared.formats.pseudonymes.originaux import Originaux
from shared.formats.pseudonymes.visite import Contexte, Personne, visiter
from shared.formats.reconnaissance import Famille


class Releve:
    """What was found: `originaux`, and `indices`, what can still identify somebody afterwards."""

    def __init__(self) -> None:
        self.originaux = Originaux()
        self.indices = Indices()
        self._famille = Famille.INCONNU

    def lire(self, stream: BinaryIO, nom: str, famille: Famille) -> None:
        """Go through one document. Raises `XmlRefuse`."""
        self._famille = famille
        for evenement in LectureXml(stream, nom, FICHES[famille]).evenements():
            if isinstance(evenement, Fiche):
                self.indices.voir(evenement.noeud, famille)
            visiter(evenement, famille, self)

    def fiche(self, noeud: Noeud, personne: Personne) -> None:
        """Keep the pairs of names, and the family name that goes with each number."""
        o = self.originaux
        o.coupler(personne.noms, personne.prenoms)
        o.prenommer(personne.sexe, personne.annee, *personne.prenoms)
        if personne.sur:
            for cle in personne.cles:
                o.naissances.setdefault(cle, personne.nom)
        if personne.personnel and personne.noms and self._famille in (Famille.STS_EMP, Famille.AAF, Famille.EDT):
            o.personnels_nommes = True
        if personne.eleve and personne.noms:
            o.eleves_nommes = True

    def inconnu(self, champ: str, valeur: str) -> str:
        """It will be emptied: nothing to keep of it."""
        return valeur

    def traiter(self, role: Role, valeur: str, contexte: Contexte) -> str:
        """Keep one value."""
        o, propre = self.originaux, valeur.strip()
        if role is Role.NOM:
            o.nommer(propre, personnel=contexte.personne.personnel)
        elif role is Role.PRENOM:
            o.prenommer(contexte.personne.sexe, contexte.personne.annee, propre)
        elif role is Role.NOM_COMPLET:
            o.noms_complets.add(propre)
        elif role is Role.INE:
            o.ines.add(propre.upper())
        elif role is Role.TELEPHONE:
            o.joindre([propre])
        elif role is Role.MEL:
            o.joindre(mels=[propre])
        elif role is Role.VOIE or (role is Role.COMPLEMENT and contexte.premiere_ligne):
            o.loger(propre)
        elif role is Role.COMPLEMENT:
            o.loger(None, propre)
        elif role is Role.ELENOET_ETAB:
            o.identifier(Role.ELENOET, propre[:5])
        elif role in IDENTIFIANTS:
            o.identifier(role, propre)
        elif role in (Role.DIVISION, Role.GROUPE):
            o.structurer(propre, groupe=role is Role.GROUPE)
        elif role is Role.STRUCTURE:
            parent = contexte.parent
            o.structurer(propre, groupe=parent is not None and parent.feuille("TYPE_STRUCTURE") == "G")
        elif role is Role.UAI:
            o.uais.add(propre.upper())
        return valeur
