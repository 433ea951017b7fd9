-- Days (`*_on`, `*_until`, `day`) are ISO text in local time; moments (`*_at`) are UTC microseconds since 1970.
-- `sealed`, `*_sealed` and `frontier` are opaque bytes. Keys (`sealed_keys`) stand apart from content (`contents`).

CREATE TABLE members (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('invited', 'waiting', 'active', 'disabled')),
    enrol_hash BLOB,
    password BLOB,
    keys_sealed BLOB,
    key_id BLOB CHECK (length(key_id) = 16),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE member_roles (
    member_id BLOB NOT NULL REFERENCES members (id),
    role TEXT NOT NULL,
    seat TEXT NOT NULL CHECK (seat IN ('vast', 'plaatsvervanger')),
    source_code TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('setup', 'proposed', 'agreed')),
    since_on TEXT NOT NULL CHECK (length(since_on) = 10),
    away_from TEXT CHECK (length(away_from) = 10),
    away_until TEXT CHECK (length(away_until) = 10),
    first_on TEXT CHECK (length(first_on) = 10),
    last_on TEXT CHECK (length(last_on) = 10),
    PRIMARY KEY (member_id, role, source_code, state)
) STRICT;

CREATE TABLE joinings (
    member_id BLOB NOT NULL PRIMARY KEY REFERENCES members (id),
    check_holder BLOB CHECK (length(check_holder) = 16),
    check_sealed BLOB,
    key_id BLOB CHECK (length(key_id) = 16),
    exchange BLOB,
    signing BLOB,
    mac BLOB,
    since_on TEXT NOT NULL CHECK (length(since_on) = 10)
) STRICT;

CREATE TABLE public_keys (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('setup', 'member', 'group', 'circle', 'recovery', 'ledger')),
    owner TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    exchange BLOB,
    signing BLOB,
    event_index INTEGER NOT NULL,
    created_on TEXT NOT NULL CHECK (length(created_on) = 10),
    retired_on TEXT CHECK (length(retired_on) = 10),
    UNIQUE (owner_kind, owner, epoch)
) STRICT;

CREATE TABLE signals (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    reference TEXT NOT NULL UNIQUE,
    box TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('ontvangen', 'wegen', 'verrijken', 'besluiten', 'opvolgen', 'monitoren', 'afgesloten', 'vernietigd')),
    version INTEGER NOT NULL,
    waiting TEXT NOT NULL,
    turn_of BLOB REFERENCES members (id),
    channel TEXT NOT NULL,
    source_type TEXT NOT NULL,
    confidentiality TEXT NOT NULL CHECK (confidentiality IN ('anoniem', 'vertrouwelijk', 'bekend')),
    urgency TEXT,
    received_on TEXT NOT NULL CHECK (length(received_on) = 10),
    stage_since TEXT NOT NULL CHECK (length(stage_since) = 10),
    due_on TEXT CHECK (length(due_on) = 10),
    outcome TEXT,
    reason TEXT,
    protocol_version TEXT NOT NULL,
    lookup_id BLOB UNIQUE,
    monitor_until TEXT CHECK (length(monitor_until) = 10),
    retention_ground TEXT,
    kept_until TEXT CHECK (length(kept_until) = 10),
    told_status TEXT,
    told_stage TEXT,
    told_on TEXT CHECK (length(told_on) = 10)
) STRICT;
CREATE INDEX signals_by_stage_received_on_id ON signals (stage, received_on, id);
CREATE INDEX signals_by_kept_until ON signals (kept_until);
CREATE INDEX signals_by_due_on_id ON signals (due_on, id);

CREATE TABLE grants (
    signal_id BLOB NOT NULL REFERENCES signals (id),
    grantee TEXT NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('signal', 'check', 'question', 'item', 'identity', 'action', 'decision', 'emergency')),
    received_on TEXT NOT NULL CHECK (length(received_on) = 10),
    PRIMARY KEY (signal_id, grantee, what)
) STRICT;
CREATE INDEX grants_by_grantee_what_received_on_signal_id ON grants (grantee, what, received_on, signal_id);

