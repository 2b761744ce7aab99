//! People as flat arrays: contacts and our employees, the posts at accounts, who holds them, who reports to whom.
//!
//! Comes in: a snapshot, its accounts and a day. Leaves: dense, sorted arrays that hold nothing later than the day: what
//! begins later is left out, an end that lies later is open. Never judges. Costs one pass over the links of each
//! predicate, in parallel.

use rayon::prelude::*;

use crate::discovery::market::dealings::{self, Interaction, TeamRole};
use crate::discovery::market::tenures::{self, Line, Membership, Seen};
use crate::discovery::market::{AccountIndex, Accounts, Identities, column, end_of_iri, names_with, post_doubles};
use crate::discovery::title::Declared;
use crate::model::{BuyingRole, Day, Function, Interval, Level};
use crate::ontology as o;
use crate::store::{Id, Snapshot};

/// The place of a person in [`Persons`].
pub type PersonIndex = u32;
/// The place of a post in [`Posts`].
pub type PostIndex = u32;

/// All people of a snapshot and what joins them.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Contacts and employees.
    pub persons: Persons,
    /// Posts at accounts.
    pub posts: Posts,
    /// Who holds which post, sorted by post, person and id.
    pub memberships: Vec<Membership>,
    /// Which post reports to which, sorted by reporting and superior post and id.
    pub lines: Vec<Line>,
    /// On which days memberships, lines and posts were seen, for data that come as dated snapshots.
    pub seen: Seen,
    /// Who of ours looks after which account, sorted by account, employee and id.
    pub team_roles: Vec<TeamRole>,
    /// Meetings, calls and mails, sorted by employee, contact, day and id.
    pub interactions: Vec<Interaction>,
}

/// Contacts and employees, one cell a person in every array.
#[derive(Clone, Debug, Default)]
pub struct Persons {
    /// Ids, ascending.
    pub ids: Vec<Id>,
    /// IRIs.
    pub iris: Vec<String>,
    /// Names as people write them.
    pub names: Vec<String>,
    /// Whether it is a `foaf:Person`, or holds a post.
    pub is_contact: Vec<bool>,
    /// Whether it is a `ka:Employee`.
    pub is_employee: Vec<bool>,
    /// The account that a contact names directly.
    pub account: Vec<Option<AccountIndex>>,
    /// An employee's title.
    pub title: Vec<Option<String>>,
    /// An employee's level, as the source declares it.
    pub level: Vec<Option<Level>>,
    /// An employee's manager.
    pub boss: Vec<Option<PersonIndex>>,
    /// First day on which an employee is gone.
    pub gone: Vec<Option<Day>>,
    /// Whether a person must not be asked for an introduction.
    pub is_off_limits: Vec<bool>,
    /// Which records are one person.
    pub identities: Identities,
}

/// Posts, one cell a post in every array.
#[derive(Clone, Debug, Default)]
pub struct Posts {
    /// Ids, ascending.
    pub ids: Vec<Id>,
    /// IRIs.
    pub iris: Vec<String>,
    /// Titles.
    pub titles: Vec<String>,
    /// The account that the post is in.
    pub account: Vec<Option<AccountIndex>>,
    /// What the source declares of its standing.
    pub declared: Vec<Declared>,
    /// The source's own order, 1 for the highest.
    pub rank: Vec<Option<i64>>,
    /// Since when and until when the post exists, when the source says so.
    pub exists: Vec<Interval>,
    /// Which posts are one, where an account has several records.
    pub doubles: Identities,
}

