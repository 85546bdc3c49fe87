//! R: reading.

use super::prelude::*;
use sea_orm::sea_query::{Alias, Asterisk, ExprTrait, SelectStatement, SubQueryStatement, UnionType};

/// R1.
async fn r1_raw_sql_that_makes_models_sees_only_the_tenants_rows(db: &TestDb) -> Outcome {
    let statement = Statement::from_string(
        db.unscoped().get_database_backend(),
        format!("select * from {PREFIX}project order by id"),
    );
    let rows = project::Entity::find().from_raw_sql(statement.clone()).all(&scope(db, A)).await?;
    assert_eq!(rows, projects_of_a());
    let rows = project::Model::find_by_statement(statement).all(&scope(db, A)).await?;
    assert_eq!(rows, projects_of_a());
    Ok(())
}

/// R2: a cursor is a statement without any model.
async fn r2_raw_sql_without_models_sees_only_the_tenants_rows(db: &TestDb) -> Outcome {
    let statement = Statement::from_string(
        db.unscoped().get_database_backend(),
        format!("select name from {PREFIX}project order by id"),
    );
    let rows = scope(db, A).query_all_raw(statement).await?;
    let names: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    assert_eq!(names, ["A-p5", "A-p100"]);
    Ok(())
}

/// R3: an entity has no second way to its rows; the nearest are its select and its loader.
async fn r3_every_finder_of_an_entity_is_scoped(db: &TestDb) -> Outcome {
    let rows = project::Entity::find().order_by_asc(project::Column::Id).all(&scope(db, A)).await?;
    assert_eq!(rows, projects_of_a());
    let rows = project::Entity::load().order_by_asc(project::Column::Id).all(&scope(db, A)).await?;
    assert_eq!(rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["A-p5", "A-p100"]);
    Ok(())
}

/// R3b.
async fn r3b_a_partial_select_sees_only_the_tenants_rows(db: &TestDb) -> Outcome {
    assert_eq!(names(project::Entity::find(), &scope(db, A)).await?, ["A-p100", "A-p5"]);
    assert_eq!(project::Entity::find().count(&scope(db, A)).await?, 2);
    Ok(())
}

/// R4: a second entity of the same table, which says nothing of tenants.
async fn r4_a_second_entity_of_the_table_is_scoped_by_the_tables_name(db: &TestDb) -> Outcome {
    let rows = bare_project::Entity::find().order_by_asc(bare_project::Column::Id).all(&scope(db, A)).await?;
    let expected =
        [(5, "A-p5"), (100, "A-p100")].map(|(id, name)| bare_project::Model { id, name: name.to_owned() });
    assert_eq!(rows, expected);
    Ok(())
}

/// R5: the relation names the id alone, and the forged note names B's task.
async fn r5_a_join_by_id_alone_reaches_no_row_of_another_tenant(db: &TestDb) -> Outcome {
    let rows: Vec<(String, String)> = note::Entity::find()
        .select_only()
        .column(note::Column::Text)
        .column(task::Column::Name)
        .join(JoinType::InnerJoin, plain_task_of_note())
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, [pair("A-n", "A-t100")]);
    Ok(())
}

/// R6.
async fn r6_a_foreign_key_to_another_tenants_row_finds_nothing(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let forged = note::Entity::find_by_id(key(A, 2)).one(&scope).await?.expect("the forged note is A's");
    assert_eq!(forged.find_related(task::Entity).one(&scope).await?, None);
    assert_eq!(task::Entity::find().filter(task::Column::Id.eq(forged.task_id)).one(&scope).await?, None);
    let own = note::Entity::find_by_id(key(A, 1)).one(&scope).await?.expect("A has the note");
    assert_eq!(own.find_related(task::Entity).one(&scope).await?, Some(task_row(A, 100, 100, "A-t100")));
    Ok(())
}

/// R7.
async fn r7_a_row_selected_with_its_parent_has_no_parent_of_another_tenant(db: &TestDb) -> Outcome {
    let expected = [
        (note_row(A, 1, 100, "A-n"), Some(task_row(A, 100, 100, "A-t100"))),
        (note_row(A, 2, 200, "A-forged"), None),
    ];
    let notes = || note::Entity::find().order_by_asc(note::Column::Id);
    assert_eq!(notes().find_also_related(task::Entity).all(&scope(db, A)).await?, expected);
    let plain = notes().select_also(task::Entity).join(JoinType::LeftJoin, plain_task_of_note());
    assert_eq!(plain.all(&scope(db, A)).await?, expected);
    Ok(())
}

