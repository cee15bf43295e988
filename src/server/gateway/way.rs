//! Who a request is meant for.

use http::Uri;
use http::uri::PathAndQuery;

/// First segments of what the API has under `/v1/api`, where the UI has no page. A bundle without its address asks for
/// them bare.
const API: [&str; 16] = [
    "admin",
    "alerts",
    "builds",
    "clusters",
    "import",
    "metrics",
    "notifications",
    "plugins",
    "profile",
    "registries",
    "resources",
    "search",
    "settings",
    "templates",
    "user-notifications",
    "workflows",
];

/// Who answers, and what it is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Core.
    Core(Uri),
    /// The UI.
    Ui(Uri),
}

/// Who is meant by an address.
pub(super) fn way(uri: &Uri) -> Way {
    let path = uri.path();
    let mut segments = path.trim_start_matches('/').splitn(3, '/');
    let (first, second) = (segments.next().unwrap_or_default(), segments.next());
    let is_api = match (first, second) {
        ("v1", _) | ("metrics", None) => return Way::Core(target(uri, "")),
        // Pages of the UI stand among operations of the API.
        ("auth", second) => second != Some("callback"),
        ("dashboard", second) => matches!(second, Some("stats" | "recent-workflows")),
        (first, _) => API.contains(&first),
    };
    if is_api { Way::Core(target(uri, "/v1/api")) } else { Way::Ui(target(uri, "")) }
}

/// The same place below another, as it is asked for on a connection to its server.
fn target(uri: &Uri, below: &str) -> Uri {
    let place = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    // What was a path is one with another before it.
    format!("{below}{place}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(path: &str) -> Option<String> {
        match way(&path.parse().unwrap()) {
            Way::Core(target) => Some(target.to_string()),
            Way::Ui(_) => None,
        }
    }

    #[test]
    fn what_the_api_has_goes_to_core_with_its_prefix_or_bare() {
        for path in
            ["/v1/", "/v1", "/v1/api/workflows?page=2", "/v1/api-docs", "/metrics", "/v1/api/auth/callback"]
        {
            assert_eq!(to(path).as_deref(), Some(path));
        }
        for path in [
            "/auth/login",
            "/auth/oauth/github/authorize",
            "/workflows",
            "/workflows/1/versions?page=2&limit=5",
            "/resources/7/logs/stream",
            "/dashboard/stats",
            "/metrics/overview",
            "/user-notifications/stream?token=a%2Fb",
            "/admin/users",
            "/alerts/rules",
            "/builds",
            "/clusters",
            "/import/analyze",
            "/notifications",
            "/plugins/enabled",
            "/profile",
            "/registries",
            "/search?q=a",
            "/settings",
            "/templates",
        ] {
            assert_eq!(to(path), Some(format!("/v1/api{path}")));
        }
    }

    #[test]
    fn pages_of_the_ui_and_what_they_load_stay_there() {
        for path in [
            "/",
            "/login?error=no",
            "/signup?invite=1",
            "/auth/callback?code=1",
            "/dashboard",
            "/dashboard/workflow/1?_rsc=x",
            "/dashboard/resources/7",
            "/dashboard/settings",
            "/_next/static/chunks/workflows.js",
            "/favicon.ico",
            "/v1x",
            "/authors",
        ] {
            assert_eq!(to(path), None, "{path}");
        }
    }

    #[test]
    fn an_address_is_asked_for_as_a_path() {
        let way = way(&"http://localhost:3001/login?next=%2F".parse().unwrap());
        assert_eq!(way, Way::Ui("/login?next=%2F".parse().unwrap()));
    }

    #[test]
    fn every_operation_of_the_api_is_known_bare() {
        let described = include_str!("../openapi.yaml").lines().filter_map(|line| {
            let path = line.strip_prefix("  /v1/api/")?.strip_suffix(':')?;
            Some(format!("/{}", path.replace(['{', '}'], "")))
        });
        let all: Vec<String> = described.collect();
        assert!(all.len() > 20);
        for path in all {
            assert_eq!(to(&path), Some(format!("/v1/api{path}")));
        }
    }
}
