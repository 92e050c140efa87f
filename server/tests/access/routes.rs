//! Every route, asked by everybody.

use std::collections::BTreeSet;

use model::{
    Caller, Factor, FactorId, Permission, Role, SessionId, Timestamp, UserId,
    caller::Proof,
    commands::template::Form,
    keys::KeyRequest,
    terminal::{Size, theme::ThemeName},
};
use server::policy::{self, Access};

use crate::{
    matrix::Matrix,
    requests::{self, Body, Things, Whose},
    support::{Answer, PASSWORD, World},
};

/// Routes after which a caller's sign-in is another, or gone.
const DISRUPTIVE: &[&str] = &[
    "/api/change_password",
    "/api/confirm",
    "/api/end_other_sessions",
    "/api/end_session",
    "/api/reset_factors",
    "/api/make_reset_link",
    "/api/sign_out",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stranger,
    /// Right password, second factor still to come.
    Half,
    Person,
    /// Signed in, but too long ago for what is sensitive.
    Stale,
    Program,
}

/// One column.
struct Who {
    column: &'static str,
    kind: Kind,
    name: &'static str,
    user: UserId,
    role: Role,
    may: Vec<Permission>,
    headers: Vec<(&'static str, String)>,
}

struct Scene {
    world: World,
    /// May less than most.
    tina: UserId,
    /// May everything.
    zoe: UserId,
    number: u32,
}

/// Someone who just showed who they are, whatever their role.
fn mighty(user: UserId) -> Caller {
    let now = Timestamp(i64::MAX / 2);
    let proof = Some(Proof { factor: Factor::Password, at: now });
    Caller::person(user, SessionId::new(), Role::Owner).under(now, None, true, proof)
}

/// Routes that are about a shell without having it in their path.
const ABOUT_SHELLS: &[&str] = &[
    "/api/close_terminal",
    "/api/command_templates",
    "/api/end_recording",
    "/api/start_recording",
    "/api/share_terminal",
    "/api/share_by_link",
    "/api/end_sharing",
    "/api/hand_over",
    "/api/let_write",
    "/api/shared_terminal",
    "/api/stop_shell",
    "/api/stop_shells_of",
    "/api/terminal_shares",
    "/api/watch_terminal",
    "/ws/shared/{id}",
    "/terminal/shared/{id}",
];

impl Scene {
    async fn set() -> Self {
        let world = World::start().await;
        let [tina, zoe] = [("tina", Role::Viewer), ("zoe", Role::Owner)];
        let tina = add(&world, tina.0, &tina.1).await;
        let zoe = add(&world, zoe.0, &zoe.1).await;
        Self { world, tina, zoe, number: 0 }
    }

    async fn everybody(&self) -> Vec<Who> {
        let world = &self.world;
        let mut all = vec![Who {
            column: "stranger",
            kind: Kind::Stranger,
            name: "",
            user: UserId::new(),
            role: Role::Viewer,
            may: Vec::new(),
            headers: Vec::new(),
        }];
        let careful: Role = "careful".parse().unwrap();
        world.nova.identity.save_role(&Caller::system("test"), &careful, &[], true).await.unwrap();
        for (column, kind, name, role) in [
            ("half in", Kind::Half, "hal", careful),
            ("viewer", Kind::Person, "vera", Role::Viewer),
            ("developer", Kind::Person, "dave", Role::Developer),
            ("operator", Kind::Person, "otto", Role::Operator),
            ("admin", Kind::Person, "ada", Role::Admin),
            ("owner", Kind::Person, "olga", Role::Owner),
            ("owner, long ago", Kind::Stale, "olaf", Role::Owner),
        ] {
            let user = add(world, name, &role).await;
            let may = role.permissions().to_vec();
            let mut who = Who { column, kind, name, user, role, may, headers: Vec::new() };
            self.arrive(&mut who).await;
            all.push(who);
        }
        // A program of an owner who is none of the others.
        let cookies = world.person("kai", Role::Owner).await;
        let kai = world.caller(&cookies).await.user().unwrap();
        for (column, scopes) in
            [("key, other scope", vec![Permission::ProvidersManage]), ("key, all scopes", Permission::ALL.to_vec())]
        {
            let key = world.key(&cookies, &scopes).await.key;
            let headers = vec![("authorization", format!("Bearer {key}"))];
            let (kind, role) = (Kind::Program, Role::Owner);
            all.push(Who { column, kind, name: "kai", user: kai, role, may: scopes, headers });
        }
        all
    }

