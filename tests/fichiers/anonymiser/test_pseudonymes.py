"""`pseudonymiser` on a whole set of 600 pupils: nothing of anybody remains, everything else does."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from rentree.demo import DemandeDemo, Entree
from rentree.demo.dossier import population_du_dossier
from shared.formats.pseudonymes.dossier import pseudonymiser
from shared.formats.pseudonymes.rapport import Rapport
from shared.horloge.profils import profil
from shared.identifiers import cle_tri, est_ine_reserve, mel_reserve, sans_accent, telephone_reserve
from tests.fichiers.anonymiser.jeu_anonymiser import contenus, deposer, jeu

_NOMS = ("NOM_DE_FAMILLE", "NOM_USAGE", "NOM_PATRONYMIQUE")
_PRENOMS = ("PRENOM", "PRENOM2", "PRENOM3")
_FICHES = ("ELEVE", "PERSONNE", "INDIVIDU")
_IDENTIFIANTS = ("ELEVE_ID", "PERSONNE_ID", "ADRESSE_ID", "ELENOET", "ID")


@dataclass(frozen=True)
class Essai:
    """A set before and after: folders, documents by path, report."""

    entree: Path
    sortie: Path
    avant: dict[str, etree._Element]
    apres: dict[str, etree._Element]
    rapport: Rapport


def lire(octets: bytes) -> etree._Element:
    return etree.fromstring(octets, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))


def documents(dossier: Path) -> dict[str, etree._Element]:
    return {n.rpartition("/")[2]: lire(o) for n, o in contenus(dossier).items() if n.endswith(".xml")}


@pytest.fixture(scope="module")
def essai(tmp_path_factory: pytest.TempPathFactory) -> Essai:
    """Six hundred pupils, their families and teachers, in STS, SIECLE, ELEGROUPE and AAF."""
    place = tmp_path_factory.mktemp("anonymiser")
    entree = deposer(jeu(), place / "reel")
    rapport = pseudonymiser(entree, place / "rendu", b"une cle de test")
    return Essai(entree, place / "rendu", documents(entree), documents(place / "rendu"), rapport)


def textes(dossier: Path) -> Iterator[tuple[str, str]]:
    """Every output file as text, its references resolved, with its name."""
    for nom, octets in contenus(dossier).items():
        texte = octets.decode("iso-8859-15" if b"8859-15" in octets[:80] else "utf-8")
        yield nom, re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), texte).replace("&apos;", "'")


def originaux() -> dict[str, set[str]]:
    """What the generator's people are, read from the population, without any of the code under test."""
    p = jeu().population
    gens = [*p.eleves, *p.responsables, *p.agents]
    telephones = [e.tel_portable for e in p.eleves] + [p.etablissement.telephone, p.voisin.telephone]
    for r in p.responsables:
        telephones += [r.tel_personnel, r.tel_portable, r.tel_professionnel]
    lignes = [x for a in p.adresses for x in (a.ligne1, a.ligne2)] + [p.etablissement.adresse.ligne1]
    return {
        "ine": {e.ine for e in p.eleves if e.ine},
        "telephone": {t for t in telephones if t},
        "mel": {x.mel for x in [*gens, p.etablissement, p.voisin] if x.mel},
        "ligne": {x for x in lignes if x},
        "nom": {n for x in gens for n in (x.nom, x.nom_usage) if n},
    }


def couples() -> set[tuple[str, str]]:
    p = jeu().population
    gens: list[Any] = [*p.eleves, *p.responsables, *p.agents]
    return {(cle_tri(n), cle_tri(x.prenom)) for x in gens for n in (x.nom, x.nom_usage) if n}


def fiches(documents: dict[str, etree._Element]) -> dict[str, list[etree._Element]]:
    """Records in file order, by « file tag »."""
    vues: dict[str, list[etree._Element]] = defaultdict(list)
    for nom, racine in documents.items():
        for e in racine.iter():
            if e.tag in _FICHES and (e.find("PRENOM") is not None):
                vues[f"{cle_tri(nom)[:12]} {e.tag}"].append(e)
            elif e.tag == "addRequest":
                vues[f"aaf {nom[-20:]}"].append(e)
    return vues


