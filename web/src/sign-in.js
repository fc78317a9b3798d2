// A sign-in link that leads here opens a tab with its mutation. The token leaves the address at
// once: it would stay in the browser's history.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) history.replaceState(null, "", location.pathname);

export const signIn = token && {
  query: `mutation SeConnecter($token: String!) {
  signIn(input: { token: $token, client: "GraphiQL" }) {
    accessToken
    expiresAt
    refreshToken
    userErrors { message }
  }
}
`,
  variables: JSON.stringify({ token }, null, 2),
};
