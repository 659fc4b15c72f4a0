"""Importing AAF feeds: each is applied whole or refused whole, and leaves a report."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from services.ent import models, rules
from services.ent.use_cases import appartenances, application, chargement, ecoles, notifications
from services.ent.use_cases.contexte import Contexte
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.projets import reglages_de
from services.ent.use_cases.sql import ENTIER, par_ensembles
from shared.contracts.refus import FichierRefuse, Inconnu, Refus
from shared.formats.aaf import Categorie, TypeAlimentation
from shared.formats.aaf.depot import Depot, ouvrir
from shared.persistence.unite import Unite

TAILLE_NOM = 120
RIEN = {"desactives": 0, "absents": 0, "retraits_annonces": 0}
"""What departures did, when nobody left."""
BEAUCOUP = 500
"""People of a feed from which whole tables are joined rather than looked up."""


class Flux(Struct, frozen=True):
    """A feed to import: its file, where it comes from (`nuit`, `main`), what the AAF announced of it, if it did."""

    chemin: Path
    origine: str
    numero: int | None = None
    type_: str | None = None
    sha256: str | None = None


class _Entete(Struct, frozen=True):
    """What the names of a feed's files say."""

    type_: TypeAlimentation
    jour: date
    categories: frozenset[Categorie]


def importer(u: Unite, projet: models.Projet, flux: Flux) -> models.Import:
    """Apply a feed in the transaction of `u`, or record why it was refused; never half of it.

    The project must be locked. Raises nothing for a bad feed: the import returned says `refuse`.
    """
    digest, _ = u.fichiers.deposer_fichier(flux.chemin)
    entete: _Entete | None = None
    import_id = _prochain(u, projet.code)
    try:
        if flux.sha256 is not None and digest != flux.sha256:
            raise rules.FluxRefuse(
                "L'archive reçue n'est pas celle que l'AAF annonce : son empreinte diffère.",
                code="FLUX_TRONQUE",
                remede="L'ENT la redemandera la nuit prochaine ; sinon, la prochaine alimentation complète suffira.",
            )
        with ouvrir(flux.chemin) as depot:
            entete = _lire_entete(flux, depot)
            complet = entete.type_ is TypeAlimentation.COMPLET
            rules.juger_flux(suite_de(projet), complet, flux.numero, entete.jour)
            with u.session.begin_nested():
                compteurs = _appliquer(u, projet, depot, entete, import_id)
    except (FichierRefuse, DataError, psycopg.errors.DataError) as erreur:
        u.session.refresh(projet)
        refus = erreur if isinstance(erreur, Refus) else _valeur_illisible()
        return noter_refus(u, projet, refus, flux, digest, entete.jour if entete else None)
    projet.dernier_numero = flux.numero if flux.numero is not None else projet.dernier_numero
    projet.dernier_jour = entete.jour
    fait = models.Import(
        projet=projet.code,
        id=import_id,
        numero=flux.numero,
        type=str(entete.type_),
        jour=entete.jour,
        instant=u.maintenant,
        origine=flux.origine,
        fichier=flux.chemin.name[:TAILLE_NOM],
        digest=digest,
        etat="applique",
        code="",
        phrase="",
        remede="",
        tentatives=1,
        compteurs=compteurs,
    )
    u.session.add(fait)
    u.session.flush()
    _journaliser(u, fait)
    return fait


def suite_de(projet: models.Projet) -> rules.Suite:
    """How far an ENT was fed."""
    return rules.Suite(projet.dernier_numero, projet.dernier_jour, projet.flux == "complet")


def noter_refus(
    u: Unite, projet: models.Projet, refus: Refus, flux: Flux, digest: str | None = None, jour: date | None = None
) -> models.Import:
    """Record a refusal; the same one again (same feed, same reason) only counts one more attempt."""
    table = models.Import
    deja = u.session.scalars(
        select(table)
        .where(
            table.projet == projet.code,
            table.etat == "refuse",
            table.origine == flux.origine,
            table.numero.is_not_distinct_from(flux.numero),
            table.digest.is_not_distinct_from(digest),
            table.code == refus.code,
        )
        .order_by(table.id.desc())
        .limit(1)
    ).first()
    if deja is not None:
        deja.tentatives += 1
        deja.instant = u.maintenant
        u.session.flush()
        _journaliser(u, deja)
        return deja
    fait = table(
        projet=projet.code,
        id=_prochain(u, projet.code),
        numero=flux.numero,
        type=flux.type_ or "",
        jour=jour,
        instant=u.maintenant,
        origine=flux.origine,
        fichier=flux.chemin.name[:TAILLE_NOM],
        digest=digest,
        etat="refuse",
        code=refus.code,
        phrase=refus.phrase,
        remede=refus.remede or "",
        tentatives=1,
        compteurs={},
    )
    u.session.add(fait)
    u.session.flush()
    _journaliser(u, fait)
    return fait


