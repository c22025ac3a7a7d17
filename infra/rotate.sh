#!/usr/bin/env bash
# Rotates a secret of a deployment without refusing what is out under the former value: rotate.sh STACK SECRET begin|end [WORD]
#
# SECRET is token (update tokens, download links), credential (API keys), bearer, sealing or origin (the front's).
#
#   rotate.sh latchkey token begin     a new value; the former one is still accepted
#   rotate.sh latchkey token end       it is no longer: after two days for token, half an hour for bearer, at once for origin
#
# What is still under the former value of credential or sealing at the end is gone for good, and no clock says when there is nothing left. So for
# these two the end asks for a word, or takes it as its last argument:
#
#   rotate.sh latchkey credential end void-the-rest    when `latchkey api-key list` shows no key with `former_secret`
#   rotate.sh latchkey sealing end lose-the-rest       when `latchkey reseal` says that nothing was sealed anew and nothing is lost
#
# Functions are given secrets when they are deployed, and read none themselves: a request would wait for it, and each sandbox would pay for
# it. So a rotation is two changes of the stack, and Secrets Manager's own, by the clock, is not used: it would change a value that nobody
# reads until the next deployment, which would then refuse everything that is out. In the first change functions learn to accept the new
# value, in the second they begin to use it: whichever has been changed already, all accept what each of them makes.
#
# Needs the AWS CLI, with credentials that may read and write the stack and its secrets. No value is printed, or put on a command line.
set -euo pipefail

usage() {
    echo "usage: rotate.sh STACK token|credential|bearer|sealing|origin begin|end [WORD]" >&2
    exit 2
}

(($# == 3)) || (($# == 4)) || usage
stack=$1 which=$2 what=$3 said=${4:-}
# The word that ends a rotation, where something may be lost by that, and what has to be so before.
word= before=
case $which in
    token) resource=TokenSecret ;;
    credential)
        resource=CredentialSecret word=void-the-rest
        before="Before, \`latchkey api-key list\` shows no key with former_secret: those that it shows are void afterwards."
        ;;
    bearer) resource=BearerSecret ;;
    sealing)
        resource=SealingSecret word=lose-the-rest
        before="Before, \`latchkey reseal\` says that nothing was sealed anew and nothing is lost: what it has not sealed anew is lost afterwards."
        ;;
    origin) resource=OriginSecret ;;
    *) usage ;;
esac
parameter=Previous${resource}Arn
export AWS_PAGER=

secret() {
    aws cloudformation describe-stack-resource --stack-name "$stack" --logical-resource-id "$resource" \
        --query StackResourceDetail.PhysicalResourceId --output text
}

# The ARN that the stack has for the former value, or nothing.
former_arn() {
    local arn
    arn=$(aws cloudformation describe-stacks --stack-name "$stack" \
        --query "Stacks[0].Parameters[?ParameterKey=='$parameter'].ParameterValue | [0]" --output text)
    if [[ $arn != None ]]; then
        echo "$arn"
    fi
}

# change ARN : deploys the same template again, with this ARN for the former value.
change() {
    local given=$1 names parameters=()
    names=$(aws cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].Parameters[].ParameterKey' --output text)
    for name in $names; do
        if [[ $name == "$parameter" ]]; then
            parameters+=("ParameterKey=$name,ParameterValue=$given")
        else
            parameters+=("ParameterKey=$name,UsePreviousValue=true")
        fi
    done
    aws cloudformation update-stack --stack-name "$stack" --use-previous-template --parameters "${parameters[@]}" \
        --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --output text >/dev/null &&
        aws cloudformation wait stack-update-complete --stack-name "$stack"
}

# keep NAME : a secret of its own with the value that is read; prints its ARN.
keep() {
    aws secretsmanager create-secret --name "$stack-$which-$1-$(date -u +%Y%m%dT%H%M%SZ)" --secret-string file:///dev/stdin \
        --query ARN --output text
}

put() {
    aws secretsmanager put-secret-value --secret-id "$arn" --secret-string file:///dev/stdin --output text >/dev/null
}

# confirm : goes on where the word was given, or is typed now.
confirm() {
    if [[ -z $word ]]; then
        return
    fi
    if [[ -z $said ]]; then
        echo "$before" >&2
        echo "Type $word to go on:" >&2
        read -r said || true
    fi
    if [[ $said != "$word" ]]; then
        echo "nothing was done: that was not $word" >&2
        exit 1
    fi
}

arn=$(secret)
former=$(former_arn)
case $what in
    begin)
        if [[ -n $former ]]; then
            echo "a rotation is under way: end it first" >&2
            exit 1
        fi
        old=$(aws secretsmanager get-secret-value --secret-id "$arn" --query SecretString --output text)
        new=$(aws secretsmanager get-random-password --password-length 64 --exclude-punctuation --query RandomPassword --output text)
        next_arn=$(printf %s "$new" | keep next)
        echo "functions learn to accept the new value"
        change "$next_arn"
        former_arn=$(printf %s "$old" | keep former)
        printf %s "$new" | put
        echo "functions begin to use it"
        if ! change "$former_arn"; then
            # Functions that were rolled back know the new value alone.
            echo "that failed: the former value is put back" >&2
            printf %s "$old" | put
            change "$former_arn" || true
            exit 1
        fi
        aws secretsmanager delete-secret --secret-id "$next_arn" --recovery-window-in-days 7 --output text >/dev/null
        echo "done; the former value is accepted until: rotate.sh $stack $which end${word:+ $word}"
        if [[ -n $before ]]; then
            echo "$before"
        fi
        ;;
    end)
        if [[ -z $former ]]; then
            echo "no rotation is under way" >&2
            exit 1
        fi
        confirm
        change ""
        # It can be had back for 30 days.
        aws secretsmanager delete-secret --secret-id "$former" --recovery-window-in-days 30 --output text >/dev/null
        echo "done; the former value is no longer accepted"
        ;;
    *) usage ;;
esac
