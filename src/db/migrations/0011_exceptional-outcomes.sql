-- Whoever looks for the readers that were not simply accepted must not read through a million who were.
-- Nothing is written to the ledger while it is built.
CREATE INDEX outcome_exceptional ON outcome (digest_id, state, subscriber_id) WHERE state <> 'accepted';
