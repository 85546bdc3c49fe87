//! Validates the input of requests, for forms and JSON alike.
//!
//! No input contains an account, so there is nothing to forge.

use crate::{entity::task::State, error::AppError};
use sea_orm::prelude::Date;
use serde::Deserialize;

/// The longest name in characters, which is the size of its column.
const NAME: usize = 120;
/// The longest description in characters.
const DESCRIPTION: usize = 2000;

/// The most managers of a project.
pub(crate) const MANAGERS: usize = 50;
/// The most tasks of a new project.
const TASKS: usize = 100;

/// A project as described in a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectInput {
    /// The name.
    pub name: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
    /// The ids of its managers.
    #[serde(default)]
    pub manager_ids: Vec<i64>,
}

impl ProjectInput {
    /// Returns the input in normal form.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the reason.
    pub fn checked(mut self) -> Result<Self, AppError> {
        self.name = name(&self.name)?;
        self.description = description(&self.description)?;
        self.manager_ids.sort_unstable();
        self.manager_ids.dedup();
        if self.manager_ids.len() > MANAGERS {
            return Err(AppError::invalid(format!("a project has at most {MANAGERS} managers")));
        }
        Ok(self)
    }
}

/// A new project with its first tasks, as described in a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "NewProjectFields")]
pub struct NewProject {
    /// The project.
    pub project: ProjectInput,
    /// Its tasks.
    pub tasks: Vec<TaskInput>,
}

/// The fields as in JSON: flattening the project would accept unknown fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewProjectFields {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    manager_ids: Vec<i64>,
    #[serde(default)]
    tasks: Vec<TaskInput>,
}

impl TryFrom<NewProjectFields> for NewProject {
    type Error = String;

    fn try_from(fields: NewProjectFields) -> Result<Self, String> {
        let NewProjectFields { name, description, manager_ids, tasks } = fields;
        if tasks.len() > TASKS {
            return Err(format!("a new project has at most {TASKS} tasks"));
        }
        Ok(Self { project: ProjectInput { name, description, manager_ids }, tasks })
    }
}

/// A task as described in a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskInput {
    /// The name.
    pub name: String,
    /// The state; open by default.
    #[serde(default)]
    pub state: State,
    /// When it is due.
    #[serde(default)]
    pub due_on: Option<Date>,
    /// The project to move it to.
    #[serde(default)]
    pub project_id: Option<i64>,
}

impl TaskInput {
    /// Returns the input in normal form.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with the reason.
    pub fn checked(mut self) -> Result<Self, AppError> {
        self.name = name(&self.name)?;
        // Outside of these years the databases differ in what they can store.
        let (first, last) = (Date::from_ymd_opt(1900, 1, 1), Date::from_ymd_opt(2999, 12, 31));
        if self.due_on.is_some() && (self.due_on < first || self.due_on > last) {
            return Err(AppError::invalid("the date is not between the years 1900 and 2999"));
        }
        Ok(self)
    }
}

/// Returns a name in normal form.
pub(crate) fn name(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AppError::invalid("the name is missing"));
    }
    if text.chars().count() > NAME {
        return Err(AppError::invalid(format!("the name is longer than {NAME} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(AppError::invalid("the name has characters that cannot be printed"));
    }
    Ok(text.to_owned())
}

fn description(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() > DESCRIPTION {
        return Err(AppError::invalid(format!("the description is longer than {DESCRIPTION} characters")));
    }
    if text.chars().any(|character| character.is_control() && !character.is_whitespace()) {
        return Err(AppError::invalid("the description has characters that cannot be printed"));
    }
    Ok(text.to_owned())
}
