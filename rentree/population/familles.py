"""Families: who is related to whom, where they live, what each responsable is for each child.

Source: reference nomenclatures section 6.4 (shares of INSEE and defaults), reference SIECLE section 3.3.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from rentree.population import listes
from rentree.population.contexte import Contexte, tirer
from rentree.population.effectifs import Place
from rentree.population.lieux import Lieux
from rentree.population.modeles import Adresse, Lien, Responsable
from shared.identifiers import mel, telephone_fixe, telephone_mobile
from shared.nomenclatures import Commune, communes, pcs

MERE, PERE, ASCENDANT, AUTRE_FAMILLE, EDUCATEUR, TUTEUR, AUTRE = "10", "20", "38", "39", "41", "50", "90"
LEGAL, EN_CHARGE, CONTACT = "1", "2", "3"

_TYPES = (("couple", 70.0), ("separes", 17.5), ("alternee", 3.5), ("seul", 7.5), ("tuteur", 1.0), ("place", 0.5))
_PART_FRATRIE = 0.12
_PART_RECOMPOSEE = 0.12
_PART_CONTACT = 0.20


@dataclass(eq=False)
class Fratrie:
    """Children of one home: their places, the name each bears, the address of a child placed in care."""

    places: list[Place]
    noms: list[str] = field(default_factory=list)
    noms_usage: list[str | None] = field(default_factory=list)
    adresse_enfants: Adresse | None = None
    boursiere: bool = False
    commune: Commune | None = None


@dataclass(frozen=True)
class Role:
    """What a person is for a child, before the child has an identifier."""

    personne: Responsable
    parente: str
    niveau: str
    paie: bool = False
    aides: bool = False
    heberge: bool = False
    prioritaire: bool = False

    def lien(self, eleve_id: int) -> Lien:
        """The link to a child."""
        return Lien(
            eleve_id,
            self.personne.id,
            self.parente,
            self.niveau,
            self.paie,
            self.aides,
            self.heberge,
            self.prioritaire,
        )


def former_fratries(hasard: random.Random, places: tuple[Place, ...]) -> Iterator[Fratrie]:
    """Gather places into families: about one pupil in five has a brother or sister in the school.

    The first family has one child in 6e come by AFFELNET and another already in the base: such a family
    always exists, the school's two ways of receiving one mother.
    """
    reste = list(places)
    hasard.shuffle(reste)
    cadet = next(p for p in reste if p.origine == "affectation")
    aine = next(p for p in reste if p.origine == "base" and not p.doublement and p.niveau in (3, 4))
    reste = [p for p in reste if p not in (cadet, aine)]
    yield Fratrie([cadet, aine])
    while reste:
        fratrie = [reste.pop()]
        while reste and hasard.random() < _PART_FRATRIE and len(fratrie) < 4:
            # Twins are rare: prefer another level, among the few places at hand.
            proches = [i for i, p in enumerate(reste[:6]) if p.niveau_precedent != fratrie[0].niveau_precedent]
            fratrie.append(reste.pop(proches[0] if proches and hasard.random() < 0.93 else 0))
        yield Fratrie(fratrie)


class Foyers:
    """Makes the responsables of each family, each real person once, and their links to the children."""

    def __init__(self, contexte: Contexte, lieux: Lieux) -> None:
        self._contexte = contexte
        self._lieux = lieux
        self._hasard = contexte.hasard("familles")
        self._communes = communes(contexte.parametres.departement_effectif)
        self._pcs = tuple((p.code, float(p.poids)) for p in pcs())
        self.responsables: list[Responsable] = []
        self._genres: dict[str, Callable[[Fratrie, Adresse, str, str], list[Role]]] = {
            "couple": self._couple,
            "separes": self._separes,
            "alternee": self._alternee,
            "seul": self._seul,
            "tuteur": self._tuteur,
            "place": self._place,
        }

    def installer(self, fratrie: Fratrie, *, couple: bool = False) -> list[list[Role]]:
        """Give a family its homes, people and names; return the roles of each child, in the order of places.

        `couple`: both parents live together (else the kind of family is drawn).
        """
        hasard = self._hasard
        genre = "couple" if couple else tirer(hasard, _TYPES)
        ici = hasard.random() < 0.68
        fratrie.commune = self._lieux.commune if ici else hasard.choice(self._communes)
        fratrie.boursiere = hasard.random() < (0.45 if genre == "seul" else 0.22)
        foyer = self._contexte.nouvelle_adresse(hasard, fratrie.commune)
        pere_nom, mere_nom = self._contexte.nom(hasard), self._contexte.nom(hasard)
        roles = self._genres[genre](fratrie, foyer, pere_nom, mere_nom)
        enfants = [list(roles) for _ in fratrie.places]
        self._nommer(fratrie, pere_nom, mere_nom, genre)
        if len(enfants) > 1 and genre in ("couple", "separes") and not couple:
            self._recomposer(fratrie, enfants)
        if hasard.random() < _PART_CONTACT:
            contact = self._contact(fratrie)
            for liste in enfants:
                liste.append(contact)
        return enfants

    def _nommer(self, fratrie: Fratrie, pere: str, mere: str, genre: str) -> None:
        modes = [(pere, 76.0), (mere, 8.0), (f"{pere} {mere}", 8.0), (f"{pere}-{mere}", 8.0)]
        nom = mere if genre == "seul" and self._hasard.random() < 0.5 else tirer(self._hasard, modes)
        for _ in fratrie.places:
            fratrie.noms.append(nom)
            usage = f"{nom}-{mere}" if nom == pere and self._hasard.random() < 0.03 else None
            fratrie.noms_usage.append(usage)

    def _recomposer(self, fratrie: Fratrie, enfants: list[list[Role]]) -> None:
        """In some families the youngest has the same mother and another father, who lives elsewhere."""
        mere = next((r for r in enfants[-1] if r.parente == MERE and r.heberge), None)
        if mere is None or self._hasard.random() >= _PART_RECOMPOSEE:
            return
        nom = self._contexte.nom(self._hasard)
        pere = self._personne(PERE, nom, None, self._contexte.nouvelle_adresse(self._hasard))
        seule = Role(mere.personne, MERE, LEGAL, mere.paie, True, True, True)
        enfants[-1][:] = [seule, Role(pere, PERE, LEGAL, paie=not mere.paie)]
        fratrie.noms[-1] = nom
        fratrie.noms_usage[-1] = None

    # One method per kind of family; each returns the roles that every child of the family shares.

    def _couple(self, fratrie: Fratrie, foyer: Adresse, pere: str, mere: str) -> list[Role]:
        usage = pere if self._hasard.random() < 0.6 else None
        meme_sexe = self._hasard.random()
        premier = PERE if meme_sexe < 0.992 else MERE
        second = MERE if meme_sexe > 0.004 else PERE
        a = self._personne(premier, pere, None, foyer)
        b = self._personne(second, mere, usage if second == MERE else None, foyer)
        payeur = self._hasard.random() < 0.5
        return [
            Role(b, second, LEGAL, not payeur, not payeur, True, True),
            Role(a, premier, LEGAL, payeur, payeur, True, False),
        ]

    def _separes(self, fratrie: Fratrie, foyer: Adresse, pere: str, mere: str) -> list[Role]:
        autre = self._contexte.nouvelle_adresse(self._hasard)
        chez_mere = self._hasard.random() < 0.82
        m = self._personne(MERE, mere, None, foyer if chez_mere else autre)
        p = self._personne(PERE, pere, None, autre if chez_mere else foyer)
        pere_paie = self._hasard.random() < 0.3
        return [
            Role(m, MERE, LEGAL, not pere_paie, chez_mere, chez_mere, chez_mere),
            Role(p, PERE, LEGAL, pere_paie, not chez_mere, not chez_mere, not chez_mere),
        ]

    def _alternee(self, fratrie: Fratrie, foyer: Adresse, pere: str, mere: str) -> list[Role]:
        m = self._personne(MERE, mere, None, foyer)
        p = self._personne(PERE, pere, None, self._contexte.nouvelle_adresse(self._hasard))
        return [Role(m, MERE, LEGAL, True, True, True, True), Role(p, PERE, LEGAL, heberge=True)]

    def _seul(self, fratrie: Fratrie, foyer: Adresse, pere: str, mere: str) -> list[Role]:
        femme = self._hasard.random() < 0.86
        parent = self._personne(MERE if femme else PERE, mere if femme else pere, None, foyer)
        return [Role(parent, MERE if femme else PERE, LEGAL, True, True, True, True)]

    def _tuteur(self, fratrie: Fratrie, foyer: Adresse, pere: str, mere: str) -> list[Role]:
        tuteur = self._personne(TUTEUR, self._contexte.nom(self._hasard), None, foyer)
        return [Role(tuteur, TUTEUR, LEGAL, True, True, True, True)]

    def _place(self, fratrie: Fratrie, foyer: Adresse, pere: str, mere: str) -> list[Role]:
        fratrie.adresse_enfants = foyer
        chez_elle = self._contexte.nouvelle_adresse(self._hasard)
        m = self._personne(MERE, mere, None, chez_elle)
        e = self._personne(EDUCATEUR, self._contexte.nom(self._hasard), None, foyer)
        return [Role(m, MERE, LEGAL), Role(e, EDUCATEUR, EN_CHARGE, True, True, False, True)]

    def _contact(self, fratrie: Fratrie) -> Role:
        parente = tirer(self._hasard, [(ASCENDANT, 55.0), (AUTRE_FAMILLE, 30.0), (AUTRE, 15.0)])
        adresse = self._contexte.nouvelle_adresse(self._hasard, fratrie.commune)
        personne = self._personne(parente, self._contexte.nom(self._hasard), None, adresse)
        return Role(personne, parente, CONTACT)

    def _personne(self, parente: str, nom: str, usage: str | None, adresse: Adresse) -> Responsable:
        hasard, contexte = self._hasard, self._contexte
        sexe = {MERE: "2", PERE: "1"}.get(parente) or hasard.choice("12")
        ecart = hasard.randint(58, 74) if parente == ASCENDANT else hasard.randint(32, 54)
        prenom = hasard.choice(listes.prenoms(sexe, contexte.parametres.annee - ecart))
        identifiant, rang = contexte.identifiant("responsable"), contexte.rang_contact()
        contact = parente in (ASCENDANT, AUTRE_FAMILLE, AUTRE)
        mobile = hasard.random() < 0.92
        fixe = hasard.random() < 0.35 or not mobile
        courriel = hasard.random() < (0.4 if contact else 0.87)
        personne = Responsable(
            id=identifiant,
            civilite=sexe,
            nom=nom,
            nom_usage=usage,
            prenom=prenom,
            adresse_id=adresse.id,
            tel_personnel=telephone_fixe(rang) if fixe else None,
            tel_portable=telephone_mobile(rang) if mobile else None,
            tel_professionnel=telephone_fixe(rang + 5000) if hasard.random() < 0.18 else None,
            mel=mel(prenom, usage or nom, rang) if courriel else None,
            accepte_sms=mobile and hasard.random() < 0.65,
            communication_adresse=hasard.random() < 0.65,
            pcs="75" if parente == ASCENDANT else tirer(hasard, self._pcs),
        )
        self.responsables.append(personne)
        return personne
