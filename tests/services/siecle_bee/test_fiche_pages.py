"""The fiche by its pages: responsables brought up to date, options, what Saisie en masse does of options and groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from shared.horloge.profils import profil
from tests.conftest import BacEssai

from .ecole import ANGLAIS, CINQUIEME, Ecole, peupler, preparer
from .test_pages import envoyer, page

PERSONNE = 400_001


def responsable_de(ecole: Ecole, eleve: int) -> dict[str, Any]:
    (seul,) = ecole.appeler("GET", f"/eleves/{eleve}")["responsables"]
    return dict(seul)


@pytest.mark.procedure("BEE-28", "BEE-40", "BEE-43", "BEE-44")
def test_maj_responsable(ecole: Ecole) -> None:
    """A responsable is opened from the fiche and changed, with all he is to the pupil; the page warns of two in one."""
    (eleve,) = peupler(ecole, 1)
    onglet = page(ecole, f"eleves/{eleve}?onglet=responsables")
    assert f"eleves/{eleve}/responsable/{PERSONNE}" in onglet
    for titre in ("Frais", "Aides", "Priorité"):
        assert titre in onglet
    maj = page(ecole, f"eleves/{eleve}/responsable/{PERSONNE}")
    assert "<h1>MAJ Responsable</h1>" in maj
    assert "« Guy et Yvette »" in maj
    formulaire = {
        "civilite": "M.",
        "nom": "m. mme fictif001",
        "prenom": "Guy Et Yvette",
        "ligne1": "9 rue Neuve",
        "code_postal": "25000",
        "commune": "BESANCON",
        "telephone_portable": "0639981234",
        "mel": "parents@exemple.invalid",
        "profession": "10",
        "parente": "20",
        "niveau": "1",
        "percoit_aides": "oui",
        "prioritaire": "oui",
    }
    html = envoyer(ecole, f"eleves/{eleve}/responsable/{PERSONNE}", data=formulaire)
    assert "La fiche du responsable a été mise à jour." in html
    lu = responsable_de(ecole, eleve)
    assert (lu["civilite"], lu["nom"], lu["prenom"], lu["parente"]) == ("M.", "M. MME FICTIF001", "Guy Et Yvette", "20")
    assert [lu[n] for n in ("percoit_aides", "prioritaire", "paie_frais", "heberge")] == [True, True, False, False]
    relue = page(ecole, f"eleves/{eleve}/responsable/{PERSONNE}")
    for valeur in ("9 rue Neuve", "0639981234", "parents@exemple.invalid"):
        assert f'value="{valeur}"' in relue
    (trace,) = ecole.tracer(personne_id=str(PERSONNE))
    assert [r["code"] for r in trace["remarques"]] == ["DEUX_PERSONNES_EN_UNE_FICHE"]


@pytest.mark.procedure("BEE-28")
def test_maj_responsable_refused(ecole: Ecole) -> None:
    """Without a name nothing changes and what was typed stays; a person of somebody else is not found."""
    (un, deux) = peupler(ecole, 2)
    formulaire = {"civilite": "MME", "nom": "", "prenom": "Iris", "parente": "10", "commune": "DOLE"}
    html = envoyer(ecole, f"eleves/{un}/responsable/{PERSONNE}", 422, data=formulaire)
    assert "RESPONSABLE_SANS_NOM" in html
    assert 'value="DOLE"' in html
    assert responsable_de(ecole, un)["nom"] == "FICTIF001"
    assert "RESPONSABLE_NON_RATTACHE" in page(ecole, f"eleves/{deux}/responsable/{PERSONNE}", 404)


@pytest.mark.procedure("BEE-21", "BEE-22", "BEE-29")
def test_options_by_page(ecole: Ecole) -> None:
    """Options are chosen on the fiche with their modality, shown on its synthesis, refused when typed twice."""
    (eleve,) = peupler(ecole, 1)
    html = envoyer(
        ecole,
        f"eleves/{eleve}",
        data={"onglet": "scolarite", "option_1": "", "option_2": ANGLAIS, "modalite_2": "F", "option_3": ""},
    )
    assert "La fiche a été mise à jour." in html
    assert ecole.appeler("GET", f"/eleves/{eleve}")["options"] == [{"rang": 1, "matiere": ANGLAIS, "modalite": "F"}]
    assert "AGL1 F" in page(ecole, f"eleves/{eleve}")
    deux = {"onglet": "scolarite", "option_1": ANGLAIS, "modalite_1": "O", "option_2": ANGLAIS, "modalite_2": "O"}
    assert "OPTION_EN_DOUBLE" in envoyer(ecole, f"eleves/{eleve}", 422, data=deux)
    drole = {"onglet": "scolarite", "option_1": ANGLAIS, "modalite_1": "Z"}
    assert "MODALITE_INCONNUE" in envoyer(ecole, f"eleves/{eleve}", 422, data=drole)
    rang = [{"matiere": ANGLAIS, "rang": 99999}]
    assert ecole.appeler("PATCH", f"/eleves/{eleve}", 422, json={"options": rang})["code"] == "OPTIONS_TROP_NOMBREUSES"
    envoyer(ecole, f"eleves/{eleve}", data={"onglet": "scolarite", "option_1": ""})
    assert ecole.appeler("GET", f"/eleves/{eleve}")["options"] == []


@pytest.mark.procedure("BEE-24", "BEE-25")
def test_options_and_groups_en_masse(ecole: Ecole) -> None:
    """Saisie en masse gives an option and a group to the pupils ticked; who may not be in the group is told why."""
    un, deux, trois = peupler(ecole, 3)
    ecole.appeler("PATCH", f"/eleves/{trois}", json={"mef": CINQUIEME, "division": "5A"})
    assert "Inscrire dans un groupe" in page(ecole, "saisie-en-masse?choix=")
    assert "Inscrire dans un groupe" not in page(ecole, "affectation?choix=")
    assert "AUCUN_ELEVE" in envoyer(ecole, "saisie-en-masse", 422, data={"tous_groupe": "6LATIN"})
    tous = {"tous_option": ANGLAIS, "tous_modalite": "O", "tous_groupe": "6LATIN"}
    html = envoyer(ecole, "saisie-en-masse", data={"affiche": [str(un), str(deux)], "tous": "oui", **tous})
    assert "2 élèves mis à jour." in html
    for eleve in (un, deux):
        fiche = ecole.appeler("GET", f"/eleves/{eleve}")
        assert [g["code"] for g in fiche["groupes"]] == ["6LATIN"]
        assert [o["matiere"] for o in fiche["options"]] == [ANGLAIS]
        assert fiche["division"] == "6A"
    # The same again changes the modality and adds nothing.
    lignes = [
        {"eleve_id": un, "options": [{"matiere": ANGLAIS, "modalite": "F"}]},
        {"eleve_id": trois, "groupe": "6LATIN"},
    ]
    bilan = ecole.appeler("POST", "/saisie-en-masse", json=lignes)
    assert [(r["eleve_id"], r["code"]) for r in bilan["refus"]] == [(trois, "GROUPE_HORS_MEF")]
    html = envoyer(ecole, "saisie-en-masse", data={"eleve": [str(un)], "tous_option": ANGLAIS, "tous_modalite": "S"})
    assert ecole.appeler("GET", f"/eleves/{un}")["options"] == [{"rang": 1, "matiere": ANGLAIS, "modalite": "S"}]


@pytest.mark.procedure("BEE-19", "BEE-18")
def test_a_pupil_from_abroad_is_typed_in_full(ecole: Ecole) -> None:
    """Born and national of another country, she is created in one page; what she still lacks is the school's to say."""
    formulaire = {
        "nom": "venue",
        "prenom": "Ada",
        "sexe": "2",
        "date_naissance": "2010-02-03",
        "pays_naissance": "132",
        "ville_naissance": "LEEDS",
        "nationalite": "132",
        "ligne1": "9 rue Neuve",
        "code_postal": "25000",
        "commune": "BESANCON",
        "regime": "2",
    }
    html = envoyer(ecole, "eleves/creation", data=formulaire)
    assert "La fiche a été créée." in html
    assert "LEEDS (" in html
    (fiche,) = ecole.appeler("GET", "/fiches-bloquantes")
    assert [m["code"] for m in fiche["manques"]] == ["RESPONSABLE_LEGAL", "MEF", "DIVISION"]
    trop_tard = formulaire | {"date_naissance": "2035-01-01"}
    html = envoyer(ecole, "eleves/creation", 422, data=trop_tard)
    assert "PEIGNE_DE_SAISIE" in html
    assert 'value="LEEDS"' in html


