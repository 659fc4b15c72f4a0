"""The twelve steps of guide 000 §2, played through the applications' own web services.

Nothing here decides anything: each step sends what a person would type or carry from one application to
another. Source: guide 000 chapter 2; procedures rows named at each step.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from urllib.parse import unquote

from rentree.demo import depart, messages
from rentree.demo.partie import Rentree
from rentree.population import FicheBloquante, MultiInscription, Population
from shared.http.clients import Clients
from shared.screens.composants import pluriel

PROJET = "ENT-RENTREE"
UNE_COMMUNE_MANQUE = 40
"""One dossier of AFFELNET in so many comes without its commune of birth: a fiche bloquante to complete."""
JEU_SIECLE = (
    "Nomenclature",
    "Geographique",
    "Etablissements",
    "Structures",
    "Communs",
    "ElevesAvecAdresses",
    "ResponsablesAvecAdresses",
)


def jouer_academie(r: Rentree) -> None:
    """Before: the académie registers schools and people, the applications hold year N-1."""
    p, rectorat = r.population, r.clients["rectorat"]
    avant = r.avant or depart.avant_la_rentree(p, r.maintenant().astimezone(r.fuseau))
    with ThreadPoolExecutor(3) as mains:  # several people, each at one application
        autres = [] if r.bases else [mains.submit(reprendre_bases, r.clients, avant)]
        autres.append(mains.submit(_reprendre_sts, r, avant))
        if r.annuaire is None:
            autres.append(mains.submit(ouvrir_l_ent, r))
        rectorat.poster("/api/academie", {"code": p.academie.code, "nom": p.academie.nom})
        ecoles = sorted({e.uai: e for e in (p.etablissement, p.voisin, *p.ecoles)}.values(), key=lambda e: e.uai)
        declares = [messages.etablissement(e, p.academie) for e in ecoles]
        rectorat.poster("/api/etablissements", [e.valeurs() for e in declares])
        rectorat.poster("/api/agents", [messages.agent(a, r.uai).valeurs() for a in p.agents])
        rectorat.poster("/api/nomenclatures", {"jeu": "national"})
        r.jalon("L'académie a saisi les agents et chargé les nomenclatures (EPP, GI/GC, BCN)")
        rectorat.poster("/api/diffusion")
        r.jalon("L'académie les a diffusés à STS-Web et à SIECLE")
        if r.bases:
            r.bases.resultat()
        for autre in autres:
            autre.result()


def _reprendre_sts(r: Rentree, avant: depart.Avant) -> None:
    fichier = (f"sts_emp_{r.uai}_{r.annee - 1}.xml", avant.sts, "application/xml")
    r.clients["sts_web"].demander("POST", "/api/reprise", files={"fichier": fichier})


def ouvrir_l_ent(r: Rentree) -> None:
    """The school's project, in the directory and in the ENT (AAF-01)."""
    projet = {"code": PROJET, "libelle": "ENT de démonstration", "uais": [r.uai]}
    r.clients["aaf"].poster("/api/projets", {**projet, "grammaire": "6.4"})
    r.clients["ent"].poster("/api/projets", {**projet, "aaf_projet": PROJET})


def reprendre_bases(clients: Clients, avant: depart.Avant) -> None:
    """BEE loads the SIECLE exports of the year before, of the school and of its neighbour."""
    for jeu in avant.bases:
        if jeu:
            fichiers = [("fichiers", (nom, octets, "application/zip")) for nom, octets in jeu]
            clients["siecle_bee"].demander("POST", "/api/reprise", files=fichiers)


def jouer_bascules(r: Rentree) -> None:
    """Bascule BEE by the académie (REC-11), then step 1: bascule in STS-Web, divisions only (STS-10, STS-11)."""
    r.clients["rectorat"].poster("/api/bascules-bee", {"uai": r.uai, "millesime": r.millesime})
    r.jalon("Bascule de la base élèves par l'académie")
    r.clients["sts_web"].poster(f"/api/etablissements/{r.uai}/bascule", {"reconduire": ["divisions"]})
    r.jalon("1. STS-Web : bascule, divisions seules")