CREATE TABLE exclusions (
    signal_id BLOB NOT NULL REFERENCES signals (id),
    role TEXT NOT NULL,
    set_by TEXT NOT NULL CHECK (set_by IN ('melder', 'coordinator', 'member')),
    member_id BLOB REFERENCES members (id),
    since_on TEXT NOT NULL CHECK (length(since_on) = 10),
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16)
) STRICT;
CREATE INDEX exclusions_by_signal_id ON exclusions (signal_id);

CREATE TABLE circles (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    created_on TEXT NOT NULL CHECK (length(created_on) = 10)
) STRICT;
CREATE INDEX circles_by_signal_id ON circles (signal_id);

CREATE TABLE circle_members (
    circle_id BLOB NOT NULL REFERENCES circles (id),
    member_id BLOB NOT NULL REFERENCES members (id),
    PRIMARY KEY (circle_id, member_id)
) STRICT;
CREATE INDEX circle_members_by_member_id ON circle_members (member_id);

CREATE TABLE records (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    kind TEXT NOT NULL,
    part_of BLOB CHECK (length(part_of) = 16),
    key_id BLOB NOT NULL UNIQUE CHECK (length(key_id) = 16),
    created_on TEXT NOT NULL CHECK (length(created_on) = 10)
) STRICT;
CREATE INDEX records_by_signal_id ON records (signal_id);
CREATE INDEX records_by_part_of ON records (part_of);

CREATE TABLE contents (
    record_id BLOB NOT NULL REFERENCES records (id),
    field TEXT NOT NULL,
    version INTEGER NOT NULL,
    key_id BLOB NOT NULL CHECK (length(key_id) = 16),
    sealed BLOB NOT NULL,
    PRIMARY KEY (record_id, field)
) STRICT;

CREATE TABLE sealed_keys (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    subject BLOB NOT NULL CHECK (length(subject) = 16),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('record', 'group', 'circle', 'share')),
    holder BLOB NOT NULL CHECK (length(holder) = 16),
    sealed BLOB NOT NULL,
    signal_id BLOB CHECK (length(signal_id) = 16),
    until_at INTEGER,
    created_on TEXT NOT NULL CHECK (length(created_on) = 10)
) STRICT;
CREATE INDEX sealed_keys_by_subject_holder ON sealed_keys (subject, holder);
CREATE INDEX sealed_keys_by_holder_subject_kind ON sealed_keys (holder, subject_kind);
CREATE INDEX sealed_keys_by_signal_id ON sealed_keys (signal_id);

CREATE TABLE weighings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    number TEXT NOT NULL CHECK (number IN ('1', '3', '4')),
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'proposed', 'returned', 'agreed')),
    record_id BLOB NOT NULL REFERENCES records (id),
    outcome TEXT,
    reason TEXT,
    drafted_by BLOB NOT NULL REFERENCES members (id),
    drafted_on TEXT NOT NULL CHECK (length(drafted_on) = 10),
    cosigner BLOB REFERENCES members (id),
    agreed_by BLOB REFERENCES members (id),
    agreed_on TEXT CHECK (length(agreed_on) = 10),
    draft_signature BLOB,
    agree_signature BLOB,
    UNIQUE (signal_id, number, version)
) STRICT;

CREATE TABLE weighing_authors (
    weighing_id BLOB NOT NULL REFERENCES weighings (id),
    member_id BLOB NOT NULL REFERENCES members (id),
    PRIMARY KEY (weighing_id, member_id)
) STRICT;

