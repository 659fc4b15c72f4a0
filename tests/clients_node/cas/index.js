// passport-cas2 takes its CAS client from a Git host, not from the registry. This package has that client's face (what
// passport-cas2 calls: validate, logout) and hands the validation to http-cas-client, as published.

const merge = require("http-cas-client/src/merge");
const { CasServerAgent } = require("http-cas-client/src/agent");

module.exports = class CAS {
  // base_url: the CAS server; version: 2, whose address is serviceValidate, attributes read as in CAS 3.
  constructor({ base_url: racine, version, external_pgt_url: mandat }) {
    if (version !== 2 || mandat) throw new Error("Only CAS 2 without proxy tickets stands here");
    this.racine = racine.replace(/\/$/, "");
    const path = { p3: { serviceValidate: "/serviceValidate" } };
    this.agent = new CasServerAgent(
      merge({ cas: 3, casServerUrlPrefix: this.racine, serverName: "http://localhost", server: { path } }),
    );
  }

  // fini(erreur, vrai ou faux, utilisateur, { attributes: { nom: [valeurs] }, … })
  validate(ticket, fini, service) {
    this.agent.validateService(ticket, service).then(
      ({ principal: { user, attributes } }) => {
        const listes = Object.entries(attributes).map(([nom, valeur]) => [nom, [valeur].flat()]);
        fini(undefined, true, user, { username: user, attributes: Object.fromEntries(listes), ticket });
      },
      (erreur) => fini(erreur, false),
    );
  }

  logout(req, res, retour, suivre) {
    const adresse = new URL(`${this.racine}/logout`);
    if (retour) adresse.searchParams.set(suivre ? "service" : "url", retour);
    res.writeHead(302, { Location: adresse.href }).end();
  }
};
