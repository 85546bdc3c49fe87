//! Shrinks the text of a hole.

use super::{
    generate::Generator,
    session::{Came, Session},
};
use crate::{choices::Choices, world::Broken};

/// The number of attempts to shrink a text.
const TRIES: u32 = 400;

/// Returns the shortest text found that is a hole of the same kind.
pub(super) async fn shrink(
    session: &mut Session,
    numbers: &[u32],
    text: &str,
    kind: &str,
    write: impl Fn(&mut Choices) -> String,
) -> Result<(String, Came), Broken> {
    let mut best = (numbers.to_vec(), text.to_owned(), session.attempt(text).await?);
    let mut tries = TRIES;
    loop {
        let before = best.1.clone();
        let mut at = 0;
        while at < best.0.len() && tries > 0 {
            let mut is_smaller = false;
            for numbers in smaller(&best.0, at) {
                tries = tries.saturating_sub(1);
                let mut choices = Choices::replay(numbers);
                let text = write(&mut choices);
                if text.len() >= best.1.len() {
                    continue;
                }
                let came = session.attempt(&text).await?;
                if matches!(&came, Came::Hole { kind: found, .. } if *found == kind) {
                    best = (choices.recorded().to_vec(), text, came);
                    is_smaller = true;
                    break;
                }
            }
            at += usize::from(!is_smaller);
        }
        if tries == 0 || best.1 == before {
            return Ok((best.1, best.2));
        }
    }
}

/// The numbers without the rest after a position, without the number there, and with 0 there.
fn smaller(numbers: &[u32], at: usize) -> Vec<Vec<u32>> {
    let mut without = numbers.to_vec();
    without.remove(at);
    let mut zero = numbers.to_vec();
    zero[at] = 0;
    vec![numbers[..at].to_vec(), without, zero]
}

/// The text of these numbers.
pub(super) fn text(choices: &mut Choices, backend: crate::schema::Backend) -> String {
    Generator::text(choices, backend)
}