impl People {
    /// Reads what was known and had happened by `as_of`.
    pub fn read(snapshot: &Snapshot, accounts: &Accounts, as_of: Day) -> Self {
        let (persons, mut posts) =
            rayon::join(|| Persons::read(snapshot, accounts, as_of), || Posts::read(snapshot, accounts, as_of));
        let mut seen = Seen::read(snapshot, as_of);
        let memberships = tenures::memberships(snapshot, accounts, &persons, &posts, &seen, as_of);
        posts.place_by(&memberships);
        let lines = tenures::lines(snapshot, &posts, &seen, as_of);
        seen.make_series(accounts, &memberships, &lines, &posts);
        let (team_roles, interactions) = rayon::join(
            || dealings::team_roles(snapshot, accounts, &persons, as_of),
            || dealings::interactions(snapshot, &persons, as_of),
        );
        Self { persons, posts, memberships, lines, seen, team_roles, interactions }
    }

    /// The memberships of a post.
    pub fn memberships_of(&self, post: PostIndex) -> &[Membership] {
        let start = self.memberships.partition_point(|it| it.post < Some(post));
        let end = self.memberships.partition_point(|it| it.post <= Some(post));
        &self.memberships[start..end]
    }

    /// The posts of each account, by account and post.
    pub fn posts_by_account(&self) -> Vec<(AccountIndex, PostIndex)> {
        let places = self.posts.account.iter().zip(0..);
        let mut pairs: Vec<_> = places.filter_map(|(account, post)| Some(((*account)?, post))).collect();
        pairs.sort_unstable();
        pairs
    }
}

impl Persons {
    fn read(snapshot: &Snapshot, accounts: &Accounts, as_of: Day) -> Self {
        let identities = &accounts.identities;
        let contacts = identities.fold(column::instances(snapshot, o::FOAF_PERSON));
        let employees = identities.fold(column::instances(snapshot, o::EMPLOYEE));
        let members = snapshot.links(o::ORG_MEMBER).into_iter().map(|link| link.1).collect();
        let members = identities.fold(sorted(members));
        let ids = sorted([&contacts[..], &employees[..], &members[..]].concat());
        let [account, title, level] = identities.columns(snapshot, &ids, [o::ACCOUNT_OF, o::TITLE, o::LEVEL]);
        let [boss, gone] = identities.columns(snapshot, &ids, [o::MANAGER, o::SCHEMA_END_DATE]);
        let [off_limits] = identities.columns(snapshot, &ids, [o::IS_OFF_LIMITS]);
        let is_in = |list: &[Id]| ids.par_iter().map(|id| list.binary_search(id).is_ok()).collect::<Vec<_>>();
        let (is_known, is_member, is_employee) = (is_in(&contacts), is_in(&members), is_in(&employees));
        Self {
            iris: ids.par_iter().map(|id| snapshot.text(*id).into_owned()).collect(),
            names: names_with(snapshot, &ids, identities),
            is_contact: is_known.iter().zip(is_member).map(|(known, member)| *known || member).collect(),
            is_employee,
            account: account.iter().map(|id| id.and_then(|id| accounts.index_of(id))).collect(),
            title: title.iter().map(|id| id.map(|id| snapshot.text(id).into_owned())).collect(),
            level: level.iter().map(|id| concept(snapshot, *id, "Level-", Level::from_name)).collect(),
            boss: boss.iter().map(|id| place(&ids, identities.main((*id)?))).collect(),
            gone: gone.iter().map(|id| id.and_then(|id| snapshot.day(id)).filter(|day| *day <= as_of)).collect(),
            is_off_limits: off_limits.iter().map(|id| id.and_then(|id| snapshot.boolean(id)) == Some(true)).collect(),
            ids,
            identities: identities.clone(),
        }
    }

    /// The place of the person that a record's id stands for.
    pub fn index_of(&self, id: Id) -> Option<PersonIndex> {
        place(&self.ids, self.identities.main(id))
    }

    /// The person's name.
    pub fn name(&self, person: PersonIndex) -> &str {
        &self.names[person as usize]
    }

    /// The person's IRI.
    pub fn iri(&self, person: PersonIndex) -> &str {
        &self.iris[person as usize]
    }

