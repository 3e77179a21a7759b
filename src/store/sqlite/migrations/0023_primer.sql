-- What a Document was compressed behind: its base read in this charset, then the frame (packed.rs). NULL: the base alone.
ALTER TABLE contents ADD COLUMN primer TEXT CHECK (primer IN ('utf-8', 'gb18030'));
