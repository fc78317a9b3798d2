"""The same search on both wires: a page of 20 with what a list of activators shows."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.questions import KINDS, RADIUS_KM, Questions
from resolvers.directory.reference import Reference

MAILLAGE = """
query Search($latitude: Float!, $longitude: Float!, $radius: Float!, $field: String!,
             $kinds: [ActivatorKind!]!) {
  activators(near: {place: {coordinates: {latitude: $latitude, longitude: $longitude}},
                    radiusKm: $radius},
             filter: {expertise: [$field], kinds: $kinds}, orderBy: DISTANCE, first: 20) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges {
      distanceKm
      node {
        id kind displayName headline websiteUrl remote
        position { latitude longitude }
        structure { siret name address { postalCode city } }
        networks { code name }
        expertise { code label }
      }
    }
  }
}
"""

POSTGRAPHILE = """
query Search($latitude: Float!, $longitude: Float!, $radius: Float!, $field: String!,
             $kinds: [String!]!) {
  activatorsNear(aroundLatitude: $latitude, aroundLongitude: $longitude, radius: $radius,
                 field: $field, kinds: $kinds, first: 20) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        distance(aroundLatitude: $latitude, aroundLongitude: $longitude)
        rowId kind givenName familyName headline websiteUrl remote
        latitude longitude
        structureByStructureId { siret name postalCode city }
        enrolmentsByActivatorIdList { networkByNetworkCode { code name } }
        activatorExpertisesByActivatorIdList { expertiseFieldByFieldCode { code labelFr } }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What both must agree on: how many in all, and who is on the page, in order."""

    total: int
    ids: list[int]


@dataclass(frozen=True)
class Wire:
    """How one service is asked, and its answers read."""

    document: str
    metres_per_unit: float
    """What a radius of 1 means."""

    def bodies(self, reference: Reference, count: int) -> Iterator[str]:
        """Write requests; both wires get the same questions."""
        questions = Questions(reference)
        for _ in range(count):
            place, field = questions.place(), questions.field()
            assert place.position is not None  # noqa: S101  only such places are drawn
            variables = {
                "latitude": place.position.latitude,
                "longitude": place.position.longitude,
                "radius": RADIUS_KM * 1000 / self.metres_per_unit,
                "field": field,
                "kinds": [kind.value for kind in KINDS],
            }
            yield orjson.dumps({"query": self.document, "variables": variables}).decode()

    def read(self, answer: dict[str, Any]) -> Answer:
        """Read an answer; raises ValueError for one with errors."""
        if "errors" in answer:
            raise ValueError(str(answer["errors"]))
        connection = next(iter(answer["data"].values()))
        ids = [self._id(edge["node"]) for edge in connection["edges"]]
        return Answer(connection["totalCount"], ids)

    def _id(self, node: dict[str, Any]) -> int:
        if "rowId" in node:
            return int(node["rowId"])
        return int(b64decode(node["id"]).decode().partition(":")[2])


OURS = Wire(MAILLAGE, metres_per_unit=1000)
THEIRS = Wire(POSTGRAPHILE, metres_per_unit=1)
