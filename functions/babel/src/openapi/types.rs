//! Types of handlers, as schemas.

use axum::extract::State;
use axum::http::Method;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AllOfBuilder, ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, Ref, RefOr, Required, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

use crate::access::users::list::InRoles;
use crate::address::Address;
use crate::body::Body;
use crate::caller::Caller;
use crate::catalog::packages::publish::Notify;
use crate::envelope::Answer;
use crate::licensing::traces::OfLicense;
use crate::list::{List, Listing, Named, total_name};
use crate::path::Path;
use crate::system::log::{Deleting, Intervals, Within};

/// The schema that every answer has beside its own members.
pub(super) const ENVELOPE: &str = "Envelope";

/// A named schema.
type Component = (String, RefOr<Schema>);

/// What an operation takes and answers.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(super) method: Method,
    pub(super) path: &'static str,
    /// The types of the path's variables, in their order.
    pub(super) variables: Vec<RefOr<Schema>>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<RefOr<Schema>>,
    pub(super) answer: RefOr<Schema>,
    /// What the schemas refer to.
    pub(super) components: Vec<Component>,
}

/// A handler whose types are described; `T` is what axum's `Handler` has.
pub(crate) trait Described<T> {
    /// Adds what it takes and answers.
    fn describe(operation: &mut Operation);
}

/// An extractor.
trait Taken {
    fn taken(operation: &mut Operation);
}

/// A result.
trait Given {
    fn given(operation: &mut Operation);
}

/// A path's variables.
trait Variables {
    fn variables() -> Vec<RefOr<Schema>>;
}

/// What a handler takes and answers. Where it is served is added by [`Operation::at`].
pub(crate) fn operation<H: Described<T>, T>(method: Method) -> Operation {
    let (variables, parameters, components) = (Vec::new(), Vec::new(), Vec::new());
    let mut operation = Operation { method, path: "", variables, parameters, body: None, answer: envelope(None), components };
    H::describe(&mut operation);
    operation
}

impl Operation {
    /// The same, served at `path`.
    pub(crate) fn at(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    /// A reference to a type's schema, which goes among the components.
    fn refer<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.components);
        self.components.push((T::name().into_owned(), T::schema()));
        Ref::from_schema_name(T::name()).into()
    }
}

macro_rules! described {
    ($($taken:ident)*) => {
        impl<F, R, O, M, $($taken,)*> Described<(M, $($taken,)*)> for F
        where
            F: Fn($($taken),*) -> R,
            R: Future<Output = O>,
            O: Given,
            $($taken: Taken,)*
        {
            fn describe(operation: &mut Operation) {
                $($taken::taken(operation);)*
                O::given(operation);
            }
        }
    };
}

described!(A);
described!(A B);
described!(A B C);
described!(A B C D);
described!(A B C D E);
described!(A B C D E G);

impl<S> Taken for State<S> {
    fn taken(_: &mut Operation) {}
}

impl Taken for Caller {
    fn taken(_: &mut Operation) {}
}

impl Taken for Address {
    fn taken(_: &mut Operation) {}
}

impl Taken for InRoles {
    fn taken(operation: &mut Operation) {
        let names = ObjectBuilder::new().schema_type(Type::String);
        operation.parameters.push(parameter(
            "roles",
            "Names of roles of which the users are to have one, with commas between them.",
            names,
        ));
    }
}

impl<T: Taken> Taken for Option<T> {
    fn taken(operation: &mut Operation) {
        T::taken(operation);
    }
}

impl<T: Variables> Taken for Path<T> {
    fn taken(operation: &mut Operation) {
        operation.variables = T::variables();
    }
}

impl<T: ToSchema, const MOST: usize> Taken for Body<T, MOST> {
    fn taken(operation: &mut Operation) {
        operation.body = Some(operation.refer::<T>());
    }
}

impl Taken for List {
    fn taken(operation: &mut Operation) {
        let (text, truth) = (|| ObjectBuilder::new().schema_type(Type::String), ObjectBuilder::new().schema_type(Type::Boolean));
        operation.parameters.extend([
            parameter("filter", "A condition, such as `Name = \"Mustermann\" and Id > 10`.", text()),
            parameter("sort", "An order, such as `CreatedAt desc, Id`.", text()),
            parameter("select", "The members that are answered, such as `Id, Name`.", text()),
            parameter("include", "What is filled that the objects lead to, such as `Customer`.", text()),
            parameter("take", "How many are answered at most; 0 is 100.", int32().minimum(Some(0)).maximum(Some(1_000))),
            parameter("skip", "How many are left out first.", int32().minimum(Some(0)).maximum(Some(100_000))),
            parameter("countOnly", "Whether the count alone is answered.", truth),
        ]);
    }
}