    /// Signs them in (again).
    async fn arrive(&self, who: &mut Who) {
        let identity = &self.world.nova.identity;
        let cookies = match who.kind {
            Kind::Stranger | Kind::Program => return,
            Kind::Half => {
                let entrance =
                    identity.sign_in(who.name, &PASSWORD.into(), &identity::Client::default()).await.unwrap();
                let identity::Entrance::Second(pending) = entrance else { panic!("a second step is to come") };
                app::cookies::pending(Some(&pending.token), false).split(';').next().unwrap().to_owned()
            }
            Kind::Person => self.world.sign_in(who.name).await,
            Kind::Stale => {
                let cookies = self.world.sign_in(who.name).await;
                self.sql("UPDATE sessions SET proven_at = 0 WHERE user_id = $1", &[&who.user.to_string()]).await;
                cookies
            }
        };
        who.headers = vec![("cookie", cookies)];
    }

    async fn sql(&self, sql: &'static str, values: &[&str]) {
        let mut write = self.world.nova.db.write().await.unwrap();
        let query = values.iter().fold(store::sqlx::query(sql), |query, value| query.bind((*value).to_owned()));
        query.execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    }

    /// What `route` is about, made for this one request where the request uses it up.
    async fn things(&mut self, route: &str, who: &Who, whose: Whose) -> Things {
        self.number += 1;
        let (user, name, role) = match whose {
            Whose::Plain | Whose::Own => (who.user, who.name, who.role.clone()),
            Whose::Other => (self.tina, "tina", Role::Viewer),
            Whose::Above => (self.zoe, "zoe", Role::Owner),
        };
        let (nova, known) = (&self.world.nova, !name.is_empty());
        let holder = mighty(user);
        let mut things = Things {
            user,
            session: SessionId::new(),
            terminal: model::TerminalId::new(),
            theme: model::ThemeId::new(),
            recording: model::RecordingId::new(),
            share: model::ShareId::new(),
            command: model::CommandId::new(),
            template: model::TemplateId::new(),
            key: model::KeyId::new(),
            passkey: FactorId::new(),
            room: model::RoomId::new(),
            seq: 0,
            invitation: model::InvitationId::new(),
            invitation_token: String::new(),
            peer: self.tina,
            role,
            number: self.number,
        };
        if route == "/api/end_session" && known && who.kind != Kind::Half {
            let cookies = match whose {
                Whose::Other => self.sign_in_after_reset("tina").await,
                _ => self.world.sign_in(name).await,
            };
            things.session = self.world.caller(&cookies).await.session().unwrap();
        }
        if known && (route.contains("terminal") && route.contains('{') || ABOUT_SHELLS.contains(&route)) {
            things.terminal = nova.terminals.open(&holder, Size::DEFAULT).await.unwrap().id;
        }
        if known && (route.contains("recording") && !route.ends_with("recordings")) {
            let (id, owner) = (things.recording.to_string(), user.to_string());
            self.sql(
                "INSERT INTO recordings (id, owner, terminal, title, started_at, ended_at, keep_days, length_ms, bytes, cols,
                     rows, state, required, input, parts, missed_bytes, chunks, head)
                 VALUES ($1, $2, $1, 'bash', 0, 1, NULL, 0, 0, 80, 24, 'finished', 0, 0, 1, 0, 0, '')",
                &[&id, &owner],
            )
            .await;
            let share = "INSERT INTO recording_shares (id, recording, digest, created_by, created_at, expires_at)
                 VALUES ($1, $2, '', $3, 0, 9000000000000000)";
            self.sql(share, &[&things.share.to_string(), &id, &owner]).await;
            let place = nova.config.data_dir.join("recordings");
            let header = "{\"version\":3,\"term\":{\"cols\":80,\"rows\":24,\"type\":\"xterm\"},\"timestamp\":0}\n";
            std::fs::write(place.join(format!("{id}.cast")), header).unwrap();
            std::fs::write(place.join(format!("{id}.frames")), "x").unwrap();
        }
        if known && matches!(route, "/api/rotate_key" | "/api/revoke_key") && who.kind != Kind::Half {
            let scopes = vec![Permission::ChatUse];
            let request = KeyRequest { name: "ci".into(), scopes, networks: Vec::new(), days: Some(1), account: None };
            things.key = nova.identity.make_key(&holder, &request).await.unwrap().info.id;
        }
        if known && route.ends_with("_passkey") && matches!(whose, Whose::Own | Whose::Other) {
            self.sql(
                "INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at)
                 VALUES ($1, $2, $1, '{}', 'phone', 0)",
                &[&things.passkey.to_string(), &user.to_string()],
            )
            .await;
        }
        if known && route.ends_with("_terminal_theme") {
            let name = ThemeName::parse(&format!("Kept {}", self.number)).unwrap();
            things.theme = nova.preferences.import_theme(&holder, &name, requests::THEME).await.unwrap().id;
        }
        if known && matches!(route, "/api/delete_command" | "/api/pin_command") {
            self.sql(
                "INSERT INTO commands (id, user_id, terminal_id, seq, line, cwd, host, started_at)
                 VALUES ($1, $2, $1, 0, 'ls', '/', 'here', 0)",
                &[&things.command.to_string(), &user.to_string()],
            )
            .await;
        }
        if known && route.ends_with("_command_template") {
            let form = Form { name: format!("Kept {}", self.number), body: "ls".into(), ..Form::default() };
            things.template = nova.commands.save_template(&holder, None, &form).await.unwrap();
        }
        if known {
            things.room = match whose {
                Whose::Other => nova.chat.open_direct(&mighty(self.tina), self.zoe).await.unwrap().id,
                _ => nova.chat.rooms(&holder).await.unwrap().first().map_or(things.room, |room| room.id),
            };
        }
        if known && route == "/api/delete_message" {
            // Where moderators have a say.
            things.room = nova.chat.rooms(&holder).await.unwrap().first().map_or(things.room, |room| room.id);
            let id = model::chat::ClientMessageId::new();
            things.seq = nova.chat.send(&holder, things.room, id, "oh dear").await.unwrap().seq;
        }
        if route.contains("invit") {
            let made = nova.identity.invite(&mighty(self.zoe), &Role::Viewer).await.unwrap();
            things.invitation = made.invitation.id;
            made.url.rsplit('/').next().unwrap().clone_into(&mut things.invitation_token);
        }
        if route == "/api/remove_role" {
            let unheld: Role = "unheld".parse().unwrap();
            nova.identity.save_role(&Caller::system("test"), &unheld, &[], false).await.unwrap();
        }
        things
    }

