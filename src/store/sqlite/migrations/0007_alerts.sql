-- What an alert waits for, and who is sending it now. What is owed stays owed: to a channel as before, at once.
ALTER TABLE alerts ADD COLUMN is_digest INTEGER NOT NULL DEFAULT 0;
-- The message that carries it together with others, the same over all tries.
ALTER TABLE alerts ADD COLUMN message TEXT;
ALTER TABLE alerts ADD COLUMN claimed_by TEXT;
ALTER TABLE alerts ADD COLUMN first_tried_at INTEGER;
CREATE INDEX alerts_due ON alerts (channel, coalesce(next_try_at, 0), id) WHERE state = 'owed';
CREATE INDEX alerts_claimed ON alerts (claimed_by) WHERE claimed_by IS NOT NULL;
CREATE INDEX alerts_channel ON alerts (channel, id);

-- How a channel does. One that was never in trouble has no row.
CREATE TABLE channels (
  channel       TEXT    NOT NULL PRIMARY KEY,
  -- In a row.
  failures      INTEGER NOT NULL DEFAULT 0,
  held_until_at INTEGER,
  is_broken     INTEGER NOT NULL DEFAULT 0,
  disabled_at   INTEGER,
  error         TEXT
) STRICT;

-- Every try of the last day, for the rate of its channel.
CREATE TABLE deliveries (
  id       INTEGER NOT NULL PRIMARY KEY,
  channel  TEXT    NOT NULL,
  message  TEXT    NOT NULL,
  tried_at INTEGER NOT NULL,
  error    TEXT
) STRICT;
CREATE INDEX deliveries_recent ON deliveries (channel, tried_at);
