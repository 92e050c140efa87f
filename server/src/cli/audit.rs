use audit::{Format, chunk_of};
use model::{Caller, audit::AuditFilter};
use nova::{Config, Nova};

use super::{Failure, arguments::AuditAction};

pub(crate) async fn run(config: Config, action: AuditAction) -> Result<(), Failure> {
    let nova = Nova::beside(config).await?;
    let result = act(&nova, action).await;
    nova.stop().await;
    result
}

async fn act(nova: &Nova, action: AuditAction) -> Result<(), Failure> {
    let caller = Caller::system("command line");
    match action {
        AuditAction::Verify => {
            let check = nova.audit.verify(&caller).await?;
            if let Some((seq, why)) = check.broken {
                return Err(format!("entry {seq}: {why}; {} entries before it fit together", check.entries).into());
            }
            say!(
                "{} entries ({}–{}) fit together; the newest is {}",
                check.entries,
                check.first,
                check.last,
                check.head
            );
        }
        AuditAction::Export { format } => {
            let (format, filter): (Format, _) = (format.parse()?, AuditFilter::default());
            let mut before = None;
            loop {
                let (text, next) = chunk_of(&nova.audit, &caller, &filter, format, before).await?;
                say!("{}", text.trim_end_matches('\n'));
                if next.is_none() {
                    return Ok(());
                }
                before = next;
            }
        }
    }
    Ok(())
}
