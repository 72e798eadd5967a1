//! Imports run one way: between the modules as the table of `ARCHITECTURE.md` says, and never in a
//! circle between files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    str::FromStr,
};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// A module as its path below the crate: `["directory", "local"]`; the crate itself is empty.
type Module = Vec<String>;

/// One file's text, taken apart.
#[derive(Debug, Default)]
struct Source {
    /// Where it stands, for the sentence of a failure.
    file: String,
    /// Paths that it names, made absolute, with the line.
    paths: Vec<(Module, usize)>,
    /// Names that it hands on (`use`), with what they stand for: a path through such a name leads
    /// to where the thing is defined, not to the file that hands it on.
    names: BTreeMap<String, Module>,
}

/// Every source file of the crate by its module.
struct Sources(BTreeMap<Module, Source>);

impl Sources {
    fn read(root: &Path) -> Self {
        let mut sources = BTreeMap::new();
        collect(root, root, &mut sources);
        let modules: BTreeSet<Module> = sources.keys().cloned().collect();
        for (module, source) in &mut sources {
            let text = fs::read_to_string(root.join(&source.file)).unwrap();
            let tokens = TokenStream::from_str(&text).unwrap();
            Reader {
                modules: &modules,
                file: module,
                source,
            }
            .read(tokens, module);
        }
        Self(sources)
    }

    /// The file in which what `path` names is defined.
    fn definition(&self, path: &[String]) -> Option<&Module> {
        let mut path = path.to_vec();
        // A chain of names that hand each other on ends; a circle of them would not compile.
        for _ in 0..16 {
            let (module, source) = (0..=path.len())
                .rev()
                .find_map(|length| self.0.get_key_value(&path[..length]))?;
            let Some(target) = path
                .get(module.len())
                .and_then(|name| source.names.get(name))
            else {
                return Some(module);
            };
            let rest = path.get(module.len() + 1..).unwrap_or_default();
            path = target.iter().chain(rest).cloned().collect();
        }
        None
    }

    /// Which files each file uses, with the line of the first use.
    fn arrows(&self) -> BTreeMap<&Module, BTreeMap<&Module, usize>> {
        let mut arrows: BTreeMap<_, BTreeMap<_, usize>> = BTreeMap::new();
        for (module, source) in &self.0 {
            let out = arrows.entry(module).or_default();
            for (path, line) in &source.paths {
                if let Some(used) = self.definition(path).filter(|used| *used != module) {
                    out.entry(used).or_insert(*line);
                }
            }
        }
        arrows
    }
}

fn collect(root: &Path, folder: &Path, sources: &mut BTreeMap<Module, Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            let module = match file.trim_end_matches(".rs") {
                "lib" => Module::new(),
                name => name.split('/').map(str::to_owned).collect(),
            };
            let source = Source {
                file,
                ..Source::default()
            };
            sources.insert(module, source);
        }
    }
}

