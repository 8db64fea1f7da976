-- outcome_rejected (0010) has taken its place. A migration of its own: it waits until nobody reads the ledger, and must hold nothing meanwhile.
DROP INDEX outcome_refused;
