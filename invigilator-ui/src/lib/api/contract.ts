// The bodies of /api/v1. Rust (http/*, utoipa schemas) uses the same names and fields.
// Ids are opaque strings; instants RFC 3339 UTC; durations integer seconds (_s); snake_case.
// Errors: application/problem+json { type: "/problems/<code>", title, status, detail, ...extra }.
// Every request that is not GET carries `X-Jurat: 1` (CSRF) and, with a body, content-type application/json.

export type Text = { fr: string; en: string };

// ---- people ------------------------------------------------------------------------------------
// POST /sign-in SignInBody -> Me (cookie __Host-jurat) | 401 bad_credentials | 429 too_many_attempts
export type SignInBody = { email: string; password: string };
// POST /sign-out -> 204          GET /me -> Me | 401 not_signed_in
export type Me = { id: string; email: string; display_name: string; roles: Role[]; memberships: Membership[] };
export type Role = 'admin' | 'juror' | 'auditor' | 'manager' | 'invigilator';
export type Membership = { centre_id: string; centre_name: string; role: 'manager' | 'invigilator' };
// GET /invitations/{code} -> InvitationView | 404 (unknown, expired and used alike)
export type InvitationView = { email: string; role: Role; centre_name: string | null; expires_at: string; has_account: boolean };
// POST /invitations/{code}/accept AcceptBody -> Me + cookie. With has_account the password must be that of the account.
export type AcceptBody = { display_name: string; password: string };
// POST /invitations (admin) InvitationBody role juror|admin|auditor -> Invitation
export type InvitationBody = { email: string; role: Role };
// link is told once, at creation
export type Invitation = { id: string; email: string; role: Role; link: string; expires_at: string };
// GET /people?role=juror (admin) -> Person[]
export type Person = { id: string; display_name: string; email: string };

// ---- centres -----------------------------------------------------------------------------------
// GET /centres (admin) -> Centre[]     POST /centres (admin) CentreBody -> CentreCreated
export type CentreBody = { name: string; kind: CentreKind; time_zone: string; external_id: string; manager_email: string };
export type CentreKind = 'school' | 'higher_education' | 'professional';
export type Centre = { id: string; name: string; kind: CentreKind; time_zone: string; external_id: string; created_at: string };
export type CentreCreated = { centre: Centre; invitation: Invitation };
// GET /centres/{centre} (admin, its manager) -> CentreDetail
export type CentreDetail = Centre & { members: Member[]; invitations: PendingInvitation[] };
export type Member = { person_id: string; display_name: string; email: string; role: 'manager' | 'invigilator' };
export type PendingInvitation = { id: string; email: string; role: Role; expires_at: string };
// POST /centres/{centre}/invitations (admin, its manager) InvitationBody role manager|invigilator -> Invitation

// ---- schemes -----------------------------------------------------------------------------------
// GET /schemes (any staff) -> Scheme[]
export type Scheme = { id: string; version: string; title: Text; parts: SchemePart[]; break_s: number; levels: Level[]; jury: { members: number; quorum: number } };
export type SchemePart = { part: number; title: Text; framework: string; duration_s: number; items: number };
export type Level = { id: string; title: Text };

