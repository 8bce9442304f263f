//! Positions in files, and names without what compilers and deployments put into them.

/// `file:line:column` or `file:line`.
pub(super) fn split_position(place: &str) -> (&str, &str) {
    match place.rsplit_once(':') {
        Some((rest, last)) if is_number(last) => match rest.rsplit_once(':') {
            Some((file, line)) if is_number(line) => (file, line),
            _ => (rest, last),
        },
        _ => (place, ""),
    }
}

/// Whether a text is digits and nothing else.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A function's name without numbers that a compiler counts up: `lambda$run$3`, `Foo$$Lambda$14/0x80`,
/// `main::h0123456789abcdef`.
pub(super) fn settle_function(name: &str) -> &str {
    // Most names have nothing of the kind.
    if memchr::memchr2(b'$', b':', name.as_bytes()).is_none() {
        return name;
    }
    let name = name.split_once("$$Lambda").map_or(name, |(before, _)| &name[..before.len() + "$$Lambda".len()]);
    let name = match name.rsplit_once("::h") {
        Some((before, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => before,
        _ => name,
    };
    match name.rsplit_once('$') {
        Some((before, number)) if is_number(number) && before.contains('$') => before,
        _ => name,
    }
}

/// A module without what changes from deployment to deployment: the query of an address, and all up
/// to a folder that is a version.
pub(super) fn settle_module(path: &str) -> &str {
    let path = path.split_once('?').map_or(path, |(before, _)| before);
    let mut kept = 0;
    let mut from = 0;
    for part in path.split('/') {
        let end = from + part.len();
        if end < path.len() && is_version(part) {
            kept = end + 1;
        }
        from = end + 1;
    }
    settle_function(&path[kept..])
}

/// `1.378705245900539993`, `v2.4.1`, `3f2c91aa07be40d1`: what no folder of source code is called.
fn is_version(part: &str) -> bool {
    let digits = part.strip_prefix('v').unwrap_or(part);
    let is_dotted = digits.contains('.') && digits.split('.').all(is_number);
    let is_hash = part.len() >= 12
        && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        && part.bytes().any(|byte| byte.is_ascii_digit());
    is_dotted || is_hash
}

#[cfg(test)]
mod tests {
    use super::{settle_function, settle_module, split_position};

    #[test]
    fn positions_are_taken_apart() {
        for (place, want) in [
            ("/app/a.js:10:5", ("/app/a.js", "10")),
            ("A.java:50", ("A.java", "50")),
            ("Native Method", ("Native Method", "")),
            ("https://garden.example:8080/a.js:1:2", ("https://garden.example:8080/a.js", "1")),
        ] {
            assert_eq!(split_position(place), want);
        }
    }

    #[test]
    fn what_a_deployment_or_a_compiler_numbers_is_left_out_of_names() {
        assert_eq!(settle_function("lambda$send$3"), "lambda$send");
        assert_eq!(settle_function("do$a1"), "do$a1");
        assert_eq!(settle_function("shop::sow::h0123456789abcdef"), "shop::sow");
        assert_eq!(settle_module("/base/apps/s~garden/1.3787/web.py"), "web.py");
        assert_eq!(settle_module("https://garden.example/app.js?v=12"), "https://garden.example/app.js");
        assert_eq!(settle_module("/usr/lib/python3.11/json.py"), "/usr/lib/python3.11/json.py");
    }
}
