"""Who is who in a described world: schools, people and their numbers, allotted in the order of the description."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from rentree.population import Adresse, Etablissement, etablissement_invente
from shared import nomenclatures
from shared.contracts import mondes as m
from shared.identifiers import fabriquer_ine, fabriquer_uai

DEPARTEMENT = "037"
PREMIERE_UAI = 7101
PREMIER_INE = 990_700_001
PREMIER_ELEVE = 1_700_001
PREMIERE_PERSONNE = 2_700_001
PREMIER_AGENT = 170_001
_LYCEE = ("LYC", "LYCEE", "302")


class Numeros(Struct, frozen=True):
    """The numbers of everybody, by key: ELEVE_ID, INE, PERSONNE_ID (two for a doubled responsable), agent of EPP."""

    ecoles: dict[str, Etablissement]
    eleves: dict[str, int]
    ines: dict[str, str | None]
    responsables: dict[str, tuple[int, ...]]
    agents: dict[str, int]


def numeroter(monde: m.MondeDecrit) -> Numeros:
    """Allot every number of a world."""
    ecoles = {e.cle: _ecole(e, rang) for rang, e in enumerate(monde.ecoles)}
    personnes: dict[str, tuple[int, ...]] = {}
    suivante = PREMIERE_PERSONNE
    for r in monde.responsables:
        personnes[r.cle] = (suivante, suivante + 1) if r.en_double else (suivante,)
        suivante += 2
    return Numeros(
        ecoles,
        {e.cle: PREMIER_ELEVE + rang for rang, e in enumerate(monde.eleves)},
        {
            e.cle: None if e.cas == "sans_ine" else fabriquer_ine(PREMIER_INE + rang)
            for rang, e in enumerate(monde.eleves)
        },
        personnes,
        {p.cle: PREMIER_AGENT + rang for rang, p in enumerate(monde.personnels)},
    )


def _ecole(decrite: m.EcoleDecrite, rang: int) -> Etablissement:
    invente = etablissement_invente(fabriquer_uai("097", PREMIERE_UAI + rang), DEPARTEMENT)
    if decrite.nature == "LYC":
        sigle, denomination, nature = _LYCEE
        categorie = nomenclatures.nature(nature).categorie
        invente = replace(invente, sigle=sigle, denomination=denomination, nature=nature, categorie=categorie)
    return replace(invente, complement=decrite.nom.upper())


def completer(monde: m.MondeDecrit) -> m.MondeDecrit:
    """The same world, in which a pupil of whom no responsable is said has one: without, her fiche would be held back.

    Her key is that of the pupil, then « _parent ».
    """
    suivis = {c for r in monde.responsables for c in r.enfants}
    ajoutes = [
        m.ResponsableDecrit(cle=f"{e.cle[:32]}_parent", nom=e.nom, prenom="Camille", enfants=[e.cle])
        for e in monde.eleves
        if e.cle not in suivis
    ]
    return monde.model_copy(update={"responsables": [*monde.responsables, *ajoutes]})


def adresse_de(ecole: Etablissement, numero: int) -> Adresse:
    """Where a pupil's or a responsable's home is: in the town of the school, one address each."""
    return replace(ecole.adresse, id=numero, ligne1=f"{numero % 90 + 1} RUE DES ESSAIS", ligne2=None)


def poser(monde: m.MondeDecrit, n: Numeros, annee: int, millesime: int) -> m.MondeMis:
    """What is told of the world once the applications hold it."""
    uais = {cle: e.uai for cle, e in n.ecoles.items()}
    eleves = {}
    for e in monde.eleves:
        lieux = [uais[e.ecole], *([uais[e.aussi[0]]] if e.aussi else [])]
        sort = not e.cas
        attendu = m.Attendu(dans_ent=sort, comptes=int(sort), exclusion=m.CAS.get(e.cas, ""), uais=lieux)
        eleves[e.cle] = m.EleveMis(eleve_id=n.eleves[e.cle], ine=n.ines[e.cle], attendu=attendu)
    return m.MondeMis(
        projet=monde.projet,
        annee=annee,
        millesime=millesime,
        ecoles=uais,
        eleves=eleves,
        responsables={
            r.cle: m.PersonneMise(numeros=list(n.responsables[r.cle]), attendu=_attendu_responsable(r, monde, eleves))
            for r in monde.responsables
        },
        personnels={
            p.cle: m.PersonneMise(
                numeros=[n.agents[p.cle]],
                attendu=m.Attendu(dans_ent=True, comptes=1, uais=[uais[c] for c in p.ecoles]),
            )
            for p in monde.personnels
        },
    )


def enfants_par_fiche(r: m.ResponsableDecrit) -> list[list[str]]:
    """The children of each fiche of a responsable: a doubled one has a first fiche for the first child, a second for
    the others (for the same child when she has but one)."""
    if not r.en_double:
        return [r.enfants]
    return [r.enfants[:1], r.enfants[1:] or r.enfants]


def _attendu_responsable(r: m.ResponsableDecrit, monde: m.MondeDecrit, eleves: dict[str, m.EleveMis]) -> m.Attendu:
    sortis = [[c for c in enfants if eleves[c].attendu.dans_ent] for enfants in enfants_par_fiche(r)]
    comptes = sum(1 for fiche in sortis if fiche)
    uais = sorted({u for fiche in sortis for c in fiche for u in eleves[c].attendu.uais})
    return m.Attendu(
        dans_ent=comptes > 0, comptes=comptes, exclusion="" if comptes else "ELEVES_NON_REMONTES", uais=uais
    )
