// Rentrée: small comforts. Every page works without this script.
"use strict";

(function () {
  // --- Menu folded in a narrow window; one open submenu at a time in the bar; Escape closes it.
  const menu = document.getElementById("menu");
  if (menu) {
    const bouton = menu.querySelector(".menu-bouton");
    bouton.hidden = false;
    menu.classList.add("menu-replie");
    bouton.addEventListener("click", function () {
      const replie = menu.classList.toggle("menu-replie");
      bouton.setAttribute("aria-expanded", String(!replie));
    });
    if (menu.classList.contains("menu-haut")) {
      const sousMenus = Array.from(menu.querySelectorAll(".menu-liste > ul > li > details"));
      const fermer = function (sauf) {
        sousMenus.forEach(function (d) { if (d !== sauf) { d.open = false; } });
      };
      sousMenus.forEach(function (d) {
        d.addEventListener("toggle", function () { if (d.open) { fermer(d); } });
      });
      document.addEventListener("click", function (e) { if (!menu.contains(e.target)) { fermer(null); } });
      menu.addEventListener("keydown", function (e) {
        const ouvert = e.key === "Escape" && sousMenus.find(function (d) { return d.open; });
        if (ouvert) { ouvert.open = false; ouvert.querySelector("summary").focus(); }
      });
    }
  }

  // --- A form with data-confirmation="id" asks by that <dialog> before it is sent, with confirme=oui.
  document.addEventListener("submit", function (e) {
    const formulaire = e.target;
    const dialogue = document.getElementById(formulaire.dataset.confirmation || "");
    if (!dialogue || formulaire.elements.confirme) { return; }
    e.preventDefault();
    dialogue.returnValue = "";
    dialogue.addEventListener("close", function () {
      if (dialogue.returnValue !== "ok") { return; }
      const champ = document.createElement("input");
      champ.type = "hidden";
      champ.name = "confirme";
      champ.value = "oui";
      formulaire.append(champ);
      formulaire.requestSubmit(e.submitter);
      champ.remove();
    }, { once: true });
    dialogue.showModal();
  });

  // --- A form that only carries the user on (SAML) sends itself.
  const envoi = document.querySelector("form[data-envoi]");
  if (envoi) { envoi.submit(); }

  // --- Messages that the real application lets one hide, and the summary of errors takes the focus.
  document.querySelectorAll("[data-masquable]").forEach(function (message) {
    const bouton = document.createElement("button");
    bouton.type = "button";
    bouton.className = "message-masquer";
    bouton.textContent = "Ne plus afficher";
    bouton.addEventListener("click", function () { message.remove(); });
    message.append(bouton);
  });
  const aVoir = document.querySelector("[data-focus]");
  if (aVoir) { aVoir.focus(); }

  // --- Pages that live. `rafraichir(ids)` fetches the page again and replaces the elements of these ids.
  let enCours = false;
  async function rafraichir(ids) {
    if (enCours || document.querySelector("dialog[open]")) { return; }
    enCours = true;
    try {
      const reponse = await fetch(window.location.href, { headers: { Accept: "text/html" } });
      if (!reponse.ok) { return; }
      const neuf = new DOMParser().parseFromString(await reponse.text(), "text/html");
      if (document.querySelector("dialog[open]")) { return; } // opened meanwhile: its form must stay
      ids.forEach(function (id) {
        const ancien = document.getElementById(id);
        const remplacant = neuf.getElementById(id);
        if (ancien && remplacant && !ancien.contains(document.activeElement)) {
          ancien.replaceWith(document.importNode(remplacant, true));
        }
      });
    } catch {
      // The service is restarting: the next turn will do.
    } finally {
      enCours = false;
    }
  }

  // data-rafraichir="5": this element is renewed every 5 s while the page is seen. It wants an id.
  document.querySelectorAll("[data-rafraichir][id]").forEach(function (element) {
    const id = element.id;
    window.setInterval(function () {
      if (!document.hidden && document.getElementById(id)) { rafraichir([id]); }
    }, 1000 * Math.max(1, Number(element.dataset.rafraichir) || 5));
  });

  // data-flux="/b/x/flux" data-flux-cibles="id1 id2": at each server-sent event, these elements are renewed.
  function flux(adresse, ecouter) {
    const source = new EventSource(adresse);
    source.onmessage = ecouter;
    window.addEventListener("pagehide", function () { source.close(); });
    return source;
  }
  document.querySelectorAll("[data-flux]").forEach(function (element) {
    const ids = (element.dataset.fluxCibles || element.id).split(/\s+/).filter(Boolean);
    let attente = 0;
    flux(element.dataset.flux, function (evenement) {
      document.dispatchEvent(new CustomEvent("rentree:flux", { detail: evenement.data }));
      window.clearTimeout(attente);
      attente = window.setTimeout(rafraichir, 150, ids);
    });
  });

  window.Rentree = { flux: flux, rafraichir: rafraichir };
})();
