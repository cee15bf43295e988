//! Filters, queries and patches as SQL.
//!
//! Names of fields are the program's own and stand in the text, as they must for an index on the same expression to
//! be used; everything that came from outside is a parameter.

use std::fmt::Write as _;

use rusqlite::types::Value as Param;

use super::body;
use crate::store::Error;
use crate::store::filter::{Comparison, Filter};
use crate::store::patch::{Change, Patch};
use crate::store::path::{Path, Step};
use crate::store::query::{Order, Query};
use crate::store::value::{Scalar, Value};

/// Types of JSON, as `json_type` names them.
const TEXT: &str = "'text'";
const NUMBER: &str = "'integer', 'real'";
const BOOL: &str = "'true', 'false'";

/// A statement in the making, with the values of its parameters.
#[derive(Debug, Default)]
pub struct Statement {
    pub text: String,
    pub params: Vec<Param>,
}

impl Statement {
    pub fn new(text: String) -> Self {
        Self { text, params: Vec::new() }
    }

    /// Adds a parameter and gives its placeholder.
    pub fn bind(&mut self, value: impl Into<Param>) -> String {
        self.params.push(value.into());
        format!("?{}", self.params.len())
    }

    /// Appends the condition `filter`.
    pub fn filter(mut self, filter: &Filter) -> Self {
        let condition = self.condition(filter);
        self.text.push_str(&condition);
        self
    }

    /// Appends what sorts and cuts the result of `query`.
    pub fn page(mut self, query: &Query) -> Self {
        self.text.push_str(" ORDER BY ");
        let mut last = Order::Ascending;
        for (path, order) in &query.sort {
            let place = self.scalar(path);
            let _ = write!(self.text, "{place}{}, ", direction(*order));
            last = *order;
        }
        let _ = write!(self.text, "id{}", direction(last));
        if query.limit.is_some() || query.skip > 0 {
            let limit = query.limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
            let limit = self.bind(limit);
            let skip = self.bind(i64::try_from(query.skip).unwrap_or(i64::MAX));
            let _ = write!(self.text, " LIMIT {limit} OFFSET {skip}");
        }
        self
    }

    /// The expression of a body after `patch`, and the condition under which all its paths lead somewhere.
    pub fn patched(&mut self, what: &'static str, patch: &Patch) -> Result<(String, String), Error> {
        let mut patched = "body".to_owned();
        let mut guards = Vec::new();
        for change in &patch.0 {
            let at = match change {
                Change::Set(at, _) | Change::Unset(at) | Change::Increment(at, _) => at,
            };
            let place = self.path(&at.0);
            for parent in self.parents(at) {
                guards.push(format!("coalesce(json_type(body, {parent}), 'object') = 'object'"));
            }
            if at.0.iter().any(|step| matches!(step, Step::Element { .. })) {
                guards.push(format!("{place} IS NOT NULL"));
            }
            patched = match change {
                Change::Set(_, value) => {
                    let value = json(value).map_err(|source| Error::Unwritable { what, source })?;
                    if at.0.len() + body::depth(&value) > body::DEPTH {
                        return Err(Error::TooDeep { what, limit: body::DEPTH });
                    }
                    let value = self.bind(value);
                    format!("json_set({patched}, {place}, json({value}))")
                }
                Change::Unset(_) => format!("json_remove({patched}, {place})"),
                Change::Increment(_, by) => {
                    let number = "IN ('integer', 'real', 'null')";
                    guards.push(format!("coalesce(json_type(body, {place}), 'null') {number}"));
                    let by = self.bind(*by);
                    format!("json_set({patched}, {place}, coalesce(json_extract(body, {place}), 0) + {by})")
                }
            };
        }
        Ok((patched, all(&guards)))
    }

    fn condition(&mut self, filter: &Filter) -> String {
        match filter {
            Filter::All => "TRUE".to_owned(),
            Filter::Compare(path, Comparison::Eq, value) => self.one_of(path, std::slice::from_ref(value)),
            Filter::Compare(path, Comparison::Ne, value) => {
                format!("({}) IS NOT TRUE", self.one_of(path, std::slice::from_ref(value)))
            }
            Filter::Compare(path, Comparison::Lt, value) => self.ordered(path, "<", value),
            Filter::Compare(path, Comparison::Lte, value) => self.ordered(path, "<=", value),
            Filter::Compare(path, Comparison::Gt, value) => self.ordered(path, ">", value),
            Filter::Compare(path, Comparison::Gte, value) => self.ordered(path, ">=", value),
            Filter::OneOf(path, values) => self.one_of(path, values),
            Filter::Missing(path) => format!("{} IS NULL", self.scalar(path)),
            Filter::Present(path) => format!("{} IS NOT NULL", self.scalar(path)),
            Filter::Contains(path, needle) => {
                let needle = self.bind(needle.clone());
                format!("({} AND contains_folded({}, {needle}))", self.is(path, TEXT), self.scalar(path))
            }
            Filter::And(filters) => all(&self.conditions(filters)),
            Filter::Or(filters) if filters.is_empty() => "FALSE".to_owned(),
            Filter::Or(filters) => format!("({})", self.conditions(filters).join(" OR ")),
        }
    }