/// R7b.
async fn r7b_a_loader_brings_no_parent_of_another_tenant(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let notes = note::Entity::find().order_by_asc(note::Column::Id).all(&scope).await?;
    let tasks = notes.load_one(task::Entity, &scope).await?;
    assert_eq!(tasks, [Some(task_row(A, 100, 100, "A-t100")), None]);
    Ok(())
}

/// R8.
async fn r8_a_join_by_the_entitys_relation_stays_within_the_tenant(db: &TestDb) -> Outcome {
    let rows = task::Entity::find()
        .find_also_related(project::Entity)
        .order_by_asc(task::Column::Id)
        .all(&scope(db, A))
        .await?;
    let expected = [
        (task_row(A, 50, 5, "A-t50"), Some(project_row(A, 5, "A-p5", 1))),
        (task_row(A, 100, 100, "A-t100"), Some(project_row(A, 100, "A-p100", 1))),
    ];
    assert_eq!(rows, expected);
    Ok(())
}

/// R9.
async fn r9_a_join_from_a_reference_table_to_a_tenant_table_stays_within_the_tenant(db: &TestDb) -> Outcome {
    let rows: Vec<(String, Option<String>)> = country::Entity::find()
        .select_only()
        .column(country::Column::Name)
        .column_as(account::Column::Name, "account")
        .left_join(account::Entity)
        .order_by_asc(country::Column::Id)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, [("France".to_owned(), Some("A".to_owned())), ("Japan".to_owned(), None)]);
    let rows: Vec<(String, Option<String>)> = employee::Entity::find()
        .select_only()
        .column(employee::Column::Name)
        .column_as(project::Column::Name, "project")
        .left_join(project::Entity)
        .order_by_asc(employee::Column::Id)
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    let eve = |name: &str| ("Eve".to_owned(), Some(name.to_owned()));
    assert_eq!(rows, [eve("A-p5"), eve("A-p100"), ("Finn".to_owned(), None)]);
    Ok(())
}

/// R10.
async fn r10_an_aggregate_over_a_join_from_a_reference_table_counts_own_rows(db: &TestDb) -> Outcome {
    let rows: Vec<(i64, i64)> = country::Entity::find()
        .select_only()
        .column(country::Column::Id)
        .column_as(project::Column::Id.count(), "n")
        .left_join(account::Entity)
        .join(JoinType::LeftJoin, project::Relation::Account.def().rev())
        .group_by(country::Column::Id)
        .order_by_asc(country::Column::Id)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, [(1, 2), (2, 0)]);
    Ok(())
}

/// R11.
async fn r11_the_rows_related_to_a_reference_row_are_the_tenants_own(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let france = country::Entity::find_by_id(1).one(&scope).await?.expect("all tenants read it");
    let accounts = france.find_related(account::Entity).all(&scope).await?;
    assert_eq!(accounts, [account::Model { id: A, name: "A".to_owned(), country_id: 1 }]);
    Ok(())
}

/// R11b.
async fn r11b_a_loader_from_reference_rows_brings_own_rows(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let employees = employee::Entity::find().order_by_asc(employee::Column::Id).all(&scope).await?;
    let projects = project::Entity::find().order_by_asc(project::Column::Id);
    assert_eq!(employees.load_many(projects, &scope).await?, [projects_of_a(), vec![]]);
    Ok(())
}

/// R12.
async fn r12_a_reference_row_is_not_matched_through_another_tenants_rows(db: &TestDb) -> Outcome {
    let found = |prefix: &'static str| {
        employee::Entity::find().inner_join(project::Entity).filter(project::Column::Name.starts_with(prefix))
    };
    assert_no_rows(&found("B").all(&scope(db, A)).await?);
    assert_eq!(found("A-p5").all(&scope(db, A)).await?, [employee::Model { id: 1, name: "Eve".to_owned() }]);
    let related =
        employee::Entity::find().has_related(project::Entity, project::Column::Name.starts_with("B"));
    assert_no_rows(&related.all(&scope(db, A)).await?);
    Ok(())
}

