"""Deploys the transformed template to a stand-in for AWS, and compares what that made with what the template says.

    deploy.py ENDPOINT transformed.json kept.json

The stand-in (moto) makes most of the template's resources and leaves some types out, without a word: SKIPPED has them by name, and whatever
else is missing is a finding. `kept.json` is written for the suite: what the
template keeps data in, so that each test may have a stack of its own of just that.
"""

import json
import re
import sys

import boto3

REGION = "us-east-1"
STACK = "rehearsal"
# What the stand-in does not make (moto 5.2.5), and what only comes with a certificate, which nobody asks for here.
SKIPPED = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::S3::BucketPolicy",
    "AWS::Scheduler::Schedule",
    "AWS::SecretsManager::Secret",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SQS::QueuePolicy",
}
# What holds data or carries work: in a stack of each test's own.
KEPT = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"}
# Without the nested templates: those ask for the API, which the stand-in does not make.
PARAMETERS = {"PublicHost": "licenses.example.com", "MailFrom": "licenses@example.com", "Alarms": "off", "Dashboard": "off"}

findings = []


def check(holds, finding):
    if not holds:
        findings.append(finding)


class Deployment:
    def __init__(self, endpoint):
        settings = {"endpoint_url": endpoint, "region_name": REGION, "aws_access_key_id": "test", "aws_secret_access_key": "test"}
        client = lambda service: boto3.client(service, **settings)
        self.cloudformation, self.dynamodb = client("cloudformation"), client("dynamodb")
        self.sqs, self.functions, self.s3 = client("sqs"), client("lambda"), client("s3")

    def parameters(self, **changed):
        return [{"ParameterKey": name, "ParameterValue": value} for name, value in {**PARAMETERS, **changed}.items()]

    def deploy(self, body):
        self.cloudformation.create_stack(
            StackName=STACK, TemplateBody=body, Parameters=self.parameters(), Capabilities=["CAPABILITY_IAM"]
        )
        stack = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        check(stack["StackStatus"] == "CREATE_COMPLETE", f"the stack is {stack['StackStatus']}")
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def made(self, stack=STACK):
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        return {one["LogicalResourceId"]: one for page in pages for one in page["StackResourceSummaries"]}


def same_table(deployment, template, name):
    """The store says of the table what the template says of it."""
    said, table = template["Resources"]["Table"]["Properties"], deployment.dynamodb.describe_table(TableName=name)["Table"]
    by_name = lambda many: sorted(many, key=lambda one: one.get("AttributeName") or one.get("IndexName"))
    shape = lambda index: {part: index[part] for part in ("IndexName", "KeySchema", "Projection")}
    check(table["KeySchema"] == said["KeySchema"], "the table's key is another")
    check(by_name(table["AttributeDefinitions"]) == by_name(said["AttributeDefinitions"]), "the table's attributes are others")
    indexes = [shape(index) for index in by_name(table["GlobalSecondaryIndexes"])]
    check(indexes == [shape(index) for index in by_name(said["GlobalSecondaryIndexes"])], "the table's indexes are others")
    check(table.get("StreamSpecification", {}).get("StreamViewType") == said["StreamSpecification"]["StreamViewType"], "no such stream")


def same_queues(deployment, template, made):
    """What a queue gives up goes where the template says."""
    for name, resource in template["Resources"].items():
        policy = resource.get("Properties", {}).get("RedrivePolicy") if resource["Type"] == "AWS::SQS::Queue" else None
        if policy:
            url = made[name]["PhysicalResourceId"]
            got = deployment.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            given_up = made[policy["deadLetterTargetArn"]["Fn::GetAtt"][0]]["PhysicalResourceId"].rsplit("/", 1)[-1]
            redrive = json.loads(got.get("RedrivePolicy", "{}"))
            check(redrive.get("deadLetterTargetArn", "").endswith(":" + given_up), f"{name} gives up nowhere")
            check(int(redrive.get("maxReceiveCount", 0)) == policy["maxReceiveCount"], f"{name} gives up at another time")
            check(got["VisibilityTimeout"] == str(resource["Properties"]["VisibilityTimeout"]), f"{name} hides for another time")


