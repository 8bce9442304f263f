//! What the user says of frames: which are the application's and which a library's.

use super::Frame;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Rules of the user's own. They come before the conventions of the languages, and the longest rule
/// that fits a frame decides.
///
/// A rule is the beginning of a module or of a function, or a part of a path between slashes:
/// `com.acme.`, `github.com/acme/`, `/generated/`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conventions {
    /// What is the application's own.
    pub application: BTreeSet<String>,
    /// What is not.
    pub library: BTreeSet<String>,
}

impl Conventions {
    /// Whether a frame is the application's, where a rule says so; of equal rules the application's wins.
    #[must_use]
    pub fn judge(&self, frame: &Frame) -> Option<bool> {
        let own = longest(&self.application, frame);
        let other = longest(&self.library, frame);
        (own.is_some() || other.is_some()).then_some(own >= other)
    }

    /// The rules of both.
    pub fn merge(&mut self, other: Self) {
        self.application.extend(other.application);
        self.library.extend(other.library);
    }
}

fn longest(rules: &BTreeSet<String>, frame: &Frame) -> Option<usize> {
    rules.iter().filter(|rule| fits(rule, frame)).map(String::len).max()
}

fn fits(rule: &str, frame: &Frame) -> bool {
    if rule.is_empty() {
        return false;
    }
    let is_inside = rule.starts_with('/') && rule.ends_with('/') && frame.module.contains(rule);
    is_inside || frame.module.starts_with(rule) || frame.function.starts_with(rule)
}

/// Whether any of the parts stands in a path. A path without a slash in front is taken to have one.
pub(super) fn is_below(path: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| path.contains(part) || part.strip_prefix('/').is_some_and(|bare| path.starts_with(bare)))
}

/// Whether a name begins with any of the packages.
pub(super) fn is_in(name: &str, packages: &[&str]) -> bool {
    packages.iter().any(|package| name.starts_with(package))
}

#[cfg(test)]
mod tests {
    use super::Conventions;
    use crate::trace::Frame;

    fn rules(names: &[&str]) -> std::collections::BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_longest_rule_decides_and_no_rule_leaves_it_to_the_language() {
        let conventions =
            Conventions { application: rules(&["com.acme.", "/ours/"]), library: rules(&["com.acme.vendor."]) };
        let judge = |module: &str| conventions.judge(&Frame { module: module.to_owned(), ..Frame::default() });
        assert_eq!(judge("com.acme.Shop"), Some(true));
        assert_eq!(judge("com.acme.vendor.Pot"), Some(false));
        assert_eq!(judge("/srv/site-packages/ours/pot.py"), Some(true));
        assert_eq!(judge("org.other.Shop"), None);
    }
}