CREATE TABLE privacy_checks (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    kind TEXT NOT NULL CHECK (kind IN ('1', '2A', '2B')),
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'returned', 'decided')),
    record_id BLOB NOT NULL REFERENCES records (id),
    proposed_by BLOB NOT NULL REFERENCES members (id),
    proposed_on TEXT NOT NULL CHECK (length(proposed_on) = 10),
    decided_by BLOB REFERENCES members (id),
    decided_on TEXT CHECK (length(decided_on) = 10),
    signature BLOB,
    cleared INTEGER NOT NULL DEFAULT 0,
    UNIQUE (signal_id, kind, version)
) STRICT;
CREATE INDEX privacy_checks_by_state ON privacy_checks (state);

CREATE TABLE source_questions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    check_id BLOB NOT NULL REFERENCES privacy_checks (id),
    reference TEXT NOT NULL UNIQUE,
    source_code TEXT NOT NULL,
    holder_id BLOB NOT NULL REFERENCES members (id),
    record_id BLOB NOT NULL REFERENCES records (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'passed_back', 'lapsed', 'withdrawn')),
    details TEXT NOT NULL CHECK (details IN ('none', 'cleared', 'asked', 'given')),
    asked_on TEXT NOT NULL CHECK (length(asked_on) = 10),
    due_on TEXT NOT NULL CHECK (length(due_on) = 10),
    answered_on TEXT CHECK (length(answered_on) = 10)
) STRICT;
CREATE INDEX source_questions_by_signal_id ON source_questions (signal_id);
CREATE INDEX source_questions_by_holder_id_state_answered_on ON source_questions (holder_id, state, answered_on);

CREATE TABLE sittings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    held_on TEXT NOT NULL UNIQUE CHECK (length(held_on) = 10),
    closes_on TEXT NOT NULL CHECK (length(closes_on) = 10),
    state TEXT NOT NULL CHECK (state IN ('planned', 'published', 'held'))
) STRICT;

CREATE TABLE agenda_items (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    sitting_id BLOB REFERENCES sittings (id),
    check_id BLOB REFERENCES privacy_checks (id),
    record_id BLOB NOT NULL REFERENCES records (id),
    state TEXT NOT NULL CHECK (state IN ('prepared', 'checked', 'published', 'withdrawn', 'decided')),
    kind TEXT NOT NULL CHECK (kind IN ('regular', 'urgent')),
    window_until TEXT CHECK (length(window_until) = 10),
    created_on TEXT NOT NULL CHECK (length(created_on) = 10)
) STRICT;
CREATE INDEX agenda_items_by_signal_id ON agenda_items (signal_id);
CREATE INDEX agenda_items_by_sitting_id ON agenda_items (sitting_id);

CREATE TABLE agenda_copies (
    item_id BLOB NOT NULL REFERENCES agenda_items (id),
    member_id BLOB NOT NULL REFERENCES members (id),
    record_id BLOB NOT NULL REFERENCES records (id),
    window_from TEXT NOT NULL CHECK (length(window_from) = 10),
    window_until TEXT NOT NULL CHECK (length(window_until) = 10),
    PRIMARY KEY (item_id, member_id)
) STRICT;
CREATE INDEX agenda_copies_by_member_id_window_until ON agenda_copies (member_id, window_until);

CREATE TABLE decisions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    item_id BLOB REFERENCES agenda_items (id),
    code TEXT NOT NULL,
    power TEXT,
    owner_id BLOB REFERENCES members (id),
    owner_name TEXT,
    due_on TEXT CHECK (length(due_on) = 10),
    record_id BLOB NOT NULL REFERENCES records (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'taken', 'withdrawn')),
    kind TEXT NOT NULL CHECK (kind IN ('regular', 'urgent')),
    proposed_by BLOB NOT NULL REFERENCES members (id),
    proposed_on TEXT NOT NULL CHECK (length(proposed_on) = 10),
    taken_on TEXT CHECK (length(taken_on) = 10)
) STRICT;
CREATE INDEX decisions_by_signal_id ON decisions (signal_id);
CREATE INDEX decisions_by_state_kind ON decisions (state, kind);
CREATE INDEX decisions_by_owner_id_state ON decisions (owner_id, state);

