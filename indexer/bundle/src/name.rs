//! Names of files in a bundle.

/// Most bytes of a name.
pub(crate) const LONGEST: usize = 255;
/// Most folders and the file in a name.
const DEEPEST: usize = 12;

/// Whether a path can be that of a file in a bundle: letters, digits, `.`, `_` and `-` between single slashes. Such a name leads
/// out of no folder, needs no escape in a manifest, and fits into a tar.
pub fn is_name(path: &str) -> bool {
    let part = |part: &str| {
        let letters = part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        letters && !matches!(part, "" | "." | "..")
    };
    path.len() <= LONGEST && path.split('/').count() <= DEEPEST && path.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn a_name_leads_nowhere_else() {
        for good in ["deployment.json", "log/tile/entries/x001/x234/067.p/3", "contents/sha256/ab/abcd", "..a", "a-_b."]
        {
            assert!(is_name(good), "{good}");
        }
        let long = "a".repeat(256);
        let deep = ["a"; 13].join("/");
        for bad in [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\\b", "a b", "a\nb", "ä", "a\0",
            &long, &deep,
        ] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
