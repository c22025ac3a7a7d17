//! A heartbeat: the client of a floating seat is still there.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue, ReturnValuesOnConditionCheckFailure};

use super::Lent;
use super::item::{lease, names};
use crate::domain::grant::Grant;
use crate::domain::key::KeyDigest;
use crate::domain::ladder::{ProductClaim, entitled, known, takes};
use crate::domain::lease::{Client, Lease, expiry};
use crate::domain::license::LicenseMode;
use crate::domain::refusal::Refusal;
use crate::domain::time::Timestamp;
use crate::failure::Failure;
use crate::fault::{Fault, FaultKind};
use crate::table::call::{Answer, Refused, call};
use crate::table::item::number;
use crate::table::keys::{self, PK};
use crate::table::seats::recent::Recalled;
use crate::table::{Freshness, Table};

const WHAT: &str = "renewing a floating seat";

/// A client that is still there.
#[derive(Clone, Copy, Debug)]
pub struct Heartbeat<'a> {
    /// The licence.
    pub key: KeyDigest,
    /// The product that the client says it is.
    pub product: ProductClaim<'a>,
    /// Who holds the seat.
    pub client: &'a Client,
    /// The present moment.
    pub now: Timestamp,
}

impl Table {
    /// Renews the seat that the client holds: one write unit. A seat whose time is over is not renewed, whether or not another client
    /// has it by now: [`Refusal::SeatExpired`] or, where it is gone, [`Refusal::NotActivatedHere`].
    ///
    /// The licence itself is remembered for up to [`REMEMBERED_SECONDS`](crate::table::REMEMBERED_SECONDS), and read beside the write
    /// otherwise (half a read unit); what speaks against it is confirmed by a strongly consistent read.
    pub async fn renew_seat(&self, beat: Heartbeat<'_>) -> Result<Lent, Failure> {
        let recent = &self.hints.recent;
        let turn = recent.turn();
        let (renewed, grant) = match recent.recall(&beat.key, beat.now) {
            Recalled::Grant(grant) if beat.judge(Some(&grant)).is_ok() => (Some(self.renew(&beat).await?), Some(Grant::clone(&grant))),
            Recalled::Grant(_) => (None, None),
            Recalled::Nothing(freshness) => {
                let (renewed, grant) = tokio::join!(self.renew(&beat), self.grant(beat.key, freshness));
                let grant = grant?;
                if let Some(grant) = &grant {
                    self.hints.learn(grant);
                    recent.read(turn, grant, beat.now);
                }
                (Some(renewed?), grant)
            }
        };
        let grant = match grant {
            Some(grant) if beat.judge(Some(&grant)).is_ok() => grant,
            Some(_) | None => {
                let turn = recent.turn();
                let grant = self.grant(beat.key, Freshness::Strong).await?;
                if let Some(grant) = &grant {
                    self.hints.met(turn, grant);
                }
                beat.judge(grant.as_ref())?;
                grant.ok_or(Refusal::UnknownKey)?
            }
        };
        let renewed = match renewed {
            Some(renewed) => renewed,
            None => self.renew(&beat).await?,
        };
        Ok(Lent { lease: renewed?, grant })
    }

    async fn renew(&self, beat: &Heartbeat<'_>) -> Result<Result<Lease, Refusal>, Fault> {
        let key = keys::lease(beat.key, beat.client.digest());
        let sent = call(self.patience, &self.random, WHAT, || {
            self.client
                .update_item()
                .table_name(&self.name)
                .set_key(Some(key.clone().attributes()))
                .update_expression("SET #expires = :then")
                .condition_expression("attribute_exists(#pk) AND #expires > :now")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#expires", names::EXPIRES)
                .expression_attribute_values(":now", number(beat.now.as_seconds()))
                .expression_attribute_values(":then", number(expiry(beat.now).as_seconds()))
                .return_values(ReturnValue::AllNew)
                .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
        });
        match sent.await {
            Ok(answer) => Ok(Ok(lease(answer.value.attributes.ok_or_else(|| Fault::new(FaultKind::Corrupt, WHAT))?)?)),
            Err(Refused::Fault(fault)) => Err(fault),
            Err(Refused::Condition(Answer { value: UpdateItemError::ConditionalCheckFailedException(failed), .. })) => {
                Ok(Err(if failed.item.is_some() { Refusal::SeatExpired } else { Refusal::NotActivatedHere }))
            }
            Err(Refused::Condition(answer)) => Err(Fault::corrupt(WHAT, answer.value)),
        }
    }
}

impl Heartbeat<'_> {
    fn judge(&self, grant: Option<&Grant>) -> Result<(), Refusal> {
        let grant = known(grant, self.product)?;
        entitled(grant, self.now)?;
        takes(grant, LicenseMode::Floating)
    }
}
