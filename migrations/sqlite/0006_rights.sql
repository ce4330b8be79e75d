-- Whether the votes from a seat counted when the panel closed: who has become a member of the centre, or
-- is a juror no longer, is not counted.
ALTER TABLE juror ADD COLUMN counted BOOLEAN NOT NULL DEFAULT TRUE;

-- The key of the tickets that open sockets: one for all servers on this database.
CREATE TABLE ticket_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret BLOB NOT NULL,
  created_at TEXT NOT NULL
);
