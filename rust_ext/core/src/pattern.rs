/*!
Patterns that mean in Rust what they mean to Python's `re` with its flags ASCII and MULTILINE.

A pattern is parsed by regex-syntax and translated piece by piece; what the two languages do not share, or mean
differently, is refused with the reason. So a pattern that compiles here finds what `re` finds, in time linear in the
text.
*/

use std::fmt;

use regex_automata::meta::{self, Regex};
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition};

/// How a pattern is read.
#[derive(Debug, Clone, Copy)]
pub struct Meaning {
    /// Whether the pattern is a text to be found as it stands.
    pub literal: bool,
    /// Whether a small ASCII letter means its capital as well, and the other way round.
    pub ignore_case: bool,
    /// Whether each line is searched on its own.
    pub lines: bool,
    /// Whether it matters where a match ends, and not only whether there is one.
    pub spans: bool,
}

/// Why a pattern is not searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pattern: String,
    reason: String,
}

impl Refused {
    pub(crate) fn new(pattern: &str, reason: impl Into<String>) -> Self {
        Self { pattern: pattern.to_owned(), reason: reason.into() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: String = self.pattern.chars().take(60).collect();
        write!(f, "the pattern {shown:?} {}", self.reason)
    }
}

impl std::error::Error for Refused {}

/// A pattern that can be searched for.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The automaton.
    pub regex: Regex,
    /// Where a text may be cut.
    pub cuts: Cuts,
}

/// Where a text may be cut before it is searched: behind a character that no match holds.
#[derive(Debug, Clone)]
pub struct Cuts([bool; 128]);

impl Cuts {
    /// Where none of `patterns` minds.
    pub fn of_all(patterns: &[Pattern]) -> Self {
        Self(std::array::from_fn(|byte| patterns.iter().all(|pattern| pattern.cuts.0[byte])))
    }

    /// The first place from `least` on where `text` may be cut, which is its end at the latest.
    pub fn next(&self, text: &str, least: usize) -> usize {
        let rest = text.as_bytes().get(least..).unwrap_or_default();
        let cut = rest.iter().position(|&byte| byte < 128 && self.0[byte as usize]);
        cut.map_or(text.len(), |offset| least + offset + 1)
    }
}

/// No automaton is larger (1 MiB), so that a short pattern cannot take all memory.
const LIMIT_BYTES: usize = 1 << 20;

/// Compile a pattern.
///
/// # Errors
/// [`Refused`] with the reason and what may be done.
pub fn compile(pattern: &str, meaning: Meaning) -> Result<Pattern, Refused> {
    let mut translator = Translator { pattern, meaning, flags: Flags::new(meaning), cuts: Cuts([true; 128]) };
    let hir = translator.translated().map_err(|reason| Refused::new(pattern, reason))?;
    let config = meta::Config::new().nfa_size_limit(Some(LIMIT_BYTES)).onepass_size_limit(Some(LIMIT_BYTES));
    let regex = meta::Builder::new().configure(config).build_from_hir(&hir).map_err(|error| {
        let reason = match error.size_limit() {
            Some(_) => "makes an automaton over the limit of 1 MiB; lower its repetitions".into(),
            None => format!("cannot be compiled: {error}"),
        };
        Refused::new(pattern, reason)
    })?;
    Ok(Pattern { regex, cuts: translator.cuts })
}

#[derive(Clone, Copy)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_all: bool,
}

impl Flags {
    fn new(meaning: Meaning) -> Self {
        Self { ignore_case: meaning.ignore_case, multi_line: true, dot_all: false }
    }
}

struct Translator<'a> {
    pattern: &'a str,
    meaning: Meaning,
    flags: Flags,
    cuts: Cuts,
}

type Translated = Result<Hir, String>;

