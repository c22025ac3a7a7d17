//! The content of a signed licence as XML: the `License` element of both XML forms.
//!
//! Names and their order are the vendor's as far as they are known (`Id issueDate expireDate supportExpireDate type`,
//! `Licensee`, `Product`); the others are ours:
//!
//! ```xml
//! <License Id issueDate [expireDate] [supportExpireDate] type [mode] [maxSites]>
//!   <Licensee [company] [contactInfo] [name] [url] />
//!   <Product Id [name] [version] [copyright] [url] [description] />
//!   <Components><Component name /></Components>
//!   <Features><Feature Id [name] [description] [expireDate] [key] [data] /></Features>
//!   <Fields><Field name value /></Fields>
//!   <Restrictions><Restriction Id [name] [expireDate] [content]><Property name value /></Restriction></Restrictions>
//! </License>
//! ```
//!
//! `mode` is `file`, `activation` or `floating`. Elements stand in this order, each at most once, and are left out where
//! they would be empty. What is not known is refused rather than passed over: it might be a restriction.

use super::content::{Content, Feature, Field, Licensee, Mode, Product, Restriction, Text};
use super::moment::Moment;
use super::problem::VerifyError;
use super::tree::Element;

/// The element for `content`.
pub(super) fn write(content: &Content) -> Element {
    let Content { id, issue_date, expire_date, support_expire_date, kind, mode, max_sites, .. } = content;
    let Content { licensee, product, components, features, fields, restrictions, .. } = content;
    let mut license = Element::new("License")
        .with("Id", id)
        .with("issueDate", issue_date)
        .with_some("expireDate", *expire_date)
        .with_some("supportExpireDate", *support_expire_date)
        .with("type", kind)
        .with_some("mode", mode.map(Mode::name))
        .with_some("maxSites", *max_sites);
    license = licensee.iter().map(licensee_element).chain(product.iter().map(product_element)).fold(license, Element::holding);
    let lists = [
        ("Components", components.iter().map(|name| Element::new("Component").with("name", name)).collect()),
        ("Features", features.iter().map(feature_element).collect()),
        ("Fields", fields.iter().map(|field| field_element("Field", field)).collect()),
        ("Restrictions", restrictions.iter().map(restriction_element).collect::<Vec<_>>()),
    ];
    for (name, elements) in lists {
        if !elements.is_empty() {
            license = license.holding(elements.into_iter().fold(Element::new(name), Element::holding));
        }
    }
    license
}

fn licensee_element(Licensee { company, contact_info, name, url }: &Licensee) -> Element {
    let element = Element::new("Licensee").with_some("company", company.as_ref()).with_some("contactInfo", contact_info.as_ref());
    element.with_some("name", name.as_ref()).with_some("url", url.as_ref())
}

fn product_element(Product { id, name, version, copyright, url, description }: &Product) -> Element {
    let element = Element::new("Product").with("Id", id).with_some("name", name.as_ref()).with_some("version", version.as_ref());
    element.with_some("copyright", copyright.as_ref()).with_some("url", url.as_ref()).with_some("description", description.as_ref())
}

fn feature_element(Feature { id, name, description, expire_date, key, data }: &Feature) -> Element {
    let element = Element::new("Feature").with("Id", id).with_some("name", name.as_ref()).with_some("description", description.as_ref());
    element.with_some("expireDate", *expire_date).with_some("key", key.as_ref()).with_some("data", data.as_ref())
}

fn field_element(element: &str, Field { name, value }: &Field) -> Element {
    Element::new(element).with("name", name).with("value", value)
}

fn restriction_element(Restriction { id, name, expire_date, properties, content }: &Restriction) -> Element {
    let element = Element::new("Restriction").with("Id", id).with_some("name", name.as_ref());
    let element = element.with_some("expireDate", *expire_date).with_some("content", content.as_ref());
    properties.iter().map(|property| field_element("Property", property)).fold(element, Element::holding)
}

