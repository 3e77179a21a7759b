//! How `show` writes a report.