def importer_a_la_main(u: Unite, code: str, contenu: BinaryIO, nom: str, numero: int | None = None) -> models.Import:
    """Import a feed that someone brings. `numero`: the AAF's number, when it is known.

    Raises `Refus` PROJET_INCONNU. A refused feed is recorded: the import returned says so.
    """
    projet = lire_projet(u, code, verrouiller=True)
    with tempfile.TemporaryDirectory(prefix="ent-") as dossier:
        chemin = Path(dossier) / nom_sur(nom)
        with chemin.open("wb") as sortie:
            while morceau := contenu.read(1 << 20):
                sortie.write(morceau)
        fait = importer(u, projet, Flux(chemin, "main", numero))
    notifications.relever(u, code, immediat=True)
    return fait


def imports(u: Unite, code: str, limite: int = 100) -> list[models.Import]:
    """The imports of a project, latest first."""
    lire_projet(u, code)
    table = models.Import
    return list(u.session.scalars(select(table).where(table.projet == code).order_by(table.id.desc()).limit(limite)))


def un_import(u: Unite, code: str, import_id: int) -> models.Import:
    """One import. Raises `Inconnu` IMPORT_INCONNU."""
    trouve = u.session.get(models.Import, {"id": import_id, "projet": code}) if abs(import_id) <= ENTIER else None
    if trouve is None:
        raise Inconnu(
            f"L'import n° {import_id} n'existe pas dans le projet « {code} ».",
            code="IMPORT_INCONNU",
            remede="La liste des imports est sur la page Administration > Imports AAF.",
        )
    return trouve


def lignes(u: Unite, code: str, import_id: int, limite: int = 1000) -> list[dict[str, Any]]:
    """What an import lists: refused records, references that dangle, each with what it says and what to do."""
    table = models.ImportLigne
    trouvees = u.session.scalars(
        select(table).where(table.projet == code, table.import_id == import_id).order_by(table.id).limit(limite)
    )
    return [
        {
            "code": x.code,
            "categorie": x.categorie,
            "aaf_id": x.aaf_id or None,
            "reference": x.reference,
            "phrase": rules.LIGNES[x.code][0],
            "detail": x.detail,
            "remede": rules.LIGNES[x.code][1],
        }
        for x in trouvees
    ]


def _appliquer(u: Unite, projet: models.Projet, depot: Depot, entete: _Entete, import_id: int) -> dict[str, Any]:
    reglages = reglages_de(projet)
    lecture = chargement.Chargement(u, projet, import_id, reglages.regle_login)
    lecture.charger(depot)
    projet.degre = lecture.degre
    complet = entete.type_ is TypeAlimentation.COMPLET
    personnes = sum(lecture.recues[c] for c in chargement.PERSONNES)
    if personnes >= BEAUCOUP:
        par_ensembles(u)
    if complet and not personnes and application.vivants(u, projet.code):
        raise rules.FluxRefuse(
            "L'alimentation complète ne contient aucune personne : tous les comptes seraient désactivés.",
            code="FLUX_VIDE",
            remede="Demandez à nouveau l'alimentation à l'académie.",
        )
    if lecture.recues[Categorie.ETABLISSEMENT]:
        projet.annee = u.profil.annee_collectee(entete.jour)
    u.session.flush()
    c = Contexte(projet.code, import_id, projet.annee, u.maintenant, reglages, complet)
    compteurs: dict[str, Any] = {"recues": {str(k): v for k, v in sorted(lecture.recues.items())}}
    compteurs |= appartenances.appliquer_reference(u, c)
    compteurs |= application.appliquer_personnes(u, c)
    compteurs |= _departs(u, c, projet, entete, lecture)
    cites = appartenances.creer_cites(u, c)
    compteurs["classes_creees"] += cites.get("division", 0)
    compteurs["groupes_crees"] += cites.get("groupe", 0)
    compteurs |= appartenances.appliquer_appartenances(u, c, compteurs["crees"] > 0)
    if projet.degre == rules.PREMIER_DEGRE:
        lecture.classes.retenir(u, c)
        ecoles.noter_niveaux(u, c)
        vides = ecoles.retirer_vides(u, c)
        compteurs["classes_retirees"] += vides.get("division", 0)
        compteurs["groupes_retires"] += vides.get("groupe", 0)
    references = appartenances.signaler_references(u, c)
    compteurs["references_manquantes"] = references
    compteurs["fiches_refusees"] = sum(n for code, n in lecture.lignes.items() if code.startswith("FICHE_"))
    compteurs["par_profil"] = _par_profil(u, c)
    chargement.vider(u, projet.code)
    return compteurs


