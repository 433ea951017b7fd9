-- Days (`*_on`, `*_until`, `day`) are ISO text in local time; moments (`*_at`) are UTC.
-- `sealed`, `*_sealed` and `frontier` are opaque bytes. Keys (`sealed_keys`) stand apart from content (`contents`).

CREATE TABLE members (
    id uuid NOT NULL PRIMARY KEY,
    login text COLLATE "C" NOT NULL UNIQUE,
    name text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('invited', 'waiting', 'active', 'disabled')),
    enrol_hash bytea,
    password bytea,
    keys_sealed bytea,
    key_id uuid,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL
);

CREATE TABLE member_roles (
    member_id uuid NOT NULL REFERENCES members (id),
    role text COLLATE "C" NOT NULL,
    seat text COLLATE "C" NOT NULL CHECK (seat IN ('vast', 'plaatsvervanger')),
    source_code text COLLATE "C" NOT NULL DEFAULT '',
    state text COLLATE "C" NOT NULL CHECK (state IN ('setup', 'proposed', 'agreed')),
    since_on text COLLATE "C" NOT NULL CHECK (length(since_on) = 10),
    away_from text COLLATE "C" CHECK (length(away_from) = 10),
    away_until text COLLATE "C" CHECK (length(away_until) = 10),
    first_on text COLLATE "C" CHECK (length(first_on) = 10),
    last_on text COLLATE "C" CHECK (length(last_on) = 10),
    PRIMARY KEY (member_id, role, source_code, state)
);

CREATE TABLE joinings (
    member_id uuid NOT NULL PRIMARY KEY REFERENCES members (id),
    check_holder uuid,
    check_sealed bytea,
    key_id uuid,
    exchange bytea,
    signing bytea,
    mac bytea,
    since_on text COLLATE "C" NOT NULL CHECK (length(since_on) = 10)
);

CREATE TABLE public_keys (
    id uuid NOT NULL PRIMARY KEY,
    owner_kind text COLLATE "C" NOT NULL CHECK (owner_kind IN ('setup', 'member', 'group', 'circle', 'recovery', 'ledger')),
    owner text COLLATE "C" NOT NULL,
    epoch bigint NOT NULL,
    exchange bytea,
    signing bytea,
    event_index bigint NOT NULL,
    created_on text COLLATE "C" NOT NULL CHECK (length(created_on) = 10),
    retired_on text COLLATE "C" CHECK (length(retired_on) = 10),
    UNIQUE (owner_kind, owner, epoch)
);

CREATE TABLE signals (
    id uuid NOT NULL PRIMARY KEY,
    reference text COLLATE "C" NOT NULL UNIQUE,
    box text COLLATE "C" NOT NULL,
    stage text COLLATE "C" NOT NULL CHECK (stage IN ('ontvangen', 'wegen', 'verrijken', 'besluiten', 'opvolgen', 'monitoren', 'afgesloten', 'vernietigd')),
    version bigint NOT NULL,
    waiting text COLLATE "C" NOT NULL,
    turn_of uuid REFERENCES members (id),
    channel text COLLATE "C" NOT NULL,
    source_type text COLLATE "C" NOT NULL,
    confidentiality text COLLATE "C" NOT NULL CHECK (confidentiality IN ('anoniem', 'vertrouwelijk', 'bekend')),
    urgency text COLLATE "C",
    received_on text COLLATE "C" NOT NULL CHECK (length(received_on) = 10),
    stage_since text COLLATE "C" NOT NULL CHECK (length(stage_since) = 10),
    due_on text COLLATE "C" CHECK (length(due_on) = 10),
    outcome text COLLATE "C",
    reason text COLLATE "C",
    protocol_version text COLLATE "C" NOT NULL,
    lookup_id bytea UNIQUE,
    monitor_until text COLLATE "C" CHECK (length(monitor_until) = 10),
    retention_ground text COLLATE "C",
    kept_until text COLLATE "C" CHECK (length(kept_until) = 10),
    told_status text COLLATE "C",
    told_stage text COLLATE "C",
    told_on text COLLATE "C" CHECK (length(told_on) = 10)
);
CREATE INDEX signals_by_stage_received_on_id ON signals (stage, received_on, id);
CREATE INDEX signals_by_kept_until ON signals (kept_until);
CREATE INDEX signals_by_due_on_id ON signals (due_on, id);

