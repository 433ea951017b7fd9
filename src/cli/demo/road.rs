//! How the demo's people act: each signs in, takes a step through the same use case as its page, and signs out at the
//! end of the day. The days lie behind today, so that the demo shows what has waited for a while.

use super::drafts;
use super::signals::{self, DemoSignal};
use crate::app::enrichment::Wording;
use crate::app::keyring::Session;
use crate::app::sign_in::SessionKind;
use crate::app::steps::Seen;
use crate::app::{App, AppError};
use crate::domain::calendar::WorkCalendar;
use crate::domain::ids::{PrivacyCheckId, SignalId};
use crate::domain::time::{Clock as _, Day, FixedClock, Moment};
use crate::domain::weighing::{Assessment, Confirmation};
use crate::policy::OpContext;
use crate::store::{StoreError, checks, members, signals as rows};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::Future;
use tokio::runtime::Runtime;

pub(super) const COORDINATOR: &str = "marit";
pub(super) const DEPUTY: &str = "joost";
const PRIVACY: &str = "nadia";

/// When the demo's people begin their day, in seconds after midnight.
const OFFICE_OPENS_SECONDS: i64 = 9 * 3600;
/// Between two acts of one day.
const ACT_SECONDS: i64 = 180;
const DAY_SECONDS: i64 = 86_400;

/// The people on their way, and the day it is for them.
pub(super) struct Road<'app> {
    app: &'app App,
    clock: &'app FixedClock,
    runtime: Runtime,
    /// When the demo is made: the road ends here.
    now: Moment,
    sessions: HashMap<&'static str, Session>,
    /// One line per signal: its receipt, its reference and what it is about.
    pub(super) receipts: Vec<String>,
}

fn drafted<T: DeserializeOwned>(value: Value) -> Result<T, AppError> {
    serde_json::from_value(value).map_err(|error| AppError::Internal(error.to_string()))
}

