"""The records of the timetable software's files.

The numbers (`Ident`) of an ExportEmploiDuTemps hold in one file only: each object is designated by what lasts (code,
name of a class, identifier of STS or SIECLE), and so is what refers to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from msgspec.structs import astuple

from shared.formats.comparaison.fiches import Champs, FicheComparee, cle_de, en_texte, marques, reunis, sans_identifiant
from shared.formats.comparaison.siecle import ELEVES, Ouvrir
from shared.formats.edt import Brut, CoursExporte, Fiche, LecteurEdt, LecteurExpCours, lire_udcal, ouvrir_edt
from shared.formats.edt import enregistrements as r
from shared.formats.edt import udcal as u
from shared.formats.edt.moteur import Attribut

COURS = "cours"
_CATEGORIES: dict[type[Fiche], str] = {
    r.EnTete: "paramètres",
    r.AnneeScolaire: "années scolaires",
    r.GrilleHoraire: "grille horaire",
    r.Etablissement: "établissements",
    r.Matiere: "matières",
    r.Professeur: "enseignants",
    r.Personnel: "personnels",
    r.Classe: "divisions",
    r.Groupe: "groupes",
    r.Salle: "salles",
    r.Materiel: "matériels",
    r.Responsable: "responsables",
    r.Eleve: ELEVES,
    r.Cours: COURS,
}
_SORTES = {"ProfesseurPrincipal": "Professeur"}
_CLES: dict[type[Fiche], Callable[[Any], str]] = {
    r.Etablissement: lambda f: cle_de(f.numero or f.nom),
    r.Matiere: lambda f: cle_de(f.code or f.libelle),
    r.Professeur: lambda f: f.id_sts or f.idpn or sans_identifiant(f.nom, f.prenom),
    r.Personnel: lambda f: sans_identifiant(f.nom or "", f.prenom or ""),
    r.Classe: lambda f: str(f.nom).strip(),
    r.Groupe: lambda f: str(f.nom).strip(),
    r.Salle: lambda f: str(f.nom).strip(),
    r.Materiel: lambda f: str(f.nom or "").strip(),
    r.Responsable: lambda f: f.idpn or sans_identifiant(f.nom or "", f.prenom or "", str(f.date_naissance)),
    r.Eleve: lambda f: cle_eleve(f),
}


def cle_eleve(eleve: r.Eleve) -> str:
    """SIECLE's key, else the INE, else the key that never changes."""
    if eleve.id_sconet:
        return eleve.id_sconet
    if eleve.numero_national:
        return f"INE {eleve.numero_national}"
    return eleve.idpn or sans_identifiant(eleve.nom, eleve.prenom, str(eleve.date_naissance))


class _Renvois:
    """What each number of a file designates."""

    def __init__(self, fiches: Iterator[Fiche]) -> None:
        self._cles: dict[tuple[str, int], str] = {}
        for fiche in fiches:
            fabrique = _CLES.get(type(fiche))
            if fabrique is None:
                continue
            cle = fabrique(fiche)
            self._cles[type(fiche).__name__, fiche.ident] = cle  # type: ignore[attr-defined]
            if isinstance(fiche, r.Classe):
                for rang, partie in enumerate(fiche.parties, 1):
                    self._cles["PartieDeClasse", partie.ident] = f"{cle}#{rang}"

    def cle(self, sorte: str, ident: int) -> str:
        return self._cles.get((_SORTES.get(sorte, sorte), ident), f"{sorte} inconnu")


def _champs(fiche: Fiche, renvois: _Renvois | None, sauf: tuple[str, ...] = ()) -> Champs:
    """The attributes and children of a record, those of unknown versions included, but for its number in the file."""
    lus: list[tuple[str, str]] = []
    for nom, marque in marques(type(fiche)):
        valeur = getattr(fiche, nom)
        if nom == "ident" or marque.nom in sauf or valeur is None or valeur in ("", ()):
            continue
        if isinstance(marque, Attribut):
            lus.append((marque.nom, marque.forme.ecrit(valeur)))
        else:
            enfants = valeur if isinstance(valeur, tuple) else (valeur,)
            lus += reunis(marque.nom, (_enfant(marque.nom, enfant, renvois) for enfant in enfants))
    lus += fiche.autres_attributs
    for brut in fiche.autres:
        lus += reunis(brut.nom, (_brut(brut),))
    return tuple(lus)


def _enfant(sorte: str, enfant: Any, renvois: _Renvois | None) -> str:
    if isinstance(enfant, r.ResponsableEleve) and enfant.nom is not None:
        cle = enfant.idpn or sans_identifiant(enfant.nom, enfant.prenom or "")
    else:
        cle = renvois.cle(sorte, enfant.ident) if renvois is not None else ""
    return " ".join(t for t in (cle, en_texte(_champs(enfant, renvois))) if t)


