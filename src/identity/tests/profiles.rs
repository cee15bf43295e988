//! What users see and change of their account.

use secrecy::ExposeSecret;

use super::*;
use crate::identity::{PasswordChange, User};
use crate::store::{Filter, Patch};

fn change(current: &str, new: &str) -> PasswordChange {
    PasswordChange { current: current.into(), new: new.into() }
}

#[tokio::test]
async fn a_name_is_trimmed_and_not_empty() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    let caller = installation.caller(&admin).await;
    let renamed = installation.identity.rename(&caller, "  Grace Hopper ").await.unwrap();
    assert_eq!(renamed.name, "Grace Hopper");
    assert_eq!(installation.identity.profile(caller.user).await.unwrap(), renamed);
    assert_eq!(fields(installation.identity.rename(&caller, " \t ").await), ["name"]);
}

#[tokio::test]
async fn avatars_can_be_off() {
    let installation = installation(Rules { avatars: false, ..rules() });
    assert_eq!(installation.admin().await.user.avatar_url, "");
}

#[tokio::test]
async fn a_changed_password_ends_all_other_sessions_at_once() {
    let installation = installation(rules());
    let other = installation.admin().await;
    let this = installation.login("admin@example.com", PASSWORD).await.unwrap();
    let (other_caller, caller) = (installation.caller(&other).await, installation.caller(&this).await);
    let mut ended = installation.identity.on_revoked();
    installation.identity.change_password(here(), &caller, change(PASSWORD, "new password")).await.unwrap();
    assert_eq!(ended.recv().await.unwrap(), other_caller.session);
    assert!(installation.identity.authenticate(&other.token).await.is_err());
    assert!(installation.identity.refresh(&other.token).await.is_err());
    assert_eq!(installation.caller(&this).await, caller);
    assert!(installation.login("admin@example.com", "new password").await.is_ok());
    assert!(installation.login("admin@example.com", PASSWORD).await.is_err());
}

#[tokio::test]
async fn both_passwords_keep_their_rules() {
    let installation = installation(Rules { password_min_length: 10, ..rules() });
    let admin = installation.admin().await;
    let caller = installation.caller(&admin).await;
    let refused = installation.identity.change_password(here(), &caller, change("", "too short")).await;
    assert_eq!(fields(refused), ["currentPassword", "newPassword"]);
}

#[tokio::test]
async fn an_account_of_another_provider_has_no_password() {
    let installation = installation(rules());
    let admin = installation.admin().await;
    let caller = installation.caller(&admin).await;
    let linked = Patch::new().set("password", "").set("auth_provider", "github");
    installation.store.patch::<User>(caller.user, Filter::all(), linked).await.unwrap();
    let refused =
        installation.identity.change_password(here(), &caller, change(PASSWORD, "new password")).await;
    assert!(matches!(refused, Err(Error::NoPassword { provider }) if provider == "github"));
    assert!(matches!(installation.login("admin@example.com", PASSWORD).await, Err(Error::WrongCredentials)));
}

#[tokio::test]
async fn a_hash_of_the_reference_is_replaced_at_the_next_login() {
    let installation = installation(rules());
    let id = installation.admin().await.user.id;
    let old = Patch::new().set("password", bcrypt::hash(PASSWORD, 4).unwrap());
    installation.store.patch::<User>(id, Filter::all(), old).await.unwrap();
    assert!(installation.login("admin@example.com", "wrong password").await.is_err());
    installation.login("admin@example.com", PASSWORD).await.unwrap();
    let user = installation.store.get::<User>(id).await.unwrap().unwrap();
    assert!(user.password.expose_secret().starts_with("$argon2id$"));
    assert!(installation.login("admin@example.com", PASSWORD).await.is_ok());
}
