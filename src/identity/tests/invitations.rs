//! The invite code.

use super::*;

#[tokio::test]
async fn there_is_always_a_code_and_asking_does_not_change_it() {
    let installation = installation(rules());
    let code = installation.code().await;
    assert_eq!(code.len(), 12);
    assert_eq!(installation.code().await, code);
}

#[tokio::test]
async fn the_configured_code_counts_at_the_first_start_only() {
    let installation = installation(Rules { invite_code: Some("letmein".into()), ..rules() });
    installation.admin().await;
    installation.register("one@example.com", Some("LetMeIn")).await.unwrap();
    let again = installation.register("two@example.com", Some("letmein")).await;
    assert!(matches!(again, Err(Error::InviteCode { missing: false })));
}

#[tokio::test]
async fn an_admin_decides_whether_codes_are_replaced_and_replaces_them_at_once() {
    let installation = installation(rules());
    installation.admin().await;
    installation.identity.set_invite_rotation(false).await.unwrap();
    assert!(!installation.identity.invitation().await.unwrap().rotates);
    let code = installation.code().await;
    installation.register("one@example.com", Some(&code)).await.unwrap();
    installation.register("two@example.com", Some(&code)).await.unwrap();
    let next = installation.identity.rotate_invite_code().await.unwrap();
    assert_eq!(installation.code().await, next.expose());
    let old = installation.register("three@example.com", Some(&code)).await;
    assert!(matches!(old, Err(Error::InviteCode { missing: false })));
}

#[tokio::test]
async fn a_code_that_admitted_nobody_is_given_back_unless_it_was_replaced() {
    let installation = installation(rules());
    let code = installation.code().await;
    let taken = installation.identity.take_invite_code(&code).await.unwrap();
    assert!(installation.identity.take_invite_code(&code).await.is_err());
    installation.identity.give_back(taken).await.unwrap();
    assert_eq!(installation.code().await, code);
    let taken = installation.identity.take_invite_code(&code).await.unwrap();
    let newer = installation.identity.rotate_invite_code().await.unwrap();
    installation.identity.give_back(taken).await.unwrap();
    assert_eq!(installation.code().await, newer.expose());
}
