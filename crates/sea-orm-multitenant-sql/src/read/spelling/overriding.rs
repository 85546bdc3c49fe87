//! PostgreSQL's `OVERRIDING SYSTEM VALUE` and `OVERRIDING USER VALUE` in INSERT, for which the tree has no place: they wait as a partition
//! that rows are inserted into.

use crate::{
    engine::Engine,
    read::spelling::cut::{Cut, Edit, is_stand_in, stand_in},
};
use sqlparser::{ast::Expr, keywords::Keyword, tokenizer::Token};

/// What may be overridden (manual, INSERT).
const KINDS: [&str; 2] = ["OVERRIDING SYSTEM VALUE", "OVERRIDING USER VALUE"];

/// `OVERRIDING … VALUE` becomes `PARTITION (stand-in)`.
pub(super) fn read(engine: Engine, cut: &Cut<'_>, at: usize) -> Option<Edit<Vec<Token>>> {
    let words = |kind: &&&str| cut.reads(at, &kind.split(' ').collect::<Vec<_>>());
    let kind = KINDS.iter().find(words).filter(|_| engine == Engine::Postgres)?;
    let partition = Token::make_keyword("PARTITION");
    Some(Edit::new(at..at + 3, vec![partition, Token::LParen, stand_in(engine, kind), Token::RParen]))
}

/// What a partition that rows are inserted into stands for.
pub(crate) fn overridden(partition: &[Expr]) -> Option<&'static str> {
    match partition {
        [Expr::Identifier(ident)] if is_stand_in(ident) => {
            KINDS.into_iter().find(|kind| ident.value.get(1..) == Some(*kind))
        }
        _ => None,
    }
}

/// Writes what a stand-in in a partition holds.
pub(super) fn write(cut: &Cut<'_>, at: usize) -> Option<Edit<String>> {
    let is_partition = matches!(cut.token(at), Some(Token::Word(word)) if word.keyword == Keyword::PARTITION);
    if !is_partition || !cut.is(at + 1, &Token::LParen) || !cut.is(at + 3, &Token::RParen) {
        return None;
    }
    let kind = cut.stand_in(at + 2).filter(|held| KINDS.contains(held))?;
    Some(Edit::new(at..at + 4, kind.to_owned()))
}
