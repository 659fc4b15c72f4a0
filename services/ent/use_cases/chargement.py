"""Reading a feed, as a stream, into the waiting tables: what each request says, not yet what it changes."""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property, partial
from typing import Any

from services.ent import models, rules
from services.ent.models import attente
from services.ent.rules.logins import RegleLogin, login_de_base
from services.ent.use_cases import chargement_ecoles, chargement_personnes
from services.ent.use_cases.chargement_personnes import TOUT, Lien, Membre, Personne, Rattachement, seulement
from services.ent.use_cases.ecoles import NomsDeClasses
from services.ent.use_cases.sql import executer
from shared.formats.aaf import (
    Categorie,
    Degre,
    EleveAaf,
    EleveAaf1d,
    Enregistrement,
    EtabEducNatAaf,
    EtabEducNatAaf1d,
    MatiereEducNatAaf,
    MefEducNatAaf,
    Modification,
    Operation,
    PersEducNatAaf,
    PersEducNatAaf1d,
    PersRelEleveAaf,
    PersRelEleveAaf1d,
    Suppression,
    degre_de,
)
from shared.formats.aaf.depot import Depot
from shared.formats.aaf.lecture import lire_depot
from shared.formats.aaf.valeurs import CodeLibelle, NomCourant, ValeurComposite
from shared.identifiers import cle_tri
from shared.persistence.masse import copier
from shared.persistence.unite import Unite

PAR_ENVOI = 5000
PAR_CODE = 500
"""Lines of one code that an import keeps; it counts them all."""

PERSONNES = frozenset({Categorie.ELEVE, Categorie.RESPONSABLE, Categorie.PERSONNEL})


COLONNES: dict[type[models.Base], tuple[str, ...]] = {
    attente.AttentePersonne: (
        *("projet", "rang", "aaf_id", "op", "categorie"),
        *Personne._fields,
        *("cle_tri", "login_base", "nommes"),
    ),
    attente.AttenteStructure: (
        *("projet", "rang", "id", "uai", "sigle", "nom", "commune", "nature"),
        *("classes_declarees", "groupes_declares"),
    ),
    attente.AttenteEnsemble: ("projet", "rang", "genre", "nom", "libelle", "parents"),
    attente.AttenteLibelle: ("projet", "genre", "code", "libelle"),
    attente.AttenteRattachement: ("projet", "rang", "structure_id", "fonctions"),
    attente.AttenteMembre: ("projet", "rang", "structure_id", "genre", "nom", "role", "matiere"),
    attente.AttenteLien: (
        "projet",
        "rang",
        "responsable_id",
        "type_lien",
        "legal",
        "financier",
        "contact",
        "paiement",
    ),
    models.ImportLigne: ("projet", "import_id", "code", "categorie", "aaf_id", "reference", "detail"),
}

_TOUT_SQL = f"{{{','.join(TOUT)}}}"
"""The same as the database writes an array: nearly every person of a feed names everything."""