def jouer_nomenclatures(r: Rentree) -> None:
    """Step 2: nomenclatures received, selected, profiled (NOM-01 to NOM-03)."""
    bee, p = r.clients["siecle_bee"], r.population
    bee.poster(f"{r.bee}/nomenclatures/reception")
    mefs = sorted({m for d in p.divisions for m in d.mefs})
    matieres = {s.matiere for s in p.besoins.services}
    matieres |= {o.matiere for e in p.eleves if e.scolarite for o in e.scolarite.options}
    bee.poster(f"{r.bee}/nomenclatures/selection", {"mefs": mefs, "matieres": sorted(matieres)})
    bee.poster(f"{r.bee}/nomenclatures/profilage")
    r.jalon("2. Nomenclatures reçues, sélectionnées et profilées")


def jouer_structure(r: Rentree) -> None:
    """Steps 3 and 4: divisions cleaned and created, Exports > Structure (STS-14, STS-16, STS-58)."""
    sts, p = r.clients["sts_web"], r.population
    presentes = {d["code"] for d in sts.lire(f"{r.sts}/divisions")}
    voulues = {d.code: d for d in p.divisions}
    if presentes:
        sts.poster(f"{r.sts}/divisions/suppression", {"codes": sorted(presentes)})
    sts.poster(
        f"{r.sts}/divisions",
        [
            {
                "code": d.code,
                "libelle": d.libelle,
                "mefs": [{"code": m, "effectif_prevu": prevu} for m, prevu in _effectifs(p, d.code)],
            }
            for d in voulues.values()
        ],
    )
    r.jalon("3. STS-Web : divisions supprimées et créées")
    message = sts.poster(f"{r.sts}/exports/structure")["message"]
    r.jalon(f"4. STS-Web, Exports > Structure : « {message} »")


def _effectifs(p: Population, division: str) -> list[tuple[str, int]]:
    mefs = dict.fromkeys(p.divisions_par_code[division].mefs, 0)
    for e in p.eleves_par_division[division]:
        if e.scolarite:
            mefs[e.scolarite.mef] = mefs.get(e.scolarite.mef, 0) + 1
    return sorted(mefs.items())


def jouer_eleves(r: Rentree) -> None:
    """Step 5: what the secretary types while the adjoint makes the timetable."""
    jouer_dossiers(r)
    jouer_scolarites(r)


def jouer_dossiers(r: Rentree) -> None:
    """Steps 5a, 5b: dossiers from AFFELNET, from the other school, then typed in full (BEE-31 to BEE-35, BEE-19)."""
    bee, p, rectorat = r.clients["siecle_bee"], r.population, r.clients["rectorat"]
    # Pupils who were in the base keep their identifier; the bascule copied them.
    r.eleves |= {e.id: e.id for e in p.eleves if e.origine == "base"}
    places = [messages.dossier(p, e) for e in p.eleves if e.origine == "affectation"]
    for rang in range(UNE_COMMUNE_MANQUE - 1, len(places), UNE_COMMUNE_MANQUE):
        places[rang] = places[rang].avec(commune_naissance="")
    if places:
        rectorat.poster(
            "/api/affectations",
            {"uai": r.uai, "millesime": r.millesime, "dossiers": [d.valeurs() for d in places]},
        )
        rectorat.poster("/api/affectations/publication", {"uai": r.uai})
        faits = bee.poster(f"{r.bee}/importations/affectation", {"cles": None})["eleves"]
        r.eleves |= {int(x["cle"].removeprefix("E")): x["eleve_id"] for x in faits}
        r.jalon(f"5a. Base élèves : {pluriel(len(faits), 'dossier importé', 'dossiers importés')} depuis l'affectation")
    multi = {a.eleve_id for a in p.anomalies if isinstance(a, MultiInscription)}
    venus = [e for e in p.eleves if e.origine == "autre_eple" and e.id not in multi]
    if venus:
        voisine = f"/api/etablissements/{p.voisin.uai}/bases/{r.millesime}"
        bee.poster(
            f"{voisine}/exportations/dossiers-eple",
            {
                "eleve_ids": sorted(e.id for e in venus),
                "vers": r.uai,
                "date_sortie": r.maintenant().astimezone(r.fuseau).date().isoformat(),
                "motif": "10",
            },
        )
        attente = bee.lire(f"{r.bee}/importations/autre-eple")
        faits = bee.poster(f"{r.bee}/importations/autre-eple", {"cles": sorted(x["cle"] for x in attente)})["eleves"]
        # The dossier's key ends with the ELEVE_ID of the school of origin, which the population gave.
        r.eleves |= {int(x["cle"].rpartition(":")[2]): x["eleve_id"] for x in faits}
        r.jalon(f"5b. Base élèves : {pluriel(len(faits), 'dossier importé', 'dossiers importés')} depuis un autre EPLE")
    saisis = [e for e in p.eleves if e.origine == "hors_academie" or e.id in multi]
    for e in saisis:
        cree = bee.poster(f"{r.bee}/eleves", messages.dossier(p, e).valeurs())
        r.eleves[e.id] = cree["eleve_id"]
    if saisis:
        r.jalon(f"Base élèves : {pluriel(len(saisis), 'fiche saisie', 'fiches saisies')} en entier")


