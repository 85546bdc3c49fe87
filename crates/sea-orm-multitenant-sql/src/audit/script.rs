//! A script cut into its statements.

use crate::{
    audit::words::{is_run, is_space, word},
    engine::Engine,
    read::tokenize::{Offsets, tokenize_start},
};
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// How many words after CREATE may say that a routine is created: `CREATE DEFINER = CURRENT_USER TRIGGER` has some.
const WORDS_TO_ROUTINE: usize = 12;

/// One statement of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScriptStatement<'t> {
    /// The text without the semicolon that ends it.
    pub text: &'t str,
    /// The line of the script on which the text begins, from 1.
    pub line: usize,
}

/// Cuts a script into its statements, which end with semicolons.
///
/// The semicolons are found by the tokenizer of the engine's dialect: one in a literal, a quoted name, a comment, or the
/// body of a trigger ends nothing. Where the text cannot be cut into tokens, for example after a quote that is never
/// closed, the rest of the script is one statement. Text that has only comments is left out.
///
/// ```
/// use sea_orm_multitenant_sql::{Engine, split_statements};
///
/// let script = "SELECT ';' FROM a; -- one; two\nDELETE FROM b;";
/// let texts: Vec<_> = split_statements(Engine::Sqlite, script).iter().map(|found| (found.line, found.text)).collect();
/// assert_eq!(texts, [(1, "SELECT ';' FROM a"), (1, "-- one; two\nDELETE FROM b")]);
/// ```
pub fn split_statements(engine: Engine, script: &str) -> Vec<ScriptStatement<'_>> {
    let (tokens, is_whole) = tokenize_start(engine, script);
    let (mut cutter, mut offsets) = (Cutter::default(), Offsets::new(script));
    for TokenWithSpan { token, span } in &tokens {
        if !is_space(token) || is_run(token) {
            cutter.take(token, offsets.offset(span.start));
        }
    }
    let last = cutter.holds_statement || !is_whole;
    let cuts = cutter.finish();
    let begins = std::iter::once(0).chain(cuts.iter().map(|(at, _)| at + 1));
    let ends = cuts.iter().copied().chain(std::iter::once((script.len(), last)));
    let pieces = begins.zip(ends).filter(|(_, (_, holds_statement))| *holds_statement);
    pieces.filter_map(|(begin, (end, _))| statement(script, begin, end)).collect()
}

/// The statement between two bytes of a script; `None` if there is only white space.
fn statement(script: &str, begin: usize, end: usize) -> Option<ScriptStatement<'_>> {
    let piece = &script[begin..end];
    let text = piece.trim();
    let begin = begin + (piece.len() - piece.trim_start().len());
    let line = script[..begin].matches('\n').count() + 1;
    (!text.is_empty()).then_some(ScriptStatement { text, line })
}

/// Finds the semicolons that end statements.
#[derive(Debug, Default)]
struct Cutter {
    /// Where statements end, and whether there is one in front.
    cuts: Vec<(usize, bool)>,
    /// The semicolons inside the body of a routine whose end has not been found yet.
    inside: Vec<(usize, bool)>,
    /// Whether the statement that is being read has a token.
    holds_statement: bool,
    /// The number of words that were read of this statement.
    words: usize,
    is_create: bool,
    /// Whether this statement creates a trigger, function, procedure or event.
    is_routine: bool,
    /// How many blocks of the routine's body are open.
    depth: usize,
    after_end: bool,
}

impl Cutter {
    /// Takes the next token that is not white space, which begins at this byte.
    fn take(&mut self, token: &Token, at: usize) {
        if *token == Token::SemiColon {
            self.semicolon(at);
            return;
        }
        self.holds_statement = true;
        let word = word(token);
        if self.words == 0 {
            self.is_create = word == "CREATE";
        }
        self.words += 1;
        let routines = ["TRIGGER", "FUNCTION", "PROCEDURE", "EVENT"];
        self.is_routine |= self.is_create && self.words <= WORDS_TO_ROUTINE && routines.contains(&&*word);
        if self.is_routine {
            self.block(&word);
        }
        self.after_end = word == "END";
    }

