"""Reading a feed, as a stream, into the waiting tables: what each request says, not yet what it changes."""

# ruff: noqa: S608 - statements are composed of constants of this file, values are always parameters

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from services.ent import models, rules
from services.ent.models import attente
from services.ent.rules.logins import RegleLogin, login_de_base
from services.ent.use_cases.sql import executer
from shared.formats.aaf import (
    Categorie,
    EleveAaf,
    Enregistrement,
    EtabEducNatAaf,
    MatiereEducNatAaf,
    MefEducNatAaf,
    Modification,
    Operation,
    PersEducNatAaf,
    PersRelEleveAaf,
    Suppression,
)
from shared.formats.aaf.depot import Depot
from shared.formats.aaf.lecture import lire_depot
from shared.formats.aaf.valeurs import DansStructure, MatiereDansStructure, ValeurComposite
from shared.identifiers import cle_tri
from shared.persistence.masse import copier
from shared.persistence.unite import Unite

PAR_ENVOI = 5000
PAR_CODE = 500
"""Lines of one code that an import keeps; it counts them all."""

PERSONNES = frozenset({Categorie.ELEVE, Categorie.RESPONSABLE, Categorie.PERSONNEL})


class Personne(NamedTuple):
    """A row of the waiting people, without project, rank and sort keys."""

    profil: str | None = None
    nom: str | None = None
    prenom: str | None = None
    nom_famille: str | None = None
    civilite: str | None = None
    naissance: Any = None
    ine: str | None = None
    eleve_id: int | None = None
    mel: str | None = None
    mef: str | None = None
    libelle_mef: str | None = None
    structure_id: int | None = None
    code_postal: str | None = None
    enseignements: str | None = None


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

# Attribute → what it gives a value to, for modifications that do not name everything.
_CHAMPS = {
    "sn": "nom",
    "givenName": "prenom",
    "ENTPersonNomPatro": "nom_famille",
    "personalTitle": "civilite",
    "ENTPersonDateNaissance": "naissance",
    "ENTEleveINE": "ine",
    "ENTEleveStructRattachId": "eleve_id",
    "mail": "mel",
    "ENTEleveMEF": "mef",
    "ENTEleveLibelleMEF": "libelle_mef",
    "ENTPersonStructRattach": "structure_id",
    "ENTPersonCodePostal": "code_postal",
    "ENTEleveCodeEnseignements": "enseignements",
}
_LISTES = {
    "ENTElevePersRelEleve": ("liens",),
    "ENTPersonStructRattach": ("rattachements",),
    "ENTPersonFonctions": ("rattachements",),
    "ENTEleveClasses": ("division:eleve",),
    "ENTEleveGroupes": ("groupe:eleve",),
    "ENTAuxEnsClasses": ("division:enseignant",),
    "ENTAuxEnsClassesMatieres": ("division:enseignant",),
    "ENTAuxEnsGroupes": ("groupe:enseignant",),
    "ENTAuxEnsGroupesMatieres": ("groupe:enseignant",),
    "ENTAuxEnsClassesPrincipal": ("division:principal",),
}
_ANNULABLES = ("naissance", "eleve_id", "structure_id")
TOUT = (*_ANNULABLES, *sorted({liste for listes in _LISTES.values() for liste in listes}))
_TOUT_SQL = f"{{{','.join(TOUT)}}}"
"""The same as the database writes an array: nearly every person of a feed names everything."""


class Chargement:
    """Fills the waiting tables of a project from a feed, keeping no more than a few thousand rows in memory."""

    def __init__(self, u: Unite, projet: str, import_id: int, regle: RegleLogin = "entmip") -> None:
        self._u = u
        self._regle = regle
        self._alea = partial(u.alea, "login", projet)
        self._projet = projet
        self._import = import_id
        self._rang = 0
        self._tampons: dict[type[models.Base], list[tuple[Any, ...]]] = {table: [] for table in COLONNES}
        self.lignes: Counter[str] = Counter()
        self.recues: Counter[str] = Counter()

    def charger(self, depot: Depot) -> None:
        """Read the whole feed. Raises what `lire_depot` raises: call within a savepoint."""
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
        enregistrement = Enregistrement(categorie, operation.id, operation.noms, operation.valeurs)
        try:
            self._fiche(operation, enregistrement)
        except ValeurComposite as refus:
            identifiant = int(operation.id) if categorie in PERSONNES else 0
            self.ligne("FICHE_ILLISIBLE", categorie, identifiant, detail=refus.phrase)
            if categorie in PERSONNES:
                self._personne(operation, "R", Personne(), ())

    def _fiche(self, operation: Operation, enregistrement: Enregistrement) -> None:
        match operation.categorie:
            case Categorie.ETABLISSEMENT:
                self._structure(EtabEducNatAaf.from_enregistrement(enregistrement), operation.noms)
            case Categorie.MEF:
                mef = MefEducNatAaf.from_enregistrement(enregistrement)
                self._garder(attente.AttenteLibelle, (self._projet, "mef", mef.code, mef.libelle))
            case Categorie.MATIERE:
                matiere = MatiereEducNatAaf.from_enregistrement(enregistrement)
                self._garder(attente.AttenteLibelle, (self._projet, "matiere", matiere.code, matiere.libelle))
            case Categorie.ELEVE:
                self._nominatif(operation, *_eleve(EleveAaf.from_enregistrement(enregistrement)))
            case Categorie.RESPONSABLE:
                self._nominatif(operation, _responsable(PersRelEleveAaf.from_enregistrement(enregistrement)))
            case Categorie.PERSONNEL:
                self._nominatif(operation, *_personnel(PersEducNatAaf.from_enregistrement(enregistrement)))

    def _structure(self, fiche: EtabEducNatAaf, noms: Iterable[str]) -> None:
        self._garder(
            attente.AttenteStructure,
            (
                self._projet,
                self._rang,
                fiche.jointure,
                fiche.uai,
                fiche.nom.sigle,
                fiche.nom.patronyme,
                fiche.nom.commune or fiche.commune,
                fiche.code_type_structure or fiche.type_structure,
                "ENTStructureClasses" in noms,
                "ENTStructureGroupes" in noms,
            ),
        )
        for d in fiche.divisions:
            ligne = (self._projet, self._rang, "division", d.nom, d.libelle or d.nom, list(d.mefs))
            self._garder(attente.AttenteEnsemble, ligne)
        for g in fiche.groupes:
            ligne = (self._projet, self._rang, "groupe", g.nom, g.libelle or g.nom, list(g.divisions))
            self._garder(attente.AttenteEnsemble, ligne)

    def _nominatif(
        self,
        operation: Operation,
        personne: Personne,
        rattachements: Iterable[tuple[int, str]] = (),
        membres: Iterable[tuple[int, str, str, str, str]] = (),
        liens: Iterable[tuple[Any, ...]] = (),
    ) -> None:
        """Keep a person and what she names, unless her record has no name."""
        nommes: tuple[str, ...] = TOUT
        op = "A"
        if isinstance(operation, Modification):
            op = "M"
            personne, nommes = _seulement(personne, operation.noms)
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


