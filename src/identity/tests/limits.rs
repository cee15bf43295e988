//! What guessing costs.

use super::*;

fn elsewhere() -> Origin {
    "198.51.100.1".parse::<IpAddr>().unwrap().into()
}

#[tokio::test]
async fn five_wrong_passwords_lock_the_account_for_that_address_only() {
    let installation = installation(rules());
    installation.admin().await;
    for _ in 0..5 {
        let wrong = installation.login("admin@example.com", "wrong password").await;
        assert!(matches!(wrong, Err(Error::WrongCredentials)));
    }
    let locked = installation.login("ADMIN@example.com", PASSWORD).await;
    assert!(matches!(locked, Err(Error::TooManyFailures { retry_after }) if retry_after.as_secs() == 60));
    assert!(installation.login_from(elsewhere(), "admin@example.com", PASSWORD).await.is_ok());
    installation.clock.advance(Duration::from_mins(1));
    assert!(installation.login("admin@example.com", PASSWORD).await.is_ok());
}

#[tokio::test]
async fn unknown_accounts_are_refused_and_locked_like_known_ones() {
    let installation = installation(rules());
    for _ in 0..5 {
        assert!(matches!(
            installation.login("nobody@example.com", PASSWORD).await,
            Err(Error::WrongCredentials)
        ));
    }
    assert!(matches!(
        installation.login("nobody@example.com", PASSWORD).await,
        Err(Error::TooManyFailures { .. })
    ));
}

#[tokio::test]
async fn five_wrong_codes_lock_registration_for_that_address_only() {
    let installation = installation(rules());
    installation.admin().await;
    for _ in 0..5 {
        let wrong = installation.register("user@example.com", Some("wrong")).await;
        assert!(matches!(wrong, Err(Error::InviteCode { missing: false })));
    }
    let code = installation.code().await;
    let locked = installation.register("user@example.com", Some(&code)).await;
    assert!(matches!(locked, Err(Error::TooManyFailures { .. })));
    let form = form("user@example.com", Some(&code));
    assert!(installation.identity.register(elsewhere(), form).await.is_ok());
}

#[tokio::test]
async fn wrong_current_passwords_count_like_failed_logins() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    let caller = installation.caller(&admin).await;
    for _ in 0..5 {
        let change = crate::identity::PasswordChange { current: "wrong".into(), new: "new password".into() };
        let refused = installation.identity.change_password(here(), &caller, change).await;
        assert!(matches!(refused, Err(Error::WrongPassword)));
    }
    assert!(matches!(
        installation.login("admin@example.com", PASSWORD).await,
        Err(Error::TooManyFailures { .. })
    ));
}

#[tokio::test]
async fn calls_are_counted_by_address() {
    let installation = installation(rules());
    assert!((0..30).all(|_| installation.identity.count_call(here()).is_ok()));
    assert!(matches!(installation.identity.count_call(here()), Err(Error::TooManyCalls { .. })));
    assert!(installation.identity.count_call(elsewhere()).is_ok());
    installation.identity.reconfigure(Rules { calls_per_minute: None, ..rules() });
    assert!(installation.identity.count_call(here()).is_ok());
}
