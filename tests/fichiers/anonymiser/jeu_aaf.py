"""A feed of the AAF about the school of the tests, written by hand: the code under test is not that of our writer.

An attribute that no table lists holds each pupil's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from rentree.population import Eleve, Population
from shared.formats.aaf.dtd import DTD


def deposer_aaf(p: Population, presents: Sequence[Eleve], places: dict[int, tuple[str, ...]], dossier: Path) -> None:
    """Write a complete feed of three categories, and its DTD."""
    dossier.mkdir()
    adresses = p.adresses_par_id
    eleves = []
    for e in presents:
        assert e.scolarite is not None
        maison = e.adresse_id or p.responsables_par_id[p.liens_par_eleve[e.id][0].responsable_id].adresse_id
        eleves.append(
            _requete(
                "Eleve",
                1_000_000 + e.id,
                ENTEleveINE=[e.ine or ""],
                ENTEleveStructRattachId=[str(e.id)],
                ENTPersonDateNaissance=[f"{e.date_naissance:%d/%m/%Y}"],
                ENTPersonNomPatro=[e.nom],
                sn=[e.nom_usage or e.nom],
                givenName=[e.prenom],
                ENTPersonAutresPrenoms=[x for x in (e.prenom, e.prenom2, e.prenom3) if x],
                personalTitle=["M." if e.sexe == "1" else "Mme"],
                ENTElevePersRelEleve=[
                    f"{2_000_000 + x.responsable_id}${x.parente}$0$1$0$0" for x in p.liens_par_eleve[e.id]
                ],
                ENTPersonAdresse=[f"{adresses[maison].ligne1}${adresses[maison].ligne2 or ''}$$" if maison else "$$$"],
                ENTEleveClasses=[f"1001${e.scolarite.division}"],
                ENTEleveGroupes=[f"1001${g}" for g in places[e.id]],
                ENTEleveInedit=[f"{e.nom} {e.prenom}"],
            )
        )
    ids = {e.id for e in presents}
    parents = [
        _requete(
            "PersRelEleve",
            2_000_000 + r.id,
            ENTPersonNomPatro=[r.nom],
            sn=[r.nom_usage or r.nom],
            givenName=[r.prenom],
            personalTitle=["M." if r.civilite == "M." else "Mme"],
            homePhone=[_plus33(r.tel_personnel)],
            mobile=[_plus33(r.tel_portable)],
            mail=[r.mel or ""],
        )
        for r in p.responsables
        if any(n in ids for n in p.enfants_par_responsable.get(r.id, ()))
    ]
    profs = [
        _requete(
            "PersEducNat",
            100 + a.id,
            ENTPersonDateNaissance=[f"{a.date_naissance:%d/%m/%Y}"],
            ENTPersonNomPatro=[a.nom],
            sn=[a.nom_usage or a.nom],
            givenName=[a.prenom.upper()],
            personalTitle=["M." if a.sexe == "1" else "Mme"],
            mail=[a.mel],
        )
        for a in p.agents
    ]
    for categorie, requetes in (("Eleve", eleves), ("PersRelEleve", parents), ("PersEducNat", profs)):
        texte = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">\n'
            '<ficAlimMENESR>\n<!-- versionAF="AAF-VE2407" -->\n' + "\n".join(requetes) + "\n</ficAlimMENESR>\n"
        )
        nom = f"ENT_{p.etablissement.uai}_Complet_20210915_{categorie}_0000.xml"
        (dossier / nom).write_bytes(texte.encode("ascii", "xmlcharrefreplace"))
    (dossier / "ficAlimMENESR.dtd").write_text(DTD, encoding="utf-8")


def _requete(categorie: str, numero: int, **attributs: list[str]) -> str:
    attrs = "".join(
        f'\n<attr name="{nom}">'
        + "".join(f"<value>{escape(v)}</value>" if v else "<value/>" for v in valeurs or [""])
        + "</attr>"
        for nom, valeurs in {"ENTPersonJointure": [str(numero)], **attributs}.items()
    )
    return (
        f'<addRequest>\n<operationalAttributes><attr name="categoriePersonne"><value>{categorie}</value></attr>'
        f"</operationalAttributes>\n<identifier><id>{numero}</id></identifier>\n<attributes>{attrs}\n</attributes>\n"
        "</addRequest>"
    )


def _plus33(telephone: str | None) -> str:
    if not telephone:
        return ""
    n = telephone[-9:]
    return f"+33 {n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:9]}"
