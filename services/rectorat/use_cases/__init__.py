"""What the académie does: appoints, places pupils, opens bases, gives INE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from services.rectorat import models
from services.rectorat.rules import registre
from shared.contracts import echanges as msg
from shared.contracts.refus import Inconnu, Refus
from shared.identifiers import fabriquer_ine, uai_valide
from shared.identifiers.texte import cle_tri
from shared.persistence.unite import Unite


def declarer_academie(u: Unite, code: str, nom: str) -> None:
    """Name the académie of this bac (one only)."""
    u.session.execute(delete(models.Academie))
    u.session.add(models.Academie(code=code, nom=nom))
    u.journaliser("academie", f"Académie {nom} ({code})")


def declarer_etablissements(u: Unite, etablissements: Sequence[msg.EtablissementMsg]) -> int:
    """Register schools, or change them. Raises `Refus` UAI_INVALIDE: nothing is registered then."""
    for e in etablissements:
        if not uai_valide(e.uai):
            raise Refus(
                f"« {e.uai} » n'est pas un UAI : sa lettre de contrôle ne convient pas.",
                code="UAI_INVALIDE",
                remede="Sept chiffres et une lettre, par exemple 0961234X : vérifiez la saisie.",
            )
    if etablissements:
        table = insert(models.Etablissement)
        u.session.execute(
            table.on_conflict_do_update(
                index_elements=["uai"], set_={"donnees": table.excluded.donnees, "a_diffuser": True}
            ),
            [{"uai": e.uai, "donnees": e.valeurs(), "a_diffuser": True} for e in etablissements],
        )
    u.journaliser("etablissements", "Établissements enregistrés", nb=len(etablissements))
    return len(etablissements)


def etablissement(u: Unite, uai: str) -> msg.EtablissementMsg:
    """One school. Raises `Inconnu` UAI_INCONNU."""
    ligne = u.session.get(models.Etablissement, uai)
    if ligne is None:
        raise Inconnu(
            f"L'établissement {uai} n'est pas connu de l'académie.",
            code="UAI_INCONNU",
            remede="Vérifiez l'UAI, ou enregistrez l'établissement au rectorat.",
        )
    return msg.EtablissementMsg.de_valeurs(ligne.donnees)


def saisir_agents(u: Unite, agents: Sequence[msg.AgentMsg]) -> int:
    """Type dossiers administratifs (EPP) and GI/GC ones: new agents, or new versions of known ones (REC-01, REC-07).

    They reach STS-Web the next night. Raises `Inconnu` UAI_INCONNU for an appointment in an unknown school.
    """
    connus = set(u.session.scalars(select(models.Etablissement.uai)))
    touches = {a.uai for agent in agents for a in agent.affectations}
    for uai in sorted(touches - connus):
        etablissement(u, uai)
    ids = [a.id for a in agents]
    if ids:
        avant = select(models.Affectation.uai).where(models.Affectation.agent_id.in_(ids)).distinct()
        touches |= set(u.session.scalars(avant))
        table = insert(models.Agent)
        u.session.execute(
            table.on_conflict_do_update(
                index_elements=["id"],
                set_={c: table.excluded[c] for c in ("source", "cle_tri", "donnees", "saisi_le")},
            ),
            [
                {
                    "id": a.id,
                    "source": a.source,
                    "cle_tri": cle_tri(f"{a.nom_usage} {a.prenom}"),
                    "donnees": a.valeurs(),
                    "saisi_le": u.maintenant,
                }
                for a in agents
            ],
        )
        u.session.execute(delete(models.Affectation).where(models.Affectation.agent_id.in_(ids)))
        lignes = [
            {"agent_id": a.id, "rang": rang, "uai": f.uai, "nature": f.nature}
            for a in agents
            for rang, f in enumerate(a.affectations)
        ]
        if lignes:
            u.session.execute(insert(models.Affectation), lignes)
        u.session.execute(
            update(models.Etablissement).where(models.Etablissement.uai.in_(sorted(touches))).values(a_diffuser=True)
        )
    u.journaliser("agents", "Dossiers administratifs saisis", nb=len(agents))
    return len(agents)


def agents_de(u: Unite, uai: str, sources: Sequence[str] = ("epp", "gigc")) -> list[msg.AgentMsg]:
    """The agents appointed in a school, by id."""
    requete = (
        select(models.Agent.donnees)
        .where(
            models.Agent.source.in_(sources),
            models.Agent.id.in_(select(models.Affectation.agent_id).where(models.Affectation.uai == uai)),
        )
        .order_by(models.Agent.id)
    )
    return [msg.AgentMsg.de_valeurs(d) for d in u.session.scalars(requete)]


def retirer_agent(u: Unite, agent_id: int) -> None:
    """Remove a dossier: the agent leaves STS-Web the next night. Raises `Inconnu` AGENT_INCONNU."""
    ligne = u.session.get(models.Agent, agent_id)
    if ligne is None:
        raise Inconnu(f"L'agent {agent_id} n'existe pas.", code="AGENT_INCONNU", remede="Cherchez-le dans la liste.")
    uais = select(models.Affectation.uai).where(models.Affectation.agent_id == agent_id)
    u.session.execute(update(models.Etablissement).where(models.Etablissement.uai.in_(uais)).values(a_diffuser=True))
    u.session.execute(delete(models.Affectation).where(models.Affectation.agent_id == agent_id))
    u.session.delete(ligne)
    u.journaliser("agents", "Dossier administratif retiré", nb=1)


def saisir_affectations(u: Unite, demande: msg.Affectations) -> int:
    """Keep AFFELNET results; the school sees nothing before the publication (REC-09)."""
    etablissement(u, demande.uai)
    if demande.dossiers:
        table = insert(models.DossierAffectation)
        u.session.execute(
            table.on_conflict_do_update(
                index_elements=["uai", "millesime", "cle"], set_={"donnees": table.excluded.donnees, "publie_le": None}
            ),
            [
                {
                    "uai": demande.uai,
                    "millesime": demande.millesime,
                    "cle": d.cle,
                    "tour": demande.tour,
                    "donnees": d.valeurs(),
                }
                for d in demande.dossiers
            ],
        )
    u.journaliser("affectations", "Résultats d'affectation saisis", uai=demande.uai, nb=len(demande.dossiers))
    return len(demande.dossiers)


def publier_affectations(u: Unite, uai: str) -> int:
    """Publish what is not yet: the dossiers wait in BEE > Importations at once. Raises `Refus` RIEN_A_PUBLIER."""
    etablissement(u, uai)
    table = models.DossierAffectation
    lignes = u.session.scalars(
        select(table)
        .where(table.uai == uai, table.publie_le.is_(None))
        .order_by(table.millesime, table.tour, table.cle)
    ).all()
    if not lignes:
        raise Refus(
            "Aucun résultat d'affectation n'attend sa publication.",
            code="RIEN_A_PUBLIER",
            statut=409,
            remede="Saisissez d'abord les résultats du tour d'affectation.",
        )
    for millesime, tour in sorted({(x.millesime, x.tour) for x in lignes}):
        choisies = [x for x in lignes if (x.millesime, x.tour) == (millesime, tour)]
        u.envoyer(
            "affectations",
            "siecle_bee",
            msg.Affectations(
                uai=uai,
                millesime=millesime,
                tour=tour,
                dossiers=tuple(msg.DossierEleveMsg.de_valeurs(x.donnees) for x in choisies),
            ),
            uai=uai,
            annee=millesime,
            nb=len(choisies),
            immediat=True,
        )
    for ligne in lignes:
        ligne.publie_le = u.maintenant
    u.journaliser("affectations", "Résultats d'affectation publiés", uai=uai, nb=len(lignes))
    return len(lignes)


def basculer_bee(u: Unite, uai: str, millesime: int) -> None:
    """The académie opens the base of the year in preparation (REC-11). Raises `Refus` BASCULE_DEJA_FAITE."""
    ecole = etablissement(u, uai)
    if u.session.get(models.BasculeBee, (uai, millesime)) is not None:
        raise Refus(
            f"La bascule de la base élèves {millesime}-{millesime + 1} de {uai} est déjà faite.",
            code="BASCULE_DEJA_FAITE",
            statut=409,
            remede="La base de l'année en préparation est ouverte : travaillez-y dans SIECLE.",
        )
    u.session.add(models.BasculeBee(uai=uai, millesime=millesime, faite_le=u.maintenant))
    u.envoyer(
        "bascule_bee",
        "siecle_bee",
        msg.BasculeBee(uai=uai, millesime=millesime, etablissement=ecole),
        uai=uai,
        annee=millesime,
        nb=1,
        immediat=True,
    )
    u.journaliser("bascule_bee", "Bascule de la base élèves", uai=uai, annee=millesime)


def recevoir_demande_ine(u: Unite, demande: msg.DemandeIne) -> dict[str, Any]:
    """Take identities that wait for their INE (REC-16): numbered the next evening, or checked by a person first."""
    lignes = []
    departements = registre.departements_de(u.session.scalar(select(models.Academie.code)) or "")
    for fiche in demande.fiches:
        motif = registre.motif_de_verification(fiche, departements)
        lignes.append(
            {
                "uai": demande.uai,
                "millesime": demande.millesime,
                "cle": str(fiche["eleve_id"]),
                "identite": {k: v for k, v in fiche.items() if k != "eleve_id"},
                "etat": "a_verifier" if motif else "recue",
                "motif": motif,
                "recue_le": u.maintenant,
            }
        )
    if lignes:
        table = insert(models.DemandeIne)
        u.session.execute(
            table.on_conflict_do_update(
                index_elements=["uai", "millesime", "cle"],
                set_={c: table.excluded[c] for c in ("identite", "etat", "motif")},
                where=models.DemandeIne.etat != "attribuee",
            ),
            lignes,
        )
    return {"nb": len(lignes), "nb_refus": sum(1 for x in lignes if x["etat"] == "a_verifier")}


def valider_identite(u: Unite, uai: str, millesime: int, cle: str) -> None:
    """A person of the rectorat has checked an identity: its INE goes out the next evening. Raises `Inconnu`."""
    ligne = u.session.get(models.DemandeIne, (uai, millesime, cle))
    if ligne is None:
        raise Inconnu(
            "Cette demande d'INE n'existe pas.", code="DEMANDE_INCONNUE", remede="Voyez la liste des demandes."
        )
    if ligne.etat == "a_verifier":
        ligne.etat, ligne.motif = "recue", ""
    u.journaliser("ine", "Identité vérifiée", uai=uai, annee=millesime, nb=1)


def attribuer_ines(u: Unite) -> list[tuple[str, int]]:
    """Number every identity that waits, one INE for one identity; the schools that have something to receive."""
    table = models.DemandeIne
    lignes = u.session.scalars(
        select(table).where(table.etat == "recue").order_by(table.uai, table.millesime, table.cle)
    ).all()
    numeros = dict(u.session.execute(select(models.IneAttribue.cle_identite, models.IneAttribue.numero)).all())
    suivant = max([registre.PREMIER_INE, *(n + 1 for n in numeros.values())])
    for ligne in lignes:
        noms = " ".join([str(ligne.identite.get("nom", "")), *map(str, ligne.identite.get("prenoms", ()))])
        cle = registre.cle_identite(ligne.identite, cle_tri(noms))
        if cle not in numeros:
            numeros[cle] = suivant
            u.session.add(models.IneAttribue(cle_identite=cle, numero=suivant))
            suivant += 1
        ligne.ine = fabriquer_ine(numeros[cle])
        ligne.etat = "attribuee"
    u.session.flush()
    attente = (
        select(table.uai, table.millesime).where(table.etat == "attribuee", table.diffusee_le.is_(None)).distinct()
    )
    return sorted((uai, millesime) for uai, millesime in u.session.execute(attente))
