//! What can be drawn: the palette templates and the plugin catalogue, both embedded in the binary.
