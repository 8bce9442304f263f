//! The line that names an exception: `lead: package.SomeError: message`.

/// What a heading says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) exception: String,
    pub(super) message: String,
    /// How surely the line is a heading: a qualified type in front, any type in front, a type further on.
    pub(super) rank: u8,
}

/// How names of exceptions end, in every language that has a custom of it.
const ENDINGS: [&str; 9] =
    ["Error", "Exception", "Throwable", "Warning", "Interrupt", "Exit", "Fault", "Failure", "Violation"];

/// What runtimes say in front of the type.
const LEADS: [&str; 9] = [
    "Exception in thread ",
    "Unhandled exception. ",
    "Unhandled Exception: ",
    "Unhandled exception: ",
    "Uncaught exception: ",
    "Uncaught (in promise) ",
    "Uncaught ",
    "UnhandledPromiseRejectionWarning: ",
    "[ERROR] ",
];

/// Finds the type of an exception in a line, with the message behind it.
pub(super) fn find(line: &str) -> Option<Heading> {
    let line = skip_lead(line.trim());
    let mut from = 0;
    for part in split_colons(line) {
        let end = from + part.len();
        if let Some((name, start)) = last_type(part) {
            let message = line.get(end + 2..).unwrap_or("").trim();
            let is_first = from + start == 0;
            let rank = u8::from(is_first) + u8::from(is_first && name.contains('.'));
            return Some(Heading { exception: name.to_owned(), message: message.to_owned(), rank });
        }
        from = end + 2;
    }
    find_plain(line)
}

/// What [`str::split`] gives at `": "`, by a search for one byte, which needs no preparation.
fn split_colons(line: &str) -> impl Iterator<Item = &str> {
    let bytes = line.as_bytes();
    let colons = memchr::memchr_iter(b':', bytes).filter(move |at| bytes.get(at + 1) == Some(&b' '));
    let mut from = 0;
    colons.chain([line.len()]).map(move |end| {
        let part = &line[from..end];
        from = end + 2;
        part
    })
}

/// `Name: message` or `Name` alone, where the name is written as types are.
fn find_plain(line: &str) -> Option<Heading> {
    let name = split_colons(line).next().unwrap_or(line);
    let message = line.get(name.len() + 2..).unwrap_or("");
    let name = name.trim_end_matches(':');
    is_capitalised(name).then(|| Heading {
        exception: name.to_owned(),
        message: message.trim().to_owned(),
        rank: 1 + u8::from(name.contains('.')),
    })
}

fn skip_lead(line: &str) -> &str {
    let Some(lead) = LEADS.iter().find(|lead| line.starts_with(**lead)) else { return line };
    let rest = &line[lead.len()..];
    match (*lead, rest.strip_prefix('"').and_then(|rest| rest.split_once("\" "))) {
        ("Exception in thread ", Some((_, rest))) => rest,
        _ => rest,
    }
}

/// The type at the end of a part of a line, and where in the part it begins: `lead SomeError`,
/// `SomeError [CODE]`.
fn last_type(part: &str) -> Option<(&str, usize)> {
    let part = part.trim_end_matches(':');
    let whole = part.strip_suffix(']').and_then(|rest| rest.rsplit_once(" [")).map_or(part, |(name, _)| name);
    // Most parts end as no name does, and need not be searched for where their last word begins.
    if !ends_as_exception(whole) {
        return None;
    }
    let start = whole.rfind([' ', '(', '\'', '"', '[']).map_or(0, |at| at + 1);
    is_exception_type(&whole[start..]).then(|| (&part[start..], start))
}

/// Whether a word is written as types are and ends as those of exceptions do.
pub(super) fn is_exception_type(name: &str) -> bool {
    ends_as_exception(name) && is_type_name(name)
}

fn ends_as_exception(text: &str) -> bool {
    let last = text.as_bytes().last();
    ENDINGS.iter().any(|ending| ending.as_bytes().last() == last && text.ends_with(ending))
}

/// Whether all of a word may stand in the qualified name of a type.
pub(super) fn is_type_name(name: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '$' | ':' | '`' | '+');
    name.starts_with(|first: char| first.is_alphabetic() || first == '_') && name.chars().all(is_letter)
}

/// `KeyFault`, `shop.errors.KeyFault`: a name whose last part begins with a capital and goes on small.
fn is_capitalised(name: &str) -> bool {
    let last = name.rsplit(['.', ':']).next().unwrap_or(name);
    is_type_name(name) && last.starts_with(|first: char| first.is_uppercase()) && last.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn the_type_is_found_wherever_the_line_has_it() {
        for (line, exception, message) in [
            ("KeyError: 'rose'", "KeyError", "'rose'"),
            ("KeyError", "KeyError", ""),
            ("shop.errors.NoPot: bed 4", "shop.errors.NoPot", "bed 4"),
            (
                "Exception in thread \"main\" java.lang.IllegalStateException: x: y",
                "java.lang.IllegalStateException",
                "x: y",
            ),
            (
                "Jul 09, 2015 3:23:29 PM a.b.MakeLog: RuntimeException: Run from this",
                "RuntimeException",
                "Run from this",
            ),
            (
                "Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'a'",
                "Error [ERR_MODULE_NOT_FOUND]",
                "Cannot find module 'a'",
            ),
            ("Uncaught TypeError: x is undefined", "TypeError", "x is undefined"),
            ("Unhandled exception. System.ArgumentException: bad", "System.ArgumentException", "bad"),
            ("2024-05-01 ERROR sowing failed: java.io.IOException: disk full", "java.io.IOException", "disk full"),
        ] {
            let found = find(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((found.exception.as_str(), found.message.as_str()), (exception, message));
        }
    }

    #[test]
    fn prose_names_no_type() {
        for line in ["", "all is well", "INFO: started", "took 12 ms: fine", "the Error of my ways went on"] {
            assert_eq!(find(line), None, "{line}");
        }
    }
}