def _departs(
    u: Unite, c: Contexte, projet: models.Projet, entete: _Entete, lecture: chargement.Chargement
) -> dict[str, int]:
    if entete.type_ is TypeAlimentation.COMPLET:
        profils: list[str] = []
        for categorie, les_profils in rules.PROFILS_DE_CATEGORIE.items():
            if categorie in entete.categories:
                profils.extend(les_profils)
            else:
                lecture.ligne("CATEGORIE_ABSENTE", categorie)
        lecture.envoyer_lignes()
        return RIEN | application.retirer_absents(u, c, profils)
    if projet.suppressions_delta == "desactiver":
        return RIEN | {"desactives": application.retirer_supprimes(u, c)}
    if projet.suppressions_delta == "ignorer":
        return RIEN
    return RIEN | {"retraits_annonces": application.annoncer_retraits(u, c)}


def _par_profil(u: Unite, c: Contexte) -> dict[str, dict[str, int]]:
    """What the import did to accounts, by event and profile."""
    compte, fait = models.Compte, models.Evenement
    comptes: dict[str, dict[str, int]] = {}
    for genre, profil, nombre in u.session.execute(
        select(fait.genre, compte.profil, func.count())
        .join(compte, (compte.projet == fait.projet) & (compte.aaf_id == fait.aaf_id))
        .where(fait.projet == c.projet, fait.import_id == c.import_id)
        .group_by(fait.genre, compte.profil)
        .order_by(fait.genre, compte.profil)
    ):
        comptes.setdefault(genre, {})[profil] = nombre
    return comptes


def _lire_entete(flux: Flux, depot: Depot) -> _Entete:
    depot.controler()
    nom = depot.fichiers[0].nom
    if nom.type_ is None or nom.jour is None:
        raise rules.FluxRefuse(
            f"« {flux.chemin.name[:TAILLE_NOM]} » ne dit ni s'il est complet ni sa date.",
            code="FLUX_SANS_TYPE",
            remede="Les fichiers attendus se nomment <projet>_<Complet|Delta>_<AAAAMMJJ>_<catégorie>_0000.xml.",
        )
    if flux.type_ is not None and flux.type_ != nom.type_:
        raise rules.FluxRefuse(
            f"L'AAF annonce une alimentation {flux.type_}, l'archive est {nom.type_}.",
            code="FLUX_DIFFERENT",
            remede=rules.ATTENDRE_COMPLET,
        )
    return _Entete(nom.type_, nom.jour, frozenset(f.nom.categorie for f in depot.fichiers))


def _valeur_illisible() -> rules.FluxRefuse:
    return rules.FluxRefuse(
        "L'alimentation contient une valeur hors des limites (un identifiant trop grand, par exemple).",
        code="FLUX_VALEUR",
        remede="Demandez à nouveau l'alimentation, ou signalez-la à son émetteur.",
    )


def _prochain(u: Unite, projet: str) -> int:
    dernier = u.session.scalar(select(func.max(models.Import.id)).where(models.Import.projet == projet))
    return (dernier or 0) + 1


def nom_sur(nom: str) -> str:
    """The name of a file brought by someone, without what could leave the folder."""
    propre = "".join(s if s.isalnum() or s in "._-" else "_" for s in nom.replace("\\", "/").rpartition("/")[2])
    return propre.lstrip(".")[-TAILLE_NOM:] or "alimentation"


def _journaliser(u: Unite, fait: models.Import) -> None:
    compteurs: Mapping[str, Any] = fait.compteurs
    genre = "complète" if fait.type == TypeAlimentation.COMPLET else fait.type or "inconnue"
    quoi = f"Alimentation {genre}" + (f" n° {fait.numero}" if fait.numero is not None else "")
    applique = fait.etat == "applique"
    u.journaliser(
        "import_aaf",
        f"{quoi} {'appliquée' if applique else 'refusée : ' + fait.code}",
        sens="lot" if fait.origine == "nuit" else "action",
        nb=sum(compteurs.get("recues", {}).values()),
        nb_refus=compteurs.get("fiches_refusees", 0) if applique else 1,
        resume={"projet": fait.projet, "import": fait.id, "etat": fait.etat, "code": fait.code, **compteurs},
        digest=fait.digest,
    )
