"""What a PRONOTE base keeps beside EDT's data, and where it runs (EDT-07, EDT-44)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from sqlalchemy import select

from services.edt import models as m
from services.edt.use_cases import bases
from shared.contracts.refus import FichierRefuse, Inconnu, Lieu, Refus
from shared.persistence.unite import Unite

Genre = Literal["utilisateur", "courrier", "competence", "photo", "modele"]
GENRES: tuple[Genre, ...] = get_args(Genre)
TITRES: Mapping[Genre, str] = {
    "utilisateur": "Utilisateurs (administratifs)",
    "courrier": "Courriers types",
    "competence": "Compétences",
    "photo": "Photos",
    "modele": "Modèles",
}
"""What the guide lists, in its order and words (003 section 3.4)."""
IMAGES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
POIDS_MAX = 500_000
LONGUEUR_MAX = 120
TEXTE_MAX = 20_000


def lister(u: Unite, uai: str, annee: int) -> dict[Genre, list[m.ElementPronote]]:
    """What the base keeps, by kind; every kind is there."""
    bases.trouver(u, uai, annee)
    table = m.ElementPronote
    lignes = u.session.scalars(select(table).filter_by(uai=uai, annee=annee).order_by(table.genre, table.code)).all()
    return {genre: [x for x in lignes if x.genre == genre] for genre in GENRES}


def ajouter(u: Unite, uai: str, annee: int, genre: Genre, libelle: str, texte: str = "") -> str:
    """Add a user, a courrier type, a compétence or a modèle; the same label again changes its text. Its code.

    Raises `Refus` ELEMENT_SANS_NOM, ELEMENT_TROP_LONG, PHOTO_SANS_ELEVE.
    """
    bases.trouver(u, uai, annee)
    libelle = " ".join(libelle.split())
    if genre == "photo":
        raise Refus(
            "Une photo est celle d'un élève.",
            code="PHOTO_SANS_ELEVE",
            remede="Choisissez l'élève et le fichier de sa photo.",
        )
    if not libelle:
        raise Refus("Cette ligne n'a pas de nom.", code="ELEMENT_SANS_NOM", remede="Donnez-lui un nom.")
    if len(libelle) > LONGUEUR_MAX or len(texte) > TEXTE_MAX:
        raise Refus(
            f"Le nom ou le texte est trop long : {len(libelle)} et {len(texte)} caractères.",
            code="ELEMENT_TROP_LONG",
            remede=f"Tenez-vous à {LONGUEUR_MAX} caractères pour le nom, {TEXTE_MAX} pour le texte.",
        )
    u.session.merge(
        m.ElementPronote(uai=uai, annee=annee, genre=genre, code=libelle, libelle=libelle, texte=texte, digest=None)
    )
    u.journaliser("pronote", f"PRONOTE, {TITRES[genre]} : ligne enregistrée", uai=uai, annee=annee, nb=1)
    return libelle


def deposer_photo(u: Unite, uai: str, annee: int, eleve_id: int, nom: str, contenu: bytes) -> None:
    """Give a pupil her photo. Raises `Inconnu` ELEVE_INCONNU, `FichierRefuse` PHOTO_REFUSEE."""
    bases.trouver(u, uai, annee)
    if eleve_id.bit_length() > 63 or u.session.get(m.Eleve, (uai, annee, eleve_id)) is None:
        raise Inconnu(
            "Cet élève n'est pas dans la base.",
            code="ELEVE_INCONNU",
            remede="Récupérez les données des élèves depuis SIECLE, puis choisissez l'élève dans la liste.",
        )
    verifier_photo(nom, contenu)
    u.session.merge(
        m.ElementPronote(
            uai=uai,
            annee=annee,
            genre="photo",
            code=str(eleve_id),
            libelle=f"Photo de l'élève {eleve_id}",
            texte="",
            digest=u.fichiers.deposer(contenu),
        )
    )
    u.journaliser("pronote", "PRONOTE, Photos : photo enregistrée", uai=uai, annee=annee, nb=1)


def verifier_photo(nom: str, contenu: bytes) -> str:
    """The media type of an image. Raises `FichierRefuse` PHOTO_REFUSEE."""
    genre = next((g for debut, g in IMAGES.items() if contenu.startswith(debut)), None)
    if genre is None or len(contenu) > POIDS_MAX:
        quoi = "n'est pas une image JPEG ou PNG" if genre is None else f"pèse plus de {POIDS_MAX // 1000} ko"
        raise FichierRefuse(
            f"La photo {quoi}.",
            code="PHOTO_REFUSEE",
            lieu=Lieu(nom),
            remede=f"Prenez une image JPEG ou PNG de {POIDS_MAX // 1000} ko au plus.",
        )
    return genre


def lire_photo(u: Unite, uai: str, annee: int, eleve_id: int) -> tuple[str, bytes]:
    """A pupil's photo: media type, bytes. Raises `Inconnu` PHOTO_INCONNUE."""
    element = u.session.get(m.ElementPronote, (uai, annee, "photo", str(eleve_id)))
    if element is None or element.digest is None:
        raise Inconnu("Cet élève n'a pas de photo.", code="PHOTO_INCONNUE", remede="Déposez-en une.")
    contenu = u.fichiers.lire(element.digest)
    return verifier_photo(element.libelle, contenu), contenu


def supprimer(u: Unite, uai: str, annee: int, genre: Genre, code: str) -> None:
    """Remove a line. Raises `Inconnu` ELEMENT_INCONNU."""
    bases.trouver(u, uai, annee)
    element = u.session.get(m.ElementPronote, (uai, annee, genre, code))
    if element is None:
        raise Inconnu(
            "Cette ligne n'est plus dans la base.",
            code="ELEMENT_INCONNU",
            remede="Rechargez la page : quelqu'un l'a peut-être supprimée.",
        )
    u.session.delete(element)
    u.journaliser("pronote", f"PRONOTE, {TITRES[genre]} : ligne supprimée", uai=uai, annee=annee, nb=1)


def heberger(u: Unite, uai: str, annee: int, hebergee: bool) -> None:
    """Say whether PRONOTE runs on a machine of its editor, or on the school's own."""
    bases.trouver(u, uai, annee).hebergee = hebergee
    ou = "hébergé par l'éditeur" if hebergee else "installé dans l'établissement"
    u.journaliser("pronote", f"PRONOTE {ou}", uai=uai, annee=annee)