    fn conditions(&mut self, filters: &[Filter]) -> Vec<String> {
        filters.iter().map(|filter| self.condition(filter)).collect()
    }

    /// The value at `path` is one of `values`, and of its type.
    fn one_of(&mut self, path: &Path, values: &[Scalar]) -> String {
        let mut any = Vec::new();
        for types in [TEXT, NUMBER, BOOL] {
            let list: Vec<String> = values
                .iter()
                .filter(|value| type_of(value) == types)
                .map(|value| self.bind(sql(value)))
                .collect();
            if !list.is_empty() {
                any.push(format!(
                    "{} IN ({}) AND {}",
                    self.scalar(path),
                    list.join(", "),
                    self.is(path, types)
                ));
            }
        }
        if any.is_empty() { "FALSE".to_owned() } else { format!("({})", any.join(" OR ")) }
    }

    fn ordered(&mut self, path: &Path, operator: &str, value: &Scalar) -> String {
        let bound = self.bind(sql(value));
        format!("({} {operator} {bound} AND {})", self.scalar(path), self.is(path, type_of(value)))
    }

    /// The value at `path` has one of these types of JSON.
    fn is(&mut self, path: &Path, types: &str) -> String {
        if is_id(path) {
            return "TRUE".to_owned();
        }
        format!("json_type(body, {}) IN ({types})", self.path(&path.0))
    }

    /// The value at `path` in SQL's own types; NULL when missing or null.
    fn scalar(&mut self, path: &Path) -> String {
        if is_id(path) {
            return "id".to_owned();
        }
        format!("json_extract(body, {})", self.path(&path.0))
    }

    /// The places on the way to `path` that must be objects.
    fn parents(&mut self, path: &Path) -> Vec<String> {
        (1..path.0.len())
            .filter(|&length| {
                let steps = &path.0[..=length];
                matches!(steps, [.., Step::Field(_), Step::Field(_)])
            })
            .map(|length| self.path(&path.0[..length]))
            .collect()
    }

    /// The place itself, as an expression that gives a path in SQLite's notation; NULL when an element is missing.
    fn path(&mut self, steps: &[Step]) -> String {
        let mut expression = String::new();
        let mut constant = "$".to_owned();
        for step in steps {
            match step {
                Step::Field(name) => {
                    let _ = write!(constant, ".\"{name}\"");
                }
                Step::Element { key, value } => {
                    let array = format!("{expression}{}", quoted(&constant));
                    let value = self.bind(written_text(value));
                    expression = format!(
                        "{array} || (SELECT '[' || key || ']' FROM json_each(body, {array}) \
                         WHERE CASE WHEN typeof(key) = 'integer' AND type = 'object' \
                         THEN value -> '$.\"{key}\"' END = {value} LIMIT 1) || "
                    );
                    constant.clear();
                }
            }
        }
        if expression.is_empty() { quoted(&constant) } else { format!("({expression}{})", quoted(&constant)) }
    }
}

/// All `conditions` hold. In groups, because SQLite counts each AND of a chain as a level of nesting, of which it
/// allows a thousand.
fn all(conditions: &[String]) -> String {
    let groups: Vec<String> =
        conditions.chunks(30).map(|group| format!("({})", group.join(" AND "))).collect();
    if groups.is_empty() { "TRUE".to_owned() } else { groups.join(" AND ") }
}

/// The expression an index on `field` is made of, the same that filters use.
pub fn indexed(field: &'static str) -> String {
    Statement::default().scalar(&Path::new(field))
}

/// `text` as a literal of SQL.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn is_id(path: &Path) -> bool {
    path.0 == [Step::Field("_id")]
}

fn direction(order: Order) -> &'static str {
    match order {
        Order::Ascending => "",
        Order::Descending => " DESC",
    }
}

fn type_of(value: &Scalar) -> &'static str {
    match value {
        Scalar::Id(_) | Scalar::Time(_) | Scalar::Text(_) => TEXT,
        Scalar::Int(_) => NUMBER,
        Scalar::Bool(_) => BOOL,
    }
}

/// What `json_extract` gives for this value.
fn sql(value: &Scalar) -> Param {
    match value {
        Scalar::Id(id) => Param::Text(id.to_hex()),
        Scalar::Time(time) => Param::Text(time.to_string()),
        Scalar::Text(text) => Param::Text(text.clone()),
        Scalar::Int(number) => Param::Integer(*number),
        Scalar::Bool(yes) => Param::Integer(i64::from(*yes)),
    }
}

fn written_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// How a body writes this value.
fn json(value: &Value) -> Result<String, serde_json::Error> {
    Ok(match value {
        Value::Scalar(Scalar::Id(id)) => written_text(&id.to_hex()),
        Value::Scalar(Scalar::Time(time)) => written_text(&time.to_string()),
        Value::Scalar(Scalar::Text(text)) => written_text(text),
        Value::Scalar(Scalar::Int(number)) => number.to_string(),
        Value::Scalar(Scalar::Bool(yes)) => yes.to_string(),
        Value::Null => "null".to_owned(),
        Value::Json(json) => return serde_json::to_string(json),
    })
}
