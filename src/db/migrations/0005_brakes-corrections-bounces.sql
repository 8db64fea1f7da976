-- What stops a digest by itself, what corrects it, and which addresses are gone.

-- Refusals are few; the brakes count them every second, and feedback reads them.
CREATE INDEX outcome_refused ON outcome (digest_id, at) WHERE state = 'rejected' AND reason IN ('mailbox', 'policy');

ALTER TABLE digest
  ADD COLUMN canary boolean NOT NULL DEFAULT false, -- only slice 1 may leave until its tally is good
  ADD COLUMN forgiven jsonb, -- what the brakes had counted when an editor let it go on
  ADD COLUMN corrects_digest_id bigint, -- a correction goes to those who had this digest …
  ADD COLUMN corrects_version smallint; -- … in this version of its content

-- Outcomes that were read as hard bounces: feedback's place in the ledger.
CREATE TABLE bounce (
  digest_id     bigint NOT NULL,
  subscriber_id bigint NOT NULL,
  code          text NOT NULL, -- enhanced status code, RFC 3463
  suppressed    boolean NOT NULL,
  at            timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (digest_id, subscriber_id)
);
-- An editor sends an unknown delivery again at most once.
CREATE UNIQUE INDEX message_resend_once ON message (digest_id, subscriber_id) WHERE kind = 'resend';