/// The content of a `License` element.
pub(super) fn read(license: &Element) -> Result<Content, VerifyError> {
    let mut attributes = Attributes::of(license, "License")?;
    let mut content = Content {
        id: attributes.required("Id")?,
        issue_date: attributes.moment("issueDate")?.ok_or(MISSING)?,
        expire_date: attributes.moment("expireDate")?,
        support_expire_date: attributes.moment("supportExpireDate")?,
        kind: attributes.required("type")?,
        mode: attributes.mode()?,
        max_sites: attributes.number("maxSites")?,
        licensee: None,
        product: None,
        components: Vec::new(),
        features: Vec::new(),
        fields: Vec::new(),
        restrictions: Vec::new(),
    };
    attributes.end()?;
    let mut last = 0;
    for element in license.elements()? {
        const ORDER: [&str; 6] = ["Licensee", "Product", "Components", "Features", "Fields", "Restrictions"];
        let position = 1 + ORDER.iter().position(|name| *name == element.name).ok_or(UNKNOWN)?;
        if position <= last {
            return Err(VerifyError::Malformed("an element stands twice, or not in its place"));
        }
        last = position;
        match element.name.as_str() {
            "Licensee" => content.licensee = Some(licensee(element)?),
            "Product" => content.product = Some(product(element)?),
            "Components" => content.components = list(element, component)?,
            "Features" => content.features = list(element, feature)?,
            "Fields" => content.fields = list(element, |element| field(element, "Field"))?,
            _ => content.restrictions = list(element, restriction)?,
        }
    }
    if content.is_bounded() { Ok(content) } else { Err(VerifyError::TooLarge) }
}

const MISSING: VerifyError = VerifyError::Malformed("an attribute is missing");
const UNKNOWN: VerifyError = VerifyError::Malformed("it holds an element that is not known here, which might restrict the licence");
const VALUE: VerifyError = VerifyError::Malformed("an attribute's value has not the form that it should have");

fn list<T>(element: &Element, read: impl Fn(&Element) -> Result<T, VerifyError>) -> Result<Vec<T>, VerifyError> {
    Attributes::of(element, &element.name)?.end()?;
    let entries = element.elements()?;
    // An empty list would be read as none, and none is written as nothing at all: other bytes than these.
    if entries.is_empty() { Err(VerifyError::Malformed("a list is empty")) } else { entries.into_iter().map(read).collect() }
}

fn licensee(element: &Element) -> Result<Licensee, VerifyError> {
    let mut attributes = Attributes::leaf(element, "Licensee")?;
    let licensee = Licensee {
        company: attributes.text("company")?,
        contact_info: attributes.text("contactInfo")?,
        name: attributes.text("name")?,
        url: attributes.text("url")?,
    };
    attributes.end().map(|()| licensee)
}

fn product(element: &Element) -> Result<Product, VerifyError> {
    let mut attributes = Attributes::leaf(element, "Product")?;
    let product = Product {
        id: attributes.required("Id")?,
        name: attributes.text("name")?,
        version: attributes.text("version")?,
        copyright: attributes.text("copyright")?,
        url: attributes.text("url")?,
        description: attributes.text("description")?,
    };
    attributes.end().map(|()| product)
}

fn component(element: &Element) -> Result<Text, VerifyError> {
    let mut attributes = Attributes::leaf(element, "Component")?;
    let name = attributes.required("name")?;
    attributes.end().map(|()| name)
}

fn feature(element: &Element) -> Result<Feature, VerifyError> {
    let mut attributes = Attributes::leaf(element, "Feature")?;
    let feature = Feature {
        id: attributes.required("Id")?,
        name: attributes.text("name")?,
        description: attributes.text("description")?,
        expire_date: attributes.moment("expireDate")?,
        key: attributes.text("key")?,
        data: attributes.text("data")?,
    };
    attributes.end().map(|()| feature)
}

