//! Which requests reach which function.

/// A Lambda function: an endpoint group.
///
/// `template.yaml` gives it the same name and routes; a test compares them. The local stack's gateway reads this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// The binary's name.
    pub name: &'static str,
    /// The gateway's routes to it, such as `ANY /v2/licenses/{proxy+}`. The most specific route of all functions wins.
    pub routes: &'static [&'static str],
}
