//! What kind of project a directory belongs to.

use std::path::Path;

use model::commands::template::Project;

/// How far up is looked for a project's top directory.
const MAX_UP: usize = 16;

/// The kinds of projects the directory is part of. Only whether files of well-known names are there is looked at; on a
/// slow file system that takes as long as it takes, so not for an async thread.
#[must_use]
pub fn projects_at(directory: &Path) -> Vec<Project> {
    if !directory.is_absolute() {
        return Vec::new();
    }
    let there = |file: &&str| directory.ancestors().take(MAX_UP).any(|above| above.join(file).exists());
    Project::ALL.iter().copied().filter(|project| project.files().iter().any(there)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_are_told_by_their_files_from_below_as_well() {
        // This crate is part of a workspace.
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        assert!(projects_at(&here).contains(&Project::Cargo));
        assert_eq!(projects_at(Path::new("src")), []);
        assert_eq!(projects_at(Path::new("/proc/self")), []);
    }
}
