//! Two SQL types of our own, so that one `schema.rs` gives native columns on both databases:
//! ids (`uuid` / 16-byte `BLOB`) and moments (`timestamptz` / microseconds in an `INTEGER`).

use crate::domain::ids;
use crate::domain::time::{Day, Moment};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, Nullable, SqlOrd, SqlType, Text};
use diesel::sqlite::Sqlite;

use super::db::MultiBackend;
use super::written::{Cell, Form};

/// A random identifier.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Binary"))]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
pub struct UuidSql;

/// A moment in UTC.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(sqlite_type(name = "Long"))]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
pub struct MomentSql;

impl SqlOrd for UuidSql {}
impl SqlOrd for MomentSql {}

/// Microseconds between 1970-01-01 and PostgreSQL's own zero, 2000-01-01.
const PG_EPOCH_MICROS: i64 = 946_684_800_000_000;

macro_rules! multi_type {
    ($sql:ty) => {
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                MultiBackend::lookup_sql_type::<$sql>(lookup)
            }
        }
    };
}
multi_type!(UuidSql);
multi_type!(MomentSql);

/// What diesel's derives would write for a value that fills one SQL type, kept here so that `domain` knows no diesel.
macro_rules! value_of {
    ($rust:ty, $sql:ty) => {
        impl AsExpression<$sql> for $rust {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<$sql> for &'a $rust {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl AsExpression<Nullable<$sql>> for $rust {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<Nullable<$sql>> for &'a $rust {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $rust
        where
            $rust: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <Self as ToSql<$sql, DB>>::to_sql(self, out)
            }
        }
        impl<DB: Backend> Queryable<$sql, DB> for $rust
        where
            $rust: FromSql<$sql, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

macro_rules! multi_value {
    ($rust:ty, $sql:ty) => {
        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<$rust, $sql>()
            }
        }
        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(IsNull::No)
            }
        }
    };
}

macro_rules! id_values {
    ($($id:ty),+ $(,)?) => {$(
        impl ToSql<UuidSql, Sqlite> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.uuid().as_bytes().to_vec());
                Ok(IsNull::No)
            }
        }
        impl FromSql<UuidSql, Sqlite> for $id {
            fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let bytes = <Vec<u8> as FromSql<diesel::sql_types::Binary, Sqlite>>::from_sql(value)?;
                Ok(<$id>::new(uuid::Uuid::from_slice(&bytes)?))
            }
        }
        impl ToSql<UuidSql, Pg> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                std::io::Write::write_all(out, self.uuid().as_bytes())?;
                Ok(IsNull::No)
            }
        }
        impl FromSql<UuidSql, Pg> for $id {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(<$id>::new(uuid::Uuid::from_slice(value.as_bytes())?))
            }
        }
        multi_value!($id, UuidSql);
        value_of!($id, UuidSql);
        impl Cell for $id {
            fn put(&self, form: &mut Form) {
                form.part(b'i', self.uuid().as_bytes());
            }
        }
    )+};
}

id_values!(
    ids::SignalId,
    ids::RecordId,
    ids::KeyId,
    ids::SealedKeyId,
    ids::MemberId,
    ids::SessionId,
    ids::WeighingId,
    ids::PrivacyCheckId,
    ids::SourceQuestionId,
    ids::SittingId,
    ids::AgendaItemId,
    ids::DecisionId,
    ids::ActionId,
    ids::HandoffId,
    ids::ExclusionId,
    ids::CircleId,
    ids::IdentityOpeningId,
    ids::EmergencyOpeningId,
    ids::DestructionId,
    ids::FactorId,
    ids::MachineId,
    ids::FamilyId,
    ids::ObjectId,
);

impl ToSql<MomentSql, Sqlite> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.micros());
        Ok(IsNull::No)
    }
}
impl FromSql<MomentSql, Sqlite> for Moment {
    fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Moment::from_micros(<i64 as FromSql<diesel::sql_types::BigInt, Sqlite>>::from_sql(value)?))
    }
}
impl ToSql<MomentSql, Pg> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &(self.micros() - PG_EPOCH_MICROS).to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl FromSql<MomentSql, Pg> for Moment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let bytes: [u8; 8] = value.as_bytes().try_into()?;
        Ok(Moment::from_micros(i64::from_be_bytes(bytes) + PG_EPOCH_MICROS))
    }
}
multi_value!(Moment, MomentSql);
value_of!(Moment, MomentSql);

/// A value that the database holds as one of a closed set of words.
macro_rules! word_values {
    ($written:ident: $($rust:ty),+ $(,)?) => {$(
        value_of!($rust, Text);
        impl Cell for $rust {
            fn put(&self, form: &mut Form) {
                form.part(b't', self.$written().as_bytes());
            }
        }
        impl ToSql<Text, Sqlite> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.$written().to_owned());
                Ok(IsNull::No)
            }
        }
        impl ToSql<Text, Pg> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                std::io::Write::write_all(out, self.$written().as_bytes())?;
                Ok(IsNull::No)
            }
        }
        impl FromSql<Text, Sqlite> for $rust {
            fn from_sql(value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(<String as FromSql<Text, Sqlite>>::from_sql(value)?.parse::<$rust>()?)
            }
        }
        impl FromSql<Text, Pg> for $rust {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(<String as FromSql<Text, Pg>>::from_sql(value)?.parse::<$rust>()?)
            }
        }
        impl FromSql<Text, MultiBackend> for $rust {
            fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<$rust, Text>()
            }
        }
        impl ToSql<Text, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((Text, self));
                Ok(IsNull::No)
            }
        }
    )+};
}

word_values!(
    code:
    crate::domain::machine::MachineState,
    crate::domain::role::Role,
    crate::domain::role::Seat,
    crate::domain::signal::Confidentiality,
    crate::domain::source::DetailsState,
    crate::domain::source::QuestionState,
    crate::domain::stage::Stage,
);
word_values!(
    to_string:
    Day,
    crate::domain::reference::QuestionReference,
    crate::domain::reference::SignalReference,
);
