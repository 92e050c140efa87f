//! Command templates: lines with places to fill in, `{{name}}` or `{{name:kind}}`. A value becomes one word of the shell,
//! quoted so that it means itself in bash, zsh and fish; a template therefore puts no quotes around its places.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{ApiError, TemplateId};

/// Longest name, in characters.
pub const MAX_NAME: usize = 60;
/// Longest description, in characters.
pub const MAX_ABOUT: usize = 200;
/// Longest template, in characters.
pub const MAX_BODY: usize = 2_000;
/// Most places of one template.
pub const MAX_PLACES: usize = 16;
/// Most choices of one place.
pub const MAX_CHOICES: usize = 32;
/// Longest value, in characters.
pub const MAX_VALUE: usize = 1_000;
/// Templates of one person, shared ones among them.
pub const MAX_TEMPLATES: usize = 200;

macro_rules! projects {
    ($($name:ident = $word:literal, $label:literal, $files:expr;)+) => {
        /// A kind of project a directory belongs to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Project {
            $(#[doc = concat!($label, ".")] $name,)+
        }

        impl Project {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word as stored.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// Its name.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label),+ }
            }

            /// What its top directory holds: any of these.
            #[must_use]
            pub const fn files(self) -> &'static [&'static str] {
                match self { $(Self::$name => $files),+ }
            }
        }
    };
}

projects! {
    Git = "git", "Git", &[".git"];
    Docker = "docker", "Docker", &["Dockerfile", "compose.yaml", "compose.yml", "docker-compose.yml"];
    Cargo = "cargo", "Cargo", &["Cargo.toml"];
    Node = "node", "Node", &["package.json"];
    Python = "python", "Python", &["pyproject.toml", "requirements.txt", "setup.py"];
}

impl FromStr for Project {
    type Err = ApiError;
    fn from_str(word: &str) -> Result<Self, ApiError> {
        let found = Self::ALL.iter().copied().find(|project| project.word() == word);
        found.ok_or_else(|| ApiError::invalid("project", "There is no kind of project of this name."))
    }
}

/// A template as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its id; `None` for one that came with Nova.
    pub id: Option<TemplateId>,
    /// What it says.
    pub form: Form,
    /// Whether the caller may change it.
    pub editable: bool,
}

/// What a person writes of a template.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Form {
    /// Its name, unique among one's own.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// The line.
    pub body: String,
    /// Offered first where this kind of project is.
    pub project: Option<Project>,
    /// For everybody.
    pub shared: bool,
}

impl Form {
    /// The same, trimmed and checked.
    ///
    /// # Errors
    /// `Invalid` on `name`, `about` or `body`.
    pub fn checked(&self) -> Result<Self, ApiError> {
        let form = Self { name: self.name.trim().to_owned(), about: self.about.trim().to_owned(), ..self.clone() };
        for (field, what, text, most) in
            [("name", "A name", &form.name, MAX_NAME), ("about", "A description", &form.about, MAX_ABOUT)]
        {
            if text.chars().count() > most {
                return Err(ApiError::invalid(field, format!("{what} has at most {most} characters.")));
            }
            if text.chars().any(char::is_control) {
                return Err(ApiError::invalid(field, format!("{what} is one line, without control characters.")));
            }
        }
        if form.name.is_empty() {
            return Err(ApiError::invalid("name", "Give it a name by which you find it again."));
        }
        parse(&form.body)?;
        Ok(form)
    }
}

/// What fits into a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text of one line.
    Text,
    /// A number, whole or with a fraction.
    Number,
    /// One of these.
    Choice(Vec<String>),
    /// A file or directory; `~/` at its beginning is one's home.
    Path,
}

/// A place to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its name; the same name twice is the same place.
    pub name: String,
    /// What fits.
    pub kind: Kind,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As it stands.
    Text(String),
    /// To be filled in: the number of the place.
    Place(usize),
}

/// A template that was understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Its places, in the order in which they first stand.
    pub places: Vec<Place>,
    /// Its pieces.
    pub parts: Vec<Part>,
}

fn wrong(message: impl Into<String>) -> ApiError {
    ApiError::invalid("body", message)
}

/// Understands a template.
///
/// # Errors
/// `Invalid` on `body`: too long, empty, a place that is not closed or of an unknown kind, too many of them.
pub fn parse(body: &str) -> Result<Parsed, ApiError> {
    if body.trim().is_empty() {
        return Err(wrong("Write the command."));
    }
    if body.chars().count() > MAX_BODY {
        return Err(wrong(format!("A template has at most {MAX_BODY} characters.")));
    }
    if body.chars().any(|c| c.is_control() && c != '\n') {
        return Err(wrong("A template has no control characters but line ends."));
    }
    let mut parsed = Parsed::default();
    let mut rest = body;
    while let Some((text, after)) = rest.split_once("{{") {
        let (place, after) =
            after.split_once("}}").ok_or_else(|| wrong("A place that begins with {{ ends with }}."))?;
        if !text.is_empty() {
            parsed.parts.push(Part::Text(text.to_owned()));
        }
        let place = parse_place(place)?;
        let known = parsed.places.iter().position(|each| each.name == place.name);
        let number = known.unwrap_or(parsed.places.len());
        match known.and_then(|number| parsed.places.get_mut(number)) {
            None => parsed.places.push(place),
            // Said once is said for all.
            Some(before) if before.kind == Kind::Text => *before = place,
            Some(before) if place.kind != Kind::Text && *before != place => {
                return Err(wrong(format!("The place “{}” is of two kinds.", before.name)));
            }
            Some(_) => {}
        }
        if parsed.places.len() > MAX_PLACES {
            return Err(wrong(format!("A template has at most {MAX_PLACES} places.")));
        }
        parsed.parts.push(Part::Place(number));
        rest = after;
    }
    if !rest.is_empty() {
        parsed.parts.push(Part::Text(rest.to_owned()));
    }
    Ok(parsed)
}

