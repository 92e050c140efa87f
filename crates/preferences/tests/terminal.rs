//! What a person sets for their terminals, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use model::{
    ApiError, Caller, ErrorCode, Role, SessionId, Timestamp, UserId,
    terminal::{
        settings::{Bell, Settings},
        theme::{Colour, MAX_OWN_THEMES, ThemeName, ThemeRef},
    },
};
use preferences::{Error, Preferences};
use store::{Clock, Db, sqlx, testing::Fresh};

struct World {
    preferences: Preferences,
    db: Db,
    fresh: Fresh,
}

impl World {
    async fn each() -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let db = fresh.open().await;
            let (clock, _) = Clock::manual(Timestamp(1_800_000_000_000));
            worlds.push(Self { preferences: Preferences::new(db.clone(), clock), db, fresh });
        }
        worlds
    }

    async fn person(&self, name: &str) -> Caller {
        let user = UserId::new();
        let sql = "INSERT INTO users (id, username, display_name, role, password_hash, created_at)
                   VALUES ($1, $2, $2, 'developer', '', 0)";
        self.run(sql, &[user.to_string(), name.to_owned()]).await;
        Caller::person(user, SessionId::new(), Role::Developer)
    }

    async fn run(&self, sql: &'static str, values: &[String]) {
        let mut write = self.db.write().await.unwrap();
        let query = values.iter().fold(sqlx::query(sql), |query, value| query.bind(value.clone()));
        query.execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    }

    async fn settings(&self, caller: &Caller) -> Settings {
        self.preferences.terminal(caller).await.unwrap().settings
    }

    async fn names(&self, caller: &Caller) -> Vec<String> {
        let themes = self.preferences.terminal(caller).await.unwrap().themes;
        themes.iter().map(|theme| theme.name.as_str().to_owned()).collect()
    }

    async fn end(self) {
        self.db.close().await;
        self.fresh.remove().await;
    }
}

fn name(text: &str) -> ThemeName {
    ThemeName::parse(text).unwrap()
}

/// A base16 theme on this ground.
fn text(ground: &str) -> String {
    let slots = (1..16).map(|slot| format!("base{slot:02X}: \"aabbcc\"\n"));
    format!("base00: \"{ground}\"\n{}", slots.collect::<String>())
}

#[tokio::test]
async fn settings_are_kept_for_each_person() {
    for world in World::each().await {
        let [alice, bob] = [world.person("alice").await, world.person("bob").await];
        assert_eq!(world.settings(&alice).await, Settings::default());
        for size in [20, 21] {
            let wanted = Settings { font_size: size, bell: Bell::Sound, ..Settings::default() };
            world.preferences.save_terminal(&alice, &wanted).await.unwrap();
            assert_eq!(world.settings(&alice).await, wanted);
        }
        assert_eq!(world.settings(&bob).await, Settings::default());
        world.end().await;
    }
}

#[tokio::test]
async fn what_is_out_of_bounds_or_not_ones_own_is_refused_and_changes_nothing() {
    for world in World::each().await {
        let [alice, bob] = [world.person("alice").await, world.person("bob").await];
        let huge = Settings { scrollback: 1_000_000, ..Settings::default() };
        let refused: ApiError = world.preferences.save_terminal(&alice, &huge).await.unwrap_err().into();
        assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("scrollback")));
        let theme = world.preferences.import_theme(&bob, &name("Bob’s"), &text("000000")).await.unwrap();
        let foreign = Settings { dark: ThemeRef::Own(theme.id), ..Settings::default() };
        assert!(matches!(world.preferences.save_terminal(&alice, &foreign).await, Err(Error::NoTheme)));
        world.preferences.save_terminal(&bob, &foreign).await.unwrap();
        assert_eq!(world.settings(&alice).await, Settings::default());
        world.end().await;
    }
}

