//! The tables can be distributed by store: read in the catalog of a server.

use crate::PostgresStorage;
use crate::plans_test::database::Plans;
use crate::plans_test::database::server::Server;
use crate::plans_test::database::session::Session;
use crate::statement::Sql;

/// What the tables must not have, as queries for names.
const REFUSED: &[(&str, &str)] = &[
    (
        "unique indexes whose first column is not the store",
        "select c.relname::text from pg_index as i join pg_class as c on c.oid = i.indexrelid \
         left join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] \
         where c.relnamespace = 'tracking'::regnamespace and i.indisunique and a.attname is distinct from 'store'",
    ),
    (
        "tables without a unique index",
        "select c.relname::text from pg_class as c where c.relnamespace = 'tracking'::regnamespace \
         and c.relkind in ('r', 'p') and c.relname <> 'schema_version' \
         and not exists (select from pg_index as i where i.indrelid = c.oid and i.indisunique)",
    ),
    (
        "sequences",
        "select relname::text from pg_class where relnamespace = 'tracking'::regnamespace and relkind = 'S'",
    ),
    (
        "identity columns",
        "select c.relname::text from pg_attribute as a join pg_class as c on c.oid = a.attrelid \
         where c.relnamespace = 'tracking'::regnamespace and a.attidentity <> ''",
    ),
    (
        "triggers and foreign keys",
        "select t.tgname::text from pg_trigger as t join pg_class as c on c.oid = t.tgrelid \
         where c.relnamespace = 'tracking'::regnamespace",
    ),
];

#[test]
fn keys_of_partitions_begin_with_the_store_too() {
    Plans::each(|plans| {
        for (what, query) in REFUSED {
            let found = plans.lines(Sql::composed(*query));
            assert_eq!(found, Vec::<String>::new(), "{what}");
        }
    });
}

#[test]
fn keys_begin_with_the_store_and_nothing_is_shared_by_stores() {
    let Some(server) = Server::shared() else {
        return;
    };
    drop(PostgresStorage::open(server.url()).unwrap());
    let session = Session::open(&server, "postgres");
    for (what, query) in REFUSED {
        assert_eq!(session.texts(query), Vec::<String>::new(), "{what}");
    }
    // The queries find what they look for.
    session.execute(
        "begin; create table tracking.wrong (id bigint generated always as identity primary key, \
         parent bigint references tracking.wrong); create table tracking.without (store text)",
    );
    for (what, query) in REFUSED {
        assert_ne!(session.texts(query), Vec::<String>::new(), "{what}");
    }
    session.execute("rollback");
}
