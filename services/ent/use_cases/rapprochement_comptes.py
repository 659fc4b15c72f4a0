"""Writing the account-matching files of a school.

Source: connectors reference §5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, text

from services.ent import models, rules
from services.ent.rules.connecteurs import uuid_du_compte
from services.ent.use_cases import consultation
from services.ent.use_cases.identifiants import PAR_PAGE
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.projets import structures, uai_inconnu
from shared.contracts.refus import Inconnu
from shared.formats import rapprochement_comptes as formats
from shared.formats.rapprochement_comptes import ESIDOC, FORMATS, Ligne
from shared.persistence.unite import Unite

PREFIXE = "RENTREE"
"""Of external identifiers, where no connector says another."""


def fichier(u: Unite, projet: str, uai: str, type_fichier: str, prefixe: str = PREFIXE) -> tuple[str, str, bytes]:
    """The name, the media type and the bytes of a file for a product, of the live accounts of a school, by name.

    Raises `Inconnu` PROJET_INCONNU, UAI_INCONNU, FICHIER_INCONNU.
    """
    if type_fichier not in formats.LIBELLES:
        raise Inconnu(
            f"L'ENT n'écrit pas de fichier d'identifiants « {type_fichier[:40]} ».",
            code="FICHIER_INCONNU",
            remede=f"Choisissez l'un de ceux-ci : {', '.join(formats.LIBELLES)}.",
        )
    if uai not in lire_projet(u, projet).uais and not structures(u, projet, uai):
        raise uai_inconnu(uai)
    lignes = _lignes(u, projet, uai, prefixe)
    nom = f"identifiants_{type_fichier}_{uai}_{u.horloge.local():%Y%m%d}"
    if type_fichier == ESIDOC:
        return f"{nom}.xml", "application/xml", formats.ecrire_esidoc(lignes)
    fixe = FORMATS[type_fichier].nom
    return fixe or f"{nom}.csv", "text/csv; charset=utf-8", formats.ecrire_csv(type_fichier, lignes)


def _lignes(u: Unite, projet: str, uai: str, prefixe: str) -> Iterator[Ligne]:
    table = models.Compte
    requete = consultation.filtrer_comptes(projet, None, uai).where(table.etat.in_(rules.VIVANTS))
    comptes = u.session.scalars(requete.order_by(table.cle_tri, table.aaf_id)).all()
    for debut in range(0, len(comptes), PAR_PAGE):
        page = comptes[debut : debut + PAR_PAGE]
        naissances = {c.aaf_id: c.naissance for c in page}
        familles: dict[int, list[Row[Any]]] = {}
        for x in u.session.execute(text(_FAMILLES), {"projet": projet, "ids": list(naissances)}):
            familles.setdefault(x.de, []).append(x)
        for c in consultation.decrire(u, projet, page):
            siens = familles.get(c["aaf_id"], [])
            eleve = c["profil"] == "eleve"
            yield Ligne(
                interne=uuid_du_compte(u.bac.nom, projet, c["aaf_id"]),
                externe=f"{prefixe}-{c['aaf_id']}",
                siecle=str(c["eleve_id"] or ""),
                profil=c["profil"],
                nom=c["nom"],
                prenom=c["prenom"],
                login=c["login"] or "",
                code=c["code_activation"] or "",
                naissance=naissances[c["aaf_id"]],
                mel=c["mel"],
                fonctions=tuple(f for e in c["etablissements"] for f in e["fonctions"]),
                etablissements=tuple(e["nom"] for e in c["etablissements"]),
                classes=tuple(n for a, genre, n in c["appartenances"] if a == uai and genre == "division"),
                groupes=tuple(n for a, genre, n in c["appartenances"] if a == uai and genre == "groupe"),
                enfants=() if eleve else tuple(f"{x.prenom} {x.nom}" for x in siens),
                proches=tuple(f"{x.prenom} {x.nom}" for x in siens) if eleve else (),
                responsables=tuple(f"{prefixe}-{x.vers}" for x in siens if x.legal) if eleve else (),
                tuteurs=tuple(f"{prefixe}-{x.vers}" for x in siens if not x.legal) if eleve else (),
            )


# Both ways: the responsables of a pupil, legal ones first, and the pupils of a responsable.
_FAMILLES = """
    SELECT l.de, l.vers, l.legal, c.nom, c.prenom FROM (
        SELECT projet, eleve_id AS de, responsable_id AS vers, legal FROM lien WHERE eleve_id = ANY(:ids)
        UNION ALL
        SELECT projet, responsable_id, eleve_id, legal FROM lien WHERE responsable_id = ANY(:ids)
    ) l JOIN compte c ON c.projet = l.projet AND c.aaf_id = l.vers AND c.etat IN ('a_activer', 'actif')
    WHERE l.projet = :projet ORDER BY l.de, l.legal = 0, l.legal, c.cle_tri, l.vers
"""
