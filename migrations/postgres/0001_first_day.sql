-- people
CREATE TABLE person (
  id UUID PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE person_role (
  person_id UUID NOT NULL REFERENCES person (id),
  role TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (person_id, role)
);
CREATE TABLE sign_in (
  token_hash BYTEA PRIMARY KEY,
  subject TEXT NOT NULL, -- person or attempt
  subject_id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  seen_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_subject ON sign_in (subject_id);
CREATE TABLE reply (
  subject_id UUID NOT NULL, -- who sent the request
  idempotency_key TEXT NOT NULL,
  request_digest BYTEA NOT NULL, -- of path and body, so that a key is not used for something else
  status INTEGER, -- absent while the request runs
  content_type TEXT NOT NULL,
  body BYTEA NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (subject_id, idempotency_key)
);

-- centre
CREATE TABLE centre (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL, -- school, higher_education, professional
  time_zone TEXT NOT NULL,
  external_id TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE member (
  centre_id UUID NOT NULL REFERENCES centre (id),
  person_id UUID NOT NULL REFERENCES person (id),
  role TEXT NOT NULL, -- manager, invigilator
  created_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (centre_id, person_id, role)
);
CREATE INDEX member_person ON member (person_id);
CREATE TABLE invitation (
  id UUID PRIMARY KEY,
  code_hash BYTEA NOT NULL UNIQUE,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  centre_id UUID REFERENCES centre (id), -- absent for a role on the platform
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  accepted_at TIMESTAMPTZ,
  person_id UUID REFERENCES person (id)
);

-- scheme: the very text that a session was planned with
CREATE TABLE scheme_version (
  scheme_id TEXT NOT NULL,
  version TEXT NOT NULL,
  document TEXT NOT NULL,
  digest BYTEA NOT NULL,
  frozen_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (scheme_id, version)
);

-- session
CREATE TABLE session (
  centre_id UUID NOT NULL REFERENCES centre (id),
  id UUID NOT NULL UNIQUE,
  entry_code TEXT NOT NULL UNIQUE,
  scheme_id TEXT NOT NULL,
  scheme_version TEXT NOT NULL,
  place TEXT NOT NULL,
  room TEXT NOT NULL,
  starts_at TIMESTAMPTZ NOT NULL,
  time_zone TEXT NOT NULL,
  state TEXT NOT NULL, -- planned, open, closed, validated
  language TEXT NOT NULL, -- of its papers and certificates: fr, en
  comment TEXT NOT NULL,
  version BIGINT NOT NULL, -- raised by every change of the plan
  created_by UUID NOT NULL REFERENCES person (id),
  created_at TIMESTAMPTZ NOT NULL,
  opened_at TIMESTAMPTZ,
  closed_at TIMESTAMPTZ,
  closed_by UUID REFERENCES person (id),
  PRIMARY KEY (centre_id, id),
  FOREIGN KEY (scheme_id, scheme_version) REFERENCES scheme_version (scheme_id, version)
);
CREATE TABLE session_invigilator (
  session_id UUID NOT NULL REFERENCES session (id),
  person_id UUID NOT NULL REFERENCES person (id),
  PRIMARY KEY (session_id, person_id)
);
CREATE INDEX session_invigilator_person ON session_invigilator (person_id);

-- enrolment
CREATE TABLE enrolment (
  id UUID PRIMARY KEY,
  centre_id UUID NOT NULL,
  session_id UUID NOT NULL,
  family_name TEXT NOT NULL,
  given_names TEXT NOT NULL,
  birth_date DATE NOT NULL,
  name_key TEXT NOT NULL, -- folded names, as entry and duplicates compare them
  email TEXT NOT NULL,
  external_id TEXT NOT NULL,
  extra_numerator INTEGER NOT NULL,
  extra_denominator INTEGER NOT NULL,
  version BIGINT NOT NULL, -- raised by every correction
  created_at TIMESTAMPTZ NOT NULL,
  UNIQUE (session_id, name_key, birth_date),
  FOREIGN KEY (centre_id, session_id) REFERENCES session (centre_id, id)
);

CREATE TABLE attempt (
  id UUID PRIMARY KEY,
  centre_id UUID NOT NULL,
  session_id UUID NOT NULL REFERENCES session (id),
  enrolment_id UUID NOT NULL UNIQUE REFERENCES enrolment (id),
  version BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  seed BIGINT NOT NULL, -- what its forms and files are drawn with
  state TEXT NOT NULL,
  ended TEXT NOT NULL, -- how the work ended: the state itself, or the one it was sealed from
  part INTEGER NOT NULL, -- 0 before the first
  since TIMESTAMPTZ NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX attempt_session ON attempt (session_id);
CREATE INDEX attempt_running ON attempt (session_id) WHERE state = 'running';
CREATE TABLE part (
  attempt_id UUID NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  form TEXT NOT NULL, -- JSON: item ids with versions, in order
  started_at TIMESTAMPTZ NOT NULL,
  allowed_s BIGINT NOT NULL, -- base with extra time, rounded up
  sealed_at TIMESTAMPTZ,
  digest BYTEA, -- of the answer sheet
  PRIMARY KEY (attempt_id, part)
);
CREATE TABLE clock_entry (
  attempt_id UUID NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL, -- start, hold, release, extend
  seconds BIGINT NOT NULL, -- of an extension; credited by a release
  at TIMESTAMPTZ NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (attempt_id, part, number)
);
CREATE TABLE answer (
  attempt_id UUID NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  value TEXT NOT NULL, -- JSON
  saved_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (attempt_id, part, item_id, epoch, revision)
);
CREATE TABLE current_answer ( -- which revision of an item counts: a projection of answer
  attempt_id UUID NOT NULL REFERENCES attempt (id),
  part INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  blank BOOLEAN NOT NULL,
  PRIMARY KEY (attempt_id, part, item_id)
);

-- journal
CREATE TABLE journal_head (
  session_id UUID PRIMARY KEY,
  seq BIGINT NOT NULL,
  hash BYTEA NOT NULL
);
CREATE TABLE journal_entry (
  session_id UUID NOT NULL,
  seq BIGINT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  attempt_id UUID,
  body TEXT NOT NULL, -- JSON, hashed as it stands
  hash BYTEA NOT NULL,
  PRIMARY KEY (session_id, seq)
);
CREATE INDEX journal_attempt ON journal_entry (attempt_id, seq);

-- board
CREATE TABLE incident (
  id UUID PRIMARY KEY,
  session_id UUID NOT NULL REFERENCES session (id),
  attempt_id UUID REFERENCES attempt (id), -- absent when it concerns the room
  category TEXT NOT NULL,
  note TEXT NOT NULL,
  author UUID NOT NULL REFERENCES person (id),
  at TIMESTAMPTZ NOT NULL
);
CREATE INDEX incident_session ON incident (session_id);
CREATE TABLE notice (
  session_id UUID NOT NULL REFERENCES session (id),
  number INTEGER NOT NULL,
  attempt_id UUID REFERENCES attempt (id), -- absent when it is for the room
  text TEXT NOT NULL,
  author UUID NOT NULL REFERENCES person (id),
  at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (session_id, number)
);
CREATE TABLE session_minutes (
  session_id UUID PRIMARY KEY REFERENCES session (id),
  signed_by UUID NOT NULL REFERENCES person (id),
  signed_at TIMESTAMPTZ NOT NULL,
  facts TEXT NOT NULL, -- JSON, what is signed
  key_id BYTEA NOT NULL,
  signature BYTEA NOT NULL
);

-- jury
CREATE TABLE panel (
  id UUID PRIMARY KEY,
  session_id UUID NOT NULL UNIQUE REFERENCES session (id),
  created_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  minutes_facts TEXT, -- JSON, what is signed
  minutes_key_id BYTEA,
  minutes_signature BYTEA
);
CREATE TABLE juror (
  panel_id UUID NOT NULL REFERENCES panel (id),
  person_id UUID NOT NULL REFERENCES person (id),
  president BOOLEAN NOT NULL,
  PRIMARY KEY (panel_id, person_id)
);
CREATE INDEX juror_person ON juror (person_id);
CREATE TABLE jury_case (
  id UUID PRIMARY KEY,
  panel_id UUID NOT NULL REFERENCES panel (id),
  attempt_id UUID NOT NULL UNIQUE REFERENCES attempt (id),
  number INTEGER NOT NULL, -- what jurors see instead of a name
  score TEXT NOT NULL, -- JSON
  proposed_level TEXT, -- absent: none reached
  outcome TEXT, -- absent until decided
  level TEXT, -- the level decided, absent when refused
  reason TEXT NOT NULL,
  decided_at TIMESTAMPTZ
);
CREATE TABLE vote (
  case_id UUID NOT NULL REFERENCES jury_case (id),
  person_id UUID NOT NULL REFERENCES person (id),
  outcome TEXT NOT NULL,
  level TEXT,
  reason TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (case_id, person_id)
);

-- certificate
CREATE TABLE signing_key (
  key_id BYTEA PRIMARY KEY,
  public_key BYTEA NOT NULL,
  not_before TIMESTAMPTZ NOT NULL,
  retired_at TIMESTAMPTZ
);
CREATE TABLE certificate (
  id UUID PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  case_id UUID NOT NULL UNIQUE REFERENCES jury_case (id),
  attempt_id UUID NOT NULL REFERENCES attempt (id),
  session_id UUID NOT NULL REFERENCES session (id),
  facts TEXT NOT NULL, -- JSON, everything the document says
  key_id BYTEA NOT NULL REFERENCES signing_key (key_id),
  intended_at TIMESTAMPTZ NOT NULL,
  proof BYTEA, -- COSE_Sign1, absent until signed
  pdf BYTEA,
  issued_at TIMESTAMPTZ,
  status TEXT NOT NULL, -- intended, valid, revoked
  status_at TIMESTAMPTZ NOT NULL,
  status_reason TEXT NOT NULL
);
CREATE INDEX certificate_session ON certificate (session_id);
CREATE INDEX certificate_intended ON certificate (intended_at) WHERE status = 'intended';
CREATE INDEX certificate_attempt ON certificate (attempt_id);
