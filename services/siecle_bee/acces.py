"""Which right each address of SIECLE wants: the entry taken at the portal fixes the mode of the visit.

Source: procedures ACC-02, ACC-05, ACC-06, ACC-10. What « Commun » and « Nomenclatures » alone allow is inferred.
"""

from __future__ import annotations

from shared.security.acces import Adresse, ReglesAcces

ACCES = ReglesAcces(
    lecture="bee.consulter",
    ecriture="bee.mettre_a_jour",
    adresses=(
        Adresse(r"/reprise$", "simulation"),
        # Where one chooses the school and the year: whatever the entry was.
        Adresse(r"^/((api/)?etablissements)?$", None),
        Adresse(r"^/[^/]+/\d+/?$|/etablissements/[^/]+/bases/\d+/?$", None, "lecture"),
        # An export to another school records an exit: « Consultation et export » changes nothing (ACC-06).
        Adresse(r"/importations/|/fiches-renseignements(/|$)|/exportations/dossiers-eple$", "bee.mettre_a_jour"),
        Adresse(r"/(exportations|exports-xml)(/|$)", "bee.exporter"),
        Adresse(r"/nomenclatures(/|$)", "bee.nomenclatures"),
        Adresse(r"/communs/", "bee.communs"),
        Adresse(r"/teleservices(/|$)", "bee.teleservices"),
        Adresse(r"/(affectation|saisie-en-masse|creation|doublons-responsables|suppression)$", "bee.mettre_a_jour"),
        Adresse(r"^/[^/]+/\d+/(impact-[a-z-]+|eleves/\d+/responsable)$", "bee.mettre_a_jour"),
    ),
)