def valeurs(fiche: etree._Element, *noms: str) -> list[str]:
    """The texts of some fields of a record, AAF's or not."""
    if fiche.tag == "addRequest":
        return [v.text or "" for a in fiche.iter("attr") if a.get("name") in noms for v in a.iter("value")]
    return [fiche.findtext(n) or "" for n in noms if fiche.find(n) is not None]


NOM = (*_NOMS, "sn", "ENTPersonNomPatro")
PRENOM = (*_PRENOMS, "givenName", "ENTPersonAutresPrenoms")
NAISSANCE = ("DATE_NAISS", "DATE_NAISSANCE", "ENTPersonDateNaissance")


def test_no_number_nor_address_of_anybody_remains(essai: Essai) -> None:
    """No INE, mail, address line or telephone of the original, however written, in any byte given back."""
    o = originaux()
    del o["nom"]
    avant = [numeros(texte) & set().union(*o.values()) for _, texte in textes(essai.entree)]
    tous = set().union(*avant)
    assert len(tous & o["ine"]) > 550
    assert len(tous & o["telephone"]) > 1000
    assert len(tous & o["ligne"]) > 200
    for nom, texte in textes(essai.sortie):
        assert (nom, sorted(numeros(texte) & tous)) == (nom, [])


def numeros(texte: str) -> set[str]:
    """Everything in a text that has the form of an INE, a mail, a telephone (however written) or a whole field."""
    vus = set(re.findall(r"\d{9}[A-HJK]{2}", texte)) | set(re.findall(r"[\w.+-]+@[\w.-]+", texte))
    for t in re.findall(r"\+?\d(?:[ .]?\d){8,12}", texte):
        chiffres = re.sub(r"\D", "", t)
        vus.add("0" + chiffres[2:] if chiffres.startswith("33") else chiffres)
    return vus | {c.strip() for ligne in re.findall(r">([^<]+)<", texte) for c in ligne.split("$")}


def test_no_identifier_of_anybody_remains(essai: Essai) -> None:
    """ELEVE_ID, PERSONNE_ID, ADRESSE_ID, ELENOET, individus and jointures are all others, none of them an original."""

    def identifiants(documents: dict[str, etree._Element]) -> dict[str, set[str]]:
        vus: dict[str, set[str]] = defaultdict(set)
        for racine in documents.values():
            for e in racine.iter():
                for nom in _IDENTIFIANTS:
                    if e.get(nom):
                        vus[nom].add(e.get(nom) or "")
                if e.tag in _IDENTIFIANTS and e.text:
                    vus[e.tag].add(e.text)
                if e.tag == "attr" and e.get("name") in ("ENTPersonJointure", "ENTEleveStructRattachId"):
                    vus[e.get("name") or ""].update(v.text or "" for v in e)
                if e.tag == "attr" and e.get("name") == "ENTElevePersRelEleve":
                    vus["ENTPersonJointure"].update((v.text or "").partition("$")[0] for v in e)
        return vus

    avant, apres = identifiants(essai.avant), identifiants(essai.apres)
    assert set(avant) == set(apres)
    assert {nom: len(v) for nom, v in avant.items()} == {nom: len(v) for nom, v in apres.items()}
    assert len(avant["ENTPersonJointure"]) > 1500
    tous = {n for v in avant.values() for n in v if n}
    assert not tous & {n for v in apres.values() for n in v}


def test_no_pair_of_names_remains(essai: Essai) -> None:
    """No (nom, prénom) of the original, in a record or side by side in a text; no surname is in a field of names."""
    interdits, noms = couples(), {cle_tri(n) for n in originaux()["nom"]}
    for groupe in fiches(essai.apres).values():
        for fiche in groupe:
            for nom in valeurs(fiche, *NOM):
                assert cle_tri(nom) not in noms
                assert not {(cle_tri(nom), cle_tri(p)) for p in valeurs(fiche, *PRENOM)} & interdits
    for nom, texte in textes(essai.sortie):
        paires: set[tuple[str, str]] = set()
        for morceau in re.findall(r"[>\"]([^<>\"]+)[<\"]", texte):
            for a, b in pairwise(cle_tri(morceau).split()):
                paires |= {(a, b), (b, a)}
        assert not paires & interdits, nom
    for chemin in essai.sortie.rglob("*"):
        assert not noms & set(cle_tri(chemin.name).split())


