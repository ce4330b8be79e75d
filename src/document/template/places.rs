//! Texts with places, such as `{name}`, that are filled in.

/// Puts values into `{places}` in one pass, so that a name with braces stays as it is.
pub(super) fn replace(pattern: &str, values: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((place, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == place) {
            out.push_str(value);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The places of a pattern, in order.
pub(super) fn places(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('{').skip(1).filter_map(|after| Some(after.split_once('}')?.0))
}
