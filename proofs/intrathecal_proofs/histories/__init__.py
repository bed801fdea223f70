"""Long lives of pumps, drawn at random, under the eyes of the monitor: every kind of event, fitting or not."""
