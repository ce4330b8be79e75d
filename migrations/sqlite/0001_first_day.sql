-- people
CREATE TABLE person (
  id BLOB PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at TEXT NOT NULL
);
CREATE TABLE person_role (
  person_id BLOB NOT NULL REFERENCES person (id),
  role TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (person_id, role)
);
CREATE TABLE sign_in (
  token_hash BLOB PRIMARY KEY,
  subject TEXT NOT NULL, -- person or attempt
  subject_id BLOB NOT NULL,
  created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
);
CREATE INDEX sign_in_subject ON sign_in (subject_id);
CREATE TABLE reply (
  subject_id BLOB NOT NULL, -- who sent the request
  idempotency_key TEXT NOT NULL,
  request_digest BLOB NOT NULL, -- of path and body, so that a key is not used for something else
  status INTEGER, -- absent while the request runs
  content_type TEXT NOT NULL,
  body BLOB NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (subject_id, idempotency_key)
);

-- centre
CREATE TABLE centre (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL, -- school, higher_education, professional
  time_zone TEXT NOT NULL,
  external_id TEXT NOT NULL,
  created_at TEXT NOT NULL
);
CREATE TABLE member (
  centre_id BLOB NOT NULL REFERENCES centre (id),
  person_id BLOB NOT NULL REFERENCES person (id),
  role TEXT NOT NULL, -- manager, invigilator
  created_at TEXT NOT NULL,
  PRIMARY KEY (centre_id, person_id, role)
);
CREATE INDEX member_person ON member (person_id);
CREATE TABLE invitation (
  id BLOB PRIMARY KEY,
  code_hash BLOB NOT NULL UNIQUE,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  centre_id BLOB REFERENCES centre (id), -- absent for a role on the platform
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  accepted_at TEXT,
  person_id BLOB REFERENCES person (id)
);

-- scheme: the very text that a session was planned with
CREATE TABLE scheme_version (
  scheme_id TEXT NOT NULL,
  version TEXT NOT NULL,
  document TEXT NOT NULL,
  digest BLOB NOT NULL,
  frozen_at TEXT NOT NULL,
  PRIMARY KEY (scheme_id, version)
);

-- session
CREATE TABLE session (
  centre_id BLOB NOT NULL REFERENCES centre (id),
  id BLOB NOT NULL UNIQUE,
  entry_code TEXT NOT NULL UNIQUE,
  scheme_id TEXT NOT NULL,
  scheme_version TEXT NOT NULL,
  place TEXT NOT NULL,
  room TEXT NOT NULL,
  starts_at TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  state TEXT NOT NULL, -- planned, open, closed, validated
  language TEXT NOT NULL, -- of its papers and certificates: fr, en
  comment TEXT NOT NULL,
  version BIGINT NOT NULL, -- raised by every change of the plan
  created_by BLOB NOT NULL REFERENCES person (id),
  created_at TEXT NOT NULL,
  opened_at TEXT,
  closed_at TEXT,
  closed_by BLOB REFERENCES person (id),
  PRIMARY KEY (centre_id, id),
  FOREIGN KEY (scheme_id, scheme_version) REFERENCES scheme_version (scheme_id, version)
);
CREATE TABLE session_invigilator (
  session_id BLOB NOT NULL REFERENCES session (id),
  person_id BLOB NOT NULL REFERENCES person (id),
  PRIMARY KEY (session_id, person_id)
);
CREATE INDEX session_invigilator_person ON session_invigilator (person_id);

-- enrolment
CREATE TABLE enrolment (
  id BLOB PRIMARY KEY,
  centre_id BLOB NOT NULL,
  session_id BLOB NOT NULL,
  family_name TEXT NOT NULL,
  given_names TEXT NOT NULL,
  birth_date DATE NOT NULL,
  name_key TEXT NOT NULL, -- folded names, as entry and duplicates compare them
  email TEXT NOT NULL,
  external_id TEXT NOT NULL,
  extra_numerator INTEGER NOT NULL,
  extra_denominator INTEGER NOT NULL,
  version BIGINT NOT NULL, -- raised by every correction
  created_at TEXT NOT NULL,
  UNIQUE (session_id, name_key, birth_date),
  FOREIGN KEY (centre_id, session_id) REFERENCES session (centre_id, id)
);