def _seulement(personne: Personne, noms: Iterable[str]) -> tuple[Personne, tuple[str, ...]]:
    """What a modification names, the rest unknown; and the lists that it replaces."""
    presents = set(noms)
    champs = {champ for attribut, champ in _CHAMPS.items() if attribut in presents}
    if "ENTPersonCategorieEnseignant" in presents:
        champs.add("profil")
    listes = {liste for attribut, les in _LISTES.items() if attribut in presents for liste in les}
    gardes = {champ: valeur for champ, valeur in personne._asdict().items() if champ in champs}
    if personne.profil in ("eleve", "responsable"):
        gardes["profil"] = personne.profil
    return Personne(**gardes), tuple(nom for nom in TOUT if nom in listes or nom in champs)


def _eleve(
    fiche: EleveAaf,
) -> tuple[Personne, list[tuple[int, str]], list[tuple[int, str, str, str, str]], list[tuple[Any, ...]]]:
    personne = Personne(
        "eleve",
        fiche.nom_usage or fiche.nom_famille,
        fiche.prenom,
        fiche.nom_famille,
        fiche.civilite,
        fiche.naissance,
        fiche.ine,
        fiche.eleve_id,
        "",
        fiche.mef,
        fiche.libelle_mef,
        fiche.structure,
        fiche.code_postal,
        " ".join([code for code, _ in fiche.enseignements if code]),
    )
    rattachements = [] if fiche.structure is None else [(fiche.structure, "[]")]
    membres = [(c.structure, "division", c.nom, "eleve", "") for c in fiche.classes]
    membres += [(g.structure, "groupe", g.nom, "eleve", "") for g in fiche.groupes]
    return personne, rattachements, membres, [tuple(lien) for lien in _liens(fiche)]


def _liens(fiche: EleveAaf) -> Iterable[tuple[Any, ...]]:
    for li in fiche.liens:
        yield li.personne, li.type_lien, li.legal, li.financier, li.contact, li.paiement


def _responsable(fiche: PersRelEleveAaf) -> Personne:
    return Personne(
        "responsable",
        fiche.nom_usage or fiche.nom_famille,
        fiche.prenom,
        fiche.nom_famille,
        fiche.civilite,
        fiche.naissance,
        "",
        None,
        fiche.mels[0] if fiche.mels else "",
        "",
        "",
        None,
        fiche.code_postal,
    )


def _personnel(
    fiche: PersEducNatAaf,
) -> tuple[Personne, list[tuple[int, str]], list[tuple[int, str, str, str, str]]]:
    fonctions: dict[int, list[tuple[str, ...]]] = {}
    for f in fiche.fonctions:
        fonctions.setdefault(f.structure, []).append(tuple(f[1:]))
    if fiche.structure is not None:
        fonctions.setdefault(fiche.structure, [])
    membres: dict[tuple[int, str, str, str, str], None] = {}
    _enseignements(membres, "division", fiche.matieres_classes, fiche.classes)
    _enseignements(membres, "groupe", fiche.matieres_groupes, fiche.groupes)
    for p in fiche.principal:
        membres[(p.structure, "division", p.nom, "principal", "")] = None
    for structure, *_ in membres:
        fonctions.setdefault(structure, [])
    personne = Personne(
        rules.profil_personnel(fiche.enseignant, fiche.devant_eleves, [f.code for f in fiche.fonctions]),
        fiche.nom_usage or fiche.nom_famille,
        fiche.prenom,
        fiche.nom_famille,
        fiche.civilite,
        fiche.naissance,
        "",
        None,
        fiche.mel,
        "",
        "",
        fiche.structure,
        "",
    )
    rattachements = [(s, json.dumps(fonctions[s], ensure_ascii=False)) for s in sorted(fonctions)]
    return personne, rattachements, list(membres)


def _enseignements(
    membres: dict[tuple[int, str, str, str, str], None],
    genre: str,
    matieres: Iterable[MatiereDansStructure],
    simples: Iterable[DansStructure],
) -> None:
    """A class or group taught, once per matière; without matière when the feed only names it."""
    vus = set()
    for m in matieres:
        membres[(m.structure, genre, m.nom, "enseignant", m.matiere)] = None
        vus.add((m.structure, m.nom))
    for s in simples:
        if (s.structure, s.nom) not in vus:
            membres[(s.structure, genre, s.nom, "enseignant", "")] = None
