//! What ours do with theirs: account teams and interactions.
//!
//! Comes in: a snapshot, accounts and persons. Leaves: sorted arrays up to the day. Never weighs anything.

use crate::discovery::market::people::{PersonIndex, Persons, known_by};
use crate::discovery::market::{AccountIndex, Accounts, column};
use crate::model::{Day, Interval};
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// One of ours looks after an account.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct TeamRole {
    /// The account.
    pub account: AccountIndex,
    /// Our employee.
    pub employee: PersonIndex,
    /// The team membership itself.
    pub id: Id,
    /// As what, such as `account manager`.
    pub role: String,
    /// From when to when, when the source says so.
    pub span: Interval,
}

/// A meeting, a call, a mail between one of ours and one of theirs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Interaction {
    /// Our employee.
    pub employee: PersonIndex,
    /// Their contact.
    pub contact: PersonIndex,
    /// When.
    pub day: Day,
    /// The interaction itself.
    pub id: Id,
    /// How.
    pub channel: Channel,
    /// Whether the contact began it; `None` when the source does not say.
    pub is_inbound: Option<bool>,
}

/// How people dealt with each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Channel {
    /// In one room.
    Meeting,
    /// By voice.
    Call,
    /// In writing.
    Mail,
    /// Any other way.
    Other,
}

impl Channel {
    /// The channel that a source's word means, in English or Chinese.
    pub fn from_text(text: &str) -> Self {
        match text.trim().to_lowercase().as_str() {
            "meeting" | "visit" | "onsite" | "on-site" | "dinner" | "event" | "会议" | "拜访" | "会面" | "来访" => {
                Self::Meeting
            }
            "call" | "phone" | "telephone" | "video" | "电话" | "视频" => Self::Call,
            "mail" | "email" | "e-mail" | "message" | "chat" | "wechat" | "邮件" | "微信" | "短信" => Self::Mail,
            _ => Self::Other,
        }
    }
}

/// Reads the account teams that had begun by the day.
pub(super) fn team_roles(snapshot: &Snapshot, accounts: &Accounts, persons: &Persons, as_of: Day) -> Vec<TeamRole> {
    let ids = column::instances(snapshot, o::TEAM_MEMBERSHIP);
    let [account, employee, role] = column::columns(snapshot, &ids, [o::ACCOUNT_OF, o::EMPLOYEE_IN, o::TEAM_ROLE]);
    let [from, to] = column::columns(snapshot, &ids, [o::SCHEMA_START_DATE, o::SCHEMA_END_DATE]);
    let read = |place: usize| {
        let account = accounts.index_of(account[place]?)?;
        let employee = persons.index_of(employee[place]?)?;
        let role = role[place].map(|id| snapshot.text(id).trim().to_lowercase()).unwrap_or_default();
        let span = known_by(snapshot, from[place], to[place], as_of);
        let has_begun = span.from.is_none_or(|from| from <= as_of);
        has_begun.then_some(TeamRole { account, employee, id: ids[place], role, span })
    };
    let mut roles: Vec<_> = (0..ids.len()).filter_map(read).collect();
    roles.sort_unstable();
    roles
}

/// Reads the interactions up to the day. Between two persons who are both employees and contacts (colleagues in a mail
/// archive) each is the other's contact: the interaction stands there both ways, outbound and inbound.
pub(super) fn interactions(snapshot: &Snapshot, persons: &Persons, as_of: Day) -> Vec<Interaction> {
    let ids = column::instances(snapshot, o::INTERACTION);
    let [employee, contact, day] = column::columns(snapshot, &ids, [o::EMPLOYEE_IN, o::CONTACT_IN, o::DATE]);
    let [channel, inbound] = column::columns(snapshot, &ids, [o::CHANNEL, o::IS_INBOUND]);
    let is_both = |person: PersonIndex| persons.is_employee[person as usize] && persons.is_contact[person as usize];
    let mut read = Vec::with_capacity(ids.len());
    for place in 0..ids.len() {
        let person = |id: Option<Id>| id.and_then(|id| persons.index_of(id));
        let (Some(employee), Some(contact)) = (person(employee[place]), person(contact[place])) else { continue };
        let Some(day) = day[place].and_then(|id| snapshot.day(id)).filter(|day| *day <= as_of) else { continue };
        let channel = channel[place].map_or(Channel::Other, |id| Channel::from_text(&snapshot.text(id)));
        let is_inbound = inbound[place].and_then(|id| snapshot.boolean(id));
        let one = Interaction { employee, contact, day, id: ids[place], channel, is_inbound };
        if employee == contact {
            continue;
        }
        if is_both(employee) && is_both(contact) {
            let began = is_inbound.unwrap_or(false);
            read.push(Interaction { is_inbound: Some(began), ..one });
            read.push(Interaction { employee: contact, contact: employee, is_inbound: Some(!began), ..one });
        } else {
            read.push(one);
        }
    }
    read.sort_unstable();
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_read_in_english_and_chinese() {
        assert_eq!(Channel::from_text("Visit"), Channel::Meeting);
        assert_eq!(Channel::from_text("拜访"), Channel::Meeting);
        assert_eq!(Channel::from_text("E-Mail"), Channel::Mail);
        assert_eq!(Channel::from_text("pigeon"), Channel::Other);
    }
}
