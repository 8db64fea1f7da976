-- Digests and the delivery ledger. Which states follow which is written once, in src/digests/digest.ts; the sums in src/outbox/.

CREATE SEQUENCE digest_sequence;
-- Time-ordered: milliseconds since 1970 in the upper bits, so that the ledger partitions by month. Below 2^53.
CREATE FUNCTION next_digest_id() RETURNS bigint LANGUAGE sql VOLATILE AS
  $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint * 4096 + nextval('digest_sequence') % 4096 $$;

CREATE TYPE digest_state AS ENUM ('draft', 'scheduled', 'frozen', 'holding', 'sending', 'paused', 'finished', 'cancelled', 'skipped');

CREATE TABLE digest (
  id                  bigint PRIMARY KEY DEFAULT next_digest_id(),
  newsletter_id       bigint NOT NULL REFERENCES newsletter,
  cadence             text NOT NULL DEFAULT 'daily' CHECK (cadence IN ('breaking', 'daily', 'weekly')),
  occasion            text UNIQUE, -- israel-briefing/daily/2026-11-22: two schedulers cannot make two
  slug                text UNIQUE, -- of its public page; given when frozen
  state               digest_state NOT NULL DEFAULT 'draft',
  state_reason        text, -- why skipped, why paused, what stopped the freeze
  subject             text NOT NULL DEFAULT '',
  preheader           text NOT NULL DEFAULT '',
  note                text,
  version             integer NOT NULL DEFAULT 1, -- ETag; every edit counts it up
  approved_hash       text, -- of the content that was approved for sending
  expected_recipients integer,
  send_at             timestamptz, -- scheduled: not before
  send_zone           text,
  hold_seconds        integer NOT NULL DEFAULT 60,
  hold_until          timestamptz,
  send_by             timestamptz, -- after it nothing leaves by itself
  content_version     smallint NOT NULL DEFAULT 0,
  frozen_count        integer,
  frozen_at           timestamptz,
  finished_at         timestamptz,
  withdrawn_at        timestamptz, -- from the public archive
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX digest_of_newsletter ON digest (newsletter_id, id DESC);
CREATE INDEX digest_under_way ON digest (state) WHERE state IN ('scheduled', 'frozen', 'holding', 'sending', 'paused');

CREATE TABLE digest_article (
  digest_id      bigint NOT NULL REFERENCES digest ON DELETE CASCADE,
  position       smallint NOT NULL,
  article_id     text NOT NULL REFERENCES article,
  slot           text NOT NULL DEFAULT 'brief' CHECK (slot IN ('top', 'brief', 'more')),
  headline       text, -- the editor's own words for this digest
  description    text,
  why_it_matters text,
  PRIMARY KEY (digest_id, position),
  UNIQUE (digest_id, article_id)
);
CREATE INDEX digest_article_used ON digest_article (article_id);

-- What leaves, frozen: the digest email as data, and one prepared skeleton per variant. A correction adds a version.
CREATE TABLE content (
  digest_id  bigint NOT NULL REFERENCES digest ON DELETE CASCADE,
  version    smallint NOT NULL,
  variant    smallint NOT NULL, -- index of the frame's language among the digest's variants
  language   text NOT NULL,
  hash       text NOT NULL,
  email      jsonb NOT NULL,
  rendered   jsonb NOT NULL, -- subject, html, text with slot markers: the web page and previews
  skeleton   bytea NOT NULL, -- wire form, see src/mail/skeleton.ts
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (digest_id, version, variant)
);

-- One row a reader, written once at freeze. No foreign keys into people: an erased reader stays accounted for.
CREATE TABLE delivery (
  digest_id     bigint NOT NULL,
  subscriber_id bigint NOT NULL,
  lot           smallint NOT NULL, -- wave × variant
  PRIMARY KEY (digest_id, subscriber_id)
) PARTITION BY RANGE (digest_id);

CREATE TABLE slice (
  digest_id   bigint NOT NULL,
  n           integer NOT NULL,
  lot         smallint NOT NULL,
  lo          bigint NOT NULL, -- subscriber ids, both included
  hi          bigint NOT NULL,
  size        integer NOT NULL,
  lane        smallint NOT NULL, -- 1 breaking, 2 digest
  relay       text,
  owner       text, -- the sender that holds the lease
  fence       bigint NOT NULL DEFAULT 0,
  serial      bigint NOT NULL DEFAULT 0, -- of the lease, over the whole database
  lease_until timestamptz,
  not_before  timestamptz NOT NULL DEFAULT now(),
  pass        smallint NOT NULL DEFAULT 0,
  closed      boolean NOT NULL DEFAULT false,
  deferred    integer NOT NULL DEFAULT 0, -- tally of its readers' states; the rest of `size` is waiting, or sending while leased
  accepted    integer NOT NULL DEFAULT 0,
  rejected    integer NOT NULL DEFAULT 0,
  unknown     integer NOT NULL DEFAULT 0,
  skipped     integer NOT NULL DEFAULT 0,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (digest_id, n)
);
CREATE INDEX slice_open ON slice (lane, not_before, digest_id, n) WHERE NOT closed AND owner IS NULL;
CREATE INDEX slice_leased ON slice (lease_until) WHERE owner IS NOT NULL;
CREATE SEQUENCE lease_serial;

CREATE TYPE outcome_state AS ENUM ('waiting', 'deferred', 'accepted', 'rejected', 'unknown', 'skipped');
CREATE TYPE outcome_reason AS ENUM ('mailbox', 'policy', 'expired', 'render', 'relay', 'suppressed', 'unsubscribed', 'paused', 'erased');

-- Appended, never updated: the latest pass of a reader is the reader's state, all of them are the history.
CREATE TABLE outcome (
  digest_id       bigint NOT NULL,
  subscriber_id   bigint NOT NULL,
  pass            smallint NOT NULL,
  content_version smallint NOT NULL,
  slice           integer NOT NULL, -- a reader's slice never changes; with lo..hi it bounds the tally
  state           outcome_state NOT NULL,
  reason          outcome_reason,
  at              timestamptz NOT NULL,
  retry_at        timestamptz, -- deferred only
  relay           text,
  reply           text, -- what the relay said, when not 2xx
  PRIMARY KEY (digest_id, subscriber_id, pass)
) PARTITION BY RANGE (digest_id);

-- The month's partitions of both; attached, so that a running send is not locked out.
CREATE FUNCTION ensure_ledger_partitions(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  month date := date_trunc('month', moment AT TIME ZONE 'UTC');
  lower_id bigint := (extract(epoch FROM month::timestamp AT TIME ZONE 'UTC') * 1000)::bigint * 4096;
  upper_id bigint := (extract(epoch FROM (month + interval '1 month')::timestamp AT TIME ZONE 'UTC') * 1000)::bigint * 4096;
  parent text;
  partition text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('ensure_ledger_partitions'));
  FOREACH parent IN ARRAY ARRAY['delivery', 'outcome'] LOOP
    partition := parent || to_char(month, '_YYYY_MM');
    CONTINUE WHEN to_regclass(partition) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)', partition, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, partition, lower_id, upper_id);
  END LOOP;
