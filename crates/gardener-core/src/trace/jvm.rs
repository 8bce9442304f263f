//! Java, Kotlin, Scala, Groovy: `at package.Class.method(File.java:12)` under a heading, causes below.

use super::conventions::is_in;
use super::heading::{self, Heading};
use super::place::is_number;
use super::{Frame, Language, Link, FRAMES};

pub(super) const LANGUAGE: Language = Language { needles: &["Caused by: "], starts: &["at "], parse, is_library };

/// The platforms, their languages, and what servers are built of.
const LIBRARY_PACKAGES: [&str; 49] = [
    "java.",
    "javax.",
    "jdk.",
    "sun.",
    "com.sun.",
    "jakarta.",
    "kotlin.",
    "kotlinx.",
    "scala.",
    "groovy.",
    "clojure.",
    "android.",
    "androidx.",
    "dalvik.",
    "org.springframework.",
    "org.apache.",
    "org.eclipse.",
    "org.hibernate.",
    "org.jboss.",
    "org.wildfly.",
    "org.glassfish.",
    "org.codehaus.",
    "org.slf4j.",
    "org.junit.",
    "org.testng.",
    "org.mockito.",
    "org.postgresql.",
    "org.xerial.",
    "org.mongodb.",
    "org.aspectj.",
    "org.gradle.",
    "io.netty.",
    "io.grpc.",
    "io.ktor.",
    "io.micronaut.",
    "io.quarkus.",
    "io.vertx.",
    "io.reactivex.",
    "io.undertow.",
    "reactor.",
    "akka.",
    "play.",
    "okhttp3.",
    "okio.",
    "retrofit2.",
    "com.google.",
    "com.fasterxml.",
    "com.zaxxer.",
    "com.mysql.",
];

/// Parts of names that only generated classes have.
const GENERATED: [&str; 5] = ["$$EnhancerBy", "$$FastClassBy", "$$SpringCGLIB", "$Proxy", "CGLIB$$"];

/// What stands in the place of a file where there is none.
const PLACES: [&str; 4] = ["Native Method", "Unknown Source", "<generated>", "SourceFile"];

const SUFFIXES: [&str; 6] = [".java", ".kt", ".kts", ".scala", ".groovy", ".clj"];

fn is_library(frame: &Frame) -> bool {
    is_in(&frame.module, &LIBRARY_PACKAGES) || GENERATED.iter().any(|part| frame.module.contains(part))
}

fn parse(lines: &[&str]) -> Vec<Link> {
    let mut chain = Chain::default();
    for line in lines {
        chain.take(line);
    }
    chain.finish()
}

#[derive(Default)]
struct Chain {
    /// In the order of the text.
    links: Vec<Link>,
    heading: Option<Heading>,
    /// The indentation of an exception that was suppressed: what is below it is of no interest.
    suppressed: Option<usize>,
    is_nested: bool,
    is_reversed: bool,
    frames: usize,
}

impl Chain {
    fn take(&mut self, line: &str) {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if let Some(frame) = find_frame(text) {
            self.take_frame(frame);
        } else if let Some(rest) = text.strip_prefix("Caused by: ") {
            if self.suppressed.is_none_or(|depth| indent < depth || depth == 0) {
                self.suppressed = None;
                self.open(heading::find(rest));
            }
        } else if let Some(rest) = text.strip_prefix("Wrapped by: ") {
            self.is_reversed = true;
            self.suppressed = None;
            self.open(heading::find(rest));
        } else if text.starts_with("Suppressed: ") {
            self.suppressed = Some(indent);
        } else if self.suppressed.is_none() {
            self.take_heading(text);
        }
    }

    fn take_frame(&mut self, frame: Frame) {
        if self.suppressed.is_some() {
            return;
        }
        if self.links.is_empty() {
            let heading = self.heading.take();
            self.open(heading);
        }
        self.frames += 1;
        if let (Some(link), true) = (self.links.last_mut(), self.frames <= FRAMES) {
            link.frames.push(frame);
        }
    }

    fn open(&mut self, heading: Option<Heading>) {
        if let Some(first) = self.heading.take() {
            self.push(Some(first));
        }
        self.push(heading);
    }

    fn push(&mut self, heading: Option<Heading>) {
        let (exception, message) = heading.map_or_else(Default::default, |found| (found.exception, found.message));
        self.links.push(Link { exception, message, frames: Vec::new() });
    }

    /// Before the first frame the best heading counts, of equal ones the last. Later ones are messages,
    /// unless the line before has announced one.
    fn take_heading(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let was_nested = std::mem::replace(&mut self.is_nested, text.ends_with("nested exception is:"));
        let Some(found) = heading::find(text) else { return };
        match self.links.last_mut() {
            Some(link) if was_nested && link.frames.is_empty() => {
                (link.exception, link.message) = (found.exception, found.message);
            }
            None if self.heading.as_ref().is_none_or(|known| found.rank >= known.rank) => self.heading = Some(found),
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<Link> {
        if self.frames == 0 {
            return Vec::new();
        }
        if !self.is_reversed {
            self.links.reverse();
        }
        self.links
    }
}

/// `at app//com.acme.Pot.take(Pot.java:42) ~[pots.jar:1.2]`.
pub(super) fn find_frame(text: &str) -> Option<Frame> {
    let (name, rest) = text.strip_prefix("at ")?.split_once('(')?;
    let (place, _) = rest.split_once(')')?;
    let (file, line) = match place.rsplit_once(':') {
        Some((file, line)) if is_number(line) => (file, line),
        _ => (place, ""),
    };
    if !PLACES.contains(&file) && !SUFFIXES.iter().any(|suffix| file.ends_with(suffix)) {
        return None;
    }
    // A class loader or a module stands in front: `java.base/`, `app//`.
    let name = name.rsplit('/').next().unwrap_or(name).trim();
    let (module, function) = name.rsplit_once('.')?;
    Some(Frame {
        module: module.to_owned(),
        function: function.to_owned(),
        line: line.to_owned(),
        is_application: false,
    })
}
