//! Tests the oracle and the hostile texts: they must catch each mutant of the rewriter.
//!
//! A copy of the rewriter gets all mutants at once, each behind a check of an environment variable, so that one build
//! suffices; the crate itself contains no such switch. The checks that would turn most mutants into refusals are off
//! while a mutant is on: that the text uses only the known vocabulary, that it parses to the tree, and the count of
//! predicates.

mod build;
mod catch;
mod kinds;
mod list;
mod mutant;

use catch::all_are_caught;
use sea_orm_multitenant_oracle::schema::Backend;

#[test]
fn every_switch_is_used_and_every_mutant_has_its_switches() {
    mutant::check_names();
}

mod sqlite {
    #[test]
    fn every_mutant_is_caught() {
        super::all_are_caught(super::Backend::Sqlite);
    }
}

mod postgres {
    #[test]
    fn every_mutant_is_caught() {
        super::all_are_caught(super::Backend::Postgres);
    }
}

mod mariadb {
    #[test]
    fn every_mutant_is_caught() {
        super::all_are_caught(super::Backend::MariaDb);
    }
}
