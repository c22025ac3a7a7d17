//! The lines of an order that are taken one by one, and the numbers that are reserved for their licences.

use serde::{Deserialize, Serialize};

use super::ids::LicenseId;
use super::order::{Block, MOST_LINES, Order, OrderLine};

/// The most lines that can be taken of an order, beside those that were promised.
pub const MOST_TAKEN: u32 = 10_000;

/// How many numbers are reserved first: an order of a few licences leaves a gap of a few numbers.
const SMALLEST: u16 = 8;
/// The most that are reserved ahead of what is known to be wanted. With it, the blocks of the longest order are so few that taking a line
/// of it is one write unit.
const LARGEST: u16 = 256;
/// The most that are reserved at once for what is known to be wanted: as many as can be promised.
const LARGEST_WANTED: u16 = MOST_LINES;

/// How many lines of an order were taken, and the reserved numbers in the order in which they are given out.
///
/// Taking a line counts it, and nothing else: it has its licence's number by its place in the blocks. A line whose number nobody
/// used stays empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLines {
    /// How many were taken.
    pub taken: u32,
    /// The reserved numbers.
    pub blocks: Vec<Block>,
}

/// A line that was taken, and the number of its licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenLine {
    /// Which it is among those that were taken, from 0.
    pub index: u32,
    /// The number.
    pub license: LicenseId,
}

impl OrderLines {
    /// The number for a line, counted from 0 among those that are taken; nothing where none is reserved yet.
    pub fn license_of(&self, index: u32) -> Option<LicenseId> {
        let mut left = index;
        for block in &self.blocks {
            match u16::try_from(left) {
                Ok(within) if within < block.count => return block.get(within),
                Ok(_) | Err(_) => left -= u32::from(block.count),
            }
        }
        None
    }

    /// How many numbers are reserved, given out or not.
    pub fn reserved(&self) -> u32 {
        self.blocks.iter().map(|block| u32::from(block.count)).sum()
    }

    /// Whether it is time to reserve more, said by whoever took the last line: when half of the last block is left, and again when a
    /// quarter is, one, or none. Each line is taken once, so this is said a few times a block, however many take lines at once.
    pub fn runs_low(&self) -> bool {
        let reserved = self.reserved();
        let last = u32::from(self.blocks.last().map_or(SMALLEST, |block| block.count));
        let is_asked = reserved.checked_sub(self.taken).is_some_and(|left| [last / 2, last / 4, 1, 0].contains(&left));
        is_asked && reserved < MOST_TAKEN
    }

    /// How many numbers to reserve so that there are `wanted` in all; nothing where there are, or no more may be.
    pub fn block_for(&self, wanted: u32) -> Option<u16> {
        let lacking = wanted.min(MOST_TAKEN).checked_sub(self.reserved()).filter(|lacking| *lacking > 0)?;
        // Never less than would be reserved anyway, so that the blocks stay few.
        Some(u16::try_from(lacking).unwrap_or(u16::MAX).min(LARGEST_WANTED).max(self.next_block()))
    }

    /// How many numbers to reserve next: twice as many as before, within bounds.
    pub fn next_block(&self) -> u16 {
        self.blocks.last().map_or(SMALLEST, |block| block.count.saturating_mul(2).clamp(SMALLEST, LARGEST))
    }

    /// The numbers that licences of the order may have, those that were promised included: in their order, and as few blocks as
    /// they make.
    pub fn numbers(&self, order: &Order) -> Vec<Block> {
        let mut left = self.taken;
        let mut blocks: Vec<Block> = order.promised.into_iter().collect();
        for block in &self.blocks {
            let count = block.count.min(u16::try_from(left).unwrap_or(u16::MAX));
            left -= u32::from(count);
            if count > 0 {
                blocks.push(Block { count, ..*block });
            }
        }
        blocks.sort_by_key(|block| block.first);
        let mut joined: Vec<Block> = Vec::with_capacity(blocks.len());
        for block in blocks {
            match joined.last_mut() {
                Some(before) if before.first.get() + u32::from(before.count) == block.first.get() => before.count += block.count,
                Some(_) | None => joined.push(block),
            }
        }
        joined
    }
}

