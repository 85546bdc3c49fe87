//! A statement with everything before it, as the random numbers that it was generated from.

use crate::{
    choices::Choices,
    generate,
    schema::Backend,
    sets,
    trial::{self, Difference, Verdict},
    world::{Broken, Peopled, World},
};

/// A statement that can be run again, and shrunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The numbers of the schema and its rows.
    pub setting: Vec<u32>,
    /// The numbers of earlier statements whose writes were kept.
    pub before: Vec<Vec<u32>>,
    /// The numbers of the statement.
    pub statement: Vec<u32>,
    /// Whether the scope is one of two tenants.
    pub for_set: bool,
}

impl Case {
    /// Runs the statement in fresh databases.
    ///
    /// # Errors
    /// When a database fails.
    pub async fn run(&self, world: &mut World) -> Result<Verdict, Broken> {
        let mut peopled = self.people(world).await?;
        let mut choices = Choices::replay(self.statement.clone());
        let statement = generate::statement(&mut choices, &peopled.setting.schema);
        if self.for_set {
            return Ok(sets::run(&mut peopled, statement).await?.unwrap_or(Verdict::Agreed));
        }
        trial::run(&mut peopled, statement, false).await
    }

    /// Restores the databases to the state before the statement.
    ///
    /// # Errors
    /// When a database fails.
    pub async fn people<'w>(&self, world: &'w mut World) -> Result<Peopled<'w>, Broken> {
        let mut peopled = world.people(Choices::replay(self.setting.clone())).await?;
        for before in &self.before {
            let mut choices = Choices::replay(before.clone());
            let statement = generate::statement(&mut choices, &peopled.setting.schema);
            trial::run(&mut peopled, statement, true).await?;
        }
        Ok(peopled)
    }

    /// Whether the statement disagrees in this aspect.
    async fn differs(&self, world: &mut World, difference: Difference) -> bool {
        // A case that breaks the databases is not the one that is searched for.
        matches!(self.run(world).await, Ok(Verdict::Disagreed(found)) if found.difference == difference)
    }

    /// Returns the smallest case found that disagrees in the same aspect, with at most `tries` attempts.
    ///
    /// # Errors
    /// When the case itself does not disagree when it is run again.
    pub async fn shrink(
        mut self,
        world: &mut World,
        difference: Difference,
        mut tries: u32,
    ) -> Result<Self, Broken> {
        if !self.differs(world, difference).await {
            return Err(Broken::new("it does not differ when it is tried again".to_owned()));
        }
        let alone = Self { before: Vec::new(), ..self.clone() };
        if alone.differs(world, difference).await {
            self = alone;
        }
        let mut index = 0;
        while index < self.before.len() {
            let mut fewer = self.clone();
            fewer.before.remove(index);
            if fewer.differs(world, difference).await {
                self = fewer;
            } else {
                index += 1;
            }
        }
        loop {
            let before = self.clone();
            for part in [Part::Statement, Part::Setting] {
                self = self.shrink_part(world, difference, part, &mut tries).await;
            }
            if tries == 0 || self == before {
                return Ok(self);
            }
        }
    }

    async fn shrink_part(
        mut self,
        world: &mut World,
        difference: Difference,
        part: Part,
        tries: &mut u32,
    ) -> Self {
        for step in STEPS {
            let mut at = 0;
            while *tries > 0 && at < self.numbers(part).len() {
                let mut smaller = self.clone();
                if !step.apply(smaller.numbers(part), at) {
                    at += 1;
                    continue;
                }
                *tries -= 1;
                if smaller.differs(world, difference).await {
                    self = smaller;
                } else {
                    at += step.width();
                }
            }
        }
        self
    }

    fn numbers(&mut self, part: Part) -> &mut Vec<u32> {
        match part {
            Part::Statement => &mut self.statement,
            Part::Setting => &mut self.setting,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Statement,
    Setting,
}

/// A way to shrink a list of numbers at a position.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Removes everything from there.
    Cut,
    /// Removes this many numbers.
    Remove(usize),
    /// Sets this many numbers to 0.
    Zero(usize),
    /// Halves the number.
    Halve,
    /// Decrements the number.
    Decrease,
}

const STEPS: &[Step] = &[
    Step::Cut,
    Step::Zero(32),
    Step::Remove(32),
    Step::Zero(8),
    Step::Remove(8),
    Step::Remove(3),
    Step::Remove(2),
    Step::Remove(1),
    Step::Zero(1),
    Step::Halve,
    Step::Decrease,
];

impl Step {
    fn width(self) -> usize {
        match self {
            Self::Remove(count) | Self::Zero(count) => count.div_ceil(2),
            // Later passes cut at fewer positions.
            Self::Cut => 8,
            Self::Halve | Self::Decrease => 1,
        }
    }

    /// Shrinks `numbers` at `at`; false if that changes nothing.
    fn apply(self, numbers: &mut Vec<u32>, at: usize) -> bool {
        let before = numbers.clone();
        match self {
            Self::Cut => numbers.truncate(at),
            Self::Remove(count) => {
                if at + count > numbers.len() {
                    return false;
                }
                numbers.drain(at..at + count);
            }
            Self::Zero(count) => numbers.iter_mut().skip(at).take(count).for_each(|number| *number = 0),
            Self::Halve => numbers[at] /= 2,
            Self::Decrease => numbers[at] = numbers[at].saturating_sub(1),
        }
        *numbers != before
    }
}

/// The numbers of the schema and rows of a round.
pub fn setting_choices(seed: u64, round: u64) -> Choices {
    Choices::seeded(mix(mix(seed) ^ round))
}

/// The numbers of a statement of a round.
pub fn statement_choices(seed: u64, round: u64, index: u64) -> Choices {
    Choices::seeded(mix(mix(mix(seed) ^ round) ^ (index + 1)))
}

/// Spreads the bits of a number, so that neighbouring seeds are unrelated.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 27)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 29)
}

/// The name of an engine on the command line.
pub fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
        Backend::MariaDb => "mariadb",
    }
}
