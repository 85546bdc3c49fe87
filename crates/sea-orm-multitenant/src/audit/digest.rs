//! Digests of MySQL and MariaDB as SQL.

/// What stands for further rows in a digest.
const MORE_ROWS: &str = "/* , ... */";

/// Makes SQL of a digest: lists get values again, as far as their length does not matter or is known from the column
/// list of an INSERT.
///
/// # Errors
/// With the reason, when the text was cut off, or has a list of unknown length.
pub(super) fn readable(digest: &str) -> Result<String, &'static str> {
    if digest.is_empty() {
        return Err("the server counts statements together once its table of digests is full");
    }
    if digest.trim_end().ends_with("...") {
        return Err("the server has cut the text off; raise `performance_schema_max_digest_length`");
    }
    let mut rest = digest.replace(MORE_ROWS, "");
    let mut sql = String::with_capacity(rest.len());
    while let Some(at) = rest.find("...") {
        let before = sql.clone() + &rest[..at];
        let list = before.strip_suffix('(').map(str::trim_end);
        let values = match list {
            Some(list) if ends_with_word(list, "IN") => 2,
            Some(list) if ends_with_word(list, "VALUES") || ends_with_word(list, "VALUE") => columns(list)
                .ok_or("the server does not keep the number of values that the statement inserts")?,
            Some(_) | None => return Err("the server does not keep the length of a list of constants"),
        };
        sql = before + &vec!["?"; values].join(", ");
        rest = rest[at + "...".len()..].to_owned();
    }
    Ok(sql + &rest)
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let Some(begin) = text.len().checked_sub(word.len()).filter(|begin| text.is_char_boundary(*begin)) else {
        return false;
    };
    let (before, end) = text.split_at(begin);
    end.eq_ignore_ascii_case(word) && before.ends_with([' ', ')'])
}

/// The number of columns in the list before VALUES.
fn columns(before: &str) -> Option<usize> {
    let word = before.rfind(' ')?;
    let list = before[..word].trim_end().strip_suffix(')')?;
    let names = &list[list.rfind('(')? + 1..];
    // A quoted name may hold a comma.
    (names.matches('`').count() == 2 * names.split(',').count()).then(|| names.split(',').count())
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn lists_get_values_where_their_length_is_known_or_does_not_matter() {
        for (digest, sql) in [
            ("SELECT `a` FROM `t` WHERE `b` IN (...)", "SELECT `a` FROM `t` WHERE `b` IN (?, ?)"),
            ("SELECT `a` FROM `t` WHERE `b` = ?", "SELECT `a` FROM `t` WHERE `b` = ?"),
            ("INSERT INTO `t` ( `a` , `b` ) VALUES (...)", "INSERT INTO `t` ( `a` , `b` ) VALUES (?, ?)"),
            ("INSERT INTO `t` ( `a` ) VALUES (?) /* , ... */ ", "INSERT INTO `t` ( `a` ) VALUES (?)  "),
        ] {
            assert_eq!(readable(digest).as_deref(), Ok(sql));
        }
    }

    #[test]
    fn what_is_lost_is_not_made_up() {
        for digest in [
            "",
            "SELECT `a` FROM `t` WHERE ...",
            "SELECT `concat` (...) FROM `t`",
            "INSERT INTO `t` VALUES (...)",
            "INSERT INTO `t` ( `a,b` , `c` ) VALUES (...)",
            "SELECT `a` FROM `t` WHERE `in` (...)",
        ] {
            assert!(readable(digest).is_err(), "{digest}: {:?}", readable(digest));
        }
    }
}
