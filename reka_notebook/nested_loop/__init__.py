"""Let a cell wait inside a running event loop, where a person turns that on."""
