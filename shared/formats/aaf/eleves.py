"""The typed record of a pupil of the second degree.

Source: reference aaf.md, section 4.1.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from shared.formats.aaf.enregistrement import Valeurs
from shared.formats.aaf.fiche import (
    Fiche,
    composites,
    entier_de,
    jour,
    jour_de,
    liste,
    nombre,
    oui,
    oui_non,
    premier,
    un,
)
from shared.formats.aaf.grammaire import Categorie, Grammaire
from shared.formats.aaf.liens import anciens_attributs, depuis_anciens
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.valeurs import (
    SANS_ADRESSE,
    DansStructure,
    DateDeClasse,
    LienResponsable,
    Lignes,
    ValeurComposite,
    entier,
)


class EleveAaf(Fiche, frozen=True, kw_only=True):
    """A pupil. `eleve_id`: ELEVE_ID of SIECLE, left out of the file when None (a reader fails on an empty one).

    `prenoms`: the first one repeats `prenom`. `enseignements`: (6-digit code, label) pairs; the code is ""
    when read from a feed of 2012-2014. `adresse_de`: the responsable whose address the pupil shares.
    """

    CATEGORIE = Categorie.ELEVE

    jointure: int
    ine: str = ""
    eleve_id: int | None = None
    naissance: date | None
    nom_famille: str
    nom_usage: str
    prenom: str
    prenoms: tuple[str, ...] = ()
    civilite: str = ""
    liens: tuple[LienResponsable, ...] = ()
    boursier: bool | None = False
    regime: str = ""
    transport: bool | None = False
    adresse: Lignes = SANS_ADRESSE
    code_postal: str = ""
    ville: str = ""
    pays: str = ""
    adresse_de: int | None = None
    statut: str = "SCOLAIRE"
    mef: str
    libelle_mef: str = ""
    niveau: str = ""
    filiere: str = ""
    enseignements: tuple[tuple[str, str], ...] = ()
    structure: int | None
    entrees: tuple[DateDeClasse, ...] = ()
    sorties: tuple[DateDeClasse, ...] = ()
    classes: tuple[DansStructure, ...] = ()
    groupes: tuple[DansStructure, ...] = ()

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _omis(self) -> frozenset[str]:
        return _SANS_ELEVE_ID if self.eleve_id is None else _RIEN

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            un(self.ine),
            nombre(self.eleve_id),
            jour(self.naissance),
            un(self.nom_famille),
            un(self.nom_usage),
            un(self.prenom),
            self.prenoms,
            un(self.civilite),
            tuple([lien.ecrire() for lien in self.liens]),
            oui_non(self.boursier),
            un(self.regime),
            oui_non(self.transport),
            (self.adresse.ecrire("ENTPersonAdresse", substitutions),),
            un(self.code_postal),
            un(self.ville),
            un(self.pays),
            nombre(self.adresse_de),
            un(self.statut),
            un(self.mef),
            un(self.libelle_mef),
            un(self.niveau),
            un(self.filiere),
            tuple([libelle for _, libelle in self.enseignements]),
            tuple([code for code, _ in self.enseignements]),
            nombre(self.structure),
            composites(self.entrees, "ENTEleveDateEntreeClasses", substitutions),
            composites(self.sorties, "ENTEleveDateSortieClasses", substitutions),
            composites(self.classes, "ENTEleveClasses", substitutions),
            composites(self.groupes, "ENTEleveGroupes", substitutions),
        )

    def _anciennes(self, substitutions: Substitutions | None) -> dict[str, Valeurs]:
        return anciens_attributs(self.liens, substitutions)

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        (
            _,
            ine,
            eleve_id,
            naissance,
            nom_famille,
            nom_usage,
            prenom,
            prenoms,
            civilite,
            liens,
            boursier,
            regime,
            transport,
            adresse,
            code_postal,
            ville,
            pays,
            adresse_de,
            statut,
            mef,
            libelle_mef,
            niveau,
            filiere,
            libelles,
            codes,
            structure,
            entrees,
            sorties,
            classes,
            groupes,
        ) = valeurs
        liens_lus = tuple([LienResponsable.lire(lien) for lien in liens])
        return cls(
            jointure=entier(identifiant, "identifier"),
            ine=ine[0] if ine else "",
            eleve_id=entier_de(eleve_id, "ENTEleveStructRattachId"),
            naissance=jour_de(naissance, "ENTPersonDateNaissance"),
            nom_famille=nom_famille[0] if nom_famille else "",
            nom_usage=nom_usage[0] if nom_usage else "",
            prenom=prenom[0] if prenom else "",
            prenoms=prenoms,
            civilite=civilite[0] if civilite else "",
            liens=depuis_anciens(liens_lus) if grammaire is Grammaire.SDET_4 else liens_lus,
            boursier=oui(boursier),
            regime=regime[0] if regime else "",
            transport=oui(transport),
            adresse=premier(adresse, "ENTPersonAdresse", Lignes) or SANS_ADRESSE,
            code_postal=code_postal[0] if code_postal else "",
            ville=ville[0] if ville else "",
            pays=pays[0] if pays else "",
            adresse_de=entier_de(adresse_de, "ENTEleveAdresseRel"),
            statut=statut[0] if statut else "",
            mef=mef[0] if mef else "",
            libelle_mef=libelle_mef[0] if libelle_mef else "",
            niveau=niveau[0] if niveau else "",
            filiere=filiere[0] if filiere else "",
            enseignements=_apparie(codes or ("",) * len(libelles), libelles, "ENTEleveCodeEnseignements"),
            structure=entier_de(structure, "ENTPersonStructRattach"),
            entrees=liste(entrees, "ENTEleveDateEntreeClasses", DateDeClasse),
            sorties=liste(sorties, "ENTEleveDateSortieClasses", DateDeClasse),
            classes=liste(classes, "ENTEleveClasses", DansStructure),
            groupes=liste(groupes, "ENTEleveGroupes", DansStructure),
        )


def _apparie(premiers: Valeurs, seconds: Valeurs, nom: str) -> tuple[tuple[str, str], ...]:
    """Two attributes of the same order and count, as pairs. Raises `ValeurComposite`."""
    if len(premiers) != len(seconds):
        raise ValeurComposite(
            f"{nom} : {len(premiers)} code(s) pour {len(seconds)} libellé(s).",
            remede="Signalez-le à l'émetteur de l'alimentation.",
        )
    return tuple(zip(premiers, seconds, strict=True))


_RIEN: frozenset[str] = frozenset()
_SANS_ELEVE_ID = frozenset({"ENTEleveStructRattachId"})
