-- A sign-in knows the device of its seat, and a kept reply its headers.
ALTER TABLE sign_in ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0; -- of a seat; 0 for a person
UPDATE sign_in SET epoch = COALESCE((SELECT epoch FROM attempt WHERE id = subject_id), 0)
 WHERE subject = 'attempt';
ALTER TABLE reply ADD COLUMN headers TEXT NOT NULL DEFAULT '[]'; -- JSON: [["name", "value"], ...]
DELETE FROM reply WHERE status IS NOT NULL;
ALTER TABLE reply DROP COLUMN content_type;
