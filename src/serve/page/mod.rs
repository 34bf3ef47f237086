//! What a person sees of the endpoint: a page with fleets, jobs and the clock, which it advances.
//!
//! The page is a report of now: `view` makes it of a [`Snapshot`](crate::serve::Snapshot) with the blocks and the style of reports, `document` is what is
//! around it, `form` what is sent back, and `site` puts page and endpoint under one roof. It asks for nothing from anywhere else, and is whole without
//! its script, which only brings it up to date by itself.

mod document;
mod form;
mod site;
mod view;

pub use site::Site;
