"""What the files say of real people: everything that must not come out again.

Collected from every document before anything is replaced, so that no pseudonym is by chance somebody's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from rentree.demo.entree.documents import Documents
from shared import nomenclatures
from shared.formats.siecle.adresses import Adresse
from shared.identifiers import cle_tri

LETTRES = re.compile(r"[^\W\d_]+")
_PARTICULES = "d l de du des la le les el al ben van von der den da di do dos das st saint sainte"
PARTICULES = frozenset(_PARTICULES.split())
"""Words of a surname that designate nobody: they are kept, as the shape of the name."""


_ECOLE = (
    "classe division groupe demi sixieme cinquieme quatrieme troisieme seconde premiere terminale niveau cycle "
    "eme ieme sexe fille filles garcon garcons section bilangue bilingue euro europeenne ulis segpa upe2a allophone "
    "soutien aide devoirs remediation approfondissement accompagnement atelier club projet option barrette cours "
    "latinistes hellenistes germanistes hispanistes chant chorale orchestre theatre cinema danse sport foot football "
    "rugby natation escalade handball basket volley escrime judo sciences labo biotechnologie robotique codage "
    "bleu rouge vert jaune orange violet rose noir blanc gris lundi mardi mercredi jeudi vendredi semaine quinzaine"
)


def mots(texte: str | None) -> list[str]:
    """The keys of the words of a name, in order."""
    return [cle_tri(m) for m in LETTRES.findall(texte or "")]


def numero_simple(telephone: str) -> str:
    """A telephone reduced to its digits, the international prefix of France made a 0."""
    chiffres = re.sub(r"\D", "", telephone)
    if telephone.strip().startswith("+33") or chiffres.startswith("0033"):
        return "0" + chiffres[2 if telephone.strip().startswith("+") else 4 :].removeprefix("0")
    return chiffres


@cache
def vocabulaire() -> frozenset[str]:
    """Words that a group's name may hold without naming anybody: subjects, their short codes, the school's words."""
    connus = set(_ECOLE.split())
    for matiere in nomenclatures.matieres():
        connus.update(mots(matiere.code_gestion))
        connus.update(mots(matiere.libelle_long))
    return frozenset(connus)


@dataclass
class Originaux:
    """The identities of the files.

    `mots`: keys of the words of surnames; `enseignants` those of the staff, `prenoms_enseignants` their first
    names; `sexes`: "1" or "2" by key of first name; `ines`, `telephones` (digits), `mels` (lower case), `lignes`
    (keys of address lines); `personnels_nommes`: whether a file names the staff (only `sts_emp` does).
    """

    mots: set[str] = field(default_factory=set)
    enseignants: set[str] = field(default_factory=set)
    prenoms_enseignants: set[str] = field(default_factory=set)
    sexes: dict[str, str] = field(default_factory=dict)
    ines: set[str] = field(default_factory=set)
    telephones: set[str] = field(default_factory=set)
    mels: set[str] = field(default_factory=set)
    lignes: set[str] = field(default_factory=set)
    personnels_nommes: bool = False

    def nommer(self, *noms: str | None) -> None:
        """Keep the words of surnames."""
        for nom in noms:
            tous = mots(nom)
            significatifs = [m for m in tous if m not in PARTICULES]
            self.mots.update(significatifs or tous)

    def prenommer(self, sexe: str | None, *prenoms: str | None) -> None:
        """Keep the sex that goes with first names, where it is known; the first answer stands."""
        if sexe in ("1", "2"):
            for prenom in prenoms:
                for mot in mots(prenom):
                    self.sexes.setdefault(mot, sexe)

    def joindre(self, telephones: Iterable[str | None] = (), mels: Iterable[str | None] = ()) -> None:
        """Keep telephones and mail addresses."""
        self.telephones.update(n for t in telephones if t and (n := numero_simple(t)))
        self.mels.update(m.strip().lower() for m in mels if m and m.strip())

    def loger(self, *lignes: str | None) -> None:
        """Keep address lines."""
        self.lignes.update(cle for ligne in lignes if ligne and (cle := cle_tri(ligne)))


def relever(d: Documents) -> Originaux:
    """The identities of all documents."""
    o = Originaux()
    _relever_sts(o, d)
    _relever_eleves(o, d)
    _relever_responsables(o, d)
    _relever_etablissements(o, d)
    if d.liens is not None:
        for e in d.liens.eleves:
            o.nommer(e.nom_de_famille, e.nom_usage)
            o.ines.update(i for i in (e.id_national,) if i)
    return o


def _relever_sts(o: Originaux, d: Documents) -> None:
    if d.sts is None:
        return
    o.personnels_nommes = bool(d.sts.individus)
    for i in (*d.sts.individus, *d.sts.suppleants):
        o.nommer(i.nom_usage, i.nom_patronymique)
        o.enseignants.update(m for n in (i.nom_usage, i.nom_patronymique) for m in mots(n) if m not in PARTICULES)
        o.prenoms_enseignants.update(mots(i.prenom))
        o.prenommer(i.sexe, i.prenom)
    o.joindre([d.sts.parametres.uaj.telephone])
    o.loger(d.sts.parametres.uaj.adresse)


def _relever_eleves(o: Originaux, d: Documents) -> None:
    if d.eleves is None:
        return
    for e in d.eleves.eleves:
        o.nommer(e.nom_de_famille, e.nom_usage)
        o.prenommer(e.code_sexe, e.prenom, e.prenom2, e.prenom3)
        o.ines.update(i for i in (e.id_national, e.ine_bea, e.ine_rnie) if i)
        o.joindre([e.tel_personnel, e.tel_portable, e.tel_professionnel], [e.mel])
        avant = e.scolarite_an_dernier
        if avant is not None:
            o.joindre([avant.telephone], [avant.mel])
            o.loger(avant.ligne1, avant.ligne2, avant.ligne3, avant.ligne4)
    _relever_adresses(o, d.eleves.adresses)


def _relever_responsables(o: Originaux, d: Documents) -> None:
    if d.responsables is None:
        return
    for p in d.responsables.personnes:
        o.nommer(p.nom_de_famille, p.nom_usage)
        o.prenommer(sexe_de_civilite(p.lc_civilite), p.prenom)
        o.joindre([p.tel_personnel, p.tel_portable, p.tel_professionnel], [p.mel])
    _relever_adresses(o, d.responsables.adresses)


def sexe_de_civilite(civilite: str | None) -> str | None:
    """ "1" or "2" by the civilité as SIECLE writes it, None when it says nothing."""
    return {"M.": "1", "M": "1", "1": "1", "MME": "2", "MLLE": "2", "2": "2", "3": "2"}.get((civilite or "").upper())


def _relever_adresses(o: Originaux, adresses: Iterable[Adresse]) -> None:
    for a in adresses:
        o.loger(a.ligne1, a.ligne2, a.ligne3, a.ligne4)


def _relever_etablissements(o: Originaux, d: Documents) -> None:
    if d.communs is not None:
        i = d.communs.communs.uaj
        o.joindre([i.telephone, i.telecopie], [i.mel_1, i.mel_2])
        o.loger(i.ligne1, i.ligne2, i.ligne3, i.ligne4)
    if d.etablissements is not None:
        for e in d.etablissements.etablissements:
            o.joindre([e.telephone], [e.mel])
            o.loger(e.ligne1, e.ligne2, e.ligne3, e.ligne4)
