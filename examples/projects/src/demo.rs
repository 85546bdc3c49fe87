//! Two accounts side by side, each read through its own scope.

use crate::{
    app::App,
    error::AppError,
    paging::Page,
    seed::DemoAccount,
    store::projects::{self, Project},
};

/// An account and what its scope sees.
#[derive(Debug)]
pub struct Side {
    /// The account.
    pub account: DemoAccount,
    /// The first projects that its scope sees.
    pub projects: Vec<Project>,
}

/// Returns the first two accounts: one query function, run in two scopes.
///
/// # Errors
/// [`AppError::NotFound`] when there are fewer than two accounts.
pub async fn side_by_side(app: &App) -> Result<[Side; 2], AppError> {
    let [left, right, ..] = &*app.demo else { return Err(AppError::NotFound) };
    Ok([side(app, left).await?, side(app, right).await?])
}

async fn side(app: &App, account: &DemoAccount) -> Result<Side, AppError> {
    let scope = app.tenancy.scope(account.id)?;
    Ok(Side { account: account.clone(), projects: projects::list(&scope, Page::LONGEST).await?.rows })
}

/// Formats the two as a text table.
pub fn table(sides: &[Side; 2]) -> String {
    let [left, right] = sides.each_ref().map(column);
    let width = left.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let lines = left.len().max(right.len());
    let line = |column: &[String], index: usize| column.get(index).cloned().unwrap_or_default();
    (0..lines)
        .map(|index| {
            format!("  {:<width$}  │  {}", line(&left, index), line(&right, index)).trim_end().to_owned()
                + "\n"
        })
        .collect()
}

fn column(side: &Side) -> Vec<String> {
    let title = format!("{} (account {})", side.account.name, side.account.id);
    let rule = "─".repeat(title.chars().count());
    let projects = side.projects.iter().map(|project| {
        format!("{}: {} of {} tasks done", project.name, project.done_count, project.task_count)
    });
    [title, rule].into_iter().chain(projects).collect()
}
