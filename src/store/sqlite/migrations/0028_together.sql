-- What a doubtful text says that stands under several addresses, without figures and its own title: the same for all of them.
ALTER TABLE reports ADD COLUMN suspicion_form BLOB;
