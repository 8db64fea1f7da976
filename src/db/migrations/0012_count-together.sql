-- Counts many requests at once: each in one bucket after the other, none further than the first that is full. The lists have an entry for each bucket of
-- a request: which request, which of its buckets (from 1), its name, how often it may be asked for and for how long. A bucket that many share is written
-- once. One call after the other, in all processes: each holds many buckets, and two would wait for each other in a circle.
CREATE FUNCTION count_requests(requests integer[], places integer[], buckets text[], most integer[], lasts interval[], at timestamptz)
RETURNS TABLE (request integer, place integer, counted integer, until timestamptz) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  refused integer[] := '{}';
  is_full boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('request_count'));
  FOR n IN 1 .. coalesce((SELECT max(one) FROM unnest(places) AS one), 0) LOOP
    FOR request, place, counted, until, is_full IN
      WITH asked AS (
        SELECT request, bucket, most, lasts, row_number() OVER (PARTITION BY bucket ORDER BY request) AS nth
        FROM unnest(requests, places, buckets, most, lasts) AS one(request, place, bucket, most, lasts)
        WHERE place = n AND request <> ALL (refused)
      ), together AS (
        SELECT bucket, max(nth)::integer AS count, max(lasts) AS lasts FROM asked GROUP BY bucket
      ), written AS (
        INSERT INTO request_count AS kept (bucket, count, resets_at) SELECT bucket, count, at + lasts FROM together
        ON CONFLICT (bucket) DO UPDATE SET
          count = CASE WHEN kept.resets_at <= at THEN excluded.count ELSE kept.count + excluded.count END,
          resets_at = CASE WHEN kept.resets_at <= at THEN excluded.resets_at ELSE kept.resets_at END
        RETURNING bucket, kept.count, resets_at
      ), counts AS (
        SELECT request, most, (written.count - together.count + nth)::integer AS counted, resets_at
        FROM asked JOIN together USING (bucket) JOIN written USING (bucket)
      )
      SELECT request, n, counted, resets_at, counted > most FROM counts
    LOOP
      RETURN NEXT;
      IF is_full THEN refused := refused || request; END IF;
    END LOOP;
  END LOOP;
END $$;
