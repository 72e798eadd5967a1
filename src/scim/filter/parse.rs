//! Reading a filter. Bounded in length, depth and number of terms, so that no request can make
//! the server recurse or scan for long.

use std::str::FromStr;

use serde_json::Number;

use super::{Filter, Literal, Operator};
use crate::scim::{AttributePath, ScimError, ScimType};

/// Longest filter that is read, in bytes.
pub const MAX_LENGTH: usize = 8 * 1024;
/// Deepest nesting of parentheses, brackets and `not`.
pub const MAX_DEPTH: usize = 32;
/// Most comparisons in one filter.
pub const MAX_TERMS: usize = 128;

impl FromStr for Filter {
    type Err = ScimError;

    fn from_str(text: &str) -> Result<Self, ScimError> {
        if text.len() > MAX_LENGTH {
            return Err(refuse(format!(
                "the filter is longer than {MAX_LENGTH} bytes"
            )));
        }
        let mut parser = Parser {
            text,
            at: 0,
            terms: 0,
        };
        parser.blanks();
        let filter = parser.or(0, false)?;
        parser.blanks();
        if parser.rest().is_empty() {
            Ok(filter)
        } else {
            Err(parser.expected("'and', 'or' or the end of the filter"))
        }
    }
}

/// `attrPath / valuePath [subAttr]`, the path of a PATCH operation (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// The attribute; its sub-attribute too, where no filter stands between.
    pub attribute: AttributePath,
    /// Which values of a multi-valued attribute.
    pub filter: Option<Filter>,
}

impl FromStr for PatchPath {
    type Err = ScimError;

    fn from_str(text: &str) -> Result<Self, ScimError> {
        let invalid = |detail: String| ScimError::bad(ScimType::InvalidPath, detail);
        if text.len() > MAX_LENGTH {
            return Err(invalid(format!(
                "the path is longer than {MAX_LENGTH} bytes"
            )));
        }
        let text = text.trim();
        let Some((start, rest)) = text.split_once('[') else {
            let attribute = AttributePath::parse(text)
                .ok_or_else(|| invalid(format!("{text:?} is not an attribute path")))?;
            return Ok(Self {
                attribute,
                filter: None,
            });
        };
        let mut attribute = AttributePath::parse(start)
            .ok_or_else(|| invalid(format!("{start:?} is not an attribute path")))?;
        let mut parser = Parser {
            text: rest,
            at: 0,
            terms: 0,
        };
        parser.blanks();
        let filter = parser.or(1, true).map_err(|error| invalid(error.detail))?;
        parser.blanks();
        if !parser.eat("]") {
            return Err(invalid(parser.expected("']'").detail));
        }
        match parser.rest() {
            "" => {}
            tail => {
                let sub = tail
                    .strip_prefix('.')
                    .filter(|_| attribute.sub.is_none())
                    .and_then(AttributePath::parse)
                    .filter(|sub| sub.urn.is_none() && sub.sub.is_none())
                    .ok_or_else(|| invalid(format!("{tail:?} is not a sub-attribute")))?;
                attribute.sub = Some(sub.name);
            }
        }
        Ok(Self {
            attribute,
            filter: Some(filter),
        })
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    terms: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Takes `word` in any case if a blank, a parenthesis or the end follows.
    fn eat_word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let found = rest
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
            && rest[word.len()..]
                .chars()
                .next()
                .is_none_or(|next| matches!(next, ' ' | '\t' | '(' | ')' | ']'));
        if found {
            self.at += word.len();
        }
        found
    }

    fn expected(&self, what: &str) -> ScimError {
        let rest: String = self.rest().chars().take(20).collect();
        let place = self.text.get(..self.at).map_or(0, |s| s.chars().count()) + 1;
        refuse(if rest.is_empty() {
            format!("{what} expected at the end of the filter")
        } else {
            format!("{what} expected at character {place}, not {rest:?}")
        })
    }

    fn or(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        if depth > MAX_DEPTH {
            return Err(refuse(format!(
                "the filter is nested deeper than {MAX_DEPTH}"
            )));
        }
        let mut parts = vec![self.and(depth, inside)?];
        while self.joined_by("or") {
            parts.push(self.and(depth, inside)?);
        }
        Ok(one_or(parts, Filter::Or))
    }

