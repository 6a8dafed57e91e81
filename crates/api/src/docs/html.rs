//! Writes the API's description as a plain page: headings, tables, examples, no scripts.

use std::fmt::Write;

use jq_base::lang::Lang;
use jq_web::assets;
use serde_json::{Map, Value};

use super::words;
use crate::said::Said;

/// Methods in the order in which they are shown.
const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// The page.
pub(crate) fn page(document: &Value, lang: Lang, demo: bool) -> String {
    let mut page = Page { html: String::new(), lang, schemas: &document["components"]["schemas"] };
    page.head(text(&document["info"], "title"), demo);
    page.intro(document);
    for tag in list(&document["tags"]) {
        page.tag(document, tag);
    }
    page.documents();
    page.problems(list(&document["x-problem-codes"]));
    page.row_rules(list(&document["x-row-rules"]));
    page.html.push_str("</div></main></body></html>\n");
    page.html
}

struct Page<'d> {
    html: String,
    lang: Lang,
    schemas: &'d Value,
}

impl Page<'_> {
    fn say(&self, said: &Said) -> String {
        escape(said.pick(self.lang))
    }

    fn add(&mut self, html: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.html.write_fmt(html);
    }

    fn head(&mut self, title: &str, demo: bool) {
        let (title, code, other) = (escape(title), self.lang.code(), self.lang.pick("en", "zh-CN"));
        let (icon, tokens, parts) = (
            assets::address("favicon.svg"),
            assets::address("tokens.css"),
            assets::address("components.css"),
        );
        let (skip, other_words) = (self.say(&words::SKIP), self.say(&words::OTHER_LANG));
        self.add(format_args!(
            "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <link rel=\"icon\" href=\"{icon}\" type=\"image/svg+xml\">\n\
             <link rel=\"stylesheet\" href=\"{tokens}\">\n<link rel=\"stylesheet\" href=\"{parts}\">\n</head>\n\
             <body>\n<a class=\"skip\" href=\"#content\">{skip}</a>\n"
        ));
        if demo {
            let bar = self.say(&words::DEMO);
            self.add(format_args!(
                "<div class=\"demo\" role=\"note\"><div class=\"wrap\"><span>{bar}</span></div></div>\n"
            ));
        }
        self.add(format_args!(
            "<header class=\"top\"><div class=\"wrap\"><a class=\"brand\" href=\"/\"><span>金桥 <small>jinqiao</small></span></a>\
             <div class=\"who\"><a href=\"?lang={other}\" lang=\"{other}\" hreflang=\"{other}\">{other_words}</a></div></div></header>\n\
             <main id=\"content\"><div class=\"wrap stack-l\">\n"
        ));
    }

    fn intro(&mut self, document: &Value) {
        let info = &document["info"];
        let (title, lead) = (escape(text(info, "title")), escape(text(info, "description")));
        let machine = self.say(&words::MACHINE_FORM);
        self.add(format_args!(
            "<div class=\"head\"><h1>{title}</h1><p class=\"lead\">{lead}</p>\
             <p><a href=\"/api/openapi.json?lang={}\">{machine}</a></p></div>\n",
            self.lang.code()
        ));
        let rows = operations(document).map(|(method, path, operation)| {
            let id = text(operation, "operationId");
            let address =
                format!("<a href=\"#{id}\"><code>{} {}</code></a>", method.to_uppercase(), escape(path));
            vec![address, escape(text(operation, "summary")), self.who(operation)]
        });
        let rows: Vec<_> = rows.collect();
        self.title(2, "addresses", &words::ADDRESSES);
        self.table(&[&words::ADDRESS, &words::PURPOSE, &words::REQUIRED], rows);
    }

    fn who(&self, operation: &Value) -> String {
        let needs = operation["security"][0].get("client_credentials").is_some();
        if needs { self.say(&words::TOKEN_NEEDED) } else { self.say(&words::OPEN) }
    }

    fn tag(&mut self, document: &Value, tag: &Value) {
        let (name, title) = (text(tag, "name"), escape(text(tag, "description")));
        self.add(format_args!("<section class=\"section\" id=\"tag-{name}\"><h2>{title}</h2>\n"));
        for (method, path, operation) in operations(document) {
            if list(&operation["tags"]).iter().any(|one| one == name) {
                self.operation(method, path, operation);
            }
        }
        self.html.push_str("</section>\n");
    }

    fn operation(&mut self, method: &str, path: &str, operation: &Value) {
        let (id, summary) = (text(operation, "operationId"), escape(text(operation, "summary")));
        let (words, who) = (escape(text(operation, "description")), self.who(operation));
        self.add(format_args!(
            "<article class=\"card\" id=\"{id}\"><h3>{summary}</h3><p><code>{} {}</code> <span class=\"tag\">{who}</span></p>\
             <p class=\"reading\">{words}</p>\n",
            method.to_uppercase(),
            escape(path)
        ));
        for sample in list(&operation["x-codeSamples"]) {
            self.example(text(sample, "source"));
        }
        self.parameters(list(&operation["parameters"]));
        self.body(&operation["requestBody"]);
        self.answers(&operation["responses"]);
        self.html.push_str("</article>\n");
    }

    fn parameters(&mut self, parameters: &[Value]) {
        if parameters.is_empty() {
            return;
        }
        let rows = parameters.iter().map(|parameter| {
            let name =
                format!("<code>{}</code> ({})", escape(text(parameter, "name")), text(parameter, "in"));
            let kind = self.kind(&parameter["schema"], parameter["required"] == true);
            vec![name, kind, escape(text(parameter, "description")), code(&shown(&parameter["example"]))]
        });
        let rows = rows.collect();
        self.title(4, "", &words::PARAMETERS);
        self.table(&[&words::NAME, &words::KIND, &words::MEANING, &words::EXAMPLE], rows);
    }

    fn body(&mut self, body: &Value) {
        let Some(contents) = body["content"].as_object() else { return };
        self.title(4, "", &words::BODY);
        let words = escape(text(body, "description"));
        for (kind, content) in contents {
            self.add(format_args!("<p><code>{kind}</code> {words}</p>\n"));
            self.properties(&content["schema"]);
        }
    }

    fn answers(&mut self, responses: &Value) {
        let mut rows = Vec::new();
        let mut examples = Vec::new();
        for (status, response) in members(responses) {
            let contents = members(&response["content"]).map(|(kind, content)| {
                let codes: Vec<String> = members(&content["examples"])
                    .map(|(name, _)| format!("<a href=\"#{}\"><code>{name}</code></a>", anchor(name)))
                    .collect();
                format!("<code>{kind}</code> {} {}", self.kind(&content["schema"], false), codes.join(" "))
            });
            let contents: Vec<String> = contents.collect();
            rows.push(vec![code(status), escape(text(response, "description")), contents.join("<br>")]);
            examples.extend(members(&response["content"]).filter_map(|(_, content)| content.get("example")));
        }
        self.title(4, "", &words::ANSWERS);
        self.table(&[&words::STATUS, &words::MEANING, &words::CONTENT], rows);
        for example in examples {
            self.example(&serde_json::to_string_pretty(example).unwrap_or_default());
        }
    }

    fn example(&mut self, source: &str) {
        let (label, source) = (self.say(&words::EXAMPLE), escape(source));
        self.add(format_args!("<div class=\"scroll\" role=\"group\" aria-label=\"{label}\"><pre class=\"mono small\">{source}</pre></div>\n"));
    }

    fn documents(&mut self) {
        self.html.push_str("<section class=\"section\">");
        self.title(2, "documents", &words::DOCUMENTS);
        for (name, schema) in members(self.schemas) {
            let words = escape(text(schema, "description"));
            self.add(format_args!(
                "<article class=\"card\" id=\"schema-{name}\"><h3>{name}</h3><p>{words}</p>\n"
            ));
            self.properties(schema);
            self.html.push_str("</article>\n");
        }
        self.html.push_str("</section>\n");
    }

    fn properties(&mut self, schema: &Value) {
        let mut rows = Vec::new();
        let parts = list(&schema["allOf"]).iter().chain([schema]);
        for part in parts {
            let included = part["$ref"].as_str().and_then(|path| path.rsplit('/').next());
            let part = included.map_or(part, |name| &self.schemas[name]);
            let required = list(&part["required"]);
            rows.extend(members(&part["properties"]).map(|(name, property)| {
                let kind = self.kind(property, required.iter().any(|one| one == name));
                vec![code(name), kind, escape(text(property, "description"))]
            }));
        }
        if !rows.is_empty() {
            self.table(&[&words::NAME, &words::KIND, &words::MEANING], rows);
        }
    }

    /// The type of a value in a few words, leading to the document it is.
    fn kind(&self, schema: &Value, required: bool) -> String {
        let mut kind = kind_of(schema);
        if required {
            let _ = write!(kind, " · {}", self.say(&words::REQUIRED));
        }
        kind
    }

    fn problems(&mut self, codes: &[Value]) {
        let rows = codes.iter().map(|one| {
            let name = text(one, "code");
            let name = format!("<code id=\"{}\">{name}</code>", anchor(name));
            vec![name, one["status"].to_string(), escape(text(one, "title")), escape(text(one, "remedy"))]
        });
        let rows = rows.collect();
        self.title(2, "problems", &words::PROBLEMS);
        self.table(&[&words::CODE, &words::STATUS, &words::MEANING, &words::REMEDY], rows);
    }

    fn row_rules(&mut self, rules: &[Value]) {
        let rows = rules
            .iter()
            .map(|one| vec![code(text(one, "rule")), escape(text(one, "title")), escape(text(one, "remedy"))])
            .collect();
        self.title(2, "rules", &words::ROW_RULES);
        self.table(&[&words::CODE, &words::MEANING, &words::REMEDY], rows);
    }

    fn title(&mut self, level: u8, id: &str, said: &Said) {
        let words = self.say(said);
        let id = if id.is_empty() { String::new() } else { format!(" id=\"{id}\"") };
        self.add(format_args!("<h{level}{id}>{words}</h{level}>\n"));
    }

    /// A table; its cells are HTML.
    fn table(&mut self, heads: &[&Said], rows: Vec<Vec<String>>) {
        self.html.push_str("<div class=\"scroll\"><table><thead><tr>");
        for said in heads {
            let words = self.say(said);
            self.add(format_args!("<th scope=\"col\">{words}</th>"));
        }
        self.html.push_str("</tr></thead><tbody>\n");
        for row in rows {
            self.html.push_str("<tr>");
            for cell in row {
                self.add(format_args!("<td>{cell}</td>"));
            }
            self.html.push_str("</tr>\n");
        }
        self.html.push_str("</tbody></table></div>\n");
    }
}

fn kind_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(|value| code(&shown(value))).collect::<Vec<_>>().join(" · ");
    }
    let options: Vec<String> =
        list(&schema["oneOf"]).iter().map(kind_of).filter(|kind| kind != "null").collect();
    if !options.is_empty() {
        return options.join(" · ");
    }
    let kind = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            kinds.iter().map(shown).filter(|kind| kind != "null").collect::<Vec<_>>().join(" · ")
        }
        _ => String::new(),
    };
    match (kind.as_str(), schema["format"].as_str()) {
        ("array", _) => format!("[ {} ]", kind_of(&schema["items"])),
        ("string", Some(format)) => format.to_owned(),
        _ => kind,
    }
}

fn operations(document: &Value) -> impl Iterator<Item = (&'static str, &str, &Value)> {
    members(&document["paths"]).flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| Some((*method, path, item.get(*method)?)))
    })
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, member)| (name.as_str(), member))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// A value as people write it: texts without quotation marks, nothing for none.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", escape(text)) }
}

fn anchor(code: &str) -> String {
    format!("problem-{}", code.replace('/', "-"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
