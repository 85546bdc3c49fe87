//! The tenancy command line on the application's database.

use crate::site::Site;
use sea_orm_multitenant::Tenancy;
use std::process::ExitCode;

pub(crate) async fn the_command_line_finds_nothing_in_the_applications_database(site: Site) {
    let said = say(&site, &["check"]).await;
    assert_eq!(said.0, ExitCode::SUCCESS, "{}", said.1);
    assert!(!said.1.contains("error") && !said.1.contains("warning "), "{}", said.1);
    let said = say(&site, &["convert"]).await;
    assert_eq!((said.0, said.1.as_str()), (ExitCode::SUCCESS, "Nothing to do.\n"));
    let account = site.app.demo[0].id.to_string();
    let said = say(&site, &["explain", "SELECT name FROM project", "--tenant", &account]).await;
    assert!(said.1.contains("after:  SELECT"), "{}", said.1);
}

async fn say(site: &Site, arguments: &[&str]) -> (ExitCode, String) {
    let arguments = std::iter::once("tenancy").chain(arguments.iter().copied());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let line = projects::tenancy::line(Tenancy::new(site.db.clone()).unwrap());
    let code = line.run_from(arguments, &mut out, &mut err).await;
    (code, String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap())
}
