//! Foreign keys in a SET list.

use crate::{
    catalogue::links::ParentCheck,
    names,
    refusal::{Result, refuse_on},
    rewrite::{
        parents::{
            asked::{Leaf, leaf},
            own::inserted_column,
            place::{Place, is_null, refuse_part, refuse_twice, refuse_uncertain},
        },
        rewriter::Rewriter,
        target::Target,
    },
};
use sqlparser::ast::{Assignment, AssignmentTarget, ObjectName, TableWithJoins};

/// The SET list that assignments are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rewrite) enum SetList<'f> {
    /// Of `INSERT … SET`.
    Insert,
    /// Of UPDATE, beside this FROM.
    Update(&'f [TableWithJoins]),
    /// Of ON CONFLICT DO UPDATE.
    Conflict,
    /// Of ON DUPLICATE KEY UPDATE.
    DuplicateKey,
}

impl<'a> Rewriter<'a> {
    /// The values of a SET list.
    pub(in crate::rewrite) fn parents_of_assignments(
        &mut self,
        target: &Target<'a>,
        assignments: &mut [Assignment],
        list: SetList<'_>,
    ) -> Result<()> {
        let place = match list {
            SetList::Insert => Place::Row,
            SetList::Update(from) => Place::Set(target, from),
            SetList::Conflict => Place::Conflict(target),
            SetList::DuplicateKey => Place::DuplicateKey(target),
        };
        for check in self.catalogue.parent_checks(target.table) {
            self.settle_defaults(&check, assignments)?;
            let mut written = Vec::new();
            for name in check.key.columns() {
                written.push(self.assigned(&check, name, assignments)?);
            }
            match written[..] {
                [Some(index)] => {
                    self.check_value(&check, target.table, &mut assignments[index].value, place)?;
                }
                [_] => {}
                _ => self.check_assigned(&check, target, &written, assignments, place)?,
            }
        }
        Ok(())
    }

    /// The place of the assignment to a column.
    fn assigned(
        &self,
        check: &ParentCheck<'_>,
        column: &str,
        assignments: &[Assignment],
    ) -> Result<Option<usize>> {
        let is_it = |name: &ObjectName| {
            names::parts(name).map(|parts| parts.last().is_some_and(|ident| self.is_column(ident, column)))
        };
        let mut found = None;
        for (index, assignment) in assignments.iter().enumerate() {
            match &assignment.target {
                AssignmentTarget::ColumnName(name) => {
                    if is_it(name)? && found.replace(index).is_some() {
                        return refuse_twice(check);
                    }
                }
                AssignmentTarget::Tuple(columns) => {
                    for name in columns {
                        if is_it(name)? {
                            return refuse_on(
                                check.table.qualified_name(),
                                format!("a row of columns with `{column}`, whose value is checked,"),
                                "set the column by itself",
                            );
                        }
                    }
                }
            }
        }
        Ok(found)
    }

    /// The values of a key of several columns in a SET list; those that are not in it are the row's own.
    fn check_assigned(
        &mut self,
        check: &ParentCheck<'_>,
        target: &Target<'_>,
        written: &[Option<usize>],
        assignments: &mut [Assignment],
        place: Place<'_>,
    ) -> Result<()> {
        let columns = || check.key.columns().iter().zip(written);
        let is_left = columns().all(|(column, index)| {
            index.is_none_or(|index| self.is_unchanged_key(target, column, &assignments[index].value))
        });
        let has_inserted = matches!(place, Place::Conflict(_) | Place::DuplicateKey(_));
        let is_inserted = has_inserted
            && columns().all(|(column, index)| {
                let value = index.and_then(|index| inserted_column(&assignments[index].value));
                value.is_some_and(|ident| self.is_column(ident, column))
            });
        if is_left || is_inserted {
            return Ok(());
        }
        let own = check.table.tenant_column().map(|(column, _)| column);
        let carrier = columns().position(|(column, index)| Some(column.as_str()) != own && index.is_some());
        let Some(carrier) = carrier else { return refuse_part(check) };
        let values: Vec<_> = columns()
            .map(|(column, index)| match index {
                Some(index) => assignments[*index].value.clone(),
                None => self.tenant_column_of(&target.qualifier, column),
            })
            .collect();
        let is_several = written.iter().flatten().count() > 1;
        if self.engine.assigns_from_left_to_right() && is_several && !values.iter().any(is_null) {
            // What stands to the right of the check may see other values than the check.
            let may_change = |(column, index): (&String, &Option<usize>)| {
                index.is_some_and(|index| {
                    let value = &assignments[index].value;
                    leaf(value) != Some(Leaf::Constant) && !self.is_unchanged_key(target, column, value)
                })
            };
            if columns().any(may_change) {
                return refuse_uncertain(check);
            }
        }
        if matches!(place, Place::Row) && written.contains(&None) {
            return refuse_part(check);
        }
        let stored = self.check_values(check, target.table, values, carrier, place)?;
        for (index, stored) in written.iter().zip(stored.into_iter().flatten()) {
            if let Some(index) = index {
                assignments[*index].value = stored;
            }
        }
        Ok(())
    }
}
