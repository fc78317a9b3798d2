// A link sent by e-mail that leads here opens a tab with what it is for. Its secret leaves the
// address at once: it would stay in the browser's history.
const operations = {
  token: `mutation SeConnecter($given: String!) {
  signIn(input: { token: $given, client: "GraphiQL" }) {
    accessToken
    expiresAt
    refreshToken
    userErrors { message }
  }
}
`,
  registration: `mutation ConfirmerMaDemande($given: String!) {
  verifyRegistration(input: { token: $given, client: "GraphiQL" }) {
    activator { id displayName state }
    accessToken
    expiresAt
    refreshToken
    userErrors { message }
  }
}
`,
  invitation: `mutation AccepterUneInvitation($given: String!) {
  acceptInvitation(input: { token: $given }) {
    role
    structureName
    userErrors { message }
  }
}
`,
  activator: `query VoirLaDemande($given: String!) {
  activator(slug: $given) {
    id
    displayName
    kind
    state
    structure { name siret }
    viewerMay { admit }
  }
}
`,
  request: `subscription SuivreMaDemande($given: String!) {
  contactRequestChanged(token: $given) {
    reference
    state
    dueAt
    activator { displayName }
    messages { nodes { at author text } }
    diagnosis { findings nextSteps }
    offers { activator { id displayName } }
    history { at step author }
    viewerMay { reply redirect cancel }
  }
}
`,
  "write-review": `mutation DonnerMonAvis(
  $given: String!
  $stars: Int!
  $comment: String
  $experiencedOn: Date!
) {
  writeReview(
    input: { token: $given, stars: $stars, comment: $comment, experiencedOn: $experiencedOn }
  ) {
    review { state comment publishedAt }
    userErrors { field message }
  }
}
`,
  review: `query RevoirMonAvis($given: String!) {
  review(token: $given) {
    id
    state
    comment
    publishedAt
    changedAt
    texts { number state stars comment }
    history { at step actor ground words }
    viewerMay { change withdraw }
  }
}
`,
  "activator-reviews": `query LesAvisSurMoi($given: String!) {
  activator(slug: $given) {
    displayName
    rating { average count }
    reviews(first: 10) {
      nodes { id publishedAt experiencedOn stars comment viewerMay { reply doubt } }
    }
  }
}
`,
  "contact-request": `query LireLaDemande($given: String!) {
  contactRequest(reference: $given) {
    id
    state
    dueAt
    company { name person email phone }
    need
    messages { nodes { at author text } }
    viewerMay { answer decline diagnose propose }
  }
}
`,
  moderation: `query VoirLaFileDeModeration {
  moderationQueue(first: 20) {
    totalCount
    nodes {
      id
      kind
      openedAt
      overdue
      claimedByAnother
      activator { displayName }
      text { stars comment }
      viewerMay { claim decide }
    }
  }
}
`,
  engagement: `query SuivreMaDeclaration($given: String!) {
  declaredEngagement(token: $given) {
    id
    reference
    state
    dueAt
    provider { displayName }
    what
    engagedOn
    proof
    dispute { reason message }
    decision { words }
    viewerMay { withdraw }
  }
}
`,
  "declared-engagement": `query LireLaDeclaration($given: String!) {
  declaredEngagement(reference: $given) {
    id
    state
    dueAt
    company { name siret person email }
    what
    engagedOn
    proof
    dispute { reason message }
    decision { words }
    viewerMay { confirm dispute }
  }
}
`,
};

const links = new URLSearchParams(location.hash.slice(1));
const name = Object.keys(operations).find((one) => links.get(one));
if (name) history.replaceState(null, "", location.pathname);

export const mailed = name && {
  query: operations[name],
  variables: JSON.stringify({ given: links.get(name) }, null, 2),
};
