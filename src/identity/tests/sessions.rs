//! From the login to the logout.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::identity::token::{Claims, Keys};
use crate::identity::{Role, TokenProblem, User};
use crate::store::{Filter, Patch};

fn problem<T>(outcome: Result<T, Error>) -> TokenProblem {
    match outcome {
        Err(Error::Token(problem)) => problem,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted"),
    }
}

fn claims(token: &str) -> Claims {
    Keys::new(&secret()).read(token).unwrap()
}

/// A token as the reference makes them.
fn without_session(user: crate::id::UserId, issued: Time) -> String {
    let iat = issued.as_seconds();
    let claims = json!({
        "user_id": user, "email": "admin@example.com", "role": "user", "iat": iat, "nbf": iat, "exp": iat + 86_400,
    });
    encode(
        &Header::new(Algorithm::HS256),
        &claims,
        &EncodingKey::from_secret(secret().expose_secret().as_bytes()),
    )
    .unwrap()
}

#[tokio::test]
async fn a_token_says_what_the_contract_says() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    let claims = claims(&admin.token);
    let now = installation.clock.now().as_seconds();
    assert_eq!((claims.user_id, claims.role), (admin.user.id, Role::Admin));
    assert_eq!((claims.iat, claims.nbf, claims.exp, claims.auth_time), (now, now, now + 86_400, Some(now)));
    let caller = installation.caller(&admin).await;
    assert_eq!((caller.user, Some(caller.session)), (admin.user.id, claims.sid));
}

#[tokio::test]
async fn a_token_counts_for_a_day_and_a_minute_of_leeway() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    installation.clock.advance(DAY + Duration::from_mins(1));
    assert!(installation.identity.authenticate(&admin.token).await.is_ok());
    installation.clock.advance(Duration::from_secs(1));
    assert_eq!(problem(installation.identity.authenticate(&admin.token).await), TokenProblem::Expired);
}

#[tokio::test]
async fn a_token_can_be_refreshed_for_the_window_after_it_expired() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    let login = installation.clock.now().as_seconds();
    installation.clock.advance(DAY * 8);
    let refreshed = installation.identity.refresh(&admin.token).await.unwrap();
    assert_eq!(claims(&refreshed.token).auth_time, Some(login));
    assert_eq!(claims(&refreshed.token).sid, claims(&admin.token).sid);
    assert!(installation.identity.authenticate(&refreshed.token).await.is_ok());
    installation.clock.advance(Duration::from_secs(1));
    assert_eq!(problem(installation.identity.refresh(&admin.token).await), TokenProblem::Expired);
    assert!(installation.identity.refresh(&refreshed.token).await.is_ok());
}

#[tokio::test]
async fn a_login_is_not_prolonged_for_ever_unless_it_may() {
    let installation = installation(rules());
    let mut token = installation.admin().await.token;
    for _ in 0..30 {
        installation.clock.advance(DAY);
        token = installation.identity.refresh(&token).await.unwrap().token;
    }
    installation.clock.advance(Duration::from_secs(1));
    assert_eq!(problem(installation.identity.refresh(&token).await), TokenProblem::Expired);
    installation.identity.reconfigure(Rules { session_max: None, ..rules() });
    assert!(installation.identity.refresh(&token).await.is_ok());
}

#[tokio::test]
async fn a_logout_ends_all_tokens_of_its_session_at_once_and_can_be_repeated() {
    let installation = installation(rules());
    let first = installation.admin().await;
    let second = installation.identity.refresh(&first.token).await.unwrap();
    let other = installation.login("admin@example.com", PASSWORD).await.unwrap();
    let caller = installation.caller(&second).await;
    let mut ended = installation.identity.on_revoked();
    installation.identity.logout(&first.token).await.unwrap();
    assert_eq!(ended.recv().await.unwrap(), caller.session);
    for token in [&first.token, &second.token] {
        assert_eq!(problem(installation.identity.authenticate(token).await), TokenProblem::Ended);
        assert_eq!(problem(installation.identity.refresh(token).await), TokenProblem::Ended);
        installation.identity.logout(token).await.unwrap();
    }
    assert!(installation.identity.authenticate(&other.token).await.is_ok());
}

#[tokio::test]
async fn an_expired_token_still_logs_out_while_it_could_be_refreshed() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    installation.clock.advance(DAY * 8);
    installation.identity.logout(&admin.token).await.unwrap();
    assert_eq!(problem(installation.identity.refresh(&admin.token).await), TokenProblem::Ended);
    installation.clock.advance(Duration::from_secs(1));
    assert_eq!(problem(installation.identity.logout(&admin.token).await), TokenProblem::Expired);
}

#[tokio::test]
async fn a_token_of_the_reference_counts_for_a_refresh_only() {
    let installation = installation(rules());
    let user = installation.admin().await.user.id;
    let token = without_session(user, installation.clock.now());
    assert_eq!(problem(installation.identity.authenticate(&token).await), TokenProblem::Ended);
    let refreshed = installation.identity.refresh(&token).await.unwrap();
    assert_eq!(installation.caller(&refreshed).await.role, Role::Admin);
    installation.identity.logout(&token).await.unwrap();
    assert_eq!(problem(installation.identity.authenticate(&refreshed.token).await), TokenProblem::Ended);
    assert_eq!(problem(installation.identity.refresh(&token).await), TokenProblem::Ended);
}

#[tokio::test]
async fn a_token_of_the_reference_is_ended_by_a_logout_and_by_a_new_password() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    let (user, issued) = (admin.user.id, installation.clock.now());
    installation.clock.advance(Duration::from_secs(1));
    let token = without_session(user, installation.clock.now());
    installation.identity.logout(&token).await.unwrap();
    assert_eq!(problem(installation.identity.refresh(&token).await), TokenProblem::Ended);
    let caller = installation.caller(&admin).await;
    let change = crate::identity::PasswordChange { current: PASSWORD.into(), new: "new password".into() };
    installation.identity.change_password(here(), &caller, change).await.unwrap();
    let older = without_session(user, issued);
    assert_eq!(problem(installation.identity.refresh(&older).await), TokenProblem::Ended);
}

#[tokio::test]
async fn role_and_existence_are_the_stores_within_half_a_minute() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    assert_eq!(installation.caller(&admin).await.role, Role::Admin);
    let patch =
        async |patch| installation.store.patch::<User>(admin.user.id, Filter::all(), patch).await.unwrap();
    patch(Patch::new().set("role", "user")).await;
    installation.clock.advance(Duration::from_secs(31));
    assert_eq!(installation.caller(&admin).await.role, Role::User);
    patch(Patch::new().set("deleted_at", installation.clock.now())).await;
    installation.clock.advance(Duration::from_secs(31));
    assert_eq!(problem(installation.identity.authenticate(&admin.token).await), TokenProblem::UserGone);
    assert_eq!(problem(installation.identity.refresh(&admin.token).await), TokenProblem::UserGone);
    assert_eq!(problem(installation.identity.logout(&admin.token).await), TokenProblem::UserGone);
}