class Chargement:
    """Fills the waiting tables of a project from a feed, keeping no more than a few thousand rows in memory.

    `degre`: that of the feed and of its project, "" while no record told it.
    """

    def __init__(self, u: Unite, projet: models.Projet, import_id: int, regle: RegleLogin = "entmip") -> None:
        self._u = u
        self._regle = regle
        self._alea = partial(u.alea, "login", projet.code)
        self._projet = projet.code
        self._import = import_id
        self.degre = self._attendu = projet.degre
        self._projet_lu = projet
        self._noms: tuple[str, ...] | None = None
        self._niveaux: set[str] = set()
        self._rang = 0
        self._tampons: dict[type[models.Base], list[tuple[Any, ...]]] = {table: [] for table in COLONNES}
        self.lignes: Counter[str] = Counter()
        self.recues: Counter[str] = Counter()

    @cached_property
    def classes(self) -> NomsDeClasses:
        """The names of the classes of the first degree, read when the first pupil names one."""
        return NomsDeClasses(self._u, self._projet_lu)

    def charger(self, depot: Depot) -> None:
        """Read the whole feed. Raises what `lire_depot` raises, `FluxRefuse`: call within a savepoint."""
        vider(self._u, self._projet)
        for operation in lire_depot(depot):
            self._rang += 1
            self.recues[operation.categorie] += 1
            self._operation(operation)
        for table in COLONNES:
            self._envoyer(table)

    def envoyer_lignes(self) -> None:
        """Write the lines kept since the feed was read."""
        self._envoyer(models.ImportLigne)

    def ligne(self, code: str, categorie: str, aaf_id: int = 0, reference: str = "", detail: str = "") -> None:
        """Keep a line for the report."""
        self.lignes[code] += 1
        if self.lignes[code] <= PAR_CODE:
            self._garder(
                models.ImportLigne,
                (self._projet, self._import, code, categorie, aaf_id, reference, detail),
            )

    def _garder(self, table: type[models.Base], ligne: tuple[Any, ...]) -> None:
        tampon = self._tampons[table]
        tampon.append(ligne)
        if len(tampon) >= PAR_ENVOI:
            self._envoyer(table)

    def _envoyer(self, table: type[models.Base]) -> None:
        if self._tampons[table]:
            copier(self._u.session, table, COLONNES[table], self._tampons[table])
            self._tampons[table] = []

    def _operation(self, operation: Operation) -> None:
        categorie = operation.categorie
        if categorie in PERSONNES and not (operation.id.isascii() and operation.id.isdigit()):
            self.ligne("FICHE_ILLISIBLE", categorie, detail="L'identifiant n'est pas un nombre entier.")
            return
        if isinstance(operation, Suppression):
            if categorie in PERSONNES:
                self._personne(operation, "S", Personne(), ())
            return
        if operation.noms is not self._noms:
            self._reconnaitre(operation)
        enregistrement = Enregistrement(categorie, operation.id, operation.noms, operation.valeurs)
        try:
            if self.degre == Degre.PREMIER:
                self._fiche_1d(operation, enregistrement)
            else:
                self._fiche(operation, enregistrement)
        except ValeurComposite as refus:
            identifiant = int(operation.id) if categorie in PERSONNES else 0
            self.ligne("FICHE_ILLISIBLE", categorie, identifiant, detail=refus.phrase)
            if categorie in PERSONNES:
                self._personne(operation, "R", Personne(), ())

    def _reconnaitre(self, operation: Operation) -> None:
        """The degree of the records that name these attributes: those of a file mostly share one tuple."""
        self._noms = operation.noms
        dit = degre_de(operation.categorie, operation.noms)
        if dit is not None:
            rules.juger_degre(self._attendu, self.degre, str(dit))
            self.degre = str(dit)

    def _fiche(self, operation: Operation, enregistrement: Enregistrement) -> None:
        match operation.categorie:
            case Categorie.ETABLISSEMENT:
                etab = EtabEducNatAaf.from_enregistrement(enregistrement)
                commune = etab.nom.commune or etab.commune
                nature = etab.code_type_structure or etab.type_structure
                self._structure(etab.jointure, etab.uai, etab.nom, commune, nature, operation.noms)
                self._declares("division", [(d.nom, d.libelle, d.mefs) for d in etab.divisions])
                self._declares("groupe", [(g.nom, g.libelle, g.divisions) for g in etab.groupes])
            case Categorie.MEF:
                mef = MefEducNatAaf.from_enregistrement(enregistrement)
                self._garder(attente.AttenteLibelle, (self._projet, "mef", mef.code, mef.libelle))
            case Categorie.MATIERE:
                matiere = MatiereEducNatAaf.from_enregistrement(enregistrement)
                self._garder(attente.AttenteLibelle, (self._projet, "matiere", matiere.code, matiere.libelle))
            case Categorie.ELEVE:
                eleve = EleveAaf.from_enregistrement(enregistrement)
                self._nominatif(operation, *chargement_personnes.eleve(eleve))
            case Categorie.RESPONSABLE:
                responsable = PersRelEleveAaf.from_enregistrement(enregistrement)
                self._nominatif(operation, chargement_personnes.responsable(responsable))
            case Categorie.PERSONNEL:
                personnel = PersEducNatAaf.from_enregistrement(enregistrement)
                self._nominatif(operation, *chargement_personnes.personnel(personnel))

    def _fiche_1d(self, operation: Operation, enregistrement: Enregistrement) -> None:
        match operation.categorie:
            case Categorie.ETABLISSEMENT:
                ecole = EtabEducNatAaf1d.from_enregistrement(enregistrement)
                commune = ecole.nom.commune or (ecole.commune.nom if ecole.commune else ecole.ville)
                self._structure(ecole.jointure, ecole.uai, ecole.nom, commune, ecole.type_structure, operation.noms)
            case Categorie.ELEVE:
                eleve = EleveAaf1d.from_enregistrement(enregistrement)
                self._niveau(eleve.niveau)
                self._nominatif(operation, *chargement_ecoles.eleve(eleve, self.classes))
            case Categorie.RESPONSABLE:
                responsable = PersRelEleveAaf1d.from_enregistrement(enregistrement)
                self._nominatif(operation, chargement_personnes.responsable(responsable))
            case Categorie.PERSONNEL:
                personnel = PersEducNatAaf1d.from_enregistrement(enregistrement)
                self._nominatif(operation, *chargement_ecoles.personnel(personnel))

    def _niveau(self, niveau: CodeLibelle | None) -> None:
        """A level that a pupil names: the first degree has no other nomenclature."""
        if niveau is not None and niveau.code not in self._niveaux:
            self._niveaux.add(niveau.code)
            self._garder(attente.AttenteLibelle, (self._projet, "mef", *niveau))

    def _structure(
        self, jointure: int, uai: str, nom: NomCourant, commune: str, nature: str, noms: Iterable[str]
    ) -> None:
        lui = (jointure, uai, nom.sigle, nom.patronyme, commune, nature)
        declare = "ENTStructureClasses" in noms, "ENTStructureGroupes" in noms
        self._garder(attente.AttenteStructure, (self._projet, self._rang, *lui, *declare))

    def _declares(self, genre: str, ensembles: Iterable[tuple[str, str, Iterable[str]]]) -> None:
        for nom, libelle, parents in ensembles:
            ligne = (self._projet, self._rang, genre, nom, libelle or nom, list(parents))
            self._garder(attente.AttenteEnsemble, ligne)

    def _nominatif(
        self,
        operation: Operation,
        personne: Personne,
        rattachements: Iterable[Rattachement] = (),
        membres: Iterable[Membre] = (),
        liens: Iterable[Lien] = (),
    ) -> None:
        """Keep a person and what she names, unless her record has no name."""
        nommes: tuple[str, ...] = TOUT
        op = "A"
        if isinstance(operation, Modification):
            op = "M"
            premier = self.degre == Degre.PREMIER
            attributs = chargement_ecoles.ATTRIBUTS if premier else chargement_personnes.ATTRIBUTS
            personne, nommes = seulement(personne, operation.noms, attributs)
        if personne.nom == "" or personne.prenom == "":
            self.ligne("FICHE_SANS_NOM", operation.categorie, int(operation.id))
            self._personne(operation, "R", Personne(), ())
            return
        self._personne(operation, op, personne, nommes)
        for structure, fonctions in rattachements:
            self._garder(attente.AttenteRattachement, (self._projet, self._rang, structure, fonctions))
        for membre in membres:
            self._garder(attente.AttenteMembre, (self._projet, self._rang, *membre))
        for lien in liens:
            self._garder(attente.AttenteLien, (self._projet, self._rang, *lien))

    def _personne(self, operation: Operation, op: str, personne: Personne, nommes: tuple[str, ...]) -> None:
        nom, prenom = personne.nom, personne.prenom
        complets = nom is not None and prenom is not None
        self._garder(
            attente.AttentePersonne,
            (
                self._projet,
                self._rang,
                int(operation.id),
                op,
                str(operation.categorie),
                *personne,
                cle_tri(f"{nom} {prenom}") if complets else None,
                login_de_base(prenom, nom, self._regle, self._alea) if nom is not None and prenom is not None else None,
                _TOUT_SQL if nommes is TOUT else list(nommes),
            ),
        )


def vider(u: Unite, projet: str) -> None:
    """Empty the waiting tables of a project, in one statement."""
    executer(u, _VIDER, projet=projet)


_VIDER = "WITH {} SELECT".format(
    ", ".join(
        f"{table.__tablename__}_vide AS (DELETE FROM {table.__tablename__} WHERE projet = :projet)"
        for table in models.ATTENTES
    )
)
