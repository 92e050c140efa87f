use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ApiError;

/// What a thing is part of, by which rights towards it can be narrowed: 1–40 of `a–z 0–9 -`. A project is nothing but its
/// name; it begins with the first thing that carries it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Project(String);

impl Project {
    /// Most letters of a name.
    pub const MAX: usize = 40;
    /// Most projects of one condition.
    pub const MAX_NAMED: usize = 20;

    /// Checks and lower-cases.
    ///
    /// # Errors
    /// `Invalid` on `project`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let name = text.trim().to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=Self::MAX).contains(&name.len()) && name.chars().all(allowed) {
            Ok(Self(name))
        } else {
            Err(ApiError::invalid("project", "A project's name has 1 to 40 letters a–z, digits or dashes."))
        }
    }

    /// A comma-separated list, as people type it, each name once. What is between two commas may be empty.
    ///
    /// # Errors
    /// `Invalid` on `projects`, naming the first that is no project's name.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, ApiError> {
        let mut all = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let project = Self::parse(name)
                .map_err(|error| ApiError::invalid("projects", format!("“{name}” is none. {}", error.message)))?;
            if !all.contains(&project) {
                all.push(project);
            }
        }
        Ok(all)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Project {
    type Err = ApiError;
    fn from_str(text: &str) -> Result<Self, ApiError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Project {
    type Error = ApiError;
    fn try_from(text: String) -> Result<Self, ApiError> {
        Self::parse(&text)
    }
}

impl From<Project> for String {
    fn from(project: Project) -> Self {
        project.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_is_read_as_people_type_it() {
        let names = |text| Project::parse_list(text).map(|all| all.into_iter().map(String::from).collect::<Vec<_>>());
        assert_eq!(names(" web,ops ,, Web,"), Ok(vec!["web".to_owned(), "ops".to_owned()]));
        assert_eq!(names(""), Ok(Vec::new()));
        let refused = Project::parse_list("web, no spaces").unwrap_err();
        assert!(refused.message.contains("no spaces") && refused.field.as_deref() == Some("projects"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_a_project_has_a_projects_name(text in "\\PC{0,50}|[ a-zA-Z0-9-]{0,44}") {
            if let Ok(project) = Project::parse(&text) {
                let name = project.as_str();
                prop_assert!((1..=40).contains(&name.len()));
                prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
                prop_assert_eq!(Project::parse(name), Ok(project.clone()));
                let json = serde_json::to_string(&project).unwrap();
                prop_assert_eq!(serde_json::from_str::<Project>(&json).unwrap(), project);
            } else {
                prop_assert!(serde_json::from_value::<Project>(text.into()).is_err());
            }
        }

        #[test]
        fn every_name_of_the_alphabet_is_one(name in "[a-z0-9-]{1,40}") {
            prop_assert_eq!(Project::parse(&name).map(String::from), Ok(name));
        }
    }
}
