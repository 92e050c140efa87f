//! Templates that come with Nova.

use model::commands::template::{Form, Project, Template};

const ALL: &[(Option<Project>, &str, &str, &str)] = &[
    (None, "Find in files", "Lines with a text, with their file and number", "grep -rn {{text}} {{where:path}}"),
    (
        None,
        "Largest here",
        "What takes the most space in this directory",
        "du -ah --max-depth=1 | sort -rh | head -n {{how many:number}}",
    ),
    (None, "Follow a log", "The end of a file, as it grows", "tail -n 100 -F {{file:path}}"),
    (None, "Who listens on a port", "", "ss -ltnp | grep :{{port:number}}"),
    (
        Some(Project::Git),
        "New branch",
        "From where you are",
        "git switch -c {{kind:choice(feature|fix|chore)}}/{{name}}",
    ),
    (Some(Project::Git), "Commit everything", "", "git add --all && git commit -m {{message}}"),
    (Some(Project::Git), "History of a file", "", "git log --oneline --follow -- {{file:path}}"),
    (Some(Project::Git), "Undo the last commit", "What it changed stays in the files", "git reset --soft HEAD~1"),
    (Some(Project::Docker), "Up, rebuilt", "", "docker compose up --build -d {{service}}"),
    (Some(Project::Docker), "Logs of a service", "", "docker compose logs -f --tail {{lines:number}} {{service}}"),
    (Some(Project::Docker), "Shell in a service", "", "docker compose exec {{service}} {{shell:choice(sh|bash)}}"),
    (Some(Project::Cargo), "Test by name", "", "cargo test {{name}} -- --nocapture"),
    (Some(Project::Cargo), "Lint everything", "", "cargo clippy --all-targets -- -D warnings"),
    (Some(Project::Cargo), "Add a crate", "", "cargo add {{crate}}"),
    (Some(Project::Node), "Run a script", "", "npm run {{script}}"),
    (Some(Project::Node), "Add a package", "", "npm install {{where:choice(--save|--save-dev)}} {{package}}"),
    (Some(Project::Python), "Virtual environment", "Made here", "python3 -m venv .venv"),
    (Some(Project::Python), "Test by name", "", "python3 -m pytest -k {{name}}"),
];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Template> {
    ALL.iter().map(|(project, name, about, body)| Template {
        id: None,
        form: Form {
            name: (*name).to_owned(),
            about: (*about).to_owned(),
            body: (*body).to_owned(),
            project: *project,
            shared: false,
        },
        editable: false,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_follows_the_rules() {
        for template in super::all() {
            assert_eq!(template.form.checked().as_ref(), Ok(&template.form));
        }
    }
}
