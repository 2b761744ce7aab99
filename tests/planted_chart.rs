//! Structural importance on planted charts of several sizes: who dominates the approver, whose loss cuts the chain in two,
//! who lies between others, and how complete the chart is, each beside a definition that is tried out post by post.

use std::collections::{BTreeMap, BTreeSet};

use kagraph::discovery::decision_chain::DecisionChain;
use kagraph::discovery::market::Market;
use kagraph::discovery::relations::Relations;
use kagraph::model::Day;
use kagraph::settings::Settings;
use kagraph::synthetic::dice::{Dice, Part};
use oxigraph::io::{RdfFormat, RdfParser};

use crate::support::snapshot;

/// A chart as it is planted: who reports to whom, who is met by ours, which posts are empty.
struct Planted {
    /// Superiors of each post; post 0 is the head, who signs.
    above: Vec<Vec<usize>>,
    met: BTreeSet<usize>,
    empty: BTreeSet<usize>,
}

impl Planted {
    /// A tree, some of whose posts report to a second one as well.
    fn new(n_posts: usize, seed: u64) -> Self {
        let mut dice = Dice::of(seed, Part::Chart, n_posts as u64);
        let mut above = vec![Vec::new()];
        for post in 1..n_posts {
            // the posts before it in the list: never a circle
            let mut superiors = vec![post - 1 - dice.below(post.min(4))];
            if dice.below(4) == 0 {
                superiors.push(dice.below(post));
            }
            superiors.dedup();
            above.push(superiors);
        }
        let mut one_of = |n: usize| (1..n_posts).filter(|_| dice.below(n) == 0).collect::<BTreeSet<usize>>();
        let (met, empty) = (one_of(5), one_of(6));
        Self { above, met: met.difference(&empty).copied().collect(), empty }
    }

    fn turtle(&self) -> String {
        let mut text = String::from(
            "@prefix id: <https://w3id.org/kagraph/id/> . @prefix ka: <https://w3id.org/kagraph/ns#> .
             @prefix org: <http://www.w3.org/ns/org#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
             @prefix schema: <https://schema.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
             id:North a ka:Account ; schema:name 'North' . id:Eve a ka:Employee ; foaf:name 'Eve' .",
        );
        for (post, superiors) in self.above.iter().enumerate() {
            let title = if post == 0 { "Chief Executive Officer" } else { "Clerk" };
            text += &format!("id:post{post:03} a org:Post ; ka:title '{title}' ; org:postIn id:North .");
            for above in superiors {
                text += &format!("id:post{post:03} org:reportsTo id:post{above:03} .");
            }
            if !self.empty.contains(&post) {
                text += &format!(
                    "id:p{post:03} a foaf:Person ; foaf:name 'P {post}' . id:m{post:03} a org:Membership ;
                     org:member id:p{post:03} ; ka:inPost id:post{post:03} ; schema:startDate '2020-01-01'^^xsd:date ."
                );
            }
            if self.met.contains(&post) {
                text += &format!(
                    "id:i{post:03} a ka:Interaction ; ka:employee id:Eve ; ka:contact id:p{post:03} ;
                     ka:date '2025-06-29'^^xsd:date ; ka:channel 'meeting' ."
                );
            }
        }
        text
    }

    /// Whether the head is reached from any of the roots on ways that do not use a post.
    fn reaches_head(&self, roots: &[usize], without: usize) -> bool {
        let mut open: Vec<usize> = roots.iter().copied().filter(|root| *root != without).collect();
        let mut seen: BTreeSet<usize> = open.iter().copied().collect();
        while let Some(post) = open.pop() {
            let next = self.above[post].iter().copied().filter(|it| *it != without);
            open.extend(next.filter(|it| seen.insert(*it)).collect::<Vec<_>>());
        }
        seen.contains(&0)
    }

    /// Where ways begin: who is met, else who has nobody below.
    fn roots(&self) -> Vec<usize> {
        let met: Vec<usize> = self.met.iter().copied().collect();
        let has_below: BTreeSet<usize> = self.above.iter().flatten().copied().collect();
        if met.is_empty() { (1..self.above.len()).filter(|it| !has_below.contains(it)).collect() } else { met }
    }

    /// Into how many pieces the chart falls without a post.
    fn n_pieces(&self, without: Option<usize>) -> usize {
        let mut piece: Vec<usize> = (0..self.above.len()).collect();
        for (post, superiors) in self.above.iter().enumerate() {
            for above in superiors {
                if Some(post) != without && Some(*above) != without {
                    let (from, to) = (piece[post], piece[*above]);
                    piece.iter_mut().filter(|it| **it == from).for_each(|it| *it = to);
                }
            }
        }
        let posts = (0..piece.len()).filter(|post| Some(*post) != without);
        posts.map(|post| piece[post]).collect::<BTreeSet<_>>().len()
    }

