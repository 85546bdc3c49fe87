//! Help, and arguments that cannot be.

use crate::database::{Backend, TestDb};
use std::process::ExitCode;

#[tokio::test]
async fn each_command_has_help() {
    let db = TestDb::create(Backend::Sqlite).await;
    for command in ["", "check", "plan", "convert", "distribute", "status", "explain"] {
        let arguments: Vec<_> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let said = db.say(&arguments).await;
        assert_eq!(said.code, ExitCode::SUCCESS);
        assert!(said.err.is_empty(), "{}", said.err);
        insta::assert_snapshot!(format!("help {command}").trim().replace(' ', "_"), said.out);
    }
}

#[tokio::test]
async fn arguments_that_cannot_be_end_with_2() {
    let db = TestDb::create(Backend::Sqlite).await;
    for arguments in [
        &["chek"][..],
        &[],
        &["check", "--across-tenants", "member"],
        &["check", "--format", "yaml"],
        &["explain", "SELECT 1"],
    ] {
        let said = db.say(arguments).await;
        assert_eq!(said.code, ExitCode::from(2), "{arguments:?}: {said:?}");
        assert!(said.out.is_empty() && !said.err.is_empty(), "{said:?}");
    }
    let said = db.say(&["explain", "SELECT 1", "--tenant", "acme"]).await;
    assert_eq!(said.code, ExitCode::from(2));
    assert_eq!(said.err, "error: the tenant `acme` is not an integer, which the tenant columns are\n");
}