/// R13.
async fn r13_a_count_over_a_join_by_the_relation_counts_own_rows(db: &TestDb) -> Outcome {
    let rows: Vec<(String, i64)> = project::Entity::find()
        .select_only()
        .column(project::Column::Name)
        .column_as(task::Column::Id.count(), "n")
        .left_join(task::Entity)
        .group_by(project::Column::Id)
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, [("A-p5".to_owned(), 1), ("A-p100".to_owned(), 1)]);
    Ok(())
}

/// R14: an error there, for want of the tenant in GROUP BY; the scope puts it in.
async fn r14_a_count_over_a_join_by_id_alone_counts_own_rows(db: &TestDb) -> Outcome {
    let rows: Vec<(String, i64)> = task::Entity::find()
        .select_only()
        .column(task::Column::Name)
        .column_as(note::Column::Id.count(), "n")
        .join(JoinType::LeftJoin, plain_task_of_note().rev())
        .group_by(task::Column::Id)
        .order_by_asc(task::Column::Id)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, [("A-t50".to_owned(), 0), ("A-t100".to_owned(), 1)]);
    Ok(())
}

/// R15.
async fn r15_a_table_and_condition_put_in_as_text_are_scoped(db: &TestDb) -> Outcome {
    let with_tasks = |pattern: &str| {
        let mut select = project::Entity::find();
        QuerySelect::query(&mut select).from(task::Entity);
        select.filter(Expr::cust(format!("{PREFIX}task.name like '{pattern}'")))
    };
    assert_eq!(names(with_tasks("B%"), &scope(db, A)).await?, [] as [&str; 0]);
    assert_eq!(names(with_tasks("A-t50"), &scope(db, A)).await?, ["A-p100", "A-p5"]);
    Ok(())
}

/// R15b.
async fn r15b_a_subquery_put_into_the_select_list_as_text_is_scoped(db: &TestDb) -> Outcome {
    let rows: Vec<(String, String)> = project::Entity::find()
        .select_only()
        .expr_as(Expr::cust(format!("(select max(name) from {PREFIX}project)")), "x")
        .column(project::Column::Name)
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, [pair("A-p5", "A-p5"), pair("A-p5", "A-p100")]);
    Ok(())
}

/// R15c.
async fn r15c_a_condition_put_in_as_text_cannot_get_out_of_its_parentheses(db: &TestDb) -> Outcome {
    let balanced = project::Entity::find().filter(Expr::cust("(1=0) or (1=1)"));
    assert_eq!(names(balanced, &scope(db, A)).await?, ["A-p100", "A-p5"]);
    let sql = format!("SELECT name FROM {PREFIX}project WHERE (id = 0 AND (1=1) or (1=1)) ORDER BY id");
    let rows =
        scope(db, A).query_all_raw(Statement::from_string(db.unscoped().get_database_backend(), sql)).await?;
    assert_eq!(rows.len(), 2);
    let unbalanced = project::Entity::find().filter(Expr::cust("1=1) or (1=1"));
    let error = tenancy_error(unbalanced.all(&scope(db, A)).await);
    assert!(matches!(error, TenancyError::Refused(Refusal::Parse { .. })), "{error:?}");
    Ok(())
}

/// R16.
async fn r16_a_correlated_subquery_is_scoped(db: &TestDb) -> Outcome {
    assert_eq!(with_last_task(&scope(db, A), last_task()).await?, own_last_tasks());
    Ok(())
}

/// R17: the subquery is built before there is a scope, and knows no tenant.
async fn r17_a_subquery_built_before_the_scope_is_scoped(db: &TestDb) -> Outcome {
    let subquery = last_task();
    let scope = scope(db, A);
    assert_eq!(with_last_task(&scope, subquery).await?, own_last_tasks());
    Ok(())
}

/// R18: the subquery is text.
async fn r18_a_correlated_subquery_as_text_is_scoped(db: &TestDb) -> Outcome {
    let subquery = format!(
        "(SELECT u.name FROM {PREFIX}task u WHERE u.project_id = {PREFIX}project.id ORDER BY u.name DESC LIMIT 1)"
    );
    let rows: Vec<(String, String)> = project::Entity::find()
        .select_only()
        .column(project::Column::Name)
        .expr_as(Expr::cust(subquery), "t")
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, own_last_tasks());
    Ok(())
}