@pytest.mark.procedure("BEE-29")
def test_the_synthesis_speaks_in_words(ecole_d_un_eleve: tuple[Ecole, int]) -> None:
    """Nationality, birthplace and address are read as on the screen of the guide, not as codes."""
    ecole, eleve = ecole_d_un_eleve
    html = page(ecole, f"eleves/{eleve}")
    for titre, mots in (("Nationalité", "FRANCE"), ("À", "BESANCON"), ("Adresse", "celle du responsable légal")):
        assert f"<dt>{titre}</dt><dd>{mots}</dd>" in html


@pytest.mark.procedure("REC-14", "REC-19", "BEE-52")
def test_sysca_and_educonnect_seen_from_the_base(ecole: Ecole) -> None:
    """Complete, a fiche goes up that night and its legal responsable is known of EduConnect; undone, it says so."""
    complete, bloquante = peupler(ecole, 2)
    ecole.appeler("PATCH", f"/eleves/{bloquante}", json={"regime": ""})
    assert "cette fiche complète monte la nuit prochaine" in page(ecole, f"eleves/{complete}")
    assert "cette fiche ne monte pas" in page(ecole, f"eleves/{bloquante}")
    ecole.bac.avancer("nuit")
    html = page(ecole, f"eleves/{complete}")
    assert "cette fiche complète est montée" in html
    assert f"/educonnect?uai={ecole.uai}" in html
    comptes = ecole.appeler("GET", "/teleservices")["comptes"]
    assert [(c["nom"], c["educonnect"]) for c in comptes] == [("FICTIF001", True), ("FICTIF002", False)]
    assert "EduConnect" in page(ecole, "teleservices?tri=educonnect&sens=desc")
    ecole.appeler("PATCH", f"/eleves/{complete}", json={"division": ""})
    assert "elle ne l'est plus à la prochaine nuit" in page(ecole, f"eleves/{complete}")


