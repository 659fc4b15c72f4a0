"""What explains a complaint without holding a fiche back: doublons, two people in one fiche, dates put right.

Source: DIAG-16, DIAG-17, DIAG-21; guide 002 (Exemples d'erreurs, Gestion des doublons), guide 004 §3.5.2.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_

from services.siecle_bee.models import Anomalie, BaseEleves, Journal, Personne
from services.siecle_bee.traces.commun import SERVICE, entier, page
from shared.contracts.traces import Blocage, Etape, Trace
from shared.formats.elegroupe.anomalies import CATALOGUE
from shared.persistence.unite import Unite

MENU_DOUBLONS = "Fiches élèves > Doublons responsables > Chercher"
REGLE_DATES = "ELEGRP"
_DEUX_PERSONNES = re.compile(r"(?:^|\s)(?:et|&|ou|mme|m\.|mr|mlle)(?:\s|$)", re.IGNORECASE)


def homonymes(u: Unite, b: BaseEleves, personnes: Sequence[Personne]) -> Mapping[tuple[str, str], int]:
    """(civilité, sort key) → how many fiches of the base have this identity, for these persons."""
    cles = sorted({(p.civilite, p.cle_tri) for p in personnes})
    requete = (
        select(Personne.civilite, Personne.cle_tri, func.count())
        .where(Personne.uai == b.uai, Personne.millesime == b.millesime)
        .where(tuple_(Personne.civilite, Personne.cle_tri).in_(cles))
        .group_by(Personne.civilite, Personne.cle_tri)
    )
    return {(civilite, cle): nombre for civilite, cle, nombre in u.session.execute(requete)} if cles else {}


def modifications(u: Unite, b: BaseEleves, personnes: Sequence[Personne]) -> Mapping[int, datetime]:
    """PERSONNE_ID → when the fiche was last typed over, for those that were."""
    numero = Journal.resume["personne_id"].as_integer()
    requete = (
        select(numero, func.max(Journal.instant))
        .where(Journal.genre == "modification_responsable", Journal.uai == b.uai, Journal.annee == b.millesime)
        .where(numero.in_([p.personne_id for p in personnes]))
        .group_by(numero)
    )
    return dict(u.session.execute(requete).all()) if personnes else {}


def remarques_de_la_personne(p: Personne, fiches: int) -> list[Blocage]:
    """What a fiche responsable shows of a doublon (`fiches` of the same identity) or of two people in one."""
    dites = []
    if fiches > 1:
        dites.append(
            Blocage(
                code="DOUBLON_RESPONSABLE",
                raison=f"{fiches} fiches ont cette civilité, ce nom et ce prénom : autant de comptes ENT, et chaque "
                "notification reçue autant de fois.",
                regle="BEE-42, ENT-10, ENT-11",
                remede="Fusionnez les fiches : « Supprimer » l'une, « Remplacer » par l'autre. Le compte du doublon "
                "est désactivé au prochain import complet.",
                menu=MENU_DOUBLONS,
            )
        )
    if _DEUX_PERSONNES.search(p.prenom) or _DEUX_PERSONNES.search(p.nom):
        dites.append(
            Blocage(
                code="DEUX_PERSONNES_EN_UNE_FICHE",
                raison="Deux personnes sont saisies dans une même fiche : un seul compte ENT pour deux, à "
                "l'identifiant de connexion inhabituel.",
                regle="BEE-44, ENT-06",
                remede="Une correction dans SIECLE ne change pas l'identifiant déjà créé : demandez-le à "
                "l'administrateur de l'ENT. Pour deux comptes, détachez cette fiche et créez-en une par personne.",
                menu="Fiches élèves > Recherche et MAJ",
                interlocuteur="L'administrateur de l'ENT",
            )
        )
    return dites


def dates_recalees(anomalies: Sequence[Anomalie]) -> list[Blocage]:
    """The date anomalies of the last import of links: said once, and harmless."""
    dates = [a for a in anomalies if a.regle == REGLE_DATES]
    if not dates:
        return []
    return [
        Blocage(
            code=dates[0].code,
            raison=f"{dates[0].phrase} Anomalie de date sans conséquence : le lien est gardé. Le calendrier du "
            "logiciel d'emploi du temps n'est pas celui de SIECLE, ce qui en donne beaucoup d'un coup.",
            regle=f"{REGLE_DATES}, COM-04",
            remede=CATALOGUE[dates[0].code].remede,
            menu="Communs > Calendrier",
        )
    ]


def fusionnee(u: Unite, personne_id: str, uai: str | None) -> list[Trace]:
    """A fiche that is no longer in the base because it was merged into another one (BEE-48)."""
    numero = entier(personne_id)
    requete = select(Journal).where(
        Journal.genre == "fusion_doublon", Journal.resume["supprimee"].as_integer() == numero
    )
    if uai:
        requete = requete.where(Journal.uai == uai)
    traces = []
    for j in u.session.scalars(requete.order_by(Journal.id.desc()).limit(1)):
        restante = int(j.resume["restante"])
        gardee = u.session.get(Personne, (j.uai, j.annee, restante))
        b = u.session.get(BaseEleves, (j.uai, j.annee))
        nom = f"{gardee.civilite} {gardee.nom} {gardee.prenom}".strip() if gardee else f"Fiche n° {numero}"
        traces.append(
            Trace(
                service=SERVICE,
                objet="responsable",
                libelle=nom,
                cles={"personne_id": str(numero), "uai": j.uai or ""},
                etat="absent",
                details={"fiche gardée": str(restante)},
                etapes=[Etape(instant=j.instant, libelle="Doublon supprimé, fusionné avec une autre fiche")],
                blocages=[
                    Blocage(
                        code="FICHE_FUSIONNEE",
                        raison=f"Cette fiche était un doublon : elle a été fusionnée avec la fiche n° {restante}.",
                        regle="BEE-48, ENT-12",
                        remede="Rien à faire dans SIECLE : le compte de la fiche gardée est le bon.",
                        menu=MENU_DOUBLONS,
                    )
                ],
                lien=page(b, "doublons-responsables") if b else "",
            )
        )
    return traces