impl Translator<'_> {
    fn translated(&mut self) -> Translated {
        if self.meaning.literal {
            let characters: Result<_, _> = self.pattern.chars().map(|character| self.character(character)).collect();
            return Ok(Hir::concat(characters?));
        }
        let ast = ast::parse::Parser::new().parse(self.pattern).map_err(|error| unparsed(error.kind()))?;
        let hir = self.node(&ast)?;
        if self.meaning.spans && hir.properties().minimum_len() == Some(0) {
            return Err(
                "can match nothing, which is everywhere; make it need a character, or ask with spans=False".into()
            );
        }
        Ok(hir)
    }

    fn node(&mut self, ast: &Ast) -> Translated {
        match ast {
            Ast::Empty(_) => Ok(Hir::empty()),
            Ast::Flags(set) => self.set(&set.flags, set.span.start.offset == 0).map(|()| Hir::empty()),
            Ast::Literal(literal) => self.character(literal.c),
            Ast::Dot(_) => self.dot(),
            Ast::Assertion(assertion) => self.assertion(&assertion.kind),
            Ast::ClassUnicode(_) => refuse(r"uses \p, which re does not know; list the characters"),
            Ast::ClassPerl(perl) => self.class(perl_class(perl), false),
            Ast::ClassBracketed(class) => {
                let source = self.source(&class.span);
                if OPERATIONS.iter().any(|operation| source.contains(operation)) {
                    return refuse(SET_OPERATION);
                }
                let mut set = ClassUnicode::empty();
                self.add_set(&class.kind, &mut set)?;
                self.class(set, class.negated)
            }
            Ast::Repetition(repetition) => self.repetition(repetition),
            Ast::Group(group) => self.group(group),
            Ast::Alternation(these) => Ok(Hir::alternation(self.all(&these.asts)?)),
            Ast::Concat(these) => Ok(Hir::concat(self.all(&these.asts)?)),
        }
    }

    /// Note that a match may hold these characters.
    fn hold(&mut self, start: char, end: char) {
        (start..=end).take_while(char::is_ascii).for_each(|held| self.cuts.0[held as usize] = false);
    }

    fn all(&mut self, asts: &[Ast]) -> Result<Vec<Hir>, String> {
        asts.iter().map(|ast| self.node(ast)).collect()
    }

    fn source(&self, span: &ast::Span) -> &str {
        &self.pattern[span.start.offset..span.end.offset]
    }

    fn group(&mut self, group: &ast::Group) -> Translated {
        let outside = self.flags;
        if let ast::GroupKind::NonCapturing(flags) = &group.kind {
            self.set(flags, true)?;
        }
        let inside = self.node(&group.ast);
        self.flags = outside;
        inside
    }

    fn set(&mut self, flags: &ast::Flags, allowed_here: bool) -> Result<(), String> {
        if !allowed_here {
            return refuse("sets flags in its middle; set them at its start or for a group");
        }
        let mut on = true;
        for item in &flags.items {
            match item.kind {
                ast::FlagsItemKind::Negation => on = false,
                ast::FlagsItemKind::Flag(ast::Flag::CaseInsensitive) => self.flags.ignore_case = on,
                ast::FlagsItemKind::Flag(ast::Flag::MultiLine) => self.flags.multi_line = on,
                ast::FlagsItemKind::Flag(ast::Flag::DotMatchesNewLine) => self.flags.dot_all = on,
                _ => return refuse("sets a flag other than i, m and s; leave it out"),
            }
        }
        Ok(())
    }

    fn character(&mut self, character: char) -> Translated {
        if character == '\n' && self.meaning.lines {
            return refuse("holds a line end, but each line is searched on its own; leave it out");
        }
        if self.flags.ignore_case && character.is_ascii_alphabetic() {
            return self.class(range(character, character), false);
        }
        self.hold(character, character);
        Ok(Hir::literal(character.encode_utf8(&mut [0; 4]).as_bytes()))
    }

    fn dot(&mut self) -> Translated {
        let nothing = ClassUnicode::empty();
        if self.flags.dot_all { self.class(nothing, true) } else { self.class(range('\n', '\n'), true) }
    }

    /// A set of characters; folded before it is negated, as `re` does.
    fn class(&mut self, mut set: ClassUnicode, negated: bool) -> Translated {
        if self.flags.ignore_case {
            fold(&mut set);
        }
        if negated {
            set.negate();
        }
        if self.meaning.lines {
            set.difference(&range('\n', '\n'));
        }
        set.iter().for_each(|range| self.hold(range.start(), range.end()));
        Ok(Hir::class(Class::Unicode(set)))
    }

    fn add_set(&self, set: &ast::ClassSet, to: &mut ClassUnicode) -> Result<(), String> {
        match set {
            ast::ClassSet::Item(item) => self.add(item, to),
            ast::ClassSet::BinaryOp(_) => {
                refuse("has an operation of sets (&&, --, ~~); write the set out, or escape it")
            }
        }
    }

    fn add(&self, item: &ast::ClassSetItem, to: &mut ClassUnicode) -> Result<(), String> {
        match item {
            ast::ClassSetItem::Empty(_) => {}
            ast::ClassSetItem::Literal(literal) => to.union(&range(literal.c, literal.c)),
            ast::ClassSetItem::Range(these) => to.union(&range(these.start.c, these.end.c)),
            ast::ClassSetItem::Perl(perl) => to.union(&perl_class(perl)),
            ast::ClassSetItem::Union(union) => union.items.iter().try_for_each(|item| self.add(item, to))?,
            _ => return refuse(r"has a set within a set, which re does not know; write the set out, or escape the ["),
        }
        Ok(())
    }

    fn assertion(&self, kind: &ast::AssertionKind) -> Translated {
        let whole_text = !self.flags.multi_line && !self.meaning.lines;
        let look = match kind {
            ast::AssertionKind::StartLine if whole_text => Look::Start,
            ast::AssertionKind::StartText if !self.meaning.lines => Look::Start,
            ast::AssertionKind::StartLine | ast::AssertionKind::StartText => Look::StartLF,
            ast::AssertionKind::EndLine if whole_text => {
                return refuse("has a $ for the end of the text; leave out (?-m), then it is the end of a line");
            }
            ast::AssertionKind::EndLine => Look::EndLF,
            ast::AssertionKind::WordBoundary => Look::WordAscii,
            ast::AssertionKind::NotWordBoundary => {
                return refuse(r"has a \B, about which versions of re disagree; name the characters beside it");
            }
            _ => return refuse("has an assertion that re does not know or reads otherwise; use ^, $, \\A or \\b"),
        };
        Ok(Hir::look(look))
    }

    fn repetition(&mut self, repetition: &ast::Repetition) -> Translated {
        if matches!(*repetition.ast, Ast::Repetition(_)) {
            return refuse(
                "repeats a repetition (a*+, a{2}{3}), which re reads otherwise; put the inner one in a group",
            );
        }
        if self.source(&repetition.op.span).contains(char::is_whitespace) {
            return refuse("has a blank in its braces, which re reads as text; leave it out or escape the brace");
        }
        let (min, max) = match &repetition.op.kind {
            ast::RepetitionKind::ZeroOrOne => (0, Some(1)),
            ast::RepetitionKind::ZeroOrMore => (0, None),
            ast::RepetitionKind::OneOrMore => (1, None),
            ast::RepetitionKind::Range(ast::RepetitionRange::Exactly(count)) => (*count, Some(*count)),
            ast::RepetitionKind::Range(ast::RepetitionRange::AtLeast(least)) => (*least, None),
            ast::RepetitionKind::Range(ast::RepetitionRange::Bounded(least, most)) => (*least, Some(*most)),
        };
        let sub = self.node(&repetition.ast)?;
        if self.meaning.spans && sub.properties().minimum_len() == Some(0) && max.is_none_or(|most| most > 1) {
            return refuse(
                "repeats what can be nothing, whose end re finds otherwise; make the inner part need a character",
            );
        }
        Ok(Hir::repetition(Repetition { min, max, greedy: repetition.greedy, sub: Box::new(sub) }))
    }
}

