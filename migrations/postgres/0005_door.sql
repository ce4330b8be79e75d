-- session: codes are compared with look-alikes read as one, those of before among them
ALTER TABLE session ADD COLUMN entry_key TEXT GENERATED ALWAYS AS (
  REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(entry_code,
    'B', '8'), 'G', '6'), 'S', '5'), 'Z', '2'), 'O', '0'), 'I', '1'), 'L', '1')
) STORED;
CREATE INDEX session_entry_key ON session (entry_key);

-- what is refused at the door again and again: one row for a session, and one for each seat
CREATE TABLE door (
  session_id UUID NOT NULL REFERENCES session (id),
  kind TEXT NOT NULL, -- entries_refused, second_device_refused
  about_id UUID NOT NULL, -- the attempt, or the session itself
  times BIGINT NOT NULL, -- altogether
  first_at TIMESTAMPTZ NOT NULL,
  last_at TIMESTAMPTZ NOT NULL,
  devices TEXT NOT NULL, -- JSON: from which devices, as hashes that name nobody
  waiting BIGINT NOT NULL, -- times of which the journal has not told
  waiting_since TIMESTAMPTZ NOT NULL,
  waiting_devices TEXT NOT NULL, -- JSON
  told_at TIMESTAMPTZ, -- the last line of the journal; absent before the first
  PRIMARY KEY (session_id, kind, about_id)
);
CREATE INDEX door_waiting ON door (session_id) WHERE waiting > 0;
