//! The application, driven over HTTP as two accounts, on each backend.
//!
//! The modules contain the tests; the list below runs each of them on SQLite, PostgreSQL, MariaDB and Citus, each on
//! its own database. `cargo xtask test` starts the servers.

// Clippy's setting that allows this in tests covers only functions with `#[test]`.
#![allow(clippy::unwrap_used)]

mod command_line;
mod database;
mod imports;
mod isolation;
mod limits;
mod login;
mod managers;
mod migrations;
mod origins;
mod pages;
mod projects;
mod routes;
mod shards;
mod site;
mod statements;
mod tasks;
mod tenants;
mod transactions;

/// Runs each test on each backend.
macro_rules! on_each_backend {
    ($($module:ident::$test:ident,)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                crate::site::run(crate::database::sqlite(), crate::$module::$test).await;
            })*
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                crate::site::run(crate::database::postgres().await, crate::$module::$test).await;
            })*
        }
        mod mariadb {
            $(#[tokio::test]
            async fn $test() {
                crate::site::run(crate::database::mariadb().await, crate::$module::$test).await;
            })*
        }
        mod on {
            // Tests on Citus are recognised by `::citus::` in their names.
            mod citus {
                $(#[tokio::test]
                async fn $test() {
                    crate::site::run(crate::database::citus().await, crate::$module::$test).await;
                })*
            }
        }
    };
}

on_each_backend! {
    isolation::nothing_of_another_account_is_in_any_response,
    isolation::another_accounts_ids_answer_404_to_every_route_and_method,
    isolation::another_accounts_id_and_no_ones_id_get_the_same_answer,
    isolation::a_forged_project_or_manager_is_refused_and_nothing_is_stored,
    isolation::the_database_itself_refuses_a_row_of_another_account_as_parent,
    isolation::a_body_that_names_an_account_is_refused,
    isolation::requests_of_two_accounts_at_once_stay_apart,
    login::pages_send_who_is_not_logged_in_to_the_login,
    login::the_api_answers_401_to_who_is_not_logged_in,
    login::a_wrong_password_is_refused_without_saying_what_was_wrong,
    login::a_form_logs_in_and_out,
    login::a_session_ends_with_the_logout,
    login::a_made_up_session_is_nobodys,
    login::a_login_begins_another_session_than_the_browser_brings,
    origins::a_write_that_another_page_sends_is_refused_before_all_else,
    origins::a_write_of_the_hosts_own_page_or_of_a_person_is_taken,
    origins::only_the_applications_own_cookie_is_taken,
    limits::every_list_has_pages_and_no_page_has_more_rows_than_the_most,
    limits::no_page_shows_more_rows_than_the_most,
    limits::a_form_keeps_what_is_chosen_and_not_among_the_first,
    limits::too_much_in_one_request_is_refused_and_nothing_is_stored,
    limits::a_project_has_no_more_managers_than_the_most_however_they_come,
    limits::imports_of_one_account_at_once_leave_the_queue_to_the_others,
    limits::an_import_that_has_ended_leaves_its_place_to_another,
    limits::whoever_sends_bodies_slowly_keeps_nobody_from_the_database,
    limits::a_password_can_be_guessed_only_so_often,
    limits::an_email_or_password_that_cannot_be_is_only_wrong,
    managers::the_api_creates_edits_and_deletes_managers,
    managers::an_invalid_manager_is_answered_422_and_nothing_is_stored,
    managers::managers_are_listed_in_pages_by_filters_and_by_cursors,
    projects::forms_create_edit_and_delete_projects,
    projects::the_api_creates_edits_and_deletes_projects,
    projects::managers_are_assigned_and_removed,
    projects::a_deleted_project_takes_its_own_tasks_with_it_and_no_others,
    projects::a_name_is_unique_within_an_account_only,
    projects::an_invalid_project_is_answered_422_and_nothing_is_stored,
    projects::what_people_write_is_kept_letter_by_letter,
    tasks::forms_create_edit_move_and_delete_tasks,
    tasks::the_api_creates_edits_moves_and_deletes_tasks,
    tasks::an_invalid_task_is_answered_422_and_nothing_is_stored,
    tenants::each_account_has_its_address_and_the_other_has_none_of_its_links,
    tenants::a_header_names_the_account_as_well_as_a_subdomain,
    tenants::an_unknown_or_missing_account_is_refused_by_pages_and_api,
    tenants::who_belongs_to_another_account_is_refused_whatever_the_request_is,
    tenants::the_domain_itself_lists_the_accounts,
    transactions::a_refused_request_leaves_nothing_of_what_it_had_written,
    transactions::a_request_that_succeeds_keeps_all_of_it,
    imports::an_import_ends_with_tasks_of_its_own_account_only,
    imports::two_accounts_import_at_once_and_stay_apart,
    imports::the_page_looks_again_until_the_import_has_ended,
    imports::a_message_without_an_account_or_for_anothers_project_writes_nothing,
    imports::what_cannot_be_imported_comes_back_with_the_form,
    pages::what_people_type_is_escaped,
    pages::a_form_with_a_mistake_comes_back_with_what_was_typed,
    pages::addresses_of_nothing_answer_404_and_wrong_methods_405,
    pages::two_accounts_are_shown_side_by_side,
    pages::no_cache_keeps_a_page_and_no_script_runs,
    migrations::the_migrations_run_up_and_down_and_up,
    command_line::the_command_line_finds_nothing_in_the_applications_database,
    pages::a_second_start_finds_the_database_as_it_was,
}
