"""All that may be asked about activators and their reviews, in every way that could tell a star."""

from typing import Any

OYONNAX = {"place": {"communeCode": "01283"}, "radiusKm": 60}
BY_STARS: list[dict[str, Any]] = [
    {"order": "RATING"},
    {"order": "RATING", "near": OYONNAX},
    {"order": "RATING", "filter": {"text": "camille"}},
    {"order": "RATING", "filter": {"kinds": ["ADVISER", "SOLUTION_PROVIDER"], "serves": "DEP-01"}},
]
OTHERWISE: list[dict[str, Any]] = [
    *({"order": order} for order in ("NAME", "ROTATION", "RECENTLY_CONFIRMED")),
    {"order": "DISTANCE", "near": OYONNAX},
    {"order": "RELEVANCE", "filter": {"text": "camille"}},
    {"filter": {"networks": ["cci"]}},
]

STARRED = """
fragment Starred on Activator {
  id
  rating { average count distribution { stars count } }
  viewerMay { review contact edit }
  structure { name activators { totalCount } }
}
"""
TOLD = """
fragment Told on Review {
  id stars comment state publishedAt changedAt experiencedOn mayBeQuoted
  reply { text } doubt { ground } texts { stars } history { step }
  viewerMay { change withdraw reply doubt decide }
}
"""
SEARCH = """
query Search(
  $filter: ActivatorFilter, $near: Near, $order: ActivatorOrder
  $first: Int, $after: String, $last: Int, $before: String
) {
  activators(
    filter: $filter, near: $near, orderBy: $order
    first: $first, after: $after, last: $last, before: $before
  ) {
    totalCount
    edges { cursor distanceKm node { ...Starred } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    facets {
      kinds { kind count }
      expertise { field { code } count }
      networks { network { code } count }
      departments { territory { code } count }
    }
  }
}
"""
SEARCH += STARRED
ONE = """
query One($id: ID!, $ids: [ID!]!, $entities: [_Any!]!) {
  activator(id: $id) { ...Starred }
  node(id: $id) { ...Starred }
  nodes(ids: $ids) { ...Starred }
  _entities(representations: $entities) { ...Starred }
  activatorClusters(bounds: {south: 45, west: 4, north: 48, east: 7}, zoom: 22) {
    count activator { id version rating { average count distribution { count } } }
  }
}
"""
ONE += STARRED
EACH = """
query Each($reviews: [ID!]!) {
  nodes(ids: $reviews) { ...Told ... on Review { activator { rating { count } } } }
}
"""
EACH += TOLD

REVIEWS = """
query Reviews($ids: [ID!]!, $order: ReviewOrder!, $after: String) {
  nodes(ids: $ids) { ...Reviewed }
}
fragment Reviewed on Activator {
  reviews(first: 2, orderBy: $order, after: $after) {
    sortedBy totalCount
    edges { cursor node { ...Told } }
    pageInfo { hasNextPage startCursor endCursor }
  }
  recommendations(first: 3) {
    totalCount
    edges { cursor node { permalink review { ...Told } } }
    pageInfo { hasNextPage startCursor endCursor }
  }
}
"""
REVIEWS += TOLD
FOLLOWED = """
subscription ($token: String) {
  contactRequestChanged(token: $token) {
    activator { ...Starred reviews(orderBy: HIGHEST) { sortedBy nodes { ...Told } } }
  }
}
"""
FOLLOWED += STARRED + TOLD
