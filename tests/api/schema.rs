//! Both databases are given the same tables: columns, types, keys and indexes.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection, PgConnection, SqliteConnection};

use jurat::{config::DatabaseAddress, db::Db};

use crate::support::postgres;

/// Which type of PostgreSQL keeps what which type of SQLite keeps.
const SAME: [(&str, &str); 8] = [
    ("BLOB", "uuid"),
    ("BLOB", "bytea"),
    ("TEXT", "text"),
    // RFC 3339, as the database driver writes it
    ("TEXT", "timestamp with time zone"),
    ("DATE", "date"),
    ("BOOLEAN", "boolean"),
    ("BIGINT", "bigint"),
    ("INTEGER", "integer"),
];

/// Columns that were shipped with types of two widths. SQLite keeps 64 bits for either.
const SHIPPED: [&str; 1] = ["sign_in.epoch"];

/// A table, without the names that a database gives by itself.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// In their order: name, type, whether it may be absent, default.
    columns: Vec<Column>,
    primary: Vec<String>,
    unique: BTreeSet<Vec<String>>,
    /// Own columns, the other table, its columns.
    foreign: BTreeSet<(Vec<String>, String, Vec<String>)>,
    /// By name: whether unique, the columns, of which rows.
    indexes: BTreeMap<String, (bool, Vec<String>, String)>,
    checks: usize,
}

#[derive(Debug, PartialEq, Eq)]
struct Column {
    name: String,
    kind: String,
    required: bool,
    default: String,
    generated: bool,
}

type Tables = BTreeMap<String, Table>;

/// A default or a condition without what only PostgreSQL writes.
fn plain(expression: &str) -> String {
    let bare: String = expression.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    ["::text", "::bigint", "::integer"]
        .iter()
        .fold(bare, |text, cast| text.replace(cast, ""))
        .to_lowercase()
}

async fn in_sqlite() -> Tables {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("jurat.db").display());
    Db::open(&DatabaseAddress::from(address.clone())).await.unwrap().close().await;
    let mut c = SqliteConnection::connect(&address).await.unwrap();
    let names: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_schema
          WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '_sqlx%'",
    )
    .fetch_all(&mut c)
    .await
    .unwrap();
    let mut tables = Tables::new();
    for (name, sql) in names {
        let mut table = Table { checks: sql.matches("CHECK (").count(), ..Table::default() };
        columns_in_sqlite(&mut c, &name, &mut table).await;
        indexes_in_sqlite(&mut c, &name, &mut table).await;
        tables.insert(name, table);
    }
    tables
}

async fn columns_in_sqlite(c: &mut SqliteConnection, name: &str, table: &mut Table) {
    let columns: Vec<(String, String, bool, Option<String>, i64, i64)> = sqlx::query_as(
        r#"SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo($1)
            ORDER BY cid"#,
    )
    .bind(name)
    .fetch_all(&mut *c)
    .await
    .unwrap();
    let mut primary = BTreeMap::new();
    for (name, kind, required, default, place, hidden) in columns {
        let kind = kind.trim_end_matches(" GENERATED ALWAYS").to_owned();
        let default = plain(&default.unwrap_or_default());
        // a key is always there
        let required = required || place > 0;
        primary.extend((place > 0).then(|| (place, name.clone())));
        table.columns.push(Column { name, kind, required, default, generated: hidden > 1 });
    }
    table.primary = primary.into_values().collect();
    let keys: Vec<(i64, String, String, String)> = sqlx::query_as(
        r#"SELECT id, "table", "from", "to" FROM pragma_foreign_key_list($1) ORDER BY id, seq"#,
    )
    .bind(name)
    .fetch_all(c)
    .await
    .unwrap();
    let mut foreign: BTreeMap<i64, (Vec<String>, String, Vec<String>)> = BTreeMap::new();
    for (id, other, from, to) in keys {
        let key = foreign.entry(id).or_default();
        key.0.push(from);
        key.1 = other;
        key.2.push(to);
    }
    table.foreign = foreign.into_values().collect();
}

async fn indexes_in_sqlite(c: &mut SqliteConnection, name: &str, table: &mut Table) {
    type Index = (String, bool, String, Option<String>, Option<String>);
    let indexes: Vec<Index> = sqlx::query_as(
        r#"SELECT l.name, l."unique", l.origin, s.sql,
                  (SELECT group_concat(i.name) FROM pragma_index_info(l.name) i)
             FROM pragma_index_list($1) l JOIN sqlite_schema s ON s.name = l.name"#,
    )
    .bind(name)
    .fetch_all(c)
    .await
    .unwrap();
    for (name, unique, origin, sql, columns) in indexes {
        let columns: Vec<String> =
            columns.unwrap_or_default().split(',').map(str::to_owned).collect();
        let of_which =
            sql.as_deref().and_then(|sql| sql.split_once(" WHERE ")).unwrap_or_default().1;
        match origin.as_str() {
            "pk" => {}
            "u" => drop(table.unique.insert(columns)),
            _ => drop(table.indexes.insert(name, (unique, columns, plain(of_which)))),
        }
    }
}