/// R19.
async fn r19_exists_in_a_query_of_a_reference_table_is_scoped(db: &TestDb) -> Outcome {
    let with_account = |name: &str| {
        let subquery = Query::select()
            .expr(Expr::val(1))
            .from(account::Entity)
            .and_where(
                Expr::col((account::Entity, account::Column::CountryId))
                    .equals((country::Entity, country::Column::Id)),
            )
            .and_where(Expr::col((account::Entity, account::Column::Name)).eq(name))
            .to_owned();
        country::Entity::find().filter(Expr::exists(subquery))
    };
    assert_no_rows(&with_account("B").all(&scope(db, A)).await?);
    let rows = with_account("A").all(&scope(db, A)).await?;
    assert_eq!(rows, [country::Model { id: 1, name: "France".to_owned() }]);
    Ok(())
}

/// R20.
async fn r20_a_union_of_two_selects_is_scoped_on_both_sides(db: &TestDb) -> Outcome {
    let branch = |id: i64| project::Entity::find().filter(project::Column::Id.eq(id));
    let mut union = branch(5);
    QuerySelect::query(&mut union).union(UnionType::Distinct, branch(100).into_query());
    let mut rows = union.all(&scope(db, A)).await?;
    rows.sort_by_key(|row| row.id);
    assert_eq!(rows, projects_of_a());
    Ok(())
}

/// R21: the second branch is of the entity that says nothing of tenants.
async fn r21_a_union_with_a_branch_that_knows_no_tenant_is_scoped(db: &TestDb) -> Outcome {
    let branch = |id: i64| bare_project::Entity::find().filter(bare_project::Column::Id.eq(id));
    let mut union = branch(5);
    QuerySelect::query(&mut union).union(UnionType::All, branch(200).into_query());
    let rows = union.all(&scope(db, A)).await?;
    assert_eq!(rows, [bare_project::Model { id: 5, name: "A-p5".to_owned() }]);
    Ok(())
}

/// R22: conditions are joined by OR, one of them true for every row.
async fn r22_a_condition_that_matches_all_rows_matches_the_tenants(db: &TestDb) -> Outcome {
    let any = Condition::any()
        .add(project::Column::Id.eq(5))
        .add(project::Column::Id.is_not_null())
        .add(project::Column::AccountId.eq(B));
    assert_eq!(names(project::Entity::find().filter(any), &scope(db, A)).await?, ["A-p100", "A-p5"]);
    Ok(())
}

/// R23.
async fn r23_a_select_built_before_the_scope_is_scoped(db: &TestDb) -> Outcome {
    let select = project::Entity::find().order_by_asc(project::Column::Id);
    let statement = select.clone().build(db.unscoped().get_database_backend());
    let scope = scope(db, A);
    assert_eq!(select.all(&scope).await?, projects_of_a());
    assert_eq!(project::Entity::find().from_raw_sql(statement).all(&scope).await?, projects_of_a());
    Ok(())
}

/// R24: a select carries no tenant; a statement that was rewritten for B, or names B, is empty for A.
async fn r24_a_select_used_by_another_tenant_before_is_the_tenants_own(db: &TestDb) -> Outcome {
    let (a, b) = (scope(db, A), scope(db, B));
    let select = project::Entity::find().order_by_asc(project::Column::Id);
    assert_eq!(names(select.clone(), &b).await?, ["B-p200", "B-p5"]);
    assert_eq!(names(select.clone(), &a).await?, ["A-p100", "A-p5"]);
    let rewritten = b.rewrite(select.build(db.unscoped().get_database_backend()))?;
    assert_no_rows(&project::Entity::find().from_raw_sql(rewritten).all(&a).await?);
    Ok(())
}

/// R25: SQLite has no such locks, and SeaORM leaves them out there.
async fn r25_a_select_for_update_is_scoped(db: &TestDb) -> Outcome {
    let transaction = scope(db, A).begin().await?;
    let select = project::Entity::find().order_by_asc(project::Column::Id).lock_exclusive();
    assert_eq!(select.all(&transaction).await?, projects_of_a());
    transaction.commit().await?;
    Ok(())
}

/// R25b.
async fn r25b_a_join_for_update_is_scoped(db: &TestDb) -> Outcome {
    let transaction = scope(db, A).begin().await?;
    let select = task::Entity::find()
        .inner_join(project::Entity)
        .filter(project::Column::Name.is_in(["A-p100", "B-p200"]))
        .lock_exclusive();
    assert_eq!(select.all(&transaction).await?, [task_row(A, 100, 100, "A-t100")]);
    transaction.rollback().await?;
    Ok(())
}

