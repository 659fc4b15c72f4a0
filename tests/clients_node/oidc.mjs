// A site that signs its users in with openid-client: `node oidc.mjs <discovery address> <client_id> <none|secret>`.
// Its address is printed. `/` asks the ENT; `/?faux=state|nonce|verifieur` expects something else than it asked.

import http from "node:http";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";

const [decouverte, identifiant, secret] = process.argv.slice(2);
const connus = new Map();
let attendu;
let config;

async function regler() {
  const authentification = secret === "none" ? client.None() : client.ClientSecretPost(secret);
  config ??= await client.discovery(new URL(decouverte), identifiant, {}, authentification, {
    execute: [client.allowInsecureRequests],
  });
  return config;
}

async function partir(adresse, res) {
  const faux = adresse.searchParams.get("faux");
  attendu = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  };
  const vers = client.buildAuthorizationUrl(await regler(), {
    redirect_uri: `${adresse.origin}/retour`,
    scope: "openid profile ent",
    code_challenge: await client.calculatePKCECodeChallenge(attendu.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: attendu.expectedState,
    nonce: attendu.expectedNonce,
  });
  if (faux === "state") attendu.expectedState = client.randomState();
  if (faux === "nonce") attendu.expectedNonce = client.randomNonce();
  if (faux === "verifieur") attendu.pkceCodeVerifier = client.randomPKCECodeVerifier();
  res.writeHead(302, { Location: vers.href }).end();
}

async function revenir(adresse, res) {
  const reglee = await regler();
  const jetons = await client.authorizationCodeGrant(reglee, adresse, attendu);
  const dit = jetons.claims();
  const fiche = await client.fetchUserInfo(reglee, jetons.access_token, dit.sub);
  const neufs = await client.refreshTokenGrant(reglee, jetons.refresh_token);
  connus.set(dit.sid, dit.sub);
  res.end(JSON.stringify({ dit, fiche, renouvele: neufs.claims().sub, neuf: neufs.refresh_token !== jetons.refresh_token }));
}

// Back-Channel Logout: openid-client leaves it to the site, jose reads the token.
async function deconnecter(req, res) {
  let corps = "";
  for await (const morceau of req) corps += morceau;
  const lu = (await regler()).serverMetadata();
  const { payload } = await jwtVerify(
    new URLSearchParams(corps).get("logout_token"),
    createRemoteJWKSet(new URL(lu.jwks_uri)),
    { issuer: lu.issuer, audience: identifiant, typ: "logout+jwt" },
  );
  if (!payload.events["http://schemas.openid.net/event/backchannel-logout"]) throw new Error("not a logout");
  connus.delete(payload.sid);
  res.end();
}

const site = http.createServer(async (req, res) => {
  const adresse = new URL(req.url, `http://${req.headers.host}`);
  try {
    if (req.method === "POST") await deconnecter(req, res);
    else if (adresse.pathname === "/connus") res.end(JSON.stringify([...connus.values()]));
    else await (adresse.pathname === "/retour" ? revenir(adresse, res) : partir(adresse, res));
  } catch (erreur) {
    res.statusCode = 500;
    res.end(JSON.stringify({ erreur: erreur.error, message: erreur.cause?.message ?? erreur.message }));
  }
});
site.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${site.address().port}`));
