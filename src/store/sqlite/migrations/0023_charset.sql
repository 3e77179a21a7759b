-- The charset that a base is read in, where what stands against it is a text, and the page is not in UTF-8.
ALTER TABLE contents ADD COLUMN charset TEXT CHECK (charset IN ('gb18030'));
