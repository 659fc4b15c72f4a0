"""Joining what the files say of people: staff, pupils, responsables, addresses, members of groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from rentree.demo.entree.codes import MEF_DU_NIVEAU, Codes
from rentree.demo.entree.documents import Documents
from rentree.demo.entree.donnees import Ecole, GroupeLu, Sources
from rentree.demo.entree.originaux import sexe_de_civilite
from rentree.demo.entree.structures import numero_agent, numeros_epp
from rentree.population import Adresse, Agent, Eleve, Lien, Option, Responsable, Scolarite
from shared.formats import sts
from shared.formats.elegroupe.liens import EleveLien
from shared.formats.pseudonymes.inventions import sexe_probable
from shared.formats.reconnaissance import Famille
from shared.formats.siecle import adresses as f_adresses
from shared.formats.siecle import eleves as f_eleves
from shared.formats.siecle import responsables as f_responsables
from shared.identifiers import cle_tri, mel
from shared.nomenclatures import liste

DOMAINE = "ac-rentree.invalid"
FRANCE = "100"
_LIGNE = 38
_NAISSANCE_AGENT = date(1980, 1, 1)
_DUES = Decimal(18)


def joindre_agents(ecole: Ecole, d: Documents, sources: Sources) -> None:
    """The staff of `sts_emp`, suppléants included, and the professeurs principaux."""
    epp = numeros_epp(d)
    agents: dict[int, Agent] = {}
    principaux: dict[str, list[int]] = {}
    for i in (*d.sts.individus, *d.sts.suppleants) if d.sts is not None else ():
        numero = numero_agent(i.id, i.type, epp)
        if numero is None or numero in agents:
            continue
        agents[numero] = _agent(numero, i)
        for p in i.profs_princ:
            principaux.setdefault(p.code_structure.strip(), []).append(numero)
    for x in d.emp.individus if d.emp is not None else ():
        numero = numero_agent(x.id, None, epp)
        for indemnite in x.indemnites:
            if numero is not None:
                principaux.setdefault(indemnite.code_structure.strip(), []).append(numero)
    ecole.agents = [agents[n] for n in sorted(agents)]
    ecole.principaux = {c: min(principaux[c]) for c in sorted(principaux) if c in ecole.divisions}
    if agents:
        locaux = sum(1 for i in d.sts.individus if i.type == "local") if d.sts is not None else 0
        sources.noter(
            "personnels",
            d.origine(Famille.STS_EMP),
            f"{locaux} saisi(s) localement, joué(s) comme EPP" if locaux else "",
        )
    if ecole.principaux:
        plus = sum(1 for c in ecole.principaux if len(set(principaux[c])) > 1)
        sources.noter(
            "professeurs principaux",
            d.origine(Famille.STS_EMP, Famille.EMP_STS),
            f"un seul retenu dans {plus} division(s) qui en ont plusieurs" if plus else "",
        )


def _agent(numero: int, i: sts.IndividuSts) -> Agent:
    sexe = i.sexe if i.sexe in ("1", "2") else sexe_probable(cle_tri(i.prenom), _NAISSANCE_AGENT.year)
    dues = sum((x.nb_heures or Decimal(0) for x in i.disciplines), Decimal(0))
    naissance = i.nom_patronymique or i.nom_usage
    return Agent(
        id=numero,
        source="EPP",
        sexe=sexe,
        civilite=i.civilite or sexe,
        nom=naissance,
        nom_usage=i.nom_usage if i.nom_usage and i.nom_usage != naissance else None,
        prenom=i.prenom,
        date_naissance=i.date_naissance or _NAISSANCE_AGENT,
        fonction=i.fonction or "ENS",
        discipline=i.disciplines[0].code if i.disciplines else None,
        grade=i.grade,
        support=f"CHR{numero % 100_000}",
        heures_dues=dues or _DUES,
        activites=(),
        partage=False,
        mel=mel(i.prenom, i.nom_usage or naissance, numero, DOMAINE),
    )


def joindre_eleves(ecole: Ecole, d: Documents, codes: Codes, sources: Sources) -> None:
    """The pupils of SIECLE, else those whom the file of group links names; each with his place in year N."""
    if d.eleves is None:
        _eleves_des_liens(ecole, d, sources)
        return
    adresses = {a.adresse_id: _adresse(a) for a in d.eleves.adresses}
    ecole.adresses = list(adresses.values())
    numeros = [e.elenoet for e in d.eleves.eleves if e.elenoet is not None]
    suivant = max(numeros, default=1000)
    for e in sorted(d.eleves.eleves, key=lambda e: e.eleve_id):
        if e.elenoet is None:
            suivant += 1
        lu = _eleve(ecole, e, d, codes, e.elenoet or suivant, frozenset(adresses))
        (ecole.eleves if e.date_sortie is None else ecole.partis).append(lu)
        avant = e.scolarite_an_dernier
        if avant is not None:
            ecole.an_dernier[e.eleve_id] = (
                avant.code_rne or None,
                codes.mef(avant.code_mef),
                (avant.code_structure or "").strip() or None,
            )
    source = d.origine(Famille.SIECLE_ELEVES)
    partis = f"{len(ecole.partis)} déjà sorti(s), laissé(s) dans la base de l'année précédente" if ecole.partis else ""
    sources.noter("élèves, options et régimes", source, partis)


def _eleve(
    ecole: Ecole, e: f_eleves.Eleve, d: Documents, codes: Codes, elenoet: int, adresses: frozenset[int]
) -> Eleve:
    division = e.division if e.division in ecole.divisions else None
    mef = codes.mef(e.code_mef) or (sorted(ecole.divisions[division].mefs)[0] if division else None)
    regimes = {r.code for r in liste("regimes")}
    place = Scolarite(
        annee=d.annee,
        uai=d.uai,
        mef=mef or mef_de_l_age(d.annee - e.date_naiss.year),
        division=division,
        options=tuple(
            Option(rang, matiere, o.code_modalite_elect or "O")
            for rang, o in enumerate(e.options, 1)
            if (matiere := codes.matiere(o.code_matiere)) is not None
        ),
        date_entree=e.date_entree,
        date_sortie=e.date_sortie,
        motif_sortie=e.code_motif_sortie or None,
    )
    return Eleve(
        id=e.eleve_id,
        ine=e.id_national or e.ine_rnie or e.ine_bea or None,
        elenoet=elenoet,
        nom=e.nom_de_famille,
        nom_usage=e.nom_usage or None,
        prenom=e.prenom,
        prenom2=e.prenom2 or None,
        prenom3=e.prenom3 or None,
        sexe=e.code_sexe if e.code_sexe in ("1", "2") else sexe_probable(cle_tri(e.prenom), e.date_naiss.year),
        date_naissance=e.date_naiss,
        pays_naissance=e.code_pays or FRANCE,
        departement_naissance=e.code_departement_naiss or None,
        # "" rather than None: a commune that is missing stays missing when the demo looks at the fiche.
        commune_naissance=e.code_commune_insee_naiss or "",
        ville_naissance=e.ville_naiss or None,
        nationalite=e.code_pays_nat or FRANCE,
        adresse_id=e.adresse_id if e.adresse_id in adresses else None,
        mel=e.mel or None,
        tel_portable=e.tel_portable or e.tel_personnel or None,
        regime=e.code_regime if e.code_regime in regimes else "0",
        bourse=e.bourses[0] if e.bourses else "0",
        transport=bool(e.adhesion_transport),
        doublement=bool(e.doublement),
        provenance=(e.code_provenance or "1")[:1],
        origine="base",
        scolarite=place,
        scolarite_precedente=place,
        statut=e.code_statut or "ST",
    )


def mef_de_l_age(age: int) -> str:
    """The general MEF of the level at which children of that age (difference of civil years) usually are."""
    return MEF_DU_NIVEAU[min(max(17 - age, 0), 6)]


def _eleves_des_liens(ecole: Ecole, d: Documents, sources: Sources) -> None:
    """Without SIECLE, pupils are those of the group links: identity only, the rest to be invented."""
    if d.liens is None:
        return
    pris = {e.eleve_id for e in d.liens.eleves if e.eleve_id is not None}
    suivant = max(pris, default=100_000)
    for rang, e in enumerate(d.liens.eleves, 1):
        if e.eleve_id is None:
            suivant += 1
        ecole.eleves.append(_eleve_du_lien(e, e.eleve_id if e.eleve_id is not None else suivant, rang, d))
    sources.noter("élèves : identité", d.origine(Famille.LIENS_ELEVE_GROUPE), "le reste de leur fiche est inventé")


def _eleve_du_lien(e: EleveLien, numero: int, rang: int, d: Documents) -> Eleve:
    mef = mef_de_l_age(d.annee - e.date_naiss.year)
    place = Scolarite(d.annee, d.uai, mef, None, (), None)
    return Eleve(
        id=numero,
        ine=e.id_national,
        elenoet=1000 + rang,
        nom=e.nom_de_famille,
        nom_usage=e.nom_usage,
        prenom=e.prenom,
        prenom2=e.prenom2,
        prenom3=e.prenom3,
        sexe=sexe_probable(cle_tri(e.prenom), e.date_naiss.year),
        date_naissance=e.date_naiss,
        pays_naissance=FRANCE,
        departement_naissance=None,
        commune_naissance="",
        ville_naissance=None,
        nationalite=FRANCE,
        adresse_id=None,
        mel=None,
        tel_portable=None,
        regime="0",
        bourse="0",
        transport=False,
        doublement=False,
        provenance="1",
        origine="base",
        scolarite=place,
        scolarite_precedente=place,
    )


def joindre_responsables(ecole: Ecole, d: Documents, sources: Sources) -> None:
    """Persons, links and addresses of SIECLE; two fiches of one person stay two."""
    if d.responsables is None:
        return
    adresses = {a.id: a for a in ecole.adresses} | {a.adresse_id: _adresse(a) for a in d.responsables.adresses}
    ecole.adresses = [adresses[i] for i in sorted(adresses)]
    ecole.responsables = [
        _responsable(p, p.adresse_id if p.adresse_id in adresses else None)
        for p in sorted(d.responsables.personnes, key=lambda p: p.personne_id)
    ]
    connus = {e.id for e in (*ecole.eleves, *ecole.partis)}
    uniques = {(x.eleve_id, x.personne_id): x for x in d.responsables.liens}
    ecole.liens = [
        _lien(x)
        for x in sorted(uniques.values(), key=lambda x: (x.eleve_id, x.niveau, x.personne_id))
        if x.eleve_id in connus or d.eleves is None
    ]
    source = d.origine(Famille.SIECLE_RESPONSABLES)
    sources.noter("responsables", source)
    if adresses:
        sources.noter("adresses", d.origine(Famille.SIECLE_ELEVES, Famille.SIECLE_RESPONSABLES))


def _responsable(p: f_responsables.Personne, adresse_id: int | None) -> Responsable:
    return Responsable(
        id=p.personne_id,
        civilite=p.lc_civilite or {"1": "M.", "2": "MME"}.get(sexe_de_civilite(p.ll_civilite) or "", ""),
        nom=p.nom_de_famille,
        nom_usage=p.nom_usage or None,
        prenom=p.prenom,
        adresse_id=adresse_id,
        tel_personnel=p.tel_personnel or None,
        tel_portable=p.tel_portable or None,
        tel_professionnel=p.tel_professionnel or None,
        mel=p.mel or None,
        accepte_sms=bool(p.accepte_sms),
        communication_adresse=bool(p.communication_adresse),
        pcs=p.code_profession or "",
    )


def _lien(x: f_responsables.ResponsableEleve) -> Lien:
    return Lien(
        eleve_id=x.eleve_id,
        responsable_id=x.personne_id,
        parente=x.code_parente,
        niveau=str(x.niveau),
        paie_frais=bool(x.paie_frais),
        percoit_aides=bool(x.percoit_aides),
        heberge=bool(x.heberge),
        contact_prioritaire=bool(x.a_contacter_en_priorite),
    )


def _adresse(a: f_adresses.Adresse) -> Adresse:
    lignes = [x[:_LIGNE] for x in (a.ligne1, a.ligne2, a.ligne3, a.ligne4) if x]
    return Adresse(
        id=a.adresse_id,
        ligne1=lignes[0] if lignes else "",
        ligne2=lignes[1] if len(lignes) > 1 else None,
        code_postal=(a.code_postal or "")[:5],
        commune_insee=(a.code_commune_insee or "")[:5],
        libelle_postal=(a.libelle_postal or a.commune_etrangere or "")[:32],
        departement=(a.code_departement or "")[:3],
        pays=(a.code_pays or FRANCE)[:3],
    )


def joindre_membres(ecole: Ecole, d: Documents, sources: Sources) -> None:
    """The members of groups: the file of links where it names a group, SIECLE for the others.

    Groups that only a list of members knows are made; their divisions will be those of their members.
    """
    if d.eleves is not None:
        _groupes_des_eleves(ecole, d.eleves.eleves)
    nommes: dict[str, list[int]] = {}
    if d.liens is not None:
        trouver = _Annuaire(ecole, d)
        for e in d.liens.eleves:
            numero = trouver(e)
            for g in e.groupes:
                if numero is not None:
                    nommes.setdefault(g.code.strip(), []).append(numero)
    for code in sorted(nommes):
        groupe = ecole.groupes.get(code) or _groupe_nouveau(ecole, code)
        groupe.membres = list(dict.fromkeys(nommes[code]))
    avec_siecle = d.eleves is not None and any(e.groupes for e in d.eleves.eleves)
    if nommes or avec_siecle:
        siecle = (Famille.SIECLE_ELEVES,) if avec_siecle else ()
        sources.noter("appartenances aux groupes", d.origine(Famille.LIENS_ELEVE_GROUPE, *siecle))


def _groupe_nouveau(ecole: Ecole, code: str) -> GroupeLu:
    return ecole.groupes.setdefault(code, GroupeLu(code, code))


def _groupes_des_eleves(ecole: Ecole, eleves: Iterable[f_eleves.Eleve]) -> None:
    for e in eleves:
        for code in dict.fromkeys(e.groupes) if e.date_sortie is None else ():
            (ecole.groupes.get(code) or _groupe_nouveau(ecole, code)).membres.append(e.eleve_id)


class _Annuaire:
    """Finds a pupil of the links among those of the school: by ELEVE_ID, INE, the private number, or identity."""

    def __init__(self, ecole: Ecole, d: Documents) -> None:
        self._ids = {e.id for e in ecole.eleves}
        self._ines = {e.ine: e.id for e in reversed(ecole.eleves) if e.ine}
        self._prives: dict[int | None, int] = {}
        if d.eleves is not None:
            self._prives = {e.id_prv_ele: e.eleve_id for e in d.eleves.eleves if e.id_prv_ele is not None}
        self._identites = {self._cle(e.nom, e.prenom, e.date_naissance): e.id for e in reversed(ecole.eleves)}

    @staticmethod
    def _cle(nom: str, prenom: str, jour: date) -> tuple[str, str, date]:
        return cle_tri(nom), cle_tri(prenom), jour

    def __call__(self, e: EleveLien) -> int | None:
        """The ELEVE_ID, None for somebody whom the school does not hold."""
        if e.eleve_id in self._ids:
            return e.eleve_id
        trouve = self._ines.get(e.id_national or "") or self._prives.get(
            e.id_prv_ele if e.id_prv_ele is not None else -1
        )
        trouve = trouve or self._identites.get(self._cle(e.nom_de_famille, e.prenom, e.date_naiss))
        return trouve if trouve in self._ids else None
