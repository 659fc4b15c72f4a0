"""Cases for an AAF importer: right feeds, and those that arrive cut, twice, late or spoilt.

Source: reference aaf.md (a complete feed says all; a delta follows the one before); issue of the connectors.
"""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from msgspec.structs import replace

from rentree.conformite.catalogue import Cas, averti, echec, sans_objet
from rentree.conformite.importeur import Compte, Importeur, Recu
from rentree.conformite.jeu_aaf import ELEVE, PERSONNEL, UAIS, Etat, Redacteur, eleve, etat_de_base
from shared.formats.aaf import Categorie, Modification
from shared.formats.aaf.fautes import malformer, retirer_fichier, transformer, tronquer
from shared.formats.aaf.manifeste import NOM_MANIFESTE
from shared.formats.aaf.valeurs import DansStructure


class BancAaf:
    """An importer being tried; a context manager, whose feeds go with it."""

    def __init__(self, importeur: Importeur, graine: int) -> None:
        self.importeur = importeur
        self.graine = graine
        self._dossier = Path(tempfile.mkdtemp(prefix="conformite-aaf-"))
        self.redacteur = Redacteur(self._dossier)
        self._dits: list[str] = []

    def __enter__(self) -> BancAaf:
        return self

    def __exit__(self, genre: type[BaseException] | None, e: BaseException | None, t: TracebackType | None) -> None:
        shutil.rmtree(self._dossier, ignore_errors=True)

    def echanges(self) -> list[str]:
        """What was given and answered during the last case."""
        dits, self._dits = self._dits, []
        return dits

    def deposer(self, archive: Path) -> Recu:
        """Give a feed."""
        recu = self.importeur.deposer(archive)
        self._dits.append(f"{archive.name}\n→ {recu.etat} : {recu.dit}")
        return recu

    def partir_de(self, etat: Etat) -> None:
        """A complete feed that puts the importer in a state, from whatever it was. Raises `Constat`."""
        recu = self.deposer(self.redacteur.complet(etat))
        if recu.etat != "applique":
            raise sans_objet(f"L'alimentation complète de départ n'est pas passée : {recu.dit}")
        self.exiger(etat, "Après l'alimentation complète de départ")

    def exiger(self, etat: Etat, quand: str, *, partis_annonces: bool = False) -> None:
        """The importer must hold exactly these people, in these classes. Raises `Constat`.

        Arguments: `partis_annonces`, whether somebody who left may still be there, if that is known.
        """
        lus = self.importeur.comptes()
        vivants = {i: c for i, c in lus.items() if c.vivant}
        attendus = _attendus(etat)
        manquent = sorted(set(attendus) - set(vivants))
        de_trop = sorted(i for i in set(vivants) - set(attendus) if not (partis_annonces and vivants[i].annonce))
        if manquent:
            raise echec(f"{quand}, il manque {len(manquent)} personne(s) : n° {manquent[0]}.")
        if de_trop:
            raise echec(f"{quand}, il y a {len(de_trop)} personne(s) de trop : n° {de_trop[0]}.")
        for i, (nom, prenom, classes) in attendus.items():
            c = vivants[i]
            if (_plat(c.nom), _plat(c.prenom)) != (_plat(nom), _plat(prenom)):
                raise echec(f"{quand}, le n° {i} s'appelle « {c.prenom} {c.nom} », et non « {prenom} {nom} ».")
            if c.classes and classes and sorted(set(c.classes)) != classes:
                raise echec(f"{quand}, le n° {i} est en {', '.join(c.classes)}, et non en {', '.join(classes)}.")


def _plat(texte: str) -> str:
    return unicodedata.normalize("NFC", texte).casefold()


def _attendus(etat: Etat) -> dict[int, tuple[str, str, list[str]]]:
    gens: dict[int, tuple[str, str, list[str]]] = {}
    for e in etat.eleves:
        gens[e.jointure] = (e.nom_usage, e.prenom, sorted({c.nom for c in e.classes}))
    for r in etat.responsables:
        gens[r.jointure] = (r.nom_usage, r.prenom, [])
    for p in etat.personnels:
        gens[p.jointure] = (p.nom_usage, p.prenom, [])
    return gens


def en_classe(etat: Etat, i: int, classe: str) -> Etat:
    """The same, pupil `i` in another class."""
    e = next(x for x in etat.eleves if x.jointure == ELEVE + i)
    return etat.avec(replace(e, classes=(DansStructure(e.classes[0].structure, classe),)))


# --- right feeds -----------------------------------------------------------------------------------------------------


