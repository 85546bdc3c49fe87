use sea_orm_multitenant_sql::{Catalogue, Conflict, Ownership, Table, TenantType};

#[test]
fn all_conflicts_are_reported_together() {
    let conflicts = Catalogue::new([
        Table::tenant("p", "t", TenantType::BigInt),
        Table::tenant("p", "other", TenantType::BigInt),
        Table::shared("q", false),
        Table::shared("q", true),
        Table::tenant("r", "missing", TenantType::BigInt).with_columns(["id", "t"]),
        Table::tenant("naïve", "t", TenantType::BigInt),
        Table::tenant("s", "", TenantType::BigInt),
    ])
    .expect_err("five conflicts");
    let kinds: Vec<_> = conflicts
        .iter()
        .map(|conflict| match conflict {
            Conflict::Declared { table, .. } => format!("declared {table}"),
            Conflict::MissingColumn { table, column, .. } => format!("missing {table}.{column}"),
            Conflict::Name { name } => format!("name {name:?}"),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(kinds, ["declared p", "declared q", "missing r.missing", "name \"naïve\"", "name \"\""]);
}

#[test]
fn declarations_that_agree_are_merged() {
    let catalogue = Catalogue::new([
        Table::tenant("p", "t", TenantType::BigInt).with_columns(["t", "id"]).with_primary_key(["t", "id"]),
        Table::tenant("p", "t", TenantType::BigInt).with_columns(["t", "name"]),
    ])
    .expect("they agree");
    let [table] = catalogue.tables() else { panic!("one table") };
    assert_eq!(table.columns(), ["t", "id", "name"]);
    assert_eq!(table.primary_key(), ["t", "id"]);
    assert_eq!(*table.ownership(), Ownership::Tenant { column: "t".to_owned(), ty: TenantType::BigInt });
}

#[test]
fn different_primary_keys_of_one_table_are_a_conflict() {
    let conflicts = Catalogue::new([
        Table::tenant("p", "t", TenantType::BigInt).with_primary_key(["id"]),
        Table::tenant("p", "t", TenantType::BigInt).with_primary_key(["t", "id"]),
    ])
    .expect_err("one conflict");
    assert!(matches!(conflicts.as_slice(), [Conflict::Declared { .. }]));
}

#[test]
fn one_name_in_two_schemas_is_two_tables() {
    let table = |schema: &str| Table::tenant("p", "t", TenantType::BigInt).in_schema(Some(schema));
    let catalogue = Catalogue::new([table("a"), table("b")]).expect("no conflict");
    assert_eq!(catalogue.tables().iter().map(Table::qualified_name).collect::<Vec<_>>(), ["a.p", "b.p"]);
}
