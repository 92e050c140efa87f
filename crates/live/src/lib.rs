//! Live events: topics numbered without gaps, fan-out to every subscriber, resume after a cut, presence.
//!
//! Nothing queues per subscriber. A topic keeps its newest [`model::live::TOPIC_EVENTS`] events, serialised once; each
//! subscriber holds a cursor and reads when it can. Whoever falls out of the kept range is told how many it missed.
#![forbid(unsafe_code)]

mod bus;
mod local;
mod presence;
mod service;
mod subscriber;

pub use bus::{Bus, Read};
pub use local::LocalBus;
pub use service::{Guard, Live, Status};
pub use subscriber::Subscriber;
