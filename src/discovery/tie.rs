//! How well one of ours knows one of theirs, from their interactions.
//!
//! Comes in: interactions up to a day, sorted. Leaves: a [`Tie`] for every pair that ever dealt with each other. Never
//! guesses from titles or accounts. Costs one pass, pairs in parallel, each summed in the order of its days.
//!
//! With *age* in days, *w* the channel's weight and *h* the half-life, and 2^(−age/h) the decay:
//!
//! - recency R = decay of the last interaction,
//! - frequency F = m / (m + k), m = Σ w·decay, k the mass at which half is reached,
//! - reciprocity Q = 2·min(in, out) / (in + out) of the decayed masses each way; what does not say who began it counts
//!   half each way,
//! - breadth B = number of distinct channels / 3, at most 1.
//!
//! strength = √(R·F) · (1 − q − b + q·Q + b·B), in [0, 1]. The geometric mean wants both: one fresh mail is no
//! relationship, and neither are a hundred old ones. (Recency and frequency after Granovetter 1973, Gilbert and
//! Karahalios 2009.)

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use rayon::prelude::*;
use serde::Deserialize;

use crate::discovery::derived::Derived;
use crate::discovery::market::{Channel, Interaction, People, PersonIndex};
use crate::model::Day;
use crate::ontology as o;

/// How strength is computed.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// After so many days an interaction counts half.
    pub half_life_days: f64,
    /// The decayed mass of interactions at which frequency reaches one half.
    pub half_mass: f64,
    /// Weight of a meeting or visit.
    pub meeting: f64,
    /// Weight of a call.
    pub call: f64,
    /// Weight of a mail or message.
    pub mail: f64,
    /// Weight of anything else.
    pub other: f64,
    /// Share of the strength that only reciprocity gives.
    pub reciprocity: f64,
    /// Share of the strength that only several channels give.
    pub breadth: f64,
}

/// How well one of ours knows one of theirs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tie {
    /// Our employee.
    pub employee: PersonIndex,
    /// Their contact.
    pub contact: PersonIndex,
    /// In [0, 1].
    pub strength: f64,
    /// Day of the last interaction.
    pub last: Day,
    /// Run of places in [`People::interactions`].
    pub start: u32,
    /// Place after the last.
    pub end: u32,
}

/// All ties of a market.
#[derive(Clone, Debug, Default)]
pub struct Ties {
    /// Sorted by employee and contact.
    pub ties: Vec<Tie>,
    by_contact: Vec<u32>,
}

/// How many channels make full breadth.
const FULL_BREADTH: f64 = 3.0;

impl Ties {
    /// The ties of all pairs as of a day.
    pub fn read(people: &People, as_of: Day, settings: &Settings) -> Self {
        let all = &people.interactions;
        let mut starts = Vec::new();
        for place in 0..all.len() {
            let pair = |it: &Interaction| (it.employee, it.contact);
            if place == 0 || pair(&all[place]) != pair(&all[place - 1]) {
                starts.push(place);
            }
        }
        let end = |at: usize| starts.get(at + 1).copied().unwrap_or(all.len());
        let tie = |at: usize| tie(&all[starts[at]..end(at)], starts[at], as_of, settings);
        let ties: Vec<Tie> = (0..starts.len()).into_par_iter().filter_map(tie).collect();
        let mut by_contact: Vec<u32> = (0..ties.len() as u32).collect();
        by_contact.sort_by_key(|place| (ties[*place as usize].contact, *place));
        Self { ties, by_contact }
    }

    /// The ties of a contact, in the order of our employees.
    pub fn of_contact(&self, contact: PersonIndex) -> impl Iterator<Item = &Tie> {
        let key = |place: &u32| self.ties[*place as usize].contact;
        let start = self.by_contact.partition_point(|place| key(place) < contact);
        let end = self.by_contact.partition_point(|place| key(place) <= contact);
        self.by_contact[start..end].iter().map(|place| &self.ties[*place as usize])
    }

    /// The strongest tie of anybody still with us to a contact; of equals the first employee.
    pub fn best(&self, people: &People, contact: PersonIndex) -> Option<&Tie> {
        let ours = self.of_contact(contact).filter(|tie| people.persons.is_ours(tie.employee));
        ours.max_by(|one, other| one.strength.total_cmp(&other.strength).then(other.employee.cmp(&one.employee)))
    }

    /// All ties of at least a strength as statements for the graph: a `ka:Tie` with `ka:employee`, `ka:contact`,
    /// `ka:strength` and `ka:latest`, in the order of employee and contact. The same two persons give the same IRI.
    pub fn derived(&self, people: &People, at_least: f64) -> Vec<Derived> {
        self.ties.iter().filter(|tie| tie.strength >= at_least).flat_map(|tie| said(people, tie)).collect()
    }
}

impl Tie {
    /// How strong the tie was on a day not after that of the ties: 0 before the first interaction.
    pub fn strength_on(&self, people: &People, day: Day, settings: &Settings) -> f64 {
        let run = &people.interactions[self.start as usize..self.end as usize];
        let n_before = run.partition_point(|it| it.day <= day);
        tie(&run[..n_before], self.start as usize, day, settings).map_or(0.0, |tie| tie.strength)
    }
}

