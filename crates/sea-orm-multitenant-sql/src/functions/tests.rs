use std::collections::BTreeSet;

use crate::functions::*;

const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::Postgres, Engine::MySql];
const POSITIONS: [Position; 2] = [Position::Expression, Position::From];

fn is_strictly_sorted(names: &[&str]) -> bool {
    names.windows(2).all(|pair| pair[0] < pair[1])
}

/// An entry's names to try: itself, or for a prefix its bare stem and something longer.
fn samples(entry: &str) -> Vec<String> {
    match entry.strip_suffix('*') {
        Some(prefix) => {
            vec![prefix.to_owned(), prefix.trim_end_matches('_').to_owned(), format!("{prefix}x")]
        }
        None => vec![entry.to_owned()],
    }
}

#[test]
fn names_are_sorted_lower_case_and_listed_once() {
    let mut seen = BTreeSet::new();
    for family in FAMILIES {
        assert!(is_strictly_sorted(family.names), "{:?}", family.names);
        for name in family.names {
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                "{name}"
            );
            for engine in family.engines {
                for position in family.positions {
                    assert!(seen.insert(format!("{engine:?} {position:?} {name}")), "{name} is listed twice");
                }
            }
        }
    }
}

#[test]
fn refusals_are_sorted_and_do_not_overlap() {
    for (index, refusal) in REFUSALS.iter().enumerate() {
        assert!(is_strictly_sorted(refusal.names), "{:?}", refusal.names);
        for entry in refusal.names {
            let stem = entry.trim_end_matches('*');
            for (other_index, other) in REFUSALS.iter().enumerate() {
                for other_entry in other.names {
                    let same = index == other_index && entry == other_entry;
                    assert!(same || !covers(other_entry, stem), "{entry} falls under {other_entry}");
                }
            }
        }
    }
}

#[test]
fn no_allowed_function_has_a_refusal_reason() {
    for name in FAMILIES.iter().flat_map(|family| family.names) {
        assert_eq!(refusal_reason(name), None, "{name}");
    }
}

#[test]
fn refused_functions_are_refused_everywhere() {
    for entry in REFUSALS.iter().flat_map(|refusal| refusal.names) {
        for name in samples(entry) {
            for engine in ENGINES {
                for position in POSITIONS {
                    assert!(!is_allowed(engine, position, &name), "{engine:?} {position:?} {name}");
                }
            }
        }
    }
}

#[test]
fn a_call_of_a_refused_function_says_its_reason() {
    let catalogue = crate::catalogue::tables::Catalogue::default();
    for refusal in REFUSALS {
        for name in refusal.names.iter().flat_map(|entry| samples(entry)) {
            if name.is_empty() || refusal_reason(&name).is_none() {
                continue;
            }
            for engine in ENGINES.into_iter().filter(|engine| !sets_generated_key(*engine, &name)) {
                // A keyword that begins an expression of its own is called in FROM alone.
                let calls = [format!("SELECT {name}(1) AS a"), format!("SELECT 1 AS a FROM {name}(1) AS b")];
                let said = calls.map(|call| {
                    crate::scope_statement(&catalogue, engine, &call).expect_err(&call).to_string()
                });
                let expected = format!("the function `{name}` ({}) cannot be scoped", refusal.reason);
                assert!(said.iter().any(|said| said.starts_with(&expected)), "{engine:?}: {said:?}");
            }
        }
    }
}

#[test]
fn a_function_called_by_its_name_alone_is_refused() {
    let catalogue = crate::catalogue::tables::Catalogue::default();
    for engine in ENGINES {
        for name in ["current_role", "current_schema", "system_user", "current_user", "CURRENT_ROLE"] {
            if !is_called_by_name(engine, &name.to_ascii_lowercase()) {
                continue;
            }
            let said = crate::scope_statement(&catalogue, engine, &format!("SELECT {name} AS a"))
                .expect_err(name)
                .to_string();
            assert!(said.contains("(reads or changes the session's state)"), "{engine:?}: {said}");
        }
    }
}