// ---- sessions: planning --------------------------------------------------------------------------
// GET /centres/{centre}/sessions (manager) -> SessionSummary[]   POST same SessionBody -> SessionDetail
// GET /sessions -> SessionSummary[]: those I manage or invigilate; an admin sees all.
export type SessionBody = { scheme_id: string; place: string; room: string; date: string /*2027-03-01*/; time: string /*09:30, centre's zone*/; invigilators: string[]; comment: string };
export type SessionState = 'planned' | 'open' | 'closed' | 'validated';
export type SessionSummary = {
  id: string; centre_id: string; centre_name: string; scheme_id: string; scheme_title: Text; place: string; room: string;
  starts_at: string; time_zone: string; state: SessionState; candidates: number; my_role: 'manager' | 'invigilator' | 'admin';
};
// GET /sessions/{session} (manager, its invigilators, admin) -> SessionDetail
export type SessionDetail = SessionSummary & {
  entry_code: string; scheme_version: string; comment: string; invigilators: Person[]; opened_at: string | null; closed_at: string | null;
  panel_id: string | null;
};
// GET /sessions/{session}/enrolments -> Enrolment[]   POST EnrolmentBody -> Enrolment (409 duplicate)   DELETE .../{enrolment} -> 204 (before the session opens)
export type EnrolmentBody = { family_name: string; given_names: string; birth_date: string; email: string; external_id: string; extra_time: string /* "", "1/3" */ };
export type Enrolment = EnrolmentBody & { id: string; attempt_id: string; state: AttemptState };
// POST /sessions/{session}/candidate-list/preview?name=FILE (body: the file's bytes, application/octet-stream; manager) -> ListPreview
// POST /sessions/{session}/candidate-list?name=FILE&digest=D (same body) -> { added: number } | 409 list_has_errors {errors} | 409 list_changed
// On any error nothing is imported. Unreadable file: 422 unreadable_list with the reason.
// GET /candidate-list-template.csv -> a list to fill in
export type ListPreview = { digest: string; format: 'csv' | 'xlsx' | 'ods'; columns: string[]; rows: ListRow[]; errors: ListError[]; already_enrolled: number };
export type ListRow = EnrolmentBody & { row: number };
// row: as the spreadsheet numbers it (the header is row 1); column: the file's own title, "" when the row as a whole is meant
export type ListError = { row: number; column: string; value: string; code: ListErrorCode; reason: Text };
export type ListErrorCode = 'missing_column' | 'unknown_column' | 'repeated_column' | 'required' | 'too_long' | 'not_a_date' | 'birth_date_out_of_range' | 'not_a_fraction'
  | 'extra_time_out_of_range' | 'not_an_email' | 'control_character' | 'duplicate_in_list' | 'already_enrolled' | 'empty_list' | 'too_many_rows';
// Documents (manager, its invigilators): GET /sessions/{session}/attendance.pdf  /kit.pdf  /minutes.pdf  (?lang=fr|en)

// ---- the candidate ---------------------------------------------------------------------------------
// POST /entry EntryBody -> AttemptView + cookie __Host-jurat-seat | 404 entry_refused (always the same answer) | 429
// A seat that is already open on another device: 409 already_open (the invigilator releases the seat with command "new_device").
export type EntryBody = { session_code: string; family_name: string; given_names: string; birth_date: string };
export type AttemptState = 'enrolled' | 'absent' | 'checked_in' | 'admitted' | 'running' | 'held' | 'break' | 'submitted' | 'terminated' | 'withdrawn' | 'sealed' | 'voided';
// GET /attempt (candidate) -> AttemptView: any page can be built from it after a reload; it also counts as a sign of life.
export type AttemptView = {
  attempt_id: string; family_name: string; given_names: string; state: AttemptState; part: number; version: number; epoch: number;
  scheme_title: Text; parts: PartView[]; extra_time: string; break_s: number; since: string; reason: string;
  server_now: string; place: string; room: string; starts_at: string; time_zone: string; notices: Notice[]; result: ResultView | null;
};
export type PartView = {
  part: number; title: Text; items: number; answered: number; duration_s: number /* base */; allowed_s: number /* with extra time */;
  started_at: string | null; deadline: string | null; held_since: string | null; sealed_at: string | null; receipt: Receipt | null;
};
// digest: SHA-256 of the part's answer sheet, hex; short: its first 12 digits in groups for reading aloud
export type Receipt = { digest: string; short: string; answers: number; sealed_at: string };
// told once the panel has closed
export type ResultView = { outcome: Outcome; level: Level | null; certificate_code: string | null };
// POST /attempt/parts/{part}/start -> Paper (idempotent)      GET /attempt/parts/{part}/paper -> Paper
export type Paper = { part: number; epoch: number; items: PaperItem[]; answers: CurrentAnswer[] };
export type CurrentAnswer = { item_id: string; revision: number; value: AnswerValue };
export type PaperItem = {
  id: string; number: number; competence: string; prompt: Text; type: ItemType;
  choices: Choice[]; /* single_choice, multiple_choice; ordering: the entries as first shown */
  unit: Text | null; /* number */
  fields: PaperField[]; /* fields, file_task */
  left: Choice[]; right: Choice[]; /* matching */
  file: { name: string; size: number } | null; /* file_task: GET /attempt/files/{item}?lang=fr */
};
export type ItemType = 'single_choice' | 'multiple_choice' | 'short_text' | 'number' | 'fields' | 'matching' | 'ordering' | 'file_task';
export type Choice = { id: string; text: Text };
export type PaperField = { id: string; label: Text; unit: Text | null };
// "b" | ["a","c"] | "texte" | "12,5" | {"total":"12"} | {"l1":"r2"} | ["c","a"] ; null clears
export type AnswerValue = string | string[] | Record<string, string> | null;
// PUT /attempt/answers/{item} AnswerBody -> Saved. 200 means durable. 409: too_late, held, not_running, stale_revision, fenced, part_closed; 422 wrong_shape
export type AnswerBody = { part: number; epoch: number; revision: number; value: AnswerValue };
export type Saved = { revision: number; saved_at: string; answered: number };
// POST /attempt/parts/{part}/finish -> AttemptView (break or submitted, with the receipt)
// GET /attempt/certificate.pdf        GET /time?c0= -> { c0, s1, s2 } (ms since 1970)
// POST /attempt/socket-ticket -> Ticket ; GET /api/v1/live?ticket=T upgrades; the server sends LiveMessage, the client only { type: "heartbeat", seq }
export type Ticket = { ticket: string };

