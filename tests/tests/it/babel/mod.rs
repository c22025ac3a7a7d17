//! The Babel Licensing Service's management interface (seed 004), area by area.

mod sales;
