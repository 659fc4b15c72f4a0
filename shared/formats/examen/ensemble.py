"""Consistency of a whole set: schools and years, pupils and responsables, links and calendar, INE across schools.

Source: reference SIECLE, sections 9 and 12; procedures COM-04, COM-05, BEE-102, STS-25, STS-62.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from shared.formats.examen.cles import Sorte
from shared.formats.examen.croisements import DocumentDuJeu, Jeu, appliquer
from shared.formats.examen.rapport import Recueil, dit, liste
from shared.formats.reconnaissance import Famille as F
from shared.nomenclatures.acces import matiere_existe, mef_existe

STS = (F.STS_EMP, F.EMP_STS)


def croiser(jeux: Iterable[Jeu], recueil_de: Callable[[str], Recueil], ensemble: Recueil) -> None:
    """Check every set of one school and year, then the sets together.

    Arguments: `recueil_de` gives where the problems of a document go; `ensemble`, those of the set.
    """
    jeux = sorted(jeux, key=lambda j: (j.uai, j.annee or 0))
    _ecoles(jeux, ensemble)
    ines: dict[str, str] = {}
    for jeu in jeux:
        appliquer(jeu, recueil_de)
        _responsables(jeu, recueil_de)
        _groupes(jeu, recueil_de)
        _mefs_des_liens(jeu, recueil_de)
        _calendrier(jeu, recueil_de)
        _deux_exports(jeu, ensemble)
        _codes_locaux(jeu, recueil_de)
        _entre_ecoles(jeu, ines, recueil_de)


def _ecoles(jeux: list[Jeu], ensemble: Recueil) -> None:
    uais = sorted({j.uai for j in jeux})
    if len(uais) > 1:
        ensemble.remarque(
            "JEU_DEUX_ETABLISSEMENTS",
            f"Le jeu contient les fichiers de {len(uais)} établissements : {liste(uais)}.",
            remede="C'est voulu ? Sinon, ne gardez que les fichiers d'un établissement.",
        )
    for uai in uais:
        annees = sorted({j.annee for j in jeux if j.uai == uai and j.annee is not None})
        if len(annees) > 1:
            ensemble.remarque(
                "JEU_DEUX_ANNEES",
                f"Le jeu contient plusieurs années de l'établissement {dit(uai)} : {', '.join(map(str, annees))}.",
                remede="Les fichiers d'une année ne se lisent pas avec ceux d'une autre : gardez-en une seule.",
            )


def _responsables(jeu: Jeu, recueil_de: Callable[[str], Recueil]) -> None:
    for document in jeu.de(F.SIECLE_RESPONSABLES, F.DOSSIERS):
        cites = document.cles.citees.get(Sorte.PERSONNE, {})
        for personne, ligne in document.cles.definies.get(Sorte.PERSONNE, {}).items():
            if personne not in cites:
                recueil_de(document.nom).remarque(
                    "RESPONSABLE_SANS_ELEVE",
                    f"La personne d'identifiant {personne} n'est responsable d'aucun élève.",
                    ligne=ligne,
                    element="PERSONNE",
                    remede="Rattachez-la à un élève dans la base élèves, ou supprimez-la.",
                    objet=f"responsable:{personne}",
                )
    responsables = jeu.de(F.SIECLE_RESPONSABLES)
    if not responsables:
        return
    suivis = {e for d in responsables for e in d.cles.avec_responsable}
    for document in jeu.de(F.SIECLE_ELEVES):
        for eleve, ligne in document.cles.definies.get(Sorte.ELEVE, {}).items():
            if eleve not in suivis and eleve not in document.cles.partis:
                recueil_de(document.nom).remarque(
                    "ELEVE_SANS_RESPONSABLE",
                    f"L'élève d'identifiant {eleve} n'a aucun responsable dans l'export des responsables.",
                    ligne=ligne,
                    element="ELEVE",
                    remede="Rattachez-lui un responsable dans la base élèves, ou exportez les deux fichiers ensemble.",
                    objet=f"eleve:{eleve}",
                )


def _groupes(jeu: Jeu, recueil_de: Callable[[str], Recueil]) -> None:
    """Groups of the remontée that the structure of BEE does not have (STS-62)."""
    structure = jeu.definies(Sorte.GROUPE, (F.SIECLE_STRUCTURES,))
    if structure is None:
        return
    for document in jeu.de(F.EMP_STS):
        for groupe, ligne in document.cles.definies.get(Sorte.GROUPE, {}).items():
            if groupe not in structure:
                recueil_de(document.nom).remarque(
                    "GROUPE_ABSENT_DE_SIECLE",
                    f"Le groupe « {dit(groupe)} » n'est pas dans la structure de la base élèves.",
                    ligne=ligne,
                    element="GROUPE",
                    remede="Importez le fichier dans STS-Web, puis exportez la structure vers SIECLE.",
                    objet=f"groupe:{groupe}",
                )


def _mefs_des_liens(jeu: Jeu, recueil_de: Callable[[str], Recueil]) -> None:
    """A link is rejected when its group is not attached to the pupil's MEF (GROUPE_B_02)."""
    mefs: dict[str, frozenset[str]] = {}
    for document in jeu.de(F.SIECLE_STRUCTURES):
        mefs |= document.cles.mefs_des_groupes
    eleves: dict[int | str, str] = {}
    for document in jeu.de(F.SIECLE_ELEVES):
        eleves.update(document.cles.mef_des_eleves.items())
        for eleve, ine in document.cles.ine_des_eleves.items():
            if eleve in document.cles.mef_des_eleves:
                eleves[ine] = document.cles.mef_des_eleves[eleve]
    for document in jeu.de(F.LIENS_ELEVE_GROUPE):
        for (cle, groupe), ligne in document.cles.liens.items():
            mef, admis = eleves.get(cle), mefs.get(groupe)
            if mef is not None and admis and mef not in admis:
                recueil_de(document.nom).erreur(
                    "GROUPE_B_02",
                    f"Le groupe « {dit(groupe)} » n'est pas rattaché au MEF « {dit(mef)} » de l'élève : "
                    "l'inscription sera rejetée.",
                    ligne=ligne,
                    element="CODE_GROUPE",
                    remede="Rattachez le groupe à ce MEF dans STS-Web, exportez la structure, puis redéposez.",
                    objet=f"groupe:{groupe}",
                )


