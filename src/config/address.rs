//! Where the database is: an address that shows its password to nobody.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::Deserialize;
use url::Url;

/// The address of a database. Whoever prints it sees where the database is, and no secret.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DatabaseAddress(String);

impl DatabaseAddress {
    /// As it was set, with its password: for connecting alone.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// What stands before the first colon; nothing without one.
    pub fn kind(&self) -> &str {
        self.0.split_once(':').map_or("", |(kind, _)| kind)
    }
}

impl<T: Into<String>> From<T> for DatabaseAddress {
    fn from(address: T) -> Self {
        Self(address.into())
    }
}

impl FromStr for DatabaseAddress {
    type Err = Infallible;

    fn from_str(address: &str) -> Result<Self, Infallible> {
        Ok(Self(address.to_owned()))
    }
}

impl fmt::Display for DatabaseAddress {
    /// A path; or kind, user, host, port and name, when the address is one. Of what cannot be read
    /// as an address nothing is shown that may be a secret, wherever it stands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let may_hide = |text: &str| text.contains(['@', '=', '?']);
        match (self.kind(), Url::parse(&self.0)) {
            ("" | "sqlite", _) if !may_hide(&self.0) => f.write_str(&self.0),
            ("", _) => f.write_str("…"),
            ("postgres" | "postgresql", Ok(url)) if url.has_host() && is_plain(&url) => {
                write!(f, "{}://", url.scheme())?;
                if !url.username().is_empty() {
                    write!(f, "{}{}@", url.username(), url.password().map_or("", |_| ":…"))?;
                }
                write!(f, "{}", url.host_str().unwrap_or_default())?;
                if let Some(port) = url.port() {
                    write!(f, ":{port}")?;
                }
                f.write_str(url.path())?;
                f.write_str(url.query().map_or("", |_| "?…"))
            }
            (kind, _) if kind.chars().all(|c| c.is_ascii_alphanumeric()) => write!(f, "{kind}:…"),
            _ => f.write_str("…"),
        }
    }
}

/// Whether no part that is shown holds the rest of a password that was written without its signs
/// encoded: `user:se/cret@host` has the host `user`, and the password in port and path.
fn is_plain(url: &Url) -> bool {
    !url.path().contains(['@', ':']) && url.fragment().is_none() && !url.username().contains('%')
}

impl fmt::Debug for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_where_the_database_is() {
        let shown = [
            ("sqlite:/var/lib/jurat/jurat.db", "sqlite:/var/lib/jurat/jurat.db"),
            ("sqlite:data/jurat.db", "sqlite:data/jurat.db"),
            ("jurat.db", "jurat.db"),
            ("postgres://ada@db.example:5433/jurat", "postgres://ada@db.example:5433/jurat"),
            ("postgres://ada:pw@db.example/jurat", "postgres://ada:…@db.example/jurat"),
        ];
        for (address, expected) in shown {
            assert_eq!(DatabaseAddress::from(address).to_string(), expected);
        }
    }

    #[test]
    fn no_form_of_an_address_shows_its_password() {
        let addresses = [
            "postgres://ada:s3cret@db.example/jurat",
            "postgres://ada:s3cret%40x%2Fy@db.example/jurat",
            "postgres://ada:%73%33cret@db.example/jurat",
            "postgres://ada:x@s3cret@db.example/jurat",
            "postgres://ada:/s3cret@db.example/jurat",
            "postgres://ada:?s3cret@db.example/jurat",
            "postgres://ada:#s3cret@db.example/jurat",
            "postgres://:s3cret@db.example/jurat",
            "postgres://ada%3As3cret@db.example/jurat",
            "postgres://ada:s3cret@[::1/jurat",
            "postgres://ada:s3cret@db.example:99999/jurat",
            "postgres://db.example/jurat?user=ada&password=s3cret",
            "postgresql:ada:s3cret@db.example",
            "postgre://ada:s3cret@db.example/jurat",
            "mysql://ada:s3cret@db.example/jurat",
            "sqlite://ada:s3cret@db.example/jurat",
            "sqlite:jurat.db?password=s3cret",
            "ada:s3cret@db.example/jurat",
            "//ada:s3cret@db.example",
            "host=db.example password=s3cret",
        ];
        for address in addresses {
            let address = DatabaseAddress::from(address);
            for shown in [address.to_string(), format!("{address:?}")] {
                let hides = ["cret", "%73", "s3"].iter().all(|part| !shown.contains(part));
                assert!(hides, "{} is shown as {shown}", address.secret());
            }
        }
    }
}
