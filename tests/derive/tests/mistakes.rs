//! The compile error of each mistake.

use std::{fs, io};

#[test]
fn each_mistake_gives_the_recorded_message() {
    trybuild::TestCases::new().compile_fail("tests/mistakes/*.rs");
}

#[test]
fn each_mistake_gives_exactly_one_error() -> io::Result<()> {
    let mut mistakes = 0;
    for file in fs::read_dir("tests/mistakes")? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "stderr") {
            let output = fs::read_to_string(&path)?;
            let messages =
                output.lines().filter(|line| line.starts_with("error") || line.starts_with("warning"));
            assert_eq!(messages.count(), 1, "{}:\n{output}", path.display());
            mistakes += 1;
        }
    }
    assert!(mistakes >= 25, "only {mistakes} mistakes found");
    Ok(())
}
