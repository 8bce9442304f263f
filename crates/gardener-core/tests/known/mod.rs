//! Stack traces with what must be read in them, made up after the formats of each language.

// Every test binary compiles this module and uses a part of it.
#![allow(dead_code)]

pub(crate) mod compiled;
pub(crate) mod scripted;

/// A trace and its truth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) exception: &'static str,
    pub(crate) message: &'static str,
    /// Function, module and line of the application's innermost frame.
    pub(crate) top: [&'static str; 3],
    /// Frames of the application's own, without repetition.
    pub(crate) own: usize,
}

/// All of them.
pub(crate) fn all() -> Vec<Known> {
    [scripted::TRACES, compiled::TRACES].concat()
}

/// The truth of the texts that lie beside the project, by name.
pub(crate) const SHARED: &[(&str, &str, &str, [&str; 3])] = &[
    ("JAVA_EXC", "RuntimeException", "Run from this message!", ["do$a1", "com.my.app.Object", "50"]),
    (
        "NESTED_JAVA_EXC",
        "com.sun.mail.smtp.SMTPAddressFailedException",
        "550 5.7.1 <[REDACTED_EMAIL_ADDRESS]>... Relaying denied",
        ["sendWithSmtp", "com.nethunt.crm.api.server.adminsync.AutomaticEmailFacade", "229"],
    ),
    ("NODE_JS_EXC", "ReferenceError", "myArray is not defined", ["", "/app/app.js", "52"]),
    (
        "PYTHON_EXC",
        "Exception",
        "('spam', 'eggs')",
        ["get", "/base/data/home/apps/s~nearfieldspy/1.378705245900539993/nearfieldspy.py", "5"],
    ),
    ("PHP_EXC", "Exception", "Custom exception", ["func1", "/home/joe/work/test-php/test.php", "5"]),
    ("GO_EXC", "panic", "my panic", ["main.main.func1", "foo.go", "6"]),
    ("GO_HTTP", "panic", "test panic", ["main.doPanic", "/Users/ingvar/src/go/src/httppanic.go", "8"]),
    (
        "CSHARP_EXC",
        "System.Collections.Generic.KeyNotFoundException",
        "The given key was not present in the dictionary.",
        ["Function5", "File3.Consolidator_Class", "9"],
    ),
    (
        "CSHARP_ASYNC_EXC",
        "System.InvalidOperationException",
        "This is an exception",
        ["LowestLevelMethod", "ExampleApp2.AsyncExceptionExample", "36"],
    ),
    (
        "RUBY_EXC",
        "NoMethodError",
        "undefined method `resursivewordload' for #<BooksController:0x007f8dd9a0c738>",
        ["recursivewordload", "app/controllers/books_controller.rb", "69"],
    ),
    ("DART_ERR", "MyError", "", ["main.<anonymous closure>", "file:///path/to/code/dartFile.dart", "15"]),
    (
        "DART_EXC",
        "Exception",
        "exception message",
        ["main.<anonymous closure>", "file:///path/to/code/dartFile.dart", "17"],
    ),
];

/// A text of `../shared/data/traces`: its name, whether it is a trace, and itself.
pub(crate) type Shared = (String, bool, String);

/// Reads them; `None` where they do not lie beside the project.
pub(crate) fn read_shared() -> Option<Vec<Shared>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/traces/traces.jsonl");
    let rows = std::fs::read_to_string(path).ok()?;
    let read = |row: &str| {
        let value: serde_json::Value = serde_json::from_str(row).unwrap();
        let text = |name: &str| value[name].as_str().unwrap().to_owned();
        (text("name"), value["is_exception"].as_bool().unwrap(), text("text"))
    };
    Some(rows.lines().map(read).collect())
}