@pytest.mark.procedure("BEE-26")
@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("nom", "   "),
        ("prenom", ""),
        ("nationalite", "abc"),
        ("pays_naissance", "ZZZ"),
        ("commune_naissance", "2505"),
        ("date_naissance", "2030-01-01"),
        ("telephone_portable", "au bureau"),
        ("mel", "pas un mel"),
        ("adresse", {"lignes": ["1 rue Neuve"], "code_postal": "2500", "commune": "BESANCON"}),
    ],
)
def test_what_the_masks_refuse(ecole_d_un_eleve: tuple[Ecole, int], champ: str, valeur: Any) -> None:
    """A field that cannot be what was meant is refused, with what is expected; the fiche stays as it was."""
    ecole, eleve = ecole_d_un_eleve
    avant = ecole.appeler("GET", f"/eleves/{eleve}")
    refus = ecole.appeler("PATCH", f"/eleves/{eleve}", 422, json={champ: valeur})
    assert (refus["code"], refus["detail"][:8]) == ("PEIGNE_DE_SAISIE", "Le champ")
    assert ecole.appeler("GET", f"/eleves/{eleve}") == avant
    if champ in ("nom", "prenom", "telephone_portable", "mel", "adresse"):
        ecole.appeler("PATCH", f"/responsables/{PERSONNE}", 422, json={champ: valeur})


@pytest.fixture(scope="module")
def ecole_d_un_eleve(installation: Any) -> Iterator[tuple[Ecole, int]]:
    """A school with one pupil, that nothing changes."""
    choisi = profil("nice-2021")
    installation.gestion.creer("peignes", profil=choisi, graine=1, depart=choisi.debut)
    with ExitStack() as pile:
        ecole = preparer(Ecole(BacEssai(installation, "peignes", pile)))
        (eleve,) = peupler(ecole, 1)
        yield ecole, eleve
    installation.gestion.supprimer("peignes")


@pytest.mark.procedure("BEE-26")
def test_what_was_typed_stays_when_it_is_refused(ecole_d_un_eleve: tuple[Ecole, int]) -> None:
    """The tab comes back with the mistake said and everything that was typed, to be corrected."""
    ecole, eleve = ecole_d_un_eleve
    formulaire = {
        "onglet": "eleve",
        "nom": "NOUVEAU",
        "prenom": "Zoé",
        "date_naissance": "2010-02-03",
        "ligne1": "9 rue Neuve",
        "code_postal": "25",
        "commune": "BESANCON",
    }
    html = envoyer(ecole, f"eleves/{eleve}", 422, data=formulaire)
    assert "Le champ « Code postal » ne respecte pas le peigne de saisie." in html
    assert "Attendu : cinq chiffres." in html
    for valeur in ("NOUVEAU", "2010-02-03", "9 rue Neuve", "25"):
        assert f'value="{valeur}"' in html
    assert "FICTIF001" in html[html.index("<h1>") : html.index("</h1>")]  # the fiche itself is unchanged
    assert ecole.appeler("GET", f"/eleves/{eleve}")["nom"] == "FICTIF001"
