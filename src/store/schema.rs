//! The one schema for both databases, written by hand; `tests/it/schema.rs` loads every column of every table on both.

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::super::types::{MomentSql, UuidSql};

    members (id) {
        id -> UuidSql,
        login -> Text,
        name -> Text,
        state -> Text,
        enrol_hash -> Nullable<Binary>,
        password -> Nullable<Binary>,
        keys_sealed -> Nullable<Binary>,
        key_id -> Nullable<UuidSql>,
        created_at -> MomentSql,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    member_roles (member_id, role, source_code, state) {
        member_id -> UuidSql,
        role -> Text,
        seat -> Text,
        source_code -> Text,
        state -> Text,
        since_on -> Text,
        away_from -> Nullable<Text>,
        away_until -> Nullable<Text>,
        first_on -> Nullable<Text>,
        last_on -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    joinings (member_id) {
        member_id -> UuidSql,
        check_holder -> Nullable<UuidSql>,
        check_sealed -> Nullable<Binary>,
        key_id -> Nullable<UuidSql>,
        exchange -> Nullable<Binary>,
        signing -> Nullable<Binary>,
        mac -> Nullable<Binary>,
        since_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    public_keys (id) {
        id -> UuidSql,
        owner_kind -> Text,
        owner -> Text,
        epoch -> BigInt,
        exchange -> Nullable<Binary>,
        signing -> Nullable<Binary>,
        event_index -> BigInt,
        created_on -> Text,
        retired_on -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    signals (id) {
        id -> UuidSql,
        reference -> Text,
        #[sql_name = "box"]
        box_ -> Text,
        stage -> Text,
        version -> BigInt,
        waiting -> Text,
        turn_of -> Nullable<UuidSql>,
        channel -> Text,
        source_type -> Text,
        confidentiality -> Text,
        urgency -> Nullable<Text>,
        received_on -> Text,
        stage_since -> Text,
        due_on -> Nullable<Text>,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        protocol_version -> Text,
        lookup_id -> Nullable<Binary>,
        monitor_until -> Nullable<Text>,
        retention_ground -> Nullable<Text>,
        kept_until -> Nullable<Text>,
        told_status -> Nullable<Text>,
        told_stage -> Nullable<Text>,
        told_on -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text};
    use super::super::types::{UuidSql};

    grants (signal_id, grantee, what) {
        signal_id -> UuidSql,
        grantee -> Text,
        what -> Text,
        received_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    exclusions (id) {
        signal_id -> UuidSql,
        role -> Text,
        set_by -> Text,
        member_id -> Nullable<UuidSql>,
        since_on -> Text,
        id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Text};
    use super::super::types::{UuidSql};

    circles (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        created_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{};
    use super::super::types::{UuidSql};

    circle_members (circle_id, member_id) {
        circle_id -> UuidSql,
        member_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    records (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        kind -> Text,
        part_of -> Nullable<UuidSql>,
        key_id -> UuidSql,
        created_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use super::super::types::{UuidSql};

    contents (record_id, field) {
        record_id -> UuidSql,
        field -> Text,
        version -> BigInt,
        key_id -> UuidSql,
        sealed -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::super::types::{MomentSql, UuidSql};

    sealed_keys (id) {
        id -> UuidSql,
        subject -> UuidSql,
        subject_kind -> Text,
        holder -> UuidSql,
        sealed -> Binary,
        signal_id -> Nullable<UuidSql>,
        until_at -> Nullable<MomentSql>,
        created_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    weighings (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        number -> Text,
        version -> BigInt,
        state -> Text,
        record_id -> UuidSql,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        drafted_by -> UuidSql,
        drafted_on -> Text,
        cosigner -> Nullable<UuidSql>,
        agreed_by -> Nullable<UuidSql>,
        agreed_on -> Nullable<Text>,
        draft_signature -> Nullable<Binary>,
        agree_signature -> Nullable<Binary>,
    }
}

diesel::table! {
    use diesel::sql_types::{};
    use super::super::types::{UuidSql};

    weighing_authors (weighing_id, member_id) {
        weighing_id -> UuidSql,
        member_id -> UuidSql,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    privacy_checks (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        kind -> Text,
        version -> BigInt,
        state -> Text,
        record_id -> UuidSql,
        proposed_by -> UuidSql,
        proposed_on -> Text,
        decided_by -> Nullable<UuidSql>,
        decided_on -> Nullable<Text>,
        signature -> Nullable<Binary>,
        cleared -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    source_questions (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        check_id -> UuidSql,
        reference -> Text,
        source_code -> Text,
        holder_id -> UuidSql,
        record_id -> UuidSql,
        state -> Text,
        details -> Text,
        asked_on -> Text,
        due_on -> Text,
        answered_on -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Text};
    use super::super::types::{UuidSql};

    sittings (id) {
        id -> UuidSql,
        held_on -> Text,
        closes_on -> Text,
        state -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    agenda_items (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        sitting_id -> Nullable<UuidSql>,
        check_id -> Nullable<UuidSql>,
        record_id -> UuidSql,
        state -> Text,
        kind -> Text,
        window_until -> Nullable<Text>,
        created_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Text};
    use super::super::types::{UuidSql};

    agenda_copies (item_id, member_id) {
        item_id -> UuidSql,
        member_id -> UuidSql,
        record_id -> UuidSql,
        window_from -> Text,
        window_until -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    decisions (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        item_id -> Nullable<UuidSql>,
        code -> Text,
        power -> Nullable<Text>,
        owner_id -> Nullable<UuidSql>,
        owner_name -> Nullable<Text>,
        due_on -> Nullable<Text>,
        record_id -> UuidSql,
        state -> Text,
        kind -> Text,
        proposed_by -> UuidSql,
        proposed_on -> Text,
        taken_on -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use super::super::types::{UuidSql};

    decision_signatures (decision_id, role) {
        decision_id -> UuidSql,
        member_id -> UuidSql,
        role -> Text,
        signature -> Binary,
        signed_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    actions (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        decision_id -> Nullable<UuidSql>,
        record_id -> UuidSql,
        owner_id -> UuidSql,
        due_on -> Text,
        state -> Text,
        done_on -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{UuidSql};

    handoffs (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        check_id -> Nullable<UuidSql>,
        record_id -> UuidSql,
        recipient_kind -> Text,
        basis -> Text,
        made_by -> UuidSql,
        made_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{MomentSql, UuidSql};

    identity_openings (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        record_id -> UuidSql,
        asked_by -> UuidSql,
        asked_at -> MomentSql,
        state -> Text,
        decided_by -> Nullable<UuidSql>,
        decided_at -> Nullable<MomentSql>,
        until_at -> Nullable<MomentSql>,
        opened_at -> Nullable<MomentSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use super::super::types::{MomentSql, UuidSql};

    emergency_openings (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        record_id -> UuidSql,
        opened_by -> UuidSql,
        opened_at -> MomentSql,
        until_at -> MomentSql,
        state -> Text,
        judged_by -> Nullable<UuidSql>,
        judged_at -> Nullable<MomentSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    destructions (id) {
        id -> UuidSql,
        signal_id -> UuidSql,
        state -> Text,
        ground -> Text,
        kept_until -> Text,
        proposed_by -> UuidSql,
        proposed_on -> Text,
        proposed_signature -> Binary,
        decided_by -> Nullable<UuidSql>,
        decided_on -> Nullable<Text>,
        decided_signature -> Nullable<Binary>,
        record_id -> Nullable<UuidSql>,
        records -> BigInt,
        keys -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use super::super::types::{MomentSql, UuidSql};

    member_factors (id) {
        id -> UuidSql,
        member_id -> UuidSql,
        kind -> Text,
        part_of -> UuidSql,
        sealed -> Binary,
        last_step -> BigInt,
        added_at -> MomentSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::super::types::{MomentSql, UuidSql};

    sessions (id) {
        id -> UuidSql,
        token_hash -> Binary,
        member_id -> UuidSql,
        kind -> Text,
        state -> Text,
        keys_sealed -> Binary,
        created_at -> MomentSql,
        seen_at -> MomentSql,
        ends_at -> MomentSql,
        factor_at -> Nullable<MomentSql>,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    machines (id) {
        id -> UuidSql,
        name -> Text,
        purpose -> Text,
        public_key -> Binary,
        scopes -> Text,
        expires_on -> Text,
        state -> Text,
        proposed_by -> Nullable<UuidSql>,
        agreed_by -> Nullable<UuidSql>,
        since_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use super::super::types::{UuidSql};

    machine_families (id) {
        id -> UuidSql,
        machine_id -> UuidSql,
        scopes -> Text,
        refresh_hash -> Binary,
        ends_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};

    machine_assertions (known_by) {
        known_by -> Binary,
        ends_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use super::super::types::{MomentSql};

    sign_in_attempts (account) {
        account -> Text,
        counted -> BigInt,
        last_at -> MomentSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use super::super::types::{UuidSql};

    idempotency (key_hash) {
        key_hash -> Binary,
        request_hash -> Binary,
        receipt_sealed -> Binary,
        signal_id -> UuidSql,
        created_on -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use super::super::types::{UuidSql};

    events (idx) {
        idx -> BigInt,
        body -> Binary,
        leaf_hash -> Binary,
        kind -> Text,
        object_id -> Nullable<UuidSql>,
        member_id -> Nullable<UuidSql>,
        day -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};

    log_head (id) {
        id -> BigInt,
        size -> BigInt,
        frontier -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use super::super::types::{MomentSql};

    checkpoints (size) {
        size -> BigInt,
        note -> Text,
        made_at -> MomentSql,
    }
}

diesel::table! {
    use diesel::sql_types::{Text};

    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};

    row_salts (row_name) {
        row_name -> Text,
        salt -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    members,
    member_roles,
    joinings,
    public_keys,
    signals,
    grants,
    exclusions,
    circles,
    circle_members,
    records,
    contents,
    sealed_keys,
    weighings,
    weighing_authors,
    privacy_checks,
    source_questions,
    sittings,
    agenda_items,
    agenda_copies,
    decisions,
    decision_signatures,
    actions,
    handoffs,
    identity_openings,
    emergency_openings,
    destructions,
    member_factors,
    sessions,
    machines,
    machine_families,
    machine_assertions,
    sign_in_attempts,
    idempotency,
    events,
    log_head,
    checkpoints,
    settings,
    row_salts,
);
