//! The roles that a workflow deploys with may change the stack that they are for, and not themselves.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Template;

fn statements(roles: &Template, role: &str) -> Vec<Value> {
    let policies = roles.resource(role)["Properties"]["Policies"].as_array().unwrap();
    policies.iter().flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap().clone()).collect()
}

fn own(what: &str) -> Value {
    json!({"!Sub": format!("arn:${{AWS::Partition}}:{what}")})
}

#[test]
fn the_workflows_role_knows_the_stack_and_those_that_it_nests_by_name() {
    let roles = Template::of("infra/deploy-role.yaml");
    let stack = "cloudformation:${AWS::Region}:${AWS::AccountId}:stack";
    let mut changed: BTreeSet<String> = BTreeSet::from([own(&format!("{stack}/${{StackName}}/*")).to_string()]);
    for nested in Template::read().of_type("AWS::CloudFormation::Stack") {
        changed.insert(own(&format!("{stack}/${{StackName}}-{nested}-*/*")).to_string());
    }
    let statements = statements(&roles, "Role");
    let changing = statements.iter().filter(|statement| statement["Action"].to_string().contains("cloudformation:CreateChangeSet"));
    let allowed = changing.flat_map(|statement| statement["Resource"].as_array().unwrap()).map(Value::to_string);
    let allowed: BTreeSet<_> = allowed.filter(|resource| resource.contains(":stack/")).collect();
    assert_eq!(
        allowed, changed,
        "infra/deploy-role.yaml (left) must name what template.yaml nests (right), and nothing by the beginning of its name"
    );
}

#[test]
fn neither_role_may_change_by_whom_they_are_believed() {
    let roles = Template::of("infra/deploy-role.yaml");
    let stack = own("cloudformation:${AWS::Region}:${AWS::AccountId}:stack/${AWS::StackName}/*");
    let denied = |role: &str, action: &str, resource: &Value| {
        let found = statements(&roles, role).into_iter().filter(|statement| statement["Effect"] == "Deny");
        let refusals: Vec<_> = found.filter(|statement| statement["Action"] == action && statement["Resource"] == *resource).collect();
        assert_eq!(refusals.len(), 1, "{role} must be refused {action} of {resource}, whatever the stacks are called");
        assert!(refusals[0].get("Condition").is_none(), "{role}: in every case");
    };
    denied("Role", "cloudformation:*", &stack);
    denied("CloudFormationRole", "cloudformation:*", &stack);
    denied("CloudFormationRole", "iam:*", &own("iam::${AWS::AccountId}:role/${AWS::StackName}-*"));
}

#[test]
fn services_roles_are_made_for_the_services_that_the_template_uses() {
    let roles = Template::of("infra/deploy-role.yaml");
    let all = statements(&roles, "CloudFormationRole");
    let linking: Vec<_> = all.iter().filter(|statement| statement["Action"].to_string().contains("iam:CreateServiceLinkedRole")).collect();
    let [linking] = linking[..] else { panic!("one statement for the roles of services") };
    let names = json!(["backup.amazonaws.com", "ops.apigateway.amazonaws.com"]);
    assert_eq!(linking["Condition"]["StringEquals"]["iam:AWSServiceName"], names);
    assert_eq!(linking["Resource"], own("iam::${AWS::AccountId}:role/aws-service-role/*"));
}
