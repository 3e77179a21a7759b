-- Words are written for hundreds of revisions at once: FTS5 may hold as many before it writes a part of the index (1 MB holds
-- some thirty), and merges eight parts into one instead of four, which halves what each word is written again. Like `rank`,
-- these go with the table: a later step that makes it anew says them again.
INSERT INTO words (words, rank) VALUES ('hashsize', 16777216);
INSERT INTO words (words, rank) VALUES ('automerge', 8);
