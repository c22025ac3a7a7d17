//! `template.yaml` agrees with the code.
//!
//! CloudFormation's tags become objects of one member: `!Ref Table` is `{"!Ref": "Table"}`.

mod changes;
mod deploying;
mod environment;
mod figures;
mod functions;
mod names;
mod nested;
pub(crate) mod permissions;
mod queues;
mod routes;
mod store;

use serde_json::{Value, json};
use serde_norway::Value as Yaml;

use super::sources::root;

/// The template.
struct Template(Value);

/// One of its functions.
struct Declared<'a> {
    /// The resource's name.
    resource: &'a str,
    /// The binary's name.
    binary: &'a str,
    properties: &'a Value,
    globals: &'a Value,
}

impl Template {
    fn read() -> Self {
        Self::of("template.yaml")
    }

    /// Another one, such as one that this nests.
    fn of(path: &str) -> Self {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        Self(plain(&serde_norway::from_str(&text).unwrap()))
    }

    fn resource(&self, name: &str) -> &Value {
        self.0["Resources"].get(name).unwrap_or_else(|| panic!("template.yaml has no resource {name}"))
    }

    /// The names of all resources of a type.
    fn of_type(&self, kind: &str) -> Vec<&str> {
        let all = self.0["Resources"].as_object().unwrap().iter();
        all.filter(|(_, resource)| resource["Type"] == kind).map(|(name, _)| name.as_str()).collect()
    }

    /// The properties of the only resource of a type.
    fn only(&self, kind: &str) -> &Value {
        let names = self.of_type(kind);
        let [name] = names[..] else { panic!("template.yaml has {names:?} of type {kind}: one is expected") };
        &self.resource(name)["Properties"]
    }

    fn functions(&self) -> Vec<Declared<'_>> {
        let functions = self.of_type("AWS::Serverless::Function").into_iter().map(|resource| {
            let declared = self.resource(resource);
            let binary = declared["Metadata"]["BuildProperties"]["Binary"].as_str();
            let binary = binary.unwrap_or_else(|| panic!("{resource}: Metadata.BuildProperties.Binary must name its binary"));
            Declared { resource, binary, properties: &declared["Properties"], globals: &self.0["Globals"]["Function"] }
        });
        functions.collect()
    }

    /// The function of a binary.
    fn function(&self, binary: &str) -> Declared<'_> {
        let mut found: Vec<_> = self.functions().into_iter().filter(|function| function.binary == binary).collect();
        assert_eq!(found.len(), 1, "template.yaml must have one AWS::Serverless::Function whose Binary is {binary}");
        found.remove(0)
    }
}

impl Declared<'_> {
    /// A property: its own, or the one of all functions.
    fn property(&self, name: &str) -> &Value {
        self.properties.get(name).unwrap_or(&self.globals[name])
    }
}

fn plain(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => json!(value),
        Yaml::Number(value) => value.as_i64().map_or_else(|| json!(value.as_f64()), |value| json!(value)),
        Yaml::String(value) => json!(value),
        Yaml::Sequence(values) => values.iter().map(plain).collect(),
        Yaml::Mapping(members) => members.iter().map(|(name, value)| (name.as_str().unwrap().to_owned(), plain(value))).collect(),
        Yaml::Tagged(tagged) => json!({ tagged.tag.to_string(): plain(&tagged.value) }),
    }
}

#[test]
fn tags_become_members() {
    let yaml = serde_norway::from_str("{a: !Ref B, c: [!If [d, 1, !Ref 'AWS::NoValue']]}").unwrap();
    assert_eq!(plain(&yaml), json!({"a": {"!Ref": "B"}, "c": [{"!If": ["d", 1, {"!Ref": "AWS::NoValue"}]}]}));
}