/// R26.
async fn r26_a_count_of_a_join_counts_own_rows(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    assert_eq!(project::Entity::find().inner_join(task::Entity).count(&scope).await?, 2);
    let plain = note::Entity::find().join(JoinType::InnerJoin, plain_task_of_note());
    assert_eq!(plain.paginate(&scope, 10).num_items().await?, 1);
    Ok(())
}

/// R26b.
async fn r26b_an_aggregate_from_the_root_table_counts_own_rows(db: &TestDb) -> Outcome {
    let rows: Vec<(String, i64)> = account::Entity::find()
        .select_only()
        .column(account::Column::Name)
        .column_as(project::Column::Id.count(), "n")
        .left_join(project::Entity)
        .group_by(account::Column::Name)
        .into_tuple()
        .all(&scope(db, A))
        .await?;
    assert_eq!(rows, [("A".to_owned(), 2)]);
    Ok(())
}

/// R27.
async fn r27_another_tenants_object_cannot_be_read_again(db: &TestDb) -> Outcome {
    let object = project_of_b(db, 200).await?;
    let again = project::Entity::find_by_id(key(B, object.id)).one(&scope(db, A)).await?;
    assert_eq!(again, None);
    let by_model =
        project::Entity::find().filter(project::Column::Id.eq(object.id)).one(&scope(db, A)).await?;
    assert_eq!(by_model, None);
    Ok(())
}

/// R27b: an error there, two rows for one id.
async fn r27b_an_own_object_is_read_again_when_another_tenant_has_its_id(db: &TestDb) -> Outcome {
    assert_eq!(
        project::Entity::find_by_id(key(A, 5)).one(&scope(db, A)).await?,
        Some(project_row(A, 5, "A-p5", 1))
    );
    let rows = project::Entity::find().filter(project::Column::Id.eq(5)).all(&scope(db, A)).await?;
    assert_eq!(rows, [project_row(A, 5, "A-p5", 1)]);
    Ok(())
}

/// R28.
async fn r28_many_to_many_relations_stay_within_the_tenant(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let boards = board::Entity::find().order_by_asc(board::Column::Id).all(&scope).await?;
    assert_eq!(boards, [board_row(A, 5), board_row(A, 100)]);
    assert_eq!(boards[1].find_related(tag::Entity).all(&scope).await?, [tag_row(A, 100)]);
    assert_eq!(boards.load_many(tag::Entity, &scope).await?, [[tag_row(A, 5)], [tag_row(A, 100)]]);
    Ok(())
}

/// R29.
async fn r29_the_junction_table_is_scoped(db: &TestDb) -> Outcome {
    let rows = board_tag::Entity::find().order_by_asc(board_tag::Column::BoardId).all(&scope(db, A)).await?;
    assert_eq!(rows, [board_tag_row(A, 5, 5), board_tag_row(A, 100, 100)]);
    Ok(())
}

/// R30: the link cannot be forged in a scope; with keys of one column, one that is there leads nowhere.
async fn r30_a_forged_link_leads_to_no_row_of_another_tenant(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    let forged = || board_tag::Entity::insert(board_tag_row(A, 100, 200).into_active_model());
    assert_stray(forged().exec_without_returning(&scope).await, "board_tag", "tag_id", "tag");
    if !IS_COMPOSITE {
        assert_eq!(forged().exec_without_returning(db.unscoped()).await?, 1);
    }
    let rows: Vec<Option<String>> = board::Entity::find()
        .select_only()
        .column(tag::Column::Name)
        .left_join(tag::Entity)
        .filter(board::Column::Id.eq(100))
        .into_tuple()
        .all(&scope)
        .await?;
    let found: Vec<_> = rows.into_iter().flatten().collect();
    assert_eq!(found, ["A-tag100"]);
    let board = board::Entity::find_by_id(key(A, 100)).one(&scope).await?.expect("A has the board");
    assert_eq!(board.find_related(tag::Entity).all(&scope).await?, [tag_row(A, 100)]);
    assert_eq!(vec![board].load_many(tag::Entity, &scope).await?, [[tag_row(A, 100)]]);
    Ok(())
}

