-- When the last messages under a limit began, or will have begun at the latest; microseconds since 1970, ascending. A limit of 50 a second is kept
-- by looking 50 starts back. And what the last reservation was given.
ALTER TABLE pace ADD COLUMN begun bigint[] NOT NULL DEFAULT '{}';
ALTER TABLE pace ADD COLUMN given bigint[] NOT NULL DEFAULT '{}';
