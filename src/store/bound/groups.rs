//! Rows that are bound together: a row and what belongs to it.

use crate::domain::ids::{AgendaItemId, CircleId, DecisionId, MemberId, SignalId, WeighingId};
use crate::store::agenda::{AgendaCopyRow, AgendaItemRow};
use crate::store::db::Db;
use crate::store::decisions::{DecisionRow, DecisionSignatureRow};
use crate::store::error::StoreError;
use crate::store::joinings::JoiningRow;
use crate::store::members::{MemberRow, RoleRow};
use crate::store::schema::{
    agenda_copies, agenda_items, circle_members, circles, decision_signatures, decisions, exclusions, grants, joinings,
    member_roles, members, weighing_authors, weighings,
};
use crate::store::signals::{ExclusionRow, GrantRow};
use crate::store::weighings::WeighingRow;
use crate::store::written::{Cell as _, Form};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// What is bound as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) enum Group {
    /// An account with its roles and how far it is on its way in.
    Member(MemberId),
    /// Who may read a signal and who is shut out of it: grants, exclusions and circles.
    Rights(SignalId),
    /// A weighing with its authors.
    Weighing(WeighingId),
    /// An agenda item with its copies.
    Item(AgendaItemId),
    /// A decision with its signatures.
    Decision(DecisionId),
}

/// Which rows are read: one, or all with ids after the first and up to the second.
#[derive(Debug, Clone, Copy)]
pub(super) enum Span<I> {
    One(I),
    Between(Option<I>, Option<I>),
}

/// What was found, by the id of the row that the others belong to.
pub(super) type Forms<I> = BTreeMap<I, Form>;

/// Loads the rows of a table whose column lies in a span, in a fixed order.
macro_rules! load {
    ($db:expr, $span:expr, $column:expr, $table:expr, $select:expr, $order:expr) => {{
        let mut query = $table.order($order).select($select).into_boxed();
        match $span {
            Span::One(id) => query = query.filter($column.eq(id)),
            Span::Between(after, upto) => {
                if let Some(after) = after {
                    query = query.filter($column.gt(after));
                }
                if let Some(upto) = upto {
                    query = query.filter($column.le(upto));
                }
            }
        }
        query.load($db)?
    }};
}

impl Group {
    /// The name under which the log knows it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Member(id) => format!("members/{id}"),
            Self::Rights(id) => format!("rights/{id}"),
            Self::Weighing(id) => format!("weighings/{id}"),
            Self::Item(id) => format!("agenda_items/{id}"),
            Self::Decision(id) => format!("decisions/{id}"),
        }
    }

    /// How it stands now; `None` when nothing of it is left.
    pub(super) fn form(self, db: &mut Db) -> Result<Option<Form>, StoreError> {
        match self {
            Self::Member(id) => Ok(member_forms(db, Span::One(id))?.remove(&id)),
            Self::Rights(id) => Ok(rights_forms(db, Span::One(id))?.remove(&id)),
            Self::Weighing(id) => Ok(weighing_forms(db, Span::One(id))?.remove(&id)),
            Self::Item(id) => Ok(item_forms(db, Span::One(id))?.remove(&id)),
            Self::Decision(id) => Ok(decision_forms(db, Span::One(id))?.remove(&id)),
        }
    }
}

fn at<I: Ord>(forms: &mut Forms<I>, id: I) -> &mut Form {
    forms.entry(id).or_insert_with(Form::new)
}

pub(super) fn member_forms(db: &mut Db, span: Span<MemberId>) -> Result<Forms<MemberId>, StoreError> {
    let mut forms = Forms::new();
    let accounts: Vec<MemberRow> =
        load!(db, span, members::id, members::table, MemberRow::as_select(), members::id.asc());
    accounts.iter().for_each(|row| at(&mut forms, row.id).row(row));
    let order = (
        member_roles::member_id.asc(),
        member_roles::role.asc(),
        member_roles::source_code.asc(),
        member_roles::state.asc(),
    );
    let roles: Vec<RoleRow> =
        load!(db, span, member_roles::member_id, member_roles::table, RoleRow::as_select(), order);
    roles.iter().for_each(|row| at(&mut forms, row.member_id).row(row));
    let (table, order) = (joinings::table, joinings::member_id.asc());
    let coming: Vec<JoiningRow> = load!(db, span, joinings::member_id, table, JoiningRow::as_select(), order);
    coming.iter().for_each(|row| at(&mut forms, row.member_id).row(row));
    Ok(forms)
}

