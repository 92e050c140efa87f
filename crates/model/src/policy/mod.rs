//! Who may do what: named permissions, grants with conditions, roles, and the one function that decides.

mod condition;
mod decide;
mod permission;
mod project;
mod role;

pub use condition::{Condition, Days, Network};
pub use decide::{Circumstances, Refusal, Relation, Towards, covers, decide, decide_anywhere};
pub use permission::{Grant, Permission};
pub use project::Project;
pub use role::{Role, RoleInfo, RoleName};
