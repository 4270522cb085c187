//! The part of YAML in which people write records, read in one pass over its bytes.
//!
//! Block mappings and lists, plain and quoted scalars of one line, literal and folded ones, flow
//! collections of one line, comments. Whatever else there may be (anchors, aliases, tags, tabs,
//! scalars of several lines, directives) is refused, and the reader of all of YAML reads that
//! document. So nothing has a meaning here that it does not have there: a law holds both to the
//! same events and the same places.

mod block;
mod byte_cursor;
mod events;
mod flow;
mod literal;
mod scalar;

pub(crate) use block::document;
pub(crate) use events::{Events, Scalar, YamlEvent, YamlStyle, index};