def jouer_scolarites(r: Rentree) -> None:
    """Step 5c: pupils put in MEF, divisions, options; fiches bloquantes looked for, completed (BEE-12, BEE-22)."""
    bee, p = r.clients["siecle_bee"], r.population
    lignes = []
    for e in p.eleves:
        place = e.scolarite
        if place is None or place.division is None:
            continue
        lignes.append(
            {
                "eleve_id": r.eleves[e.id],
                "mef": place.mef,
                "division": place.division,
                "regime": e.regime,
                "options": [{"matiere": o.matiere, "modalite": o.modalite, "rang": o.rang} for o in place.options],
            }
        )
    fait = bee.poster(f"{r.bee}/saisie-en-masse", lignes)
    r.rapports["saisie"] = fait
    r.jalon(f"5c. Base élèves : {len(lignes)} élèves affectés dans leurs MEF, divisions et options")
    voulues = {r.eleves[a.eleve_id] for a in p.anomalies if isinstance(a, FicheBloquante)}
    bloquantes = bee.lire(f"{r.bee}/fiches-bloquantes")
    inverse = {v: k for k, v in r.eleves.items()}
    for fiche in bloquantes:
        eleve = inverse.get(fiche["eleve_id"])
        if fiche["eleve_id"] in voulues or eleve is None:
            continue
        e = p.eleves_par_id[eleve]
        bee.demander(
            "PATCH",
            f"{r.bee}/eleves/{fiche['eleve_id']}",
            json={"commune_naissance": e.commune_naissance, "regime": e.regime},
        )
    reste = len(bee.lire(f"{r.bee}/fiches-bloquantes"))
    completees = len(bloquantes) - reste
    r.jalon(f"5. Base élèves, fiches bloquantes : trouvées {len(bloquantes)}, complétées {completees}, restent {reste}")


def jouer_emploi_du_temps(r: Rentree) -> None:
    """Steps 6 and 7: `sts_emp` carried to EDT, which builds groups, services and the timetable."""
    sts, edt, p = r.clients["sts_web"], r.clients["edt"], r.population
    reponse = sts.demander("POST", f"{r.sts}/exports/emploi-du-temps")
    nom = messages.nom_de_fichier(reponse.headers.get("content-disposition", ""), f"sts_emp_{r.uai}_{r.annee}.xml")
    r.fichiers[nom] = reponse.content
    r.jalon(f"6. STS-Web, Exports > Emploi du temps : {nom}")
    edt.poster(r.edt)
    edt.demander("POST", f"{r.edt}/imports/sts", files={"fichier": (nom, r.fichiers[nom], "application/xml")})
    edt.poster(
        f"{r.edt}/groupes",
        [
            {"code": g.code, "libelle": g.libelle, "divisions": list(g.divisions), "barrette": g.barrette}
            for g in p.besoins.groupes
        ],
    )
    edt.poster(
        f"{r.edt}/services",
        [
            {
                "structure": s.structure,
                "type": s.type_structure,
                "matiere": s.matiere,
                "modalite": s.modalite,
                "heures": float(s.heures),
                "co_ens": s.co_enseignement,
                "enseignants": [{"id": i, "type": "epp", "heures": float(h)} for i, h in s.enseignants],
            }
            for s in p.besoins.services
        ],
    )
    edt.poster(
        f"{r.edt}/professeurs-principaux",
        [{"division": d, "id": i} for d, i in p.besoins.professeurs_principaux],
    )
    place = edt.poster(f"{r.edt}/placement")
    r.rapports["placement"] = place
    r.jalon(f"7. EDT : {len(p.besoins.groupes)} groupes, {len(p.besoins.services)} services, emploi du temps placé")


