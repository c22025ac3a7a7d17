//! XML, as far as signed licences need it: elements in one namespace at a time, their attributes in order, and text.
//!
//! Parsing is `roxmltree`'s (no DTD, no entity of the document's own, bounded); what its tree can say beyond this one is
//! refused, so that nothing is signed or verified that is not understood: comments, CDATA sections, processing instructions,
//! prefixed elements and attributes. Writing is ours, in the two forms that are signed.

use super::problem::VerifyError;

/// The most nodes of a document: several times what the largest content takes.
const MAX_NODES: u32 = 20_000;
/// How deep elements lie in one another: the forms need six.
const MAX_DEPTH: usize = 16;

/// An element. Its namespaces are attributes, before all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

/// What an element holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

/// How a tree is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As .NET's `XmlDocument.OuterXml`: attributes in their order, `<a />` for an empty element.
    Net,
    /// Exclusive Canonical XML 1.0 (<https://www.w3.org/TR/xml-exc-c14n/>): attributes by name, `<a></a>`. The same as the
    /// inclusive form here, for the trees that it is written from have no prefix.
    Canonical,
}

impl Element {
    /// An element without anything inside.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), attributes: Vec::new(), children: Vec::new() }
    }

    /// With an attribute more.
    pub(super) fn with(mut self, name: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.attributes.push((name.to_owned(), value.to_string()));
        self
    }

    /// With an attribute more, where there is a value for it.
    pub(super) fn with_some<T: ToString>(self, name: &str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.with(name, &value),
            None => self,
        }
    }

    /// With an element more inside.
    pub(super) fn holding(mut self, child: Self) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// With a text inside.
    pub(super) fn saying(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// Parses a document of one root.
    pub(super) fn parse(text: &str) -> Result<Self, VerifyError> {
        // A DTD, a comment or a CDATA section; `<` has no other place before a `!`.
        if text.contains("<!") {
            return Err(VerifyError::Malformed("it has a DTD, a comment or a CDATA section, which signed licences have not"));
        }
        let options = roxmltree::ParsingOptions { nodes_limit: MAX_NODES, ..Default::default() };
        let document =
            roxmltree::Document::parse_with_options(text, options).map_err(|_| VerifyError::Malformed("it is not well-formed XML"))?;
        let declaration = text.trim_start().starts_with("<?xml ");
        if text.matches("<?").count() > usize::from(declaration) {
            return Err(VerifyError::Malformed("it has a processing instruction, which signed licences have not"));
        }
        element(document.root_element(), text, MAX_DEPTH)
    }

    /// The element without the white space that stands between elements.
    pub(super) fn without_blanks(mut self) -> Self {
        self.children = self
            .children
            .into_iter()
            .filter_map(|node| match node {
                Node::Element(child) => Some(Node::Element(child.without_blanks())),
                Node::Text(text) => (!is_blank(&text)).then_some(Node::Text(text)),
            })
            .collect();
        self
    }

    /// Takes the one `Signature` out of a root that ends in it.
    pub(super) fn take_signature(&mut self) -> Result<Self, VerifyError> {
        let is_signature = |node: &Node| matches!(node, Node::Element(child) if child.name == "Signature");
        if self.children.iter().filter(|node| is_signature(node)).count() != 1 {
            return Err(VerifyError::Malformed("it has not exactly one signature"));
        }
        let position = self.children.iter().position(is_signature).unwrap_or_default();
        match self.children.remove(position) {
            Node::Element(signature) => Ok(signature),
            Node::Text(_) => Err(VerifyError::Malformed("it has not exactly one signature")),
        }
    }

    /// The element's text, where it holds nothing else.
    pub(super) fn text(&self) -> Result<&str, VerifyError> {
        match self.children.as_slice() {
            [] => Ok(""),
            [Node::Text(text)] => Ok(text),
            _ => Err(VerifyError::Malformed("an element holds others where it should hold a text")),
        }
    }

    /// The elements inside, where there is no text beside them but white space.
    pub(super) fn elements(&self) -> Result<Vec<&Self>, VerifyError> {
        let elements = self.children.iter().filter_map(|node| match node {
            Node::Element(child) => Some(Ok(child)),
            Node::Text(text) if is_blank(text) => None,
            Node::Text(_) => Some(Err(VerifyError::Malformed("there is a text between elements"))),
        });
        elements.collect()
    }

    /// The element as text.
    pub(super) fn write(&self, style: Style) -> String {
        let mut out = String::new();
        self.write_to(style, &mut out);
        out
    }

    fn write_to(&self, style: Style, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        let mut attributes: Vec<&(String, String)> = self.attributes.iter().collect();
        if style == Style::Canonical {
            attributes.sort_by_key(|(name, _)| (name != "xmlns", name.as_str()));
        }
        for (name, value) in attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            value.chars().for_each(|c| escape(c, style, Place::Attribute, out));
            out.push('"');
        }
        if self.children.is_empty() && style == Style::Net {
            out.push_str(" />");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(child) => child.write_to(style, out),
                Node::Text(text) => text.chars().for_each(|c| escape(c, style, Place::Text, out)),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Attribute,
    Text,
}

fn escape(c: char, style: Style, place: Place, out: &mut String) {
    let is_attribute = place == Place::Attribute;
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' if style == Style::Net || !is_attribute => out.push_str("&gt;"),
        '"' if is_attribute => out.push_str("&quot;"),
        '\t' if is_attribute => out.push_str("&#x9;"),
        '\n' if is_attribute => out.push_str("&#xA;"),
        '\r' => out.push_str("&#xD;"),
        other => out.push(other),
    }
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | '\t' | '\r' | '\n'))
}

