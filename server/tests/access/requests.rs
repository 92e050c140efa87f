//! What each route is asked with: complete and right, so that nothing but the policy can refuse it.

use model::{
    CommandId, FactorId, InvitationId, KeyId, RecordingId, Role, RoomId, SessionId, ShareId, TemplateId, TerminalId,
    ThemeId, UserId,
};
use serde_json::json;

/// Whose thing a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Nobody's, or the caller's without saying so.
    Plain,
    /// The caller's.
    Own,
    /// Someone else's, who may less.
    Other,
    /// Someone else's, who may everything.
    Above,
}

/// The things that requests are about.
#[derive(Debug, Clone)]
pub(crate) struct Things {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) terminal: TerminalId,
    pub(crate) theme: ThemeId,
    pub(crate) recording: RecordingId,
    /// A link to it.
    pub(crate) share: ShareId,
    pub(crate) command: CommandId,
    pub(crate) template: TemplateId,
    pub(crate) key: KeyId,
    pub(crate) passkey: FactorId,
    pub(crate) room: RoomId,
    /// A message in it.
    pub(crate) seq: u64,
    pub(crate) invitation: InvitationId,
    pub(crate) invitation_token: String,
    /// Someone the caller can write to.
    pub(crate) peer: UserId,
    /// The role they have, so that giving it changes nothing.
    pub(crate) role: Role,
    pub(crate) number: u32,
}

#[derive(Debug)]
pub(crate) enum Body {
    Get,
    Form(String),
    Json(String),
    Put(&'static str),
    Delete,
    Upgrade,
}

pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) body: Body,
}

/// A base16 theme.
pub(crate) const THEME: &str = "base00: '000000'\nbase01: '010101'\nbase02: '020202'\nbase03: '030303'\nbase04: '040404'\n\
    base05: '050505'\nbase06: '060606'\nbase07: '070707'\nbase08: '080808'\nbase09: '090909'\nbase0A: '0a0a0a'\n\
    base0B: '0b0b0b'\nbase0C: '0c0c0c'\nbase0D: '0d0d0d'\nbase0E: '0e0e0e'\nbase0F: '0f0f0f'\n";
const PASSWORD: &str = "violet+kettle+runs+uphill";

/// The kinds of things there are to ask `route` about.
pub(crate) fn kinds(route: &str) -> &'static [Whose] {
    use Whose::{Above, Other, Own, Plain};
    match route {
        "/api/set_active"
        | "/api/set_role"
        | "/api/make_reset_link"
        | "/api/reset_factors"
        | "/api/lift_wait"
        | "/api/people/{user}/avatar" => &[Own, Other, Above],
        // Whoever asks is gone then; `a_deleted_account_is_out_everywhere_and_says_nothing_of_who_it_was` tells of it.
        "/api/delete_my_account" => &[],
        "/api/end_session"
        | "/api/close_terminal"
        | "/api/rename_terminal_theme"
        | "/api/remove_terminal_theme"
        | "/api/delete_command"
        | "/api/pin_command"
        | "/api/remove_command_template"
        | "/api/save_command_template"
        | "/api/command_templates"
        | "/api/rotate_key"
        | "/api/revoke_key"
        | "/api/rename_passkey"
        | "/api/remove_passkey"
        | "/api/messages"
        | "/api/send_message"
        | "/api/mark_read"
        | "/api/delete_message"
        | "/api/find_room"
        | "/recordings/{id}"
        | "/api/recordings/{id}/cast"
        | "/api/recordings/{id}/events"
        | "/api/recordings/{id}/frame"
        | "/api/recordings/{id}/index"
        | "/api/check_recording"
        | "/api/delete_recording"
        | "/api/recording"
        | "/api/recording_links"
        | "/api/search_recording"
        | "/api/share_recording"
        | "/api/unshare_recording"
        | "/api/start_recording"
        | "/api/end_recording"
        | "/api/share_terminal"
        | "/api/share_by_link"
        | "/api/end_sharing"
        | "/api/hand_over"
        | "/api/let_write"
        | "/api/shared_terminal"
        | "/api/stop_shell"
        | "/api/stop_shells_of"
        | "/api/watch_terminal"
        | "/ws/shared/{id}"
        | "/ws/terminal/{id}" => &[Own, Other],
        _ => &[Plain],
    }
}

