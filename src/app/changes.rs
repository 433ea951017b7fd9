//! What somebody else did to a signal while a page was open, and who can read it: both from the log and the grants,
//! never from content.

use super::{App, AppError};
use crate::domain::ids::{MemberId, ObjectId, SignalId};
use crate::domain::role::{Group, Role, Seat};
use crate::domain::time::Moment;
use crate::ledger::event::Event;
use crate::policy::{OpContext, member_grantee};
use crate::store::{log, members, signals};

/// So many entries back the newest change is looked for.
const LINES: i64 = 50;

/// The newest step on a signal since somebody opened their page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who, by name; `None` for the service.
    pub who: Option<String>,
    /// When; `None` where the log keeps only the day.
    pub at: Option<Moment>,
    /// What, as the stable word of the event.
    pub kind: String,
}

/// People who can read a signal for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    /// As what.
    pub role: Role,
    /// Who, by name, holders before deputies.
    pub people: Vec<Reader>,
}

/// One reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub member: MemberId,
    /// Their name.
    pub name: String,
    /// First holder or deputy.
    pub seat: Seat,
}

/// Who can read a signal, and who was shut out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readership {
    /// Who can.
    pub readers: Vec<Readers>,
    /// Who was shut out, in words: a role, or one person by name.
    pub excluded: Vec<String>,
}

impl App {
    /// The newest step since this version, for whoever may see the signal.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; any store error.
    pub fn change_since(&self, op: &OpContext, id: SignalId, version: i64) -> Result<Option<Change>, AppError> {
        self.signal_standing(op, id)?;
        let rows = self.store().read(|db| log::log_of_object(db, ObjectId::new(id.uuid()), LINES))?;
        for row in rows {
            let Ok((_, event)) = Event::parse(&row.body) else { continue };
            let reached: Option<i64> = event.details.get("version").and_then(|version| version.parse().ok());
            if reached.is_none_or(|reached| reached <= version) {
                continue;
            }
            let name = match row.member_id {
                Some(member) => self.store().read(|db| members::member_fetch(db, member))?.map(|row| row.name),
                None => None,
            };
            return Ok(Some(Change { who: name, at: event.at.as_str().parse().ok(), kind: row.kind }));
        }
        Ok(None)
    }

    /// Who can read a signal, by name, for whoever may see it.
    ///
    /// # Errors
    /// A refusal, the same for what does not exist; any store error.
    pub fn readership(&self, op: &OpContext, id: SignalId) -> Result<Readership, AppError> {
        self.signal_standing(op, id)?;
        self.store().read(|db| {
            let grants = signals::grant_list(db, id)?;
            let granted = |name: &str| grants.iter().any(|row| row.what == "signal" && row.grantee == name);
            let mut readers: Vec<Readers> = Vec::new();
            for role in READING {
                let group = Group::ALL.iter().find(|group| group.role() == *role);
                let whole = group.is_some_and(|group| granted(&format!("group:{}", group.code())));
                let people: Vec<Reader> = members::members_with(db, *role, op.today)?
                    .into_iter()
                    .filter(|(member, _)| whole || granted(&member_grantee(member.id)))
                    .filter(|(member, _)| {
                        !readers.iter().any(|group| group.people.iter().any(|r| r.member == member.id))
                    })
                    .map(|(member, held)| Reader { member: member.id, name: member.name, seat: held.seat })
                    .collect();
                if !people.is_empty() {
                    readers.push(Readers { role: *role, people });
                }
            }
            let mut excluded = Vec::new();
            for row in signals::exclusion_list(db, id)? {
                let person = match row.member_id {
                    Some(member) => members::member_fetch(db, member)?.map(|member| member.name),
                    None => None,
                };
                let words = person.unwrap_or_else(|| row.role.label().to_owned());
                if !excluded.contains(&words) {
                    excluded.push(words);
                }
            }
            Ok(Readership { readers, excluded })
        })
    }
}

/// The roles that can be given a signal to read, in the order in which they are shown.
const READING: &[Role] =
    &[Role::Coordinator, Role::IntegrityContact, Role::TraffickingContact, Role::Jurist, Role::Mayor];