    /// Whether the person is ours and not gone.
    pub fn is_ours(&self, person: PersonIndex) -> bool {
        self.is_employee[person as usize] && self.gone[person as usize].is_none()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

impl Posts {
    fn read(snapshot: &Snapshot, accounts: &Accounts, as_of: Day) -> Self {
        let mut ids = column::instances(snapshot, o::ORG_POST);
        ids.extend(snapshot.links(o::IN_POST).into_iter().map(|link| link.1));
        let ids = sorted(ids);
        let doubles = post_doubles::doubles(snapshot, accounts, &ids);
        let ids = doubles.fold(ids);
        let [title, name, account] = doubles.columns(snapshot, &ids, [o::TITLE, o::SCHEMA_NAME, o::ORG_POST_IN]);
        let [level, function, role] = doubles.columns(snapshot, &ids, [o::LEVEL, o::FUNCTION, o::BUYING_ROLE]);
        let [rank, from, to] = doubles.columns(snapshot, &ids, [o::RANK, o::SCHEMA_START_DATE, o::SCHEMA_END_DATE]);
        let declared = |place: usize| Declared {
            level: concept(snapshot, level[place], "Level-", Level::from_name),
            function: concept(snapshot, function[place], "Function-", Function::from_name),
            role: concept(snapshot, role[place], "BuyingRole-", BuyingRole::from_name),
        };
        let text = |place: usize| match title[place].or(name[place]) {
            Some(id) => snapshot.text(id).trim().to_owned(),
            None => end_of_iri(&snapshot.text(ids[place])),
        };
        let rank_of = |id: &Option<Id>| {
            let number = snapshot.number((*id)?)?;
            i64::try_from(number).ok()
        };
        Self {
            iris: ids.par_iter().map(|id| snapshot.text(*id).into_owned()).collect(),
            titles: (0..ids.len()).into_par_iter().map(text).collect(),
            account: account.iter().map(|id| id.and_then(|id| accounts.index_of(id))).collect(),
            declared: (0..ids.len()).into_par_iter().map(declared).collect(),
            rank: rank.iter().map(rank_of).collect(),
            exists: (0..ids.len()).map(|place| known_by(snapshot, from[place], to[place], as_of)).collect(),
            ids,
            doubles,
        }
    }

    /// A post that names no account is in the one that its first membership names.
    fn place_by(&mut self, memberships: &[Membership]) {
        for membership in memberships {
            if let Some(account) = membership.post.map(|post| &mut self.account[post as usize]) {
                *account = account.or(membership.account);
            }
        }
    }

    /// The place of a post's id.
    pub fn index_of(&self, id: Id) -> Option<PostIndex> {
        place(&self.ids, self.doubles.main(id))
    }

    /// The post's title.
    pub fn title(&self, post: PostIndex) -> &str {
        &self.titles[post as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// A half-open span as it was known on a day: an end that lies later is open.
pub(super) fn known_by(snapshot: &Snapshot, from: Option<Id>, to: Option<Id>, as_of: Day) -> Interval {
    let day = |id: Option<Id>| id.and_then(|id| snapshot.day(id));
    Interval { from: day(from), to: day(to).filter(|to| *to <= as_of) }
}

pub(super) fn place(sorted: &[Id], id: Id) -> Option<u32> {
    sorted.binary_search(&id).ok().map(|place| place as u32)
}

fn sorted(mut ids: Vec<Id>) -> Vec<Id> {
    ids.par_sort_unstable();
    ids.dedup();
    ids
}

/// A concept by its IRI in our namespace, or by its plain name.
fn concept<T>(snapshot: &Snapshot, id: Option<Id>, prefix: &str, from_name: fn(&str) -> Option<T>) -> Option<T> {
    let text = snapshot.text(id?);
    let name = text.strip_prefix(o::KA).and_then(|rest| rest.strip_prefix(prefix)).unwrap_or(&text);
    from_name(name)
}
