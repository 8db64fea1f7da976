-- Who said that our mail is junk, and of which digest; refusals by the relay itself stop a digest too.

CREATE TABLE complaint (
  digest_id     bigint NOT NULL, -- 0: of a one-off message, or of one that the report does not name
  subscriber_id bigint NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('abuse', 'opt-out')), -- RFC 5965 §7.3
  relay         text NOT NULL, -- who passed it on
  at            timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (digest_id, subscriber_id)
);

-- Nothing is written to the ledger while it is built: outcomes wait, and with them a digest that is being sent. The index before it serves until 0013.
CREATE INDEX outcome_rejected ON outcome (digest_id, at) WHERE state = 'rejected' AND reason IN ('mailbox', 'policy', 'relay');
