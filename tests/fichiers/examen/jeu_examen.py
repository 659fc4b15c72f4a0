"""A small coherent school, 0980123B, as every file of the chain; tests spoil it one text at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from shared.formats.examen import Gravite, Probleme, RapportExamen, examiner

ENTETE = '<?xml version="1.0" encoding="ISO-8859-15"?>\n'
_PARAMETRES = """  <PARAMETRES>
    <UAJ>0980123B</UAJ>
    <ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE>
    <DATE_EXPORT>08/10/2025</DATE_EXPORT>
    <HORODATAGE>08/10/2025 18:30:05</HORODATAGE>
  </PARAMETRES>
"""


def _eleve(cle: int, ine: str, mef: str) -> str:
    return f"""      <ELEVE ELEVE_ID="{cle}" ELENOET="{cle - 7000}">
        <ID_NATIONAL>{ine}</ID_NATIONAL>
        <ELENOET>{cle - 7000}</ELENOET>
        <NOM_DE_FAMILLE>FICTIF</NOM_DE_FAMILLE>
        <PRENOM>Zoé</PRENOM>
        <DATE_NAISS>17/04/2013</DATE_NAISS>
        <DOUBLEMENT>0</DOUBLEMENT>
        <CODE_REGIME>2</CODE_REGIME>
        <DATE_ENTREE>01/09/2025</DATE_ENTREE>
        <ADRESSE_ID>1</ADRESSE_ID>
        <CODE_SEXE>2</CODE_SEXE>
        <CODE_MEF>{mef}</CODE_MEF>
        <ADHESION_TRANSPORT>0</ADHESION_TRANSPORT>
      </ELEVE>
"""


def _structures(cle: int) -> str:
    return f"""      <STRUCTURES_ELEVE ELEVE_ID="{cle}" ELENOET="{cle - 7000}">
        <STRUCTURE>
          <CODE_STRUCTURE>5A</CODE_STRUCTURE>
          <TYPE_STRUCTURE>D</TYPE_STRUCTURE>
        </STRUCTURE>
      </STRUCTURES_ELEVE>
"""


def _lien(cle: int) -> str:
    return f"""      <ELEVE>
        <ELEVE_ID>{cle}</ELEVE_ID>
        <NOM_DE_FAMILLE>FICTIF</NOM_DE_FAMILLE>
        <PRENOM>Zoé</PRENOM>
        <DATE_NAISS>2013-04-17</DATE_NAISS>
        <GROUPES>
          <GROUPE>
            <CODE_GROUPE>5LATIN</CODE_GROUPE>
            <DATE_DEBUT_GROUPE>2025-09-02</DATE_DEBUT_GROUPE>
            <DATE_FIN_GROUPE>2026-07-03</DATE_FIN_GROUPE>
          </GROUPE>
        </GROUPES>
      </ELEVE>
"""


def _responsable(personne: int, eleve: int) -> str:
    return f"""      <RESPONSABLE_ELEVE>
        <ELEVE_ID>{eleve}</ELEVE_ID>
        <PERSONNE_ID>{personne}</PERSONNE_ID>
        <NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE>
        <CODE_PARENTE>10</CODE_PARENTE>
      </RESPONSABLE_ELEVE>
"""


_PERSONNE = """      <PERSONNE PERSONNE_ID="{}">
        <NOM_DE_FAMILLE>FICTIF</NOM_DE_FAMILLE>
        <PRENOM>Léa</PRENOM>
        <ADRESSE_ID>1</ADRESSE_ID>
        <CODE_PROFESSION>21</CODE_PROFESSION>
      </PERSONNE>
"""
_ADRESSES = """    <ADRESSES>
      <ADRESSE ADRESSE_ID="1">
        <LIGNE1_ADRESSE>3 RUE DE L'ÎLE</LIGNE1_ADRESSE>
        <CODE_PAYS>100</CODE_PAYS>
      </ADRESSE>
    </ADRESSES>
"""
_SERVICE = """<SERVICES>
<SERVICE CODE_MATIERE="030201" CODE_MOD_COURS="CG">
<ENSEIGNANTS>
<ENSEIGNANT{} ID="{}"{}>
{}</ENSEIGNANT>
</ENSEIGNANTS>
</SERVICE>
</SERVICES>
"""
_COURS = """<COURS_RATTACHES>
<COURS>
<CODE_ALTERNANCE>T</CODE_ALTERNANCE>
<JOUR>1</JOUR>
<HEURE_DEBUT>0800</HEURE_DEBUT>
<DUREE>0100</DUREE>
</COURS>
</COURS_RATTACHES>
"""
_MEF_SIECLE = """        <MEFS_APPARTENANCE>
          <MEF_APPARTENANCE>
            <CODE_MEF>10110001110</CODE_MEF>
          </MEF_APPARTENANCE>
        </MEFS_APPARTENANCE>