impl TakenLine {
    /// Which line of the order it is; nothing where the order has too many.
    pub fn of(self, order: &Order) -> Option<OrderLine> {
        let line = u16::try_from(u32::from(order.promised_lines()) + self.index).ok()?;
        Some(OrderLine { order: order.id, line })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ids::{AccountId, OrderId};
    use super::super::order::OrderDetails;
    use super::super::text::Line;
    use super::super::time::Timestamp;
    use super::*;

    fn block(first: u32, count: u16) -> Block {
        Block { first: LicenseId::new(first).unwrap(), count }
    }

    fn order(promised: Option<Block>) -> Order {
        Order {
            id: OrderId::new(1).unwrap(),
            account: AccountId::new(1).unwrap(),
            customer: None,
            licensee: None,
            reference: Line::parse("1001").unwrap(),
            placed: Timestamp::MIN,
            promised,
            details: OrderDetails::default(),
            updated: None,
            revision: 1,
        }
    }

    #[test]
    fn a_line_has_its_number_by_its_place_in_the_blocks() {
        let lines = OrderLines { taken: 0, blocks: vec![block(10, 2), block(50, 3)] };
        let numbers: Vec<_> = (0..6).map(|index| lines.license_of(index).map(LicenseId::get)).collect();
        assert_eq!(numbers, [Some(10), Some(11), Some(50), Some(51), Some(52), None]);
    }

    #[test]
    fn the_numbers_of_an_order_are_those_that_were_promised_or_taken() {
        let lines = OrderLines { taken: 4, blocks: vec![block(10, 2), block(50, 3), block(60, 3)] };
        assert_eq!(lines.numbers(&order(Some(block(5, 5)))), [block(5, 7), block(50, 2)]);
        assert_eq!(OrderLines::default().numbers(&order(None)), []);
    }

    #[test]
    fn the_longest_order_has_few_blocks() {
        let mut lines = OrderLines::default();
        while lines.license_of(MOST_TAKEN - 1).is_none() {
            let (first, count) = (1 + 1_000 * u32::try_from(lines.blocks.len()).unwrap(), lines.next_block());
            lines.blocks.push(block(first, count));
        }
        assert_eq!((lines.blocks.len(), lines.blocks[0].count), (44, 8));
    }

    #[test]
    fn more_is_reserved_for_what_is_wanted_and_the_blocks_stay_few() {
        let mut lines = OrderLines { taken: 0, blocks: vec![block(1, 8)] };
        assert_eq!(
            [8, 9, 20, 40, 5_000, u32::MAX].map(|wanted| lines.block_for(wanted)),
            [None, Some(16), Some(16), Some(32), Some(1_000), Some(1_000)]
        );
        let mut wanted = 8;
        while lines.reserved() < MOST_TAKEN {
            wanted += 1;
            if let Some(count) = lines.block_for(wanted) {
                lines.blocks.push(block(1 + 1_000 * u32::try_from(lines.blocks.len()).unwrap(), count));
            }
        }
        assert!(lines.blocks.len() <= 44, "{}", lines.blocks.len());
        assert_eq!(lines.block_for(u32::MAX), None);
    }

    #[test]
    fn who_takes_a_line_is_told_in_time_that_few_are_left_and_only_some_are() {
        let mut lines = OrderLines { taken: 0, blocks: vec![block(1, 8)] };
        let mut low = Vec::new();
        for taken in 1..=9 {
            lines.taken = taken;
            low.extend(lines.runs_low().then_some(taken));
        }
        assert_eq!(low, [4, 6, 7, 8]);
        lines.blocks.push(block(20, 16));
        lines.taken = 8;
        assert!(!lines.runs_low(), "numbers were reserved since");
        lines = OrderLines { taken: 10_000, blocks: vec![block(1, 10_000)] };
        assert!(!lines.runs_low(), "no more can be taken");
    }

    #[test]
    fn a_taken_line_comes_after_the_promised_ones() {
        let taken = TakenLine { index: 2, license: LicenseId::new(1).unwrap() };
        assert_eq!(taken.of(&order(Some(block(5, 3)))).map(|line| line.line), Some(5));
        assert_eq!(taken.of(&order(None)).map(|line| line.line), Some(2));
    }

    proptest! {
        #[test]
        fn every_taken_line_has_another_number_and_the_order_knows_it(sizes in prop::collection::vec(1_u16..20, 0..8), taken in 0_u32..120) {
            let blocks: Vec<Block> = sizes.iter().zip(0_u32..).map(|(count, place)| block(1 + place * 20, *count)).collect();
            let capacity: u32 = sizes.iter().map(|count| u32::from(*count)).sum();
            let lines = OrderLines { taken: taken.min(capacity), blocks };
            let mut numbers: Vec<_> = (0..lines.taken).map(|index| lines.license_of(index).unwrap()).collect();
            numbers.sort();
            let known: Vec<_> =
                lines.numbers(&order(None)).into_iter().flat_map(|block| (0..block.count).map(move |index| block.get(index).unwrap())).collect();
            prop_assert_eq!(numbers, known);
        }
    }
}
