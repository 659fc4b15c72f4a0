// The control room moves with the clock. Every page works without this script (and is then renewed by hand).
"use strict";

(function () {
  const panneau = document.getElementById("panneau-horloge");
  if (!panneau) { return; }
  const base = panneau.dataset.base;
  const carte = document.getElementById("carte");
  const adresse = base + (carte ? "/api/carte" : "/api/horloge");
  const annonce = document.getElementById("annonce");
  const phrase = panneau.querySelector(".horloge-phrase");
  const barre = document.getElementById("horloge-barre");
  const instantAffiche = new Date(panneau.dataset.instant).getTime();

  const AU_PLUS = 300;   // milliseconds between two readings while events come
  const CALME = 5000;    // between two readings while nothing moves
  const PASSAGE = 2200;  // how long an arrow shows that something passes
  const PAROLE = 4000;   // between two announcements of batches

  // --- What is shown -------------------------------------------------------------------------------------------

  function poser(textes, etats) {
    document.querySelectorAll("[data-vif]").forEach(function (element) {
      const texte = textes[element.dataset.vif];
      if (texte !== undefined && element.textContent !== texte) { element.textContent = texte; }
    });
    document.querySelectorAll("[data-etat-de]").forEach(function (element) {
      const etat = etats[element.dataset.etatDe];
      if (etat !== undefined) { element.dataset.etat = etat; }
    });
  }

  function poserHorloge(horloge) {
    const avance = horloge.etat !== "ready";
    panneau.dataset.etat = horloge.etat;
    document.getElementById("horloge-gestes").disabled = avance;
    document.getElementById("horloge-progres").hidden = !avance;
    progresser(horloge.parts_faites, horloge.parts_total);
    poser({ "horloge.local": horloge.local, "horloge.phrase": horloge.phrase }, {});
    document.querySelectorAll("#etat-horloge time").forEach(function (temps) { temps.textContent = horloge.local; });
    const titre = document.getElementById("carte-titre");
    if (titre) { titre.textContent = "La chaîne au " + horloge.local; }
    const perime = document.getElementById("perime");
    if (perime && !avance) { perime.hidden = new Date(horloge.instant).getTime() === instantAffiche; }
  }

  function progresser(faites, total) {
    if (total > 0) {
      barre.max = total;
      barre.value = faites;
    } else {
      barre.removeAttribute("value");
    }
  }

  // --- What passes ---------------------------------------------------------------------------------------------

  const fins = new Map();
  function passer(fleche) {
    fleche.classList.add("passe");
    window.clearTimeout(fins.get(fleche));
    fins.set(fleche, window.setTimeout(function () { fleche.classList.remove("passe"); }, PASSAGE));
  }

  function passerLot(lot) {
    document.querySelectorAll(".fleche").forEach(function (fleche) {
      if (fleche.dataset.lots.split(" ").includes(lot)) { passer(fleche); }
    });
  }

  let dernieres = null;
  function passerNouveautes(fleches) {
    const vues = new Map(fleches.map(function (f) {
      return [f.cle, f.echanges.map(function (e) { return e.dernier ? e.dernier.instant + e.dernier.nb : ""; }).join()];
    }));
    if (dernieres) {
      document.querySelectorAll(".fleche").forEach(function (fleche) {
        const cle = fleche.dataset.fleche;
        if (vues.get(cle) !== dernieres.get(cle)) { passer(fleche); }
      });
    }
    dernieres = vues;
  }

  // --- What is said: batches now and then, arrivals always --------------------------------------------------------

  let derniereParole = 0;
  function dire(texte, toujours) {
    const maintenant = performance.now();
    if (toujours || maintenant - derniereParole > PAROLE) {
      derniereParole = maintenant;
      annonce.textContent = texte;
    }
  }

  // --- Reading: one at a time, never more often than AU_PLUS, and once more after the last event --------------------

  let enCours = false;
  let aRelire = false;
  let minuterie = 0;
  let lue = -AU_PLUS;
  let generation = null;

  async function relire() {
    if (enCours) { aRelire = true; return; }
    const trop = AU_PLUS - (performance.now() - lue);
    if (trop > 0) {
      window.clearTimeout(minuterie);
      minuterie = window.setTimeout(relire, trop);
      return;
    }
    enCours = true;
    aRelire = false;
    window.clearTimeout(minuterie);
    let suite = CALME;
    try {
      const reponse = await fetch(adresse, { headers: { Accept: "application/json" } });
      if (reponse.ok) {
        const lu = await reponse.json();
        const horloge = carte ? lu.horloge : lu;
        const avancait = panneau.dataset.etat !== "ready";
        poserHorloge(horloge);
        if (carte) {
          poser(lu.textes, lu.etats);
          passerNouveautes(lu.fleches);
        }
        if (avancait && horloge.etat === "ready") { arriver(horloge); }
        if (generation !== null && generation !== horloge.generation) { arriver(horloge); }
        generation = horloge.generation;
        if (horloge.etat !== "ready") { suite = 1000; }
      } else {
        suite = 600; // a snapshot is being taken: the bac lets nobody in for a moment
      }
    } catch {
      suite = 2000; // the service is restarting
    }
    enCours = false;
    lue = performance.now();
    minuterie = window.setTimeout(tourner, aRelire ? AU_PLUS : suite);
  }

  function tourner() {
    if (document.hidden) { minuterie = window.setTimeout(tourner, CALME); } else { relire(); }
  }

  function arriver(horloge) {
    dire("L'horloge est arrivée : " + horloge.local + ".", true);
    const ids = ["panneau-retour"];
    const aller = document.getElementById("horloge-aller");
    if (aller.value === aller.defaultValue) { ids.push(aller.id); }
    document.querySelectorAll("[data-renouveler][id]").forEach(function (element) { ids.push(element.id); });
    window.Rentree.rafraichir(ids);
  }

  const genres = {
    lot: function (m) { passerLot(m.lot); dire("Lot en cours : " + m.libelle + ".", false); },
    progres: function (m) {
      progresser(m.faites, m.total);
      phrase.textContent = "L'horloge avance. Lot en cours : " + m.libelle + " (" + m.faites + " sur " + m.total + ").";
    },
    attente: function () { dire("L'horloge attend un service qui ne répond pas.", false); },
  };

  window.Rentree.flux(base + "/api/evenements", function (evenement) {
    const message = JSON.parse(evenement.data);
    if (genres[message.genre]) { genres[message.genre](message); }
    if (message.genre !== "progres") { relire(); }
  });
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { relire(); } });
  relire();
})();
