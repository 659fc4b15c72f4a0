"""Replacing identities: the same person becomes the same invented one in every file.

Everything depends on a secret key and on the text replaced (HMAC), never on the order of the files. The shape is
kept: letter case, accents, hyphens and particles, length; so is what the chain works on: age group, sex, siblings'
shared surname, commune, two spellings of one address.
Source: architecture, "Reserved ranges"; issues « Real input » and « The files »; RGPD, article 4(5).
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count

from shared.formats.pseudonymes.inventions import (
    inventer_complement,
    inventer_mot,
    inventer_prenom,
    inventer_voie,
    prenoms,
    sexe_probable,
)
from shared.formats.pseudonymes.libres import TexteLibre
from shared.formats.pseudonymes.mots import (
    LETTRES,
    PARTICULES,
    casser,
    habiller,
    mots,
    numero_simple,
    vocabulaire,
)
from shared.formats.pseudonymes.numeros import Identifiants, habiller_telephone
from shared.formats.pseudonymes.originaux import Originaux, epoque
from shared.identifiers import (
    INE_NUMERO_MIN,
    cle_tri,
    fabriquer_ine,
    fabriquer_uai,
    sans_accent,
    telephone_fixe,
    telephone_mobile,
)

_INE_NOMBRE = 8_000_000
"""Numbers given here; the simulated registry gives its own from 998 000 000."""

_ESSAIS_SANS_DOUBLON = 60
"""Draws during which two people are not given the same telephone or street: ranges are small, reuse ends up needed."""

_ESSAIS = 2000
_PROCHES = 8
"""First names of about the right length among which one is drawn."""


class Pseudonymes:
    """The replacement of one set's identities.

    Arguments: `cle`, the secret; `originaux`, what must not come out again.
    """

    def __init__(self, cle: bytes, originaux: Originaux) -> None:
        self._cle = cle
        self.originaux = originaux
        self._mots: dict[str, str] = {}
        self._mots_pris: set[str] = set()
        self._prenoms: dict[tuple[str, str], str] = {}
        self._prenoms_pris: set[tuple[str, str]] = set()
        self._ines: dict[str, str] = {}
        self._ines_pris = set(originaux.ines)
        self._telephones: dict[str, str] = {}
        self._telephones_pris: set[str] = set()
        self._lignes: dict[tuple[str, bool], str] = {}
        self._lignes_prises: set[str] = set()
        self._structures_prises: set[str] = set()
        self._uais: dict[str, str] = {}
        self._structures: dict[str, str] = {}
        self.libre = TexteLibre(self)
        # In sorted order, so that who gets his second choice does not depend on the order of the files.
        for mot in sorted(originaux.mots):
            self.mot(mot)
        for prenom, generation in sorted(originaux.prenoms):
            self._un_prenom(prenom, generation)
        for ine in sorted(originaux.ines):
            self.ine(ine)
        for telephone in sorted(originaux.telephones):
            self.numero(telephone)
        for voie in sorted(originaux.voies):
            self.ligne(voie)
        for uai in sorted(originaux.uais):
            self.uai(uai)
        self._identifiants = Identifiants(self.hasards, originaux.identifiants)
        self._repartir_structures()

    def hasards(self, domaine: str, valeur: str) -> Iterator[random.Random]:
        """Streams of randomness for a value, one more each time the last choice could not be taken."""
        for essai in count():
            message = f"{domaine}\0{valeur}\0{essai}".encode()
            yield random.Random(hmac.digest(self._cle, message, hashlib.sha256))

    def _choisir(
        self,
        domaine: str,
        valeur: str,
        tirer: Callable[[random.Random, int], str],
        convient: Callable[[str, int], bool],
    ) -> str:
        """The first draw that fits; both are told which try it is."""
        for essai, hasard in enumerate(self.hasards(domaine, valeur)):
            trouve = tirer(hasard, essai)
            if convient(trouve, essai):
                return trouve
        raise AssertionError("the streams are endless")

    # Names

    def nom(self, texte: str) -> str:
        """A surname: each word replaced, particles kept; what holds no letter becomes a word."""
        tous = mots(texte)
        if not tous:
            return self.mot("x" * 6).upper() if texte.strip() else texte
        seul = all(m in PARTICULES for m in tous)
        return LETTRES.sub(lambda m: m[0] if cle_tri(m[0]) in PARTICULES and not seul else self.mot(m[0]), texte)

    def nom_complet(self, texte: str) -> str:
        """« NOM Prénom » or « Prénom NOM » in one field."""
        connus = {cle for cle, _ in self.originaux.prenoms}

        def un(mot: str) -> str:
            cle = cle_tri(mot)
            if cle in PARTICULES:
                return mot
            return self.prenom(mot, 0) if cle in connus and cle not in self.originaux.mots else self.mot(mot)

        return LETTRES.sub(lambda m: un(m[0]), texte)

    def mot(self, mot: str) -> str:
        """One word of a surname, in the same case."""
        cle = cle_tri(mot)
        if not cle:
            return mot
        if cle not in self._mots:
            self._mots[cle] = self._choisir(
                "nom",
                cle,
                # Short words are few: after a while, a longer one.
                lambda hasard, essai: inventer_mot(hasard, len(cle) + essai // 40, cle[0] in "aeiou"),
                lambda m, _: (
                    m not in self._mots_pris
                    and cle_tri(m) not in self.originaux.mots
                    and cle_tri(m) not in PARTICULES
                    and cle_tri(m) not in vocabulaire()
                ),
            )
            self._mots_pris.add(self._mots[cle])
        return habiller(self._mots[cle], mot)

    def prenom(self, texte: str, naissance: int) -> str:
        """A first name of the same sex and generation, compound when it was; `naissance`: about when, a civil year."""
        if not mots(texte):
            return self._un_prenom("x" * 6, epoque(naissance)) if texte.strip() else texte
        return LETTRES.sub(lambda m: self.mot_de_prenom(m[0], naissance), texte)

    def mot_de_prenom(self, mot: str, naissance: int) -> str:
        """One word of a first name, in the same case, accented if it is."""
        choisi = self._un_prenom(cle_tri(mot), epoque(naissance), accent=sans_accent(mot) != mot)
        return casser(choisi if sans_accent(mot) != mot else sans_accent(choisi), mot)

    def _un_prenom(self, cle: str, generation: str, accent: bool = False) -> str:
        """The same name for the same key, whatever its spelling; two keys of a generation stay two, if they can."""
        connu = self._prenoms.get((cle, generation))
        if connu is not None:
            return connu
        sexe = self.originaux.sexe(cle) or sexe_probable(cle, 2010 if generation == "jeune" else 1980)
        accent = accent or cle in self.originaux.accentues
        choisi = ""
        for epoque_ in (generation, "adulte" if generation == "jeune" else "jeune"):
            libres = [
                (abs(len(p) - len(cle)), p)
                for p, k, accentue in prenoms(sexe, epoque_)
                if k != cle
                and accentue is accent
                and k not in self.originaux.mots
                and (k, generation) not in self._prenoms_pris
            ]
            if libres:
                proches = sorted(libres)[:_PROCHES]
                choisi = next(self.hasards("prenom", f"{generation} {cle}")).choice([p for _, p in proches])
                break
        if not choisi:
            choisi = self._choisir(
                "prenom inventé",
                f"{generation} {cle}",
                lambda hasard, essai: habiller(
                    inventer_prenom(hasard, len(cle) + essai // 40, sexe).upper(), "É" if accent else "E"
                ).capitalize(),
                lambda p, _: (
                    (cle_tri(p), generation) not in self._prenoms_pris
                    and (cle_tri(p), generation) not in self.originaux.prenoms
                    and cle_tri(p) not in self.originaux.mots
                ),
            )
        self._prenoms_pris.add((cle_tri(choisi), generation))
        self._prenoms[cle, generation] = choisi
        return choisi

    def naissance(self, jour: date, nom: str) -> date:
        """Another day of the same civil year, the cohort of a level; twins, who share name and day, still do."""
        debut = date(jour.year, 1, 1)
        nombre = (date(jour.year + 1, 1, 1) - debut).days if jour.year < date.max.year else 365
        for hasard in self.hasards("naissance", f"{cle_tri(nom)} {jour.isoformat()}"):
            autre = debut + timedelta(days=hasard.randrange(nombre))
            if autre != jour:
                return autre
        raise AssertionError("the streams are endless")

    # Numbers and addresses

    def ine(self, texte: str) -> str:
        """An INE of the reserved range; the same one twice in the files stays the same one twice."""
        cle = texte.strip().upper()
        if not cle:
            return texte
        if cle not in self._ines:
            self._ines[cle] = self._choisir(
                "ine",
                cle,
                lambda hasard, _: fabriquer_ine(INE_NUMERO_MIN + hasard.randrange(_INE_NOMBRE)),
                lambda ine, _: ine not in self._ines_pris,
            )
            self._ines_pris.add(self._ines[cle])
        return self._ines[cle]

    def identifiant(self, domaine: str, valeur: str) -> str:
        """Another identifier of the same kind; leading zeros stay, "" stays ""."""
        return self._identifiants.remplacer(domaine, valeur)

    def telephone(self, texte: str) -> str:
        """A telephone of the reserved ranges, mobile when it was, written the same way; "" stays ""."""
        return habiller_telephone(self.numero(texte), texte)

    def numero(self, texte: str) -> str:
        """The ten digits of a telephone of the reserved ranges; "" stays ""."""
        numero = numero_simple(texte)
        if not numero:
            return ""
        if numero not in self._telephones:
            fabriquer = telephone_mobile if numero.startswith(("06", "07")) else telephone_fixe
            self._telephones[numero] = self._choisir(
                "telephone",
                numero,
                lambda hasard, _: fabriquer(hasard.randrange(10_000)),
                lambda t, essai: (
                    (t not in self.originaux.telephones or (essai > _ESSAIS and t != numero))
                    and (essai > _ESSAIS_SANS_DOUBLON or t not in self._telephones_pris)
                ),
            )
            self._telephones_pris.add(self._telephones[numero])
        return self._telephones[numero]

    def mel(self, texte: str) -> str:
        """A mail address that reaches nobody; "" stays ""."""
        cle = texte.strip().lower()
        if not cle:
            return ""
        return f"contact.{hmac.digest(self._cle, f'mel {cle}'.encode(), hashlib.sha256).hex()[:12]}@courriel.invalid"

    def opaque(self, domaine: str, texte: str) -> str:
        """A login or a key: as many capitals and digits, of an alphabet without look-alikes; "" stays ""."""
        hasard = next(self.hasards(domaine, texte.strip()))
        return "".join(hasard.choice("2345789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in texte.strip())

    def ligne(self, texte: str, *, complement: bool = False) -> str:
        """A line of address: a street, or a `complement`; "" stays ""."""
        cle = cle_tri(texte)
        if not cle:
            return ""
        if (cle, complement) not in self._lignes:
            self._lignes[cle, complement] = self._choisir(
                "ligne",
                cle,
                inventer_complement if complement else inventer_voie,
                lambda ligne, essai: (
                    (cle_tri(ligne) not in self.originaux.lignes or (essai > _ESSAIS and cle_tri(ligne) != cle))
                    and (complement or essai > _ESSAIS_SANS_DOUBLON or ligne not in self._lignes_prises)
                ),
            )
            self._lignes_prises.add(self._lignes[cle, complement])
        return self._lignes[cle, complement]

    def lieu(self, texte: str) -> str:
        """A place typed by hand (town abroad): words of the same length, "" stays ""."""
        return LETTRES.sub(lambda m: self.mot(m[0]), texte)

    def uai(self, texte: str) -> str:
        """A UAI of the reserved ranges."""
        cle = texte.strip().upper()
        if not cle:
            return texte
        if cle not in self._uais:
            self._uais[cle] = self._choisir(
                "uai",
                cle,
                lambda hasard, _: fabriquer_uai(hasard.choice(("096", "097", "098")), hasard.randrange(10_000)),
                lambda u, _: u not in self.originaux.uais and u not in self._uais.values(),
            )
        return self._uais[cle]

    # Free text

    def structure(self, code: str) -> str:
        """A division or group code, the names of people in it replaced; never longer than it was.

        Two codes stay two codes.
        """
        propre = code.strip()
        return self._structures[propre] if propre in self._structures else self._nouvelle_structure(propre)

    def _repartir_structures(self) -> None:
        codes = sorted(self.originaux.divisions | self.originaux.groupes)
        nouveaux = {code: self.texte(code, groupe=self.est_groupe(code)) for code in codes}
        # What stays as it is comes first: nothing takes its place.
        for code in sorted(codes, key=lambda c: (nouveaux[c] != c, c)):
            self._nouvelle_structure(code)

    def _nouvelle_structure(self, code: str) -> str:
        nouveau = self.texte(code, groupe=self.est_groupe(code))
        if nouveau != code:
            essais = (nouveau, *(f"{nouveau[: max(len(code), 2) - len(str(n))]}{n}" for n in range(2, 10_000)))
            nouveau = next(e for e in essais if e not in self._structures_prises)
        self._structures[code] = nouveau
        self._structures_prises.add(nouveau)
        return nouveau

    def est_groupe(self, code: str) -> bool:
        """Whether a code is that of a group, and of no division."""
        return code in self.originaux.groupes and code not in self.originaux.divisions

    def texte(self, texte: str, *, groupe: bool = False) -> str:
        """Free text, the words that name somebody of the files replaced: see `TexteLibre.remplacer`."""
        return self.libre.remplacer(texte, groupe=groupe)