/// R31: a form's choices, a select made once a process.
async fn r31_a_select_made_once_for_all_tenants_is_scoped_each_time(db: &TestDb) -> Outcome {
    static CHOICES: std::sync::LazyLock<Select<project::Entity>> =
        std::sync::LazyLock::new(project::Entity::find);
    assert_eq!(names(CHOICES.clone(), &scope(db, B)).await?, ["B-p200", "B-p5"]);
    assert_eq!(names(CHOICES.clone(), &scope(db, A)).await?, ["A-p100", "A-p5"]);
    Ok(())
}

/// R32: a look-up that validates the id finds nothing. With a relation of the id alone the scope refuses the row; with one
/// that has the tenant in it the key is left to the database, which has none here: the stored value leads nowhere.
async fn r32_another_tenants_id_does_not_validate_and_leads_nowhere(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    assert_eq!(task::Entity::find().filter(task::Column::Id.eq(200)).count(&scope).await?, 0);
    let forged = note::Entity::insert(note_row(A, 500, 200, "forged").into_active_model());
    let stored = forged.exec_without_returning(&scope).await;
    if !IS_COMPOSITE {
        assert_foreign_parent(stored, "note", "task_id", "task");
        return Ok(());
    }
    assert_eq!(stored?, 1);
    let note = note::Entity::find_by_id(key(A, 500)).one(&scope).await?.expect("the note is A's");
    assert_eq!(note.find_related(task::Entity).one(&scope).await?, None);
    assert_eq!(note::Entity::find().join(JoinType::InnerJoin, plain_task_of_note()).count(&scope).await?, 1);
    Ok(())
}

/// R32b: with composite keys the database refuses the value; with keys of one column the scope does.
async fn r32b_another_tenants_id_in_a_relation_is_refused(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    assert_eq!(project::Entity::find().filter(project::Column::Id.eq(200)).count(&scope).await?, 0);
    let stored = task::Entity::insert(task_row(A, 500, 200, "forged").into_active_model());
    assert_stray(stored.exec_without_returning(&scope).await, "task", "project_id", "project");
    assert_eq!(task::Entity::find_by_id(key(A, 500)).one(&scope).await?, None);
    Ok(())
}

/// R33: there the answer was A's project of the same id.
async fn r33_the_parent_of_another_tenants_object_is_not_found(db: &TestDb) -> Outcome {
    let object = task::Entity::find_by_id(key(B, B50)).one(&scope(db, B)).await?.expect("B has the task");
    let scope = scope(db, A);
    assert_eq!(object.find_related(project::Entity).one(&scope).await?, None);
    assert_eq!(vec![object].load_one(project::Entity, &scope).await?, [None]);
    Ok(())
}

/// R34.
async fn r34_a_list_of_ids_finds_own_rows(db: &TestDb) -> Outcome {
    let select = project::Entity::find().filter(project::Column::Id.is_in([5, 100, 200]));
    assert_eq!(names(select, &scope(db, A)).await?, ["A-p100", "A-p5"]);
    Ok(())
}

/// R35.
async fn r35_a_filter_by_another_tenant_finds_nothing(db: &TestDb) -> Outcome {
    let select = project::Entity::find().filter(project::Column::AccountId.eq(B));
    assert_no_rows(&select.all(&scope(db, A)).await?);
    Ok(())
}

/// R36: tables named by text, as a generic relation names them; an unknown one is refused.
async fn r36_a_table_named_by_text_is_scoped(db: &TestDb) -> Outcome {
    let scope = scope(db, A);
    for (table, rows) in [("project", 2), ("task", 2), ("note", 2), ("board_tag", 2), ("project_manager", 1)]
    {
        let query = Query::select().column(Asterisk).from(Alias::new(format!("{PREFIX}{table}"))).to_owned();
        assert_eq!(scope.query_all(&query).await?.len(), rows, "{table}");
    }
    let query = Query::select().column(Asterisk).from(Alias::new("content_type")).to_owned();
    let error = tenancy_error(scope.query_all(&query).await);
    assert!(matches!(error, TenancyError::Refused(Refusal::UnknownTable { .. })), "{error:?}");
    Ok(())
}

/// A relation of the id alone, as of a plain foreign key.
pub(super) fn plain_task_of_note() -> RelationDef {
    note::Entity::belongs_to(task::Entity).from(note::Column::TaskId).to(task::Column::Id).into()
}