// ---- the live board --------------------------------------------------------------------------------
// GET /sessions/{session}/board (manager, its invigilators) -> Board
export type Board = { session: SessionDetail; seq: number; server_now: string; parts: SchemePart[]; rows: BoardRow[]; incidents: Incident[]; notices: Notice[]; blockers: Blocker[] };
export type BoardRow = {
  attempt_id: string; family_name: string; given_names: string; birth_date: string; external_id: string; extra_time: string;
  state: AttemptState; part: number; version: number; since: string; reason: string; answered: number; items: number;
  started_at: string | null; deadline: string | null; held_since: string | null; allowed_s: number | null; extended_s: number;
  presence: Presence; last_seen: string | null; incidents: number; entered: boolean /* has signed in at a device */;
};
export type Presence = 'none' | 'online' | 'unstable' | 'offline';
export type Incident = { id: string; attempt_id: string | null; category: IncidentCategory; note: string; author: string; at: string };
export type IncidentCategory = 'environment' | 'candidate_behaviour' | 'identity' | 'illness' | 'late' | 'staff' | 'technical_network' | 'technical_workstation' | 'technical_exam' | 'suspected_fraud' | 'other';
export type Notice = { number: number; attempt_id: string | null; text: string; author: string; at: string };
export type Blocker = { attempt_id: string; state: AttemptState };
// POST /sessions/{session}/open -> SessionDetail (check-in begins; the entry code works from here)
// POST /sessions/{session}/commands CommandBody -> CommandDone (also the way to the room: all ids)
export type CommandBody = {
  command: 'check_in' | 'mark_absent' | 'reinstate' | 'admit' | 'hold' | 'release' | 'extend' | 'terminate' | 'withdraw' | 'new_device';
  attempts: string[]; seconds: number | null /* extend: may be negative */; reason: string /* required for hold, extend, terminate, reinstate, withdraw */; credit: boolean /* release: give the held time back; normally true */;
};
export type CommandDone = { done: string[]; refused: { attempt_id: string; code: string; detail: string; state: AttemptState }[] };
// POST /sessions/{session}/incidents IncidentBody -> Incident ; POST /sessions/{session}/notices NoticeBody -> Notice
export type IncidentBody = { attempt_id: string | null; category: IncidentCategory; note: string };
export type NoticeBody = { attempt_id: string | null; text: string };
// POST /sessions/{session}/close CloseBody -> SessionDetail | 409 session_has_blockers {blockers}. Signs the minutes.
export type CloseBody = { comment: string };
// POST /sessions/{session}/socket-ticket -> Ticket
// GET /sessions/{session}/journal?after=N -> JournalEntry[] (at most 500)
export type JournalEntry = { seq: number; at: string; actor: string; actor_name: string; kind: string; attempt_id: string | null; body: unknown; hash: string };
export type LiveMessage =
  | { type: 'hello'; seq: number; server_now: string }
  | { type: 'rows'; seq: number; server_now: string; rows: BoardRow[] } // board: rows that changed, whole; applying twice is harmless
  | { type: 'incident'; seq: number; incident: Incident }
  | { type: 'notice'; seq: number; notice: Notice } // board and candidate
  | { type: 'session'; seq: number; session: SessionDetail }
  | { type: 'attempt'; seq: number; attempt: AttemptView } // candidate: the whole snapshot
  | { type: 'resync' }; // load again over HTTP
