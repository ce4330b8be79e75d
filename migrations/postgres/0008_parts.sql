-- How many parts the exam has, as frozen; what was planned before has two.
ALTER TABLE attempt ADD COLUMN parts INTEGER NOT NULL DEFAULT 2;
-- Whether it was terminated between two parts.
ALTER TABLE attempt ADD COLUMN on_break BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE attempt SET on_break = TRUE
 WHERE state = 'terminated' AND EXISTS (
   SELECT 1 FROM journal_entry e
    WHERE e.attempt_id = attempt.id AND e.kind = 'part_sealed'
      AND e.body NOT LIKE '%"cause":"ended"%' -- it was sealed before
      AND NOT EXISTS (
        SELECT 1 FROM journal_entry later
         WHERE later.attempt_id = e.attempt_id AND later.kind = 'part_sealed' AND later.seq > e.seq));
