// node subscribe.mjs JSON: follows a subscription with npm's graphql-ws, and prints what comes, one
// JSON object a line: {next} {error} {complete} {connected} {closed: code}.
// JSON: {url, query, variables, authorization}. Node 20 needs --experimental-websocket.

import { createClient } from "graphql-ws";

const print = (line) => console.log(JSON.stringify(line));
const { url, query, variables, authorization } = JSON.parse(process.argv[2]);

const client = createClient({
  url,
  connectionParams: authorization && { Authorization: authorization },
  retryAttempts: 0,
  on: {
    connected: () => print({ connected: true }),
    closed: ({ code }) => print({ closed: code }),
  },
});
client.subscribe(
  { query, variables },
  {
    next: (next) => print({ next }),
    error: (error) => print({ error: Array.isArray(error) ? error : String(error) }),
    complete: () => print({ complete: true }),
  },
);
