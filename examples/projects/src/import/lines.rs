//! Parses pasted text: one task per line, as plain lines or comma-separated values.

use crate::{entity::task::State, error::AppError, input::TaskInput};
use csv::{ReaderBuilder, StringRecord, Trim};
use sea_orm::Iterable;
use serde::{Deserialize, Serialize};

/// The most lines of an import.
const MOST: usize = 500;

/// A line that will become a task: `name`, `name,state` or `name,state,date`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The line number in the text, from 1.
    pub number: usize,
    /// The name.
    pub name: String,
    /// The state of the task; open by default.
    pub state: String,
    /// The due date, such as 2030-01-31, or empty.
    pub due_on: String,
}

/// Returns the lines of a text, without empty lines and without a table's header.
///
/// # Errors
/// [`AppError::Invalid`] when there are no lines or too many.
pub fn read(text: &str) -> Result<Vec<Line>, AppError> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| AppError::invalid("the lines cannot be read"))?;
        let is_head = lines.is_empty() && field(&record, 0).eq_ignore_ascii_case("name");
        if is_head || record.iter().all(str::is_empty) {
            continue;
        }
        if lines.len() == MOST {
            return Err(AppError::invalid(format!("more than {MOST} lines cannot be imported at once")));
        }
        lines.push(Line {
            number: number_of(text, &record),
            name: field(&record, 0),
            state: field(&record, 1),
            due_on: field(&record, 2),
        });
    }
    if lines.is_empty() { Err(AppError::invalid("there are no lines to import")) } else { Ok(lines) }
}

/// Returns the line number of a record: the reader's own position is before the empty lines that it skips.
fn number_of(text: &str, record: &StringRecord) -> usize {
    let start =
        record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
    let (before, after) = text.split_at_checked(start).unwrap_or((text, ""));
    let skipped = after.len() - after.trim_start_matches(['\r', '\n']).len();
    1 + before.matches('\n').count() + after[..skipped].matches('\n').count()
}

fn field(record: &StringRecord, index: usize) -> String {
    record.get(index).unwrap_or_default().to_owned()
}

impl TryFrom<Line> for TaskInput {
    type Error = AppError;

    fn try_from(line: Line) -> Result<Self, AppError> {
        let Line { number: _, name, state, due_on } = line;
        let state = match &*state {
            "" => State::default(),
            text => State::iter()
                .find(|state| state.to_string().eq_ignore_ascii_case(text))
                .ok_or_else(|| AppError::invalid("the state must be open, doing or done"))?,
        };
        let due_on = match &*due_on {
            "" => None,
            text => {
                Some(text.parse().map_err(|_| AppError::invalid("the date must have the form 2030-01-31"))?)
            }
        };
        Self { name, state, due_on, project_id: None }.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: usize, name: &str, state: &str, due_on: &str) -> Line {
        Line { number, name: name.to_owned(), state: state.to_owned(), due_on: due_on.to_owned() }
    }

    #[test]
    fn lines_and_tables_are_read() {
        let text =
            "name, state, due\nOrder paint\n\n\"Paint, dry\",done\r\n Move in , Doing ,2030-01-31,more\n,,\n";
        let lines = [
            line(2, "Order paint", "", ""),
            line(4, "Paint, dry", "done", ""),
            line(5, "Move in", "Doing", "2030-01-31"),
        ];
        assert_eq!(read(text).expect("they can be read"), lines);
    }

    #[test]
    fn a_line_becomes_a_task_or_an_error() {
        let task = TaskInput::try_from(line(1, "Move in", "DONE", "2030-01-31")).expect("it is right");
        assert_eq!(
            (task.state, task.due_on.map(|date| date.to_string())),
            (State::Done, Some("2030-01-31".into()))
        );
        for (wrong, why) in [
            (line(1, "", "open", ""), "the name is missing"),
            (line(1, "a", "lost", ""), "the state must be open, doing or done"),
            (line(1, "a", "", "31.1.2030"), "the date must have the form 2030-01-31"),
        ] {
            assert_eq!(TaskInput::try_from(wrong).expect_err("it is wrong").to_string(), why);
        }
    }

    #[test]
    fn no_lines_and_too_many_lines_are_refused() {
        for text in ["", "\n\n", "name,state\n", ",,\n"] {
            assert!(matches!(read(text), Err(AppError::Invalid(_))), "{text:?}");
        }
        assert_eq!(read(&"a\n".repeat(MOST)).expect("it is not too much").len(), MOST);
        assert!(read(&"a\n".repeat(MOST + 1)).is_err());
    }
}
