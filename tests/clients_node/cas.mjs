// Three sites that sign their users in by CAS: `node cas.mjs <CAS root without its last slash> [renew]`.
// With Passport and a strategy of CAS 3, with http-cas-client, with Passport and passport-cas2; their addresses are printed.

import http from "node:http";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const passport = require("passport");
const { Strategy } = require("@coursetable/passport-cas");
const { Strategy: Strategy2 } = require("passport-cas2");
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
passport.use("cas3", new Strategy({ version: "CAS3.0", ssoBaseURL: racine }, (profil, fini) => fini(null, profil)));
const propertyMap = { id: "ENTPersonJointure", familyName: "sn", emails: "mail" };
passport.use(
  "cas2",
  new Strategy2({ casURL: racine, propertyMap }, (user, attributes, fini) => fini(null, { user, attributes })),
);
const preparer = passport.initialize();

const avecPassport = (strategie) => async (req, res) => {
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
  req.session = {};
  await new Promise((fini, rate) => {
    res.on("finish", fini);
    preparer(req, res, () => {});
    passport.authenticate(strategie, { session: false }, (erreur, qui, refus) => {
      if (erreur) return rate(erreur);
      if (!qui) return res.writeHead(401).end(String(refus));
      connus.set(req.query.ticket, qui);
      res.writeHead(302, { Location: adresse.pathname, "Set-Cookie": `passeport=${req.query.ticket}; Path=/` }).end();
    })(req, res, rate);
  });
};

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

console.log(await ecouter(avecPassport("cas3")));
console.log(await ecouter(avecHttpCasClient));
console.log(await ecouter(avecPassport("cas2")));