def complet(b: BancAaf) -> str:
    """A first complete feed."""
    etat = etat_de_base()
    recu = b.deposer(b.redacteur.complet(etat))
    if recu.etat != "applique":
        raise echec(f"L'alimentation n'est pas prise : {recu.dit}")
    b.exiger(etat, "Après une alimentation complète")
    return "Les onze personnes y sont, une fois chacune."


def noms(b: BancAaf) -> str:
    """Names are those of the feed."""
    b.partir_de(etat_de_base())
    lu = b.importeur.comptes()[ELEVE + 4]
    return f"« {lu.prenom} {lu.nom} », « Jean-Noël D'Ostrel-Morvan » : écrits comme ils sont."


def parent(b: BancAaf) -> str:
    """A parent of two children has one account, a teacher of two schools too."""
    b.partir_de(etat_de_base())
    comptes = b.importeur.comptes()
    memes = [c for c in comptes.values() if c.vivant and _plat(c.nom) == "valbrune" and _plat(c.prenom) == "aurore"]
    if len(memes) != 1:
        raise echec(f"Le parent de deux enfants a {len(memes)} comptes.")
    return "Un compte pour ses deux enfants."


def deux_ecoles(b: BancAaf) -> str:
    """A teacher of two schools."""
    b.partir_de(etat_de_base())
    lu = b.importeur.comptes()[PERSONNEL + 1]
    if lu.uais and lu.uais != tuple(sorted(UAIS.values())):
        raise echec(f"L'enseignant de deux établissements est dans {', '.join(lu.uais)}.")
    return "Un compte, ses deux établissements." if lu.uais else "Un compte (les établissements ne sont pas montrés)."


def deux_fois(b: BancAaf) -> str:
    """The same people in the next complete feed."""
    etat = etat_de_base()
    b.partir_de(etat)
    avant = b.importeur.comptes()
    b.partir_de(etat)
    if b.importeur.comptes() != avant:
        raise echec("La même alimentation complète, le lendemain, change quelque chose.")
    return "Rien ne change."


def decoupee(b: BancAaf) -> str:
    """A feed in many files."""
    etat = etat_de_base()
    recu = b.deposer(b.redacteur.complet(etat, par_fichier=2))
    if recu.etat != "applique":
        raise echec(f"Une alimentation découpée en fichiers de deux fiches n'est pas prise : {recu.dit}")
    b.exiger(etat, "Après une alimentation découpée")
    return "Tous les fichiers sont lus."


def changement(apres: Callable[[Etat], Etat], quand: str, *, partis: bool = False) -> Callable[[BancAaf], str]:
    """A delta from the base to another state."""

    def jouer(b: BancAaf) -> str:
        avant = etat_de_base()
        b.partir_de(avant)
        ensuite = apres(avant)
        recu = b.deposer(b.redacteur.delta(avant, ensuite))
        if recu.etat != "applique":
            raise echec(f"Le delta n'est pas pris : {recu.dit}")
        b.exiger(ensuite, quand, partis_annonces=partis)
        return f"{quand}, chacun est à sa place."

    return jouer


def depart(b: BancAaf) -> str:
    """Who is no longer in a complete feed has left; who comes back is the same."""
    etat = etat_de_base()
    b.partir_de(etat)
    recu = b.deposer(b.redacteur.complet(etat.sans(ELEVE + 5)))
    if recu.etat != "applique":
        raise echec(f"L'alimentation complète n'est pas prise : {recu.dit}")
    b.exiger(etat.sans(ELEVE + 5), "Après une alimentation complète où un élève manque", partis_annonces=True)
    b.deposer(b.redacteur.complet(etat))
    b.exiger(etat, "Après son retour")
    return "L'élève part, puis revient sous le même numéro."


# --- feeds that arrive wrong -----------------------------------------------------------------------------------------


def abimee(abimer: Callable[[bytes, int], bytes], *, delta: bool) -> Callable[[BancAaf], str]:
    """A spoilt feed, in which half of the people would leave or change: refused whole, or without effect."""

    def jouer(b: BancAaf) -> str:
        etat = etat_de_base()
        b.partir_de(etat)
        ensuite = en_classe(en_classe(etat, 1, "6B"), 3, "6A").avec(eleve(9, "ARRIVE", "Lou", "6A"))
        bonne = b.redacteur.delta(etat, ensuite) if delta else b.redacteur.complet(ensuite)
        avant = b.importeur.comptes()
        recu = b.deposer(b.redacteur.abimee(bonne, abimer(bonne.read_bytes(), b.graine)))
        apres = b.importeur.comptes()
        perdus = [i for i, c in avant.items() if c.vivant and not (i in apres and apres[i].vivant)]
        if perdus:
            raise echec(f"{len(perdus)} personne(s) perdent leur compte : n° {min(perdus)}.")
        if _gens(apres) != _gens(avant):
            raise echec("L'alimentation est appliquée en partie : elle devait être refusée en entier.")
        _pas_muet(recu)
        b.partir_de(ensuite)
        return f"Rien n'a changé ({recu.dit or recu.etat}), et la suivante passe."

    return jouer


