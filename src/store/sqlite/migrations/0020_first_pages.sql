-- The first page of a listing as it was read last, for as long as the same bytes would be read alike.
CREATE TABLE first_pages (
  listing INTEGER NOT NULL PRIMARY KEY REFERENCES listings (id),
  read_by BLOB    NOT NULL,
  answer  BLOB    NOT NULL,
  page    BLOB    NOT NULL
) STRICT;
