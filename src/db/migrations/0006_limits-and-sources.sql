-- How often something was asked for lately, where Redis does not count it; where sign-ups come from; reminders; a word to the old address.

-- Counting begins anew after a crash: nothing of it need be safe, so it costs no write-ahead log.
CREATE UNLOGGED TABLE request_count (
  bucket    text PRIMARY KEY, -- subscribe:203.0.113.0
  count     integer NOT NULL,
  resets_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Counts a request in one bucket after the other, and stops at the first that is full: who is refused for his network fills nobody else's bucket.
CREATE FUNCTION count_request(buckets text[], most integer[], at timestamptz, lasts interval)
RETURNS TABLE (place integer, counted integer, until timestamptz) LANGUAGE plpgsql AS $$
BEGIN
  FOR n IN 1 .. cardinality(buckets) LOOP
    INSERT INTO request_count AS kept (bucket, count, resets_at) VALUES (buckets[n], 1, at + lasts)
    ON CONFLICT (bucket) DO UPDATE SET
      count = CASE WHEN kept.resets_at <= at THEN 1 ELSE kept.count + 1 END,
      resets_at = CASE WHEN kept.resets_at <= at THEN at + lasts ELSE kept.resets_at END
    RETURNING kept.count, kept.resets_at INTO counted, until;
    place := n;
    RETURN NEXT;
    EXIT WHEN counted > most[n];
  END LOOP;
END $$;

-- Many requests for one address are answered at once; erasure finds them by it.
CREATE INDEX signup_request_address ON signup_request (address);

-- How many were asked and how many confirmed, by where they came from. No person stands here, so it outlives the requests.
CREATE TABLE sign_up_source (
  newsletter_id bigint NOT NULL REFERENCES newsletter,
  source        text NOT NULL, -- `src` of the form; empty when it had none
  day           date NOT NULL, -- UTC
  asked         integer NOT NULL DEFAULT 0,
  confirmed     integer NOT NULL DEFAULT 0,
  PRIMARY KEY (newsletter_id, source, day)
);

ALTER TABLE subscription ADD COLUMN reminded_at timestamptz; -- the one reminder of a sign-up that waits for its confirmation
CREATE INDEX subscription_pending ON subscription (asked_at) WHERE state = 'pending';

ALTER TABLE message DROP CONSTRAINT message_kind_check;
ALTER TABLE message ADD CONSTRAINT message_kind_check CHECK (kind IN ('confirmation', 'already-subscribed', 'welcome', 'goodbye', 'sign-in',
  'data-request', 'change-address', 'address-changed', 'reminder', 'test', 'latest', 'resend'));
