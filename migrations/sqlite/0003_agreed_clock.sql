-- agreement: the instant that everything is judged by runs on by the uptime of the machine
CREATE TABLE clock_anchor ( -- once a boot of a machine
  boot TEXT PRIMARY KEY,
  uptime_us BIGINT NOT NULL,
  moment_us BIGINT NOT NULL -- of the time that runs on, since 1970, when the uptime was that
);
CREATE TABLE agreed_clock ( -- one row
  id INTEGER PRIMARY KEY,
  shift_number BIGINT NOT NULL, -- how often an administrator accepted a step
  shift_s BIGINT NOT NULL, -- what was accepted, summed up: the agreed instant less the time that runs on
  database_ahead_us BIGINT NOT NULL, -- the time that runs on less the clock of the database; 0 where it has none
  database_began_at TEXT, -- the start of the database server that this was told of
  disagrees_since TEXT, -- absent while the agreed instant and the wall clock agree
  accepted_s BIGINT, -- what was accepted last
  accepted_at TEXT,
  accepted_by BLOB REFERENCES person (id)
);
INSERT INTO agreed_clock (id, shift_number, shift_s, database_ahead_us) VALUES (1, 0, 0, 0);
-- clock_entry.kind: start, hold, release, extend, correction (of which seconds is the shift)