def _calendrier(jeu: Jeu, recueil_de: Callable[[str], Recueil]) -> None:
    """Dates of links out of the year are reset or emptied by the import (ELEGRP_A_02 and A_03)."""
    bornes = _bornes(jeu)
    if bornes is None:
        return
    debut_annee, fin_annee = bornes
    periode = f"du {debut_annee:%d/%m/%Y} au {fin_annee:%d/%m/%Y}"
    for document in jeu.de(F.LIENS_ELEVE_GROUPE):
        for (debut, fin), citation in document.cles.dates_de_liens.items():
            for jour, quoi, code, element in (
                (debut, "début", "ELEGRP_A_02", "DATE_DEBUT_GROUPE"),
                (fin, "fin", "ELEGRP_A_03", "DATE_FIN_GROUPE"),
            ):
                if jour is not None and not debut_annee <= jour <= fin_annee:
                    recueil_de(document.nom).remarque(
                        code,
                        f"La date de {quoi} {jour:%d/%m/%Y} de {citation.nombre} inscription(s) n'est pas dans l'année "
                        f"({periode}) : elle sera réinitialisée.",
                        ligne=citation.ligne,
                        element=element,
                        remede="Accordez le calendrier du logiciel d'emploi du temps avec celui de SIECLE.",
                    )


def _bornes(jeu: Jeu) -> tuple[date, date] | None:
    """The school year, as Communs says it, else STS, else as wide as any calendar makes it."""
    for document in jeu.de(F.SIECLE_COMMUNS) + jeu.de(F.STS_EMP):
        if document.cles.debut and document.cles.fin:
            return document.cles.debut, document.cles.fin
    return None if jeu.annee is None else (date(jeu.annee, 8, 1), date(jeu.annee + 1, 12, 31))


