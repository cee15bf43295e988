//! The next request when a host answers with a redirect.

use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use http::{HeaderMap, Method, StatusCode};
use url::Url;

/// What goes to the next host.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hop {
    pub url: Url,
    /// The method; the body is dropped when it became GET.
    pub method: Method,
    /// Whether scheme, host and port stayed the same.
    pub same_origin: bool,
}

/// Where a redirect leads, or nothing when the answer is not a redirect that can be followed.
pub(super) fn next(from: &Url, method: &Method, status: StatusCode, headers: &HeaderMap) -> Option<Hop> {
    let method = match status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND if *method == Method::POST => Method::GET,
        StatusCode::SEE_OTHER if *method != Method::HEAD => Method::GET,
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => method.clone(),
        _ => return None,
    };
    let url = from.join(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    let same_origin = url.origin() == from.origin();
    Some(Hop { url, method, same_origin })
}

/// Takes out of `headers` what was meant for the first host only.
pub(super) fn leave_origin(headers: &mut HeaderMap) {
    for name in [AUTHORIZATION, COOKIE] {
        headers.remove(name);
    }
}

/// Takes out of `headers` what described the body that is no longer sent.
pub(super) fn drop_body(headers: &mut HeaderMap) {
    headers.remove(CONTENT_TYPE);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(method: &Method, status: u16, location: &str) -> Option<Hop> {
        let from = Url::parse("https://a.example/x/y").unwrap();
        let headers = HeaderMap::from_iter([(LOCATION, location.parse().unwrap())]);
        next(&from, method, StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn a_location_is_resolved_against_the_request() {
        assert_eq!(hop(&Method::GET, 302, "z?q=1").unwrap().url.as_str(), "https://a.example/x/z?q=1");
        assert!(hop(&Method::GET, 302, "/z").unwrap().same_origin);
        assert!(!hop(&Method::GET, 302, "https://b.example/").unwrap().same_origin);
        assert!(!hop(&Method::GET, 302, "https://a.example:8443/").unwrap().same_origin);
    }

    #[test]
    fn the_method_changes_as_browsers_do_it() {
        assert_eq!(hop(&Method::POST, 302, "/").unwrap().method, Method::GET);
        assert_eq!(hop(&Method::POST, 307, "/").unwrap().method, Method::POST);
        assert_eq!(hop(&Method::GET, 301, "/").unwrap().method, Method::GET);
    }

    #[test]
    fn other_answers_are_no_redirects() {
        assert_eq!(hop(&Method::GET, 200, "/"), None);
        assert_eq!(hop(&Method::GET, 304, "/"), None);
        assert_eq!(hop(&Method::GET, 302, "http://[broken"), None);
    }
}
