"""Rotates a secret of a stack on a stand-in, and looks at what the stack is told: rotate.py ENDPOINT rotate.sh

The stand-in makes no secrets from a template and resolves none. So the stack is a small one, in whose place for the secret is something else
that has the secret's ARN for its name: what is tried are the script's steps, and what is left.
"""

import json
import os
import shutil
import subprocess
import sys

import boto3

SETTINGS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
STACK = "rotation"


def check(holds, finding):
    if not holds:
        sys.exit(f"FINDING: {finding}")


def main(endpoint, script):
    if shutil.which("aws") is None:
        print("left out: the AWS CLI is not installed")
        return
    client = lambda service: boto3.client(service, endpoint_url=endpoint, **SETTINGS)
    cloudformation, secrets = client("cloudformation"), client("secretsmanager")
    arn = secrets.create_secret(Name="token", SecretString="first")["ARN"]
    sealing_arn = secrets.create_secret(Name="sealing", SecretString="sealed")["ARN"]
    # Such a parameter's physical id is its name, which is where the script looks for the secret.
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {
            "PreviousTokenSecretArn": {"Type": "String", "Default": ""},
            "PreviousSealingSecretArn": {"Type": "String", "Default": ""},
            "PublicHost": {"Type": "String"},
        },
        "Resources": {
            "TokenSecret": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": arn, "Type": "String", "Value": "x"}},
            "SealingSecret": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": sealing_arn, "Type": "String", "Value": "x"}},
        },
    }
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        # The stand-in knows no previous value of what is left to its default.
        Parameters=[
            {"ParameterKey": "PublicHost", "ParameterValue": "licenses.example.com"},
            {"ParameterKey": "PreviousTokenSecretArn", "ParameterValue": ""},
            {"ParameterKey": "PreviousSealingSecretArn", "ParameterValue": ""},
        ],
    )

    def rotate(*what, secret="token", typed=""):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        command = [script, STACK, secret, *what]
        ran = subprocess.run(command, env=environment, input=typed, capture_output=True, text=True, timeout=120, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    def given(parameter="PreviousTokenSecretArn"):
        parameters = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]
        values = {one["ParameterKey"]: one["ParameterValue"] for one in parameters}
        check(values["PublicHost"] == "licenses.example.com", f"the other parameters were not kept: {values}")
        return values[parameter]

    value = lambda of: secrets.get_secret_value(SecretId=of)["SecretString"]
    status, told = rotate("end")
    check(status == 1, f"a rotation was ended that was not begun: {told}")
    status, told = rotate("begin")
    check(status == 0, told)
    new = value(arn)
    check(new != "first" and len(new) == 64 and new.isalnum(), "the value is not a new one")
    check(value(given()) == "first", "functions are not given the former value")
    check("first" not in told and new not in told, "a secret was printed")
    status, told = rotate("begin")
    check(status == 1 and value(arn) == new, f"a rotation was begun within another: {told}")
    former = given()
    status, told = rotate("end")
    check(status == 0 and given() == "", told)
    left = {one["ARN"] for one in secrets.list_secrets(IncludePlannedDeletion=False)["SecretList"] if "DeletedDate" not in one}
    check(former not in left and arn in left, f"what is left: {left}")
    # Where something may be lost by it, a rotation is ended by a word alone.
    status, told = rotate("begin", secret="sealing")
    former = given("PreviousSealingSecretArn")
    check(status == 0 and "latchkey reseal" in told and value(former) == "sealed", told)
    for what, typed in ((["end"], ""), (["end"], "yes\n"), (["end", "yes"], "lose-the-rest\n")):
        status, told = rotate(*what, secret="sealing", typed=typed)
        check(status == 1 and given("PreviousSealingSecretArn") == former, f"ended without the word: {told}")
    status, told = rotate("end", secret="sealing", typed="lose-the-rest\n")
    check(status == 0 and given("PreviousSealingSecretArn") == "", told)
    check(rotate("begin", secret="sealing")[0] == 0, "a second rotation was not begun")
    status, told = rotate("end", "lose-the-rest", secret="sealing")
    check(status == 0 and given("PreviousSealingSecretArn") == "", told)
    print("begun and ended")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: rotate.py ENDPOINT ROTATE-SCRIPT")
    main(*sys.argv[1:])
