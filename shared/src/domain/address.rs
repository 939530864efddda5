//! Addresses of pictures and files, and of mailboxes.

use super::InvalidText;

/// A web address as browsers write it (WHATWG URL), so that every client reads the same in it.
pub(super) fn web(text: &str) -> Result<String, InvalidText> {
    let refused = InvalidText::Malformed("an https address without a user name");
    let Ok(address) = url::Url::parse(text) else { return Err(refused) };
    // What stands before an @ looks like the host, and is not.
    let names_somebody = !address.username().is_empty() || address.password().is_some();
    match address.scheme() {
        "https" | "http" if !names_somebody => Ok(address.into()),
        _ => Err(refused),
    }
}

/// A mail address as `<input type=email>` takes it (HTML, 4.10.5.1.5): ASCII only, so that it is what
/// it looks like.
pub(super) fn mail(text: String) -> Result<String, InvalidText> {
    let is_address = text.split_once('@').is_some_and(|(mailbox, domain)| {
        !mailbox.is_empty()
            && mailbox.bytes().all(is_of_a_mailbox)
            && domain.split('.').all(is_label)
    });
    if is_address { Ok(text) } else { Err(InvalidText::Malformed("a mail address")) }
}

fn is_of_a_mailbox(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_address_is_stored_as_browsers_read_it() {
        for (written, stored) in [
            ("https://example.com/a.png", "https://example.com/a.png"),
            ("HTTPS://Example.COM", "https://example.com/"),
            (
                " https://example.com/\t고양이 1.png",
                "https://example.com/%EA%B3%A0%EC%96%91%EC%9D%B4%201.png",
            ),
            ("https:\\\\example.com\\a", "https://example.com/a"),
            ("https://예시.한국/a", "https://xn--vv4b11d.xn--3e0b707e/a"),
            ("http://example.com/", "http://example.com/"),
        ] {
            assert_eq!(web(written).as_deref(), Ok(stored));
        }
    }

    #[test]
    fn what_runs_or_reads_or_looks_like_another_host_is_no_web_address() {
        for text in [
            "",
            "example.com/a.png",
            "//example.com/a.png",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            " javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "file:///etc/passwd",
            "blob:https://example.com/1",
            "ftp://example.com/a",
            "https://",
            "https://bank.example@evil.example/",
            "https://bank.example:pw@evil.example/",
            "https://exa\u{202e}mple.com/",
            "https://exa mple.com/",
        ] {
            assert!(web(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_mail_address_is_what_html_takes() {
        for good in ["user@example.com", "a.b+c@x.example", "user@localhost", "1@2.kr"] {
            assert!(mail(good.to_owned()).is_ok(), "{good}");
        }
        for bad in [
            "",
            "user",
            "@example.com",
            "user@",
            "a@b@c",
            "us er@example.com",
            "user@exam ple.com",
            "user@-a.example",
            "user@a..example",
            "user@example.com.",
            "\"a b\"@example.com",
            "사용자@example.com",
            "us\u{200b}er@example.com",
            "user@ex\u{430}mple.com",
            "Ada <ada@example.com>",
        ] {
            assert!(mail(bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}
