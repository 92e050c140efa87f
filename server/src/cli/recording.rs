use model::{Caller, RecordingId};
use nova::{Config, Nova};

use super::{Failure, arguments::RecordingAction};

pub(crate) async fn run(config: Config, action: RecordingAction) -> Result<(), Failure> {
    let nova = Nova::beside(config).await?;
    let result = act(&nova, action).await;
    nova.stop().await;
    result
}

async fn act(nova: &Nova, action: RecordingAction) -> Result<(), Failure> {
    let caller = Caller::system("command line");
    let RecordingAction::Verify { id } = action;
    let ids: Vec<RecordingId> = match id {
        Some(id) => vec![id.parse().map_err(|_| format!("“{id}” is no recording's id"))?],
        None => nova.recordings.all(&caller).await?,
    };
    let mut wrong = 0;
    for id in &ids {
        let check = nova.recordings.verify(&caller, *id).await?;
        match check.broken {
            None => say!("{id}: {} chunks and {} keyframes fit together", check.chunks, check.keyframes),
            Some(why) => {
                wrong += 1;
                say!("{id}: {why}");
            }
        }
    }
    match wrong {
        0 => Ok(()),
        wrong => Err(format!("{wrong} of {} recordings are not what was written", ids.len()).into()),
    }
}
