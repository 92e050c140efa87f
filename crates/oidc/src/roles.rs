//! Roles and groups out of a claim.

use serde_json::Value;

/// Most roles that are returned.
const MAX_ROLES: usize = 100;
/// Longest role, in bytes; longer ones are left out.
const MAX_ROLE: usize = 256;
/// Longest path, in bytes.
const MAX_PATH: usize = 256;
/// Most steps of a path.
const MAX_STEPS: usize = 8;

/// Whether `path` can name a claim.
pub(crate) fn is_path(path: &str) -> bool {
    (1..=MAX_PATH).contains(&path.len())
        && path.split('.').count() <= MAX_STEPS
        && path.split('.').all(|s| !s.is_empty())
}

/// The strings at `path`: a string, or those of an array. Whatever else stands there gives no role; a role too long to
/// be compared whole is left out, never cut, and so are those after the hundredth.
pub(crate) fn read(claims: &Value, path: &str) -> Vec<String> {
    // A claim's own name may hold dots, such as `https://example.org/roles`; it wins over the path.
    let found = claims.get(path).or_else(|| path.split('.').try_fold(claims, |value, step| value.get(step)));
    let strings: &[Value] = match found {
        Some(Value::Array(list)) => list,
        Some(one @ Value::String(_)) => std::slice::from_ref(one),
        _ => &[],
    };
    if strings.len() > MAX_ROLES {
        tracing::warn!(found = strings.len(), kept = MAX_ROLES, "a person has more roles than are read");
    }
    let fits = |role: &&str| (1..=MAX_ROLE).contains(&role.len());
    strings.iter().filter_map(Value::as_str).filter(fits).take(MAX_ROLES).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn strings_and_arrays_of_strings_are_read_wherever_they_stand() {
        let claims = json!({
            "role": "admin",
            "groups": ["a", "b"],
            "realm_access": { "roles": ["deep"] },
            "https://example.org/roles": ["named"],
        });
        assert_eq!(read(&claims, "role"), ["admin"]);
        assert_eq!(read(&claims, "groups"), ["a", "b"]);
        assert_eq!(read(&claims, "realm_access.roles"), ["deep"]);
        assert_eq!(read(&claims, "https://example.org/roles"), ["named"]);
        assert!(read(&claims, "realm_access").is_empty());
        assert!(read(&claims, "groups.0").is_empty());
        assert!(read(&claims, "absent.roles").is_empty());
    }

    #[test]
    fn other_types_give_no_role() {
        for odd in [json!(true), json!(1), json!(null), json!({ "admin": true }), json!([1, null, ["admin"], ""])] {
            assert!(read(&json!({ "groups": odd }), "groups").is_empty());
        }
    }

    #[test]
    fn roles_are_bounded_in_number_and_length() {
        let many = (0..1000).map(|n| format!("role-{n}")).collect::<Vec<_>>();
        assert_eq!(read(&json!({ "groups": many }), "groups").len(), MAX_ROLES);
        let long = json!({ "groups": ["x".repeat(MAX_ROLE + 1), "x".repeat(MAX_ROLE)] });
        assert_eq!(read(&long, "groups"), ["x".repeat(MAX_ROLE)]);
        assert!(!is_path(&"a".repeat(MAX_PATH + 1)) && !is_path("a.b.c.d.e.f.g.h.i") && !is_path("") && !is_path("a."));
    }
}