CREATE TABLE decision_signatures (
    decision_id BLOB NOT NULL REFERENCES decisions (id),
    member_id BLOB NOT NULL REFERENCES members (id),
    role TEXT NOT NULL,
    signature BLOB NOT NULL,
    signed_on TEXT NOT NULL CHECK (length(signed_on) = 10),
    PRIMARY KEY (decision_id, role)
) STRICT;

CREATE TABLE actions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    decision_id BLOB REFERENCES decisions (id),
    record_id BLOB NOT NULL REFERENCES records (id),
    owner_id BLOB NOT NULL REFERENCES members (id),
    due_on TEXT NOT NULL CHECK (length(due_on) = 10),
    state TEXT NOT NULL CHECK (state IN ('open', 'done')),
    done_on TEXT CHECK (length(done_on) = 10)
) STRICT;
CREATE INDEX actions_by_signal_id ON actions (signal_id);
CREATE INDEX actions_by_owner_id_state ON actions (owner_id, state);

CREATE TABLE handoffs (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    check_id BLOB REFERENCES privacy_checks (id),
    record_id BLOB NOT NULL REFERENCES records (id),
    recipient_kind TEXT NOT NULL,
    basis TEXT NOT NULL,
    made_by BLOB NOT NULL REFERENCES members (id),
    made_on TEXT NOT NULL CHECK (length(made_on) = 10)
) STRICT;
CREATE INDEX handoffs_by_signal_id ON handoffs (signal_id);

CREATE TABLE identity_openings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    record_id BLOB NOT NULL REFERENCES records (id),
    asked_by BLOB NOT NULL REFERENCES members (id),
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'granted', 'refused')),
    decided_by BLOB REFERENCES members (id),
    decided_at INTEGER,
    until_at INTEGER,
    opened_at INTEGER
) STRICT;
CREATE INDEX identity_openings_by_signal_id ON identity_openings (signal_id);
CREATE INDEX identity_openings_by_state ON identity_openings (state);

-- Signals that were opened out of hours by the role that may. The reason and the judgement are in the record.
CREATE TABLE emergency_openings (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    record_id BLOB NOT NULL REFERENCES records (id),
    opened_by BLOB NOT NULL REFERENCES members (id),
    opened_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('opened', 'right', 'wrong')),
    judged_by BLOB REFERENCES members (id),
    judged_at INTEGER
) STRICT;
CREATE INDEX emergency_openings_by_signal_id ON emergency_openings (signal_id);
CREATE INDEX emergency_openings_by_opened_by ON emergency_openings (opened_by);
CREATE INDEX emergency_openings_by_state ON emergency_openings (state);

CREATE TABLE destructions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    signal_id BLOB NOT NULL REFERENCES signals (id),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'returned', 'agreed')),
    ground TEXT NOT NULL,
    kept_until TEXT NOT NULL CHECK (length(kept_until) = 10),
    proposed_by BLOB NOT NULL REFERENCES members (id),
    proposed_on TEXT NOT NULL CHECK (length(proposed_on) = 10),
    proposed_signature BLOB NOT NULL,
    decided_by BLOB REFERENCES members (id),
    decided_on TEXT CHECK (length(decided_on) = 10),
    decided_signature BLOB,
    record_id BLOB REFERENCES records (id),
    records INTEGER NOT NULL DEFAULT 0,
    keys INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX destructions_by_signal_id ON destructions (signal_id);
CREATE INDEX destructions_by_state ON destructions (state);

-- What a member shows besides the password. `sealed` opens with the member's own keys, or is a code as only they can hash it.
CREATE TABLE member_factors (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    member_id BLOB NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('totp', 'recovery', 'passkey')),
    part_of BLOB NOT NULL CHECK (length(part_of) = 16),
    sealed BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;
