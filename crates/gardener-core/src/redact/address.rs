//! What addresses give away: passwords in URLs, mailboxes, the names of people's folders.

use super::checks::{has_digit, is_placeholder, is_random, starts_fresh};
use super::mark::{atom_length, is_only_atoms};
use std::ops::Range;

/// Where addresses begin, or their middle is.
pub(super) const URL_KEYWORDS: &[&str] = &["://", ":\\/\\/"];
pub(super) const MAIL_KEYWORDS: &[&str] = &["@", "\\u0040", "&#64;"];
pub(super) const FOLDER_KEYWORDS: &[&str] =
    &["/home/", "/users/", "\\users\\", "\\/users\\/", "\\/home\\/", "documents and settings\\"];

/// Longest part of an address that is looked at.
const LONGEST: usize = 512;

/// Longest name before an @ (RFC 5321, section 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// Last labels of what looks like a mailbox and is a unit of systemd or a file.
const NO_DOMAINS: &[&str] = &[
    "service",
    "socket",
    "target",
    "timer",
    "scope",
    "slice",
    "mount",
    "automount",
    "swap",
    "path",
    "device",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "js",
    "mjs",
    "cjs",
    "css",
    "jar",
    "so",
    "dll",
    "exe",
    "html",
    "json",
    "yaml",
    "yml",
    "xml",
    "toml",
    "lock",
    "log",
    "txt",
    "gz",
    "zip",
    "tgz",
    "whl",
    "final",
    "release",
    "snapshot",
];

/// Users of folders that are programs' or systems', no person's.
const NO_PERSONS: &[&str] = &[
    "app",
    "apps",
    "appuser",
    "application",
    "node",
    "user",
    "users",
    "ubuntu",
    "debian",
    "centos",
    "fedora",
    "ec2-user",
    "admin",
    "runner",
    "jenkins",
    "circleci",
    "travis",
    "vsts",
    "vscode",
    "gitlab-runner",
    "nonroot",
    "nobody",
    "root",
    "www-data",
    "www",
    "web",
    "nginx",
    "postgres",
    "mysql",
    "redis",
    "mongodb",
    "python",
    "ruby",
    "go",
    "rust",
    "java",
    "php",
    "django",
    "rails",
    "flask",
    "default",
    "public",
    "shared",
    "all",
    "build",
    "builder",
    "deploy",
    "service",
    "svc",
    "daemon",
    "airflow",
    "jovyan",
    "spark",
    "hadoop",
    "elasticsearch",
    "kafka",
    "tomcat",
    "git",
    "site",
    "opc",
    "linuxbrew",
    "cnb",
    "vagrant",
    "docker",
    "container",
    "containeradministrator",
    "system",
    "guest",
    "server",
    "worker",
    "bot",
];

/// The password of `scheme://user:password@host`, from the two slashes on; or what stands alone there, if it is random.
pub(super) fn find_password(text: &str, slashes: Range<usize>) -> Option<Range<usize>> {
    let start = slashes.end;
    let rest = &text[start..];
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '{' | '\\') || c.is_control())
        .map_or(rest.len(), |end| open_end(rest, end));
    let rest = &rest[..end];
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let at = rest[..authority].rfind('@').or_else(|| {
        // A password with a slash in it: what stands behind the colon is no port.
        let (_, behind) = rest[..authority].split_once(':')?;
        (!behind.is_empty() && !behind.bytes().all(|byte| byte.is_ascii_digit())).then(|| rest.rfind('@')).flatten()
    });
    let at = at?;
    let user = &rest[..at];
    if is_only_atoms(user) {
        return None;
    }
    let secret = match find_colon(user) {
        Some(colon) => colon + 1..at,
        None if user.len() >= 16
            && (is_random(user) || has_digit(user) && user.bytes().all(|byte| byte.is_ascii_hexdigit())) =>
        {
            0..at
        }
        None => return None,
    };
    let value = &rest[secret.clone()];
    (!value.is_empty() && !is_placeholder(value)).then_some(start + secret.start..start + secret.end)
}

/// The colon between a user and a password, not that of a mark.
fn find_colon(user: &str) -> Option<usize> {
    let mut at = 0;
    while at < user.len() {
        match atom_length(&user.as_bytes()[at..]) {
            Some(length) => at += length,
            None if user.as_bytes()[at] == b':' => return Some(at),
            None => at += 1,
        }
    }
    None
}

/// Marks and variables stand within an address, other angle brackets end it.
fn open_end(rest: &str, first: usize) -> usize {
    let mut end = first;
    while let Some(length) = atom_length(&rest.as_bytes()[end..]) {
        end += length;
        let more = &rest[end..];
        end += more
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\'))
            .unwrap_or(more.len());
    }
    end.min(rest.len())
}