def test_no_record_keeps_its_own(essai: Essai) -> None:
    """Record by record, neither a name, nor a first name, nor the birth date is the one that it was."""
    avant, apres = fiches(essai.avant), fiches(essai.apres)
    comptes: Counter[str] = Counter()
    assert {len(v) for v in avant.values()} == {len(v) for v in apres.values()}
    for cle, fiches_avant in avant.items():
        rendues = apres.get(cle) or next(v for c, v in apres.items() if c.split()[-1] == cle.split()[-1] and "res" in c)
        for a, b in zip(fiches_avant, rendues, strict=True):
            for champs in (NOM, PRENOM, NAISSANCE):
                for x, y in zip(valeurs(a, *champs), valeurs(b, *champs), strict=True):
                    assert x != y or not x
                    comptes[champs[0]] += bool(x)
    assert min(comptes.values()) > 1000


def test_shapes_stay(essai: Essai) -> None:
    """Length, accents and case of names, year of births, number of digits; everything is in the reserved ranges."""
    pareils: Counter[str] = Counter()
    for a, b in zip(eleves(essai.avant), eleves(essai.apres), strict=True):
        nom_a, nom_b = a.findtext("NOM_DE_FAMILLE") or "", b.findtext("NOM_DE_FAMILLE") or ""
        prenom_a, prenom_b = a.findtext("PRENOM") or "", b.findtext("PRENOM") or ""
        assert (a.findtext("DATE_NAISS") or "")[-4:] == (b.findtext("DATE_NAISS") or "")[-4:]
        assert len(a.get("ELEVE_ID") or "") == len(b.get("ELEVE_ID") or "")
        assert b.findtext("ID_ELEVE_ETAB") == (b.get("ELENOET") or "").zfill(5) + "960001"
        assert est_ine_reserve(b.findtext("ID_NATIONAL") or "990000017CF")
        assert telephone_reserve(b.findtext("TEL_PORTABLE") or "0639980000")
        assert mel_reserve(b.findtext("MEL") or "a@b.invalid")
        assert nom_b.isupper()
        assert [c for c in nom_a if c in " -'"] == [c for c in nom_b if c in " -'"]
        pareils["accents"] += (sans_accent(prenom_a) != prenom_a) == (sans_accent(prenom_b) != prenom_b)
        pareils["longueurs"] += len(nom_a) == len(nom_b)
        pareils["prénoms"] += abs(len(prenom_a) - len(prenom_b)) <= 2
        pareils["tous"] += 1
    assert pareils["accents"] == pareils["tous"]
    assert pareils["longueurs"] > 0.97 * pareils["tous"]
    assert pareils["prénoms"] > 0.9 * pareils["tous"]


def eleves(documents: dict[str, etree._Element]) -> list[etree._Element]:
    return list(documents["ElevesAvecAdresses.xml"].iter("ELEVE"))


def partition(cles: list[str]) -> list[list[int]]:
    """Which positions hold the same value."""
    places: dict[str, list[int]] = defaultdict(list)
    for rang, cle in enumerate(cles):
        places[cle].append(rang)
    return sorted(places.values())


def test_families_stay(essai: Essai) -> None:
    """Who shares a surname, a home or parents still does, and nobody else; twins are still two people."""
    avant, apres = eleves(essai.avant), eleves(essai.apres)
    for champ in ("NOM_DE_FAMILLE", "ADRESSE_ID", "CODE_MEF"):
        cles = [[e.findtext(champ) or "" for e in x] for x in (avant, apres)]
        assert partition(cles[0]) == partition(cles[1])
    identites = [(e.findtext("NOM_DE_FAMILLE"), e.findtext("PRENOM"), e.findtext("DATE_NAISS")) for e in apres]
    assert len(set(identites)) == len(identites)
    formes = []
    for documents_, noms in ((essai.avant, avant), (essai.apres, apres)):
        racine = next(r for r in documents_.values() if r.tag == "BEE_RESPONSABLES")
        rang_eleve = {e.get("ELEVE_ID"): i for i, e in enumerate(noms)}
        rang = {e.get("PERSONNE_ID"): i for i, e in enumerate(racine.iter("PERSONNE"))}
        logis = {e.get("ADRESSE_ID"): i for i, e in enumerate(racine.iter("ADRESSE"))}
        liens = [
            (rang_eleve[x.findtext("ELEVE_ID")], rang[x.findtext("PERSONNE_ID")])
            for x in racine.iter("RESPONSABLE_ELEVE")
        ]
        formes.append((liens, [logis.get(e.findtext("ADRESSE_ID")) for e in racine.iter("PERSONNE")]))
    assert formes[0] == formes[1]
    assert len(formes[0][0]) > 800


