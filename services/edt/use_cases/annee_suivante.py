"""« Préparer l'année suivante » and « Initialiser la base » of PRONOTE (EDT-07, EDT-44).

Source: guide 003 sections 2.1 and 3.4.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from sqlalchemy import func, select

from services.edt import models as m
from services.edt import rules
from services.edt.use_cases import bases, preparation_fichier, pronote
from services.edt.use_cases.exports import FichierExporte, noter
from services.edt.use_cases.lignes import ajouter, verifier
from shared.contracts.refus import FichierRefuse, Inconnu, Refus
from shared.persistence.unite import Unite

Destination = Literal["ordinateur", "hebergee"]
Source = tuple[str, bytes] | Literal["hebergee"] | None
"""The previous year's file: name and bytes, the one left on the hosted machine, or none."""
SUR_MA_MACHINE = "Sur ma machine hébergée"


def preparer(u: Unite, uai: str, annee: int, destination: Destination = "ordinateur") -> FichierExporte:
    """Write the file that next year's PRONOTE base takes in; on the hosted machine it outlives this base.

    Raises `Inconnu` BASE_INCONNUE, `Refus` PRONOTE_NON_HEBERGE, RIEN_A_PREPARER.
    """
    base = bases.trouver(u, uai, annee)
    if destination == "hebergee" and not base.hebergee:
        raise Refus(
            "La base PRONOTE de l'établissement n'est pas hébergée.",
            code="PRONOTE_NON_HEBERGE",
            statut=409,
            regle="EDT-07",
            remede="Enregistrez le fichier sur votre ordinateur, ou dites dans « PRONOTE hébergé » qu'elle l'est.",
        )
    elements = [x for lignes in pronote.lister(u, uai, annee).values() for x in lignes]
    if not elements:
        raise Refus(
            "La base PRONOTE n'a rien à transmettre à l'année suivante.",
            code="RIEN_A_PREPARER",
            remede="Saisissez dans PRONOTE, onglet « Ressources », les utilisateurs, courriers types, compétences, "
            "photos ou modèles à garder.",
        )
    reel = rules.etablissement(uai)
    document = preparation_fichier.Document(
        version=1,
        uai=reel,
        annee=annee,
        elements=[
            preparation_fichier.Element(genre=_genre(x), code=x.code, libelle=x.libelle, texte=x.texte)
            for x in elements
        ],
    )
    photos = [(x.code, u.fichiers.lire(x.digest)) for x in elements if x.digest]
    nom = preparation_fichier.nom_fichier(reel, annee)
    contenu = preparation_fichier.ecrire(document, photos, u.horloge.local())
    ou = f"« {SUR_MA_MACHINE} »" if destination == "hebergee" else "sur votre ordinateur"
    fichier = FichierExporte(nom, contenu, f"Le fichier {nom} est enregistré {ou}")
    if destination == "hebergee":
        digest = u.fichiers.deposer(contenu)
        u.session.merge(m.PreparationHebergee(uai=reel, annee=annee, instant=u.maintenant, nom=nom, digest=digest))
    return noter(u, uai, annee, "preparation", fichier, len(elements))


def _genre(element: m.ElementPronote) -> pronote.Genre:
    return next(g for g in pronote.GENRES if g == element.genre)


def hebergee(u: Unite, uai: str, annee: int) -> m.PreparationHebergee | None:
    """The file that last year's base left on the hosted machine, for the base of `annee`; None without one."""
    return u.session.get(m.PreparationHebergee, (rules.etablissement(uai), annee - 1))


