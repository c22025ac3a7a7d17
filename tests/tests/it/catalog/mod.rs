//! The catalogue: what a vendor sells, and what is kept with it.

mod resources;
