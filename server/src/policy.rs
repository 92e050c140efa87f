//! Who may ask for what: one line for every route. Authentication asks here before any handler runs, and a route that
//! stands in no line is refused to everybody. Services check all the same: this is the first of two doors.

use std::{collections::HashMap, sync::LazyLock};

use model::{ApiError, Caller, Permission};

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing, and who asks is not even looked up: files that are the same for everybody.
    File,
    /// Nothing.
    Public,
    /// Somebody we know: a person or a program with a key.
    SignedIn,
    /// A person who is signed in: what concerns their own sign-ins is no program's business.
    Person,
    /// This permission, towards anything at all: services ask again for the thing that is meant.
    Permission(Permission),
}

use Access::{File, Person, Public, SignedIn};
const METRICS: Access = Access::Permission(Permission::MetricsRead);
const CHAT: Access = Access::Permission(Permission::ChatUse);
const PEOPLE: Access = Access::Permission(Permission::PeopleRead);
const ROOMS: Access = Access::Permission(Permission::RoomsManage);
const SHELLS: Access = Access::Permission(Permission::TerminalOpen);
const INVITE: Access = Access::Permission(Permission::PeopleInvite);
const MANAGE_PEOPLE: Access = Access::Permission(Permission::PeopleManage);
const MANAGE_KEYS: Access = Access::Permission(Permission::KeysManage);
const MANAGE_ROLES: Access = Access::Permission(Permission::RolesManage);
const AUDIT: Access = Access::Permission(Permission::AuditRead);
const MAIL: Access = Access::Permission(Permission::MailManage);
const PROVIDERS: Access = Access::Permission(Permission::ProvidersManage);
const RECORDINGS: Access = Access::Permission(Permission::RecordingsManage);
const OBSERVE: Access = Access::Permission(Permission::TerminalObserveAny);
const STOP: Access = Access::Permission(Permission::TerminalManage);
const SETTINGS: Access = Access::Permission(Permission::SettingsManage);

