//! The forms of a page as a person finds them: filled in beforehand, changed here and there, sent by a button.

/// A form with what it would send.
pub(crate) struct Form {
    /// Where it goes.
    pub(crate) action: String,
    /// Names and values as they stand.
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The form that has the button with this `data-test`.
    pub(crate) fn with_button(page: &str, button: &str) -> Option<Self> {
        let at = page.find(&format!("data-test=\"{button}\""))?;
        let start = page[..at].rfind("<form")?;
        let end = start + page[start..].find("</form>")?;
        let inside = &page[start..end];
        let open = inside.split_once('>')?.0;
        let mut form = Self { action: attribute(open, "action")?, fields: Vec::new() };
        let mut rest = inside;
        while let Some(at) = rest.find('<') {
            rest = &rest[at..];
            let tag = rest.split_once('>').map_or(rest, |(tag, _)| tag);
            form.read(tag, &rest[tag.len()..]);
            rest = &rest[1..];
        }
        Some(form)
    }

    /// Notes what one tag adds.
    fn read(&mut self, tag: &str, after: &str) {
        let Some(name) = attribute(tag, "name") else { return };
        let value = || attribute(tag, "value").unwrap_or_default();
        if tag.starts_with("<input") {
            let kind = attribute(tag, "type").unwrap_or_default();
            let ticked = !matches!(kind.as_str(), "checkbox" | "radio") || tag.contains(" checked");
            if ticked {
                self.fields.push((name, value()));
            }
        } else if tag.starts_with("<textarea") {
            let text = after.trim_start_matches('>').split("</textarea>").next().unwrap_or_default();
            self.fields.push((name, unescape(text)));
        } else if tag.starts_with("<select") {
            let options = after.split("</select>").next().unwrap_or_default();
            let all: Vec<&str> = options.split("<option").skip(1).collect();
            let chosen = all
                .iter()
                .find(|option| option.split('>').next().is_some_and(|tag| tag.contains(" selected")));
            let chosen = chosen.or(all.first()).and_then(|option| attribute(option, "value"));
            self.fields.push((name, chosen.unwrap_or_default()));
        }
    }

    /// The fields, with these in place of those of the same name.
    pub(crate) fn changed(self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let kept =
            |(name, _): &(String, String)| name != "_csrf" && !changes.iter().any(|(own, _)| own == name);
        let own = changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.fields.into_iter().filter(kept).chain(own).collect()
    }
}

/// An attribute's value within one tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescape(rest.split_once('"')?.0))
}

fn unescape(text: &str) -> String {
    let plain = [
        ("&#34;", "\""),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
    ];
    let text = plain.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    text.replace("&#38;", "&").replace("&amp;", "&")
}
