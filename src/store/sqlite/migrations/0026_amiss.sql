-- What is withheld is asked for when it is due: at the next poll, and more rarely where that goes on for days. Before, it
-- was asked for at every poll, whenever it was due.
UPDATE reports SET next_recheck_at = 0 WHERE state = 'suspect';

-- The listing of the same name that a site file had before, at another address: what stood there is no news here, and what
-- stands above it is.
ALTER TABLE listings ADD COLUMN former INTEGER REFERENCES listings (id);
