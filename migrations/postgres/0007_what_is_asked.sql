-- Indexes for what is asked, and in the order in which it is told.

-- people
CREATE INDEX person_role_role ON person_role (role);
CREATE INDEX sign_in_expires ON sign_in (expires_at);
CREATE INDEX reply_created ON reply (created_at);
CREATE INDEX device_signed_in ON device (signed_in_at);

-- centre
CREATE INDEX centre_name ON centre (name, id);
CREATE INDEX invitation_centre ON invitation (centre_id);
CREATE INDEX invitation_waiting ON invitation (accepted_at) WHERE settled_at IS NULL;

-- session
CREATE INDEX session_starts ON session (starts_at, id);
CREATE INDEX session_centre_starts ON session (centre_id, starts_at, id);
DROP INDEX session_entry_key;
CREATE INDEX session_entry_key ON session (entry_key, id);
CREATE INDEX session_open ON session (id) WHERE state = 'open';

-- attempt
DROP INDEX attempt_session;
CREATE INDEX attempt_session ON attempt (session_id, id);

-- board; an attempt that is taken back must have neither
DROP INDEX incident_session;
CREATE INDEX incident_session ON incident (session_id, at, id);
CREATE INDEX incident_attempt ON incident (attempt_id);
CREATE INDEX notice_attempt ON notice (attempt_id);

-- jury
CREATE INDEX panel_created ON panel (created_at, id);
CREATE INDEX panel_closed ON panel (closed_at);
CREATE INDEX jury_case_number ON jury_case (panel_id, number);

-- certificate
DROP INDEX certificate_intended;
CREATE INDEX certificate_intended ON certificate (intended_at, id) WHERE status = 'intended';
DROP INDEX certificate_session;
CREATE INDEX certificate_session ON certificate (session_id, id);