/// The name of a project's last task.
fn last_task() -> SelectStatement {
    Query::select()
        .column((task::Entity, task::Column::Name))
        .from(task::Entity)
        .and_where(
            Expr::col((task::Entity, task::Column::ProjectId)).equals((project::Entity, project::Column::Id)),
        )
        .order_by((task::Entity, task::Column::Name), Order::Desc)
        .limit(1)
        .to_owned()
}

/// The projects, each with what a subquery says of it.
async fn with_last_task(
    scope: &TenantScope<DatabaseConnection>,
    subquery: SelectStatement,
) -> Result<Vec<(String, String)>, DbErr> {
    project::Entity::find()
        .select_only()
        .column(project::Column::Name)
        .expr_as(Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(subquery))), "t")
        .order_by_asc(project::Column::Id)
        .into_tuple()
        .all(scope)
        .await
}

/// A's projects and their last tasks.
fn own_last_tasks() -> [(String, String); 2] {
    [pair("A-p5", "A-t50"), pair("A-p100", "A-t100")]
}

/// Two texts.
fn pair(left: &str, right: &str) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

cases!(
    r1_raw_sql_that_makes_models_sees_only_the_tenants_rows,
    r2_raw_sql_without_models_sees_only_the_tenants_rows,
    r3_every_finder_of_an_entity_is_scoped,
    r3b_a_partial_select_sees_only_the_tenants_rows,
    r4_a_second_entity_of_the_table_is_scoped_by_the_tables_name,
    r5_a_join_by_id_alone_reaches_no_row_of_another_tenant,
    r6_a_foreign_key_to_another_tenants_row_finds_nothing,
    r7_a_row_selected_with_its_parent_has_no_parent_of_another_tenant,
    r7b_a_loader_brings_no_parent_of_another_tenant,
    r8_a_join_by_the_entitys_relation_stays_within_the_tenant,
    r9_a_join_from_a_reference_table_to_a_tenant_table_stays_within_the_tenant,
    r10_an_aggregate_over_a_join_from_a_reference_table_counts_own_rows,
    r11_the_rows_related_to_a_reference_row_are_the_tenants_own,
    r11b_a_loader_from_reference_rows_brings_own_rows,
    r12_a_reference_row_is_not_matched_through_another_tenants_rows,
    r13_a_count_over_a_join_by_the_relation_counts_own_rows,
    r14_a_count_over_a_join_by_id_alone_counts_own_rows,
    r15_a_table_and_condition_put_in_as_text_are_scoped,
    r15b_a_subquery_put_into_the_select_list_as_text_is_scoped,
    r15c_a_condition_put_in_as_text_cannot_get_out_of_its_parentheses,
    r16_a_correlated_subquery_is_scoped,
    r17_a_subquery_built_before_the_scope_is_scoped,
    r18_a_correlated_subquery_as_text_is_scoped,
    r19_exists_in_a_query_of_a_reference_table_is_scoped,
    r20_a_union_of_two_selects_is_scoped_on_both_sides,
    r21_a_union_with_a_branch_that_knows_no_tenant_is_scoped,
    r22_a_condition_that_matches_all_rows_matches_the_tenants,
    r23_a_select_built_before_the_scope_is_scoped,
    r24_a_select_used_by_another_tenant_before_is_the_tenants_own,
    r25_a_select_for_update_is_scoped,
    r25b_a_join_for_update_is_scoped,
    r26_a_count_of_a_join_counts_own_rows,
    r26b_an_aggregate_from_the_root_table_counts_own_rows,
    r27_another_tenants_object_cannot_be_read_again,
    r27b_an_own_object_is_read_again_when_another_tenant_has_its_id,
    r28_many_to_many_relations_stay_within_the_tenant,
    r29_the_junction_table_is_scoped,
    r30_a_forged_link_leads_to_no_row_of_another_tenant,
    r31_a_select_made_once_for_all_tenants_is_scoped_each_time,
    r32_another_tenants_id_does_not_validate_and_leads_nowhere,
    r32b_another_tenants_id_in_a_relation_is_refused,
    r33_the_parent_of_another_tenants_object_is_not_found,
    r34_a_list_of_ids_finds_own_rows,
    r35_a_filter_by_another_tenant_finds_nothing,
    r36_a_table_named_by_text_is_scoped,
);