/// Every route, as the router knows it.
pub const TABLE: &[(&str, Access)] = &[
    // Files.
    ("/favicon.svg", File),
    ("/fonts/{*path}", File),
    ("/manifest.webmanifest", File),
    ("/pkg/{*path}", File),
    ("/robots.txt", File),
    ("/theme.js", File),
    ("/vendor/{*path}", File),
    // Health. What strangers learn is up or down; the handlers see to that.
    ("/.well-known/jwks.json", Public),
    ("/health", Public),
    ("/health/database", Public),
    ("/health/services", Public),
    ("/live", Public),
    ("/ready", Public),
    // Pages. The first one is where everybody arrives, whatever they may do.
    ("/", SignedIn),
    ("/account", SignedIn),
    ("/account/keys", SignedIn),
    ("/account/security", SignedIn),
    ("/audit", AUDIT),
    ("/chat", CHAT),
    ("/chat/{room}", CHAT),
    ("/forgot", Public),
    ("/gallery", SignedIn),
    ("/invite/{token}", Public),
    ("/join", Public),
    ("/join/sent", Public),
    ("/people", PEOPLE),
    ("/people/mail", MAIL),
    ("/people/roles", PEOPLE),
    // Who may watch, end or limit shells; the service knows which of them.
    ("/people/terminals", Person),
    ("/people/sign-on", PROVIDERS),
    // Whose recording it is, and who else may see it, is the service's to say.
    ("/recordings", SignedIn),
    ("/recordings/{id}", SignedIn),
    ("/reset/{token}", Public),
    ("/setup/{token}", Public),
    ("/sign-in", Public),
    ("/sign-in/second-step", Public),
    ("/terminal", SHELLS),
    // What others share, for those they share it with: the service knows who they are.
    ("/terminal/join/{token}", Person),
    ("/terminal/shared", Person),
    ("/terminal/shared/{id}", Person),
    ("/terminal/{id}", SHELLS),
    ("/verify/{token}", Public),
    ("/{*any}", SignedIn),
    // Files made for the caller, and sockets.
    ("/account/export", Person),
    ("/audit/export", AUDIT),
    ("/terminal/history/export", SHELLS),
    ("/sso/{provider}", Public),
    ("/sso/{provider}/callback", Public),
    ("/sso/{provider}/link", Person),
    ("/ws/live", SignedIn),
    ("/ws/shared/{id}", Person),
    ("/ws/terminal/{id}", SHELLS),
    // Becoming somebody.
    ("/api/public/accept_invitation", Public),
    ("/api/public/begin_enrolment", Public),
    ("/api/public/begin_passkey_enrolment", Public),
    ("/api/public/begin_passkey_proof", Public),
    ("/api/public/begin_passkey_sign_in", Public),
    ("/api/public/check_invitation", Public),
    ("/api/public/check_setup", Public),
    ("/api/public/claim", Public),
    ("/api/public/finish_enrolment", Public),
    ("/api/public/finish_passkey_enrolment", Public),
    ("/api/public/finish_passkey_proof", Public),
    ("/api/public/finish_passkey_sign_in", Public),
    ("/api/public/prove", Public),
    ("/api/public/second_step", Public),
    ("/api/public/sign_in", Public),
    ("/api/public/start", Public),
    ("/api/public/check_registration", Public),
    ("/api/public/check_reset", Public),
    ("/api/public/check_verification", Public),
    ("/api/public/finish_reset", Public),
    ("/api/public/forgot_password", Public),
    ("/api/public/register", Public),
    ("/api/public/resend_verification", Public),
    ("/api/public/verify_email", Public),
    // One's own account, sessions, factors and keys.
    ("/api/begin_passkey", Person),
    ("/api/begin_passkey_confirm", Person),
    ("/api/begin_totp", Person),
    ("/api/change_password", Person),
    ("/api/confirm", Person),
    ("/api/confirm_totp", Person),
    ("/api/end_other_sessions", Person),
    ("/api/end_session", Person),
    ("/api/factors", Person),
    ("/api/finish_passkey", Person),
    ("/api/finish_passkey_confirm", Person),
    ("/api/keys", Person),
    ("/api/make_key", Person),
    ("/api/new_backup_codes", Person),
    ("/api/remove_passkey", Person),
    ("/api/remove_totp", Person),
    ("/api/rename", Person),
    ("/api/rename_passkey", Person),
    ("/api/revoke_key", Person),
    ("/api/rotate_key", Person),
    ("/api/sessions", Person),
    ("/api/sign_out", Person),
    ("/api/delete_my_account", Person),
    ("/api/ensure_fresh", Person),
    ("/api/my_email", Person),
    ("/api/my_links", Person),
    ("/api/send_verification", Person),
    ("/api/set_email", Person),
    ("/api/unlink", Person),
    ("/api/me/avatar", Person),
    ("/api/set_preferences", Person),
    // Pictures.
    ("/api/avatars/{user}/{id}", SignedIn),
    ("/api/people/{user}/avatar", MANAGE_PEOPLE),
    // The machine.
    ("/api/overview", METRICS),
    ("/api/recent_history", METRICS),
    ("/api/close_terminal", SHELLS),
    ("/api/import_terminal_theme", SHELLS),
    ("/api/open_terminal", SHELLS),
    ("/api/remove_terminal_theme", SHELLS),
    ("/api/rename_terminal_theme", SHELLS),
    ("/api/save_terminal_settings", SHELLS),
    ("/api/terminal_preferences", SHELLS),
    ("/api/terminal_programs", SHELLS),
    ("/api/terminals", SHELLS),
    // Recordings of shells.
    ("/api/recordings/{id}/cast", SignedIn),
    ("/api/recordings/{id}/events", SignedIn),
    ("/api/recordings/{id}/frame", SignedIn),
    ("/api/recordings/{id}/index", SignedIn),
    ("/api/check_recording", SignedIn),
    ("/api/delete_recording", SignedIn),
    ("/api/end_recording", SHELLS),
    ("/api/recording", SignedIn),
    ("/api/recording_links", SignedIn),
    ("/api/recording_policies", RECORDINGS),
    ("/api/save_recording_policy", RECORDINGS),
    ("/api/search_recording", SignedIn),
    ("/api/share_recording", SignedIn),
    ("/api/shell_recordings", SHELLS),
    ("/api/recordings", SignedIn),
    ("/api/start_recording", SHELLS),
    ("/api/unshare_recording", SignedIn),
    // Everybody's.
    ("/api/open_shells_again", STOP),
    ("/api/running_shells", Person),
    ("/api/set_shell_policy", SETTINGS),
    ("/api/shell_policy", SETTINGS),
    ("/api/stop_all_shells", STOP),
    ("/api/stop_shell", STOP),
    ("/api/stop_shells_of", STOP),
    ("/api/watch_terminal", OBSERVE),
    // Sharing them. Who has control may give it back without having shells.
    ("/api/end_share", Person),
    ("/api/end_sharing", SHELLS),
    ("/api/follow_share", Person),
    ("/api/hand_over", Person),
    ("/api/let_write", SHELLS),
    ("/api/share_by_link", SHELLS),
    ("/api/share_offer", Person),
    ("/api/share_terminal", SHELLS),
    ("/api/shared_terminal", Person),
    ("/api/shared_terminals", Person),
    ("/api/terminal_shares", SHELLS),
    // Commands. Which templates may be shared or changed is the service's to say.
    ("/api/clear_commands", SHELLS),
    ("/api/command_suggestions", SHELLS),
    ("/api/command_templates", SHELLS),
    ("/api/delete_command", SHELLS),
    ("/api/pin_command", SHELLS),
    ("/api/remove_command_template", SHELLS),
    ("/api/save_command_template", SHELLS),
    ("/api/search_commands", SHELLS),
    ("/api/command_policy", SETTINGS),
    ("/api/set_command_policy", SETTINGS),
    // Chat. Who may delete which message is the service's to say.
    ("/api/archive_room", ROOMS),
    ("/api/archived_rooms", CHAT),
    ("/api/change_room", ROOMS),
    ("/api/delete_message", CHAT),
    ("/api/find_room", CHAT),
    ("/api/make_room", ROOMS),
    ("/api/mark_read", CHAT),
    ("/api/messages", CHAT),
    ("/api/open_direct", CHAT),
    ("/api/rooms", CHAT),
    ("/api/send_message", CHAT),
    // People.
    ("/api/people", PEOPLE),
    ("/api/roles", PEOPLE),
    ("/api/invitations", INVITE),
    ("/api/invite", INVITE),
    ("/api/withdraw_invitation", INVITE),
    ("/api/lift_wait", MANAGE_PEOPLE),
    ("/api/reset_factors", MANAGE_PEOPLE),
    ("/api/make_reset_link", MANAGE_PEOPLE),
    ("/api/set_active", MANAGE_PEOPLE),
    ("/api/set_role", MANAGE_PEOPLE),
    ("/api/remove_role", MANAGE_ROLES),
    ("/api/save_role", MANAGE_ROLES),
    ("/api/add_service_account", MANAGE_KEYS),
    ("/api/service_accounts", MANAGE_KEYS),
    ("/api/discard_mail", MAIL),
    ("/api/read_outbox", MAIL),
    ("/api/retry_mail", MAIL),
    ("/api/send_test_mail", MAIL),
    ("/api/providers", PROVIDERS),
    ("/api/remove_provider", PROVIDERS),
    ("/api/save_provider", PROVIDERS),
    ("/api/set_joining", SETTINGS),
    ("/api/who_may_join", SETTINGS),
    // The audit log.
    ("/api/audit_events", AUDIT),
    ("/api/verify_audit", AUDIT),
];