impl Taken for Within {
    fn taken(operation: &mut Operation) {
        let moment = || ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
        operation.parameters.push(parameter("startDate", "The first moment that is meant.", moment()));
        operation.parameters.push(parameter("endDate", "The last moment that is meant.", moment()));
    }
}

impl Taken for Intervals {
    fn taken(operation: &mut Operation) {
        let count = ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)));
        let count = count.minimum(Some(0)).maximum(Some(1_000));
        operation.parameters.push(parameter("intervals", "Into how many parts the time is divided; 0 is 12.", count));
    }
}

impl Taken for Deleting {
    fn taken(operation: &mut Operation) {
        let (id, text) = (ObjectBuilder::new().schema_type(Type::Integer), ObjectBuilder::new().schema_type(Type::String));
        let truth = ObjectBuilder::new().schema_type(Type::Boolean);
        let id = id.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)));
        operation.parameters.push(parameter("id", "The number of one entry; nothing else beside it.", id));
        operation.parameters.push(parameter("filter", "A condition, such as `Level = \"Debug\"`.", text));
        Within::taken(operation);
        operation.parameters.push(parameter("deleteAll", "Whether all is deleted; nothing else beside it.", truth));
    }
}

/// A whole number of 32 bits.
pub(super) fn int32() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
}

impl Taken for Notify {
    fn taken(operation: &mut Operation) {
        let truth = ObjectBuilder::new().schema_type(Type::Boolean);
        operation.parameters.push(parameter("notify", "Whether the sites are told of the release.", truth));
    }
}

impl Taken for OfLicense {
    fn taken(operation: &mut Operation) {
        operation.parameters.push(parameter("licenseId", "The license whose traces are meant; 0 is none.", int32()));
    }
}

/// A parameter of the query.
pub(super) fn parameter(name: &str, description: &str, schema: ObjectBuilder) -> Parameter {
    let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::False);
    parameter.description(Some(description)).schema(Some(schema)).build()
}

impl Variables for i32 {
    fn variables() -> Vec<RefOr<Schema>> {
        vec![Self::schema()]
    }
}

impl Variables for String {
    fn variables() -> Vec<RefOr<Schema>> {
        vec![Self::schema()]
    }
}

impl<A: Variables, B: Variables> Variables for (A, B) {
    fn variables() -> Vec<RefOr<Schema>> {
        [A::variables(), B::variables()].concat()
    }
}

impl<A: Variables, B: Variables, C: Variables> Variables for (A, B, C) {
    fn variables() -> Vec<RefOr<Schema>> {
        [A::variables(), B::variables(), C::variables()].concat()
    }
}

impl<T: Given, E> Given for Result<T, E> {
    fn given(operation: &mut Operation) {
        T::given(operation);
    }
}

/// With headers before it.
impl<H, T: Given> Given for (H, T) {
    fn given(operation: &mut Operation) {
        T::given(operation);
    }
}

impl<T: ToSchema> Given for Answer<T> {
    fn given(operation: &mut Operation) {
        let body = operation.refer::<T>();
        operation.answer = envelope(Some(body));
    }
}

impl<W: ToSchema, N: Named> Given for Listing<W, N> {
    fn given(operation: &mut Operation) {
        let rows = ArrayBuilder::new().items(operation.refer::<W>());
        // A list's objects have those members alone that `select` names.
        for (name, schema) in &mut operation.components {
            if let RefOr::T(Schema::Object(object)) = schema
                && *name == W::name()
            {
                object.required.clear();
            }
        }
        let total = total_name(N::NAME);
        let mut list = ObjectBuilder::new().property(N::NAME, rows).required(N::NAME).property(&total, int32()).required(total);
        if let Some(shown) = N::SHOWN {
            list = list.property(shown, int32()).required(shown);
        }
        operation.answer = envelope(Some(list.into()));
    }
}

fn envelope(body: Option<RefOr<Schema>>) -> RefOr<Schema> {
    let whole = AllOfBuilder::new().item(Ref::from_schema_name(ENVELOPE));
    match body {
        Some(body) => whole.item(body).into(),
        None => whole.into(),
    }
}
