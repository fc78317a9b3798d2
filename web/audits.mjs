// node audits.mjs URL: runs every GraphQL-over-HTTP audit against URL and prints what each found,
// as JSON: [{id, name, status: ok | notice | warn | error, reason}].

import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
if (!url) {
  console.error("usage: node audits.mjs URL");
  process.exit(2);
}

const findings = [];
for (const audit of serverAudits({ url })) {
  const { id, name, status, reason = null } = await audit.fn();
  findings.push({ id, name, status, reason });
}
console.log(JSON.stringify(findings, null, 2));