CREATE TABLE grants (
    signal_id uuid NOT NULL REFERENCES signals (id),
    grantee text COLLATE "C" NOT NULL,
    what text COLLATE "C" NOT NULL CHECK (what IN ('signal', 'check', 'question', 'item', 'identity', 'action', 'decision', 'emergency')),
    received_on text COLLATE "C" NOT NULL CHECK (length(received_on) = 10),
    PRIMARY KEY (signal_id, grantee, what)
);
CREATE INDEX grants_by_grantee_what_received_on_signal_id ON grants (grantee, what, received_on, signal_id);

CREATE TABLE exclusions (
    signal_id uuid NOT NULL REFERENCES signals (id),
    role text COLLATE "C" NOT NULL,
    set_by text COLLATE "C" NOT NULL CHECK (set_by IN ('melder', 'coordinator', 'member')),
    member_id uuid REFERENCES members (id),
    since_on text COLLATE "C" NOT NULL CHECK (length(since_on) = 10),
    id uuid NOT NULL PRIMARY KEY
);
CREATE INDEX exclusions_by_signal_id ON exclusions (signal_id);

CREATE TABLE circles (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    created_on text COLLATE "C" NOT NULL CHECK (length(created_on) = 10)
);
CREATE INDEX circles_by_signal_id ON circles (signal_id);

CREATE TABLE circle_members (
    circle_id uuid NOT NULL REFERENCES circles (id),
    member_id uuid NOT NULL REFERENCES members (id),
    PRIMARY KEY (circle_id, member_id)
);
CREATE INDEX circle_members_by_member_id ON circle_members (member_id);

CREATE TABLE records (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    kind text COLLATE "C" NOT NULL,
    part_of uuid,
    key_id uuid NOT NULL UNIQUE,
    created_on text COLLATE "C" NOT NULL CHECK (length(created_on) = 10)
);
CREATE INDEX records_by_signal_id ON records (signal_id);
CREATE INDEX records_by_part_of ON records (part_of);

CREATE TABLE contents (
    record_id uuid NOT NULL REFERENCES records (id),
    field text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    key_id uuid NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (record_id, field)
);

CREATE TABLE sealed_keys (
    id uuid NOT NULL PRIMARY KEY,
    subject uuid NOT NULL,
    subject_kind text COLLATE "C" NOT NULL CHECK (subject_kind IN ('record', 'group', 'circle', 'share')),
    holder uuid NOT NULL,
    sealed bytea NOT NULL,
    signal_id uuid,
    until_at timestamptz,
    created_on text COLLATE "C" NOT NULL CHECK (length(created_on) = 10)
);
CREATE INDEX sealed_keys_by_subject_holder ON sealed_keys (subject, holder);
CREATE INDEX sealed_keys_by_holder_subject_kind ON sealed_keys (holder, subject_kind);
CREATE INDEX sealed_keys_by_signal_id ON sealed_keys (signal_id);

CREATE TABLE weighings (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    number text COLLATE "C" NOT NULL CHECK (number IN ('1', '3', '4')),
    version bigint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('draft', 'proposed', 'returned', 'agreed')),
    record_id uuid NOT NULL REFERENCES records (id),
    outcome text COLLATE "C",
    reason text COLLATE "C",
    drafted_by uuid NOT NULL REFERENCES members (id),
    drafted_on text COLLATE "C" NOT NULL CHECK (length(drafted_on) = 10),
    cosigner uuid REFERENCES members (id),
    agreed_by uuid REFERENCES members (id),
    agreed_on text COLLATE "C" CHECK (length(agreed_on) = 10),
    draft_signature bytea,
    agree_signature bytea,
    UNIQUE (signal_id, number, version)
);

CREATE TABLE weighing_authors (
    weighing_id uuid NOT NULL REFERENCES weighings (id),
    member_id uuid NOT NULL REFERENCES members (id),
    PRIMARY KEY (weighing_id, member_id)
);

