//! Files that name other files: none of those is opened, whoever reads.