/// A request for `route`; `None` when nobody has written one down yet.
pub(crate) fn of(route: &str, things: &Things) -> Option<Request> {
    let Things {
        user,
        session,
        terminal,
        theme,
        recording,
        share,
        command,
        template,
        key,
        passkey,
        room,
        seq,
        invitation,
        invitation_token,
        peer,
        role,
        number,
    } = things;
    let form = |text: String| Some(Request { path: route.to_owned(), body: Body::Form(text) });
    let json = |value: serde_json::Value| Some(Request { path: route.to_owned(), body: Body::Json(value.to_string()) });
    let get = |path: String| Some(Request { path, body: Body::Get });
    match route {
        // Plain routes and pages.
        "/pkg/{*path}" => get("/pkg/nova.css".into()),
        "/fonts/{*path}" => get("/fonts/none.woff2".into()),
        "/vendor/{*path}" => get("/vendor/none.js".into()),
        "/sso/{provider}" => get("/sso/none".into()),
        "/sso/{provider}/callback" => get("/sso/none/callback".into()),
        "/sso/{provider}/link" => get("/sso/none/link".into()),
        "/reset/{token}" => get("/reset/guess".into()),
        "/verify/{token}" => get("/verify/guess".into()),
        "/audit/export" => get("/audit/export?format=csv&action=nothing".into()),
        "/setup/{token}" => get("/setup/guess".into()),
        "/invite/{token}" => get(format!("/invite/{invitation_token}")),
        "/chat/{room}" => get(format!("/chat/{room}")),
        "/terminal/shared/{id}" => get(format!("/terminal/shared/{terminal}")),
        "/terminal/join/{token}" => get("/terminal/join/guess".into()),
        "/terminal/{id}" => get(format!("/terminal/{terminal}")),
        "/recordings/{id}" => get(format!("/recordings/{recording}")),
        "/api/recordings/{id}/cast" => get(format!("/api/recordings/{recording}/cast")),
        "/api/recordings/{id}/events" => get(format!("/api/recordings/{recording}/events")),
        "/api/recordings/{id}/frame" => get(format!("/api/recordings/{recording}/frame?from=0&length=1")),
        "/api/recordings/{id}/index" => get(format!("/api/recordings/{recording}/index")),
        "/{*any}" => get("/nonsense".into()),
        "/ws/live" => Some(Request { path: route.into(), body: Body::Upgrade }),
        "/ws/shared/{id}" => Some(Request { path: format!("/ws/shared/{terminal}"), body: Body::Upgrade }),
        "/ws/terminal/{id}" => Some(Request { path: format!("/ws/terminal/{terminal}"), body: Body::Upgrade }),
        "/favicon.svg"
        | "/manifest.webmanifest"
        | "/robots.txt"
        | "/theme.js"
        | "/.well-known/jwks.json"
        | "/health"
        | "/health/database"
        | "/health/services"
        | "/live"
        | "/ready"
        | "/"
        | "/account"
        | "/account/export"
        | "/account/keys"
        | "/account/security"
        | "/audit"
        | "/chat"
        | "/forgot"
        | "/gallery"
        | "/join"
        | "/join/sent"
        | "/people"
        | "/people/mail"
        | "/people/roles"
        | "/people/sign-on"
        | "/recordings"
        | "/people/terminals"
        | "/terminal/shared"
        | "/sign-in"
        | "/sign-in/second-step"
        | "/terminal"
        | "/terminal/history/export" => get(route.into()),
        // Becoming somebody.
        "/api/public/claim" => form(format!("token=guess&username=mallory&password={PASSWORD}")),
        "/api/public/accept_invitation" => form(format!("token=guess&username=mallory&password={PASSWORD}")),
        "/api/public/check_setup" => form("token=guess".into()),
        "/api/public/check_invitation" => form(format!("token={invitation_token}")),
        "/api/public/sign_in" => form(format!("identifier=nobody{number}&password={PASSWORD}")),
        "/api/public/prove" => form("code=000000".into()),
        "/api/public/finish_enrolment" => form("code=000000".into()),
        "/api/public/finish_passkey_enrolment" => form("ceremony=guess&credential=%7B%7D".into()),
        "/api/public/finish_passkey_proof" | "/api/public/finish_passkey_sign_in" => {
            form("ceremony=guess&credential=%7B%7D&next=".into())
        }
        "/api/public/check_reset" | "/api/public/check_verification" | "/api/public/verify_email" => {
            form("token=guess".into())
        }
        "/api/public/finish_reset" => form(format!("token=guess&password={PASSWORD}")),
        "/api/public/forgot_password" => form(format!("identifier=nobody{number}")),
        "/api/public/register" => form(format!("username=mallory{number}&password={PASSWORD}")),
        "/api/public/resend_verification" => form(format!("username=nobody{number}")),
        "/api/public/begin_enrolment"
        | "/api/public/begin_passkey_enrolment"
        | "/api/public/check_registration"
        | "/api/public/begin_passkey_proof"
        | "/api/public/begin_passkey_sign_in"
        | "/api/public/second_step"
        | "/api/public/start" => form(String::new()),
        // One's own.
        "/api/change_password" => form(format!("current={PASSWORD}&password={PASSWORD}")),
        "/api/confirm" => json(json!({ "showing": { "password": PASSWORD.replace('+', " ") } })),
        "/api/confirm_totp" => form("code=000000".into()),
        "/api/end_session" => form(format!("id={session}")),
        "/api/finish_passkey" => form("ceremony=guess&credential=%7B%7D&name=key".into()),
        "/api/finish_passkey_confirm" => form("ceremony=guess&credential=%7B%7D".into()),
        "/api/make_key" => json(json!({ "request": { "name": "ci", "scopes": ["chat.use"], "days": 1 } })),
        "/api/revoke_key" => form(format!("id={key}")),
        "/api/rotate_key" => form(format!("id={key}&overlap_hours=1")),
        "/api/rename_passkey" => form(format!("id={passkey}&name=laptop")),
        "/api/remove_passkey" => form(format!("id={passkey}")),
        "/api/set_preferences" => form("time_zone=Europe%2FBerlin&locale=de-CH".into()),
        // Whoever gets through to it is told that this is no picture.
        "/api/me/avatar" => Some(Request { path: route.into(), body: Body::Put("no picture") }),
        "/api/avatars/{user}/{id}" => get(format!("/api/avatars/{user}/{}", "0a".repeat(16))),
        "/api/people/{user}/avatar" => Some(Request { path: format!("/api/people/{user}/avatar"), body: Body::Delete }),
        "/api/rename" => form("name=Someone".into()),
        "/api/set_email" => form("email=".into()),
        "/api/unlink" => form("issuer=none&subject=none".into()),
        "/api/begin_passkey"
        | "/api/begin_passkey_confirm"
        | "/api/delete_my_account"
        | "/api/ensure_fresh"
        | "/api/my_email"
        | "/api/my_links"
        | "/api/send_verification"
        | "/api/begin_totp"
        | "/api/end_other_sessions"
        | "/api/factors"
        | "/api/keys"
        | "/api/new_backup_codes"
        | "/api/remove_totp"
        | "/api/sessions"
        | "/api/sign_out" => form(String::new()),
        // The machine, chat.
        "/api/close_terminal" => form(format!("id={terminal}")),
        "/api/open_terminal" => form("cols=80&rows=24".into()),
        "/api/share_terminal" => form(format!("id={terminal}&name=vera&role=observer&minutes=5")),
        "/api/share_by_link" => form(format!("id={terminal}&role=observer&minutes=5")),
        "/api/terminal_shares" | "/api/end_sharing" | "/api/shared_terminal" => form(format!("id={terminal}")),
        "/api/end_share" => form(format!("share={session}")),
        "/api/let_write" => form(format!("id={terminal}&guest={peer}&write=false")),
        "/api/hand_over" => json(json!({ "id": terminal, "to": null })),
        "/api/share_offer" | "/api/follow_share" => form("token=guess".into()),
        "/api/watch_terminal" | "/api/stop_shell" => form(format!("id={terminal}")),
        "/api/stop_shells_of" => form(format!("user={user}")),
        // As it is: nobody else is kept from shells by it.
        "/api/set_shell_policy" => json(json!({ "policy": {} })),
        "/api/import_terminal_theme" => json(json!({ "name": format!("Theme {number}"), "text": THEME })),
        "/api/rename_terminal_theme" => form(format!("id={theme}&name=Dusk")),
        "/api/remove_terminal_theme" => form(format!("id={theme}")),
        "/api/clear_commands" | "/api/command_suggestions" | "/api/command_policy" => form(String::new()),
        "/api/command_templates" => form(format!("terminal={terminal}")),
        "/api/delete_command" => form(format!("id={command}")),
        "/api/pin_command" => form(format!("id={command}&pinned=true")),
        "/api/remove_command_template" => form(format!("id={template}")),
        "/api/save_command_template" => json(json!({ "id": template, "form": {
            "name": format!("Template {number}"), "about": "", "body": "ls {{where:path}}", "project": null, "shared": false
        } })),
        "/api/search_commands" => json(json!({ "search": { "text": "ls" } })),
        "/api/set_command_policy" => json(json!({ "policy": { "audited": false, "keep_days": 365 } })),
        "/api/save_terminal_settings" => json(json!({ "settings": {} })),
        "/api/check_recording" | "/api/delete_recording" | "/api/recording_links" => form(format!("id={recording}")),
        "/api/start_recording" | "/api/end_recording" => form(format!("terminal={terminal}")),
        "/api/recording" => json(json!({ "id": recording })),
        "/api/search_recording" => json(json!({ "id": recording, "text": "hello" })),
        "/api/share_recording" => form(format!("id={recording}&days=1")),
        "/api/unshare_recording" => form(format!("id={recording}&share={share}")),
        "/api/recordings" => json(json!({ "filter": {} })),
        "/api/save_recording_policy" => {
            json(json!({ "role": "viewer", "policy": { "mode": "ask", "input": false, "keep_days": 90 } }))
        }
        "/api/mark_read" => json(json!({ "room": room, "seq": 0 })),
        "/api/messages" => json(json!({ "room": room, "from": "newest" })),
        "/api/find_room" => json(json!({ "room": room })),
        "/api/delete_message" => json(json!({ "room": room, "seq": seq })),
        "/api/make_room" => json(json!({ "form": { "name": format!("room {number}"), "topic": "", "project": "" } })),
        "/api/change_room" => {
            json(json!({ "room": room, "form": { "name": "general", "topic": "for all", "project": "" } }))
        }
        "/api/archive_room" => json(json!({ "room": room, "archive": false })),
        "/api/open_direct" => json(json!({ "user": peer })),
        "/api/send_message" => json(json!({ "room": room, "client_id": RoomId::new(), "body": "hello" })),
        "/api/overview"
        | "/api/recent_history"
        | "/api/recording_policies"
        | "/api/shell_recordings"
        | "/api/terminal_preferences"
        | "/api/terminals"
        | "/api/terminal_programs"
        | "/api/shared_terminals"
        | "/api/running_shells"
        | "/api/shell_policy"
        | "/api/stop_all_shells"
        | "/api/open_shells_again"
        | "/api/rooms"
        | "/api/archived_rooms" => form(String::new()),
        // People.
        "/api/set_active" => form(format!("user={user}&active=true")),
        "/api/set_role" => form(format!("user={user}&role={role}")),
        "/api/lift_wait" | "/api/reset_factors" | "/api/make_reset_link" => form(format!("user={user}")),
        "/api/invite" => form("role=viewer".into()),
        "/api/withdraw_invitation" => form(format!("id={invitation}")),
        "/api/save_role" => {
            json(json!({ "role": format!("watch-{number}"), "grants": [], "needs_second_factor": false }))
        }
        "/api/remove_role" => form("role=unheld".into()),
        "/api/add_service_account" => form(format!("username=robot{number}&role=viewer")),
        "/api/set_joining" => json(json!({ "joining": { "registration": "invitation", "role": "viewer" } })),
        "/api/retry_mail" | "/api/discard_mail" => form(format!("id={invitation}")),
        "/api/send_test_mail" => form("email=someone@example.org".into()),
        "/api/remove_provider" => form("id=none".into()),
        "/api/save_provider" => json(json!({ "form": {
            "id": "", "name": "", "kind": { "kind": "google" }, "client_id": "", "client_secret": null, "scopes": "",
            "roles_claim": "", "role_map": [], "default_role": "viewer", "creates_accounts": false, "trusted_domains": []
        } })),
        "/api/people"
        | "/api/roles"
        | "/api/invitations"
        | "/api/service_accounts"
        | "/api/verify_audit"
        | "/api/providers"
        | "/api/read_outbox"
        | "/api/who_may_join" => form(String::new()),
        "/api/audit_events" => json(json!({ "filter": {}, "before": null })),
        _ => None,
    }
}