fn said(people: &People, tie: &Tie) -> [Derived; 5] {
    let (employee, contact) = (people.persons.iri(tie.employee), people.persons.iri(tie.contact));
    let hash = blake3::hash(format!("{employee}\n{contact}").as_bytes()).to_hex();
    let subject = format!("{}tie/{}", o::ID, &hash[..16]);
    let node = |iri: &str| Term::from(NamedNode::new_unchecked(iri));
    let typed = |text: String, datatype| Term::from(Literal::new_typed_literal(text, datatype));
    let say = |predicate, object| Derived { subject: subject.clone(), predicate, object };
    [
        say(o::RDF_TYPE, o::TIE.into_owned().into()),
        say(o::EMPLOYEE_IN, node(employee)),
        say(o::CONTACT_IN, node(contact)),
        say(o::STRENGTH, typed(format!("{:.4}", tie.strength), xsd::DECIMAL)),
        say(o::LATEST, typed(tie.last.to_string(), xsd::DATE)),
    ]
}

fn tie(run: &[Interaction], start: usize, as_of: Day, settings: &Settings) -> Option<Tie> {
    let last = run.last()?;
    let decay = |day: Day| (-f64::from((as_of - day).max(0)) / settings.half_life_days * std::f64::consts::LN_2).exp();
    let (mut inbound, mut outbound) = (0.0, 0.0);
    for it in run {
        let mass = settings.weight(it.channel) * decay(it.day);
        let share = it.is_inbound.map_or(0.5, |is| if is { 1.0 } else { 0.0 });
        inbound += mass * share;
        outbound += mass * (1.0 - share);
    }
    let mass = inbound + outbound;
    let frequency = mass / (mass + settings.half_mass);
    let reciprocity = if mass > 0.0 { 2.0 * f64::min(inbound, outbound) / mass } else { 0.0 };
    let mut channels: Vec<Channel> = run.iter().map(|it| it.channel).collect();
    channels.sort_unstable();
    channels.dedup();
    let breadth = (channels.len() as f64 / FULL_BREADTH).min(1.0);
    let both = settings.reciprocity * reciprocity + settings.breadth * breadth;
    let strength = (decay(last.day) * frequency).sqrt() * (1.0 - settings.reciprocity - settings.breadth + both);
    let (start, end) = (start as u32, (start + run.len()) as u32);
    let (employee, contact) = (last.employee, last.contact);
    Some(Tie { employee, contact, strength: strength.clamp(0.0, 1.0), last: last.day, start, end })
}

impl Settings {
    fn weight(&self, channel: Channel) -> f64 {
        match channel {
            Channel::Meeting => self.meeting,
            Channel::Call => self.call,
            Channel::Mail => self.mail,
            Channel::Other => self.other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::trial::{TODAY, Trial, settings};

    fn strength(dealings: &[(&str, &str, &str)]) -> f64 {
        let base = Trial::default().say("id:e a ka:Employee . id:c a foaf:Person .");
        let trial = dealings.iter().enumerate().fold(base, |trial, (n, (day, channel, inbound))| {
            trial.say(&format!(
                "id:i{n} a ka:Interaction ; ka:employee id:e ; ka:contact id:c ; ka:date '{day}'^^xsd:date ;
                 ka:channel '{channel}' {inbound} ."
            ))
        });
        let market = trial.market_on(TODAY);
        let ties = Ties::read(&market.people, market.as_of, &settings().relations.tie);
        ties.ties.first().map_or(0.0, |tie| tie.strength)
    }

    #[test]
    fn fresher_more_frequent_mutual_and_varied_dealings_make_a_stronger_tie() {
        let old = strength(&[("2024-06-01", "call", "")]);
        let fresh = strength(&[("2025-06-01", "call", "")]);
        let twice = strength(&[("2025-05-20", "call", ""), ("2025-06-01", "call", "")]);
        let varied = strength(&[("2025-05-20", "meeting", ""), ("2025-06-01", "call", "")]);
        assert!(old < fresh && fresh < twice && twice < varied && varied < 1.0);
        let (one_way, back) = ("; ka:isInbound false", "; ka:isInbound true");
        let alone = strength(&[("2025-05-20", "mail", one_way), ("2025-06-01", "mail", one_way)]);
        let mutual = strength(&[("2025-05-20", "mail", one_way), ("2025-06-01", "mail", back)]);
        assert!(alone < mutual);
        assert_eq!(strength(&[]), 0.0);
    }

    #[test]
    fn the_formula_holds_for_one_meeting_today() {
        // R = 1, F = 1 / (1 + 3), Q = 1, B = 1/3
        let expected = 0.25f64.sqrt() * (0.7 + 0.2 + 0.1 / 3.0);
        assert!((strength(&[(TODAY, "meeting", "")]) - expected).abs() < 1e-12);
    }

    #[test]
    fn what_comes_later_makes_no_tie() {
        assert_eq!(strength(&[("2025-07-01", "meeting", "")]), 0.0);
    }

    #[test]
    fn a_tie_is_said_as_a_thing_of_its_own() {
        let trial = Trial::default().say(
            "id:e a ka:Employee . id:c a foaf:Person .
             id:i a ka:Interaction ; ka:employee id:e ; ka:contact id:c ; ka:date '2025-06-30'^^xsd:date .",
        );
        let market = trial.market_on(TODAY);
        let ties = Ties::read(&market.people, market.as_of, &settings().relations.tie);
        let said = ties.derived(&market.people, 0.0);
        assert_eq!(said.len(), 5);
        assert!(said.iter().all(|it| it.subject == said[0].subject && it.subject.starts_with(o::ID)));
        assert!(ties.derived(&market.people, 0.99).is_empty());
    }
}
