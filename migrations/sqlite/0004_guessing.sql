-- limits
CREATE TABLE tally (
  limit_name TEXT NOT NULL,
  key_hash BLOB NOT NULL, -- of the account, device or seat whose tries are counted
  clear_at TEXT NOT NULL, -- nothing is owed any more from then on
  PRIMARY KEY (limit_name, key_hash)
);
CREATE INDEX tally_clear ON tally (clear_at);

-- people
ALTER TABLE person ADD COLUMN address_confirmed_at TEXT; -- absent while nobody has said that the address is this person's
CREATE TABLE device (
  person_id BLOB NOT NULL REFERENCES person (id),
  token_hash BLOB NOT NULL, -- of the cookie of a browser that this person has signed in from
  signed_in_at TEXT NOT NULL, -- the last time
  PRIMARY KEY (person_id, token_hash)
);
CREATE INDEX device_token ON device (token_hash);
CREATE TABLE waiting ( -- who waits for a try at an account that is guessed at
  account_hash BLOB NOT NULL, -- of an address of an account, whether there is one or not
  guest TEXT NOT NULL, -- a marked device, or an address
  served_from TEXT NOT NULL,
  served_until TEXT NOT NULL,
  PRIMARY KEY (account_hash, guest)
);
CREATE INDEX waiting_until ON waiting (served_until);

-- centre
ALTER TABLE invitation ADD COLUMN display_name TEXT NOT NULL DEFAULT ''; -- of a newcomer, until it is settled
ALTER TABLE invitation ADD COLUMN password_hash TEXT NOT NULL DEFAULT ''; -- of a newcomer, until it is settled
ALTER TABLE invitation ADD COLUMN settled_at TEXT; -- the role was given or refused
ALTER TABLE invitation ADD COLUMN settled_by BLOB REFERENCES person (id); -- absent where nobody had to be asked
UPDATE invitation SET settled_at = accepted_at;
