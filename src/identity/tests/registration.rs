//! Who becomes what, and in which order refusals come.

use super::*;
use crate::identity::{Role, User};
use crate::store::{Filter, Patch};

async fn admins(installation: &Installation) -> u64 {
    installation.store.count::<User>(Filter::eq("role", "admin")).await.unwrap()
}

#[tokio::test]
async fn the_first_user_is_admin_and_the_next_needs_the_code() {
    let installation = installation(rules());
    let first = installation.register(" Admin@Example.com ", Some("ignored")).await.unwrap();
    assert_eq!((first.user.role, first.user.email.as_str()), (Role::Admin, "admin@example.com"));
    let missing = installation.register("user@example.com", None).await;
    assert!(matches!(missing, Err(Error::InviteCode { missing: true })));
    let code = installation.code().await.to_lowercase();
    let second = installation.register("user@example.com", Some(&code)).await.unwrap();
    assert_eq!(second.user.role, Role::User);
}

#[tokio::test]
async fn of_fifty_first_registrations_at_once_exactly_one_is_admin() {
    let installation = installation(rules());
    let everybody = (0..50).map(|n| {
        let identity = installation.identity.clone();
        tokio::spawn(async move {
            let from = IpAddr::from([192, 0, 2, n]).into();
            identity.register(from, form(&format!("user{n}@example.com"), None)).await
        })
    });
    let outcomes = futures::future::join_all(everybody).await;
    let (admitted, refused): (Vec<_>, Vec<_>) =
        outcomes.into_iter().map(Result::unwrap).partition(Result::is_ok);
    assert_eq!(admitted.len(), 1);
    assert!(refused.iter().all(|refused| matches!(refused, Err(Error::InviteCode { missing: true }))));
    assert_eq!(admins(&installation).await, 1);
}

#[tokio::test]
async fn of_ten_signups_at_once_a_code_admits_exactly_one() {
    let installation = installation(rules());
    installation.admin().await;
    let code = installation.code().await;
    let everybody = (0..10).map(|n| {
        let (identity, code) = (installation.identity.clone(), code.clone());
        tokio::spawn(async move {
            identity.register(here(), form(&format!("user{n}@example.com"), Some(&code))).await
        })
    });
    let outcomes = futures::future::join_all(everybody).await;
    assert_eq!(outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(Ok(_)))).count(), 1);
    assert_ne!(installation.code().await, code);
}

#[tokio::test]
async fn two_signups_with_one_email_make_one_account_and_use_one_code() {
    let installation = installation(Rules { rotate_invite: false, ..rules() });
    installation.admin().await;
    let code = installation.code().await;
    let (one, other) = tokio::join!(
        installation.register("user@example.com", Some(&code)),
        installation.register("USER@example.com", Some(&code)),
    );
    let refused = if one.is_ok() { other } else { one };
    assert!(matches!(refused, Err(Error::EmailTaken)));
    assert_eq!(installation.code().await, code);
}

#[tokio::test]
async fn a_deleted_account_does_not_make_the_next_one_admin_but_frees_its_email() {
    let installation = installation(rules());
    let admin = installation.admin().await.user.id;
    let gone = Patch::new().set("deleted_at", installation.clock.now());
    installation.store.patch::<User>(admin, Filter::all(), gone).await.unwrap();
    assert!(matches!(installation.register("admin@example.com", None).await, Err(Error::InviteCode { .. })));
    let code = installation.code().await;
    let again = installation.register("admin@example.com", Some(&code)).await.unwrap();
    assert_eq!(again.user.role, Role::User);
}

#[tokio::test]
async fn what_is_wrong_is_named_all_at_once() {
    let installation = installation(rules());
    let nothing = installation.identity.register(here(), Registration::default()).await;
    assert_eq!(fields(nothing), ["email", "password", "name"]);
    let too_much = Registration {
        email: "ada@example.com".into(),
        password: "x".repeat(129).into(),
        name: "x".repeat(101),
        invite_code: Some("x".repeat(65)),
    };
    assert_eq!(
        fields(installation.identity.register(here(), too_much).await),
        ["password", "name", "inviteCode"]
    );
    let just_right = Registration {
        password: "é".repeat(128).into(),
        name: format!(" {} ", "é".repeat(100)),
        ..form("ada@example.com", None)
    };
    assert_eq!(installation.identity.register(here(), just_right).await.unwrap().user.name, "é".repeat(100));
}

#[tokio::test]
async fn refusals_come_in_the_order_of_the_contract() {
    let rules = Rules { allowed_domains: vec!["example.com".into()], ..rules() };
    let installation = installation(Rules { signup: false, ..rules.clone() });
    let wrong_in_every_way =
        || Registration { name: String::new(), ..form("admin@elsewhere.test", Some("wrong")) };
    let register = async |form| installation.identity.register(here(), form).await.map(drop);
    assert!(matches!(register(wrong_in_every_way()).await, Err(Error::SignupDisabled)));
    installation.identity.reconfigure(Rules { login: false, ..rules.clone() });
    assert!(matches!(register(wrong_in_every_way()).await, Err(Error::LoginDisabled)));
    installation.identity.reconfigure(rules);
    installation.admin().await;
    assert_eq!(fields(register(wrong_in_every_way()).await), ["name"]);
    let elsewhere = register(form("admin@elsewhere.test", Some("wrong"))).await;
    assert!(matches!(elsewhere, Err(Error::DomainNotAllowed { domain }) if domain == "elsewhere.test"));
    let taken = register(form("admin@example.com", Some("wrong"))).await;
    assert!(matches!(taken, Err(Error::InviteCode { missing: false })));
    let code = installation.code().await;
    assert!(matches!(register(form("admin@example.com", Some(&code))).await, Err(Error::EmailTaken)));
}

#[tokio::test]
async fn the_page_is_told_what_it_can_offer() {
    let installation = installation(rules());
    assert!(installation.identity.methods().await.unwrap().bootstrap);
    installation.admin().await;
    let methods = installation.identity.methods().await.unwrap();
    assert!(methods.login && methods.signup && !methods.bootstrap);
}
