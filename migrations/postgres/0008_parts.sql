-- How many parts the exam has, as frozen; what was planned before has two.
ALTER TABLE attempt ADD COLUMN parts INTEGER NOT NULL DEFAULT 2;
-- Whether it was terminated between two parts.
ALTER TABLE attempt ADD COLUMN on_break BOOLEAN NOT NULL DEFAULT FALSE;
