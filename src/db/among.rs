//! A whole list asked for at once, where the loop over it would ask once a row.

use uuid::Uuid;

use crate::base::Id;

/// A list of ids, as either database takes it for one value.
#[derive(Debug, Clone)]
pub struct Ids(Vec<Uuid>);

/// A list of texts, as either database takes it for one value.
#[derive(Debug, Clone)]
pub struct Texts(Vec<String>);

impl Ids {
    /// These ids.
    pub fn of<I: Id>(ids: impl IntoIterator<Item = I>) -> Self {
        Self(ids.into_iter().map(Id::uuid).collect())
    }

    /// For SQLite: JSON, in hexadecimal digits.
    pub fn json(&self) -> String {
        let digits = self.0.iter().map(|id| id.simple().to_string());
        digits.collect::<serde_json::Value>().to_string()
    }

    /// For PostgreSQL.
    pub fn array(self) -> Vec<Uuid> {
        self.0
    }
}

impl Texts {
    /// These texts.
    pub fn of(texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }

    /// For SQLite: JSON.
    pub fn json(&self) -> String {
        self.0.iter().map(String::as_str).collect::<serde_json::Value>().to_string()
    }

    /// For PostgreSQL.
    pub fn array(self) -> Vec<String> {
        self.0
    }
}

/// `fetch_among!(tx, Row, "SELECT .. WHERE id ", Ids(list), " ORDER BY id", a, b)`: all rows of which
/// the column that the first text ends with is in the list. The list is `$1`.
#[macro_export]
macro_rules! fetch_among {
    (@sqlite Ids) => { "IN (SELECT unhex(value) FROM json_each($1))" };
    (@sqlite Texts) => { "IN (SELECT value FROM json_each($1))" };
    ($tx:expr, $row:ty, $before:expr, $kind:ident($list:expr), $after:expr $(, $bind:expr)* $(,)?) => {{
        let listed = $crate::db::$kind::of($list);
        match $tx.connection() {
            $crate::db::Connection::Sqlite(c, care) => {
                let among = concat!($before, $crate::fetch_among!(@sqlite $kind), $after);
                let sent = sqlx::query_as::<_, $row>(among).bind(listed.json())$(.bind($bind))*;
                care.over(sent.fetch_all(c)).await
            }
            $crate::db::Connection::Postgres(c, care) => {
                let among = concat!($before, "= ANY($1)", $after);
                let sent = sqlx::query_as::<_, $row>(among).bind(listed.array())$(.bind($bind))*;
                care.over(sent.fetch_all(c)).await
            }
        }
    }};
}