fn field(element: &Element, name: &str) -> Result<Field, VerifyError> {
    let mut attributes = Attributes::leaf(element, name)?;
    let field = Field { name: attributes.required("name")?, value: attributes.required("value")? };
    attributes.end().map(|()| field)
}

fn restriction(element: &Element) -> Result<Restriction, VerifyError> {
    let mut attributes = Attributes::of(element, "Restriction")?;
    let restriction = Restriction {
        id: attributes.required("Id")?,
        name: attributes.text("name")?,
        expire_date: attributes.moment("expireDate")?,
        content: attributes.text("content")?,
        properties: element.elements()?.into_iter().map(|element| field(element, "Property")).collect::<Result<_, _>>()?,
    };
    attributes.end().map(|()| restriction)
}

/// An element's attributes, of which each is to be asked for.
struct Attributes<'a>(Vec<&'a (String, String)>);

impl<'a> Attributes<'a> {
    /// Those of an element that must be called `name`.
    fn of(element: &'a Element, name: &str) -> Result<Self, VerifyError> {
        if element.name == name { Ok(Self(element.attributes.iter().collect())) } else { Err(UNKNOWN) }
    }

    /// The same, of an element that holds nothing.
    fn leaf(element: &'a Element, name: &str) -> Result<Self, VerifyError> {
        if element.children.is_empty() { Self::of(element, name) } else { Err(UNKNOWN) }
    }

    fn take(&mut self, name: &str) -> Option<&'a str> {
        let position = self.0.iter().position(|(found, _)| found == name)?;
        Some(self.0.remove(position).1.as_str())
    }

    fn text(&mut self, name: &str) -> Result<Option<Text>, VerifyError> {
        self.take(name).map(|text| Text::parse(text).map_err(|_| VALUE)).transpose()
    }

    fn required(&mut self, name: &str) -> Result<Text, VerifyError> {
        self.text(name)?.ok_or(MISSING)
    }

    fn moment(&mut self, name: &str) -> Result<Option<Moment>, VerifyError> {
        self.take(name).map(|text| Moment::parse(text).ok_or(VALUE)).transpose()
    }

    fn mode(&mut self) -> Result<Option<Mode>, VerifyError> {
        self.take("mode").map(|name| Mode::parse(name).ok_or(VALUE)).transpose()
    }

    fn number(&mut self, name: &str) -> Result<Option<u32>, VerifyError> {
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        self.take(name).map(|text| number(text).ok_or(VALUE)).transpose()
    }

    /// That none is left.
    fn end(self) -> Result<(), VerifyError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(VerifyError::Malformed("it holds an attribute that is not known here, which might restrict the licence"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::testing::{content, small};
    use crate::signing::tree::Style;

    fn element(text: &str) -> Result<Content, VerifyError> {
        read(&Element::parse(text).unwrap())
    }

    #[test]
    fn what_is_written_is_read() {
        for content in [content(), small()] {
            for style in [Style::Net, Style::Canonical] {
                let text = write(&content).write(style);
                assert_eq!(element(&text), Ok(content.clone()), "{text}");
            }
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        let text = write(&content()).write(Style::Net);
        for (from, to) in [
            ("<Licensee ", "<Licenser "),
            ("company=", "firm="),
            ("<License ", "<License color=\"red\" "),
            ("<Fields>", "<Fields a=\"b\">"),
            ("<Fields>", "<Fields /><Fields>"),
            ("<Fields>", "<Fields>text"),
            (" mode=\"floating\"", " mode=\"Floating\""),
            (" maxSites=\"5\"", " maxSites=\"+5\""),
            (" maxSites=\"5\"", " maxSites=\"4294967296\""),
            (" type=\"Enterprise\"", ""),
            ("issueDate=\"2", "issueDate=\"x2"),
            ("<Field ", "<Property "),
            ("</License>", "<Product Id=\"P02\" /></License>"),
        ] {
            assert!(text.contains(from), "{from} in {text}");
            assert!(element(&text.replacen(from, to, 1)).is_err(), "{from} {to}");
        }
    }
}
