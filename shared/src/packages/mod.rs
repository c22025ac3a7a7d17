//! Packages: the files that releases carry. The only code that knows S3.

pub mod archive;