"""

FICHIERS: dict[str, str] = {
    "sts_emp_0980123B_2025.xml": f"""{ENTETE}<STS_EDT>
<PARAMETRES>
<UAJ CODE="0980123B">
</UAJ>
<ANNEE_SCOLAIRE ANNEE="2025">
<DATE_DEBUT>2025-09-01</DATE_DEBUT>
<DATE_FIN>2026-08-31</DATE_FIN>
</ANNEE_SCOLAIRE>
</PARAMETRES>
<NOMENCLATURES>
<MODS_COURS>
<MOD_COURS CODE="CG"/>
</MODS_COURS>
<MATIERES>
<MATIERE CODE="030201">
<LIBELLE_LONG>ANGLAIS LV1</LIBELLE_LONG>
</MATIERE>
</MATIERES>
<MEFS>
<MEF CODE="10110001110"/>
</MEFS>
</NOMENCLATURES>
<DONNEES>
<INDIVIDUS>
<INDIVIDU ID="42" TYPE="epp">
<SEXE>2</SEXE>
<NOM_USAGE>EXEMPLE</NOM_USAGE>
<NOM_PATRONYMIQUE>EXEMPLE</NOM_PATRONYMIQUE>
<PRENOM>Inès</PRENOM>
</INDIVIDU>
</INDIVIDUS>
<STRUCTURE>
<DIVISIONS>
<DIVISION CODE="5A">
<LIBELLE_LONG>CINQUIEME A</LIBELLE_LONG>
<MEFS_APPARTENANCE>
<MEF_APPARTENANCE CODE="10110001110"/>
</MEFS_APPARTENANCE>
{_SERVICE.format("", "42", ' TYPE="epp"', "")}</DIVISION>
</DIVISIONS>
</STRUCTURE>
</DONNEES>
</STS_EDT>
""",
    "emp_sts_0980123B_2025.xml": f"""{ENTETE}<EDT_STS>
<PARAMETRES>
<UAJ>0980123B</UAJ>
<ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE>
</PARAMETRES>
<DONNEES>
<HORAIRES/>
<ALTERNANCES>
<ALTERNANCE CODE="T">
<LIBELLE_COURT>T</LIBELLE_COURT>
<LIBELLE_LONG>TOUTES</LIBELLE_LONG>
<SEMAINES>
<DATE_DEBUT_SEMAINE>2025-09-01</DATE_DEBUT_SEMAINE>
</SEMAINES>
</ALTERNANCE>
</ALTERNANCES>
<INDIVIDUS/>
<STRUCTURE>
<DIVISIONS>
<DIVISION CODE="5A">
{_SERVICE.format(' TYPE="epp"', "42", "", _COURS)}</DIVISION>
</DIVISIONS>
<GROUPES>
<GROUPE CODE="5LATIN">
<LIBELLE_LONG>LATIN</LIBELLE_LONG>
<DIVISIONS_APPARTENANCE>
<DIVISION_APPARTENANCE CODE="5A"/>
</DIVISIONS_APPARTENANCE>
<SERVICES/>
</GROUPE>
</GROUPES>
</STRUCTURE>
</DONNEES>
</EDT_STS>
""",
    "ElevesAvecAdresses.xml": f"""{ENTETE}<BEE_ELEVES VERSION="3.0">
{_PARAMETRES}  <DONNEES>
    <ELEVES>
{_eleve(7001, "990001000BC", "10110001110")}{_eleve(7002, "990001001BB", "10110001110")}    </ELEVES>
    <OPTIONS>
      <OPTION ELEVE_ID="7001" ELENOET="1">
        <OPTIONS_ELEVE>
          <NUM_OPTION>1</NUM_OPTION>
          <CODE_MODALITE_ELECT>O</CODE_MODALITE_ELECT>
          <CODE_MATIERE>030201</CODE_MATIERE>
        </OPTIONS_ELEVE>
      </OPTION>
    </OPTIONS>
    <STRUCTURES>
{_structures(7001)}{_structures(7002)}    </STRUCTURES>
    <BOURSES/>
{_ADRESSES}  </DONNEES>
</BEE_ELEVES>
""",
    "ResponsablesAvecAdresses.xml": f"""{ENTETE}<BEE_RESPONSABLES VERSION="2.1">
{_PARAMETRES}  <DONNEES>
    <PERSONNES>
{_PERSONNE.format(501)}{_PERSONNE.format(502)}    </PERSONNES>
    <RESPONSABLES>
{_responsable(501, 7001)}{_responsable(502, 7002)}    </RESPONSABLES>
{_ADRESSES}  </DONNEES>
</BEE_RESPONSABLES>
""",
    "Structures.xml": f"""{ENTETE}<BEE_STRUCTURES VERSION="2.0">
{_PARAMETRES}  <DONNEES>
    <DIVISIONS>
      <DIVISION CODE_STRUCTURE="5A">
{_MEF_SIECLE}      </DIVISION>
    </DIVISIONS>
    <GROUPES>
      <GROUPE CODE_STRUCTURE="5LATIN">
{_MEF_SIECLE}      </GROUPE>
    </GROUPES>
  </DONNEES>