/// `node` in our form; `depth` is how deep it may be.
fn element(node: roxmltree::Node<'_, '_>, source: &str, depth: usize) -> Result<Element, VerifyError> {
    let Some(depth) = depth.checked_sub(1) else { return Err(VerifyError::Malformed("its elements lie too deep in one another")) };
    let name = node.tag_name().name();
    let behind = source[node.range().start..].strip_prefix('<').and_then(|source| source.strip_prefix(name));
    if !behind.is_some_and(|behind| behind.starts_with([' ', '\t', '\r', '\n', '/', '>'])) {
        return Err(VerifyError::Malformed("an element's name has a prefix, which those of signed licences have not"));
    }
    let mut attributes = namespaces(node)?;
    for attribute in node.attributes() {
        if attribute.namespace().is_some() {
            return Err(VerifyError::Malformed("an attribute's name has a prefix, which those of signed licences have not"));
        }
        attributes.push((attribute.name().to_owned(), attribute.value().to_owned()));
    }
    let mut children = Vec::new();
    for child in node.children() {
        if child.is_element() {
            children.push(Node::Element(element(child, source, depth)?));
        } else if let Some(text) = child.text() {
            children.push(Node::Text(text.to_owned()));
        }
    }
    Ok(Element { name: name.to_owned(), attributes, children })
}

/// The namespaces that `node` declares. Below the root that may only be the one of unprefixed names.
fn namespaces(node: roxmltree::Node<'_, '_>) -> Result<Vec<(String, String)>, VerifyError> {
    let prefixed = |node: roxmltree::Node<'_, '_>| node.namespaces().filter(|namespace| namespace.name().is_some()).count();
    let parent = node.parent_element();
    let mut declared = Vec::new();
    if node.tag_name().namespace() != parent.and_then(|parent| parent.tag_name().namespace()) {
        let uri = node.tag_name().namespace();
        declared.push(("xmlns".to_owned(), uri.unwrap_or_default().to_owned()));
    }
    match parent {
        Some(parent) if prefixed(node) != prefixed(parent) => Err(VerifyError::Malformed("a namespace is declared below the root")),
        Some(_) => Ok(declared),
        None => {
            let others = node.namespaces().filter_map(|namespace| Some((namespace.name()?, namespace.uri())));
            declared.extend(others.filter(|(name, _)| *name != "xml").map(|(name, uri)| (format!("xmlns:{name}"), uri.to_owned())));
            Ok(declared)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str, style: Style) -> String {
        Element::parse(text).unwrap().write(style)
    }

    #[test]
    fn both_forms_differ_as_their_rules_say() {
        let text = "<?xml version='1.0'?>\n<a xmlns:p='urn:p' z='1' b=\"it's &quot;&lt;&gt;&amp;&#xA;&#9;&#13;\"><e/>x &gt; '\"' &#13;<f   >ä</f></a>";
        assert_eq!(
            round(text, Style::Net),
            "<a xmlns:p=\"urn:p\" z=\"1\" b=\"it's &quot;&lt;&gt;&amp;&#xA;&#x9;&#xD;\"><e />x &gt; '\"' &#xD;<f>ä</f></a>"
        );
        let text = text.replace(" xmlns:p='urn:p'", "");
        assert_eq!(
            round(&text, Style::Canonical),
            "<a b=\"it's &quot;&lt;>&amp;&#xA;&#x9;&#xD;\" z=\"1\"><e></e>x &gt; '\"' &#xD;<f>ä</f></a>"
        );
    }

    #[test]
    fn a_namespace_of_unprefixed_names_is_kept_where_it_begins() {
        let text = "<a><s xmlns=\"urn:s\"><t b=\"1\"></t></s></a>";
        assert_eq!(round(text, Style::Canonical), text);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "<a>",
            "<a/><b/>",
            "<a b='1' b='2'/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<!DOCTYPE a><a/>",
            "<a>&x;</a>",
            "<a><!-- c --></a>",
            "<a><![CDATA[c]]></a>",
            "<?xml version='1.0'?><?p?><a/>",
            "<a><?p q?></a>",
            "<p:a xmlns:p='urn:p'/>",
            "<a xmlns:p='urn:p' p:b='1'/>",
            "<a xml:lang='en'/>",
            "<a><b xmlns:p='urn:p'/></a>",
            "<a xmlns:a='urn:p'><a:a/></a>",
            "<a xmlns:ab='urn:p'><ab:a/></a>",
            "<a>\u{1}</a>",
        ] {
            assert!(matches!(Element::parse(text), Err(VerifyError::Malformed(_))), "{text}");
        }
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(Element::parse(&deep(MAX_DEPTH)).is_ok());
        assert!(Element::parse(&deep(MAX_DEPTH + 1)).is_err());
        assert!(Element::parse(&deep(5_000)).is_err());
        assert!(Element::parse(&format!("<a>{}</a>", "<b/>".repeat(MAX_NODES as usize))).is_err());
    }
}
