//! Command templates, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use commands::Error;
use common::World;
use model::{
    Caller, ErrorCode, TemplateId,
    commands::template::{Form, MAX_TEMPLATES, Project},
};

fn form(name: &str, shared: bool) -> Form {
    Form { name: name.into(), body: "deploy {{where:choice(test|live)}}".into(), shared, ..Form::default() }
}

async fn names(world: &World, who: &Caller) -> Vec<(String, bool)> {
    let all = world.commands.templates(who).await.unwrap();
    all.into_iter().filter(|each| each.id.is_some()).map(|each| (each.form.name, each.editable)).collect()
}

#[tokio::test]
async fn ones_own_are_ones_own_and_shared_ones_everybodys() {
    for world in World::each().await {
        let (ann, bob, olga) = (world.person("ann").await, world.person("bob").await, world.owner("olga").await);
        let mine = world.commands.save_template(&ann, None, &form("Mine", false)).await.unwrap();
        let refused = world.commands.save_template(&ann, None, &form("Ours", true)).await.unwrap_err();
        assert_eq!(model::ApiError::from(refused).code, ErrorCode::Forbidden);
        let ours = world.commands.save_template(&olga, None, &form("Ours", true)).await.unwrap();
        assert_eq!(names(&world, &ann).await, [("Mine".to_owned(), true), ("Ours".to_owned(), false)]);
        assert_eq!(names(&world, &bob).await, [("Ours".to_owned(), false)]);
        assert_eq!(world.actions().await, ["template.share"]);

        for (who, id) in [(&bob, mine), (&olga, mine), (&ann, TemplateId::new())] {
            assert!(matches!(world.commands.remove_template(who, id).await, Err(Error::NoTemplate)));
            let saved = world.commands.save_template(who, Some(id), &form("X", false)).await;
            assert!(matches!(saved, Err(Error::NoTemplate)));
        }
        assert!(world.commands.remove_template(&ann, ours).await.is_err());
        let changed = Form { project: Some(Project::Git), ..form("Renamed", false) };
        assert_eq!(world.commands.save_template(&ann, Some(mine), &changed).await.unwrap(), mine);
        assert_eq!(world.commands.templates(&ann).await.unwrap()[1].form, changed);
        world.commands.remove_template(&olga, ours).await.unwrap();
        assert_eq!(world.actions().await, ["template.share", "template.remove"]);
        assert_eq!(names(&world, &bob).await, []);
        world.end().await;
    }
}

#[tokio::test]
async fn names_are_ones_own_once_and_templates_are_bounded() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        world.commands.save_template(&ann, None, &form("Mine", false)).await.unwrap();
        let twice = world.commands.save_template(&ann, None, &form("Mine", false)).await.unwrap_err();
        assert_eq!(model::ApiError::from(twice).field.as_deref(), Some("name"));
        let wrong = Form { body: "a {{b".into(), ..form("Other", false) };
        let wrong = model::ApiError::from(world.commands.save_template(&ann, None, &wrong).await.unwrap_err());
        assert_eq!(wrong.field.as_deref(), Some("body"));
        for n in 1..MAX_TEMPLATES {
            world.commands.save_template(&ann, None, &form(&format!("No {n}"), false)).await.unwrap();
        }
        let over = world.commands.save_template(&ann, None, &form("One more", false)).await;
        assert!(matches!(over, Err(Error::TooManyTemplates)));
        world.end().await;
    }
}
