//! What an account must look like.

/// The shortest password, characters.
const SHORTEST: usize = 12;
/// The longest password, characters.
const LONGEST: usize = 200;

/// Why an account is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not an e-mail address.
    #[error("{0:?} is not an e-mail address")]
    NotAnEmail(String),
    /// A name is missing or has more than 100 characters or a control character.
    #[error("a name has 1 to 100 characters and no control character")]
    BadName,
    /// The account is there already, with a password of its own.
    #[error("{0} has an account already; its name and password stay as they are")]
    HasAccount(String),
    /// The password is too short or too long.
    #[error("a password has {SHORTEST} to {LONGEST} characters")]
    BadPassword,
}

impl Refusal {
    /// The code of the problem, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnEmail(_) => "not_an_email",
            Self::BadName => "bad_name",
            Self::HasAccount(_) => "has_account",
            Self::BadPassword => "bad_password",
        }
    }
}

/// The address in lower case without surrounding blanks.
pub fn check_email(text: &str) -> Result<String, Refusal> {
    let email = text.trim().to_lowercase();
    let fine = email.len() <= 254
        && !email.chars().any(|c| c.is_control() || c.is_whitespace())
        && email.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && host.split('.').all(|label| !label.is_empty())
        });
    if fine { Ok(email) } else { Err(Refusal::NotAnEmail(text.to_owned())) }
}

/// The name with single spaces.
pub fn check_name(text: &str) -> Result<String, Refusal> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let fine = (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fine { Ok(name) } else { Err(Refusal::BadName) }
}

/// Length alone counts; what it is made of is the person's choice.
pub fn check_password(password: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    if (SHORTEST..=LONGEST).contains(&length) { Ok(()) } else { Err(Refusal::BadPassword) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_folded() {
        assert_eq!(check_email(" Ada@Example.ORG "), Ok("ada@example.org".into()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "ada", "ada@", "@b.org", "a@b", "a@b..org", "a b@c.org", "a@b@c.org"] {
            assert!(check_email(text).is_err(), "{text}");
        }
    }

    #[test]
    fn eleven_characters_are_no_password() {
        assert_eq!(check_password("elevenchars"), Err(Refusal::BadPassword));
        assert_eq!(check_password("twelve chars"), Ok(()));
    }
}