    /// Counts the blocks of a routine's body.
    fn block(&mut self, word: &str) {
        match (word, self.after_end) {
            ("BEGIN", _) | ("CASE", false) | ("IF" | "LOOP" | "WHILE" | "REPEAT", true) => self.depth += 1,
            ("END", _) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn semicolon(&mut self, at: usize) {
        if self.depth > 0 {
            self.inside.push((at, true));
            return;
        }
        let Self { cuts, inside: _, holds_statement, .. } = std::mem::take(self);
        self.cuts = cuts;
        self.cuts.push((at, holds_statement));
    }

    /// The cuts. Where the body of a routine has no end, each semicolon in it ends a statement: nothing may hide the
    /// statements after it.
    fn finish(self) -> Vec<(usize, bool)> {
        let Self { mut cuts, inside, depth, .. } = self;
        if depth > 0 {
            cuts.extend(inside);
        }
        cuts
    }
}

#[cfg(test)]
mod tests {
    use super::split_statements;
    use crate::engine::Engine;

    const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::MySql];

    fn texts(engine: Engine, script: &str) -> Vec<&str> {
        split_statements(engine, script).into_iter().map(|found| found.text).collect()
    }

    #[test]
    fn only_a_semicolon_between_statements_ends_one() {
        for engine in ENGINES {
            let script = "SELECT 'a;b' FROM t /* ; */;;  -- ;\nDELETE FROM t;\n\n-- end;\n";
            assert_eq!(
                texts(engine, script),
                ["SELECT 'a;b' FROM t /* ; */", "-- ;\nDELETE FROM t"],
                "{engine:?}"
            );
            let lines: Vec<_> =
                split_statements(engine, "SELECT 1;\n\n SELECT 2").iter().map(|s| s.line).collect();
            assert_eq!(lines, [1, 3]);
            assert_eq!(texts(engine, " ; -- nothing\n"), [""; 0]);
        }
        let quoted = "SELECT `a;b` FROM t; SELECT \"x;y\" FROM t";
        assert_eq!(texts(Engine::Sqlite, quoted).len(), 2);
        let dollars = "DO $x$ BEGIN DELETE FROM t; END $x$; SELECT E'\\';' FROM t";
        assert_eq!(
            texts(Engine::Postgres, dollars),
            ["DO $x$ BEGIN DELETE FROM t; END $x$", "SELECT E'\\';' FROM t"]
        );
    }

    #[test]
    fn a_semicolon_in_the_body_of_a_routine_ends_nothing() {
        let trigger = "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET x = CASE WHEN 1 THEN 2 END; DELETE FROM u; END";
        let script = format!("{trigger}; SELECT 1");
        assert_eq!(texts(Engine::Sqlite, &script), [trigger, "SELECT 1"]);
        let procedure = "CREATE PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; SELECT 2; END";
        let script = format!("{procedure}; SELECT 1");
        assert_eq!(texts(Engine::MySql, &script), [procedure, "SELECT 1"]);
    }

    #[test]
    fn a_routine_without_an_end_hides_no_statement() {
        let script = "CREATE TRIGGER begin AFTER INSERT ON t; DELETE FROM t; SELECT 1";
        for engine in ENGINES {
            assert_eq!(texts(engine, script).len(), 3, "{engine:?}");
        }
    }

    #[test]
    fn the_rest_is_one_statement_where_a_quote_is_never_closed() {
        for engine in ENGINES {
            let found = texts(engine, "SELECT 1; SELECT 'x; DELETE FROM t; SELECT 2");
            assert_eq!(found, ["SELECT 1", "SELECT 'x; DELETE FROM t; SELECT 2"], "{engine:?}");
            assert_eq!(texts(engine, "SELECT 1; 'x"), ["SELECT 1", "'x"]);
        }
    }

    #[test]
    fn a_comment_that_the_engine_may_run_is_a_statement() {
        assert_eq!(texts(Engine::MySql, "/*!50000 DELETE FROM t */; SELECT 1").len(), 2);
    }
}
