//! Twin tests: one function, every engine.

/// Makes tests of functions from `&TestDb` to `Outcome`, in modules named after the backends.
///
/// `Rows`, the [`Fixture`](super::Fixture) of the tests, is in scope.
macro_rules! on_every_backend {
    (@ $module:ident $backend:ident: $($test:ident),+ $(,)?) => {
        tests_on! { $module: $($test),+ }
    };
    ($($test:ident),+ $(,)?) => {
        tests_on! { sqlite: $($test),+ }
        tests_on! { postgres: $($test),+ }
        tests_on! { mariadb: $($test),+ }
    };
}

/// The same, and what is a test on PostgreSQL is one on Citus too, with the tables distributed.
///
/// Modules whose tables can be distributed have it under the name of [`on_every_backend!`].
macro_rules! on_citus_too {
    (@ postgres Postgres: $($test:ident),+ $(,)?) => {
        tests_on! { postgres: $($test),+ }
        tests_on! { citus: $($test),+ }
    };
    (@ $module:ident $backend:ident: $($test:ident),+ $(,)?) => {
        tests_on! { $module: $($test),+ }
    };
    ($($test:ident),+ $(,)?) => {
        tests_on! { sqlite: $($test),+ }
        tests_on! { postgres: $($test),+ }
        tests_on! { mariadb: $($test),+ }
        tests_on! { citus: $($test),+ }
    };
}

/// Makes a module of tests, run by the function of [`on`](super::on) that has its name.
///
/// Each is as little code as can be, as there are thousands: the harness starts the runtime.
macro_rules! tests_on {
    ($module:ident: $($test:ident),+ $(,)?) => {
        mod $module {
            $(
                #[test]
                fn $test() {
                    let test = concat!(module_path!(), "::", stringify!($test));
                    crate::harness::on::$module::<super::Rows>(test, |db| Box::pin(super::$test(db)));
                }
            )+
        }
    };
}