CREATE TABLE privacy_checks (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('1', '2A', '2B')),
    version bigint NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'returned', 'decided')),
    record_id uuid NOT NULL REFERENCES records (id),
    proposed_by uuid NOT NULL REFERENCES members (id),
    proposed_on text COLLATE "C" NOT NULL CHECK (length(proposed_on) = 10),
    decided_by uuid REFERENCES members (id),
    decided_on text COLLATE "C" CHECK (length(decided_on) = 10),
    signature bytea,
    cleared bigint NOT NULL DEFAULT 0,
    UNIQUE (signal_id, kind, version)
);
CREATE INDEX privacy_checks_by_state ON privacy_checks (state);

CREATE TABLE source_questions (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    check_id uuid NOT NULL REFERENCES privacy_checks (id),
    reference text COLLATE "C" NOT NULL UNIQUE,
    source_code text COLLATE "C" NOT NULL,
    holder_id uuid NOT NULL REFERENCES members (id),
    record_id uuid NOT NULL REFERENCES records (id),
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'answered', 'passed_back', 'lapsed', 'withdrawn')),
    details text COLLATE "C" NOT NULL CHECK (details IN ('none', 'cleared', 'asked', 'given')),
    asked_on text COLLATE "C" NOT NULL CHECK (length(asked_on) = 10),
    due_on text COLLATE "C" NOT NULL CHECK (length(due_on) = 10),
    answered_on text COLLATE "C" CHECK (length(answered_on) = 10)
);
CREATE INDEX source_questions_by_signal_id ON source_questions (signal_id);
CREATE INDEX source_questions_by_holder_id_state_answered_on ON source_questions (holder_id, state, answered_on);

CREATE TABLE sittings (
    id uuid NOT NULL PRIMARY KEY,
    held_on text COLLATE "C" NOT NULL UNIQUE CHECK (length(held_on) = 10),
    closes_on text COLLATE "C" NOT NULL CHECK (length(closes_on) = 10),
    state text COLLATE "C" NOT NULL CHECK (state IN ('planned', 'published', 'held'))
);

CREATE TABLE agenda_items (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    sitting_id uuid REFERENCES sittings (id),
    check_id uuid REFERENCES privacy_checks (id),
    record_id uuid NOT NULL REFERENCES records (id),
    state text COLLATE "C" NOT NULL CHECK (state IN ('prepared', 'checked', 'published', 'withdrawn', 'decided')),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('regular', 'urgent')),
    window_until text COLLATE "C" CHECK (length(window_until) = 10),
    created_on text COLLATE "C" NOT NULL CHECK (length(created_on) = 10)
);
CREATE INDEX agenda_items_by_signal_id ON agenda_items (signal_id);
CREATE INDEX agenda_items_by_sitting_id ON agenda_items (sitting_id);

CREATE TABLE agenda_copies (
    item_id uuid NOT NULL REFERENCES agenda_items (id),
    member_id uuid NOT NULL REFERENCES members (id),
    record_id uuid NOT NULL REFERENCES records (id),
    window_from text COLLATE "C" NOT NULL CHECK (length(window_from) = 10),
    window_until text COLLATE "C" NOT NULL CHECK (length(window_until) = 10),
    PRIMARY KEY (item_id, member_id)
);
CREATE INDEX agenda_copies_by_member_id_window_until ON agenda_copies (member_id, window_until);

CREATE TABLE decisions (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    item_id uuid REFERENCES agenda_items (id),
    code text COLLATE "C" NOT NULL,
    power text COLLATE "C",
    owner_id uuid REFERENCES members (id),
    owner_name text COLLATE "C",
    due_on text COLLATE "C" CHECK (length(due_on) = 10),
    record_id uuid NOT NULL REFERENCES records (id),
    state text COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'taken', 'withdrawn')),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('regular', 'urgent')),
    proposed_by uuid NOT NULL REFERENCES members (id),
    proposed_on text COLLATE "C" NOT NULL CHECK (length(proposed_on) = 10),
    taken_on text COLLATE "C" CHECK (length(taken_on) = 10)
);
CREATE INDEX decisions_by_signal_id ON decisions (signal_id);
CREATE INDEX decisions_by_state_kind ON decisions (state, kind);
CREATE INDEX decisions_by_owner_id_state ON decisions (owner_id, state);