</BEE_STRUCTURES>
""",
    "Nomenclature.xml": f"""{ENTETE}<BEE_NOMENCLATURES VERSION="3.1">
{_PARAMETRES}  <DONNEES>
    <MEFS>
      <MEF CODE_MEF="10110001110">
        <FORMATION>5EME</FORMATION>
      </MEF>
    </MEFS>
    <MATIERES>
      <MATIERE CODE_MATIERE="030201">
        <LIBELLE_LONG>ANGLAIS LV1</LIBELLE_LONG>
        <MATIERE_ETP>0</MATIERE_ETP>
      </MATIERE>
    </MATIERES>
    <PROGRAMMES>
      <PROGRAMME>
        <CODE_MEF>10110001110</CODE_MEF>
        <CODE_MATIERE>030201</CODE_MATIERE>
        <CODE_MODALITE_ELECT>O</CODE_MODALITE_ELECT>
      </PROGRAMME>
    </PROGRAMMES>
    <REGIMES>
      <REGIME CODE_REGIME="2"/>
    </REGIMES>
    <LIENS_PARENTE>
      <LIEN_PARENTE CODE_PARENTE="10"/>
    </LIENS_PARENTE>
    <PROFESSIONS>
      <PROFESSION CODE_PROFESSION="21"/>
    </PROFESSIONS>
  </DONNEES>
</BEE_NOMENCLATURES>
""",
    "Communs.xml": f"""{ENTETE}<BEE_COMMUN VERSION="2.0">
{_PARAMETRES}  <DONNEES>
    <UAJ>
      <ETAB_UAJ_ID>980123</ETAB_UAJ_ID>
      <CODE_TYPE_ETAB>CLG</CODE_TYPE_ETAB>
      <SECTEUR_CODE>PU</SECTEUR_CODE>
    </UAJ>
    <ANNEE_SCOLAIRE>
      <DATE_DEBUT_ELEVE>01/09/2025</DATE_DEBUT_ELEVE>
      <DATE_FIN_ELEVE>03/07/2026</DATE_FIN_ELEVE>
    </ANNEE_SCOLAIRE>
    <ANNEE_SCOLAIRE_AD/>
  </DONNEES>
</BEE_COMMUN>
""",
    "liens.xml": f"""{ENTETE}<IMPORT_ELEVES VERSION="1.4">
  <PARAMETRES>
    <UAJ>0980123B</UAJ>
    <ANNEE_SCOLAIRE>2025</ANNEE_SCOLAIRE>
    <DATE_IMPORT>10/10/2025</DATE_IMPORT>
    <NUM_ENVOI>3</NUM_ENVOI>
    <LOGICIEL>EDTSIM</LOGICIEL>
  </PARAMETRES>
  <DONNEES>
    <ELEVES>
{_lien(7001)}{_lien(7002)}    </ELEVES>
  </DONNEES>
</IMPORT_ELEVES>
""",
}

Poser = Callable[..., Path]


def poser(dossier: Path, *noms: str, change: dict[str, tuple[str, str]] | None = None) -> Path:
    """Write files of the school (all by default) in a folder; `change` maps a file to (old, new), replaced once."""
    for nom in noms or FICHIERS:
        texte = FICHIERS[nom]
        if change and nom in change:
            ancien, nouveau = change[nom]
            assert ancien in texte, (nom, ancien)
            texte = texte.replace(ancien, nouveau, 1)
        (dossier / nom).write_bytes(texte.encode("iso-8859-15"))
    return dossier


def problemes(rapport: RapportExamen) -> list[Probleme]:
    """Errors and remarks, in the order of the report."""
    return [p for p in rapport.tous() if p.gravite is not Gravite.INFORMATION]


def codes(rapport: RapportExamen) -> set[str]:
    """The codes of the errors and remarks."""
    return {p.code for p in problemes(rapport)}


def examiner_dossier(dossier: Path) -> RapportExamen:
    """The report on a folder."""
    return examiner([dossier])


def zip_de(**membres: bytes) -> bytes:
    """A zip of these members."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def ligne_de(nom: str, texte: str, *, change: tuple[str, str] | None = None) -> int:
    """The line, from 1, on which `texte` first stands in a file (once changed)."""
    contenu = FICHIERS[nom].replace(*change, 1) if change else FICHIERS[nom]
    return contenu[: contenu.index(texte)].count("\n") + 1
