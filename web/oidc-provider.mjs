// node oidc-provider.mjs: OpenID Connect providers for the tests, each on a free port of its own.
//
// Prints one line of JSON once they answer: {plain, userinfo}, their issuer addresses. `plain` puts
// claims into ID tokens; `userinfo` tells them at its userinfo endpoint only, signed. Ends with its
// standard input. Who signs in is what `login_hint` says: a JSON object of claims with their `sub`.
//
// Under /test, for the tests only: POST rotate ({keep: whether the old keys stay published}),
// POST sign ({header, claims}: signed with the newest key of the header's alg), POST behave
// ({as: null | "down" | "slow" | "garbage" | "huge" | "redirect" | "another"}), GET asked (how
// often its keys were fetched).

import { createSign, generateKeyPairSync, constants } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const REDIRECT = "https://portal.example.org/callback";
const ELSEWHERE = "/elsewhere";
const SECRET = "the-secret-of-the-portal-which-signs-nothing";

/** A key pair for each algorithm, as private JWKs. */
function drawKeys(generation) {
  const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pairs = { RS256: rsa(), ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }) };
  return Object.entries(pairs).map(([alg, { privateKey }]) => ({
    ...privateKey.export({ format: "jwk" }),
    kid: `${alg}-${generation}`,
    alg,
    use: "sig",
    privateKey,
  }));
}

/** A compact JWS of anything, valid or not. */
function sign({ header, claims }, keys) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const key = keys.find(({ alg }) => alg === header.alg);
  const input = `${encode({ kid: key.kid, ...header })}.${encode(claims)}`;
  const options =
    header.alg === "ES256"
      ? { key: key.privateKey, dsaEncoding: "ieee-p1363" }
      : { key: key.privateKey, padding: constants.RSA_PKCS1_PADDING };
  return `${input}.${createSign("sha256").update(input).sign(options, "base64url")}`;
}

class TestProvider {
  #people = new Map();
  #generation = 1;
  #keys = drawKeys(1);
  #behaviour = null;
  #asked = 0;
  #server = createServer((request, response) => this.#answer(request, response));
  #userinfo;
  #provider;

  constructor({ userinfo }) {
    this.#userinfo = userinfo;
  }

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    this.issuer = `http://127.0.0.1:${this.#server.address().port}`;
    this.#rebuild();
    return this.issuer;
  }

  /** A provider's keys are fixed when it is made. */
  #rebuild() {
    const claims = ["email", "email_verified", "groups"];
    this.#provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: "portal",
          client_secret: SECRET,
          redirect_uris: [REDIRECT],
          id_token_signed_response_alg: "RS256",
          ...(this.#userinfo && { userinfo_signed_response_alg: "RS256" }),
        },
      ],
      jwks: { keys: this.#keys.map(({ privateKey, ...jwk }) => jwk) },
      claims: { openid: ["sub"], email: claims },
      conformIdTokenClaims: this.#userinfo,
      cookies: { keys: ["of the tests"] },
      features: {
        devInteractions: { enabled: false },
        jwtUserinfo: { enabled: true },
      },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => this.#people.get(sub) }),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      loadExistingGrant: async ({ oidc }) => {
        const { client, session, provider } = oidc;
        const grant = new provider.Grant({
          clientId: client.clientId,
          accountId: session.accountId,
        });
        grant.addOIDCScope("openid email");
        await grant.save();
        return grant;
      },
      ttl: { AccessToken: 43200, IdToken: 43200, Interaction: 600, Session: 600, Grant: 43200 },
    });
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, this.issuer);
    if (pathname.startsWith("/test/")) return this.#command(pathname, request, response);
    if (pathname === "/jwks") this.#asked += 1;
    if (this.#behaviour && this.#misbehave(request, response)) return;
    if (pathname.startsWith("/interaction/")) return this.#signIn(request, response);
    return this.#provider.callback()(request, response);
  }

  async #signIn(request, response) {
    const { params } = await this.#provider.interactionDetails(request, response);
    const person = JSON.parse(params.login_hint);
    this.#people.set(person.sub, person);
    const result = { login: { accountId: person.sub } };
    await this.#provider.interactionFinished(request, response, result);
  }

  async #command(pathname, request, response) {
    let body = "";
    for await (const piece of request) body += piece;
    const asked = body ? JSON.parse(body) : {};
    const answer = (value) => response.end(JSON.stringify(value));
    if (pathname === "/test/rotate") {
      const fresh = drawKeys((this.#generation += 1));
      this.#keys = asked.keep ? [...fresh, ...this.#keys] : fresh;
      this.#rebuild();
      answer({});
    } else if (pathname === "/test/sign") {
      answer({ token: sign(asked, this.#keys) });
    } else if (pathname === "/test/behave") {
      this.#behaviour = asked.as;
      answer({});
    } else {
      answer({ asked: this.#asked });
    }
  }

  /** Answers as it should not; false where this request is answered as it should. */
  #misbehave(request, response) {
    const { pathname } = new URL(request.url, this.issuer);
    if (this.#behaviour === "down") response.writeHead(503).end();
    if (this.#behaviour === "garbage") response.end("<html>not what you asked for");
    if (this.#behaviour === "huge" || this.#behaviour === "another") {
      if (pathname === "/jwks") return false;
      const huge = this.#behaviour === "huge";
      const issuer = huge ? this.issuer : "https://another.example.org";
      const padding = huge ? "x".repeat(10_000_000) : "";
      response.end(JSON.stringify({ issuer, jwks_uri: `${this.issuer}/jwks`, padding }));
    }
    if (this.#behaviour === "redirect") {
      if (pathname.startsWith(ELSEWHERE)) {
        request.url = request.url.slice(ELSEWHERE.length);
        return false;
      }
      response.writeHead(302, { location: `${this.issuer}${ELSEWHERE}${pathname}` }).end();
    }
    return true; // "slow" says nothing at all
  }
}

const providers = {
  plain: new TestProvider({ userinfo: false }),
  userinfo: new TestProvider({ userinfo: true }),
};
const issuers = {};
for (const [name, provider] of Object.entries(providers)) issuers[name] = await provider.start();
console.log(JSON.stringify(issuers));
process.stdin.resume().on("end", () => process.exit());