CREATE TABLE decision_signatures (
    decision_id uuid NOT NULL REFERENCES decisions (id),
    member_id uuid NOT NULL REFERENCES members (id),
    role text COLLATE "C" NOT NULL,
    signature bytea NOT NULL,
    signed_on text COLLATE "C" NOT NULL CHECK (length(signed_on) = 10),
    PRIMARY KEY (decision_id, role)
);

CREATE TABLE actions (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    decision_id uuid REFERENCES decisions (id),
    record_id uuid NOT NULL REFERENCES records (id),
    owner_id uuid NOT NULL REFERENCES members (id),
    due_on text COLLATE "C" NOT NULL CHECK (length(due_on) = 10),
    state text COLLATE "C" NOT NULL CHECK (state IN ('open', 'done')),
    done_on text COLLATE "C" CHECK (length(done_on) = 10)
);
CREATE INDEX actions_by_signal_id ON actions (signal_id);
CREATE INDEX actions_by_owner_id_state ON actions (owner_id, state);

CREATE TABLE handoffs (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    check_id uuid REFERENCES privacy_checks (id),
    record_id uuid NOT NULL REFERENCES records (id),
    recipient_kind text COLLATE "C" NOT NULL,
    basis text COLLATE "C" NOT NULL,
    made_by uuid NOT NULL REFERENCES members (id),
    made_on text COLLATE "C" NOT NULL CHECK (length(made_on) = 10)
);
CREATE INDEX handoffs_by_signal_id ON handoffs (signal_id);

CREATE TABLE identity_openings (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    record_id uuid NOT NULL REFERENCES records (id),
    asked_by uuid NOT NULL REFERENCES members (id),
    asked_at timestamptz NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('asked', 'granted', 'refused')),
    decided_by uuid REFERENCES members (id),
    decided_at timestamptz,
    until_at timestamptz,
    opened_at timestamptz
);
CREATE INDEX identity_openings_by_signal_id ON identity_openings (signal_id);
CREATE INDEX identity_openings_by_state ON identity_openings (state);

-- Signals that were opened out of hours by the role that may. The reason and the judgement are in the record.
CREATE TABLE emergency_openings (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    record_id uuid NOT NULL REFERENCES records (id),
    opened_by uuid NOT NULL REFERENCES members (id),
    opened_at timestamptz NOT NULL,
    until_at timestamptz NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('opened', 'right', 'wrong')),
    judged_by uuid REFERENCES members (id),
    judged_at timestamptz
);
CREATE INDEX emergency_openings_by_signal_id ON emergency_openings (signal_id);
CREATE INDEX emergency_openings_by_opened_by ON emergency_openings (opened_by);
CREATE INDEX emergency_openings_by_state ON emergency_openings (state);

CREATE TABLE destructions (
    id uuid NOT NULL PRIMARY KEY,
    signal_id uuid NOT NULL REFERENCES signals (id),
    state text COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'returned', 'agreed')),
    ground text COLLATE "C" NOT NULL,
    kept_until text COLLATE "C" NOT NULL CHECK (length(kept_until) = 10),
    proposed_by uuid NOT NULL REFERENCES members (id),
    proposed_on text COLLATE "C" NOT NULL CHECK (length(proposed_on) = 10),
    proposed_signature bytea NOT NULL,
    decided_by uuid REFERENCES members (id),
    decided_on text COLLATE "C" CHECK (length(decided_on) = 10),
    decided_signature bytea,
    record_id uuid REFERENCES records (id),
    records bigint NOT NULL DEFAULT 0,
    keys bigint NOT NULL DEFAULT 0
);
CREATE INDEX destructions_by_signal_id ON destructions (signal_id);
CREATE INDEX destructions_by_state ON destructions (state);

