//! The report on the wire (seed 004, "GET /v1/reports").

use latchkey_core::domain::report::{Report as Stored, ReportBody};
use latchkey_core::query::{Answers, Gives, Index};

use super::{Heavy, Moment, entity, number, shown};

entity! {
    /// What a licensed program told.
    Report, REPORT: "Report", key "id", list "reports";
    members {
        /// Its number.
        "id" id: i32,
        /// What the program calls the report.
        "uid" uid: String,
        /// What sort it is: `ExceptionReport`, `LicenseReport`, or the program's own word.
        "name" name: String,
        /// The program's version.
        "version" version: String,
        /// When it came.
        "date" date: Moment,
        /// The user key of the licence that the program proved itself by.
        "userKey" user_key: String,
        /// The machine.
        "machineId" machine_id: String,
        /// The program's own identifier.
        "clientId" client_id: String,
        /// What the program calls itself.
        "clientName" client_name: String,
        /// The form of the content.
        "contentType" content_type: String,
        /// What it says. It can be shown, and not be asked for in conditions.
        "content" content: Heavy,
        /// The network address that it came from.
        "address" address: String,
    }
    one {}
    many {
        /// What it tells beside.
        "properties" properties: ReportProperty = REPORT_PROPERTY,
    }
    indexes [Index { path: &["id"], answers: Answers::Ranges, gives: Gives::Exactly, rank: 0 }]
}

entity! {
    /// Something that a report tells beside its content.
    ReportProperty, REPORT_PROPERTY: "ReportProperty", key "id", list "properties";
    members {
        /// Its place among the report's properties, from 1.
        "id" id: i32,
        /// What it is.
        "name" name: String,
        /// Its value.
        "value" value: String,
        /// The report.
        "reportId" report_id: i32,
    }
    one {}
    many {}
    indexes []
}

impl From<Stored> for Report {
    fn from(report: Stored) -> Self {
        let card = report.card;
        Self {
            id: number(report.id.get()),
            uid: shown(card.uid),
            name: card.name.as_str().to_owned(),
            version: shown(card.version),
            date: report.at.into(),
            user_key: String::new(),
            machine_id: shown(card.machine),
            client_id: shown(card.client),
            client_name: shown(card.client_name),
            content_type: shown(card.content_type),
            content: Heavy { text: String::new(), unread: report.bytes },
            address: report.address.map(|address| address.to_string()).unwrap_or_default(),
            properties: Vec::new(),
        }
    }
}

impl Report {
    /// Takes what is heavy in it.
    pub(crate) fn fill(&mut self, body: ReportBody) {
        let report_id = self.id;
        let property = |(place, property): (u32, latchkey_core::domain::report::ReportProperty)| ReportProperty {
            id: number(place),
            name: property.name.as_str().to_owned(),
            value: property.value.as_str().to_owned(),
            report_id,
        };
        self.properties = (1..).zip(body.properties).map(property).collect();
        self.content = Heavy { text: body.content, unread: 0 };
    }
}