/// The password of `user:password@tcp(host)` and of `user:password@host:port`, left of the @.
pub(super) fn find_bare_password(text: &str, at: Range<usize>) -> Option<Range<usize>> {
    let before = &text[..at.start];
    let rest = &text[at.end..];
    let taken = before
        .bytes()
        .rev()
        .take(LONGEST)
        .take_while(|byte| {
            byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'(' | b'=' | b',')
        })
        .count();
    let head = before.len() - taken;
    let (user, password) = before[head..].split_once(':')?;
    let is_address = rest.starts_with("tcp(") || rest.starts_with("unix(") || has_port(rest);
    let is_login =
        !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    (is_address
        && is_login
        && password.len() >= 3
        && !password.contains(':')
        && !is_only_atoms(password)
        && !password.starts_with('/')
        && !is_placeholder(password))
    .then(|| at.start - password.len()..at.start)
}

/// Whether a text begins with a host and a port.
fn has_port(rest: &str) -> bool {
    let host = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
    host > 0 && rest[host..].starts_with(':') && rest.as_bytes().get(host + 1).is_some_and(u8::is_ascii_digit)
}

/// The mailbox around an @.
pub(super) fn find_mailbox(text: &str, at: Range<usize>) -> Option<Range<usize>> {
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '+' | '-' | '!' | '$' | '*' | '~');
    let local: String = text[..at.start].chars().rev().take(LONGEST_LOCAL).take_while(|c| is_local(*c)).collect();
    let mut start = at.start - local.len();
    let bytes = text.as_bytes();
    if start > 0 && bytes[start - 1] == b'\\' && matches!(bytes[start], b'n' | b't' | b'r') && at.start - start > 1 {
        start += 1;
    }
    // `%3Dann@`: the digits are the escape's.
    if start > 0
        && bytes[start - 1] == b'%'
        && at.start - start > 2
        && bytes[start..start + 2].iter().all(u8::is_ascii_hexdigit)
    {
        start += 2;
    }
    start += text[start..at.start].len()
        - text[start..at.start].trim_start_matches(['.', '-', '!', '$', '*', '~', '+']).len();
    let domain = text[at.end..]
        .chars()
        .take(253)
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        .map(char::len_utf8)
        .sum::<usize>();
    let domain = text[at.end..at.end + domain].trim_end_matches(['.', '-']);
    let (labels, last) = domain.rsplit_once('.')?;
    let is_domain = last.chars().count() >= 2
        && last.chars().all(char::is_alphabetic)
        && !domain.starts_with(['.', '-'])
        && !domain.contains("..")
        && !labels.is_empty()
        && !NO_DOMAINS.iter().any(|known| known.eq_ignore_ascii_case(last));
    let user = &text[start..at.start];
    // `icon@2x.png` is a file, `git@github.com:team/shop` an address of the service.
    let is_service =
        user == "git" || labels.len() == 2 && labels.ends_with('x') && labels.starts_with(|c: char| c.is_ascii_digit());
    (is_domain && !is_service && !user.is_empty()).then_some(start..at.end + domain.len())
}

/// The person's name in the path of a home folder.
pub(super) fn find_person(text: &str, hit: Range<usize>) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let folder = &text[hit.clone()];
    // A page of a site may be called /users/, and one of its parts too.
    let is_lower = folder.contains("/users") || folder.contains("/home") && is_route(&text[..hit.start]);
    let before = &text[..hit.start];
    let is_mounted = before.ends_with(':') || is_under_mount(before);
    if is_lower || !is_mounted && !starts_fresh(bytes, hit.start) {
        return None;
    }
    let mut start = hit.end;
    while bytes.get(start) == Some(&b'\\') {
        start += 1;
    }
    let rest = &text[start..];
    let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(rest.len());
    let name = rest[..length].trim_end_matches('.');
    let length = name.len();
    let is_person = !name.is_empty()
        && name.chars().any(char::is_alphabetic)
        && !NO_PERSONS.contains(&name.to_ascii_lowercase().as_str());
    is_person.then_some(start..start + length)
}

/// Whether homes are mounted within what stands before: `/mnt/c`, `/var`, `/export`, a folder for tests.
fn is_under_mount(before: &str) -> bool {
    let root = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '=' | ':' | '(' | '['))
        .map_or(0, |at| at + 1);
    let root = before.get(root..).unwrap_or_default().trim_start_matches('\\');
    ["/mnt", "/var", "/export", "/tmp", "/net", "/data", "/private", "/nfs", "/media", "/volumes", "/srv"]
        .iter()
        .any(|mount| root.starts_with(mount))
}

/// Whether a path is one that was asked for over HTTP.
fn is_route(before: &str) -> bool {
    ["GET ", "POST ", "PUT ", "HEAD ", "PATCH ", "DELETE ", "OPTIONS "].iter().any(|method| before.ends_with(method))
}
