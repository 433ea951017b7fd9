//! The steps of the protocol, one sub-resource each. What a step needs and who may take it is the matter of the use case;
//! here a body becomes its draft, and its mistakes find their place in that body.

mod deciding;
mod enriching;
mod following_up;
mod roles;
mod weighing;

use super::bearer::Bearer;
use super::body::{At, Sent, located};
use super::endpoint::Endpoint;
use super::signals::standing;
use super::{Api, answer};
use crate::app::AppError;
use crate::app::keyring::Session;
use crate::app::steps::Seen;
use crate::domain::ids::SignalId;
use crate::domain::purpose::Purpose;
use crate::policy::OpContext;
use crate::store::signals::SignalRow;
use crate::web::Web;
use crate::web::failure::{Failed, Failure};
use crate::web::guard::Member;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub(super) fn endpoints() -> Vec<Endpoint> {
    let mut all = weighing::endpoints();
    all.extend(enriching::endpoints());
    all.extend(deciding::endpoints());
    all.extend(following_up::endpoints());
    all.extend(roles::endpoints());
    all
}

/// A step as it was sent, ready to be taken.
pub(super) struct Step<D> {
    pub(super) op: OpContext,
    pub(super) session: Session,
    pub(super) draft: D,
    /// What the body says besides the draft.
    beside: Map<String, Value>,
    body: Value,
}

/// A step on a signal: which, and in which version.
pub(super) struct OnSignal<D> {
    pub(super) seen: Seen,
    pub(super) step: Step<D>,
}

/// A step without words.
#[derive(serde::Deserialize)]
struct NoWords {}

impl<D: DeserializeOwned> Step<D> {
    /// Reads a body of this schema; the fields named are not the draft's.
    pub(super) fn read(
        api: &Api,
        Bearer(member): Bearer,
        sent: Sent,
        schema: &str,
        purpose: Purpose,
        beside: &[&str],
    ) -> Result<Self, Failed> {
        let body = sent.value(api, schema)?;
        let mut fields = body.clone();
        let taken = |fields: &mut Value, name: &str| Some((name.to_owned(), fields.as_object_mut()?.remove(name)?));
        let beside = beside.iter().filter_map(|name| taken(&mut fields, name)).collect();
        let draft = super::body::read(fields)?;
        let Member { session, op } = member;
        Ok(Self { op: op.with_purpose(purpose), session, draft, beside, body })
    }
}

impl<D> Step<D> {
    /// A text beside the draft.
    fn text(&self, name: &str) -> Option<&str> {
        self.beside.get(name).and_then(Value::as_str)
    }

    /// A tick beside the draft.
    fn is_yes(&self, name: &str) -> bool {
        self.text(name) == Some("ja")
    }

    /// An id beside the draft; the gate saw that it is one.
    fn id<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).and_then(|text| text.parse().ok())
    }

    /// The failure of this step. The body passed the gate, so a mistake that is left does not lie in the body alone: it
    /// does not fit what stands now. Each stands at its place in the body.
    pub(super) fn failed(&self, error: AppError) -> Failed {
        match error {
            AppError::Invalid(errors) => Failed(Failure::Unfit(located(&self.body, &errors))),
            other => other.into(),
        }
    }

    /// Done, with nothing to show: the next is somebody else's.
    pub(super) fn done<T>(&self, result: Result<T, AppError>) -> Result<HttpResponse, Failed> {
        result.map(|_| HttpResponse::NoContent().finish()).map_err(|error| self.failed(error))
    }
}

impl<D: DeserializeOwned> OnSignal<D> {
    pub(super) fn read(
        api: &Api,
        bearer: Bearer,
        at: At,
        sent: Sent,
        (schema, purpose): (&str, Purpose),
        beside: &[&str],
    ) -> Result<Self, Failed> {
        let names: Vec<&str> = beside.iter().copied().chain(["versie"]).collect();
        let step: Step<D> = Step::read(api, bearer, sent, schema, purpose, &names)?;
        let signal: SignalId = at.id()?;
        let version = step.beside.get("versie").and_then(Value::as_i64).unwrap_or_default();
        Ok(Self { seen: Seen { signal, version }, step })
    }
}

impl<D> OnSignal<D> {
    /// Done: how the signal stands now.
    fn moved(&self, result: Result<SignalRow, AppError>) -> Result<HttpResponse, Failed> {
        result.map(|row| answer(StatusCode::OK, &standing(&row))).map_err(|error| self.step.failed(error))
    }

    /// The same for a step that answers with something else.
    fn after<T>(&self, web: &web::Data<Web>, result: Result<T, AppError>) -> Result<HttpResponse, Failed> {
        result.map_err(|error| self.step.failed(error))?;
        self.moved(web.app.signal_standing(&self.step.op, self.seen.signal))
    }
}