impl<'app> Road<'app> {
    /// Nobody has signed in yet. The clock is the one that `app` looks at.
    ///
    /// # Errors
    /// When the operating system gives no means to wait.
    pub(super) fn of(app: &'app App, clock: &'app FixedClock, now: Moment) -> Result<Self, AppError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|error| AppError::Internal(error.to_string()))?;
        Ok(Self { app, clock, runtime, now, sessions: HashMap::new(), receipts: Vec::new() })
    }

    /// Waits for a use case. Here and not around the whole road: signing in may not happen where one waits.
    fn wait<T>(&self, act: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
        self.runtime.block_on(act)
    }

    /// So many days before today, or the last working day before that. Days only go forward.
    pub(super) fn days_ago(&mut self, days: i64) -> Result<(), AppError> {
        self.end_day()?;
        self.clock.set(morning(&self.app.protocol().calendar, self.now, days).max(self.clock.now()));
        Ok(())
    }

    /// Everybody signs out.
    pub(super) fn end_day(&mut self) -> Result<(), AppError> {
        for (_, session) in self.sessions.drain().collect::<Vec<_>>() {
            self.wait(self.app.sign_out(&self.app.as_member(session.actor)?))?;
        }
        Ok(())
    }

    /// A working day, so many days from the day it is now on the road or a little later.
    pub(super) fn in_days(&self, days: i64) -> Day {
        self.app.protocol().calendar.working_day_from(self.app.now().day().plus_days(days))
    }

    /// Signs somebody in when they have not come in today, and gives the context of an act of theirs.
    fn act_as(&mut self, login: &'static str) -> Result<OpContext, AppError> {
        if self.clock.now() < self.now {
            self.clock.set(self.clock.now().plus_seconds(ACT_SECONDS).min(self.now));
        }
        if !self.sessions.contains_key(login) {
            let (_, session) = self.app.sign_in(&self.app.as_anonymous()?, login, super::PASSWORD, SessionKind::Web)?;
            self.sessions.insert(login, session);
        }
        Ok(self.app.as_member(self.session(login)?.actor.clone())?)
    }

    fn session(&self, login: &str) -> Result<&Session, AppError> {
        self.sessions.get(login).ok_or_else(|| AppError::Internal(format!("{login} is not signed in")))
    }

    fn seen(&self, id: SignalId) -> Result<Seen, AppError> {
        let row = self.app.store().read::<_, StoreError>(|db| rows::signal_fetch(db, id))?;
        let row = row.ok_or_else(|| AppError::Internal("a signal of the demo is gone".to_owned()))?;
        Ok(Seen { signal: id, version: row.version })
    }

    fn member(&self, login: &str) -> Result<String, AppError> {
        let found = self.app.store().read(|db| members::member_by_login(db, login))?;
        found.map(|member| member.id.to_string()).ok_or_else(|| AppError::Internal(format!("{login} is gone")))
    }

    /// Somebody shares a signal. Their code is kept in a file: here nobody needs protecting.
    pub(super) fn report(&mut self, signal: &DemoSignal) -> Result<SignalId, AppError> {
        let receipt = signals::receipt(self.app)?;
        let op = self.app.as_anonymous()?;
        let new = signal.new_signal()?;
        let received = self.wait(self.app.submit(&op, &new, &receipt, signal.arrival))?;
        let (code, source) = (receipt.shown(), signal.arrival.source.label());
        let line = format!("{}  {}  {source}: {}", code.expose(), received.reference, signal.title);
        self.receipts.push(line);
        Ok(received.id)
    }

    /// The coordinator reads the signal and answers the questions of the intake.
    pub(super) fn intake(&mut self, id: SignalId, form: &str, power: &str, urgency: &str) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        self.wait(self.app.open_signal(&op, self.session(COORDINATOR)?, id, &["report"]))?;
        let draft = drafted(drafts::intake(form, power, urgency))?;
        self.wait(self.app.complete_intake(&op, self.seen(id)?, &draft)).map(drop)
    }

    /// The coordinator drafts weging 3 and lays it before the deputy.
    pub(super) fn propose(&mut self, id: SignalId, judged: Value) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        let (draft, second) = (drafted(judged)?, self.member(DEPUTY)?);
        let session = self.session(COORDINATOR)?;
        self.wait(self.app.propose_weighing::<Assessment>(&op, session, self.seen(id)?, &draft, Some(&second)))
            .map(drop)
    }

    /// The deputy signs weging 3.
    pub(super) fn agree(&mut self, id: SignalId) -> Result<(), AppError> {
        let op = self.act_as(DEPUTY)?;
        self.wait(self.app.agree_weighing::<Assessment>(&op, self.session(DEPUTY)?, self.seen(id)?)).map(drop)
    }

    /// The coordinator proposes questions to sources.
    pub(super) fn propose_sources(&mut self, id: SignalId, asked: Value) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        let (proposal, version) = (drafted(asked)?, self.seen(id)?.version);
        let session = self.session(COORDINATOR)?;
        self.wait(self.app.propose_check1(&op, session, id, version, &proposal, Wording::Kept)).map(drop)
    }

    fn last_check(&self, id: SignalId) -> Result<PrivacyCheckId, AppError> {
        let found = self.app.store().read(|db| checks::check_list(db, id))?;
        found.last().map(|check| check.id).ok_or_else(|| AppError::Internal("no check was proposed".to_owned()))
    }

    /// The privacy officer clears these sources, and their holders are asked.
    pub(super) fn clear_sources(&mut self, id: SignalId, cleared: &[&str]) -> Result<(), AppError> {
        let op = self.act_as(PRIVACY)?;
        let verdict = drafted(cleared_whole(cleared.iter().map(|code| (*code).to_owned())))?;
        let check = self.last_check(id)?;
        self.wait(self.app.decide_check1(&op, self.session(PRIVACY)?, check, &verdict)).map(drop)
    }

    /// The holder of a source says that it knows this.
    pub(super) fn answer_hit(&mut self, id: SignalId, source: &str, holder: &'static str) -> Result<(), AppError> {
        let questions = self.app.store().read(|db| checks::question_list(db, id))?;
        let question = questions.iter().find(|question| question.source_code == source);
        let question = question.ok_or_else(|| AppError::Internal(format!("{source} was not asked")))?.id;
        let op = self.act_as(holder)?;
        let hit = drafted(json!({"antwoord": "hit", "leeftijd": "tot_1_jaar"}))?;
        self.wait(self.app.answer_question(&op, question, &hit))
    }

    /// Weging 4, drafted and signed: on to the LIO.
    pub(super) fn confirm(&mut self, id: SignalId, why: &str) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        let draft = drafted(json!({"bevestigd": "ja", "voorstel": "lio", "waarom": why}))?;
        let (session, second) = (self.session(COORDINATOR)?, self.member(DEPUTY)?);
        self.wait(self.app.propose_weighing::<Confirmation>(&op, session, self.seen(id)?, &draft, Some(&second)))?;
        let op = self.act_as(DEPUTY)?;
        self.wait(self.app.agree_weighing::<Confirmation>(&op, self.session(DEPUTY)?, self.seen(id)?)).map(drop)
    }

    /// An item for the LIO: proposed by the coordinator, cleared whole by the privacy officer. For each participant
    /// the numbers of the facts.
    pub(super) fn prepare_item(
        &mut self,
        id: SignalId,
        mut item: Value,
        for_whom: &[(&str, &[usize])],
    ) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        let mut participants = Vec::new();
        for (login, facts) in for_whom {
            participants.push((self.member(login)?, *facts));
        }
        let invited = participants.iter().map(|(member, facts)| json!({"wie": member, "feiten": facts}));
        if let Some(fields) = item.as_object_mut() {
            fields.insert("deelnemers".to_owned(), invited.collect());
        }
        let draft = drafted(item)?;
        self.wait(self.app.propose_check2a(&op, self.session(COORDINATOR)?, self.seen(id)?, &draft))?;
        let op = self.act_as(PRIVACY)?;
        let verdict = drafted(cleared_whole(participants.into_iter().map(|(member, _)| member)))?;
        let check = self.last_check(id)?;
        self.wait(self.app.decide_check2a(&op, self.session(PRIVACY)?, check, &verdict)).map(drop)
    }

    /// The coordinator publishes the item on the next sitting.
    pub(super) fn publish(&mut self, id: SignalId) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        self.wait(self.app.publish_item(&op, self.session(COORDINATOR)?, self.seen(id)?)).map(drop)
    }

    /// An urgent decision, proposed and signed by the coordinator: two signatures are still missing.
    pub(super) fn urgent(&mut self, id: SignalId, decision: Value) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        self.wait(self.app.open_signal(&op, self.session(COORDINATOR)?, id, &["report"]))?;
        let draft = drafted(decision)?;
        self.wait(self.app.urgent_propose(&op, self.session(COORDINATOR)?, self.seen(id)?, &draft))?;
        let op = self.act_as(COORDINATOR)?;
        self.wait(self.app.urgent_sign(&op, self.session(COORDINATOR)?, self.seen(id)?)).map(drop)
    }

    /// The coordinator closes it at the intake.
    pub(super) fn not_taken_up(&mut self, id: SignalId, reason: &str) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        self.wait(self.app.open_signal(&op, self.session(COORDINATOR)?, id, &["report"]))?;
        let draft = drafted(json!({ "reden": reason }))?;
        self.wait(self.app.not_take_up(&op, self.seen(id)?, &draft, None)).map(drop)
    }

    /// The coordinator gives somebody an action.
    pub(super) fn give_action(
        &mut self,
        id: SignalId,
        owner: &str,
        what: &str,
        due_in_days: i64,
    ) -> Result<(), AppError> {
        let op = self.act_as(COORDINATOR)?;
        let draft = drafted(json!({
            "watTeDoen": what, "eigenaar": self.member(owner)?, "uiterlijk": self.in_days(due_in_days).to_string(),
        }))?;
        self.wait(self.app.add_action(&op, self.seen(id)?, &draft)).map(drop)
    }
}

/// Nine in the morning of so many days before `now`, or of the last working day before that. Today is `now` itself.
pub(super) fn morning(calendar: &WorkCalendar, now: Moment, days: i64) -> Moment {
    if days == 0 {
        return now;
    }
    let mut day = now.plus_seconds(-days * DAY_SECONDS).day();
    while !calendar.is_working_day(day) {
        day = day.plus_days(-1);
    }
    day.begins().plus_seconds(OFFICE_OPENS_SECONDS)
}

fn cleared_whole(of: impl Iterator<Item = String>) -> Value {
    let verdicts: serde_json::Map<String, Value> = of.map(|one| (one, json!({"oordeel": "vrijgeven"}))).collect();
    json!({ "oordelen": verdicts })
}
