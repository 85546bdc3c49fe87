//! The oracle and the hostile texts are tested: each defect that is put into the rewriter must show.
//!
//! A copy of the rewriter gets all defects at once, each behind a question to an environment variable, so that one build
//! does for all of them; the crate itself holds no such switch. What would turn most of them into refusals is off while a
//! defect is on: the check of the text's vocabulary, that the text reads back as the tree, and the count of predicates.

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