fn parse_place(text: &str) -> Result<Place, ApiError> {
    let (name, kind) = text.split_once(':').unwrap_or((text, "text"));
    let name = name.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-');
    if name.is_empty() || name.chars().count() > 40 || !name.chars().all(plain) {
        return Err(wrong("A place's name has 1 to 40 letters, digits, blanks or dashes: {{name}}."));
    }
    let kind = match kind.trim() {
        "text" => Kind::Text,
        "number" => Kind::Number,
        "path" => Kind::Path,
        other => {
            let choices = other
                .strip_prefix("choice(")
                .and_then(|rest| rest.strip_suffix(')'))
                .ok_or_else(|| wrong(format!("“{other}” is no kind: text, number, path or choice(one|another).")))?;
            let choices: Vec<String> = choices.split('|').map(|choice| choice.trim().to_owned()).collect();
            if choices.len() > MAX_CHOICES || choices.iter().any(String::is_empty) {
                return Err(wrong(format!(
                    "A choice has 1 to {MAX_CHOICES} values between bars: choice(one|another)."
                )));
            }
            Kind::Choice(choices)
        }
    };
    Ok(Place { name: name.to_owned(), kind })
}

impl Place {
    /// A value for this place as the shell is to read it.
    ///
    /// # Errors
    /// `Invalid` on the place's name when it does not fit.
    pub fn quoted(&self, value: &str) -> Result<String, ApiError> {
        let refuse = |message: &str| Err(ApiError::invalid(&self.name, message));
        let value = if self.kind == Kind::Text { value } else { value.trim() };
        if value.is_empty() {
            return refuse("Fill this in.");
        }
        if value.chars().count() > MAX_VALUE || value.chars().any(char::is_control) {
            return refuse("One line of at most 1000 characters.");
        }
        match &self.kind {
            Kind::Number if value.parse::<f64>().is_ok_and(f64::is_finite) => Ok(value.to_owned()),
            Kind::Number => refuse("This is a number, such as 8080 or 0.5."),
            Kind::Choice(choices) if !choices.iter().any(|choice| choice == value) => refuse("Choose one of them."),
            Kind::Path => Ok(match value.strip_prefix("~/") {
                Some("") => "~/".to_owned(),
                Some(rest) => format!("~/{}", quote(rest)),
                // Not to be read as an option.
                None if value.starts_with('-') => quote(&format!("./{value}")),
                None => quote(value),
            }),
            Kind::Text | Kind::Choice(_) => Ok(quote(value)),
        }
    }
}

impl Parsed {
    /// The line, with a value for each place.
    ///
    /// # Errors
    /// `Invalid` on the name of the first place whose value does not fit.
    pub fn filled(&self, values: &[String]) -> Result<String, ApiError> {
        let none = String::new();
        let quoted: Vec<String> = self
            .places
            .iter()
            .enumerate()
            .map(|(number, place)| place.quoted(values.get(number).unwrap_or(&none)))
            .collect::<Result<_, _>>()?;
        Ok(self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Place(number) => quoted.get(*number).map_or("", String::as_str),
            })
            .collect())
    }
}

/// One word that means `text` in bash, zsh and fish. Backslashes stand outside of the quotes, in which fish reads some.
#[must_use]
pub fn quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | ':' | '@' | '%' | '+' | ',' | '-');
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "\0").replace('\\', "'\\\\'").replace('\0', "'\\''"))
}

impl fmt::Display for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_understood_and_filled_with_quoted_values() {
        let parsed = parse(
            "git checkout -b {{kind:choice(fix|feature)}}/{{name}} && touch {{file:path}} {{n:number}} # {{name}}",
        );
        let parsed = parsed.unwrap();
        assert_eq!(parsed.places.len(), 4);
        let values = ["fix", "it's; $(rm -rf ~) \\", "~/a b", "8080"].map(str::to_owned);
        assert_eq!(
            parsed.filled(&values).unwrap(),
            "git checkout -b fix/'it'\\''s; $(rm -rf ~) '\\\\'' && touch ~/'a b' 8080 # 'it'\\''s; $(rm -rf ~) '\\\\''"
        );
        assert_eq!(parsed.filled(&values[..1]).unwrap_err().field.as_deref(), Some("name"));
        let field = |at: usize, value: &str| {
            let mut values = values.clone();
            value.clone_into(&mut values[at]);
            parsed.filled(&values).unwrap_err().field
        };
        assert_eq!(field(0, "both").as_deref(), Some("kind"));
        assert_eq!(field(1, "two\nlines").as_deref(), Some("name"));
        assert_eq!(field(3, "12; rm").as_deref(), Some("n"));
        assert_eq!(parsed.places[2].quoted("-rf").unwrap(), "./-rf");
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for wrong in [
            "",
            "  ",
            "a {{b",
            "{{}}",
            "{{a:colour}}",
            "{{a:choice(}}",
            "{{a:choice(x||y)}}",
            "{{a:number}} {{a:path}}",
            "\x1b",
        ] {
            assert_eq!(parse(wrong).unwrap_err().field.as_deref(), Some("body"), "{wrong}");
        }
        assert!(parse(&"{{a}}".repeat(100)).is_ok(), "one place, a hundred times");
        let many: String = (0..=MAX_PLACES).map(|n| format!("{{{{p{n}}}}}")).collect();
        assert!(parse(&many).is_err());
        assert!(Form { name: " ".into(), body: "ls".into(), ..Form::default() }.checked().is_err());
    }
}
