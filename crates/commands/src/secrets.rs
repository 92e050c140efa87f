//! Which lines are not kept, because they hold a secret or look as if they did. Rather one line too many than one too few.

use std::sync::LazyLock;

use regex::RegexSet;

/// What gives a secret away. Each is tried on the whole line, in any case.
const PATTERNS: &[&str] = &[
    // NAME=value, export NAME=value, --env NAME=value
    r"[a-z0-9_]*(token|secret|passwo?r?d|passwd|passphrase|api_?key|access_?key|private_?key|credential|pgpassword|auth)[a-z0-9_]*\s*=\s*\S",
    // --password value, --token=value, -password value
    r"(^|\s)--?(?:[a-z0-9]+-)*(password|passwd|passphrase|pass|token|secret|api-?key|access-?key|secret-?key|client-secret|private-key|auth)(\s+|=)[^\s-]",
    r"(^|\s)--?[a-z-]*(password|token|secret)-?(file|stdin)?\b.*<<<",
    r"\|\s*[^|]*--password-stdin",
    // -pVALUE of the MySQL clients, curl -u user:password, and what takes one as a word
    r"\b(mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\b.*\s-p\S",
    r"\b(curl|wget|http|https|xh)\b.*\s(-u|-a|--user|--auth)\s*=?\s*\S+:\S",
    r"\bsshpass\s+-p",
    r"\bhtpasswd\b.*\s-\w*b",
    r"\bsmbclient\b.*%\S",
    r"\bchpasswd\b",
    r"\bopenssl\b.*\bpass:\S",
    r"\|\s*sudo\s+(-\w+\s+)*-\w*s",
    r"\bsecret-tool\b|\bvault\s+(kv\s+put|write|login)\b",
    // Headers
    r"\b(authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-auth-token|private-token|x-[a-z-]*token)\s*:\s*\S",
    r"\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}",
    // https://user:password@host
    r"[a-z][a-z0-9+.-]*://[^\s/@:]*:[^\s/@]+@",
    // Tokens by their look
    r"\b(gh[pousr]_[a-z0-9]{20,}|github_pat_[a-z0-9_]{20,}|glpat-[a-z0-9_-]{16,}|xox[abeoprs]-[a-z0-9-]{10,}|sk-[a-z0-9_-]{16,}|sk_(live|test)_[a-z0-9]{10,}|npm_[a-z0-9]{20,}|pypi-[a-z0-9_-]{20,}|dckr_pat_[a-z0-9_-]{10,}|nova_[a-z0-9_]{20,})",
    r"\b(akia|asia)[0-9a-z]{16}\b",
    r"\beyj[a-z0-9_-]{8,}\.eyj[a-z0-9_-]{8,}",
    r"\baiza[0-9a-z_-]{30,}",
    r"-----begin [a-z ]*private key",
];

static SECRETS: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| regex::RegexSetBuilder::new(PATTERNS).case_insensitive(true).size_limit(16 << 20).build().ok());

/// Whether a line is to be kept out: it looks as if it held a secret, or begins with a blank, by which shells are told
/// the same. Without patterns everything is.
pub(crate) fn is_secret(line: &str) -> bool {
    line.starts_with([' ', '\t']) || SECRETS.as_ref().is_none_or(|secrets| secrets.is_match(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_secrets_are_kept_out() {
        assert!(SECRETS.is_some(), "the patterns compile");
        for line in [
            " ls",
            "\tls",
            "export GITHUB_TOKEN=abc",
            "AWS_SECRET_ACCESS_KEY=x aws s3 ls",
            "PGPASSWORD=x psql",
            "docker run -e DB_PASSWORD=hunter2 app",
            "mytool --password hunter2",
            "mytool --api-key=abc",
            "mytool --db-password hunter2",
            "gh auth login --with-token <<< abc",
            "echo x | docker login -u me --password-stdin",
            "mysql -u root -phunter2 db",
            "curl -u me:hunter2 https://example.org",
            "curl -H 'Authorization: Bearer abcdef'",
            "curl -H \"X-Api-Key: abc\"",
            "git clone https://me:hunter2@example.org/x.git",
            "psql postgres://me:hunter2@db/x",
            "sshpass -p hunter2 ssh host",
            "echo ghp_0123456789abcdefghij0123",
            "echo AKIAIOSFODNN7EXAMPLE",
            "echo hunter2 | sudo -S true",
            "openssl rsa -passin pass:hunter2",
            "redis-cli --pass hunter2",
            "vault kv put secret/x a=b",
            "echo eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x",
        ] {
            assert!(is_secret(line), "{line}");
        }
    }

    #[test]
    fn lines_without_are_kept() {
        for line in [
            "ls -la",
            "git commit -m 'rotate the tokens'",
            "passwd",
            "ssh -p 2222 host",
            "mkdir -p a/b",
            "cargo test -p terminal tokens",
            "curl -X POST https://example.org/a:b",
            "psql -h db",
            "grep -rn password src",
            "docker run -p 80:80 nginx",
            "rsync -a me@host:/x .",
            "mysql -u root -p",
            "cat ~/.ssh/id_ed25519.pub",
            "kubectl get secrets",
        ] {
            assert!(!is_secret(line), "{line}");
        }
    }
}
