//! The Compose loader, behaviour by behaviour. The tables in `golden/compose` hold the files, what is set, and what must
//! come out; nothing in them is about this loader alone, so that another one can be held against the same tables.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "support/compose_case.rs"]
mod compose_case;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use compose_case::Case;
use orchcli::compose::{self, Model, Reader, Request, Severity, Wanted};
use serde_json::Value;

/// The folder that the files of every case are in.
const FOLDER: &str = "/shop";

struct Files<'a>(&'a BTreeMap<String, String>);

impl Reader for Files<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
        Ok(name.and_then(|name| self.0.get(name)).map(|text| text.clone().into_bytes()))
    }
}

fn load(case: &Case) -> (Option<Model>, Vec<compose::Finding>) {
    let reader = Files(&case.files);
    let absolute =
        |names: &[String]| names.iter().map(|name| compose::join(FOLDER, name)).collect::<Vec<_>>();
    let files =
        if case.load.is_empty() { vec![format!("{FOLDER}/compose.yaml")] } else { absolute(&case.load) };
    let directory = compose::parent(&files[0]);
    let variables =
        match compose::variables(case.variables.clone(), &absolute(&case.env_files), &directory, &reader) {
            Ok(variables) => variables,
            Err(findings) => return (None, findings),
        };
    let request = Request {
        files: &files,
        directory: &directory,
        name: None,
        variables: &variables,
        interpolate: !case.no_interpolate,
        wanted: Wanted { services: &case.services, profiles: &case.profiles, without: &[] },
    };
    compose::load(&request, &reader)
}

/// What is not as the table says.
fn differences(case: &Case) -> String {
    let (model, findings) = load(case);
    let document = model.map(|model| model.document()).unwrap_or_default();
    let mut wrong = String::new();
    for (pointer, expected) in &case.expect {
        match document.pointer(pointer) {
            Some(found) if found == expected => {}
            found => {
                let found = found.map_or("nothing".to_owned(), Value::to_string);
                let _ = writeln!(wrong, "  {pointer}\n    expected {expected}\n    found    {found}");
            }
        }
    }
    for pointer in case.absent.iter().filter(|pointer| document.pointer(pointer).is_some()) {
        let _ = writeln!(wrong, "  {pointer} should not be there");
    }
    for (severity, expected) in [(Severity::Error, &case.errors), (Severity::Warning, &case.warnings)] {
        let shown = |finding: &compose::Finding| finding.to_string().replace(&format!("{FOLDER}/"), "");
        let found: Vec<String> =
            findings.iter().filter(|finding| finding.severity == severity).map(shown).collect();
        if found != *expected {
            let _ = writeln!(wrong, "  {severity:?}\n    expected {expected:#?}\n    found    {found:#?}");
        }
    }
    wrong
}

