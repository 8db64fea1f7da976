-- People with an account, machines with a key, and what both did.

CREATE TABLE editor (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address    text COLLATE "C" NOT NULL UNIQUE,
  role       text NOT NULL DEFAULT 'editor' CHECK (role IN ('writer', 'editor', 'admin')),
  language   text NOT NULL DEFAULT 'en',
  created_at timestamptz NOT NULL DEFAULT now()
);

-- A mailed sign-in link works once; its row says whether it did.
CREATE TABLE sign_in (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  editor_id  bigint NOT NULL REFERENCES editor ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at    timestamptz
);

CREATE TABLE session (
  token_hash bytea PRIMARY KEY, -- SHA-256 of the cookie
  editor_id  bigint NOT NULL REFERENCES editor ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

CREATE TABLE api_key (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name         text NOT NULL,
  token_hash   bytea NOT NULL UNIQUE, -- SHA-256 of the whole key; the key itself is shown once
  token_start  text NOT NULL, -- ib_live_abcd: to tell keys apart
  scopes       text[] NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at   timestamptz
);

CREATE TABLE idempotency (
  caller       text NOT NULL, -- key or session
  key          text NOT NULL,
  request_hash bytea NOT NULL,
  status       smallint, -- absent: still running
  headers      jsonb,
  body         jsonb,
  created_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

CREATE TABLE audit (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT now(),
  actor   text NOT NULL, -- editor:4, key:2, command-line, schedule
  action  text NOT NULL, -- digest.send, subscriber.erase …
  subject text NOT NULL,
  detail  jsonb NOT NULL DEFAULT '{}'
);
