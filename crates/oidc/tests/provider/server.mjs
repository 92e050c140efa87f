// A real OpenID provider for tests: this package's own, and a login provider for those that drive a browser.
//
//   node server.mjs [REDIRECT_URI…]
//
// Serves on 127.0.0.1 and prints one line of JSON when it is ready: { issuer, client_secret, clients }. Anybody signs
// in by a name alone; the page asks for it, and who adds `login_hint=NAME` to the request is not asked.
//
//   PORT            where to listen; 0, the default, picks a free port
//   REDIRECT_URIS   more addresses that may be returned to, separated by spaces
//   AUTH_METHOD     how clients prove themselves: client_secret_basic (default), client_secret_post
//   CLAIMS          where a person's claims stand: id_token (default) or userinfo
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const SECRET = "a secret: with/characters+that%need encoding";
const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

// People with something special about them; any other name is somebody ordinary.
const PEOPLE = {
  ada: { name: "Ada Lovelace", groups: ["admins", "staff"] },
  bob: { name: "Bob", email_verified: false },
  eve: { name: "Eve", email_verified: "true" },
  ghost: { name: "Ghost", email: undefined, email_verified: undefined },
};

const person = (login) => ({
  sub: login,
  name: login,
  preferred_username: login,
  email: `${login}@example.org`,
  email_verified: true,
  groups: ["staff"],
  ...PEOPLE[login],
});

// By way of PEM: Node 20 can lock itself out for good while it exports a key that it has just made.
const encodings = {
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
};
const pair = {
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048, ...encodings }),
  PS256: () => generateKeyPairSync("rsa", { modulusLength: 2048, ...encodings }),
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256", ...encodings }),
  EdDSA: () => generateKeyPairSync("ed25519", encodings),
};
const keys = ALGORITHMS.map((alg) => ({
  ...createPrivateKey(pair[alg]().privateKey).export({ format: "jwk" }),
  alg,
  use: "sig",
  kid: `${alg}-key`,
}));

const redirects = [...process.argv.slice(2), ...(process.env.REDIRECT_URIS ?? "").split(" ")].filter(Boolean);
const method = process.env.AUTH_METHOD ?? "client_secret_basic";
const client = (client_id, alg, more) => ({
  client_id,
  client_secret: SECRET,
  token_endpoint_auth_method: method,
  redirect_uris: redirects,
  post_logout_redirect_uris: redirects,
  id_token_signed_response_alg: alg,
  ...more,
});
const clients = [
  ...ALGORITHMS.map((alg) => client(`nova-${alg.toLowerCase()}`, alg)),
  client("nova-public", "RS256", { client_secret: undefined, token_endpoint_auth_method: "none" }),
];

const page = (title, body) => `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>${title}</title>${body}</html>`;

const configuration = {
  clients,
  jwks: { keys },
  clientAuthMethods: [method, "none"],
  cookies: { keys: ["of no importance"] },
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "preferred_username"],
    groups: ["groups"],
  },
  scopes: ["openid", "email", "profile", "groups"],
  conformIdTokenClaims: process.env.CLAIMS === "userinfo",
  pkce: { required: () => true },
  enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      logoutSource: (ctx, form) => {
        const button = '<button form="op.logoutForm" name="logout" value="yes">Sign out</button>';
        ctx.body = page("Sign out", `${form}${button}`);
      },
    },
  },
  findAccount: (_, login) => ({ accountId: login, claims: () => person(login) }),
  renderError: (ctx, out) => {
    ctx.body = out;
  },
  // Nobody is asked for consent.
  async loadExistingGrant(ctx) {
    const { client, session, params } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
};

async function body(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

// The page that asks who it is, and the answer to it.
async function interaction(provider, request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const login = params.login_hint ?? (request.method === "POST" ? (await body(request)).get("login") : undefined);
  if (login === "nobody") {
    const refusal = { error: "access_denied", error_description: "nobody may sign in" };
    return provider.interactionFinished(request, response, refusal);
  }
  if (login) return provider.interactionFinished(request, response, { login: { accountId: login } });
  const form = '<form method="post"><label>Name <input name="login" autofocus required></label><button>Sign in</button></form>';
  response.writeHead(200, { "content-type": "text/html" }).end(page("Sign in", form));
}

const server = createServer();
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  const rest = provider.callback();
  server.on("request", (request, response) => {
    if (!request.url.startsWith("/interaction/")) return rest(request, response);
    interaction(provider, request, response).catch((error) => response.writeHead(400).end(String(error)));
  });
  const ready = { issuer, client_secret: SECRET, clients: clients.map((each) => each.client_id) };
  console.log(JSON.stringify(ready));
});