    /// Her password may have been reset by a request before.
    async fn sign_in_after_reset(&self, name: &str) -> String {
        let hash = "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE username = 'vera')
                    WHERE username = $1";
        self.sql(hash, &[name]).await;
        self.world.sign_in(name).await
    }

    async fn tidy(&self, route: &str, who: &Who, things: &Things) {
        if route.ends_with("_passkey") {
            self.sql("DELETE FROM passkeys WHERE id = $1", &[&things.passkey.to_string()]).await;
        }
        if route.ends_with("_terminal_theme") {
            self.sql("DELETE FROM terminal_themes", &[]).await;
        }
        if route == "/api/stop_all_shells" {
            self.world.nova.open_shells_again(&Caller::system("test")).await.unwrap();
        }
        self.sql("DELETE FROM terminal_shares", &[]).await;
        if route.ends_with("_command_template") {
            self.sql("DELETE FROM command_templates", &[]).await;
        }
        // Whoever opened one by the request itself: the bound must not be met by the next.
        let system = Caller::system("test");
        for owner in [who.user, self.tina, self.zoe] {
            self.world.nova.terminals.end_all_of(&system, owner).unwrap();
        }
    }

    /// Asks, and says in a word how it went.
    async fn ask(&self, request: &requests::Request, who: &Who, access: Access) -> String {
        let origin = self.world.origin();
        let page = matches!(request.body, Body::Get) && access != Access::File;
        let mut headers: Vec<(&str, &str)> = who.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.push(("origin", &origin));
        let answer = match &request.body {
            Body::Upgrade => return word(self.world.upgrade(&request.path, &headers).await, None),
            Body::Get => {
                headers.push(("accept", if page { "text/html" } else { "*/*" }));
                self.world.get(&request.path, &headers).await
            }
            Body::Put(_) | Body::Delete => {
                let (method, body) = if let Body::Put(body) = request.body { ("PUT", body) } else { ("DELETE", "") };
                headers.extend([("accept", "application/json"), ("sec-fetch-site", "same-origin")]);
                self.world.request(method, &request.path, &headers, body).await
            }
            Body::Form(body) | Body::Json(body) => {
                let json = matches!(request.body, Body::Json(_));
                let media = if json { "application/json" } else { "application/x-www-form-urlencoded" };
                headers.extend([
                    ("accept", "application/json"),
                    ("content-type", media),
                    ("sec-fetch-site", "same-origin"),
                ]);
                self.world.request("POST", &request.path, &headers, body).await
            }
        };
        // Whether a file has been built is not the question here.
        let served = matches!(answer.status, 200 | 404);
        if access == Access::File && served { "file".into() } else { word(answer.status, Some(&answer)) }
    }
}

async fn add(world: &World, name: &str, role: &Role) -> UserId {
    let account = identity::NewAccount::parse(name, "", "", PASSWORD.into()).unwrap();
    world.nova.identity.add_user(&Caller::system("test"), account, role).await.unwrap()
}

