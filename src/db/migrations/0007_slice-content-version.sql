-- Which version of its digest's content a slice was leased with: after a correction in mid-send, what is recovered still names what was sent.
ALTER TABLE slice ADD COLUMN content_version smallint NOT NULL DEFAULT 1;
