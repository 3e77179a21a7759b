-- How a site's last poll went, for whoever looks at it while it is under way.
CREATE INDEX polls_site ON polls (site, id);

-- Filters of the web page that a person gave a name to, each as the query of its page.
CREATE TABLE searches (
  id       INTEGER NOT NULL PRIMARY KEY,
  name     TEXT    NOT NULL UNIQUE,
  path     TEXT    NOT NULL,
  query    TEXT    NOT NULL,
  saved_at INTEGER NOT NULL
) STRICT;