async fn in_postgres() -> Tables {
    let address = postgres::fresh_database().await;
    Db::open(&DatabaseAddress::from(address.clone())).await.unwrap().close().await;
    let mut c = PgConnection::connect(&address).await.unwrap();
    let columns: Vec<(String, String, String, bool, Option<String>, bool)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO',
                column_default::text, is_generated = 'ALWAYS'
           FROM information_schema.columns
          WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'
          ORDER BY table_name, ordinal_position",
    )
    .fetch_all(&mut c)
    .await
    .unwrap();
    let mut tables = Tables::new();
    for (table, name, kind, required, default, generated) in columns {
        let default = plain(&default.unwrap_or_default());
        let column = Column { name, kind, required, default, generated };
        tables.entry(table).or_default().columns.push(column);
    }
    keys_in_postgres(&mut c, &mut tables).await;
    indexes_in_postgres(&mut c, &mut tables).await;
    tables
}

async fn keys_in_postgres(c: &mut PgConnection, tables: &mut Tables) {
    type Key = (String, String, Vec<String>, Option<String>, Option<Vec<String>>);
    let names = |keys: &str, table: &str| {
        format!(
            "(SELECT array_agg(a.attname::text ORDER BY n) FROM unnest({keys}) WITH ORDINALITY k (at, n)
               JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.at)"
        )
    };
    let asked = format!(
        "SELECT t.relname::text, contype::text, {}, o.relname::text, {}
           FROM pg_constraint JOIN pg_class t ON t.oid = conrelid
           LEFT JOIN pg_class o ON o.oid = confrelid
          WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c')
            AND t.relname NOT LIKE '\\_sqlx%'",
        names("conkey", "conrelid"),
        names("confkey", "confrelid"),
    );
    let keys: Vec<Key> = sqlx::query_as(sqlx::AssertSqlSafe(asked)).fetch_all(c).await.unwrap();
    for (table, kind, columns, other, others) in keys {
        let table = tables.get_mut(&table).unwrap();
        match kind.as_str() {
            "p" => table.primary = columns,
            "u" => drop(table.unique.insert(columns)),
            "f" => drop(table.foreign.insert((columns, other.unwrap(), others.unwrap()))),
            _ => table.checks += 1,
        }
    }
}

async fn indexes_in_postgres(c: &mut PgConnection, tables: &mut Tables) {
    type Index = (String, String, bool, Vec<String>, Option<String>);
    let indexes: Vec<Index> = sqlx::query_as(
        "SELECT t.relname::text, i.relname::text, indisunique,
                ARRAY(SELECT pg_get_indexdef(indexrelid, n, TRUE) FROM generate_series(1, indnatts) n),
                pg_get_expr(indpred, indrelid)
           FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
          WHERE t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_sqlx%'
            AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid
                             AND contype IN ('p', 'u'))",
    )
    .fetch_all(c)
    .await
    .unwrap();
    for (table, name, unique, columns, of_which) in indexes {
        let of_which = plain(&of_which.unwrap_or_default());
        tables.get_mut(&table).unwrap().indexes.insert(name, (unique, columns, of_which));
    }
}

/// What of two columns is not the same.
fn differs(table: &str, sqlite: &Column, postgres: &Column) -> bool {
    let Column { name, kind, required, default, generated } = sqlite;
    let kinds = SAME.contains(&(kind.as_str(), postgres.kind.as_str()))
        || SHIPPED.contains(&format!("{table}.{name}").as_str());
    let other = (&postgres.name, &postgres.required, &postgres.default, &postgres.generated);
    !kinds || (name, required, default, generated) != other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_tables() {
    let (sqlite, postgres) = (in_sqlite().await, in_postgres().await);
    let names = |tables: &Tables| tables.keys().cloned().collect::<Vec<_>>();
    assert!(sqlite.len() > 20, "they are read");
    assert_eq!(names(&sqlite), names(&postgres));
    let mut wrong = Vec::new();
    for (name, one) in &sqlite {
        let other = &postgres[name];
        let columns = one.columns.iter().zip(&other.columns);
        let unlike = columns.filter(|(a, b)| differs(name, a, b));
        wrong.extend(unlike.map(|pair| format!("{name}: {pair:#?}")));
        let keys = |table: &Table| {
            let Table { columns, primary, unique, foreign, indexes, checks } = table;
            let facts = (primary, unique, foreign, indexes, checks, columns.len());
            format!("{facts:#?}")
        };
        if keys(one) != keys(other) {
            wrong.push(format!("{name}: SQLite {}\n{name}: PostgreSQL {}", keys(one), keys(other)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