fn word(status: u16, answer: Option<&Answer>) -> String {
    let asks_again = answer.is_some_and(|answer| {
        answer.body.contains("\"step_up\"") || answer.body.contains(model::ErrorCode::StepUp.title())
    });
    match status {
        101 => "opens".into(),
        200..=299 => "yes".into(),
        300..=399 => {
            let to = answer.and_then(|answer| answer.header("location")).unwrap_or_default();
            format!("to {}", to.split('?').next().unwrap_or_default())
        }
        401 => "sign in".into(),
        403 if asks_again => "confirm".into(),
        403 => "refused".into(),
        404 => "missing".into(),
        409 => "conflict".into(),
        410 => "gone".into(),
        422 => "invalid".into(),
        429 => "wait".into(),
        other => other.to_string(),
    }
}

/// What must be so in every cell, whatever the table says.
fn check(route: &str, access: Access, who: &Who, cell: &str) {
    let at = format!("{route} ({access:?}) asked by {}: {cell}", who.column);
    assert!(!cell.starts_with('5'), "{at}");
    if access.is_public() {
        return;
    }
    let turned_away = matches!(cell, "sign in" | "to /sign-in");
    match who.kind {
        Kind::Stranger | Kind::Half => assert!(turned_away, "{at}"),
        _ => assert!(!turned_away, "{at}"),
    }
    match access {
        Access::Person if who.kind == Kind::Program => assert_eq!(cell, "refused", "{at}"),
        Access::Permission(needed) if !turned_away && !who.may.contains(&needed) => assert_eq!(cell, "refused", "{at}"),
        _ => {}
    }
}

#[tokio::test]
async fn every_route_answers_each_role_as_the_table_says() {
    let mut scene = Scene::set().await;
    let mut everybody = scene.everybody().await;
    let title = "What each route answers to whom. Routes about a thing are asked about one's own and about others'.";
    let mut matrix = Matrix::new(title, everybody.iter().map(|who| who.column).collect());
    for route in server::routes() {
        let access = policy::of(&route).unwrap_or_else(|| panic!("{route} is not declared in server/src/policy.rs"));
        for whose in requests::kinds(&route) {
            let row = match whose {
                Whose::Plain => route.clone(),
                Whose::Own => format!("{route} of one's own"),
                Whose::Other => format!("{route} of another"),
                Whose::Above => format!("{route} of an owner"),
            };
            for who in &mut everybody {
                let things = scene.things(&route, who, *whose).await;
                let request = requests::of(&route, &things)
                    .unwrap_or_else(|| panic!("{route}: write down in requests.rs what it is asked with"));
                let cell = scene.ask(&request, who, access).await;
                check(&row, access, who, &cell);
                matrix.put(row.clone(), cell);
                scene.tidy(&route, who, &things).await;
                if DISRUPTIVE.contains(&route.as_str()) || route.starts_with("/api/public/") {
                    scene.arrive(who).await;
                }
            }
        }
    }
    matrix.compare("routes.snap");
    scene.world.stop().await;
}

#[tokio::test]
async fn every_route_is_declared_and_every_declaration_is_a_route() {
    let declared: BTreeSet<String> = policy::TABLE.iter().map(|(route, _)| (*route).to_owned()).collect();
    let routes = server::routes();
    let undeclared: Vec<_> = routes.difference(&declared).collect();
    let stale: Vec<_> = declared.difference(&routes).collect();
    assert!(undeclared.is_empty(), "not declared in server/src/policy.rs: {undeclared:?}");
    assert!(stale.is_empty(), "declared, but no route: {stale:?}");
}

#[tokio::test]
async fn strangers_get_nothing_by_any_method_spelling_or_trick() {
    let mut scene = Scene::set().await;
    let stranger = scene.everybody().await.remove(0);
    for route in server::routes() {
        let access = policy::of(&route).unwrap();
        let things = scene.things(&route, &stranger, Whose::Plain).await;
        let Some(request) = requests::of(&route, &things) else { panic!("{route}") };
        let path = request.path;
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"] {
            let status = scene.world.request(method, &path, &[], "").await.status;
            assert!(status < 500, "{method} {path}: {status}");
            assert!(access.is_public() || status == 401, "{method} {path}: {status}");
        }
        if access.is_public() {
            continue;
        }
        let bare = path.split('?').next().unwrap();
        for tricked in [
            format!("{bare}/"),
            format!("/{bare}"),
            format!("{bare}?x=/sign-in"),
            format!("/sign-in/..{bare}"),
            format!("/api/public/..{bare}"),
            format!("/pkg/..{bare}"),
            format!("/sign-in%2f..{bare}"),
            format!("/.{bare}"),
            bare.to_uppercase(),
            format!("{bare}%00"),
            format!("{bare};/sign-in"),
        ] {
            for (name, value) in [("x-original-url", "/sign-in"), ("x-rewrite-url", "/sign-in"), ("accept", "*/*")] {
                let answer = scene.world.get(&tricked, &[(name, value)]).await;
                let told = answer.status >= 400 || answer.header("location").is_some();
                assert!(told, "{tricked}: {} {}", answer.status, answer.body);
            }
        }
    }
    scene.world.stop().await;
}
