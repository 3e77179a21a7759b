-- The content that one is compressed against, and cannot be had back without.
ALTER TABLE contents ADD COLUMN base BLOB REFERENCES contents (hash);

-- The pages that others of their listing are compressed against, the newest for those to come; each a second time, alone.
CREATE TABLE bases (
  id      INTEGER NOT NULL PRIMARY KEY,
  listing INTEGER NOT NULL REFERENCES listings (id),
  content BLOB    NOT NULL REFERENCES contents (hash),
  n_bytes INTEGER NOT NULL,
  data    BLOB    NOT NULL,
  UNIQUE (listing, content)
) STRICT;
CREATE INDEX bases_content ON bases (content);

-- The hash of the answer that was read last, where nothing was withheld: the same one need not be read again.
ALTER TABLE reports ADD COLUMN answer BLOB;
