//! Help, and invalid arguments.

use crate::database::{Backend, TestDb};
use std::process::ExitCode;

#[tokio::test]
async fn each_command_has_help() {
    let db = TestDb::create(Backend::Sqlite).await;
    for command in ["", "audit", "check", "plan", "convert", "distribute", "status", "explain"] {
        let arguments: Vec<_> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let output = db.run(&arguments).await;
        assert_eq!(output.code, ExitCode::SUCCESS);
        assert!(output.err.is_empty(), "{}", output.err);
        insta::assert_snapshot!(format!("help {command}").trim().replace(' ', "_"), output.out);
    }
}

#[tokio::test]
async fn invalid_arguments_exit_with_2() {
    let db = TestDb::create(Backend::Sqlite).await;
    for arguments in [
        &["chek"][..],
        &[],
        &["check", "--across-tenants", "member"],
        &["check", "--format", "yaml"],
        &["explain", "SELECT 1"],
    ] {
        let output = db.run(arguments).await;
        assert_eq!(output.code, ExitCode::from(2), "{arguments:?}: {output:?}");
        assert!(output.out.is_empty() && !output.err.is_empty(), "{output:?}");
    }
    let output = db.run(&["explain", "SELECT 1", "--tenant", "acme"]).await;
    assert_eq!(output.code, ExitCode::from(2));
    assert_eq!(output.err, "error: the tenant `acme` is not an integer, the type of the tenant columns\n");
}