/// Reads the tokens of one file, so that a path in a comment or a text counts for nothing.
struct Reader<'a> {
    modules: &'a BTreeSet<Module>,
    file: &'a Module,
    source: &'a mut Source,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream, module: &Module) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                word if is_word(word, "use") => {
                    let end = (at..tokens.len()).find(|at| is_mark(&tokens[*at], ';'));
                    let end = end.unwrap_or(tokens.len());
                    // `pub use` or `pub(crate) use`.
                    let before = &tokens[at.saturating_sub(2)..at];
                    let handed_on = before.iter().any(|token| is_word(token, "pub"));
                    self.import(&tokens[at + 1..end], module, &[], handed_on);
                    at = end;
                }
                word if is_word(word, "mod") => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                        (tokens.get(at + 1), tokens.get(at + 2))
                    {
                        let mut inner = module.clone();
                        inner.push(name.to_string());
                        self.read(body.stream(), &inner);
                    }
                    // The word, the name and its end or body.
                    at += 2;
                }
                TokenTree::Ident(word) if !follows_path(&tokens, at) => {
                    let mut names = vec![word.to_string()];
                    let line = word.span().start().line;
                    while let Some(name) = name_after_colons(&tokens, at) {
                        names.push(name);
                        at += 3;
                    }
                    if names.len() > 1 {
                        self.path(&names, line, module);
                    }
                }
                // `pub(in crate::cli)` uses nothing of it.
                TokenTree::Group(_) if at > 0 && is_word(&tokens[at - 1], "pub") => {}
                TokenTree::Group(group) => self.read(group.stream(), module),
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }

    /// One `use` without its first word and its end: `a::{b, c as d}`.
    fn import(
        &mut self,
        tokens: &[TokenTree],
        module: &Module,
        before: &[String],
        handed_on: bool,
    ) {
        let trees = tokens.split(|token| is_mark(token, ','));
        for tree in trees.filter(|tree| !tree.is_empty()) {
            let mut names = before.to_vec();
            let mut alias = None;
            let mut line = tree.first().map_or(0, |first| first.span().start().line);
            let mut words = tree.iter().peekable();
            let mut grouped = false;
            while let Some(token) = words.next() {
                match token {
                    TokenTree::Ident(word) if word == "as" => {
                        alias = words.next().map(ToString::to_string);
                    }
                    TokenTree::Ident(word) => {
                        line = word.span().start().line;
                        names.push(word.to_string());
                    }
                    TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                        self.import(&inner, module, &names, handed_on);
                        grouped = true;
                    }
                    TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                }
            }
            if grouped || names.is_empty() {
                continue;
            }
            if names.last().is_some_and(|name| name == "self") && names.len() > 1 {
                names.pop();
            }
            let Some(target) = self.absolute(&names, module) else {
                continue;
            };
            let name = alias.or_else(|| names.last().cloned());
            if module == self.file
                && let Some(name) = name
            {
                self.source.names.insert(name, target.clone());
            }
            if !handed_on {
                self.source.paths.push((target, line));
            }
        }
    }

    fn path(&mut self, names: &[String], line: usize, module: &Module) {
        if let Some(path) = self.absolute(names, module) {
            self.source.paths.push((path, line));
        }
    }

    /// `None` for what belongs to another crate, and for a type's own names.
    fn absolute(&self, names: &[String], module: &Module) -> Option<Module> {
        let mut here = module.clone();
        let rest = match names[0].as_str() {
            "crate" => return Some(names[1..].to_vec()),
            "self" => &names[1..],
            "super" => {
                let up = names.iter().take_while(|name| *name == "super").count();
                here.truncate(here.len().saturating_sub(up));
                &names[up..]
            }
            child => {
                here.push(child.to_owned());
                if !self.modules.contains(&here) {
                    return None;
                }
                &names[1..]
            }
        };
        here.extend_from_slice(rest);
        Some(here)
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// Is the word at `at` a later part of a path, a field or a method?
fn follows_path(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && (is_mark(&tokens[at - 1], ':') && at > 1 && is_mark(&tokens[at - 2], ':'))
        || at > 0 && is_mark(&tokens[at - 1], '.')
}

fn name_after_colons(tokens: &[TokenTree], at: usize) -> Option<String> {
    match (
        tokens.get(at + 1)?,
        tokens.get(at + 2)?,
        tokens.get(at + 3)?,
    ) {
        (TokenTree::Punct(first), second, TokenTree::Ident(name))
            if first.as_char() == ':'
                && first.spacing() == Spacing::Joint
                && is_mark(second, ':') =>
        {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn sources() -> Sources {
    Sources::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// The modules of the table in `ARCHITECTURE.md`, lowest first.
fn layers() -> Vec<String> {
    let text = include_str!("../../ARCHITECTURE.md");
    let (_, after) = text.split_once("## Layers").expect("a section on layers");
    let (section, _) = after.split_once("\n## ").expect("an end of the section");
    section
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains('`'))
        .flat_map(|row| {
            row.split('|')
                .nth(1)
                .unwrap_or_default()
                .split('`')
                .skip(1)
                .step_by(2)
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_module_uses_only_what_stands_before_it_in_the_table_of_layers() {
    let layers = layers();
    let place = |name: &String| layers.iter().position(|layer| layer == name);
    let sources = sources();
    let mut broken = Vec::new();
    for (module, source) in &sources.0 {
        let Some(own) = module.first() else { continue };
        let Some(own_place) = place(own) else {
            broken.push(format!(
                "src/{}: no layer is named for `{own}`",
                source.file
            ));
            continue;
        };
        for (path, line) in &source.paths {
            let Some(used) = path.first().filter(|used| *used != own) else {
                continue;
            };
            // What stands in lib.rs itself belongs to no layer.
            if let Some(used_place) = place(used).filter(|used_place| *used_place > own_place) {
                broken.push(format!(
                    "src/{}:{line}: `{own}` (layer {}) uses `{}` of `{used}` (layer {})",
                    source.file,
                    own_place + 1,
                    path.join("::"),
                    used_place + 1,
                ));
            }
        }
    }
    assert!(
        broken.is_empty(),
        "imports that run upwards:\n{}",
        broken.join("\n")
    );
}

#[test]
fn every_module_has_its_place_in_the_table_of_layers_and_only_once() {
    let mut layers = layers();
    let listed = layers.len();
    layers.sort();
    layers.dedup();
    assert_eq!(layers.len(), listed, "a module stands in the table twice");
    let mut modules: Vec<String> = sources()
        .0
        .into_keys()
        .filter_map(|mut module| module.drain(..).next())
        .collect();
    modules.sort();
    modules.dedup();
    assert_eq!(layers, modules);
}

#[test]
fn no_file_uses_a_file_that_uses_it_in_turn() {
    let sources = sources();
    let arrows = sources.arrows();
    let mut circles = Vec::new();
    let mut done = BTreeSet::new();
    for start in arrows.keys().copied() {
        if let Some(circle) = circle_through(start, &arrows, &done) {
            let steps: Vec<String> = circle
                .windows(2)
                .map(|pair| {
                    let line = arrows[pair[0]][pair[1]];
                    format!(
                        "src/{}:{line} uses src/{}",
                        sources.0[pair[0]].file, sources.0[pair[1]].file
                    )
                })
                .collect();
            circles.push(steps.join(",\n  "));
        }
        done.insert(start);
    }
    assert!(
        circles.is_empty(),
        "{} circles between files:\n{}",
        circles.len(),
        circles.join("\n")
    );
}

/// The shortest way from `start` back to itself that passes no file of `done`.
fn circle_through<'a>(
    start: &'a Module,
    arrows: &BTreeMap<&'a Module, BTreeMap<&'a Module, usize>>,
    done: &BTreeSet<&Module>,
) -> Option<Vec<&'a Module>> {
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in arrows.get(way.last()?)?.keys().copied() {
            let longer = || way.iter().copied().chain([next]).collect::<Vec<_>>();
            if next == start {
                return Some(longer());
            }
            if !done.contains(next) && seen.insert(next) {
                ways.push_back(longer());
            }
        }
    }
    None
}
