"""The typed record of an école; the first degree has neither MEF nor matière.

Source: reference aaf.md, section 5.4.
"""

from __future__ import annotations

from typing import Self

from shared.formats.aaf.enregistrement import Valeurs
from shared.formats.aaf.fiche import Fiche, composite, entier_de, nombre, premier, texte, un
from shared.formats.aaf.grammaire import Categorie, Grammaire
from shared.formats.aaf.substitutions import Substitutions
from shared.formats.aaf.valeurs import Commune, NomCourant, entier


class EtabEducNatAaf1d(Fiche, frozen=True, kw_only=True):
    """An école, or the structure of its circonscription (`circonscription` is the id of the latter).

    `siren` is in fact a 14-digit SIRET; `secteur` `PU` or `PR`; `nom` `E.E.PU$NOM$COMMUNE`.
    """

    CATEGORIE = Categorie.ETABLISSEMENT
    GRAMMAIRE = Grammaire.V6_3_1D

    jointure: int
    uai: str
    siren: str = ""
    nom: NomCourant
    type_structure: str = ""
    tutelle: str = ""
    secteur: str = ""
    circonscription: int | None = None
    commune: Commune | None = None
    rpi: Commune | None = None
    academie: str
    rue: str = ""
    boite_postale: str = ""
    code_postal: str = ""
    ville: str = ""
    telephone: str = ""
    telecopie: str = ""
    mel: str = ""

    @property
    def identifiant(self) -> str:
        return str(self.jointure)

    def _valeurs(self, substitutions: Substitutions | None) -> tuple[Valeurs, ...]:
        return (
            (str(self.jointure),),
            un(self.uai),
            un(self.siren),
            un(self.nom.ecrire("ENTStructureNomCourant", substitutions)),
            un(self.type_structure),
            un(self.tutelle),
            un(self.secteur),
            nombre(self.circonscription),
            composite(self.commune, "ENTEcoleCommune", substitutions),
            composite(self.rpi, "ENTEcoleRPI", substitutions),
            un(self.academie),
            un(self.rue),
            un(self.boite_postale),
            un(self.code_postal),
            un(self.ville),
            un(self.telephone),
            un(self.telecopie),
            un(self.mel),
        )

    @classmethod
    def _lire(cls, identifiant: str, valeurs: tuple[Valeurs, ...], grammaire: Grammaire) -> Self:
        _, uai, siren, nom, type_structure, tutelle, secteur, circonscription, commune, rpi, *reste = valeurs
        academie, rue, boite_postale, code_postal, ville, telephone, telecopie, mel = reste
        return cls(
            jointure=entier(identifiant, "identifier"),
            uai=texte(uai),
            siren=texte(siren),
            nom=NomCourant.lire(texte(nom), "ENTStructureNomCourant"),
            type_structure=texte(type_structure),
            tutelle=texte(tutelle),
            secteur=texte(secteur),
            circonscription=entier_de(circonscription, "ENTEcoleCirconscription"),
            commune=premier(commune, "ENTEcoleCommune", Commune),
            rpi=premier(rpi, "ENTEcoleRPI", Commune),
            academie=texte(academie),
            rue=texte(rue),
            boite_postale=texte(boite_postale),
            code_postal=texte(code_postal),
            ville=texte(ville),
            telephone=texte(telephone),
            telecopie=texte(telecopie),
            mel=texte(mel),
        )