/// What the route asks; `None` when nobody declared it. A page's path may end in a slash.
#[must_use]
pub fn of(route: &str) -> Option<Access> {
    static INDEX: LazyLock<HashMap<&str, Access>> = LazyLock::new(|| TABLE.iter().copied().collect());
    INDEX.get(route).or_else(|| INDEX.get(route.strip_suffix('/')?)).copied()
}

impl Access {
    /// Whether strangers may ask, too.
    #[must_use]
    pub fn is_public(self) -> bool {
        matches!(self, Self::File | Self::Public)
    }

    /// Refuses callers who may not ask.
    ///
    /// # Errors
    /// `Unauthenticated` for strangers, `Forbidden` for everybody else.
    pub(crate) fn admit(self, caller: Option<&Caller>) -> Result<(), ApiError> {
        match (self, caller) {
            (Self::File | Self::Public, _) | (Self::SignedIn, Some(_)) => Ok(()),
            (_, None) => Err(ApiError::unauthenticated()),
            (Self::Person, Some(caller)) => caller.require_person().map(drop),
            (Self::Permission(permission), Some(caller)) => caller.require_anywhere(permission),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_declared_once_and_an_unknown_one_not_at_all() {
        let mut routes: Vec<_> = TABLE.iter().map(|(route, _)| *route).collect();
        routes.sort_unstable();
        assert!(routes.windows(2).all(|pair| pair[0] != pair[1]), "a route is declared twice");
        assert_eq!(of("/terminal/"), of("/terminal"));
        for nowhere in ["/api/nonsense", "", "/api/public/", "/sign-in/second-step/more", "/pkg"] {
            assert_eq!(of(nowhere), None, "{nowhere}");
        }
    }
}
