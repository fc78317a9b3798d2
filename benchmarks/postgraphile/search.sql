-- What those who serve this directory with PostGraphile would add: the search as a function, and
-- the index that it needs. Places are points on the WGS 84 ellipsoid (earth-centred, in metres),
-- so that distances agree with Maillage's to the decimetre at 30 km; earthdistance's sphere is off
-- by up to 150 metres there. `cube` finds and orders them by its index.

CREATE EXTENSION IF NOT EXISTS cube;

CREATE FUNCTION on_earth(latitude float8, longitude float8) RETURNS cube
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT cube(ARRAY[
    n * cos(radians(latitude)) * cos(radians(longitude)),
    n * cos(radians(latitude)) * sin(radians(longitude)),
    n * (1 - 0.00669437999014) * sin(radians(latitude))
  ])
  FROM (SELECT 6378137.0 / sqrt(1 - 0.00669437999014 * sin(radians(latitude)) ^ 2) AS n) AS normal
$$;

ALTER TABLE activator
  ADD COLUMN place cube GENERATED ALWAYS AS (on_earth(latitude, longitude)) STORED;

-- Visitors see these on the map: the rule book's rows for SEE_ON_MAP.
CREATE INDEX activator_place ON activator USING gist (place)
  WHERE state = 'ACTIVE' AND kind IN ('ADVISER', 'FUNDING_ADVISER', 'CHAMPION');

-- Each (SELECT …) is computed once a query, under generic plans too.
CREATE FUNCTION activators_near(
  around_latitude float8, around_longitude float8, radius float8, field text, kinds text[]
) RETURNS SETOF activator LANGUAGE sql STABLE PARALLEL SAFE ROWS 200 AS $$
  SELECT activator.*
  FROM activator
  WHERE activator.place <@ cube_enlarge((SELECT on_earth(around_latitude, around_longitude)), radius, 3)
    AND activator.place <-> (SELECT on_earth(around_latitude, around_longitude)) <= radius
    AND activator.state = 'ACTIVE'
    AND activator.kind IN ('ADVISER', 'FUNDING_ADVISER', 'CHAMPION')
    AND activator.kind = ANY (kinds)
    AND EXISTS (
      SELECT FROM activator_expertise
      WHERE activator_id = activator.id AND field_code = field
    )
  ORDER BY activator.place <-> (SELECT on_earth(around_latitude, around_longitude)), activator.id
$$;

-- The distance of a row, in metres.
CREATE FUNCTION activator_distance(activator activator, around_latitude float8, around_longitude float8)
RETURNS float8 LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT activator.place <-> on_earth(around_latitude, around_longitude)
$$;

VACUUM ANALYZE activator;