END $$;
SELECT ensure_ledger_partitions(now()), ensure_ledger_partitions(now() + interval '1 month');

-- What may start, per relay and recipient domain.
CREATE TABLE pace (
  relay   text NOT NULL,
  domain  text NOT NULL,
  next_at timestamptz NOT NULL,
  PRIMARY KEY (relay, domain)
);

-- Whoever leaves, pauses, is suppressed or erased must not get a RCPT a second later, whichever verb wrote it: the senders hear it from
-- the row itself, so that no write can forget to tell them. Payload: `newsletter:subscriber`, the newsletter empty for all.
CREATE FUNCTION tell_senders() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'subscriber' THEN
    IF NEW.state <> 'active' AND OLD.state = 'active' THEN PERFORM pg_notify('leavers', ':' || NEW.id); END IF;
  ELSIF OLD.state = 'active' AND (NEW.state <> 'active' OR NEW.paused_until IS DISTINCT FROM OLD.paused_until) THEN
    PERFORM pg_notify('leavers', NEW.newsletter_id || ':' || NEW.subscriber_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tell_senders AFTER UPDATE ON subscriber FOR EACH ROW EXECUTE FUNCTION tell_senders();
CREATE TRIGGER tell_senders AFTER UPDATE ON subscription FOR EACH ROW EXECUTE FUNCTION tell_senders();

-- One-off mail: one row, one message. `asked`: a sign-up that nobody has decided on yet.
CREATE TABLE message (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind              text NOT NULL CHECK (kind IN ('confirmation', 'already-subscribed', 'welcome', 'goodbye', 'sign-in', 'data-request',
                                                  'change-address', 'test', 'latest', 'resend')),
  state             text NOT NULL DEFAULT 'waiting' CHECK (state IN ('asked', 'waiting', 'sending', 'deferred', 'accepted', 'rejected', 'unknown', 'skipped')),
  reason            text,
  signup_request_id bigint,
  subscriber_id     bigint,
  subscription_id   bigint,
  newsletter_id     bigint,
  digest_id         bigint, -- test, latest, resend
  editor_id         bigint, -- sign-in
  address           text, -- only where the addressee is no subscriber: test, sign-in, change of address; emptied when final
  language          text NOT NULL DEFAULT 'en',
  message_id        text,
  pass              smallint NOT NULL DEFAULT 0,
  owner             text,
  fence             bigint NOT NULL DEFAULT 0,
  serial            bigint NOT NULL DEFAULT 0,
  lease_until       timestamptz,
  not_before        timestamptz NOT NULL DEFAULT now(),
  send_by           timestamptz NOT NULL DEFAULT now() + interval '6 hours',
  relay             text,
  reply             text,
  created_at        timestamptz NOT NULL DEFAULT now(),
  updated_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX message_open ON message (not_before, id) WHERE state IN ('asked', 'waiting', 'deferred') AND owner IS NULL;
CREATE INDEX message_leased ON message (lease_until) WHERE owner IS NOT NULL;
CREATE INDEX message_of_subscriber ON message (subscriber_id, id DESC);

-- A snapshot that was restored is behind its journals; it must not send until an operator raises the epoch.
CREATE TABLE epoch (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  number   integer NOT NULL DEFAULT 1,
  database uuid NOT NULL DEFAULT gen_random_uuid(),
  raised_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO epoch DEFAULT VALUES;
