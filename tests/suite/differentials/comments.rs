//! Comments: nested, versioned, unterminated, and what is none.

use super::probe::{Case, Comes::*, Probe};
use crate::{
    composite::families::Rows,
    harness::{Outcome, TestDb},
};

/// Texts, and what comes of each on SQLite, PostgreSQL and MariaDB.
#[rustfmt::skip]
const CASES: &[Case] = &[
    ("SELECT name FROM tag /* a /* b */ OR 1 = 1 */ WHERE id = 1", [Refused, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /* /* */ OR 1 = 1", [Right, Refused, Right]),
    ("SELECT name FROM tag WHERE id = 1 /* /* */ OR 1 = 1 /* */ */", [Refused, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /* /* */ OR 1 = 1 -- */", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 --OR 1 = 1", [Right, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 --1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1--0", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1--0 OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 --\nOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 -- x\nOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 -- x\rOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 --\rOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 --\tOR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 --\u{c}OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 --\u{b}OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 --\u{7}OR 1 = 1", [Right, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 --\u{a0}OR 1 = 1", [Right, Right, ReadsAs("SELECT name FROM tag WHERE id = 1")]),
    ("SELECT name FROM tag WHERE id = 1 -- x\u{2028}OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 -- x\u{85}OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 -- x\u{c}OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 # OR 1 = 1", [Refused, Refused, Right]),
    ("SELECT name FROM tag WHERE id = 1 # x\nOR 1 = 1", [Refused, Failing, Right]),
    ("SELECT name FROM tag WHERE id = 1 #\nOR 1 = 1", [Refused, Refused, Right]),
    ("SELECT name FROM tag WHERE id = 1#0", [Refused, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 // OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*! OR 1 = 1 */", [Right, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*!99999 OR 1 = 1 */", [Right, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*M! OR 1 = 1 */", [Right, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*M!50000 OR 1 = 1 */", [Right, Right, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*m! OR 1 = 1 */", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 /* ! OR 1 = 1 */", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 /*!*/ OR 1 = 1 /*!*/", [Right, Right, Refused]),
    ("SELECT /*+ x */ name FROM tag WHERE id = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*+ OR 1 = 1 */", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /* OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*/ OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /*/ OR 1 = 1 */", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 /**/OR/**/1/**/=/**/1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 /***/ OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE id = 1 /* ' */ OR 1 = 1 /* ' */", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE name = '/*' OR id = 1 OR name = '*/'", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE name = '--' OR id = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE name = '-- ' OR 1 = 1 --'", [Right, Right, Refused]),
    ("SELECT name FROM tag WHERE name = 'later' -- ' OR 1 = 1", [Right, Right, Right]),
    ("SELECT name FROM tag WHERE name = '#' OR id = 1 # ' OR 1 = 1", [Refused, Refused, Right]),
    ("SELECT name FROM tag WHERE id = 1 */ OR 1 = 1", [Refused, Refused, Refused]),
    ("SELECT name FROM tag WHERE id = 1 /**/ /*", [Refused, Refused, Refused]),
    ("DELETE FROM task_tag WHERE 1 = 1 -- x", [Right, Right, Right]),
    ("DELETE FROM task_tag WHERE tag_id = 2 /* /* */ OR 1 = 1 -- */", [Right, Right, Right]),
    ("UPDATE tag SET note = 'x' WHERE id = 1--0", [Right, Right, Right]),
    ("UPDATE tag SET note = 'x' WHERE id = 1 /* /* */ OR 1 = 1 /* */ */", [Refused, Right, Refused]),
    ("UPDATE tag SET note = 'x' --x\nWHERE id = 1", [Right, Right, Failing]),
];

async fn comments_are_read_as_the_engine_reads_them_or_refused(db: &TestDb) -> Outcome {
    Probe::new(db).await?.check(CASES).await?.end().await
}

on_every_backend!(comments_are_read_as_the_engine_reads_them_or_refused);