CREATE TABLE attempt (
  id BLOB PRIMARY KEY,
  centre_id BLOB NOT NULL,
  session_id BLOB NOT NULL REFERENCES session (id),
  enrolment_id BLOB NOT NULL UNIQUE REFERENCES enrolment (id),
  version BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  seed BIGINT NOT NULL, -- what its forms and files are drawn with
  state TEXT NOT NULL,
  ended TEXT NOT NULL, -- how the work ended: the state itself, or the one it was sealed from
  part INTEGER NOT NULL, -- 0 before the first
  since TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX attempt_session ON attempt (session_id);
CREATE INDEX attempt_running ON attempt (session_id) WHERE state = 'running';
CREATE TABLE part (
  attempt_id BLOB NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  form TEXT NOT NULL, -- JSON: item ids with versions, in order
  started_at TEXT NOT NULL,
  allowed_s BIGINT NOT NULL, -- base with extra time, rounded up
  sealed_at TEXT,
  digest BLOB, -- of the answer sheet
  PRIMARY KEY (attempt_id, part)
);
CREATE TABLE clock_entry (
  attempt_id BLOB NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL, -- start, hold, release, extend
  seconds BIGINT NOT NULL, -- of an extension; credited by a release
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (attempt_id, part, number)
);
CREATE TABLE answer (
  attempt_id BLOB NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  value TEXT NOT NULL, -- JSON
  saved_at TEXT NOT NULL,
  PRIMARY KEY (attempt_id, part, item_id, epoch, revision)
);
CREATE TABLE current_answer ( -- which revision of an item counts: a projection of answer
  attempt_id BLOB NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  blank BOOLEAN NOT NULL,
  PRIMARY KEY (attempt_id, part, item_id)
);

-- journal
CREATE TABLE journal_head (
  session_id BLOB PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash BLOB NOT NULL
);
CREATE TABLE journal_entry (
  session_id BLOB NOT NULL,
  seq BIGINT NOT NULL,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  attempt_id BLOB,
  body TEXT NOT NULL, -- JSON, hashed as it stands
  hash BLOB NOT NULL,
  PRIMARY KEY (session_id, seq)
);
CREATE INDEX journal_attempt ON journal_entry (attempt_id, seq);

-- board
CREATE TABLE incident (
  id BLOB PRIMARY KEY,
  session_id BLOB NOT NULL REFERENCES session (id),
  attempt_id BLOB REFERENCES attempt (id), -- absent when it concerns the room
  category TEXT NOT NULL,
  note TEXT NOT NULL,
  author BLOB NOT NULL REFERENCES person (id),
  at TEXT NOT NULL
);
CREATE INDEX incident_session ON incident (session_id);
CREATE TABLE notice (
  session_id BLOB NOT NULL REFERENCES session (id),
  number INTEGER NOT NULL,
  attempt_id BLOB REFERENCES attempt (id), -- absent when it is for the room
  text TEXT NOT NULL,
  author BLOB NOT NULL REFERENCES person (id),
  at TEXT NOT NULL,
  PRIMARY KEY (session_id, number)
);
CREATE TABLE session_minutes (
  session_id BLOB PRIMARY KEY REFERENCES session (id),
  signed_by BLOB NOT NULL REFERENCES person (id),
  signed_at TEXT NOT NULL,
  facts TEXT NOT NULL, -- JSON, what is signed
  key_id BLOB NOT NULL,
  signature BLOB NOT NULL
);

-- jury
CREATE TABLE panel (
  id BLOB PRIMARY KEY,
  session_id BLOB NOT NULL UNIQUE REFERENCES session (id),
  created_at TEXT NOT NULL,
  closed_at TEXT,
  minutes_facts TEXT, -- JSON, what is signed
  minutes_key_id BLOB,
  minutes_signature BLOB
);
CREATE TABLE juror (
  panel_id BLOB NOT NULL REFERENCES panel (id),
  person_id BLOB NOT NULL REFERENCES person (id),
  president BOOLEAN NOT NULL,
  PRIMARY KEY (panel_id, person_id)
);
CREATE INDEX juror_person ON juror (person_id);
CREATE TABLE jury_case (
  id BLOB PRIMARY KEY,
  panel_id BLOB NOT NULL REFERENCES panel (id),
  attempt_id BLOB NOT NULL UNIQUE REFERENCES attempt (id),
  number INTEGER NOT NULL, -- what jurors see instead of a name
  score TEXT NOT NULL, -- JSON
  proposed_level TEXT, -- absent: none reached
  outcome TEXT, -- absent until decided
  level TEXT, -- the level decided, absent when refused
  reason TEXT NOT NULL,
  decided_at TEXT
);
CREATE TABLE vote (
  case_id BLOB NOT NULL REFERENCES jury_case (id),
  person_id BLOB NOT NULL REFERENCES person (id),
  outcome TEXT NOT NULL,
  level TEXT,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (case_id, person_id)
);

-- certificate
CREATE TABLE signing_key (
  key_id BLOB PRIMARY KEY,
  public_key BLOB NOT NULL,
  not_before TEXT NOT NULL,
  retired_at TEXT
);
CREATE TABLE certificate (
  id BLOB PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  case_id BLOB NOT NULL UNIQUE REFERENCES jury_case (id),
  attempt_id BLOB NOT NULL REFERENCES attempt (id),
  session_id BLOB NOT NULL REFERENCES session (id),
  facts TEXT NOT NULL, -- JSON, everything the document says
  key_id BLOB NOT NULL REFERENCES signing_key (key_id),
  intended_at TEXT NOT NULL,
  proof BLOB, -- COSE_Sign1, absent until signed
  pdf BLOB,
  issued_at TEXT,
  status TEXT NOT NULL, -- intended, valid, revoked
  status_at TEXT NOT NULL,
  status_reason TEXT NOT NULL
);
CREATE INDEX certificate_session ON certificate (session_id);
CREATE INDEX certificate_intended ON certificate (intended_at) WHERE status = 'intended';
CREATE INDEX certificate_attempt ON certificate (attempt_id);