    fn and(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        let mut parts = vec![self.term(depth, inside)?];
        while self.joined_by("and") {
            parts.push(self.term(depth, inside)?);
        }
        Ok(one_or(parts, Filter::And))
    }

    fn joined_by(&mut self, word: &str) -> bool {
        let before = self.at;
        self.blanks();
        // A blank is wanted before the word, but not behind a closing parenthesis or bracket.
        let apart = self.at > before || self.text[..before].ends_with([')', ']']);
        if apart && self.eat_word(word) {
            self.blanks();
            return true;
        }
        self.at = before;
        false
    }

    fn term(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        let before = self.at;
        let not = self.eat_word("not");
        if not {
            self.blanks();
        }
        if self.eat("(") {
            self.blanks();
            let inner = self.or(depth + 1, inside)?;
            self.blanks();
            if !self.eat(")") {
                return Err(self.expected("')'"));
            }
            return Ok(if not {
                Filter::Not(Box::new(inner))
            } else {
                inner
            });
        }
        if not {
            // An attribute may be called "not": only a parenthesis makes it the operator.
            self.at = before;
        }
        self.comparison(depth, inside)
    }

    fn comparison(&mut self, depth: usize, inside: bool) -> Result<Filter, ScimError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(refuse(format!(
                "the filter has more than {MAX_TERMS} comparisons"
            )));
        }
        let path = self.path()?;
        if self.eat("[") {
            if inside {
                return Err(refuse("a bracket inside a bracket is not allowed".into()));
            }
            self.blanks();
            let inner = self.or(depth + 1, true)?;
            self.blanks();
            if !self.eat("]") {
                return Err(self.expected("']'"));
            }
            return Ok(Filter::Within(path, Box::new(inner)));
        }
        self.blanks();
        if self.eat_word("pr") {
            return Ok(Filter::Present(path));
        }
        for (operator, word) in Operator::ALL {
            if self.eat_word(word) {
                self.blanks();
                return Ok(Filter::Compare(path, operator, self.literal()?));
            }
        }
        Err(self.expected("one of eq, ne, co, sw, ew, gt, ge, lt, le, pr"))
    }

    fn path(&mut self) -> Result<AttributePath, ScimError> {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:$".contains(c)))
            .unwrap_or(rest.len());
        let path = AttributePath::parse(&rest[..length])
            .ok_or_else(|| self.expected("the name of an attribute"))?;
        self.at += length;
        Ok(path)
    }

    fn literal(&mut self) -> Result<Literal, ScimError> {
        let rest = self.rest();
        if rest.starts_with('"') {
            return self.text();
        }
        let length = rest.find([' ', '\t', ')', ']']).unwrap_or(rest.len());
        let literal = match &rest[..length] {
            "null" => Literal::Null,
            "true" => Literal::Boolean(true),
            "false" => Literal::Boolean(false),
            word => number(word).map(Literal::Number).ok_or_else(|| {
                self.expected("a string in quotes, a number, true, false or null")
            })?,
        };
        self.at += length;
        Ok(literal)
    }

    fn text(&mut self) -> Result<Literal, ScimError> {
        let rest = self.rest();
        let mut escaped = false;
        for (at, byte) in rest.bytes().enumerate().skip(1) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    let text = serde_json::from_str(&rest[..=at])
                        .map_err(|_| self.expected("a JSON string"))?;
                    self.at += at + 1;
                    return Ok(Literal::Text(text));
                }
                _ => {}
            }
        }
        Err(refuse("a string in the filter has no closing quote".into()))
    }
}

/// A JSON number. The nearest `f64` to a fraction or to more digits than an integer has is found by
/// the standard library: `serde_json` may be off by the last bit, and such a number would print as
/// another one than it was read from.
fn number(word: &str) -> Option<Number> {
    let number: Number = serde_json::from_str(word).ok()?;
    if number.is_f64() {
        Number::from_f64(word.parse().ok()?)
    } else {
        Some(number)
    }
}

fn one_or(mut parts: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

fn refuse(detail: String) -> ScimError {
    ScimError::bad(ScimType::InvalidFilter, detail)
}