def puts_aside(deployment, template):
    """What is received too often is put aside. On queues alone: in the whole stack the stand-in would want to run a function."""
    deployment.cloudformation.create_stack(StackName=f"{STACK}-kept", TemplateBody=json.dumps(template))
    made = deployment.made(f"{STACK}-kept")
    for name, resource in template["Resources"].items():
        policy = resource["Properties"].get("RedrivePolicy")
        if policy:
            url = made[name]["PhysicalResourceId"]
            deployment.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "0", "MessageBody": "a job", "DelaySeconds": 0}])
            for _ in range(policy["maxReceiveCount"] + 1):
                deployment.sqs.receive_message(QueueUrl=url, VisibilityTimeout=0)
            aside = made[policy["deadLetterTargetArn"]["Fn::GetAtt"][0]]["PhysicalResourceId"]
            waiting = deployment.sqs.get_queue_attributes(QueueUrl=aside, AttributeNames=["All"])["Attributes"]
            check(waiting["ApproximateNumberOfMessages"] == "1", f"{name}: what fails too often is not put aside")


def same_functions(deployment, template, made, table):
    """Each function is told the names of what was made, and of nothing that was not."""
    secrets = {name for name, one in template["Resources"].items() if one["Type"] == "AWS::SecretsManager::Secret"}
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::Lambda::Function":
            continue
        function = deployment.functions.get_function_configuration(FunctionName=made[name]["PhysicalResourceId"])
        variables = function["Environment"]["Variables"]
        check(variables.get("LATCHKEY_TABLE") == table, f"{name}: LATCHKEY_TABLE is {variables.get('LATCHKEY_TABLE')}")
        check(variables.get("LATCHKEY_METRICS") == f"Latchkey/{STACK}", f"{name}: its metrics have another namespace")
        check("LATCHKEY_ORIGIN_SECRET" not in variables, f"{name}: it asks for a front that there is not")
        check(function["FunctionName"].startswith(STACK + "-"), f"{name} is called {function['FunctionName']}")
        for variable, value in variables.items():
            # The stand-in makes no secrets, so it cannot resolve any: the value is what the template says.
            named = re.fullmatch(r"\{\{resolve:secretsmanager:\$\{(\w+)\}:SecretString\}\}", value)
            check(not named or named.group(1) in secrets, f"{name}: {variable} is of a secret that is not there")
            left = re.search(r"\$\{\w+\}|AWS::NoValue", value)
            check(named or not left, f"{name}: {variable} was not resolved: {value}")


def kept(template):
    """The part of the template that keeps data, with nothing that it does not need."""
    resources = {name: one for name, one in template["Resources"].items() if one["Type"] in KEPT}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def main(endpoint, path, kept_path):
    with open(path, encoding="utf-8") as file:
        body = file.read()
    template = json.loads(body)
    deployment = Deployment(endpoint)
    # Where `sam deploy` puts the functions' code: the stand-in looks for the bucket, and not into it.
    deployment.s3.create_bucket(Bucket="artifacts")
    outputs = deployment.deploy(body)
    made = deployment.made()
    conditional = {name for name, one in template["Resources"].items() if "Condition" in one}
    counts = {}
    for name, resource in template["Resources"].items():
        kind, there = resource["Type"], name in made
        counts.setdefault(kind, [0, 0])[0 if there else 1] += 1
        check(there or kind in SKIPPED or name in conditional, f"{name} ({kind}) was not made")
    for kind, (there, left_out) in sorted(counts.items()):
        print(f"{there:4} made{f', {left_out} not' if left_out else ''}  {kind}")
    table = made["Table"]["PhysicalResourceId"]
    check(outputs.get("TableName") == table, "the output TableName is not the table's")
    check(outputs.get("BucketName") == made["Bucket"]["PhysicalResourceId"], "the output BucketName is not the bucket's")
    same_table(deployment, template, table)
    same_queues(deployment, template, made)
    same_functions(deployment, template, made, table)
    puts_aside(deployment, kept(template))
    with open(kept_path, "w", encoding="utf-8") as file:
        json.dump(kept(template), file)
    for finding in findings:
        print(f"FINDING: {finding}")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: deploy.py ENDPOINT TRANSFORMED KEPT")
    main(*sys.argv[1:])
