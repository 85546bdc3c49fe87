//! Twin tests: one function, every engine.

/// Makes tests of functions from `&TestDb` to `Outcome`, in modules named after the backends.
///
/// `Rows`, the [`Fixture`](super::Fixture) of the tests, is in scope.
macro_rules! on_every_backend {
    ($($test:ident),+ $(,)?) => {
        on_every_backend! { @ sqlite Sqlite: $($test),+ }
        on_every_backend! { @ postgres Postgres: $($test),+ }
        on_every_backend! { @ mariadb Mariadb: $($test),+ }
    };
    (@ $module:ident $backend:ident: $($test:ident),+) => {
        mod $module {
            $(
                #[tokio::test]
                async fn $test() {
                    use crate::harness::{Backend, run};
                    let test = concat!(module_path!(), "::", stringify!($test));
                    run::<super::Rows>(Backend::$backend, test, async |db| super::$test(db).await).await;
                }
            )+
        }
    };
}