def initialiser(
    u: Unite,
    uai: str,
    annee: int,
    fichier: Source = None,
    genres: Collection[pronote.Genre] = pronote.GENRES,
) -> dict[str, Any]:
    """Make the year's PRONOTE base from EDT's data, and take over what the previous year's file holds.

    `fichier`: a file (name, bytes), the one left on the hosted machine, or none; `genres`: what is taken of it. Photos
    of pupils who are not in the base are left. Again, it takes what it did not have yet and replaces what it had.
    Raises `Inconnu` BASE_INCONNUE, SANS_PREPARATION, `Refus` EDT_VIDE, `FichierRefuse` SELECTION_VIDE,
    PREPARATION_ILLISIBLE, AUTRE_ETABLISSEMENT, AUTRE_ANNEE, PHOTO_REFUSEE.
    """
    base = bases.trouver(u, uai, annee)
    reprises = _lire(u, uai, annee, fichier)
    edt = _donnees_edt(u, uai, annee)
    if not edt["classes"] or not edt["professeurs"]:
        raise Refus(
            "Les données d'EDT n'ont encore ni classe ni professeur : PRONOTE ne peut pas en être initialisé.",
            code="EDT_VIDE",
            statut=409,
            regle="EDT-44",
            remede="Dans EDT, Fichier > Avec STSWEB > Récupérer les données, puis recommencez.",
        )
    nb: dict[str, int] = dict.fromkeys(pronote.GENRES, 0)
    sans_eleve = 0
    if reprises is not None:
        eleves = {str(n) for n in u.session.scalars(select(m.Eleve.eleve_id).filter_by(uai=uai, annee=annee))}
        lignes = {}
        for x in reprises.document.elements:
            if x.genre not in genres:
                continue
            if x.genre == "photo" and (x.code not in eleves or x.code not in reprises.photos):
                sans_eleve += 1
                continue
            lignes[x.genre, x.code] = _ligne(u, uai, annee, x, reprises.photos)
        for genre, _ in lignes:
            nb[genre] += 1
        cle = ("uai", "annee", "genre", "code")
        ajouter(u, m.ElementPronote, list(lignes.values()), cle, ("libelle", "texte", "digest"))
        base = bases.trouver(u, uai, annee)
    base.pronote_initialisee_le = u.maintenant
    u.journaliser(
        "pronote_initialisation",
        "Base PRONOTE initialisée",
        uai=uai,
        annee=annee,
        nb=sum(nb.values()),
        nb_refus=sans_eleve,
        resume=edt | nb,
    )
    return {"edt": edt, "repris": nb, "photos_sans_eleve": sans_eleve}


def _lire(u: Unite, uai: str, annee: int, fichier: Source) -> preparation_fichier.Preparation | None:
    if fichier is None:
        return None
    if fichier == "hebergee":
        depose = hebergee(u, uai, annee)
        if depose is None:
            raise Inconnu(
                f"Aucun fichier de l'année {annee - 1}-{annee} n'est sur la machine hébergée.",
                code="SANS_PREPARATION",
                regle="EDT-07",
                remede="Dans la base de l'année précédente : PRONOTE, Fichier > Préparer l'année suivante.",
            )
        fichier = (depose.nom, u.fichiers.lire(depose.digest))
    nom, contenu = fichier
    if not contenu:
        raise FichierRefuse(
            "Aucun fichier n'est choisi.",
            code="SELECTION_VIDE",
            remede="Choisissez le fichier écrit par « Préparer l'année suivante », ou ne reprenez rien.",
        )
    lu = preparation_fichier.lire(contenu, nom)
    verifier(nom, rules.etablissement(uai), annee - 1, lu.document.uai, lu.document.annee)
    return lu


def _ligne(
    u: Unite, uai: str, annee: int, x: preparation_fichier.Element, photos: dict[str, bytes]
) -> dict[str, str | int | None]:
    digest = None
    if x.genre == "photo":
        pronote.verifier_photo(preparation_fichier.PHOTOS + x.code, photos[x.code])
        digest = u.fichiers.deposer(photos[x.code])
    return {
        "uai": uai,
        "annee": annee,
        "genre": x.genre,
        "code": x.code,
        "libelle": x.libelle,
        "texte": x.texte,
        "digest": digest,
    }


def _donnees_edt(u: Unite, uai: str, annee: int) -> dict[str, int]:
    """What PRONOTE takes of EDT, in counts."""

    def compter(table: Any, **criteres: str) -> int:
        requete = select(func.count()).select_from(table).filter_by(uai=uai, annee=annee, **criteres)
        return u.session.scalar(requete) or 0

    return {
        "classes": compter(m.Structure, type="D"),
        "groupes": compter(m.Structure, type="G"),
        "professeurs": compter(m.Professeur),
        "eleves": compter(m.Eleve),
        "cours": compter(m.Cours),
    }
