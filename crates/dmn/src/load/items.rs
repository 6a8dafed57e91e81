//! The types that a model defines, with the values that they allow.

use std::collections::HashMap;
use std::sync::Arc;

use crate::document::ItemText;
use crate::feel::{Scope, Tests};
use crate::kind::Type;
use crate::model::Check;
use crate::problem::Problems;

/// Types within types at most.
const DEPTH_MAX: usize = 16;

pub(super) struct Items<'d> {
    texts: HashMap<&'d str, &'d ItemText>,
    known: HashMap<String, (Type, Vec<Check>)>,
}

impl<'d> Items<'d> {
    pub(super) fn new(texts: &'d [ItemText], problems: &mut Problems) -> Self {
        let mut items = Self {
            texts: texts.iter().map(|text| (text.name.as_str(), text)).collect(),
            known: HashMap::new(),
        };
        for text in texts {
            let found = items.item(text, problems, 0);
            items.known.insert(text.name.clone(), found);
        }
        items
    }

    /// The type of a reference, with or without a prefix.
    pub(super) fn find(&self, name: &str) -> Option<(Type, Vec<Check>)> {
        let short = name.rsplit(':').next().unwrap_or(name);
        let own = self.known.get(name).or_else(|| self.known.get(short)).cloned();
        own.or_else(|| Some((Type::named(name).or_else(|| Type::named(short))?, Vec::new())))
    }

    fn item(&self, text: &ItemText, problems: &mut Problems, depth: usize) -> (Type, Vec<Check>) {
        let (mut kind, mut checks) = if text.components.is_empty() {
            self.referred(text, problems, depth)
        } else {
            self.context(text, problems, depth)
        };
        if let Some(cell) = &text.allowed {
            match Scope::default().tests(&cell.text, &kind) {
                Ok(Tests::Always) => {}
                Ok(allowed) => checks.push(Check { path: Vec::new(), allowed }),
                Err(fault) => problems.add(cell.line, &text.name, fault.reason),
            }
        }
        if text.collection {
            kind = Type::List(Arc::new(kind));
        }
        (kind, checks)
    }

    fn context(&self, text: &ItemText, problems: &mut Problems, depth: usize) -> (Type, Vec<Check>) {
        let mut members = Vec::with_capacity(text.components.len());
        let mut checks = Vec::new();
        if depth >= DEPTH_MAX {
            problems.add(text.line, &text.name, "the type is nested too deeply");
            return (Type::Any, checks);
        }
        for component in &text.components {
            let (kind, own) = self.item(component, problems, depth + 1);
            let name: Arc<str> = Arc::from(component.name.as_str());
            for mut check in own {
                check.path.insert(0, Arc::clone(&name));
                checks.push(check);
            }
            members.push((name, kind));
        }
        (Type::Context(Arc::from(members)), checks)
    }

    fn referred(&self, text: &ItemText, problems: &mut Problems, depth: usize) -> (Type, Vec<Check>) {
        let name = text.type_ref.as_deref().unwrap_or("Any");
        let short = name.rsplit(':').next().unwrap_or(name);
        if depth >= DEPTH_MAX {
            problems.add(text.line, &text.name, "the type is defined by itself");
            return (Type::Any, Vec::new());
        }
        if let Some(other) = self.texts.get(name).or_else(|| self.texts.get(short)) {
            return self.item(other, problems, depth + 1);
        }
        let found = Type::named(name).or_else(|| Type::named(short));
        if found.is_none() {
            problems.add(text.line, &text.name, format!("there is no type {name}"));
        }
        (found.unwrap_or(Type::Any), Vec::new())
    }
}
