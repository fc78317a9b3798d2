import activator from "./activator.graphql";
import advisers from "./advisers.graphql";
import map from "./map.graphql";
import places from "./places.graphql";
import placesVariables from "./places.json";
import search from "./search.graphql";

/** One tab each, in this order. The name of the operation is the title of its tab. */
export const examples = [
  { query: advisers },
  { query: search },
  { query: places, variables: JSON.stringify(placesVariables, null, 2) },
  { query: map },
  { query: activator },
];
