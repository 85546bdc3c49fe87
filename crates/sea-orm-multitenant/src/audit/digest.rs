//! Digests of MySQL and MariaDB as SQL.
//!
//! A digest has a space between any two tokens, `?` in place of each constant, `(...)` or `?, ...` in place of several,
//! `/* , ... */` in place of further rows, and quotes around the names of functions that are no keywords. `...` at its end
//! says that it was cut off (MySQL's manual, 29.10, "Performance Schema Statement Digests and Sampling").

/// What stands for further rows.
const MORE_ROWS: &str = "/* , ... */";

/// The words before a quoted name in front of a parenthesis that is no function.
const BEFORE_NAMES: [&str; 7] = ["INTO", "AS", "WITH", "RECURSIVE", ".", "TABLE", "UPDATE"];

/// Makes SQL of a digest: lists get values again, as far as their length does not matter or is known from the column
/// list of an INSERT.
///
/// # Errors
/// With the reason, when the text was cut off, or has a list whose length matters and is not known.
pub(super) fn readable(digest: &str) -> Result<String, &'static str> {
    if digest.is_empty() {
        return Err("the server counts statements together once its table of digests is full");
    }
    if digest.trim_end().ends_with("...") {
        return Err("the server has cut the text off; raise `performance_schema_max_digest_length`");
    }
    let text = digest.replace(MORE_ROWS, " ").replace("(...)", "( ... )").replace("?, ...", "? , ...");
    let mut tokens: Vec<&str> = text.split_whitespace().collect();
    unquote_functions(&mut tokens);
    let mut sql: Vec<String> = Vec::with_capacity(tokens.len());
    for (at, token) in tokens.iter().enumerate() {
        sql.push(if *token == "..." { values(&tokens, at)? } else { (*token).to_owned() });
    }
    Ok(sql.join(" "))
}

/// Removes the quotes from the names of functions: a quoted name is no function to a scope.
fn unquote_functions(tokens: &mut [&str]) {
    for at in 0..tokens.len() {
        let is_before_parenthesis = tokens.get(at + 1).is_some_and(|next| next.starts_with('('));
        let is_name = at > 0 && BEFORE_NAMES.contains(&tokens[at - 1]);
        if is_before_parenthesis && !is_name {
            tokens[at] = tokens[at].trim_matches('`');
        }
    }
}

/// The values for the list that `...` at a place stands for.
fn values(tokens: &[&str], at: usize) -> Result<String, &'static str> {
    let open = opening(tokens, at).ok_or("the server does not keep the length of a list of constants")?;
    let before = open.checked_sub(1).map_or("", |before| tokens[before]);
    let is_whole = open + 1 == at;
    match before {
        "VALUES" | "VALUE" => columns(&tokens[..open - 1])
            .filter(|_| is_whole)
            .map(|columns| vec!["?"; columns].join(" , "))
            .ok_or("the server does not keep the number of values that the statement inserts"),
        "(" | "," | "=" | "" => Err("the server does not keep the length of a row of constants"),
        // A list after IN, or the arguments of a function.
        _ if is_whole => Ok("? , ?".to_owned()),
        _ => Ok("?".to_owned()),
    }
}

/// The place of the parenthesis that is open at a place.
fn opening(tokens: &[&str], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for place in (0..at).rev() {
        match tokens[place] {
            ")" => depth += 1,
            "(" if depth == 0 => return Some(place),
            "(" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The number of columns in the list at the end of these tokens.
fn columns(before: &[&str]) -> Option<usize> {
    let (")", list) = (*before.last()?, &before[..before.len() - 1]) else { return None };
    let names = &list[list.iter().rposition(|token| *token == "(")? + 1..];
    // A quoted name that has a space is several tokens here.
    let is_list = names.iter().enumerate().all(|(at, token)| (at % 2 == 1) == (*token == ","));
    (is_list && names.len() % 2 == 1).then(|| names.len().div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn lists_get_values_where_their_length_is_known_or_does_not_matter() {
        for (digest, sql) in [
            (
                "SELECT `p` . `name` , COUNT ( * ) FROM `project` AS `p` WHERE `p` . `id` IN (...) LIMIT ? ",
                "SELECT `p` . `name` , COUNT ( * ) FROM `project` AS `p` WHERE `p` . `id` IN ( ? , ? ) LIMIT ?",
            ),
            (
                "SELECT `concat` ( NAME , ?, ... ) FROM `t` WHERE ID = - ?",
                "SELECT concat ( NAME , ? , ? ) FROM `t` WHERE ID = - ?",
            ),
            ("SELECT `concat` (...) FROM `t`", "SELECT concat ( ? , ? ) FROM `t`"),
            (
                "INSERT INTO `t` ( ID , `b` , NAME ) VALUES (...) /* , ... */ ",
                "INSERT INTO `t` ( ID , `b` , NAME ) VALUES ( ? , ? , ? )",
            ),
            ("INSERT INTO `t` ( ID ) VALUES (?) /* , ... */ ", "INSERT INTO `t` ( ID ) VALUES (?)"),
            ("DELETE FROM `t` WHERE ID IN (?)", "DELETE FROM `t` WHERE ID IN (?)"),
        ] {
            assert_eq!(readable(digest).as_deref(), Ok(sql));
        }
    }

    #[test]
    fn what_is_lost_is_not_made_up() {
        for digest in [
            "",
            "SELECT `a` FROM `t` WHERE ...",
            "INSERT INTO `t` VALUES (...)",
            "INSERT INTO `t` ( `a b` , `c` ) VALUES (...)",
            "INSERT INTO `t` ( `a` , `b` , `c` ) VALUES ( NOW ( ) , ?, ... )",
            "SELECT `a` FROM `t` WHERE ( `b` , `c` ) IN ( (...) , (...) )",
        ] {
            assert!(readable(digest).is_err(), "{digest}: {:?}", readable(digest));
        }
    }
}
