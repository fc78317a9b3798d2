// A link sent by e-mail that leads here opens a tab with its mutation. Its secret leaves the
// address at once: it would stay in the browser's history.
const secrets = new URLSearchParams(location.hash.slice(1));

const MUTATIONS = {
  token: `mutation SeConnecter($token: String!) {
  signIn(input: { token: $token, client: "GraphiQL" }) {
    accessToken
    expiresAt
    refreshToken
    userErrors { message }
  }
}
`,
  invitation: `mutation AccepterUneInvitation($token: String!) {
  acceptInvitation(input: { token: $token }) {
    role
    structureName
    userErrors { message }
  }
}
`,
};

const name = Object.keys(MUTATIONS).find((one) => secrets.get(one));
if (name) history.replaceState(null, "", location.pathname);

export const signIn = name && {
  query: MUTATIONS[name],
  variables: JSON.stringify({ token: secrets.get(name) }, null, 2),
};