    /// On how many shortest ways between two others each post lies, every pair counted once, along lines both ways.
    fn between(&self) -> Vec<f64> {
        let n = self.above.len();
        let mut beside = vec![BTreeSet::new(); n];
        for (post, superiors) in self.above.iter().enumerate() {
            for above in superiors {
                beside[post].insert(*above);
                beside[*above].insert(post);
            }
        }
        // distances and numbers of shortest ways from each post
        let from = |start: usize| {
            let (mut far, mut ways) = (vec![usize::MAX; n], vec![0.0; n]);
            (far[start], ways[start]) = (0, 1.0);
            let mut level = vec![start];
            while !level.is_empty() {
                let mut next = BTreeSet::new();
                for post in level {
                    for other in &beside[post] {
                        if far[*other] == usize::MAX {
                            far[*other] = far[post] + 1;
                        }
                        if far[*other] == far[post] + 1 {
                            ways[*other] += ways[post];
                            next.insert(*other);
                        }
                    }
                }
                level = next.into_iter().collect();
            }
            (far, ways)
        };
        let all: Vec<_> = (0..n).map(from).collect();
        let share = |middle: usize, one: usize, other: usize| {
            let on_way = all[one].0[middle] + all[middle].0[other] == all[one].0[other];
            if on_way { all[one].1[middle] * all[middle].1[other] / all[one].1[other] } else { 0.0 }
        };
        let of = |middle: usize| {
            let others = (0..n).filter(|it| *it != middle);
            let pairs = others.flat_map(|one| (one + 1..n).filter(move |it| *it != middle).map(move |it| (one, it)));
            pairs.map(|(one, other)| share(middle, one, other)).sum()
        };
        (0..n).map(of).collect()
    }
}

fn chain(planted: &Planted) -> DecisionChain {
    let text = planted.turtle();
    let quads: Vec<_> = RdfParser::from_format(RdfFormat::Turtle).for_slice(&text).map(Result::unwrap).collect();
    let settings = Settings::load(None).unwrap().discovery;
    let market = Market::read(&snapshot(&quads), Day::from_ymd(2025, 6, 30).unwrap(), &settings.market);
    let relations = Relations::read(&market, &settings.relations);
    relations.chain_on(market.accounts.indexes().next().unwrap(), market.as_of)
}

#[test]
fn who_can_stop_us_in_a_planted_chart_is_who_cannot_be_gone_round() {
    for (n_posts, seed) in [(4, 1), (12, 2), (12, 3), (40, 4), (40, 5), (120, 6), (300, 7)] {
        let (planted, title) = (Planted::new(n_posts, seed), format!("{n_posts} posts, seed {seed}"));
        let chain = chain(&planted);
        assert_eq!((chain.links.len(), chain.approver), (n_posts, Some(0)), "{title}");
        let found = |is: fn(&kagraph::discovery::decision_chain::Link) -> bool| -> BTreeSet<usize> {
            (0..n_posts).filter(|post| is(&chain.links[*post])).collect()
        };
        let roots = planted.roots();
        let dominators: BTreeSet<usize> = (1..n_posts).filter(|post| !planted.reaches_head(&roots, *post)).collect();
        assert_eq!(found(|link| link.is_dominator), dominators, "dominators, {title}");
        let whole = planted.n_pieces(None);
        let cuts: BTreeSet<usize> = (0..n_posts).filter(|post| planted.n_pieces(Some(*post)) > whole).collect();
        assert_eq!(found(|link| link.is_articulation), cuts, "articulation points, {title}");
        let marked = (1..n_posts).filter(|post| dominators.contains(post) && cuts.contains(post));
        let plain = (1..n_posts).filter(|post| !dominators.contains(post) && !cuts.contains(post));
        let most_plain = plain.map(|post| chain.links[post].importance).fold(0.0, f64::max);
        assert!(marked.into_iter().all(|post| chain.links[post].importance > most_plain), "importance, {title}");
    }
}

#[test]
fn who_lies_between_others_in_a_planted_chart_is_counted_exactly() {
    for (n_posts, seed) in [(4, 1), (12, 2), (40, 4), (120, 6)] {
        let planted = Planted::new(n_posts, seed);
        let chain = chain(&planted);
        let n_pairs = ((n_posts - 1) * (n_posts - 2) / 2) as f64;
        for (post, (link, expected)) in chain.links.iter().zip(planted.between()).enumerate() {
            let found = link.between * n_pairs;
            assert!((found - expected).abs() < 1e-6, "post {post} of {n_posts}: {found} instead of {expected}");
        }
    }
}

#[test]
fn how_complete_a_planted_chart_is_is_what_was_planted() {
    for (n_posts, seed) in [(12, 2), (40, 4), (120, 6), (300, 7)] {
        let planted = Planted::new(n_posts, seed);
        let chain = chain(&planted);
        let n_held = n_posts - planted.empty.len();
        assert!(n_held < n_posts, "nothing is missing in a chart of {n_posts}");
        assert!((chain.completeness.held - n_held as f64 / n_posts as f64).abs() < 1e-12);
        assert!((chain.completeness.reporting - 1.0).abs() < 1e-12);
        assert!(chain.completeness.has_approver && chain.completeness.has_level[0]);
        let mut without: BTreeMap<usize, Vec<usize>> = planted.above.iter().cloned().enumerate().collect();
        let n_cut = n_posts / 3;
        without.iter_mut().filter(|it| (1..=n_cut).contains(it.0)).for_each(|it| it.1.clear());
        let cut = Planted { above: without.into_values().collect(), ..planted };
        let reporting = self::chain(&cut).completeness.reporting;
        assert!((reporting - (n_posts - 1 - n_cut) as f64 / (n_posts - 1) as f64).abs() < 1e-12, "{reporting}");
    }
}
