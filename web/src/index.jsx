import "./style-nonce.js";
import "./workers.js";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import { examples } from "./examples/index.js";
import { mailed } from "./mailed-links.js";

const endpoint = new URL(location.pathname, location.origin);
const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: endpoint.href.replace(/^http/, "ws"),
  enableIncrementalDelivery: false, // the server answers in one piece
});

// A token typed here stays in the memory of the page: tabs are stored without their headers, and
// the history, which would store them, is left out of the plugins.
createRoot(document.getElementById("graphiql")).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={mailed ? [mailed, ...examples] : examples}
    initialQuery={mailed?.query}
    initialVariables={mailed?.variables}
    defaultHeaders={'// { "Authorization": "Bearer VOTRE-JETON" }\n'}
    defaultEditorToolsVisibility="variables"
    shouldPersistHeaders={false}
    plugins={[]}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>Maillage</GraphiQL.Logo>
  </GraphiQL>,
);
