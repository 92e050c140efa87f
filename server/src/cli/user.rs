use std::io::{IsTerminal, Read};

use identity::NewAccount;
use model::Caller;
use nova::{Config, Nova};
use secrecy::{ExposeSecret, SecretString};

use super::{Failure, arguments::UserAction};

/// Longest password line that is read, in bytes.
const MAX_LINE: u64 = 1024;

pub(crate) async fn run(config: Config, action: UserAction) -> Result<(), Failure> {
    let nova = Nova::beside(config).await?;
    let result = act(&nova, action).await;
    nova.stop().await;
    result
}

async fn act(nova: &Nova, action: UserAction) -> Result<(), Failure> {
    let caller = Caller::system("command line");
    let identity = &nova.identity;
    match action {
        UserAction::Add { username, role, email, name } => {
            let account = NewAccount::parse(&username, &email, &name, read_password()?)?;
            identity.add_user(&caller, account, &role.parse()?).await.map_err(model::ApiError::from)?;
            say!("{username} can sign in now");
        }
        UserAction::List => {
            for person in identity.people(&caller).await? {
                let state = if person.active { "" } else { "disabled" };
                say!("{:<32} {:<10} {:<9} {}", person.username, person.role.name(), state, person.display_name);
            }
        }
        UserAction::Disable { username } => {
            let user = identity.person_named(&caller, &username).await?;
            identity.set_active(&caller, user, false).await?;
            say!("{username} is signed out everywhere and cannot sign in");
        }
        UserAction::Enable { username } => {
            let user = identity.person_named(&caller, &username).await?;
            identity.set_active(&caller, user, true).await?;
            say!("{username} can sign in again");
        }
        UserAction::Unlock { username } => {
            let user = identity.person_named(&caller, &username).await?;
            identity.lift_wait(&caller, user).await?;
            say!("{username} can try to sign in again at once");
        }
        UserAction::ResetPassword { username } => {
            let user = identity.person_named(&caller, &username).await?;
            let password = identity.reset_password(&caller, user).await?;
            say!("{}", password.expose_secret());
        }
    }
    Ok(())
}

/// The first line of standard input.
fn read_password() -> Result<SecretString, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Password (it will be visible; or pipe it in):");
    }
    let mut text = String::new();
    if stdin.is_terminal() {
        stdin.read_line(&mut text)?;
    } else {
        stdin.take(MAX_LINE).read_to_string(&mut text)?;
    }
    Ok(text.lines().next().unwrap_or_default().to_owned().into())
}
