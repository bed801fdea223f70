"""One handler an event: each looks at the settled pump and decides."""