/// What `re` warns of, because a later version may read it as an operation of sets.
const OPERATIONS: [&str; 4] = ["--", "&&", "~~", "||"];
const SET_OPERATION: &str = "has an operation of sets (--, &&, ~~, ||); write the set out, or name each character once";

fn refuse<T>(reason: &str) -> Result<T, String> {
    Err(reason.to_owned())
}

#[cold]
fn unparsed(kind: &ast::ErrorKind) -> String {
    match kind {
        ast::ErrorKind::UnsupportedLookAround => {
            "looks around ((?=, (?!, (?<=, (?<!) or is atomic, which no engine can that promises linear time; \
             match more and cut the result, or leave it to re"
        }
        .into(),
        ast::ErrorKind::UnsupportedBackreference => {
            r"has a back-reference or an octal escape, which no engine can that promises linear time; write \x41 for a character, or leave it to re".into()
        }
        other => format!("cannot be read: {other}"),
    }
}

fn range(start: char, end: char) -> ClassUnicode {
    ClassUnicode::new([ClassUnicodeRange::new(start, end)])
}

/// What `\d`, `\s` and `\w` mean with the flag ASCII.
fn perl_class(perl: &ast::ClassPerl) -> ClassUnicode {
    let ranges: &[(char, char)] = match perl.kind {
        ast::ClassPerlKind::Digit => &[('0', '9')],
        ast::ClassPerlKind::Space => &[('\t', '\r'), (' ', ' ')],
        ast::ClassPerlKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
    };
    let mut class = ClassUnicode::new(ranges.iter().map(|&(start, end)| ClassUnicodeRange::new(start, end)));
    if perl.negated {
        class.negate();
    }
    class
}