#[tokio::test]
async fn themes_are_imported_renamed_and_deleted_by_their_owner_only() {
    for world in World::each().await {
        let [alice, bob] = [world.person("alice").await, world.person("bob").await];
        let service = &world.preferences;
        let dusk = service.import_theme(&alice, &name("Dusk"), &text("112233")).await.unwrap();
        assert_eq!(dusk.palette.background, Colour(0x11_2233));
        let again = service.import_theme(&alice, &name("Dusk"), &text("445566")).await;
        assert!(matches!(again, Err(Error::NameTaken)));
        service.import_theme(&bob, &name("Dusk"), &text("445566")).await.unwrap();
        service.import_theme(&alice, &name("Dawn"), &text("ffffff")).await.unwrap();
        assert_eq!(world.names(&alice).await, ["Dawn", "Dusk"]);
        assert!(matches!(service.rename_theme(&alice, dusk.id, &name("Dawn")).await, Err(Error::NameTaken)));
        assert!(matches!(service.rename_theme(&bob, dusk.id, &name("Mine")).await, Err(Error::NoTheme)));
        assert!(matches!(service.remove_theme(&bob, dusk.id).await, Err(Error::NoTheme)));
        service.rename_theme(&alice, dusk.id, &name("Night")).await.unwrap();
        assert_eq!(world.names(&alice).await, ["Dawn", "Night"]);
        assert!(matches!(service.import_theme(&alice, &name("x"), "{}").await, Err(Error::Import(_))));
        world.end().await;
    }
}

#[tokio::test]
async fn a_deleted_theme_leaves_novas_own_where_it_was_in_use() {
    for world in World::each().await {
        let alice = world.person("alice").await;
        let theme = world.preferences.import_theme(&alice, &name("Dusk"), &text("112233")).await.unwrap();
        let wanted = Settings { dark: ThemeRef::Own(theme.id), font_size: 18, ..Settings::default() };
        world.preferences.save_terminal(&alice, &wanted).await.unwrap();
        world.preferences.remove_theme(&alice, theme.id).await.unwrap();
        assert_eq!(world.settings(&alice).await, Settings { dark: ThemeRef::default(), ..wanted });
        assert!(world.names(&alice).await.is_empty());
        world.end().await;
    }
}

#[tokio::test]
async fn there_is_a_most_of_themes_even_for_many_at_once() {
    for world in World::each().await {
        let alice = world.person("alice").await;
        let tasks = (0..MAX_OWN_THEMES + 5).map(|n| {
            let (service, alice) = (world.preferences.clone(), alice.clone());
            tokio::spawn(async move { service.import_theme(&alice, &name(&format!("{n}")), &text("000000")).await })
        });
        let mut refused = 0;
        for task in tasks.collect::<Vec<_>>() {
            match task.await.unwrap() {
                Ok(_) => {}
                Err(Error::TooManyThemes) => refused += 1,
                Err(other) => panic!("{other}"),
            }
        }
        assert_eq!((refused, world.names(&alice).await.len()), (5, MAX_OWN_THEMES));
        world.end().await;
    }
}

#[tokio::test]
async fn nothing_of_it_is_for_who_may_have_no_shells() {
    for world in World::each().await {
        let viewer = Caller::person(UserId::new(), SessionId::new(), Role::Viewer);
        let refused: ApiError = world.preferences.terminal(&viewer).await.unwrap_err().into();
        assert_eq!(refused.code, ErrorCode::Forbidden);
        let refused: ApiError =
            world.preferences.save_terminal(&viewer, &Settings::default()).await.unwrap_err().into();
        assert_eq!(refused.code, ErrorCode::Forbidden);
        assert!(world.preferences.terminal(&Caller::system("test")).await.is_err(), "background work has no taste");
        world.end().await;
    }
}

#[tokio::test]
async fn a_deleted_account_leaves_nothing() {
    for world in World::each().await {
        let alice = world.person("alice").await;
        world.preferences.save_terminal(&alice, &Settings { font_size: 20, ..Settings::default() }).await.unwrap();
        world.preferences.import_theme(&alice, &name("Dusk"), &text("112233")).await.unwrap();
        let user = alice.user().unwrap().to_string();
        world.run("UPDATE users SET kind = 'deleted' WHERE id = $1", &[user]).await;
        assert_eq!(
            world.preferences.terminal(&alice).await.unwrap(),
            model::terminal::settings::Preferences::default()
        );
        world.end().await;
    }
}