def _gens(comptes: dict[int, Compte]) -> dict[int, tuple[bool, tuple[str, ...]]]:
    return {i: (c.vivant, c.classes) for i, c in comptes.items()}


def _pas_muet(recu: Recu) -> None:
    if recu.etat == "muet":
        raise averti(f"Rien n'a changé, mais l'importateur ne le dit pas : {recu.dit}.")
    if recu.etat == "applique":
        raise averti("Rien n'a changé, mais l'importateur dit que l'alimentation est appliquée.")


def doublee(b: BancAaf) -> str:
    """The same delta twice."""
    avant = etat_de_base()
    ensuite = en_classe(avant, 1, "6B").avec(eleve(6, "ARRIVE", "Lou", "6B"))
    b.partir_de(avant)
    archive = b.redacteur.delta(avant, ensuite)
    b.deposer(archive)
    b.exiger(ensuite, "Après le delta")
    recu = b.deposer(archive)
    b.exiger(ensuite, "Après le même delta une seconde fois")
    return f"La seconde fois, rien ne change ({recu.dit or recu.etat})."


def desordre(b: BancAaf) -> str:
    """Two deltas in the wrong order: the later one says the truth."""
    un = etat_de_base()
    deux, trois = en_classe(un, 1, "6B"), en_classe(en_classe(un, 1, "6B"), 3, "6A")
    final = en_classe(trois, 1, "6A")
    b.partir_de(un)
    premier = b.redacteur.delta(un, deux)
    second = b.redacteur.delta(deux, final)
    b.deposer(second)
    tard = b.deposer(premier)
    lus = b.importeur.comptes()
    if lus[ELEVE + 1].classes == ("6B",):
        raise echec(
            "Le delta de la veille, arrivé après, l'emporte sur celui du jour : l'élève est dans l'ancienne classe."
        )
    b.partir_de(final)
    return f"Le delta de la veille n'efface pas celui du jour ({tard.dit or tard.etat})."


def perimee(b: BancAaf) -> str:
    """Last week's complete feed comes again."""
    vieux = etat_de_base()
    jour = b.redacteur.jour
    archive = b.redacteur.complet(vieux, jour=jour)
    ensuite = vieux.avec(eleve(7, "ARRIVE", "Lou", "6B")).sans(ELEVE + 5)
    b.partir_de(vieux)
    b.partir_de(ensuite)
    recu = b.deposer(archive)
    b.exiger(ensuite, "Après une alimentation complète plus ancienne")
    return f"L'ENT ne recule pas ({recu.dit or recu.etat})."


def vide(b: BancAaf) -> str:
    """A complete feed without anybody."""
    etat = etat_de_base()
    b.partir_de(etat)
    recu = b.deposer(b.redacteur.complet(Etat((), (), ())))
    perdus = sum(not c.vivant for c in b.importeur.comptes().values())
    apres = {i for i, c in b.importeur.comptes().items() if c.vivant}
    if not apres >= set(_attendus(etat)):
        raise echec(f"Une alimentation complète vide ferme tous les comptes ({perdus} de fermés).")
    return f"Personne n'est parti ({recu.dit or recu.etat})."


def inconnue(b: BancAaf) -> str:
    """A delta modifies somebody who was never added: the others are treated."""
    avant = etat_de_base()
    b.partir_de(avant)
    ensuite = en_classe(avant, 1, "6B")
    fantome = eleve(99, "FANTOME", "Ada").vers_enregistrement()
    modification = Modification(Categorie.ELEVE, fantome.id, fantome.noms, fantome.valeurs)
    touche = next(e for e in ensuite.eleves if e.jointure == ELEVE + 1).vers_enregistrement()
    recu = b.deposer(
        b.redacteur.operations([Modification(Categorie.ELEVE, touche.id, touche.noms, touche.valeurs), modification])
    )
    lus = b.importeur.comptes()
    if recu.etat == "muet":
        raise echec(f"L'importateur tombe : {recu.dit}.")
    if recu.etat == "applique" and lus[ELEVE + 1].classes not in ((), ("6B",)):
        raise echec("La modification d'un inconnu fait perdre celle des autres.")
    return f"Les autres sont traités ({recu.dit or recu.etat})."


