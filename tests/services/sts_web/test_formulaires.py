"""The forms of the pages: what each does, and how each refuses what is badly typed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.sts_web.test_screens import Pages, texte

MEF6, ALLEMAND, MATHS = "10010012110", "030101", "061300"


@pytest.fixture(scope="module")
def commune(ecole_commune: Any) -> Pages:
    """The pages of a collège that the refusals leave as it was."""
    return Pages(ecole_commune)


def refus(pages: Pages, suite: str, corps: dict[str, Any]) -> str:
    """The text of the message of refusal to which a form leads."""
    reponse = pages.client.post(pages.racine + suite, data=corps)
    assert reponse.status_code == 303, texte(reponse.text)[:300]
    html = pages.client.get(reponse.headers["location"].replace(f"/b/{pages.ecole.bac.nom}", "")).text
    assert "message-erreur" in html, texte(html)[:300]
    return texte(html[html.index("message-erreur") :][:600])


@pytest.mark.procedure("STS-03", "STS-04")
def test_each_entry_is_typed_by_page(ecole: Any) -> None:
    """ARE, HSA, indemnités, a service libre, a matière hors programme: typed, changed, taken away, seen in the état."""
    pages = Pages(ecole)
    are = "/services/rattachement-are"
    assert "L'ARE 4105 est rattachée." in pages.poster(are, {"enseignant": 40102, "code": "4105", "heures": "2,5"})
    assert "L'ARE 4105 est modifiée." in pages.poster(
        are + "/modification", {"agent": 40102, "code": "4105", "heures": "3"}
    )
    assert "TALBOUR Hugo 4105 HEURES CHORALE 3.00" in pages.lire("/services/consultation-are")
    assert "Les HSA sont saisies." in pages.poster("/hsa", {"agent": "40102 L0421", "heures": "1"})
    assert "Les HSA sont modifiées." in pages.poster(
        "/hsa/modification", {"agent": 40102, "discipline": "L0421", "heures": "1.25"}
    )
    pp = {"enseignant": 40102, "division": "6B", "debut": "2021-09-01", "fin": "2022-08-31"}
    assert "est nommé." in pages.poster("/indemnites/professeurs-principaux", pp)
    imp = {"enseignant": 40102, "mission": "TUTORAT", "montant": "625.00"}
    assert "La mission « Tutorat des élèves » est confiée." in pages.poster("/indemnites/missions", imp)
    fiche = pages.lire("/services/etat-des-services/agent?numero=40102")
    for vu in ("ARE 3.00", "Total 7.00", "HSA saisies 1.25", "Professeur principal : 6B.", "Tutorat des élèves."):
        assert vu in fiche
    assert "PP 6B, Tutorat des élèves" in pages.lire("/services/etat-des-services")
    assert "TALBOUR Hugo" in pages.lire("/services/services-discipline?discipline=L0421")
    libre = {"structure": "6B", "matiere": MATHS, "modalite": "CG", "heures": "4.5"}
    assert "Le service libre de « 6B » est créé." in pages.poster("/services-libres", libre)
    assert "Total : 4.50 heures." in pages.lire("/services-libres")
    assert "Le service est rattaché." in pages.poster(
        "/services-libres/rattachement", {"numero": 3, "enseignant": 40104, "heures": ""}
    )
    assert "Tous les services ont un enseignant." in pages.lire("/services-libres")
    assert "Le service est libéré" in pages.poster("/services/liberation", {"numero": 3})
    lien = f"?mef={MEF6}&matiere={ALLEMAND}&heures=4.00"
    page = pages.client.get(f"{pages.racine}/services/hors-programme").text
    assert lien.replace("&", "&amp;") + "#declarer" in page
    proposee = pages.client.get(f"{pages.racine}/services/hors-programme{lien}").text
    assert f'<option value="{ALLEMAND}" selected>' in proposee
    hors = {"mef": MEF6, "matiere": ALLEMAND, "heures": "4", "motif": "Section locale"}
    declaree = pages.poster("/services/hors-programme", hors)
    assert "est déclarée hors programme" in declaree
    assert "6ALL1 ALL1 Allemand LV1 CG 4.00 10010012110, 10110001110 Déclaré" in declaree
    assert "La déclaration est modifiée." in pages.poster(
        "/services/hors-programme/modification", hors | {"heures": "3"}
    )
    assert "Les V.S. sont validées." in pages.poster("/campagne/validation")
    assert "La validation des V.S. est annulée." in pages.poster("/campagne/annulation")
    for suite, corps, phrase in (
        (are, {"agent": 40102, "code": "4105"}, "L'ARE 4105 est supprimée."),
        ("/hsa", {"agent": 40102, "discipline": "L0421"}, "Les HSA sont supprimées."),
        ("/indemnites/professeurs-principaux", {"agent": 40102, "division": "6B"}, "est supprimée."),
        ("/indemnites/missions", {"agent": 40102, "mission": "TUTORAT"}, "est supprimée."),
        ("/services/hors-programme", {"mef": MEF6, "matiere": ALLEMAND}, "La déclaration est supprimée."),
    ):
        assert phrase in pages.poster(suite + "/suppression", corps)


SERVICE = {"structure": "6B", "matiere": MATHS, "heures": "4", "enseignant": "40104"}


@pytest.mark.parametrize(
    ("suite", "corps", "phrase", "remede"),
    [
        ("/services/rattachement-are", {"enseignant": "", "code": "4105"}, "Aucun enseignant n'est choisi.", "liste"),
        ("/services/rattachement-are", {"enseignant": "1", "code": "4105", "heures": "1"}, "n° 1 n'est pas", "liste"),
        ("/services/rattachement-are", {"enseignant": "40102", "heures": "deux"}, "« deux » n'est pas", "4.50"),
        ("/services/rattachement-are/modification", {"agent": 1, "code": "4105", "heures": "1"}, "n'a pas", "liste"),
        ("/services/rattachement-are/suppression", {"agent": 1, "code": "4105"}, "n'a pas l'ARE", "liste"),
        ("/hsa", {"agent": "", "heures": "1"}, "Aucun enseignant n'est choisi.", "liste"),
        ("/hsa", {"agent": "40102 L0421", "heures": "99"}, "99 n'est pas possible", "40 au plus"),
        ("/hsa", {"agent": "40102 L0421", "heures": "1", "debut": "x"}, "n'est pas une date", "AAAA-MM-JJ"),
        ("/hsa/modification", {"agent": 40102, "discipline": "L0421", "heures": "1"}, "n'a pas d'HSA", "liste"),
        ("/hsa/suppression", {"agent": 40102, "discipline": "L0421"}, "n'a pas d'HSA", "liste"),
        ("/indemnites/professeurs-principaux", {"division": "6A"}, "Aucun enseignant", "liste"),
        ("/indemnites/professeurs-principaux", {"enseignant": "40102", "division": ""}, "n'existe pas", "Structure"),
        ("/indemnites/professeurs-principaux/suppression", {"agent": 1, "division": "6A"}, "n'est pas", "liste"),
        ("/indemnites/missions", {"enseignant": "40102", "mission": "TUTORAT"}, "n'est pas un montant", "liste"),
        ("/indemnites/missions", {"enseignant": "40102", "mission": "", "montant": "625"}, "n'existe pas", "parmi"),
        ("/indemnites/missions/suppression", {"agent": 1, "mission": "TUTORAT"}, "n'a pas la mission", "liste"),
        ("/services-libres", {"structure": "6B", "matiere": MATHS, "heures": ""}, "n'est pas un nombre", "4.50"),
        ("/services-libres/rattachement", {"numero": 1, "enseignant": "40104"}, "a déjà un enseignant", "Basculez"),
        ("/services/liberation", {"numero": 99}, "n° 99 n'existe pas", "listes"),
        ("/services/hors-programme", {"mef": MEF6, "matiere": MATHS, "heures": "1"}, "se justifie", "motif"),
        ("/services/hors-programme/suppression", {"mef": MEF6, "matiere": MATHS}, "n'est pas déclarée", "liste"),
        ("/services/rattachement", SERVICE | {"enseignant": ""}, "Aucun enseignant n'est choisi.", "liste"),
        ("/services/rattachement", SERVICE | {"heures": "quatre"}, "« quatre » n'est pas", "4.50"),
        ("/services/rattachement", SERVICE | {"heures": "41"}, "41 n'est pas possible", "40 au plus"),
        ("/services/rattachement", SERVICE | {"matiere": ""}, "matière « » n'existe pas", "listes"),
        ("/services/modification", SERVICE | {"numero": 99}, "n° 99 n'existe pas", "listes"),
        ("/services/modification", SERVICE | {"numero": 1, "heures_prof": "x"}, "« x » n'est pas", "4.50"),
        ("/services/changement-support", {"origine": 40101, "numeros": [1]}, "Aucun enseignant", "liste"),
        ("/services/changement-support", {"origine": 40101, "destinataire": 40102}, "Aucun service", "Sélectionnez"),
        ("/services-suppleants/saisie-rapide", {}, "Aucun suppléant n'est sélectionné.", "Cochez"),
        ("/services-suppleants/saisie-rapide", {"suppleances": ["x"]}, "« x » n'existe pas", "listes"),
        ("/structure/divisions", {"code": "", "mefs": MEF6}, "Le nom de la division est vide.", "nom"),
        ("/structure/divisions", {"code": "6 & C", "mefs": MEF6}, "caractères non autorisés : « & »", "lettres"),
        ("/structure/divisions", {"code": "6C"}, "rattachée à aucun MEF", "au moins un MEF"),
        ("/structure/divisions", {"code": "6C", "mefs": MEF6, "effectif_prevu": "x"}, "pas un effectif", "28"),
        ("/structure/groupes", {"code": "6A", "divisions": ["6A"]}, "déjà celui d'une division", "autre"),
        ("/structure/modification", {"genre": "G", "avant": "RIEN", "code": "R2"}, "n'existe pas", "Structure"),
        ("/structure/suppression", {"genre": "D", "code": "RIEN"}, "n'existe pas", "Structure"),
        ("/ressources/locales", {"nom": "ARBELAY"}, "Le nom et le prénom", "Saisissez"),
        ("/ressources/locales", {"nom": "A", "prenom": "B", "heures": "x"}, "« x » n'est pas", "4.50"),
        ("/ressources/locales/suppression", {"numero": 40101}, "n'existe pas", "liste"),
        ("/bascule", {"reconduire": ["groupes"]}, "sans les divisions", "divisions"),
        ("/campagne/annulation", {}, "n'ont pas été validées", "rien à annuler"),
    ],
)
def test_a_badly_typed_form_is_refused(
    commune: Pages, suite: str, corps: dict[str, Any], phrase: str, remede: str
) -> None:
    """The page to which the form leads says what is wrong and what to do."""
    vu = refus(commune, suite, corps)
    assert phrase in vu
    assert remede in vu


def test_the_pupils_expected_are_typed_for_each_part(ecole: Any) -> None:
    """A multi-MEF division keeps the pupils of each MEF, a group those of each division, when a page changes them."""
    pages = Pages(ecole)
    corps = {"genre": "D", "avant": "6B", "code": "6B", "libelle": "SIXIEME B", "mefs": [MEF6, "10110001110"]}
    pages.poster("/structure/modification", corps | {"parts": [MEF6, "10110001110"], "effectifs": ["13", "11"]})
    (division,) = [d for d in ecole.lire("/divisions") if d["code"] == "6B"]
    assert [(m["code"], m["effectif_prevu"]) for m in division["mefs"]] == [(MEF6, 13), ("10110001110", 11)]
    assert (division["effectif_prevu"], division["nature"]) == (24, "multi-MEF")
    groupe = {"genre": "G", "avant": "6ALL1", "code": "6ALL1", "divisions": ["6A", "6B"], "effectif_prevu": "21"}
    pages.poster("/structure/modification", groupe | {"parts": ["6A", "6B"], "effectifs": ["12", "9"]})
    (lu,) = ecole.lire("/groupes")
    assert ([(d["code"], d["effectif_prevu"]) for d in lu["divisions"]], lu["effectif_prevu"]) == (
        [("6A", 12), ("6B", 9)],
        21,
    )


def test_two_teachers_hold_a_service_together(ecole: Any) -> None:
    """Co-enseignement by page: each teacher with his hours; a matière outside the programme is told."""
    pages = Pages(ecole)
    corps = {"structure": "6A", "matiere": MATHS, "modalite": "AI", "heures": "2", "co_ens": "oui"}
    faite = pages.poster("/services/rattachement", corps | {"enseignant": ["40104", "40102"], "heures_prof": ["", "1"]})
    assert "Sa matière n'est pas au programme" in faite
    (lu,) = [s for s in ecole.lire("/services") if s["matiere"] == MATHS]
    assert lu["co_ens"] is True
    assert [(e["id"], e["heures"]) for e in lu["enseignants"]] == [(40102, 1.0), (40104, 2.0)]
    assert "(co-enseignement)" in pages.lire("/services/services")
    formulaire = pages.client.get(f"{pages.racine}/services/modification?numero={lu['numero']}").text
    assert formulaire.count(" selected>TALBOUR") == formulaire.count(" selected>VANNEREAU") == 1


@pytest.mark.procedure("STS-02")
def test_the_top_bar_is_on_the_data_of_the_school(ecole: Any) -> None:
    """Aide, Guide, Quoi de neuf, Informations pratiques: each says something true of this school's year."""
    pages = Pages(ecole)
    assert "Hors programme" in pages.lire("/aide")
    guide = pages.lire("/guide")
    assert "Exports > Structure Envoyer à la base élèves" in guide
    assert "À faire" in guide
    ecole.demander("POST", "/exports/structure")
    ecole.demander("POST", "/divisions", json={"code": "6C", "mefs": [MEF6]})
    assert "À refaire" in pages.lire("/guide")
    assert "L'académie n'a encore rien envoyé." in pages.lire("/quoi-de-neuf")
    ecole.agents()
    assert "Réception des agents (EPP)" in pages.lire("/quoi-de-neuf")
    infos = pages.lire("/informations-pratiques")
    assert "8 caractères au plus" in infos
    assert f"sts_emp_{ecole.uai}_2021.xml" in infos
    assert "23:30" in infos
