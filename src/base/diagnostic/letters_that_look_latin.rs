//! Letters of other scripts that look like Latin ones.

/// The Latin word that a word looks like, and which of its letters is another: "a Cyrillic letter
/// that looks like `a`". `None` if the word is all Latin, or looks like no Latin word.
pub(crate) fn in_latin_letters(word: &str) -> Option<(String, String)> {
    let latin = |c: char| if c.is_ascii() { Some(c) } else { twin(c) };
    let first = word.chars().find(|c| !c.is_ascii())?;
    let meant: String = word.chars().map(latin).collect::<Option<_>>()?;
    let script = match first {
        '\u{370}'..='\u{3ff}' => "Greek",
        _ => "Cyrillic",
    };
    let like = twin(first)?;
    let what = format!("a {script} letter that looks like `{like}`");
    Some((meant, what))
}

/// The Latin letter that a letter of another script looks like.
fn twin(letter: char) -> Option<char> {
    Some(match letter {
        'а' | 'α' => 'a',
        'с' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'ν' => 'v',
        'ԝ' => 'w',
        'х' => 'x',
        'у' => 'y',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_latin_is_written_so() {
        let latin = |word: &str| in_latin_letters(word).map(|(latin, _)| latin);
        assert_eq!(latin("р\u{43e}p"), Some("pop".to_owned()));
        assert_eq!(latin("pop"), None);
        assert_eq!(latin("naïve"), None);
        assert_eq!(latin("город"), None);
    }
}
