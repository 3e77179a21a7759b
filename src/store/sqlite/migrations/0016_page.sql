-- How a site's last poll went, for whoever looks at it while it is under way.
CREATE INDEX polls_site ON polls (site, id);

-- When a poll was last asked for, by a person or by another text of its file: one that was under way then does not do.
ALTER TABLE sites ADD COLUMN asked_at INTEGER;

-- Filters of the web page that a person gave a name to, each as the query of its page.
CREATE TABLE searches (
  id       INTEGER NOT NULL PRIMARY KEY,
  name     TEXT    NOT NULL UNIQUE,
  path     TEXT    NOT NULL,
  query    TEXT    NOT NULL,
  saved_at INTEGER NOT NULL
) STRICT;