def test_the_same_person_everywhere(essai: Essai) -> None:
    """A pupil has one name, one birth date and one INE in SIECLE, ELEGROUPE and AAF; a teacher in STS and AAF."""
    siecle = {
        e.get("ELEVE_ID"): (e.findtext("NOM_DE_FAMILLE"), e.findtext("PRENOM"), e.findtext("DATE_NAISS"))
        for e in eleves(essai.apres)
    }
    liens = next(r for r in essai.apres.values() if r.tag == "IMPORT_ELEVES")
    for e in liens.iter("ELEVE"):
        jour = "/".join(reversed((e.findtext("DATE_NAISS") or "").split("-")))
        assert siecle[e.findtext("ELEVE_ID")] == (e.findtext("NOM_DE_FAMILLE"), e.findtext("PRENOM"), jour)
    aaf = next(r for n, r in essai.apres.items() if n.endswith("_Eleve_0000.xml"))
    vus = 0
    for e in aaf.iter("addRequest"):
        ident, nom, prenom, jour = (
            valeurs(e, n)[0]
            for n in ("ENTEleveStructRattachId", "ENTPersonNomPatro", "givenName", "ENTPersonDateNaissance")
        )
        assert siecle[ident] == (nom, prenom, jour)
        assert valeurs(e, "ENTPersonJointure") == [e.findtext("identifier/id")]
        vus += 1
    assert vus == len(siecle)
    sts = {(i.findtext("NOM_PATRONYMIQUE"), (i.findtext("PRENOM") or "").upper()) for i in _individus(essai)}
    agents = next(r for n, r in essai.apres.items() if n.endswith("_PersEducNat_0000.xml"))
    personnels = {(valeurs(e, "ENTPersonNomPatro")[0], valeurs(e, "givenName")[0]) for e in agents.iter("addRequest")}
    assert sts <= personnels


def _individus(essai: Essai) -> list[etree._Element]:
    return list(essai.apres["sts_emp_0960001E_2021.xml"].iter("INDIVIDU"))


def test_groups_stay_and_name_nobody(essai: Essai) -> None:
    """As many groups, with as many members, under codes no longer than they were; their teachers' names follow them."""

    def effectifs(documents_: dict[str, etree._Element]) -> Counter[str]:
        return Counter(
            s.findtext("CODE_STRUCTURE") or "" for s in documents_["ElevesAvecAdresses.xml"].iter("STRUCTURE")
        )

    avant, apres = effectifs(essai.avant), effectifs(essai.apres)
    assert sorted(avant.values()) == sorted(apres.values())
    assert len(avant) == len(apres)
    codes = [(a.get("CODE"), b.get("CODE")) for a, b in _groupes(essai)]
    assert all(len(a or "") >= len(b or "") for a, b in codes)
    assert sum(a != b for a, b in codes) > len(codes) / 4
    assert [sans_accent(a or "") == a for a, _ in codes] == [sans_accent(b or "") == b for _, b in codes]
    connus = {g.get("CODE") for _, g in _groupes(essai)}
    assert {
        s.findtext("CODE_GROUPE") for r in essai.apres.values() for s in r.iter("GROUPE") if s.findtext("CODE_GROUPE")
    } <= connus
    noms = {cle_tri(n) for n in originaux()["nom"]}
    prenoms = {cle_tri(x.prenom) for x in (*jeu().population.agents, *jeu().population.eleves)}
    for ancien, groupe in _groupes(essai):
        mots = cle_tri(f"{groupe.get('CODE')} {groupe.findtext('LIBELLE_LONG')}").split()
        assert not noms & set(mots), mots
        assert not prenoms & set(cle_tri(ancien.findtext("LIBELLE_LONG") or "").split()) & set(mots)
    professeurs = {cle_tri(i.findtext("NOM_USAGE") or "") for i in _individus(essai)}
    nommes = [g for _, g in _groupes(essai) if (g.get("CODE") or "").partition(" ")[2].lower() in professeurs]
    assert nommes