#[test]
fn the_tables_hold() {
    let (mut wrong, mut names) = (String::new(), Vec::new());
    for case in compose_case::all() {
        let differences = differences(&case);
        if !differences.is_empty() {
            let _ = writeln!(wrong, "{}\n{differences}", case.name);
        }
        names.push(case.name);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    let all = names.len();
    names.sort();
    names.dedup();
    assert!(names.len() == all && all >= 80, "{all} cases, each with a name of its own");
}

/// The first thing that is wrong with these files.
fn reason(files: BTreeMap<String, String>) -> String {
    let case = Case {
        name: String::new(),
        files,
        load: Vec::new(),
        variables: BTreeMap::new(),
        env_files: Vec::new(),
        profiles: Vec::new(),
        services: Vec::new(),
        no_interpolate: false,
        expect: BTreeMap::new(),
        absent: Vec::new(),
        errors: Vec::new(),
        warnings: Vec::new(),
    };
    let (model, findings) = load(&case);
    assert!(model.is_none());
    findings.first().map(ToString::to_string).expect("a reason")
}

fn many(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().concat()
}

fn alone(text: String) -> String {
    reason(BTreeMap::from([("compose.yaml".to_owned(), text)]))
}

#[test]
fn what_is_too_much_ends_with_a_reason() {
    let mut bomb = "x-0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "x-{level}: &a{level} [{aliases}]");
    }
    let ports = ["\"1-65535\""; 3].join(", ");
    for (text, reason) in [
        (bomb, "/shop/compose.yaml:5:46: aliases make more than 100000 values"),
        (
            format!("x-a: {}{}", "[".repeat(101), "]".repeat(101)),
            "/shop/compose.yaml:1:105: is nested more than 100 deep",
        ),
        (" ".repeat(8 * 1024 * 1024 + 1), "/shop/compose.yaml: is larger than 8 MiB"),
        (
            format!("x-a: [{}]", "1,".repeat(1_000_001)),
            "/shop/compose.yaml:1:2000003: the file holds more than 1000000 values",
        ),
        (
            format!("services: {{web: {{image: x, ports: [{ports}]}}}}"),
            "/shop/compose.yaml:1:47: services.web.ports[1]: ranges make more than 100000 ports",
        ),
        (
            "x-a: &a [*a]".to_owned(),
            "/shop/compose.yaml:1:10: the alias stands within what it is an alias of",
        ),
        (
            format!("x-a: \"{}{}\"", "${A:-".repeat(102), "$A}".repeat(102)),
            "/shop/compose.yaml:1:6: x-a: defaults are nested more than 100 deep, or the text grows beyond 8388608 bytes",
        ),
    ] {
        assert_eq!(alone(text), reason);
    }
}

#[test]
fn more_than_a_hundred_files_are_not_brought_in() {
    let names: Vec<String> = (0..101).map(|number| format!("inc{number}.yaml")).collect();
    let mut files: BTreeMap<String, String> =
        names.iter().map(|name| (name.clone(), "services: {}".to_owned())).collect();
    files.insert("compose.yaml".to_owned(), format!("include: [{}]", names.join(", ")));
    let column = "include: [".len() + names[..100].iter().map(|name| name.len() + 2).sum::<usize>() + 1;
    let expected = format!(
        "/shop/compose.yaml:1:{column}: include[100]: include and extends bring in more than 100 files"
    );
    assert_eq!(reason(files), expected);
}

#[test]
fn services_that_extend_without_end_are_refused() {
    let chain = many(150, |number| format!("  s{number}: {{extends: s{}}}\n", number + 1));
    let found = alone(format!("services:\n{chain}  s150: {{image: x}}\n"));
    assert!(found.ends_with("more than 100 services extend each other"), "{found}");

    let labels = many(2000, |number| format!("l{number}, "));
    let extending = many(600, |number| format!("  s{number}: {{extends: base}}\n"));
    let found = alone(format!("services:\n  base: {{image: x, labels: [{labels}]}}\n{extending}"));
    assert!(found.ends_with("more than 1000000 values come out of extends"), "{found}");
}

#[test]
fn variables_that_double_each_other_are_refused() {
    let doubling = many(40, |number| format!("V{}=$V{number}$V{number}\n", number + 1));
    let files = [
        ("compose.yaml".to_owned(), "services: {web: {image: x}}".to_owned()),
        (".env".to_owned(), format!("V0=0123456789\n{doubling}")),
    ];
    let found = reason(BTreeMap::from(files));
    assert!(found.ends_with("the values are larger than the file may be"), "{found}");
}

#[test]
fn an_error_after_a_thousand_warnings_is_still_one() {
    let warnings = many(1500, |number| format!("  s{number}: {{image: x, tty: yes}}\n"));
    let case =
        |end: &str| BTreeMap::from([("compose.yaml".to_owned(), format!("services:\n{warnings}{end}"))]);
    let found = reason(case("  web: {imge: x}\n"));
    assert!(found.contains("services.s0.tty"), "{found}");
}
