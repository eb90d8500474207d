//! Patterns of the layouts table: ordinary regular expressions with tokens such as `{Y}` for the parts of a time.

/// What each token stands for. A token may also carry its own expression: `{channel:[0-9]{2}}`.
const TOKENS: [(&str, &str); 19] = [
    ("Y", "(?:19|20)[0-9]{2}"),
    ("y", "[0-9]{2}"),
    ("m", "[0-9]{2}"),
    ("b", "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"),
    ("d", "[0-9]{2}"),
    ("H", "[0-9]{2}"),
    ("M", "[0-9]{2}"),
    ("S", "[0-9]{2}"),
    ("f", "[0-9]{3}(?:[0-9]{3})?"),
    ("p", r"[ap]\.?m\.?|SA|CH"),
    ("z", "Z|[+-][0-9]{2}[:_/]?[0-9]{2}"),
    ("epoch", "1[0-9]{9}(?:[0-9]{3}){0,3}"),
    ("length_s", "[0-9]{1,4}"),
    ("channel", "[0-9]{1,3}"),
    ("dst", "(?:DST)?"),
    ("ext", EXTENSION),
    ("dirs", "(?:[^/]+/)*"),
    ("pre", "(?:[^/]*[^0-9/])?"),
    ("post", "(?:[^0-9/][^/]*)?"),
];

/// Tokens that tell nothing: the ending of a file's name, and any folders.
const SILENT: [&str; 2] = ["ext", "dirs"];

/// Tokens that make no sense for an end or a check. What `{pre}` and `{post}` take is looked through for times unread.
const ONCE: [&str; 5] = ["length_s", "channel", "dst", "pre", "post"];

/// Tokens that may be read a second time: for the end (`{end.H}`) and for a reading that must agree (`{check.H}`).
const PREFIXES: [&str; 2] = ["end.", "check."];

/// What a file is called at its end, once or as a conversion left it (`.dav.mp4`): recorders have many endings of their
/// own, and the content decides what a file is. Not digits alone, which belong to a time.
const EXTENSION: &str = r"(?:\.(?:[a-z][a-z0-9]{1,5}|26[45]|3gp?)){1,2}";

/// Why a pattern cannot be used, in both languages by the caller.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// `{…}` names no token.
    UnknownToken(String),
    /// A `{` without its `}`.
    Unclosed,
}

/// Writes the pattern out as a regular expression that matches the end of a path, whole folders only. The greedy
/// part in front makes the match the nearest to the end, so that of two dated folders the inner one counts.
pub(super) fn expand(pattern: &str) -> Result<String, Fault> {
    let mut out = String::from("(?i)^(?:.*/)?(?:");
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        let step = match c {
            '\\' => escape_len(rest),
            '{' if !in_class && rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let len = token_len(rest).ok_or(Fault::Unclosed)?;
                out.push_str(&token(&rest[1..len - 1])?);
                rest = &rest[len..];
                continue;
            }
            _ => c.len_utf8(),
        };
        in_class = (c == '[' || in_class) && c != ']';
        out.push_str(&rest[..step]);
        rest = &rest[step..];
    }
    out.push_str(")$");
    Ok(out)
}

/// Bytes of an escape: `\d`, and `\p{L}` or `\x{41}` as a whole.
fn escape_len(rest: &str) -> usize {
    let letter = rest[1..].chars().next();
    let plain = 1 + letter.map_or(0, char::len_utf8);
    if matches!(letter, Some('p' | 'P' | 'x' | 'u' | 'U')) && rest[plain..].starts_with('{') {
        rest[plain..].find('}').map_or(plain, |close| plain + close + 1)
    } else {
        plain
    }
}

/// Bytes of `{…}` with the braces inside balanced.
fn token_len(rest: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn token(inside: &str) -> Result<String, Fault> {
    let (name, own) = match inside.split_once(':') {
        Some((name, own)) => (name, Some(own)),
        None => (inside, None),
    };
    let (prefix, bare) =
        PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix).map(|bare| (*prefix, bare))).unwrap_or(("", name));
    let known = TOKENS.iter().find(|(token, _)| *token == bare).map(|(_, expression)| *expression);
    let expression = known.ok_or_else(|| Fault::UnknownToken(name.to_owned()))?;
    let silent = SILENT.contains(&bare);
    if !prefix.is_empty() && (silent || ONCE.contains(&bare)) {
        return Err(Fault::UnknownToken(name.to_owned()));
    }
    Ok(if silent { expression.to_owned() } else { format!("(?P<{prefix}{bare}>{})", own.unwrap_or(expression)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_become_named_groups_and_the_rest_stays() {
        let regex = expand(r"cam[{]\p{L}+_{channel:[0-9]{2}}_{end.H}{2}x").unwrap();
        assert_eq!(regex, r"(?i)^(?:.*/)?(?:cam[{]\p{L}+_(?P<channel>[0-9]{2})_(?P<end.H>[0-9]{2}){2}x)$");
        regex::Regex::new(&regex).unwrap();
    }

    #[test]
    fn every_token_is_a_valid_expression() {
        for (name, _) in TOKENS {
            regex::Regex::new(&expand(&format!("{{{name}}}")).unwrap()).unwrap();
        }
    }

    #[test]
    fn an_unknown_token_is_named() {
        assert_eq!(expand("{Q}"), Err(Fault::UnknownToken("Q".to_owned())));
        assert_eq!(expand("{end.channel}"), Err(Fault::UnknownToken("end.channel".to_owned())));
        assert_eq!(expand("{Y"), Err(Fault::Unclosed));
    }
}