def _groupes(essai: Essai) -> list[tuple[etree._Element, etree._Element]]:
    deux = [d["sts_emp_0960001E_2021.xml"].iter("GROUPE") for d in (essai.avant, essai.apres)]
    return list(zip(*deux, strict=True))


def test_the_physical_form_stays(essai: Essai) -> None:
    """Same files, encodings, elements in the same order; only texts and numbers differ."""
    assert len(essai.avant) == len(essai.apres)
    noms = {c.name for c in essai.sortie.iterdir()}
    assert {"ExportXML_ElevesAvecAdresses (1).zip", "Communs.xml", "aaf", "ExportXML_Structures.zip"} <= noms
    assert "note.txt" not in noms
    entetes = {n: o[:44] for n, o in contenus(essai.entree).items() if n.endswith(".xml")}
    for nom, octets in contenus(essai.sortie).items():
        if nom in entetes:
            assert octets[:44] == entetes[nom]
    for nom, racine in essai.apres.items():
        if nom in essai.avant:
            assert [e.tag for e in racine.iter(etree.Element)] == [e.tag for e in essai.avant[nom].iter(etree.Element)]
    aaf = next(o for n, o in contenus(essai.sortie).items() if n.endswith("_Eleve_0000.xml"))
    assert aaf.isascii()
    assert b'<!-- versionAF="AAF-VE2407" -->' in aaf


def test_what_nobody_knows_is_emptied_and_said(essai: Essai) -> None:
    """An element or attribute that no table lists comes out empty, a comment does not come out; the report says so."""
    r = essai.rapport
    assert [(v.champ, v.nombre) for v in r.vides if v.famille == "siecle_eleves"] == [("ELEVE/OBSERVATION", 1)]
    assert any(v.champ == "attribut ENTEleveInedit" and v.nombre > 500 for v in r.vides)
    assert essai.apres["ElevesAvecAdresses.xml"].findtext(".//OBSERVATION") == ""
    assert r.oublis == 1
    assert [e.nom for e in r.ecartes] == ["note.txt"]
    assert r.uais == ("0960001E",)
    assert r.eleves > 550
    assert 0 < r.combinaisons_rares <= r.eleves
    assert not re.search("|".join(sorted(originaux()["ine"])[:50]), repr(r))


def test_the_set_plays_like_the_original(essai: Essai) -> None:
    """`rentree demo --dossier` finds in the set rendered as many of everything as in the original."""
    un, deux = (_jouer(d) for d in (essai.entree, essai.sortie))
    assert comptes(un) == comptes(deux)
    assert comptes(un)["élèves"] > 550


def _jouer(dossier: Path) -> Entree:
    choisi = profil("nice-2021")
    demande = DemandeDemo(dossier=dossier, donnees_reelles=True)
    return population_du_dossier(demande, choisi, choisi.annee_collectee(choisi.jour_debut))


def garde(source: dict[str, str]) -> bool:
    """Whether a line on where data came from may be compared: a name of file that held a person's is not the same."""
    return source["partie"] != "fichier" and "Responsables " not in source["origine"]


def comptes(entree: Entree) -> dict[str, object]:
    p = entree.population
    return {
        "élèves": len(p.eleves),
        "par division": sorted(len(v) for v in p.eleves_par_division.values()),
        "par groupe": sorted(len(g.membres) for g in p.besoins.groupes),
        "responsables": len(p.responsables),
        "liens": sorted(x.niveau for x in p.liens),
        "adresses": len(p.adresses),
        "agents": len(p.agents),
        "services": len(p.besoins.services),
        "origines": sorted(str(e.origine) for e in p.eleves),
        "naissances": sorted(e.date_naissance.year for e in p.eleves),
        "noms": len({e.nom for e in p.eleves}),
        "sources": [(s["partie"], s["origine"]) for s in entree.sources if garde(s)],
    }
