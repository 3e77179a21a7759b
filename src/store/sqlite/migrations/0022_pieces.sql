-- What a content takes, less its first bytes, in pieces of one size: a row of more than half a page of the file leaves the
-- rest of that page empty, a quarter of all that contents took.
CREATE TABLE pieces (
  id   INTEGER NOT NULL PRIMARY KEY,
  data BLOB    NOT NULL
) STRICT;
-- Those that follow `data`: the first of them, and how many. Contents of before have none.
ALTER TABLE contents ADD COLUMN first_piece INTEGER;
ALTER TABLE contents ADD COLUMN n_pieces INTEGER;