def _deux_exports(jeu: Jeu, ensemble: Recueil) -> None:
    """Two files of the same kind that do not hold the same pupils were not exported together."""
    documents = jeu.de(F.SIECLE_ELEVES)
    for autre in documents[1:]:
        premiers, suivants = (d.cles.definies.get(Sorte.ELEVE, {}).keys() for d in (documents[0], autre))
        ecart = len(premiers ^ suivants)
        if ecart:
            ensemble.remarque(
                "JEU_EXPORTS_DIFFERENTS",
                f"« {documents[0].nom} » et « {autre.nom} » n'ont pas les mêmes élèves ({ecart} de différence).",
                remede="Gardez le plus récent, ou exportez les deux le même jour.",
            )


def _codes_locaux(jeu: Jeu, recueil_de: Callable[[str], Recueil]) -> None:
    """MEF and matières that the shipped nomenclatures do not have: académies and schools have their own."""
    for document in jeu.documents:
        for sorte, existe, quoi in ((Sorte.MEF, mef_existe, "MEF"), (Sorte.MATIERE, matiere_existe, "matières")):
            connus = document.cles.definies.get(sorte, {}).keys() | document.cles.citees.get(sorte, {}).keys()
            locaux = [str(code) for code in connus if code and not existe(str(code))]
            if locaux:
                recueil_de(document.nom).information(
                    "CODES_LOCAUX",
                    f"Des codes ({quoi}) ne sont pas dans nos nomenclatures nationales : {liste(locaux)}.",
                    remede="Rien à faire si ce sont des codes de l'académie ou de l'établissement.",
                )


def _entre_ecoles(jeu: Jeu, ines: dict[str, str], recueil_de: Callable[[str], Recueil]) -> None:
    """An INE in two schools: the pupil is registered twice, the AAF keeps neither."""
    for document in jeu.de(F.SIECLE_ELEVES):
        for eleve, ine in document.cles.ine_des_eleves.items():
            if eleve in document.cles.partis:
                continue
            ailleurs = ines.setdefault(ine, jeu.uai)
            if ailleurs != jeu.uai:
                recueil_de(document.nom).remarque(
                    "INE_DEUX_ETABLISSEMENTS",
                    f"L'élève d'identifiant {eleve} a le même INE qu'un élève de l'établissement {dit(ailleurs)}.",
                    ligne=document.cles.definies[Sorte.ELEVE].get(eleve),
                    element="ID_NATIONAL",
                    remede="Vérifiez où l'élève est réellement inscrit ; saisissez sa sortie dans l'autre école.",
                    objet=f"eleve:{eleve}",
                )


def jeux_de(documents: Iterable[tuple[str, int | None, DocumentDuJeu]]) -> list[Jeu]:
    """Documents put together by school and year.

    Arguments: (UAI, year as written, document). An `emp_sts` may say no year: it goes with the school's only one. In
    the southern calendar the STS year is one more than the millésime (COM-05).
    """
    tous = list(documents)
    sud = {uai for uai, _, d in tous if d.cles.sud}
    jeux: dict[tuple[str, int | None], Jeu] = {}
    sans_annee: list[tuple[str, DocumentDuJeu]] = []
    for uai, annee, document in tous:
        if annee is None:
            sans_annee.append((uai, document))
            continue
        millesime = annee - 1 if uai in sud and document.famille in STS else annee
        jeux.setdefault((uai, millesime), Jeu(uai, millesime)).documents.append(document)
    for uai, document in sans_annee:
        siens = [jeu for jeu in jeux.values() if jeu.uai == uai]
        jeu = siens[0] if len(siens) == 1 else jeux.setdefault((uai, None), Jeu(uai, None))
        jeu.documents.append(document)
    return list(jeux.values())
