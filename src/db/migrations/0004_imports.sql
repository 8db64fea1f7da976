-- Lists of readers that were moved in, and which of their rows were not taken and why. No address stands here: the rows of the file are named.

ALTER TABLE subscriber ADD COLUMN zone text; -- the reader's own clock, such as Europe/Paris; empty: the newsletter's

CREATE TABLE import (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  newsletter_id   bigint NOT NULL REFERENCES newsletter,
  consent_source  text NOT NULL,
  is_dry_run      boolean NOT NULL,
  state           text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'failed')),
  ignored_columns text[] NOT NULL DEFAULT '{}',
  total           integer NOT NULL DEFAULT 0, -- rows so far: the sum of the six
  added           integer NOT NULL DEFAULT 0,
  unchanged       integer NOT NULL DEFAULT 0,
  invalid         integer NOT NULL DEFAULT 0,
  duplicate       integer NOT NULL DEFAULT 0,
  suppressed      integer NOT NULL DEFAULT 0,
  unsubscribed    integer NOT NULL DEFAULT 0,
  started_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL, -- with every batch: one that runs and does not move has died with its process
  finished_at     timestamptz
);

CREATE TABLE import_reject (
  import_id   bigint NOT NULL REFERENCES import ON DELETE CASCADE,
  row_number  integer NOT NULL, -- as a spreadsheet counts: the header is 1
  column_name text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('invalid', 'duplicate', 'suppressed', 'unsubscribed')),
  reason      text NOT NULL,
  PRIMARY KEY (import_id, row_number)
);