/// Add the other case of each ASCII letter of the set.
fn fold(set: &mut ClassUnicode) {
    let holds = |letter: char| set.iter().any(|range| (range.start()..=range.end()).contains(&letter));
    let others: Vec<char> = ('a'..='z')
        .flat_map(|small| [(small, small.to_ascii_uppercase()), (small.to_ascii_uppercase(), small)])
        .filter_map(|(letter, other)| holds(letter).then_some(other))
        .collect();
    set.union(&ClassUnicode::new(others.into_iter().map(|letter| ClassUnicodeRange::new(letter, letter))));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(pattern: &str) -> Cuts {
        let meaning = Meaning { literal: false, ignore_case: false, lines: false, spans: true };
        compile(pattern, meaning).unwrap().cuts
    }

    #[test]
    fn a_text_is_cut_behind_what_no_match_holds() {
        for (pattern, text, cut) in [
            ("ab", "ab ab", 3),
            (r"a\s+b", "a \n b, a b", 6),
            ("[^,]+", "a b, c", 4),
            (r"\W+", "  , a", 5),
            ("(?i)AB", "abAB.", 5),
            ("é", "éé\n", 5),
            (".+", "a b\nc", 4),
            (r"(?s).+", "a b\nc", 5),
        ] {
            assert_eq!(cuts(pattern).next(text, 0), cut, "{pattern}");
        }
        assert_eq!((cuts("ab").next("a b c", 2), cuts("ab").next("a", 5)), (4, 1));
    }

    #[test]
    fn several_patterns_are_cut_where_none_minds() {
        let meaning = Meaning { literal: false, ignore_case: false, lines: false, spans: true };
        let all: Vec<Pattern> = ["a ", "b,"].iter().map(|one| compile(one, meaning).unwrap()).collect();
        assert_eq!(Cuts::of_all(&all).next("a b,;", 0), 5);
    }
}
