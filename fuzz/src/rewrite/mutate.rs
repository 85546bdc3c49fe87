//! Changes a statement by its words, so that more of what is tried can be read than by changing bytes.

use std::ops::Range;

/// Pieces to put in.
const FRAGMENTS: &[&str] = &[
    "(SELECT x FROM q)",
    "(SELECT max(x) FROM q WHERE q.id = p.id)",
    "EXISTS (SELECT 1 FROM r WHERE r.x = 1)",
    "x IN (SELECT id FROM r)",
    "(p JOIN q ON q.x = p.id)",
    "(SELECT * FROM q) AS d",
    "(SELECT x FROM r UNION SELECT x FROM q) AS u",
    "LATERAL (SELECT x FROM q) AS l",
    "generate_series(1, 3) AS g",
    "unnest(ARRAY[1, 2]) AS n",
    "FROM p LEFT JOIN q ON q.x = p.id",
    "JOIN r ON r.x = p.id",
    "LEFT JOIN r ON r.x = p.id",
    "RIGHT JOIN r ON r.x = p.id",
    "FULL JOIN r ON r.x = p.id",
    "CROSS JOIN r",
    "NATURAL JOIN r",
    "JOIN r USING (id)",
    "LEFT JOIN (q JOIN r ON r.x = q.id) ON q.x = p.id",
    "STRAIGHT_JOIN q",
    ", q",
    ", ref_",
    "AS a",
    "AS a (b, c)",
    "UNION SELECT x FROM r",
    "UNION ALL SELECT id FROM q",
    "INTERSECT SELECT x FROM r",
    "EXCEPT SELECT x FROM p",
    "WITH c AS (SELECT x FROM p)",
    "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c)",
    "WITH w AS (DELETE FROM q WHERE x = 1 RETURNING x)",
    "FROM c",
    "WHERE x = 1 OR 1 = 1",
    "WHERE t = 2",
    "AND x = ?",
    "OR x = $1",
    "OR NOT x",
    "GROUP BY id",
    "GROUP BY GROUPING SETS ((id), ())",
    "HAVING count(*) > (SELECT count(*) FROM q)",
    "ORDER BY (SELECT x FROM q LIMIT 1)",
    "ORDER BY 1 DESC NULLS LAST",
    "LIMIT 1 OFFSET 2",
    "LIMIT (SELECT count(*) FROM r)",
    "FETCH FIRST 1 ROWS WITH TIES",
    "FOR UPDATE",
    "FOR SHARE OF p SKIP LOCKED",
    "WINDOW w AS (PARTITION BY x)",
    "OVER (PARTITION BY x ORDER BY (SELECT id FROM q))",
    "FILTER (WHERE x > (SELECT 1 FROM q))",
    "DISTINCT",
    "DISTINCT ON (x)",
    "RETURNING *",
    "RETURNING (SELECT max(x) FROM q)",
    "INSERT INTO p (x) SELECT x FROM q",
    "INSERT INTO p (t, x) VALUES (1, 2)",
    "VALUES (1, (SELECT x FROM q)), (2, 3)",
    "DEFAULT VALUES",
    "ON CONFLICT (id) DO UPDATE SET x = excluded.x",
    "ON CONFLICT DO NOTHING",
    "ON DUPLICATE KEY UPDATE x = VALUES(x)",
    "UPDATE p SET x = 1",
    "SET t = 2",
    "SET x = (SELECT x FROM q)",
    "SET (x, name) = (SELECT x, name FROM q)",
    "DELETE FROM p",
    "USING q",
    "CASE WHEN x = 1 THEN (SELECT 1 FROM q) ELSE x END",
    "CAST(x AS text)",
    "x::bigint",
    "x[1]",
    "x -> 'a' ->> 'b'",
    "count(*)",
    "coalesce(x, (SELECT 1 FROM r))",
    "row_number() OVER w",
    "string_agg(name, ',' ORDER BY x)",
    "group_concat(name SEPARATOR ',')",
    "x BETWEEN 1 AND (SELECT 2 FROM q)",
    "name LIKE 'a%' ESCAPE '!'",
    "x IS DISTINCT FROM 1",
    "x = ANY (SELECT x FROM q)",
    "x = ALL (ARRAY[1])",
    "interval '1 day'",
    "EXTRACT(year FROM x)",
    "'it''s'",
    "\"p\"",
    "`q`",
    "[r]",
    "-- c\n",
    "/* c */",
    "p.*",
    "app.far",
    "word",
    "word.t",
    "root",
    "log",
    "project",
    "account_id",
    "kept",
    "child",
    "kind",
    "p_id",
    "INSERT INTO child (x, p_id) VALUES (1, ?)",
    "INSERT INTO child (p_id, q_a, q_b) SELECT id, x, name FROM q",
    "UPDATE child SET p_id = 5",
    "SET child_id = x, q_a = 1",
    "p_id = (SELECT id FROM p WHERE x = 1)",
    "p_id = CASE WHEN x = 1 THEN 5 ELSE p_id END",
    "p_id = coalesce(old_p_id, (7), p_id)",
    "excluded.p_id",
    "VALUES(p_id)",
    "REPLACE INTO kept (x) VALUES (1)",
    "INSERT OR REPLACE INTO kept (x) SELECT x FROM p",
    "INSERT IGNORE INTO",
    "OR IGNORE",
    "UPDATE IGNORE kept",
    "NULL",
    "DEFAULT",
    "?",
    "?1",
    "$1",
    "$2",
    "- 1",
    "- - x",
    "NOT",
    "0",
];