#[test]
fn dangerous_functions_have_a_reason() {
    let names = "query_to_xml query_to_xml_and_xmlschema table_to_xml database_to_xmlschema dblink \
        dblink_exec set_config current_setting pg_read_file pg_read_binary_file pg_ls_dir \
        lo_get lo_import nextval currval lastval setval last_insert_rowid last_insert_id \
        changes total_changes found_rows row_count load_file load_extension sleep pg_sleep \
        pg_sleep_for benchmark get_lock release_all_locks pg_advisory_xact_lock \
        pg_try_advisory_lock pg_notify ts_stat ts_rewrite crosstab crosstab4 \
        has_table_privilege to_regclass txid_current version user database current_user \
        sqlite_version readfile writefile edit pragma_table_info uuid_short name_const \
        master_pos_wait pg_terminate_backend setseed bm25 xpath_table";
    for name in names.split_whitespace() {
        assert!(refusal_reason(name).is_some(), "{name}");
    }
    assert_eq!(refusal_reason("query_to_xml"), Some("runs SQL text given to it"));
    assert_eq!(refusal_reason("a_function_of_the_application"), None);
}

#[test]
fn unknown_and_unnormalised_names_are_refused() {
    for engine in ENGINES {
        for position in POSITIONS {
            for name in ["", "of_the_application", "COUNT", "count ", "pg_catalog.count", "*"] {
                assert!(!is_allowed(engine, position, name), "{engine:?} {position:?} {name:?}");
            }
        }
    }
}

#[test]
fn a_name_is_allowed_only_where_the_engine_has_it() {
    for (engine, names) in [
        (Engine::Sqlite, "now date_trunc array_agg greatest localtime row any_value regexp_replace md5"),
        (Engine::Postgres, "if ifnull group_concat strftime rand datediff json_extract uuid"),
        (Engine::MySql, "string_agg date_trunc random json_agg to_tsvector iif strftime unnest"),
    ] {
        for name in names.split_whitespace() {
            assert!(!is_allowed(engine, Position::Expression, name), "{engine:?} {name}");
        }
    }
}

#[test]
fn realistic_expressions_are_allowed() {
    let everywhere = "count sum avg min max coalesce nullif lower upper concat concat_ws length abs \
        round substr substring replace trim row_number rank dense_rank lag lead ntile \
        first_value last_value json_object json_array current_timestamp current_date \
        current_time date";
    for (engine, names) in [
        (Engine::Sqlite, everywhere),
        (Engine::Postgres, everywhere),
        (Engine::MySql, everywhere),
        (
            Engine::Sqlite,
            "ifnull iif total group_concat strftime datetime julianday unixepoch json_extract \
             json_group_array json_set instr printf random randomblob hex typeof like glob zeroblob",
        ),
        (
            Engine::Postgres,
            "char_length greatest least now date_trunc date_part extract to_char to_timestamp age \
             json_agg jsonb_agg json_build_object jsonb_build_object array_agg string_agg to_tsvector \
             plainto_tsquery phraseto_tsquery websearch_to_tsquery to_tsquery ts_rank ts_rank_cd \
             starts_with similarity gen_random_uuid uuid_generate_v4 random md5 sha256 encode decode \
             regexp_replace unnest generate_series bit_and bit_or localtime localtimestamp pg_typeof \
             cardinality array_length array_position tstzrange percentile_cont bool_or split_part \
             array row jsonb_set xpath digest",
        ),
        (
            Engine::MySql,
            "if ifnull char_length greatest least now date_add date_sub datediff date_format \
             timestampdiff unix_timestamp from_unixtime str_to_date group_concat json_extract \
             json_unquote json_arrayagg json_contains rand md5 sha2 uuid uuid_to_bin bin_to_uuid \
             regexp_replace bit_and bit_or values default any_value localtime inet_aton \
             field find_in_set aes_encrypt std",
        ),
    ] {
        for name in names.split_whitespace() {
            assert!(is_allowed(engine, Position::Expression, name), "{engine:?} {name}");
        }
    }
}

#[test]
fn only_functions_that_return_rows_or_queries_stand_in_from() {
    for (engine, allowed, refused) in [
        (Engine::Sqlite, "json_each json_tree generate_series", "json_table unnest count lower"),
        (
            Engine::Postgres,
            "unnest generate_series json_each jsonb_array_elements jsonb_to_recordset plainto_tsquery",
            "json_tree count now lower",
        ),
        (Engine::MySql, "json_table", "json_each unnest generate_series count"),
    ] {
        for name in allowed.split_whitespace() {
            assert!(is_allowed(engine, Position::From, name), "{engine:?} {name}");
        }
        for name in refused.split_whitespace() {
            assert!(!is_allowed(engine, Position::From, name), "{engine:?} {name}");
        }
    }
    // These take their rows' shape from `FROM`, so they have no meaning as a value.
    assert!(!is_allowed(Engine::Postgres, Position::Expression, "jsonb_to_recordset"));
    assert!(!is_allowed(Engine::Sqlite, Position::Expression, "json_each"));
}