def entites(b: BancAaf) -> str:
    """A feed whose DTD makes a text explode: billions of characters in a name."""
    etat = etat_de_base()
    b.partir_de(etat)
    avant = b.importeur.comptes()
    bonne = b.redacteur.complet(etat)
    recu = b.deposer(b.redacteur.abimee(bonne, _avec_entites(bonne.read_bytes())))
    if _gens(b.importeur.comptes()) != _gens(avant):
        raise echec("Les entités du fichier sont lues.")
    if recu.etat == "muet":
        raise echec(f"L'importateur ne répond plus : {recu.dit}.")
    return f"Le fichier est refusé, ou ses entités sont laissées ({recu.dit or recu.etat})."


def _avec_entites(archive: bytes) -> bytes:
    bombe = b'<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 50 + b'"><!ENTITY c "' + b"&b;" * 50 + b'">'
    bombe += b'<!ENTITY d "' + b"&c;" * 50 + b'"><!ENTITY e "' + b"&d;" * 50 + b'">'

    def poser(nom: str, contenu: bytes) -> bytes | None:
        if nom.endswith(NOM_MANIFESTE):  # who counts bytes would not open the file
            return None
        if "_Eleve_" not in nom:
            return contenu
        debut, _, reste = contenu.partition(b"<ficAlimMENESR")
        return debut.split(b"<!DOCTYPE")[0] + (
            b"<!DOCTYPE ficAlimMENESR [" + bombe + b"]><ficAlimMENESR" + reste.replace(b">VALBRUNE<", b">&e;<")
        )

    return transformer(archive, poser)


def fin(b: BancAaf) -> str:
    """After all that, a good feed."""
    b.partir_de(etat_de_base())
    return "La bonne alimentation suivante remet tout en ordre."


UNE_NUIT = (
    "Un transfert coupé arrive une nuit d'automne : le lendemain, toute l'école doit encore pouvoir se connecter."
)
_LISTE: list[Cas[BancAaf]] = [
    Cas("", "Première alimentation complète", "Chaque personne a un compte, et un seul.", complet),
    Cas("", "Noms composés, apostrophes, accents", "Un nom abîmé, et l'élève ne trouve plus son compte.", noms),
    Cas("", "Parent de deux enfants", "Une personne, un compte.", parent),
    Cas("", "Enseignant de deux établissements", "Une personne, un compte, ses deux établissements.", deux_ecoles),
    Cas("", "La même le lendemain", "Importer deux fois ne crée personne.", deux_fois),
    Cas("", "Alimentation en plusieurs fichiers", "Une académie en a des dizaines par catégorie.", decoupee),
    Cas("", "Delta : une arrivée", "Les nouveaux entrent la nuit même.",
        changement(lambda e: e.avec(eleve(6, "ARRIVE", "Lou", "6B")), "Après l'arrivée")),
    Cas("", "Delta : un changement de classe", "La classe suit, sans autre effet.",
        changement(lambda e: en_classe(e, 1, "6B"), "Après le changement")),
    Cas("", "Delta : un départ", "Seul celui qui part est concerné.",
        changement(lambda e: e.sans(ELEVE + 5), "Après le départ", partis=True)),
    Cas("", "Départ par une complète, retour", "Qui revient retrouve son compte.", depart),
    Cas("", "Complète tronquée", UNE_NUIT, abimee(tronquer, delta=False), "alimentation_tronquee"),
    Cas("", "Delta tronqué", UNE_NUIT, abimee(tronquer, delta=True), "alimentation_tronquee"),
    Cas("", "Complète au XML coupé", UNE_NUIT, abimee(malformer, delta=False), "alimentation_malformee"),
    Cas("", "Delta au XML coupé", UNE_NUIT, abimee(malformer, delta=True), "alimentation_malformee"),
    Cas("", "Complète où un fichier manque", UNE_NUIT,
        abimee(retirer_fichier, delta=False), "alimentation_sans_fichier"),
    Cas("", "Delta deux fois", "La même archive est relivrée : rien ne change.", doublee, "alimentation_doublee"),
    Cas("", "Deltas dans le désordre", "Le plus récent a raison.", desordre, "alimentation_desordre"),
    Cas("", "Complète périmée", "Une archive de la semaine d'avant ne fait pas revenir en arrière.", perimee),
    Cas("", "Complète vide", "Une erreur de l'émetteur ne ferme pas toute l'école.", vide),
    Cas("", "Modification d'un inconnu", "Une fiche impossible n'arrête pas les autres.", inconnue),
    Cas("", "Entités XML", "Un fichier venu d'ailleurs ne met pas le serveur à genoux.", entites),
    Cas("", "Après les fautes", "Rien ne reste de ce qui a mal tourné.", fin),
]  # fmt: skip
CATALOGUE = [Cas(f"AAF-{rang:02}", c.titre, c.pourquoi, c.jouer, c.faute) for rang, c in enumerate(_LISTE, 1)]
