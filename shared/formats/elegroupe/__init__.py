"""« Liens élève-groupe depuis logiciel privé »: how a timetable program fills the groups of BEE.

`noms` (the file's name), `liens` (records), `lecture`, `ecriture`, `depot` (the checks made when the file is
deposited), `anomalies` (what the compte rendu says the next morning), `dossiers` (the sister import).

Source: reference SIECLE, sections 8 to 10.
"""

NON_PORTES: tuple[str, ...] = (
    "versions 1.0 à 1.2 des liens élève-groupe et 2.0 à 3.0 des dossiers",
    "versions des liens élève-groupe postérieures à la 1.4, non publiques",
    "dossiers des établissements hors contrat (EPHC)",
    "enfants à charge d'un responsable (dossiers 3.1 et antérieurs)",
    "dépôt par service web (NetSynchro) et accusé de réception asynchrone",
    "absences destinées à SIECLE Vie scolaire",
)
"""What exists in reality and that these records do not carry."""