def jouer_import(r: Rentree) -> None:
    """Step 8: `emp_sts` carried to STS-Web, annule et remplace (STS-45)."""
    sts, edt = r.clients["sts_web"], r.clients["edt"]
    reponse = edt.demander("POST", f"{r.edt}/exports/sts")
    nom = messages.nom_de_fichier(reponse.headers.get("content-disposition", ""), f"emp_sts_{r.uai}_{r.annee}.xml")
    r.fichiers[nom] = reponse.content
    rapport = sts.demander(
        "POST",
        f"{r.sts}/imports/emploi-du-temps",
        files={"fichier": (nom, reponse.content, "application/xml")},
        data={"conserver_services": "non"},
    ).json()
    r.rapports["import_sts"] = rapport
    rejets = len(rapport["groupes_rejetes"])
    r.jalon(
        f"8. STS-Web, Imports > Emploi du temps : {len(rapport['groupes_crees'])} groupes créés, {rejets} rejeté(s)"
    )


def jouer_exports(r: Rentree) -> None:
    """Step 9: exports Structure, then Services (STS-54)."""
    sts = r.clients["sts_web"]
    message = sts.poster(f"{r.sts}/exports/structure")["message"]
    r.jalon(f"9. STS-Web, Exports > Structure : « {message} »")
    message = sts.poster(f"{r.sts}/exports/services", {"destination": "sconet"})["message"]
    r.jalon(f"9. STS-Web, Exports > Services : « {message} »")


def jouer_groupes(r: Rentree) -> None:
    """Steps 10 and 11: SIECLE's files carried to EDT, pupils put in their groups (BEE-65, EDT-21, EDT-35)."""
    bee, edt, p = r.clients["siecle_bee"], r.clients["edt"], r.population
    envois = []
    for export in JEU_SIECLE:
        reponse = bee.demander("POST", f"{r.bee}/exports-xml/{export}")
        nom = messages.nom_de_fichier(reponse.headers.get("content-disposition", ""), f"ExportXML_{export}.zip")
        r.fichiers[nom] = reponse.content
        envois.append(("fichiers", (nom, reponse.content, "application/zip")))
    r.jalon(f"10. Base élèves, Exportations > En XML : {len(envois)} fichiers")
    edt.demander("POST", f"{r.edt}/imports/siecle", files=envois)
    debut, fin = p.rentree.isoformat(), p.sortie.isoformat()
    edt.poster(
        f"{r.edt}/groupes/eleves",
        [
            {"groupe": g.code, "eleves": [r.eleves[m] for m in g.membres], "debut": debut, "fin": fin}
            for g in p.besoins.groupes
        ],
    )
    r.jalon(f"11. EDT : {sum(len(g.membres) for g in p.besoins.groupes)} liens élève-groupe saisis")


def deposer_liens(r: Rentree) -> datetime:
    """Step 12: the ELEGROUPE zip carried from EDT to BEE (EDT-36, BEE-73 to BEE-80); the instant of the deposit, T0."""
    reponse = r.clients["edt"].demander("POST", f"{r.edt}/exports/liens")
    nom = messages.nom_de_fichier(reponse.headers.get("content-disposition", ""), "ELEGROUPE.zip")
    for ancien in [n for n in r.fichiers if "ELEGROUPE" in n]:
        del r.fichiers[ancien]
    r.fichiers[nom] = reponse.content
    dit = unquote(reponse.headers.get("x-rentree-message", ""))
    depot = (
        r.clients["siecle_bee"]
        .demander(
            "POST",
            f"{r.bee}/importations/liens-eleve-groupe",
            files={"fichier": (nom, reponse.content, "application/zip")},
            data={"confirmation": "ok"},
        )
        .json()
    )
    r.rapports["export_liens"] = dit
    suite = f" : « {depot['message']} »" if depot.get("message") else ""
    return r.jalon(f"12. Base élèves, Importations > Liens élève-groupe{suite}")
