-- Whether the daemon polls it by itself: its file is there and right, and does not pause it.
ALTER TABLE sites ADD COLUMN is_watched INTEGER NOT NULL DEFAULT 0;
-- The digest of its file as the daemon read it last: another text makes it due. Null: never read.
ALTER TABLE sites ADD COLUMN file BLOB;
-- When it last showed a report that nobody knew; its first success counts.
ALTER TABLE sites ADD COLUMN last_news_at INTEGER;
-- Put aside by a person, whatever its file says. Null: not at all.
ALTER TABLE sites ADD COLUMN aside TEXT CHECK (aside IN ('paused', 'retired'));
-- Whether operators want to hear of it. Null: yes.
ALTER TABLE sites ADD COLUMN muted TEXT CHECK (muted IN ('until_recovered', 'always'));
-- The classes of failure that operators were told of since it broke (JSON). Null: it is not broken.
ALTER TABLE sites ADD COLUMN told TEXT;
UPDATE sites SET told = json_array(class) WHERE is_broken = 1 AND class IS NOT NULL;

-- What is due: sites that were polled well before, and those that never were and must not hold the others back.
CREATE INDEX sites_due ON sites (next_due_at)
WHERE is_watched = 1 AND aside IS NULL AND last_success_at IS NOT NULL;
CREATE INDEX sites_first ON sites (coalesce(next_due_at, 0))
WHERE is_watched = 1 AND aside IS NULL AND last_success_at IS NULL;

-- The daemon's last sign of life: one row.
CREATE TABLE beats (
  id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  owner      TEXT    NOT NULL,
  started_at INTEGER NOT NULL,
  beat_at    INTEGER NOT NULL
) STRICT;

-- When operators were last told how all sites do.
CREATE INDEX changes_weekly ON changes (seen_at) WHERE event = 'weekly';

-- How large the store was, a row a day (UTC).
CREATE TABLE sizes (
  day     TEXT    NOT NULL PRIMARY KEY,
  n_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
