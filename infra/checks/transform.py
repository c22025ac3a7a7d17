"""Writes the CloudFormation template that SAM makes of a SAM template, as AWS would, without AWS.

    transform.py template.yaml > transformed.json

A linter that reads the SAM file alone passes a misspelt property of an event and much else: only the result has what
CloudFormation will see. Values are the translator's; nothing is resolved, and no credentials are used.
"""

import json
import os
import sys

# The translator asks boto for the partition of the region; any region of the common partition gives the same template.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


def with_uploaded_parts(template):
    """`sam package` replaces each local CodeUri and TemplateURL by where it put the file; the translator refuses a local CodeUri."""
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = f"s3://artifacts/{name}.zip"
        elif resource["Type"] == "AWS::CloudFormation::Stack":
            part = os.path.basename(properties["TemplateURL"])
            properties["TemplateURL"] = f"https://s3.us-east-1.amazonaws.com/artifacts/{part}"
    return template


class NoManagedPolicies:
    """Functions carry their own statements, so no policy name has to be looked up in IAM."""

    def load(self):
        return {}


def main(path):
    with open(path, encoding="utf-8") as file:
        template = with_uploaded_parts(yaml_parse(file.read()))
    try:
        transformed = transform(template, {}, NoManagedPolicies())
    except InvalidDocumentException as error:
        causes = "\n".join(cause.message for cause in error.causes)
        sys.exit(f"{path}: {error.message}\n{causes}")
    json.dump(transformed, sys.stdout, indent=2, default=str)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: transform.py TEMPLATE")
    main(sys.argv[1])