-- What a member shows besides the password. `sealed` opens with the member's own keys, or is a code as only they can hash it.
CREATE TABLE member_factors (
    id uuid NOT NULL PRIMARY KEY,
    member_id uuid NOT NULL REFERENCES members (id),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('totp', 'recovery', 'passkey')),
    part_of uuid NOT NULL,
    sealed bytea NOT NULL,
    last_step bigint NOT NULL,
    added_at timestamptz NOT NULL
);
CREATE INDEX member_factors_by_member_id ON member_factors (member_id);

CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    member_id uuid NOT NULL REFERENCES members (id),
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('web', 'api')),
    state text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'open')),
    keys_sealed bytea NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    factor_at timestamptz
);
CREATE INDEX sessions_by_member_id ON sessions (member_id);

-- Tries of signing in since the last that succeeded. `account` is a keyed hash of the name as typed, known or not.
CREATE TABLE machines (
    id uuid NOT NULL PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    public_key bytea NOT NULL UNIQUE CHECK (length(public_key) = 32),
    scopes text COLLATE "C" NOT NULL,
    expires_on text COLLATE "C" NOT NULL CHECK (length(expires_on) = 10),
    state text COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'active', 'ended')),
    proposed_by uuid REFERENCES members (id),
    agreed_by uuid REFERENCES members (id),
    since_on text COLLATE "C" NOT NULL CHECK (length(since_on) = 10)
);

CREATE TABLE machine_families (
    id uuid NOT NULL PRIMARY KEY,
    machine_id uuid NOT NULL REFERENCES machines (id),
    scopes text COLLATE "C" NOT NULL,
    refresh_hash bytea NOT NULL,
    ends_on text COLLATE "C" NOT NULL CHECK (length(ends_on) = 10)
);
CREATE INDEX machine_families_by_machine_id ON machine_families (machine_id);
CREATE INDEX machine_families_by_ends_on ON machine_families (ends_on);

CREATE TABLE machine_assertions (
    known_by bytea NOT NULL PRIMARY KEY,
    ends_on text COLLATE "C" NOT NULL CHECK (length(ends_on) = 10)
);
CREATE INDEX machine_assertions_by_ends_on ON machine_assertions (ends_on);

CREATE TABLE sign_in_attempts (
    account text COLLATE "C" NOT NULL PRIMARY KEY,
    counted bigint NOT NULL CHECK (counted > 0),
    last_at timestamptz NOT NULL
);

CREATE TABLE idempotency (
    key_hash bytea NOT NULL PRIMARY KEY,
    request_hash bytea NOT NULL,
    receipt_sealed bytea NOT NULL,
    signal_id uuid NOT NULL,
    created_on text COLLATE "C" NOT NULL CHECK (length(created_on) = 10)
);
CREATE INDEX idempotency_by_created_on ON idempotency (created_on);

CREATE TABLE events (
    idx bigint NOT NULL PRIMARY KEY,
    body bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    kind text COLLATE "C" NOT NULL,
    object_id uuid,
    member_id uuid,
    day text COLLATE "C" NOT NULL CHECK (length(day) = 10)
);
CREATE INDEX events_by_object_id_idx ON events (object_id, idx);
CREATE INDEX events_by_kind_idx ON events (kind, idx);
CREATE INDEX events_by_member_id_idx ON events (member_id, idx);
-- When somebody last opened a signal, without passing by everything else they did.
CREATE INDEX events_by_member_id_object_id_day ON events (member_id, object_id, day) WHERE kind = 'content.disclosed';

CREATE TABLE log_head (
    id bigint NOT NULL PRIMARY KEY,
    size bigint NOT NULL,
    frontier bytea NOT NULL
);

CREATE TABLE checkpoints (
    size bigint NOT NULL PRIMARY KEY,
    note text COLLATE "C" NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE TABLE settings (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    value text COLLATE "C" NOT NULL
);
-- What the hash of a row in the log is salted with: new with every change, gone with the row.
CREATE TABLE row_salts (
    row_name text COLLATE "C" NOT NULL PRIMARY KEY,
    salt bytea NOT NULL CHECK (length(salt) = 16)
);

-- The log only grows. Whoever drops these triggers is found by the verifier.
CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'events: append only'; END $$;
CREATE TRIGGER events_never_change BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_append_only();

INSERT INTO log_head (id, size, frontier) VALUES (1, 0, '');