CREATE INDEX member_factors_by_member_id ON member_factors (member_id);

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    token_hash BLOB NOT NULL UNIQUE,
    member_id BLOB NOT NULL REFERENCES members (id),
    kind TEXT NOT NULL CHECK (kind IN ('web', 'api')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'open')),
    keys_sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    factor_at INTEGER
) STRICT;
CREATE INDEX sessions_by_member_id ON sessions (member_id);

-- Tries of signing in since the last that succeeded. `account` is a keyed hash of the name as typed, known or not.
CREATE TABLE machines (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    public_key BLOB NOT NULL UNIQUE CHECK (length(public_key) = 32),
    scopes TEXT NOT NULL,
    expires_on TEXT NOT NULL CHECK (length(expires_on) = 10),
    state TEXT NOT NULL CHECK (state IN ('proposed', 'active', 'ended')),
    proposed_by BLOB REFERENCES members (id),
    agreed_by BLOB REFERENCES members (id),
    since_on TEXT NOT NULL CHECK (length(since_on) = 10)
) STRICT;

CREATE TABLE machine_families (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    machine_id BLOB NOT NULL REFERENCES machines (id),
    scopes TEXT NOT NULL,
    refresh_hash BLOB NOT NULL,
    ends_on TEXT NOT NULL CHECK (length(ends_on) = 10)
) STRICT;
CREATE INDEX machine_families_by_machine_id ON machine_families (machine_id);
CREATE INDEX machine_families_by_ends_on ON machine_families (ends_on);

CREATE TABLE machine_assertions (
    known_by BLOB NOT NULL PRIMARY KEY,
    ends_on TEXT NOT NULL CHECK (length(ends_on) = 10)
) STRICT;
CREATE INDEX machine_assertions_by_ends_on ON machine_assertions (ends_on);

CREATE TABLE sign_in_attempts (
    account TEXT NOT NULL PRIMARY KEY,
    counted INTEGER NOT NULL CHECK (counted > 0),
    last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
    key_hash BLOB NOT NULL PRIMARY KEY,
    request_hash BLOB NOT NULL,
    receipt_sealed BLOB NOT NULL,
    signal_id BLOB NOT NULL CHECK (length(signal_id) = 16),
    created_on TEXT NOT NULL CHECK (length(created_on) = 10)
) STRICT;
CREATE INDEX idempotency_by_created_on ON idempotency (created_on);

CREATE TABLE events (
    idx INTEGER NOT NULL PRIMARY KEY,
    body BLOB NOT NULL,
    leaf_hash BLOB NOT NULL,
    kind TEXT NOT NULL,
    object_id BLOB CHECK (length(object_id) = 16),
    member_id BLOB CHECK (length(member_id) = 16),
    day TEXT NOT NULL CHECK (length(day) = 10)
) STRICT;
CREATE INDEX events_by_object_id_idx ON events (object_id, idx);
CREATE INDEX events_by_kind_idx ON events (kind, idx);
CREATE INDEX events_by_member_id_idx ON events (member_id, idx);
-- When somebody last opened a signal, without passing by everything else they did.
CREATE INDEX events_by_member_id_object_id_day ON events (member_id, object_id, day) WHERE kind = 'content.disclosed';

CREATE TABLE log_head (
    id INTEGER NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    frontier BLOB NOT NULL
) STRICT;

CREATE TABLE checkpoints (
    size INTEGER NOT NULL PRIMARY KEY,
    note TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
-- What the hash of a row in the log is salted with: new with every change, gone with the row.
CREATE TABLE row_salts (
    row_name TEXT NOT NULL PRIMARY KEY,
    salt BLOB NOT NULL CHECK (length(salt) = 16)
) STRICT;

-- The log only grows. Whoever drops these triggers is found by the verifier.
CREATE TRIGGER events_never_change BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events: append only'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events: append only'); END;

INSERT INTO log_head (id, size, frontier) VALUES (1, 0, x'');
