-- When the report of an edit was last seen as it was before.
ALTER TABLE changes ADD COLUMN unchanged_at INTEGER;

-- The ways in which a redesign changed the reports of a site: those that are read again later changed in them too.
CREATE TABLE redesigns (
  change  INTEGER NOT NULL PRIMARY KEY REFERENCES changes (id),
  site    TEXT    NOT NULL REFERENCES sites (id),
  seen_at INTEGER NOT NULL,
  ways    TEXT    NOT NULL
) STRICT;
CREATE INDEX redesigns_site ON redesigns (site, seen_at);