def _brut(brut: Brut) -> str:
    morceaux = [en_texte(sorted(brut.attributs)), brut.texte, *sorted(_brut(e) for e in brut.enfants)]
    return " ".join(m for m in morceaux if m)


def fiches_edt(ouvrir: Ouvrir, nom: str, cle_privee: bytes | None = None) -> Iterator[FicheComparee]:
    """The records of an ExportEmploiDuTemps, clear or in its container (`cle_privee` opens it).

    Raises what `ouvrir_edt` and `LecteurEdt` raise.
    """
    with ouvrir() as flux:
        renvois = _Renvois(iter(LecteurEdt(_clair(flux, nom, cle_privee), nom)))
    with ouvrir() as flux:
        for fiche in LecteurEdt(_clair(flux, nom, cle_privee), nom):
            categorie = _CATEGORIES[type(fiche)]
            if isinstance(fiche, r.Cours):
                yield _cours(fiche, renvois)
            elif isinstance(fiche, r.GrilleHoraire):
                yield from _grille(fiche)
            else:
                fabrique = _CLES.get(type(fiche))
                yield FicheComparee(categorie, fabrique(fiche) if fabrique else categorie, _champs(fiche, renvois))


def _clair(flux: BinaryIO, nom: str, cle_privee: bytes | None) -> BinaryIO:
    return ouvrir_edt(flux, nom, cle_privee)


def _grille(grille: r.GrilleHoraire) -> Iterator[FicheComparee]:
    jours = reunis("JoursOuvres", (str(jour) for jour in grille.jours))
    yield FicheComparee("grille horaire", "GrilleHoraire", _champs(grille, None) + jours)
    for place in grille.places:
        yield FicheComparee("grille horaire", f"Place {place.numero}", _champs(place, None, ("Numero",)))


def _cours(cours: r.Cours, renvois: _Renvois) -> FicheComparee:
    """A course has no number: it is who, what and when in the week; weeks, length and rooms may change."""
    qui = [
        "+".join(sorted(renvois.cle(sorte, participant.ident) for participant in participants))
        for sorte, participants in (
            ("Professeur", cours.professeurs),
            ("Classe", cours.classes),
            ("PartieDeClasse", cours.parties),
            ("Groupe", cours.groupes),
        )
    ]
    matiere = renvois.cle("Matiere", cours.matiere.ident) if cours.matiere is not None else ""
    cle = cle_de(f"jour {cours.jour}", f"place {cours.place_debut}", matiere, *qui)
    return FicheComparee(COURS, cle, _champs(cours, renvois, ("Jour", "NumeroPlaceDebut", "Matiere")))


def fiches_exp_cours(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """The courses of an EXP_COURS file, by number."""
    with ouvrir() as flux:
        for cours in LecteurExpCours(flux, nom):
            champs = tuple(_exp_cours(cours))
            yield FicheComparee(COURS, cours.numero or sans_identifiant(*(v for _, v in champs)), champs)


def _exp_cours(cours: CoursExporte) -> Iterator[tuple[str, str]]:
    for champ in CoursExporte.__struct_fields__:
        valeur = getattr(cours, champ)
        if champ == "numero" or valeur is None or valeur in ("", ()):
            continue
        if champ in ("professeurs", "publics"):
            parties = (" ".join(str(p) for p in astuple(element) if p) for element in valeur)
            yield from reunis(champ.upper(), parties)
        elif champ == "autres":
            yield from valeur
        else:
            yield champ.upper(), str(valeur)


def fiches_udcal(ouvrir: Ouvrir, nom: str) -> Iterator[FicheComparee]:
    """The records of one UDCal file, by code where there is one, else as a whole."""
    with ouvrir() as flux:
        fichier = lire_udcal(flux, nom)
    for fiche in fichier.fiches:
        genre = type(fiche).__name__.removesuffix("Udt").lower()
        if isinstance(fiche, u.RepereUdt):
            yield FicheComparee("calendrier", fiche.nom, (("texte", fiche.texte),))
            continue
        champs = _champs(fiche, None)
        if isinstance(fiche, u.EleveUdt):
            cle = sans_identifiant(fiche.nom or "", fiche.prenom or "", fiche.naissance or "")
        else:
            lus = dict(champs)
            cle = lus.get("code") or lus.get("id") or lus.get("num") or en_texte(sorted(champs))
        yield FicheComparee(genre, cle, champs)