/// One step of a small generator of numbers; none is like another seed's.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }
}

/// Changes an input of `size` bytes in place, and returns its new size; every second time it leaves that to libFuzzer.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    let mut numbers = Numbers(u64::from(seed));
    let (choice, text) = data.get(..size)?.split_first()?;
    let text = std::str::from_utf8(text).ok()?;
    if numbers.below(2) == 0 {
        return None;
    }
    let mut choice = *choice;
    let mut changed = text.to_owned();
    for _ in 0..=numbers.below(3) {
        if numbers.below(8) == 0 {
            choice = b'0' + u8::try_from(numbers.below(24)).unwrap_or_default();
        } else {
            changed = change(&changed, &mut numbers);
        }
    }
    let new = 1 + changed.len();
    if new > max_size || new > data.len() {
        return None;
    }
    data[0] = choice;
    data[1..new].copy_from_slice(changed.as_bytes());
    Some(new)
}

/// One change of a text.
fn change(text: &str, numbers: &mut Numbers) -> String {
    let pieces = pieces(text);
    let some = |numbers: &mut Numbers| pieces.get(numbers.below(pieces.len())).cloned().unwrap_or(0..0);
    let group = |numbers: &mut Numbers| group_at(&pieces, text, numbers.below(pieces.len())).unwrap_or(0..0);
    let fragment = |numbers: &mut Numbers| FRAGMENTS[numbers.below(FRAGMENTS.len())];
    let place = some(numbers);
    match numbers.below(9) {
        0 => with(text, place, ""),
        1 => with(text, place.start..place.start, &format!("{} ", fragment(numbers))),
        2 => with(text, place, fragment(numbers)),
        3 => with(text, group(numbers), fragment(numbers)),
        4 => with(text, place, &text[some(numbers)]),
        5 => with(text, place, &text[group(numbers)]),
        6 => with(text, place.start..place.start, &format!("{} ", &text[group(numbers)])),
        7 => {
            let group = group(numbers);
            with(text, group.clone(), &format!("({})", &text[group]))
        }
        _ => {
            let from = group(numbers);
            with(text, group(numbers), &text[from])
        }
    }
}

fn with(text: &str, place: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..place.start], &text[place.end..])
}

/// Words, literals and signs, each with where it stands; white space is left out.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut quote = None;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let goes_on = |last: &Range<usize>| last.end == at && text[last.clone()].ends_with(is_word);
        match (quote, found.last_mut()) {
            (Some(open), Some(last)) => {
                last.end = end;
                if c == open {
                    quote = None;
                }
            }
            _ if c.is_whitespace() => {}
            (None, Some(last)) if is_word(c) && goes_on(last) => last.end = end,
            _ => {
                found.push(at..end);
                quote = Some(c).filter(|c| "'\"`".contains(*c));
            }
        }
    }
    found
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_.$?".contains(c)
}

/// The innermost parentheses around a piece, with what is in them.
fn group_at(pieces: &[Range<usize>], text: &str, at: usize) -> Option<Range<usize>> {
    let is = |index: usize, sign: &str| pieces.get(index).is_some_and(|piece| &text[piece.clone()] == sign);
    let mut depth = 0_usize;
    let open = (0..=at).rev().find(|index| {
        if is(*index, ")") && *index != at {
            depth += 1;
        } else if is(*index, "(") {
            if depth == 0 {
                return true;
            }
            depth -= 1;
        }
        false
    })?;
    let mut depth = 0_usize;
    let close = (open..pieces.len()).find(|index| {
        if is(*index, "(") {
            depth += 1;
        } else if is(*index, ")") {
            depth -= 1;
        }
        depth == 0
    })?;
    Some(pieces[open].start..pieces[close].end)
}
