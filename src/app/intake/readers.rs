//! Who will hold the keys of a signal, and why.

use crate::app::trust::Holder;
use crate::app::{App, AppError};
use crate::domain::ids::MemberId;
use crate::domain::role::{Group, Role, Seat};
use crate::domain::signal::{About, NewSignal};
use crate::domain::words::YesNo;
use crate::policy::member_grantee;

/// Who will hold the keys of a signal.
#[derive(Clone)]
pub(super) struct Readers {
    pub(super) box_: String,
    pub(super) holders: Vec<Holder>,
    pub(super) grantees: Vec<String>,
    /// The group that keeps the readers' half of a name.
    pub(super) identity_holders: Vec<Holder>,
}

impl App {
    /// Who gets the keys: the box's group, or the coordinators who are left after an exclusion. With fewer than two
    /// left it goes to the integrity box.
    pub(super) fn readers_of(&self, new: &NewSignal) -> Result<Readers, AppError> {
        if new.about == About::Colleague {
            return self.group_readers(Group::Integrity);
        }
        let shut: Vec<Seat> = new.exclusions.iter().filter_map(|shut| shut.seat()).collect();
        let mut readers = if shut.is_empty() {
            self.group_readers(Group::Coordinators)?
        } else {
            let left = self.coordinators_besides(&shut)?;
            if left.len() < 2 {
                return self.group_readers(Group::Integrity);
            }
            Readers {
                box_: "circle".to_owned(),
                holders: left.iter().map(|(_, holder)| *holder).collect(),
                grantees: left.iter().map(|(member, _)| member_grantee(*member)).collect(),
                identity_holders: left.iter().map(|(_, holder)| *holder).collect(),
            }
        };
        if new.content.concerns_trafficking() == YesNo::Yes
            && let Ok(holder) = self.group_holder(Group::Trafficking)
        {
            readers.holders.push(holder);
            readers.grantees.push(format!("group:{}", Group::Trafficking.code()));
        }
        Ok(readers)
    }

    fn group_readers(&self, group: Group) -> Result<Readers, AppError> {
        let holder = self.group_holder(group)?;
        Ok(Readers {
            box_: group.code().to_owned(),
            holders: vec![holder],
            grantees: vec![format!("group:{}", group.code())],
            identity_holders: vec![holder],
        })
    }

    fn coordinators_besides(&self, shut: &[Seat]) -> Result<Vec<(MemberId, Holder)>, AppError> {
        let people = self.proven_members(Role::Coordinator)?;
        let mut left = Vec::new();
        for (member, role) in people {
            if shut.contains(&role.seat) {
                continue;
            }
            if let Some(holder) = self.member_holder(member.id)? {
                left.push((member.id, holder));
            }
        }
        Ok(left)
    }
}
