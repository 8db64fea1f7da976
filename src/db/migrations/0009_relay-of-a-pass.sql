-- The relay's name stands once in the slice, from the pass with which it changed, instead of once in every outcome: an outcome names a relay only
-- where the slice does not know it. So older senders, which name it in each outcome, and newer ones may write side by side.
-- It waits until nobody reads or writes slices, and takes a moment then.
ALTER TABLE slice ADD COLUMN relays text[] NOT NULL DEFAULT '{}'; -- by pass; null: the same as before

CREATE FUNCTION relay_of_pass(relays text[], pass integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT relay FROM unnest(relays[:pass]) WITH ORDINALITY AS changed (relay, place) WHERE relay IS NOT NULL ORDER BY place DESC LIMIT 1
$$;

-- Deliveries are written once, in the order of their key: their index needs no room to grow.
CREATE FUNCTION fill_delivery_index(partition regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE (SELECT format('ALTER INDEX %s SET (fillfactor = 100)', indexrelid::regclass) FROM pg_index WHERE indrelid = partition AND indisprimary);
END $$;
SELECT fill_delivery_index(inhrelid::regclass) FROM pg_inherits WHERE inhparent = 'delivery'::regclass;

CREATE OR REPLACE FUNCTION ensure_ledger_partitions(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
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
    IF parent = 'delivery' THEN PERFORM fill_delivery_index(partition::regclass); END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, partition, lower_id, upper_id);
  END LOOP;
END $$;
