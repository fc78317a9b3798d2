"""What an answer shows of one activator: for each permission, all the ways that it could show."""

from typing import Any

Evidence = dict[str, dict[str, bool]]
"""By permission, whether each way of the wire shows what it is about."""

GUARDED = """
fragment Guarded on Activator {
  id
  position { latitude }
  address { city }
  websiteUrl
  email
  phone
  version
  completion { percent }
  brokenLinks
  listed
  state
  stateChangedAt
  stateReason
  enrolments { externalId }
  charterAcceptance { version }
  consultations { from }
  rating { average count distribution { stars count } }
  viewerMay { contact review edit readCoordinates admit commit }
}
"""

ONE_WAY = """
query OneWay($id: ID!) { activator(id: $id) { ...Guarded } }
"""
ONE_WAY += GUARDED

ALL_WAYS = """
query AllWays(
  $id: ID!, $slug: String!, $siret: String!, $structure: ID!, $name: String!
  $at: CoordinatesInput!, $bounds: Bounds!, $entities: [_Any!]!
) {
  activator(id: $id) {
    id
    ...Guarded
    structure { id address { city } }
  }
  bySlug: activator(slug: $slug) { ...Guarded }
  node(id: $id) { ...Guarded }
  nodes(ids: [$id]) { ...Guarded }
  _entities(representations: $entities) {
    ...Guarded
    ... on Structure { id address { city } }
  }
  structure(siret: $siret) {
    id
    address { city }
    activators { totalCount nodes { ...Guarded } facets { networks { count } } }
  }
  structureById: structure(id: $structure) { id address { city } }
  structureNode: node(id: $structure) { id ... on Structure { address { city } } }
  named: activators(filter: {text: $name}) {
    totalCount
    nodes { ...Guarded }
    pageInfo { startCursor }
    facets { kinds { count } expertise { count } networks { count } departments { count } }
  }
  near: activators(near: {place: {coordinates: $at}, radiusKm: 1}) {
    totalCount
    edges { distanceKm node { id } }
    facets { kinds { count } expertise { count } networks { count } departments { count } }
  }
  activatorClusters(bounds: $bounds, zoom: 22) { count activator { id } }
}
"""
ALL_WAYS += GUARDED


def evidence(answer: Any) -> Evidence:
    """Sort an answer to `ALL_WAYS` or to `ONE_WAY` by permission."""
    if "node" not in answer:
        found = {"activator(id)": answer["activator"]}
        return _of_activators(found) | {"SEE": {way: bool(one) for way, one in found.items()}}
    shown = _of_activators(_activators(answer))
    shown["SEE"] = _sightings(answer)
    shown["SEE_ON_MAP"] |= _places(answer)
    return shown


def _activators(answer: Any) -> dict[str, Any]:
    """Find the activator in each place where it may stand, null where it does not."""
    found = {
        "activator(id)": answer["activator"],
        "activator(slug)": answer["bySlug"],
        "node": answer["node"],
        "nodes": answer["nodes"][0],
        "_entities": answer["_entities"][0],
        "text search": _first(answer["named"]["nodes"]),
    }
    if answer["structure"] is not None:
        found["Structure.activators"] = _first(answer["structure"]["activators"]["nodes"])
    return found


def _of_activators(found: dict[str, Any]) -> Evidence:
    fields = {
        "SEE_ON_MAP": ("position", "address"),
        "FOLLOW_WEBSITE": ("websiteUrl",),
        "READ_COORDINATES": ("email", "phone"),
        "SEE_STARS": ("rating",),
        "SEE_CONSULTATIONS": ("consultations",),
        "READ_MEMBERSHIP": (
            *("listed", "state", "stateChangedAt", "stateReason", "enrolments"),
            "charterAcceptance",
        ),
        "EDIT": ("version", "completion", "brokenLinks"),
    }
    actions = {
        "READ_COORDINATES": "readCoordinates",
        "REQUEST_CONTACT": "contact",
        "REVIEW": "review",
        "EDIT": "edit",
        "ADMIT": "admit",
        "COMMIT": "commit",
    }
    shown: Evidence = {permission: {} for permission in {**fields, **actions}}
    for way, activator in found.items():
        for permission, names in fields.items():
            for name in names:
                there = activator is not None and activator[name] is not None
                shown[permission][f"{way}.{name}"] = there
        for permission, name in actions.items():
            there = activator is not None and activator["viewerMay"][name]
            shown[permission][f"{way}.viewerMay.{name}"] = there
    return shown


def _sightings(answer: Any) -> dict[str, bool]:
    structure = answer["structure"]
    page: Any = (
        structure["activators"] if structure else {"totalCount": 0, "facets": {"networks": []}}
    )
    named = answer["named"]
    return {
        **{way: found is not None for way, found in _activators(answer).items()},
        "_entities: Structure by siret": answer["_entities"][1] is not None,
        "_entities: Structure by id": answer["_entities"][2] is not None,
        "structure(siret)": structure is not None,
        "structure(id)": answer["structureById"] is not None,
        "node: Structure": answer["structureNode"] is not None,
        "Structure.activators: totalCount": page["totalCount"] == 1,
        "Structure.activators: facets": bool(page["facets"]["networks"]),
        "text search: totalCount": named["totalCount"] == 1,
        "text search: cursor": named["pageInfo"]["startCursor"] is not None,
    } | {f"text search: facet {name}": bool(counts) for name, counts in named["facets"].items()}


def _places(answer: Any) -> dict[str, bool]:
    near, clusters = answer["near"], answer["activatorClusters"]
    within = answer["activator"] and answer["activator"]["structure"]
    structures = {
        "Activator.structure": within,
        "structure(siret)": answer["structure"],
        "structure(id)": answer["structureById"],
        "node: Structure": answer["structureNode"],
        "_entities: Structure by siret": answer["_entities"][1],
        "_entities: Structure by id": answer["_entities"][2],
    }
    return {
        **{f"{way}.address": bool(one and one["address"]) for way, one in structures.items()},
        "near": bool(near["edges"]),
        "near: distanceKm": any(edge["distanceKm"] is not None for edge in near["edges"]),
        "near: totalCount": near["totalCount"] == 1,
        "clusters": bool(clusters),
        "clusters: count": sum(one["count"] for one in clusters) == 1,
        "clusters: activator": any(one["activator"] is not None for one in clusters),
    } | {f"near: facet {name}": bool(counts) for name, counts in near["facets"].items()}


def _first(nodes: list[Any]) -> Any:
    return nodes[0] if nodes else None
