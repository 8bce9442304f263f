//! What a name says of its value: `db_password`, `X-Api-Key`, `refreshToken` hold secrets, `token_count` does not.
//!
//! A name is cut into words, words that only say which one or in what form go, and what is left last decides.

use super::words::{FORMS, HARMLESS, HEADS, ID, IDENTIFIERS, OPENING, PERSONAL, PHONES, WORDS};

/// How sure a name makes it that the value is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strength {
    /// The value is one, unless it is a state, a placeholder or prose.
    Strong,
    /// The value is one if it is random.
    Weak,
}

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// The kind of the secret, as marks spell it.
    pub(super) kind: &'static str,
    pub(super) strength: Strength,
}

/// All that the name of a member says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Meaning {
    pub(super) named: Option<Named>,
    pub(super) personal: Option<&'static str>,
    pub(super) is_identifying: bool,
    /// Whether the name itself holds nothing to take out; told by whoever knows.
    pub(super) is_clean: bool,
}

impl Meaning {
    pub(super) fn of(name: &str) -> Self {
        Self {
            named: find_named(name, ""),
            personal: find_personal(name),
            is_identifying: is_identifying(name),
            is_clean: false,
        }
    }
}

/// What the words of a name say of its value, if anything; `before` is the word in the text before the name.
pub(super) fn find_named(name: &str, before: &str) -> Option<Named> {
    let words = cut_words(name);
    let mut last = words.len();
    while last > 1 && (FORMS.contains(&words[last - 1].as_str()) || is_number(&words[last - 1])) {
        last -= 1;
    }
    let head = words.get(last.checked_sub(1)?)?.as_str();
    let forms = &words[last..];
    let lower = before.to_ascii_lowercase();
    let owner = last.checked_sub(2).map_or(lower.as_str(), |owner| words[owner].as_str());
    let named = find_head(head, owner)?;
    let is_harmless = HARMLESS.contains(&owner) && named.kind != "password";
    let is_public = named.kind != "password" && words.iter().any(|word| word == "public");
    let is_of_id = forms.iter().any(|form| form == ID);
    (!is_harmless && !is_public && !is_of_id && !forms.iter().any(|form| form == "username")).then_some(named)
}

fn find_head(head: &str, owner: &str) -> Option<Named> {
    if head == "id" {
        let is_session = matches!(owner, "sess" | "session");
        return is_session.then_some(Named { kind: "token", strength: Strength::Weak });
    }
    if head == "pat" && !owner.is_empty() {
        return Some(Named { kind: "token", strength: Strength::Strong });
    }
    if matches!(head, "key" | "keys") && OPENING.contains(&owner) {
        return Some(Named { kind: "secret", strength: Strength::Strong });
    }
    if let Some((_, kind, strength)) = WORDS.iter().find(|(word, _, _)| *word == head) {
        return Some(Named { kind, strength: *strength });
    }
    let (word, kind) = HEADS.iter().find(|(word, _)| head.ends_with(word))?;
    let owner = &head[..head.len() - word.len()];
    let is_harmless = HARMLESS.iter().any(|harmless| owner.ends_with(harmless) && !owner.is_empty());
    let strength =
        if matches!(*word, "signature" | "sessid" | "sessionid") { Strength::Weak } else { Strength::Strong };
    (!is_harmless).then_some(Named { kind, strength })
}

/// What a member of an entry says of whoever called or of a person, if anything.
pub(super) fn find_personal(name: &str) -> Option<&'static str> {
    let bare = letters(name.rsplit('.').next().unwrap_or(name));
    let whole = PERSONAL.iter().find(|(known, _)| *known == bare).map(|(_, kind)| *kind);
    whole.or_else(|| PHONES.iter().any(|phone| bare.ends_with(phone)).then_some("phone"))
}

/// Whether what a member holds is an identifier, so that digits in it are no card and no phone.
pub(super) fn is_identifying(name: &str) -> bool {
    IDENTIFIERS.contains(&letters(name).as_str())
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a name in lower case: cut at what is no letter or digit, before capitals, and before numbers.
fn cut_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() {
            let next_is_lower = letters.peek().is_some_and(|next| next.is_lowercase());
            let is_start = !before.is_alphanumeric()
                || letter.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_is_lower)
                || letter.is_ascii_digit() && before.is_alphabetic()
                || letter.is_alphabetic() && before.is_ascii_digit();
            if is_start || words.is_empty() {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        }
        before = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{cut_words, find_named, find_personal, Strength};

    #[test]
    fn names_are_cut_into_words() {
        for (name, words) in [
            ("dbPassword2", vec!["db", "password", "2"]),
            ("X-Api-Key", vec!["x", "api", "key"]),
            ("AWSSecretKey", vec!["aws", "secret", "key"]),
            ("spring.datasource.password", vec!["spring", "datasource", "password"]),
        ] {
            assert_eq!(cut_words(name), words);
        }
    }

    #[test]
    fn what_a_name_holds_is_told_by_its_last_word() {
        for name in [
            "password",
            "DB_PASSWORD",
            "db.password",
            "userPassword2",
            "password_confirmation",
            "PGPASSWORD",
            "pwd",
            "client_secret",
            "clientSecret",
            "SECRET_KEY_BASE",
            "x-api-key",
            "apikey",
            "APIKEY",
            "accessToken",
            "refresh_token",
            "csrftoken",
            "authorization",
            "Proxy-Authorization",
            "set-cookie",
            "privateKey",
            "aws_secret_access_key",
            "SIGNING_KEY",
            "db_pass",
            "jwt",
            "AccountKey",
            "SharedAccessKey",
        ] {
            let named = find_named(name, "");
            assert_eq!(named.map(|named| named.strength), Some(Strength::Strong), "{name}");
        }
        for name in [
            "token_count",
            "max_tokens",
            "nextPageToken",
            "pageToken",
            "token_type",
            "key_id",
            "secret_name",
            "author",
            "public_key",
            "password_reset_url",
            "tokenizer",
            "compass",
            "bypass",
            "passenger",
            "monkey",
            "keyboard",
            "auth_method",
            "foreign_key",
            "private_key_id",
            "secretary",
            "passport",
            "authority",
        ] {
            assert_eq!(find_named(name, ""), None, "{name}");
        }
        assert_eq!(find_named("key", "").map(|named| named.strength), Some(Strength::Weak));
        assert_eq!(find_named("key", "API").map(|named| named.strength), Some(Strength::Strong));
    }

    #[test]
    fn who_called_is_told_by_the_whole_name() {
        assert_eq!(find_personal("remoteIp"), Some("ip"));
        assert_eq!(find_personal("caller_ip"), Some("ip"));
        assert_eq!(find_personal("user-agent"), Some("agent"));
        assert_eq!(find_personal("ip"), None);
    }
}
