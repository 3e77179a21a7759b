-- The base of a listing may stand against one of another listing of its site; so does its second copy.
ALTER TABLE bases ADD COLUMN base BLOB REFERENCES contents (hash);
-- From here on `final_url` of a capture is empty where it is its `url`.
