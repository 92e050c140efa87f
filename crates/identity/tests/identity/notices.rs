//! People learn by mail what happened to their account.

use std::time::Duration;

use identity::Client;
use model::Role;

use crate::world::*;

#[tokio::test]
async fn changes_of_password_and_second_factors_are_told_to_the_verified_address_alone() {
    for world in World::each_with_mail().await {
        let (identity, client) = (&world.identity, Client::default());
        let alice = world.verified_owner().await;
        enrol(&world, &alice.tokens).await;
        let caller = world.caller(&alice.tokens).await;
        identity
            .change_password(&caller, &PASSWORD.into(), &"copper lantern walks slowly".into(), &client)
            .await
            .unwrap();
        let id = caller.user().unwrap();
        identity.reset_factors(&system(), id).await.unwrap();
        identity.make_reset_link(&system(), id).await.unwrap();
        let letters = world.letters(5).await;
        for (letter, word) in letters.iter().skip(1).zip(["added", "changed", "removed", "out of force"]) {
            assert!(letter.subject.contains(word), "{letter:?}");
        }
        assert!(letters.iter().all(|letter| letter.to == "alice@example.org"));

        // An address nobody has verified may be anybody's.
        let bob = world.someone("bob", Role::Viewer).await;
        enrol(&world, &bob.tokens).await;
        identity.make_reset_link(&system(), bob.caller.user().unwrap()).await.unwrap();
        world.time.advance(Duration::from_secs(1));
        identity.request_reset("alice", &client).await.unwrap();
        assert!(world.letters(6).await.iter().all(|letter| letter.to == "alice@example.org"));
        world.end().await;
    }
}