// Close codes: 4001 not signed in, 4003 forbidden, 4009 fenced, 4012 draining.

// ---- the jury --------------------------------------------------------------------------------------
// POST /sessions/{session}/panel (admin; session closed) PanelBody -> Panel  (three jurors, one of them president, none a member of the centre)
export type PanelBody = { president: string; jurors: string[] /* the two others */ };
// GET /panels (juror, admin) -> PanelSummary[]        GET /panels/{panel} -> Panel
export type PanelSummary = { id: string; session_id: string; label: string /* place, date */; cases: number; decided: number; my_votes: number; president: boolean; closed_at: string | null };
export type Panel = PanelSummary & { scheme_title: Text; levels: Level[]; quorum: number; jurors: { person_id: string; display_name: string; president: boolean }[]; case_list: CaseSummary[] };
// until a case is decided, votes counts those cast, and my_vote is the only one told
export type CaseSummary = { id: string; number: number; proposed_level: string | null; score: Score; incidents: number; ended: AttemptState; votes: number; my_vote: Vote | null; outcome: Outcome | null; level: string | null };
export type Outcome = 'validated' | 'changed' | 'refused' | 'cancelled' | 'rejected';
export type Score = { coverage: number /* 0-1 */; parts: PartScore[] };
export type PartScore = { part: number; framework: string; coverage: number; points: number; reachable: number; domains: DomainScore[] };
export type DomainScore = { id: string; title: Text; coverage: number; competences: { id: string; title: Text; points: number; reachable: number }[] };
export type Vote = { outcome: Outcome; level: string | null; reason: string };
// GET /cases/{case} (juror of its panel) -> Case
export type Case = CaseSummary & { panel_id: string; policy: Text /* why this level is proposed, in a sentence */; answers: JudgedAnswer[]; timeline: JournalEntry[]; incident_list: Incident[]; all_votes: (Vote & { juror: string })[] /* empty until decided */ };
export type JudgedAnswer = { part: number; item: PaperItem; value: AnswerValue; right: boolean; key: Text /* readable; entries on lines of their own */; justification: Text; difficulty: number; saved_at: string | null; revisions: number };
// PUT /cases/{case}/vote Vote -> CaseSummary (409 already_decided)   reason required unless validated
// POST /cases/{case}/decide (president; quorum reached but not all have voted) -> CaseSummary
// POST /panels/{panel}/close (president; every case decided) -> Panel | 409 panel_has_open_cases. Signs the minutes; certificates are issued at once.
// GET /panels/{panel}/minutes.pdf?lang=

// ---- certificates ----------------------------------------------------------------------------------
// GET /sessions/{session}/certificates (manager, admin) -> Certificate[]
export type Certificate = { id: string; code: string; url: string; family_name: string; given_names: string; level: Level; issued_at: string | null; status: 'intended' | 'valid' | 'revoked'; status_at: string; status_reason: string };
// GET /certificates/{certificate}/certificate.pdf (manager of the centre, admin)
// POST /certificates/{certificate}/revoke RevokeBody (admin) -> Certificate
export type RevokeBody = { reason: 'fraud' | 'error' | 'request' };
// Public: GET /c/{code} (HTML; JSON with Accept: application/json -> PublicCertificate), GET /c?code= (form), GET /.well-known/jwks.json, /healthz, /readyz, /api/openapi.json
export type PublicCertificate = { code: string; status: 'valid' | 'revoked'; status_at: string; status_reason: string; family_name: string; given_names: string; birth_date: string; level: Level; scheme_title: Text; centre_name: string; issued_at: string };
