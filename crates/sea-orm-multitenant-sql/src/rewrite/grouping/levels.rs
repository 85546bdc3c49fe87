//! How tightly each engine's grammar binds: the tables of precedence, and what may stand between two modes of a session.

use crate::engine::Engine;
use sqlparser::ast::{BinaryOperator, UnaryOperator};

/// Which of two neighbours of one level takes the operand between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Left,
    Right,
    /// The engine rejects them side by side.
    Neither,
}

/// How tightly something binds: the higher, the tighter. A range where the session's modes decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    loosest: u8,
    tightest: u8,
    takes: Takes,
}

const fn left(level: u8) -> Level {
    Level { loosest: level, tightest: level, takes: Takes::Left }
}

const fn right(level: u8) -> Level {
    Level { loosest: level, tightest: level, takes: Takes::Right }
}

const fn neither(level: u8) -> Level {
    Level { loosest: level, tightest: level, takes: Takes::Neither }
}

impl Level {
    /// Whether an operator of this level takes the operand that another of level `next` follows.
    pub(super) fn takes_before(self, next: Self) -> bool {
        self.loosest > next.tightest || self == next && self.takes == Takes::Left
    }

    /// Whether an operator of this level leaves the operand behind it to another of level `next`.
    pub(super) fn leaves_to(self, next: Self) -> bool {
        self.tightest < next.loosest || self == next && self.takes == Takes::Right
    }
}

/// The levels of one engine. What an engine does not have is refused by name elsewhere.
#[derive(Debug)]
pub(super) struct Levels {
    or: Level,
    xor: Level,
    pub(super) and: Level,
    pub(super) not: Level,
    pub(super) is: Level,
    equality: Level,
    order: Level,
    pub(super) between: Level,
    pub(super) in_: Level,
    pub(super) like: Level,
    pub(super) escape: Level,
    /// Every operator of PostgreSQL that has no level of its own.
    other: Level,
    bit_or: Level,
    bit_and: Level,
    shift: Level,
    plus: Level,
    times: Level,
    power: Level,
    concat: Level,
    json: Level,
    pub(super) time_zone: Level,
    pub(super) collate: Level,
    sign: Level,
    bit_not: Level,
    pub(super) cast: Level,
    /// What takes nothing but the two rows beside it.
    overlaps: Level,
    /// NOT before IN, LIKE, BETWEEN and NULL, where it is a token of its own.
    pub(super) negated: Option<Level>,
    /// Whether NULL after IS is an operand, so that more may follow.
    pub(super) null_is_operand: bool,
    /// Whether INTERVAL is part of an addition, and no operand.
    pub(super) adds_intervals: bool,
    /// From what binds loosest to what binds tightest.
    pub(super) unknown: Level,
}

const UNKNOWN: Level = Level { loosest: 0, tightest: u8::MAX, takes: Takes::Neither };
const TIGHTEST: Level = left(100);

/// `parse.y` of SQLite: its `%left`, `%right` and the rules with `[…]`; the page "SQL Language Expressions" agrees.
static SQLITE: Levels = Levels {
    or: left(1),
    xor: UNKNOWN,
    and: left(2),
    not: right(3),
    is: left(4),
    equality: left(4),
    order: left(5),
    between: left(4),
    in_: left(4),
    like: left(4),
    escape: right(6),
    other: UNKNOWN,
    bit_or: left(7),
    bit_and: left(7),
    shift: left(7),
    plus: left(8),
    times: left(9),
    power: UNKNOWN,
    concat: left(10),
    json: left(10),
    time_zone: UNKNOWN,
    collate: left(11),
    sign: right(12),
    bit_not: right(12),
    cast: UNKNOWN,
    overlaps: UNKNOWN,
    negated: Some(right(3)),
    null_is_operand: true,
    adds_intervals: false,
    unknown: UNKNOWN,
};

/// `gram.y` of PostgreSQL 15; the manual's table is 4.1.6.
static POSTGRES: Levels = Levels {
    or: left(1),
    xor: UNKNOWN,
    and: left(2),
    not: right(3),
    is: neither(4),
    equality: neither(5),
    order: neither(5),
    between: neither(6),
    in_: neither(6),
    like: neither(6),
    escape: neither(7),
    other: left(8),
    bit_or: left(8),
    bit_and: left(8),
    shift: left(8),
    plus: left(9),
    times: left(10),
    power: left(11),
    concat: left(8),
    json: left(8),
    time_zone: left(12),
    collate: left(13),
    sign: right(14),
    bit_not: left(8),
    cast: left(16),
    overlaps: TIGHTEST,
    negated: None,
    null_is_operand: false,
    adds_intervals: false,
    unknown: UNKNOWN,
};

