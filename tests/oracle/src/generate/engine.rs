//! The differences between the engines.

use crate::schema::Backend;

impl Backend {
    pub(super) fn is_sqlite(self) -> bool {
        self == Self::Sqlite
    }

    pub(super) fn is_postgres(self) -> bool {
        self == Self::Postgres
    }

    pub(super) fn is_mariadb(self) -> bool {
        self == Self::MariaDb
    }

    /// Whether placeholders may have numbers.
    pub(super) fn has_numbered_values(self) -> bool {
        !self.is_mariadb()
    }

    pub(super) fn has_full_join(self) -> bool {
        !self.is_mariadb()
    }

    /// Whether a join may lack its condition.
    pub(super) fn has_join_without_on(self) -> bool {
        !self.is_postgres()
    }

    /// Whether derived tables can reference columns of the query around their query.
    pub(super) fn has_correlated_derived_tables(self) -> bool {
        !self.is_mariadb()
    }

    pub(super) fn has_filter(self) -> bool {
        !self.is_mariadb()
    }

    /// Whether `||` concatenates texts.
    pub(super) fn has_concat_operator(self) -> bool {
        !self.is_mariadb()
    }

    /// Whether there are ANY and ALL of a query.
    pub(super) fn has_quantifiers(self) -> bool {
        !self.is_sqlite()
    }

    /// Whether IN, ANY and ALL take a query with LIMIT.
    pub(super) fn limits_in_lists(self) -> bool {
        !self.is_mariadb()
    }

    /// Whether the operands of a set operation may stand in parentheses.
    pub(super) fn has_parenthesised_operands(self) -> bool {
        !self.is_sqlite()
    }

    /// Whether there are INTERSECT ALL and EXCEPT ALL; with several of them MariaDB 10.11 may never end a statement,
    /// and cannot be interrupted.
    pub(super) fn has_all_of_everything(self) -> bool {
        self.is_postgres()
    }

    pub(super) fn has_nulls_first(self) -> bool {
        !self.is_mariadb()
    }

    /// `FETCH FIRST n ROWS ONLY`.
    pub(super) fn has_fetch(self) -> bool {
        !self.is_sqlite()
    }

    /// GROUPS frames and EXCLUDE.
    pub(super) fn has_groups_frames(self) -> bool {
        !self.is_mariadb()
    }

    /// Whether a row of values can be assigned to a row of columns.
    pub(super) fn has_row_assignment(self) -> bool {
        !self.is_mariadb()
    }

    /// DEFAULT as a value of an INSERT.
    pub(super) fn has_default_value(self) -> bool {
        !self.is_sqlite()
    }

    /// Whether a write's subqueries see what it has already written.
    pub(super) fn writes_are_seen(self) -> bool {
        !self.is_postgres()
    }

    /// Whether UPDATE has RETURNING.
    pub(super) fn has_update_returning(self) -> bool {
        !self.is_mariadb()
    }

    /// The type of an integer in CAST.
    pub(super) fn int_type(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "integer",
            Self::MariaDb => "signed",
        }
    }

    /// The type of a text in CAST.
    pub(super) fn text_type(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "text",
            Self::MariaDb => "char",
        }
    }

    /// The character around a quoted name.
    pub(super) fn quote(self) -> char {
        match self {
            Self::Sqlite | Self::Postgres => '"',
            Self::MariaDb => '`',
        }
    }
}
