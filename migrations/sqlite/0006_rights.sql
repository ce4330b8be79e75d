-- Whether the votes from a seat counted when the panel closed: who has become a member of the centre, or
-- is a juror no longer, is not counted.
ALTER TABLE juror ADD COLUMN counted BOOLEAN NOT NULL DEFAULT TRUE;

-- What servers on this database sign for each other: tickets that open sockets, marks of devices.
CREATE TABLE shared_key (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret BLOB NOT NULL,
  created_at TEXT NOT NULL
);
