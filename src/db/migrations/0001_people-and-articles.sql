-- Newsletters, articles, subscribers: what exists before a digest does.

CREATE TABLE newsletter (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug            text NOT NULL UNIQUE,
  name            text NOT NULL,
  description     text NOT NULL DEFAULT '',
  language        text NOT NULL,
  zone            text NOT NULL DEFAULT 'Asia/Jerusalem',
  from_name       text NOT NULL,
  website_url     text,
  contact_address text,
  israel_profile  boolean NOT NULL DEFAULT true,
  is_open         boolean NOT NULL DEFAULT true,
  version         integer NOT NULL DEFAULT 1,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now()
);

INSERT INTO newsletter (slug, name, description, language, from_name) VALUES
  ('israel-briefing', 'Israel Briefing', 'The day in Israel, in eight articles and four minutes.', 'en', 'Israel Briefing'),
  ('israel-briefing-he', 'תדריך ישראל', 'היום בישראל, בשמונה כתבות ובארבע דקות.', 'he', 'תדריך ישראל');

-- A recurring digest: drafted from the articles since the last one, sent at its hour in its zone.
CREATE TABLE schedule (
  newsletter_id bigint NOT NULL REFERENCES newsletter,
  cadence       text NOT NULL CHECK (cadence IN ('breaking', 'daily', 'weekly')),
  is_enabled    boolean NOT NULL DEFAULT true,
  local_time    text NOT NULL CHECK (local_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  weekdays      smallint[] NOT NULL DEFAULT '{0,1,2,3,4,5,6}', -- 0 is Sunday
  max_articles  smallint NOT NULL DEFAULT 8 CHECK (max_articles BETWEEN 1 AND 50),
  version       integer NOT NULL DEFAULT 1,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (newsletter_id, cadence)
);

CREATE TABLE article (
  id                   text PRIMARY KEY, -- the publisher's own
  headline             text NOT NULL,
  alternative_headline text,
  description          text NOT NULL DEFAULT '',
  url                  text,
  date_published       timestamptz NOT NULL,
  date_modified        timestamptz,
  in_language          text NOT NULL DEFAULT 'en',
  article_section      text,
  keywords             text[] NOT NULL DEFAULT '{}',
  author               text[] NOT NULL DEFAULT '{}',
  image                jsonb, -- {url, alt, width, height}
  article_body         text[] NOT NULL DEFAULT '{}',
  kind                 text NOT NULL DEFAULT 'editorial' CHECK (kind IN ('editorial', 'sponsored', 'appeal')),
  embargoed_until      timestamptz,
  withdrawn_at         timestamptz,
  notes                text[] NOT NULL DEFAULT '{}', -- for the editor: "headline missing"
  version              integer NOT NULL DEFAULT 1,
  stored_at            timestamptz NOT NULL DEFAULT now(),
  updated_at           timestamptz NOT NULL DEFAULT now(),
  -- 'simple': English and Hebrew in one column; stemming one would harm the other
  search               tsvector NOT NULL DEFAULT ''
);

CREATE FUNCTION article_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search := setweight(to_tsvector('simple', NEW.headline || ' ' || coalesce(NEW.alternative_headline, '')), 'A')
    || setweight(to_tsvector('simple', NEW.description || ' ' || array_to_string(NEW.keywords, ' ')), 'B')
    || setweight(to_tsvector('simple', left(array_to_string(NEW.article_body, ' '), 200000)), 'C');
  RETURN NEW;
END $$;
CREATE TRIGGER article_search BEFORE INSERT OR UPDATE ON article FOR EACH ROW EXECUTE FUNCTION article_search();
CREATE INDEX article_search_index ON article USING gin (search);
CREATE INDEX article_newest ON article (date_published DESC, id DESC);

-- A person's address. After erasure the row keeps neither address nor language: only that it was.
CREATE TABLE subscriber (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address    text COLLATE "C" UNIQUE, -- normalised: lower case, A-label domain
  state      text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'active', 'left', 'suppressed', 'erased')),
  language   text NOT NULL DEFAULT 'en',
  version    integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((state = 'erased') = (address IS NULL))
);

CREATE TABLE subscription (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscriber_id bigint NOT NULL REFERENCES subscriber,
  newsletter_id bigint NOT NULL REFERENCES newsletter,
  state         text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'active', 'left')),
  cadences      text[] NOT NULL DEFAULT '{daily}' CHECK (cadences <@ '{breaking,daily,weekly}'),
  language      text NOT NULL,
  paused_until  timestamptz,
  source        text, -- `src` of the sign-up: article, placement, feed
  asked_at      timestamptz NOT NULL DEFAULT now(),
  confirmed_at  timestamptz,
  left_at       timestamptz,
  left_reason   text,
  version       integer NOT NULL DEFAULT 1,
  UNIQUE (subscriber_id, newsletter_id)
);
CREATE INDEX subscription_audience ON subscription (newsletter_id, subscriber_id) WHERE state = 'active';

-- What a visitor asked for, written before anyone looks whose address it is (same statement for every address).
CREATE TABLE signup_request (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address       text COLLATE "C" NOT NULL,
  newsletter_id bigint NOT NULL,
  cadences      text[] NOT NULL,
  language      text NOT NULL,
  source        text,
  wording       text NOT NULL, -- version of the consent text that was shown
  page          text NOT NULL,
  ip            inet,
  has_cookie    boolean NOT NULL DEFAULT false, -- asked again by the holder of the sign-up cookie
  asked_at      timestamptz NOT NULL DEFAULT now(),
  answered_at   timestamptz
);
CREATE INDEX signup_request_age ON signup_request (asked_at);

-- How many confirmations an address was sent, under a keyed hash (I6).
CREATE TABLE confirmation_sent (
  address_hash bytea NOT NULL,
  sent_at      timestamptz NOT NULL DEFAULT now(),
  was_anonymous boolean NOT NULL
);
CREATE INDEX confirmation_sent_recent ON confirmation_sent (address_hash, sent_at);

-- Consent: append-only, hash-chained per subscriber over salted hashes. Truncation and erasure empty the payload; the chain still verifies.
CREATE TABLE consent (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subscriber_id bigint NOT NULL,
  newsletter_id bigint NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('asked', 'confirmed', 'imported', 'changed', 'left', 'returned', 'erased')),
  payload_hash  bytea NOT NULL, -- SHA-256(salt ‖ canonical JSON of the payload)
  ip_hash       bytea,
  previous_hash bytea NOT NULL, -- of the subscriber's record before; 32 zero bytes for the first
  hash          bytea NOT NULL,
  at            timestamptz NOT NULL
);
CREATE INDEX consent_of ON consent (subscriber_id, id);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE ON consent FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE consent_payload (
  consent_id bigint PRIMARY KEY REFERENCES consent,
  salt       bytea,
  payload    jsonb, -- wording, page, source, message id …
  ip         inet,
  ip_salt    bytea
);

CREATE TABLE suppression (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address_hash bytea NOT NULL UNIQUE, -- HMAC-SHA256 under BRIEFING_HASH_KEY
  address      text, -- absent after erasure
  reason       text NOT NULL CHECK (reason IN ('bounce', 'complaint', 'not-me', 'erased', 'operator')),
  detail       text,
  created_at   timestamptz NOT NULL DEFAULT now()
);
