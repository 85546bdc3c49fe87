//! Joins, nested.

use super::{
    Class, Generator,
    from::Joined,
    scope::{Col, Named, Rel, Ty},
};

/// The kind of a join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Inner,
    Left,
    Cross,
    Right,
    Full,
    Straight,
    WithoutOn,
}

impl Generator<'_> {
    /// A sequence of joined sources, some of them joins in parentheses.
    pub(super) fn join_tree(&mut self, depth: u32) -> Joined {
        let percent = match self.focus {
            Class::SelectFlat => 0,
            Class::SelectJoins => 70,
            _ => 30,
        };
        let mut left = self.operand(depth, percent);
        let mut joins = 0;
        while joins < 4 && self.choices.chance(percent) && self.spend() {
            let (joined, may_go_on) = self.join(left, depth);
            left = joined;
            if !may_go_on {
                break;
            }
            joins += 1;
        }
        left
    }

    /// One side of a join.
    fn operand(&mut self, depth: u32, percent: u32) -> Joined {
        let nested = if self.focus == Class::SelectJoins { 22 } else { 12 };
        if depth == 0 || percent == 0 || !self.choices.chance(nested) || !self.spend() {
            return self.factor(depth);
        }
        // SQLite gives the columns of such a join in parentheses names that differ from run to run.
        let may_merge = self.may_merge;
        self.may_merge &= !self.backend().is_sqlite();
        let left = self.factor(depth - 1);
        let (mut joined, may_go_on) = self.join(left, depth - 1);
        if may_go_on && self.choices.chance(30) {
            joined = self.join(joined, depth - 1).0;
        }
        self.may_merge = may_merge;
        joined.sql = format!("({})", joined.sql);
        joined
    }

    fn kind(&mut self) -> Kind {
        let weights = [
            (Kind::Inner, 40),
            (Kind::Left, 35),
            (Kind::Right, if self.backend().is_sqlite() { 1 } else { 12 }),
            (Kind::Cross, if self.may_cross() { 6 } else { 0 }),
            (
                Kind::Full,
                [0, 1, 8]
                    [usize::from(self.backend().has_full_join()) + usize::from(self.backend().is_postgres())],
            ),
            (Kind::Straight, if self.backend().is_mariadb() { 6 } else { 0 }),
            (Kind::WithoutOn, if self.backend().has_join_without_on() && self.may_cross() { 2 } else { 0 }),
        ];
        let mut at = self.choices.below(weights.iter().map(|(_, weight)| weight).sum());
        for (kind, weight) in weights {
            if at < weight {
                let is_refused = self.backend().is_sqlite() && matches!(kind, Kind::Right | Kind::Full);
                return if is_refused && !self.choices.chance(30) { Kind::Inner } else { kind };
            }
            at -= weight;
        }
        Kind::Inner
    }

    /// Joins one more source; returns whether another join may follow.
    fn join(&mut self, left: Joined, depth: u32) -> (Joined, bool) {
        let kind = self.kind();
        let may_be_lateral = matches!(kind, Kind::Inner | Kind::Left | Kind::Cross);
        if may_be_lateral && self.backend().is_postgres() && self.choices.chance(8) {
            let right = self.lateral(&left.rels);
            let (words, on) = match kind {
                Kind::Left => ("LEFT JOIN", " ON TRUE"),
                Kind::Inner => ("JOIN", " ON TRUE"),
                _ => ("CROSS JOIN", ""),
            };
            return (put_together(left, right, words, on), true);
        }
        let right = self.operand(depth, 30);
        let words = match kind {
            Kind::Inner => *self.choices.pick(&["JOIN", "INNER JOIN"]),
            Kind::Left => *self.choices.pick(&["LEFT JOIN", "LEFT OUTER JOIN"]),
            Kind::Right => *self.choices.pick(&["RIGHT JOIN", "RIGHT OUTER JOIN"]),
            Kind::Full => *self.choices.pick(&["FULL JOIN", "FULL OUTER JOIN"]),
            Kind::Cross => "CROSS JOIN",
            Kind::WithoutOn => *self.choices.pick(&["JOIN", "INNER JOIN"]),
            Kind::Straight => "STRAIGHT_JOIN",
        };
        if matches!(kind, Kind::Cross | Kind::WithoutOn) {
            self.crosses += 1;
            // What follows would be parsed as part of its condition.
            let may_go_on = kind == Kind::Cross || self.choices.chance(3);
            return (put_together(left, right, words, ""), may_go_on);
        }
        if kind != Kind::Straight && self.may_merge && self.choices.chance(12) {
            let by = self.common_columns(&left, &right);
            if let Some((is_natural, by)) = by {
                return (self.merged(left, right, words, is_natural, &by), true);
            }
        }
        let on = self.on(&left, &right, kind);
        (put_together(left, right, words, &on), true)
    }

    /// ` ON …` for two sources.
    fn on(&mut self, left: &Joined, right: &Joined, kind: Kind) -> String {
        // SQLite looks up a column in the whole FROM clause, including later joins.
        let bare = self.may_be_bare;
        self.may_be_bare &= !self.backend().is_sqlite();
        let before = self.scopes.len();
        self.scopes.push(left.rels.iter().chain(&right.rels).cloned().collect());
        let equal = self.equality(&left.rels, &right.rels);
        let on = match self.choices.below(if kind == Kind::Full { 1 } else { 12 }) {
            0..=6 => equal,
            7 | 8 => format!("{equal} AND {}", self.condition(1)),
            9 => format!("({equal}) AND ({} OR {})", self.condition(0), self.condition(1)),
            10 => format!("{equal} AND {} OR {equal} AND {}", self.comparison(0), self.comparison(0)),
            _ if self.may_cross() => {
                self.crosses += 1;
                self.condition(1)
            }
            _ => equal,
        };
        self.scopes.truncate(before);
        self.may_be_bare = bare;
        format!(" ON {on}")
    }

    /// The condition with which programs join these: a reference, or the keys.
    fn equality(&mut self, left: &[Rel], right: &[Rel]) -> String {
        let mut pairs: Vec<(Named, Named)> = Vec::new();
        for (one, other) in left.iter().flat_map(|one| right.iter().map(move |other| (one, other))) {
            for (child, parent) in [(one, other), (other, one)] {
                pairs.extend(self.reference_pair(child, parent));
            }
        }
        if pairs.is_empty() || self.choices.chance(15) {
            let ints = |rels: &[Rel]| -> Vec<Named> {
                let cols = rels.iter().flat_map(|rel| rel.cols.iter().map(move |col| (rel, col)));
                cols.filter(|(_, col)| col.ty == Ty::Int && !col.is_tenant)
                    .map(|(rel, col)| Named { source: rel.name.clone(), col: col.clone() })
                    .collect()
            };
            let (ours, theirs) = (ints(left), ints(right));
            if ours.is_empty() || theirs.is_empty() {
                return "1 = 1".to_owned();
            }
            pairs = vec![(self.choices.pick(&ours).clone(), self.choices.pick(&theirs).clone())];
        }
        let (one, other) = self.choices.pick(&pairs).clone();
        format!("{} = {}", self.reference(&one), self.reference(&other))
    }

    fn reference_pair(&self, child: &Rel, parent: &Rel) -> Option<(Named, Named)> {
        let (table, target) = (child.table?, parent.table?);
        let key = self.schema.tables[table].parents.iter().find(|key| key.parent == target)?;
        let named = |rel: &Rel, col: &Col| Named { source: rel.name.clone(), col: col.clone() };
        Some((named(child, child.has(&key.column)?), named(parent, parent.cols.get(parent.key?)?)))
    }

    /// Columns of the same name to join by, and whether they are all of those.
    fn common_columns(&mut self, left: &Joined, right: &Joined) -> Option<(bool, Vec<Col>)> {
        let count = |cols: &[Col], name: &str| cols.iter().filter(|col| col.name == name).count();
        let shared: Vec<(Col, bool)> = left
            .visible
            .iter()
            .filter_map(|col| {
                let other = right.visible.iter().find(|other| other.name == col.name)?;
                let is_alone = count(&left.visible, &col.name) == 1 && count(&right.visible, &col.name) == 1;
                Some((col.clone(), is_alone && other.ty == col.ty && col.ty != Ty::Fraction))
            })
            .collect();
        let usable: Vec<Col> =
            shared.iter().filter(|(_, usable)| *usable).map(|(col, _)| col.clone()).collect();
        if usable.is_empty() {
            return None;
        }
        let is_natural = usable.len() == shared.len() && self.choices.chance(50);
        let by: Vec<Col> = if is_natural {
            usable
        } else {
            let first = self.choices.pick(&usable).clone();
            usable.into_iter().filter(|col| col.name == first.name || self.choices.chance(40)).collect()
        };
        Some((is_natural, by))
    }

    /// Joins by columns of the same name.
    fn merged(&mut self, left: Joined, right: Joined, words: &str, is_natural: bool, by: &[Col]) -> Joined {
        let is_by = |col: &Col| by.iter().any(|by| by.name == col.name);
        let mut visible: Vec<Col> = by.to_vec();
        visible.extend(left.visible.iter().chain(&right.visible).filter(|col| !is_by(col)).cloned());
        let (words, using) = if is_natural {
            (format!("NATURAL {words}"), String::new())
        } else {
            let names: Vec<String> = by.iter().map(|col| self.name(&col.name)).collect();
            (words.to_owned(), format!(" USING ({})", names.join(", ")))
        };
        let mut joined = put_together(left, right, &words, &using);
        joined.visible = visible;
        joined.is_merged = true;
        joined
    }
}

fn put_together(mut left: Joined, mut right: Joined, words: &str, on: &str) -> Joined {
    left.sql = format!("{} {words} {}{on}", left.sql, right.sql);
    left.rels.append(&mut right.rels);
    left.visible.append(&mut right.visible);
    left.is_join = true;
    left.is_merged |= right.is_merged;
    left
}