/// `sql_yacc.yy` of MySQL 8 and MariaDB 10.11, where they agree; the manual's table is 12.4.1. Where MySQL takes only
/// smaller operands than MariaDB, it rejects the rest.
///
/// `||` is OR, or under `PIPES_AS_CONCAT` tighter than `^`. `HIGH_NOT_PRECEDENCE` lets NOT take less: nothing that a
/// scope decides depends on what a NOT takes, and the text goes out as it came.
static MYSQL: Levels = Levels {
    or: left(1),
    xor: left(2),
    and: left(3),
    not: right(4),
    is: left(5),
    equality: left(5),
    order: left(5),
    between: right(6),
    in_: left(7),
    like: left(7),
    escape: neither(7),
    other: UNKNOWN,
    bit_or: left(9),
    bit_and: left(10),
    shift: left(11),
    plus: left(12),
    times: left(13),
    power: left(14),
    concat: Level { loosest: 1, tightest: 15, takes: Takes::Left },
    json: TIGHTEST,
    time_zone: UNKNOWN,
    collate: left(17),
    sign: right(16),
    bit_not: right(16),
    cast: UNKNOWN,
    overlaps: UNKNOWN,
    // MariaDB takes `a LIKE b NOT IN (…)` for `a LIKE (b NOT IN (…))`.
    negated: Some(left(8)),
    null_is_operand: false,
    adds_intervals: true,
    unknown: UNKNOWN,
};

impl Levels {
    pub(super) fn of(engine: Engine) -> &'static Self {
        match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
            Engine::MySql => &MYSQL,
        }
    }

    pub(super) fn binary(&self, operator: &BinaryOperator) -> Level {
        use BinaryOperator as Op;
        match operator {
            Op::Or => self.or,
            Op::Xor => self.xor,
            Op::And => self.and,
            Op::Eq | Op::NotEq => self.equality,
            Op::Gt | Op::Lt | Op::GtEq | Op::LtEq => self.order,
            // MySQL's `<=>` compares, pgvector's is one of PostgreSQL's other operators.
            Op::Spaceship if self.other == UNKNOWN => self.equality,
            Op::Match | Op::Regexp | Op::Glob => self.like,
            Op::BitwiseOr => self.bit_or,
            Op::BitwiseAnd => self.bit_and,
            Op::PGBitwiseShiftLeft | Op::PGBitwiseShiftRight => self.shift,
            Op::Custom(signs) if signs == "<<" || signs == ">>" => self.shift,
            Op::Plus | Op::Minus => self.plus,
            Op::Multiply | Op::Divide | Op::Modulo | Op::MyIntegerDivide => self.times,
            Op::BitwiseXor | Op::PGExp => self.power,
            Op::StringConcat => self.concat,
            Op::Arrow | Op::LongArrow => self.json,
            Op::Overlaps => self.overlaps,
            Op::Spaceship
            | Op::Custom(_)
            | Op::PGBitwiseXor
            | Op::PGOverlap
            | Op::PGRegexMatch
            | Op::PGRegexIMatch
            | Op::PGRegexNotMatch
            | Op::PGRegexNotIMatch
            | Op::PGLikeMatch
            | Op::PGILikeMatch
            | Op::PGNotLikeMatch
            | Op::PGNotILikeMatch
            | Op::PGStartsWith
            | Op::HashArrow
            | Op::HashLongArrow
            | Op::AtAt
            | Op::AtArrow
            | Op::ArrowAt
            | Op::HashMinus
            | Op::AtQuestion
            | Op::Question
            | Op::QuestionAnd
            | Op::QuestionPipe
            | Op::DoubleHash
            | Op::LtDashGt
            | Op::AndLt
            | Op::AndGt
            | Op::LtLtPipe
            | Op::PipeGtGt
            | Op::AndLtPipe
            | Op::PipeAndGt
            | Op::LtCaret
            | Op::GtCaret
            | Op::QuestionHash
            | Op::QuestionDash
            | Op::QuestionDashPipe
            | Op::QuestionDoublePipe
            | Op::At
            | Op::TildeEq => self.other,
            Op::PGCustomBinaryOperator(_) | Op::Assignment | Op::DuckIntegerDivide => self.unknown,
        }
    }

    pub(super) fn prefix(&self, operator: &UnaryOperator) -> Level {
        use UnaryOperator as Op;
        match operator {
            Op::Not => self.not,
            Op::Plus | Op::Minus => self.sign,
            Op::BitwiseNot => self.bit_not,
            Op::PGAbs
            | Op::PGCubeRoot
            | Op::PGSquareRoot
            | Op::AtDashAt
            | Op::DoubleAt
            | Op::Hash
            | Op::QuestionDash
            | Op::QuestionPipe => self.other,
            Op::BangNot | Op::PGPostfixFactorial | Op::PGPrefixFactorial => self.unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_takes_only_what_each_of_its_levels_takes() {
        let range = MYSQL.concat;
        assert!(range.takes_before(range) && MYSQL.sign.takes_before(range));
        for level in [MYSQL.plus, MYSQL.equality, MYSQL.and] {
            assert!(!range.takes_before(level) && !range.leaves_to(level));
            assert!(!level.takes_before(range) && !level.leaves_to(range));
        }
    }

    #[test]
    fn neighbours_of_one_level_are_left_to_the_engine_where_it_rejects_them() {
        assert!(!POSTGRES.equality.takes_before(POSTGRES.order));
        assert!(!POSTGRES.equality.leaves_to(POSTGRES.order));
        assert!(SQLITE.order.takes_before(SQLITE.equality) && !SQLITE.equality.takes_before(SQLITE.order));
        assert!(!UNKNOWN.takes_before(UNKNOWN) && !UNKNOWN.leaves_to(UNKNOWN));
    }
}
