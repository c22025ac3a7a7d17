//! The queues reach their functions, and what fails ends where it is seen.

use latchkey_core::ops::deliver_mail;
use latchkey_core::ops::tell_site::HELD_SECONDS;
use latchkey_local::queues::Rules;
use serde_json::{Value, json};

use super::Template;

/// A consumer's mapping, and the queue that it is of.
fn queue_of<'a>(template: &'a Template, consumer: &str) -> (Value, &'a str, &'a Value) {
    let declared = template.function(consumer);
    let events: Vec<&Value> = declared.properties["Events"].as_object().unwrap().values().collect();
    let [event] = events[..] else { panic!("{consumer} must have one event") };
    assert_eq!(event["Type"], "SQS", "{consumer}");
    let queue = event["Properties"]["Queue"]["!GetAtt"].as_str().unwrap().strip_suffix(".Arn").unwrap().to_owned();
    let (name, _) = template.0["Resources"].as_object().unwrap().get_key_value(&queue).unwrap();
    (event["Properties"].clone(), name, &template.resource(name)["Properties"])
}

/// The alarms on a metric of a queue.
fn alarms<'a>(template: &'a Template, queue: &str, metric: &str) -> Vec<&'a Value> {
    let all = template.of_type("AWS::CloudWatch::Alarm").into_iter().map(|name| &template.resource(name)["Properties"]);
    let dimension = json!([{"Name": "QueueName", "Value": {"!GetAtt": format!("{queue}.QueueName")}}]);
    all.filter(|alarm| alarm["MetricName"] == metric && alarm["Dimensions"] == dimension).collect()
}

#[test]
fn a_message_that_fails_is_told_again_alone_and_at_last_given_up_where_it_is_seen() {
    let template = Template::read();
    for consumer in latchkey_local::consumers() {
        let (mapping, name, queue) = queue_of(&template, consumer);
        assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{consumer}: what MessagesAnswer says");
        assert_eq!(mapping["BatchSize"], 10, "{consumer}: as the local stack has it");
        let given_up = queue["RedrivePolicy"]["deadLetterTargetArn"]["!GetAtt"].as_str().unwrap().strip_suffix(".Arn").unwrap();
        assert_eq!(template.resource(given_up)["Type"], "AWS::SQS::Queue", "{consumer}");
        assert_eq!(alarms(&template, given_up, "ApproximateNumberOfMessagesVisible").len(), 1, "{given_up}: nobody would see it");
        for metric in ["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"] {
            assert_eq!(alarms(&template, name, metric).len(), 1, "{name}: nobody would see that it is not worked off");
        }
    }
}

#[test]
fn the_local_stacks_queue_has_the_rules_of_the_templates() {
    let template = Template::read();
    let Rules { visibility, most_tellings } = Rules::default();
    for consumer in latchkey_local::consumers() {
        let (_, _, queue) = queue_of(&template, consumer);
        assert_eq!(queue["VisibilityTimeout"], visibility, "{consumer}");
        assert_eq!(queue["RedrivePolicy"]["maxReceiveCount"], most_tellings, "{consumer}");
    }
}

#[test]
fn a_message_is_hidden_for_longer_than_anybody_is_at_it() {
    let template = Template::read();
    for consumer in latchkey_local::consumers() {
        let (_, name, queue) = queue_of(&template, consumer);
        let timeout = template.function(consumer).property("Timeout").as_i64().unwrap();
        let visibility = queue["VisibilityTimeout"].as_i64().unwrap();
        assert!(visibility >= 6 * timeout, "{name}: AWS advises six times the function's time");
        assert!(visibility > HELD_SECONDS && HELD_SECONDS > timeout, "{consumer}: a push must be free again when its message comes back");
        assert_eq!(deliver_mail::HELD_SECONDS, HELD_SECONDS, "the same holds for a mail");
    }
}

#[test]
fn workers_cannot_take_what_the_api_needs() {
    let template = Template::read();
    for consumer in latchkey_local::consumers() {
        let (mapping, _, _) = queue_of(&template, consumer);
        let reserved = template.function(consumer).properties["ReservedConcurrentExecutions"].as_i64().unwrap();
        let most = mapping["ScalingConfig"]["MaximumConcurrency"].as_i64().unwrap();
        assert!((2..=reserved).contains(&most), "{consumer}: messages that find no function free count as told, and end as poison does");
    }
}

#[test]
fn what_ses_says_of_mail_comes_into_the_queue_of_mail() {
    let template = Template::read();
    let set = &template.only("AWS::SES::ConfigurationSetEventDestination")["ConfigurationSetName"];
    assert_eq!(*set, json!({"!Ref": "MailFeedback"}));
    let rule = template.only("AWS::Events::Rule");
    assert_eq!(rule["EventPattern"]["source"], json!(["aws.ses"]));
    let kinds = rule["EventPattern"]["detail"]["eventType"].as_array().unwrap();
    for kind in kinds {
        let more = json!({"bounce": {"bounceType": "Permanent"}});
        let mut detail = json!({"eventType": kind, "mail": {"tags": {"account": ["1"], "mail": ["1"]}}});
        detail.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let read = latchkey_core::post::Feedback::read(&json!({ "detail": detail }).to_string());
        assert!(read.is_some(), "{kind}: what is let through must be understood");
    }
    assert_eq!(kinds.len(), 3);
    let target = json!({"!GetAtt": "Mails.Arn"});
    assert_eq!(rule["Targets"][0]["Arn"], target);
    let statement = &template.only("AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"][0];
    assert_eq!((&statement["Resource"], &statement["Principal"]["Service"]), (&target, &json!("events.amazonaws.com")));
    assert_eq!(statement["Condition"]["ArnEquals"]["aws:SourceArn"], json!({"!GetAtt": "MailFeedbackRule.Arn"}));
}