pub(super) fn rights_forms(db: &mut Db, span: Span<SignalId>) -> Result<Forms<SignalId>, StoreError> {
    let mut forms = Forms::new();
    let order = (grants::signal_id.asc(), grants::grantee.asc(), grants::what.asc());
    let given: Vec<GrantRow> = load!(db, span, grants::signal_id, grants::table, GrantRow::as_select(), order);
    given.iter().for_each(|row| at(&mut forms, row.signal_id).row(row));
    let order = (exclusions::signal_id.asc(), exclusions::id.asc());
    let shut: Vec<ExclusionRow> =
        load!(db, span, exclusions::signal_id, exclusions::table, ExclusionRow::as_select(), order);
    shut.iter().for_each(|row| at(&mut forms, row.signal_id).row(row));
    let order = (circles::signal_id.asc(), circles::id.asc(), circle_members::member_id.asc());
    let columns = (
        circles::signal_id,
        circles::id,
        circles::created_on,
        circle_members::circle_id.nullable(),
        circle_members::member_id.nullable(),
    );
    type Seat = (SignalId, CircleId, crate::domain::time::Day, Option<CircleId>, Option<MemberId>);
    let seats: Vec<Seat> = load!(
        db,
        span,
        circles::signal_id,
        circles::table.left_join(circle_members::table.on(circle_members::circle_id.eq(circles::id))),
        columns,
        order
    );
    for (signal, circle, created_on, of, member) in seats {
        at(&mut forms, signal).cells("circles", |form| {
            circle.put(form);
            signal.put(form);
            created_on.put(form);
            of.put(form);
            member.put(form);
        });
    }
    Ok(forms)
}

pub(super) fn weighing_forms(db: &mut Db, span: Span<WeighingId>) -> Result<Forms<WeighingId>, StoreError> {
    let mut forms = Forms::new();
    let judged: Vec<WeighingRow> =
        load!(db, span, weighings::id, weighings::table, WeighingRow::as_select(), weighings::id.asc());
    judged.iter().for_each(|row| at(&mut forms, row.id).row(row));
    let columns = (weighing_authors::weighing_id, weighing_authors::member_id);
    let order = (weighing_authors::weighing_id.asc(), weighing_authors::member_id.asc());
    let authors: Vec<(WeighingId, MemberId)> =
        load!(db, span, weighing_authors::weighing_id, weighing_authors::table, columns, order);
    for (weighing, member) in authors {
        at(&mut forms, weighing).cells("weighing_authors", |form| {
            weighing.put(form);
            member.put(form);
        });
    }
    Ok(forms)
}

pub(super) fn item_forms(db: &mut Db, span: Span<AgendaItemId>) -> Result<Forms<AgendaItemId>, StoreError> {
    let mut forms = Forms::new();
    let items: Vec<AgendaItemRow> =
        load!(db, span, agenda_items::id, agenda_items::table, AgendaItemRow::as_select(), agenda_items::id.asc());
    items.iter().for_each(|row| at(&mut forms, row.id).row(row));
    let order = (agenda_copies::item_id.asc(), agenda_copies::member_id.asc());
    let copies: Vec<AgendaCopyRow> =
        load!(db, span, agenda_copies::item_id, agenda_copies::table, AgendaCopyRow::as_select(), order);
    copies.iter().for_each(|row| at(&mut forms, row.item_id).row(row));
    Ok(forms)
}

pub(super) fn decision_forms(db: &mut Db, span: Span<DecisionId>) -> Result<Forms<DecisionId>, StoreError> {
    let mut forms = Forms::new();
    let taken: Vec<DecisionRow> =
        load!(db, span, decisions::id, decisions::table, DecisionRow::as_select(), decisions::id.asc());
    taken.iter().for_each(|row| at(&mut forms, row.id).row(row));
    let order = (decision_signatures::decision_id.asc(), decision_signatures::role.asc());
    let table = decision_signatures::table;
    let signed: Vec<DecisionSignatureRow> =
        load!(db, span, decision_signatures::decision_id, table, DecisionSignatureRow::as_select(), order);
    signed.iter().for_each(|row| at(&mut forms, row.decision_id).row(row));
    Ok(forms)
}
