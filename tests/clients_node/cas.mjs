// Two sites that sign their users in by CAS: `node cas.mjs <CAS root without its last slash> [renew]`.
// The first with Passport and its CAS strategy, the second with http-cas-client; their addresses are printed.

import http from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const passport = require("passport");
const { Strategy } = require("@coursetable/passport-cas");
const httpCasClient = require("http-cas-client");
const [racine, renew] = process.argv.slice(2);

const dire = (res, qui) => {
  res.setHeader("Content-Type", "application/json");
  res.end(JSON.stringify(qui));
};

const ecouter = (repondre) =>
  new Promise((pret) => {
    const site = http.createServer((req, res) =>
      repondre(req, res, site).catch((erreur) => {
        res.statusCode = 500;
        res.end(String(erreur.cause ?? erreur));
      }),
    );
    site.listen(0, "127.0.0.1", () => pret(`http://127.0.0.1:${site.address().port}`));
  });

const corps = async (req) => {
  let lu = "";
  for await (const morceau of req) lu += morceau;
  return new URLSearchParams(lu);
};

// Passport keeps no session of its own: ours is by ticket, so that a logout request finds it.
const connus = new Map();
passport.use(new Strategy({ version: "CAS3.0", ssoBaseURL: racine }, (profil, fini) => fini(null, profil)));
passport.initialize();

async function avecPassport(req, res) {
  if (req.method === "POST") {
    const demande = (await corps(req)).get("logoutRequest") ?? "";
    connus.delete(/SessionIndex>([^<]+)</.exec(demande)?.[1]);
    return res.end();
  }
  const adresse = new URL(req.url, `http://${req.headers.host}`);
  const garde = /passeport=([^;]+)/.exec(req.headers.cookie ?? "")?.[1];
  if (connus.has(garde)) return dire(res, connus.get(garde));
  Object.assign(req, { query: Object.fromEntries(adresse.searchParams), protocol: "http", originalUrl: req.url });
  res.redirect = (vers) => res.writeHead(302, { Location: vers }).end();
  await new Promise((fini, rate) => {
    res.on("finish", fini);
    passport.authenticate("cas", { session: false }, (erreur, qui) => {
      if (erreur) return rate(erreur);
      connus.set(req.query.ticket, qui);
      res.writeHead(302, { Location: adresse.pathname, "Set-Cookie": `passeport=${req.query.ticket}; Path=/` }).end();
    })(req, res, rate);
  });
}

const clients = new Map();

async function avecHttpCasClient(req, res, site) {
  const ici = `http://127.0.0.1:${site.address().port}`;
  if (!clients.has(ici)) {
    const client = renew ? { renew: true } : {};
    clients.set(ici, httpCasClient({ cas: 3, casServerUrlPrefix: racine, serverName: ici, client }));
  }
  if (await clients.get(ici)(req, res)) return dire(res, req.principal);
  if (!res.writableEnded) res.end();
}

console.log(await ecouter(avecPassport));
console.log(await ecouter(avecHttpCasClient));
