"""The fichier des identifiants: logins and activation codes of a school (ENT-04).

Columns by name, so that readers that look for « Nom », « Prénom » and « Identifiant ENT » find them in any
order (connectors reference §5). UTF-8 with BOM, `;`, every field quoted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from services.ent import models, rules
from services.ent.use_cases import consultation
from services.ent.use_cases.projets import projet as lire_projet
from services.ent.use_cases.projets import structures, uai_inconnu
from shared.persistence.unite import Unite

COLONNES = (
    "Identifiant ENT",
    "Nom",
    "Prénom",
    "Code d'activation",
    "Profil",
    "Classes",
    "Groupes",
    "État",
    "Créé le",
    "Id SIECLE",
    "Clé de jointure",
)
PAR_PAGE = 2000


def nom_fichier(u: Unite, projet: str, uai: str) -> str:
    """`identifiants_<projet>_<UAI>_<AAAAMMJJ>.csv`, dated by the simulated clock."""
    return f"identifiants_{projet}_{uai}_{u.horloge.local():%Y%m%d}.csv"


def fichier(u: Unite, projet: str, uai: str, profil: str | None = None) -> bytes:
    """The live accounts of a school, by name. Raises `Inconnu` PROJET_INCONNU, UAI_INCONNU."""
    if uai not in lire_projet(u, projet).uais and not structures(u, projet, uai):
        raise uai_inconnu(uai)
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    ecrivain.writerow(COLONNES)
    for c in _comptes(u, projet, uai, profil):
        ecrivain.writerow(
            (
                c["login"],
                c["nom"],
                c["prenom"],
                c["code_activation"] or "",
                rules.LIBELLES_PROFIL[c["profil"]],
                ", ".join(c["classes"]),
                ", ".join(c["groupes"]),
                rules.LIBELLES_ETAT[c["etat"]],
                f"{c['cree_le'].astimezone(u.horloge.fuseau):%d/%m/%Y}",
                c["eleve_id"] or "",
                c["aaf_id"],
            )
        )
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


def _comptes(u: Unite, projet: str, uai: str, profil: str | None) -> Iterator[dict[str, Any]]:
    table = models.Compte
    requete = consultation.filtrer_comptes(projet, profil, uai).where(table.etat.in_(rules.VIVANTS))
    lignes = u.session.scalars(requete.order_by(table.cle_tri, table.aaf_id)).all()
    for debut in range(0, len(lignes), PAR_PAGE):
        yield from consultation.decrire(u, projet, lignes[debut : debut + PAR_PAGE])
