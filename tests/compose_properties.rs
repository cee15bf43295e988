//! Whatever stands in a Compose file or a `.env` file, the loader ends with a model or with reasons.
#![allow(clippy::unwrap_used)]

use orchcli::compose::{self, Reader, Request, Variables, Wanted};
use proptest::prelude::*;
use serde_json::Value;

struct Pair {
    compose: Vec<u8>,
    dotenv: Vec<u8>,
}

impl Reader for Pair {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(match path {
            "/p/compose.yaml" => Some(self.compose.clone()),
            "/p/.env" => Some(self.dotenv.clone()),
            _ => None,
        })
    }
}

/// The model, or what is wrong.
fn load(compose: impl Into<Vec<u8>>, dotenv: impl Into<Vec<u8>>) -> Result<Value, Vec<String>> {
    let pair = Pair { compose: compose.into(), dotenv: dotenv.into() };
    let words =
        |findings: Vec<compose::Finding>| findings.iter().map(ToString::to_string).collect::<Vec<_>>();
    let variables = compose::variables(Variables::new(), &[], "/p", &pair).map_err(words)?;
    let request = Request {
        files: &["/p/compose.yaml".to_owned()],
        directory: "/p",
        name: None,
        variables: &variables,
        interpolate: true,
        wanted: Wanted::default(),
    };
    let (model, findings) = compose::load(&request, &pair);
    model.map(|model| model.document()).ok_or_else(|| words(findings))
}

/// Values that short forms are made of.
fn value() -> impl Strategy<Value = String> {
    "[a-z0-9:/.$ {}?=,@~-]{0,24}"
}

/// A file as people have it.
const WHOLE: &[u8] = include_bytes!("../compose/docker-compose.hybrid-core.yml");

proptest! {
    #[test]
    fn any_bytes_end_with_a_model_or_a_reason(
        compose in prop::collection::vec(any::<u8>(), 0..300),
        dotenv in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        if let Err(reasons) = load(compose, dotenv) {
            prop_assert!(!reasons.is_empty());
        }
    }

    #[test]
    fn a_file_with_wrong_bytes_in_it_ends_with_a_model_or_a_reason(
        wrong in prop::collection::vec((0..WHOLE.len(), any::<u8>()), 1..8),
        length in WHOLE.len() / 2..=WHOLE.len(),
    ) {
        let mut file = WHOLE.to_vec();
        for (at, byte) in wrong {
            file[at] = byte;
        }
        file.truncate(length);
        if let Err(reasons) = load(file, "A=1\n") {
            prop_assert!(!reasons.is_empty());
        }
    }

    #[test]
    fn any_text_ends_with_a_model_or_a_reason(text in r#"[a-z0-9 \n:&*<>!'"\[\]{}|,#$-]{0,200}"#, dotenv in "\\PC{0,80}") {
        if let Err(reasons) = load(text, dotenv) {
            prop_assert!(!reasons.is_empty());
        }
    }

    #[test]
    fn any_value_ends_with_a_model_or_a_reason(key in "ports|volumes|devices|environment|extra_hosts|ulimits|depends_on|command|expose|cpus|mem_limit|stop_grace_period", value in value()) {
        let scalar = serde_json::to_string(&value).unwrap();
        for form in [format!("[{scalar}]"), scalar.clone(), format!("{{a: {scalar}}}")] {
            let file = format!("services: {{web: {{image: x, {key}: {form}}}}}");
            if let Err(reasons) = load(file, String::new()) {
                prop_assert!(!reasons.is_empty());
            }
        }
    }

    #[test]
    fn what_is_printed_loads_again_as_the_same(values in prop::collection::vec("[ -~]{0,12}", 1..4)) {
        let list: Vec<String> = values.iter().map(|value| serde_json::to_string(&value.replace('$', "$$")).unwrap()).collect();
        let file = format!("services: {{web: {{image: x, command: [{0}], labels: {{a: {1}}}}}}}", list.join(", "), list[0]);
        let model = load(file, String::new()).unwrap();
        prop_assert_eq!(load(model.to_string(), String::new()).unwrap(), model);
    }

    #[test]
    fn env_files_give_back_what_was_quoted(value in "[ -&(-~\n]{0,40}") {
        let file = "services: {web: {image: x, labels: {a: \"$A\"}}}".to_owned();
        // A backslash keeps the quote from ending the text.
        let value = value.trim_end_matches('\\');
        let model = load(file, format!("A='{value}'\n")).unwrap();
        let expected = value.replace('$', "$$");
        prop_assert_eq!(model["services"]["web"]["labels"]["a"].as_str().unwrap(), expected);
    }
}
